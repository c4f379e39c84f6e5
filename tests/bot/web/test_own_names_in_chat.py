"""/coquan and /viettat: an administrator keeps a name in one message, and the next question is read by it."""

from __future__ import annotations

from bot.people.members import Role
from tests.bot.web.browsing import Browser, buttons, words
from tests.bot.web.conftest import Console
from tests.bot.web.test_names import RIVERS


async def said(browser: Browser, text: str) -> str:
    """The talk after that."""
    return words(await browser.post("/chat", tin=text))


async def test_an_agency_gets_a_name_and_loses_it_again(console: Console) -> None:
    console.load(RIVERS)
    browser = await console.browser()
    await browser.get("/chat")
    assert "“Văn phòng Điều phối nông thôn mới”" in await said(browser, "/coquan")
    told = await said(browser, "/coquan VPĐP = Văn phòng Điều phối nông thôn mới")
    assert "Từ nay “VPĐP” là Văn phòng Điều phối nông thôn mới; có hiệu lực ngay." in told
    assert "Nạo vét kênh Bắc" in await said(browser, "VPĐP chủ trì việc gì?")
    assert "Từ nay “Kho tiền” là Sở Tài chính" in await said(browser, "/coquan Kho tiền = STC")
    assert "đang là tên gọi của Sở Nội vụ" in await said(browser, "/coquan SNV = Sở Tài chính")
    page = await browser.post("/chat", tin="/coquan")
    message, data = next(found for label, found in buttons(page).items() if label.startswith(("1", "Sở Tài chính")))
    await browser.post("/chat/chon", chon=data, tren=message)
    assert len(console.app.naming.own_agencies()) == 1


async def test_an_abbreviation_is_kept_and_a_common_word_is_not(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/chat")
    assert "/viettat NTM = nông thôn mới" in await said(browser, "/viettat")
    told = await said(browser, "/viettat VTDPX = kinh phí mua vật tư dự phòng")
    assert "Từ nay “VTDPX” được hiểu là “kinh phí mua vật tư dự phòng”" in told
    assert "15/12/2026" in await said(browser, "VTDPX bao giờ xong?")
    assert "trùng một tiếng thông thường" in await said(browser, "/viettat ai = trí tuệ nhân tạo")
    staff = await console.browser(Role.STAFF)
    await staff.get("/chat")
    assert "chỉ quản trị viên" in await said(staff, "/viettat NTM = nông thôn mới")
    assert [*console.app.naming.own_abbreviations()] == ["vtdpx"]
