"""Everything that `kehoach serve` runs, put together for the role of its process."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from bot.app import App
from bot.channels.contract import Channel, ChannelName
from bot.channels.patience import PatientChannel
from bot.channels.webhooks import WebhookServer
from bot.chat.alarm import Alarm
from bot.chat.commands import command_menu
from bot.chat.dispatcher import Dispatcher
from bot.chat.inbox import Inbox
from bot.menus.texts import load_texts
from bot.notify.delivery import Deliverer
from bot.notify.service import LATE, ReminderService
from bot.serving.alerts import Alerts
from bot.serving.health import Health
from bot.serving.index import keep_index
from bot.serving.leases import REMINDERS, UPKEEP, Leases
from bot.serving.metrics import Metrics
from bot.serving.monitoring import monitors
from bot.serving.reader import Reader
from bot.serving.readings import Readings
from bot.serving.retention import keep_retention
from bot.serving.second_process import SecondProcess, is_worth_it
from bot.serving.serve import Service
from bot.serving.set_switches import keep_switches
from bot.settings import ServiceRole
from bot.web.routes import make_page
from knowledge.store.processes import ServiceProcess

_LAST_RESORT = 9.0
"""Seconds after a stop when a thread that is still at work is left behind; what it did not finish is done again."""

Say = Callable[[str], None]
"""Tells the operator a line."""


class Serving:
    """One process of the service.

    Args:
        opened: every channel that has a token, not started.
    """

    def __init__(self, app: App, opened: Sequence[Channel], say: Say) -> None:
        self._app = app
        self._say = say
        self._role = role = app.settings.role
        self._channels = channels = [PatientChannel(channel) for channel in opened]
        process = ServiceProcess(app.store, role, sends=role is not ServiceRole.WEB) if app.store.is_shared else None
        self._leases = Leases(process, self._wanted(), share=self._share)
        self._readings = Readings(app.store, app.clock, process)
        texts = load_texts()
        self._alarm = Alarm(app.store, texts, channels, app.clock, self._away)
        self._reminders = self._make_reminders([] if role is ServiceRole.WEB else opened)
        self._dispatcher = Dispatcher(
            app, app.people, texts, app.clock, channels, plan_soon=self._reminders.plan_soon
        )
        self._alerts = Alerts(app.store, app.clock, texts, self._away, self._is_planning_late, self._alarm.tell)
        self._service = Service(
            channels,
            Inbox(app.store, app.clock, process),
            self._dispatcher.handle,
            command_menu(texts),
            texts=texts,
            connected=lambda name: say(f"Đã kết nối {name}."),
            alarm=self._alarm.tell,
            each_minute=self._look,
            receive=self._receive,
            answers=role is not ServiceRole.WEB,
        )
        self._health = Health(app.store, self._away, self._is_planning_late, len(channels))
        self._metrics = Metrics(
            app.store, app.clock, channels, lambda: self._reminders.lag, lambda: app.plan_reader.failures
        )

    async def run(self) -> None:
        """Serves until this process is told to stop.

        Raises:
            TokenError: a channel's token is wrong.
            KehoachError: the port is not ours to take.
        """
        app, web = self._app, self._make_web()
        reading: asyncio.Task[None] | None = None
        app.library.open_index()
        await asyncio.to_thread(app.read_ahead)
        await asyncio.to_thread(lambda: app.plan_reader)  # before any file: what was being read when we were killed
        await web.start()
        self._say(f"Trợ lý bắt đầu chạy, cổng {web.port}.")
        if not self._channels:
            self._say_what_is_missing(app.settings.page_address(web.port))
        alive = asyncio.create_task(self._leases.keep())
        try:
            with _told_to_stop() as stop, second_process(app):
                app.answering = self._metrics.measured(app.answering)
                keeping = asyncio.create_task(self._leases.while_held(UPKEEP, partial(self._keep_up, stop), stop))
                if self._role is not ServiceRole.WEB:
                    reading = asyncio.create_task(Reader(app, self._readings, self._dispatcher.reading).run(stop))
                await self._run_both(stop)
                await keeping
        finally:
            await self._alarm.close()
            app.plan_reader.close()  # its thread would hold our end until the file is read
            if reading is not None:
                await reading  # what it read waits for another process, or the next start
            if "page_pictures" in app.__dict__:
                app.page_pictures.close()
            await web.close()
            self._health.close()
            alive.cancel()
            await self._leases.leave()
        self._say("Trợ lý đã dừng.")

    def _make_reminders(self, sending: Sequence[Channel]) -> ReminderService:
        app = self._app
        names = app.current_directory
        deliverer = Deliverer(app.store, app.library, names, load_texts(), sending, app.clock) if sending else None
        return ReminderService(
            app.store, app.library, names, app.clock, deliverer, partial(self._leases.has, REMINDERS)
        )

    def _make_web(self) -> WebhookServer:
        """What listens: a worker only to those who watch it."""
        settings, trouble = self._app.settings, self._health.trouble
        watched = monitors(self._health.unready, self._metrics.text, settings.metrics_from)
        if self._role is ServiceRole.WORKER:
            return WebhookServer(settings.host, settings.port, [], trouble, monitors=watched)
        hooks = [each.hook for each in self._channels if each.hook]
        page = make_page(self._app, self._dispatcher, self._readings, trouble, self._reminders.plan_soon)
        return WebhookServer(settings.host, settings.port, hooks, trouble, page=page, monitors=watched)

    def _wanted(self) -> list[str]:
        """The leases that this process takes."""
        if self._role is ServiceRole.WEB:
            return []
        return [REMINDERS, UPKEEP, *(_polling(each) for each in self._channels if each.hook is None)]

    def _share(self, processes: int) -> None:
        for each in self._channels:
            each.share(processes)

    def _away(self) -> list[ChannelName]:
        return [each.name for each in self._channels if each.is_away]

    def _is_planning_late(self) -> bool:
        return self._reminders.is_late or self._leases.vacant_seconds(REMINDERS) > LATE.total_seconds()

    async def _look(self) -> None:
        """Once a minute."""
        if self._leases.has(UPKEEP):
            await self._dispatcher.tell_requests()
            if self._channels:
                await self._alerts.look()

    async def _receive(self, channel: PatientChannel, bring: Callable[[], Awaitable[None]]) -> None:
        """Who is delivered to receives it; of those that ask the platform, who has the lease."""
        if channel.hook is None and self._role is not ServiceRole.WEB:
            await self._leases.while_held(_polling(channel), bring)
        elif channel.hook is not None and self._role is not ServiceRole.WORKER:
            await bring()
        else:
            await asyncio.Event().wait()  # others receive; this one only sends

    async def _keep_up(self, stop: asyncio.Event) -> None:
        """What one process looks after for all."""
        app = self._app
        await asyncio.gather(
            keep_index(app.store, stop),
            keep_switches(app, stop, self._reminders.plan_soon),
            keep_retention(app.store, app.clock, app.settings.retention_days, stop),
        )

    async def _run_both(self, stop: asyncio.Event) -> None:
        """Reminders end first: they need the channels, which the service closes."""
        reminding = asyncio.create_task(self._reminders.run(stop))
        reminded = asyncio.Event()
        reminding.add_done_callback(lambda _: reminded.set())
        try:
            await self._service.run(reminded)
        finally:
            stop.set()
            await reminding

    def _say_what_is_missing(self, page: str) -> None:
        self._say(
            f"Chưa đặt KEHOACH_TELEGRAM_TOKEN hay KEHOACH_ZALO_TOKEN: chỉ mở trang {page} "
            "(đăng nhập: kehoach login TÊN); lời nhắc được lập và chờ đến khi có kênh."
        )


def _polling(channel: PatientChannel) -> str:
    """The lease of asking that platform for what people do."""
    return f"poll:{channel.name.value}"


@contextmanager
def second_process(app: App) -> Iterator[SecondProcess | None]:
    """Shares answering with a second process, where there is a core for it."""
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
