"""Rows of a table whose cells a converter lost or moved: put back by what they say.

A Markdown table made from a web page may break a row over lines, drop empty cells and
close rows at random. Counting cells then shifts an agency under "Tiến độ". So the cells
of such a table are taken as a stream: rows are parted where a deadline has been seen and
a new title begins, and cells are laid under the columns that they fit, in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ingest.documents import Cell, Row
from ingest.tables.columns import Header, Role
from knowledge.text import squeeze

_SECTION_NUMBER = re.compile(r"^(?:[IVX]+|[A-H])[.)]?$")
_BROKEN_SHARE = 0.3
_SECTION = re.compile(r"^(?:[IVX]+|[A-H])\s*[.)]\s*\S")
_OFFICE_MOST = 220
_DEADLINE_MOST = 400
_TITLE_LEAST = 30


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a text fits a column, asked of the domain."""

    is_deadline: Callable[[str], bool]
    is_agency: Callable[[str], bool]

    def score(self, text: str, role: Role) -> float:
        """Positive where `text` may stand in a column of `role`, negative where it may not."""
        if role is Role.NUMBER:
            return 1.0 if re.match(r"^\d{1,3}[.)]?$", text) else -9.0
        if role is Role.DEADLINE:
            if not self.is_deadline(text) or len(text) > _DEADLINE_MOST:
                return -3.0
            return 3.0 + (0.5 if re.search(r"\d", text) else 0.0) - len(text) / _DEADLINE_MOST
        if role in {Role.LEAD, Role.COORDINATING}:
            return 2.0 if len(text) <= _OFFICE_MOST and self.is_agency(text) else -2.0
        if role in {Role.TITLE, Role.ACTIVITY}:
            return 1.5 if len(text) >= _TITLE_LEAST and text[0].isupper() else -1.0
        return 0.0


def is_broken(rows: Sequence[Row], width: int) -> bool:
    """Whether too many rows have another number of cells than the header for counting to be trusted."""
    full = [r for r in rows if any(c.text.strip() for c in r.cells) and not _is_section(r)]
    if any(c.merged_above or c.merged_left for r in full for c in r.cells):
        return False
    odd = sum(1 for r in full if len(_trimmed(r)) > width or len(r.cells) < width)
    return len(full) >= 3 and odd > len(full) * _BROKEN_SHARE


def mend(rows: Sequence[Row], header: Header, fit: Fit) -> tuple[list[Row], list[Row]]:
    """Rows laid under the header's columns, and the rows that fit nowhere.

    A row is kept only when its title, agency and deadline all fit, so no agency can
    come to stand where a deadline belongs.
    """
    kept: list[Row] = []
    lost: list[Row] = []
    for row in _parted(rows, fit):
        if _is_section(row):
            kept.append(row)
            continue
        cells = _lay(_texts(row), header, fit)
        (lost if cells is None else kept).append(row if cells is None else replace(row, cells=cells))
    return kept, lost


def _is_section(row: Row) -> bool:
    texts = _texts(row)
    if len(texts) == 2 and _SECTION_NUMBER.match(texts[0]):
        return True
    return len(texts) == 1 and bool(_SECTION.match(texts[0]))


def _texts(row: Row) -> list[str]:
    return [squeeze(c.text) for c in row.cells if c.text.strip()]


def _trimmed(row: Row) -> list[Cell]:
    cells = list(row.cells)
    while cells and not cells[-1].text.strip():
        cells.pop()
    return cells


def _parted(rows: Sequence[Row], fit: Fit) -> list[Row]:
    """Lines joined into rows: a new one begins once the row before has its deadline."""
    out: list[Row] = []
    timed = True
    for row in rows:
        texts = _texts(row)
        if not texts:
            continue
        if _is_section(row):
            out.append(row)
            timed = True
            continue
        begins = not out or _is_section(out[-1]) or (timed and texts[0][0] not in "-–+" and not texts[0][0].islower())
        if begins:
            out.append(row)
            timed = False
        else:
            out[-1] = replace(out[-1], cells=(*out[-1].cells, *row.cells))
        # The first cell of a row is its title, whatever day that names.
        timed = timed or any(fit.score(t, Role.DEADLINE) > 0 for t in (texts[1:] if begins else texts))
    return out


def _lay(texts: Sequence[str], header: Header, fit: Fit) -> tuple[Cell, ...] | None:
    """The best way to lay `texts`, in order, under the columns; None where a needed one stays empty."""
    roles = header.roles
    columns, cells = len(roles), len(texts)
    if cells > columns:
        return None
    best: list[list[float]] = [[0.0] * (cells + 1) for _ in range(columns + 1)]
    for j in range(1, cells + 1):
        best[0][j] = float("-inf")
    for i in range(1, columns + 1):
        for j in range(cells + 1):
            put = best[i - 1][j - 1] + fit.score(texts[j - 1], roles[i - 1]) if j else float("-inf")
            best[i][j] = max(best[i - 1][j], put)
    laid = [Cell("")] * columns
    j = cells
    for i in range(columns, 0, -1):
        if j and best[i][j] > best[i - 1][j]:
            laid[i - 1] = Cell(texts[j - 1])
            j -= 1
    needed = {Role.TITLE, Role.LEAD, Role.DEADLINE} & set(roles)
    fits = all(laid[i].text and fit.score(laid[i].text, role) > 0 for i, role in enumerate(roles) if role in needed)
    return tuple(laid) if fits and j == 0 else None
