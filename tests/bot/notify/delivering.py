"""An office to deliver in: a database with live plans, people, occurrences and rows of the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.channels.contract import Address, Capabilities, Channel, ChannelName, Reply, Sender, Sent
from bot.clock import HANOI
from bot.menus.texts import load_texts
from bot.notify.delivery import Deliverer
from bot.people.records import Change, Role
from bot.people.rows import add_member, record
from bot.tracking.records import Kind, Recipient
from knowledge.agencies import load_directory
from knowledge.library import LiveTask
from knowledge.store.database import Store, open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.models import AgencyChatRow, DutyRow, OccurrenceRow, OutboxRow

AGENCY = "Sở Tư pháp"
MORNING = datetime(2026, 11, 25, 8, 0, tzinfo=HANOI)
"""A Wednesday."""
DUE = date(2026, 12, 4)
"""Seven working days later."""


AN = Sender(ChannelName.TELEGRAM, "7")
AN_ZALO = Sender(ChannelName.ZALO, "an")
AN_OA = Sender(ChannelName.ZALO_OA, "an-oa")


@dataclass
class Office:
    """See the module; open until `close`."""

    home: Path
    address: str | None = None
    """Of the database, for a process that does not know on which one the tests run."""
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = open_store(self.address, data=self.home)
        self.library = SqlLibrary(self.store)
        self.directory = load_directory()
        self.texts = load_texts()

    def close(self) -> None:
        """Lets go of the database."""
        self.library.close()
        self.store.close()

    @cached_property
    def tasks(self) -> list[LiveTask]:
        """Live tasks of the samples."""
        return list(self.library.tasks())

    def deliverer(self, *channels: Channel, **options: Any) -> Deliverer:
        """A worker."""
        return Deliverer(self.store, self.library, self.directory, self.texts, channels, lambda: MORNING, **options)

    def add_person(self, *accounts: Sender, agency: str = AGENCY, roles: Iterable[Role] = (Role.OWNER,)) -> Recipient:
        """A member."""
        with self.store.write() as session:
            long_ago = MORNING - timedelta(days=300)
            member = add_member(session, "Nguyễn Văn An", agency, roles, accounts, long_ago)
            record(session, long_ago, None, Change.IMPORTED, member)
        return Recipient(member)

    def add_chat(self, chat: str, agency: str = AGENCY, channel: ChannelName = ChannelName.TELEGRAM) -> Recipient:
        """A group chat of an agency."""
        with self.store.write() as session:
            session.add(AgencyChatRow(channel=channel.value, chat=chat, agency=agency, set_by=None, set_at=MORNING))
        return Recipient(None, Address(channel, chat))

    def add_occurrence(self, due_on: date = DUE, agency: str = AGENCY, task: int = 0, **values: Any) -> int:
        """Something owed, of a duty of its own; `task` is the place of the live one."""
        live = self.tasks[task]
        with self.store.write() as session:
            count = len(session.scalars(select(DutyRow.id)).all())
            duty = DutyRow(
                plan_id=live.plan.id, key=f"việc {count}", title=live.task.title, task_id=live.id, last_year=None
            )
            session.add(duty)
            session.flush()
            row = OccurrenceRow(
                **{
                    "duty_id": duty.id, "agency": agency, "planned_on": due_on, "due_on": due_on,
                    "known_on": date(2026, 1, 5), "recurring": False, "state": "open",
                }
                | values
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def change(self, occurrence: int, **values: Any) -> None:
        """Something has happened to an occurrence."""
        with self.store.write() as session:
            row = session.get_one(OccurrenceRow, occurrence)
            for name, value in values.items():
                setattr(row, name, value)

    def add_row(
        self,
        recipient: Recipient | str,
        occurrence: int = 0,
        name: str = "lead:7",
        kind: Kind = Kind.LEAD,
        send_at: datetime = MORNING,
        **values: Any,
    ) -> int:
        """A message that is due."""
        with self.store.write() as session:
            own = session.get(OccurrenceRow, occurrence)
            row = OutboxRow(
                **{
                    "recipient": recipient if isinstance(recipient, str) else recipient.key,
                    "occurrence": occurrence, "name": name, "kind": kind.value,
                    "agency": own.agency if own else AGENCY,
                    "due_on": own.due_on if own else None, "send_at": send_at, "state": "waiting", "attempts": 0,
                    "made_at": send_at,
                }
                | values
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def row(self, number: int) -> OutboxRow:
        """A message as it stands."""
        with self.store.read() as session:
            row = session.get_one(OutboxRow, number)
            session.expunge(row)
            return row

    def states(self) -> list[tuple[str, str, str | None]]:
        """Name, state and reason of every message, in the order in which they were added."""
        with self.store.read() as session:
            rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id))
            return [(row.name, row.state, row.reason) for row in rows]


async def deliver_all(deliverer: Deliverer, now: datetime = MORNING) -> int:
    """Until nothing is due at that moment; how many steps it took."""
    steps = 0
    while await deliverer.try_deliver_one(now):
        steps += 1
        if steps > 1_000:
            raise AssertionError("it does not end")
    return steps


class Line:
    """A channel that posts, or fails as it is told, time after time."""

    def __init__(
        self, name: ChannelName = ChannelName.TELEGRAM, *failures: Exception, always: Exception | None = None
    ):
        self.name = name
        buttons = name is ChannelName.TELEGRAM
        self.capabilities = Capabilities(
            buttons=buttons, editing=buttons, files_in=True, files_out=True, typing=True, length=4_096
        )
        self.failures = list(failures)
        self.always = always
        self.posted: list[tuple[str, Reply]] = []

    async def send(self, address: Address, reply: Reply) -> Sent:
        if self.failures:
            raise self.failures.pop(0)
        if self.always:
            raise self.always
        self.posted.append((address.chat, reply))
        return Sent((str(len(self.posted)),))

    @property
    def texts(self) -> list[str]:
        return [reply.text for _, reply in self.posted]

    async def start(self) -> None: ...
    async def close(self) -> None: ...
    async def set_commands(self, commands: object) -> None: ...
    async def show_typing(self, address: Address) -> None: ...
    async def download(self, file: object) -> bytes:
        raise NotImplementedError

    def updates(self) -> Iterator[object]:
        raise NotImplementedError


def worker(office: Office, *lines: Line) -> Deliverer:
    """A deliverer that does not wait between two messages in a chat."""

    async def at_once(_seconds: float) -> None:
        """No waiting between two messages in a chat."""

    return office.deliverer(*lines, pause=at_once)  # type: ignore[arg-type]
