"""A browser without script: it keeps cookies, sends back what stands in forms, and follows redirects."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import httpx

from bot.channels.webhooks import Page

ADDRESS = "http://kehoach.test"
_TOKEN = re.compile(r'name="ma_bieu_mau" value="(\w+)"')
_TAG = re.compile(r"<[^>]+>")


@dataclass
class Browser:
    """One person's browser.

    Attributes:
        page: as an application, or the address at which a process serves it.
        token: of the forms of the page that was opened last.
    """

    page: Page | str
    token: str = ""
    _client: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        if isinstance(self.page, str):
            self._client = httpx.AsyncClient(base_url=self.page)
        else:
            self._client = httpx.AsyncClient(transport=httpx.ASGITransport(self.page), base_url=ADDRESS)

    async def __aenter__(self) -> Browser:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    @property
    def cookies(self) -> httpx.Cookies:
        """What is kept."""
        return self._client.cookies

    async def get(self, path: str) -> httpx.Response:
        """Opens a page."""
        return self._seen(await self._client.get(path, follow_redirects=True))

    async def post(self, path: str, headers: dict[str, str] | None = None, **sent: str) -> httpx.Response:
        """Sends a form of the page that was opened last, and goes where that leads."""
        form = {"ma_bieu_mau": self.token, **sent}
        return self._seen(await self._client.post(path, data=form, headers=headers, follow_redirects=True))

    async def send(self, path: str, *files: tuple[str, bytes], **sent: str) -> httpx.Response:
        """Sends a form with files, each by its name and content, and goes where that leads."""
        form = {"ma_bieu_mau": self.token, **sent}
        parts = [("tep", (name, content)) for name, content in files]
        return self._seen(await self._client.post(path, data=form, files=parts, follow_redirects=True))

    async def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Just that request."""
        return await self._client.request(method, path, **more)

    async def enter(self, code: str) -> httpx.Response:
        """Signs in by a one-time address."""
        await self.get(f"/vao/{code}")
        return await self.post(f"/vao/{code}")

    def _seen(self, response: httpx.Response) -> httpx.Response:
        found = _TOKEN.search(response.text)
        if found:
            self.token = found[1]
        return response


def words(response: httpx.Response) -> str:
    """What is read on a page."""
    return " ".join(html.unescape(_TAG.sub(" ", response.text)).split())


def buttons(response: httpx.Response) -> dict[str, tuple[str, str]]:
    """Of the chat's buttons by their label: the message that each stands under, and what it sends."""
    found: dict[str, tuple[str, str]] = {}
    for form in re.findall(r'<form method="post" action="/chat/chon".*?</form>', response.text, re.DOTALL):
        message = re.search(r'name="tren" value="([^"]+)"', form)
        assert message is not None
        for data, label in re.findall(r'name="chon" value="([^"]+)"[^>]*>([^<]+)<', form):
            found[html.unescape(label)] = (message[1], html.unescape(data))
    return found
