"""A page of a PDF file as a picture to be looked at, with the place marked where a quote stands."""

from __future__ import annotations

import logging
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ingest.documents import Box, PagePicture
from ingest.readers.page_marks import find_marks
from ingest.readers.pdf import PlacedPage, read_placed
from ingest.readers.pdf_streams import open_pdf
from knowledge.errors import PlanFileError

if TYPE_CHECKING:
    from PIL.Image import Image

_WIDTH = 1_000
"""Dots across a page: small print can be read, and a page of text is some 150 kB."""
_MOST_DOTS = 4_000_000
_COLOURS = 64
_AROUND = 70.0
"""Points above and below the mark that a strip shows."""
_PAD = 3.0
"""Points between letters and the frame of a mark."""
_FRAME, _FILL = (200, 60, 0), (255, 214, 64, 70)
_UNLIKE = 2.0
"""Points by which a page's size may differ between the two programs that read it."""
_UNDRAWN = "Không vẽ được trang này của văn bản."


class PageDrawer:
    """Makes pictures of the pages of one PDF file; the last page is kept, for its other quotes.

    Args:
        data: the file.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._last: tuple[int, Image, PlacedPage | None] | None = None

    def draw(self, number: int, quote: str, *, strip: bool) -> PagePicture:
        """A page, from 1.

        Args:
            strip: only what stands around the mark, where there is one.

        Raises:
            PlanFileError: there is no such page, or it cannot be drawn.
        """
        if not 1 <= number <= len(self._pages):
            raise PlanFileError("Văn bản không có trang này.")
        if self._last is None or self._last[0] != number:
            self._last = (number, *self._base(number))
        _, base, placed = self._last
        marks = find_marks(placed.blocks, quote) if placed is not None else []
        scale = base.width / placed.width if placed is not None else 1.0
        return PagePicture(_png(_marked(base, marks, scale, strip=strip)), bool(marks), len(self._pages))

    @cached_property
    def _pages(self) -> list[Any]:
        logging.getLogger("pdfminer").setLevel(logging.ERROR)
        try:
            return list(open_pdf(self._data))
        except PlanFileError:
            raise
        except Exception as error:  # whatever pdfminer trips on: it read this very file before
            raise PlanFileError(_UNDRAWN, type(error).__name__) from error

    def _base(self, number: int) -> tuple[Image, PlacedPage | None]:
        """The picture, and what stands on it; None where that cannot be told of the picture."""
        try:
            placed: PlacedPage | None = read_placed(self._data, self._pages[number - 1], number)
        except Exception:  # noqa: BLE001 - a page that cannot be read again may still be looked at
            placed = None
        turned = placed.turned if placed is not None else 0
        image, size = self._render(number, turned)
        if placed is not None and not _is_like(size, placed):
            placed = None  # cut to a part of the sheet: places would lie elsewhere
        return image, placed

    def _render(self, number: int, turned: int) -> tuple[Image, tuple[float, float]]:
        """The page's picture and its size in points."""
        import pypdfium2

        try:
            document = pypdfium2.PdfDocument(self._data)
            try:
                page = document[number - 1]
                width, height = page.get_size()
                if turned % 180:
                    width, height = height, width
                scale = min(_WIDTH / width, (_MOST_DOTS / (width * height)) ** 0.5)
                bitmap = page.render(scale=scale, rotation=turned, may_draw_forms=False)
                image: Image = bitmap.to_pil().convert("RGB")
                image.load()
            finally:
                document.close()
        except (pypdfium2.PdfiumError, ValueError, ZeroDivisionError) as error:
            raise PlanFileError(_UNDRAWN, repr(error)) from error
        return image, (width, height)


def _is_like(size: tuple[float, float], placed: PlacedPage) -> bool:
    return abs(size[0] - placed.width) <= _UNLIKE and abs(size[1] - placed.height) <= _UNLIKE


def _marked(base: Image, marks: list[Box], scale: float, *, strip: bool) -> Image:
    from PIL import Image as Images
    from PIL import ImageDraw

    if not marks:
        return base
    layer = Images.new("RGBA", base.size)
    drawing = ImageDraw.Draw(layer)
    for left, top, right, bottom in marks:
        frame = tuple(side * scale for side in (left - _PAD, top - _PAD, right + _PAD, bottom + _PAD))
        drawing.rectangle(frame, fill=_FILL, outline=(*_FRAME, 255), width=3)
    shown = Images.alpha_composite(base.convert("RGBA"), layer).convert("RGB")
    if not strip:
        return shown
    upper = max(min(mark[1] for mark in marks) - _AROUND, 0) * scale
    lower = min((max(mark[3] for mark in marks) + _AROUND) * scale, base.height)
    return shown.crop((0, int(upper), base.width, max(int(lower), int(upper) + 1)))


def _png(image: Image) -> bytes:
    from PIL import Image as Images

    made = BytesIO()
    image.quantize(_COLOURS, Images.Quantize.FASTOCTREE, dither=Images.Dither.NONE).save(made, "PNG")
    return made.getvalue()
