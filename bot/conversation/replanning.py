"""Duties and messages follow what has just changed in the chat."""

from __future__ import annotations

from bot.conversation.visit import Visit
from bot.reminders.planning import refresh


def plan_again(visit: Visit, *, force: bool = False) -> None:
    """Duties and messages follow what has just changed: a plan switched, a rule set, a deadline put off."""
    app = visit.services.app
    refresh(app.store, app.library, app.directory, visit.now, force=force)
