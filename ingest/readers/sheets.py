"""Excel workbooks (.xlsx): what each visible sheet shows, as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from xml.etree.ElementTree import ParseError, fromstring

from ingest.documents import Cell, Document, Row, Table
from ingest.readers.blocks import finish
from ingest.readers.cell_values import from_serial, print_value
from ingest.readers.encodings import clean
from ingest.readers.legacy import Legacy, convert, font_encoding, is_unicode
from ingest.readers.ordinals import is_ordinal
from ingest.readers.remarks import DRAWN, STRUCK, STRUCK_ROW, Remarks
from ingest.readers.safety import EXCEL, broken, check_archive
from ingest.readers.sheet_blocks import PrintedRow, split_blocks
from ingest.readers.sheet_xml import TOO_LARGE, Place, Sheet, SheetCell, local
from ingest.readers.workbook import Book, read_book
from knowledge.errors import PlanFileError

_MAX_GRID = 2_000_000
"""Cells of a sheet's table, blank ones too: a few far away cells span a huge one."""
_MARGIN_SIGNS = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-Fa-f]{6}|.)')
"""Codes in a page header: places, fonts, fields."""
_BLANK = Cell("")


def read_sheets(data: bytes, file: str) -> Document:
    """Read an .xlsx file.

    Raises:
        PlanFileError: damaged, locked, unsafe, or not an Excel file.
    """
    parts = check_archive(data, EXCEL)
    try:
        book = read_book(parts)
        reader = _Reader(book)
        tables = tuple(table for sheet in book.sheets for table in reader.read(sheet))
        reader.note_drawings(parts)
    except (ParseError, LookupError, ValueError, RecursionError) as error:
        raise PlanFileError(broken(EXCEL), repr(error)) from error
    document = Document(
        file=file,
        format="xlsx",
        blocks=tables,
        notes=(*reader.notes, *reader.remarks.sentences()),
        margins=tuple(_margins(book)),
    )
    return finish(document, reader.legacy)


def _margins(book: Book) -> Iterator[str]:
    for sheet in book.sheets:
        for text in sheet.margins:
            for piece in re.split("&[LCR]", text):
                if words := clean(_MARGIN_SIGNS.sub("", piece)).strip():
                    yield words


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a cell shows: its text in force, what of it is crossed out, and whether it is bold."""

    text: str
    struck: str
    bold: bool


@dataclass(frozen=True, slots=True)
class _Grid:
    """The part of a sheet that has text, without what is hidden."""

    rows: Sequence[int]
    columns: Sequence[int]
    covered: dict[Place, Place]
    """Cells that a merge covers, and the one where its text stands."""


class _Reader:
    """Reads the sheets in order and collects what the load report should say."""

    def __init__(self, book: Book) -> None:
        self._print = partial(from_serial, from_1904=book.from_1904)
        self.notes: list[str] = []
        self.remarks = Remarks()
        self.legacy: Legacy | None = None

    def read(self, sheet: Sheet) -> Iterator[Table]:
        """The tables of a visible sheet; a block of rows under a header of its own is one."""
        if not sheet.visible:
            self.notes.append(f"Bỏ qua trang tính ẩn “{sheet.title}”.")
            return
        shown = {place: self._show(cell) for place, cell in sheet.cells.items()}
        shown = {place: cell for place, cell in shown.items() if cell.text or cell.struck}
        if shown:
            grid = self._lay_out(sheet, shown)
            for block in split_blocks(list(self._rows(sheet, grid, shown))):
                yield Table(tuple(row.row for row in block), sheet=clean(sheet.title), columns=tuple(grid.columns))
        self._note_uncomputed(sheet)

    def _lay_out(self, sheet: Sheet, shown: dict[Place, _Shown]) -> _Grid:
        """Rows and columns to be read; texts of merges are moved to the first cell of them that can be seen."""
        last_row, last = max(row for row, _ in shown), max(column for _, column in shown)
        hidden_columns = _hidden_columns(sheet, last)
        first = min(column for _, column in shown)
        columns = [column for column in range(first, last + 1) if column not in hidden_columns]
        covered = _cover(sheet, shown, hidden_columns, (last_row, last))
        used = {row for row, _ in shown} | {row for row, _ in covered}
        rows = sorted(used - sheet.hidden_rows)
        if len(columns) * len(rows) > _MAX_GRID:
            raise PlanFileError(TOO_LARGE)
        self._note_hidden(sheet, len(used & sheet.hidden_rows), len(hidden_columns))
        return _Grid(rows, columns, covered)

    def _rows(self, sheet: Sheet, grid: _Grid, shown: dict[Place, _Shown]) -> Iterator[PrintedRow]:
        gone: set[int] = set()
        for number in grid.rows:
            places = [(number, column) for column in grid.columns]
            here = [shown[place] for place in places if place in shown]
            if self._is_struck(sheet, number, here):
                gone.add(number)
                continue
            cells = tuple(_make_cell(place, grid, shown, gone) for place in places)
            bold = [cell.bold for cell in here if cell.text]
            yield PrintedRow(Row(cells, number=number), bold=bool(bold) and all(bold))

    def _is_struck(self, sheet: Sheet, number: int, cells: list[_Shown]) -> bool:
        """Is all of a row crossed out? What is crossed out is told here, by row or by cell."""
        struck = [cell.struck for cell in cells if cell.struck]
        if not struck:
            return False
        self.remarks.place = f"trang tính “{sheet.title}”, dòng {number}"
        if all(is_ordinal(cell.text) for cell in cells):
            self.remarks.quote(STRUCK_ROW, " | ".join(cell.struck or cell.text for cell in cells))
            return True
        for text in struck:
            self.remarks.quote(STRUCK, text)
        return False

    def _show(self, cell: SheetCell) -> _Shown:
        if not isinstance(cell.content, tuple):
            value = cell.content
            if isinstance(value, float):
                value = self._print(value, cell.number_format)  # type: ignore[assignment]
            text = print_value(value, cell.number_format)
            return _Shown("", text, cell.font.bold) if cell.font.struck else _Shown(text, "", cell.font.bold)
        texts: dict[bool, list[str]] = {True: [], False: []}
        for run in cell.content:
            font = run.font or cell.font
            texts[font.struck].append(self._convert(run.text, font.name or cell.font.name))
        return _Shown(_tidy("".join(texts[False])), _tidy("".join(texts[True])), cell.font.bold)

    def _convert(self, text: str, font: str | None) -> str:
        if text.isascii() or is_unicode(text):
            return text
        encoding, capitals = font_encoding(font)
        if encoding is None:
            return text
        self.legacy = encoding
        return convert(text, encoding, capitals)

    def _note_hidden(self, sheet: Sheet, rows: int, columns: int) -> None:
        if rows:
            self.notes.append(f"Bỏ qua {rows} dòng ẩn của trang tính “{sheet.title}”.")
        if columns:
            self.notes.append(f"Bỏ qua {columns} cột ẩn của trang tính “{sheet.title}”.")

    def _note_uncomputed(self, sheet: Sheet) -> None:
        """Name formulas that no program has computed yet: the file holds no value for them."""
        if empty := sheet.uncomputed:
            places = ", ".join(empty[:3]) + ("..." if len(empty) > 3 else "")
            self.notes.append(
                f"Trang tính “{sheet.title}” có {len(empty)} công thức chưa có giá trị ({places}); "
                "xin mở bằng Excel, lưu lại rồi nạp lại."
            )

    def note_drawings(self, parts: dict[str, bytes]) -> None:
        """Name text in text boxes and shapes, which lie over the cells."""
        for name in sorted(parts):
            if name.startswith("xl/drawings/") and name.endswith(".xml"):
                self.remarks.place = "khung vẽ trên trang tính"
                for element in fromstring(parts[name]).iter():  # noqa: S314 (entities were refused before)
                    if local(element.tag) == "txBody":
                        text = " ".join(t.text or "" for t in element.iter() if local(t.tag) == "t").strip()
                        if text:
                            self.remarks.quote(DRAWN, clean(text))


def _tidy(text: str) -> str:
    lines = clean(text).replace("\r\n", "\n").replace("\r", "").split("\n")
    return "\n".join(line.strip() for line in lines).strip()


def _make_cell(place: Place, grid: _Grid, shown: dict[Place, _Shown], gone: set[int]) -> Cell:
    if anchor := grid.covered.get(place):
        # A merge that began in a row that is gone has no text any more.
        above = anchor[0] < place[0] and anchor[0] not in gone
        return Cell("", merged_above=above, merged_left=anchor[1] < place[1])
    return Cell(shown[place].text) if place in shown and shown[place].text else _BLANK


def _hidden_columns(sheet: Sheet, last: int) -> set[int]:
    hidden: set[int] = set()
    done = 0
    for first, end in sorted(sheet.hidden_columns):
        # Ranges in order, so that each column is looked at once, however many ranges name it.
        hidden.update(range(max(first, done + 1), min(end, last) + 1))
        done = max(done, min(end, last))
    return hidden


def _cover(sheet: Sheet, shown: dict[Place, _Shown], hidden_columns: set[int], last: Place) -> dict[Place, Place]:
    """The cells that merges cover, as far as there is text on the sheet.

    Excel shows a merge's text in what is left of it, so where its first row or column is hidden
    the text moves.
    """
    covered: dict[Place, Place] = {}
    area = 0
    for (top, left), (bottom, right) in sheet.merges:
        bottom, right = min(bottom, last[0]), min(right, last[1])
        area += max(bottom - top + 1, 0) * max(right - left + 1, 0)
        if area > _MAX_GRID:
            raise PlanFileError(TOO_LARGE)
        if top > bottom or left > right:
            continue
        rows = [row for row in range(top, bottom + 1) if row not in sheet.hidden_rows]
        columns = [column for column in range(left, right + 1) if column not in hidden_columns]
        if not rows or not columns:
            continue
        first = (rows[0], columns[0])
        if first != (top, left) and (text := shown.pop((top, left), None)):
            shown[first] = text
        covered.update(((row, column), first) for row in rows for column in columns if (row, column) != first)
    return covered
