"""serve, run: the assistant in every channel that has a token."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial

import typer

from bot.app import App
from bot.channels.contract import Channel, ChannelName, Sender
from bot.channels.terminal import PERSON
from bot.channels.webhooks import WebhookServer
from bot.commands.asking import chat, load_samples
from bot.commands.console import app_of, console, note
from bot.people.sessions import Sessions
from bot.serving.only_service import only_service
from bot.settings import ServiceRole
from knowledge.errors import KehoachError
from knowledge.store.processes import ServiceProcess

_RUNS_ALREADY = "Trợ lý đang chạy trên thư mục dữ liệu này rồi."
THREADS = 6
"""Questions that are worked on at once: more would only take the interpreter from each other."""
WAITING_THREADS = 10
"""The same where most of the time is waiting for a language model; fewer than the database has connections."""
_LAST_RESORT = 9.0
"""Seconds after a stop when a thread that is still at work is left behind; what it did not finish is done again."""

log = logging.getLogger(__name__)


def serve(context: typer.Context) -> None:
    """Chạy trang web và mọi kênh đã đặt mã truy cập (Telegram, Zalo), đến khi được lệnh dừng."""
    app = app_of(context)
    with _allowed(app):
        asyncio.run(_serve(app))


@contextmanager
def _allowed(app: App) -> Iterator[None]:
    """One process serves a data folder, any number a database on a server, unless it is being written anew."""
    if not app.settings.database.startswith("postgresql"):
        if app.settings.role is not ServiceRole.ALL:
            raise KehoachError("KEHOACH_ROLE khác all cần PostgreSQL: hãy đặt KEHOACH_DATABASE_URL.")
        with only_service(app.settings.home, _RUNS_ALREADY):
            yield  # the database is opened later, and waited for
        return
    with app.store.held(alone=False) as held:
        if not held:
            raise KehoachError("Cơ sở dữ liệu này đang được khôi phục hoặc chuyển đến; xin đợi xong rồi chạy lại.")
        yield


def run(context: typer.Context) -> None:
    """Chạy trợ lý trên các kênh nếu đã đặt mã truy cập; nếu chưa thì trò chuyện trên màn hình và mở trang web."""
    app = app_of(context)
    if not has_token(app):
        if not sys.stdin.isatty():
            chat(context)
            return
        if not app.library.plans():
            load_samples(app)
        with page_beside(app) as address:
            if address is not None:
                _tell_page(app, address)
            chat(context)
        return
    if not app.library.plans():
        load_samples(app)
    serve(context)


@contextmanager
def page_beside(app: App) -> Iterator[str | None]:
    """The web page, in a thread beside a chat on the screen; its address, or None where its port is not ours."""
    started: Future[int] = Future()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=[_page_alone(app, started, stop)], daemon=True)
    thread.start()
    try:
        try:
            address: str | None = app.settings.page_address(started.result())
        except KehoachError as error:
            note(console(stderr=True), f"{error.sentence} Trang web không mở; có thể đặt KEHOACH_PORT khác.")
            address = None
        yield address
    finally:
        with suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(stop.set)
        thread.join(_LAST_RESORT)
        if not thread.is_alive():
            loop.close()


async def _page_alone(app: App, started: Future[int], stop: asyncio.Event) -> None:
    """Serves the page and nothing else until told to stop."""
    from bot.chat.dispatcher import Dispatcher
    from bot.menus.texts import load_texts
    from bot.serving.health import Health
    from bot.serving.leases import Leases
    from bot.serving.monitoring import monitors
    from bot.serving.reader import Reader
    from bot.serving.readings import Readings
    from bot.serving.set_switches import keep_switches
    from bot.web.routes import make_page

    try:
        dispatcher = Dispatcher(app, app.people, load_texts(), app.clock)
        health = Health(app.store, tuple, lambda: False)
        process = ServiceProcess(app.store, app.settings.role, sends=False) if app.store.is_shared else None
        leases, readings = Leases(process, []), Readings(app.store, app.clock, process)
        page = make_page(app, dispatcher, readings, health.trouble)
        web = WebhookServer(
            app.settings.host, app.settings.port, [], health.trouble, page=page, monitors=monitors(health.unready)
        )
        await web.start()
    except Exception as error:  # noqa: BLE001 - told where it is waited for
        started.set_exception(error)
        return
    started.set_result(web.port)
    ahead = asyncio.create_task(asyncio.to_thread(app.read_ahead))  # whoever asks first does not wait for it
    switching = asyncio.create_task(keep_switches(app, stop))
    alive = asyncio.create_task(leases.keep())
    reading = asyncio.create_task(Reader(app, readings, dispatcher.reading).run(stop))
    await stop.wait()
    if "plan_reader" in app.__dict__:
        app.plan_reader.close()  # a file that is being read waits for the next start
    await asyncio.wait([ahead, switching, reading])
    await web.close()
    alive.cancel()
    await leases.leave()
    health.close()


def _tell_page(app: App, address: str) -> None:
    """Where the page is, and a way in for whoever sits here: an administrator, who is made where there is none."""
    if not app.people.administrators():
        app.people.appoint([Sender(ChannelName.TERMINAL, PERSON, "Quản trị viên máy này")])
    administrators = app.people.administrators()
    out = console()
    note(out, f"Trang web: {address}")
    if administrators:
        link = Sessions(app.store, app.clock).make_link(administrators[0].id, by=None)
        note(out, f"Đăng nhập với tên {link.member.name} (dùng một lần, trong 10 phút): {link.address(address)}")
        note(out, "Đường dẫn khác: kehoach login TÊN.\n")


def has_token(app: App) -> bool:
    """Whether any channel is set up."""
    settings = app.settings
    return any((settings.telegram_token, settings.zalo_token, settings.oa_app_id))


def open_channels(app: App) -> list[Channel]:
    """Every channel that has a token; nothing is reached yet.

    Raises:
        KehoachError: none has one, or a setting that belongs to it is missing.
    """
    channels = find_channels(app)
    if not channels:
        raise KehoachError("Chưa có kênh nào: hãy đặt KEHOACH_TELEGRAM_TOKEN hoặc KEHOACH_ZALO_TOKEN.")
    return channels


def find_channels(app: App) -> list[Channel]:
    """The same; none where no channel has a token.

    Raises:
        KehoachError: a setting that belongs to a token is missing.
    """
    from bot.channels.telegram import open_telegram  # 0.2 s to import, and `chat` needs none of it
    from bot.channels.zalo import open_zalo
    from bot.channels.zalo_oa import open_zalo_oa
    from bot.people.moved_chats import move_agency_chat

    opened = [
        open_telegram(app.settings, app.clock, partial(move_agency_chat, app.store)),
        open_zalo(app.settings, app.clock),
        open_zalo_oa(app.settings, app.store, app.clock),
    ]
    return [channel for channel in opened if channel is not None]


async def _serve(app: App) -> None:
    from bot.commands.serving import Serving
    from bot.serving.opening import await_database

    threads = WAITING_THREADS if app.settings.llm else THREADS
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads, "answers"))
    await await_database(app, _say)
    await Serving(app, find_channels(app), _say).run()


def _say(line: str) -> None:
    """On the screen, which is what a container keeps, and in the log."""
    log.warning(line)
    note(console(), line)
