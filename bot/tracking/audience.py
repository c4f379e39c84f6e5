"""Who hears of what: people by role and agency, as they are now, and who acts in their place.

Of what an agency owes its owners hear. Where the duty was given to a colleague, that one hears as an owner does, and
owners the last reminder before the day and what is late; where one of several owners has received it, the others hear
only what is late. On days on which somebody is away the substitute hears instead; where that one is away as well,
the agency's other owners and its leaders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.contract import Address, ChannelName
from bot.clock import HANOI
from bot.people.records import Role
from bot.tracking.deputies import Absence, Assignment, load_absences, load_assignments
from bot.tracking.offices import Offices
from bot.tracking.records import Occurrence, Recipient
from bot.tracking.rules import Rules
from bot.tracking.schedule import is_worth_a_digest, last_lead, spoken_leads
from knowledge.agencies import Directory
from knowledge.store.models import AgencyChatRow, MemberAgencyRow, MemberChannelRow, MemberRoleRow, MemberRow


@dataclass(frozen=True, slots=True)
class Person:
    """A member who is switched on.

    Attributes:
        agencies: own one first, then those that the person answers for as well.
        since: the day on which the person was let in; nothing is told of days before.
        reachable: has an account; whoever is only listed yet hears of nothing and owes nothing.
    """

    id: int
    name: str
    agencies: tuple[str, ...]
    roles: frozenset[Role]
    since: date
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Share:
    """Who hears of something owed, whoever stands in on the day.

    Attributes:
        leads: lead times at which; what is late is heard in any case.
        since: the first day of which something is said.
    """

    recipient: Recipient
    leads: tuple[int, ...]
    since: date


class Audience:
    """Recipients by agency.

    Args:
        chats: group chats of agencies, with the day on which each was set.
        registered: agencies of everybody ever let in: a commune whose only owner is switched off still owes its part.

    Attributes:
        unfit: assignments to people who are switched off or of another agency now: they count no more.
    """

    def __init__(
        self,
        people: Iterable[Person],
        chats: Iterable[tuple[str, Address, date]],
        directory: Directory,
        rules: Rules,
        today: date,
        registered: Iterable[str] = (),
        absences: Iterable[Absence] = (),
        assignments: Iterable[Assignment] = (),
    ) -> None:
        self.rules = rules
        self._day = today
        self._people = {person.id: person for person in people}
        chats = list(chats)
        named = {
            *registered,
            *(agency for agency, _, _ in chats),
            *(a for p in self._people.values() for a in p.agencies),
        }
        self.offices = Offices(directory, named, today)
        self._registered = sorted(named)
        self._owners: dict[str, list[Recipient]] = defaultdict(list)
        self._leaders: dict[str, list[Recipient]] = defaultdict(list)
        self._since: dict[Recipient, date] = {}
        for person in self._people.values():
            recipient = Recipient(person.id)
            self._since[recipient] = person.since
            for agency in self._today(person.agencies) if person.reachable else ():
                if Role.OWNER in person.roles:
                    self._owners[agency].append(recipient)
                if Role.LEADER in person.roles:
                    self._leaders[agency].append(recipient)
        for agency, address, since in chats:
            recipient = Recipient(None, address)
            self._since[recipient] = since
            for name in self._today([agency]):
                self._owners[name].append(recipient)
        self._absences: dict[int, list[Absence]] = defaultdict(list)
        for absence in absences:
            self._absences[absence.member].append(absence)
        self._shares: dict[object, list[Share]] = {}
        """By all that they depend on: few of many occurrences differ."""
        self._given: dict[tuple[int, str], Assignment] = {}
        self.unfit: list[Assignment] = []
        for given in assignments:
            own = self._people.get(given.member)
            agencies = {*self._today([given.agency])} & {*self._today(own.agencies if own else ())}
            if not agencies:
                self.unfit.append(given)
            for agency in agencies:
                self._given.setdefault((given.duty, agency), given)

    def owners(self, agency: str) -> Sequence[Recipient]:
        """Who owes what the agency owes, its group chats last; none when nobody is registered."""
        return self._owners.get(agency, ())

    def hearing(self, agency: str, on: date | None = None, duty: int | None = None) -> Sequence[Recipient]:
        """Who hears on a day, today where none is named, what is told to the agency's owners.

        Args:
            duty: it is about this one: who does it hears as well.
        """
        heard = [each for each in self.owners(agency) if not self.is_silent(each, agency)]
        given = self.assignment(duty, agency) if duty is not None else None
        if given is not None:
            heard.append(Recipient(given.member))
        return self._on_that_day(heard, agency, on)

    def leaders(self, agency: str, on: date | None = None) -> Sequence[Recipient]:
        """Who hears for the agency's leaders on a day, today where none is named."""
        return self._on_that_day(self._leaders.get(agency, ()), agency, on)

    def leading(self) -> Sequence[str]:
        """Agencies that have a leader."""
        return sorted(self._leaders)

    def followers(self, plan: int, on: date | None = None) -> Sequence[Recipient]:
        """Who follows a plan."""
        return self.of_unit(self.rules.following_unit(plan), on)

    def confirmers(self, plan: int) -> Sequence[Recipient]:
        """Who confirms what is reported of a plan; nobody where it counts at once."""
        unit = self.rules.confirming_unit(plan)
        return self.of_unit(unit) if unit else ()

    def of_unit(self, unit: str, on: date | None = None) -> Sequence[Recipient]:
        """Who hears for a following unit on a day, today where none is named: its owners and leaders, each once."""
        found = (
            each
            for name in self._today([unit])
            for each in self._on_that_day([*self.owners(name), *self._leaders.get(name, ())], name, on)
            if each.chat is None
        )
        return tuple(dict.fromkeys(found))

    def administrators(self, on: date | None = None) -> Sequence[Recipient]:
        """Administrators who are there on a day, today where none is named; all where none is."""
        administrators = (p for p in self._people.values() if Role.ADMIN in p.roles and p.reachable)
        every = [Recipient(person.id) for person in administrators]
        return [each for each in every if not self.is_away(each.member, on)] or every

    def in_place_of(self, recipient: Recipient, agency: str, on: date | None = None) -> Sequence[Recipient]:
        """Who hears on a day what this one would for the agency: nobody's reminders are lost."""
        absence = self._absence(recipient.member, on)
        if absence is None:
            return (recipient,)
        if absence.substitute in self._people and not self.is_away(absence.substitute, on):
            return (Recipient(absence.substitute),)
        others = (*self.owners(agency), *self._leaders.get(agency, ()))
        there = (each for each in others if each.member is not None and not self.is_away(each.member, on))
        return tuple(dict.fromkeys(there)) or (recipient,)

    def is_away(self, member: int | None, on: date | None = None) -> bool:
        """Whether a member is away on a day, today where none is named."""
        return self._absence(member, on) is not None

    def away(self) -> list[int]:
        """Who is away today."""
        return [member for member in self._absences if self.is_away(member)]

    def assignment(self, duty: int, agency: str) -> Assignment | None:
        """To whom the agency has given the duty, if that one can still do it."""
        return self._given.get((duty, agency))

    def doer_of(self, occurrence: Occurrence) -> int | None:
        """The member to whom the agency has given it."""
        given = self.assignment(occurrence.duty, occurrence.agency)
        return given.member if given else None

    def shares(self, occurrence: Occurrence, agency: str) -> list[Share]:
        """Who hears what the agency owes, and at which lead times; see the module."""
        leads, given = self.rules.leads(occurrence), self.assignment(occurrence.duty, agency)
        alike = agency, leads, occurrence.acknowledged_on is None, occurrence.acknowledged_by, given
        found = self._shares.get(alike)
        if found is None:
            found = self._shares[alike] = self._share(occurrence, agency, leads, given)
        return found

    def _share(
        self, occurrence: Occurrence, agency: str, leads: tuple[int, ...], given: Assignment | None
    ) -> list[Share]:
        spoken = spoken_leads(occurrence, leads)
        owners = [each for each in self.owners(agency) if not self.is_silent(each, agency)]
        if given is None:
            by = occurrence.acknowledged_by
            one_has_it = by is not None and Recipient(by) in owners
            return [
                Share(
                    each,
                    () if one_has_it and each.member not in (None, by) else self.leads(each, agency, spoken),
                    self.since(each),
                )
                for each in owners
            ]
        doer = Recipient(given.member)
        # The message that it was given is of that day.
        since = max(self.since(doer), given.on + timedelta(days=1))
        wanted = self.rules.member_leads(given.member)
        own = self.leads(doer, agency, spoken) if wanted else tuple(spoken)
        kept = [
            Share(each, last_lead(self.leads(each, agency, leads)), self.since(each))
            for each in owners
            if each != doer
        ]
        return [Share(doer, own, since), *kept]

    def since(self, recipient: Recipient) -> date:
        """The day from which a recipient hears of things."""
        return self._since.get(recipient, date.max)

    def name_of(self, member: int) -> str:
        """What a member is called; empty for one who is switched off."""
        person = self._people.get(member)
        return person.name if person else ""

    def person(self, member: int) -> Person | None:
        """A member; None for one who is switched off."""
        return self._people.get(member)

    def agencies_of(self, member: int) -> tuple[str, ...]:
        """The agencies that a member belongs to, and those of whom the member stands in for; by their names today."""
        own = self._people.get(member)
        people = [*([own] if own else []), *self._stands_in_for(member)]
        return self._today(agency for person in people for agency in person.agencies)

    def answers_for(self, member: int) -> frozenset[str]:
        """The agencies of which a member is an owner or a leader, or stands in for one; by their names today."""
        own = self._people.get(member)
        people = [*([own] if own else []), *self._stands_in_for(member)]
        answering = (person for person in people if person.roles & {Role.OWNER, Role.LEADER})
        return frozenset(self._today(agency for person in answering for agency in person.agencies))

    def is_of(self, member: int, agency: str) -> bool:
        """Whether a member is switched on and of an agency of today."""
        person = self._people.get(member)
        return person is not None and agency in self._today(person.agencies)

    def is_absence(self, number: int) -> bool:
        """Whether the days with that number are still noted."""
        return any(each.id == number for absences in self._absences.values() for each in absences)

    def colleagues(self, member: int, agency: str | None = None) -> list[Person]:
        """Others of the member's agencies, or of one of today, by name."""
        own = self._people.get(member)
        agencies = {agency} if agency is not None else {*self._today(own.agencies if own else ())}
        others = [p for p in self._people.values() if p.id != member and p.reachable]
        found = [p for p in others if agencies & {*self._today(p.agencies)}]
        return sorted(found, key=lambda person: (person.name, person.id))

    def described(self) -> object:
        """Everybody and what they are, for telling whether anything has changed."""
        people = [(p.id, p.agencies, sorted(p.roles), p.since, p.reachable) for p in self._people.values()]
        return (
            people,
            self._registered,
            [(each.key, day) for each, day in self._since.items() if each.chat is not None],
            sorted(self._absences.items()),
            sorted(self._given.items()),
        )

    def leads(self, recipient: Recipient, agency: str, leads: Sequence[int]) -> tuple[int, ...]:
        """Which of the lead times a recipient hears at; none for who wants none and has a substitute.

        Whoever has no substitute hears at all of them: a wish for none is then no longer met.
        """
        wanted = self.rules.member_leads(recipient.member) if recipient.member is not None else None
        if wanted is None:
            return tuple(leads)
        if not wanted:
            return () if self.has_substitute(recipient, agency) else tuple(leads)
        # Of a plan with other lead times the last one at least is told.
        return tuple(lead for lead in leads if lead in wanted) or tuple(leads[-1:])

    def is_silent(self, recipient: Recipient, agency: str) -> bool:
        """Whether the recipient wants none of the agency's reminders, and need not have them."""
        wanted = self.rules.member_leads(recipient.member) if recipient.member is not None else None
        return wanted is not None and not wanted and self.has_substitute(recipient, agency)

    def has_substitute(self, recipient: Recipient, agency: str) -> bool:
        """Whether another owner of the agency hears its reminders."""
        return any(
            other != recipient and other.member is not None and self.rules.member_leads(other.member) != frozenset()
            for other in self.owners(agency)
        )

    def hears(
        self, recipient: Recipient, occurrence: Occurrence, name: str, agency: str, on: date | None = None
    ) -> bool:
        """Whether this recipient is still one to hear this of the occurrence.

        Args:
            name: of the step (`schedule`).
            agency: on whose behalf: the leading one, or the coordinating one for "help".
            on: the day on which it was to go, today where none is named.
        """
        if name == "follow":
            return recipient in self.followers(occurrence.plan, on)
        if name == "leader":
            return recipient in self.leaders(agency, on)
        if name == "help":
            return recipient in self.hearing(agency, on)
        sort, _, lead = name.partition(":")
        if sort == "later":
            given = self.assignment(occurrence.duty, agency)
            doing = [Recipient(given.member)] if given else []
            every = [*self.owners(agency), *self._leaders.get(agency, ()), *doing]
            return recipient in self._on_that_day(every, agency, on)
        at = {"lead": int(lead or 0), "due": 0}.get(sort)
        told = [each.recipient for each in self.shares(occurrence, agency) if at is None or at in each.leads]
        return recipient in self._on_that_day(told, agency, on)

    def _absence(self, member: int | None, on: date | None) -> Absence | None:
        if member is None or member not in self._absences:
            return None
        return next((each for each in self._absences[member] if each.holds(on or self._day)), None)

    def _stands_in_for(self, member: int) -> list[Person]:
        """Who is away today and has this member for a substitute."""
        if self.is_away(member):
            return []
        absent = (self._absence(person, None) for person in self._absences)
        return [self._people[a.member] for a in absent if a and a.substitute == member and a.member in self._people]

    def _on_that_day(self, recipients: Iterable[Recipient], agency: str, on: date | None) -> tuple[Recipient, ...]:
        return tuple(dict.fromkeys(r for each in recipients for r in self.in_place_of(each, agency, on)))

    def _today(self, agencies: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for agency in agencies if agency for name in self.offices.today(agency)))


def unowned(occurrences: Iterable[Occurrence], audience: Audience, today: date) -> dict[str, int]:
    """Agencies with open duties near or late and nobody registered to hear of them, with how many."""
    counted: dict[str, int] = {}
    for each in occurrences:
        if is_worth_a_digest(each, today) and not audience.owners(each.agency):
            counted[each.agency] = counted.get(each.agency, 0) + 1
    return dict(sorted(counted.items()))


def load_audience(session: Session, directory: Directory, rules: Rules, today: date) -> Audience:
    """Everybody who is switched on, and the group chats of agencies.

    Args:
        today: also a day before somebody was let in, as `kehoach remind --as-of` may ask: they are there already.
    """
    roles: dict[int, set[Role]] = defaultdict(set)
    for role in session.scalars(select(MemberRoleRow)):
        roles[role.member_id].add(Role(role.role))
    further: dict[int, list[str]] = defaultdict(list)
    for row in session.scalars(select(MemberAgencyRow).order_by(MemberAgencyRow.agency)):
        further[row.member_id].append(row.agency)
    reachable = set(session.scalars(select(MemberChannelRow.member_id)))
    people = [
        Person(
            row.id,
            row.name,
            tuple(name for name in (row.agency, *further[row.id]) if name),
            frozenset(roles[row.id]),
            min(row.since.astimezone(HANOI).date(), today),
            row.id in reachable,
        )
        for row in session.scalars(select(MemberRow).where(MemberRow.active).order_by(MemberRow.id))
    ]
    chats = [
        (row.agency, Address(ChannelName(row.channel), row.chat), min(row.set_at.astimezone(HANOI).date(), today))
        for row in session.scalars(select(AgencyChatRow).order_by(AgencyChatRow.channel, AgencyChatRow.chat))
    ]
    registered = [*session.scalars(select(MemberRow.agency).where(MemberRow.agency != "")), *chain(*further.values())]
    return Audience(
        people, chats, directory, rules, today, registered, load_absences(session), load_assignments(session)
    )
