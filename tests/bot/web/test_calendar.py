"""A member's calendar: an address that is secret, renewed and dropped, and what programs fetch from it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import httpx
from icalendar import Calendar

from bot.notify.planning import refresh
from bot.people.members import Role
from bot.people.records import Change
from knowledge.store import corrections
from knowledge.store.corrections import Cells
from tests.bot.web.browsing import ADDRESS, Browser, words
from tests.bot.web.conftest import FLOODS, Console

_FEED = re.compile(rf'value="{ADDRESS}(/lich/[^"]+\.ics)"')


async def _subscribe(browser: Browser) -> str:
    await browser.get("/lich-cua-toi")
    found = _FEED.search((await browser.post("/lich-cua-toi")).text)
    assert found is not None
    return found[1]


async def _fetch(console: Console, address: str, **headers: str) -> httpx.Response:
    async with Browser(console.page) as program:
        return await program.request("GET", address, headers={k.replace("_", "-"): v for k, v in headers.items()})


def _events(response: httpx.Response) -> dict[str, tuple[str, str]]:
    """Day and uid by what is to be done."""
    calendar = Calendar.from_ical(response.text)
    return {
        str(each["summary"]).partition(" (")[0]: (each.decoded("dtstart").isoformat(), str(each["uid"]))
        for each in calendar.walk("VEVENT")
    }


async def test_a_program_fetches_what_the_members_agency_owes(console: Console) -> None:
    browser = await console.browser(Role.STAFF)
    address = await _subscribe(browser)
    fetched = await _fetch(console, address)
    assert (fetched.status_code, fetched.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    money, drill = FLOODS[1][0], FLOODS[2][0]
    events = _events(fetched)
    assert {title: day for title, (day, _) in events.items()} == {money: "2026-12-15", drill: "2026-11-30"}
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in fetched.text
    # The address is kept nowhere, and on no later page.
    assert address not in (await browser.get("/lich-cua-toi")).text
    code = address.removeprefix("/lich/").removesuffix(".ics").encode()
    home = console.folder / "dữ liệu"
    assert not any(code in path.read_bytes() for path in Path(home).rglob("*") if path.is_file())
    actions = [(each.action, each.by) for each in console.app.people.history(1)]
    assert actions == [(Change.FEED_MADE, console.people[Role.STAFF].id)]


async def test_nothing_is_sent_again_until_something_has_changed(console: Console) -> None:
    address = await _subscribe(await console.browser(Role.STAFF))
    first = await _fetch(console, address)
    console.passed += timedelta(minutes=5)
    again = await _fetch(console, address, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    corrections.edit_task(
        console.app.store,
        console.task("Bố trí"),
        Cells(deadline="Trước ngày 20/12/2026"),
        reason="theo công văn mới",
        by=console.people[Role.ADMIN].id,
        now=console.app.clock(),
        directory=console.app.directory,
    )
    refresh(console.app.store, console.app.library, console.app.directory, console.app.clock())
    changed = await _fetch(console, address, if_none_match=first.headers["etag"])
    assert changed.status_code == 200
    before, now = _events(first)[FLOODS[1][0]], _events(changed)[FLOODS[1][0]]
    assert (before[0], now[0]) == ("2026-12-15", "2026-12-20")
    assert before[1] == now[1], "a program moves the event instead of adding one"


async def test_an_address_that_is_renewed_or_dropped_opens_nothing(console: Console) -> None:
    browser = await console.browser(Role.STAFF)
    first = await _subscribe(browser)
    second = await _subscribe(browser)
    assert [(await _fetch(console, each)).status_code for each in (first, second)] == [404, 200]
    assert "tải gần nhất lúc 08:00 20/11/2026" in words(await browser.get("/lich-cua-toi"))
    assert "Đã bỏ địa chỉ lịch" in words(await browser.post("/lich-cua-toi/bo"))
    assert (await _fetch(console, second)).status_code == 404


async def test_the_address_of_who_is_switched_off_opens_nothing_for_good(console: Console) -> None:
    staff = console.people[Role.STAFF].id
    address = await _subscribe(await console.browser(Role.STAFF))
    console.app.people.switch_off(staff, by=None)
    assert (await _fetch(console, address)).status_code == 404
    console.app.people.switch_on(staff, by=None)
    assert (await _fetch(console, address)).status_code == 404


async def test_who_has_no_agency_has_an_empty_calendar(console: Console) -> None:
    fetched = await _fetch(console, await _subscribe(await console.browser()))
    assert (fetched.status_code, _events(fetched)) == (200, {})
