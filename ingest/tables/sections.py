"""Rows of a task table that head the rows below them.

I | Cải cách thể chế |  |  |        a section: Roman number or capital, title, nothing else
II. Tổ chức bộ máy (merged)         a section merged across the table
3 | Chuyển đổi số |  |  |           a group, when the rows below are numbered 3.1, 3.2 or a), b)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.candidates import Role
from ingest.documents import Cell
from ingest.layout.labels import SECTION_LABEL, SECTION_NUMBER
from ingest.tables.grid import GridRow
from knowledge.text import squeeze

_SUB_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)+\.?|[a-zđ]\s*[.)]?|[-–+•])$")
_FIRST = re.compile(r"^0?1[.)]?$")


class Sections:
    """The section and group that the next row stands under."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self.roles = roles
        self.name: str | None = None
        """Title of the section, without its number."""
        self._section: str | None = None
        self._group: str | None = None

    @property
    def headings(self) -> tuple[str, ...]:
        """Section and group as printed, with their numbers."""
        return tuple(h for h in (self._section, self._group) if h)

    def cut_off(self, cells: Sequence[Cell], texts: dict[Role, str]) -> list[Cell] | None:
        """What stands beside a section's title in small letters: the rest of the row above, cut by a page."""
        if not SECTION_NUMBER.match(texts.get(Role.NUMBER, "")) or texts.get(Role.LEAD):
            return None
        rest = [c if c.text.strip()[:1].islower() else Cell("") for c in cells]
        return rest if any(c.text for c in rest) else None

    def take(
        self, cells: Sequence[Cell], texts: dict[Role, str], *, after_break: bool, following: GridRow | None
    ) -> bool:
        """Whether the row is a heading; then the rows that follow stand under it."""
        number = texts.get(Role.NUMBER, "")
        words = self._words(cells, cut=bool(SECTION_NUMBER.match(number)))
        # A row merged across the table may leave its words in the number's cell.
        apart = not words and (SECTION_LABEL.match(number) or len(number.split()) > 1)
        if apart:
            words, number = [number], ""
        if len(words) != 1:
            return False
        text = words[0]
        if SECTION_NUMBER.match(number):
            self._enter(text, f"{number.rstrip('.)')}. {text}")
        elif not number and (apart or self._is_section(text, cells, after_break=after_break, following=following)):
            self._enter(SECTION_LABEL.sub("", text), text)
        elif number and texts.get(Role.TITLE) == text and _is_below(number, following):
            self._group = f"{number.rstrip('.)')}. {text}"
        else:
            return False
        return True

    def leave_group(self, number: str) -> None:
        """A row with a number of its own level ends the group before it."""
        if number and not _SUB_NUMBER.match(number):
            self._group = None

    def _enter(self, name: str, printed: str) -> None:
        self.name, self._section, self._group = name, printed, None

    def _words(self, cells: Sequence[Cell], *, cut: bool) -> list[str]:
        texts = [
            squeeze(c.text)
            for c, role in zip(cells, self.roles, strict=True)
            if role is not Role.NUMBER and c.text.strip()
        ]
        return [t for t in texts if not t[0].islower()] if cut else texts

    def _is_section(self, text: str, cells: Sequence[Cell], *, after_break: bool, following: GridRow | None) -> bool:
        across = len(cells) > 2 and sum(1 for c in cells if c.merged_left) >= len(cells) - 2
        if SECTION_LABEL.match(text) or across or (text.isupper() and " " in text and not after_break):
            return True
        restarts = following is not None and bool(following.cells) and _FIRST.match(following.cells[0].text.strip())
        return bool(restarts) and not after_break and text[0].isupper()


def _is_below(number: str, following: GridRow | None) -> bool:
    if following is None or not following.cells:
        return False
    mark = following.cells[0].text.strip()
    return mark.startswith(f"{number.rstrip('.)')}.") or (bool(_SUB_NUMBER.match(mark)) and not mark[0].isdigit())
