"""Other systems of the office that use the interface: a token each, of which only the hash is kept.

A token is 32 random bytes, beyond guessing, so a plain hash is enough.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from bot.people import rows
from bot.people.accounts import check_name
from bot.people.records import Actor, Change, Clock, PeopleError
from knowledge.store.database import Store
from knowledge.store.models import ApiClientRow
from knowledge.text import fold

_BYTES: Final = 32
_BEGINS: Final = "kehoach_"
"""So that who finds a token in a file or a log knows what it opens."""
_USED_EVERY: Final = timedelta(minutes=1)
"""How often it is written down that a token is used: not with every request."""


@dataclass(frozen=True, slots=True)
class Client:
    """Another system.

    Attributes:
        may_load: sends papers as well as asks.
        made_by, revoked_by: a member's number; None for the operator at the command line.
        used_at: to the minute; None where it was never used.
        revoked_at: since when its token opens nothing.
    """

    id: int
    name: str
    may_load: bool
    made_by: Actor
    made_at: datetime
    used_at: datetime | None = None
    revoked_by: Actor = None
    revoked_at: datetime | None = None


_Clients = list[Client]  # `Clients.list` hides the built-in name from annotations inside the class


class UnknownClientError(PeopleError):
    """No client has that name or number."""


class Clients:
    """Each call is one short transaction; from the event loop, call them in a thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, name: str, *, may_load: bool, by: Actor) -> tuple[Client, str]:
        """Lets a system in; with its token, which is to be seen this once only.

        Raises:
            NotAllowedError: `by` is no administrator.
            PeopleError: no name, or one that another client has.
        """
        name, now = check_name(name, "tên hệ thống"), self._clock()
        token = _BEGINS + secrets.token_urlsafe(_BYTES)
        with self._store.write() as session:
            rows.check_admin(session, by)
            taken = session.scalars(select(ApiClientRow.name).where(ApiClientRow.revoked_at.is_(None)))
            if fold(name) in map(fold, taken):
                raise PeopleError(f"Đã có hệ thống tên “{name}”; xin đặt tên khác hoặc thu hồi hệ thống ấy trước.")
            row = ApiClientRow(
                name=name,
                token_hash=_hashed(token),
                may_load=may_load,
                made_by=by,
                made_at=now,
                used_at=None,
                revoked_by=None,
                revoked_at=None,
            )
            session.add(row)
            session.flush()
            what = "đọc, nạp văn bản" if may_load else "đọc"
            rows.record(session, now, by, Change.CLIENT_ADDED, None, f"hệ thống {row.id}: {what}")
            return _client(row), token

    def list(self) -> _Clients:
        """All of them in the order in which they were let in, those that were revoked as well."""
        with self._store.read() as session:
            return [_client(row) for row in session.scalars(select(ApiClientRow).order_by(ApiClientRow.id))]

    def revoke(self, client: int | str, *, by: Actor) -> Client:
        """Ends what a token opens, with the next request; once more changes nothing.

        Args:
            client: number, or the name of one that is not revoked.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownClientError: there is none.
        """
        now = self._clock()
        with self._store.write() as session:
            rows.check_admin(session, by)
            every = session.scalars(select(ApiClientRow).order_by(ApiClientRow.id)).all()
            fits = (row for row in every if _is_meant(row, client))
            row = next(fits, None)
            if row is None:
                raise UnknownClientError(f"Không có hệ thống nào là “{client}”.")
            if row.revoked_at is None:
                row.revoked_at, row.revoked_by = now, by
                rows.record(session, now, by, Change.CLIENT_REVOKED, None, f"hệ thống {row.id}")
            return _client(row)

    def find(self, token: str) -> Client | None:
        """Whose token that is, with a note that it is used; None where it opens nothing."""
        now, key = self._clock(), _hashed(token)
        with self._store.read() as session:
            row = session.scalar(select(ApiClientRow).where(ApiClientRow.token_hash == key))
            if row is None or row.revoked_at is not None:
                return None
            found = _client(row)
        if found.used_at is None or found.used_at <= now - _USED_EVERY:
            with self._store.write() as session:
                session.execute(update(ApiClientRow).where(ApiClientRow.id == found.id).values(used_at=now))
        return found


def _is_meant(row: ApiClientRow, client: int | str) -> bool:
    if isinstance(client, int):
        return row.id == client
    return row.revoked_at is None and fold(row.name) == fold(client)


def _client(row: ApiClientRow) -> Client:
    return Client(
        row.id, row.name, row.may_load, row.made_by, row.made_at, row.used_at, row.revoked_by, row.revoked_at
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
