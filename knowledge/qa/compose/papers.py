"""A paper's own data: number, date, issuer, signer, title."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.library import Amendment, LivePlan
from knowledge.qa.compose.answer import Answer, SourceRef, Status, passage_source
from knowledge.qa.compose.clauses import quote
from knowledge.qa.query.question import Term
from knowledge.qa.search.finder import Found
from knowledge.records import Source
from knowledge.text import cut
from knowledge.wording import amended_note, day, ended, place, plan_label, short_label, source_line, task_name

_QUOTED = 5
"""Sentences of an amending paper that fit an answer."""
_QUOTE = 220


def paper_answer(plan: LivePlan, plans: Sequence[LivePlan] = ()) -> Answer:
    """What the paper says of itself; what another of `plans` says of it is told so, what nobody says is missing."""
    meta = plan.metadata
    kind = meta.kind or "Văn bản"
    number = f"số {meta.number}" if meta.number else "(chưa ghi số)"
    issued = f"ngày {day(meta.issued)}" if meta.issued else "(chưa ghi ngày)"
    lines = [f"{kind} {number} {issued}."]
    teller = next((other for other in plans if plan.stated_by and other.name == plan.stated_by), None)
    if teller is not None:
        lines.append(f"Số và ngày ghi theo {short_label(teller)}.")
    if meta.issuer:
        lines.append(f"Cơ quan ban hành: {meta.issuer}.")
    lines.append(f"Người ký: {meta.signer}." if meta.signer else "Văn bản không ghi người ký.")
    if meta.title:
        lines.append(f"Về: {meta.title.rstrip('.')}.")
    if note := amended_note(plan):
        lines.append(f"Văn bản này{note.replace(' (', ' ').rstrip(')')}.")
    lines.append(f"Nguồn: {plan.file}.")
    return Answer(Status.ANSWERED, "\n".join(lines), (), (SourceRef(plan, Source()),))


def mentions_answer(found: Sequence[Found], titled: Sequence[LivePlan], topic: Sequence[Term]) -> Answer:
    """The papers that speak of a topic: `found` each with its words and their place, `titled` by their titles."""
    about = " ".join(term.accented or term.text for term in topic)
    lines = [f"“{about}” có trong {len(found) + len(titled)} văn bản:"]
    for number, item in enumerate(found, 1):
        where = place(item.passage.passage.source, item.task.task.number if item.task else None)
        said = task_name(item.task, _QUOTE) if item.task else quote(item, _QUOTE)
        lines.append(f"{number}. {short_label(item.plan)}: “{cut(said, _QUOTE)}”{f' [{where}]' if where else ''}")
    for number, plan in enumerate(titled, len(found) + 1):
        lines.append(f"{number}. {short_label(plan)}: “{cut(plan.metadata.title or '', _QUOTE)}” [tên văn bản]")
    tasks = tuple(item.task for item in found if item.task)
    sources = (*(passage_source(item.passage) for item in found), *(SourceRef(plan, Source()) for plan in titled))
    return Answer(Status.ANSWERED, "\n".join(lines), tasks, sources)


def validity_answer(plan: LivePlan, plans: Sequence[LivePlan], *, passive: bool) -> Answer | None:
    """What other loaded papers changed in this one, in their words, or what it changes in others.

    Args:
        passive: what became of the paper is asked; else what it does to others, of which None says that nothing is
            known of it from loaded papers.
    """
    label = short_label(plan)
    targets = [other for other in plans if plan.name in {each.by for each in other.amendments}]
    if plan.amendments and (passive or not targets):
        by = [other for other in plans if other.name in {each.by for each in plan.amendments}]
        lines = [f"{label}{amended_note(plan).replace(' (', ' ').rstrip(')')}."]
        return _with_sentences(lines, plan.amendments, by or [plan])
    if targets and not passive:
        lines = [f"{label} thay đổi {', '.join(map(short_label, targets))}."]
        own = [each for other in targets for each in other.amendments if each.by == plan.name]
        return _with_sentences(lines, own, [plan])
    if not passive:
        return None
    sentence = f"Trong các văn bản đã nạp, không có văn bản nào sửa đổi, thay thế hay bãi bỏ {label}."
    return Answer(Status.ANSWERED, f"{sentence}\n{source_line(plan, Source())}", (), (SourceRef(plan, Source()),))


def _with_sentences(lines: list[str], amendments: Sequence[Amendment], papers: Sequence[LivePlan]) -> Answer:
    """The sentences that change a part, else the one that speaks of the whole; a few of many."""
    told = [each for each in amendments if not each.whole] or list(amendments)[:1]
    lines += [f"{number}. {ended(cut(each.quote, _QUOTE))}" for number, each in enumerate(told[:_QUOTED], 1)]
    if len(told) > _QUOTED:
        lines.append(f"… và {len(told) - _QUOTED} nội dung khác.")
    lines.append(f"Nguồn: {'; '.join(map(plan_label, papers))}.")
    sources = tuple(SourceRef(paper, Source(quote=told[0].quote)) for paper in papers)
    return Answer(Status.ANSWERED, "\n".join(lines), (), sources)
