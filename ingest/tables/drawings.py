"""Tables inside plain text: tab-separated, Markdown, and bars on lines of their own.

Converters write the same Word table in three ways:

    tabs        1<TAB>Rà soát ...<TAB>Sở Tư pháp
    Markdown    | 1 | Rà soát ... | Sở Tư pháp |        (with or without a |---| line)
    stacked     |                                        (each cell between two lines
                1                                         that hold a bar alone; a row
                |                                         of n cells has n + 1 bars)
                Rà soát ...
                |
    closed      TT                                       (a bar after each cell and none
                |                                         between rows, in `closed_cells`)
                Nhiệm vụ
                |

A gap inside a tab table is a page break, so each run of lines is a table of its own;
`ingest.tables.stitching` puts them together again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.documents import Block, Cell, Line, Row, Table
from ingest.layout.markup import plain
from ingest.tables.closed_cells import rows_of_closed_cells
from knowledge.text import squeeze

_LONGEST_CELL = 3000
_BAR_ALONE = re.compile(r"^\s*\|\s*$")
_FIRST_CELL = re.compile(r"^\s*\W*(?:S?TT|STT|Stt|Số TT|TT)\W*$")
_PAPER_KIND = re.compile(
    r"^\W*(?:KẾ HOẠCH|QUYẾT ĐỊNH|NGHỊ QUYẾT|CHỈ THỊ|CHƯƠNG TRÌNH|CÔNG ĐIỆN|THÔNG BÁO|HƯỚNG DẪN|ĐỀ ÁN|PHƯƠNG ÁN"
    r"|(?:PHỤ LỤC|PHỤ BIỂU|BIỂU SỐ)(?:\s+\w+)?)\W*$"
)
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
        for reader in (_closed_cells, _stacked, _tabs, _markdown):
            found = reader(blocks, i)
            if found is not None:
                tables, i = found
                out.extend(tables)
                break
        else:
            out.append(_without_end_bar(block))
            i += 1
    return out


def _without_end_bar(line: Line) -> Line:
    """A line of a heading block that kept the bar of its cell."""
    text = line.text.rstrip()
    return replace(line, text=text[:-1].rstrip()) if text.endswith(" |") and text.count("|") == 1 else line


def _lines(blocks: Sequence[Block], start: int) -> list[Line]:
    lines: list[Line] = []
    for block in blocks[start:]:
        if not isinstance(block, Line):
            break
        lines.append(block)
    return lines


def _cell(text: str) -> Cell:
    return Cell("\n".join(squeeze(line) for line in plain(text).split("\n")))


def _row(cells: Sequence[str], line: Line) -> Row:
    return Row(tuple(_cell(c) for c in cells), page=line.page, number=line.paragraph)


def _tabs(blocks: Sequence[Block], start: int) -> tuple[list[Table], int] | None:
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
    return [_table(rows)], end


def _markdown(blocks: Sequence[Block], start: int) -> tuple[list[Table], int] | None:
    first = blocks[start]
    if not isinstance(first, Line) or len(_UNESCAPED_BAR.findall(first.text)) < 2:
        return None
    if not first.text.lstrip().startswith("|") and not first.text.rstrip().endswith("|"):
        return None
    lines = _lines(blocks, start)
    rows: list[list[str]] = []
    at: list[Line] = []
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
            rows.append(cells)
            at.append(line)
        end += 1
    if not rows:
        return None
    return [_table([_row(cells, line) for cells, line in zip(rows, at, strict=True)])], start + end


def _bar_cells(text: str) -> list[str]:
    body = text[1:]
    closed = bool(re.search(r"(?<!\\)\|\s*$", body))
    cells = [c.replace("\\|", "|") for c in _UNESCAPED_BAR.split(body)]
    if closed and cells:
        cells = cells[:-1]
    return cells


def _stacked(blocks: Sequence[Block], start: int) -> tuple[list[Table], int] | None:
    first = blocks[start]
    if not isinstance(first, Line) or not _BAR_ALONE.match(first.text):
        return None
    lines = _lines(blocks, start)
    tokens: list[tuple[str | None, Line]] = []  # None is a bar
    end = 0
    gap = False
    while end < len(lines):
        line = lines[end]
        if _BAR_ALONE.match(line.text):
            if gap and tokens and tokens[-1][0] is None:  # bar, blank lines, bar: another table
                break
            tokens.append((None, line))
            gap = False
        elif len(tokens) > 1 and tokens[-1][0] is None and _FIRST_CELL.match(line.text):
            tokens.pop()  # a header begins a table, whatever it is glued to
            break
        elif len(tokens[-1][0] or "") > _LONGEST_CELL or _PAPER_KIND.match(line.text):
            if tokens[-1][0] is not None:  # running text up to some later bar is no cell
                tokens.pop()
            break
        elif line.text.strip():
            if gap and tokens and tokens[-1][0] is None and _closed(tokens):
                break
            if tokens[-1][0] is None:
                tokens.append((line.text.strip(), line))
            else:
                tokens[-1] = (f"{tokens[-1][0]}\n{line.text.strip()}", tokens[-1][1])
            gap = False
        else:
            gap = True
        end += 1
    while tokens and tokens[-1][0] is not None:  # text after the last bar is not in the table
        tokens.pop()
    last = tokens[-1][1]
    end = lines.index(last) + 1
    rows = _stacked_rows(tokens)
    if not rows:
        return None
    return [_table(rows)], start + end


def _closed_cells(blocks: Sequence[Block], start: int) -> tuple[list[Table], int] | None:
    first = blocks[start]
    if not isinstance(first, Line) or not _FIRST_CELL.match(first.text):
        return None
    found = rows_of_closed_cells([line.text for line in _lines(blocks, start)])
    if found is None:
        return None
    rows, used = found
    at = _lines(blocks, start)
    return [_table([_row(cells, at[place]) for cells, place in rows])], start + used


def _closed(tokens: list[tuple[str | None, Line]]) -> bool:
    """Whether a text after a gap can no longer be a cell: the table had a whole row before it."""
    return sum(1 for text, _ in tokens if text is None) >= 2


def _stacked_rows(tokens: list[tuple[str | None, Line]]) -> list[Row]:
    width: int | None = None
    rows: list[Row] = []
    i = 0
    while i < len(tokens) - 1:
        cells, after = _read_row(tokens, i, width)
        if not cells:
            break
        if width is None:
            width = len(cells)
        rows.append(_row(cells, tokens[i][1]))
        i = after
    return rows


def _read_row(tokens: list[tuple[str | None, Line]], start: int, width: int | None) -> tuple[list[str], int]:
    """Cells of the row whose opening bar is at `start`, and where the next row opens.

    With a known width the row is read by count when that leaves the next row opening
    at a bar; else (a merged row) it ends at the first two bars in a row.
    """
    if width is not None:
        cells, i = _take(tokens, start, width)
        if len(cells) == width and (i >= len(tokens) or tokens[i][0] is None):
            return cells, i
    cells = []
    i = start + 1
    while i < len(tokens):
        text, _ = tokens[i]
        if text is None:
            if cells and tokens[i - 1][0] is None:
                return cells, i
            cells.append("")
            i += 1
            continue
        cells.append(text)
        i += 2
    return cells, i


def _take(tokens: list[tuple[str | None, Line]], start: int, width: int) -> tuple[list[str], int]:
    cells: list[str] = []
    i = start + 1
    while i < len(tokens) and len(cells) < width:
        text, _ = tokens[i]
        if text is None:
            cells.append("")
            i += 1
        else:
            cells.append(text)
            i += 2
    return cells, i


def _table(rows: Sequence[Row]) -> Table:
    return Table(tuple(rows), page=rows[0].page if rows else None)
