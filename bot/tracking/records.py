"""The words of reminding: occurrences, messages planned, who receives them.

All values are frozen; days are plain dates in Việt Nam, moments are aware.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from bot.channels.contract import Address, ChannelName
from knowledge.errors import KehoachError
from knowledge.progress import State as Processing

MORNING = time(8)
"""Messages go out from this hour, Việt Nam's time."""
EVENING = time(17)
"""From this hour on they wait for the next working day."""


class State(StrEnum):
    """Where an occurrence stands."""

    OPEN = "open"
    REPORTED = "reported"
    """Done as its agency says; whoever is set to confirm it has not done so."""
    DONE = "done"
    CANCELLED = "cancelled"
    """The plan no longer asks for it."""
    TRANSFERRED = "transferred"
    """An administrator has moved it to another agency, which owes it since."""


_PROCESSING = {
    State.REPORTED: Processing.REPORTED,
    State.DONE: Processing.DONE,
    State.CANCELLED: Processing.WITHDRAWN,
    State.TRANSFERRED: Processing.TRANSFERRED,
}
NOT_OWED = frozenset({State.CANCELLED, State.TRANSFERRED})
"""What its agency has nothing to do with any more."""


NEAR_DAYS = 7
"""Working days before its day within which something is near."""
ENDED = 0


class Kind(StrEnum):
    """What a message is, as `kehoach remind` prints it."""

    LEAD = "lead"
    DUE = "due"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    DIGEST = "digest"
    NOTICE = "notice"
    """Something that has happened: a deadline moved, a task dropped, one done. Never planned ahead."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One agency owes one thing by one day.

    Attributes:
        duty: the number of the duty it belongs to.
        plan: the plan's number in the database.
        task: the number of the live task; None when the plan is no longer live or has dropped it.
        agency: the directory's name today, or as printed where the directory does not know it;
            empty where the paper names nobody.
        due_on: the day owed now: as printed, or as an administrator has put it off.
        planned_on: the day that the paper gives.
        known_on: the day on which the plan that asks for it became live; nothing is said of days before.
        previous_on, next_on: for a recurring duty the days before and after this one.
        recurring: comes from a rule ("hằng quý"), not from a single day.
        hour: by which it is owed on the day that the paper gives; None where none is printed, and for another day.
        last_year: a recurring duty is reminded of through this year only; None: without end;
            `ENDED`: an administrator has ended the plan, single days included.
        done_on: the day on which it was reported, confirmed or not.
        progressed_on: the day on which its agency last said how far it is.
        returned_on: the day on which what was reported was last returned.
    """

    id: int
    duty: int
    plan: int
    task: int | None
    title: str
    agency: str
    due_on: date
    planned_on: date
    known_on: date
    recurring: bool = False
    previous_on: date | None = None
    next_on: date | None = None
    last_year: int | None = None
    state: State = State.OPEN
    acknowledged_on: date | None = None
    done_on: date | None = None
    hour: time | None = None
    progressed_on: date | None = None
    returned_on: date | None = None
    acknowledged_by: int | None = None

    @property
    def processing(self) -> Processing:
        """What its agency has said of it, and what was made of that."""
        if self.state is not State.OPEN:
            return _PROCESSING[self.state]
        if self.progressed_on is not None:
            return Processing.IN_PROGRESS
        if self.returned_on is not None:
            return Processing.RETURNED
        return Processing.NEW if self.acknowledged_on is None else Processing.ACKNOWLEDGED

    def is_in_force(self, on: date) -> bool:
        """Whether its plan still asks for it on that day."""
        if self.last_year is None or self.last_year == ENDED:
            return self.last_year is None
        return not self.recurring or on.year <= self.last_year

    def is_of_past_year(self, today: date) -> bool:
        """Whether its day was in an earlier year and its plan's years are over: counted apart."""
        ended = self.last_year is not None and self.last_year < today.year
        return ended and self.due_on.year < today.year

    def as_known_on(self, day: date) -> Occurrence:
        """The same as it stood when that day ended: what was answered later had not been."""
        known = self
        if self.acknowledged_on is not None and self.acknowledged_on > day:
            known = replace(known, acknowledged_on=None)
        if self.done_on is not None and self.done_on > day:
            known = replace(known, done_on=None, state=State.OPEN)
        return known

    @property
    def is_waiting(self) -> bool:
        """Whether its owner has reported it and somebody is to confirm that."""
        return self.state is State.REPORTED


@dataclass(frozen=True, slots=True, order=True)
class Recipient:
    """Who receives: a member, or a group chat of an agency."""

    member: int | None
    chat: Address | None = None

    @property
    def key(self) -> str:
        """Its name in the outbox."""
        if self.chat is not None:
            return f"chat:{self.chat.channel.value}:{self.chat.chat}"
        return f"member:{self.member}"

    @classmethod
    def of(cls, key: str) -> Recipient:
        """The recipient with that name in the outbox.

        Raises:
            ValueError: no such name can be.
        """
        sort, _, rest = key.partition(":")
        if sort == "member":
            return cls(int(rest))
        if sort != "chat":
            raise ValueError(key)
        channel, _, chat = rest.partition(":")
        return cls(None, Address(ChannelName(channel), chat))


@dataclass(frozen=True, slots=True)
class Step:
    """Something to be said of an occurrence on a day.

    Attributes:
        name: unique within the occurrence and recipient: "lead:14", "due", "overdue:2",
            "leader", "follow", "help" (the coordinating agency's one).
        day: a working day.
    """

    kind: Kind
    name: str
    day: date


@dataclass(frozen=True, slots=True)
class Planned:
    """One message to one recipient about one occurrence.

    Attributes:
        agency: on whose behalf the recipient hears of it.
        days_left: calendar days from the sending day to `due_on`; negative when late.
    """

    recipient: Recipient
    occurrence: Occurrence
    step: Step
    send_at: datetime
    agency: str

    @property
    def days_left(self) -> int:
        """Calendar days from the sending day to the deadline; negative when late."""
        return (self.occurrence.due_on - self.step.day).days


@dataclass(frozen=True, slots=True)
class Digest:
    """A message about many occurrences.

    Attributes:
        name: unique for the recipient: "digest:2026-11-23" with the agency it is about.
        payload: what it says; see `outbox.add_notice`.
    """

    recipient: Recipient
    name: str
    send_at: datetime
    agency: str
    payload: dict[str, Any]


class ReminderError(KehoachError):
    """Something that cannot be done with a reminder; `sentence` may be shown to who acted."""


class RetypeError(ReminderError):
    """What was typed or sent cannot be taken; something else may: too long, no day, too large."""
