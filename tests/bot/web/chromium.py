"""The console in headless Chromium: the page on a port of this machine, and tabs that note what goes wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

from bot.channels.webhooks import WebhookServer
from bot.people.members import Role
from tests.bot.web.conftest import Console

WIDTHS = {"desktop": 1280, "phone": 390}
"""Pixels, by what is looked at."""
_HEIGHT = 844
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_NOT_WRONG = "Failed to load resource: the server responded with a status of"
"""What the browser says of a page that we answer with a 4xx on purpose."""


def find_chromium() -> str:
    """The browser of this machine; a test without it is skipped, but never where changes are checked."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium")
        pytest.skip("no Chromium")
    return found


@dataclass
class Tab:
    """One browser window of one person.

    Attributes:
        wrong: errors of scripts, and what the browser refused.
        hosts: everything that was asked for anything.
    """

    page: Page
    address: str
    pictures: Path
    wrong: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._asked)

    async def open(self, path: str) -> None:
        """Goes to a page."""
        await self.page.goto(self.address + path)

    async def picture(self, name: str) -> None:
        """Keeps what the whole page looks like, for people to look at."""
        await self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)

    async def sees(self, words: str) -> None:
        """Waits until the words are on the page."""
        await self.page.get_by_text(words).first.wait_for()

    async def press(self, name: str, *, exact: bool = True) -> None:
        """Presses a button or follows a link of that name."""
        found = self.page.get_by_role("button", name=name, exact=exact)
        await found.or_(self.page.get_by_role("link", name=name, exact=exact)).first.click()

    async def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        wide: int = await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return wide

    def check(self) -> None:
        """Nothing went wrong, and nothing was asked of anybody else."""
        assert self.wrong == []
        assert self.hosts <= {"127.0.0.1"}

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_NOT_WRONG):
            self.wrong.append(message.text)

    def _asked(self, request: Request) -> None:
        self.hosts.add(urlsplit(request.url).hostname or request.url[:40])


@dataclass
class Chromium:
    """The browser and the page that it opens."""

    browser: Browser
    console: Console
    address: str
    pictures: Path
    tabs: list[Tab] = field(default_factory=list)

    async def tab(self, width: int) -> Tab:
        """A window of nobody yet, with cookies of its own."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": _HEIGHT}, locale="vi-VN", has_touch=width < 600
        )
        context.set_default_timeout(20_000)
        self.tabs.append(Tab(await context.new_page(), self.address, self.pictures))
        return self.tabs[-1]

    async def signed_in(self, width: int, role: Role = Role.ADMIN) -> Tab:
        """A window in which the person of that role has just signed in."""
        tab = await self.tab(width)
        await tab.open(f"/vao/{self.console.link(role).code}")
        await tab.press("Vào trang")
        await tab.page.wait_for_url("**/chat")
        return tab


@asynccontextmanager
async def serving(console: Console, pictures: Path) -> AsyncIterator[Chromium]:
    """The console on a free port, and a browser before it."""
    program = find_chromium()
    server = WebhookServer("127.0.0.1", 0, [], page=console.page)
    await server.start()
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program, args=[*_ARGUMENTS])
            opened = Chromium(browser, console, f"http://127.0.0.1:{server.port}", pictures)
            yield opened
            await browser.close()
            for tab in opened.tabs:
                tab.check()
    finally:
        await server.close()


def filled(path: str, values: dict[str, str]) -> str:
    """The path of a route with something in each of its places: a number is 1 where nothing is named."""
    for name in _places(path):
        value = values.get(name.partition(":")[0], "1" if name.endswith(":int") else "khong-co")
        path = path.replace(f"{{{name}}}", value)
    return path


def _places(path: str) -> Iterator[str]:
    for piece in path.split("{")[1:]:
        yield piece.partition("}")[0]
