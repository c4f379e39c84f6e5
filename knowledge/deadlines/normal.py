"""A printed phrase in the form the grammar reads, with the way back to the print.

The reading form is lower case without accents, Markdown marks blanked and dashes
made one sign, and (unlike `knowledge.text.fold`) keeps every character's place, so
that a match can be cut out of the paper exactly as printed. Numbers in words that count
something of the calendar stand in it as digits.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from knowledge.deadlines.spelt import spelt_numbers
from knowledge.text import nfc

# Scanner slips with no accent to strip, Markdown, and the signs that are one sign to the grammar.
_SIGNS = {
    **dict.fromkeys(map(ord, "đĐðÐ"), "d"),
    **dict.fromkeys(map(ord, "ǶƷ"), "y"),
    **dict.fromkeys(map(ord, "*_`\t\r\n\u00a0"), " "),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "[{"), "("),
    **dict.fromkeys(map(ord, "]}"), ")"),
    ord("／"): "/",
    ord("⁄"): "/",
}


class _Folding(dict[int, str]):
    """Code point to its reading form: one character, or none for marks without text."""

    def __missing__(self, code: int) -> str:
        bare = [c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c)]
        invisible = unicodedata.category(chr(code)) in {"Cf", "Mn"}
        letter = bare[0].lower()[:1] if bare else ""
        self[code] = "" if invisible or not bare else " " if letter.isspace() else letter
        return self[code]


_FOLDING = _Folding(_SIGNS)


@dataclass(frozen=True, slots=True)
class NormalText:
    """`text` to match against; `places[i]` is where character i stands in `printed`."""

    printed: str
    text: str
    places: range | tuple[int, ...]

    def cut(self, start: int, end: int) -> str:
        """The printed characters behind `text[start:end]`."""
        first, last = self.place(start, end)
        return self.printed[first:last]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the print of `text[start:end]`, trailing accents included; `end` > `start`."""
        after = self.places[end] if end < len(self.places) else len(self.printed)
        return self.places[start], after

    def has_accents(self) -> bool:
        """Whether the print carries any Vietnamese accent: only then does a missing one mean something."""
        return not self.printed.isascii() and any(
            not c.isascii() and (c.isalpha() or unicodedata.combining(c)) for c in self.printed
        )


def normalise(printed: str) -> NormalText:
    """The reading form of `printed`, which may be NFC, NFD or unaccented."""
    text = printed.translate(_FOLDING)
    if len(text) == len(printed):
        return _with_digits(NormalText(printed, text, range(len(printed))))
    places = tuple(i for i, c in enumerate(printed) if _FOLDING[ord(c)])
    return _with_digits(NormalText(printed, text, places))


def _with_digits(normal: NormalText) -> NormalText:
    """`normal` with numbers in words as digits, each standing where its first word does."""
    in_print = (lambda start, end: nfc(normal.cut(start, end)).lower()) if normal.has_accents() else None
    text, places, done = "", list[int](), 0
    for start, end, value in spelt_numbers(normal.text, in_print):
        text += normal.text[done:start] + str(value)
        places += [*normal.places[done:start], *[normal.places[start]] * len(str(value))]
        done = end
    if not done:
        return normal
    return NormalText(normal.printed, text + normal.text[done:], (*places, *normal.places[done:]))
