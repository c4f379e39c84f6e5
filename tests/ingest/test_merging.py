"""One duty once: a row, a label line and a sentence that state the same duty are one task with several sources."""

from __future__ import annotations

import pytest

from tests.ingest.writing import read

HEAD = "KẾ HOẠCH\nBến đò an toàn tỉnh Phú Giang năm 2026\n"
TABLE = (
    "PHỤ LỤC\nTT\tNhiệm vụ\tChủ trì\tThời gian\n"
    "1\tKiểm định áo phao tại các bến đò ngang sông Lam Thủy\tSở Xây dựng\tQuý II/2026\n"
    "2\tMở lớp dạy bơi cho học sinh vùng sông nước\tSở Giáo dục và Đào tạo\tTháng 7/2026\n"
)
LABELS = (
    "II. NHIỆM VỤ\n1. Kiểm định áo phao tại các bến đò ngang trên sông Lam Thủy\n"
    "- Chủ trì: Sở Xây dựng.\n- Sản phẩm: Biên bản.\n"
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Sở Xây dựng chủ trì kiểm định áo phao tại các bến đò ngang sông Lam Thủy.",
        "Sở Xây dựng kiểm định áo phao tại các bến đò ngang sông Lam Thủy trong quý II/2026.",
        "Giao Sở Xây dựng tổ chức kiểm định áo phao tại bến đò ngang sông Lam Thủy.",
    ],
)
def test_a_sentence_that_restates_a_row_is_a_further_source(sentence: str) -> None:
    draft = read(f"{HEAD}III. TỔ CHỨC THỰC HIỆN\n1. {sentence}\n{TABLE}")
    first, _ = draft.tasks
    assert (first.source.row, first.lead, first.deadline.phrase) == (1, ("Sở Xây dựng",), "Quý II/2026")
    assert [s.clause for s in first.sources] == ["1"]
    assert (draft.report.rows, draft.report.clauses) == (2, 0)


def test_a_row_a_label_line_and_a_sentence_are_one_task() -> None:
    sentence = "III. TỔ CHỨC THỰC HIỆN\n1. Sở Xây dựng kiểm định áo phao tại các bến đò ngang sông Lam Thủy.\n"
    first, _ = read(HEAD + LABELS + sentence + TABLE).tasks
    assert (len(first.sources), first.product, first.deadline.phrase) == (2, "Biên bản.", "Quý II/2026")


@pytest.mark.parametrize(
    "sentence",
    [
        "Sở Y tế kiểm định áo phao tại các bến đò ngang sông Lam Thủy.",
        "Sở Xây dựng kiểm định áo phao tại các bến đò ngang sông Lam Thủy trước ngày 15/9/2026.",
        "Sở Xây dựng kiểm định cầu treo tại các xã ven sông Lam Thủy.",
    ],
)
def test_another_office_another_day_or_another_thing_is_another_duty(sentence: str) -> None:
    draft = read(f"{HEAD}III. TỔ CHỨC THỰC HIỆN\n1. {sentence}\n{TABLE}")
    assert len(draft.tasks) == 3
    assert all(not task.sources for task in draft.tasks)


def test_two_rows_alike_stay_two() -> None:
    row = "\tKiểm định áo phao tại các bến đò ngang sông Lam Thủy\tSở Xây dựng\tQuý II/2026\n"
    assert len(read(f"{HEAD}PHỤ LỤC\nTT\tNhiệm vụ\tChủ trì\tThời gian\n1{row}2{row}").tasks) == 2
