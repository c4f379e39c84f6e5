"""Group chats that hear what an agency is reminded of: which chat, of which agency, and who may say so.

A chat hears of one agency; an agency may have several chats. Its own đầu mối and leaders decide, and
administrators for every agency. Calls block for a few milliseconds of disk, as those of `People` do.
"""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.contract import Address, ChannelName
from bot.people import rows
from bot.people.accounts import check_name
from bot.people.agencies import place_agency
from bot.people.records import Actor, Change, Clock, Member, NotOfAgencyError, Role
from knowledge.agencies import Directory, DirectorySource, directory_now, load_directory
from knowledge.store.database import Store
from knowledge.store.models import AgencyChatRow, MemberRow

_DECIDE = frozenset({Role.OWNER, Role.LEADER})


class GroupChats:
    """The chats of agencies."""

    def __init__(self, store: Store, clock: Clock, directory: DirectorySource | None = None) -> None:
        """Opens nothing; the bundled directory is read on first use when none is given."""
        self._store = store
        self._clock = clock
        self._given = directory

    def agency_of(self, chat: Address) -> str | None:
        """The agency that the chat hears of."""
        with self._store.read() as session:
            row = session.get(AgencyChatRow, (chat.channel.value, chat.chat))
            return row.agency if row is not None else None

    def chats_of(self, agency: str) -> list[Address]:
        """The chats that hear of the agency, the one that was set first first.

        Args:
            agency: the directory's name, or as printed.
        """
        wanted = (
            select(AgencyChatRow)
            .where(AgencyChatRow.agency == self.place(agency))
            .order_by(AgencyChatRow.set_at, AgencyChatRow.channel, AgencyChatRow.chat)
        )
        with self._store.read() as session:
            return [Address(ChannelName(row.channel), row.chat) for row in session.scalars(wanted)]

    def may_decide(self, member: Member, agency: str) -> bool:
        """Whether the member may say which chats hear of the agency."""
        own = bool(member.agency) and self.place(member.agency) == self.place(agency)
        return member.active and (member.is_admin or (own and bool(_DECIDE & member.roles)))

    def set_chat(self, chat: Address, agency: str, by: Actor) -> str:
        """Lets the chat hear of the agency, instead of another one where there was one; the agency's name.

        Raises:
            NotOfAgencyError: `by` may not decide for the agency, or for the one that the chat hears of now.
            PeopleError: no agency that could be one.
        """
        name, now = self.place(check_name(agency, "tên cơ quan")), self._clock()
        with self._store.write() as session:
            self._check(session, by, name)
            row = session.get(AgencyChatRow, (chat.channel.value, chat.chat))
            if row is None:
                row = AgencyChatRow(channel=chat.channel.value, chat=chat.chat, agency=name, set_by=by, set_at=now)
                session.add(row)
            elif row.agency == name:
                return name
            else:
                self._check(session, by, row.agency)
                row.agency, row.set_by, row.set_at = name, by, now
            rows.record(session, now, by, Change.CHAT_SET, None, _detail(chat, name))
        return name

    def unset(self, chat: Address, by: Actor) -> str | None:
        """Lets the chat hear of no agency any more; the agency it was, None where there was none.

        Raises:
            NotOfAgencyError: `by` may not decide for the agency.
        """
        with self._store.write() as session:
            row = session.get(AgencyChatRow, (chat.channel.value, chat.chat))
            if row is None:
                return None
            self._check(session, by, row.agency)
            session.delete(row)
            rows.record(session, self._clock(), by, Change.CHAT_UNSET, None, _detail(chat, row.agency))
            return row.agency

    def move(self, old_chat: str, new_chat: str, channel: ChannelName) -> None:
        """The platform has given a chat another name (a Telegram group that became a supergroup).

        What the new name hears of already stays.
        """
        with self._store.write() as session:
            row = session.get(AgencyChatRow, (channel.value, old_chat))
            if row is None:
                return
            if session.get(AgencyChatRow, (channel.value, new_chat)) is None:
                session.add(
                    AgencyChatRow(
                        channel=channel.value, chat=new_chat, agency=row.agency, set_by=row.set_by, set_at=row.set_at
                    )
                )
            session.delete(row)

    def place(self, agency: str) -> str:
        """The directory's name of the agency that exists today; as printed where it knows none."""
        return place_agency(self._directory, agency, self._clock().date()).name

    @property
    def _directory(self) -> Directory:
        return directory_now(self._given or self._bundled)

    @cached_property
    def _bundled(self) -> Directory:
        return load_directory()

    def _check(self, session: Session, by: Actor, agency: str) -> None:
        """Whoever acts may decide for the agency, whatever was checked before."""
        if by is None:
            return
        row = session.get(MemberRow, by)
        if row is None or not self.may_decide(rows.load_members(session, [row])[0], agency):
            raise NotOfAgencyError(agency)


def _detail(chat: Address, agency: str) -> str:
    return f"{chat.channel.value}; {agency}"
