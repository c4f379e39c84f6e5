"""Scanned pages to words: the picture of a page is made ready, cut along its rulings and read by tesseract.

Pictures are made one after the other (pdfium is not made for threads), read side by side. What could
not be read is a `PageReading` with a problem, never an exception: the other pages count.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ingest.progress import Pages
from ingest.readers.ocr_engine import OCR_MISSING, OcrError, PageReading, is_available
from ingest.readers.pdf_kinds import is_scan
from ingest.readers.pdf_page import DrawnPage

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["OCR_MISSING", "PageReading", "ScanReader"]

_COARSEST, _FINEST = 200, 240
"""Dots per inch that a picture is read at; between them, its own resolution. Under 200 the marks of
small print run together, over 300 reading only takes longer."""
_MAX_PICTURE = 80_000_000
"""Points of colour of a page's pictures: an A3 page at 600 dpi has 70 million."""
_MAX_RENDERED = 40_000_000
_COARSEST_LARGE = 100
"""A page so large that it would be read at fewer dots per inch is a poster or a map, not text."""
_MAX_SCANS = 150
"""Pages read by OCR in one file: three minutes of two cores."""
_TOO_MANY = f"tệp có trên {_MAX_SCANS} trang quét ảnh"
_TOO_LARGE = "ảnh của trang lớn bất thường"
_DAMAGED = "ảnh của trang bị hỏng"


class ScanReader:
    """Reads scanned pages of one file while the others are being drawn. Use it in a `with`.

    Args:
        pages: told of every page that was begun, when it is finished.
    """

    def __init__(self, data: bytes, pages: Pages) -> None:
        self._data = data
        self._pages = pages
        self._document: Any = None
        self._readings: dict[int, Future[PageReading]] = {}
        workers = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(workers)
        # Pictures waiting to be read take 9 MB each: no more of them than will soon be taken up.
        self._waiting = threading.BoundedSemaphore(2 * workers)

    def __enter__(self) -> ScanReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._document is not None:
            self._document.close()

    @cached_property
    def available(self) -> bool:
        """Whether scans can be read on this machine."""
        return is_available()

    def start(self, number: int, drawn: DrawnPage) -> None:
        """Begin to read a page; returns as soon as its picture is made."""
        if not self.available:
            return
        self._waiting.acquire()
        try:
            picture, points = self._picture(number, drawn)
        except OcrError as error:
            self._waiting.release()
            self._readings[number] = Future()
            self._readings[number].set_result(PageReading(problem=str(error)))
            self._pages.finished()
            return
        future = self._pool.submit(_read, picture, points, is_scan(drawn))
        future.add_done_callback(self._finish)
        self._readings[number] = future

    def result(self, number: int) -> PageReading:
        """What was read from a page that was begun."""
        return self._readings[number].result()

    def _finish(self, _: Future[PageReading]) -> None:
        self._waiting.release()
        self._pages.finished()

    def _picture(self, number: int, drawn: DrawnPage) -> tuple[Image, float]:
        """The page in grey, without what is laid over it, and how many points one of its dots is wide."""
        import pypdfium2

        if len(self._readings) >= _MAX_SCANS:
            raise OcrError(_TOO_MANY)
        if sum(picture.pixels for picture in drawn.pictures) > _MAX_PICTURE:
            raise OcrError(_TOO_LARGE)
        dots = _resolution(drawn)
        try:
            self._document = self._document or pypdfium2.PdfDocument(self._data)
            page = self._document[number - 1]
            bitmap = page.render(
                scale=dots / 72, rotation=drawn.turned, grayscale=True, may_draw_forms=False, draw_annots=False
            )
            image: Image = bitmap.to_pil().convert("L")
            page.close()
        except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
            raise OcrError(_DAMAGED) from error
        return image, 72 / dots


def _resolution(drawn: DrawnPage) -> float:
    """Dots per inch to make the page's picture at.

    Raises:
        OcrError: the page is too large.
    """
    own = max((_dots(picture.pixels, picture.box) for picture in drawn.pictures), default=_FINEST)
    inches = drawn.width * drawn.height / 72**2
    most = (_MAX_RENDERED / inches) ** 0.5 if inches else 0.0
    if most < _COARSEST_LARGE:
        raise OcrError(_TOO_LARGE)
    return min(max(own, _COARSEST), _FINEST, most)


def _dots(pixels: int, box: tuple[float, float, float, float]) -> float:
    area = (box[2] - box[0]) * (box[3] - box[1]) / 72**2
    return float((pixels / area) ** 0.5) if area > 0 else 0.0


def _read(picture: Image, points: float, may_lie: bool) -> PageReading:
    from ingest.readers.ocr_page import read_picture

    try:
        return read_picture(picture, points, may_lie)
    except OcrError as error:
        return PageReading(problem=str(error))
