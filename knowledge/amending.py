"""Which live plans and tasks the relations of other papers mean, and what holds of them now.

A paper is known by its number, and by its date and the place of its office where both are told. A task is known by
its title, by its number in the table, or by its clause; where that leaves more than one, none is meant, and only the
paper as a whole is told to be amended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.library import Amendment, LivePlan
from knowledge.numbers import number_key
from knowledge.records import CellDoubt, PlanMetadata, Relation, RelationKind, Task
from knowledge.text import fold, syllables

_SAME = 90
"""Likeness of titles, of 100, from which one is the other with a slip."""
_LEAST_PART = 3
"""Syllables of a title told in part: two ("kiem tra") begin many."""
_APPENDIX = "phu luc"
_REFERENCE = re.compile(r"(diem|khoan|dieu|muc|tiet|phan|phu luc) (?:so )?([a-z0-9][a-z0-9.]*)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A relation and the live paper that states it."""

    by: LivePlan
    relation: Relation


@dataclass(frozen=True, slots=True)
class Amended:
    """A task as it holds now, and what made it so."""

    task: Task
    amendments: tuple[Amendment, ...]


def find_target(by: LivePlan, relation: Relation, plans: Iterable[LivePlan]) -> LivePlan | None:
    """The live plan that the relation means; None where none is loaded, or several might be meant."""
    key = number_key(relation.number)
    found = [
        plan
        for plan in plans
        if plan.id != by.id and number_key(plan.metadata.number) == key and _may_mean(by, relation, plan)
    ]
    return found[0] if len(found) == 1 else None


def amendment_of(stated: Stated) -> Amendment:
    """What a relation does to its plan."""
    relation = stated.relation
    return Amendment(relation.kind, stated.by.name, relation.is_whole, quote=relation.quote)


def extended(metadata: PlanMetadata, stated: Iterable[Stated]) -> PlanMetadata:
    """With the years through which the plan as a whole is carried on."""
    until = [
        each.relation.deadline.dates[-1].year
        for each in stated
        if each.relation.kind is RelationKind.EXTENDS
        and each.relation.is_whole
        and each.relation.deadline
        and each.relation.deadline.dates
    ]
    if not until or not metadata.years or max(until) <= max(metadata.years):
        return metadata
    return replace(metadata, years=(metadata.years[0], max(until)))


def amended_tasks(
    tasks: Mapping[int, Task], stated: Sequence[Stated], own: Mapping[int, Sequence[Task]]
) -> dict[int, Amended]:
    """The tasks of one plan that other papers change, by their ids.

    Args:
        stated: what other papers do to this plan, the latest last.
        own: the tasks of those papers, by plan: one that says the same anew replaces the older one.
    """
    found: dict[int, Amended] = {}
    for each in stated:
        id_ = None if each.relation.is_whole else find_task(each.relation, tasks)
        if id_ is not None:
            before = found.get(id_, Amended(tasks[id_], ()))
            found[id_] = _amend(before, each)
    restated = {
        _words(task): each for each in stated for task in own.get(each.by.id, ()) if task.lead or task.deadline.phrase
    }
    for id_, task in tasks.items():
        by = restated.get(_words(task))
        if by is not None:
            amendment = Amendment(RelationKind.REPLACES, by.by.name, quote=by.relation.quote)
            before = found.get(id_, Amended(task, ()))
            found[id_] = replace(before, amendments=(*before.amendments, amendment))
    return found


def _may_mean(by: LivePlan, relation: Relation, plan: LivePlan) -> bool:
    """Offices number their papers anew each year, and each office does so: the date decides, else the place."""
    if relation.issued and plan.metadata.issued:
        return relation.issued == plan.metadata.issued
    mine, theirs = (syllables(each.metadata.issuer or "")[-2:] for each in (by, plan))
    if mine and theirs and mine != theirs:
        return False
    years = [each.metadata.issued.year for each in (by, plan) if each.metadata.issued]
    return len(years) < 2 or years[0] - years[1] in (0, 1)


def _amend(before: Amended, stated: Stated) -> Amended:
    relation, task = stated.relation, before.task
    change = Amendment(relation.kind, stated.by.name, quote=relation.quote)
    if relation.lead and not change.ends:
        change = replace(change, lead=task.lead)
        helping = tuple(office for office in task.coordinating if office not in relation.lead)
        task = replace(task, lead=relation.lead, lead_agencies=relation.lead_agencies, coordinating=helping)
        task = replace(task, doubts=_without(task, "lead"))
    if relation.deadline and not change.ends:
        change = replace(change, deadline=task.deadline)
        task = replace(task, deadline=relation.deadline, doubts=_without(task, "deadline"))
    return Amended(task, (*before.amendments, change))


def _without(task: Task, field: str) -> tuple[CellDoubt, ...]:
    """What was doubtful of a cell is of no concern once another paper tells it."""
    return tuple(doubt for doubt in task.doubts if doubt.field != field)


def find_task(relation: Relation, tasks: Mapping[int, Task]) -> int | None:
    """The one task that is meant; None where there is none, or more than one."""
    found = [*tasks]
    if relation.task:
        found = _titled(relation.task, tasks)
    if relation.row and len(found) != 1:
        found = [id_ for id_ in found or tasks if _bare(tasks[id_].number) == _bare(relation.row)]
    if relation.part and len(found) != 1:
        found = [id_ for id_ in found if _stands_in(tasks[id_], relation.part, row=relation.row is not None)]
    return found[0] if len(found) == 1 else None


def _titled(title: str, tasks: Mapping[int, Task]) -> list[int]:
    """Tasks of that title; else of one nearly the same; else those that hold it whole."""
    from rapidfuzz import fuzz  # with the first amended plan only

    wanted = " ".join(syllables(title))
    names = {
        id_: [" ".join(syllables(name)) for name in (task.title, task.activity) if name]
        for id_, task in tasks.items()
    }
    same = [id_ for id_, told in names.items() if wanted in told]
    near = same or [id_ for id_, told in names.items() if any(fuzz.ratio(wanted, name) >= _SAME for name in told)]
    if near or len(wanted.split()) < _LEAST_PART:
        return near
    return [id_ for id_, told in names.items() if any(f" {wanted} " in f" {name} " for name in told)]


def _stands_in(task: Task, part: str, *, row: bool) -> bool:
    """Whether every label of "điểm a khoản 3 mục II" is one of the task's place.

    Args:
        row: the row's own number is compared already.
    """
    references = [(kind, label.rstrip(".")) for kind, label in _REFERENCE.findall(fold(part))]
    headings = [fold(heading) for heading in task.source.section_path]
    appendices = {
        heading.removeprefix(_APPENDIX).strip(" .:") for heading in headings if heading.startswith(_APPENDIX)
    }
    above = {heading.split(" ")[0].rstrip(".):") for heading in headings if not heading.startswith(_APPENDIX)}
    labels = {*fold(task.source.clause or "").split("."), *above, _bare(task.number)}
    return bool(references or row) and all(
        label in (appendices if kind == _APPENDIX else labels) for kind, label in references
    )


def _bare(number: str | None) -> str:
    return fold(number or "").strip(" .)").lstrip("0")


def _words(task: Task) -> str:
    return " ".join([*syllables(task.title), "/", *syllables(task.activity or "")])
