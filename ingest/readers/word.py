"""Word files (.docx): body paragraphs and tables in order, read from the XML itself.

The XML is read directly rather than through python-docx because what a plan needs
(list numbers, tracked changes, footnotes, page breaks) lies outside its interface.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

from ingest.documents import Block, Cell, Document, Line, Row, Table
from ingest.readers.blocks import finish
from ingest.readers.encodings import clean
from ingest.readers.legacy import Legacy
from ingest.readers.safety import WORD, broken, check_archive
from ingest.readers.word_numbering import Numbering
from ingest.readers.word_styles import PLAIN, Styles, W, number, paragraph_look, value
from ingest.readers.word_text import Printed, print_paragraph
from knowledge.errors import PlanFileError

_MAX_SPAN = 64
"""Columns of a merged cell; Word allows 63 columns in a table."""
_WRAPPERS = {W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = W.strip("{}").encode()
_OFFICE_NOTES = {"footnote": "word/footnotes.xml", "endnote": "word/endnotes.xml"}


def read_word(data: bytes, file: str) -> Document:
    """Read a .docx file.

    Raises:
        PlanFileError: damaged, locked, unsafe, or not a Word file.
    """
    parts = check_archive(data, WORD)
    try:
        reader = _Reader(parts)
        blocks = tuple(reader.read_body())
        footnotes = tuple(reader.read_notes())
    except (ParseError, RecursionError) as error:
        raise PlanFileError(broken(WORD), repr(error)) from error
    document = Document(
        file=file,
        format="docx",
        blocks=blocks,
        notes=reader.remarks(),
        footnotes=footnotes,
        margins=(*reader.read_margins(), *reader.boxes),
    )
    return finish(document, reader.legacy)


class _Reader:
    """Walks the body once; list counters, page number and footnote order go along."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        body = self._parse("word/document.xml")
        self._body = None if body is None else body.find(W + "body")
        if self._body is None:
            raise PlanFileError(broken(WORD))
        self._styles = Styles(self._parse("word/styles.xml"))
        self._numbering = Numbering(self._parse("word/numbering.xml"))
        laid_out = next(self._body.iter(W + "lastRenderedPageBreak"), None) is not None
        self._page = 1 if laid_out else None
        self._row_page: int | None = None
        self._paragraph = 0
        self._note_ids: list[str] = []
        self.boxes: list[str] = []
        self.legacy: Legacy | None = None

    def _parse(self, name: str) -> Element | None:
        content = self._parts.get(name)
        return None if content is None else fromstring(content.replace(_STRICT, _TRANSITIONAL))  # noqa: S314 (entities were refused before)

    def read_body(self) -> Iterator[Block]:
        """Lines and tables in order."""
        assert self._body is not None  # noqa: S101 (checked when made)
        for element in _content(self._body):
            if element.tag == W + "tbl":
                if rows := tuple(self._rows(element)):
                    yield Table(rows, page=rows[0].page)
            else:
                self._paragraph += 1
                yield from self._lines(element)

    def _lines(self, paragraph: Element) -> Iterator[Line]:
        text, printed, heading = self._print(paragraph)
        page = self._turn_pages(printed)
        if text is None:
            return
        for piece in text.split("\n"):
            yield Line(
                piece,
                page=page,
                paragraph=self._paragraph,
                whole=True,
                heading=heading if piece.strip() else None,
                bold=printed.bold,
            )

    def _print(self, paragraph: Element) -> tuple[str | None, Printed, int | None]:
        """The text with its list label, what else is printed, and the heading level.

        The text is None for what is no part of the paper's text: lines of a table of
        contents, and paragraphs that a tracked change removed.
        """
        properties = paragraph.find(W + "pPr")
        look = paragraph_look(properties).under(self._styles.paragraph(value(properties, "pStyle")))
        printed = print_paragraph(paragraph, self._styles, look)
        self._note_ids += printed.notes
        self.boxes += printed.boxes
        self.legacy = self.legacy or printed.legacy
        removed = properties is not None and properties.find(f"{W}rPr/{W}del") is not None
        if look.contents or (removed and not printed.text.strip()):
            return None, printed, None
        label = self._numbering.next_label(look.numbering, look.level or 0)
        return f"{label} {printed.text}".strip() if label else printed.text, printed, look.heading

    def _turn_pages(self, printed: Printed) -> int | None:
        """The page that a paragraph begins on; the counter goes on to where it ends."""
        page = self._page
        if page is None:
            return None
        self._page = page + printed.breaks
        return page + 1 if printed.starts_page else page

    def _rows(self, table: Element) -> Iterator[Row]:
        for place, row in enumerate(_children(table, "tr"), 1):
            properties = row.find(W + "trPr")
            if properties is not None and properties.find(W + "del") is not None:
                continue
            self._row_page = None
            cells = [Cell("")] * _span(properties, "gridBefore", none=0)
            for cell in _children(row, "tc"):
                cells += self._cells(cell)
            cells += [Cell("")] * _span(properties, "gridAfter", none=0)
            yield Row(tuple(cells), page=self._row_page, number=place)

    def _cells(self, cell: Element) -> list[Cell]:
        """A cell and the blank ones that it lies over to the right."""
        properties = cell.find(W + "tcPr")
        text = "\n".join(self._cell_lines(cell))
        above, left = _merged(properties, "vMerge"), _merged(properties, "hMerge")
        first = Cell("" if above or left else text, merged_above=above, merged_left=left)
        covered = Cell("", merged_above=above, merged_left=True)
        return [first] + [covered] * (_span(properties, "gridSpan", none=1) - 1)

    def _cell_lines(self, cell: Element) -> Iterator[str]:
        for element in _content(cell):
            if element.tag == W + "tbl":
                for row in self._rows(element):
                    yield " ".join(cell.text for cell in row.cells if cell.text)
                continue
            text, printed, _ = self._print(element)
            begins = self._turn_pages(printed)
            self._row_page = self._row_page or begins
            yield from (line for line in (text or "").split("\n") if line.strip())

    def read_notes(self) -> Iterator[str]:
        """Footnotes and endnotes in the order the text refers to them."""
        texts: dict[str, str] = {}
        for kind, name in _OFFICE_NOTES.items():
            root = self._parse(name)
            for note in () if root is None else root.iter(W + kind):
                lines = [print_paragraph(p, self._styles, PLAIN).text.strip() for p in note.iter(W + "p")]
                texts[f"{kind} {note.get(W + 'id')}"] = " ".join(line for line in lines if line)
        yield from (texts[note] for note in dict.fromkeys(self._note_ids) if texts.get(note))

    def read_margins(self) -> Iterator[str]:
        """Lines of page headers and footers."""
        for name in sorted(self._parts):
            if name.startswith(("word/header", "word/footer")):
                root = self._parse(name)
                for paragraph in () if root is None else root.iter(W + "p"):
                    text = clean("".join(part.text or "" for part in paragraph.iter(W + "t")))
                    if text.strip():
                        yield text

    def remarks(self) -> tuple[str, ...]:
        """Sentences for the load report."""
        if not self.boxes:
            return ()
        return (f"Không đọc chữ trong {len(self.boxes)} khung văn bản (text box) của tệp.",)


def _content(element: Element) -> Iterator[Element]:
    """Paragraphs and tables directly inside, through content controls and tracked insertions."""
    for child in element:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag in _WRAPPERS:
            yield from _content(child)


def _children(element: Element, name: str) -> Iterator[Element]:
    for child in element:
        if child.tag == W + name:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, name)


def _span(properties: Element | None, name: str, none: int) -> int:
    count = number(value(properties, name))
    return none if count is None else min(max(count, none), _MAX_SPAN)


def _merged(properties: Element | None, name: str) -> bool:
    """The cell goes on a merge: `w:vMerge` without a value means so."""
    merge = None if properties is None else properties.find(W + name)
    return merge is not None and merge.get(W + "val", "continue") == "continue"
