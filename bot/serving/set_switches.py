"""Plans that are to be activated at a set time: done by the running service when it comes, or at its next start.

What was set, the switch, its line in the history and what administrators are told of it are one transaction, so that
a process that is killed in the middle has done nothing, and the next one does it once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from bot.app import App
from bot.clock import HANOI
from bot.people.rows import admin_ids
from bot.tracking.outbox import add_notice
from bot.tracking.records import Recipient
from knowledge.errors import KehoachError
from knowledge.store.versions import SetSwitch, do_set, find_settled

LOOK_SECONDS = 15.0
"""Between two looks whether a time has come."""

log = logging.getLogger(__name__)


async def keep_switches(
    app: App, stop: asyncio.Event, plan_soon: Callable[[], None] | None = None, *, seconds: float = LOOK_SECONDS
) -> None:
    """Activates what was set, until `stop` is set.

    Args:
        plan_soon: has reminders planned anew.
    """
    while not stop.is_set():
        try:
            if await asyncio.to_thread(do_settled, app) and plan_soon is not None:
                plan_soon()
        except KehoachError as error:
            log.error("set switches: %s %s", error.sentence, error.detail)
        except Exception as error:
            log.error("set switches: %s", type(error).__name__, exc_info=error)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


def do_settled(app: App) -> list[SetSwitch]:
    """Does what is to be done now, and has administrators told; what became of each."""
    done = []
    for plan_id in find_settled(app.store, app.clock()):
        try:
            each = _do(app, plan_id)
        except KehoachError as error:  # of one plan; the others have their time, too
            log.error("set switch of plan %d: %s %s", plan_id, error.sentence, error.detail)
            continue
        if each is not None:
            done.append(each)
    if any(not each.is_void for each in done):
        app.refresh_vectors()
    return done


def _do(app: App, plan_id: int) -> SetSwitch | None:
    with app.store.write() as session:
        now = app.clock()
        done = do_set(session, plan_id, now)
        if done is None:
            return None
        at = done.at.astimezone(HANOI)
        told = {
            "say": "set_switch_void" if done.is_void else "set_switch_done",
            "plan": done.plan_name,
            "version": done.version,
            "date": f"{at:%H:%M} ngày {at:%d/%m/%Y}",
        }
        name = f"set_switch:{plan_id}:{done.version}:{now.isoformat()}"
        for member in session.scalars(admin_ids()).all():
            add_notice(session, Recipient(member), name, told, send_at=now, now=now)
        return done
