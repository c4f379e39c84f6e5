"""Golden questions in the store: added, dropped, listed; with who and when.

What changes them is done within the caller's transaction, in which it is looked at who may (`bot.administration`):
`by` is a member's number, `audit.OPERATOR` for the operator at the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.correcting import find_row, row_words
from knowledge.errors import GoldenError
from knowledge.golden import STATUSES, GoldenQuestion, GoldenTask
from knowledge.store import audit
from knowledge.store.audit import AuditKind
from knowledge.store.database import Store
from knowledge.store.held import Rows
from knowledge.store.models import (
    FeedbackRow,
    GoldenQuestionRow,
    LiveVersionRow,
    MemberRow,
    TaskRow,
    VersionRow,
)
from knowledge.text import cut, nfc, squeeze

MOST_KEPT = 500
"""Questions that an office may keep; a trial asks at most `bot.reports.golden_trial.MOST` of them."""
_LONGEST = 1_000
"""Characters of a question or a wording."""
_MOST_GROUPS = 20
_TITLE = 90


@dataclass(frozen=True, slots=True)
class Kept:
    """A golden question with where it comes from.

    Attributes:
        by: name of who added it.
        feedback: the number of the feedback that it was made of.
    """

    question: GoldenQuestion
    by: str
    at: datetime
    feedback: int | None


def add(
    session: Session, question: GoldenQuestion, *, by: int, now: datetime, feedback: int | None = None
) -> GoldenQuestion:
    """Keeps a question, and settles the feedback that it was made of.

    Raises:
        GoldenError: nothing that a right answer would hold, a question that is there already, or too many.
    """
    question = checked(question)
    _check_new(session, [question])
    row = _insert(session, question, by, now, feedback)
    if feedback is not None:
        given = session.get(FeedbackRow, feedback)
        if given is not None and given.settled_at is None:
            given.settled_at, given.settled_by = now, by
    return _question(row)


def import_questions(
    session: Session, questions: Sequence[GoldenQuestion], *, by: int, now: datetime
) -> tuple[int, int]:
    """Keeps the questions of a file, all or none; those that are there already are passed over.

    Returns:
        How many were added, and how many were there.

    Raises:
        GoldenError: one that cannot be kept, or too many.
    """
    wanted = [checked(each) for each in questions]
    known = {_known_by(row.question, row.turns) for row in session.scalars(_standing())}
    new = {_known_by(each.question, each.turns): each for each in wanted}
    added = [each for key, each in new.items() if key not in known]
    _check_new(session, added)
    for each in added:
        _insert(session, each, by, now, None)
    return len(added), len(wanted) - len(added)


def drop(session: Session, number: int, *, by: int, now: datetime) -> GoldenQuestion:
    """Has a question be asked no more; it stays in the history.

    Raises:
        GoldenError: no such question, or dropped already.
    """
    row = session.get(GoldenQuestionRow, number)
    if row is None or row.dropped_at is not None:
        raise GoldenError("Không có câu hỏi mẫu này, hoặc người khác đã bỏ.")
    row.dropped_at, row.dropped_by = now, by
    detail = cut(row.question, _TITLE)
    audit.record(session, AuditKind.GOLDEN, "golden_dropped", by=by, now=now, subject=row.id, detail=detail)
    return _question(row)


def list_golden(store: Store) -> list[Kept]:
    """Those that are asked, in the order in which they were added."""
    with store.read() as session:
        names = {row.id: row.name for row in session.execute(select(MemberRow.id, MemberRow.name))}
        return [
            Kept(_question(row), _name(row.added_by, names), row.added_at, row.feedback_id)
            for row in session.scalars(_standing())
        ]


def questions(store: Store) -> list[GoldenQuestion]:
    """Those that are asked, in the order in which they were added."""
    with store.read() as session:
        return [_question(row) for row in session.scalars(_standing())]


def golden_task(store: Store, task_id: int) -> GoldenTask:
    """What a live task is known by.

    Raises:
        GoldenError: no such live task.
    """
    with store.read() as session:
        version_id = session.scalar(
            select(TaskRow.version_id)
            .join(LiveVersionRow, LiveVersionRow.version_id == TaskRow.version_id)
            .where(TaskRow.id == task_id)
        )
        if version_id is None:
            raise GoldenError(f"Không có nhiệm vụ mang mã {task_id} trong các kế hoạch đang dùng.")
        rows = Rows(session, version_id)
        task = next(each.task for each in rows.stored if each.id == task_id)
        name = session.get_one(VersionRow, version_id).name
        return GoldenTask(name, rows.keys[task_id], row_words(task), cut(task.activity or task.title, _TITLE))


def find_tasks(store: Store, wanted: Sequence[GoldenTask]) -> dict[GoldenTask, int]:
    """The live task that each is now: the same row, else the one that says nearly the same; none where neither is."""
    plans = {each.plan for each in wanted}
    found: dict[GoldenTask, int] = {}
    with store.read() as session:
        # Under whatever name a version of the plan has had: a later one may print a number where there was none.
        versions = session.execute(
            select(VersionRow.name, LiveVersionRow.version_id)
            .join(LiveVersionRow, LiveVersionRow.plan_id == VersionRow.plan_id)
            .where(VersionRow.name.in_(plans))
            .distinct()
        ).all()
        for name, version_id in versions:
            rows = Rows(session, version_id)
            ids = {key: id_ for id_, key in rows.keys.items()}
            for each in wanted:
                if each.plan != name or each in found:
                    continue
                id_ = ids.get(each.key) or find_row(each.words, rows.words)
                if id_ is not None:
                    found[each] = id_
    return found


def checked(question: GoldenQuestion) -> GoldenQuestion:
    """The question as it is kept.

    Raises:
        GoldenError: it says nothing that an answer can be judged by, or too much.
    """
    text = squeeze(nfc(question.question))
    must = tuple(group for group in (tuple(w for w in map(_clean, each) if w) for each in question.must) if group)
    must_not = tuple(word for word in map(_clean, question.must_not) if word)
    if not text:
        raise GoldenError("Xin ghi câu hỏi.")
    if question.status not in STATUSES:
        raise GoldenError("Xin chọn câu trả lời đúng phải thế nào.")
    if question.status == "answered" and not must and question.task is None:
        raise GoldenError("Xin chọn nhiệm vụ, hoặc ghi điều mà câu trả lời đúng phải có.")
    longest = max(map(len, [text, *question.turns, *must_not, *(word for group in must for word in group)]))
    if longest > _LONGEST or len(must) > _MOST_GROUPS or len(must_not) > _MOST_GROUPS:
        raise GoldenError(f"Xin ghi ngắn hơn: mỗi câu nhiều nhất {_LONGEST} ký tự, {_MOST_GROUPS} điều.")
    turns = tuple(turn for turn in map(_clean, question.turns) if turn)
    return replace(question, question=text, must=must, must_not=must_not, turns=turns)


def _clean(text: str) -> str:
    return squeeze(nfc(text))


def _check_new(session: Session, new: Sequence[GoldenQuestion]) -> None:
    known = {_known_by(row.question, row.turns) for row in session.scalars(_standing())}
    for each in new:
        if _known_by(each.question, each.turns) in known:
            raise GoldenError(f"Câu hỏi mẫu này đã có: “{cut(each.question, _TITLE)}”.")
    if len(known) + len(new) > MOST_KEPT:
        raise GoldenError(f"Chỉ giữ được {MOST_KEPT} câu hỏi mẫu; xin bỏ bớt câu cũ.")


def _known_by(question: str, turns: Sequence[str]) -> tuple[str, ...]:
    return (*turns, question.casefold())


def _standing() -> Any:
    return select(GoldenQuestionRow).where(GoldenQuestionRow.dropped_at.is_(None)).order_by(GoldenQuestionRow.id)


def _insert(
    session: Session, question: GoldenQuestion, by: int, now: datetime, feedback: int | None
) -> GoldenQuestionRow:
    line = question.line
    row = GoldenQuestionRow(
        question=question.question,
        turns=line["turns"],
        as_of=question.as_of,
        status=question.status,
        category=question.category,
        style=question.style,
        must=line["must"],
        must_not=line["must_not"],
        task=line.get("task"),
        added_at=now,
        added_by=by,
        feedback_id=feedback,
    )
    session.add(row)
    session.flush()
    detail = cut(question.question, _TITLE)
    audit.record(session, AuditKind.GOLDEN, "golden_added", by=by, now=now, subject=row.id, detail=detail)
    return row


def _question(row: GoldenQuestionRow) -> GoldenQuestion:
    task = GoldenTask(**row.task) if row.task else None
    return GoldenQuestion(
        row.id,
        row.question,
        row.status,
        tuple(tuple(group) for group in row.must),
        tuple(row.must_not),
        task,
        tuple(row.turns),
        row.as_of,
        row.category,
        row.style,
    )


def _name(by: int | None, names: dict[int, str]) -> str:
    if by == audit.OPERATOR:
        return "dòng lệnh"
    return names.get(by, "người đã xóa dữ liệu") if by is not None else "người đã xóa dữ liệu"
