"""What reminders would become of if a plan had other tasks: read only, before a version is switched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.tracking.audience import Audience
from bot.tracking.obligations import Demand
from bot.tracking.records import State
from knowledge.library import LivePlan, LiveTask


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Days on which agencies owe something, of one plan.

    Attributes:
        kept: open ones that stay as they are.
        moved: open ones that get another day.
        cancelled: open ones that are owed no more.
        new: to come, that were not owed before.
        past: over already; they are told of in one summary, and not reminded of as new.
    """

    kept: int
    moved: int
    cancelled: int
    new: int
    past: int


def foresee(
    session: Session, plan: LivePlan, tasks: Sequence[LiveTask], audience: Audience, now: datetime
) -> Foreseen:
    """What would become of the plan's open days with these tasks in place of its own.

    Args:
        now: in Việt Nam's time zone.
    """
    today = now.date()
    changes = Demand([plan], tasks, audience, {plan.id: today}, now).compare(session, plan.id)
    moved = sum(1 for row, _ in changes.moved if row.state == State.OPEN)
    new = [row for _, row in changes.new]
    past = sum(1 for row in new if row["due_on"] < today)
    kept = changes.open - moved - len(changes.cancelled)
    return Foreseen(max(kept, 0), moved, len(changes.cancelled), len(new) - past, past)
