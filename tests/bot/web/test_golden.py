"""Golden questions of the office: added, run, and what they say of a draft before it is switched on."""

from __future__ import annotations

import json
from pathlib import Path

from bot.people.members import Role
from tests.bot.running import Run, call
from tests.bot.web.browsing import Browser, buttons, words
from tests.bot.web.conftest import FLOODS, Console

QUESTION = "Bố trí kinh phí mua vật tư dự phòng hạn khi nào?"
LATER = (FLOODS[0], ("Bố trí kinh phí mua vật tư dự phòng", "Sở Tài chính", "Trước ngày 20/12/2026"), FLOODS[2])
SWITCH = "/ke-hoach/1/viec/kich-hoat"


async def _add(console: Console, browser: Browser, question: str = QUESTION, **more: str) -> str:
    await browser.get("/cau-hoi-mau/them")
    task = str(console.task("Bố trí"))
    return words(
        await browser.post("/cau-hoi-mau", None, cau=question, trang_thai="answered", **{"nhiem_vu": task, **more})
    )


async def test_a_draft_that_answers_otherwise_is_told_with_both_answers(console: Console) -> None:
    browser = await console.browser()
    assert "Đã thêm câu hỏi mẫu." in await _add(console, browser, phai_co="15/12/2026 | 15 tháng 12")
    assert "Đã thêm" in await _add(console, browser, "Ai chủ trì bố trí kinh phí mua vật tư dự phòng?", phai_co="")
    console.app.golden.begin_run().result()
    assert "2 trong 2 câu trả lời đúng" in words(await browser.get("/cau-hoi-mau?chay=1"))

    console.load(LATER, activate=False)
    console.app.golden.begin([1]).result()
    shown = words(await browser.get(SWITCH))
    assert "1 trong 2 đúng; trước đó 2. 1 câu đang đúng sẽ thành sai." in shown
    assert "Sẽ sai: thiếu “15/12/2026” hoặc “15 tháng 12”." in shown
    before, _, after = shown.partition("Đang trả lời")
    assert ("15/12/2026" in before, "20/12/2026" in after) == (True, True)
    # Nobody is kept from it, and what was tried has changed nothing.
    assert console.app.library.plans()[0].version == 1
    assert "đang dùng bản 2" in words(await browser.post(SWITCH, ban="2"))
    console.app.golden.begin_run().result()
    assert "1 trong 2 câu trả lời đúng" in words(await browser.get("/cau-hoi-mau?chay=1"))


async def test_the_task_is_known_again_where_its_row_has_moved_and_missed_where_it_is_gone(console: Console) -> None:
    browser = await console.browser()
    await _add(console, browser)
    console.load(tuple(reversed(FLOODS)), activate=False)
    assert console.app.golden.compare([1]).sentence == "Câu hỏi mẫu: 1 trong 1 đúng; trước đó 1."
    console.load(FLOODS[:1], activate=False)
    (drop,) = console.app.golden.compare([1]).drops
    assert drop.after.fault


async def test_the_chat_asks_before_it_activates_what_drops(console: Console) -> None:
    browser = await console.browser()
    await _add(console, browser, phai_co="15/12/2026")
    console.load(LATER, activate=False)
    console.app.golden.begin([1]).result()
    await browser.get("/chat")
    message, data = buttons(await browser.post("/chat", tin="/kehoach"))["1"]
    message, data = buttons(await browser.post("/chat/chon", chon=data, tren=message))["Kích hoạt"]
    asked = await browser.post("/chat/chon", chon=data, tren=message)
    line = "Câu hỏi mẫu: 0 trong 1 đúng; trước đó 1; 1 câu đang đúng sẽ thành sai. Câu sẽ sai: " + QUESTION
    assert line in words(asked)
    assert console.app.library.plans()[0].version == 1
    message, data = buttons(asked)["Vẫn kích hoạt"]
    assert "đang dùng bản 2" in words(await browser.post("/chat/chon", chon=data, tren=message))


async def test_what_cannot_be_judged_is_refused_and_what_was_typed_stays(console: Console) -> None:
    browser = await console.browser()
    empty = await _add(console, browser, nhiem_vu="")
    assert "ghi điều mà câu trả lời đúng phải có" in empty
    assert QUESTION in empty
    assert "Trợ lý đang trả lời" in empty
    assert "Xin ghi mã nhiệm vụ" in await _add(console, browser, nhiem_vu="khac", ma_khac="x")
    assert "Không có nhiệm vụ mang mã 99999" in await _add(console, browser, nhiem_vu="khac", ma_khac="99999")
    assert "Xin ghi câu hỏi." in await _add(console, browser, question=" ")
    await _add(console, browser)
    assert "Câu hỏi mẫu này đã có" in await _add(console, browser)
    assert "Đã bỏ câu hỏi mẫu." in words(await browser.post("/cau-hoi-mau/1/bo"))
    gone = await browser.post("/cau-hoi-mau/1/bo")
    assert "người khác đã bỏ" in words(gone)
    told = words(await browser.get("/lich-su?loai=golden"))
    assert f"Lê Quản Bỏ câu hỏi mẫu ({QUESTION})" in told
    assert f"Lê Quản Thêm câu hỏi mẫu ({QUESTION})" in told


async def test_the_command_carries_them_as_a_file_that_eval_reads(console: Console, tmp_path: Path) -> None:
    browser, home, file = await console.browser(), console.folder / "dữ liệu", tmp_path / "mẫu.jsonl"
    await _add(console, browser, phai_co="15/12/2026", khong_co="20/12/2026")
    assert call(home, "golden", "export", file) == Run(0, "✓ mẫu.jsonl: 1 câu hỏi mẫu.\n", "")
    line = json.loads(file.read_text(encoding="utf-8"))
    assert (line["q"], line["must"], line["must_not"]) == (QUESTION, [["15/12/2026"]], ["20/12/2026"])
    assert (await browser.get("/cau-hoi-mau/tep")).text == file.read_text(encoding="utf-8")
    assert call(home, "eval", file).out.startswith("Đúng 1/1\n")
    assert call(home, "golden", "import", file).out == "✓ mẫu.jsonl: thêm 0 câu hỏi mẫu, 1 câu đã có.\n"
    assert call(home, "golden", "drop", "1").code == 0
    assert call(home, "golden", "import", file).out == "✓ mẫu.jsonl: thêm 1 câu hỏi mẫu, 0 câu đã có.\n"
    assert call(home, "golden", "run").out == "Câu hỏi mẫu: 1 trong 1 đúng.\n"
    file.write_text(json.dumps({**line, "q": "khác", "status": "lạ"}) + "\n", encoding="utf-8")
    assert call(home, "golden", "import", file).code == 1
    assert "phải có: 15/12/2026" in call(home, "golden", "list").out

    console.load(LATER, activate=False)
    tried = call(home, "golden", "run", "--plan", "12").out.splitlines()
    assert tried[0] == "Câu hỏi mẫu: 0 trong 1 đúng; trước đó 1; 1 câu đang đúng sẽ thành sai."
    assert {"    đang trả lời:", "    sẽ trả lời:"} <= {*tried}
    done = call(home, "activate", "12").out.splitlines()
    assert done[0].endswith(f"Câu sẽ sai: {QUESTION}.")
    assert done[1] == "✓ 12/KH-UBND: đang dùng bản 2."


async def test_feedback_becomes_a_golden_question_and_is_settled(console: Console) -> None:
    staff, admin = await console.browser(Role.STAFF), await console.browser()
    await staff.get("/chat")
    message, data = buttons(await staff.post("/chat", tin=QUESTION))["Sai"]
    await staff.post("/chat/chon", chon=data, tren=message)
    await staff.post("/chat", tin="Sở KHCN trồng bao nhiêu cây đước ven biển năm 2019?")

    listed = await admin.get("/phan-hoi")
    assert "2 phản hồi chưa xem." in words(listed)
    assert 'href="/chu-viet-tat/them?chu=KHCN"' in listed.text
    assert 'href="/co-quan/them?ten=S%E1%BB%9F%20KHCN' in listed.text
    only = words(await admin.get("/phan-hoi?loai=sai"))
    assert ("1 phản hồi chưa xem." in only, QUESTION in only) == (True, True)
    form = await admin.get("/cau-hoi-mau/them?phan-hoi=1")
    assert QUESTION in words(form)
    task = str(console.task("Bố trí"))
    added = await admin.post(
        "/cau-hoi-mau", cau=QUESTION, trang_thai="answered", nhiem_vu=task, phan_hoi="1", phai_co="15/12/2026"
    )
    assert "1 phản hồi chưa xem." in words(added)
    assert "từ phản hồi số 1" in words(await admin.get("/cau-hoi-mau"))
    assert "Đã ghi là đã xem." in words(await admin.post("/phan-hoi/2/xem"))
    late = await admin.post("/phan-hoi/2/xem")
    assert (late.status_code, "đã có người xem" in words(late)) == (409, True)
    settled = words(await admin.get("/phan-hoi?da-xem=1"))
    assert ("2 phản hồi đã xem." in settled, "cây đước" in settled) == (True, True)
    home = console.folder / "dữ liệu"
    assert call(home, "feedback").out == "Chưa có câu trả lời nào bị đánh dấu sai.\n"
    assert QUESTION in call(home, "feedback", "--all").out
