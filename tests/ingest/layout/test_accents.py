"""Misread accents of OCR put right by how the same words are written elsewhere."""

from __future__ import annotations

import pytest

from ingest.documents import Block, Cell, Line, Row, Table
from ingest.layout.accents import restore_accents

NAMES = ("Sở Nông nghiệp và Môi trường", "thẩm định", "thành phố")
PAPER = tuple(Line(f"Bến đò Vàm Sát, lần {n}", confidence=0.97) for n in range(3))


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("UBND thành phô thâm định hồ sơ", "UBND thành phố thẩm định hồ sơ"),
        ("SỞ NÔNG NGHIỆP VÀ MÔI TRUÒNG", "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG"),
        ("Sửa bên đò Vàm Sat", "Sửa bến đò Vàm Sát"),
        ("bên Đò Xóm Chài", "bến Đò Xóm Chài"),
        ("Một chiếc xuồng", "Một chiếc xuồng"),
    ],
)
def test_what_ocr_misread(read: str, right: str) -> None:
    blocks: list[Block] = [*PAPER, Line(read, confidence=0.8)]
    assert restore_accents(blocks, NAMES)[-1] == Line(right, confidence=0.8)


def test_cells_too_and_printed_text_never() -> None:
    table = Table((Row((Cell("thành phô", confidence=0.9), Cell("thâm định"))),))
    first, second = restore_accents([table, Line("môi truờng")], NAMES)
    assert isinstance(first, Table)
    assert [c.text for c in first.rows[0].cells] == ["thành phố", "thâm định"]
    assert second == Line("môi truờng")


def test_two_ways_that_stand_side_by_side_are_left() -> None:
    lines = [Line(text, confidence=0.9) for text in ("cảng cá Lam", "cảng cá Lam", "căng cả Lam")]
    assert restore_accents(lines, ()) == lines
