"""PDF files written object by object, for what no library writes: odd fields, and files made to do harm."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def stream(content: bytes, head: str = "", layers: int = 0) -> bytes:
    """A stream object, packed by Flate `layers` times."""
    for _ in range(layers):
        content = zlib.compress(content, 9)
    packed = f"/Filter [{' /FlateDecode' * layers}]" if layers else ""
    return b"<< /Length %d %s >>\nstream\n" % (len(content), f"{packed} {head}".encode()) + content + b"\nendstream"


def write_objects(path: Path, objects: Mapping[int, bytes]) -> None:
    """Write a file of numbered objects; number 1 is the catalogue."""
    data, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(data)
    data += b"xref\n"
    for number, place in places.items():
        data += b"%d 1\n%010d 00000 n \n" % (number, place)
    data += b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (max(places) + 1, start)
    path.write_bytes(data)


def one_page(content: bytes, page: str = "", more: Mapping[int, bytes] | None = None) -> dict[int, bytes]:
    """The objects of a file with one A4 page: 3 is the page, 4 its content, 5 the font /F1; `more` from 10 on."""
    head = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {page}"
    if "/Resources" not in page:
        head += " /Resources << /Font << /F1 5 0 R >> >>"
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< {head} >>".encode(),
        4: content,
        5: FONT,
        **(more or {}),
    }
