"""/tiendo on a channel that takes files: pictures, a workbook, a calendar file."""

from __future__ import annotations

from pathlib import Path

from tests.bot.chat.playing import Player

BEFORE = "@ lãnh đạo: lan@telegram, Lê Lan, Sở Nội vụ\n[lan@telegram] /tiendo\n"
WANTED = {
    "Đến hạn trong 90 ngày": ("den-han-so-noi-vu-2026-11-20.png", b"\x89PNG"),
    "Tệp Excel": ("tien-do-so-noi-vu-2026-11-20.xlsx", b"PK"),
    "Tệp lịch": ("lich-so-noi-vu-2026-11-20.ics", b"BEGIN:VCALENDAR"),
}


async def test_each_button_brings_its_file(home: Path) -> None:
    player = Player(home, True)
    await player.play(BEFORE + "".join(f"[lan@telegram] ({label})\n" for label in WANTED))
    files = [post.reply.file for post in player.posted if post.reply.file]
    expected = [("tien-do-so-noi-vu-2026-11-20.png", b"\x89PNG"), *WANTED.values()]
    assert [file.name for file in files] == [name for name, _ in expected]
    assert all(file.content.startswith(start) for file, (_, start) in zip(files, expected, strict=True))
    player.app.close()


async def test_a_report_comes_as_pdf_too_where_something_makes_it(home: Path) -> None:
    player = Player(home, True)
    await player.play("@ quản trị: quan@telegram\n[quan@telegram] báo cáo tháng 11 bản pdf\n")
    refused, told, _ = (post.reply for post in player.posted)
    assert refused.text == "Máy chủ chưa cài LibreOffice nên chưa làm được bản PDF; đây là bản Word."
    assert not told.choices
    player.app.__dict__["to_pdf"] = lambda word: b"%PDF of " + word[:2]
    for said in ("báo cáo tháng 11", "(Bản PDF)", "cho em bản pdf báo cáo tháng 11", "báo cáo quý 4 bản PDF ạ"):
        await player.play(f"[quan@telegram] {said}\n")
    files = [post.reply.file for post in player.posted if post.reply.file]
    month, quarter = (
        "bao-cao-thang-11-2026-tat-ca-co-quan-2026-11-14",
        "bao-cao-quy-iv-2026-tat-ca-co-quan-2026-11-20",
    )
    wanted = [f"{month}.docx", f"{month}.docx", f"{month}.pdf", f"{month}.pdf", f"{quarter}.pdf"]
    assert [file.name for file in files] == wanted
    assert all(file.content == b"%PDF of PK" for file in files if file.name.endswith(".pdf"))
    player.app.close()


async def test_an_administrator_sees_everybody(home: Path) -> None:
    player = Player(home, True)
    await player.play("@ quản trị: quan@telegram\n[quan@telegram] /tiendo 57\n[quan@telegram] /tiendo\n")
    of_plan, _, picture, more = (post.reply for post in player.posted)
    assert of_plan.text.startswith("Tiến độ: Kế hoạch 57/KH-UBND (năm 2026) (đến T6 20/11/2026)\n79 việc")
    assert picture.text.startswith("Tiến độ: Tất cả cơ quan (đến T6 20/11/2026)\n91 việc có thời hạn")
    assert picture.file is not None
    assert picture.file.name == "tien-do-tat-ca-co-quan-2026-11-20.png"
    assert more.text == "Xem thêm:"
    player.app.close()
