"""How far tasks are, as people report it: what answering asks of the tracking, whatever keeps it.

`bot.tracking.progress_port` implements `Progress`; answers speak only to this protocol. Without one, only the papers'
dates tell what is late.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from knowledge.library import Library


class State(StrEnum):
    """What an agency has said of a task."""

    NEW = "new"
    """Nothing yet."""
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    REPORTED = "reported"
    """Done as its owner says; somebody is to confirm it."""
    DONE = "done"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"


STATE_WORDS = {
    State.NEW: "Chưa nhận",
    State.ACKNOWLEDGED: "Đã nhận",
    State.IN_PROGRESS: "Đang thực hiện",
    State.REPORTED: "Chờ xác nhận",
    State.DONE: "Hoàn thành",
    State.RETURNED: "Trả lại",
    State.WITHDRAWN: "Không tiếp tục thực hiện",
    State.TRANSFERRED: "Đã chuyển cơ quan khác",
}
"""Trạng thái xử lý, in the terms of official trackers."""


class Standing(StrEnum):
    """Where a task stands against its day, apart from what its agency has said of it."""

    IN_TIME = "in_time"
    NEAR = "near"
    LATE = "late"
    NO_DEADLINE = "no_deadline"
    BEFORE = "before"
    """Due before its plan was tracked, so nobody was asked for it; boards only, see `TaskProgress.asked`."""
    DONE_IN_TIME = "done_in_time"
    DONE_LATE = "done_late"


DONE = frozenset((Standing.DONE_IN_TIME, Standing.DONE_LATE))
BOXES: dict[str, tuple[Standing, ...]] = {
    "hoàn thành đúng hạn": (Standing.DONE_IN_TIME,),
    "hoàn thành quá hạn": (Standing.DONE_LATE,),
    "chưa hoàn thành trong hạn": (Standing.IN_TIME, Standing.NEAR),
    "chưa hoàn thành quá hạn": (Standing.LATE,),
}
"""The four boxes of official trackers: every count of tasks with a deadline says all of them."""


def boxed(counts: Mapping[Standing, int]) -> dict[str, int]:
    """How many stand in each box."""
    return {box: sum(counts.get(each, 0) for each in standings) for box, standings in BOXES.items()}


def told_boxes(counts: Mapping[Standing, int]) -> str:
    """The four boxes in words, with what is near."""
    near = counts.get(Standing.NEAR, 0)
    beside = {"chưa hoàn thành trong hạn": f" (sắp đến hạn {near})"} if near else {}
    return ", ".join(f"{box} {number}{beside.get(box, '')}" for box, number in boxed(counts).items())


def told_share(counts: Mapping[Standing, int]) -> str:
    """How much is done, in percent and of what."""
    numbers = [*boxed(counts).values()]
    done, total = sum(numbers[:2]), sum(numbers)
    percent = f"{100 * done / total:.1f}".removesuffix(".0").replace(".", ",")
    return f"đã hoàn thành {done}/{total} việc có thời hạn ({percent} %)"


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """How far one agency is with one task, for one day on which it owes it.

    Attributes:
        plan: id of the plan, live or not.
        task: id of the live task; None where the plan no longer has it.
        agency: as it is called today, or as printed; empty where the paper names nobody.
        due_on: the day owed now.
        done_on: when it was reported as done.
        acknowledged_on: when the agency said that it had received it.
        extended_to: `due_on`, where that was put off from the paper's day.
        reason: why it was put off, as the agency gave it: for its people and the administrators, not for answers.
        asked: False where only the paper's date tells that it is late, since nobody was asked for it: it fell due
            before its plan was tracked, or the plan is not tracked at all. Counts of lateness leave it out.
        of_past_year: its day was in an earlier year and its plan's years are over: counted apart.
    """

    plan: int
    task: int | None
    title: str
    agency: str
    due_on: date
    state: State
    standing: Standing
    recurring: bool = False
    done_on: date | None = None
    acknowledged_on: date | None = None
    extended_to: date | None = None
    reason: str = ""
    asked: bool = True
    of_past_year: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it is over for the agency."""
        return self.standing in DONE


class Progress(Protocol):
    """Read access to what is tracked."""

    def tracked(self) -> frozenset[int]:
        """Ids of the plans whose tasks agencies are asked for."""

    def find(
        self,
        library: Library,
        as_of: date,
        *,
        agencies: Sequence[str] = (),
        plans: Collection[int] | None = None,
        due_from: date | None = None,
        due_to: date | None = None,
    ) -> Sequence[TaskProgress]:
        """What is owed, done things too, by day: what the boards show.

        Without days that are single deadlines of all years, recurring ones of this year and of the next months, and
        what is late.

        Args:
            library: the live plans as the answer sees them.
            agencies: only of these, the members of groups and the heirs of those that are no more among them.
            plans: only of these.
            due_from, due_to: only what is due on these days or between.
        """
