"""Members from a file: rows as read by `member_file`, weighed whole, then applied whole.

A person is known by an account; one who is only listed yet by name, agency and, where both have one, number. A row
that says what is known already changes nothing; one that adds a role, an account or a number to a known person of
the same name and agency is taken; rows of one name and account under several agencies are one person, who answers
for all of them (the first is the own one, unless another is known already); one that contradicts what is known is
wrong, since a file is often older than the database. Nothing is ever taken away by such a row. Without an account a
row makes somebody who is waited for.

A row of a list that was taken out (`member_sheet`) carries the person's number and a stamp of what was known then.
Where that still holds, what stands in the row is what is wanted: name, agency, roles and number are set to it.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.contract import ChannelName, Sender
from bot.people import rows
from bot.people.accounts import check_name, read_senders, write_sender
from bot.people.agencies import Placed
from bot.people.phones import read_phone, told_phone
from bot.people.records import Actor, Change, ImportRefusedError, Member, MovedError, PeopleError, Role
from knowledge.store.models import MemberAgencyRow, MemberChannelRow, MemberRow
from knowledge.text import Folded, fold, squeeze

KEY_BEGINS = "kehoach-nguoi:"
_KEY = re.compile(rf"{KEY_BEGINS}(\d{{1,9}}):([0-9a-f]{{12}})")
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
        key: what a list that was taken out knows the person by; empty for a new row.
        cells: of a sheet, by column where the cell is: "Danh sách!C5".
    """

    line: int
    name: str
    agency: str
    role: str
    channels: str
    phone: str = ""
    key: str = ""
    cells: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A person of the file, and what becomes of them, in words."""

    line: int
    name: str
    agency: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportDifference:
    """What a file would change.

    Attributes:
        added: people who are new; what is said of each are the roles and how they come in.
        changed: people of whom something becomes otherwise.
        unchanged: rows that say nothing new.
        wrong: a sentence for each wrong row, which names its place; while there are any nothing can be applied.
        notes: sentences on what an administrator should look at.
    """

    added: tuple[ImportLine, ...] = ()
    changed: tuple[ImportLine, ...] = ()
    unchanged: int = 0
    wrong: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything to apply."""
        return bool(self.added or self.changed) and not self.wrong


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a file did.

    Attributes:
        added, extended, unchanged: rows that made a member, changed one, said nothing new.
        notes: Vietnamese sentences on what an administrator should look at.
        waiting: of those added, who have no account yet.
    """

    added: int
    extended: int
    unchanged: int
    notes: tuple[str, ...] = ()
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Person:
    """A row that is right in itself."""

    row: ImportRow
    name: str
    printed: str
    place: Placed
    roles: frozenset[Role]
    senders: tuple[Sender, ...]
    phone: str
    further: tuple[Placed, ...] = ()
    """Agencies of later rows of the same person."""

    @property
    def line(self) -> int:
        """Of the file."""
        return self.row.line

    @property
    def agencies(self) -> tuple[str, ...]:
        """All of them, that of the first row first."""
        return (self.place.name, *(place.name for place in self.further))


@dataclass(frozen=True, slots=True)
class _Step:
    """What is done for one person.

    Attributes:
        member: whom it is done to; None for somebody new.
        name, agency, phone: to be set; None leaves what is.
        sets_roles: the roles are exactly those, else they come to what is held.
    """

    person: _Person
    member: Member | None
    senders: tuple[Sender, ...] = ()
    further: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    name: str | None = None
    agency: str | None = None
    phone: str | None = None
    sets_roles: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """What rows would change, and the steps that do it."""

    difference: ImportDifference
    steps: tuple[_Step, ...]


def weigh(session: Session, given: Sequence[ImportRow], place: Place) -> Weighed:
    """What the rows would change by now; nothing is changed."""
    problems: list[_Problem] = []
    listed = [person for row in given if (person := _read(row, place, problems)) is not None]
    people = _gathered(listed)
    known = _Known(session)
    problems += _repeated(people, known)
    wrong = {each.row.line for each in problems}
    problems += [_Problem(p.row, problem) for p in people if p.line not in wrong for problem in known.problems(p)]
    wrong = {each.row.line for each in problems}
    steps = [_step(person, known) for person in people if person.line not in wrong]
    problems += _without_administrator(steps, known)
    told = tuple(each.sentence for each in sorted(dict.fromkeys(problems), key=lambda each: each.row.line))
    done = [step for step in steps if step is not None]
    difference = ImportDifference(
        tuple(_told_new(step) for step in done if step.member is None),
        tuple(_told_change(step, step.member) for step in done if step.member is not None),
        sum(step is None for step in steps),
        told,
        (*_agencies_to_look_at(listed), *known.namesakes(people), *known.notes(people)),
    )
    return Weighed(difference, tuple(done))


def apply(
    session: Session,
    given: Sequence[ImportRow],
    place: Place,
    now: datetime,
    by: Actor = None,
    seen: ImportDifference | None = None,
) -> ImportResult:
    """Takes over what the rows say.

    Args:
        seen: what was shown that they would change.

    Raises:
        ImportRefusedError: some rows are wrong; the caller's transaction must not be committed.
        MovedError: they would change something else by now; the same.
    """
    weighed = weigh(session, given, place)
    found = weighed.difference
    if seen is not None and seen != found:
        raise MovedError("Danh sách người dùng vừa được người khác thay đổi; xin xem lại rồi áp dụng.")
    if found.wrong:
        raise ImportRefusedError(found.wrong)
    for step in weighed.steps:
        _do(session, step, now, by)
    for step in weighed.steps:  # when everybody has what is given: an administrator may hand over to another row
        if step.sets_roles and step.member is not None:
            rows.set_roles(session, step.member.id, step.roles)
    waiting = sum(step.member is None and not step.senders for step in weighed.steps)
    return ImportResult(len(found.added), len(found.changed), found.unchanged, found.notes, waiting)


def key_of(member: Member, accounts: Iterable[Sender]) -> str:
    """What a list that is taken out knows a person by, with a stamp of what it tells of them."""
    return f"{KEY_BEGINS}{member.id}:{_stamp(member, accounts)}"


def _stamp(member: Member, accounts: Iterable[Sender]) -> str:
    told = [
        *(member.name, member.agency, member.phone, str(member.active), *sorted(member.roles)),
        *sorted(write_sender(account) for account in accounts),
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong with a row; `cell` names the column where it is one cell's."""

    row: ImportRow
    what: str
    cell: str = ""

    @property
    def sentence(self) -> str:
        """With its place."""
        return f"{self.row.cells.get(self.cell) or _place(self.row)}: {self.what}."


def _place(row: ImportRow) -> str:
    """ "Danh sách, dòng 5", or "Dòng 5" of a text file."""
    sheet = next(iter(row.cells.values()), "").rpartition("!")[0]
    return f"{sheet}, dòng {row.line}" if sheet else f"Dòng {row.line}"


def _read(row: ImportRow, place: Place, problems: list[_Problem]) -> _Person | None:
    """The row's person; None, and what is wrong among `problems`, when some cells are wrong."""
    found: dict[str, list[str]] = {name: [] for name in ("name", "agency", "role", "channels", "phone", "key")}
    name = _read_cell(row.name, "họ tên", found["name"])
    # An administrator of the settings may have none, and stands so in a list that was taken out.
    agency = _read_cell(row.agency, "tên cơ quan", found["agency"]) if row.agency.strip() or not row.key else ""
    roles = _read_roles(row.role, found["role"])
    senders = _read_accounts(row.channels, found["channels"])
    phone = _read_number(row.phone, found["phone"])
    if row.key and not _KEY.fullmatch(row.key):
        found["key"].append("mã dòng đã bị sửa; người mới thì xóa ô này, người cũ thì xin xuất lại danh sách")
    if any(found.values()):
        if row.cells:
            problems += [_Problem(row, what, cell) for cell, wrong in found.items() for what in wrong]
        else:
            problems.append(_Problem(row, "; ".join(chain.from_iterable(found.values()))))
        return None
    return _Person(row, name, agency, place(agency) if agency else Placed("", True), roles, senders, phone)


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
        return read_senders(text)
    except PeopleError as error:
        wrong.append(error.sentence)
        return ()


def _read_number(text: str, wrong: list[str]) -> str:
    number = read_phone(text)
    if text.strip(" -–—./") and not number:
        wrong.append(f"số điện thoại “{_short(text)}” không hợp lệ")
    return number


def _short(text: str) -> str:
    """A cell as an error shows it: one line of it."""
    line = squeeze(text)
    return line if len(line) <= 40 else f"{line[:40]}…"


def _step(person: _Person, known: _Known) -> _Step | None:
    """What is to be done; None where the row says nothing new."""
    member = known.owner(person)
    if member is None:
        return _Step(person, None, person.senders, person.agencies[1:], person.roles)
    fresh = tuple(sender for sender in person.senders if sender not in known.owners)
    if person.row.key:
        moved = member.agency not in (person.printed, person.place.name)
        step = _Step(
            person,
            member,
            fresh,
            (),
            person.roles,
            person.name if person.name != member.name else None,
            person.place.name if moved else None,
            person.phone if person.phone != member.phone else None,
            sets_roles=person.roles != member.roles,
        )
        same = (step.name, step.agency, step.phone) == (None, None, None)
        return None if same and not fresh and not step.sets_roles else step
    more = tuple(agency for agency in person.agencies if agency not in known.agencies(member))
    phone = person.phone if person.phone and not member.phone else None
    if not fresh and not more and person.roles <= member.roles and phone is None:
        return None
    return _Step(person, member, fresh, more, person.roles, phone=phone)


def _do(session: Session, step: _Step, now: datetime, by: Actor) -> None:
    person, member = step.person, step.member
    if member is None:
        number = rows.add_member(
            session, person.name, person.place.name, person.roles, step.senders, now, person.phone
        )
        for agency in step.further:
            rows.add_further_agency(session, number, agency)
        return
    row = rows.get_row(session, member.id)
    row.name = step.name if step.name is not None else row.name
    row.agency = step.agency if step.agency is not None else row.agency
    row.phone = step.phone if step.phone is not None else row.phone
    for agency in step.further:
        rows.add_further_agency(session, member.id, agency)
    rows.add_roles(session, member.id, step.roles)
    for sender in step.senders:
        rows.add_account(session, member.id, sender, now)
    rows.record(session, now, by, Change.EDITED, member.id, f"{' '.join(sorted(step.roles))}; {row.agency}")


def _told_new(step: _Step) -> ImportLine:
    person = step.person
    how = " ".join(map(write_sender, step.senders)) or "đang chờ vào"
    further = (f"cũng trả lời cho {', '.join(step.further)}",) if step.further else ()
    return ImportLine(person.line, person.name, person.place.name, (_told_roles(person.roles), how, *further))


def _told_change(step: _Step, member: Member) -> ImportLine:
    what = []
    if step.name is not None:
        what.append(f"họ tên: {member.name} → {step.name}")
    if step.agency is not None:
        what.append(f"cơ quan: {member.agency or 'chưa có'} → {step.agency}")
    roles = step.roles if step.sets_roles else member.roles | step.roles
    if roles != member.roles:
        what.append(f"vai trò: {_told_roles(member.roles)} → {_told_roles(roles)}")
    if step.phone is not None:
        what.append(f"số điện thoại: {told_phone(member.phone) or 'chưa có'} → {told_phone(step.phone) or 'bỏ'}")
    if step.further:
        what.append(f"cũng trả lời cho {', '.join(step.further)}")
    if step.senders:
        what.append(f"thêm kênh {' '.join(map(write_sender, step.senders))}")
    return ImportLine(step.person.line, member.name, member.agency, tuple(what))


def _told_roles(roles: Iterable[Role]) -> str:
    return ", ".join(role.label for role in Role if role in set(roles))


class _Known:
    """Who is in the database."""

    def __init__(self, session: Session) -> None:
        self.members = {m.id: m for m in rows.load_members(session, session.scalars(select(MemberRow)))}
        self.accounts: dict[int, list[Sender]] = defaultdict(list)
        for row in session.scalars(select(MemberChannelRow)):
            self.accounts[row.member_id].append(Sender(ChannelName(row.channel), row.sender))
        self.owners = {sender: self.members[n] for n, senders in self.accounts.items() for sender in senders}
        self._further: dict[int, set[str]] = defaultdict(set)
        for further in session.scalars(select(MemberAgencyRow)):
            self._further[further.member_id].add(further.agency)
        self._by_name: dict[Folded, list[Member]] = defaultdict(list)
        for member in self.members.values():
            self._by_name[fold(member.name)].append(member)

    def agencies(self, member: Member) -> set[str]:
        """Every agency that the member answers for."""
        return {member.agency, *self._further[member.id]}

    def owner(self, person: _Person) -> Member | None:
        """The member whom the row means; None for somebody new."""
        if person.row.key:
            return self._keyed(person)
        owner = next((self.owners[sender] for sender in person.senders if sender in self.owners), None)
        if owner is not None:
            return owner
        found = self._called(person)
        return found[0] if len(found) == 1 else None

    def problems(self, person: _Person) -> list[str]:
        """What the database says otherwise of a row."""
        if person.row.key:
            return self._keyed_problems(person)
        taken = {sender: self.owners[sender] for sender in person.senders if sender in self.owners}
        for sender, member in taken.items():
            if fold(member.name) != fold(person.name) or not self.agencies(member) & set(person.agencies):
                return [f"{write_sender(sender)} đã là của {_called(member)}"]
            if not member.active:
                return [f"{write_sender(sender)} là của {member.name}, đang bị khóa"]
        if len({member.id for member in taken.values()}) > 1:
            return ["các kênh đang thuộc về nhiều người dùng khác nhau"]
        found = [] if taken else self._called(person)
        if len(found) > 1:
            return [f"có {len(found)} người cùng tên, cùng cơ quan; xin ghi thêm kênh hoặc số điện thoại"]
        return [f"{found[0].name} đang bị khóa"] if found and not found[0].active else []

    def namesakes(self, people: Sequence[_Person]) -> list[str]:
        """Rows whose name and agency another member or row has, under other accounts."""
        seen: dict[tuple[Folded, str], int] = {}
        notes = []
        for person in people:
            if person.row.key:
                continue
            key = fold(person.name), person.place.name
            who = f"{_place(person.row)}: {person.name} ({person.place.name})"
            if key in seen:
                notes.append(f"{who} trùng tên, cùng cơ quan với dòng {seen[key]}; nếu là một người, xin gộp lại.")
            elif self.owner(person) is None and any(
                member.agency == person.place.name for member in self._by_name[key[0]]
            ):
                notes.append(f"{who} trùng tên, cùng cơ quan với một người dùng đã có.")
            seen.setdefault(key, person.line)
        return notes

    def notes(self, people: Sequence[_Person]) -> list[str]:
        """What a row says and what is not taken of it; numbers by which nobody can come in."""
        notes = []
        numbers: dict[str, int] = defaultdict(int)
        for person in people:
            member = self.owner(person)
            numbers[person.phone] += member is None or not self.accounts[member.id]
            if member is None:
                continue
            if not person.row.key and person.phone and member.phone not in ("", person.phone):
                notes.append(f"{_place(person.row)}: {member.name} đã có số điện thoại khác; giữ số đã có.")
            lost = set(self.accounts[member.id]) - set(person.senders)
            if person.row.key and lost:
                told = " ".join(sorted(map(write_sender, lost)))
                notes.append(f"{_place(person.row)}: không gỡ {told} của {member.name}; gỡ kênh ở trang Người dùng.")
        for number, count in numbers.items():
            if number and count > 1:
                notes.append(
                    f"{count} người chung số {told_phone(number)}: không vào được bằng số này, chỉ bằng mã cá nhân."
                )
        return notes

    def _called(self, person: _Person) -> list[Member]:
        """Members of that name and agency; only those who have no account yet where the row brings one."""
        return [
            member
            for member in self._by_name[fold(person.name)]
            if self.agencies(member) & set(person.agencies)
            and not (person.phone and member.phone and member.phone != person.phone)
            and not (person.senders and self.accounts[member.id])
        ]

    def _keyed(self, person: _Person) -> Member | None:
        match = _KEY.fullmatch(person.row.key)
        return self.members.get(int(match[1])) if match else None

    def _keyed_problems(self, person: _Person) -> list[str]:
        member = self._keyed(person)
        if member is None:
            return ["người này không còn trong hệ thống; nếu là người mới thì xóa ô mã dòng"]
        if member.agency and not person.printed:
            return ["thiếu tên cơ quan"]
        for sender in person.senders:
            other = self.owners.get(sender)
            if other is not None and other.id != member.id:
                return [f"{write_sender(sender)} đã là của {_called(other)}"]
        stamp = person.row.key.rpartition(":")[2]
        if stamp != _stamp(member, self.accounts[member.id]) and _step(person, self) is not None:
            return [f"{member.name} đã được sửa sau khi xuất tệp; xin xuất lại danh sách rồi sửa tiếp"]
        return []


def _called(member: Member) -> str:
    return f"{member.name} ({member.agency})" if member.agency else member.name


def _gathered(people: Sequence[_Person]) -> list[_Person]:
    """Rows of one name with an account or number in common, each under another agency, drawn into one person."""
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
            phone=first.phone or person.phone,
            further=(*first.further, person.place),
        )
    return gathered


def _is_same(first: _Person, person: _Person) -> bool:
    if first.row.key or person.row.key:
        return False
    shared = set(first.senders) & set(person.senders) or (first.phone and first.phone == person.phone)
    return bool(shared) and fold(first.name) == fold(person.name) and person.place.name not in first.agencies


def _repeated(people: Sequence[_Person], known: _Known) -> list[_Problem]:
    """Accounts and people that are in the file twice."""
    first: dict[Sender, int] = {}
    meant: dict[int, int] = {}
    unsaid: dict[tuple[Folded, str, str], int] = {}
    problems = []
    for person in people:
        taken = [sender for sender in person.senders if first.setdefault(sender, person.line) != person.line]
        problems += [
            _Problem(person.row, f"{write_sender(sender)} đã có ở dòng {first[sender]}", "channels")
            for sender in taken
        ]
        if taken:
            continue
        member = known.owner(person)
        if member is not None:
            if meant.setdefault(member.id, person.line) != person.line:
                problems.append(_Problem(person.row, f"{member.name} đã có ở dòng {meant[member.id]}", "key"))
        elif not person.senders:
            key = fold(person.name), person.place.name, person.phone
            if unsaid.setdefault(key, person.line) != person.line:
                same = f"trùng tên, cùng cơ quan với dòng {unsaid[key]}; xin ghi thêm kênh hoặc số điện thoại"
                problems.append(_Problem(person.row, same))
    return problems


def _without_administrator(steps: Sequence[_Step | None], known: _Known) -> list[_Problem]:
    """The rows that together would leave nobody who can let people in."""
    roles = {member.id: member.roles for member in known.members.values() if member.active}
    taking = []
    for step in steps:
        if step is None or step.member is None or step.member.id not in roles:
            continue
        if step.sets_roles and Role.ADMIN in step.member.roles and Role.ADMIN not in step.roles:
            taking.append(step)
        roles[step.member.id] = step.roles if step.sets_roles else roles[step.member.id] | step.roles
    if not taking or any(Role.ADMIN in held for held in roles.values()):
        return []
    why = "đây là quản trị viên cuối cùng; xin giao quyền quản trị cho người khác trước"
    return [_Problem(step.person.row, why, "role") for step in taking]


def _agencies_to_look_at(people: Sequence[_Person]) -> list[str]:
    """Names that stay as printed, and merged agencies, each told once."""
    notes: dict[str, str] = {}
    for person in people:
        if not person.place.known and not person.row.key:
            notes.setdefault(person.printed, f"Cơ quan chưa có trong danh bạ, giữ như ghi: {person.printed}.")
        elif person.place.merged and not person.row.key:
            notes.setdefault(person.place.merged, f"{person.place.merged} nay là {person.place.name}.")
    return list(notes.values())


def told_difference(found: ImportDifference, most: int | None = None) -> list[str]:
    """The difference in sentences, what is wrong first.

    Args:
        most: sentences of a kind; how many more there are is said. All where none is given.
    """
    lines = []
    if found.wrong:
        lines += [f"{len(found.wrong)} chỗ sai, chưa nhập được dòng nào:", *_few(found.wrong, most)]
    if found.added:
        lines += [f"Thêm {len(found.added)} người:", *_few(map(_told_line, found.added), most)]
    if found.changed:
        lines += [f"Thay đổi {len(found.changed)} người:", *_few(map(_told_line, found.changed), most)]
    lines.append(f"Không đổi: {found.unchanged}.")
    if found.notes:
        lines += ["Xin xem lại:", *_few(found.notes, most)]
    return lines


def _told_line(line: ImportLine) -> str:
    agency = f" ({line.agency})" if line.agency else ""
    return f"{line.name}{agency}: {'; '.join(line.what)}"


def _few(sentences: Iterable[str], most: int | None) -> list[str]:
    told = [f"• {each}" for each in sentences]
    more = [] if most is None or len(told) <= most else [f"… và {len(told) - most} dòng nữa"]
    return [*told[:most], *more]
