"""The interface over the small office of the page, called as another system does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from bot.people.clients import Clients
from tests.bot.web.browsing import ADDRESS
from tests.bot.web.conftest import Console, console, made

__all__ = ["console", "made"]


@dataclass
class Caller:
    """Another system with its token."""

    client: httpx.AsyncClient
    token: str | None

    async def __call__(self, method: str, path: str, **sent: object) -> httpx.Response:
        """One request."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **sent)  # type: ignore[arg-type]


@dataclass
class Callers:
    """Systems that may read, load, or nothing.

    Attributes:
        read_number: of the one that may read.
    """

    stranger: Caller
    read: Caller
    load: Caller
    read_number: int


@pytest.fixture
async def callers(console: Console) -> AsyncIterator[Callers]:
    """One of each."""
    clients = Clients(console.app.store, console.app.clock)
    reading, reads = clients.add("Cổng thông tin", may_load=False, by=None)
    _, loads = clients.add("Quản lý văn bản", may_load=True, by=None)
    transport = httpx.ASGITransport(console.page)
    async with console.reading(), httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        yield Callers(Caller(client, None), Caller(client, reads), Caller(client, loads), reading.id)
