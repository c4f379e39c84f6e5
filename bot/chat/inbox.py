"""The inbox: what people wrote is a row before the platform is told that we have it.

A row is stored once per delivery, claimed in the order of its chat, and marked after the
reply went out. What a crash leaves unmarked is claimed again by the next process: handled
at least once, and twice only when killed between the platform's taking of the reply and
our mark. Who is being handled is held in memory, which a crash forgets; where several processes
serve one database, a claimed row also names its process, and is free again when that one is no longer
alive (`knowledge.store.processes`).

Texts are needed until they are answered: a handled row keeps the name of its delivery, to
know a repeated one, and nothing of the person. One that could not be answered is set aside:
it counts as handled, so that it stops nobody, and keeps its text until it is cleaned away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, bindparam, delete, func, insert, null, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.channels.contract import Address, ChannelName, Incoming, Sender
from bot.clock import Clock
from knowledge.store.database import Store
from knowledge.store.erasure import erase_traces
from knowledge.store.models import InboxRow, table_of
from knowledge.store.processes import ServiceProcess, alive_processes

BACKLOG = timedelta(minutes=10)
"""Messages that waited longer are a backlog: the person has long gone on to something else."""
SETTLE = timedelta(seconds=2)
"""A backlog is still arriving while its chat's newest message was stored less than this ago."""
KEPT = timedelta(days=2)
"""How long a handled delivery is remembered; platforms repeat for a day at most."""

_MESSAGE = TypeAdapter(Incoming)


class Late(StrEnum):
    """What became of a chat whose messages waited too long."""

    QUESTION = "question"
    """Of the backlog, the last question is answered."""
    NOTHING = "nothing"
    """It held no question: the person is only told that what was sent is to be sent again."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message whose chat is held until it is marked or released.

    Attributes:
        late: it stands for a backlog, of which the rest was dropped.
    """

    row: int
    incoming: Incoming
    late: Late | None = None


class Inbox:
    """The durable queue of one process; safe to call from many threads.

    Args:
        process: this one among several on one database; None where it is the only one.
    """

    def __init__(self, store: Store, clock: Clock, process: ServiceProcess | None = None) -> None:
        self._store = store
        self._clock = clock
        self._process = process
        self._lock = Lock()
        self._busy: set[Address] = set()
        self._since = clock()

    def try_store(self, incoming: Incoming) -> bool:
        """Keeps what a person did; False when this delivery was kept before.

        Raises:
            StoreError: it is not kept, so its delivery must not be acknowledged.
        """
        row = {
            "channel": incoming.address.channel.value,
            "delivery": incoming.update,
            "chat": incoming.address.chat,
            "at": incoming.at,
            "stored_at": self._clock(),
            "message": _MESSAGE.dump_python(incoming, mode="json"),
        }
        try:
            with self._store.write() as session:
                session.execute(_STORE, row)
        except IntegrityError:
            return False
        return True

    def claim(self, channel: ChannelName, most: int) -> list[Claimed]:
        """The next message of each of up to `most` chats that nobody is handling, longest waiting chat first.

        Raises:
            StoreError: nothing is claimed.
        """
        if not self.is_open:
            return []
        with self._lock:
            with self._store.read() as session:
                chats = self._ready_chats(session, channel, most)
                if not chats:
                    return []
                claimed = [] if self._process else self._claim_first(session, chats)
            if self._process or any(chat.late for chat in chats):
                with self._store.write() as session:
                    if self._process:  # others may have been quicker
                        chats = self._ready_chats(session, channel, most)
                        claimed = self._claim_first(session, chats)
                    claimed += [self._claim_late(session, chat) for chat in chats if chat.late]
                    self._name_process(session, claimed)
            places = {chat.address: place for place, chat in enumerate(chats)}
            claimed.sort(key=lambda each: places[each.incoming.address])
            self._busy.update(each.incoming.address for each in claimed)
            return claimed

    @property
    def is_open(self) -> bool:
        """Whether what is claimed stays ours; not while the other processes may take this one for ended."""
        return self._process is None or self._process.is_alive

    def mark_handled(self, *claimed: Claimed) -> None:
        """The replies went out: forgets the messages and lets their chats' next ones be claimed.

        Raises:
            StoreError: none is marked, and their chats still held.
        """
        with self._store.write() as session:
            _forget(session, [each.row for each in claimed], self._clock())
        self.release(*claimed)

    def set_aside(self, claimed: Claimed) -> None:
        """It cannot be answered: nobody claims it again, what it said is kept for `KEPT`, and its chat goes on.

        Raises:
            StoreError: it is not set aside, and its chat still held.
        """
        with self._store.write() as session:
            session.execute(_SET_ASIDE, {"rows": [claimed.row], "now": self._clock()})
        self.release(claimed)

    def release(self, *claimed: Claimed) -> None:
        """Lets the messages be claimed again by this process; by others, once it is no longer alive."""
        with self._lock:
            self._busy.difference_update(each.incoming.address for each in claimed)

    def count_waiting(self) -> int:
        """Messages that are not handled yet, those being handled among them."""
        with self._store.read() as session:
            return session.scalar(select(func.count()).where(_WAITING)) or 0

    def clean(self) -> int:
        """Removes what was handled more than `KEPT` ago, or waits as long and nobody claims it; says how many rows.

        Nobody claims what came over a channel that is no longer set up. In the first minutes everything may still
        be claimed: it waited for us. Then takes out of the file what was deleted, where that was asked for.
        """
        with self._lock:
            busy = set(self._busy)
        before = self._clock() - KEPT
        with self._store.write() as session:
            old = select(InboxRow.id).where(InboxRow.handled_at < before)
            found = list(session.scalars(old))
            session.execute(delete(InboxRow).where(InboxRow.id.in_(old)))
            if self._clock() - self._since > BACKLOG:
                waiting = session.scalars(select(InboxRow).where(_WAITING, InboxRow.stored_at < before)).all()
                left = [row for row in waiting if Address(ChannelName(row.channel), row.chat) not in busy]
                found += [row.id for row in left]
                for row in left:
                    session.delete(row)
        erase_traces(self._store)
        return len(found)

    def _ready_chats(self, session: Session, channel: ChannelName, most: int) -> list[_Chat]:
        busy = [address.chat for address in self._busy if address.channel is channel]
        values = {"channel": channel.value, "busy": busy}
        if self._process:
            found = session.execute(_CHATS_OF_NO_OTHER, {**values, "process": self._process.name})
        else:
            found = session.execute(_CHATS, values)
        now = self._clock()
        chats = [
            _Chat(Address(channel, chat), row, late=now - oldest > BACKLOG, settled=now - newest >= SETTLE)
            for chat, row, oldest, newest in found
        ]
        return [chat for chat in chats if chat.settled or not chat.late][:most]

    def _claim_first(self, session: Session, chats: Sequence[_Chat]) -> list[Claimed]:
        rows = [chat.first for chat in chats if not chat.late]
        if not rows:
            return []
        found = session.execute(_MESSAGES, {"rows": rows})
        return [Claimed(row, _MESSAGE.validate_python(message)) for row, message in found]

    def _name_process(self, session: Session, claimed: Sequence[Claimed]) -> None:
        """The one process that there is changes nothing in the database."""
        if self._process:
            session.execute(_NAME, {"rows": [each.row for each in claimed], "process": self._process.name})

    def _claim_late(self, session: Session, chat: _Chat) -> Claimed:
        rows = session.scalars(
            select(InboxRow)
            .where(_WAITING, InboxRow.channel == chat.address.channel.value, InboxRow.chat == chat.address.chat)
            .order_by(InboxRow.id)
        ).all()
        claimed = _pick(rows)
        _forget(session, [row.id for row in rows if row.id != claimed.row], self._clock())
        return claimed


def find_unanswered(session: Session, before: datetime) -> int:
    """Messages that came before that moment and are not answered."""
    return session.scalar(select(func.count()).where(_WAITING, InboxRow.stored_at < before)) or 0


def mend(incoming: Incoming) -> Incoming:
    """The same with what no database takes (halves of characters) replaced by "�"."""
    return _MESSAGE.validate_python(_mended(_MESSAGE.dump_python(incoming)))


def forget_waiting(session: Session, sender: Sender, now: datetime) -> None:
    """What the account wrote and nobody has answered, or could, is forgotten unanswered."""
    waiting = session.scalars(select(InboxRow).where(_KEPT_WHOLE, InboxRow.channel == sender.channel.value))
    _forget(session, [row.id for row in waiting if _message(row).sender.id == sender.id], now)


@dataclass(frozen=True, slots=True)
class _Chat:
    """A chat with messages waiting.

    Attributes:
        first: the row of the one that waits longest.
        late: it waits for longer than `BACKLOG`.
        settled: nothing was added for `SETTLE`.
    """

    address: Address
    first: int
    late: bool
    settled: bool


_WAITING: ColumnElement[bool] = InboxRow.handled_at.is_(None)
_KEPT_WHOLE: ColumnElement[bool] = InboxRow.message.is_not(null())
# Every message passes by here, and mapped objects or statements made anew each time cost several times as much.
_TABLE = table_of(InboxRow)
_FIRST = func.min(_TABLE.c.id)
_STORE = insert(_TABLE)
_CHATS = (
    select(_TABLE.c.chat, _FIRST, func.min(_TABLE.c.at), func.max(_TABLE.c.stored_at))
    .where(
        _TABLE.c.handled_at.is_(None),
        _TABLE.c.channel == bindparam("channel"),
        _TABLE.c.chat.not_in(bindparam("busy", expanding=True)),
    )
    .group_by(_TABLE.c.chat)
    .order_by(_FIRST)
)
_OF_OTHERS = select(_TABLE.c.chat).where(
    _TABLE.c.handled_at.is_(None),
    _TABLE.c.channel == bindparam("channel"),
    _TABLE.c.process != bindparam("process"),
    _TABLE.c.process.in_(alive_processes()),
)
_CHATS_OF_NO_OTHER = _CHATS.where(_TABLE.c.chat.not_in(_OF_OTHERS))
_MESSAGES = (
    select(_TABLE.c.id, _TABLE.c.message)
    .where(_TABLE.c.id.in_(bindparam("rows", expanding=True)))
    .order_by(_TABLE.c.id)
)
_SET_ASIDE = (
    update(_TABLE).where(_TABLE.c.id.in_(bindparam("rows", expanding=True))).values(handled_at=bindparam("now"))
)
_NAME = (
    update(_TABLE)
    .where(_TABLE.c.id.in_(bindparam("rows", expanding=True)))
    .values(process=bindparam("process", type_=_TABLE.c.process.type))
)
_FORGET = _SET_ASIDE.values(message=None, chat="")


def _pick(rows: Sequence[InboxRow]) -> Claimed:
    """The one message that a backlog comes down to: its last question, else its last message."""
    waiting = [(row.id, _message(row)) for row in rows]
    questions = [each for each in waiting if _is_question(each[1])]
    row, incoming = (questions or waiting)[-1]
    return Claimed(row, incoming, Late.QUESTION if questions else Late.NOTHING)


def _is_question(incoming: Incoming) -> bool:
    """Not a command, a choice or a file: those act on a state that was another one when they were sent."""
    text = incoming.text.strip()
    acts = incoming.pressed is not None or incoming.file is not None or incoming.payload is not None
    return not acts and any(sign.isalpha() for sign in text) and not text.startswith("/")


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return {key: _mended(each) for key, each in value.items()} if isinstance(value, dict) else value


def _message(row: InboxRow) -> Incoming:
    return _MESSAGE.validate_python(row.message)


def _forget(session: Session, rows: Iterable[int], now: datetime) -> None:
    session.execute(_FORGET, {"rows": list(rows), "now": now})
