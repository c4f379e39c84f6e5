"""`clarify`: numbered options, each told apart by plan and year."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.library import LivePlan
from knowledge.qa.compose.answer import Answer, Option, Status
from knowledge.qa.search.finder import Found
from knowledge.text import cut, fold
from knowledge.wording import short_label, task_name

MAX_OPTIONS = 9


def choice_of_found(found: Sequence[Found], raw: str, lead: str) -> Answer:
    """Ask which of the found rows or clauses is meant."""
    options = tuple(
        Option(
            f"{_gist(item)} – {short_label(item.plan)}",
            raw,
            task_id=item.task.id if item.task else None,
            plan_id=item.plan.id,
            passage_id=item.passage.id,
        )
        for item in found[:MAX_OPTIONS]
    )
    return _clarify(lead, options)


def choice_of_plans(plans: Sequence[LivePlan], raw: str, lead: str) -> Answer:
    """Ask which paper is meant."""
    offered = plans[:MAX_OPTIONS]
    numbers = [fold(plan.metadata.number or "") for plan in offered]
    labels = [
        _with_issuer(plan) if numbers.count(number) > 1 else short_label(plan)
        for plan, number in zip(offered, numbers, strict=True)
    ]
    options = tuple(Option(label, raw, plan_id=plan.id) for plan, label in zip(offered, labels, strict=True))
    return _clarify(lead, options)


def _with_issuer(plan: LivePlan) -> str:
    """Every province has a plan number 160."""
    return ", ".join(filter(None, (short_label(plan), plan.metadata.issuer)))


def _gist(item: Found) -> str:
    if item.task is not None and item.task.task.origin.value == "table":
        return task_name(item.task, 110)
    return cut(item.sentence or item.passage.passage.text, 110)


def _clarify(lead: str, options: tuple[Option, ...]) -> Answer:
    lines = [lead, *(f"{number}. {option.text}" for number, option in enumerate(options, 1))]
    lines.append("Anh/chị trả lời bằng số thứ tự.")
    return Answer(Status.CLARIFY, "\n".join(lines), options=options)
