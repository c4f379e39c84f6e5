"""Who may answer for an occurrence: the one check of that, made inside the transaction that changes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.contract import Address
from bot.clock import Clock
from bot.people.records import Member, Role
from bot.people.rows import get_member
from bot.tracking.audience import Audience, Person, load_audience
from bot.tracking.records import NOT_OWED, Occurrence, Recipient, ReminderError
from bot.tracking.rows import find_occurrences
from bot.tracking.rules import load_rules
from knowledge.agencies import Directory
from knowledge.store.database import Store
from knowledge.store.models import DutyRow, OccurrenceRow

OPERATOR = Member(0, "quản trị viên", "", frozenset({Role.ADMIN}), active=True)
"""Who answers at the command line: an administrator without an account, to whom nothing is sent."""


@dataclass(frozen=True)
class Answering:
    """A member who answers, within one transaction.

    Attributes:
        agencies: those that the member answers for, by their names today.
        room: the group chat in which the answer is given; None in a chat of two.
    """

    session: Session
    audience: Audience
    member: Member
    agencies: frozenset[str]
    now: datetime
    room: Address | None = None

    def recipient_for(self, agency: str) -> Recipient:
        """Whose reminder is answered: the group chat's, where one of the agency is answered in, else the member's."""
        return Recipient(None, self.room) if self._is_room_of(agency) else Recipient(self.member.id)

    def may_answer(self, agency: str, duty: int) -> bool:
        """Whether the member does that duty for the agency, is its owner or leader, or an administrator.

        Who stands in for one of those may as well. In a group chat of the agency everybody of the agency may.
        """
        if not self.member.active:
            return False
        if self.member.is_admin:
            return True
        return self.answers_for(agency) or self._does(agency, duty) or self._is_room_of(agency, of_own=True)

    def answers_for(self, agency: str) -> bool:
        """Whether the member is an owner or a leader of the agency, or stands in for one."""
        return bool(self.audience.answers_for(self.member.id) & set(self.audience.offices.today(agency)))

    def may_give(self, agency: str) -> bool:
        """Whether the member may give the agency's duties to somebody, and there is somebody else to give them to."""
        if not (self.member.is_admin or self.answers_for(agency)):
            return False
        return any(self.audience.colleagues(self.member.id, name) for name in self.audience.offices.today(agency))

    def _does(self, agency: str, duty: int) -> bool:
        """Whether the duty was given to the member, or to somebody whom the member stands in for."""
        for name in self.audience.offices.today(agency):
            given = self.audience.assignment(duty, name)
            if given is not None:
                doing = {given.member, *(each.member for each in self._instead_of(given.member, name))}
                return self.member.id in doing
        return False

    def _instead_of(self, member: int, agency: str) -> Sequence[Recipient]:
        return self.audience.in_place_of(Recipient(member), agency)

    def concerned(self, agency: str, duty: int) -> list[Recipient]:
        """Who hears today what the owners of the agency or its heirs are told: who stands in, who does the duty."""
        agencies = self.audience.offices.today(agency)
        return [each for name in agencies for each in self.audience.hearing(name, duty=duty)]

    def may_confirm(self, plan: int) -> bool:
        """Whether the member is of the unit that confirms what is reported of the plan, or an administrator."""
        return self.member.active and (
            self.member.is_admin or Recipient(self.member.id) in self.audience.confirmers(plan)
        )

    def may_direct(self, occurrence: Occurrence) -> bool:
        """Whether the member leads the agency, follows the plan, or is an administrator."""
        if not self.member.active:
            return False
        if self.may_confirm(occurrence.plan) or Recipient(self.member.id) in self.audience.followers(occurrence.plan):
            return True
        return Role.LEADER in self.member.roles and bool(
            self.agencies & set(self.audience.offices.today(occurrence.agency))
        )

    def follows(self, duty: int) -> bool:
        """Whether the member is of the unit that follows the duty's plan."""
        plan = self.session.scalar(select(DutyRow.plan_id).where(DutyRow.id == duty))
        return plan is not None and Recipient(self.member.id) in self.audience.followers(plan)

    def _is_room_of(self, agency: str, *, of_own: bool = False) -> bool:
        room = Recipient(None, self.room) if self.room is not None else None
        if of_own and not self.agencies & set(self.audience.offices.today(agency)):
            return False
        return any(room in self.audience.owners(each) for each in self.audience.offices.today(agency))

    def rows(self, ids: Collection[int]) -> list[OccurrenceRow]:
        """Those of the occurrences that the member answers for; by number.

        Raises:
            ReminderError: none of them is there any more, or the member answers for none.
        """
        wanted = select(OccurrenceRow).where(OccurrenceRow.id.in_(set(ids))).order_by(OccurrenceRow.id)
        found = list(self.session.scalars(wanted))
        if not any(row.state not in NOT_OWED for row in found):
            raise ReminderError("Việc này không còn trong các kế hoạch đang dùng.")
        own = [row for row in found if row.state not in NOT_OWED and self.may_answer(row.agency, row.duty_id)]
        if not own:
            raise ReminderError(
                "Việc này chỉ đầu mối, lãnh đạo của cơ quan được giao hoặc quản trị viên trả lời được."
            )
        return own

    def occurrences_of(self, ids: Collection[int]) -> list[Occurrence]:
        """Those with these numbers that are there, whoever they are of."""
        return list(find_occurrences(self.session, ids).values())

    def occurrences(self, rows: Collection[OccurrenceRow]) -> list[Occurrence]:
        """The same with their duties."""
        self.session.flush()
        found = find_occurrences(self.session, [row.id for row in rows])
        return [found[row.id] for row in rows if row.id in found]

    def name_of(self, member: int | None) -> str:
        """What somebody is called in a sentence."""
        if member == self.member.id:
            return "anh/chị"
        if member is None:
            return "người đã xóa dữ liệu"
        if member == OPERATOR.id:
            return OPERATOR.name
        return self.audience.name_of(member) or "một người khác"


def answer_as(
    session: Session, directory: Directory, by: int, now: datetime, room: Address | None = None
) -> Answering:
    """The member with that number, or the operator, as one who answers.

    Args:
        room: the group chat in which that is done.

    Raises:
        UnknownMemberError: forgotten meanwhile.
    """
    audience = load_audience(session, directory, load_rules(session), now.date())
    member = OPERATOR if by == OPERATOR.id else get_member(session, by)
    return Answering(session, audience, member, frozenset(audience.agencies_of(by)), now, room)


class Answers:
    """What `Progress`, `Extensions` and the others share: calls of a member, each a transaction of its own.

    Args:
        room: the group chat in which answers are given; None in a chat of two.
    """

    def __init__(self, store: Store, clock: Clock, directory: Directory, room: Address | None = None) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._room = room

    def colleagues(self, member: int) -> list[Person]:
        """Everybody else of the member's agencies, by name."""
        with self._store.read() as session:
            return self._as(session, member, self._clock()).audience.colleagues(member)

    def _as(self, session: Session, by: int, now: datetime) -> Answering:
        return answer_as(session, self._directory, by, now, self._room)
