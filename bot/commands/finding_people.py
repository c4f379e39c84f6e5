"""Whom an operator means by a name or a number."""

from __future__ import annotations

from bot.people.members import Member, People
from bot.people.records import UnknownMemberError
from knowledge.text import fold

_NAMED = 5
"""Members of one name that the answer tells apart."""


def find_member(people: People, who: str, *, active_only: bool = False) -> Member:
    """The member meant by a number or a name, written in whatever accents.

    Raises:
        UnknownMemberError: nobody, or several.
    """
    if who.isdecimal():
        return people.get(int(who))
    listed = people.list(active_only=active_only)
    named = [each for each in listed if fold(each.name) == fold(who)]
    found = named or [each for each in listed if fold(who) in fold(each.name)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownMemberError(f"Không có người dùng nào tên “{who}” (xem: kehoach people).")
    told = "; ".join(f"{each.id}: {each.name}, {each.agency or 'chưa có cơ quan'}" for each in found[:_NAMED])
    more = f" và {len(found) - _NAMED} người nữa" if len(found) > _NAMED else ""
    raise UnknownMemberError(f"Có nhiều người tên “{who}”, xin ghi mã: {told}{more}.")
