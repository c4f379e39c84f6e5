"""From the outbox to the people: claim, look again, send, mark.

    claim       one transaction: rows with a lease, the look whether they are still true, the choices offered
    send        on the recipient's first channel that runs; the next one where it is blocked or out of its window
    mark        sent; put back where the platform is busy; failed with why, which administrators hear of

A crash between the platform's yes and the mark has the message sent again when the lease ends: at most those
that were then in flight. Nothing else is ever sent twice, and what is put back is never lost.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.contract import (
    Address,
    BlockedError,
    Channel,
    ChannelError,
    ChannelName,
    Reply,
    Sent,
    TokenError,
    TryAgainError,
    WindowError,
)
from bot.clock import HANOI, Clock
from bot.conversation.texts import Texts
from bot.people.rows import accounts_of
from bot.reminders import claims
from bot.reminders.checks import Checked, Subject, check
from bot.reminders.claims import LEASE, Batch
from bot.reminders.digests import Digests, tasks_named
from bot.reminders.followups import tell_missed, tell_undelivered
from bot.reminders.letters import Letter, open_letter
from bot.reminders.outbox import OutboxState, Reason
from bot.reminders.records import EVENING, MORNING, Kind, Recipient
from bot.reminders.rows import find_occurrences
from bot.reminders.surroundings import Known, Surroundings
from bot.reminders.wording import Wording
from knowledge.agencies import Directory
from knowledge.errors import StoreError
from knowledge.library import Library, LiveTask
from knowledge.store.database import Store
from knowledge.store.models import DialogueRow, ExtensionRow
from knowledge.workdays import WorkCalendar

IN_FLIGHT = 16
"""Messages being sent at once; 30 a second need about one for each 30 ms that a platform takes to answer."""
STOP_SECONDS = 2.0
"""How long sends under way may take when we stop: replies have more, and ten seconds are all."""
ATTEMPTS = 20
"""With the waits between them more than a working day; then it has failed."""
TALK = timedelta(minutes=3)
"""Who wrote within it is in the middle of something: a reminder waits."""
TALK_WAITS = timedelta(minutes=30)
"""It does not wait longer than this for somebody who goes on talking."""
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)
_SYNC_WAIT = timedelta(minutes=5)
"""A plan was switched and its duties are not brought up yet."""
_TOKEN_WAIT = timedelta(minutes=10)
_FAILURES = 3
"""So many in a row and the channel rests."""
_LONGEST_REST = timedelta(minutes=1)
_IDLE_SECONDS = 1.0
_CHURN_SECONDS = 0.05
_CHAT_SECONDS = 1.0
"""Between two messages in one chat."""
_CHATS_KEPT = 4_096

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""
_T = TypeVar("_T")

log = logging.getLogger(__name__)


class _Step(Enum):
    """What came of looking for a message to send."""

    NOTHING = auto()
    """Nothing is due now."""
    SETTLED = auto()
    """Something was due and needs not, or cannot, go now."""
    RESTING = auto()
    """Its channel rests."""


@dataclass(frozen=True)
class _Ready:
    """A message that is to be sent now.

    Attributes:
        addresses: where it may go, in order; `reply` is for the first.
        began: `time.monotonic` at the claim, to tell how long it took.
    """

    batch: Batch
    letter: Letter
    addresses: tuple[Address, ...]
    reply: Reply
    group: bool
    now: datetime
    began: float

    def time(self) -> datetime:
        """The moment now, by the clock of the claim: a clock moved meanwhile does not disturb."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)


class Deliverer:
    """Sends what is due, for one process; any number of processes may work on one database.

    Args:
        channels: those that run; not patient ones, for putting back is done here.
        clock: for `run`.
        lease: how long a message is this process's.
        in_flight: sends at once.
        pause: waits; an argument for tests.
    """

    def __init__(
        self,
        store: Store,
        library: Library,
        directory: Directory,
        texts: Texts,
        channels: Iterable[Channel],
        clock: Clock,
        *,
        lease: timedelta = LEASE,
        in_flight: int = IN_FLIGHT,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._store = store
        self._library = library
        self._texts = texts
        self._channels = {channel.name: channel for channel in channels}
        self._clock = clock
        self._lease = lease
        self._in_flight = in_flight
        self._pause = pause
        self._known = Known(directory)
        self._worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._busy: set[str] = set()
        self._rests: dict[ChannelName, datetime] = {}
        self._failures: dict[ChannelName, int] = {}
        self._wrote: dict[Address, float] = {}
        # A thread of its own: the common ones may all be busy with slow questions.
        self._thread = ThreadPoolExecutor(1, "outbox")

    async def try_deliver_one(self, now: datetime) -> bool:
        """Sends the message that is due first, or settles it; False when nothing is due.

        Raises:
            StoreError: the database cannot be read or written; nothing is lost.
        """
        step = await self._next(now)
        if isinstance(step, _Ready):
            await self._deliver(step)
        return step is not _Step.NOTHING

    async def run(self, stop: asyncio.Event) -> None:
        """Sends until `stop` is set, several messages at once."""
        sending: set[asyncio.Task[None]] = set()
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                step = await self._try_next() if len(sending) < self._in_flight else None
                if isinstance(step, _Ready):
                    sending.add(asyncio.create_task(self._deliver_safely(step)))
                elif step is None:
                    await asyncio.wait([*sending, stopped], return_when=asyncio.FIRST_COMPLETED)
                elif step is not _Step.SETTLED:
                    wait = _IDLE_SECONDS if step is _Step.NOTHING else _CHURN_SECONDS
                    await asyncio.wait([stopped], timeout=wait)
                sending = {task for task in sending if not task.done()}
        finally:
            stopped.cancel()
            if sending:
                await asyncio.wait(sending, timeout=STOP_SECONDS)
            for task in sending:
                task.cancel()
            await asyncio.gather(*sending, return_exceptions=True)
            self.close()

    def close(self) -> None:
        """Lets go of the thread."""
        self._thread.shutdown(wait=False)

    # --- claiming ----------------------------------------------------------------------------

    async def _try_next(self) -> _Ready | _Step:
        try:
            return await self._next(self._clock())
        except StoreError as error:
            log.error("outbox: %s %s", error.sentence, error.detail)
            return _Step.NOTHING
        except Exception as error:  # noqa: BLE001 - the outermost edge: a defect must not end all reminders
            _log_defect(error)
            return _Step.NOTHING

    async def _next(self, now: datetime) -> _Ready | _Step:
        began = time.monotonic()
        step = await self._stored(self._take, now, began, tuple(self._busy))
        if isinstance(step, _Ready):
            self._busy.add(step.batch.recipient)
        return step

    def _take(self, now: datetime, began: float, busy: Sequence[str]) -> _Ready | _Step:
        if self._channels and all(self._is_resting(name, now) for name in self._channels):
            return _Step.NOTHING
        with self._store.read() as session:
            around = self._known.look(session, now)
            if not is_open(now, around.calendar) or not claims.has_due(session, now, self._lease):
                return _Step.NOTHING
        try:
            with self._store.write() as session:
                session.connection()  # the lock: a lease counts from when we have it, not from when we asked
                moment = now + timedelta(seconds=max(0.0, time.monotonic() - began))
                batch = claims.claim(session, moment, self._worker, lease=self._lease, busy=busy)
                if batch is None:
                    return _Step.NOTHING
                return self._prepare(session, batch, around, now, began)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one message that cannot be made must not hold all others
            _log_defect(error)
            self._give_up(now, busy, around)
            return _Step.SETTLED

    def _give_up(self, now: datetime, busy: Sequence[str], around: Surroundings) -> None:
        """Puts back what could not even be made."""
        with self._store.write() as session:
            batch = claims.claim(session, now, self._worker, lease=self._lease, busy=busy)
            if batch is not None:
                self._try_later(session, batch, now, "defect", around.calendar)

    def _prepare(
        self, session: Session, batch: Batch, around: Surroundings, now: datetime, began: float
    ) -> _Ready | _Step:
        """The message of a batch, what need not go settled."""
        try:
            recipient = Recipient.of(batch.recipient)
        except ValueError:
            self._fail(session, batch, "recipient", now, around.calendar)
            return _Step.SETTLED
        checked, tasks = self._check(session, batch, recipient, around, now)
        if not checked.going:
            return _Step.SETTLED
        batch = replace(batch, items=tuple(subject.item for subject in checked.going))
        addresses = self._addresses(session, recipient, around)
        if not addresses:
            self._fail(session, batch, "no_channel", now, around.calendar)
            return _Step.SETTLED
        letter = self._letter(session, checked.going, tasks, around, now)
        if letter is None:
            claims.settle(session, batch, batch.ids, OutboxState.CANCELLED, Reason.REMOVED.value)
            return _Step.SETTLED
        first = addresses[0]
        if self._is_resting(first.channel, now):
            claims.put_back(session, batch, self._rests[first.channel], f"{first.channel}:resting", tried=False)
            return _Step.RESTING
        until = _end_of_talk(session, first, batch, now) if recipient.chat is None else None
        if until is not None:
            claims.put_back(session, batch, until, "talk", tried=False)
            return _Step.SETTLED
        group = recipient.chat is not None
        reply = open_letter(session, letter, first, self._channels[first.channel].capabilities, now, group=group)
        return _Ready(batch, letter, addresses, reply, group, now, began)

    def _check(
        self, session: Session, batch: Batch, recipient: Recipient, around: Surroundings, now: datetime
    ) -> tuple[Checked, dict[int, LiveTask]]:
        """Looks again at every row, and settles what does not go."""
        occurrences = find_occurrences(session, {item.occurrence for item in batch.items if item.occurrence})
        today = now.astimezone(HANOI).date()
        checked = check(
            recipient, batch.items, occurrences, around.audience, around.calendar, today, _undecided(session, batch)
        )
        wanted = {each.occurrence.task for each in checked.going if each.occurrence and each.occurrence.task}
        named = tasks_named(item.payload for item in batch.items)
        tasks = self._library.tasks_by_id(wanted | named) if wanted | named else {}
        unsynced = [each for each in checked.going if _is_unsynced(each, tasks)]
        if unsynced:
            ids = [each.item.id for each in unsynced]
            claims.put_back(session, batch, now + _SYNC_WAIT, "plan", ids=ids, tried=False)
            checked.going = [each for each in checked.going if each not in unsynced]
        for (state, reason), ids in checked.settled.items():
            claims.settle(session, batch, ids, state, reason)
        if checked.missed:
            tell_missed(session, recipient, [each.item.occurrence for each in checked.missed], now)
        return checked, tasks

    def _letter(
        self,
        session: Session,
        going: Sequence[Subject],
        tasks: dict[int, LiveTask],
        around: Surroundings,
        now: datetime,
    ) -> Letter | None:
        today = now.astimezone(HANOI).date()
        wording = Wording(self._texts, around.rules, today, around.audience.name_of)
        first = going[0].item
        if first.kind is not Kind.DIGEST:
            return wording.letter(going, tasks)
        digests = Digests(session, self._texts, wording, around.calendar, today)
        return digests.letter(first.agency, first.payload or {}, tasks)

    def _addresses(self, session: Session, recipient: Recipient, around: Surroundings) -> tuple[Address, ...]:
        """Where the recipient can be reached, in the order in which it is tried."""
        if recipient.chat is not None:
            return (recipient.chat,) if recipient.chat.channel in self._channels else ()
        member = recipient.member or 0
        wanted = around.rules.channel(member)
        accounts = sorted(accounts_of(session, member), key=lambda account: account.channel is not wanted)
        return tuple(Address(each.channel, each.id) for each in accounts if each.channel in self._channels)

    # --- sending -----------------------------------------------------------------------------

    async def _deliver_safely(self, ready: _Ready) -> None:
        try:
            await self._deliver(ready)
        except StoreError as error:
            # The lease ends and it is sent again: better twice than never.
            log.error("outbox: not marked: %s %s", error.sentence, error.detail)

    async def _deliver(self, ready: _Ready) -> None:
        try:
            await self._send(ready)
        finally:
            self._busy.discard(ready.batch.recipient)

    async def _send(self, ready: _Ready) -> None:
        """On the first channel that takes it."""
        reasons: list[str] = []
        resting: datetime | None = None
        reply = ready.reply
        for number, address in enumerate(ready.addresses):
            channel = self._channels[address.channel]
            if number:
                if self._is_resting(address.channel, ready.time()):
                    resting = self._rests[address.channel]
                    continue
                reply = await self._stored(self._open_again, ready, address, channel)
            try:
                sent = await self._hand_over(ready, channel, address, reply)
            except (BlockedError, WindowError) as error:
                log.warning("%s: not reached: %s", address.channel.value, type(error).__name__)
                code = "window" if isinstance(error, WindowError) else "blocked"
                reasons.append(f"{address.channel.value}:{code}")
            except TokenError as error:
                log.error("%s: %s", address.channel.value, error.sentence)
                resting = self._rests[address.channel] = ready.time() + _TOKEN_WAIT
            except TryAgainError as error:
                return await self._stored(self._put_back, ready, address, error, ready.time())
            except ChannelError as error:
                log.error("%s: a reminder was refused: %s", address.channel.value, error.detail)
                return await self._stored(self._mark_failed, ready, f"{address.channel.value}:refused", ready.time())
            except Exception as error:  # noqa: BLE001 - a defect of a channel must not end all reminders
                _log_defect(error)
                return await self._stored(self._put_back, ready, address, TryAgainError("", "defect"), ready.time())
            else:
                if sent is not None:
                    self._failures.pop(address.channel, None)
                    await self._stored(self._mark_sent, ready, address, sent, ready.time())
                return None
        if resting is not None:
            return await self._stored(self._rest, ready, resting)
        return await self._stored(self._mark_failed, ready, " ".join(reasons), ready.time())

    async def _hand_over(self, ready: _Ready, channel: Channel, address: Address, reply: Reply) -> Sent | None:
        """Sends, keeping the lease meanwhile; None when another worker has the message."""
        loop = asyncio.get_running_loop()
        wait = self._wrote.get(address, -_CHAT_SECONDS) + _CHAT_SECONDS - loop.time()
        if wait > 0:
            await self._pause(wait)
        sending = asyncio.ensure_future(channel.send(address, reply))
        try:
            while not (await asyncio.wait([sending], timeout=self._lease.total_seconds() / 3))[0]:
                if not await self._stored(self._renew, ready):
                    log.warning("%s: the lease of a message was lost", address.channel.value)
                    return None
            return sending.result()
        finally:
            sending.cancel()
            if len(self._wrote) > _CHATS_KEPT:
                self._wrote = {chat: at for chat, at in self._wrote.items() if loop.time() - at < _CHAT_SECONDS}
            self._wrote[address] = loop.time()

    # --- marking, in the outbox's thread -----------------------------------------------------

    def _open_again(self, ready: _Ready, address: Address, channel: Channel) -> Reply:
        with self._store.write() as session:
            return open_letter(session, ready.letter, address, channel.capabilities, ready.now, group=ready.group)

    def _renew(self, ready: _Ready) -> bool:
        with self._store.write() as session:
            session.connection()
            return claims.renew(session, ready.batch, ready.time(), self._lease)

    def _mark_sent(self, ready: _Ready, address: Address, sent: Sent, now: datetime) -> None:
        with self._store.write() as session:
            message = sent.ids[-1] if sent.ids else ""
            if not claims.mark_sent(session, ready.batch, address.channel.value, message, now):
                log.warning("%s: a message went whose lease was lost", address.channel.value)

    def _mark_failed(self, ready: _Ready, reason: str, now: datetime) -> None:
        with self._store.write() as session:
            self._fail(session, ready.batch, reason, now, self._known.look(session, now).calendar)

    def _put_back(self, ready: _Ready, address: Address, error: TryAgainError, now: datetime) -> None:
        """The platform is busy or out of reach: this message waits, and all others where it is not only this chat."""
        channel = address.channel
        with self._store.write() as session:
            if error.retry_after is not None:
                until = now + timedelta(seconds=error.retry_after)
                if not ready.group:
                    self._rests[channel] = until
                claims.put_back(session, ready.batch, until, f"{channel.value}:busy", tried=False)
                return
            self._failures[channel] = failures = self._failures.get(channel, 0) + 1
            if failures >= _FAILURES:
                self._rests[channel] = now + min(timedelta(seconds=2 ** min(failures - _FAILURES, 10)), _LONGEST_REST)
            calendar = self._known.look(session, now).calendar
            self._try_later(session, ready.batch, now, f"{channel.value}:unreachable", calendar)

    def _rest(self, ready: _Ready, until: datetime) -> None:
        with self._store.write() as session:
            claims.put_back(session, ready.batch, until, "resting", tried=False)

    def _try_later(self, session: Session, batch: Batch, now: datetime, reason: str, calendar: WorkCalendar) -> None:
        attempts = max(item.attempts for item in batch.items)
        if attempts >= ATTEMPTS:
            self._fail(session, batch, "attempts", now, calendar)
            return
        wait = min(_FIRST_WAIT * 2 ** min(attempts - 1, 10), _LONGEST_WAIT)
        claims.put_back(session, batch, now + wait, reason)

    def _fail(self, session: Session, batch: Batch, reason: str, now: datetime, calendar: WorkCalendar) -> None:
        if claims.mark_failed(session, batch, reason):
            tell_undelivered(session, batch, now, calendar)

    def _is_resting(self, channel: ChannelName, now: datetime) -> bool:
        until = self._rests.get(channel)
        # Longer than any rest: the clock was moved back.
        return until is not None and now < until <= now + claims.LONGEST_HOLD

    async def _stored(self, work: Callable[..., _T], *arguments: object) -> _T:
        """The result of `work` on the database, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)


def is_open(now: datetime, calendar: WorkCalendar) -> bool:
    """Whether messages go at that moment: 08:00 to 17:00 on working days, Việt Nam's time."""
    here = now.astimezone(HANOI)
    return MORNING <= here.time() < EVENING and calendar.is_working(here.date())


def _is_unsynced(subject: Subject, tasks: dict[int, LiveTask]) -> bool:
    """Its task was replaced with a new version of the plan, and the duty does not know yet."""
    own = subject.occurrence
    told = subject.item.kind in {Kind.NOTICE, Kind.DIGEST}
    return own is not None and not told and own.task not in tasks


def _undecided(session: Session, batch: Batch) -> set[int]:
    numbers = [item.name.rpartition(":")[2] for item in batch.items if item.name.startswith("extension:")]
    asked = [int(number) for number in numbers if number.isdigit()]
    if not asked:
        return set()
    return set(
        session.scalars(select(ExtensionRow.id).where(ExtensionRow.id.in_(asked), ExtensionRow.state == "waiting"))
    )


def _end_of_talk(session: Session, address: Address, batch: Batch, now: datetime) -> datetime | None:
    """When a message may go to somebody who is in the middle of a talk; None: now."""
    row = session.get(DialogueRow, (address.channel.value, address.chat, address.chat))
    if row is None or not row.at <= now < row.at + TALK:
        return None
    return row.at + TALK if now - batch.items[0].send_at < TALK_WAITS else None


def _log_defect(error: Exception) -> None:
    """Where it happened, without the error's own words: they may quote a plan or a person."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("defect: %s\n%s", type(error).__name__, frames)
