"""Who is signed in on the web page: one-time addresses, and the sessions of browsers that came by one.

Only hashes are kept. A code and a token are 32 random bytes, beyond guessing, so a plain hash is enough.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.people import rows
from bot.people.records import Actor, Change, Clock, CodeError, Member, SignInLink, SwitchedOffError
from knowledge.store.database import Store
from knowledge.store.models import PageMessageRow, SignInLinkRow, WebSessionRow

LINK_LASTS: Final = timedelta(minutes=10)
"""How long a one-time address can be used: it is opened at once, by who asked for it."""
IDLE_LASTS: Final = timedelta(hours=2)
"""Without a click, after which a session has ended: a long meeting, not a night."""
SESSION_LASTS: Final = timedelta(hours=12)
"""After which a session has ended in any case: one working day."""

_BYTES: Final = 32
_SEEN_EVERY: Final = timedelta(minutes=1)
"""How often it is written down that a session is still used: not with every click."""
_WRONG: Final = "Đường dẫn đăng nhập không đúng hoặc đã hết hạn; xin lấy đường dẫn mới."
_USED: Final = "Đường dẫn đăng nhập này đã được dùng rồi; xin lấy đường dẫn mới."


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser in which somebody is signed in.

    Attributes:
        notes: sentences for the next page that it opens.
    """

    member: Member
    notes: tuple[str, ...]


class Sessions:
    """Sign-in links and sessions. Each call is one short transaction; from the event loop, call them in a thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def make_link(self, member_id: int, by: Actor) -> SignInLink:
        """A new one-time address for a member; the only time that its code is to be seen.

        Raises:
            NotAllowedError: `by` is neither the member nor an administrator.
            UnknownMemberError: no such member.
            SwitchedOffError: the member is switched off.
        """
        now = self._clock()
        code = secrets.token_urlsafe(_BYTES)
        with self._store.write() as session:
            if by != member_id:
                rows.check_admin(session, by)
            member = rows.get_member(session, member_id)
            if not member.active:
                raise SwitchedOffError
            session.execute(delete(SignInLinkRow).where(SignInLinkRow.expires_at <= now))
            link = SignInLinkRow(
                code_hash=_hashed(code), member_id=member_id, expires_at=now + LINK_LASTS, used_at=None
            )
            session.add(link)
            rows.record(session, now, by, Change.LINK_MADE, member_id)
            return SignInLink(code, member, link.expires_at)

    def check_link(self, code: str) -> Member:
        """Whose address this is; it is not used up by that.

        Raises:
            CodeError: wrong, used or too old.
        """
        with self._store.read() as session:
            return self._member_of_link(session, code)

    def sign_in(self, code: str) -> str:
        """Uses an address up; gives the token of a new session, the only time that it is to be seen.

        Raises:
            CodeError: wrong, used or too old.
        """
        now = self._clock()
        token = secrets.token_urlsafe(_BYTES)
        with self._store.write() as session:
            member = self._member_of_link(session, code)
            used = session.execute(
                update(SignInLinkRow)
                .where(SignInLinkRow.code_hash == _hashed(code), SignInLinkRow.used_at.is_(None))
                .values(used_at=now)
                .returning(SignInLinkRow.code_hash)
                .execution_options(synchronize_session=False)
            ).scalar()
            if used is None:  # of two at once the second
                raise CodeError(_USED)
            _drop_ended(session, self._clock)
            session.add(WebSessionRow(token_hash=_hashed(token), member_id=member.id, since=now, seen_at=now))
            rows.record(session, now, member.id, Change.SIGNED_IN, member.id)
        return token

    def find(self, token: str) -> Member | None:
        """Whoever is signed in by that token; None once the session or the member's right to it has ended."""
        found = self.visit(token)
        return found.member if found else None

    def visit(self, token: str) -> Visit | None:
        """The same with what waits to be told there."""
        now, key = self._clock(), _hashed(token)
        with self._store.read() as session:
            found = session.get(WebSessionRow, key)
            if found is None or found.seen_at <= now - IDLE_LASTS or found.since <= now - SESSION_LASTS:
                return None
            member = rows.get_member(session, found.member_id)
            seen_at, notes = found.seen_at, tuple(found.notes or ())
        if not member.active:
            return None
        if seen_at <= now - _SEEN_EVERY:
            with self._store.write() as session:
                session.execute(update(WebSessionRow).where(WebSessionRow.token_hash == key).values(seen_at=now))
        return Visit(member, notes)

    def keep_notes(self, token: str, notes: Sequence[str]) -> None:
        """Sentences for the next page of that session, in place of those before."""
        with self._store.write() as session:
            session.execute(
                update(WebSessionRow).where(WebSessionRow.token_hash == _hashed(token)).values(notes=[*notes] or None)
            )

    def sign_out(self, token: str) -> None:
        """Ends the session, if there is one."""
        with self._store.write() as session:
            session.execute(delete(WebSessionRow).where(WebSessionRow.token_hash == _hashed(token)))

    def _member_of_link(self, session: Session, code: str) -> Member:
        link = session.get(SignInLinkRow, _hashed(code))
        if link is None or link.expires_at <= self._clock():
            raise CodeError(_WRONG)
        if link.used_at is not None:
            raise CodeError(_USED)
        return rows.get_member(session, link.member_id)


def _drop_ended(session: Session, clock: Clock) -> None:
    now = clock()
    ended = (WebSessionRow.seen_at <= now - IDLE_LASTS) | (WebSessionRow.since <= now - SESSION_LASTS)
    session.execute(delete(WebSessionRow).where(ended))
    signed_in = select(WebSessionRow.member_id)
    session.execute(delete(PageMessageRow).where(PageMessageRow.member_id.not_in(signed_in)))


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
