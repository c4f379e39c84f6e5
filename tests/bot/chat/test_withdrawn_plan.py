"""A plan that was withdrawn: administrators see that it was, and bring it back with a button."""

from __future__ import annotations

from pathlib import Path

from knowledge.store.corrections import OPERATOR
from knowledge.store.versions import withdraw
from tests.bot.chat.playing import Player
from tests.bot.papers import write_plan
from tests.bot.running import NOW, call

ARRANGED = "@ quản trị: quan@telegram\n@ thành viên: an@telegram, Trần An, Sở Nội vụ"
SAID = """
[quan@telegram] /kehoach
1 văn bản đã nạp:
1. Kế hoạch 12/KH-UBND: Phòng, chống bão năm 2026 (đã rút)
[1]

[quan@telegram] (1)
Kế hoạch 12/KH-UBND ngày 05/01/2026: Phòng, chống bão năm 2026.
Cơ quan ban hành: Ủy ban nhân dân tỉnh Phú Giang. 3 nhiệm vụ.
Bản 1: đã rút, nạp 20/11/2026, 3 nhiệm vụ, 0 chỗ cần xem.
[Kích hoạt]

[an@telegram] /kehoach
Chưa có kế hoạch nào được nạp.

[quan@telegram] (Kích hoạt)
(sửa)
12/KH-UBND: đang dùng bản 1.
"""


async def test_an_administrator_brings_it_back(empty: Path, tmp_path: Path) -> None:
    call(empty, "load", write_plan(tmp_path / "bão.md"), "--activate")
    player = Player(empty, buttons=True)
    try:
        await player.play(ARRANGED)
        withdraw(player.app.store, "12", reason="chờ văn bản mới", by=OPERATOR, now=NOW)
        asked = "\n".join(line for line in SAID.splitlines() if line.startswith("["))
        said = await player.play(asked)
        assert said.strip() == SAID.strip()
        assert len(player.app.library.tasks()) == 3
    finally:
        player.app.close()
