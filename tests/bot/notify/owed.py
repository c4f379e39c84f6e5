"""A fresh database with people and things that agencies owe, and a look at the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy import select

from bot.channels.contract import ChannelName, Sender
from bot.people.members import People, Role
from bot.tracking.confirming import Confirmations
from bot.tracking.extensions import Extensions
from bot.tracking.lights import Judge
from bot.tracking.outbox import OutboxState, enqueue
from bot.tracking.progress import Progress
from bot.tracking.records import Kind, Planned, Recipient, Step
from bot.tracking.remarks import Remarks
from bot.tracking.rows import find_occurrences
from bot.tracking.rules import Name, Scope, set_rule
from bot.tracking.schedule import morning
from bot.tracking.transfers import Transfers
from knowledge.agencies import Directory
from knowledge.store.database import Store
from knowledge.store.models import DutyRow, MemberAgencyRow, OccurrenceRow, OutboxRow, PlanRow
from knowledge.workdays import WorkCalendar

INTERIOR, HEALTH, FINANCE = "Sở Nội vụ", "Sở Y tế", "Sở Tài chính"


@dataclass
class Owed:
    """Writes rows as planning would, and answers as people do."""

    store: Store
    people: People
    directory: Directory
    now: datetime
    _number: count[int] = field(default_factory=lambda: count(1))

    @property
    def progress(self) -> Progress:
        """What owners answer, at this moment."""
        return Progress(self.store, lambda: self.now, self.directory)

    @property
    def extensions(self) -> Extensions:
        """Requests for more time, at this moment."""
        return Extensions(self.store, lambda: self.now, self.directory)

    @property
    def confirmations(self) -> Confirmations:
        """What confirming units decide, at this moment."""
        return Confirmations(self.store, lambda: self.now, self.directory)

    @property
    def remarks(self) -> Remarks:
        """What is said of open duties, at this moment."""
        return Remarks(self.store, lambda: self.now, self.directory)

    @property
    def transfers(self) -> Transfers:
        """What is said to be another agency's, at this moment."""
        return Transfers(self.store, lambda: self.now, self.directory)

    def rule(self, scope: Scope, subject: object, name: Name, value: object) -> None:
        """An administrator has set something."""
        with self.store.write() as session:
            set_rule(session, scope, str(subject), name, value, by=None, now=self.now)

    def told(self) -> list[tuple[str, str]]:
        """Who is told what by notices that wait: recipients and names of sentences."""
        return [(recipient, str(payload["say"])) for recipient, _, payload in self.notices()]

    def standing(self, number: int) -> tuple[str, str]:
        """How far it is, and how it stands against its day, on the day of the clock."""
        with self.store.read() as session:
            found = find_occurrences(session, [number])[number]
        return found.processing.value, Judge(self.now.date(), WorkCalendar()).standing(found).value

    def pass_by(self, **span: float) -> None:
        """Lets time go by."""
        self.now += timedelta(**span)

    def person(self, name: str, agency: str, *roles: Role, further: Iterable[str] = ()) -> int:
        """Somebody who is let in; the number."""
        sender = Sender(ChannelName.TELEGRAM, str(1000 + next(self._number)), name)
        member = self.people.approve(self.people.request(sender, name, agency).id, by=None)
        self.people.change(member.id, None, roles=roles or {Role.STAFF})
        with self.store.write() as session:
            session.add_all(MemberAgencyRow(member_id=member.id, agency=each) for each in further)
        return member.id

    def owe(self, agency: str, due: date, title: str = "Lập báo cáo quý", plan: int = 1) -> int:
        """One agency owes one thing by one day; the occurrence's number."""
        with self.store.write() as session:
            if session.get(PlanRow, plan) is None:
                session.add(PlanRow(id=plan, key=f"kế hoạch {plan}", stem_key=f"kế hoạch {plan}"))
                session.flush()
            duty = DutyRow(plan_id=plan, key=f"{title} {next(self._number)}", title=title, task_id=None)
            session.add(duty)
            session.flush()
            row = OccurrenceRow(
                duty_id=duty.id,
                agency=agency,
                planned_on=due,
                due_on=due,
                known_on=date(2026, 1, 5),
                recurring=False,
                state="open",
            )
            session.add(row)
            session.flush()
            return row.id

    def plan(self, occurrence: int, member: int, *steps: tuple[Kind, str, date]) -> None:
        """Rows that planning would make."""
        with self.store.write() as session:
            found = find_occurrences(session, [occurrence])[occurrence]
            planned = [
                Planned(Recipient(member), found, Step(kind, name, day), morning(day), found.agency)
                for kind, name, day in steps
            ]
            enqueue(session, planned, self.now)

    def rows(self, occurrence: int, member: int | None = None) -> dict[str, str]:
        """Names of messages about an occurrence, with their states and why; moments are left out of names."""
        wanted = select(OutboxRow).where(OutboxRow.occurrence == occurrence).order_by(OutboxRow.id)
        if member is not None:
            wanted = wanted.where(OutboxRow.recipient == Recipient(member).key)
        with self.store.read() as session:
            return {
                (row.name.split(":")[0] if row.name.startswith(("done:", "undone:")) else row.name): (
                    f"{row.state} {row.reason or ''}".strip()
                )
                for row in session.scalars(wanted)
            }

    def notices(self) -> list[tuple[str, datetime, dict[str, object]]]:
        """Notices that wait: to whom, when, what."""
        wanted = (
            select(OutboxRow)
            .where(OutboxRow.kind == Kind.NOTICE, OutboxRow.state == OutboxState.WAITING)
            .order_by(OutboxRow.id)
        )
        with self.store.read() as session:
            return [(row.recipient, row.send_at, row.payload or {}) for row in session.scalars(wanted)]

    def send_all(self) -> None:
        """What is due by now has gone."""
        with self.store.write() as session:
            for row in session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.WAITING)):
                if row.send_at <= self.now:
                    row.state, row.sent_at = OutboxState.SENT.value, self.now

    def occurrence(self, number: int) -> OccurrenceRow:
        """The row as it is."""
        with self.store.read() as session:
            row = session.get_one(OccurrenceRow, number)
            session.expunge(row)
            return row
