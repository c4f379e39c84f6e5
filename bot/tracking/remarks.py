"""What is said of an open duty: how far it is, what is difficult, a leader's direction, why it was returned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.people.records import NotAllowedError
from bot.tracking.answering import Answering, Answers
from bot.tracking.progress import notify, still_open, tell
from bot.tracking.records import Occurrence, ReminderError, RetypeError, State
from knowledge.store.models import OccurrenceRow, RemarkRow

_LONGEST = 500


class RemarkKind(StrEnum):
    """What a remark is."""

    PROGRESS = "progress"
    """Tình hình thực hiện."""
    DIFFICULTY = "difficulty"
    """Khó khăn, kiến nghị."""
    DIRECTION = "direction"
    """Ý kiến chỉ đạo."""
    RETURNED = "returned"
    """Lý do trả lại."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said of a duty.

    Attributes:
        by: who said it, as in a sentence.
    """

    kind: RemarkKind
    text: str
    by: str
    on: date


class Remarks(Answers):
    """Calls of owners, leaders, following units and administrators."""

    def report_progress(
        self, ids: Collection[int], by: int, text: str, *, difficulty: bool = False
    ) -> tuple[Occurrence, ...]:
        """Keeps how far it is, and counts it as received; what is difficult is told leaders and the following unit.

        Raises:
            ReminderError: the member may not answer, or it is no longer asked for.
            AlreadyDoneError: it is done.
            RetypeError: nothing was said, or too much.
        """
        now, text = self._clock(), check_words(text, "tình hình")
        kind = RemarkKind.DIFFICULTY if difficulty else RemarkKind.PROGRESS
        with self._store.write() as session:
            answering = self._as(session, by, now)
            rows = still_open(answering, answering.rows(ids))
            fresh = [row for row in rows if add_remark(session, row.id, kind, text, by, now)]
            for row in fresh:
                row.progressed_at = now
                if row.acknowledged_at is None:
                    row.acknowledged_at, row.acknowledged_by = now, by
            for occurrence in answering.occurrences(fresh) if difficulty else ():
                look = [["look", {"do": "reminder", "ids": [occurrence.id]}]]
                tell(answering, occurrence, "difficulty_told", "difficulty", now, told=text, buttons=look)
            return tuple(answering.occurrences(rows))

    def check_directed(self, ids: Collection[int], by: int) -> tuple[Occurrence, ...]:
        """Those on which the member may give a direction.

        Raises:
            NotAllowedError: none.
            ReminderError: nothing of it is open.
        """
        with self._store.read() as session:
            answering = self._as(session, by, self._clock())
            return tuple(answering.occurrences(_directed(answering, ids)))

    def direct(self, ids: Collection[int], by: int, text: str) -> tuple[Occurrence, ...]:
        """A direction on open duties; their owners hear it at once.

        Raises:
            NotAllowedError: the member neither leads the agency nor follows the plan, and is no administrator.
            ReminderError: nothing of it is open.
            RetypeError: nothing was said, or too much.
        """
        now, text = self._clock(), check_words(text, "ý kiến chỉ đạo")
        with self._store.write() as session:
            answering = self._as(session, by, now)
            rows = _directed(answering, ids)
            fresh = [row for row in rows if add_remark(session, row.id, RemarkKind.DIRECTION, text, by, now)]
            for occurrence in answering.occurrences(fresh):
                owners = answering.concerned(occurrence.agency, occurrence.duty)
                look = [["look", {"do": "reminder", "ids": [occurrence.id]}]]
                notify(answering, owners, occurrence, "direction_given", "direction", now, told=text, buttons=look)
            return tuple(answering.occurrences(rows))


def find_remarks(answering: Answering, occurrence: int, most: int) -> list[Remark]:
    """The latest remarks on it, the oldest of them first."""
    wanted = select(RemarkRow).where(RemarkRow.occurrence_id == occurrence).order_by(RemarkRow.id.desc()).limit(most)
    rows = [*answering.session.scalars(wanted)]
    return [
        Remark(RemarkKind(row.kind), row.text, answering.name_of(row.made_by), row.made_at.astimezone(HANOI).date())
        for row in reversed(rows)
    ]


def add_remark(session: Session, occurrence: int, kind: RemarkKind, text: str, by: int, now: datetime) -> bool:
    """Keeps a remark; False where it is what the same person said last."""
    last = session.scalar(
        select(RemarkRow).where(RemarkRow.occurrence_id == occurrence).order_by(RemarkRow.id.desc()).limit(1)
    )
    if last is not None and (last.kind, last.text, last.made_by) == (kind.value, text, by):
        return False
    session.add(RemarkRow(occurrence_id=occurrence, kind=kind.value, text=text, made_by=by, made_at=now))
    session.flush()
    return True


def check_words(text: str, what: str) -> str:
    """What was said, trimmed.

    Raises:
        RetypeError: nothing, or too much.
    """
    text = text.strip()
    if not text:
        raise RetypeError(f"Xin ghi {what}.")
    if len(text) > _LONGEST:
        raise RetypeError(f"Xin ghi {what} ngắn hơn {_LONGEST} ký tự.")
    return text


def _directed(answering: Answering, ids: Collection[int]) -> list[OccurrenceRow]:
    wanted = select(OccurrenceRow).where(OccurrenceRow.id.in_(set(ids)), OccurrenceRow.state == State.OPEN)
    rows = list(answering.session.scalars(wanted.order_by(OccurrenceRow.id)))
    if not rows:
        raise ReminderError("Việc này không còn mở nên không ghi ý kiến chỉ đạo được nữa.")
    own = [row for row, owed in zip(rows, answering.occurrences(rows), strict=True) if answering.may_direct(owed)]
    if not own:
        raise NotAllowedError
    return own
