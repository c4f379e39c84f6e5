"""What became of a message is written down: sent, failed and why, or put back to be tried again.

Each call is one transaction of its own; administrators hear of what failed.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.channels.contract import Address, Sent, TryAgainError
from bot.notify import claims
from bot.notify.claims import Batch
from bot.notify.context import CurrentContext
from bot.notify.followups import tell_undelivered
from bot.notify.resting import RestingChannels
from knowledge.store.database import Store
from knowledge.workdays import WorkCalendar

ATTEMPTS = 20
"""With the waits between them more than a working day; then it has failed."""
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)

log = logging.getLogger(__name__)


class Marker:
    """Marks messages in the outbox; for one thread."""

    def __init__(self, store: Store, known: CurrentContext, resting: RestingChannels, lease: timedelta) -> None:
        self._store = store
        self._known = known
        self._resting = resting
        self._lease = lease

    def renew(self, batch: Batch, now: datetime) -> bool:
        """Keeps the lease of what is still being sent; False when another worker has it."""
        with self._store.write() as session:
            session.connection()
            return claims.renew(session, batch, now, self._lease)

    def mark_sent(self, batch: Batch, address: Address, sent: Sent, now: datetime) -> None:
        """The platform took it."""
        with self._store.write() as session:
            message = sent.ids[-1] if sent.ids else ""
            if not claims.mark_sent(session, batch, address.channel.value, message, now):
                log.warning("%s: a message went whose lease was lost", address.channel.value)

    def mark_failed(self, batch: Batch, reason: str, now: datetime) -> None:
        """No channel takes it."""
        with self._store.write() as session:
            fail(session, batch, reason, now, self._known.look(session, now).calendar)

    def put_back(self, batch: Batch, address: Address, error: TryAgainError, now: datetime, *, group: bool) -> None:
        """The platform is busy or out of reach: this message waits, and all others where it is not only this chat."""
        channel = address.channel
        with self._store.write() as session:
            if error.retry_after is not None:
                until = now + min(timedelta(seconds=error.retry_after), claims.LONGEST_HOLD)
                if not group:
                    self._resting.ask_for(channel, until)
                claims.put_back(session, batch, until, f"{channel.value}:busy", tried=False)
                return
            self._resting.note_failure(channel, now)
            calendar = self._known.look(session, now).calendar
            try_later(session, batch, now, f"{channel.value}:unreachable", calendar)

    def put_off(self, batch: Batch, until: datetime) -> None:
        """The channels that are left rest until then."""
        with self._store.write() as session:
            claims.put_back(session, batch, until, "resting", tried=False)


def try_later(session: Session, batch: Batch, now: datetime, reason: str, calendar: WorkCalendar) -> None:
    """After a wait that grows with every attempt; after `ATTEMPTS` it has failed."""
    attempts = max(item.attempts for item in batch.items)
    if attempts >= ATTEMPTS:
        fail(session, batch, "attempts", now, calendar)
        return
    wait = min(_FIRST_WAIT * 2 ** min(attempts - 1, 10), _LONGEST_WAIT)
    claims.put_back(session, batch, now + wait, reason)


def fail(session: Session, batch: Batch, reason: str, now: datetime, calendar: WorkCalendar) -> None:
    """It cannot be delivered, and administrators hear of it; `reason` is a code that `digests` words."""
    if claims.mark_failed(session, batch, reason):
        tell_undelivered(session, batch, now, calendar)
