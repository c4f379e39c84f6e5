"""Is a text nothing but a row or list number?"""

from __future__ import annotations

import re

_ORDINAL = re.compile(r"\W*(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6}|[a-zđ])?\W*")


def is_ordinal(text: str) -> bool:
    """Nothing but a row or list number, or nothing at all: all that is left where the rest is crossed out."""
    return _ORDINAL.fullmatch(text) is not None
