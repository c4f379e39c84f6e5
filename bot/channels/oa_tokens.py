"""The access token of a Zalo Official Account, and the refresh token that makes the next one.

A refresh token works once and brings its successor: a pair that is lost is lost for good
and an administrator must grant a new one. So a new pair is stored, in one transaction,
before its access token is used, and one task at a time refreshes.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx

from bot.channels.calls import Pause, patiently, post
from bot.channels.contract import TokenError
from bot.clock import Clock
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

log = logging.getLogger(__name__)


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
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._http = http
        self._store = store
        self._clock = clock
        self._app_id = app_id
        self._app_secret = app_secret
        self._granted = granted
        self._grant = hashlib.sha256(granted.encode()).hexdigest()
        self._address = f"{oauth.rstrip('/')}/v4/oa/access_token"
        self._pause = pause
        self._turn = asyncio.Lock()
        self._pair: TokenPair | None = None

    async def get(self, *, refused: str | None = None) -> str:
        """An access token.

        Args:
            refused: one that the platform no longer takes, whatever its time.

        Raises:
            TokenError: the refresh token is dead.
            TryAgainError: the server that grants tokens cannot be reached.
            StoreError: the database fails.
        """
        async with self._turn:
            pair = self._pair or await self._find_stored()
            if pair is None or pair.access == refused or pair.expires_at - self._clock() <= _EARLY:
                pair = await self._refresh(pair.refresh if pair else self._granted)
            self._pair = pair
            return pair.access

    async def _find_stored(self) -> TokenPair | None:
        stored = await asyncio.to_thread(self._store.find, self._app_id)
        return stored if stored and stored.grant == self._grant else None

    async def _refresh(self, refresh: str) -> TokenPair:
        # Not given up half-way: once asked for, the answer holds the only token that still works.
        return await asyncio.shield(asyncio.ensure_future(self._ask_and_store(refresh)))

    async def _ask_and_store(self, refresh: str) -> TokenPair:
        form = {"refresh_token": refresh, "app_id": self._app_id, "grant_type": "refresh_token"}
        headers = {"secret_key": self._app_secret}
        status, body = await patiently(
            lambda: post(self._http, self._address, form=form, headers=headers), self._pause
        )
        pair = self._read(body)
        if pair is None:
            raise TokenError(DEAD, f"HTTP {status}, {body.get('error')} {body.get('error_name', '')}")
        await asyncio.to_thread(self._store.put, self._app_id, pair)
        self._pair = pair
        log.info("Zalo OA: new access token until %s", pair.expires_at)
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
