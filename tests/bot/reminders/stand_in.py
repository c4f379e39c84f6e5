"""Delivery without channels: what is due is looked at once more, and marked as sent."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.reminders.audience import Audience, load_audience
from bot.reminders.outbox import OutboxState
from bot.reminders.records import Kind, Occurrence, Recipient, State
from bot.reminders.rows import find_occurrences, open_between
from bot.reminders.rules import load_calendar, load_rules
from knowledge.store.models import OutboxRow
from tests.bot.reminders.year import World

TOO_LATE = 5


def deliver(world: World, now: datetime) -> None:
    """Everything that is due; nothing on a day off."""
    today = now.date()
    with world.store.write() as session:
        calendar = load_calendar(session)
        if not calendar.is_working(today):
            return
        audience = load_audience(session, world.directory, load_rules(session), today)
        rows = session.scalars(
            select(OutboxRow).where(OutboxRow.state == OutboxState.WAITING, OutboxRow.send_at <= now)
        ).all()
        occurrences = find_occurrences(session, [row.occurrence for row in rows])
        owing = _owing(session, today)
        best: dict[tuple[str, int, bool], OutboxRow] = {}
        missed = set()
        for row in rows:
            late = calendar.add(_day(row), TOO_LATE) < today
            if row.kind in {Kind.NOTICE, Kind.DIGEST}:
                going = _is_for(row, audience, owing) and not (late and row.kind == Kind.DIGEST)
                row.state, row.sent_at = (OutboxState.SENT, now) if going else (OutboxState.DROPPED, None)
            elif not _is_true(row, occurrences.get(row.occurrence), audience):
                row.state, row.reason = OutboxState.CANCELLED, "recipient"
            else:
                key = row.recipient, row.occurrence, row.kind == Kind.ESCALATION
                older = best.get(key)
                best[key] = row if older is None or _rank(row) > _rank(older) else older
                row.state, row.reason = OutboxState.CANCELLED, "superseded"
        for row in best.values():
            late = calendar.add(_day(row), TOO_LATE) < today
            row.reason = None
            row.state, row.sent_at = (OutboxState.DROPPED, None) if late else (OutboxState.SENT, now)
            if late:
                missed.add(row.recipient)
        session.add_all(_missed(recipient, now) for recipient in missed)


def _owing(session: Session, today: date) -> set[str]:
    """Agencies about which a leader's digest has something to say."""
    near = open_between(session, date.min, today + timedelta(days=30))
    return {each.agency for each in near if each.task and each.due_on >= each.known_on and each.is_in_force(today)}


def _is_for(row: OutboxRow, audience: Audience, owing: set[str]) -> bool:
    recipient, sort = Recipient.of(row.recipient), row.name.split(":")[0]
    if sort == "digest":
        return recipient in audience.leaders(row.agency) and row.agency in owing
    if sort == "unowned":
        return recipient in audience.administrators()
    return audience.since(recipient) != date.max


def _is_true(row: OutboxRow, occurrence: Occurrence | None, audience: Audience) -> bool:
    return (
        occurrence is not None
        and occurrence.task is not None
        and occurrence.state is State.OPEN
        and occurrence.is_in_force(_day(row))
        and row.due_on == occurrence.due_on
        and not (row.kind == Kind.ESCALATION and occurrence.acknowledged_on)
        and audience.hears(Recipient.of(row.recipient), occurrence, row.name, row.agency)
    )


def _rank(row: OutboxRow) -> tuple[bool, datetime, int]:
    return row.name != "help", row.send_at, row.id


def _day(row: OutboxRow) -> date:
    return row.send_at.astimezone(HANOI).date()


def _missed(recipient: str, now: datetime) -> OutboxRow:
    return OutboxRow(
        recipient=recipient, occurrence=0, name=f"missed:{now.date()}", kind=Kind.DIGEST.value, agency="",
        send_at=now, state=OutboxState.SENT.value, attempts=1, made_at=now, sent_at=now,
    )  # fmt: skip
