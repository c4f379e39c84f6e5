"""Text and Markdown files: lines only; tables and headings are recognised later from the lines.

Text that Markdown crosses out is not in force, so it is taken out here and reported.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.documents import Document, Line
from ingest.readers.encodings import decode
from ingest.readers.ordinals import is_ordinal
from ingest.readers.remarks import STRUCK, STRUCK_ROW, Remarks

_STRUCK = re.compile(r"(?<!~)~~(?![\s~])(.+?)(?<![\s~])~~(?!~)|<(s|del|strike)>(.*?)</\2>", re.IGNORECASE)


def read_plain(data: bytes, file: str, format_: str) -> Document:
    """Lines as they stand, empty ones too. Pages are known where form feeds divide them.

    Raises:
        PlanFileError: the encoding is not recognised.
    """
    decoded = decode(data)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    lines = _paged_lines(text) if "\f" in text else _lines(text)
    remarks = Remarks()
    if format_ == "md":
        lines = tuple(kept for line in lines if (kept := _without_struck(line, remarks)) is not None)
    return Document(
        file=file,
        format=format_,
        blocks=lines,
        encoding=decoded.encoding,
        notes=(*((decoded.note,) if decoded.note else ()), *remarks.sentences()),
    )


def _without_struck(line: Line, remarks: Remarks) -> Line | None:
    """The line without what is crossed out; none when nothing but its number, bullet or cell borders is left."""
    struck = [match[1] or match[3] or "" for match in _STRUCK.finditer(line.text)]
    if not struck:
        return line
    remarks.place = f"dòng {line.paragraph}"
    left = _STRUCK.sub("", line.text)
    if all(is_ordinal(cell.strip()) for cell in left.split("|")):
        remarks.quote(STRUCK_ROW, " | ".join(struck))
        return None
    for text in struck:
        remarks.quote(STRUCK, text)
    return replace(line, text=left)


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
