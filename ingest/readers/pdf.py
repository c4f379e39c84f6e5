"""PDF files: the pages, each by its own kind, as lines and ruled tables in reading order.

A page with text is read from its characters (`pdf_page`, `pdf_text`, `pdf_rulings`). A page that is a
picture, or whose text layer is another program's failed reading of the picture, goes to `ocr`.
"""

from __future__ import annotations

import logging
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pdfminer.pdfpage import PDFPage

from ingest.documents import Block, Cell, Document, Line, Row, Table
from ingest.progress import Pages
from ingest.readers.blocks import finish
from ingest.readers.legacy import Legacy
from ingest.readers.ocr import OCR_MISSING, PageReading, ScanReader
from ingest.readers.pdf_kinds import needs_ocr
from ingest.readers.pdf_page import DrawnPage, PageDrawer
from ingest.readers.pdf_rulings import Grid, find_grids
from ingest.readers.pdf_streams import open_pdf
from ingest.readers.pdf_text import Char, confidence_of, print_lines, turned_upright
from knowledge.errors import PlanFileError

_ALSO_READ = 0.2
"""Text that runs another way than most of a page is read too when it is this share of it: a page half
of which is a turned table. Less is a stamp along the margin."""
_BROKEN = "Tệp PDF đã hỏng hoặc không đúng định dạng; xin xuất lại tệp PDF từ bản gốc."
_NOTHING_READ = "Tệp PDF chỉ gồm trang quét ảnh; nhận dạng chữ (OCR) không thấy chữ nào trong ảnh."
_LOCKED = "Tệp PDF có mật khẩu; xin gỡ mật khẩu rồi nạp lại."


def read_pdf(data: bytes, file: str) -> Document:
    """Read a PDF file.

    Raises:
        PlanFileError: damaged, locked, too long or crowded, or made of scanned pages that cannot be read here.
    """
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException

    # It warns of every font and colour that it cannot draw; that says nothing about the text.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        return _read_pages(data, file)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise PlanFileError(_LOCKED, repr(error)) from error
    except (PDFException, PSException, ValueError, TypeError, KeyError, IndexError, AttributeError,
            AssertionError, RecursionError, OverflowError, struct.error, zlib.error) as error:  # fmt: skip
        # pdfminer lets whatever its parsing trips on through.
        raise PlanFileError(_BROKEN, repr(error)) from error


def _read_pages(data: bytes, file: str) -> Document:
    drawer, reader = PageDrawer(), _Reader()
    opened = open_pdf(data)
    pages = Pages(len(opened))
    with ScanReader(data, pages) as scans:
        for number, page in enumerate(opened, 1):
            drawn = drawer.draw(page)
            if needs_ocr(drawn):
                reader.add_scan(number, drawn)
                scans.start(number, drawn)
                continue
            reader.add(number, drawn)
            for way, chars in drawn.chars.items():
                if way and len(chars) >= _ALSO_READ * sum(map(len, drawn.chars.values())):
                    reader.add(number, drawer.draw_turned(page, drawn.turned + way))
            pages.finished()
        reader.read_scans(scans)
    return reader.document(file)


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """One page as it is read, with what stands where on it.

    Attributes:
        width, height: in points, as the page stands when it is read.
        turned: degrees clockwise that it is turned by for that, beyond what the file itself asks.
    """

    width: float
    height: float
    turned: int
    blocks: tuple[Block, ...]


def read_placed(data: bytes, page: PDFPage, number: int) -> PlacedPage:
    """One page of a PDF file that was read as a plan before; what is a picture is read again.

    Args:
        number: of the page, from 1.

    Raises:
        PlanFileError, and what pdfminer trips on: as `read_pdf`.
    """
    drawn, reader = PageDrawer().draw(page), _Reader()
    if not needs_ocr(drawn):
        reader.add(number, drawn)
        return PlacedPage(drawn.width, drawn.height, drawn.turned, reader.blocks(number))
    with ScanReader(data, Pages(1)) as scans:
        if not scans.available:
            return PlacedPage(drawn.width, drawn.height, drawn.turned, ())
        reader.add_scan(number, drawn)
        scans.start(number, drawn)
        reading = scans.result(number)
        reader.lay_reading(number, reading)
    lies = reading.turned % 180 != 0
    width, height = (drawn.height, drawn.width) if lies else (drawn.width, drawn.height)
    return PlacedPage(width, height, (drawn.turned + reading.turned) % 360, reader.blocks(number))


class _Reader:
    """Collects the blocks of page after page."""

    def __init__(self) -> None:
        self._pages: dict[int, list[Block]] = {}
        self._scans: dict[int, DrawnPage] = {}
        self._margins: list[str] = []
        self._notes: list[str] = []
        self._legacy: Legacy | None = None

    def add(self, number: int, drawn: DrawnPage) -> None:
        """Add the lines and tables of a text page."""
        self._margins += drawn.signed
        self._lay(number, drawn, [*drawn.upright, *drawn.fields])

    def add_scan(self, number: int, drawn: DrawnPage) -> None:
        """Keep a place for a page that is read from its picture."""
        self._pages[number] = []
        self._scans[number] = drawn
        self._margins += drawn.signed

    def read_scans(self, scans: ScanReader) -> None:
        """Add what was read from pictures.

        Raises:
            PlanFileError: nothing can be read here, and the file has no other text.
        """
        if self._scans and not scans.available:
            self._refuse_or_note()
            return
        readings = {number: scans.result(number) for number in self._scans}
        for number, reading in readings.items():
            self.lay_reading(number, reading)
        self._notes += _ocr_notes(readings)
        if readings and not any(self._pages.values()):
            raise PlanFileError(" ".join([_NOTHING_READ, *_problems(readings)]))

    def document(self, file: str) -> Document:
        """What was read.

        Raises:
            PlanFileError: there is no page at all.
        """
        if not self._pages:
            raise PlanFileError(_BROKEN)
        blocks = _counted(block for number in sorted(self._pages) for block in self._pages[number])
        document = Document(
            file=file,
            format="pdf",
            blocks=tuple(blocks),
            notes=tuple(self._notes),
            margins=tuple(self._margins),
        )
        return finish(document, self._legacy)

    def blocks(self, number: int) -> tuple[Block, ...]:
        """What stands on a page, from top to bottom."""
        return tuple(self._pages.get(number, ()))

    def _refuse_or_note(self) -> None:
        if not any(self._pages.values()):
            raise PlanFileError(f"Tệp PDF chỉ gồm trang quét ảnh. {OCR_MISSING}")
        self._notes.append(f"Trang {_listed(self._scans)} là ảnh quét, chưa đọc được. {OCR_MISSING}")

    def lay_reading(self, number: int, reading: PageReading) -> None:
        """Add what was read from one page's picture."""
        drawn = replace(self._scans[number], edges=reading.edges)
        self._lay(number, drawn, [*reading.words, *self._scans[number].fields])

    def _lay(self, number: int, drawn: DrawnPage, chars: Sequence[Char]) -> None:
        """Add a page's text, what stands in ruled cells as tables."""
        grids = find_grids(drawn.edges, chars)
        inside = {id(char) for grid in grids for marks in grid.marks for char in marks}
        placed: list[tuple[float, Block]] = [
            (grid.box[1], Table(tuple(self._rows(grid, number, drawn)), page=number)) for grid in grids
        ]
        for printed in print_lines([char for char in chars if id(char) not in inside]):
            if not any(sign.isalnum() for sign in printed.text) and printed.confidence < 1:
                continue  # what is left of a stamp
            self._legacy = self._legacy or printed.legacy
            line = Line(printed.text, page=number, bold=printed.bold, box=printed.box, confidence=printed.confidence)
            placed.append((printed.box[1], line))
        placed.sort(key=lambda item: item[0])
        self._pages.setdefault(number, []).extend(block for _, block in placed)

    def _rows(self, grid: Grid[Char], page: int, drawn: DrawnPage) -> Iterator[Row]:
        sideways = _sideways_in(grid, drawn)
        for number, row in enumerate(grid.rows(), 1):
            cells = []
            for owner, above, left in row:
                covered = above or left or owner is None
                chars = [] if covered or owner is None else grid.marks[owner] or sideways.get(owner, [])
                text = self._cell_text(chars)
                box = None if owner is None else grid.cell_box(owner)
                cells.append(Cell(text, above, left, box, confidence_of(chars)))
            yield Row(tuple(cells), page=page, number=number)

    def _cell_text(self, chars: Sequence[Char]) -> str:
        lines = list(print_lines(chars))
        self._legacy = self._legacy or next((line.legacy for line in lines if line.legacy), None)
        return "\n".join(line.text for line in lines)


def _sideways_in(grid: Grid[Char], drawn: DrawnPage) -> dict[int, list[Char]]:
    """Text that runs up or down in cells, as headers of narrow columns do, turned upright."""
    found: dict[int, list[Char]] = {}
    for way in (90, 270):
        chars = drawn.chars.get(way, [])
        for char, upright in zip(chars, turned_upright(chars, way, drawn.width, drawn.height), strict=True):
            owner = grid.owner(char.middle)
            if owner is not None:
                found.setdefault(owner, []).append(upright)
    return found


def _counted(blocks: Iterator[Block]) -> Iterator[Block]:
    """Lines with their number in the file."""
    paragraph = 0
    for block in blocks:
        if isinstance(block, Line):
            paragraph += 1
            yield replace(block, paragraph=paragraph)
        else:
            yield block


def _ocr_notes(readings: dict[int, PageReading]) -> Iterator[str]:
    read = [number for number, reading in readings.items() if not reading.problem]
    if read:
        yield f"Trang {_listed(read)} đọc bằng nhận dạng chữ (OCR), xin soát lại."
    yield from _problems(readings)


def _problems(readings: dict[int, PageReading]) -> Iterator[str]:
    for problem in dict.fromkeys(reading.problem for reading in readings.values() if reading.problem):
        pages = [number for number, reading in readings.items() if reading.problem == problem]
        yield f"Trang {_listed(pages)} chưa đọc được: {problem}."


def _listed(pages: Sequence[int] | dict[int, DrawnPage]) -> str:
    return ", ".join(str(page) for page in pages)
