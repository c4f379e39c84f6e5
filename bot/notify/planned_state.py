"""What the last planning looked at, so that planning again is done only where something has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.tracking.audience import Audience
from knowledge.library import LiveTask
from knowledge.store.database import generation
from knowledge.store.models import SettingRow, WorkDayRow

_MARK = "reminders"


@dataclass(frozen=True)
class Mark:
    """What the last planning looked at; what an older program has not written is empty.

    Attributes:
        seen: changes whenever planning could come out otherwise.
        days: of the administrators' corrections of working days.
        owing: of all that duties and their occurrences come from.
    """

    day: date
    seen: str
    days: str
    owing: str


def find_mark(session: Session) -> Mark | None:
    """That of the last planning; None where there was none."""
    row = session.get(SettingRow, _MARK)
    if row is None:
        return None
    day, seen, days, owing = (*row.value.split(" "), "", "", "")[:4]
    return Mark(date.fromisoformat(day), seen, days, owing)


def keep_mark(session: Session, mark: Mark) -> None:
    """Notes what this planning looked at."""
    session.merge(SettingRow(key=_MARK, value=f"{mark.day} {mark.seen} {mark.days} {mark.owing}"))


def look_at(session: Session, audience: Audience, today: date) -> str:
    """What `Mark.seen` would be now."""
    rules = sorted((*map(str, key), repr(value)) for key, value in audience.rules.values.items())
    return _hashed(
        today, generation(session), audience.offices.edition, audience.described(), rules, corrections(session)
    )


def corrections(session: Session) -> str:
    """What `Mark.days` would be now."""
    days = session.execute(select(WorkDayRow.day, WorkDayRow.working).order_by(WorkDayRow.day))
    return _hashed(*map(tuple, days))


def owing_of(session: Session, tasks: Iterable[LiveTask], audience: Audience, today: date) -> str:
    """What `Mark.owing` would be now. New recurring days come in weekly: the horizon of `duties` is far."""
    forced = [(each.plan.id, audience.rules.in_force(each.plan.id)) for each in tasks]
    leading = [audience.offices.open_all(each.task.lead) for each in tasks]
    return _hashed(generation(session), tuple(today.isocalendar()[:2]), forced, leading)


def _hashed(*looked_at: object) -> str:
    return hashlib.sha256(repr(looked_at).encode()).hexdigest()[:32]
