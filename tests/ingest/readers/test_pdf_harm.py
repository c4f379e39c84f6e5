"""PDF files made to do harm: each is refused with a sentence, soon and within little memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.readers import read_document
from knowledge.errors import PlanFileError
from tests.raw_pdf import one_page, stream, write_objects

UNPACKED = "Tệp PDF chứa nội dung lớn bất thường khi giải nén nên không được mở; xin kiểm tra lại nguồn của tệp."
CROWDED = "Tệp PDF có trang chứa nội dung nhiều bất thường nên không được đọc; xin kiểm tra lại nguồn của tệp."
LONG = "Tệp PDF quá dài (trên 3000 trang) nên không được đọc."
SECONDS, BYTES = 5, 600_000_000


def two_layers(path: Path) -> None:
    """300 MB of blanks in two layers of Flate: some hundred bytes."""
    write_objects(path, one_page(stream(b" " * 300_000_000, layers=2)))


def packed_objects(path: Path) -> None:
    """The same as a picture whose predictor asks for rows of a gigabyte."""
    content = stream(b"0", "/DecodeParms << /Predictor 12 /Columns 1000000000 >>", layers=1)
    write_objects(path, one_page(content))


def nested_forms(path: Path) -> None:
    """Each form draws the next one ten times: ten to the eighth drawings in three kilobytes."""
    forms = {
        number: stream(
            f"/X{number + 1} Do ".encode() * 10,
            f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
            f"/Resources << /XObject << /X{number + 1} {number + 1} 0 R >> >>",
        )
        for number in range(10, 18)
    }
    last = stream(b"0 0 m", "/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    page = "/Resources << /XObject << /X10 10 0 R >> >>"
    write_objects(path, one_page(stream(b"/X10 Do"), page, {**forms, 18: last}))


def crowded_text(path: Path) -> None:
    """Five million letters on one page."""
    text = b"BT /F1 9 Tf (" + b"a" * 5_000_000 + b") Tj ET"
    write_objects(path, one_page(stream(text, layers=1)))


def many_operands(path: Path) -> None:
    """Nine million numbers that no operator takes."""
    write_objects(path, one_page(stream(b"0 " * 9_000_000, layers=2)))


def many_pages(path: Path) -> None:
    pages = range(10, 5_010)
    kids = " ".join(f"{number} 0 R" for number in pages)
    objects = one_page(stream(b"BT /F1 9 Tf (a) Tj ET"))
    objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count 5000 >>".encode()
    write_objects(path, {**objects, **dict.fromkeys(pages, objects[3])})


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (two_layers, UNPACKED),
        (packed_objects, UNPACKED),
        (nested_forms, CROWDED),
        (crowded_text, CROWDED),
        (many_operands, CROWDED),
        (many_pages, LONG),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_refused_soon(tmp_path: Path, make: Callable[[Path], None], sentence: str) -> None:
    path = tmp_path / "a.pdf"
    make(path)
    begun = time.process_time()  # the busy machine is not what is held
    with pytest.raises(PlanFileError) as refused:
        read_document(path)
    assert refused.value.sentence == sentence
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize("make", [two_layers, nested_forms])
def test_refused_within_little_memory(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "a.pdf"
    make(path)
    tracemalloc.start()
    try:
        with pytest.raises(PlanFileError):
            read_document(path)
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()


def test_a_form_that_draws_itself(tmp_path: Path) -> None:
    form = stream(b"BT /F1 9 Tf 9 9 Td (TB) Tj ET /X10 Do", "/Type /XObject /Subtype /Form /BBox [0 0 99 99]")
    page = "/Resources << /Font << /F1 5 0 R >> /XObject << /X10 10 0 R >> >>"
    write_objects(tmp_path / "a.pdf", one_page(stream(b"/X10 Do"), page, {10: form}))
    (line,) = read_document(tmp_path / "a.pdf").blocks
    assert getattr(line, "text", None) == "TB"
