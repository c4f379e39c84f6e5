"""Styles of a Word file, as far as they tell structure: heading level, bold, font, numbering.

Convention: ECMA-376 part 1, 17.7 (styles) and 17.3 (paragraphs and runs).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_NAME = re.compile(r"heading (\d)$", re.IGNORECASE)
_NO_OUTLINE = 9
"""The outline level of body text."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a style, a paragraph or a run says; None where it leaves it to what stands above."""

    heading: int | None = None
    bold: bool | None = None
    capitals: bool | None = None
    hidden: bool | None = None
    struck: bool | None = None
    font: str | None = None
    numbering: str | None = None
    """The numId; "0" switches numbering off."""
    level: int | None = None
    contents: bool = False
    """A line of a table of contents."""

    def under(self, other: Look) -> Look:
        """This look where it says something, `other` elsewhere."""
        return Look(
            heading=other.heading if self.heading is None else self.heading,
            bold=other.bold if self.bold is None else self.bold,
            capitals=other.capitals if self.capitals is None else self.capitals,
            hidden=other.hidden if self.hidden is None else self.hidden,
            struck=other.struck if self.struck is None else self.struck,
            font=self.font or other.font,
            numbering=other.numbering if self.numbering is None else self.numbering,
            level=other.level if self.level is None else self.level,
            contents=self.contents or other.contents,
        )


PLAIN = Look()


def value(element: Element | None, name: str) -> str | None:
    """The `w:val` of the child called `name`."""
    child = None if element is None else element.find(W + name)
    return None if child is None else child.get(W + "val")


def number(text: str | None) -> int | None:
    """A whole number of XML, None when it is missing or none."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


def _switch(element: Element, name: str) -> bool | None:
    child = element.find(W + name)
    return None if child is None else child.get(W + "val", "1") not in ("0", "false", "off")


def _any_switch(element: Element, *names: str) -> bool | None:
    """On where one of the switches is on, off where one is off, None where none is there."""
    said = [switch for name in names if (switch := _switch(element, name)) is not None]
    return any(said) if said else None


def run_look(properties: Element | None) -> Look:
    """What a `w:rPr` says."""
    if properties is None:
        return PLAIN
    fonts = properties.find(W + "rFonts")
    font = None if fonts is None else fonts.get(W + "ascii") or fonts.get(W + "hAnsi")
    return Look(
        bold=_switch(properties, "b"),
        capitals=_switch(properties, "caps"),
        hidden=_switch(properties, "vanish"),
        struck=_any_switch(properties, "strike", "dstrike"),
        font=font,
    )


def paragraph_look(properties: Element | None) -> Look:
    """What a `w:pPr` says of the paragraph itself (its `w:rPr` is about the end mark only)."""
    if properties is None:
        return PLAIN
    outline = number(value(properties, "outlineLvl"))
    numbering = properties.find(W + "numPr")
    return Look(
        heading=None if outline is None or outline >= _NO_OUTLINE else outline + 1,
        numbering=value(numbering, "numId"),
        level=number(value(numbering, "ilvl")),
    )


class Styles:
    """The styles of a file, each with all that it inherits."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._looks: dict[str, Look] = {}
        self._default: dict[str, str] = {}
        self._base = PLAIN
        if root is None:
            return
        self._base = run_look(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        for element in root.iter(W + "style"):
            style_id = element.get(W + "styleId", "")
            self._elements[style_id] = element
            if element.get(W + "default") in ("1", "true"):
                self._default[element.get(W + "type", "")] = style_id

    def paragraph(self, style_id: str | None) -> Look:
        """The look of a paragraph style, or of the default one."""
        return self._look(style_id or self._default.get("paragraph", "")).under(self._base)

    def run(self, style_id: str | None) -> Look:
        """What a character style says by itself."""
        return self._look(style_id) if style_id else PLAIN

    def _look(self, style_id: str) -> Look:
        if style_id not in self._looks:
            self._looks[style_id] = PLAIN  # a style based on itself ends here
            self._looks[style_id] = self._read(style_id)
        return self._looks[style_id]

    def _read(self, style_id: str) -> Look:
        element = self._elements.get(style_id)
        if element is None:
            return PLAIN
        name = value(element, "name") or ""
        own = run_look(element.find(W + "rPr")).under(paragraph_look(element.find(W + "pPr")))
        if match := _HEADING_NAME.match(name):
            own = replace(own, heading=int(match[1]))
        elif name.lower() == "title":
            own = replace(own, heading=1)
        own = replace(own, contents=name.lower().startswith("toc "))
        based_on = value(element, "basedOn")
        return own.under(self._look(based_on)) if based_on else own
