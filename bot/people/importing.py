"""Members from a file: rows as read by `member_file`, checked whole, then applied whole.

A person is known by an account. A row that says what is known already changes nothing; one that
adds a role or an account to a known person of the same name and agency is taken; rows of one name
and account under several agencies are one person, who answers for all of them (the first is the
own one, unless another is known already); one that contradicts what is known is wrong, since a
file is often older than the database. Nothing is ever taken away by a file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.contract import ChannelName, Sender
from bot.people import rows
from bot.people.accounts import check_name, read_senders, write_sender
from bot.people.agencies import Placed
from bot.people.records import ImportRefusedError, Member, PeopleError, Role
from knowledge.store.models import MemberAgencyRow, MemberChannelRow, MemberRow
from knowledge.text import Folded, fold, squeeze

_SEPARATORS = str.maketrans(",;/+\n", "|||||")
_ROLE_NAMES: dict[str, Role] = {
    **{role.value: role for role in Role},
    **{fold(role.label): role for role in Role},
    "can bo hoi": Role.STAFF,
    "chuyen vien": Role.STAFF,
    "nhan vien": Role.STAFF,
    "dau moi co quan": Role.OWNER,
    "lanh dao co quan": Role.LEADER,
    "quan tri vien": Role.ADMIN,
}

Place = Callable[[str], Placed]


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of the file as written.

    Attributes:
        line: its number as a person counts it in the file.
    """

    line: int
    name: str
    agency: str
    role: str
    channels: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a file did.

    Attributes:
        added, extended, unchanged: rows that made a member, gave one a role or account, said nothing new.
        notes: Vietnamese sentences on what an administrator should look at.
    """

    added: int
    extended: int
    unchanged: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Person:
    """A row that is right in itself."""

    line: int
    name: str
    printed: str
    place: Placed
    roles: frozenset[Role]
    senders: tuple[Sender, ...]
    further: tuple[Placed, ...] = ()
    """Agencies of later rows of the same person."""

    @property
    def agencies(self) -> tuple[str, ...]:
        """All of them, that of the first row first."""
        return (self.place.name, *(place.name for place in self.further))


def apply(session: Session, given: Sequence[ImportRow], place: Place, now: datetime) -> ImportResult:
    """Adds what the rows say.

    Raises:
        ImportRefusedError: some rows are wrong; the caller's transaction must not be committed.
    """
    problems: list[tuple[int, str]] = []
    listed = [person for row in given if (person := _read(row, place, problems)) is not None]
    people = _gathered(listed)
    problems += _repeated_accounts(people)
    known = _Known(session)
    problems += [(p.line, problem) for p in people if (problem := known.contradiction(p))]
    if problems:
        raise ImportRefusedError([f"Dòng {line}: {problem}." for line, problem in sorted(set(problems))])
    notes = (*_agencies_to_look_at(listed), *known.namesakes(people))
    counts: dict[str, int] = defaultdict(int)
    for person in people:
        counts[_apply_one(session, person, known, now)] += 1
    return ImportResult(counts["added"], counts["extended"], counts["unchanged"], notes)


def _read(row: ImportRow, place: Place, problems: list[tuple[int, str]]) -> _Person | None:
    """The row's person; None, and every wrong cell in one line of `problems`, when some are wrong."""
    wrong: list[str] = []
    name = _read_cell(row.name, "họ tên", wrong)
    agency = _read_cell(row.agency, "tên cơ quan", wrong)
    roles = _read_roles(row.role, wrong)
    senders = _read_accounts(row.channels, wrong)
    if wrong:
        problems.append((row.line, "; ".join(wrong)))
        return None
    return _Person(row.line, name, agency, place(agency), roles, senders)


def _read_cell(text: str, what: str, wrong: list[str]) -> str:
    if not text.strip():
        wrong.append(f"thiếu {what}")
        return ""
    try:
        return check_name(text, what)
    except PeopleError:
        wrong.append(f"{what} “{_short(text)}” không hợp lệ")
        return ""


def _read_roles(text: str, wrong: list[str]) -> frozenset[Role]:
    """Roles by their English or Vietnamese names, several apart by a sign, English ones by a space too."""
    roles: set[Role] = set()
    for piece in filter(None, map(fold, text.translate(_SEPARATORS).split("|"))):
        words = [piece] if piece in _ROLE_NAMES else piece.split()
        for word in words:
            if word in _ROLE_NAMES:
                roles.add(_ROLE_NAMES[word])
            else:
                wrong.append(f"không có vai trò “{_short(text)}” (các vai trò: {', '.join(Role)})")
                return frozenset()
    if not roles:
        wrong.append("thiếu vai trò")
    return frozenset(roles)


def _read_accounts(text: str, wrong: list[str]) -> tuple[Sender, ...]:
    try:
        senders = read_senders(text)
    except PeopleError as error:
        wrong.append(error.sentence)
        return ()
    if not senders:
        wrong.append("thiếu kênh (người chưa biết mã thì dùng kehoach people invite)")
    return senders


def _short(text: str) -> str:
    """A cell as an error shows it: one line of it."""
    line = squeeze(text)
    return line if len(line) <= 40 else f"{line[:40]}…"


def _apply_one(session: Session, person: _Person, known: _Known, now: datetime) -> str:
    member = known.owner(person)
    if member is None:
        number = rows.add_member(session, person.name, person.place.name, person.roles, person.senders, now)
        for agency in person.agencies[1:]:
            rows.add_further_agency(session, number, agency)
        return "added"
    fresh = [sender for sender in person.senders if sender not in known.owners]
    more = [agency for agency in person.agencies if agency not in known.agencies(member)]
    if not fresh and not more and person.roles <= member.roles:
        return "unchanged"
    for agency in more:
        rows.add_further_agency(session, member.id, agency)
    rows.add_roles(session, member.id, person.roles)
    for sender in fresh:
        rows.add_account(session, member.id, sender, now)
    return "extended"


class _Known:
    """Who is in the database."""

    def __init__(self, session: Session) -> None:
        members = {m.id: m for m in rows.load_members(session, session.scalars(select(MemberRow)))}
        self.owners = {
            Sender(ChannelName(row.channel), row.sender): members[row.member_id]
            for row in session.scalars(select(MemberChannelRow))
        }
        self._further: dict[int, set[str]] = defaultdict(set)
        for further in session.scalars(select(MemberAgencyRow)):
            self._further[further.member_id].add(further.agency)
        self._by_name: dict[tuple[Folded, str], list[Member]] = defaultdict(list)
        for member in members.values():
            self._by_name[_name_key(member.name, member.agency)].append(member)

    def agencies(self, member: Member) -> set[str]:
        """Every agency that the member answers for."""
        return {member.agency, *self._further[member.id]}

    def owner(self, person: _Person) -> Member | None:
        """The member whose account the row holds."""
        return next((self.owners[sender] for sender in person.senders if sender in self.owners), None)

    def contradiction(self, person: _Person) -> str | None:
        """What the database says otherwise of an account in the row."""
        taken = {sender: self.owners[sender] for sender in person.senders if sender in self.owners}
        for sender, member in taken.items():
            if fold(member.name) != fold(person.name) or not self.agencies(member) & set(person.agencies):
                of = f"{member.name} ({member.agency})" if member.agency else member.name
                return f"{write_sender(sender)} đã là của {of}"
            if not member.active:
                return f"{write_sender(sender)} là của {member.name}, đang bị khóa"
        if len({member.id for member in taken.values()}) > 1:
            return "các kênh đang thuộc về nhiều người dùng khác nhau"
        return None

    def namesakes(self, people: Sequence[_Person]) -> list[str]:
        """Rows whose name and agency another member or row has, under other accounts."""
        seen: dict[tuple[Folded, str], int] = {}
        notes = []
        for person in people:
            key = _name_key(person.name, person.place.name)
            who = f"Dòng {person.line}: {person.name} ({person.place.name})"
            if key in seen:
                notes.append(f"{who} trùng tên, cùng cơ quan với dòng {seen[key]}; nếu là một người, xin gộp lại.")
            elif self._by_name[key] and self.owner(person) is None:
                notes.append(f"{who} trùng tên, cùng cơ quan với một người dùng đã có.")
            seen.setdefault(key, person.line)
        return notes


def _gathered(people: Sequence[_Person]) -> list[_Person]:
    """Rows of one name with an account in common, each under another agency, drawn together into one person."""
    gathered: list[_Person] = []
    for person in people:
        place = next((n for n, each in enumerate(gathered) if _is_same(each, person)), None)
        if place is None:
            gathered.append(person)
            continue
        first = gathered[place]
        gathered[place] = replace(
            first,
            roles=first.roles | person.roles,
            senders=tuple(dict.fromkeys([*first.senders, *person.senders])),
            further=(*first.further, person.place),
        )
    return gathered


def _is_same(first: _Person, person: _Person) -> bool:
    shared = set(first.senders) & set(person.senders)
    return bool(shared) and fold(first.name) == fold(person.name) and person.place.name not in first.agencies


def _repeated_accounts(people: Sequence[_Person]) -> list[tuple[int, str]]:
    first: dict[Sender, int] = {}
    problems = []
    for person in people:
        for sender in person.senders:
            if first.setdefault(sender, person.line) != person.line:
                problems.append((person.line, f"{write_sender(sender)} đã có ở dòng {first[sender]}"))
    return problems


def _agencies_to_look_at(people: Sequence[_Person]) -> list[str]:
    """Names that stay as printed, and merged agencies, each told once."""
    notes: dict[str, str] = {}
    for person in people:
        if not person.place.known:
            notes.setdefault(person.printed, f"Cơ quan chưa có trong danh bạ, giữ như ghi: {person.printed}.")
        elif person.place.merged:
            notes.setdefault(person.place.merged, f"{person.place.merged} nay là {person.place.name}.")
    return list(notes.values())


def _name_key(name: str, agency: str) -> tuple[Folded, str]:
    return fold(name), agency
