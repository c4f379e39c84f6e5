"""Whether a table gives tasks: programmes of meetings, counts, targets, lists of people and of procedures do not."""

from __future__ import annotations

from enum import Enum

from ingest.candidates import Role
from ingest.tables.cells import CellKind
from ingest.tables.columns import Columns
from ingest.tables.grid import Grid
from ingest.tables.words import prior, words
from knowledge.text import fold

WIDEST = 24
"""Columns; a wider table holds figures, or is a drawing that was taken for a table."""
_TASKS, _UNSURE = 2.5, 1.5
"""Between them a table is only reported. Named columns of tasks and offices make more."""
_OPPOSED = {"people": 3.0, "procedures": 3.0, "money": 2.0, "schedule": 1.5, "targets": 1.0}
_AGENDA = 6.0
"""Weight of agenda items: with half of the rows they outweigh named columns of contents, offices and hours."""


class TableKind(Enum):
    """What is done with a table."""

    TASKS = "tasks"
    UNSURE = "unsure"
    OTHER = "other"


def kind_of(grid: Grid, columns: Columns) -> TableKind:
    """Whether the rows of `grid` are tasks."""
    title = columns.at(Role.TITLE)
    duty = columns.at(Role.LEAD) is not None or columns.at(Role.DEADLINE) is not None
    if title is None or not duty:
        return TableKind.OTHER
    score = _speaks_for(grid, columns) - _speaks_against(grid, columns, title)
    return TableKind.TASKS if score >= _TASKS else TableKind.UNSURE if score >= _UNSURE else TableKind.OTHER


def holds_figures(grid: Grid) -> bool:
    """Whether a table without tasks lists targets or figures (for the report)."""
    cells = [*grid.header.names, *grid.header.above, *(t for row in grid.rows[:3] for t in row.texts)]
    return any(words().no_tasks["targets"].search(fold(text)) for text in cells)


def _speaks_for(grid: Grid, columns: Columns) -> float:
    named = [role for role in (Role.TITLE, Role.LEAD, Role.DEADLINE) if _is_named(grid, columns, role)]
    seen = 2.0 * columns.share(Role.TITLE, CellKind.ACTION) + 0.5 * columns.share(Role.TITLE, CellKind.TEXT)
    seen += 1.5 * columns.share(Role.LEAD, CellKind.OFFICE) + 0.5 * columns.share(Role.LEAD, CellKind.PERSON)
    seen += 1.0 * columns.share(Role.DEADLINE, CellKind.DEADLINE)
    return seen + sum(1.5 if role is Role.TITLE else 1.0 for role in named)


def _speaks_against(grid: Grid, columns: Columns, title: int) -> float:
    names = [fold(name) for name in (*grid.header.names, *grid.header.above) if name]
    found = [what for what in _OPPOSED if any(words().no_tasks[what].search(name) for name in names)]
    if columns.at(Role.DEADLINE) is not None:
        found = [what for what in found if what != "money"]  # what a task costs may stand beside when it is due
    hours = columns.share(Role.DEADLINE, CellKind.CLOCK)
    items = [text for text in grid.column(title) if text.strip()]
    agenda = sum(1 for text in items if words().agenda.search(text)) / len(items) if items else 0.0
    counts = columns.share(Role.TITLE, CellKind.SERIAL, CellKind.AMOUNT)
    timed = hours > 0 or "schedule" in found
    return sum(_OPPOSED[what] for what in found) + 4 * counts + (_AGENDA * agenda if timed else 0.0)


def _is_named(grid: Grid, columns: Columns, role: Role) -> bool:
    at = columns.at(role)
    return at is not None and bool(grid.header.names) and prior(grid.header.names[at])[role] > 0
