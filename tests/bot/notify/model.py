"""The rules of reminding told a second time, plainly: what each person should hear on each morning.

Nothing of `bot.tracking` and `bot.notify` is used here, nor their calendar: days off are a table written by hand,
working days are counted one by one, recurring days are found by looking at every day, and for every morning every
item near its day and everybody who answers for it is looked at. Only the directory of agencies is shared.

The rules:

- A task is owed by each agency that leads it (groups opened, successors followed), on each of its days.
- Owners of the agency and its group chats hear 14, 7, 3, 1 working days before and on the day (the last working day
  before it, when it is a day off); 30 too where a single day was known a year ahead; then one working day late and
  every week, six times at most. Of one recurring day nothing is said before the one before it is over, and nothing
  after the next one has come. Where two fall on one day the later one is said. Plan and agency may have
  other lead times, a person fewer; none only while another owner hears.
- Coordinating agencies hear once, with the first of these; who owes it as well, hears as an owner.
- What is due at an hour before noon is said of "the day" on the working day before.
- Who has weekdays of their own hears of the lead times (but the last one) and of what they help with on the last of
  those days, or the working day after it where it is off, as long as that is after the wish, after they were let in,
  after the plan was known and after the day before. Who has hours of their own hears everything at those.
- What somebody has received is said before its day only from the working day before it on, or at the last of its
  lead times where all are longer; of several owners only the one who has received it hears of it before it is late.
- What was given to a colleague: the colleague hears all of it, from the day after on; owners and group chats hear the
  last one before the day and what is late. Who is switched off has it no more, and owners are told.
- On the days on which somebody is away the substitute hears instead, what came too late for that person too; where
  that one is away or off as well, the other owners and the leaders of the agency, and where nobody of them is there,
  the absent person.
- Late: the agency's leader after 1 working day, the following unit after 5, whether it was received or not and
  whether the agency has anybody or not; the following unit weekly from then on, in one message, until it is done.
- Nothing is said of a day before the plan was known, nor to a person of days before that person was let in.
- Recurring duties end with the years of their plan, unless kept in force.
- What could not be said on its day is said up to 5 working days later, the newest only; what is older is told of
  in one summary.
- Leaders hear weekly of what is late or due within 30 days; administrators of agencies that owe and have nobody.
- A report waits where a unit is set to confirm what is reported of the plan and has somebody, unless who reports is
  of that unit or an administrator: theirs counts at once. The unit is asked, unless that is decided before; leaders
  of the agency and the following unit hear of every report. While it waits nobody is reminded of it.
- Confirmed: who reported it, owners (who stands in for them) and the colleague who does it hear so; in time is what
  was reported in time. Returned: the same hear why, and it is owed again. Of what was to be said while it waited the
  newest of the last five working days is said, nothing was missed, and helpers who have heard do not hear again.
- "Not ours": administrators who are there hear it. Kept: who said so hears. Moved: all of the duty that is open is
  owed by the other agency, with the days it has, and stays so in later versions; what was done or waits is not owed
  once more. Who said so and the old owners hear where it went, the new owners that it came; none of them are helpers.
- More time: administrators are asked, each request by itself, unless that is decided before. Declined: who asked
  hears. Granted: owners hear as well, and the new day is told of as a new one; the paper's hour holds no more.
- Who acts is not told of what that one did, but of time that was asked for or given.
- On the first working day of a quarter owners and administrators hear of tasks with a time of which no day could be
  read, and owners of standing ones; nothing else is said of those.
- A plan whose days are over tells each owner once how many. Removed tasks are told once to whoever was reminded,
  moved days to every owner; not where the task was done, taken out or moved again before the notice could go.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from knowledge.agencies import Directory

DAY = timedelta(days=1)
UNIT = "Sở Nội vụ"
"""Who follows every plan."""


def _days(text: str) -> set[date]:
    """Days written "1/1 16-20/2"."""
    found = set()
    year, *spans = text.split()
    for span in spans:
        days, month = span.split("/")
        first, _, last = days.partition("-")
        found |= {date(int(year), int(month), day) for day in range(int(first), int(last or first) + 1)}
    return found


DAYS_OFF = (
    _days("2021 1/1 10-16/2 21/4 30/4 1/5 3/5 2-3/9")
    | _days("2022 1/1 3/1 31/1 1-4/2 10-11/4 30/4 1-3/5 1-2/9")
    | _days("2023 1-2/1 20-26/1 29-30/4 1-3/5 1-4/9")
    | _days("2026 1/1 16-20/2 26-27/4 30/4 1/5 31/8 1-2/9 24/11")
    | _days("2027 1/1 4-10/2 16/4 30/4 1/5 3/5 2-3/9 24/11")
)
"""Public holidays and the days off given for them; weekends aside. Tết 2026: 14 to 22 February with its weekends."""
DAYS_WORKED = {date(2026, 8, 22)}
"""Saturdays and Sundays worked in exchange (for 31/8/2026)."""


@dataclass(frozen=True)
class Work:
    """Working days, with an administrator's corrections."""

    corrections: dict[date, bool] = field(default_factory=dict)
    _counted: dict[tuple[date, date, int], int] = field(default_factory=dict)
    """Only to be quick: what was counted before."""

    def works(self, day: date) -> bool:
        """Whether offices are open."""
        if day in self.corrections:
            return self.corrections[day]
        return day in DAYS_WORKED or (day.weekday() < 5 and day not in DAYS_OFF)

    def between(self, first: date, last: date) -> int:
        """Working days from `first` up to but not including `last`."""
        key = first, last, len(self.corrections)
        if key not in self._counted:
            self._counted[key] = self._count(first, last)
        return self._counted[key]

    def _count(self, first: date, last: date) -> int:
        return sum(self.works(first + n * DAY) for n in range((last - first).days))

    def on_or_after(self, day: date) -> date:
        """The first working day from `day` on."""
        while not self.works(day):
            day += DAY
        return day

    def before(self, day: date) -> date:
        """The working day before `day`."""
        day -= DAY
        while not self.works(day):
            day -= DAY
        return day

    def after(self, day: date, count: int) -> date:
        """The working day that comes `count` after `day`."""
        for _ in range(count):
            day = self.on_or_after(day + DAY)
        return day


def days_of(rule: str, until: date) -> list[date]:
    """Every day of a rule "DTSTART:20260331\\nRRULE:FREQ=MONTHLY;BYMONTH=3,6;BYMONTHDAY=-1"."""
    found = re.fullmatch(r"DTSTART:(\d{4})(\d\d)(\d\d)\nRRULE:(.*)", rule)
    assert found is not None, rule
    start = date(int(found[1]), int(found[2]), int(found[3]))
    parts = dict(part.split("=") for part in found[4].split(";"))
    assert parts.keys() <= {"FREQ", "BYMONTH", "BYMONTHDAY"}, rule
    months = [int(month) for month in parts.get("BYMONTH", "1,2,3,4,5,6,7,8,9,10,11,12").split(",")]
    wanted = int(parts["BYMONTHDAY"])
    days = []
    for n in range((until - start).days + 1):
        day = start + n * DAY
        last = monthrange(day.year, day.month)[1]
        if day.month in months and day.day == (wanted if wanted > 0 else last + 1 + wanted):
            days.append(day)
    return days


@dataclass(frozen=True)
class Duty:
    """A task as a version of a plan gives it; `name` is what the tests know it by, whatever its words are."""

    name: str
    lead: tuple[str, ...]
    coordinating: tuple[str, ...]
    dates: tuple[date, ...]
    rules: tuple[str, ...]
    undated: bool = False
    standing: bool = False
    early: bool = False
    """Due before noon."""


@dataclass
class Person:
    """Somebody who is let in."""

    id: int
    agencies: list[str]
    roles: set[str]
    since: date
    on: bool = True
    leads: list[int] | None = None
    days: list[int] | None = None
    days_since: date = date.min
    opens: int = 8


@dataclass
class Away:
    """Somebody is away."""

    member: int
    substitute: int
    first: date
    last: date
    told: bool = False


@dataclass
class Plan:
    """A live plan."""

    name: str
    duties: dict[str, Duty]
    known: date
    years: tuple[int, ...]
    in_force: bool | None = None
    leads: list[int] | None = None
    confirmed_by: str = ""
    """The unit that confirms what is reported."""


@dataclass
class Item:
    """One agency owes one thing by one day."""

    plan: str
    duty: str
    agency: str
    planned: date
    """As the paper gives it."""
    day: date
    """By which it is owed."""
    known: date
    recurring: bool
    before: date | None = None
    after: date | None = None
    made: date = date.min
    """When it came to be owed: a plan was loaded, an agency registered."""
    number: int = 0
    """In the order in which they came."""
    received: bool = False
    receiver: str = ""
    """Who has said so."""
    reported: date | None = None
    reporter: str = ""
    waiting: bool = False
    """Reported, and not confirmed yet."""
    waited: list[tuple[date, date]] = field(default_factory=list)
    """From which day through which a report waited that was returned then: nothing of them was missed."""
    done: bool = False
    gone: bool = False
    elsewhere: bool = False
    """Another agency owes it instead."""
    early: bool = False
    told: dict[str, dict[str, date]] = field(default_factory=dict)
    """By recipient: what was said (or is past saying), and the day it was meant for."""
    heard: set[str] = field(default_factory=set)
    """Who was ever reminded."""

    @property
    def owed(self) -> bool:
        """Whether the agency has it to do."""
        return not (self.waiting or self.done or self.gone or self.elsewhere)


@dataclass(frozen=True)
class Answer:
    """What somebody hears of what others have said or decided."""

    recipient: str
    item: Item
    said: str
    on: date
    request: int = 0
    """Of more time."""


Said = tuple[str, str, str]
"""Recipient, what about, what: ("member:3", "KH/12 Sở Y tế 2026-03-31", "lead:7")."""


def speaking_days(item: Item, leads: Iterable[int], work: Work) -> dict[date, str]:
    """What owners hear of an item, by day: every day around it is asked."""
    if item.day < item.known:
        return {}
    said: dict[date, str] = {}
    effective = work.on_or_after(item.day)
    first_late = work.after(effective, 1)
    late = [work.on_or_after(first_late + week * 7 * DAY) for week in range(6)]
    for n in range(-100, 70):
        day = item.day + n * DAY
        if day < item.known or not work.works(day):
            continue
        names = []
        if day <= item.day:
            left = work.between(day, item.day)
            names = [f"lead:{lead}" for lead in leads if lead and lead == left]
            if item.before is not None and day <= item.before:
                names = []
            last = item.day - item.early * DAY
            open_ = any(work.works(day + m * DAY) for m in range(1, (last - day).days + 1))
            if 0 in leads and day <= last and not open_:
                names = ["due"]
        elif item.after is None or day < item.after:
            names = [f"overdue:{number + 1}" for number, on in enumerate(late) if on == day][-1:]
        if names:
            said[day] = names[0]
    return said


def _wished(leads: list[int], wanted: list[int] | None) -> list[int]:
    """Those of the lead times that somebody wants; the last one at least."""
    return leads if wanted is None else [lead for lead in leads if lead in wanted] or [min(leads)]


class Model:
    """Everybody, every plan and every item; `morning` says what is to be heard."""

    def __init__(self, directory: Directory, today: date) -> None:
        self.directory = directory
        self.today = today
        self.work = Work()
        self.people: dict[int, Person] = {}
        self.chats: dict[str, tuple[str, date]] = {}
        self.plans: dict[str, Plan] = {}
        self.items: dict[tuple[str, str, str, date], Item] = {}
        self.last_morning = today
        self.missed: set[str] = set()
        # Only to be quick: what was worked out before.
        self._by_duty: dict[tuple[str, str], list[Item]] = {}
        self._groups: dict[str, str | None] = {}
        self._people_on = today
        self._registered: list[str] = []
        self._opened: dict[str, list[str]] = {}
        self._owners: dict[str, dict[str, tuple[date, list[int] | None]]] = {}
        self._with_role: dict[tuple[str, str | None], list[Person]] = {}
        self._speaking: dict[tuple[object, ...], dict[date, str]] = {}
        self._near = today
        self.notices: list[Said] = []
        self.moved: list[tuple[str, Item, date]] = []
        """Who is to hear to which day an item was moved."""
        self.told: set[Said] = set()
        self.absences: list[Away] = []
        self.given: dict[tuple[str, str, str], tuple[int, date]] = {}
        """By plan, duty and agency: who does it, and since when."""
        self.given_notices: list[tuple[int, str, Item]] = []
        self.helped: dict[tuple[str, str, str, date], Item] = {}
        """Who has heard as a helper (recipient, plan, duty, the paper's day), and of which agency's part."""
        self.answers: list[Answer] = []
        self.transfers: dict[tuple[str, str], list[tuple[str, str]]] = {}
        """By plan and duty: from which agency to which, in order."""
        self.requests: set[int] = set()
        """For more time, undecided."""

    # Who is who

    def people_changed(self) -> None:
        """Somebody has come, or was switched on or off; or it is another day."""
        self._people_on, self._opened, self._owners, self._with_role = self.today, {}, {}, {}
        self._registered = sorted(
            {a for person in self.people.values() for a in person.agencies} | {*self.chats_by_agency()}
        )

    def _look(self) -> None:
        if self._people_on != self.today:
            self.people_changed()

    def open(self, printed: str) -> list[str]:
        """The agencies that a printed office means today."""
        self._look()
        if printed not in self._opened:
            self._opened[printed] = self._open(printed, self._registered)
        return self._opened[printed]

    def _open(self, printed: str, registered: list[str]) -> list[str]:
        resolved = self.directory.resolve(printed)
        if printed in registered:
            names = [printed]
        elif resolved is not None:
            names = [*resolved.names]
        else:
            names = [found.name for found in self.directory.find(printed)]
        opened = [agency for name in names for agency in self._members(name, registered)]
        return list(dict.fromkeys(opened)) or [printed]

    def _members(self, name: str, registered: list[str]) -> list[str]:
        heirs = [*self.directory.successors(name, self.today)] or [name]
        if heirs != [name]:
            return [agency for heir in heirs for agency in self._members(heir, registered)]
        listed = [
            agency
            for member in self.directory.members(name, self.today)
            if member != name
            for agency in self._members(member, registered)
        ]
        belonging = [each for each in registered if self._group_of(each) == name]
        return listed or belonging or [name]

    def _group_of(self, agency: str) -> str | None:
        if agency not in self._groups:
            found = self.directory.resolve(agency)
            self._groups[agency] = found.group if found is not None and agency != found.group else None
        return self._groups[agency]

    def chats_by_agency(self) -> dict[str, list[str]]:
        """Group chats, by agency."""
        found: dict[str, list[str]] = {}
        for chat, (agency, _) in self.chats.items():
            found.setdefault(agency, []).append(chat)
        return found

    def with_role(self, role: str, agency: str | None = None) -> list[Person]:
        """People who are on and have a role, in an agency or anywhere."""
        self._look()
        if (role, agency) not in self._with_role:
            self._with_role[role, agency] = self._find_with_role(role, agency)
        return self._with_role[role, agency]

    def _find_with_role(self, role: str, agency: str | None) -> list[Person]:
        return [
            person
            for person in self.people.values()
            if person.on and role in person.roles and (agency is None or agency in self._agencies(person))
        ]

    def _agencies(self, person: Person) -> list[str]:
        return [heir for a in person.agencies for heir in self.directory.successors(a, self.today) or [a]]

    def owners(self, agency: str) -> dict[str, tuple[date, list[int] | None]]:
        """Who hears what an agency owes: since when, and at which lead times (None: all)."""
        self._look()
        if agency not in self._owners:
            self._owners[agency] = self._find_owners(agency)
        return self._owners[agency]

    def _find_owners(self, agency: str) -> dict[str, tuple[date, list[int] | None]]:
        people = self.with_role("owner", agency)
        found: dict[str, tuple[date, list[int] | None]] = {}
        for person in people:
            wanted = person.leads
            if wanted == []:
                if any(other.id != person.id and other.leads != [] for other in people):
                    continue
                wanted = None
            found[f"member:{person.id}"] = (person.since, wanted)
        for chat in self.chats_by_agency().get(agency, []):
            found[chat] = (self.chats[chat][1], None)
        return found

    def away(self, member: int, day: date) -> Away | None:
        """The days away of which this is one."""
        return next((a for a in self.absences if a.member == member and a.first <= day <= a.last), None)

    def instead(self, recipient: str, agency: str, day: date) -> list[str]:
        """Who hears on a day what this one would."""
        away = self.away(int(recipient.removeprefix("member:")), day) if recipient.startswith("member:") else None
        if away is None:
            return [recipient]
        if self.people[away.substitute].on and not self.away(away.substitute, day):
            return [f"member:{away.substitute}"]
        others = [*self.with_role("owner", agency), *self.with_role("leader", agency)]
        there = [f"member:{person.id}" for person in others if not self.away(person.id, day)]
        return list(dict.fromkeys(there)) or [recipient]

    def hearing(self, agency: str, day: date) -> list[str]:
        """Who hears on a day what the agency's owners are told."""
        return list(dict.fromkeys(r for owner in self.owners(agency) for r in self.instead(owner, agency, day)))

    def _hear(self, people: Iterable[Person], agency: str, day: date) -> list[str]:
        """Who hears on a day what these would for an agency."""
        return list(dict.fromkeys(r for person in people for r in self.instead(f"member:{person.id}", agency, day)))

    def unit(self, agency: str, day: date) -> list[str]:
        """Who hears on a day for a unit that follows or confirms."""
        return self._hear([*self.with_role("owner", agency), *self.with_role("leader", agency)], agency, day)

    def concerned(self, item: Item, day: date) -> list[str]:
        """Who hears on a day what is told of an item to those who owe it: who does it as well."""
        told = self.hearing(item.agency, day)
        if given := self.given.get((item.plan, item.duty, item.agency)):
            told += self.instead(f"member:{given[0]}", item.agency, day)
        return list(dict.fromkeys(told))

    def _since(self, recipient: str) -> date:
        if recipient in self.chats:
            return self.chats[recipient][1]
        return self.people[int(recipient.removeprefix("member:"))].since

    # What changes

    def give_to(self, item: Item, person: Person, by: Person, day: date) -> None:
        """A colleague does a duty from now on."""
        key = item.plan, item.duty, item.agency
        if key in self.given:
            told = self.instead(f"member:{self.given[key][0]}", item.agency, day)
            self.notices += [(who, self._about(item), "unassigned") for who in told if who != f"member:{by.id}"]
        self.given[key] = person.id, day
        told = self.instead(f"member:{person.id}", item.agency, day)
        self.given_notices += [(person.id, who, item) for who in told if who != f"member:{by.id}"]

    def release(self, person: Person, day: date) -> None:
        """Somebody was switched off: what that one did is the owners' again."""
        for key in [key for key, (member, _) in self.given.items() if member == person.id]:
            del self.given[key]
            plan, duty, agency = key
            if any(i.agency == agency and i.owed for i in self._of(plan, duty)):
                self.notices += [(who, f"{plan}/{duty} {agency}", "over") for who in self.hearing(agency, day)]

    def report(self, item: Item, by: Person, day: date) -> None:
        """Somebody says that it is done."""
        unit = self.plans[item.plan].confirmed_by
        confirming, own = self.unit(unit, day) if unit else [], f"member:{by.id}"
        item.reported, item.reporter = day, own
        item.waiting = bool(confirming) and "admin" not in by.roles and own not in confirming
        item.done = not item.waiting
        asked = confirming if item.waiting else []
        told = [*self._hear(self.with_role("leader", item.agency), item.agency, day), *self.unit(UNIT, day)]
        self._tell(asked, item, "reminder_reported", day, by)
        self._tell([each for each in told if each not in asked], item, "reminder_done", day, by)

    def confirm(self, item: Item, by: Person, day: date) -> None:
        """It counts."""
        item.waiting, item.done = False, True
        self._tell([item.reporter, *self.concerned(item, day)], item, "reminder_confirmed", day, by)

    def return_it(self, item: Item, by: Person, day: date) -> None:
        """It does not count."""
        assert item.reported is not None
        item.waited.append((item.reported, day))
        item.waiting, item.reported = False, None
        self._tell([item.reporter, *self.concerned(item, day)], item, "reminder_returned", day, by)

    def deny(self, item: Item, by: Person, day: date) -> None:
        """Somebody says that it is another agency's."""
        told = [f"member:{person.id}" for person in self._administrators(day)]
        self._tell(told, item, "transfer_asked", day, by)

    def keep(self, item: Item, asker: Person, by: Person, day: date) -> None:
        """It is theirs all the same."""
        self._tell([f"member:{asker.id}"], self.open_of(item)[0], "transfer_kept", day, by)

    def transfer(self, item: Item, to: str, asker: Person, by: Person, day: date) -> None:
        """It is another agency's."""
        moved, now = self.open_of(item), []
        self.transfers.setdefault((item.plan, item.duty), []).append((item.agency, to))
        for each in moved:
            each.elsewhere = True
            key = each.plan, each.duty, to, each.planned
            if key not in self.items:
                new = Item(each.plan, each.duty, to, each.planned, each.day, each.known, each.recurring)
                new.before, new.after, new.early = each.before, each.after, each.early
                self._add(new)
            self.items[key].elsewhere = False
            now.append(self.items[key])
        self._tell([f"member:{asker.id}", *self.concerned(moved[0], day)], moved[0], "transfer_moved", day, by)
        self._tell(self.concerned(now[0], day), now[0], "transfer_received", day, by)

    def open_of(self, item: Item) -> list[Item]:
        """All that the agency has to do of the same duty, by day."""
        own = [each for each in self._of(item.plan, item.duty) if each.agency == item.agency and each.owed]
        return sorted(own, key=lambda each: (each.day, each.number))

    def ask_for_time(self, item: Item, request: int, day: date) -> None:
        """Somebody wants to have it put off."""
        self.requests.add(request)
        told = self._administrators(day)
        self.answers += [Answer(f"member:{each.id}", item, "extension_asked", day, request) for each in told]

    def decide(self, item: Item, request: int, asker: Person, wanted: date | None, day: date) -> None:
        """It is put off to that day, or not."""
        self.requests.remove(request)
        if wanted is None:
            self._tell([f"member:{asker.id}"], item, "extension_declined", day)
            return
        self._tell([f"member:{asker.id}", *self.concerned(item, day)], item, "extension_granted", day)
        item.day, item.told, item.early = wanted, {}, False
        self.helped = {key: through for key, through in self.helped.items() if through is not item}

    def _tell(self, recipients: Iterable[str], item: Item, said: str, day: date, but: Person | None = None) -> None:
        own = f"member:{but.id}" if but else ""
        self.answers += [Answer(each, item, said, day) for each in dict.fromkeys(recipients) if each != own]

    def leave(self, member: int, substitute: int, first: date, last: date) -> None:
        """Somebody will be away."""
        self.absences.append(Away(member, substitute, first, last))

    def come_back(self, away: Away, day: date) -> None:
        """Sooner than was said."""
        if away.first <= day:
            self.notices.append((f"member:{away.substitute}", "", "stand_in_over"))
            away.told = True
        if away.first < day:
            away.last = day - DAY
            return
        self.absences.remove(away)

    def load(self, plan: Plan) -> None:
        """A plan is live for the first time; what is over is told in one summary."""
        self.plans[plan.name] = plan
        past: dict[str, int] = {}
        for duty in plan.duties.values():
            for item in self._spell_out(plan, duty):
                if item.day < item.known:
                    for recipient in self.hearing(item.agency, plan.known):
                        past[recipient] = past.get(recipient, 0) + 1
        self.notices += [(recipient, plan.name, f"past {count}") for recipient, count in past.items()]

    def remove(self, plan: str, duty: str) -> None:
        """A version no longer has a task."""
        self._take_out(plan, duty, self._of(plan, duty))
        del self.plans[plan].duties[duty]

    def bring_back(self, plan: str, duty: Duty) -> None:
        """A rollback has it again, with what was said and done."""
        self.plans[plan].duties[duty.name] = duty
        for item in self._of(plan, duty.name):
            if item.agency in self._owing(plan, duty):
                item.gone = False

    def add(self, plan: str, duty: Duty, known: date) -> None:
        """A version has a new task."""
        self.plans[plan].duties[duty.name] = duty
        self.plans[plan].known = known
        self._spell_out(self.plans[plan], duty)

    def move(self, plan: str, duty: str, was: date, day: date, known: date) -> None:
        """A version has another day for a task: what was said of the old one is said anew of this one."""
        old = self.plans[plan].duties[duty]
        dates = tuple(sorted({*old.dates} - {was} | {day}))
        self.plans[plan].duties[duty] = replace(old, dates=dates)
        for item in [item for item in self._of(plan, duty) if item.planned == was and not item.elsewhere]:
            del self.items[plan, duty, item.agency, was]
            self.items[plan, duty, item.agency, day] = item
            item.planned, item.day, item.known, item.told, item.early = day, day, known, {}, old.early
            if item.owed:
                self.moved += [(recipient, item, day) for recipient in self.concerned(item, known)]
        self.helped = {key: item for key, item in self.helped.items() if key[1:] != (plan, duty, was)}

    def give(self, plan: str, duty: str, lead: tuple[str, ...], known: date) -> None:
        """A version has other leading agencies for a task."""
        old = self.plans[plan].duties[duty]
        new = replace(old, lead=lead)
        agencies = self._owing(plan, new)
        self._take_out(plan, duty, [item for item in self._of(plan, duty) if item.agency not in agencies])
        self.plans[plan].duties[duty] = new
        self.plans[plan].known = known
        for item in self._of(plan, duty):
            item.gone = item.gone and item.agency not in agencies
        self._spell_out(self.plans[plan], new)

    def register(self) -> None:
        """People have come: groups may open to more agencies."""
        self.people_changed()
        for plan in self.plans.values():
            for duty in plan.duties.values():
                self._spell_out(plan, duty)
                agencies = self._owing(plan.name, duty)
                self._take_out(
                    plan.name, duty.name, [i for i in self._of(plan.name, duty.name) if i.agency not in agencies]
                )

    def item(self, plan: str, duty: str, agency: str, day: date) -> Item:
        """One of them."""
        return self.items[plan, duty, agency, day]

    def _leading(self, duty: Duty) -> list[str]:
        return list(dict.fromkeys(agency for office in duty.lead for agency in self.open(office))) or [""]

    def _owing(self, plan: str, duty: Duty) -> list[str]:
        """Who owes a duty: who leads it, or whoever it was moved to."""
        owing = []
        for agency in self._leading(duty):
            for was, to in self.transfers.get((plan, duty.name), []):
                agency = to if agency == was else agency
            owing.append(agency)
        return list(dict.fromkeys(owing))

    def owing(self, item: Item) -> list[str]:
        """Who owes the duty of an item now."""
        return self._owing(item.plan, self.plans[item.plan].duties[item.duty])

    def person(self, recipient: str) -> Person:
        """Whoever is told so."""
        return self.people[int(recipient.removeprefix("member:"))]

    def _of(self, plan: str, duty: str) -> list[Item]:
        return self._by_duty.get((plan, duty), [])

    def _take_out(self, plan: str, duty: str, items: list[Item]) -> None:
        told = set()
        for item in items:
            if not item.owed or (item.recurring and item.after is not None and item.after <= self.today):
                continue
            item.gone = True
            told |= item.heard
        self.notices += [(recipient, f"{plan}/{duty}", "removed") for recipient in sorted(told)]

    def _spell_out(self, plan: Plan, duty: Duty) -> list[Item]:
        recurring = sorted(
            {day for rule in duty.rules for day in days_of(rule, plan.known + 800 * DAY)} - {*duty.dates}
        )
        new = []
        spaced = zip([None, *recurring], recurring, [*recurring[1:], None], strict=False)
        days: list[tuple[date, bool, date | None, date | None]] = [(day, False, None, None) for day in duty.dates]
        days += [(day, True, before, after) for before, day, after in spaced if day >= plan.known]
        for agency in self._owing(plan.name, duty):
            others = {was for was, to in self.transfers.get((plan.name, duty.name), []) if to == agency}
            for day, again, before, after in days:
                if (plan.name, duty.name, agency, day) in self.items:
                    continue
                said = (self.items.get((plan.name, duty.name, other, day)) for other in others)
                if any(each is not None and (each.done or each.waiting) for each in said):
                    continue
                item = Item(plan.name, duty.name, agency, day, day, plan.known, again, before, after, self.today)
                item.early = duty.early
                self._add(item)
                new.append(item)
        return new

    def _add(self, item: Item) -> None:
        item.number = len(self.items)
        self.items[item.plan, item.duty, item.agency, item.planned] = item
        self._by_duty.setdefault((item.plan, item.duty), []).append(item)

    def standing(self, item: Item) -> tuple[str, str, date]:
        """How far it is; in time or not by the day of its report; the day by which it is owed."""
        if item.elsewhere or item.gone:
            return "transferred" if item.elsewhere else "cancelled", "", item.day
        if item.reported is None:
            return "open", "", item.day
        late = item.reported > self.work.on_or_after(item.day)
        if item.waiting:
            return "reported", "late" if late else "in_time", item.day
        return "done", "done_late" if late else "done_in_time", item.day

    # What is heard

    def morning(self, today: date) -> list[Said]:
        """Everything that is to be heard on a working morning on which the service runs."""
        self.today = today
        self.people_changed()
        self._near = self.last_morning
        for _ in range(5):
            self._near = self.work.before(self._near)
        on = {f"member:{person.id}" for person in self.people.values() if person.on} | {*self.chats}
        told = [*self.notices, *self._still_moved(), *self._still_given(), *self._begun(), *self._still_answers()]
        said = [notice for notice in told if notice[0] in on]
        self.notices, self.moved, self.answers, self.missed = [], [], [], set()
        self.given_notices = [each for each in self.given_notices if each[2].waiting]
        # Nothing is said earlier than 30 working days and a week before, nor later than six weeks and a downtime.
        near = [item for item in self.items.values() if abs(item.day - today) < 75 * DAY]
        near = [item for item in near if item.owed and self.is_asked(item)]
        for item in near:
            said += self._of_item(item)
        for item in self._first_of_each(near):
            said += self._of_helpers(item)
        said += self._once([*self._weekly(), *self._quarterly()])
        self.last_morning = today
        return said + [(recipient, "", "missed") for recipient in sorted(self.missed)]

    def _still_answers(self) -> Iterator[Said]:
        for answer in self.answers:
            item = answer.item
            if answer.said == "reminder_reported" and not item.waiting:
                continue
            if answer.said == "extension_asked":
                there = self._administrators(self.work.on_or_after(answer.on + DAY))
                if answer.request not in self.requests or answer.recipient not in {f"member:{p.id}" for p in there}:
                    continue
            yield answer.recipient, self._about(item), answer.said

    def _first_of_each(self, items: Iterable[Item]) -> list[Item]:
        """Of those who owe the same by the same day, the part of which helpers have heard, else that of the first."""
        heard = {through.number for through in self.helped.values()}
        found: dict[tuple[str, str, date], Item] = {}
        for item in sorted(items, key=lambda each: (each.number not in heard, each.number)):
            found.setdefault((item.plan, item.duty, item.planned), item)
        return [*found.values()]

    def _still_moved(self) -> list[Said]:
        return [
            (recipient, self._about(item), "moved")
            for recipient, item, day in self.moved
            if item.owed and item.day == day
        ]

    def _still_given(self) -> list[Said]:
        return [
            (recipient, self._about(item), "assigned")
            for member, recipient, item in self.given_notices
            if item.owed
            if self.given.get((item.plan, item.duty, item.agency), (0,))[0] == member
            if recipient in (f"member:{member}", *self.instead(f"member:{member}", item.agency, self.today))
        ]

    def _begun(self) -> Iterator[Said]:
        for away in self.absences:
            if away.first <= self.today and not away.told:
                away.told = True
                yield f"member:{away.substitute}", "", "stand_in"

    def is_asked(self, item: Item) -> bool:
        """Whether the plan still asks for it."""
        plan = self.plans.get(item.plan)
        if plan is None or item.duty not in plan.duties or plan.in_force is False:
            return False
        return not item.recurring or plan.in_force is True or not plan.years or self.today.year <= max(plan.years)

    def _leads(self, item: Item) -> list[int]:
        chosen = self.plans[item.plan].leads
        if chosen is not None:
            return chosen
        far = not item.recurring and (item.day - item.known).days >= 365
        return [30, 14, 7, 3, 1, 0] if far else [14, 7, 3, 1, 0]

    def _of_item(self, item: Item) -> Iterator[Said]:
        escalated = self._escalations(item)
        heard: dict[str, list[tuple[date, str]]] = {}
        for owner, since, leads in self._shares(item):
            for day, name in self._on_own_days(item, owner, since, self._speaking_days(item, leads)).items():
                if max(since, self._near) <= day <= self.today:
                    for recipient in self._late_instead(item, owner, item.agency, day, name):
                        heard.setdefault(recipient, []).append((day, name))
        for recipient, days in heard.items():
            yield from self._newest(item, recipient, item.known, days)
        for recipient, (since, escalations) in escalated.items():
            yield from self._newest(item, recipient, since, [*escalations.items()])

    def _late_instead(self, item: Item, recipient: str, agency: str, day: date, name: str) -> list[str]:
        """Who hears what was meant for a day; what came too late before somebody went goes to the substitute."""
        heard = self.instead(recipient, agency, day)
        if day >= self.today:
            return heard
        late = [each for each in heard if name not in item.told.get(each, {})]
        return [r for each in heard for r in (self.instead(each, agency, self.today) if each in late else [each])]

    def _shares(self, item: Item) -> Iterator[tuple[str, date, list[int]]]:
        """Who owes it: since when, and at which lead times."""
        leads = self._leads(item)
        spoken = leads
        if item.received:
            spoken = [lead for lead in leads if lead < 2] or [min(leads)]
        owners, given = self.owners(item.agency), self.given.get((item.plan, item.duty, item.agency))
        doer = f"member:{given[0]}" if given else ""
        if given:
            person = self.people[given[0]]
            own = _wished(spoken, person.leads) if person.leads else spoken
            yield doer, max(person.since, given[1] + DAY), own
        for recipient, (since, wanted) in owners.items():
            if given:
                before = _wished(leads, wanted)
                if recipient != doer:
                    yield recipient, since, [min([lead for lead in before if lead] or [0])]
            elif item.receiver in owners and recipient not in (item.receiver, *self.chats):
                yield recipient, since, []
            else:
                yield recipient, since, _wished(spoken, wanted)

    def _on_own_days(self, item: Item, recipient: str, since: date, days: dict[date, str]) -> dict[date, str]:
        sort, _, number = recipient.partition(":")
        person = self.people[int(number)] if sort == "member" else None
        if person is None or person.days is None:
            return days
        last = max((day for day, name in days.items() if name.startswith("lead:")), default=None)
        heard: dict[date, str] = {}
        for day in sorted(days):
            name, on = days[day], day
            if name == "help" or (name.startswith("lead:") and day != last):
                own = day
                while own.weekday() not in person.days:
                    own -= DAY
                own = self.work.on_or_after(own)
                fits = own >= since and own >= person.days_since and own >= item.known
                on = own if fits and (item.before is None or own > item.before) else day
            heard[on] = name
        return heard

    def _speaking_days(self, item: Item, leads: list[int]) -> dict[date, str]:
        days = item.day, item.known, item.before, item.after, tuple(leads), len(self.work.corrections)
        if days not in self._speaking:
            self._speaking[days] = speaking_days(item, leads, self.work)
        return self._speaking[days]

    def _escalations(self, item: Item) -> dict[str, tuple[date, dict[date, str]]]:
        """Who else hears of what is late: since when, and what on which day."""
        if item.day < item.known:
            return {}
        if item.day >= self.today:
            return {}
        effective = self.work.on_or_after(item.day)
        told: dict[str, tuple[date, dict[date, str]]] = {}
        for name, late, agency in (("leader", 1, item.agency), ("follow", 5, UNIT)):
            day = self.work.after(effective, late)
            if not self._near <= day <= self.today:
                continue
            people = self.with_role("leader", agency)
            if name == "follow":
                people = [*self.with_role("owner", agency), *people]
            for person in people:
                for recipient in self._late_instead(item, f"member:{person.id}", agency, day, name):
                    told.setdefault(recipient, (self._since(recipient), {}))[1][day] = name
        return told

    def _newest(self, item: Item, recipient: str, since: date, days: Iterable[tuple[date, str]]) -> Iterator[Said]:
        """Of what was to be said within five working days and is not said yet, the newest."""
        told = item.told.setdefault(recipient, {})
        open_ = [
            (day, name)
            for day, name in days
            if max(since, item.known) <= day <= self.today
            and name not in told
            and (self._was_down(item, day) or self.work.between(day, self.today) <= 5 or self._was_new(item, day))
        ]
        if not open_:
            return
        told.update((name, day) for day, name in open_)
        day, name = max(open_, key=lambda each: (each[0], not each[1].startswith("lead"), each[1]))
        if self.work.between(day, self.today) > 5:
            self.missed.add(recipient)
            return
        item.heard.add(recipient)
        yield recipient, self._about(item), name

    def _was_down(self, item: Item, day: date) -> bool:
        """Whether it was to be said on a day on which the service was not running."""
        return day > self.last_morning and not any(first <= day <= last for first, last in item.waited)

    def _was_new(self, item: Item, day: date) -> bool:
        """Whether it came to be owed after the last morning, when it was not too late yet to say so."""
        return item.made == self.last_morning and self.work.between(day, item.made) <= 5

    def _of_helpers(self, item: Item) -> Iterator[Said]:
        duty = self.plans[item.plan].duties[item.duty]
        if not duty.coordinating:
            return
        days = self._speaking_days(item, self._leads(item))
        first = min(days, default=None)
        if first is None or first > item.day or not self._near - 14 * DAY <= first <= self.today + 6 * DAY:
            return
        moved = [agency for move in self.transfers.get((item.plan, item.duty), []) for agency in move]
        leading = [*self._leading(duty), *moved]
        owing = {recipient for agency in leading for recipient in self.owners(agency)}
        owing |= {recipient for agency in leading for recipient in self.hearing(agency, first)}
        for agency in leading:
            if given := self.given.get((item.plan, item.duty, agency)):
                owing |= {*self.instead(f"member:{given[0]}", agency, first)}
        helping = {
            recipient: self._since(recipient)
            for office in duty.coordinating
            for agency in self.open(office)
            for recipient in self.hearing(agency, first)
            if agency not in leading and recipient not in owing
        }
        for recipient, since in helping.items():
            key = recipient, item.plan, item.duty, item.planned
            [own] = self._on_own_days(item, recipient, since, {first: "help"})
            late = self.work.between(own, self.today) > 5
            if own > self.today or (late and own <= self.last_morning):
                continue
            if key not in self.helped and since <= first:
                self.helped[key] = item
                if late:
                    self.missed.add(recipient)
                    continue
                item.heard.add(recipient)
                yield recipient, f"{item.plan}/{item.duty} {item.planned}", "help"

    def _once(self, found: Iterable[Said]) -> Iterator[Said]:
        for said in found:
            if said not in self.told:
                self.told.add(said)
                yield said

    def _monday(self) -> date:
        return self.today - self.today.weekday() * DAY

    def _quarterly(self) -> list[Said]:
        opening = self.work.on_or_after(date(self.today.year, (self.today.month - 1) // 3 * 3 + 1, 1))
        if opening > self.today or self.work.between(opening, self.today) > 5:
            return []
        sunday = opening + (6 - opening.weekday()) * DAY
        asked = [
            duty
            for plan in self.plans.values()
            for duty in plan.duties.values()
            # In the week of that day; what was loaded later in that week may be said on the next working day.
            if plan.in_force is not False and (self.today <= sunday or opening <= plan.known <= sunday)
        ]
        undated = [duty for duty in asked if duty.undated]
        found = []
        for name, duties in (("undated", undated), ("checkin", [duty for duty in asked if duty.standing])):
            found += [
                (recipient, agency, f"{name}:{opening}")
                for agency in sorted({agency for duty in duties for agency in self._leading(duty)})
                for recipient in self.hearing(agency, opening)
                if self._since(recipient) <= opening
            ]
        return found + [
            (f"member:{person.id}", "", f"undated:{opening}")
            for person in self._administrators(opening)
            if undated and person.since <= opening
        ]

    def _administrators(self, day: date) -> list[Person]:
        every = self.with_role("admin")
        return [person for person in every if not self.away(person.id, day)] or every

    def _led(self, people: Iterable[Person], agency: str, day: date) -> list[str]:
        """Who hears on a day what these would, and was there by then."""
        return [recipient for recipient in self._hear(people, agency, day) if self._since(recipient) <= day]

    def _weekly(self) -> list[Said]:
        opening = self.work.on_or_after(self._monday())
        if opening > self.today:
            return []
        near = [
            item
            for item in self.items.values()
            if item.owed and item.known <= item.day <= opening + 30 * DAY and self.is_asked(item)
        ]
        owing = {item.agency for item in near}
        found = [
            (recipient, agency, f"digest:{opening}")
            for agency in sorted(owing)
            for recipient in self._led(self.with_role("leader", agency), agency, opening)
        ]
        if any(item.day < opening and self.work.after(self.work.on_or_after(item.day), 5) < opening for item in near):
            following = [*self.with_role("owner", UNIT), *self.with_role("leader", UNIT)]
            found += [(recipient, UNIT, f"followed:{opening}") for recipient in self._led(following, UNIT, opening)]
        if any(not self.owners(agency) for agency in owing):
            found += [
                (f"member:{person.id}", "", f"unowned:{opening}")
                for person in self._administrators(opening)
                if person.since <= opening
            ]
        return found

    @staticmethod
    def _about(item: Item) -> str:
        return f"{item.plan}/{item.duty} {item.agency} {item.planned}"
