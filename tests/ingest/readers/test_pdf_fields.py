"""PDF: what form fields, signature fields and stamps show on a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.documents import Document, Line
from ingest.readers import read_document
from tests.raw_pdf import one_page, stream, write_objects

HEAD = b"BT /F1 11 Tf 60 770 Td (S\xf3:        /KH-SNV) Tj 240 0 Td (ng\xe0y        th\xe1ng 02 n\xe3m 2026) Tj ET"
WIDGET = "/Subtype /Widget /FT /Sig /F 132"
RESOURCES = "/Resources << /Font << /F1 5 0 R >> >>"


def look(text: bytes, size: int = 11, box: str = "0 0 30 14", matrix: str = "") -> bytes:
    """An appearance that prints the lines of `text`."""
    shown = b" ".join(b"(%s) Tj T*" % line for line in text.split(b"\n"))
    operators = b"BT /F1 %d Tf %d TL 0 %d Td %s ET" % (size, size + 1, 3, shown)
    placed = f"/Matrix [{matrix}]" if matrix else ""
    return stream(operators, f"/Type /XObject /Subtype /Form /BBox [{box}] {placed} {RESOURCES}")


def read(tmp_path: Path, *fields: tuple[str, bytes], content: bytes = HEAD) -> Document:
    """A page with fields, each a dictionary without its appearance, and the appearance."""
    more: dict[int, bytes] = {}
    for number, (head, appearance) in enumerate(fields):
        more[10 + 2 * number] = f"<< /Type /Annot {head} /AP << /N {11 + 2 * number} 0 R >> >>".encode()
        more[11 + 2 * number] = appearance
    page = f"/Annots [{' '.join(f'{10 + 2 * n} 0 R' for n in range(len(fields)))}]"
    write_objects(tmp_path / "a.pdf", one_page(stream(content), page, more))
    return read_document(tmp_path / "a.pdf")


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Line)]


FILLED = "Só: 57 /KH-SNV    ngày 09 tháng 02 nãm 2026"
"""The page's own font has the letters of Western Europe only."""
NUMBER, DAY = "/Rect [82 768 112 782]", "/Rect [330 768 352 782]"


def test_number_and_day_in_signature_fields(tmp_path: Path) -> None:
    document = read(tmp_path, (f"{WIDGET} {NUMBER}", look(b"57")), (f"{WIDGET} {DAY}", look(b"09")))
    assert texts(document) == [FILLED]


@pytest.mark.parametrize(
    ("head", "appearance"),
    [
        (f"/Subtype /FreeText {NUMBER}", look(b"57")),
        (f"/Subtype /Widget /FT /Tx /F 4 {NUMBER}", look(b"57")),
        # Drawn twice as large, and turned on its side: fitted onto the rectangle as a viewer does.
        (f"{WIDGET} {NUMBER}", look(b"57", size=22, box="0 0 60 28")),
        (f"{WIDGET} {NUMBER}", look(b"57", matrix="1 0 0 1 500 -300")),
    ],
)
def test_where_an_appearance_lies(tmp_path: Path, head: str, appearance: bytes) -> None:
    document = read(tmp_path, (head, appearance))
    assert texts(document)[0].startswith("Só: 57 /KH-SNV")


@pytest.mark.parametrize(
    "head",
    [
        f"/Subtype /Widget /FT /Sig /F 134 {NUMBER}",
        f"/Subtype /Widget /FT /Sig /F 36 {NUMBER}",
        f"/Subtype /Link {NUMBER}",
        f"/Subtype /Popup {NUMBER}",
    ],
)
def test_what_a_viewer_does_not_show(tmp_path: Path, head: str) -> None:
    assert texts(read(tmp_path, (head, look(b"57")))) == texts(read(tmp_path))


@pytest.mark.parametrize(
    "stamp",
    [
        b"Nguoi ky: So Noi vu\nThoi gian ky: 09.02.2026 08:15:02 +07:00",
        b"VAN PHONG\nvp@phugiang.gov.vn\n09.02.2026",
        b"So Noi vu\n09.02.2026 08:15:02",
    ],
)
def test_who_signed_is_no_text_of_the_paper(tmp_path: Path, stamp: bytes) -> None:
    document = read(tmp_path, (f"{WIDGET} /Rect [400 780 590 840]", look(stamp, box="0 0 190 60")))
    assert len(texts(document)) == 1
    assert len(document.margins) == 1
    assert "09.02.2026" in document.margins[0]


def test_a_stamp_merged_into_the_page(tmp_path: Path) -> None:
    stamp = (b"Ky boi: So Noi vu", b"Email: vp@phugiang.gov.vn", b"Thoi gian ky: 09.02.2026 08:15:02 +07:00")
    printed = b" ".join(b"(%s) Tj T*" % line for line in stamp)
    body = HEAD + b" BT /F1 11 Tf 60 700 Td (1. Sound text of a paper that goes on until its line is full) Tj ET"
    document = read(tmp_path, content=body + b" BT /F1 6 Tf 7 TL 470 776 Td " + printed + b" ET")
    assert texts(document) == texts(read(tmp_path, content=body))
    assert document.margins == (b"\n".join(stamp).decode(),)


def test_invisible_text_is_not_read(tmp_path: Path) -> None:
    content = b"BT /F1 11 Tf 60 770 Td (Seen) Tj 3 Tr 0 -40 Td (Never seen) Tj ET"
    assert texts(read(tmp_path, content=content)) == ["Seen"]
