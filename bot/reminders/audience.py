"""Who hears of what: people by role and agency, as they are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.contract import Address, ChannelName
from bot.clock import HANOI
from bot.people.records import Role
from bot.reminders.offices import Offices
from bot.reminders.records import Occurrence, Recipient
from bot.reminders.rules import Rules
from bot.reminders.schedule import is_worth_a_digest, spoken_leads
from knowledge.agencies import Directory
from knowledge.store.models import AgencyChatRow, MemberAgencyRow, MemberRoleRow, MemberRow


@dataclass(frozen=True, slots=True)
class Person:
    """A member who is switched on.

    Attributes:
        agencies: own one first, then those that the person answers for as well.
        since: the day on which the person was let in; nothing is told of days before.
    """

    id: int
    name: str
    agencies: tuple[str, ...]
    roles: frozenset[Role]
    since: date


class Audience:
    """Recipients by agency.

    Args:
        chats: group chats of agencies, with the day on which each was set.
        registered: agencies of everybody ever let in: a commune whose only owner is switched off still owes its part.
    """

    def __init__(
        self,
        people: Iterable[Person],
        chats: Iterable[tuple[str, Address, date]],
        directory: Directory,
        rules: Rules,
        today: date,
        registered: Iterable[str] = (),
    ) -> None:
        self.rules = rules
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
            for agency in self._today(person.agencies):
                if Role.OWNER in person.roles:
                    self._owners[agency].append(recipient)
                if Role.LEADER in person.roles:
                    self._leaders[agency].append(recipient)
        for agency, address, since in chats:
            recipient = Recipient(None, address)
            self._since[recipient] = since
            for name in self._today([agency]):
                self._owners[name].append(recipient)

    def owners(self, agency: str) -> Sequence[Recipient]:
        """Who owes what the agency owes, its group chats last; none when nobody is registered."""
        return self._owners.get(agency, ())

    def leaders(self, agency: str) -> Sequence[Recipient]:
        """The agency's leaders."""
        return self._leaders.get(agency, ())

    def leading(self) -> dict[str, Sequence[Recipient]]:
        """Leaders by agency."""
        return dict(self._leaders)

    def followers(self, plan: int) -> Sequence[Recipient]:
        """Who follows a plan."""
        return self.of_unit(self.rules.following_unit(plan))

    def confirmers(self, plan: int) -> Sequence[Recipient]:
        """Who confirms what is reported of a plan; nobody where it counts at once."""
        unit = self.rules.confirming_unit(plan)
        return self.of_unit(unit) if unit else ()

    def of_unit(self, unit: str) -> Sequence[Recipient]:
        """Who hears for a following unit: its owners and leaders, each once."""
        units = self._today([unit])
        found = (each for unit in units for each in (*self.owners(unit), *self.leaders(unit)) if each.chat is None)
        return tuple(dict.fromkeys(found))

    def administrators(self) -> Sequence[Recipient]:
        """Administrators."""
        return [Recipient(person.id) for person in self._people.values() if Role.ADMIN in person.roles]

    def since(self, recipient: Recipient) -> date:
        """The day from which a recipient hears of things."""
        return self._since.get(recipient, date.max)

    def name_of(self, member: int) -> str:
        """What a member is called; empty for one who is switched off."""
        person = self._people.get(member)
        return person.name if person else ""

    def agencies_of(self, member: int) -> tuple[str, ...]:
        """The agencies that a member answers for, by their names today."""
        person = self._people.get(member)
        return self._today(person.agencies) if person else ()

    def described(self) -> object:
        """Everybody and what they are, for telling whether anything has changed."""
        people = [(p.id, p.agencies, sorted(p.roles), p.since) for p in self._people.values()]
        return (
            people,
            self._registered,
            [(each.key, day) for each, day in self._since.items() if each.chat is not None],
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

    def hears(self, recipient: Recipient, occurrence: Occurrence, name: str, agency: str) -> bool:
        """Whether this recipient is still one to hear this of the occurrence.

        Args:
            name: of the step (`schedule`).
            agency: on whose behalf: the leading one, or the coordinating one for "help".
        """
        if name == "follow":
            return recipient in self.followers(occurrence.plan)
        if name == "leader":
            return recipient in self.leaders(agency)
        if name.startswith("later:"):
            return recipient in (*self.owners(agency), *self.leaders(agency))
        if recipient not in self.owners(agency) or self.is_silent(recipient, agency):
            return False
        _, _, lead = name.partition("lead:")
        leads = spoken_leads(occurrence, self.rules.leads(occurrence))
        return not lead or int(lead) in self.leads(recipient, agency, leads)

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
    people = [
        Person(
            row.id,
            row.name,
            tuple(name for name in (row.agency, *further[row.id]) if name),
            frozenset(roles[row.id]),
            min(row.since.astimezone(HANOI).date(), today),
        )
        for row in session.scalars(select(MemberRow).where(MemberRow.active).order_by(MemberRow.id))
    ]
    chats = [
        (row.agency, Address(ChannelName(row.channel), row.chat), min(row.set_at.astimezone(HANOI).date(), today))
        for row in session.scalars(select(AgencyChatRow).order_by(AgencyChatRow.channel, AgencyChatRow.chat))
    ]
    registered = [*session.scalars(select(MemberRow.agency).where(MemberRow.agency != "")), *chain(*further.values())]
    return Audience(people, chats, directory, rules, today, registered)
