"""What is doubtful of a task: told beside the field wherever the field is told, and grouped in the load report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.records import CellDoubt, Deadline, DeadlineKind, Doubt, PlanDraft, Report, Source, Task
from knowledge.text import squeeze

FIELDS = {
    "title": "Nhiệm vụ",
    "activity": "Hoạt động",
    "product": "Sản phẩm",
    "lead": "Chủ trì",
    "coordinating": "Phối hợp",
    "deadline": "Thời hạn",
}
"""Fields of a task as people read them."""
_DAYLESS = {DeadlineKind.STANDING, DeadlineKind.CONDITIONAL, DeadlineKind.OPEN_START}
"""Kinds that have no day by their nature."""
_PLACES = 12
"""Rows named in one line of the report; of more the number is told."""
_TITLE = 90


def doubts_of(task: Task) -> tuple[CellDoubt, ...]:
    """Every doubt about the task, what was not understood of its deadline among them."""
    unread = (
        CellDoubt("deadline", f"Không hiểu phần “{squeeze(part)}” của thời hạn") for part in task.deadline.unread
    )
    return (*task.doubts, *unread)


def doubt_note(task: Task, *fields: str) -> str:
    """ " (lấy theo dòng trên, cần kiểm tra)" for what is doubtful of these fields; empty where nothing is."""
    told = dict.fromkeys(_lowered(doubt.why) for doubt in doubts_of(task) if doubt.field in fields)
    return f" ({'; '.join(told)}, cần kiểm tra)" if told else ""


def is_undated(deadline: Deadline) -> bool:
    """Whether the paper tells a time of which no day could be read, so that no day can be reminded of."""
    if not deadline.phrase.strip() or {*deadline.kinds} <= _DAYLESS:
        return False
    if DeadlineKind.RECURRING in deadline.kinds and not deadline.rules:
        return True
    return not (deadline.dates or deadline.rules)


def full_report(draft: PlanDraft) -> Report:
    """The draft's report with the doubts about its tasks, those of one kind in one line."""
    return _with_doubts(draft.report, draft.tasks)


def report_now(report: Report, printed: Iterable[Task], held: Iterable[Task]) -> Report:
    """A stored report without what people have settled meanwhile.

    Args:
        report: as `full_report` gave it.
        printed: the tasks as read.
        held: the tasks as they hold now.
    """
    of_tasks = {*_doubts_about(printed, ())}
    own = tuple(doubt for doubt in report.doubts if doubt not in of_tasks)
    return _with_doubts(replace(report, doubts=own), held)


def _with_doubts(report: Report, tasks: Iterable[Task]) -> Report:
    told = [doubt for doubt in _doubts_about(tasks, report.doubts) if doubt not in report.doubts]
    return replace(report, doubts=(*report.doubts, *told))


def _doubts_about(tasks: Iterable[Task], known: Sequence[Doubt]) -> list[Doubt]:
    """What is doubtful of the cells; a deadline without a day is left out where `known` tells of it."""
    places: dict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in tasks:
        undated = is_undated(task.deadline)
        for doubt in task.doubts if undated else doubts_of(task):
            places[doubt.field, doubt.why].append(task)
        phrase = squeeze(task.deadline.phrase)
        if undated and not any(phrase in doubt.what for doubt in known):
            why = f"không đọc được ngày nào từ “{phrase}” nên chưa nhắc được"
            places["deadline", why].append(task)
    return [_grouped(field, why, found) for (field, why), found in places.items()]


def _grouped(field: str, why: str, tasks: Sequence[Task]) -> Doubt:
    name = FIELDS.get(field, field)
    if len(tasks) == 1:
        title = squeeze(tasks[0].activity or tasks[0].title)
        short = title if len(title) <= _TITLE else f"{title[:_TITLE].rsplit(' ', 1)[0]}…"
        return Doubt(f"{name}: {_lowered(why)}, nhiệm vụ “{short}”", _place(tasks[0].source))
    return Doubt(f"{name}: {_lowered(why)} ({len(tasks)} nhiệm vụ)", _joined(_place(task.source) for task in tasks))


def _place(source: Source) -> str:
    if source.row is not None:
        return f"dòng {source.row}"
    return f"điểm {source.clause}" if source.clause else ""


def _joined(places: Iterable[str]) -> str:
    """ "dòng 3, 5, 8; điểm 2.a", each once."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for place in dict.fromkeys(filter(None, places)):
        kind, _, label = place.partition(" ")
        kinds[kind].append(label)
    return "; ".join(f"{kind} {', '.join(labels[:_PLACES])}{_more(len(labels))}" for kind, labels in kinds.items())


def _more(count: int) -> str:
    return f" và {count - _PLACES} nơi nữa" if count > _PLACES else ""


def _lowered(why: str) -> str:
    why = why.strip().rstrip(".")
    return why[:1].lower() + why[1:]
