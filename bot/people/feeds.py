"""The secret address of a member's calendar: one a member, renewed or dropped by that member alone.

Only the hash of its code is kept; a code is 32 random bytes, beyond guessing, so a plain hash is enough.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update

from bot.people import rows
from bot.people.records import Change, Clock, Member, SwitchedOffError
from knowledge.store.database import Store
from knowledge.store.models import CalendarFeedRow

_BYTES: Final = 32
_FETCHED_EVERY: Final = timedelta(hours=1)
"""How often it is written down that a calendar is fetched: programs do so by themselves."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A member's address as far as it is known: its code is not.

    Attributes:
        fetched_at: to the hour; None where no program has ever asked.
    """

    made_at: datetime
    fetched_at: datetime | None


class Feeds:
    """Each call is one short transaction; from the event loop, call them in a thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def get(self, member_id: int) -> Feed | None:
        """The member's address, if there is one."""
        with self._store.read() as session:
            row = session.get(CalendarFeedRow, member_id)
            return Feed(row.made_at, row.fetched_at) if row is not None else None

    def make(self, member_id: int) -> str:
        """The code of a new address, to be seen this once only; an earlier one opens nothing any more.

        Raises:
            UnknownMemberError: no such member.
            SwitchedOffError: the member is switched off.
        """
        code, now = secrets.token_urlsafe(_BYTES), self._clock()
        with self._store.write() as session:
            if not rows.get_member(session, member_id).active:
                raise SwitchedOffError
            session.merge(CalendarFeedRow(member_id=member_id, code_hash=_hashed(code), made_at=now, fetched_at=None))
            rows.record(session, now, member_id, Change.FEED_MADE, member_id)
        return code

    def drop(self, member_id: int) -> None:
        """Ends the address; where there is none, nothing changes."""
        with self._store.write() as session:
            found = session.scalar(
                delete(CalendarFeedRow)
                .where(CalendarFeedRow.member_id == member_id)
                .returning(CalendarFeedRow.member_id)
            )
            if found is not None:
                rows.record(session, self._clock(), member_id, Change.FEED_DROPPED, member_id)

    def find(self, code: str) -> Member | None:
        """Whose address that is; None where it opens nothing."""
        now, key = self._clock(), _hashed(code)
        with self._store.read() as session:
            row = session.scalar(select(CalendarFeedRow).where(CalendarFeedRow.code_hash == key))
            if row is None:
                return None
            member, fetched_at = rows.get_member(session, row.member_id), row.fetched_at
        if not member.active:
            return None
        if fetched_at is None or fetched_at <= now - _FETCHED_EVERY:
            with self._store.write() as session:
                session.execute(
                    update(CalendarFeedRow).where(CalendarFeedRow.code_hash == key).values(fetched_at=now)
                )
        return member


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
