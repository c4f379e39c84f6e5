"""Urging (đôn đốc): an agency is told, by who follows the plan or an administrator, that something of it is late.

A duty of an agency is urged once a day at most. Every time is kept with who, when and whom it reached; from the third
on the agency's leaders are told as well, and where it has no owner they are told in their place. The message is a row
of the outbox like any other, so it goes once and in office hours, without what has been reported by then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.tracking.answering import Answering, Answers
from bot.tracking.audience import Audience
from bot.tracking.lights import Judge
from bot.tracking.outbox import add_notice
from bot.tracking.records import Kind, Occurrence, Recipient, ReminderError, State
from bot.tracking.rows import find_occurrences
from bot.tracking.rules import load_calendar
from knowledge.progress import Standing
from knowledge.store.models import OccurrenceRow, UrgingRow
from knowledge.wording import day, join_names

LEADERS_FROM = 3
"""The time from which the agency's leaders are told as well."""
SAY = "urged"
"""What the message is called in the outbox."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Urged:
    """An agency that has been urged.

    Attributes:
        number: which time it was, of the thing that was urged most often.
        told: names of those told.
        leaders: the agency's leaders are among them.
    """

    agency: str
    occurrences: tuple[Occurrence, ...]
    number: int
    told: tuple[str, ...]
    leaders: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of urging.

    Attributes:
        already: how many things were left out, since they had been urged today.
        unowned: agencies of which nobody is registered who could be told.
    """

    urged: tuple[Urged, ...]
    already: int = 0
    unowned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Urgings:
    """How often one thing was urged, and when last."""

    count: int
    last: date


class Urging(Answers):
    """Calls block for some milliseconds of disk."""

    def urge(self, ids: Collection[int], by: int) -> Outcome:
        """Has the agencies told that these are late; each of them hears of all that is its own in one message.

        Raises:
            ReminderError: the member neither follows the plans nor is an administrator; nothing of it is late any
                more; all of it was urged today (the sentence says by whom); or nobody can be told.
        """
        now = self._clock()
        with self._store.write() as session:
            answering = self._as(session, by, now)
            late = _late(session, answering, ids, now)
            before = _today(session, late, now.astimezone(HANOI).date())
            fresh = [each for each in late if (each.duty, each.agency) not in before]
            if not fresh:
                raise ReminderError(_by_whom(answering, before.values()))
            outcome = _urge(answering, fresh, now)
            if not outcome.urged:
                raise ReminderError(
                    f"{join_names(outcome.unowned)} chưa có đầu mối hay lãnh đạo nào trong danh sách nên chưa báo "
                    "được cho ai; xin mời người của cơ quan (quản trị viên gõ /moi)."
                )
            return Outcome(outcome.urged, len(late) - len(fresh), outcome.unowned)


def find_urgings(session: Session, ids: Iterable[int]) -> dict[int, Urgings]:
    """How often each of these was urged; those never urged are left out."""
    numbers, found = sorted(set(ids)), dict[int, Urgings]()
    for at in range(0, len(numbers), _AT_ONCE):
        rows = select(UrgingRow.occurrence_id, UrgingRow.number, UrgingRow.day).where(
            UrgingRow.occurrence_id.in_(numbers[at : at + _AT_ONCE])
        )
        for number, count, last in session.execute(rows.order_by(UrgingRow.id)):
            found[number] = Urgings(count, last)
    return found


def can_be_urged(occurrence: Occurrence, judge: Judge) -> bool:
    """Whether it is late and still asked for, and nothing has been reported that waits to be confirmed."""
    return (
        occurrence.state is State.OPEN
        and occurrence.is_in_force(judge.today)
        and judge.standing(occurrence) is Standing.LATE
    )


def may_urge(answering: Answering, occurrence: Occurrence) -> bool:
    """Whether the member follows its plan, or is an administrator."""
    return answering.member.is_admin or answering.follows(occurrence.duty)


def _late(session: Session, answering: Answering, ids: Collection[int], now: datetime) -> list[Occurrence]:
    wanted = select(OccurrenceRow.id).where(OccurrenceRow.id.in_(set(ids))).order_by(OccurrenceRow.id)
    found = find_occurrences(session, session.scalars(wanted).all())
    own = [each for _, each in sorted(found.items()) if may_urge(answering, each)]
    if not own and found:
        raise ReminderError("Việc này chỉ đơn vị theo dõi kế hoạch hoặc quản trị viên đôn đốc được.")
    judge = Judge(now.astimezone(HANOI).date(), load_calendar(session))
    late = [each for each in own if can_be_urged(each, judge)]
    if not late:
        raise ReminderError("Việc này không còn quá hạn hoặc đã báo xong nên không cần đôn đốc.")
    return late


def _today(session: Session, late: Sequence[Occurrence], today: date) -> dict[tuple[int, str], UrgingRow]:
    """By duty and agency, what was urged of them today."""
    rows = session.execute(
        select(UrgingRow, OccurrenceRow.duty_id, OccurrenceRow.agency)
        .join(OccurrenceRow, OccurrenceRow.id == UrgingRow.occurrence_id)
        .where(UrgingRow.day == today)
    )
    asked = {(each.duty, each.agency) for each in late}
    return {(duty, agency): row for row, duty, agency in rows if (duty, agency) in asked}


def _by_whom(answering: Answering, rows: Iterable[UrgingRow]) -> str:
    last = max(rows, key=lambda row: row.urged_at)
    who, when = answering.name_of(last.urged_by), last.urged_at.astimezone(HANOI)
    return f"Hôm nay {who} đã đôn đốc việc này lúc {when:%H:%M} (lần {last.number}); mỗi ngày chỉ đôn đốc một lần."


def _urge(answering: Answering, late: Sequence[Occurrence], now: datetime) -> Outcome:
    earlier = find_urgings(answering.session, [each.id for each in late])
    by_agency: dict[str, list[Occurrence]] = {}
    for each in late:
        by_agency.setdefault(each.agency, []).append(each)
    urged, unowned = list[Urged](), list[str]()
    for agency, owed in by_agency.items():
        numbers = {each.id: earlier[each.id].count + 1 if each.id in earlier else 1 for each in owed}
        told = {each.id: _recipients(answering.audience, each, numbers[each.id]) for each in owed}
        if not any(told.values()):
            unowned.append(agency or "Cơ quan chưa rõ tên")
            continue
        _write(answering, agency, owed, numbers, told, now)
        everybody = dict.fromkeys(each for some in told.values() for each in some)
        leaders = any(each in everybody for each in _leaders(answering.audience, agency))
        names = tuple(dict.fromkeys(_name(answering.audience, each) for each in everybody))
        urged.append(Urged(agency, tuple(owed), max(numbers.values()), names, leaders))
    return Outcome(tuple(urged), unowned=tuple(unowned))


def _write(
    answering: Answering,
    agency: str,
    owed: Sequence[Occurrence],
    numbers: Mapping[int, int],
    told: Mapping[int, Sequence[Recipient]],
    now: datetime,
) -> None:
    """The log, and one message to each of those told."""
    session, today = answering.session, now.astimezone(HANOI).date()
    rows = [
        UrgingRow(
            occurrence_id=each.id,
            day=today,
            number=numbers[each.id],
            urged_by=answering.member.id,
            urged_at=now,
            told=[recipient.key for recipient in told[each.id]],
        )
        for each in owed
    ]
    session.add_all(rows)
    session.flush()
    for recipient in dict.fromkeys(each for some in told.values() for each in some):
        own = [each for each in owed if recipient in told[each.id]]
        payload = {
            "say": SAY,
            "ids": [each.id for each in own],
            "numbers": [numbers[each.id] for each in own],
            "tasks": [each.task for each in own if each.task is not None],
            "by": answering.member.id,
        }
        name = f"{SAY}:{today}:{rows[0].id}"
        add_notice(session, recipient, name, payload, send_at=now, now=now, kind=Kind.DIGEST, agency=agency)


def _recipients(audience: Audience, owed: Occurrence, number: int) -> list[Recipient]:
    """Who owes and does it, and the agency's leaders where it is time for them or there are no owners."""
    names = audience.offices.today(owed.agency)
    owners = [each for name in names for each in audience.hearing(name, duty=owed.duty)]
    leaders = _leaders(audience, owed.agency) if number >= LEADERS_FROM or not owners else []
    return list(dict.fromkeys([*owners, *leaders]))


def _leaders(audience: Audience, agency: str) -> list[Recipient]:
    return [leader for name in audience.offices.today(agency) for leader in audience.leaders(name)]


def _name(audience: Audience, recipient: Recipient) -> str:
    return audience.name_of(recipient.member) if recipient.member is not None else "nhóm chat của cơ quan"


def told_urgings(urgings: Urgings) -> str:
    """ "đã đôn đốc 2 lần, gần nhất 03/12/2026"."""
    return f"đã đôn đốc {urgings.count} lần, gần nhất {day(urgings.last)}"
