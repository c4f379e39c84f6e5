"""`kehoach task` and `kehoach withdraw`: what a person corrects, and what is answered, listed and owed then."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bot.papers import FLOODS, write_plan
from tests.bot.running import NOW, Run, call
from tests.databases import copy_home

REVIEW, SUPPLIES, DRILL = (row[0] for row in FLOODS)
WHY = ("--reason", "đối chiếu bản ký")
NOTE = "(đã đính chính ngày 20/11/2026: đối chiếu bản ký)"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan against floods, active; not to be changed."""
    home = tmp_path_factory.mktemp("đính chính") / "dữ liệu"
    assert call(home, "load", write_plan(home.parent / "bão.md"), "--activate").code == 0
    return home


@pytest.fixture
def storms(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return copy_home(made, tmp_path / "dữ liệu")


def listed(home: Path) -> dict[str, dict[str, Any]]:
    run = call(home, "tasks", "--format", "json")
    assert run.code == 0
    return {each["title"]: each for each in map(json.loads, run.out.splitlines())}


def id_of(home: Path, title: str) -> str:
    return str(listed(home)[title]["id"])


def test_an_edit_is_in_answers_and_lists_at_once(storms: Path) -> None:
    number = id_of(storms, SUPPLIES)
    run = call(storms, "task", "edit", number, "--lead", "Sở Y tế", "--deadline", "Trước ngày 30/12", *WHY)
    assert run == Run(
        0,
        f"✓ 12/KH-UBND: đã đính chính “{SUPPLIES}” (đính chính số 1, 2, mã {number}).\n"
        "  Chủ trì: Sở Y tế\n  Thời hạn: Trước ngày 30/12\n  Ngày: 30/12/2026\n",
        "",
    )
    task = listed(storms)[SUPPLIES]
    assert (task["lead"], task["lead_agencies"], task["due_dates"], task["corrected"]) == (
        ["Sở Y tế"], ["Sở Y tế"], ["2026-12-30"], ["lead", "deadline"]
    )  # fmt: skip
    said = call(storms, "ask", "Ai chủ trì bố trí kinh phí mua vật tư dự phòng?").out.splitlines()
    assert said[:2] == [f"Sở Y tế {NOTE} chủ trì.", f"Hạn: Trước ngày 30/12 (đến 30/12/2026) {NOTE}."]
    shown = call(storms, "tasks", "--agency", "Sở Y tế").out
    assert "Sở Y tế (*)" in shown
    assert "(*) đã đính chính: 1 nhiệm vụ" in shown
    run = call(storms, "task", "undo", "1")
    assert run == Run(0, f"✓ 12/KH-UBND: đã bỏ đính chính số 1 của “{SUPPLIES}”.\n", "")
    assert (listed(storms)[SUPPLIES]["lead"], listed(storms)[SUPPLIES]["corrected"]) == (
        ["Sở Tài chính"],
        ["deadline"],
    )
    assert call(storms, "task", "undo", "1") == Run(
        1, "", "Đính chính số 1 đã được quản trị viên (dòng lệnh) lúc 08:00 ngày 20/11/2026 bỏ.\n"
    )


def test_an_added_task_is_answered_and_said_to_be_added(storms: Path) -> None:
    added = call(
        storms, "task", "add", "--plan", "12", "--title", "Lắp loa cảnh báo lũ quét", "--lead", "Hội Chèo thuyền",
        "--deadline", "Quý IV", *WHY,
    )  # fmt: skip
    assert added.code == 0
    assert added.out.endswith("  Lưu ý: Danh bạ chưa có cơ quan “Hội Chèo thuyền”: ghi nguyên như vậy.\n")
    said = call(storms, "ask", "Ai chủ trì lắp loa cảnh báo lũ quét?").out
    assert said == (
        "Hội Chèo thuyền chủ trì.\n"
        "Hạn: Quý IV (đến 31/12/2026).\n"
        "Nhiệm vụ: Lắp loa cảnh báo lũ quét (bổ sung ngày 20/11/2026: đối chiếu bản ký).\n"
        "Nguồn: Kế hoạch 12/KH-UBND ngày 05/01/2026.\n"
    )
    assert listed(storms)["Lắp loa cảnh báo lũ quét"]["corrected"] == ["title", "lead", "deadline"]


def test_who_asks_for_an_ended_task_hears_why(storms: Path) -> None:
    number = id_of(storms, DRILL)
    assert call(storms, "task", "cancel", number, "--reason", "lồng ghép diễn tập cấp xã").code == 0
    assert [*listed(storms)] == [REVIEW, SUPPLIES]
    said = call(storms, "ask", "Ai chủ trì diễn tập sơ tán dân ven sông?").out
    assert said.splitlines()[0] == "Nhiệm vụ này không tiếp tục thực hiện: lồng ghép diễn tập cấp xã."
    again = call(storms, "task", "edit", number, "--title", "Diễn tập", *WHY)
    assert (again.code, again.err.partition("(đính ")[2]) == (1, "chính số 1): lồng ghép diễn tập cấp xã.\n")


def test_what_is_done_stays_done_when_the_title_is_corrected(storms: Path) -> None:
    number = id_of(storms, SUPPLIES)
    done = call(storms, "task", "done", number, "--agency", "STC")
    assert done == Run(0, f"✓ Sở Tài chính: hoàn thành “{SUPPLIES}”, hạn 15/05/2026.\n", "")
    assert call(storms, "task", "edit", number, "--title", "Mua sắm phao cứu sinh", *WHY).code == 0
    call(storms, "progress")  # plans anew
    (progress,) = listed(storms)["Mua sắm phao cứu sinh"]["progress"]
    assert (progress["state"], progress["done_on"]) == ("done", "2026-11-20")
    assert call(storms, "task", "done", number).err == (
        "Nhiệm vụ này không còn kỳ hạn nào chưa hoàn thành, hoặc văn bản không ghi ngày.\n"
    )
    # The day of this year was over before the plan was known: next year's is not taken for it.
    yearly = call(storms, "task", "done", id_of(storms, DRILL))
    assert (yearly.code, yearly.err.endswith("ghi thêm --due-on 2027-07-31).\n")) == (1, True)
    assert call(storms, "task", "done", id_of(storms, DRILL), "--due-on", "2027-07-31").code == 0


def test_the_load_report_tells_what_is_to_be_decided(storms: Path, tmp_path: Path) -> None:
    for title in (SUPPLIES, DRILL):
        call(storms, "task", "edit", id_of(storms, title), "--product", "Báo cáo", *WHY)
    rows = (FLOODS[0], (f"{SUPPLIES} năm 2026", *FLOODS[1][1:]))
    plan = write_plan(tmp_path / "bão.md", rows)
    waiting = (
        "  Đính chính cần quyết định (2; giữ: kehoach task keep SỐ, bỏ: kehoach task undo SỐ):\n"
        f"    - Số 1: Sản phẩm của “{SUPPLIES}”: dòng này đã đổi trong bản mới, có thể là “{SUPPLIES} năm 2026”.\n"
        f"    - Số 2: Sản phẩm của “{DRILL}”: bản mới không còn dòng này.\n"
    )
    for command in (("load", plan), ("diff", "12"), ("plans", "12"), ("activate", "12")):
        run = call(storms, *command, now=NOW + timedelta(days=1))
        assert (run.code, run.out.endswith(waiting)) == (0, True), command
    assert call(storms, "task", "keep", "1").code == 0
    assert listed(storms)[f"{SUPPLIES} năm 2026"]["product"] == "Báo cáo"
    assert call(storms, "task", "keep", "2").code == 1
    assert call(storms, "task", "undo", "2").code == 0
    shown = call(storms, "task", "corrections", "--plan", "12").out
    assert "Sản phẩm: (trống) → Báo cáo" in shown
    assert "quản trị viên (dòng lệnh)" in shown
    assert call(storms, "task", "corrections", "--waiting").out == "Không có đính chính nào cần quyết định.\n"


def test_a_withdrawn_plan_is_silent_until_it_is_activated_again(storms: Path) -> None:
    run = call(storms, "withdraw", "12", "--reason", "chờ thay thế")
    assert run == Run(0, "✓ 12/KH-UBND: đã rút bản 1 (dùng lại: kehoach activate 12/KH-UBND).\n", "")
    assert call(storms, "tasks").out == "Không có nhiệm vụ nào khớp.\n"
    assert "Công an tỉnh" not in call(storms, "ask", f"Ai chủ trì {DRILL}?").out
    shown = call(storms, "plans").out
    assert "đã rút" in shown
    assert "(đã rút: chờ thay thế)" in shown
    assert call(storms, "withdraw", "12", "--reason", "nữa").code == 1
    assert call(storms, "activate", "12").out == "✓ 12/KH-UBND: đang dùng bản 1.\n"
    assert len(listed(storms)) == 3


def test_a_doubtful_cell_is_settled(storms: Path) -> None:
    run = call(storms, "task", "settle", id_of(storms, REVIEW), "lead", "--right")
    assert run == Run(1, "", "Ô “Chủ trì” không có gì cần kiểm tra, hoặc đã được xử lý rồi.\n")
    assert call(storms, "task", "settle", id_of(storms, REVIEW), "màu", "--right").code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("edit", "1", *WHY),
        ("edit", "1", "--title", "x"),
        ("edit", "một", "--title", "x", *WHY),
        ("add", "--plan", "12", *WHY),
        ("cancel", "1"),
        (),
    ],
)
def test_bad_usage_ends_with_two(made: Path, arguments: tuple[str, ...]) -> None:
    assert call(made, "task", *arguments).code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("edit", "999", "--title", "x", *WHY), "Không có nhiệm vụ mang mã 999 trong các bản đang dùng"),
        (("done", "999"), "Không có nhiệm vụ mang mã 999 trong các bản đang dùng"),
        (("cancel", "1", "--reason", " "), "Xin ghi lý do."),
        (("undo", "999"), "Không có đính chính số 999"),
        (("add", "--plan", "99", "--title", "x", *WHY), "Chưa nạp kế hoạch nào"),
    ],
)
def test_what_cannot_be_ends_with_one_and_a_plain_line(made: Path, arguments: tuple[str, ...], said: str) -> None:
    run = call(made, "task", *arguments)
    assert (run.code, run.out, run.err.count("\n")) == (1, "", 1)
    assert run.err.startswith(said)
