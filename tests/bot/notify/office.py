"""An administration in small: people, plans and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select

from bot.channels.contract import ChannelName, Sender
from bot.clock import HANOI
from bot.notify import planning
from bot.people.members import Member, People, Role
from bot.tracking.audience import load_audience, unowned
from bot.tracking.forgetting import forget_reminded
from bot.tracking.records import Occurrence, Planned
from bot.tracking.rows import find_occurrences, open_between
from bot.tracking.rules import Name, Scope, load_rules, set_rule
from knowledge.agencies import Directory, load_directory
from knowledge.deadlines import parse_deadline
from knowledge.records import Origin, PlanMetadata, Source, Task
from knowledge.store.database import Store, open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.models import MemberAgencyRow, OccurrenceRow, OutboxRow
from knowledge.store.versions import activate, rollback, save_drafts
from tests.knowledge.store.papers import make_paper

PLAN = PlanMetadata(
    number="57/KH-UBND",
    issued=date(2026, 1, 12),
    issuer="Ủy ban nhân dân tỉnh Phú Giang",
    kind="Kế hoạch",
    title="Cải cách hành chính tỉnh Phú Giang năm 2026",
    years=(2026,),
)
START = datetime(2026, 1, 15, 9, tzinfo=HANOI)


def duty(
    title: str, deadline: str, *lead: str, coordinating: Sequence[str] = (), row: int = 1, year: int = 2026
) -> Task:
    """A row of a plan's table; its deadline is read as in a paper."""
    return Task(
        origin=Origin.TABLE,
        section=None,
        number=str(row),
        title=title,
        activity=None,
        product="Báo cáo",
        lead=lead,
        coordinating=tuple(coordinating),
        deadline=parse_deadline(deadline, plan_year=year, issued=date(year, 1, 12)),
        source=Source(("PHỤ LỤC",), row=row, quote=f"{row} {title} {deadline}"),
        lead_agencies=lead,
    )


@dataclass
class Office:
    """See the module; times are Việt Nam's."""

    home: Path
    now: datetime = START
    directory: Directory = field(default_factory=load_directory)
    _count: int = 0

    def __post_init__(self) -> None:
        self.store: Store = open_store(data=self.home)
        self.library = SqlLibrary(self.store)
        self.people = People(self.store, lambda: self.now, self.directory, erase=forget_reminded)

    def close(self) -> None:
        self.library.close()
        self.store.close()

    def at(self, day: date, hour: int = 9, minute: int = 0) -> None:
        """The clock says so."""
        self.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=HANOI)

    def hire(self, name: str, agency: str, role: Role = Role.OWNER, *further: str) -> Member:
        """Somebody is let in now."""
        self._count += 1
        sender = Sender(ChannelName.TELEGRAM, str(1000 + self._count), name)
        member = self.people.approve(self.people.request(sender, name, agency).id, None, role)
        with self.store.write() as session:
            session.add_all(MemberAgencyRow(member_id=member.id, agency=each) for each in further)
        return member

    def issue(self, *tasks: Task, plan: PlanMetadata = PLAN) -> int:
        """A plan, or its next version, becomes live now; gives the plan's number."""
        paper = make_paper(plan, tasks=tasks, clauses=(), file="ke-hoach.docx")
        save_drafts(self.store, [paper], now=self.now)
        return activate(self.store, plan.number or "", now=self.now).plan_id

    def take_back(self, plan: str = "57/KH-UBND") -> None:
        """The version before becomes live again."""
        rollback(self.store, plan, now=self.now)

    def rule(self, scope: Scope, subject: object, name: Name, value: object) -> None:
        """An administrator or a member sets something."""
        with self.store.write() as session:
            set_rule(session, scope, str(subject), name, value, by=None, now=self.now)

    def refresh(self) -> bool:
        """Planning runs."""
        return planning.refresh(self.store, self.library, self.directory, self.now)

    def occurrences(self) -> list[Occurrence]:
        """All of them, cancelled ones too, by day and agency."""
        with self.store.read() as session:
            found = find_occurrences(session, list(session.scalars(select(OccurrenceRow.id))))
        return sorted(found.values(), key=lambda each: (each.due_on, each.agency, each.id))

    def outbox(self) -> list[OutboxRow]:
        """Rows by time."""
        with self.store.read() as session:
            rows = list(session.scalars(select(OutboxRow).order_by(OutboxRow.send_at, OutboxRow.id)))
            session.expunge_all()
        return rows

    def send_all(self) -> None:
        """What is due goes, without a channel."""
        with self.store.write() as session:
            waiting = select(OutboxRow).where(OutboxRow.state == "waiting", OutboxRow.send_at <= self.now)
            for row in session.scalars(waiting):
                row.state, row.sent_at = "sent", self.now

    def unowned(self) -> dict[str, int]:
        """What administrators are told of: agencies that owe something, and nobody hears."""
        with self.store.read() as session:
            audience = load_audience(session, self.directory, load_rules(session), self.now.date())
            return unowned(open_between(session, date.min, date.max), audience, self.now.date())

    def planned(self, first: date, last: date) -> list[tuple[date, str, str, date | None]]:
        """Day, who, what and deadline of what is to go."""
        told = []
        for each in planning.preview(self.store, self.library, self.directory, first, last, self.now):
            due = each.occurrence.due_on if isinstance(each, Planned) else None
            name = each.step.name if isinstance(each, Planned) else each.name
            told.append((each.send_at.date(), self.called(each.recipient.member), name, due))
        return told

    def called(self, member: int | None) -> str:
        """The member's name."""
        return self.people.get(member).name if member is not None else "nhóm"
