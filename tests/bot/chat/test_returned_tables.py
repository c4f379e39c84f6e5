"""The task workbook in the chat: taken out, corrected in Excel, sent back, seen, applied."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from knowledge.store.catalog import list_plans
from knowledge.store.corrections import OPERATOR, Cells, edit_task
from tests.bot.chat.files import changed_workbook
from tests.bot.chat.playing import Player
from tests.bot.papers import write_plan
from tests.bot.running import NOW, call

OUT = """
@ quản trị: quan@telegram
[quan@telegram] /kehoach
[quan@telegram] (1)
[quan@telegram] (Tệp Excel để sửa)
"""
READING = "Đang tải tệp…\n(sửa)\nĐã tải tệp, đang đọc…\n(sửa)\n"
SEEN = f"""
[quan@telegram] (tệp sua.xlsx)
{READING}Bảng gửi lại: sửa 2 ô của 2 nhiệm vụ, thêm 0 nhiệm vụ.
• Nhiệm vụ!G2: Rà soát phương án ứng phó bão mạnh – Chủ trì: Sở Nông nghiệp và Môi trường → Sở Y tế
• Nhiệm vụ!I3: Bố trí kinh phí mua vật tư dự phòng – Thời hạn: Trước ngày 15/5/2026 → 30/12/2026
Thiếu 1 dòng đã xuất; các nhiệm vụ này vẫn giữ nguyên:
• Diễn tập sơ tán dân ven sông
[Áp dụng] [Thôi]
[Xem 1 nhiệm vụ bị thiếu]
"""


@pytest.fixture
async def player(empty: Path, tmp_path: Path) -> AsyncIterator[Player]:
    """A chat with the plan against floods, whose workbook was corrected and is ready to be sent back."""
    call(empty, "load", write_plan(tmp_path / "bão.md"), "--activate")
    played = Player(empty, buttons=True)
    await played.play(OUT)
    file = played.posted[-1].reply.file
    assert file is not None
    assert file.name == "nhiem-vu-12-kh-ubnd.xlsx"
    played.files["sua.xlsx"] = changed_workbook(file.content, ("G2 = Sở Y tế", "I3 = 30/12/2026", "bỏ dòng 4"))
    yield played
    played.app.close()


def corrections(player: Player) -> list[tuple[str, str]]:
    return [(each.field, each.reason) for live in player.app.library.tasks() for each in live.corrections]


async def test_it_is_seen_before_it_is_applied_and_is_no_new_plan(player: Player) -> None:
    assert (await player.play("[quan@telegram] (tệp sua.xlsx)")).strip() == SEEN.strip()
    assert corrections(player) == []
    said = await player.play("[quan@telegram] (Áp dụng)\n[quan@telegram] họp giao ban")
    assert said.split("\n\n")[1].splitlines()[1:] == [
        "Đã sửa 2 ô của 2 nhiệm vụ, thêm 0 nhiệm vụ.", "[Xem 1 nhiệm vụ bị thiếu]"
    ]  # fmt: skip
    assert corrections(player) == [
        ("lead", "Sửa qua Excel: họp giao ban"),
        ("deadline", "Sửa qua Excel: họp giao ban"),
    ]
    (plan,) = list_plans(player.app.store)
    assert [version.version for version in plan.versions] == [1]
    # The row that is missing stays, and can be ended from its card.
    assert len(player.app.library.tasks()) == 3
    said = await player.play("[quan@telegram] (Xem 1 nhiệm vụ bị thiếu)\n[quan@telegram] (1)")
    assert "1. Diễn tập sơ tán dân ven sông" in said
    assert said.splitlines()[-1] == "[Sửa…] [Không thực hiện nữa…]"


async def test_what_changed_between_seeing_and_applying_is_left_out(player: Player) -> None:
    await player.play("[quan@telegram] (tệp sua.xlsx)")
    app = player.app
    review = app.library.tasks()[0]
    edit_task(
        app.store, review.id, Cells(lead=["Sở Tài chính"]), reason="x", by=OPERATOR, now=NOW, directory=app.directory
    )  # fmt: skip
    said = await player.play("[quan@telegram] (Áp dụng)\n[quan@telegram] (Bỏ qua)")
    assert said.splitlines()[-4:] == [
        "Đã sửa 1 ô của 1 nhiệm vụ, thêm 0 nhiệm vụ.",
        "Không áp dụng, vì đã đổi sau khi xuất tệp (1):",
        "• Nhiệm vụ!G2: Ô “Chủ trì” vừa được quản trị viên (dòng lệnh) lúc 08:00 ngày 20/11/2026 sửa thành "
        "“Sở Tài chính”; xin xem lại rồi sửa tiếp.",
        "[Xem 1 nhiệm vụ bị thiếu]",
    ]
    assert app.library.tasks()[0].task.lead == ("Sở Tài chính",)
    assert [reason for _, reason in corrections(player)] == ["x", "Sửa qua Excel"]
