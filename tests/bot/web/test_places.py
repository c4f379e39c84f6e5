"""The paper beside what was read of it: preview, pictures of pages, text around a place, the file itself."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.people.members import Role
from ingest.load import read_plan
from knowledge.records import CellDoubt
from knowledge.store.corrections import version_tasks
from knowledge.store.versions import activate, save_drafts
from tests.bot.papers import write_plan
from tests.bot.web.browsing import words
from tests.bot.web.conftest import FEWER, FLOODS, Console
from tests.pdfs import Pager, write_pdf

PNG = b"\x89PNG"
ROWS = (
    ("1", "Số hóa tài liệu quý của thư viện", "Sở Văn hóa, Thể thao và Du lịch", "Quý II/2026"),
    ("2", "Mở phòng đọc cho trẻ em khuyết tật", "Sở Giáo dục và Đào tạo", "30/9/2026"),
    ("3", "Luân chuyển sách về vùng cao", "Sở Nội vụ", "Tháng 12/2026"),
)
QUESTION = "Bố trí kinh phí mua vật tư dự phòng hạn khi nào?"


def _load_pdf(console: Console, folder: Path) -> int:
    """A PDF plan 31/KH-UBND of two pages, a draft with its file; the last task's lead is doubtful."""
    pager = Pager()
    for line in ("ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG", "Số: 31/KH-UBND", "Phú Giang, ngày 06 tháng 01 năm 2026",
                 "KẾ HOẠCH", "Phát triển thư viện năm 2026", "I. NHIỆM VỤ", "Danh mục tại Phụ lục."):  # fmt: skip
        pager.line(line)
    pager.break_page()
    pager.line("PHỤ LỤC")
    pager.table((30, 200, 150, 90), [("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn"), *ROWS])
    path = folder / "thư viện.pdf"
    write_pdf(path, pager.pages)
    app, content = console.app, path.read_bytes()
    draft = read_plan(path, app.directory)
    doubt = CellDoubt("lead", "ô để trống, lấy theo dòng trên")
    tasks = tuple(replace(each, doubts=(doubt,)) if each.number == "3" else each for each in draft.tasks)
    assert len(tasks) == 3
    find_paper = {draft.digest: content}.get
    (saved,) = save_drafts(app.store, [replace(draft, tasks=tasks)], now=app.clock(), find_paper=find_paper)
    return saved.plan_id


def _keep_file(console: Console) -> bytes:
    """Loads the file of the plan in use again, so that it is kept from now on."""
    path = write_plan(console.folder / "bao-2026.md", FLOODS)
    draft = read_plan(path, console.app.directory)
    papers = {draft.digest: path.read_bytes()}
    (saved,) = save_drafts(console.app.store, [draft], now=console.app.clock(), find_paper=papers.get)
    assert saved.unchanged
    return path.read_bytes()


async def test_a_draft_is_looked_through_beside_the_pages_of_its_paper(console: Console, tmp_path: Path) -> None:
    browser, staff = await console.browser(), await console.browser(Role.STAFF)
    plan = _load_pdf(console, tmp_path)
    assert f'href="/ke-hoach/{plan}/xem-truoc?ban=nhap"' in (await browser.get(f"/ke-hoach/{plan}")).text
    shown = await browser.get(f"/ke-hoach/{plan}/xem-truoc?ban=nhap")
    text = words(shown)
    assert "3 nhiệm vụ, 1 cần kiểm tra, xếp trước." in text
    assert text.index("Luân chuyển sách") < text.index("Số hóa tài liệu")
    assert "ô để trống, lấy theo dòng trên" in text
    pictures = [html.unescape(each) for each in re.findall(r'<img[^>]* src="([^"]+)"', shown.text)]
    assert len(pictures) == 3
    strip = await browser.request("GET", pictures[0])
    assert (strip.status_code, strip.headers["content-type"], strip.content[:4]) == (200, "image/png", PNG)

    place = html.unescape(re.findall(r'<a href="(/nhiem-vu/\d+/cho-ghi[^"]*)"', shown.text)[0])
    opened = await browser.get(place)
    assert "Trang 2 trong 2" in words(opened)
    assert "chỗ ghi được đóng khung" in opened.text
    assert "Không tìm được chỗ ghi" not in words(opened)
    before = await browser.get(f"{place}&trang=1")
    assert "Trang 1 trong 2" in words(before)
    assert "đóng khung" not in before.text
    assert (await browser.get(f"{place}&trang=9")).status_code == 200
    for address in (f"/ke-hoach/{plan}/xem-truoc?ban=nhap", place, pictures[0], f"/ke-hoach/{plan}/ban/1/tep"):
        assert (await staff.request("GET", address)).status_code == 404, address

    activate(console.app.store, plan, now=console.app.clock())
    assert (await staff.request("GET", pictures[0])).content[:4] == PNG
    assert "Không cần" not in words(await staff.get(f"/ke-hoach/{plan}/xem-truoc"))


async def test_a_quote_that_is_not_on_its_page_is_told(console: Console, tmp_path: Path) -> None:
    browser = await console.browser()
    plan = _load_pdf(console, tmp_path)
    shown = await browser.get(
        f"/ke-hoach/{plan}/ban/1/cho-ghi?trang=1&trich=Tổ chức hội nghị đối thoại với doanh nghiệp"
    )
    assert "Không tìm được chỗ ghi trên trang này nên không đóng khung" in words(shown)
    assert "<blockquote>Tổ chức hội nghị" in shown.text


async def test_a_paper_without_pages_shows_the_text_around_a_place(console: Console) -> None:
    browser = await console.browser(Role.STAFF)
    _keep_file(console)
    task = await browser.get(f"/nhiem-vu/{console.task('Bố trí')}")
    assert "Mở trang văn bản" in words(task)
    place = html.unescape(re.findall(r'href="(/nhiem-vu/\d+/cho-ghi[^"]*)"', task.text)[0])
    shown = await browser.get(place)
    assert re.findall(r"<mark>([^<]+)</mark>", shown.text) == [
        "2 | Bố trí kinh phí mua vật tư dự phòng | Sở Tài chính | Trước ngày 15/12/2026"
    ]
    assert "1 | Rà soát phương án" in words(shown)
    assert "3 | Diễn tập sơ tán" in words(shown)
    assert (await browser.request("GET", place.replace("cho-ghi", "cho-ghi.png"))).status_code == 404
    preview = words(await browser.get("/ke-hoach/1/xem-truoc"))
    assert preview.index("Diễn tập sơ tán") < preview.index("Rà soát phương án")


async def test_the_answer_in_the_chat_leads_to_the_page_of_the_paper(console: Console) -> None:
    browser = await console.browser(Role.STAFF)
    await browser.get("/chat")
    shown = await browser.post("/chat", tin=QUESTION)
    address = re.search(r'<a href="(/ke-hoach/1/ban/1/cho-ghi[^"]+)">Mở trang văn bản', shown.text)
    assert address is not None
    opened = await browser.get(html.unescape(address[1]))
    assert "<mark>2 | Bố trí kinh phí" in opened.text


async def test_the_file_is_saved_as_it_came(console: Console) -> None:
    browser, staff = await console.browser(), await console.browser(Role.STAFF)
    assert "tệp không được lưu" in words(await browser.get("/ke-hoach/1"))
    missing = await staff.get("/ke-hoach/1/ban/1/tep")
    assert (missing.status_code, "nạp lại đúng tệp ấy" in words(missing)) == (404, True)
    content = _keep_file(console)
    assert 'href="/ke-hoach/1/ban/1/tep"' in (await staff.get("/ke-hoach/1")).text
    file = await staff.request("GET", "/ke-hoach/1/ban/1/tep")
    assert file.content == content
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''bao-2026.md"
    console.load(FEWER, activate=False)
    assert (await staff.request("GET", "/ke-hoach/1/ban/2/tep")).status_code == 404


async def test_a_task_that_a_person_added_stands_in_no_paper(console: Console) -> None:
    from knowledge.store.corrections import Cells, add_task

    app = console.app
    cells = Cells(title="Mua thêm xuồng cứu sinh", lead=["Sở Tài chính"], deadline="30/12/2026")
    add_task(app.store, 1, cells, reason="họp giao ban", by=1, now=app.clock(), directory=app.directory)
    browser = await console.browser()
    shown = await browser.get(f"/nhiem-vu/{console.task('Mua thêm')}")
    assert "Mở trang văn bản" not in words(shown)
    assert "Không có chỗ ghi trong văn bản." in words(await browser.get("/ke-hoach/1/xem-truoc"))
    assert len(version_tasks(app.store, 1)) >= 3


@pytest.mark.parametrize(
    "path", ["/ke-hoach/1/ban/9/cho-ghi", "/ke-hoach/9/ban/1/tep", "/nhiem-vu/1/cho-ghi?nguon=7"]
)
async def test_a_place_that_is_none_is_told(console: Console, path: str) -> None:
    browser = await console.browser()
    assert (await browser.get(path)).status_code == 404
