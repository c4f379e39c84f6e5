"""`kehoach plans`, `activate`, `rollback`, `diff`: one plan through its versions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.papers import FLOODS, write_plan
from tests.bot.running import NOW, Run, call, kehoach

CHANGED = (
    *FLOODS[:2],
    ("Diễn tập sơ tán dân ven sông", "Sở Xây dựng", "Tháng 8 hàng năm"),
    ("Trồng cây chắn sóng", "Sở Nội vụ", "Năm 2026"),
)
DIFF = """\
12/KH-UBND: bản 1 → bản 2
+ Trồng cây chắn sóng | Sở Nội vụ | Năm 2026
~ Diễn tập sơ tán dân ven sông
    chủ trì: Công an tỉnh → Sở Xây dựng
    thời hạn: Tháng 7 hàng năm → Tháng 8 hàng năm
"""


@pytest.fixture
def changed(empty: Path, tmp_path: Path) -> Path:
    """A plan with a live first version and a waiting second one."""
    call(empty, "load", write_plan(tmp_path / "bão.md"), "--activate")
    call(empty, "load", write_plan(tmp_path / "bão.md", CHANGED), now=NOW + timedelta(days=1))
    return empty


def states(home: Path) -> list[list[str]]:
    """Version, state and loading time of each line that `plans` prints."""
    lines = call(home, "plans").out.splitlines()[1:]
    return [[line[12:15].strip(), line[15:26].strip(), line.split("2026  ")[1][:16]] for line in lines]


def test_a_plan_goes_forward_and_back(changed: Path) -> None:
    days = ["20/11/2026 08:00", "21/11/2026 08:00"]
    assert states(changed) == [["1", "đang dùng", days[0]], ["2", "nháp", days[1]]]
    assert call(changed, "diff", "12") == Run(0, DIFF, "")
    assert call(changed, "activate", "12/KH-UBND") == Run(0, "✓ 12/KH-UBND: đang dùng bản 2.\n", "")
    assert states(changed) == [["1", "đã thay", days[0]], ["2", "đang dùng", days[1]]]
    assert call(changed, "diff", "KH 12") == Run(0, DIFF, "")
    assert call(changed, "rollback", "bão") == Run(0, "✓ 12/KH-UBND: đã quay lại bản 1.\n", "")
    assert states(changed) == [["1", "đang dùng", days[0]], ["2", "nháp", days[1]]]
    again = call(changed, "rollback", "12")
    assert again == Run(1, "", "Kế hoạch 12/KH-UBND chưa có phiên bản trước để quay lại.\n")


def test_answers_come_from_the_version_that_is_switched_on(changed: Path) -> None:
    question = ["ask", "Ai chủ trì diễn tập sơ tán dân ven sông?"]
    leads = []
    for switch in (None, "activate", "rollback"):
        if switch:
            call(changed, switch, "12")
        leads.append(call(changed, *question).out.splitlines()[0])
    assert leads == ["Công an tỉnh chủ trì.", "Sở Xây dựng chủ trì.", "Công an tỉnh chủ trì."]


def test_plans_of_an_empty_folder(empty: Path) -> None:
    said = "Chưa nạp kế hoạch nào. Nạp bằng: kehoach load TỆP --activate\n"
    assert kehoach(empty, "plans") == Run(0, said, "")


def test_plans_lists_what_is_loaded(loaded: Path) -> None:
    run = kehoach(loaded, "plans")
    assert (run.code, run.err) == (0, "")
    lines = run.out.splitlines()
    assert lines[0].split() == [
        "Kế",
        "hoạch",
        "Bản",
        "Trạng",
        "thái",
        "Tên",
        "Nạp",
        "lúc",
        "Nhiệm",
        "vụ",
        "Cần",
        "xem",
    ]
    assert [line.split()[0] for line in lines[1:] if line[:1].strip()] == [
        "462/UBND-NC",
        "57/KH-UBND",
        "nong-thon-moi-2026",
        "truyen-thong-2026",
    ]
    assert any("(số 31/KH-UBND theo truyen-thong-2026)" in line for line in lines)


def test_one_plan_with_its_whole_report(loaded: Path) -> None:
    short = call(loaded, "plans", "57").out
    assert "Điền theo dòng trên (" in short
    assert "mục nữa" not in short


def test_unchanged_versions_have_no_difference(empty: Path, tmp_path: Path) -> None:
    call(empty, "load", write_plan(tmp_path / "bão.md"), "--activate")
    call(empty, "load", write_plan(tmp_path / "bão.md", title="Phòng, chống bão, lũ"), now=NOW + timedelta(days=1))
    said = "12/KH-UBND: bản 1 → bản 2\nKhông có nhiệm vụ nào thay đổi.\n"
    assert call(empty, "diff", "12") == Run(0, said, "")


@pytest.mark.parametrize("command", ["plans", "activate", "rollback", "diff"])
def test_an_unknown_plan_is_one_line(loaded: Path, command: str) -> None:
    run = call(loaded, command, "999/KH-UBND")
    assert run == Run(1, "", "Chưa nạp kế hoạch nào tên là “999/KH-UBND”.\n")


def test_a_name_that_fits_several_plans(home: Path, tmp_path: Path) -> None:
    call(home, "load", write_plan(tmp_path / "a.md", number="57/KH-SNV"))
    run = kehoach(home, "activate", "57")
    assert (run.code, run.out, len(run.err.splitlines())) == (1, "", 1)
    assert all(name in run.err for name in ("57/KH-UBND", "57/KH-SNV", "Xin ghi rõ hơn"))
