"""Passages: one clause or one table row each, with the headings above it.

What search finds and an answer quotes. A long clause is split at sentence ends with
langchain's splitter; nothing ever crosses the border of a clause.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.context import Context
from ingest.documents import Table
from ingest.layout.labels import SECTION_LABEL, SECTION_NUMBER
from ingest.layout.outline import Node, Outline
from ingest.layout.paragraphs import Paragraph
from ingest.statements.headings import agency_over
from knowledge.records import Passage, Source, Task
from knowledge.text import squeeze

LONGEST = 1200
"""Characters; longer clauses are split. Two sentences of an administrative paper fit several times."""
_SHORT_ITEM = 70
_LIST_MOST = 700


def passages_of(
    outline: Outline, tasks: Sequence[Task], others: Sequence[tuple[Table, tuple[str, ...]]], context: Context
) -> list[Passage]:
    """Passages of a paper in reading order, then its table rows, then rows of other tables."""
    found = list(_head(outline))
    for node in outline.nodes():
        found.extend(_clause(node, context))
    found = _linked(found, tasks)
    linked = {p.task for p in found}
    found.extend(_task_row(i, task) for i, task in enumerate(tasks) if i not in linked)
    for table, path in others:
        found.extend(_table_rows(table, path))
    return [piece for passage in found for piece in _split(passage)]


def footnote_passages(notes: dict[int, str]) -> list[Passage]:
    """Footnotes as passages of their own."""
    return [Passage(text, Source(section_path=(f"Chú thích {n}",), quote=text)) for n, text in sorted(notes.items())]


def _head(outline: Outline) -> Iterator[Passage]:
    for paragraph in outline.head:
        if len(paragraph.text) >= 60 and not paragraph.text.isupper():
            yield _passage(paragraph.text, paragraph, (), None, None)


def _clause(node: Node, context: Context) -> Iterator[Passage]:
    if node.paragraph is None or (node.parent is not None and _is_short_list(node.parent, context)):
        return
    agency = agency_over(node, context)
    label = node.label.mark if node.label and node.label.kind not in {"dash", "plus"} else None
    if _is_short_list(node, context):
        text = " ".join([node.text, *(c.printed for c in node.children)])
        yield _passage(text, node.paragraph, node.path, label, agency)
    elif not node.is_heading or len(node.text) >= 80:
        yield _passage(node.text, node.paragraph, node.path, label, agency)
    inner = node.full_path if node.is_heading else node.path
    for paragraph in node.body:
        yield _passage(paragraph.text, paragraph, inner, label, agency)


def _is_short_list(node: Node, context: Context) -> bool:
    """A heading over short items says something only together with them; an agency's duties stand alone."""
    if not node.children or any(c.children or c.body for c in node.children):
        return False
    if node.is_heading and context.heading_agency(node.printed):
        return False
    lengths = [len(c.text) for c in node.children]
    return max(lengths) <= _LIST_MOST and sum(lengths) <= _SHORT_ITEM * len(lengths)


def _passage(
    text: str, paragraph: Paragraph, path: tuple[str, ...], label: str | None, agency: str | None
) -> Passage:
    return Passage(text, Source(section_path=path, clause=label, page=paragraph.page, quote=paragraph.text), agency)


def _linked(passages: Sequence[Passage], tasks: Sequence[Task]) -> list[Passage]:
    """Clauses that are themselves a task's whole words, marked as that task's passage."""
    whole = {(t.source.quote, t.source.section_path): i for i, t in enumerate(tasks) if t.source.row is None}
    return [replace(p, task=whole[key]) if (key := (p.text, p.source.section_path)) in whole else p for p in passages]


def _task_row(position: int, task: Task) -> Passage:
    cells = [task.title, task.activity, task.product, "; ".join(task.lead), "; ".join(task.coordinating)]
    text = ". ".join(c.rstrip(" .;") for c in [*cells, task.deadline.phrase] if c)
    return Passage(text, task.source, task=position)


def _table_rows(table: Table, path: tuple[str, ...]) -> Iterator[Passage]:
    """Rows of a table without tasks, each cell with its column's heading."""
    names = [squeeze(c.text) for c in table.rows[0].cells] if table.rows else []
    heading: tuple[str, ...] = ()
    for position, row in enumerate(table.rows[1:], 1):
        words = [squeeze(c.text) for c in row.cells if c.text.strip()]
        if len(words) <= 2 and any(SECTION_NUMBER.match(w) or SECTION_LABEL.match(w) for w in words):
            heading = (" ".join(words),)
            continue
        parts = []
        for i, cell in enumerate(row.cells):
            text = squeeze(cell.text)
            if text:
                name = names[i] if i < len(names) else ""
                parts.append(f"{name}: {text}" if name and i else text)
        quote = " | ".join(squeeze(c.text) for c in row.cells if c.text.strip())
        if len(parts) > 1:
            yield Passage(
                "; ".join(parts),
                Source((*path, *heading), row=position, page=row.page, sheet=table.sheet, quote=quote),
            )


def _split(passage: Passage) -> Iterator[Passage]:
    if len(passage.text) <= LONGEST or (passage.task is not None and passage.source.row is not None):
        yield passage
        return
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=LONGEST, chunk_overlap=0, separators=[". ", "; ", ", ", " "], keep_separator="end"
    )
    source = passage.source
    for piece in splitter.split_text(passage.text):
        yield Passage(
            piece,
            Source(source.section_path, source.row, source.clause, source.page, source.sheet, piece),
            passage.agency,
            passage.task,
        )
