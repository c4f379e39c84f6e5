"""Drawings of a Word paragraph: the text boxes in them, where they stand, and what no reader can read.

Conventions: ECMA-376 part 1, 20.4 (anchors) and part 4, 19 (VML); part 3, 10 (alternate content).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ingest.readers.word_styles import W

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_VML = "{urn:schemas-microsoft-com:vml}"
ALTERNATIVE = _MC + "AlternateContent"
DRAWINGS = {W + "drawing", W + "pict", W + "object", ALTERNATIVE}
_BOX = W + "txbxContent"
_EMU = 12_700
"""English metric units in a point."""
_LINE = 14.0
"""Points: a box that hangs lower than one line under its paragraph's top is read after it."""
_PICTURE = (230.0, 115.0)
"""Points (8 by 4 cm): a larger picture may hold text; emblems, seals and signatures are smaller."""
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(pt|in|cm|mm|px)?$")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75}
_OBJECTS = {"chart": "biểu đồ", "diagram": "sơ đồ"}


@dataclass(frozen=True, slots=True)
class Box:
    """A text box and where it is read.

    Attributes:
        content: its `w:txbxContent`.
        after: it stands under its anchor paragraph's text, not over it.
        top: distance in points from what it is anchored to, where that is told.
        frame: what `top` counts from ("paragraph", "page"...).
    """

    content: Element
    after: bool = False
    top: float | None = None
    frame: str = ""


def find_boxes(drawing: Element, text_before: bool) -> list[Box]:
    """The text boxes of a drawing, each once, also where two versions of it are stored.

    Args:
        drawing: one of `DRAWINGS`.
        text_before: its paragraph prints text before it, which tells where an inline drawing stands.
    """
    contents = [content for content in _contents(drawing) if any(text.text for text in content.iter(W + "t"))]
    if not contents:
        return []
    top, frame = _place(drawing)
    if frame == "inline":
        after = text_before
    else:
        after = frame in ("paragraph", "line", "text") and top is not None and top > _LINE
    return [Box(content, after, top, frame) for content in contents]


def in_reading_order(boxes: list[Box]) -> list[Box]:
    """Boxes of one paragraph from top to bottom where that can be told, else as stored (which is by layer)."""
    if len({box.frame for box in boxes}) == 1 and all(box.top is not None for box in boxes):
        return sorted(boxes, key=lambda box: box.top or 0.0)
    return boxes


def _contents(element: Element) -> Iterator[Element]:
    """Outermost boxes; the first version with text stands for the whole alternative."""
    if element.tag == _BOX:
        yield element
    elif element.tag == ALTERNATIVE:
        versions = (list(_contents(version)) for version in element)
        yield from next((found for found in versions if found), [])
    else:
        for child in element:
            yield from _contents(child)


def _place(drawing: Element) -> tuple[float | None, str]:
    if next(drawing.iter(_WP + "inline"), None) is not None:
        return None, "inline"
    vertical = next(drawing.iter(_WP + "positionV"), None)
    if vertical is not None:
        offset = vertical.findtext(_WP + "posOffset") or ""
        top = int(offset) / _EMU if re.fullmatch(r"-?\d{1,12}", offset) else None
        return top, vertical.get("relativeFrom", "")
    for shape in drawing.iter():
        if shape.tag.startswith(_VML) and (style := _style(shape)):
            if style.get("position") != "absolute":
                return None, "inline"
            return _length(style.get("margin-top", "")), style.get("mso-position-vertical-relative", "text")
    return None, "inline"


def _style(shape: Element) -> dict[str, str]:
    pairs = (piece.partition(":") for piece in shape.get("style", "").split(";"))
    return {name.strip().lower(): text.strip().lower() for name, _, text in pairs if text}


def _length(text: str) -> float | None:
    """A length of a VML style in points."""
    match = _LENGTH.match(text)
    return float(match[1]) * _POINTS[match[2] or "px"] if match else None


def find_unreadable(drawing: Element) -> str | None:
    """What a person may see in a drawing and no reader can read, as they would call it."""
    if drawing.tag == W + "object":
        embedded = next((part for part in drawing.iter() if part.tag.endswith("}OLEObject")), None)
        program = "" if embedded is None else embedded.get("ProgID", "")
        return None if program.startswith("Equation") or embedded is None else f"đối tượng nhúng {program}".strip()
    for data in drawing.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"):
        if name := next((name for kind, name in _OBJECTS.items() if data.get("uri", "").endswith(kind)), None):
            return name
    return "hình ảnh" if _has_large_picture(drawing) else None


def _has_large_picture(drawing: Element) -> bool:
    if not any(part.tag.endswith(("}blip", "}imagedata")) for part in drawing.iter()):
        return False
    sizes = [(_emu(extent.get("cx")), _emu(extent.get("cy"))) for extent in drawing.iter(_WP + "extent")]
    for shape in drawing.iter(_VML + "shape"):
        style = _style(shape)
        sizes.append((_length(style.get("width", "")) or 0.0, _length(style.get("height", "")) or 0.0))
    return any(width >= _PICTURE[0] and height >= _PICTURE[1] for width, height in sizes)


def _emu(text: str | None) -> float:
    return int(text) / _EMU if text and re.fullmatch(r"\d{1,12}", text) else 0.0


def drawn_words(root: Element) -> Iterator[str]:
    """Word art (a watermark, a stamp): text that is drawn as a shape."""
    for path in root.iter(_VML + "textpath"):
        if (text := path.get("string", "")).strip():
            yield text
