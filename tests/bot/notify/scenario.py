"""What happens in the simulated year: who there is, and what they do when. Drawn by chance, always the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from bot.tracking.records import ReminderError
from knowledge.agencies import Directory
from knowledge.records import Deadline, PlanDraft, Task
from tests.bot.notify.model import DAY, UNIT, Item, Person
from tests.bot.notify.year import World, at, days_between, duty_of

FEWER = ([7, 1], [3, 0], [14, 3])


@dataclass(frozen=True)
class Script:
    """The days of one year on which things happen.

    Attributes:
        loads: on which day each plan is switched on.
        replaced: the plan of which a corrected paper comes, when, and when that is taken back.
        down: days on which the service is not running.
        corrections: on which day an administrator corrects which days.
        forced: plans whose yearly duties an administrator keeps in force, and when.
        people: how many there are at the beginning.
        offices: how many agencies of the province they are of.
        communes: and how many communes.
    """

    first: date
    last: date
    loads: Sequence[tuple[date, PlanDraft]]
    replaced: tuple[str, date, date]
    down: Sequence[tuple[date, date]]
    corrections: dict[date, dict[date, bool]]
    forced: Sequence[tuple[date, str]] = ()
    people: int = 300
    offices: int = 23
    communes: int = 17


def play(home: Path, directory: Directory, script: Script) -> World:
    """Every day of the script, on a new database."""
    chance = random.Random(2026)
    world = World(home, directory, script.first - DAY)
    let_everybody_in(world, script, chance)
    down = {day for first, last in script.down for day in days_between(first, last)}
    happenings = _happenings(world, script, chance)
    answering = Answering(world, script)
    for day in days_between(script.first, script.last):
        if day in down:
            continue
        world.morning(day)
        for happening in happenings.get(day, []):
            happening(day)
        _work(world, day, chance)
        answering.answer(day)
    world.compare_states(script.last)
    return world


def agencies_of(directory: Directory, script: Script) -> list[str]:
    """Offices of the province on the first day, then communes."""
    further = ("Báo và Phát thanh, Truyền hình tỉnh", "Tỉnh đoàn", "Trường Chính trị tỉnh")
    offices = [*directory.members("Các sở, ban, ngành tỉnh", script.first), *further][: script.offices]
    communes = "An Bình Cường Dũng Em Giang Hà Ích Khánh Lan Mai Nam Oanh Phú Quý Sơn Tân"
    return [*offices, *(f"UBND xã {name}" for name in communes.split()[: script.communes])]


def let_everybody_in(world: World, script: Script, chance: random.Random) -> None:
    """People of every agency in every role."""
    day = script.first - DAY
    agencies = agencies_of(world.directory, script)
    # Two have nobody who is told: one of an office, one of a commune.
    unowned = {agencies[9], agencies[-2]}
    for number, agency in enumerate(agencies):
        if agency not in unowned:
            for _ in range(1 + number % 3):
                world.let_in([agency], {"owner"}, day)
        world.let_in([agency], {"leader"}, day)
    for agency in agencies[1:4]:
        world.let_in([agency], {"owner", "leader"}, day)
    for leads in FEWER:
        world.let_in([chance.choice(agencies[:9])], {"owner"}, day, leads)
    world.let_in([agencies[4]], {"owner"}, day, [])  # others hear: this one need not
    lonely = next(person for person in world.model.with_role("owner", agencies[6]))
    assert len(world.model.with_role("owner", agencies[6])) == 1
    world.switch(lonely, False, day)
    world.let_in([agencies[6]], {"owner"}, day, [])  # nobody else hears
    world.let_in([agencies[n] for n in (7, 0, 1, 5, -1)], {"owner"}, day)
    for wished, days, opens in ((2, [0], 8), (3, [1, 3], 9), (0, [4], 8), (5, None, 10)):
        world.wish(world.let_in([agencies[wished]], {"owner"}, day), days, opens, day)
    for _ in range(3):
        world.let_in([agencies[0]], {"admin", "staff"}, day)
    world.let_in([agencies[1]], {"admin", "owner"}, day)
    while len(world.model.people) < script.people:
        world.let_in([chance.choice(agencies)], {"staff"}, day)
    for number, agency in enumerate(agencies[:3] + agencies[-1:]):
        world.set_chat(agency, f"-10{number}", day)


def _happenings(world: World, script: Script, chance: random.Random) -> dict[date, list[Callable[[date], None]]]:
    found: dict[date, list[Callable[[date], None]]] = {}

    def on(day: date, happening: Callable[[date], None]) -> None:
        found.setdefault(day, []).append(happening)

    for day, draft in script.loads:
        on(day, partial(world.load, draft))
    plan, replaced, back = script.replaced
    correction = Correction(world, plan, chance)
    on(replaced, correction.make)
    on(back, correction.take_back)
    for day, days in script.corrections.items():
        on(day, partial(world.correct, days))
    for day, forced in script.forced:
        on(day, partial(world.keep_in_force, forced, True))
    _stand_ins(world, script, on)
    length = (script.last - script.first).days
    owners = [person for person in world.model.with_role("owner") if person.leads is None]
    for person in chance.sample(owners, 6):
        off = script.first + chance.randrange(20, length - 40) * DAY
        on(off, partial(_switch, world, person, False))
        if chance.random() < 0.5:
            on(off + chance.randrange(2, 30) * DAY, partial(_switch, world, person, True))
    wishing = [person for person in owners if person.days or person.opens > 8]
    for count, person in enumerate(wishing):
        on(script.first + (60 + 9 * count) * DAY, partial(world.wish, person, None if count % 2 else [2], 8 + count))
    agencies = agencies_of(world.directory, script)
    for agency in [*chance.sample(agencies, 5), "UBND xã Rồng", "UBND phường Sen"]:
        on(script.first + chance.randrange(20, length - 20) * DAY, partial(_join, world, agency))
    return found


def _stand_ins(world: World, script: Script, on: Callable[[date, Callable[[date], None]], None]) -> None:
    """Some are away, one in three with a substitute who is away too or comes back sooner; some duties are given."""
    chance = random.Random(12)
    length, model = (script.last - script.first).days, world.model
    answering = [*model.with_role("owner"), *model.with_role("leader")]
    for number, person in enumerate(chance.sample(answering, min(30, len(answering) // 2))):
        colleagues = [p for p in model.people.values() if p.id != person.id and {*p.agencies} & {*person.agencies}]
        if not colleagues:
            continue
        said = script.first + chance.randrange(5, length - 45) * DAY
        first = said + chance.randrange(0, 9) * DAY
        last = first + chance.randrange(1, 20) * DAY
        substitute = chance.choice(colleagues)
        on(said, partial(_leave, world, person, substitute, first, last))
        if number % 3 == 1:
            on(said, partial(_leave, world, substitute, person, first + DAY, last + DAY))
        if number % 3 == 2:
            on(first + chance.randrange(-1, 4) * DAY, partial(world.come_back, person))
    for day in sorted(chance.sample(range(10, length - 10), min(25, length // 8))):
        on(script.first + day * DAY, partial(_give, world, chance))


def _leave(world: World, person: Person, substitute: Person, first: date, last: date, day: date) -> None:
    model = world.model
    known = any(a.member == person.id and a.first <= last and first <= a.last for a in model.absences)
    if person.on and substitute.on and not known:
        world.leave(person, substitute, first, last, day)


def _give(world: World, chance: random.Random, day: date) -> None:
    """Three duties, each to a colleague of an agency that owes it; one that was given before perhaps to another."""
    model = world.model
    open_ = [item for item in model.items.values() if item.owed and 0 < (item.day - day).days < 60 and item.agency]
    given = [item for item in open_ if (item.plan, item.duty, item.agency) in model.given]
    for item in [*chance.sample(open_, min(3, len(open_))), *given[:1]]:
        own = [p for p in model.people.values() if p.on and item.agency in model._agencies(p)]
        key = item.plan, item.duty, item.agency
        others = [p for p in own if p.id != model.given.get(key, (0,))[0]]
        if others:
            world.give(item, chance.choice(others), day)


def _switch(world: World, person: Person, on: bool, day: date) -> None:
    world.switch(person, on, day)


def _join(world: World, agency: str, day: date) -> None:
    world.let_in([agency], {"owner"}, day)
    world.settle(at(day))


def _work(world: World, day: date, chance: random.Random) -> None:
    """Some of those who owe something soon, or late, answer."""
    near = [
        item
        for item in world.model.items.values()
        if item.owed and abs(item.day - day) < timedelta(days=25) and item.day >= item.known
    ]
    for item in near:
        luck = chance.random()
        if luck < 0.02:
            world.finish(item, day)
        elif luck < 0.05 and not item.received:
            owners = world.model.with_role("owner", item.agency)
            world.receive(item, day, owners[item.day.day % len(owners)] if owners else None)


@dataclass(frozen=True)
class Waiting:
    """Something asked that is to be decided: from which day on, and as which day or agency."""

    item: Item
    asker: Person
    on: date
    request: int = 0
    wanted: date | None = None
    to: str | None = None


class Answering:
    """On some days people report, say that a duty is not theirs or ask for time; days later others decide that."""

    def __init__(self, world: World, script: Script) -> None:
        self._world = world
        self._chance = chance = random.Random(7)
        length = (script.last - script.first).days
        days = sorted(chance.sample(range(10, length), min(50, length // 3)))
        self._days = {script.first + day * DAY for day in days}
        self._agencies = agencies_of(world.directory, script)
        self._counts_at_once = {script.loads[1][1].name} if len(script.loads) > 1 else {}
        self._reports: list[Waiting] = []
        self._transfers: list[Waiting] = []
        self._requests: list[Waiting] = []

    def answer(self, day: date) -> None:
        """What happens on a day: first what was asked before is decided."""
        self._reports = self._decided(self._reports, day, self._decide_report)
        open_ = [each for each in self._transfers if self._world.model.open_of(each.item)]
        later = [each for each in self._transfers if each not in open_]
        self._transfers = [*self._decided(open_, day, self._decide_transfer), *later]
        self._requests = self._decided(self._requests, day, self._decide_time)
        if day not in self._days:
            return
        model = self._world.model
        if day == max(self._days):
            self._switch_off_a_doer(day)
        for plan in model.plans.values():
            if not plan.confirmed_by and plan.name not in self._counts_at_once:
                self._world.set_confirming(plan.name, self._chance.choice([UNIT, *self._agencies[:2]]), day)
        near = [i for i in model.items.values() if i.owed and -20 < (i.day - day).days < 35 and model.is_asked(i)]
        # Half of the time what helpers are about to hear of.
        helped = [i for i in near if model.plans[i.plan].duties[i.duty].coordinating and (i.day - day).days > 15]
        for do in (self._report, self._report, self._deny, self._ask_for_time):
            item = self._chance.choice(helped if helped and self._chance.random() < 0.5 else near or [None])
            if item is not None and item.owed and (owners := model.with_role("owner", item.agency)):
                do(item, self._chance.choice(owners), day)

    def _switch_off_a_doer(self, day: date) -> None:
        """The first of those who have something to do that was given to them: owners hear of it."""
        model = self._world.model
        for (plan, duty, agency), (member, _) in model.given.items():
            own = [i for i in model.items.values() if (i.plan, i.duty, i.agency) == (plan, duty, agency) and i.owed]
            if own and model.people[member].on and model.hearing(agency, day):
                return self._world.switch(model.people[member], False, day)
        return None

    def _report(self, item: Item, by: Person, day: date) -> None:
        self._world.report(item, by, day)
        self._reports.append(Waiting(item, by, day + self._chance.randrange(1, 15) * DAY))

    def _deny(self, item: Item, by: Person, day: date) -> None:
        same = [each for each in self._transfers if _duty(each.item) == _duty(item)]
        if same or self._chance.random() < 0.5:
            return
        request = self._world.deny(item, by, day)
        helping = self._world.model.plans[item.plan].duties[item.duty].coordinating
        offices = [each for office in helping for each in self._world.model.open(office)] or self._agencies
        to = self._chance.choice([*offices[:2], *self._chance.sample(self._agencies, 2)])
        decided = to if to != item.agency and self._chance.random() < 0.7 else None
        self._transfers.append(Waiting(item, by, day + self._chance.randrange(5) * DAY, request, to=decided))

    def _ask_for_time(self, item: Item, by: Person, day: date) -> None:
        if any(each.item is item for each in self._requests) or "admin" in by.roles:
            return
        wanted = max(item.day, day) + self._chance.randrange(3, 30) * DAY
        try:
            request = self._world.ask_for_time(item, by, wanted, day)
        except ReminderError:
            return  # put off twice, or further than its plan goes
        granted = wanted if self._chance.random() < 0.7 else None
        self._requests.append(Waiting(item, by, day + self._chance.randrange(6) * DAY, request, wanted=granted))

    def _decided(self, waiting: list[Waiting], day: date, decide: Callable[[Waiting, date], None]) -> list[Waiting]:
        for each in waiting:
            if each.on <= day and self._world.model.is_asked(each.item):
                decide(each, day)
        return [each for each in waiting if each.on > day or not self._world.model.is_asked(each.item)]

    def _decide_report(self, report: Waiting, day: date) -> None:
        world, item = self._world, report.item
        if not item.waiting or item.agency not in world.model.owing(item):
            return
        unit = [*map(world.model.person, world.model.unit(world.model.plans[item.plan].confirmed_by, day))]
        by = self._chance.choice(unit or world.model.with_role("admin"))
        if self._chance.random() < 0.5:
            world.confirm(item, by, day)
        else:
            world.return_it(item, by, day)

    def _decide_transfer(self, asked: Waiting, day: date) -> None:
        self._world.decide_transfer(asked.item, asked.request, asked.asker, asked.to, day)

    def _decide_time(self, asked: Waiting, day: date) -> None:
        if not asked.item.owed or (asked.wanted is not None and asked.wanted <= max(day, asked.item.day)):
            return
        self._world.decide_time(asked.item, asked.request, asked.asker, asked.wanted, day)


def _duty(item: Item) -> tuple[str, str]:
    return item.plan, item.duty


class Correction:
    """A corrected paper: some rows are gone, some have other days, words or agencies, one is new, one elsewhere."""

    def __init__(self, world: World, plan: str, chance: random.Random) -> None:
        self._world = world
        self._plan = plan
        self._chance = chance
        self._gone: dict[str, Task] = {}
        self._moved: dict[str, tuple[date, date]] = {}
        self._given: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def make(self, day: date) -> None:
        """The corrected paper is switched on."""
        world, model = self._world, self._world.model
        tasks = world.tasks(self._plan)
        single = self._alike_to_no_other(tasks)
        soon = [(n, t) for n, t in single if t.deadline.dates and t.deadline.dates[0] > day + 3 * DAY and t.lead]
        soon.sort(key=lambda each: each[1].deadline.dates[0])
        reminded = [(n, t) for n, t in soon if any(item.heard for item in self._items(n))]
        removed = dict([*reminded[:1], *soon[-1:]])
        self._gone = removed
        left = [(n, t) for n, t in soon if n not in removed]
        self._moved = {
            name: (task.deadline.dates[0], task.deadline.dates[0] + (9 + 30 * number) * DAY)
            for number, (name, task) in enumerate(left[:2])
        }
        self._given = {name: (task.lead, ("Thanh tra tỉnh",)) for name, task in left[2:4]}
        reworded = {name for name, _ in single if name not in removed} - {*self._moved, *self._given}
        reworded = {*sorted(reworded, key=int)[:6]}
        new = []
        for name, task in tasks:
            if name in removed:
                continue
            if name in self._moved:
                was, to = self._moved[name]
                task = replace(task, deadline=_moved(task.deadline, was, to))
            if name in self._given:
                task = replace(task, lead=self._given[name][1])
            if name in reworded:
                task = replace(task, title=_reworded(task.title))
            new.append((name, task))
        added = replace(
            soon[0][1], title="Khảo sát mức độ hài lòng của doanh nghiệp khu vực ven biển", activity=None,
            lead=("Sở Công Thương", "UBND các xã, phường"), deadline=_single(day + 45 * DAY),
        )  # fmt: skip
        last = new.pop(next(at for at, (name, _) in enumerate(new) if name in {n for n, _ in single}))
        new += [("added", added), last]
        model.today = day
        for name in removed:
            model.remove(self._plan, name)
        for name, (was, to) in self._moved.items():
            model.move(self._plan, name, was, to, day)
        for name, (_, lead) in self._given.items():
            model.give(self._plan, name, lead, day)
        model.add(self._plan, duty_of("added", added), day)
        world.replace(self._plan, new, day)

    def take_back(self, day: date) -> None:
        """The paper before is live again."""
        world, model = self._world, self._world.model
        model.today = day
        tasks = dict(world.tasks(self._plan))
        model.remove(self._plan, "added")
        for name, task in self._gone.items():
            model.bring_back(self._plan, duty_of(name, task))
        for name, (was, to) in self._moved.items():
            model.move(self._plan, name, to, was, day)
        for name, (lead, _) in self._given.items():
            model.give(self._plan, name, lead, day)
        assert "added" in tasks
        world.roll_back(self._plan, day)

    def _items(self, name: str) -> list[Item]:
        return [i for i in self._world.model.items.values() if (i.plan, i.duty) == (self._plan, name)]

    @staticmethod
    def _alike_to_no_other(tasks: Sequence[tuple[str, Task]]) -> list[tuple[str, Task]]:
        words = [(task.title, task.activity) for _, task in tasks]
        return [each for each in tasks if words.count((each[1].title, each[1].activity)) == 1]


def _moved(deadline: Deadline, was: date, to: date) -> Deadline:
    return replace(deadline, dates=tuple(sorted({*deadline.dates} - {was} | {to})))


def _single(day: date) -> Deadline:
    from knowledge.deadlines import parse_deadline

    return parse_deadline(f"Trước ngày {day:%d/%m/%Y}", plan_year=day.year, issued=None)


def _reworded(title: str) -> str:
    """A typing error put right."""
    middle = len(title) // 2
    return title[:middle].replace("i", "y", 1) + title[middle:] if "i" in title[:middle] else title + "."
