"""Numbers of papers, as they are compared."""

from __future__ import annotations

import re

from knowledge.text import fold


def number_key(number: str | None) -> str | None:
    """A paper's number for comparison: folded, without spaces and leading zeros.

    >>> number_key("Số: 057 / KH–UBND")
    '57/kh-ubnd'
    """
    if not number:
        return None
    bare = re.sub(r"^so\s*:?\s*", "", fold(number))
    bare = re.sub(r"[‐‑‒–—−]", "-", re.sub(r"\s+", "", bare))
    return bare.lstrip("0") or None
