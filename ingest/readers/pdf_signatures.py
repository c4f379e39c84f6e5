"""Stamps of digital signatures: who signed and when by the clock. They are no text of the paper.

A stamp is a field of its own, or small print that a program has merged into the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.readers.pdf_text import Char, PrintedLine, print_lines
from knowledge.text import fold

_SIGNED = re.compile(r"\b(?:ky boi|nguoi ky|ky so boi|thoi gian ky|digitally signed|signature valid|signed by)\b")
_TRACE = re.compile(r"\d{1,2}:\d{2}:\d{2}|\S@\S+\.\S|[+-]\d{2}[:']\d{2}\b")
"""A clock time with seconds, an e-mail address, a time zone: nothing that number or day of a paper has."""
_SMALL = 0.75
"""Stamps are set in 6 to 9 points where the text has 13 or 14; number and day are as large as the text."""
_NEAR = 1.5
"""Lines of a stamp lie closer than this, in heights of a line."""


def is_signature(text: str, *, field: bool) -> bool:
    """Whether `text` is a stamp's; `field` where it stands in a field for signatures, which also hold numbers."""
    return bool(_SIGNED.search(fold(text)) or (field and _TRACE.search(text)))


def without_stamps(chars: Sequence[Char]) -> tuple[list[Char], list[str]]:
    """The characters of a page that belong to the paper, and the texts of the stamps among them."""
    usual = _usual_size(chars)
    small = [char for char in chars if char.size < _SMALL * usual]
    stamps = [block for block in _blocks(list(print_lines(small))) if _is_stamp(block)]
    gone = {id(char) for char in small for block in stamps for line in block if _inside(char, line)}
    return [char for char in chars if id(char) not in gone], ["\n".join(line.text for line in b) for b in stamps]


def _usual_size(chars: Sequence[Char]) -> float:
    sizes = sorted(char.size for char in chars)
    return sizes[len(sizes) // 2] if sizes else 0.0


def _blocks(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """Lines that stand below one another, close."""
    blocks: list[list[PrintedLine]] = []
    for line in lines:
        block = next((block for block in blocks if _goes_on(block[-1], line)), None)
        if block is None:
            blocks.append([line])
        else:
            block.append(line)
    return blocks


def _goes_on(above: PrintedLine, line: PrintedLine) -> bool:
    height = line.box[3] - line.box[1]
    overlaps = above.box[0] < line.box[2] and line.box[0] < above.box[2]
    return overlaps and line.box[1] - above.box[3] < _NEAR * height


def _is_stamp(block: Sequence[PrintedLine]) -> bool:
    """A signature's words, and what a signing program adds to them."""
    text = "\n".join(line.text for line in block)
    return bool(_SIGNED.search(fold(text)) and _TRACE.search(text))


def _inside(char: Char, line: PrintedLine) -> bool:
    x, y = char.middle
    left, top, right, bottom = line.box
    return left <= x <= right and top <= y <= bottom
