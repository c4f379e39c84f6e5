"""Files that are read by another process than the one that was sent them: who reads, who shows, who is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.api import endpoints
from bot.people.clients import Clients
from bot.serving.readings import MOST_WAITING, Outcome, Readings, Stage
from knowledge.errors import KehoachError
from knowledge.store.database import Store
from knowledge.store.models import ReadingFileRow
from knowledge.store.processes import ServiceProcess
from tests import databases
from tests.bot.papers import LIBRARIES, write_plan
from tests.bot.running import NOW, call, kehoach
from tests.bot.serving.test_serve_command import IN_TIME, STOPPED, serving, stop
from tests.bot.serving.test_several_processes import WEB, WORKER, address_of, enter, gone_for_a_while
from tests.bot.web.browsing import Browser, words
from tests.bot.web.conftest import Console, console, made
from tests.databases import POSTGRESQL, fall_silent
from tests.ingest.isolation.rooms import BAD_CHILD, left_in, plan_that
from tests.servers.zalo_server import loopback, zalo_server

__all__ = ["console", "made"]

_BAD = f"""
import runpy
from ingest.isolation import process
process.CHILD = {BAD_CHILD!r}
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""
STUCK = ("-c", _BAD)
"""`kehoach` whose reading child does what a file's first word tells it."""
several = pytest.mark.parametrize("database_kind", [POSTGRESQL], indirect=True)


async def _until(browser: Browser, path: str, text: str) -> str:
    """What is read on a page once that stands on it, as who looks again and again sees it."""
    end = time.monotonic() + IN_TIME
    while text not in (shown := words(await browser.get(path))):
        assert time.monotonic() < end, shown
        await asyncio.sleep(0.1)
    return shown


def _papers(folder: Path) -> list[tuple[str, bytes]]:
    """One at which a bad child waits for ever, and another one."""
    stuck = plan_that(folder, "wait", "bão.txt")
    other = write_plan(folder / "thư viện.md", LIBRARIES, number="31/KH-UBND", title="Phát triển thư viện")
    return [(each.name, each.read_bytes()) for each in (stuck, other)]


@loopback
@several
@pytest.mark.slow
async def test_what_a_killed_worker_was_reading_is_read_by_another_and_any_web_process_shows_it(
    home: Path, tmp_path: Path
) -> None:
    with zalo_server() as zalo, serving(home, zalo, **WEB) as web, serving(home, zalo, **WEB) as other:
        async with await enter(home, web) as browser, Browser(address_of(other)) as elsewhere:
            await browser.get("/ke-hoach/nap")
            sent = await browser.send("/ke-hoach/nap", *_papers(tmp_path))
            assert "Chưa có tiến trình nào đọc tệp" in words(sent)
            path = str(sent.url.path)
            with serving(home, zalo, STUCK, **WORKER) as worker:
                await _until(browser, path, "bão.txt Đang đọc…")
                os.kill(worker.pid, signal.SIGKILL)
                os.kill(web.pid, signal.SIGKILL)
            gone_for_a_while(home)
            elsewhere.cookies.update(browser.cookies)
            with serving(home, zalo, **WORKER) as worker:
                shown = await _until(elsewhere, path, "Đã đọc xong.")
                assert "Đã đọc 12/KH-UBND, bản 1 (nháp)." in shown
                assert "Đã đọc 31/KH-UBND, bản 1 (nháp)." in shown
                assert stop(worker) == STOPPED
    assert not (home / "quarantine").exists()


@loopback
@several
@pytest.mark.slow
async def test_another_system_is_answered_by_the_web_process_that_it_asked(home: Path, tmp_path: Path) -> None:
    paper = write_plan(tmp_path / "gửi.md")
    token = kehoach(home, "client", "add", "Quản lý văn bản", "--may", "load").out.strip()
    with zalo_server() as zalo, serving(home, zalo, **WEB) as web, serving(home, zalo, **WORKER):
        async with httpx.AsyncClient(base_url=address_of(web), timeout=IN_TIME) as client:
            headers = {"authorization": f"Bearer {token}"}
            sent = [
                await client.post("/api/v1/plans", headers=headers, files={"file": (paper.name, paper.read_bytes())})
                for _ in range(2)
            ]
        assert [each.status_code for each in sent] == [201, 200]
        assert [each.json()["state"] for each in sent] == ["draft", "draft"]
        figures = httpx.get(f"{address_of(web)}/metrics").text
        assert "kehoach_readings_waiting 0.0" in figures


@loopback
@pytest.mark.slow
async def test_a_process_that_is_told_to_stop_reads_the_rest_after_its_restart(home: Path, tmp_path: Path) -> None:
    with zalo_server() as zalo:
        with serving(home, zalo, STUCK) as one:
            async with await enter(home, one) as browser:
                await browser.get("/ke-hoach/nap")
                path = str((await browser.send("/ke-hoach/nap", *_papers(tmp_path))).url.path)
                await _until(browser, path, "bão.txt Đang đọc…")
            assert stop(one) == STOPPED
        with serving(home, zalo) as again:
            async with Browser(address_of(again)) as later:
                later.cookies.update(browser.cookies)
                shown = await _until(later, path, "Đã đọc xong.")
            assert stop(again) == STOPPED
    assert "Đã đọc 12/KH-UBND, bản 1 (nháp)." in shown
    assert not (home / "quarantine").exists()
    assert left_in(home) == []


def _begun(store: Store) -> tuple[Readings, ServiceProcess | None]:
    """The queue as a process sees it that has just begun."""
    began = ServiceProcess(store, "worker") if store.is_shared else None
    if began is not None:
        began.beat()
    return Readings(store, lambda: NOW, began), began


@pytest.mark.both_databases
async def test_a_file_at_which_processes_are_killed_twice_is_refused_and_set_aside(
    console: Console, tmp_path: Path
) -> None:
    browser = await console.browser()
    await browser.get("/ke-hoach/nap")
    app, files = console.app, _papers(tmp_path)
    path = str((await browser.send("/ke-hoach/nap", *files)).url.path)
    for _ in range(2):
        readings, killed = _begun(app.store)
        claimed = readings.claim()
        assert claimed is not None
        assert (claimed.name, claimed.is_killer) == ("bão.txt", False)
        if killed is not None:  # of the one process of a file its restart is all that is known
            assert databases.current is not None
            beside, _ = _begun(app.store)
            other = beside.claim()
            assert other is not None
            assert other.name == "thư viện.md"  # what a living process reads is its own
            beside.put_back(other)
            fall_silent(databases.current, app.settings.database, killed)
            assert "Đang chờ đến lượt." in words(await browser.get(path))
    reason = "Chưa nạp được tệp này. Tệp này đang được đọc thì trợ lý bị dừng đột ngột nên được để riêng"
    async with console.reading():
        shown = await _until(browser, path, "Đã đọc xong.")
        assert f"bão.txt {reason}" in shown
        assert "Đã đọc 31/KH-UBND, bản 1 (nháp)." in shown
        await browser.get("/ke-hoach/nap")
        again = str((await browser.send("/ke-hoach/nap", files[0])).url.path)
        assert f"bão.txt {reason} từ ngày 20/11/2026" in await _until(browser, again, "Đã đọc xong.")
    with app.store.read() as session:
        assert not session.scalars(select(ReadingFileRow.id)).all()  # no file is kept twice


@several
async def test_a_process_that_was_taken_for_ended_changes_nothing_of_what_another_one_reads(
    console: Console, tmp_path: Path
) -> None:
    store = console.app.store
    loading = await Readings(store, lambda: NOW).put(_papers(tmp_path)[:1], 1)
    slow, silent = _begun(store)
    first = slow.claim()
    assert first is not None
    assert silent is not None
    assert databases.current is not None
    fall_silent(databases.current, console.app.settings.database, silent)
    second = (quick := _begun(store)[0]).claim()
    assert second is not None
    slow.note_pages(first, 3, 4)
    slow.finish(first, Outcome(Stage.REFUSED, ["muộn"]))
    (found,) = quick.find(loading)
    assert (found.stage, found.pages, found.lines) == (Stage.READING, (0, 0), [])
    quick.finish(second, Outcome(Stage.DRAFT, ["xong"], 1, 2))
    (found,) = slow.find(loading)
    assert (found.stage, found.lines, found.plan_id, found.version) == (Stage.DRAFT, ["xong"], 1, 2)


@several
async def test_where_nobody_reads_it_is_told(
    console: Console, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(endpoints, "NOBODY_SECONDS", 0.0)
    _, token = Clients(console.app.store, console.app.clock).add("Quản lý văn bản", may_load=True, by=None)
    paper = write_plan(tmp_path / "gửi.md", LIBRARIES, number="31/KH-UBND", title="Phát triển thư viện")
    sent = {"headers": {"authorization": f"Bearer {token}"}, "files": {"file": (paper.name, paper.read_bytes())}}
    browser = Browser(console.page)
    refused = await browser.request("POST", "/api/v1/plans", **sent)
    assert refused.status_code == 503
    assert refused.json()["error"].startswith("Hiện không tiến trình nào đọc văn bản; văn bản được giữ")
    home, later = console.app.settings.home, NOW + timedelta(minutes=11)
    assert "✓ Không có tệp kế hoạch nào chờ đọc lâu." in call(home, "doctor").out
    told = call(home, "doctor", now=later)
    assert (
        told.code,
        "✗ 1 tệp kế hoạch chờ đọc quá 10 phút; hãy xem có tiến trình KEHOACH_ROLE=worker" in told.out,
    ) == (
        1,
        True,
    )
    async with console.reading():
        while (read := await browser.request("POST", "/api/v1/plans", **sent)).status_code == 503:
            await asyncio.sleep(0.1)
    assert (read.status_code, read.json()["unchanged"]) == (200, True)  # it had been kept, and is read by now


async def test_no_more_is_kept_than_there_is_room_for(console: Console) -> None:
    readings = Readings(console.app.store, console.app.clock)
    big = [("a.pdf", bytes(MOST_WAITING // 6))] * 6
    await readings.put(big, 1)
    with pytest.raises(KehoachError, match="Đang có nhiều tệp chờ đọc"):
        await readings.put([("b.md", b"b")], 1)
