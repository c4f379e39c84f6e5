"""Duties and messages follow what has just changed in the chat."""

from __future__ import annotations

from bot.chat.turn import Turn
from bot.notify.planning import refresh, refresh_first


def plan_again(turn: Turn, *, force: bool = False) -> None:
    """Duties and messages follow what has just changed: a plan switched, a rule set, a deadline put off.

    Where the service of reminders runs beside, it does so when the reply is out: it may take seconds.
    """
    if turn.services.plan_soon is not None:
        turn.planning = True
        return
    app = turn.services.app
    refresh(app.store, app.library, app.directory, turn.now, force=force)


def plan_first(turn: Turn) -> None:
    """Plans where nothing was ever planned: in a chat that no service runs beside."""
    app = turn.services.app
    refresh_first(app.store, app.library, app.directory, turn.now)
