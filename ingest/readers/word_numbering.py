"""Automatic list numbers of a Word file: the labels that Word prints but does not store in the text.

Convention: ECMA-376 part 1, 17.9 (numbering).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ingest.readers.word_styles import W, number, value

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
          (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_PRINTED_BULLETS = "-–—+*•"
"""Bullets kept as they are; others are signs of symbol fonts and stand as a dash."""


@dataclass(frozen=True, slots=True)
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    """The level (from 1) whose step restarts this one; 0 is never; None is any outer one."""
    plain_digits: bool = False
    """All numbers in the label are Arabic ("legal" numbering)."""


class Numbering:
    """Counts the numbered paragraphs in the order they are asked for."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, list[int | None]] = {}
        if root is None:
            return
        shapes = {element.get(W + "abstractNumId", ""): element for element in root.iter(W + "abstractNum")}
        linked = {value(element, "styleLink"): key for key, element in shapes.items()}
        for num in root.iter(W + "num"):
            num_id = num.get(W + "numId", "")
            abstract = value(num, "abstractNumId") or ""
            if abstract in shapes:
                abstract = linked.get(value(shapes[abstract], "numStyleLink") or "-", abstract)
                self._add(num, num_id, abstract, shapes[abstract])

    def _add(self, num: Element, num_id: str, abstract: str, shape: Element) -> None:
        self._abstract[num_id] = abstract
        self._levels[num_id] = dict(map(_read_level, shape.iter(W + "lvl")))
        for override in num.iter(W + "lvlOverride"):
            place = number(override.get(W + "ilvl")) or 0
            if (own := override.find(W + "lvl")) is not None:
                self._levels[num_id][place] = _read_level(own)[1]
            if (start := number(value(override, "startOverride"))) is not None:
                self._starts.setdefault(num_id, {})[place] = start

    def next_label(self, num_id: str | None, place: int) -> str:
        """Count one paragraph of list `num_id` at level `place` (from 0) and give its label.

        Empty for an unknown list, "0" (numbering switched off) and levels without a label.
        """
        levels = self._levels.get(num_id or "", {})
        if num_id is None or place not in levels:
            return ""
        counts = self._counts.setdefault(self._abstract[num_id], [None] * _LEVELS)
        # An override restarts the list once, at its first paragraph.
        start = self._starts.get(num_id, {}).pop(place, None)
        if start is not None or counts[place] is None:
            counts[place] = levels[place].start if start is None else start
        else:
            counts[place] = (counts[place] or 0) + 1
        for inner in range(place + 1, _LEVELS):
            restart = levels[inner].restart if inner in levels else None
            if restart is None or 0 < restart <= place + 1:
                counts[inner] = None
        return _print(levels, place, counts)


def _read_level(element: Element) -> tuple[int, _Level]:
    start = number(value(element, "start"))
    level = _Level(
        form=value(element, "numFmt") or "decimal",
        text=value(element, "lvlText") or "",
        start=1 if start is None else start,
        restart=number(value(element, "lvlRestart")),
        plain_digits=element.find(W + "isLgl") is not None,
    )
    place = number(element.get(W + "ilvl")) or 0
    return min(max(place, 0), _LEVELS - 1), level


def _print(levels: dict[int, _Level], place: int, counts: list[int | None]) -> str:
    level = levels[place]
    if level.form == "bullet":
        return level.text if level.text in _PRINTED_BULLETS else "-"
    if level.form == "none":
        return _PLACE.sub("", level.text).strip()

    def printed(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        outer = levels.get(at, _Level())
        count = counts[at]
        return _count(outer.start if count is None else count, "decimal" if level.plain_digits else outer.form)

    return _PLACE.sub(printed, level.text).strip()


def _count(count: int, form: str) -> str:
    """`count` as the number format `form` prints it; unknown formats print Arabic digits."""
    if form in ("lowerLetter", "upperLetter") and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 9)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        roman = ""
        for worth, sign in _ROMAN:
            roman += sign * (count // worth)
            count %= worth
        return roman.upper() if form == "upperRoman" else roman
    return f"{count:02d}" if form == "decimalZero" else str(count)
