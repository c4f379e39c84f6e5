"""The offices of a cell whose lines have no sign between them."""

from __future__ import annotations

import pytest

from ingest.tables.cells import CellJudge
from ingest.tables.offices import split_lines
from knowledge.text import fold
from tests.ingest.writing import context

JUDGE = CellJudge(context())
ALONE = frozenset({fold("Tổ Một"), fold("NLNT"), fold("Văn phòng")})


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("Sở Xây dựng\nSở Tài chính", "Sở Xây dựng; Sở Tài chính"),
        ("Công an tỉnh\nUBND xã Tân Lộc", "Công an tỉnh; UBND xã Tân Lộc"),
        ("Sở Nông nghiệp\nvà Môi trường", "Sở Nông nghiệp và Môi trường"),
        ("Sở Văn hóa, Thể thao\nvà Du lịch\nSở Y tế", "Sở Văn hóa, Thể thao và Du lịch; Sở Y tế"),
        ("Văn phòng\nUBND tỉnh", "Văn phòng UBND tỉnh"),
        ("Văn phòng\nVụ Pháp chế", "Văn phòng; Vụ Pháp chế"),
        ("NLNT\nTổ Một", "NLNT; Tổ Một"),
        ("UBND xã\nTân Lộc", "UBND xã Tân Lộc"),
        ("- Sở Xây dựng\n- Sở Y tế", "Sở Xây dựng; Sở Y tế"),
        ("Phòng Văn hóa\n- Xã hội", "Phòng Văn hóa - Xã hội"),
        ("Sở Xây dựng;\nSở Y tế", "Sở Xây dựng; Sở Y tế"),
        ("Sở Xây dựng,\nSở Y tế", "Sở Xây dựng, Sở Y tế"),
    ],
)
def test_lines_that_begin_an_office_are_offices_of_their_own(lines: str, expected: str) -> None:
    assert split_lines(lines, JUDGE, ALONE) == expected
