"""A year of mornings: the same things happen to a real database and to the model; what people hear is compared."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select, update

from bot.clock import HANOI
from bot.notify.claims import MOST
from bot.notify.planning import refresh
from bot.people.records import Change, Role
from bot.people.rows import record
from bot.tracking.absences import Absences
from bot.tracking.assignments import Assignments
from bot.tracking.confirming import Confirmations
from bot.tracking.extensions import Extensions
from bot.tracking.lights import Judge
from bot.tracking.progress import Progress
from bot.tracking.records import State
from bot.tracking.rows import find_occurrences
from bot.tracking.rules import Name, Scope, load_calendar, set_rule
from bot.tracking.settings import ReminderSettings
from bot.tracking.transfers import Transfers
from knowledge.agencies import Directory
from knowledge.doubts import is_undated
from knowledge.records import DeadlineKind, PlanDraft, Task
from knowledge.store.database import Store, open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.models import (
    AgencyChatRow,
    DutyRow,
    MemberAgencyRow,
    MemberChannelRow,
    MemberRoleRow,
    MemberRow,
    OccurrenceRow,
    OutboxRow,
    TaskRow,
    WorkDayRow,
)
from knowledge.store.versions import activate, rollback, save_drafts
from tests.bot.memory_channel import Posted
from tests.bot.notify.model import DAY, Duty, Item, Model, Person, Plan, Said
from tests.bot.notify.platforms import Platforms
from tests.databases import hurry

NOON = time(12)
EVENING = time(17, 30)
"""After office hours: what people answer then is told on the next morning, in reality too."""
_OF_PEOPLE = ("done", "confirmed", "returned", "transfer", "extension")
"""Names of notices of what people have reported, asked and decided begin so."""


def at(day: date, hour: time = NOON) -> datetime:
    """A moment of a day in Việt Nam."""
    return datetime.combine(day, hour, HANOI)


@dataclass
class Loaded:
    """A plan as it is live: its papers so far, and which task of the newest is which duty of the model."""

    id: int
    draft: PlanDraft
    names: list[str]
    before: list[str] = field(default_factory=list)
    edition: int = 1


class World:
    """A database, and the model of what should come of it."""

    def __init__(self, home: Path, directory: Directory, today: date) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.store: Store = open_store(data=home)
        hurry(self.store)
        self.library = SqlLibrary(self.store)
        self.directory = directory
        self.model = Model(directory, today)
        self.loaded: dict[str, Loaded] = {}
        self.duties: dict[int, tuple[str, str]] = {}
        self.heard: list[tuple[date, Said]] = []
        self.differences: list[str] = []
        self.platforms = Platforms(self.store, self.library, directory)

    def close(self) -> None:
        """Lets go of the database."""
        self.platforms.close()
        self.library.close()
        self.store.close()

    # People

    def let_in(
        self, agencies: Sequence[str], roles: Collection[str], since: date, leads: list[int] | None = None
    ) -> Person:
        """A person of the first agency, who answers for the others as well."""
        with self.store.write() as session:
            row = MemberRow(
                name=f"Người {len(self.model.people) + 1}", agency=agencies[0], active=True, since=at(since)
            )
            session.add(row)
            session.flush()
            session.add_all(MemberRoleRow(member_id=row.id, role=Role(role).value) for role in roles)
            session.add_all(MemberAgencyRow(member_id=row.id, agency=agency) for agency in agencies[1:])
            for channel in self._channels(row.id):
                sender = f"{channel[0]}{row.id}"
                session.add(MemberChannelRow(channel=channel, sender=sender, member_id=row.id, joined_at=at(since)))
            record(session, at(since), None, Change.IMPORTED, row.id)
            if leads is not None:
                set_rule(session, Scope.MEMBER, str(row.id), Name.LEADS, leads, None, at(since))
            number = row.id
        person = Person(number, [*agencies], {*roles}, since, leads=leads)
        self.model.people[number] = person
        self.model.today = since
        self.model.register()
        return person

    def _channels(self, member: int) -> tuple[str, ...]:
        """One in five is on Zalo only; one in seven on both, and has blocked us on Telegram."""
        if member % 5 == 0:
            return ("zalo",)
        if member % 7 == 0:
            self.platforms.telegram.blocked.add(f"t{member}")
            return ("telegram", "zalo")
        return ("telegram",)

    def set_chat(self, agency: str, chat: str, since: date) -> None:
        """A group chat hears what the agency is reminded of."""
        with self.store.write() as session:
            session.add(AgencyChatRow(channel="telegram", chat=chat, agency=agency, set_by=None, set_at=at(since)))
        self.model.chats[f"chat:telegram:{chat}"] = agency, since
        self.model.register()

    def wish(self, person: Person, days: list[int] | None, opens: int, day: date) -> None:
        """Somebody wants to hear on days of their own, from that hour on."""
        settings = ReminderSettings(self.store, lambda: at(day), self.directory)
        settings.choose_days(person.id, days)
        settings.choose_hours(person.id, time(opens))
        if person.days != days:
            person.days, person.days_since = days, day + DAY
        person.opens = opens

    def switch(self, person: Person, on: bool, day: date) -> None:
        """Switched on or off."""
        with self.store.write() as session:
            session.execute(update(MemberRow).where(MemberRow.id == person.id).values(active=on))
            record(session, at(day), None, Change.SWITCHED_ON if on else Change.SWITCHED_OFF, person.id)
        person.on = on
        self.model.people_changed()
        if not on:
            self.model.today = day
            self.model.release(person, day)
            self.settle(at(day))

    # Plans

    def load(self, draft: PlanDraft, day: date, hour: time = NOON) -> None:
        """A plan is loaded and switched on."""
        [saved] = save_drafts(self.store, [draft], now=at(day, hour))
        activate(self.store, saved.plan_id, now=at(day, hour))
        names = [f"{number}" for number in range(len(draft.tasks))]
        self.loaded[draft.name] = Loaded(saved.plan_id, draft, names)
        duties = {name: duty_of(name, task) for name, task in zip(names, draft.tasks, strict=True)}
        self.model.today = day
        self.model.load(Plan(draft.name, duties, day, draft.metadata.years))
        self.settle(at(day, hour))

    def replace(self, plan: str, tasks: Sequence[tuple[str, Task]], day: date) -> None:
        """A corrected paper is switched on; what it means is told to the model by the caller."""
        loaded = self.loaded[plan]
        edition = loaded.edition + 1
        draft = replace(
            loaded.draft,
            digest=hashlib.sha256(f"{plan} {edition}".encode()).hexdigest(),
            tasks=tuple(task for _, task in tasks),
            passages=tuple(replace(passage, task=None) for passage in loaded.draft.passages),
        )
        [saved] = save_drafts(self.store, [draft], now=at(day))
        assert saved.plan_id == loaded.id
        activate(self.store, saved.plan_id, now=at(day))
        self.loaded[plan] = Loaded(loaded.id, draft, [name for name, _ in tasks], loaded.names, edition)
        self.settle(at(day))

    def roll_back(self, plan: str, day: date) -> None:
        """The paper before is live again."""
        rollback(self.store, self.loaded[plan].id, now=at(day))
        self.loaded[plan].names = self.loaded[plan].before
        self.settle(at(day))

    def tasks(self, plan: str) -> list[tuple[str, Task]]:
        """The tasks of a plan's newest paper with their names."""
        return list(zip(self.loaded[plan].names, self.loaded[plan].draft.tasks, strict=True))

    def keep_in_force(self, plan: str, forced: bool, day: date) -> None:
        """An administrator says whether a plan's yearly duties go on."""
        with self.store.write() as session:
            set_rule(session, Scope.PLAN, str(self.loaded[plan].id), Name.FORCE, forced, None, at(day))
        self.model.plans[plan].in_force = forced

    def set_confirming(self, plan: str, unit: str, day: date) -> None:
        """An administrator says who confirms what is reported of a plan."""
        with self.store.write() as session:
            set_rule(session, Scope.PLAN, str(self.loaded[plan].id), Name.CONFIRM, unit, None, at(day))
        self.model.plans[plan].confirmed_by = unit

    def settle(self, now: datetime) -> None:
        """Plans as a running service does within minutes; a task must go on being the duty that it was."""
        refresh(self.store, self.library, self.directory, now)
        plans = {loaded.id: (plan, loaded.names) for plan, loaded in self.loaded.items()}
        with self.store.read() as session:
            rows = session.execute(
                select(DutyRow.id, DutyRow.plan_id, TaskRow.position).join(TaskRow, TaskRow.id == DutyRow.task_id)
            )
            for duty, plan_id, position in rows:
                plan, names = plans[plan_id]
                assert self.duties.setdefault(duty, (plan, names[position])) == (plan, names[position])

    # What people do

    def receive(self, item: Item, day: date, by: Person | None) -> None:
        """Somebody has pressed "Đã nhận"."""
        self._change(item, acknowledged_at=at(day), acknowledged_by=by.id if by else None)
        item.received, item.receiver = True, f"member:{by.id}" if by else ""

    def finish(self, item: Item, day: date) -> None:
        """Somebody has pressed "Xong"."""
        self._change(item, state=State.DONE.value, done_at=at(day))
        item.done, item.reported = True, day

    def report(self, item: Item, by: Person, day: date) -> None:
        """Somebody reports it, and who is concerned hears of that."""
        Progress(self.store, lambda: at(day, EVENING), self.directory).done([self._number(item)], by.id)
        self.model.report(item, by, day)

    def confirm(self, item: Item, by: Person, day: date) -> None:
        """What was reported is confirmed."""
        Confirmations(self.store, lambda: at(day, EVENING), self.directory).confirm([self._number(item)], by.id)
        self.model.confirm(item, by, day)

    def return_it(self, item: Item, by: Person, day: date) -> None:
        """What was reported is returned."""
        service = Confirmations(self.store, lambda: at(day, EVENING), self.directory)
        service.give_back([self._number(item)], by.id, "Thiếu số liệu quý")
        self.model.return_it(item, by, day)

    def deny(self, item: Item, by: Person, day: date) -> int:
        """Somebody says that it is not theirs; the number of the request."""
        service = Transfers(self.store, lambda: at(day, EVENING), self.directory)
        asked = service.ask(self._number(item), by.id, "Không thuộc lĩnh vực của cơ quan")
        self.model.deny(item, by, day)
        return asked.id

    def decide_transfer(self, item: Item, request: int, asker: Person, to: str | None, day: date) -> None:
        """An administrator moves the duty to that agency, or keeps it where it is."""
        admin = self.model.with_role("admin")[0]
        service = Transfers(self.store, lambda: at(day, EVENING), self.directory)
        if to is None:
            service.keep(request, admin.id, "Theo phân công")
            self.model.keep(item, asker, admin, day)
        else:
            assert service.move(request, admin.id, to).moved_to == to
            self.model.transfer(item, to, asker, admin, day)

    def ask_for_time(self, item: Item, by: Person, wanted: date, day: date) -> int:
        """Somebody wants to have it put off; the number of the request."""
        service = Extensions(self.store, lambda: at(day, EVENING), self.directory)
        asked = service.ask(self._number(item), by.id, wanted, "Chờ số liệu")
        self.model.ask_for_time(item, asked.id, day)
        return asked.id

    def decide_time(self, item: Item, request: int, asker: Person, wanted: date | None, day: date) -> None:
        """An administrator puts it off to the day that was asked for, or declines."""
        admin = self.model.with_role("admin")[0]
        service = Extensions(self.store, lambda: at(day, EVENING), self.directory)
        service.decide(request, admin.id, granted=wanted is not None)
        self.model.decide(item, request, asker, wanted, day)

    def _number(self, item: Item) -> int:
        duty = self._duty(item)
        with self.store.read() as session:
            return session.scalars(
                select(OccurrenceRow.id).where(
                    OccurrenceRow.duty_id == duty,
                    OccurrenceRow.agency == item.agency,
                    OccurrenceRow.planned_on == item.planned,
                )
            ).one()

    def give(self, item: Item, person: Person, day: date) -> None:
        """An administrator gives the duty to a colleague of the agency that owes it."""
        admin = self.model.with_role("admin")[0]
        Assignments(self.store, lambda: at(day), self.directory).assign([self._number(item)], person.id, admin.id)
        self.model.give_to(item, person, admin, day)

    def leave(self, person: Person, substitute: Person, first: date, last: date, day: date) -> None:
        """Somebody is away on these days, and a colleague stands in."""
        self._absences(day).add(person.id, substitute.id, first, last, person.id)
        self.model.leave(person.id, substitute.id, first, last)

    def come_back(self, person: Person, day: date) -> None:
        """Earlier than was said, or it is taken back before it begins."""
        away = next((a for a in self.model.absences if a.member == person.id and a.last >= day), None)
        if away is None:
            return
        service = self._absences(day)
        number = next(a.absence.id for a in service.coming(person.id) if a.absence.member == person.id)
        service.end(number, person.id)
        self.model.come_back(away, day)

    def _absences(self, day: date) -> Absences:
        return Absences(self.store, lambda: at(day), self.directory)

    def _duty(self, item: Item) -> int:
        return next(number for number, known in self.duties.items() if known == (item.plan, item.duty))

    def _change(self, item: Item, **values: object) -> None:
        duty = self._duty(item)
        with self.store.write() as session:
            found = session.execute(
                update(OccurrenceRow)
                .where(
                    OccurrenceRow.duty_id == duty,
                    OccurrenceRow.agency == item.agency,
                    OccurrenceRow.planned_on == item.planned,
                )
                .values(**values)
                .returning(OccurrenceRow.id)
            )
            assert len(found.all()) == 1, item

    def correct(self, days: dict[date, bool], day: date) -> None:
        """An administrator corrects the calendar."""
        with self.store.write() as session:
            session.add_all(
                WorkDayRow(day=each, working=working, note="", set_by=None, set_at=at(day))
                for each, working in days.items()
            )
        self.model.work.corrections.update(days)

    def compare_states(self, day: date) -> None:
        """How everything stands in the database and in the model."""
        with self.store.read() as session:
            judge = Judge(day, load_calendar(session))
            found = find_occurrences(session, session.scalars(select(OccurrenceRow.id)).all())
        for each in found.values():
            plan, duty = self.duties[each.duty]
            item = self.model.items.get((plan, duty, each.agency, each.planned_on))
            if item is None:
                self.differences.append(f"not in the model: {plan}/{duty} {each.agency} {each.planned_on}")
                continue
            told = self.model.standing(item)
            stands = each.state.value, judge.standing(each).value if item.reported else "", each.due_on
            if stands != told:
                self.differences.append(f"{plan}/{duty} {each.agency} {each.planned_on}: {stands}, expected {told}")

    # Mornings

    def morning(self, day: date) -> None:
        """The service runs on this day: it plans, and delivers if it is a working day.

        Of the other days some are left out, to be quick: nothing goes on them.
        """
        now = at(day, time(8))
        if not self.model.work.works(day) and day.day % 10:
            return
        refresh(self.store, self.library, self.directory, now)
        posted = dict[str, Posted]()
        for hour in sorted({8, *(person.opens for person in self.model.people.values())}):
            before = {chat for person in self.model.people.values() if person.opens > hour for chat in _chats(person)}
            for post in self.platforms.deliver(at(day, time(hour))):
                posted[post.id] = post
                if post.address.chat in before:
                    self.differences.append(f"{day} at {hour}: too early for {post.address.chat}")
        heard = self._heard_in(posted, day)
        expected = self.model.morning(day) if self.model.work.works(day) else []
        self.heard += [(day, said) for said in heard]
        self.differences += compare(day, expected, heard)

    def _heard_in(self, posted: Mapping[str, Posted], day: date) -> list[Said]:
        """What the messages of this morning say: each row of the outbox that went is in one of them."""
        heard, joined = list[Said](), defaultdict[str, Counter[str]](Counter)
        with self.store.read() as session:
            rows = session.execute(
                select(OutboxRow, OccurrenceRow)
                .outerjoin(OccurrenceRow, OccurrenceRow.id == OutboxRow.occurrence)
                .where(OutboxRow.state == "sent", OutboxRow.message.in_(posted))
            ).all()
            session.expunge_all()
        told = {row.message for row, _ in rows}
        wrong = [f"of nothing: {posted[each].reply.text}" for each in posted.keys() - told]
        wrong += [f"empty: {post.address}" for post in posted.values() if not post.reply.text.strip()]
        for row, occurrence in rows:
            message = row.message or ""
            if posted[message].address.chat not in self._chats(row.recipient):
                wrong.append(f"wrong chat: {row.recipient} {posted[message].address}")
            if row.kind != "digest" and not row.name.startswith("extension:"):  # to be answered by itself
                joined[row.recipient][message] += 1
            if row.kind != "digest" or not row.name.startswith("returned:"):  # what it says: test_absences
                heard.append(self._said(row, occurrence))
        for who, messages in joined.items():
            # One message, or full ones and one with the rest.
            if any(count < MOST for count in sorted(messages.values())[1:]):
                wrong.append(f"not joined: {who} {[*messages.values()]}")
        self.differences += [f"{day} {each}" for each in wrong]
        return heard

    def _chats(self, recipient: str) -> set[str]:
        sort, _, rest = recipient.partition(":")
        return {rest.partition(":")[2]} if sort == "chat" else {f"t{rest}", f"z{rest}"}

    def _said(self, row: OutboxRow, occurrence: OccurrenceRow | None) -> Said:
        sort, _, rest = row.name.partition(":")
        if sort == "digest":
            return row.recipient, row.agency, f"digest:{rest[:10]}"
        if sort == "followed":
            return row.recipient, row.agency, f"followed:{rest[:10]}"
        if sort in ("undated", "checkin"):
            return row.recipient, row.agency, f"{sort}:{rest[:10]}"
        if sort == "unowned":
            return row.recipient, "", row.name
        if sort in ("missed", "stand_in", "stand_in_over"):
            return row.recipient, "", sort
        payload = row.payload or {}
        if sort == "past":
            name = next(plan for plan, loaded in self.loaded.items() if loaded.id == payload["plan_id"])
            return row.recipient, name, f"past {payload['count']}"
        if sort == "removed":
            plan, duty = self.duties[int(rest.split(":")[0])]
            return row.recipient, f"{plan}/{duty}", "removed"
        assert occurrence is not None, row.name
        plan, duty = self.duties[occurrence.duty_id]
        if sort == "help":
            return row.recipient, f"{plan}/{duty} {occurrence.planned_on}", "help"
        if sort == "assignment_over":
            return row.recipient, f"{plan}/{duty} {occurrence.agency}", "over"
        about = f"{plan}/{duty} {occurrence.agency} {occurrence.planned_on}"
        if row.kind == "notice" and sort in _OF_PEOPLE:
            return row.recipient, about, payload["say"]
        return row.recipient, about, sort if sort in ("moved", "assigned", "unassigned") else row.name


def _chats(person: Person) -> tuple[str, str]:
    return f"t{person.id}", f"z{person.id}"


def duty_of(name: str, task: Task) -> Duty:
    """A task as the model sees it."""
    hour = re.search(r"(\d+)h\d* ngày", task.deadline.phrase)
    early = hour is not None and int(hour[1]) < 12
    dates, rules = task.deadline.dates, task.deadline.rules
    standing = {*task.deadline.kinds} <= {DeadlineKind.STANDING, DeadlineKind.CONDITIONAL}
    return Duty(name, task.lead, task.coordinating, dates, rules, is_undated(task.deadline), standing, early)


def compare(day: date, expected: Sequence[Said], heard: Sequence[Said]) -> list[str]:
    """What is missing, too much or twice, for people to read."""
    found = []
    left = [*heard]
    for said in expected:
        if said in left:
            left.remove(said)
        else:
            found.append(f"{day} missing: {' | '.join(said)}")
    return found + [f"{day} not expected: {' | '.join(said)}" for said in left]


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + n * DAY for n in range((last - first) // timedelta(days=1) + 1)]
