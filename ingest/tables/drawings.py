"""Tables inside plain text: tab-separated, Markdown, and cells on lines of their own (`cell_lines`).

    tabs        1<TAB>Rà soát ...<TAB>Sở Tư pháp
    Markdown    | 1 | Rà soát ... | Sở Tư pháp |        (with or without a |---| line)

A gap inside a tab table is a page break, so each run of lines is a table of its own;
`ingest.tables.grid` puts them together again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.documents import Block, Cell, Line, Row, Table
from ingest.layout.markup import plain
from ingest.tables.cell_lines import WINDOW, begins_cell_lines, may_begin_cell_lines, read_cell_lines
from knowledge.text import squeeze

_RULER = re.compile(r"^\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?)?\s*\|?\s*$")
_UNESCAPED_BAR = re.compile(r"(?<!\\)\|")


def find_tables(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks with tables recognised among the lines."""
    out: list[Block] = []
    i = 0
    while i < len(blocks):
        block = blocks[i]
        if isinstance(block, Table):
            out.append(block)
            i += 1
            continue
        for reader in (_cell_lines, _tabs, _markdown):
            found = reader(blocks, i)
            if found is not None:
                table, i = found
                out.append(table)
                break
        else:
            out.append(_without_end_bar(block))
            i += 1
    return out


def _without_end_bar(line: Line) -> Line:
    """A line of a heading block that kept the bar of its cell."""
    text = line.text.rstrip()
    return replace(line, text=text[:-1].rstrip()) if text.endswith(" |") else line


def _lines(blocks: Sequence[Block], start: int) -> list[Line]:
    lines: list[Line] = []
    for at in range(start, len(blocks)):
        block = blocks[at]
        if not isinstance(block, Line):
            break
        lines.append(block)
    return lines


def _cell(text: str) -> Cell:
    return Cell("\n".join(squeeze(line) for line in plain(text).split("\n")))


def _row(cells: Sequence[str], line: Line) -> Row:
    return Row(tuple(_cell(c) for c in cells), page=line.page, number=line.paragraph)


def _tabs(blocks: Sequence[Block], start: int) -> tuple[Table, int] | None:
    first = blocks[start]
    if not isinstance(first, Line) or (first.text.count("\t") < 3 and "\t" not in first.text.strip("\t ")):
        return None
    rows: list[Row] = []
    end = start
    while end < len(blocks):
        line = blocks[end]
        if not isinstance(line, Line) or "\t" not in line.text:
            break
        rows.append(_row(line.text.split("\t"), line))
        end += 1
    width = max(len(r.cells) for r in rows)
    if width < 3 and len(rows) < 3:  # "Nơi nhận<TAB>TM. ỦY BAN": a lay-out, not a table
        return None
    return _table(rows), end


def _markdown(blocks: Sequence[Block], start: int) -> tuple[Table, int] | None:
    first = blocks[start]
    if not isinstance(first, Line) or "|" not in first.text or len(_UNESCAPED_BAR.findall(first.text)) < 2:
        return None
    lines = _lines(blocks, start)
    rows: list[Row] = []
    end = 0
    while end < len(lines):
        line = lines[end]
        text = line.text.strip()
        if not text.startswith("|"):
            # A cell that a converter broke over lines ends with the bar of its row.
            if not text.endswith("|"):
                break
            text = "| " + text
        cells = _bar_cells(text)
        if not _RULER.match(text) and any(c.strip() for c in cells):
            rows.append(_row(cells, line))
        end += 1
    if not rows:
        return None
    return _table(rows), start + end


def _bar_cells(text: str) -> list[str]:
    body = text[1:]
    closed = bool(re.search(r"(?<!\\)\|\s*$", body))
    cells = [c.replace("\\|", "|") for c in _UNESCAPED_BAR.split(body)]
    if closed and cells:
        cells = cells[:-1]
    return cells


def _cell_lines(blocks: Sequence[Block], start: int) -> tuple[Table, int] | None:
    first = blocks[start]
    if not isinstance(first, Line) or not may_begin_cell_lines(first):
        return None
    if not begins_cell_lines(_lines(blocks[start : start + WINDOW], 0)):
        return None
    found = read_cell_lines(_lines(blocks, start))
    if found is None:
        return None
    rows, used = found
    return _table([_row([cell.text for cell in row], row[0].line) for row in rows]), start + used


def _table(rows: Sequence[Row]) -> Table:
    return Table(tuple(rows), page=rows[0].page if rows else None)
