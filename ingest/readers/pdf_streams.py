"""PDF files opened with bounds: how far a stream may unpack and how many pages are looked at.

pdfminer unpacks whatever a filter gives; a file of 14 kB can hold ten gigabytes. Every stream is
first unpacked here against a cap, before pdfminer does it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import LITERALS_FLATE_DECODE, LITERALS_LZW_DECODE, LITERALS_RUNLENGTH_DECODE, PDFStream
from pdfminer.psparser import PSKeyword

from knowledge.errors import PlanFileError

MAX_PAGES = 3_000
"""The longest papers of an administration have some hundreds of pages."""
_MAX_UNPACKED = 20_000_000
"""Bytes of one stream that is read as text, font or list of objects; pictures are not unpacked here.
The drawing of a page crowded with text takes a fiftieth of it."""
_MAX_PACKED_RUNS = 300_000
"""Bytes of a stream packed by LZW or run lengths, which cannot be unpacked piece by piece: it may
grow a thousandfold. Such filters are those of the nineties, whose files are small."""
_MAX_PREDICTED_ROW = 1_000_000
"""Bytes of a row that a predictor restores; an object table has under 20, a picture under 60,000."""
_PIECE = 1 << 16

_TOO_LARGE = "Tệp PDF chứa nội dung lớn bất thường khi giải nén nên không được mở; xin kiểm tra lại nguồn của tệp."
_TOO_LONG = f"Tệp PDF quá dài (trên {MAX_PAGES} trang) nên không được đọc."


def open_pdf(data: bytes) -> list[PDFPage]:
    """The pages of a PDF file.

    Raises:
        PlanFileError: too many pages, or a stream that unpacks to too much (also later, as pages are read).
        PDFException, PSException and what else pdfminer trips on: damaged or locked.
    """
    document = PDFDocument(_Parser(BytesIO(data)))
    pages = list(islice(PDFPage.create_pages(document), MAX_PAGES + 1))
    if len(pages) > MAX_PAGES:
        raise PlanFileError(_TOO_LONG)
    return pages


class _Parser(PDFParser):
    """A parser whose streams unpack within bounds."""

    def do_keyword(self, pos: int, token: PSKeyword) -> None:
        super().do_keyword(pos, token)
        if token is self.KEYWORD_STREAM and self.curstack:
            ((at, stream),) = self.pop(1)
            if isinstance(stream, PDFStream):
                stream = _Stream(stream.attrs, stream.rawdata or b"", stream.decipher)
            self.push((at, stream))


class _Stream(PDFStream):
    """A stream that is measured before it is unpacked."""

    def decode(self) -> None:
        self._check_size()
        super().decode()

    def _check_size(self) -> None:
        data = self.rawdata or b""
        if self.decipher and self.objid is not None and self.genno is not None:
            data = self.decipher(self.objid, self.genno, data, self.attrs)
        for filter_, params in self.get_filters():
            _check_predictor(params)
            if filter_ in LITERALS_FLATE_DECODE:
                data = _inflate(data)
            elif filter_ in LITERALS_LZW_DECODE or filter_ in LITERALS_RUNLENGTH_DECODE:
                if len(data) > _MAX_PACKED_RUNS:
                    raise PlanFileError(_TOO_LARGE)
                return  # what another layer would make of it, pdfminer shows within the same bound
        if len(data) > _MAX_UNPACKED and not self._is_picture():
            raise PlanFileError(_TOO_LARGE)

    def _is_picture(self) -> bool:
        return "Width" in self.attrs and "Height" in self.attrs


def _check_predictor(params: Any) -> None:
    if not isinstance(params, dict):
        return
    bits = 1.0
    for key, usual in (("Columns", 1), ("Colors", 1), ("BitsPerComponent", 8)):
        value = params.get(key, usual)
        bits *= value if isinstance(value, int | float) else usual
    if bits / 8 > _MAX_PREDICTED_ROW:
        raise PlanFileError(_TOO_LARGE)


def _inflate(data: bytes) -> bytes:
    """Unpack as far as the data is sound."""
    unpacked = bytearray()
    for piece in _inflated_pieces(data):
        unpacked += piece
        if len(unpacked) > _MAX_UNPACKED:
            raise PlanFileError(_TOO_LARGE)
    return bytes(unpacked)


def _inflated_pieces(data: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    rest = data
    while rest and not inflater.eof:
        try:
            yield inflater.decompress(rest, _PIECE)
        except zlib.error:
            return
        rest = inflater.unconsumed_tail
