"""The edge of conversation: one message in, its replies out through the channels.

Everything that waits (the database, the assistant, reading a file) runs in threads, so
that a slow question holds nobody else. Neither what people write nor who they are is logged.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.app import App
from bot.channels.contract import (
    Capabilities,
    Channel,
    ChannelError,
    ChannelName,
    Incoming,
    Named,
    RefusedError,
    Reply,
    Sender,
)
from bot.chat.commands import is_command
from bot.chat.member_lists import show_people_difference
from bot.chat.plan_files import read_draft, save_and_report
from bot.chat.reminder_results import check_result_file, take_result_file
from bot.chat.requests import tell_administrators
from bot.chat.returned_tables import show_difference
from bot.chat.routing import route, wants_file, wants_result
from bot.chat.services import Telling
from bot.chat.turn import Outgoing, Services, Turn
from bot.clock import Clock
from bot.menus.dialogues import Key, find_dialogue
from bot.menus.messages import Message
from bot.menus.texts import Texts
from bot.people.member_file import is_member_list
from bot.people.members import People
from bot.people.ratelimit import Pace, RateLimit, rate_limit
from bot.reports.returned_table import is_returned
from knowledge.errors import KehoachError
from knowledge.store.database import generation

_log = logging.getLogger(__name__)


class Dispatcher:
    """Handles messages of every channel; safe to call from many tasks at once.

    Messages of one chat are to be given one after the other (`bot.chat.inbox` does).
    """

    def __init__(
        self,
        app: App,
        people: People,
        texts: Texts,
        clock: Clock,
        channels: Iterable[Channel] = (),
        limit: RateLimit | None = None,
        *,
        plan_soon: Callable[[], None] | None = None,
    ) -> None:
        """
        Args:
            channels: those that run, for writing to somebody else than who wrote.
            plan_soon: has reminders planned anew, without waiting for it.
        """
        self._channels: dict[ChannelName, Channel] = {channel.name: channel for channel in channels}
        self._reach: dict[ChannelName, Capabilities] = {c.name: c.capabilities for c in self._channels.values()}
        self._services = Services(app, people, texts, clock, self._reach, self._username, plan_soon)
        self._limit = rate_limit(app.store, clock, "chat") if limit is None else limit
        self.reading = asyncio.Lock()
        """One plan file at a time, the page's among them: those that wait for it take no thread from questions."""

    async def handle(self, incoming: Incoming, channel: Channel) -> None:
        """Answers one message.

        Raises:
            ChannelError: a reply could not be sent to who wrote; nothing has been lost but that
                reply, and handling the message again is safe.
            StoreError: the database could not be read or written; nothing was done.
        """
        if incoming.group and not incoming.addressed and incoming.pressed is None:
            return
        self._channels.setdefault(channel.name, channel)
        self._reach.setdefault(channel.name, channel.capabilities)
        if incoming.text and not is_command(incoming.text):
            await channel.show_typing(incoming.address)
        turn = await asyncio.to_thread(self._turn, incoming, channel.capabilities)
        if turn is None:
            return
        if wants_file(turn):
            await self._take_file(turn, channel)
        elif wants_result(turn):
            await self._take_result(turn, channel)
        try:
            await self._send(turn, channel)
        finally:
            if turn.planning and self._services.plan_soon is not None:
                self._services.plan_soon()

    async def tell_requests(self) -> None:
        """Administrators hear of what has gathered of requests to be let in, where it is time.

        Raises:
            StoreError: the database could not be read or written; nobody was told.
        """
        for each in await asyncio.to_thread(self._requests):
            await self._deliver_aside(each)

    async def tell(self, told: Sequence[tuple[Sender, str]]) -> None:
        """Writes to people in their own chats, on channels that run; what does not reach them is only logged."""
        telling = Telling(self._services, 0)  # nothing is offered, so nothing is kept
        for account, text in told:
            for each in telling.tell([account], Message(text)):
                await self._deliver_aside(each)

    def _requests(self) -> list[Outgoing]:
        services = self._services
        with services.app.store.read() as session:
            live = generation(session)
        telling = Telling(services, live)
        told = tell_administrators(services, telling)
        if told:
            with services.app.store.write() as session:
                telling.save(session, services.clock())
        return told

    def _username(self, name: ChannelName) -> str:
        """Our name in the platform's links; empty where there are none, or the channel does not run."""
        channel = self._channels.get(name)
        return channel.username if isinstance(channel, Named) else ""

    def _turn(self, incoming: Incoming, capabilities: Capabilities) -> Turn | None:
        """Everything about a message but its sending; None when nothing is to be said."""
        services = self._services
        now = services.clock()
        with services.app.store.read() as session:
            member = services.people.find_within(session, incoming.sender)
            dialogue = find_dialogue(session, Key.of(incoming), now)
            live = generation(session)
        turn = Turn(services, incoming, capabilities, member, dialogue, live, now)
        person = member.id if member else (incoming.sender.channel, incoming.sender.id)
        pace = self._limit.take(person)
        if pace is Pace.PASS_OVER:
            return None
        if pace is Pace.ASK_TO_WAIT:
            turn.reply(self._limit.sentence(person))
        elif not (wants_file(turn) or wants_result(turn)):
            _route(turn)
            turn.save()
        return turn

    async def _take_file(self, turn: Turn, channel: Channel) -> None:
        """Reads a plan file as a draft, telling how far it is by changing one message."""
        file = turn.incoming.file
        if file is None or turn.outgoing:
            return
        progress = _Progress(turn, channel)
        try:
            await progress.tell("file_fetching")
            content = await channel.download(file)
            await progress.tell("file_reading")
            async with self.reading:
                returned = await asyncio.to_thread(_answer_list, turn, file.name, content)
                if not returned:
                    draft = await asyncio.to_thread(read_draft, self._services.app, file.name, content)
            if not returned:
                await progress.tell("file_comparing")
                await asyncio.to_thread(save_and_report, turn, draft, content)
        except KehoachError as error:
            _log.warning("file not taken: %s", type(error).__name__)
            turn.outgoing.clear()
            turn.reply(turn.text("file_refused", reason=error.sentence))
        await asyncio.to_thread(turn.save)
        turn.outgoing[:] = [replace(o, reply=replace(o.reply, edits=progress.message)) for o in turn.outgoing]

    async def _take_result(self, turn: Turn, channel: Channel) -> None:
        """Keeps a file that comes with something done; the talk waits on where it cannot be taken."""
        file = turn.incoming.attached
        if file is None or turn.outgoing:
            return
        try:
            await asyncio.to_thread(check_result_file, turn)
            content = await channel.download(file)
            await asyncio.to_thread(take_result_file, turn, content)
        except KehoachError as error:
            _log.warning("result not taken: %s", type(error).__name__)
            turn.outgoing.clear()
            turn.reply(error.sentence)
        await asyncio.to_thread(turn.save)

    async def _send(self, turn: Turn, channel: Channel) -> None:
        """First to who wrote, then to the others; what does not reach the others is only logged."""
        own = [each for each in turn.outgoing if each.address == turn.incoming.address]
        for each in own:
            await _deliver(channel, each)
        for each in turn.outgoing:
            if each.address != turn.incoming.address:
                await self._deliver_aside(each)

    async def _deliver_aside(self, outgoing: Outgoing) -> None:
        name = outgoing.address.channel
        try:
            await _deliver(self._channels[name], outgoing)
        except ChannelError as error:
            _log.warning("not told on %s: %s", name.value, type(error).__name__)


class _Progress:
    """One message of ours that says how far the work is."""

    def __init__(self, turn: Turn, channel: Channel) -> None:
        self.message: str | None = None
        self._turn = turn
        self._channel = channel

    async def tell(self, name: str) -> None:
        """Says the first step, and later ones where the message can be changed."""
        if self.message is None and name != "file_fetching":
            return
        reply = Reply(self._turn.text(name), edits=self.message)
        sent = await self._channel.send(self._turn.incoming.address, reply)
        if self._channel.capabilities.editing:
            self.message = sent.ids[-1]


async def _deliver(channel: Channel, outgoing: Outgoing) -> None:
    """Sends; where a message cannot be changed any more, anew."""
    try:
        await channel.send(outgoing.address, outgoing.reply)
    except RefusedError:
        if outgoing.reply.edits is None:
            raise
        await channel.send(outgoing.address, replace(outgoing.reply, edits=None))


def _answer_list(turn: Turn, name: str, content: bytes) -> bool:
    """Answers a file that is no plan: a task table that comes back, a list of people; whether it is one."""
    if is_returned(content):
        show_difference(turn, content)
    elif is_member_list(name, content):
        show_people_difference(turn, name, content)
    else:
        return False
    return True


def _route(turn: Turn) -> None:
    """Routes; an expected failure becomes its sentence."""
    try:
        route(turn)
    except KehoachError as error:
        if error.detail:
            _log.warning("refused: %s", type(error).__name__)
        turn.outgoing.clear()
        turn.reply(error.sentence)
