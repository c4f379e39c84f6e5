"""From rows that are due to a message that is ready: claimed, looked at once more, worded, its choices offered.

All of it is one transaction, so what is settled or put back here is so together with the claim.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.contract import Address, Channel, ChannelName, Reply
from bot.clock import HANOI
from bot.menus.choices import ANYBODY, save_choices
from bot.menus.dialogues import Key, offer_menu
from bot.menus.messages import Message
from bot.menus.texts import Texts
from bot.notify import claims
from bot.notify.checks import Checked, Subject, check
from bot.notify.claims import Batch, Item
from bot.notify.context import CurrentContext, DeliveryContext, KnownTasks, find_undecided
from bot.notify.digests import Digests, tasks_named
from bot.notify.followups import tell_missed
from bot.notify.marking import fail, try_later
from bot.notify.resting import RestingChannels
from bot.notify.wording import Wording, part
from bot.people.rows import accounts_of
from bot.tracking.audience import Audience
from bot.tracking.outbox import OutboxState, Reason
from bot.tracking.records import Kind, Recipient
from bot.tracking.rows import find_occurrences
from bot.tracking.schedule import is_open, morning
from knowledge.errors import StoreError
from knowledge.library import Library, LiveTask
from knowledge.store.database import Store, generation
from knowledge.store.models import DialogueRow, OutboxRow

TALK = timedelta(minutes=3)
"""Who wrote within it is in the middle of something: a reminder waits."""
TALK_WAITS = timedelta(minutes=30)
"""It does not wait longer than this for somebody who goes on talking."""
_ON_THEIR_WAY = (OutboxState.WAITING.value, OutboxState.SENDING.value, OutboxState.SENT.value)
_SYNC_WAIT = timedelta(minutes=5)
"""A plan was switched and its duties are not brought up yet."""

log = logging.getLogger(__name__)


class Step(Enum):
    """What came of looking for a message to send."""

    NOTHING = auto()
    """Nothing is due now."""
    SETTLED = auto()
    """Something was due and needs not, or cannot, go now."""
    RESTING = auto()
    """Its channel rests."""


@dataclass(frozen=True)
class Ready:
    """A message that is to be sent now.

    Attributes:
        addresses: where it may go, in order; `reply` is for the first.
        group: it goes to a group chat.
        began: `time.monotonic` at the claim, to tell how long it took.
    """

    batch: Batch
    message: Message
    addresses: tuple[Address, ...]
    reply: Reply
    group: bool
    now: datetime
    began: float

    def time(self) -> datetime:
        """The moment now, by the clock of the claim: a clock moved meanwhile does not disturb."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)


class Preparer:
    """Claims what is due for one worker and makes its messages; for one thread.

    Args:
        channels: those that run.
        worker: a name that no other process has.
        lease: how long a message is this worker's.
    """

    def __init__(
        self,
        store: Store,
        library: Library,
        texts: Texts,
        channels: dict[ChannelName, Channel],
        known: CurrentContext,
        resting: RestingChannels,
        worker: str,
        lease: timedelta,
    ) -> None:
        self._store = store
        self._texts = texts
        self._channels = channels
        self._known = known
        self._resting = resting
        self._worker = worker
        self._lease = lease
        self._tasks = KnownTasks(library)
        self._found = False
        """There was something a moment ago, so there may be more: no need to ask first."""

    def take(self, now: datetime, began: float, busy: Collection[str]) -> Ready | Step:
        """The message that is due first.

        Args:
            began: `time.monotonic` at `now`.
            busy: recipients who are being written to.

        Raises:
            StoreError: the database cannot be read or written; nothing is lost.
        """
        if self._channels and all(self._resting.until(name, now) for name in self._channels):
            return Step.NOTHING
        if not self._found:
            with self._store.read() as session:
                in_hours = is_open(now, self._known.look(session, now).calendar)
                if not claims.has_due(session, now, self._lease, in_hours=in_hours):
                    return Step.NOTHING
        self._found = False
        try:
            with self._store.write() as session:
                session.connection()  # the lock: a lease counts from when we have it, not from when we asked
                around = self._known.look(session, now)
                moment = now + timedelta(seconds=max(0.0, time.monotonic() - began))
                batch = self._claim(session, moment, around, busy)
                if batch is None:
                    return Step.NOTHING
                self._found = True
                return self._prepare(session, batch, around, now, began)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one message that cannot be made must not hold all others
            log_defect(error)
            self._give_up(now, busy)
            return Step.SETTLED

    def open_again(self, ready: Ready, address: Address) -> Reply:
        """The same message for another of its recipient's channels."""
        with self._store.write() as session:
            return self._open(session, ready.message, address, ready.now, group=ready.group)

    def _open(self, session: Session, message: Message, address: Address, now: datetime, *, group: bool) -> Reply:
        """The message as its channel shows it; its choices are kept from now on."""
        opened = message.open(generation(session))
        if opened is not None:
            key = Key(address.channel.value, address.chat, ANYBODY if group else address.chat)
            save_choices(session, key, opened, now)
            offer_menu(session, key, opened.token, now)
        reply = message.lay_out(self._channels[address.channel].capabilities, self._texts, opened)
        return replace(reply, bold=True, unhurried=True)

    def _claim(self, session: Session, now: datetime, around: DeliveryContext, busy: Collection[str]) -> Batch | None:
        in_hours = is_open(now, around.calendar)
        return claims.claim(session, now, self._worker, lease=self._lease, busy=busy, in_hours=in_hours)

    def _give_up(self, now: datetime, busy: Collection[str]) -> None:
        """Puts back what could not even be made; what can be made without the rows at fault goes without them."""
        with self._store.write() as session:
            around = self._known.look(session, now)
            batch = self._claim(session, now, around, busy)
            if batch is None:
                return
            bad = [item for item in batch.items if not self._can_be_made(session, batch, item, around, now)]
            good = [item.id for item in batch.items if item not in bad]
            if bad and good:
                claims.put_back(session, batch, now, "defect", ids=good, tried=False)
                batch = replace(batch, items=tuple(bad))
            try_later(session, batch, now, "defect", around.calendar)

    def _can_be_made(
        self, session: Session, batch: Batch, item: Item, around: DeliveryContext, now: datetime
    ) -> bool:
        """Whether a row makes a message by itself; nothing of it is kept."""
        trial = session.begin_nested()
        try:
            self._prepare(session, replace(batch, items=(item,)), around, now, time.monotonic())
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - the one that is looked for
            return False
        finally:
            trial.rollback()
        return True

    def _prepare(
        self, session: Session, batch: Batch, around: DeliveryContext, now: datetime, began: float
    ) -> Ready | Step:
        """The message of a batch, what need not go settled."""
        try:
            recipient = Recipient.of(batch.recipient)
        except ValueError:
            fail(session, batch, "recipient", now, around.calendar)
            return Step.SETTLED
        until = _own_hour(recipient, batch, around, now)
        if until is not None:
            # Looked at again before that: what is held longer is taken for a slip of the clock.
            claims.put_back(session, batch, min(until, now + claims.LONGEST_HOLD), "hours", tried=False)
            return Step.SETTLED
        checked, tasks = self._check(session, batch, recipient, around, now)
        if not checked.going:
            return Step.SETTLED
        going, further = part(checked.going, claims.MOST)
        if further:
            # They are due: the next message to the same person has them, looked at again.
            claims.put_back(session, batch, now, "further", ids=[each.item.id for each in further], tried=False)
        batch = replace(batch, items=tuple(subject.item for subject in going))
        addresses = self._addresses(session, recipient, around)
        if not addresses:
            fail(session, batch, "no_channel", now, around.calendar)
            return Step.SETTLED
        letter = self._letter(session, recipient, going, further, tasks, around, now)
        if letter is None:
            claims.settle(session, batch, batch.ids, OutboxState.CANCELLED, Reason.EMPTY.value)
            return Step.SETTLED
        first, group = addresses[0], recipient.chat is not None
        resting = self._resting.until(first.channel, now)
        if resting is not None:
            claims.put_back(session, batch, resting, f"{first.channel}:resting", tried=False)
            return Step.RESTING
        until = None if group else _end_of_talk(session, first, batch, now)
        if until is not None:
            claims.put_back(session, batch, until, "talk", tried=False)
            return Step.SETTLED
        reply = self._open(session, letter, first, now, group=group)
        return Ready(batch, letter, addresses, reply, group, now, began)

    def _check(
        self, session: Session, batch: Batch, recipient: Recipient, around: DeliveryContext, now: datetime
    ) -> tuple[Checked, dict[int, LiveTask]]:
        """Looks again at every row, and settles what does not go."""
        occurrences = find_occurrences(session, {item.occurrence for item in batch.items if item.occurrence})
        today = now.astimezone(HANOI).date()
        checked = check(
            recipient,
            batch.items,
            occurrences,
            around.audience,
            around.calendar,
            today,
            find_undecided(session, batch.items),
        )
        wanted = {each.occurrence.task for each in checked.going if each.occurrence and each.occurrence.task}
        named = tasks_named(item.payload for item in batch.items)
        tasks = self._tasks.find(session, wanted | named)
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
        recipient: Recipient,
        going: Sequence[Subject],
        further: Sequence[Subject],
        tasks: dict[int, LiveTask],
        around: DeliveryContext,
        now: datetime,
    ) -> Message | None:
        today = now.astimezone(HANOI).date()
        wording = Wording(self._texts, around.rules, today, around.audience.name_of, around.audience.doer_of)
        first = going[0].item
        if first.kind is not Kind.DIGEST:
            told = told_privately(session, going, around.audience) if recipient.chat is not None else {}
            return wording.letter(going, tasks, further, told)
        digests = Digests(session, self._texts, wording, around.audience, around.calendar, today)
        if len(going) > 1:
            return digests.past([each.item.payload or {} for each in going])
        return digests.letter(first.agency, first.payload or {}, tasks)

    def _addresses(self, session: Session, recipient: Recipient, around: DeliveryContext) -> tuple[Address, ...]:
        """Where the recipient can be reached, in the order in which it is tried."""
        if recipient.chat is not None:
            return (recipient.chat,) if recipient.chat.channel in self._channels else ()
        member = recipient.member or 0
        wanted = around.rules.channel(member)
        accounts = sorted(accounts_of(session, member), key=lambda account: account.channel is not wanted)
        return tuple(Address(each.channel, each.id) for each in accounts if each.channel in self._channels)


def told_privately(session: Session, subjects: Sequence[Subject], audience: Audience) -> dict[int, list[int]]:
    """By row for a group chat, the members of its agency who have the same of that day in a chat of their own.

    They answer there, alone with it: the long letter is theirs, and the group is told that they have it.
    """
    wanted = {(each.item.occurrence, each.item.name, each.item.agency): each for each in subjects}
    rows = session.execute(
        select(OutboxRow.recipient, OutboxRow.occurrence, OutboxRow.name, OutboxRow.agency, OutboxRow.send_at).where(
            OutboxRow.occurrence.in_({number for number, _, _ in wanted}),
            OutboxRow.recipient.like("member:%"),
            OutboxRow.state.in_(_ON_THEIR_WAY),
        )
    )
    told: dict[int, list[int]] = {}
    for key, number, name, agency, send_at in rows:
        subject, recipient = wanted.get((number, name, agency)), Recipient.of(key)
        if subject is None or recipient.member is None or recipient not in audience.owners(agency):
            continue
        if send_at.astimezone(HANOI).date() == subject.item.send_at.astimezone(HANOI).date():
            told.setdefault(subject.item.id, []).append(recipient.member)
    return told


def _own_hour(recipient: Recipient, batch: Batch, around: DeliveryContext, now: datetime) -> datetime | None:
    """When a message may go to somebody who has hours of their own; None: now.

    What belongs to a day goes on it however late; only what has happened waits for the next one.
    """
    hours = around.rules.own_hours(recipient.member)
    if hours is None or batch.items[0].name.startswith(claims.AT_ANY_HOUR):
        return None
    here = now.astimezone(HANOI)
    if here.time() < hours.opens:
        return morning(here.date(), hours.opens)
    if here.time() < hours.closes or not all(item.kind in {Kind.NOTICE, Kind.DIGEST} for item in batch.items):
        return None
    return morning(around.calendar.next_working(here.date() + timedelta(days=1)), hours.opens)


def _is_unsynced(subject: Subject, tasks: dict[int, LiveTask]) -> bool:
    """Its task was replaced with a new version of the plan, and the duty does not know yet."""
    own = subject.occurrence
    told = subject.item.kind in {Kind.NOTICE, Kind.DIGEST}
    return own is not None and not told and own.task not in tasks


def _end_of_talk(session: Session, address: Address, batch: Batch, now: datetime) -> datetime | None:
    """When a message may go to somebody who is in the middle of a talk; None: now."""
    row = session.get(DialogueRow, (address.channel.value, address.chat, address.chat))
    if row is None or not row.at <= now < row.at + TALK:
        return None
    return row.at + TALK if now - batch.items[0].send_at < TALK_WAITS else None


def log_defect(error: Exception) -> None:
    """Where it happened, without the error's own words: they may quote a plan or a person."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("defect: %s\n%s", type(error).__name__, frames)
