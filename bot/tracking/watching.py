"""What somebody who follows plans looks at: which plans these are, and what about them is not in order.

The occurrences come from `boards.find_shown`, so that nothing is named here that no board counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.people.records import Member
from bot.tracking.audience import Audience
from bot.tracking.lights import Judge
from bot.tracking.outbox import OutboxState
from bot.tracking.records import Kind, Occurrence
from bot.tracking.remarks import RemarkKind
from bot.tracking.urging import can_be_urged
from knowledge.store.models import DutyRow, ExtensionRow, OccurrenceRow, OutboxRow, RemarkRow
from knowledge.workdays import WorkCalendar

CONFIRMED_WITHIN = 3
"""Working days in which a report is to be confirmed or returned."""
SILENT_AFTER = 5
"""Reminders in a row, none of which an agency has answered."""
LOOK_BACK = timedelta(days=90)
"""Reminders of longer ago tell nothing of how an agency answers now."""
_AT_ONCE = 500
_EXPLAINING = (RemarkKind.PROGRESS.value, RemarkKind.DIFFICULTY.value)
_REMINDERS = (Kind.LEAD.value, Kind.DUE.value, Kind.OVERDUE.value)


@dataclass(frozen=True, slots=True)
class Unhealthy:
    """What is not in order.

    Attributes:
        unexplained: late, with no reason given and no more time asked for.
        unconfirmed: reported longer ago than `CONFIRMED_WITHIN`, and nobody has confirmed it.
        silent: agencies that have answered none of the last `SILENT_AFTER` reminders.
    """

    unexplained: tuple[Occurrence, ...]
    unconfirmed: tuple[Occurrence, ...]
    silent: tuple[str, ...]


def watched_plans(session: Session, audience: Audience, member: Member) -> frozenset[int] | None:
    """The plans that a member's agencies follow; None: all, for an administrator."""
    if member.is_admin:
        return None
    own = set(audience.agencies_of(member.id))
    plans = session.scalars(select(DutyRow.plan_id).distinct()).all()
    return frozenset(plan for plan in plans if own.intersection(_following(audience, plan)))


def find_unhealthy(
    session: Session, occurrences: Collection[Occurrence], judge: Judge, calendar: WorkCalendar
) -> Unhealthy:
    """What of these is not in order on the day of the judge."""
    late = [each for each in occurrences if can_be_urged(each, judge)]
    reasons = find_reasons(session, [each.id for each in late])
    waiting = [
        each
        for each in occurrences
        if (since := waiting_since(each)) and calendar.add(since, CONFIRMED_WITHIN) < judge.today
    ]
    return Unhealthy(
        tuple(each for each in late if not reasons.get(each.id)),
        tuple(waiting),
        tuple(_silent(session, {each.agency for each in occurrences if each.agency}, judge.today)),
    )


def waiting_since(occurrence: Occurrence) -> date | None:
    """The day on which it was reported, where that waits to be confirmed."""
    return occurrence.done_on if occurrence.is_waiting else None


def find_reasons(session: Session, ids: Collection[int]) -> dict[int, str]:
    """What was said of why these are late: by the last request for more time, else on how far it is, else noted."""
    found: dict[int, str] = {}
    for some in _parts(ids):
        notes = select(OccurrenceRow.id, OccurrenceRow.note).where(OccurrenceRow.id.in_(some))
        told = select(RemarkRow.occurrence_id, RemarkRow.text).where(
            RemarkRow.occurrence_id.in_(some), RemarkRow.kind.in_(_EXPLAINING)
        )
        asked = select(ExtensionRow.occurrence_id, ExtensionRow.reason).where(ExtensionRow.occurrence_id.in_(some))
        found |= {number: note for number, note in session.execute(notes) if note}
        for query in (told.order_by(RemarkRow.id), asked.order_by(ExtensionRow.id)):
            found.update((number, reason) for number, reason in session.execute(query))
    return found


def find_holders(session: Session, occurrences: Sequence[Occurrence], audience: Audience) -> Mapping[int, str]:
    """Who has each of these: to whom it was given, else who received or reported it, else the agency's owners."""
    said: dict[int, int] = {}
    for some in _parts([each.id for each in occurrences]):
        rows = select(OccurrenceRow.id, OccurrenceRow.done_by, OccurrenceRow.acknowledged_by)
        for number, done_by, received_by in session.execute(rows.where(OccurrenceRow.id.in_(some))):
            if (who := done_by or received_by) is not None:
                said[number] = who
    said |= {each.id: doer for each in occurrences if (doer := audience.doer_of(each)) is not None}
    owners = {agency: _owners(audience, agency) for agency in {each.agency for each in occurrences}}
    return {
        each.id: (audience.name_of(said[each.id]) if each.id in said else "") or owners[each.agency]
        for each in occurrences
    }


def has_nobody(audience: Audience, agency: str) -> bool:
    """Whether nobody is registered who owes what the agency owes."""
    return not any(audience.owners(name) for name in audience.offices.today(agency))


def _owners(audience: Audience, agency: str) -> str:
    found = [each.member for name in audience.offices.today(agency) for each in audience.owners(name)]
    return ", ".join(dict.fromkeys(audience.name_of(member) for member in found if member is not None))


def _following(audience: Audience, plan: int) -> Iterable[str]:
    return audience.offices.today(audience.rules.following_unit(plan))


def _silent(session: Session, agencies: Collection[str], today: date) -> list[str]:
    """Those whose last answer is older than the last `SILENT_AFTER` reminders that went to them lately."""
    since = datetime.combine(today - LOOK_BACK, time(), HANOI)
    sent: dict[str, list[datetime]] = defaultdict(list)
    reminders = (
        select(OutboxRow.agency, OutboxRow.occurrence, OutboxRow.name, OutboxRow.sent_at)
        .where(OutboxRow.state == OutboxState.SENT, OutboxRow.send_at >= since)
        .where(OutboxRow.kind.in_(_REMINDERS), OutboxRow.name != "help")
        .order_by(OutboxRow.sent_at)
    )
    told = {(agency, number, name): at for agency, number, name, at in session.execute(reminders) if at is not None}
    for (agency, _, _), at in told.items():
        if agency in agencies:
            sent[agency].append(at)
    answered = _last_answers(session)
    silent = []
    for agency, moments in sorted(sent.items()):
        moments.sort()
        last = answered.get(agency)
        if len(moments) >= SILENT_AFTER and (last is None or last < moments[-SILENT_AFTER]):
            silent.append(agency)
    return silent


def _last_answers(session: Session) -> dict[str, datetime]:
    """By agency, when anything was last said to a reminder: received, done, more time, later."""
    found: dict[str, datetime] = {}

    def note(agency: str, at: datetime | None) -> None:
        if at is not None and at > found.get(agency, at.min.replace(tzinfo=at.tzinfo)):
            found[agency] = at

    answers = select(OccurrenceRow.agency, OccurrenceRow.acknowledged_at, OccurrenceRow.done_at)
    said: ColumnElement[bool] = OccurrenceRow.acknowledged_at.is_not(None) | OccurrenceRow.done_at.is_not(None)
    for agency, received_at, done_at in session.execute(answers.where(said)):
        note(agency, received_at)
        note(agency, done_at)
    asked = select(OccurrenceRow.agency, ExtensionRow.asked_at).join(
        ExtensionRow, ExtensionRow.occurrence_id == OccurrenceRow.id
    )
    later = select(OutboxRow.agency, OutboxRow.made_at).where(OutboxRow.name.like("later:%"))
    for query in (asked, later):
        for agency, at in session.execute(query):
            note(agency, at)
    return found


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    numbers = sorted(set(ids))
    for at in range(0, len(numbers), _AT_ONCE):
        yield numbers[at : at + _AT_ONCE]
