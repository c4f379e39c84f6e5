"""Where on a page a quote stands."""

from __future__ import annotations

from ingest.documents import Block, Box, Cell, Line, Row, Table
from ingest.readers.page_marks import find_marks

CLAUSE = (
    "1. Sở Nông nghiệp và Môi trường chủ trì, phối hợp với Công an tỉnh rà soát phương án ứng phó bão mạnh "
    "trên địa bàn toàn tỉnh, trình Ủy ban nhân dân tỉnh trước ngày 15 tháng 3 năm 2026."
)
PRINTED = (
    "II. NHIỆM VỤ",
    "1. Sở Nông nghiệp và Môi trường chủ trì, phối hợp với Công an tỉnh rà soát",
    "phương án ứng phó bão mạnh trên địa bàn toàn tỉnh, trình Ủy ban nhân dân tỉnh",
    "trước ngày 15 tháng 3 năm 2026.",
    "2. Sở Tài chính bố trí kinh phí mua vật tư dự phòng, trình Ủy ban nhân dân tỉnh",
    "trước ngày 30 tháng 6 năm 2026.",
)
ROWS = (
    ("TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"),
    ("1", "Rà soát phương án ứng phó bão mạnh", "Sở Tài chính", "Quý I/2026"),
    ("2", "Bố trí kinh phí mua vật tư dự phòng", "Sở Tài chính", "Quý II/2026"),
    ("3", "Diễn tập sơ tán dân ven sông", "Sở Tài chính", "Quý II/2026"),
)


def _box(line: int, left: float = 50.0, right: float = 540.0) -> Box:
    return left, 100.0 + 20 * line, right, 115.0 + 20 * line


def _lines(*texts: str) -> list[Block]:
    return [Line(text, page=1, box=_box(number)) for number, text in enumerate(texts)]


def _table(rows: tuple[tuple[str, ...], ...] = ROWS) -> Table:
    return Table(
        tuple(
            Row(tuple(Cell(text, box=_box(at, 100.0 * i, 100.0 * (i + 1))) for i, text in enumerate(row)))
            for at, row in enumerate(rows)
        ),
        page=1,
    )


def _spanned(*lines: int) -> list[Box]:
    return [(50.0, _box(lines[0])[1], 540.0, _box(lines[-1])[3])]


def test_a_clause_over_several_lines() -> None:
    assert find_marks(_lines(*PRINTED), CLAUSE) == _spanned(1, 3)


def test_what_ocr_misread_is_found_all_the_same() -> None:
    misread = [line.replace("phương án ứng", "phưong ấn úng").replace("trình Ủy", "trinh Uy") for line in PRINTED]
    misread[3] = "trước ngày 15 thảng 3 nãm 2O26."
    assert find_marks(_lines(*misread), CLAUSE) == _spanned(1, 3)


def test_a_clause_that_goes_on_on_the_next_page() -> None:
    assert find_marks(_lines(*PRINTED[:2]), CLAUSE) == _spanned(1, 1)
    assert find_marks(_lines("2", *PRINTED[2:]), CLAUSE) == _spanned(1, 2)


def test_a_sentence_in_the_middle_of_lines() -> None:
    assert find_marks(_lines(*PRINTED), "Công an tỉnh rà soát phương án ứng phó bão mạnh trên địa bàn") == _spanned(
        1, 2
    )


def test_a_row_of_a_table_by_what_is_its_own() -> None:
    blocks = [*_lines("PHỤ LỤC"), _table()]
    assert find_marks(blocks, " | ".join(ROWS[2])) == [(0.0, 140.0, 400.0, 155.0)]
    assert find_marks(blocks, " | ".join(ROWS[3])) == [(0.0, 160.0, 400.0, 175.0)]


def test_a_row_that_a_page_break_has_cut() -> None:
    cut = (*ROWS[:2], ("2", "Bố trí kinh phí mua", "Sở Tài", "Quý"))
    assert find_marks([_table(cut)], " | ".join(ROWS[2])) == [(0.0, 140.0, 400.0, 155.0)]


def test_what_is_not_on_the_page_is_not_marked() -> None:
    blocks = [*_lines(*PRINTED), _table()]
    assert find_marks(blocks, "Tổ chức hội nghị đối thoại với doanh nghiệp | Sở Công Thương | Tháng 11/2026") == []
    assert find_marks(blocks, "") == []
    assert find_marks([], CLAUSE) == []
