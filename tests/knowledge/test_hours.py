"""The hour that a deadline prints, and titles cut at the end of a phrase."""

from __future__ import annotations

from datetime import time

import pytest

from knowledge.deadlines import hour_of
from knowledge.text import cut_phrase


@pytest.mark.parametrize(
    ("phrase", "hour"),
    [
        ("trước 7h30 ngày 15/12", time(7, 30)),
        ("Trước 17 giờ ngày 10/12/2026", time(17)),
        ("trước 17 giờ 00 phút, ngày 10/12/2026", time(17)),
        ("lúc 14:00 ngày 3/3", time(14)),
        ("4 giờ chiều ngày 5/6", time(16)),
        ("Trước 17h00 thứ Sáu hằng tuần", time(17)),
        ("từ 8h đến 11h30 ngày 5/6", None),
        ("trước 9h ngày 10/6 và 15h ngày 10/12", None),
        ("trong vòng 24 giờ", None),
        ("trong 8 giờ làm việc", None),
        ("sau 2 giờ kể từ khi nhận", None),
        ("Quý III/2026", None),
        ("15/12/2026", None),
    ],
)
def test_the_one_hour_of_a_deadline(phrase: str, hour: time | None) -> None:
    assert hour_of(phrase) == hour


@pytest.mark.parametrize(
    ("text", "limit", "told"),
    [
        ("Tập huấn cải cách hành chính", 40, "Tập huấn cải cách hành chính"),
        ("Rà soát văn bản của Sở Văn hóa, Thể thao và Du lịch", 40, "Rà soát văn bản…"),
        ("Tuyên truyền, phổ biến; tập huấn về chuyển đổi số", 45, "Tuyên truyền, phổ biến; tập huấn…"),
        ("Kiểm tra hồ sơ, sổ sách của các đơn vị trực thuộc", 30, "Kiểm tra hồ sơ, sổ sách…"),
        ("Mộtchữkhôngcóchỗngắtnàocả và thêm", 12, "Mộtchữkhôngc…"),
    ],
)
def test_a_title_ends_with_a_phrase(text: str, limit: int, told: str) -> None:
    assert cut_phrase(text, limit) == told
