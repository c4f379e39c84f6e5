"""Small papers of tỉnh Phú Giang, for tests that change one word and load again."""

from __future__ import annotations

from pathlib import Path

Row = tuple[str, str, str]
"""Task, lead agency, deadline."""

FLOODS: tuple[Row, ...] = (
    ("Rà soát phương án ứng phó bão mạnh", "Sở Nông nghiệp và Môi trường", "Quý I/2026"),
    ("Bố trí kinh phí mua vật tư dự phòng", "Sở Tài chính", "Trước ngày 15/5/2026"),
    ("Diễn tập sơ tán dân ven sông", "Công an tỉnh", "Tháng 7 hàng năm"),
)
LIBRARIES: tuple[Row, ...] = (
    ("Số hóa tài liệu quý của thư viện", "Sở Văn hóa, Thể thao và Du lịch", "Quý II/2026"),
    ("Mở phòng đọc cho trẻ em khuyết tật", "Sở Giáo dục và Đào tạo", "30/9/2026"),
    ("Luân chuyển sách về vùng cao", "Sở Nội vụ", "Thường xuyên"),
)

DECISION = """
ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG
Số: 77/QĐ-UBND
Phú Giang, ngày 20 tháng 4 năm 2026
QUYẾT ĐỊNH
Về việc điều chỉnh Kế hoạch số 12/KH-UBND ngày 05/01/2026
Điều 1. Điều chỉnh một số nội dung của Kế hoạch số 12/KH-UBND như sau:
1. Lùi thời hạn nhiệm vụ “Bố trí kinh phí mua vật tư dự phòng” sang trước ngày 30/6/2026.
2. Chuyển cơ quan chủ trì nhiệm vụ “Diễn tập sơ tán dân ven sông” từ Công an tỉnh sang Sở Xây dựng.
3. Bãi bỏ nhiệm vụ “Rà soát phương án ứng phó bão mạnh”.
"""
"""Changes each of the tasks of `FLOODS`, in the plan that `write_plan` makes of them."""


def write_plan(
    path: Path, rows: tuple[Row, ...] = FLOODS, *, number: str | None = "12/KH-UBND", title: str = "Phòng, chống bão"
) -> Path:
    """A Markdown plan of one task table; without a number when that is None."""
    lines = [
        "ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG",
        f"Số: {number or '     /KH-UBND'}",
        "Phú Giang, ngày 05 tháng 01 năm 2026",
        "# KẾ HOẠCH",
        f"**{title} năm 2026**",
        "## I. NHIỆM VỤ",
        "| TT | Nhiệm vụ | Cơ quan chủ trì | Thời hạn |",
        "| --- | --- | --- | --- |",
        *(f"| {i} | {task} | {lead} | {due} |" for i, (task, lead, due) in enumerate(rows, 1)),
    ]
    path.write_text("\n\n".join(lines[:6]) + "\n\n" + "\n".join(lines[6:]) + "\n", encoding="utf-8")
    return path
