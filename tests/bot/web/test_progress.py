"""Progress and the timeline on the page: the same figures as in the chat, and every number shows what it counts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.notify.planning import refresh
from bot.people.members import Role
from bot.tracking.boards import load_board
from knowledge.progress import Standing
from tests.bot.papers import Row
from tests.bot.web.browsing import Browser, words
from tests.bot.web.conftest import FLOODS, Console

RESERVOIRS: tuple[Row, ...] = (
    *FLOODS,
    ("Kiểm tra hồ chứa", "Sở Nông nghiệp và Môi trường", "20/10/2026"),
    ("Gia cố kè sông Bắc", "Sở Nông nghiệp và Môi trường", "10/12/2026"),
)


@pytest.fixture
def console(console: Console) -> Console:
    """The office with that plan, in use since September."""
    console.passed = -timedelta(days=70)
    console.load(RESERVOIRS)
    refresh(console.app.store, console.app.library, console.app.directory, console.app.clock())
    console.passed = timedelta(0)
    return console


async def figures(browser: Browser, path: str) -> dict[str, int]:
    """The numbers of the first line of the board, by what they count."""
    page = await browser.get(path)
    line = re.search(r"<strong>Tất cả</strong></th>(.*?)</tr>", page.text, re.DOTALL)
    assert line is not None
    cells = re.findall(r'data-label="([^"]+)">(?:<a[^>]*>)?(?:<strong>)?(\d+)', line[1])
    return {label: int(number) for label, number in cells}


async def test_the_figures_are_those_of_the_chat_and_each_shows_its_tasks(console: Console) -> None:
    browser = await console.browser()
    found = await figures(browser, "/tien-do")
    with console.app.store.read() as session:
        board = load_board(session, console.app.library, console.app.directory, console.app.today)
    assert found["Tổng"] == board.counted == sum(list(found.values())[:3]) + found["Chưa hoàn thành quá hạn"]
    assert found["Chưa hoàn thành quá hạn"] == board.counts[Standing.LATE]
    await browser.get("/chat")
    told = words(await browser.post("/chat", tin="/tiendo"))
    assert f"{found['Tổng']} việc có thời hạn: hoàn thành đúng hạn {found['Hoàn thành đúng hạn']}" in told
    page = await browser.get("/tien-do")
    links = re.findall(r'<a href="(/tien-do/viec[^"]*)" aria-label="[^"]*?(\d+) việc', page.text)
    assert links
    for address, number in links:
        listed = words(await browser.get(address.replace("&amp;", "&")))
        assert f" {number} việc" in listed, address


async def test_an_agency_a_plan_and_a_period_narrow_it(console: Console) -> None:
    browser = await console.browser()
    whole = await figures(browser, "/tien-do")
    own = await figures(browser, "/tien-do?co-quan=Sở Tài chính")
    assert 0 < own["Tổng"] < whole["Tổng"]
    plan = next(iter(console.app.library.plans())).id
    assert await figures(browser, f"/tien-do?ke-hoach={plan}") == whole
    assert (await browser.get("/tien-do?ky=month_2026-11-01")).status_code == 200
    quarter = await figures(browser, "/tien-do?ky=quarter_2026-10-01")
    assert 0 < quarter["Tổng"] <= whole["Tổng"]
    for wrong, status in (("co-quan=Sở Trên Trời", 400), ("ky=month_mai", 400), ("ke-hoach=x", 200)):
        assert (await browser.get(f"/tien-do?{wrong}")).status_code == status, wrong


async def test_staff_see_what_the_chat_shows_them_and_nothing_else(console: Console) -> None:
    staff = await console.browser(Role.STAFF)
    own = await figures(staff, "/tien-do")
    assert await figures(staff, "/tien-do?co-quan=Sở Nông nghiệp và Môi trường") == own
    for path in ("/tien-do", "/tien-do/viec", "/dong-thoi-gian"):
        page = words(await staff.get(f"{path}?co-quan=Sở Nông nghiệp và Môi trường"))
        assert "Sở Tài chính" in page
        assert "Gia cố kè" not in page, path
        assert "Kiểm tra hồ chứa" not in page, path


async def test_the_page_says_what_the_colours_mean(console: Console) -> None:
    page = words(await (await console.browser()).get("/tien-do"))
    assert "◔ Sắp đến hạn đèn vàng: chưa xong, đến hạn trong 7 ngày làm việc" in page
    assert "▲ Quá hạn đèn đỏ: chưa xong mà đã qua ngày hạn" in page


@pytest.mark.parametrize(
    ("kind", "begins"), [("excel", b"PK"), ("anh", b"\x89PNG"), ("lich", b"BEGIN:VCALENDAR"), ("word", b"PK")]
)
async def test_its_files(console: Console, kind: str, begins: bytes) -> None:
    browser = await console.browser()
    file = await browser.get(f"/tien-do/tep/{kind}?co-quan=Sở Tài chính")
    assert file.content.startswith(begins)
    assert "so-tai-chinh" in file.headers["content-disposition"]
    assert (await browser.get("/tien-do/tep/khac")).status_code == 404


async def test_the_timeline_holds_what_is_due_within_ninety_days_by_month(console: Console) -> None:
    page = words(await (await console.browser()).get("/dong-thoi-gian"))
    december = page.index("Tháng 12/2026")
    assert december < page.index("T3 15/12/2026") < page.rindex("Bố trí kinh phí mua vật tư dự phòng")
    assert "Kiểm tra hồ chứa" not in page
    assert "việc đã quá hạn" in page
    assert "◔ T2 30/11/2026 , sắp đến hạn Diễn tập sơ tán dân ven sông" in page
