"""serve, run: the assistant in every channel that has a token."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

import typer

from bot.app import App
from bot.channels.contract import Channel, ChannelName, Sender
from bot.channels.patience import PatientChannel
from bot.channels.terminal import PERSON
from bot.channels.webhooks import WebhookServer
from bot.commands.asking import chat, load_samples
from bot.commands.console import app_of, console, note
from bot.people.sessions import Sessions
from bot.serving.only_service import only_service
from bot.settings import ServiceRole
from knowledge.errors import KehoachError

if TYPE_CHECKING:
    from bot.notify.service import ReminderService
    from bot.serving.leases import Leases
    from bot.serving.second_process import SecondProcess
    from bot.serving.serve import Service

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
    from bot.serving.monitoring import monitors
    from bot.serving.set_switches import keep_switches
    from bot.web.routes import make_page

    try:
        dispatcher = Dispatcher(app, app.people, load_texts(), app.clock)
        health = Health(app.store, tuple, lambda: False)
        page = make_page(app, dispatcher, health.trouble)
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
    await stop.wait()
    await asyncio.wait([ahead, switching])
    await web.close()
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
    from bot.chat.alarm import Alarm
    from bot.chat.commands import command_menu
    from bot.chat.dispatcher import Dispatcher
    from bot.chat.inbox import Inbox
    from bot.menus.texts import load_texts
    from bot.notify.delivery import Deliverer
    from bot.notify.service import LATE, ReminderService
    from bot.serving.alerts import Alerts
    from bot.serving.health import Health
    from bot.serving.leases import REMINDERS, UPKEEP, Leases
    from bot.serving.metrics import Metrics
    from bot.serving.monitoring import monitors
    from bot.serving.opening import await_database
    from bot.serving.serve import Service
    from bot.web.routes import make_page
    from knowledge.store.processes import ServiceProcess

    role = app.settings.role
    threads = WAITING_THREADS if app.settings.llm else THREADS
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads, "answers"))
    await await_database(app, _say)
    process = ServiceProcess(app.store, role, sends=role is not ServiceRole.WEB) if app.store.is_shared else None
    opened = find_channels(app)
    channels = [PatientChannel(channel) for channel in opened]
    leases = Leases(process, _wanted(role, channels), share=partial(_share, channels))
    texts = load_texts()
    away = partial(_away, channels)
    alarm = Alarm(app.store, texts, channels, app.clock, away)
    sending = opened if role is not ServiceRole.WEB else []
    names = app.current_directory
    deliverer = Deliverer(app.store, app.library, names, texts, sending, app.clock) if sending else None
    plans = partial(leases.has, REMINDERS)
    reminders = ReminderService(app.store, app.library, names, app.clock, deliverer, plans)
    dispatcher = Dispatcher(app, app.people, texts, app.clock, channels, plan_soon=reminders.plan_soon)

    def planning_late() -> bool:
        return reminders.is_late or leases.vacant_seconds(REMINDERS) > LATE.total_seconds()

    alerts = Alerts(app.store, app.clock, texts, away, planning_late, alarm.tell)

    async def each_minute() -> None:
        if leases.has(UPKEEP):
            await dispatcher.tell_requests()
            if channels:
                await alerts.look()

    service = Service(
        channels,
        Inbox(app.store, app.clock, process),
        dispatcher.handle,
        command_menu(texts),
        texts=texts,
        connected=lambda name: _say(f"Đã kết nối {name}."),
        alarm=alarm.tell,
        each_minute=each_minute,
        receive=partial(_receive, role, leases),
        answers=role is not ServiceRole.WEB,
    )
    health = Health(app.store, away, planning_late, len(channels))
    metrics = Metrics(app.store, app.clock, channels, lambda: reminders.lag, lambda: app.plan_reader.failures)
    web = WebhookServer(
        app.settings.host,
        app.settings.port,
        [each.hook for each in channels if each.hook and role is not ServiceRole.WORKER],
        health.trouble,
        page=None if role is ServiceRole.WORKER else make_page(app, dispatcher, health.trouble, reminders.plan_soon),
        monitors=monitors(health.unready, metrics.text, app.settings.metrics_from),
    )
    app.library.open_index()
    await asyncio.to_thread(app.read_ahead)
    await asyncio.to_thread(lambda: app.plan_reader)  # before any file: what was being read when we were killed
    await web.start()
    _say(f"Trợ lý bắt đầu chạy, cổng {web.port}.")
    if not opened:
        _say_what_is_missing(app.settings.page_address(web.port))
    alive = asyncio.create_task(leases.keep())
    try:
        with _told_to_stop() as stop, second_process(app):
            app.answering = metrics.measured(app.answering)
            upkeep = partial(_keep_up, app, stop, reminders.plan_soon)
            keeping = asyncio.create_task(leases.while_held(UPKEEP, upkeep, stop))
            await _run_both(service, reminders, stop)
            await keeping
    finally:
        await alarm.close()
        app.plan_reader.close()  # its thread would hold our end until the file is read
        if "page_pictures" in app.__dict__:
            app.page_pictures.close()
        await web.close()
        health.close()
        alive.cancel()
        await leases.leave()
    _say("Trợ lý đã dừng.")


def _wanted(role: ServiceRole, channels: Iterable[PatientChannel]) -> list[str]:
    """The leases that a process of that role takes."""
    from bot.serving.leases import REMINDERS, UPKEEP

    if role is ServiceRole.WEB:
        return []
    return [REMINDERS, UPKEEP, *(_polling(each) for each in channels if each.hook is None)]


def _polling(channel: PatientChannel) -> str:
    """The lease of asking that platform for what people do."""
    return f"poll:{channel.name.value}"


async def _receive(
    role: ServiceRole, leases: Leases, channel: PatientChannel, bring: Callable[[], Awaitable[None]]
) -> None:
    """Who is delivered to receives it; of those that ask the platform, who has the lease."""
    if channel.hook is None and role is not ServiceRole.WEB:
        await leases.while_held(_polling(channel), bring)
    elif channel.hook is not None and role is not ServiceRole.WORKER:
        await bring()
    else:
        await asyncio.Event().wait()  # others receive; this one only sends


async def _keep_up(app: App, stop: asyncio.Event, plan_soon: Callable[[], None]) -> None:
    """What one process looks after for all."""
    from bot.serving.index import keep_index
    from bot.serving.retention import keep_retention
    from bot.serving.set_switches import keep_switches

    await asyncio.gather(
        keep_index(app.store, stop),
        keep_switches(app, stop, plan_soon),
        keep_retention(app.store, app.clock, app.settings.retention_days, stop),
    )


def _share(channels: Iterable[PatientChannel], processes: int) -> None:
    for each in channels:
        each.share(processes)


def _away(channels: Iterable[PatientChannel]) -> list[ChannelName]:
    return [each.name for each in channels if each.is_away]


def _say_what_is_missing(page: str) -> None:
    _say(
        f"Chưa đặt KEHOACH_TELEGRAM_TOKEN hay KEHOACH_ZALO_TOKEN: chỉ mở trang {page} "
        "(đăng nhập: kehoach login TÊN); lời nhắc được lập và chờ đến khi có kênh."
    )


async def _run_both(service: Service, reminders: ReminderService, stop: asyncio.Event) -> None:
    """Reminders end first: they need the channels, which the service closes."""
    reminding = asyncio.create_task(reminders.run(stop))
    reminded = asyncio.Event()
    reminding.add_done_callback(lambda _: reminded.set())
    try:
        await service.run(reminded)
    finally:
        stop.set()
        await reminding


@contextmanager
def second_process(app: App) -> Iterator[SecondProcess | None]:
    """Shares answering with a second process, where there is a core for it."""
    from bot.serving.second_process import SecondProcess, is_worth_it

    if app.settings.role is not ServiceRole.ALL or not is_worth_it(app.settings):  # then there are several anyway
        yield None
        return
    second = SecondProcess(app.own_answering, app.settings)
    app.answering = second
    second.start()
    try:
        yield second
    finally:
        second.close()


@contextmanager
def _told_to_stop() -> Iterator[asyncio.Event]:
    """Set by SIGTERM and Ctrl-C; a thread that does not end by itself is left behind after seconds."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    last_resort = threading.Timer(_LAST_RESORT, os._exit, [0])
    last_resort.daemon = True

    def told() -> None:
        if not stop.is_set():
            stop.set()
            last_resort.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told)
    yield stop


def _say(line: str) -> None:
    """On the screen, which is what a container keeps, and in the log."""
    log.warning(line)
    note(console(), line)
