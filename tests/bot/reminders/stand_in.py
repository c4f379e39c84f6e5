from __future__ import annotations
from collections import defaultdict
from datetime import datetime
from sqlalchemy import select
from bot.clock import HANOI
from bot.reminders.audience import load_audience
from bot.reminders.records import Kind, Recipient, State
from bot.reminders.rows import find_occurrences
from bot.reminders.rules import load_calendar, load_rules
from knowledge.store.models import OutboxRow
from tests.bot.reminders.year import World
from datetime import date

def deliver(world: World, now: datetime) -> None:
    today = now.date()
    with world.store.write() as session:
        audience = load_audience(session, world.directory, load_rules(session), today)
        calendar = load_calendar(session)
        if not calendar.is_working(today):
            return
        rows = session.scalars(select(OutboxRow).where(OutboxRow.state == "waiting", OutboxRow.send_at <= now)).all()
        found = find_occurrences(session, [r.occurrence for r in rows])
        true = []
        for row in rows:
            r = Recipient.of(row.recipient)
            if row.kind in ("notice", "digest"):
                sort = row.name.split(":")[0]
                if audience.since(r) == date.max or (sort == "digest" and r not in audience.leaders(row.agency)) or (sort=="unowned" and r not in audience.administrators()):
                    row.state, row.reason = "cancelled", "recipient"
                else:
                    row.state, row.sent_at = "sent", now
                continue
            o = found.get(row.occurrence)
            planned = row.send_at.astimezone(HANOI).date()
            why = None
            if o is None or o.task is None or o.state is State.CANCELLED or not o.is_in_force(planned): why = "removed"
            elif o.state is State.DONE: why = "done"
            elif row.due_on != o.due_on: why = "moved"
            elif row.kind == Kind.ESCALATION and o.acknowledged_on: why = "acknowledged"
            elif not audience.hears(r, o, row.name, row.agency): why = "recipient"
            if why: row.state, row.reason = "cancelled", why
            else: true.append(row)
        best = {}
        for row in true:
            key = row.recipient, row.occurrence, row.kind == Kind.ESCALATION
            rank = (row.name != "help", row.send_at, row.id)
            if key not in best or rank > best[key][0]: best[key] = rank, row
        missed = set()
        for row in true:
            key = row.recipient, row.occurrence, row.kind == Kind.ESCALATION
            if best[key][1] is not row: row.state, row.reason = "cancelled", "superseded"
            elif calendar.add(row.send_at.astimezone(HANOI).date(), 5) < today: row.state = "dropped"; missed.add(row.recipient)
            else: row.state, row.sent_at = "sent", now
        for m in missed:
            session.add(OutboxRow(recipient=m, occurrence=0, name=f"missed:{today}", kind="digest", agency="", send_at=now, state="sent", attempts=0, made_at=now, sent_at=now))
