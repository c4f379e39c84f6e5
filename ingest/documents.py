"""What every reader gives: a paper as a sequence of lines and tables with positions."""

from __future__ import annotations

from dataclasses import dataclass, field

Box = tuple[float, float, float, float]
"""Left, top, right, bottom on a page, in points from its upper left corner."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line or paragraph of running text.

    Attributes:
        text: NFC, without its line end; inner white space as in the file.
        page: from 1, where the format has pages.
        paragraph: from 1, its place among the file's lines or paragraphs.
        whole: true when the line end is a real paragraph end (docx); false when it
            may only be a hard wrap (txt, pdf), so the next line may continue it.
        heading: heading level of the file's own mark-up (1 = outermost), else null.
        bold: the whole line is set in bold.
        box: left, top, right, bottom on the page in points, where the reader knows it.
        confidence: 1 for printed text; what was read by OCR carries the share it was sure of.
    """

    text: str
    page: int | None = None
    paragraph: int | None = None
    whole: bool = False
    heading: int | None = None
    bold: bool = False
    box: Box | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row.

    Attributes:
        text: NFC; line ends inside a cell are "\\n".
        merged_above: the cell belongs to a vertical merge whose text stands in a row above.
        merged_left: the cell belongs to a horizontal merge whose text stands to its left.
        box: left, top, right, bottom on the page in points, where the reader knows it.
        confidence: 1 for printed text; what was read by OCR carries the share it was sure of.
    """

    text: str
    merged_above: bool = False
    merged_left: bool = False
    box: Box | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table with its place in the file."""

    cells: tuple[Cell, ...]
    page: int | None = None
    number: int | None = None
    """Row in the sheet or table, from 1, as a person counts it in the file."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as printed, header rows included. One per page where a page breaks it."""

    rows: tuple[Row, ...]
    page: int | None = None
    sheet: str | None = None
    columns: tuple[int, ...] = field(default=(), compare=False)
    """Of a sheet, from 1: where each cell of a row stands, since hidden columns are left out."""


Block = Line | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A file's blocks in reading order.

    Attributes:
        file: the file's name, NFC.
        format: the file's suffix without its dot ("txt", "docx", "doc"...).
        encoding: what the text was decoded from, as a person would name it ("TCVN3 (ABC)").
        notes: sentences for the load report (a conversion made, text crossed out or hidden, a sheet left out).
        footnotes: footnotes that the format itself marks as such (docx).
        margins: texts outside the body: page headers and footers, word art (docx, xlsx).
    """

    file: str
    format: str
    blocks: tuple[Block, ...]
    encoding: str | None = None
    notes: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    margins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A picture of a page, with a place marked where a quote stands.

    Attributes:
        found: whether the quote was found and is marked.
        pages: how many the file has.
    """

    png: bytes
    found: bool
    pages: int
