"""Vietnamese wording that all composers share: plan labels, dates, sources, cuts."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date

from knowledge.correcting import Correction, CorrectionKind, told_value
from knowledge.doubts import FIELDS, doubt_note
from knowledge.library import Amendment, LivePlan, LiveTask
from knowledge.objects import horizon
from knowledge.records import Deadline, DeadlineKind, RelationKind, Source
from knowledge.text import cut, fold, squeeze

MAX_ANSWER = 1500
"""Characters of an answer that is no list."""
MAX_QUOTE = 420
"""Characters of a quoted clause: the fact and a little around it."""
MAX_TITLE = 150
_REASON = 120
"""Characters of a reason beside a fact."""


def day(value: date) -> str:
    """dd/mm/yyyy."""
    return value.strftime("%d/%m/%Y")


def plan_label(plan: LivePlan) -> str:
    """How people name the paper: kind, number and date, else kind and title."""
    meta = plan.metadata
    kind = meta.kind or "Văn bản"
    if meta.number:
        issued = f" ngày {day(meta.issued)}" if meta.issued else ""
        other_year = meta.issued is None or meta.years[:1] != (meta.issued.year,)
        return f"{kind} {meta.number}{issued}{year_note(plan) if other_year else ''}"
    title = squeeze(meta.title or plan.name)
    label = title if fold(title).startswith(fold(kind)) else f"{kind} “{cut(title, 110)}”"
    return f"{label} (chưa có số)"


def short_label(plan: LivePlan) -> str:
    """Kind and number (or title), with the year the paper is for."""
    meta = plan.metadata
    kind = meta.kind or "Văn bản"
    name = meta.number or f"“{cut(squeeze(meta.title or plan.name), 90)}”"
    return f"{kind} {name}{year_note(plan)}"


def year_note(plan: LivePlan) -> str:
    """(năm 2026), or the span of years; empty where the paper tells none."""
    years = plan.metadata.years
    if not years:
        return f" (năm {plan.metadata.issued.year})" if plan.metadata.issued else ""
    return f" (năm {years[0]})" if years[0] == years[-1] else f" ({years[0]}–{years[-1]})"


_LABELLED = re.compile(r"([IVXLC]+|[A-ZĐ]|[a-zđ](?=\))|\d+(?:\.\d+)*)[.)]\s+(\S.*)")


def place(source: Source, number: str | None = None) -> str:
    """Where a person would look it up: "Phụ lục, mục IV.3", "mục III.5 (Sở Tài chính), điểm b, trang 4".

    Args:
        number: the number printed in the row, which is easier to find than the row's place in the table.
    """
    if source.row is not None:
        path = [*_headings(source.section_path, number), *([] if number else [f"dòng {source.row}"])]
    else:
        path = _headings(source.section_path, None)
        label = (source.clause or "").rstrip(").")
        told = re.split(r"[ .]", path[-1].split(" (")[0]) if path else []
        if label and label not in told and label.split(".")[-1] not in told[-1:]:
            path.append(label if label.startswith("Điều") else f"điểm {label}")
    if source.page:
        path.append(f"trang {source.page}")
    return ", ".join(path)


def _headings(section_path: Sequence[str], number: str | None) -> list[str]:
    """The last two headings, their labels drawn together; `number` joins the labels."""
    last = [squeeze(part) for part in section_path[-2:]]
    labelled = [_LABELLED.fullmatch(part) for part in last]
    labels: list[str] = []
    for match in labelled:
        if match and labels and match[1].startswith(f"{labels[-1]}."):
            labels.pop()
        if match:
            labels.append(match[1])
    path = [_heading(part) for part, match in zip(last, labelled, strict=True) if not match]
    if number:
        return [*path, f"mục {'.'.join([*labels, number.rstrip(' .)')])}"]
    if labels:
        title = next(match[2] for match in reversed(labelled) if match)
        path.append(f"mục {'.'.join(labels)} ({_heading(title)})")
    return path


def _heading(text: str) -> str:
    return cut(text, 80).rstrip(" :;.")


def source_line(plan: LivePlan, source: Source, number: str | None = None) -> str:
    """The last line of an answer."""
    where = place(source, number)
    return f"Nguồn: {plan_label(plan)}{amended_note(plan)}{', ' + where if where else ''}."


_DONE = {
    RelationKind.REPLACES: "được thay thế",
    RelationKind.REPEALS: "bị bãi bỏ",
    RelationKind.EXTENDS: "được gia hạn",
    RelationKind.AMENDS: "được sửa đổi",
}
"""What was done to a paper, the gravest first."""


def amended_note(plan: LivePlan) -> str:
    """ " (đã được sửa đổi bởi 415/QĐ-UBND)"; empty for a paper that no other live one changes.

    What is done to a part only amends the paper.
    """
    told = []
    for kind, done in _DONE.items():
        by = dict.fromkeys(each.by for each in plan.amendments if _whole_kind(each) is kind)
        if by:
            told.append(f"{done} bởi {', '.join(by)}")
    return f" (đã {'; đã '.join(told)})" if told else ""


def _whole_kind(amendment: Amendment) -> RelationKind:
    return amendment.kind if amendment.whole else RelationKind.AMENDS


def repealed_line(task: LiveTask) -> str:
    """The first line about a task that is no longer in force; empty for one that is."""
    if task.cancelled is not None:
        return ended(f"Nhiệm vụ này không tiếp tục thực hiện: {cut(task.cancelled.reason, _REASON)}")
    for each in task.amendments:
        if each.ends:
            return f"Nhiệm vụ này đã {_DONE[each.kind]} theo {each.by}; văn bản trước đây ghi như sau."
    for each in task.plan.amendments:
        if each.whole and each.ends:
            return f"Văn bản giao nhiệm vụ này đã {_DONE[each.kind]} theo {each.by}."
    return ""


def told_lead(task: LiveTask, limit: int = 2000) -> str:
    """The leading offices as one line, with what is doubtful of them and what a person or another paper changed.

    Empty where there are none (`told_no_lead`).
    """
    if not task.task.lead:
        return ""
    return f"{cut(join_names(task.task.lead), limit)}{told_beside(task, 'lead')}"


def told_no_lead(task: LiveTask) -> str:
    """Of a task without leading offices: whether the paper names none, or none could be read for certain."""
    doubt = doubt_note(task.task, "lead")
    if doubt:
        return f"Chưa rõ cơ quan chủ trì{doubt}"
    return f"Văn bản không ghi cơ quan chủ trì{corrected_note(task, 'lead')}"


def told_helpers(task: LiveTask, limit: int = 2000) -> str:
    """The coordinating offices as one line, with what is doubtful of them; empty for none."""
    if not task.task.coordinating:
        return ""
    return f"{cut(join_names(task.task.coordinating), limit)}{told_beside(task, 'coordinating')}"


def told_due(task: LiveTask, as_of: date, *, days_left: bool = False) -> str:
    """`deadline_text`, with what is doubtful of it and what a person or another paper changed."""
    return f"{deadline_text(task.task.deadline, as_of, days_left=days_left)}{told_beside(task, 'deadline')}"


def told_role(task: LiveTask, role: str) -> str:
    """How an office takes part, "chủ trì" or "phối hợp", with what is doubtful of that."""
    field = "coordinating" if role == "phối hợp" else "lead"
    return f"{role}{corrected_note(task, field, briefly=True)}{doubt_note(task.task, field)}"


def told_beside(task: LiveTask, *fields: str) -> str:
    """What people and other papers changed of these fields, and what is doubtful of them; empty for nothing."""
    changed = "".join(_amended_field(task, field) for field in fields)
    return f"{changed}{corrected_note(task, *fields)}{doubt_note(task.task, *fields)}"


def corrected_note(task: LiveTask, *fields: str, briefly: bool = False) -> str:
    """ " (đã đính chính ngày 20/11/2026: <lý do>)" for what a person changed of these fields; empty for nothing.

    Args:
        briefly: neither day nor reason, for a row of a list.
    """
    found = [each for field, each in task.corrected.items() if field in fields]
    if not found:
        return ""
    if briefly:
        return " (đã đính chính)"
    latest = max(found, key=lambda each: each.number)
    return f" (đã đính chính ngày {day(latest.on)}{_because(latest)})"


def added_note(task: LiveTask) -> str:
    """ " (bổ sung ngày 20/11/2026: <lý do>)" for a task that a person added; empty for one of the paper."""
    return f" (bổ sung ngày {day(task.added.on)}{_because(task.added)})" if task.added is not None else ""


def told_change(made: Correction, limit: int) -> str:
    """ "Thời hạn: Quý I → Quý II": what a person did, without why.

    Args:
        limit: characters of each value.
    """
    name = FIELDS.get(made.field, "")
    before, after = (cut(told_value(value), limit) or "(trống)" for value in (made.before, made.after))
    return {
        CorrectionKind.EDIT: f"{name}: {before} → {after}",
        CorrectionKind.ADD: "bổ sung",
        CorrectionKind.CANCEL: "dừng thực hiện",
        CorrectionKind.CONFIRMED: f"{name}: đúng như đã đọc",
        CorrectionKind.DROPPED: f"{name}: bỏ “{before}”",
    }[made.kind]


def _because(correction: Correction) -> str:
    return f": {cut(correction.reason, _REASON).rstrip(' .;')}" if correction.reason else ""


def _amended_field(task: LiveTask, field: str) -> str:
    """The latest paper that changed a field, with what stood there first."""
    changed = ""
    for each in task.amendments:
        before = join_names(each.lead) if field == "lead" and each.lead is not None else ""
        if field == "deadline" and each.deadline is not None:
            before = squeeze(each.deadline.phrase)
        if before:
            changed = f" (theo {each.by}; trước đây: {cut(before, 120)})"
    return changed


def ended(text: str) -> str:
    """`text` with one full stop, none after an ellipsis."""
    text = text.rstrip(" .;")
    return text if text.endswith("…") else f"{text}."


def join_names(names: Iterable[str]) -> str:
    """Offices as one line."""
    return "; ".join(squeeze(name).rstrip(" .;:") for name in names)


def task_name(task: LiveTask, limit: int = MAX_TITLE) -> str:
    """The activity, where the row has one; else the title."""
    return cut(task.task.activity or task.task.title, limit)


def sentence_case(text: str) -> str:
    """First letter upper case."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """First letter lower case, to go on within a sentence."""
    return text[:1].lower() + text[1:]


def deadline_text(deadline: Deadline, as_of: date, *, days_left: bool = False) -> str:
    """The printed phrase, its last day, and for recurring duties the next day after the asking day."""
    phrase = squeeze(deadline.phrase).rstrip(".;")
    dates = deadline.due_dates(horizon(as_of))
    if deadline.rules:
        return _recurring(phrase, dates, as_of)
    if not phrase:
        return "văn bản không ghi thời hạn"
    if not dates:
        return phrase
    last = dates[-1]
    note = f"đến {day(last)}"
    if day(last) in phrase or last.strftime("%-d/%-m/%Y") in phrase:
        note = ""
    elif DeadlineKind.STANDING in deadline.kinds:
        # "Năm 2026 và các năm tiếp theo": the day ends the first part only.
        note = f"lần đầu đến {day(last)}, rồi tiếp tục"
    if days_left:
        note = "; ".join(part for part in (note, _left(last, as_of)) if part)
    return f"{phrase} ({note})" if note else phrase


def _recurring(phrase: str, dates: Sequence[date], as_of: date) -> str:
    coming = bisect_left(dates, as_of)
    if coming == len(dates):
        return phrase
    nearest = dates[coming]
    year = dates[bisect_left(dates, date(nearest.year, 1, 1)) : bisect_right(dates, date(nearest.year, 12, 31))]
    text = f"{phrase}; kỳ tới: {day(nearest)} ({_left(nearest, as_of)})"
    if 1 < len(year) <= 4:
        text += f". Các kỳ năm {nearest.year}: {', '.join(due.strftime('%d/%m') for due in year)}"
    return text


def _left(due: date, as_of: date) -> str:
    left = (due - as_of).days
    if left > 0:
        return f"còn {left} ngày"
    return "đúng hôm nay" if left == 0 else f"đã qua {-left} ngày"
