"""Tasks of which no day could be read: what their agencies have said of them.

An answer is a rule of the duty, so it holds over the versions of its plan as long as the words are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.tracking.answering import Answers
from bot.tracking.records import ReminderError, RetypeError
from bot.tracking.rules import Name, Rules, Scope, set_rule
from knowledge.doubts import is_undated
from knowledge.library import LiveTask
from knowledge.store.models import DutyRow


class Said(StrEnum):
    """What an agency says."""

    DAY = "day"
    DONE = "done"


class Undated(Answers):
    """What owners and leaders answer. Calls block for some milliseconds of disk."""

    def check(self, task: int, agency: str, by: int) -> None:
        """Whether a member may answer for it.

        Raises:
            ReminderError: no.
        """
        with self._store.read() as session:
            self._duty(session, task, agency, by)

    def answer(self, task: int, agency: str, by: int, said: Said, day: date | None = None) -> bool:
        """Keeps what an agency says of a task; False where it has said so before.

        Raises:
            ReminderError: the member may not answer for the agency, the task is gone, or the day is over.
        """
        now = self._clock()
        if day is not None and day <= now.date():
            raise RetypeError("Ngày hạn phải sau hôm nay.")
        with self._store.write() as session:
            duty, rules = self._duty(session, task, agency, by)
            before = rules.said_of(duty)
            answer = {"said": said.value, "day": day.isoformat() if day else None}
            if before.get(agency) == answer:
                return False
            set_rule(session, Scope.DUTY, str(duty), Name.SAID, {**before, agency: answer}, by, now)
            return True

    def _duty(self, session: Session, task: int, agency: str, by: int) -> tuple[int, Rules]:
        answering = self._as(session, by, self._clock())
        duty = session.scalar(select(DutyRow.id).where(DutyRow.task_id == task))
        if duty is None:
            raise ReminderError("Việc này không còn trong các kế hoạch đang dùng.")
        if not answering.may_answer(agency, duty):
            raise ReminderError(
                "Việc này chỉ đầu mối, lãnh đạo của cơ quan được giao hoặc quản trị viên trả lời được."
            )
        return duty, answering.audience.rules


def find_answered(session: Session, tasks: Iterable[LiveTask], rules: Rules) -> set[tuple[int, str]]:
    """Tasks and agencies that have said something of them, so that they are not asked again."""
    told = {int(subject) for scope, subject, name in rules.values if (scope, name) == (Scope.DUTY, Name.SAID)}
    if not told:
        return set()
    wanted = {each.id for each in tasks if is_undated(each.task.deadline)}
    duties = session.execute(select(DutyRow.id, DutyRow.task_id).where(DutyRow.id.in_(told)))
    return {(task, agency) for duty, task in duties if task in wanted for agency in rules.said_of(duty)}
