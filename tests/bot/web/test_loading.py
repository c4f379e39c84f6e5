"""Papers sent by the page: read behind it, each with its report; tables of tasks that come back corrected."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from bot.people.members import Role
from bot.reports.task_workbook import workbook_bytes
from knowledge.store.catalog import list_plans
from knowledge.store.papers import find_paper
from tests.bot.papers import LIBRARIES, write_plan
from tests.bot.web.browsing import Browser, words
from tests.bot.web.conftest import FEWER, Console


@pytest.fixture(autouse=True)
async def _reading(console: Console) -> AsyncIterator[None]:
    async with console.reading():
        yield


def _plan(folder: Path, rows: tuple[tuple[str, str, str], ...], **more: str) -> bytes:
    return write_plan(folder / "văn bản.md", rows, **more).read_bytes()


async def _read(browser: Browser, *files: tuple[str, bytes]) -> httpx.Response:
    """The page of the loading when everything is read, as who looks at it again and again sees it."""
    await browser.get("/ke-hoach/nap")
    shown = await browser.send("/ke-hoach/nap", *files)
    for _ in range(600):
        if "Đã đọc xong." in words(shown):
            return shown
        assert 'hx-trigger="every 2s"' in shown.text
        await asyncio.sleep(0.1)
        shown = await browser.get(str(shown.url))
    raise AssertionError(words(shown))


def _sheet(console: Console, cell: str, value: str) -> bytes:
    app = console.app
    book = load_workbook(BytesIO(workbook_bytes(app.store, app.library.tasks(), app.directory, app.today)))
    book.worksheets[0][cell] = value
    made = BytesIO()
    book.save(made)
    return made.getvalue()


async def test_a_paper_becomes_a_draft_and_a_bad_file_holds_up_no_other(console: Console, tmp_path: Path) -> None:
    browser = await console.browser()
    assert 'href="/ke-hoach/nap"' in (await browser.get("/ke-hoach")).text
    newer = _plan(tmp_path, (*FEWER, ("Trồng rừng phòng hộ", "Sở Tài chính", "30/12/2026")))
    other = _plan(tmp_path, LIBRARIES, number="31/KH-UBND", title="Phát triển thư viện")
    shown = await _read(browser, ("C:\\tệp\\bão.md", newer), ("hỏng.pdf", b"%PDF-1.4 ..."), ("thư viện.md", other))
    text = words(shown)
    assert "Đã đọc 12/KH-UBND, bản 2 (nháp)." in text
    assert "So với bản 1 đang dùng: thêm 1, bớt 1, đổi 0 nhiệm vụ." in text
    assert "hỏng.pdf Chưa nạp được tệp này. Tệp PDF đã hỏng" in text
    assert "Đã đọc 31/KH-UBND, bản 1 (nháp)." in text
    assert "C:" not in text

    plans = {each.name: each.id for each in list_plans(console.app.store)}
    kept = find_paper(console.app.store, plans["12/KH-UBND"], 2)
    assert kept is not None
    assert (kept.name, kept.content) == ("bão.md", newer)
    assert f'href="/ke-hoach/{plans["12/KH-UBND"]}/viec/kich-hoat"' in shown.text
    again = words(await _read(browser, ("bão.md", newer)))
    assert "Tệp này không khác 12/KH-UBND, bản 2 đã nạp." in again


async def test_a_corrected_table_shows_its_difference_and_is_applied_once(console: Console) -> None:
    browser = await console.browser()
    shown = await _read(browser, ("nhiệm vụ.xlsx", _sheet(console, "I3", "20/12/2026")))
    assert "Trước ngày 15/12/2026 → 20/12/2026" in words(shown)
    assert console.app.library.tasks()[1].task.deadline.phrase == "Trước ngày 15/12/2026"
    action = re.search(r'action="(/ke-hoach/nap/\d+/1)"', shown.text)
    assert action is not None
    done = await browser.post(action[1], ly_do="đối chiếu bản ký")
    assert "Áp dụng" not in words(done)
    (made,) = console.app.library.tasks()[1].corrections
    assert (made.field, made.reason) == ("deadline", "Sửa qua Excel: đối chiếu bản ký")
    assert console.app.library.tasks()[1].task.deadline.phrase == "20/12/2026"
    assert console.replanned == 1
    twice = await browser.post(action[1])
    assert (twice.status_code, "đã được áp dụng" in words(twice)) == (400, True)


async def test_a_table_that_changes_nothing_has_nothing_to_apply(console: Console) -> None:
    browser = await console.browser()
    shown = await _read(browser, ("nhiệm vụ.xlsx", _sheet(console, "A1", "TT")))
    assert "Áp dụng" not in words(shown)


async def test_questions_are_answered_while_a_paper_waits_to_be_read(console: Console, tmp_path: Path) -> None:
    browser, staff = await console.browser(), await console.browser(Role.STAFF)
    await browser.get("/ke-hoach/nap")
    shown = await browser.send("/ke-hoach/nap", ("bão.md", _plan(tmp_path, FEWER)))
    assert "việc đọc vẫn tiếp tục" in words(shown)
    await staff.get("/chat")
    answer = await staff.post("/chat", tin="Bố trí kinh phí mua vật tư dự phòng hạn khi nào?")
    assert "15/12/2026" in words(answer)
    part = await browser.request("GET", str(shown.url), headers={"hx-request": "true"})
    assert part.text.startswith("<div")
    while "Đã đọc xong." not in words(await browser.get(str(shown.url))):
        await asyncio.sleep(0.1)


@pytest.mark.parametrize("files", [(), (("trống.md", b""),)])
async def test_a_form_without_a_file_is_told(console: Console, files: tuple[tuple[str, bytes], ...]) -> None:
    browser = await console.browser()
    await browser.get("/ke-hoach/nap")
    told = await browser.send("/ke-hoach/nap", *files)
    assert (told.status_code, "Xin chọn tệp cần nạp." in words(told)) == (400, True)


async def test_a_loading_of_before_the_restart_is_told_where_its_drafts_are(console: Console) -> None:
    browser = await console.browser()
    told = await browser.get("/ke-hoach/nap/7")
    assert (told.status_code, "nằm trong danh sách Kế hoạch" in words(told)) == (404, True)
