"""The page over a small plan of tỉnh Phú Giang, with one person of each role."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from bot.app import App
from bot.channels.contract import ChannelName, Sender
from bot.channels.webhooks import Page
from bot.chat.dispatcher import Dispatcher
from bot.menus.texts import load_texts
from bot.people.members import Member, Role
from bot.people.records import SignInLink
from bot.people.sessions import Sessions
from bot.serving.leases import Leases
from bot.serving.reader import Reader
from bot.serving.readings import Readings
from bot.settings import Settings
from bot.web.routes import make_page
from ingest.load import read_plan
from knowledge.records import CellDoubt
from knowledge.store.processes import ServiceProcess
from knowledge.store.versions import activate_many, save_drafts
from tests.bot.papers import Row, write_plan
from tests.bot.running import NOW
from tests.bot.web.browsing import Browser
from tests.databases import copy_home

FLOODS: tuple[Row, ...] = (
    ("Rà soát phương án ứng phó bão mạnh", "Sở Nông nghiệp và Môi trường", "Quý I/2026"),
    ("Bố trí kinh phí mua vật tư dự phòng", "Sở Tài chính", "Trước ngày 15/12/2026"),
    ("Diễn tập sơ tán dân ven sông", "Sở Tài chính", "30/11/2026"),
)
"""Of the last one the lead is doubtful."""
_DOUBT = CellDoubt("lead", "ô để trống, lấy theo dòng trên")
FEWER = FLOODS[:2]


@dataclass
class Console:
    """The page and the people of an office.

    Attributes:
        replanned: how often reminders were to be planned anew.
    """

    folder: Path
    app: App = field(init=False)
    page: Page = field(init=False)
    reader: Reader = field(init=False)
    process: ServiceProcess | None = field(init=False)
    people: dict[Role, Member] = field(default_factory=dict)
    passed: timedelta = timedelta(0)
    replanned: int = 0
    trouble: str | None = None

    def __post_init__(self) -> None:
        self.app = App(Settings(home=self.folder / "dữ liệu"), lambda: NOW + self.passed)
        members = self.app.people.list()
        self.people = {role: next(m for m in members if role in m.roles) for role in Role}
        store = self.app.store
        self.process = ServiceProcess(store, "all") if store.is_shared else None
        readings = Readings(store, self.app.clock, self.process)
        self.reader = Reader(self.app, readings, asyncio.Lock())
        self.page = self.another_page(readings)

    def load(self, rows: tuple[Row, ...] = FLOODS, *, activate: bool = True) -> int:
        """Loads the plan 12/KH-UBND with these rows; the plan's number."""
        draft = read_plan(write_plan(self.folder / "bao-2026.md", rows), self.app.directory)
        doubtful = [
            replace(task, doubts=(_DOUBT,)) if task.title.startswith("Diễn tập") else task for task in draft.tasks
        ]
        draft = replace(draft, tasks=tuple(doubtful))
        (saved,) = save_drafts(self.app.store, [draft], now=self.app.clock())
        if activate:
            activate_many(self.app.store, [saved.plan_id], now=self.app.clock())
        return saved.plan_id

    def task(self, title: str) -> int:
        """The number of the live task that begins so."""
        return next(each.id for each in self.app.library.tasks() if each.task.title.startswith(title))

    def link(self, role: Role = Role.ADMIN) -> SignInLink:
        """A one-time address for the person of that role."""
        return Sessions(self.app.store, self.app.clock).make_link(self.people[role].id, by=None)

    def another_page(self, readings: Readings | None = None) -> Page:
        """The page as another process serves it, which shares the database alone."""
        app = self.app
        dispatcher = Dispatcher(app, app.people, load_texts(), app.clock)
        readings = readings or Readings(app.store, app.clock)
        return make_page(app, dispatcher, readings, self._health, self._plan_soon)

    async def browser(self, role: Role = Role.ADMIN) -> Browser:
        """A browser in which the person of that role has just signed in."""
        browser = Browser(self.page)
        assert (await browser.enter(self.link(role).code)).status_code == 200
        return browser

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """While this office reads the papers that it is sent."""
        stop = asyncio.Event()
        running = asyncio.create_task(self._read(stop))
        try:
            yield
        finally:
            stop.set()
            await running

    @contextmanager
    def reading_beside(self) -> Iterator[None]:
        """The same for a test that is no coroutine."""
        loop, stop = asyncio.new_event_loop(), asyncio.Event()
        thread = Thread(target=loop.run_until_complete, args=[self._read(stop)])
        thread.start()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            loop.close()

    async def _read(self, stop: asyncio.Event) -> None:
        leases = Leases(self.process, [])
        alive = asyncio.create_task(leases.keep())
        await self.reader.run(stop)
        alive.cancel()
        await leases.leave()

    async def _health(self) -> str | None:
        return self.trouble

    def _plan_soon(self) -> None:
        self.replanned += 1


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an office with that plan in use; not to be changed."""
    folder = tmp_path_factory.mktemp("trang")
    app = App(Settings(home=folder / "dữ liệu"), lambda: NOW)
    app.people.appoint([Sender(ChannelName.TELEGRAM, "1", "Lê Quản")])
    for number, (role, name) in enumerate(
        ((Role.STAFF, "Trần An"), (Role.OWNER, "Vũ Bình"), (Role.LEADER, "Đỗ Chi")), 2
    ):
        request = app.people.request(Sender(ChannelName.TELEGRAM, str(number)), name, "Sở Tài chính")
        app.people.approve(request.id, None, role)
    app.close()
    opened = Console(folder)
    opened.load()
    opened.app.close()
    return folder / "dữ liệu"


@pytest.fixture
def console(made: Path, tmp_path: Path) -> Iterator[Console]:
    """That office, in a folder of this test's own."""
    copy_home(made, tmp_path / "dữ liệu")
    opened = Console(tmp_path)
    yield opened
    opened.app.close()
