"""PDF: lines and ruled tables in reading order, with pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.documents import Cell, Line, Row, Table
from ingest.readers import read_document
from knowledge.errors import ClassifiedError, PlanFileError
from tests.pdfs import Box, Grid, PageItem, Pager, Text, write_pdf

ABOVE = Cell("", merged_above=True)
LEFT = Cell("", merged_left=True)


def read(tmp_path: Path, *pages: list[PageItem]) -> tuple[Line | Table, ...]:
    """The blocks of a file of these pages, without their boxes."""
    write_pdf(tmp_path / "a.pdf", pages)
    return tuple(without_boxes(block) for block in read_document(tmp_path / "a.pdf").blocks)


def without_boxes(block: Line | Table) -> Line | Table:
    if isinstance(block, Line):
        return replace(block, box=None)
    rows = tuple(replace(row, cells=tuple(replace(cell, box=None) for cell in row.cells)) for row in block.rows)
    return replace(block, rows=rows)


def test_lines_and_a_table_with_merged_cells(tmp_path: Path) -> None:
    grid = Grid(
        50, 120, (30, 80, 150, 90),
        (
            (Box("TT"), Box("Nhiệm vụ", columns=2, bold=True), None, "Chủ trì"),
            ("1", Box("Cải cách thể chế", rows=2), "Rà soát văn bản quy phạm pháp luật của tỉnh", "Sở Tư pháp"),
            ("2", None, "Công bố", ""),
        ),
    )  # fmt: skip
    blocks = read(
        tmp_path,
        [Text(50, 60, "KẾ HOẠCH", bold=True), grid, Text(50, 100, "Phụ lục đính kèm")],
        [Text(50, 60, "Nơi nhận: Như trên")],
    )
    assert blocks == (
        Line("KẾ HOẠCH", page=1, paragraph=1, bold=True),
        Line("Phụ lục đính kèm", page=1, paragraph=2),
        Table(
            (
                Row((Cell("TT"), Cell("Nhiệm vụ"), LEFT, Cell("Chủ trì")), page=1, number=1),
                Row(
                    (
                        Cell("1"),
                        Cell("Cải cách thể\nchế"),
                        Cell("Rà soát văn bản quy phạm\npháp luật của tỉnh"),
                        Cell("Sở Tư pháp"),
                    ),
                    page=1,
                    number=2,
                ),
                Row((Cell("2"), ABOVE, Cell("Công bố"), Cell("")), page=1, number=3),
            ),
            page=1,
        ),
        Line("Nơi nhận: Như trên", page=2, paragraph=3),
    )


def test_a_table_over_three_pages(tmp_path: Path) -> None:
    pager = Pager()
    pager.line("PHỤ LỤC", bold=True, centred=True)
    tasks = [(str(n), f"Nhiệm vụ thứ {n}: rà soát, sửa đổi quy trình nội bộ", "Sở Nội vụ") for n in range(1, 121)]
    pager.table((40, 300, 120), [("TT", "Nhiệm vụ", "Chủ trì"), *tasks], repeat=1)
    pager.line("Nơi nhận: Như trên")
    blocks = read(tmp_path, *pager.pages)
    tables = [block for block in blocks if isinstance(block, Table)]
    assert [table.page for table in tables] == [1, 2, 3]
    assert {tuple(cell.text for cell in table.rows[0].cells) for table in tables} == {("TT", "Nhiệm vụ", "Chủ trì")}
    assert [row.cells[0].text for table in tables for row in table.rows[1:]] == [str(n) for n in range(1, 121)]
    assert isinstance(blocks[-1], Line)


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([Text(50, 60, "SỞ NỘI VỤ"), Text(300, 60, "CỘNG HÒA XÃ HỘI")], "SỞ NỘI VỤ    CỘNG HÒA XÃ HỘI"),
        ([Text(50, 60, "Đề án"), Text(83, 56, "12", size=6), Text(95, 60, "của tỉnh")], "Đề án¹² của tỉnh"),
        ([Text(50, 60, "KẾ HOẠCH"), Text(50.2, 60, "KẾ HOẠCH")], "KẾ HOẠCH"),  # struck twice to look bold
        ([Text(50, 60, "sửa"), Text(69.5, 60, " "), Text(71, 60, "đổi")], "sửa đổi"),  # set close
        ([Text(50, 60, "sửa"), Text(69.5, 60, " "), Text(70, 60, "đổi")], "sửađổi"),  # nothing to see
        ([Text(50, 60, "Định kǶ, đội ngǜ")], "Định kỳ, đội ngũ"),
        ([Text(50, 60, "Së Néi vô", font=".VnTime")], "Sở Nội vụ"),
        ([Text(50, 60, "Sôû Noäi vuï", font="VNI-Times")], "Sở Nội vụ"),
        ([Text(50, 60, "së néi vô", font=".VnTimeH")], "SỞ NỘI VỤ"),
        ([Text(50, 60, "Së Néi vô chñ tr× rµ so¸t thñ tôc")], "Sở Nội vụ chủ trì rà soát thủ tục"),
    ],
)
def test_one_line(tmp_path: Path, items: list[PageItem], text: str) -> None:
    (line,) = read(tmp_path, items)
    assert isinstance(line, Line)
    assert line.text == text


def test_a_frame_is_no_table(tmp_path: Path) -> None:
    (line,) = read(tmp_path, [Grid(50, 60, (200,), (("DỰ THẢO",),))])
    assert isinstance(line, Line)
    with pytest.raises(ClassifiedError):
        read(tmp_path, [Text(50, 50, "KẾ HOẠCH"), Grid(50, 60, (80,), (("TỐI MẬT",),))])


def test_places(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [[Text(50, 60, "KẾ HOẠCH"), Grid(50, 100, (100, 100), (("TT", "Chủ trì"),) * 2)]])
    line, table = read_document(tmp_path / "a.pdf").blocks
    assert isinstance(line, Line)
    assert isinstance(table, Table)
    assert line.box == pytest.approx((50, 52, 108, 63), abs=1.5)
    assert table.rows[1].cells[1].box == pytest.approx((150, 117, 250, 134), abs=1.5)


def test_a_password(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [[Text(50, 60, "KẾ HOẠCH")]], password="phugiang")
    with pytest.raises(PlanFileError) as refused:
        read_document(tmp_path / "a.pdf")
    assert refused.value.sentence == "Tệp PDF có mật khẩu; xin gỡ mật khẩu rồi nạp lại."
