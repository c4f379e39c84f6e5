"""The printed text of one Word paragraph: its runs, without what tracked changes removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import groupby
from xml.etree.ElementTree import Element

from ingest.readers.encodings import clean
from ingest.readers.legacy import Legacy, convert, font_encoding, is_unicode
from ingest.readers.word_boxes import ALTERNATIVE, DRAWINGS, Box, find_boxes, find_unreadable
from ingest.readers.word_styles import Look, Styles, W, run_look, value

_WRAPPERS = {
    W + name
    for name in (
        "hyperlink",
        "ins",
        "moveTo",
        "smartTag",
        "sdt",
        "sdtContent",
        "fldSimple",
        "dir",
        "bdo",
        "customXml",
    )
}
_CHANGES = {W + name for name in ("ins", "del", "moveFrom", "moveTo")}
_BREAKS = {W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "tab": "    ", W + "ptab": "    "}
"""A tab becomes spaces: Word has real tables, so its tabs only lay out, unlike those of a text file."""
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


@dataclass(slots=True)
class Printed:
    """What a paragraph prints.

    Attributes:
        text: clean Unicode; a line break inside the paragraph is "\\n".
        bold: every run with text is bold.
        notes: ids of the footnotes and endnotes it refers to ("footnote 2").
        breaks: pages that ended inside or right before it, as the file was last laid out.
        began: some text was printed already.
        starts_page: a page ended before its first text.
        boxes: the text boxes anchored in it.
        struck, hidden: text that is crossed out or set hidden; it is no part of `text`.
        unread: what it shows that cannot be read, as a person would call it.
        changed: tracked changes touch its text.
        legacy: the encoding of runs that had to be converted.
    """

    text: str = ""
    bold: bool = False
    notes: list[str] = field(default_factory=list)
    breaks: int = 0
    began: bool = False
    starts_page: bool = False
    boxes: list[Box] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    changed: bool = False
    legacy: Legacy | None = None


class _State(Enum):
    LIVE = auto()
    STRUCK = auto()
    HIDDEN = auto()


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    bold: bool
    encoding: tuple[Legacy | None, bool]
    state: _State


def print_paragraph(paragraph: Element, styles: Styles, base: Look) -> Printed:
    """Read the runs of `paragraph`, whose style looks like `base`."""
    printed = Printed()
    runs = list(_runs(paragraph, styles, base, printed))
    if not runs:
        return printed
    texts: dict[_State, list[str]] = {state: [] for state in _State}
    # VNI writes a letter in two signs, and Word may cut a run between them: convert by stretches.
    for (encoding, capitals, state), stretch in groupby(runs, lambda run: (*run.encoding, run.state)):
        text = "".join(run.text for run in stretch)
        if encoding and not (text.isascii() or is_unicode(text)):
            printed.legacy = encoding
        texts[state].append(convert(text, encoding, capitals) if encoding else text)
    printed.text = clean("".join(texts[_State.LIVE]))
    printed.struck = [clean(text).strip() for text in texts[_State.STRUCK] if text.strip()]
    printed.hidden = [clean(text).strip() for text in texts[_State.HIDDEN] if text.strip()]
    inked = [run for run in runs if run.text.strip() and run.state is _State.LIVE]
    printed.bold = bool(inked) and all(run.bold for run in inked)
    return printed


def _runs(element: Element, styles: Styles, base: Look, printed: Printed) -> Iterator[_Run]:
    for child in element:
        printed.changed = printed.changed or child.tag in _CHANGES
        if child.tag == W + "r":
            yield from _run(child, styles, base, printed)
        elif child.tag in _WRAPPERS:
            yield from _runs(child, styles, base, printed)
        elif child.tag == ALTERNATIVE and len(child):
            yield from _runs(child[0], styles, base, printed)
        elif child.tag in (_MATH + "oMath", _MATH + "oMathPara"):
            text = "".join(part.text or "" for part in child.iter(_MATH + "t"))
            yield _Run(text, bold=False, encoding=(None, False), state=_State.LIVE)


def _run(run: Element, styles: Styles, base: Look, printed: Printed) -> Iterator[_Run]:
    properties = run.find(W + "rPr")
    look = run_look(properties).under(styles.run(value(properties, "rStyle"))).under(base)
    text = "".join(_signs(run, printed))
    if text:
        state = _State.HIDDEN if look.hidden else _State.STRUCK if look.struck else _State.LIVE
        yield _Run(text.upper() if look.capitals else text, bool(look.bold), font_encoding(look.font), state)


def _signs(run: Element, printed: Printed, text_only: bool = False) -> Iterator[str]:
    for child in run:
        if child.tag == W + "t":
            printed.began = printed.began or bool(child.text)
            yield child.text or ""
        elif child.tag in _BREAKS:
            page_break = child.tag == W + "br" and child.get(W + "type") in ("page", "column")
            yield "" if page_break else _BREAKS[child.tag]
        elif child.tag == W + "sym":
            yield _symbol(child)
        elif child.tag == W + "lastRenderedPageBreak":
            printed.starts_page = printed.starts_page or not (printed.began or printed.breaks)
            printed.breaks += 1
        elif child.tag in (W + "footnoteReference", W + "endnoteReference"):
            kind = child.tag.removeprefix(W).removesuffix("Reference")
            printed.notes.append(f"{kind} {child.get(W + 'id')}")
        elif child.tag in DRAWINGS and not text_only:
            _look_at_drawing(child, printed)
            if child.tag == ALTERNATIVE and len(child):
                yield from _signs(child[-1], printed, text_only=True)


def _look_at_drawing(drawing: Element, printed: Printed) -> None:
    boxes = find_boxes(drawing, text_before=printed.began)
    printed.boxes += boxes
    if not boxes and (name := find_unreadable(drawing)):
        printed.unread.append(name)


def _symbol(element: Element) -> str:
    """A sign of a symbol font: a dash where it is a bullet or arrow, for it has no text of its own."""
    code = element.get(W + "char", "")
    letter = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{4}", code) else 0
    return "-" if letter >= 0xE000 else chr(letter) if letter >= 0x20 else ""
