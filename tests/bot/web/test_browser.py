"""The console as people meet it in a browser, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe

from bot.people.members import Role
from bot.web.access import Access
from bot.web.routes import ROUTES
from tests.bot.web.chromium import WIDTHS, Chromium, Tab, filled, serving
from tests.bot.web.conftest import FEWER, FLOODS, Console
from tests.servers.zalo_server import loopback

pytestmark = [loopback, pytest.mark.slow]
_GRAVE = ("serious", "critical")
_WIDTH = pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())


@pytest.fixture
async def chromium(console: Console, tmp_path: Path) -> AsyncIterator[Chromium]:
    console.load((("Trồng rừng phòng hộ", "Sở Tài chính", "30/12/2026"), *FEWER), activate=False)
    pictures = tmp_path / "ảnh"
    pictures.mkdir()
    async with serving(console, pictures) as opened:
        yield opened


async def _ask(tab: Tab, question: str) -> None:
    await tab.page.get_by_label("Câu hỏi").fill(question)
    await tab.press("Gửi")


@_WIDTH
async def test_the_whole_story(chromium: Chromium, width: int) -> None:
    tab = await chromium.signed_in(width)
    page = tab.page
    await _ask(tab, "Ai bố trí kinh phí mua vật tư dự phòng, hạn khi nào?")
    answer = page.locator("article.ours").last
    await answer.get_by_text("Sở Tài chính").first.wait_for()
    assert await page.get_by_label("Câu hỏi").input_value() == ""
    sources = answer.locator("details.sources")
    assert await sources.locator("blockquote").first.is_visible(), "the source of the newest answer is open beside it"
    await sources.locator("summary").click()
    assert not await sources.locator("blockquote").first.is_visible()
    await sources.locator("summary").click()
    await tab.picture("hoi-dap")
    await answer.get_by_role("button", name="Đúng").click()
    await page.locator("article.ours").nth(1).or_(page.get_by_text("Cảm ơn")).first.wait_for()
    await tab.press("Mở nhiệm vụ này")
    await page.get_by_role("heading", level=1, name=FLOODS[1][0]).wait_for()

    await tab.press("Kế hoạch")
    await tab.picture("ke-hoach")
    await tab.press("Bảng nhiệm vụ")
    await page.get_by_label("Cơ quan chủ trì").fill("stc")
    await tab.press("Lọc")
    await tab.sees("2 trong 3 nhiệm vụ")
    await tab.picture("nhiem-vu")

    await tab.press(FLOODS[1][0])
    product = page.locator(".cell", has_text="Sản phẩm")
    await product.locator("summary").click()
    await product.get_by_label("Sản phẩm đúng là").fill("Quyết định phân bổ")
    await product.get_by_label("Lý do").fill("theo công văn 30/STC")
    await product.get_by_role("button", name="Ghi đính chính").click()
    await tab.sees("Đã đính chính ô “Sản phẩm”")
    assert "Quyết định phân bổ" in await product.inner_text()
    await tab.picture("da-dinh-chinh")
    await tab.press("Bỏ đính chính số 1")
    await tab.sees("Đã bỏ đính chính số 1.")
    assert "Quyết định phân bổ" not in await page.locator("dl.cells").inner_text()

    await tab.open("/ke-hoach/1")
    await tab.picture("mot-ke-hoach")
    await tab.press("Kích hoạt bản 2…")
    await tab.sees("1 nhiệm vụ thêm, 1 nhiệm vụ bỏ")
    await tab.picture("kich-hoat")
    await tab.press("Kích hoạt bản 2")
    await tab.sees("12/KH-UBND: đang dùng bản 2.")
    await tab.press("Quay lại bản trước…")
    await tab.press("Quay lại bản trước")
    await tab.sees("12/KH-UBND: đã quay lại bản 1.")
    await tab.press("Đăng xuất")
    await tab.sees("Trang này mở bằng một đường dẫn đăng nhập")
    await tab.open("/chat")
    await tab.sees("Trang này mở bằng một đường dẫn đăng nhập")


async def test_from_the_sign_in_to_an_answer_by_the_keyboard_alone(chromium: Chromium) -> None:
    tab = await chromium.tab(WIDTHS["desktop"])
    keyboard = tab.page.keyboard
    await tab.open(f"/vao/{chromium.console.link(Role.STAFF).code}")
    await keyboard.press("Enter")  # the button has the focus
    await tab.page.wait_for_url("**/chat")
    await keyboard.type("Ai diễn tập sơ tán dân ven sông?")  # and so has the line to write in
    await keyboard.press("Enter")
    await tab.page.locator("article.ours").get_by_text("Sở Tài chính").first.wait_for()
    await keyboard.press("Shift+Tab")
    reached = await tab.page.evaluate("document.activeElement.closest('article.ours') !== null")
    assert reached, "what an answer offers comes right before the line to write in"
    focus = await tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert focus == "solid"


@_WIDTH
async def test_every_page_is_accessible_and_fits(chromium: Chromium, width: int) -> None:
    tab = await chromium.signed_in(width)
    await _ask(tab, "Sở Tài chính làm gì?")
    await tab.page.locator("article.ours").first.wait_for()
    stranger = await chromium.tab(width)
    values = {
        "ma": chromium.console.link().code,
        "nhiem_vu": str(chromium.console.task("Diễn tập")),
        "viec": "kich-hoat",
        "nguoi": "1",
    }
    found: list[str] = []
    seen = 0
    for route in ROUTES:
        if route.method != "GET":
            continue
        path = filled(route.path, values)
        told = await tab.page.request.get(tab.address + path)
        assert told.status < 500, path
        if not told.headers.get("content-type", "").startswith("text/html"):
            continue
        looked = stranger if route.least is Access.ANYBODY else tab
        await looked.open(path)
        await looked.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        results = await Axe().run(looked.page)
        found += [
            f"{path}: {each['id']} ({each['impact']}) {each['nodes'][0]['html'][:160]}"
            for each in results.response["violations"]
            if each["impact"] in _GRAVE
        ]
        if await looked.overflow() > 0:
            found.append(f"{path}: wider than the window by {await looked.overflow()} pixels")
        await looked.picture(f"{width}{route.path.replace('/', '_')}")
        seen += 1
    assert found == []
    assert seen >= 12


async def test_of_two_administrators_on_one_cell_the_second_is_told(chromium: Chromium) -> None:
    first, second = [await chromium.signed_in(width) for width in WIDTHS.values()]
    task = f"/nhiem-vu/{chromium.console.task('Bố trí')}"
    for tab in (first, second):
        await tab.open(task)
        await tab.page.locator(".cell", has_text="Chủ trì").first.locator("summary").click()
    for tab, agency in ((first, "Sở Y tế"), (second, "Sở Xây dựng")):
        lead = tab.page.locator(".cell", has_text="Chủ trì").first
        await lead.get_by_label("đúng là").fill(agency)
        await lead.get_by_label("Lý do").fill("theo công văn")
        await lead.get_by_role("button", name="Ghi đính chính").click()
        await tab.page.get_by_role("status" if tab is first else "alert").first.wait_for()
    told = await second.page.get_by_role("alert").inner_text()
    assert "Sở Y tế" in told
    lead = second.page.locator(".cell", has_text="Chủ trì").first
    assert await lead.get_by_label("đúng là").input_value() == "Sở Xây dựng", "what was typed is not lost"
    await second.picture("hai-nguoi-mot-o")
    (live,) = chromium.console.app.library.tasks_by_id([chromium.console.task("Bố trí")]).values()
    assert live.task.lead == ("Sở Y tế",)
