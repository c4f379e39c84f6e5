"""The access token of a Zalo Official Account, and the refresh token that makes the next one.

A refresh token works once and brings its successor: a pair that is lost is lost for good
and an administrator must grant a new one. So a new pair is stored, in one transaction,
before its access token is used, and one renewal at a time, of all processes, serves all who wait.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx

from bot.channels.contract import TokenError, TryAgainError
from bot.channels.zalo_calls import post
from bot.clock import Clock
from knowledge.errors import StoreError
from knowledge.store.database import Store
from knowledge.store.models import OaTokenRow

_EARLY = timedelta(minutes=10)
"""Before its end an access token is no longer begun with."""
_LIFE = timedelta(hours=25)
"""Of an access token whose answer does not say."""

DEAD = (
    "Zalo không nhận mã làm mới của Official Account (đã dùng hoặc hết hạn); "
    "hãy cấp mã mới và đặt vào KEHOACH_OA_REFRESH_TOKEN."
)


@dataclass(frozen=True, slots=True, repr=False)
class TokenPair:
    """What one refresh brought. It has no repr: none can end up in a log.

    Attributes:
        grant: fingerprint of the refresh token in the settings that this line of pairs began with.
    """

    access: str
    refresh: str
    expires_at: datetime
    grant: str


class TokenStore(Protocol):
    """Keeps the newest pair of each app."""

    def find(self, app_id: str) -> TokenPair | None:
        """The pair stored last."""

    def put(self, app_id: str, pair: TokenPair) -> None:
        """Replaces the pair; kept for certain when it returns."""

    def turn(self, app_id: str) -> AbstractContextManager[None]:
        """While no other process renews the pair."""


class SqlTokenStore:
    """The pairs in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, app_id: str) -> TokenPair | None:
        """The pair stored last.

        Raises:
            StoreError: the database cannot be read.
        """
        with self._store.read() as session:
            row = session.get(OaTokenRow, app_id)
            return None if row is None else TokenPair(row.access, row.refresh, row.expires_at, row.grant)

    def put(self, app_id: str, pair: TokenPair) -> None:
        """Replaces the pair.

        Raises:
            StoreError: the database cannot be written; the pair before stays.
        """
        row = OaTokenRow(
            app_id=app_id, access=pair.access, refresh=pair.refresh, expires_at=pair.expires_at, grant=pair.grant
        )
        with self._store.write() as session:
            session.merge(row)

    def turn(self, app_id: str) -> AbstractContextManager[None]:
        """While no other process renews the pair.

        Raises:
            StoreError: another one does not end.
        """
        return self._store.turn(f"oa_tokens:{app_id}")


class OaTokens:
    """Gives the access token that holds now.

    Args:
        granted: the refresh token of the settings; a changed one begins a new line of pairs.
        oauth: address of the server that grants tokens.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        store: TokenStore,
        clock: Clock,
        *,
        app_id: str,
        app_secret: str,
        granted: str,
        oauth: str,
    ) -> None:
        self._http = http
        self._store = store
        self._clock = clock
        self._app_id = app_id
        self._app_secret = app_secret
        self._granted = granted
        self._grant = hashlib.sha256(granted.encode()).hexdigest()
        self._address = f"{oauth.rstrip('/')}/v4/oa/access_token"
        self._pair: TokenPair | None = None
        self._unsaved: TokenPair | None = None
        self._renewal: asyncio.Task[TokenPair] | None = None

    async def get(self, *, refused: str | None = None) -> str:
        """An access token.

        Args:
            refused: one that the platform no longer takes, whatever its time.

        Raises:
            TokenError: the refresh token is dead.
            TryAgainError: the database fails, or the server that grants tokens cannot be reached.
        """
        pair = self._pair
        if pair is None or self._is_spent(pair, refused):
            if self._renewal is None or self._renewal.done():
                self._renewal = asyncio.create_task(self._renew(refused))
            # Who waits may give up; the renewal may not: its answer holds the only token that still works.
            pair = await asyncio.shield(self._renewal)
        return pair.access

    async def settle(self) -> None:
        """Waits for a renewal under way."""
        if self._renewal is not None:
            await asyncio.wait([self._renewal])

    def _is_spent(self, pair: TokenPair, refused: str | None) -> bool:
        return pair.access == refused or pair.expires_at - self._clock() <= _EARLY

    async def _renew(self, refused: str | None) -> TokenPair:
        try:
            async with self._turn():
                pair = await self._save() or await self._find_stored()
                if pair is None or self._is_spent(pair, refused):
                    pair = self._unsaved = await self._ask(pair.refresh if pair else self._granted)
                    await self._save()
        except StoreError as error:
            raise TryAgainError(error.sentence, error.detail) from error
        self._pair = pair
        return pair

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """What another process has renewed meanwhile is in the store then: its refresh token works once."""
        turn = self._store.turn(self._app_id)
        await asyncio.to_thread(turn.__enter__)
        try:
            yield
        finally:
            await asyncio.to_thread(turn.__exit__, None, None, None)

    async def _find_stored(self) -> TokenPair | None:
        stored = await asyncio.to_thread(self._store.find, self._app_id)
        return stored if stored and stored.grant == self._grant else None

    async def _save(self) -> TokenPair | None:
        """The pair that came last, now stored; None where that is done already."""
        pair = self._unsaved
        if pair is not None:
            await asyncio.to_thread(self._store.put, self._app_id, pair)
            self._unsaved = None
        return pair

    async def _ask(self, refresh: str) -> TokenPair:
        form = {"refresh_token": refresh, "app_id": self._app_id, "grant_type": "refresh_token"}
        answer = await post(self._http, self._address, form=form, headers={"secret_key": self._app_secret})
        pair = self._read(answer.body)
        if pair is None:
            said = f"{answer.body.get('error')} {answer.body.get('error_name', '')}"
            raise TokenError(DEAD, f"HTTP {answer.status}, {said}")
        return pair

    def _read(self, body: dict[str, Any]) -> TokenPair | None:
        access, refresh = body.get("access_token"), body.get("refresh_token")
        if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
            return None
        return TokenPair(access, refresh, self._clock() + _life(body.get("expires_in")), self._grant)


def _life(seconds: object) -> timedelta:
    """`expires_in`, which comes as a string of digits or a number."""
    text = str(seconds)
    return timedelta(seconds=int(text)) if text.isdecimal() else _LIFE
