"""Administrators add a task that the reading of a plan's paper lacks."""

from __future__ import annotations

import re

from bot.people.members import Role
from knowledge.store.corrections import list_corrections
from tests.bot.web.browsing import words
from tests.bot.web.conftest import FEWER, FLOODS, Console

FORM = "/ke-hoach/1/nhiem-vu/them"
SIREN = {
    "ten": "Lắp loa cảnh báo lũ quét",
    "chu_tri": "Sở Y tế",
    "phoi_hop": "Sở Tài chính; Sở Nội vụ",
    "thoi_han": "20/12/2026",
    "san_pham": "Biên bản nghiệm thu",
    "ly_do": "đối chiếu bản ký",
    "bo_sung": "0",
}


async def test_a_missing_task_is_added_seen_at_once_answered_and_taken_back(console: Console) -> None:
    browser = await console.browser()
    table = await browser.get("/ke-hoach/1/nhiem-vu")
    assert f'href="{FORM}"' in table.text
    assert f'href="{FORM}"' in (await browser.get("/ke-hoach/1")).text
    await browser.get(FORM)
    added = await browser.post(FORM, None, **SIREN)
    number = console.task("Lắp loa")
    assert (added.url.path, added.url.fragment) == ("/ke-hoach/1/nhiem-vu", f"nhiem-vu-{number}")
    assert "Đã bổ sung nhiệm vụ “Lắp loa cảnh báo lũ quét” (đính chính số 1)." in words(added)
    row = re.search(rf'<tr role="row" id="nhiem-vu-{number}">.*?</tr>', added.text, re.DOTALL)
    assert row is not None
    assert re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row[0])).split("bổ sung")[0].strip() == SIREN["ten"]
    assert "Sở Y tế" in row[0]
    assert "20/12/2026" in row[0]
    assert console.replanned == 1
    answer = words(await browser.post("/chat", tin="Ai chủ trì lắp loa cảnh báo lũ quét?"))
    assert "Sở Y tế chủ trì; phối hợp: Sở Tài chính; Sở Nội vụ." in answer
    assert "bổ sung ngày 20/11/2026: đối chiếu bản ký" in answer

    task = await browser.get(f"/nhiem-vu/{number}")
    assert "Nhiệm vụ do quản trị viên bổ sung ngày 20/11/2026: đối chiếu bản ký." in words(task)
    assert "Lê Quản" in words(await browser.get("/lich-su?ke-hoach=1"))
    await browser.get(f"/nhiem-vu/{number}")
    undone = await browser.post("/dinh-chinh/1/bo", ve=str(number))
    assert undone.url.path == "/ke-hoach/1/nhiem-vu"
    assert "Đã bỏ đính chính số 1." in words(undone)
    assert SIREN["ten"] not in words(undone)
    assert console.replanned == 2


async def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_typed_again(console: Console) -> None:
    browser = await console.browser()
    await browser.get(FORM)
    told = await browser.post(FORM, None, **{**SIREN, "ten": " ", "ly_do": ""})
    assert told.status_code == 400
    assert _beside(told.text) == {"ten": ["Tên nhiệm vụ không được để trống."], "ly_do": ["Xin ghi lý do."]}
    assert ">Sở Tài chính; Sở Nội vụ</textarea>" in told.text
    assert 'value="20/12/2026"' in told.text
    long = await browser.post(FORM, None, **{**SIREN, "san_pham": "a" * 2_001})
    assert _beside(long.text) == {"san_pham": ["Xin ghi mỗi ô ngắn hơn 2000 ký tự."]}
    assert list_corrections(console.app.store) == []


async def test_what_was_not_understood_is_asked_before_it_is_written(console: Console) -> None:
    browser = await console.browser()
    await browser.get(FORM)
    odd = {**SIREN, "ten": FLOODS[0][0], "chu_tri": "Hội Chèo thuyền", "thoi_han": "bao giờ xong"}
    asked = await browser.post(FORM, None, **odd)
    strange = "Danh bạ chưa có cơ quan “Hội Chèo thuyền”: ghi nguyên như vậy."
    unread = "Không hiểu thời hạn “bao giờ xong”: ghi nguyên như vậy, chưa nhắc được."
    told = _beside(asked.text)
    assert told["ten"][0].startswith("Kế hoạch đã có nhiệm vụ gần giống")
    assert (told["chu_tri"], told["thoi_han"]) == ([strange], [unread])
    assert list_corrections(console.app.store) == []
    insisted = re.search(r'name="van_ghi" value="([^"]+)"', asked.text)
    assert insisted is not None
    other = await browser.post(FORM, None, **{**odd, "ten": "Việc khác hẳn"}, van_ghi=insisted[1])
    assert "ten" not in _beside(other.text), "who insists has seen just these sentences"
    done = await browser.post(FORM, None, **odd, van_ghi=insisted[1])
    assert "Đã bổ sung nhiệm vụ" in words(done)
    assert "Hội Chèo thuyền" in words(done)


async def test_a_second_click_and_a_second_administrator_are_told(console: Console) -> None:
    one, two = await console.browser(), await console.browser()
    await one.get(FORM)
    await two.get(FORM)
    await one.post(FORM, None, **SIREN)
    again = await two.post(FORM, None, **SIREN)
    assert again.status_code == 409
    told = "Kế hoạch vừa được Lê Quản lúc 08:00 ngày 20/11/2026 bổ sung nhiệm vụ “Lắp loa cảnh báo lũ quét”"
    assert told in words(again)
    assert f">{SIREN['ten']}</textarea>" in again.text
    assert len(list_corrections(console.app.store)) == 1
    known = re.search(r'name="bo_sung" value="(\d+)"', again.text)
    assert known is not None
    await two.post(FORM, None, **{**SIREN, "ten": "Tập huấn đội xung kích", "bo_sung": known[1]})
    assert len(list_corrections(console.app.store)) == 2


async def test_a_task_of_a_plan_that_is_only_a_draft_waits_for_it(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/ke-hoach/1/viec/rut")
    await browser.post("/ke-hoach/1/viec/rut", ban="1", ly_do="chờ thay thế")
    await browser.get(FORM)
    assert (await browser.get(FORM)).status_code == 404, "a plan of which nothing is shown"
    plan = console.load(FEWER, activate=False)
    assert "khi kế hoạch được kích hoạt" in words(await browser.get(FORM))
    added = await browser.post(FORM, None, **SIREN)
    assert added.url.path == f"/ke-hoach/{plan}/dinh-chinh"
    assert "Nhiệm vụ được dùng khi kế hoạch được kích hoạt." in words(added)
    await browser.get(f"/ke-hoach/{plan}/viec/kich-hoat")
    await browser.post(f"/ke-hoach/{plan}/viec/kich-hoat", ban="2")
    assert SIREN["ten"] in words(await browser.get(f"/ke-hoach/{plan}/nhiem-vu"))


async def test_only_administrators_are_offered_it(console: Console) -> None:
    staff = await console.browser(Role.STAFF)
    for path in ("/ke-hoach/1", "/ke-hoach/1/nhiem-vu"):
        assert "Bổ sung nhiệm vụ" not in words(await staff.get(path))


def _beside(text: str) -> dict[str, list[str]]:
    """The sentences that stand beside fields, by what the form calls each."""
    found: dict[str, list[str]] = {}
    for name, sentence in re.findall(r'<p class="why" id="(\w+)-sai-\d+">([^<]+)</p>', text):
        found.setdefault(name, []).append(sentence)
    return found
