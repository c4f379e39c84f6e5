"""Which column of a table is what: header rows read by their words, in any order.

A table is a task table when it has a column of tasks and one of agencies or of
deadlines. Tables of targets and of numbers have neither, whatever else they have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.documents import Row
from knowledge.text import Folded, fold


class Role(StrEnum):
    """What the cells of a column hold."""

    NUMBER = "number"
    TITLE = "title"
    ACTIVITY = "activity"
    PRODUCT = "product"
    LEAD = "lead"
    COORDINATING = "coordinating"
    DEADLINE = "deadline"
    OTHER = "other"


_NUMBER = re.compile(r"^(?:s?tt|so tt|so thu tu|stt\W*|no\.?)$")
_COORDINATING = re.compile(r"phoi hop|tham gia")
_LEAD = re.compile(
    r"chu tri|(?:don vi|co quan|bo phan|ca nhan|to chuc|nguoi)[\w,/ ]* "
    r"(?:thuc hien|tham muu|phu trach|trinh|soan thao|dau moi)"
    r"|^(?:don vi|co quan)(?:, don vi| don vi)?$|trach nhiem|phan cong|dau moi|^thuc hien$"
)
_DEADLINE = re.compile(
    r"thoi (?:gian|han|diem)|^(?:ngay )?ket thuc\b|tien do|han hoan thanh|^han\b|ngay hoan thanh|lo trinh|"
    r"hoan thanh (?:truoc|trong)"
)
_START = re.compile(r"bat dau(?!.*(?:ket thuc|hoan thanh))")
_PRODUCT = re.compile(r"^ho so(?: trinh)?$|san pham|ket qua|dau ra|hinh thuc van ban")
_TITLE = re.compile(
    r"nhiem vu|noi dung|cong viec|ten (?:van ban|de an|chuong trinh|du an|nhiem vu)|giai phap|"
    r"dau viec|ten viec|^viec\b|hang muc"
)
_ACTIVITY = re.compile(r"hoat dong|cu the|chi tiet|bien phap")
_TARGET = re.compile(
    r"chi tieu|muc tieu|don vi tinh|\bdvt\b|ke hoach (?:nam )?\d{4}|so luong|dien tich|san luong|gia tri|kinh phi"
)
_TOTAL = re.compile(r"^(?:tong(?: cong| so)?|cong)\s*:?$")
_SCHEDULE = re.compile(r"dia diem|thanh phan|hoi truong|nguoi tham du|giang vien")
"""Columns of a timetable of meetings or classes."""
_SERIAL = re.compile(r"^\(?(\d{1,2})\)?\.?$")
_LONGEST_HEADER = 90


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table.

    Attributes:
        roles: role of each column, left to right.
        names: printed heading of each column.
        first: position of the first header row; rows above it are titles.
        rows: how many rows the header takes.
    """

    roles: tuple[Role, ...]
    names: tuple[str, ...]
    first: int
    rows: int

    @property
    def is_task_table(self) -> bool:
        """Whether its rows are tasks."""
        held = set(self.roles)
        if Role.LEAD not in held and any(_SCHEDULE.search(name) for name in self.folded):
            return False
        return Role.TITLE in held and bool(held & {Role.LEAD, Role.DEADLINE})

    def column(self, role: Role) -> int | None:
        """Position of the first column with `role`."""
        return self.roles.index(role) if role in self.roles else None

    @property
    def folded(self) -> tuple[Folded, ...]:
        """Names as they may be compared."""
        return tuple(fold(n) for n in self.names)


def find_header(rows: Sequence[Row]) -> Header | None:
    """The header among the first rows, of one row or of two put together; None where there is none."""
    best: Header | None = None
    for first in range(min(len(rows), 8)):
        for count in (1, 2):
            names = _names(rows, first, count)
            if names is None:
                continue
            header = Header(_roles(names), tuple(names), first, count)
            if _worth(header) >= 2 and (best is None or _worth(header) > _worth(best)):
                best = header
        if best is not None:
            return best
    return best


def repeats(row: Row, header: Header) -> bool:
    """Whether `row` is the header again, as printed at the top of a new page."""
    names = [fold(c.text) for c in row.cells]
    shared = sum(1 for a, b in zip(names, header.folded, strict=False) if a and (a == b or a in b))
    return shared >= 2 and shared >= sum(1 for n in names if n) - 1


def is_column_numbers(row: Row) -> bool:
    """Whether `row` only counts the columns: 1 2 3, (1) (2) (3)."""
    texts = [c.text.strip() for c in row.cells if c.text.strip()]
    found = [_SERIAL.match(t) for t in texts]
    numbers = [int(m[1]) for m in found if m]
    letters = sum(1 for t in texts if t in {"A", "B", "C"})
    return len(numbers) + letters == len(texts) >= 3 and numbers == sorted(numbers) and len(numbers) >= 2


def is_total(row: Row) -> bool:
    """Whether `row` only adds up the rows above it."""
    words = [fold(c.text) for c in row.cells if any(sign.isalpha() for sign in c.text)]
    return len(words) == 1 and bool(_TOTAL.match(words[0]))


def _names(rows: Sequence[Row], first: int, count: int) -> list[str] | None:
    if first + count > len(rows):
        return None
    taken = rows[first : first + count]
    if any(len(c.text) > _LONGEST_HEADER for row in taken for c in row.cells):
        return None
    if count == 2 and (is_column_numbers(taken[1]) or not _is_second(taken[0], taken[1])):
        return None
    width = max(len(r.cells) for r in taken)
    names = []
    above = ""
    for i in range(width):
        parts = []
        for depth, row in enumerate(taken):
            cell = row.cells[i] if i < len(row.cells) else None
            text = cell.text.strip() if cell else ""
            if depth == 0 and cell is not None:
                above = text if text or not cell.merged_left else above
                text = above if cell.merged_left else text
            parts.append(text)
        # A sub-heading says what the column is; the heading over several columns is only context.
        names.append(parts[-1] if count == 2 and parts[-1] else " ".join(p for p in parts if p))
    return names


def _is_second(upper: Row, lower: Row) -> bool:
    """Whether `lower` splits a heading of `upper`: blank where `upper` speaks for a whole column."""
    blank = sum(1 for c in lower.cells if not c.text.strip())
    serial = bool(lower.cells and re.match(r"^(?:\d+|[IVX]+|[A-Z])\.?$", lower.cells[0].text.strip()))
    return blank >= 1 and not serial and any(c.text.strip() for c in lower.cells) and len(upper.cells) >= 3


def _worth(header: Header) -> int:
    return len({r for r in header.roles if r is not Role.OTHER}) if header.is_task_table else 0


def _roles(names: Sequence[str]) -> tuple[Role, ...]:
    folded = [fold(n) for n in names]
    roles = [_role(n) for n in folded]
    titles = [i for i, r in enumerate(roles) if r is Role.TITLE]
    activities = [i for i, r in enumerate(roles) if r is Role.ACTIVITY]
    if not titles and activities:
        roles[activities[0]] = Role.TITLE
    elif len(titles) > 1 and not activities:
        roles[titles[1]] = Role.ACTIVITY
    for i in titles[1:] if activities else titles[2:]:
        roles[i] = Role.OTHER
    for i in activities[1:]:
        roles[i] = Role.OTHER
    return _keep_first(roles)


def _keep_first(roles: list[Role]) -> tuple[Role, ...]:
    seen: set[Role] = set()
    for i, role in enumerate(roles):
        if role in seen and role is not Role.OTHER:
            roles[i] = Role.OTHER
        seen.add(role)
    return tuple(roles)


def _role(name: Folded) -> Role:
    if not name:
        return Role.OTHER
    if _NUMBER.match(name):
        return Role.NUMBER
    for role, pattern in (
        (Role.DEADLINE, _DEADLINE),
        (Role.LEAD, _LEAD),
        (Role.COORDINATING, _COORDINATING),
        (Role.PRODUCT, _PRODUCT),
        (Role.ACTIVITY, _ACTIVITY),
        (Role.TITLE, _TITLE),
    ):
        if pattern.search(name):
            if role is Role.DEADLINE and _START.search(name):
                return Role.OTHER
            if role is Role.LEAD and _COORDINATING.search(name) and "chu tri" not in name:
                continue
            return role
    return Role.OTHER


def is_target_table(header: Header | None, rows: Sequence[Row]) -> bool:
    """Whether a table without tasks lists targets or numbers (for the report)."""
    if header is not None and header.is_task_table:
        return False
    return any(_TARGET.search(fold(c.text)) for row in rows[:3] for c in row.cells)
