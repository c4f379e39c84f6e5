"""Whether a claimed message should still go: the last look before it is sent.

Between planning and sending a task is done, a plan replaced, a person moved to another office. What is no longer
true is cancelled and says why; of several messages about one occurrence only the newest goes; what is later than
`LOOK_BACK` working days is dropped, and one digest tells of it. A weekly digest is of its week only. Notices tell
what has happened: they go however late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.notify.claims import Item
from bot.tracking.audience import Audience
from bot.tracking.outbox import OutboxState, Reason
from bot.tracking.records import Kind, Occurrence, Recipient, State
from bot.tracking.schedule import LOOK_BACK, sending_day
from knowledge.workdays import WorkCalendar

LATE = "late"
"""Why a message was dropped."""
_WEEKLY = {"digest", "unowned", "followed"}
_OF_OWNERS = {"checkin", "undated"}
_HOWEVER_LATE = {"past", "missed", "undelivered", "returned", "urged"}
"""Digests of what has happened: they go however late, as notices do."""
_OF_ADMINISTRATORS = ("unowned:", "undelivered:", "set_switch:")


@dataclass(frozen=True, slots=True)
class Subject:
    """A message that goes, and what it is about.

    Attributes:
        occurrence: None for notices and digests about none or several.
        planned_on: the working day on which it was to go, by the calendar as it is now.
    """

    item: Item
    occurrence: Occurrence | None
    planned_on: date


@dataclass
class Checked:
    """A batch after the look.

    Attributes:
        settled: rows that do not go, by state and reason.
        missed: of those the reminders that are too late, though still true.
    """

    going: list[Subject] = field(default_factory=list)
    settled: dict[tuple[OutboxState, str], list[int]] = field(default_factory=dict)
    missed: list[Subject] = field(default_factory=list)

    def settle(self, subject: Subject, state: OutboxState, reason: str) -> None:
        """This one does not go."""
        self.settled.setdefault((state, reason), []).append(subject.item.id)


def check(
    recipient: Recipient,
    items: Iterable[Item],
    occurrences: Mapping[int, Occurrence],
    audience: Audience,
    calendar: WorkCalendar,
    today: date,
    undecided: Collection[int] = (),
) -> Checked:
    """Parts what goes from what does not.

    Args:
        occurrences: by number, as they are now; what is not there is gone.
        undecided: numbers of requests for more time that nobody has decided.
    """
    checked, true = Checked(), list[Subject]()
    for item in items:
        subject = Subject(item, occurrences.get(item.occurrence), sending_day(item.send_at, calendar))
        reason = _why_not(recipient, subject, audience, undecided, today)
        if reason is None:
            true.append(subject)
        else:
            checked.settle(subject, OutboxState.CANCELLED, reason.value)
    newest = _newest(true)
    for subject in true:
        if subject.item.id not in newest:
            checked.settle(subject, OutboxState.CANCELLED, Reason.SUPERSEDED.value)
        elif _is_too_late(subject, calendar, today):
            checked.settle(subject, OutboxState.DROPPED, LATE)
            if subject.occurrence is not None:
                checked.missed.append(subject)
        else:
            checked.going.append(subject)
    return checked


def _why_not(
    recipient: Recipient, subject: Subject, audience: Audience, undecided: Collection[int], today: date
) -> Reason | None:
    item = subject.item
    if item.kind in {Kind.NOTICE, Kind.DIGEST}:
        return _why_not_told(recipient, subject, audience, undecided)
    occurrence = subject.occurrence
    if occurrence is None:
        return Reason.REMOVED
    if occurrence.state in (State.DONE, State.REPORTED):
        return Reason.DONE
    if occurrence.state is not State.OPEN or occurrence.task is None:
        return Reason.REMOVED
    if not occurrence.is_in_force(subject.planned_on):
        return Reason.REMOVED
    if item.due_on is not None and item.due_on != occurrence.due_on:
        return Reason.MOVED
    # What was to go before somebody went away and is late goes to who stands in.
    late = item.name != "help" and subject.planned_on < today
    if late and recipient not in audience.in_place_of(recipient, item.agency, today):
        return Reason.RECIPIENT
    days = (subject.planned_on, today) if late else (subject.planned_on,)
    if not any(audience.hears(recipient, occurrence, item.name, item.agency, day) for day in days):
        return Reason.RECIPIENT
    return None


def _why_not_told(
    recipient: Recipient, subject: Subject, audience: Audience, undecided: Collection[int]
) -> Reason | None:
    item, occurrence = subject.item, subject.occurrence
    sort, _, rest = item.name.partition(":")
    said = (item.payload or {}).get("say", "")
    if audience.since(recipient) == date.max:
        return Reason.RECIPIENT
    if said == "extension_asked" and not (rest.isdigit() and int(rest) in undecided):
        return Reason.DONE
    if said == "reminder_reported" and (occurrence is None or occurrence.state is not State.REPORTED):
        return Reason.DONE
    if item.name.startswith(_OF_ADMINISTRATORS) or said == "extension_asked":
        return None if recipient in audience.administrators(subject.planned_on) else Reason.RECIPIENT
    if sort == "digest" and recipient not in audience.leaders(item.agency, subject.planned_on):
        return Reason.RECIPIENT
    if sort == "followed" and recipient not in audience.of_unit(item.agency, subject.planned_on):
        return Reason.RECIPIENT
    if sort in _OF_OWNERS and recipient not in _heard_by(audience, item.agency, subject.planned_on):
        return Reason.RECIPIENT
    if sort == "stand_in" and not audience.is_absence(int(rest)):
        return Reason.REMOVED
    if sort == "assigned":
        return _why_not_assigned(recipient, occurrence, audience, item.agency)
    if sort == "moved":
        if occurrence is None or occurrence.state is not State.OPEN:
            return Reason.REMOVED
        if (item.payload or {}).get("due") != occurrence.due_on.isoformat():
            return Reason.MOVED
    return None


def _heard_by(audience: Audience, agency: str, on: date) -> Collection[Recipient]:
    return audience.hearing(agency, on) if agency else audience.administrators(on)


def _why_not_assigned(
    recipient: Recipient, occurrence: Occurrence | None, audience: Audience, agency: str
) -> Reason | None:
    if occurrence is None or occurrence.state is not State.OPEN:
        return Reason.REMOVED if occurrence is None else Reason.DONE
    given = audience.assignment(occurrence.duty, agency)
    if given is None:
        return Reason.RECIPIENT
    doer = Recipient(given.member)
    return None if recipient in (doer, *audience.in_place_of(doer, agency)) else Reason.RECIPIENT


def _newest(subjects: Iterable[Subject]) -> set[int]:
    """Of several reminders of one occurrence the one that was planned last; the owner's before the helper's.

    Who stands in for somebody with other lead times may have two of one morning: that it is the day says more.
    """
    best: dict[tuple[object, ...], Item] = {}
    for subject in subjects:
        item = subject.item
        told = item.kind in {Kind.NOTICE, Kind.DIGEST}
        key = (item.id,) if told else (item.occurrence, item.kind is Kind.ESCALATION)
        if key not in best or _rank(item) > _rank(best[key]):
            best[key] = item
    return {item.id for item in best.values()}


def _rank(item: Item) -> tuple[object, ...]:
    return item.name != "help", item.send_at, item.kind is not Kind.LEAD, item.id


def _is_too_late(subject: Subject, calendar: WorkCalendar, today: date) -> bool:
    sort = subject.item.name.partition(":")[0]
    if subject.item.kind is Kind.NOTICE or sort in _HOWEVER_LATE:
        return False
    if sort in _WEEKLY:
        # The next week has its own.
        return subject.planned_on.isocalendar()[:2] < today.isocalendar()[:2]
    return calendar.add(subject.planned_on, LOOK_BACK) < today
