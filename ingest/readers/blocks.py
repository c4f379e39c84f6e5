"""The last step of the readers that know fonts: text that no font name gave away is still judged as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ingest.documents import Block, Document, Line, Row
from ingest.readers.encodings import clean, conversion_note, find_legacy
from ingest.readers.legacy import Legacy, convert


def finish(document: Document, converted: Legacy | None = None) -> Document:
    """`document` in Unicode, with a note where it had to be converted.

    Args:
        document: as read; parts in legacy fonts are converted already.
        converted: the encoding of those parts.
    """
    legacy = converted
    texts = "\n".join([*_texts(document.blocks), *document.footnotes])
    if not texts.isascii() and (found := find_legacy(texts)):
        legacy = found
        document = _map_texts(document, lambda text: clean(convert(text, found)))
    if legacy is None:
        return document
    notes = (*document.notes, conversion_note(legacy.value))
    return replace(document, encoding=legacy.value, notes=notes)


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Line):
            yield block.text
        else:
            yield from (cell.text for row in block.rows for cell in row.cells)


def _map_texts(document: Document, change: Callable[[str], str]) -> Document:
    def changed(block: Block) -> Block:
        if isinstance(block, Line):
            return replace(block, text=change(block.text))
        return replace(block, rows=tuple(changed_row(row) for row in block.rows))

    def changed_row(row: Row) -> Row:
        return replace(row, cells=tuple(replace(cell, text=change(cell.text)) for cell in row.cells))

    return replace(
        document,
        blocks=tuple(changed(block) for block in document.blocks),
        footnotes=tuple(change(note) for note in document.footnotes),
        margins=tuple(change(text) for text in document.margins),
    )
