"""Is a page text, a picture of text, or a picture under a text layer that another program misread?"""

from __future__ import annotations

import re

from ingest.readers.encodings import find_legacy
from ingest.readers.pdf_page import DrawnPage
from ingest.readers.pdf_text import Char, print_lines
from knowledge.syllables import vietnamese_share

_FEW_CHARS = 8
"""A scanner's stamp or page number does not make a scan a text page."""
_SOME_PICTURE = 0.4
"""A page with next to no text is a scan when pictures cover this much of it."""
_FULL_PICTURE = 0.7
"""A scan of a whole page, its margins cut off, still covers this much."""
_VIETNAMESE = 0.35
"""Of the words of Vietnamese papers 60 to 75 % bear marks and are spelled as syllables, with many
figures and abbreviations 45 %; a reading without Vietnamese gives under 10 %."""
_GARBLED = 0.2
"""Share of signs without a meaning from which a font's own table of letters is missing."""
_MEANINGLESS = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")


def needs_ocr(page: DrawnPage) -> bool:
    """Whether a person reads on this page what its characters do not tell.

    Of a page that keeps its text layer, invisible characters of a good one become its text.
    """
    seen, share = _signs(page.upright), page.picture_share
    if share < _FULL_PICTURE:
        return _is_garbled(page.upright) or (seen < _FEW_CHARS and is_scan(page))
    layer = [*page.upright, *page.hidden]
    if _signs(layer) < _FEW_CHARS or not _is_vietnamese(layer):
        return True
    page.chars[0] = layer
    return False


def is_scan(page: DrawnPage) -> bool:
    """Whether what is seen is a picture; letters that the page draws itself tell which way is up."""
    return page.picture_share > _SOME_PICTURE


def _signs(chars: list[Char]) -> int:
    return sum(not char.text.isspace() for char in chars)


def _is_vietnamese(chars: list[Char]) -> bool:
    text = "\n".join(line.text for line in print_lines(chars))
    return vietnamese_share(text) >= _VIETNAMESE or find_legacy(text) is not None


def _is_garbled(chars: list[Char]) -> bool:
    """Whether most letters have no meaning: a font without its table of letters."""
    bad = sum(bool(_MEANINGLESS.search(char.text)) for char in chars)
    return bad >= _FEW_CHARS and bad > _GARBLED * len(chars)
