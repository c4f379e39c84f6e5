"""Activating at a set time: on the page, at the command line, by the service when the time comes, once."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.channels.contract import ChannelName
from bot.menus.texts import load_texts
from bot.notify.delivery import Deliverer
from bot.people.members import Role
from bot.serving.set_switches import do_settled, keep_switches
from knowledge.store.models import OutboxRow
from knowledge.store.versions import list_set
from tests.bot.memory_channel import BUTTONS, MemoryChannel, Posted
from tests.bot.notify.delivering import deliver_all
from tests.bot.running import NOW, Run, call
from tests.bot.web.browsing import Browser, words
from tests.bot.web.conftest import FEWER, FLOODS, Console
from tests.databases import addresses_of

SWITCH = "/ke-hoach/1/viec/kich-hoat"
_DIES = (
    "import os, signal, sys; from pathlib import Path; from datetime import datetime\n"
    "from knowledge.store.database import open_store; from knowledge.store.versions import do_set\n"
    "with open_store(*sys.argv[3:], data=Path(sys.argv[1])) as store, store.write() as session:\n"
    "    assert do_set(session, 1, datetime.fromisoformat(sys.argv[2])) is not None\n"
    "    session.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
)


async def _set(console: Console, browser: Browser) -> str:
    """A second version waits, and is set for the next midnight."""
    console.load(FEWER, activate=False)
    await browser.get(SWITCH)
    return words(await browser.post("/ke-hoach/1/hen", ban="2", hen="", ngay="2026-11-21", gio="00:00"))


def _told(console: Console) -> list[tuple[str, dict[str, object] | None]]:
    with console.app.store.read() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.name.like("set_switch:%")))
        return [(row.recipient, row.payload) for row in rows]


def _live(console: Console) -> int:
    return console.app.library.plans()[0].version


async def test_what_is_set_is_done_when_its_time_comes_and_told(console: Console) -> None:
    browser = await console.browser()
    assert "Đã hẹn: bản 2 được kích hoạt lúc 00:00 ngày 21/11/2026." in await _set(console, browser)
    assert "Hẹn kích hoạt bản 2 lúc 00:00 21/11/2026." in words(await browser.get("/ke-hoach/1"))
    assert (do_settled(console.app), _live(console)) == ([], 1)

    console.passed = timedelta(hours=16)
    (done,) = do_settled(console.app)
    assert (done.version, done.is_void, _live(console)) == (2, False, 2)
    assert do_settled(console.app) == []
    admin = console.people[Role.ADMIN]
    payload = {"say": "set_switch_done", "plan": "12/KH-UBND", "version": 2, "date": "00:00 ngày 21/11/2026"}
    assert _told(console) == [(f"member:{admin.id}", payload)]
    browser = await console.browser()
    assert "Hẹn kích hoạt" not in words(await browser.get("/ke-hoach/1"))
    assert "Kích hoạt theo hẹn bản 2" in words(await browser.get(f"/lich-su?nguoi={admin.id}"))


async def test_a_draft_that_was_replaced_is_not_activated_and_that_is_told(console: Console) -> None:
    browser = await console.browser()
    await _set(console, browser)
    console.load(FLOODS[1:], activate=False)
    assert "không thực hiện được nữa" in words(await browser.get("/ke-hoach/1"))
    (void,) = do_settled(console.app)
    assert (void.version, void.is_void, _live(console)) == (2, True, 1)
    console.passed = timedelta(days=1)
    assert (do_settled(console.app), _live(console)) == ([], 1)
    assert [payload and payload["say"] for _, payload in _told(console)] == ["set_switch_void"]


async def test_the_service_does_it_and_administrators_read_it_in_their_chat(console: Console) -> None:
    await _set(console, await console.browser())
    console.passed = timedelta(days=3)
    stop, planned = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(keep_switches(console.app, stop, planned.set))
    await asyncio.wait_for(planned.wait(), 60)
    stop.set()
    await serving
    assert _live(console) == 2
    app, posted = console.app, list[Posted]()
    channel = MemoryChannel(ChannelName.TELEGRAM, BUTTONS, posted, {})
    await deliver_all(
        Deliverer(app.store, app.library, app.directory, load_texts(), [channel], app.clock), app.clock()
    )
    assert [(each.address.chat, each.reply.text) for each in posted] == [
        ("1", "Đã kích hoạt theo hẹn 00:00 ngày 21/11/2026: 12/KH-UBND, bản 2.")
    ]


async def test_it_can_be_called_off_or_done_by_hand_before(console: Console) -> None:
    browser = await console.browser()
    await _set(console, browser)
    shown = await browser.get("/ke-hoach/1")
    seen = shown.text.partition('name="hen" value="')[2].partition('"')[0]
    assert "Đã bỏ hẹn kích hoạt bản 2." in words(await browser.post("/ke-hoach/1/hen/bo", hen=seen))
    await browser.get(SWITCH)
    await browser.post("/ke-hoach/1/hen", ban="2", hen="", ngay="2026-11-21", gio="00:00")
    await browser.get(SWITCH)
    await browser.post(SWITCH, ban="2")
    console.passed = timedelta(days=1)
    assert (do_settled(console.app), _live(console), _told(console)) == ([], 2, [])


async def test_of_two_who_set_a_time_the_second_is_told(console: Console) -> None:
    one, two = await console.browser(), await console.browser()
    console.load(FEWER, activate=False)
    await one.get(SWITCH)
    await two.get(SWITCH)
    await one.post("/ke-hoach/1/hen", ban="2", hen="", ngay="2026-11-21", gio="00:00")
    late = await two.post("/ke-hoach/1/hen", ban="2", hen="", ngay="2026-12-01", gio="08:00")
    assert (late.status_code, "vừa được người khác thay đổi" in words(late)) == (409, True)
    past = await two.post("/ke-hoach/1/hen", ban="2", hen="", ngay="2026-11-20", gio="07:59")
    assert "phải ở sau lúc này" in words(past)
    gone = await two.post("/ke-hoach/1/hen", ban="1", hen="", ngay="2026-11-21", gio="00:00")
    assert gone.status_code == 409
    assert "Xin ghi đủ ngày và giờ" in words(await two.post("/ke-hoach/1/hen", ban="2", hen="", ngay="", gio="x"))


async def test_a_kill_in_the_middle_has_done_nothing_and_the_next_start_does_it(console: Console) -> None:
    await _set(console, await console.browser())
    console.passed = timedelta(days=1)
    moment = (NOW + console.passed).isoformat()
    home = console.folder / "dữ liệu"
    died = subprocess.run(
        [sys.executable, "-c", _DIES, str(home), moment, *addresses_of(home)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert (_live(console), _told(console)) == (1, [])
    assert [each.version for each in do_settled(console.app)] == [2]
    assert (_live(console), len(_told(console)), do_settled(console.app)) == (2, 1, [])


def test_the_command_sets_shows_and_calls_off(console: Console) -> None:
    console.load(FEWER, activate=False)
    home = console.folder / "dữ liệu"
    made = call(home, "activate", "12", "--at", "2027-01-01T00:00")
    assert (made.code, made.out.splitlines()[0]) == (
        0,
        "✓ 12/KH-UBND: bản 2 được kích hoạt lúc 01/01/2027 00:00, nếu trợ lý đang chạy;",
    )
    assert "(hẹn kích hoạt bản 2 lúc 01/01/2027 00:00)" in call(home, "plans").out
    assert "dòng lệnh  12/KH-UBND: hẹn kích hoạt bản 2 lúc 00:00 ngày 01/01/2027" in call(home, "history").out
    assert call(home, "activate", "12", "--cancel") == Run(0, "✓ 12/KH-UBND: đã bỏ hẹn kích hoạt bản 2.\n", "")
    assert call(home, "activate", "12", "--cancel").err.startswith("Kế hoạch này không có hẹn kích hoạt nào")
    assert call(home, "activate", "12", "--at", "2020-01-01T00:00").code == 1
    assert call(home, "activate", "12", "--at", "mai").code == 2


async def test_of_two_administrators_at_once_one_does_it_and_the_other_is_told(console: Console) -> None:
    one, two = await console.browser(), await console.browser()
    await _set(console, one)
    (made,) = list_set(console.app.store).values()
    seen = {"hen": f"{made.at.isoformat()}|{made.version}"}
    task = console.task("Bố trí")
    edited = {"o": "lead", "thay": "Sở Tài chính", "gia_tri": "Sở Y tế", "ly_do": "theo thông báo"}
    await one.get(f"/nhiem-vu/{task}")
    await one.post(f"/nhiem-vu/{task}/sua", None, **edited)
    for address, sent, done, late in (
        ("/ke-hoach/1/hen/bo", seen, "Đã bỏ hẹn kích hoạt bản 2.", "hẹn ấy đã được xử lý"),
        ("/dinh-chinh/1/bo", {}, "Đã bỏ đính chính số 1.", "đã được Lê Quản lúc 08:00 ngày 20/11/2026 bỏ"),
        ("/ke-hoach/1/viec/rut", {"ban": "1", "ly_do": "chờ thay thế"}, "đã rút bản 1", "xin xem lại"),
    ):
        for browser in (one, two):
            await browser.get("/ke-hoach/1")
        answers = await asyncio.gather(*(each.post(address, None, **sent) for each in (one, two)))
        did, heard = sorted(answers, key=lambda answer: answer.status_code)
        assert (did.status_code, done in words(did)) == (200, True), address
        assert heard.status_code == 409, address
        assert late in words(heard), address
        assert "Có lỗi" not in words(heard)
    history = words(await one.get("/lich-su"))
    assert [history.count(each) for each in ("Bỏ hẹn kích hoạt", "Bỏ đính chính số 1", "Rút bản 1")] == [1, 1, 1]
