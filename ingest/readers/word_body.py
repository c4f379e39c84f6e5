"""The walk through a Word file's body: paragraphs, text boxes and tables in the order a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ingest.documents import Block, Line
from ingest.readers.legacy import Legacy
from ingest.readers.ordinals import is_ordinal
from ingest.readers.remarks import HIDDEN, STRUCK, STRUCK_ROW, Remarks
from ingest.readers.word_boxes import ALTERNATIVE, Box, in_reading_order
from ingest.readers.word_grid import FoundCell, FoundRow
from ingest.readers.word_numbering import Numbering
from ingest.readers.word_styles import Styles, W, number, paragraph_look, value
from ingest.readers.word_tables import arrange
from ingest.readers.word_text import Printed, print_paragraph

_MAX_SPAN = 64
"""Columns of a merged cell; Word allows 63 columns in a table."""
_WRAPPERS = {W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}


class Body:
    """Walks once; list counters, page number, footnote order and remarks go along."""

    def __init__(self, styles: Styles, numbering: Numbering, page: int | None) -> None:
        """Args: page: 1 where the file tells its pages, else null."""
        self._styles = styles
        self._numbering = numbering
        self._page = page
        self._paragraph = 0
        self._table = 0
        self._depth = 0
        self._struck: list[str] = []
        self.note_ids: list[str] = []
        self.remarks = Remarks()
        self.legacy: Legacy | None = None

    def read(self, body: Element) -> Iterator[Block]:
        """Lines and tables in order."""
        for element in _joined(content_of(body)):
            if element.tag == W + "tbl":
                self._table += 1
                yield from self._read_table(element)
            else:
                self._paragraph += 1
                self.remarks.place = f"đoạn {self._paragraph}"
                yield from self._read_paragraph(element)
                self._tell_struck()

    def _tell_struck(self) -> None:
        for text in self._struck:
            self.remarks.quote(STRUCK, text)
        self._struck.clear()

    def _read_inside(self, container: Element) -> Iterator[Block]:
        """What a cell or a text box holds."""
        for element in _joined(content_of(container)):
            yield from self._read_table(element) if element.tag == W + "tbl" else self._read_paragraph(element)

    def _read_paragraph(self, paragraph: Element) -> Iterator[Block]:
        text, printed, heading = self._print(paragraph)
        page = self._turn_pages(printed)
        boxes = in_reading_order(printed.boxes)
        yield from self._read_boxes(box for box in boxes if not box.after)
        for piece in () if text is None else text.split("\n"):
            yield Line(
                piece,
                page=page,
                paragraph=self._paragraph,
                whole=True,
                heading=heading if piece.strip() else None,
                bold=printed.bold,
            )
        yield from self._read_boxes(box for box in boxes if box.after)

    def _read_boxes(self, boxes: Iterator[Box]) -> Iterator[Block]:
        for box in boxes:
            yield from self._read_inside(box.content)

    def _print(self, paragraph: Element) -> tuple[str | None, Printed, int | None]:
        """The text with its list label, what else is printed, and the heading level.

        The text is None for what is no part of the paper's text: lines of a table of contents,
        anchors of text boxes, and paragraphs that are crossed out, hidden or removed by a tracked change.
        """
        properties = paragraph.find(W + "pPr")
        look = paragraph_look(properties).under(self._styles.paragraph(value(properties, "pStyle")))
        printed = print_paragraph(paragraph, self._styles, look)
        self.note_ids += printed.notes
        self.legacy = self.legacy or printed.legacy
        if look.contents:
            return None, printed, None
        self._note(printed)
        if self._is_gone(properties, printed):
            if printed.struck:
                self._numbering.next_label(look.numbering, look.level or 0)
            return None, printed, None
        label = self._numbering.next_label(look.numbering, look.level or 0)
        return f"{label} {printed.text}".strip() if label else printed.text, printed, look.heading

    def _note(self, printed: Printed) -> None:
        """What is shown beside the text; struck text is told by its line or row when that is whole."""
        self._struck += printed.struck
        self.remarks.changed = self.remarks.changed or printed.changed
        for text in printed.hidden:
            self.remarks.quote(HIDDEN, text)
        for name in printed.unread:
            self.remarks.unread(name, printed.text)

    def _is_gone(self, properties: Element | None, printed: Printed) -> bool:
        if printed.text.strip():
            return bool(printed.struck) and is_ordinal(printed.text)
        return _ends_removed(properties) or bool(printed.struck or printed.hidden or printed.boxes)

    def _turn_pages(self, printed: Printed) -> int | None:
        """The page that a paragraph begins on; the counter goes on to where it ends."""
        page = self._page
        if page is None:
            return None
        self._page = page + printed.breaks
        return page + 1 if printed.starts_page else page

    def _read_table(self, table: Element) -> Iterator[Block]:
        self._depth += 1
        rows = list(self._read_rows(table))
        self._depth -= 1
        widths = [number(column.get(W + "w")) or 0 for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
        yield from arrange(rows, widths)

    def _read_rows(self, table: Element) -> Iterator[FoundRow]:
        for place, row in enumerate(_children(table, "tr"), 1):
            if self._depth == 1:
                self.remarks.place = f"bảng {self._table}, dòng {place}"
            properties = row.find(W + "trPr")
            if properties is not None and properties.find(W + "del") is not None:
                self.remarks.changed = True
                continue
            found = FoundRow(
                tuple(self._read_cell(cell) for cell in _children(row, "tc")),
                number=place,
                before=_span(properties, "gridBefore", none=0),
                after=_span(properties, "gridAfter", none=0),
            )
            self._tell_struck_cells(found)
            if found.cells:
                yield found

    def _tell_struck_cells(self, row: FoundRow) -> None:
        if row.struck:
            texts = (" ".join((cell.text, *cell.struck)).strip() for cell in row.cells)
            self.remarks.quote(STRUCK_ROW, " | ".join(text for text in texts if text))
            return
        for cell in row.cells:
            if cell.struck:
                self.remarks.quote(STRUCK, " ".join(cell.struck))

    def _read_cell(self, cell: Element) -> FoundCell:
        outer, self._struck = self._struck, []
        blocks = tuple(self._read_inside(cell))
        struck, self._struck = tuple(self._struck), outer
        properties = cell.find(W + "tcPr")
        return FoundCell(
            blocks,
            span=_span(properties, "gridSpan", none=1),
            merged_above=_merged(properties, "vMerge"),
            merged_left=_merged(properties, "hMerge"),
            struck=struck,
        )


def _ends_removed(properties: Element | None) -> bool:
    """A tracked change took the paragraph's end mark away."""
    mark = None if properties is None else properties.find(W + "rPr")
    return mark is not None and any(mark.find(W + name) is not None for name in ("del", "moveFrom"))


def _joined(elements: Iterator[Element]) -> Iterator[Element]:
    """A paragraph with text whose end was removed goes on in the next one."""
    first: Element | None = None
    for element in elements:
        if element.tag == W + "p" and first is not None:
            first.extend(child for child in element if child.tag != W + "pPr")
        else:
            if first is not None:
                yield first
            first = element
        properties = element.find(W + "pPr") if element.tag == W + "p" else None
        if not (_ends_removed(properties) and _has_live_text(first)):
            yield first
            first = None
    if first is not None:
        yield first


def _has_live_text(paragraph: Element) -> bool:
    moved = {id(text) for change in paragraph.iter(W + "moveFrom") for text in change.iter(W + "t")}
    return any((text.text or "").strip() and id(text) not in moved for text in paragraph.iter(W + "t"))


def content_of(element: Element) -> Iterator[Element]:
    """Paragraphs and tables directly inside, through content controls and tracked insertions."""
    for child in element:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag in _WRAPPERS:
            yield from content_of(child)
        elif child.tag == ALTERNATIVE and len(child):
            yield from content_of(child[0])


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
