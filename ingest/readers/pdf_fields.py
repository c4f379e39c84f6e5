"""Form fields, signature fields, stamps and text boxes of a PDF page: what they show and where.

Offices put number and day of a signed paper into such fields. An appearance is a drawing of its
own, laid onto the page (PDF 32000-1, 12.5.5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import Matrix, apply_matrix_pt, mult_matrix

_SHOWN = {"Widget", "FreeText", "Stamp"}
_HIDDEN, _NO_VIEW = 2, 32
"""Flags of an annotation (table 165): not drawn at all, not drawn on the screen."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """What an annotation draws.

    Attributes:
        stream: its drawing operators.
        placed: from the drawing's own space to the page's default space.
        signs: it belongs to a signature field or a stamp.
    """

    stream: PDFStream
    resources: dict[object, object]
    placed: Matrix
    signs: bool

    def ctm(self, page: Any) -> Matrix:
        """The transformation to begin drawing with on a page whose own is `page`."""
        return mult_matrix(self.placed, page)


def appearances(page: PDFPage) -> Iterator[Appearance]:
    """The appearances that a viewer shows on `page`, in drawing order."""
    annotations = resolve1(page.annots)
    for reference in annotations if isinstance(annotations, list) else []:
        annotation = resolve1(reference)
        if isinstance(annotation, dict) and (shown := _appearance(annotation)):
            yield shown


def _appearance(annotation: dict[str, Any]) -> Appearance | None:
    kind, flags = _name(annotation.get("Subtype")), resolve1(annotation.get("F"))
    if kind not in _SHOWN or (isinstance(flags, int) and flags & (_HIDDEN | _NO_VIEW)):
        return None
    stream, rect = _normal_stream(annotation), _numbers(annotation.get("Rect"), 4)
    if stream is None or rect is None:
        return None
    box = _numbers(stream.get("BBox"), 4) or (0.0, 0.0, abs(rect[2] - rect[0]), abs(rect[3] - rect[1]))
    matrix = _numbers(stream.get("Matrix"), 6) or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    resources = resolve1(stream.get("Resources"))
    return Appearance(
        stream,
        resources if isinstance(resources, dict) else {},
        mult_matrix(matrix, _fitted(box, matrix, rect)),  # type: ignore[arg-type]
        signs=kind == "Stamp" or _name(_inherited(annotation, "FT")) == "Sig",
    )


def _normal_stream(annotation: dict[str, Any]) -> PDFStream | None:
    """The normal appearance; of several, the one of the field's state."""
    looks = resolve1(annotation.get("AP"))
    normal = resolve1(looks.get("N")) if isinstance(looks, dict) else None
    if isinstance(normal, dict):
        normal = resolve1(normal.get(_name(annotation.get("AS"))))
    return normal if isinstance(normal, PDFStream) and normal.objid is not None else None


def _inherited(annotation: dict[str, Any], key: str) -> Any:
    """An attribute that a field may leave to its parent."""
    node: Any = annotation
    for _ in range(8):  # forms nest three levels at most; a loop of parents ends here
        if not isinstance(node, dict):
            return None
        if key in node:
            return resolve1(node[key])
        node = resolve1(node.get("Parent"))
    return None


def _fitted(box: tuple[float, ...], matrix: tuple[float, ...], rect: tuple[float, ...]) -> Matrix:
    """Moves and stretches the transformed box onto the annotation's rectangle."""
    corners = [apply_matrix_pt(matrix, (x, y)) for x in (box[0], box[2]) for y in (box[1], box[3])]  # type: ignore[arg-type]
    left, bottom = min(x for x, _ in corners), min(y for _, y in corners)
    width, height = max(x for x, _ in corners) - left, max(y for _, y in corners) - bottom
    to_left, to_bottom = min(rect[0], rect[2]), min(rect[1], rect[3])
    across = abs(rect[2] - rect[0]) / width if width else 1.0
    up = abs(rect[3] - rect[1]) / height if height else 1.0
    return across, 0.0, 0.0, up, to_left - left * across, to_bottom - bottom * up


def _name(value: Any) -> str:
    value = resolve1(value)
    return str(value.name) if isinstance(value, PSLiteral) else ""


def _numbers(value: Any, count: int) -> tuple[float, ...] | None:
    listed = resolve1(value)
    if not isinstance(listed, list) or len(listed) != count:
        return None
    numbers = [resolve1(number) for number in listed]
    if not all(isinstance(number, int | float) for number in numbers):
        return None
    return tuple(float(number) for number in numbers)
