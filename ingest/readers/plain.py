"""Text and Markdown files: lines only; tables and headings are recognised later from the lines."""

from __future__ import annotations

from ingest.documents import Document, Line
from ingest.readers.encodings import decode


def read_plain(data: bytes, file: str, format_: str) -> Document:
    """Lines as they stand, empty ones too. Pages are known where form feeds divide them.

    Raises:
        PlanFileError: the encoding is not recognised.
    """
    decoded = decode(data)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    lines = _paged_lines(text) if "\f" in text else _lines(text)
    return Document(
        file=file,
        format=format_,
        blocks=lines,
        encoding=decoded.encoding,
        notes=(decoded.note,) if decoded.note else (),
    )


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(Line(line, paragraph=number) for number, line in enumerate(text.split("\n"), 1))


def _paged_lines(text: str) -> tuple[Line, ...]:
    lines, page = [], 1
    for number, line in enumerate(text.split("\n"), 1):
        before, *after = line.split("\f")
        if before or not after:
            lines.append(Line(before, page=page, paragraph=number))
        for position, piece in enumerate(after, 1):
            page += 1
            if piece or position == len(after):
                lines.append(Line(piece, page=page, paragraph=number))
    return tuple(lines)
