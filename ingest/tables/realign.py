"""Rows whose cells a converter lost or moved: laid under the columns by what they say.

Two kinds: a table whose rows are all torn (a Markdown table made from a web page breaks
rows over lines and drops empty cells), and single rows left short because the cells that
they share with the row above were dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.candidates import Role
from ingest.documents import Cell
from ingest.layout.labels import SECTION_LABEL, SECTION_NUMBER
from ingest.tables.cells import CellJudge, CellKind
from ingest.tables.columns import Columns
from ingest.tables.grid import Grid, GridRow
from ingest.tables.words import words
from knowledge.text import squeeze

_NUMBER = re.compile(r"^\d{1,3}[.)]?$")
_TORN_SHARE = 0.3
"""Share of rows with too few or too many cells from which on the drawing as a whole is not trusted."""
_LONG = 400
"""Characters of the longest deadlines."""
_NEEDED = (Role.TITLE, Role.LEAD, Role.DEADLINE)
_TASK, _OWED = {Role.TITLE, Role.ACTIVITY}, {Role.LEAD, Role.DEADLINE}
_SHARED = set(Role) - {Role.ACTIVITY, Role.OTHER}
"""What rows of one merged block have in common; an activity is each row's own."""


@dataclass(slots=True)
class Realigned:
    """Rows under their columns, those that fit nowhere, and whether the whole table was torn."""

    rows: list[GridRow] = field(default_factory=list)
    lost: list[GridRow] = field(default_factory=list)
    torn: bool = False


def realign(grid: Grid, columns: Columns, judge: CellJudge) -> Realigned:
    """The rows of `grid`, each cell under the column it belongs to.

    A row of a torn table is kept only when its title, agency and deadline all fit, so no agency
    can come to stand where a deadline belongs; a row left short takes from the row above what it lacks.
    """
    if any(c.merged_above or c.merged_left for row in grid.rows for c in row.cells):
        return Realigned(list(grid.rows))
    done = Realigned(torn=_is_torn(grid))
    whole = False
    parted = _parted(grid.rows, judge) if done.torn else [(row, 1) for row in grid.rows]
    # Where lines had to be joined, a cell that is missing may have gone anywhere.
    only_short = all(pieces == 1 for _, pieces in parted)
    for row, pieces in parted:
        if is_section(row) or (pieces == 1 and _stands_right(row, columns, judge, torn=done.torn)):
            done.rows.append(row)
            whole = whole or not is_section(row)
            continue
        laid = _lay(row, columns, judge, only_short=whole and only_short)
        (done.lost if laid is None and done.torn else done.rows).append(laid or row)
        whole = whole or laid is not None
    return done


def is_section(row: GridRow) -> bool:
    """Whether a row is a numbered heading and nothing else."""
    texts = row.texts
    if len(texts) == 2 and SECTION_NUMBER.match(texts[0]):
        return True
    return len(texts) == 1 and bool(SECTION_LABEL.match(texts[0]))


def _stands_right(row: GridRow, columns: Columns, judge: CellJudge, *, torn: bool) -> bool:
    """Whether the cells of a row are under their columns by counting: none of those that tell denies its column."""
    if row.after_break or len(row.texts) < 2 or (row.given >= len(columns.roles) and not torn):
        return True
    told = ((squeeze(c.text), role) for c, role in zip(row.cells, columns.roles, strict=False) if c.text.strip())
    return not any(_fit(text, role, judge) < 0 for text, role in told)


def _is_torn(grid: Grid) -> bool:
    full = [row for row in grid.rows if not is_section(row)]
    odd = sum(1 for row in full if row.given < grid.width or len(row.cells) > grid.width)
    return len(full) >= 3 and odd > len(full) * _TORN_SHARE


def _parted(rows: Sequence[GridRow], judge: CellJudge) -> list[tuple[GridRow, int]]:
    """Lines joined into rows, with how many each took: one begins at a number, or once the last has its deadline."""
    out: list[tuple[GridRow, int]] = []
    timed = True
    for row in rows:
        texts = row.texts
        if is_section(row):
            out.append((row, 1))
            timed = True
            continue
        goes_on = texts[0][0] in "-–+" or texts[0][0].islower()
        begins = not out or is_section(out[-1][0]) or bool(_NUMBER.match(texts[0])) or (timed and not goes_on)
        if begins:
            out.append((row, 1))
            timed = False
        else:
            last, pieces = out[-1]
            out[-1] = (replace(last, cells=(*last.cells, *row.cells), given=last.given + row.given), pieces + 1)
        # The first cell of a row is its title, whatever day that names.
        timed = timed or any(judge.is_deadline(t) for t in (texts[1:] if begins else texts))
    return out


def _lay(row: GridRow, columns: Columns, judge: CellJudge, *, only_short: bool) -> GridRow | None:
    """The best way to lay the texts, in order, under the columns; None where a needed one stays empty.

    Args:
        only_short: cells are missing only because they are merged with those of the row above.
    """
    texts, roles = row.texts, columns.roles
    takes = only_short and not _NUMBER.match(texts[0])
    places = _places(texts, roles, judge)
    if places is None:
        return None
    laid = {column: text for text, column in zip(texts, places, strict=True)}
    fits = {role for role in Role if (at := columns.at(role)) in laid and _fit(laid[at], role, judge) > 0}
    needed = {role for role in _NEEDED if columns.at(role) is not None}
    if not (needed <= fits or (only_short and fits & _TASK and fits & _OWED)):
        return None
    taken = frozenset(i for i, role in enumerate(roles) if takes and i not in laid and role in _SHARED)
    cells = tuple(Cell(laid.get(i, ""), merged_above=i in taken) for i in range(len(roles)))
    return replace(row, cells=cells, taken=taken)


def _places(texts: Sequence[str], roles: Sequence[Role], judge: CellJudge) -> list[int] | None:
    """The column of each text; None where there are more texts than columns."""
    columns, cells = len(roles), len(texts)
    if cells > columns:
        return None
    best = [[0.0] * (cells + 1) for _ in range(columns + 1)]
    best[0][1:] = [float("-inf")] * cells
    for i in range(1, columns + 1):
        for j in range(1, cells + 1):
            best[i][j] = max(best[i - 1][j], best[i - 1][j - 1] + _fit(texts[j - 1], roles[i - 1], judge))
    places: list[int] = []
    j = cells
    for i in range(columns, 0, -1):
        if j and best[i][j] > best[i - 1][j]:
            places.append(i - 1)
            j -= 1
    return places[::-1] if j == 0 else None


def _fit(text: str, role: Role, judge: CellJudge) -> float:
    """Positive where `text` may stand in a column of `role`, negative where it may not."""
    kind = judge.kind(text)
    if role is Role.TITLE and kind is CellKind.PAPER:
        kind = CellKind.TEXT  # "Nghị quyết về ..." is what is to be made
    # Of two texts that may be deadlines the shorter one is.
    length = len(text) / _LONG if role is Role.DEADLINE else 0.0
    return words().evidence[role].get(kind, 0.0) - length
