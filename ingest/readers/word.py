"""Word files (.docx): the parts of the file -> a `Document`, read from the XML itself.

The XML is read directly rather than through python-docx because what a plan needs (list numbers,
tracked changes, footnotes, text boxes, page breaks) lies outside its interface. The body is walked
in `word_body`; here stand the other parts: footnotes, page headers, styles and numbering.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

from ingest.documents import Block, Document, Line
from ingest.readers.blocks import finish
from ingest.readers.encodings import clean
from ingest.readers.safety import WORD, broken, check_archive
from ingest.readers.word_body import Body
from ingest.readers.word_boxes import DRAWINGS, drawn_words, find_boxes
from ingest.readers.word_numbering import Numbering
from ingest.readers.word_styles import PLAIN, Styles, W
from ingest.readers.word_text import print_paragraph
from knowledge.errors import PlanFileError

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
        return _Reader(parts).read(file)
    except (ParseError, RecursionError) as error:
        raise PlanFileError(broken(WORD), repr(error)) from error


class _Reader:
    """Reads the parts of one file."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        root = self._parse("word/document.xml")
        body = None if root is None else root.find(W + "body")
        if body is None:
            raise PlanFileError(broken(WORD))
        self._element = body
        laid_out = next(body.iter(W + "lastRenderedPageBreak"), None) is not None
        self._styles = Styles(self._parse("word/styles.xml"))
        self._body = Body(self._styles, Numbering(self._parse("word/numbering.xml")), 1 if laid_out else None)

    def _parse(self, name: str) -> Element | None:
        content = self._parts.get(name)
        return None if content is None else fromstring(content.replace(_STRICT, _TRANSITIONAL))  # noqa: S314 (entities were refused before)

    def read(self, file: str) -> Document:
        blocks = tuple(self._body.read(self._element))
        heads = [root for name in self._parts if name.startswith("word/header") and (root := self._parse(name))]
        document = Document(
            file=file,
            format="docx",
            blocks=(*self._read_header_boxes(heads, blocks), *blocks),
            notes=self._body.remarks.sentences(),
            footnotes=tuple(self._read_notes()),
            margins=(*self._read_margins(), *drawn_words(self._element)),
        )
        return finish(document, self._body.legacy)

    def _read_notes(self) -> Iterator[str]:
        """Footnotes and endnotes in the order the text refers to them."""
        texts: dict[str, str] = {}
        for kind, name in _OFFICE_NOTES.items():
            root = self._parse(name)
            for note in () if root is None else root.iter(W + kind):
                lines = [print_paragraph(p, self._styles, PLAIN).text.strip() for p in note.iter(W + "p")]
                texts[f"{kind} {note.get(W + 'id')}"] = " ".join(line for line in lines if line)
        yield from (texts[note] for note in dict.fromkeys(self._body.note_ids) if texts.get(note))

    def _read_header_boxes(self, heads: list[Element], blocks: tuple[Block, ...]) -> Iterator[Line]:
        """Lines of text boxes in page headers, where a letterhead may stand, unless the body has them too."""
        seen = {_squeezed(block.text) for block in blocks if isinstance(block, Line)}
        for head in heads:
            for line in self._box_lines(head):
                # A page number is a box of digits.
                if _squeezed(line) not in seen and any(letter.isalpha() for letter in line):
                    seen.add(_squeezed(line))
                    yield Line(line, whole=True)

    def _box_lines(self, head: Element) -> Iterator[str]:
        for drawing in (part for run in head.iter(W + "r") for part in run if part.tag in DRAWINGS):
            for box in find_boxes(drawing, text_before=False):
                for paragraph in box.content.iter(W + "p"):
                    yield print_paragraph(paragraph, self._styles, PLAIN).text.strip()

    def _read_margins(self) -> Iterator[str]:
        """Lines of page headers and footers."""
        for name in sorted(self._parts):
            if name.startswith(("word/header", "word/footer")):
                root = self._parse(name)
                for paragraph in () if root is None else root.iter(W + "p"):
                    text = clean("".join(part.text or "" for part in paragraph.iter(W + "t")))
                    if text.strip():
                        yield text
                yield from () if root is None else drawn_words(root)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()
