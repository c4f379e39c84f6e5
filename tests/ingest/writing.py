"""Small papers of the made-up tỉnh Phú Giang, written as triple-quoted text, and their results as tuples.

A line "=== trang mới ===" is a page break of a format that knows pages; "¦" stands for a
tab, so that a table can be read in the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from textwrap import dedent

from ingest.context import Context
from ingest.documents import Block, Cell, Document, Line, Row, Table
from ingest.layout.artefacts import clean
from ingest.layout.markup import unmark_lines
from ingest.layout.outline import Node, Outline, read_outline
from ingest.layout.paragraphs import Paragraph, join_lines
from ingest.load import draft_of
from ingest.tables.drawings import find_tables
from knowledge.agencies import Directory, load_directory
from knowledge.records import PlanDraft, Task

NEW_PAGE = "=== trang mới ==="

TaskCells = tuple[str | None, str | None, str, str | None, str | None, str, str, str]
"""section, number, title, activity, product, lead, coordinating, deadline as printed."""

Duty = tuple[str | None, str, str, str, str]
"""number, title, lead, coordinating, deadline as printed."""


@cache
def directory() -> Directory:
    """The bundled directory; reading it is the slowest step of a small paper."""
    return load_directory()


def context(year: int | None = 2026, issued: date | None = date(2026, 1, 15)) -> Context:
    """What a paper of tỉnh Phú Giang for 2026 is read with."""
    return Context(directory(), year, issued)


def text_of(text: str) -> str:
    """A triple-quoted text without its indentation, its "¦" as tabs."""
    return re.sub(r" *¦ *", "\t", dedent(text).strip("\n"))


def lines(text: str) -> list[Block]:
    """The lines of a triple-quoted text as a reader of text files gives them."""
    page = 1 if NEW_PAGE in text else None
    out: list[Block] = []
    for number, line in enumerate(text_of(text).split("\n"), 1):
        if line.strip() == NEW_PAGE and page is not None:
            page += 1
        else:
            out.append(Line(line, page=page, paragraph=number))
    return out


def table(text: str, *, page: int | None = None) -> Table:
    """A table of a format with real cells: "¦" between cells, "^" merged with above, "<" merged with the left."""
    rows = [line.split("¦") for line in dedent(text).strip("\n").split("\n")]
    return Table(tuple(_row(cells, n, page) for n, cells in enumerate(rows, 1)), page=page)


def _row(cells: Sequence[str], number: int, page: int | None) -> Row:
    made = tuple(
        Cell("", merged_above=c.strip() == "^", merged_left=c.strip() == "<")
        if c.strip() in {"^", "<"}
        else Cell(c.strip().replace(" / ", "\n"))
        for c in cells
    )
    return Row(made, page=page, number=number)


def grids(blocks: Iterable[Block]) -> list[list[list[str]]]:
    """The texts of the tables among `blocks`."""
    return [grid(b) for b in blocks if isinstance(b, Table)]


def grid(found: Table) -> list[list[str]]:
    """The texts of a table's cells."""
    return [[c.text for c in row.cells] for row in found.rows]


def read(text: str, *, file: str = "ke-hoach.txt") -> PlanDraft:
    """The draft that a text paper makes."""
    return read_blocks(lines(text), file=file)


def read_blocks(blocks: Iterable[Block], *, file: str = "ke-hoach.txt") -> PlanDraft:
    """The draft that blocks make; the file name tells the format."""
    return draft_of(Document(file, file.rsplit(".", 1)[1], tuple(blocks)), "0" * 64, directory())


def outline_of(text: str) -> Outline:
    """The outline of a text paper."""
    return read_outline(join_lines(clean(unmark_lines(find_tables(lines(text)))).blocks))


def joined(text: str) -> list[str]:
    """The paragraphs of a text paper, tables left out."""
    return [p.text for p in join_lines(lines(text)) if isinstance(p, Paragraph)]


def tree(node: Node, depth: int = 0) -> list[str]:
    """An outline as indented lines: "kind mark | text", body paragraphs behind a dot."""
    out: list[str] = []
    for item in node.items:
        pad = "  " * depth
        if isinstance(item, Node):
            label = f"{item.label.kind} {item.label.mark}" if item.label else "heading"
            out.append(f"{pad}{label} | {item.text}")
            out.extend(tree(item, depth + 1))
        elif isinstance(item, Paragraph):
            out.append(f"{pad}. {item.text}")
        else:
            out.append(f"{pad}[table]")
    return out


def task_cells(tasks: Iterable[Task]) -> list[TaskCells]:
    """Tasks as rows of their printed cells."""
    return [
        (
            t.section,
            t.number,
            t.title,
            t.activity,
            t.product,
            "; ".join(t.lead),
            "; ".join(t.coordinating),
            t.deadline.phrase,
        )
        for t in tasks
    ]


def duties(draft: PlanDraft) -> list[Duty]:
    """The tasks of running text."""
    return [
        (t.number, t.title, "; ".join(t.lead), "; ".join(t.coordinating), t.deadline.phrase)
        for t in draft.tasks
        if t.source.row is None
    ]
