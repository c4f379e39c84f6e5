"""PDF files with a text layer: lines, and tables found by their ruling lines."""

from __future__ import annotations

import logging
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from ingest.documents import Block, Cell, Document, Line, Row, Table
from ingest.readers.blocks import finish
from ingest.readers.legacy import Legacy
from ingest.readers.pdf_text import Char, print_lines, read_chars
from knowledge.errors import PlanFileError

_MAX_PAGES = 3_000
_PICTURE_SHARE = 0.4
"""A page without text is a scan when pictures cover this much of it."""
_FEW_CHARS = 8
"""A scanner's stamp or page number does not make a scan a text page."""
_MAX_STROKES = 5_000
"""A page with more lines and boxes than this is a drawing; looking for tables in it takes minutes."""
_BROKEN = "Tệp PDF đã hỏng hoặc không đúng định dạng; xin xuất lại tệp PDF từ bản gốc."
_LOCKED = "Tệp PDF có mật khẩu; xin gỡ mật khẩu rồi nạp lại."
_SCANNED = (
    "Tệp PDF chỉ gồm trang quét ảnh, cần nhận dạng chữ (OCR); chức năng này chưa có, "
    "xin dùng bản PDF có chữ hoặc tệp Word."
)
Bounds = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def read_pdf(data: bytes, file: str) -> Document:
    """Read a PDF file.

    Raises:
        PlanFileError: damaged, locked, too long, or made of scanned pages only.
    """
    import pdfplumber
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    # It warns of every font and colour that it cannot draw; that says nothing about the text.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(BytesIO(data)) as pdf:
            reader = _Reader()
            for page in pdf.pages:
                reader.read_page(page)
                page.close()
    except PdfminerException as error:
        raise PlanFileError(_LOCKED if _is_password_error(error) else _BROKEN, repr(error)) from error
    except (PSException, MalformedPDFException, ValueError, TypeError, KeyError, IndexError, AttributeError,
            AssertionError, RecursionError, OverflowError, struct.error, zlib.error) as error:  # fmt: skip
        # pdfminer lets whatever its parsing trips on through.
        raise PlanFileError(_BROKEN, repr(error)) from error
    return reader.document(file)


def _is_password_error(error: BaseException) -> bool:
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    return any(isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) for cause in error.args)


class _Reader:
    """Collects the blocks of page after page."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._scanned: list[int] = []
        self._pages = 0
        self._paragraph = 0
        self._legacy: Legacy | None = None

    def document(self, file: str) -> Document:
        """What was read.

        Raises:
            PlanFileError: no page has text.
        """
        if not self._pages:
            raise PlanFileError(_BROKEN)
        if self._scanned and not self._blocks:
            raise PlanFileError(_SCANNED)
        notes: tuple[str, ...] = ()
        if self._scanned:
            pages = ", ".join(str(page) for page in self._scanned)
            notes = (f"Trang {pages} là ảnh quét, chưa đọc được (cần OCR).",)
        document = Document(file=file, format="pdf", blocks=tuple(self._blocks), notes=notes)
        return finish(document, self._legacy)

    def read_page(self, page: Any) -> None:
        """Add the lines and tables of a pdfplumber page in reading order."""
        self._pages += 1
        if self._pages > _MAX_PAGES:
            raise PlanFileError(f"Tệp PDF quá dài (trên {_MAX_PAGES} trang) nên không được đọc.")
        chars = read_chars(page.chars)
        if sum(not char.text.isspace() for char in chars) < _FEW_CHARS and _is_scan(page):
            self._scanned.append(self._pages)
            return
        grids = [_Grid(table) for table in _find_tables(page)]
        loose = [char for char in chars if not any(grid.take(char) for grid in grids)]
        placed: list[tuple[float, Block]] = [
            (grid.top, Table(tuple(self._rows(grid)), page=self._pages)) for grid in grids
        ]
        for printed in print_lines(loose):
            self._legacy = self._legacy or printed.legacy
            placed.append((printed.top, Line(printed.text, page=self._pages, bold=printed.bold)))
        placed.sort(key=lambda item: item[0])
        self._blocks += (self._counted(block) for _, block in placed)

    def _counted(self, block: Block) -> Block:
        if isinstance(block, Table):
            return block
        self._paragraph += 1
        return Line(block.text, page=block.page, paragraph=self._paragraph, bold=block.bold)

    def _rows(self, grid: _Grid) -> Iterator[Row]:
        for number, row in enumerate(grid.rows(), 1):
            cells = []
            for chars, above, left in row:
                lines = list(print_lines(chars))
                self._legacy = self._legacy or next((line.legacy for line in lines if line.legacy), None)
                text = "\n".join(line.text for line in lines)
                cells.append(Cell(text, merged_above=above, merged_left=left))
            yield Row(tuple(cells), page=self._pages, number=number)


def _is_scan(page: Any) -> bool:
    area = sum(float(image["width"]) * float(image["height"]) for image in page.images)
    return area > _PICTURE_SHARE * float(page.width) * float(page.height)


def _find_tables(page: Any) -> list[Any]:
    """Ruled tables with at least two columns; a frame round some lines is no table."""
    if not 0 < len(page.lines) + len(page.rects) + len(page.curves) < _MAX_STROKES:
        return []
    tables = page.find_tables()
    return [table for table in tables if len({cell[0] for cell in table.cells}) > 1]


class _Grid:
    """The cells of a ruled table and the characters that stand in each."""

    def __init__(self, table: Any) -> None:
        cells: list[Bounds] = list(table.cells)
        self._lefts = sorted({cell[0] for cell in cells})
        self._tops = sorted({cell[1] for cell in cells})
        self._bounds = (
            self._lefts[0],
            self._tops[0],
            max(cell[2] for cell in cells),
            max(cell[3] for cell in cells),
        )
        self._owner: dict[tuple[int, int], int] = {}
        self._starts: dict[int, tuple[int, int]] = {}
        self._chars: list[list[Char]] = [[] for _ in cells]
        for index, cell in enumerate(cells):
            self._cover(index, cell)

    @property
    def top(self) -> float:
        """Where the table begins, from the page's upper edge."""
        return self._bounds[1]

    def _cover(self, index: int, cell: Bounds) -> None:
        """Note which grid places the cell lies over: more than one when it is merged."""
        rows = [r for r, top in enumerate(self._tops) if cell[1] <= top < cell[3] - 0.5]
        columns = [c for c, left in enumerate(self._lefts) if cell[0] <= left < cell[2] - 0.5]
        self._starts[index] = (rows[0], columns[0])
        for row in rows:
            for column in columns:
                self._owner.setdefault((row, column), index)

    def take(self, char: Char) -> bool:
        """Keep `char` when it stands in the table."""
        x, y = char.middle
        left, top, right, bottom = self._bounds
        if not (left <= x <= right and top <= y <= bottom):
            return False
        place = bisect_right(self._tops, y) - 1, bisect_right(self._lefts, x) - 1
        owner = self._owner.get(place)
        if owner is None:
            return False
        self._chars[owner].append(char)
        return True

    def rows(self) -> Iterator[list[tuple[list[Char], bool, bool]]]:
        """For each row its cells: characters, covered from above, covered from the left."""
        for row in range(len(self._tops)):
            cells: list[tuple[list[Char], bool, bool]] = []
            for column in range(len(self._lefts)):
                owner = self._owner.get((row, column))
                if owner is None:
                    cells.append(([], False, False))
                    continue
                first_row, first_column = self._starts[owner]
                above, left = row > first_row, column > first_column
                cells.append(([] if above or left else self._chars[owner], above, left))
            yield cells
