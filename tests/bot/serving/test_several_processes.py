"""Several processes of `kehoach serve` on one PostgreSQL: real ones, killed and stopped, against a platform."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from knowledge.store.database import open_store
from knowledge.store.processes import SILENT, ServiceProcess
from tests import databases
from tests.bot.chat.over_http import free_address
from tests.bot.running import Run, call, kehoach
from tests.bot.serving.test_serve_command import OTHER, QUESTION, STOPPED, answer, serving, stop, told, until, write
from tests.bot.web.browsing import Browser, buttons, words
from tests.databases import POSTGRESQL
from tests.servers.zalo_server import loopback, zalo_server

pytestmark = [loopback, pytest.mark.parametrize("database_kind", [POSTGRESQL], indirect=True)]

WORKER, WEB = {"KEHOACH_ROLE": "worker"}, {"KEHOACH_ROLE": "web"}


def rows(home: Path, statement: str) -> list[tuple[object, ...]]:
    """What the database of the data folder says."""
    server = databases.current
    assert server is not None
    name = make_url(server.database_of(home)).database or ""
    with closing(server.connect(name)) as connection:
        done = connection.execute(statement)
        return list(done.fetchall()) if done.description else []


def poller(home: Path) -> int:
    """Number of the process that asks the platform for what people do; 0 while none does."""
    statement = "SELECT host FROM processes JOIN leases ON process = processes.name WHERE leases.name = 'poll:zalo'"
    found = rows(home, statement)
    return int(str(found[0][0]).rpartition(":")[2]) if found else 0


def nothing_waits(home: Path) -> bool:
    """What is answered but not marked would be answered again after a kill."""
    return not rows(home, "SELECT 1 FROM inbox WHERE handled_at IS NULL")


def gone_for_a_while(home: Path) -> None:
    """As if a killed process had been gone for as long as the others wait; those alive say so anew."""
    seconds = SILENT.total_seconds()
    rows(home, f"UPDATE processes SET seen_at = seen_at - make_interval(secs => {seconds})")


def address_of(running: subprocess.Popen[str]) -> str:
    """Where a process serves its page."""
    return f"http://127.0.0.1:{running.port}"  # type: ignore[attr-defined]


async def enter(home: Path, running: subprocess.Popen[str]) -> Browser:
    """The page of that process in the browser of an administrator."""
    code = re.search(r"/vao/([\w-]+)", kehoach(home, "login", "1").out)
    assert code is not None
    browser = Browser(address_of(running))
    assert (await browser.enter(code[1])).status_code == 200
    return browser


def test_one_asks_the_platform_and_when_it_is_killed_or_stopped_the_other_does(home: Path) -> None:
    with zalo_server() as zalo, serving(home, zalo, **WORKER) as one, serving(home, zalo, **WORKER) as other:
        write(zalo, QUESTION, 1)
        until(lambda: len(zalo.sent) >= 1 and nothing_waits(home))
        first = poller(home)
        assert first in (one.pid, other.pid)
        os.kill(first, signal.SIGKILL)
        gone_for_a_while(home)
        write(zalo, OTHER, 2)
        until(lambda: len(zalo.sent) >= 2 and nothing_waits(home))
        left = other if first == one.pid else one
        assert poller(home) == left.pid
        with serving(home, zalo, **WORKER) as third:
            assert stop(left) == STOPPED
            began = time.monotonic()
            write(zalo, QUESTION, 3)
            until(lambda: len(zalo.sent) >= 3)
            assert poller(home) == third.pid
            assert time.monotonic() - began < SILENT.total_seconds()  # who leaves says so
    assert told(zalo) == [answer(home, QUESTION), answer(home, OTHER), answer(home, QUESTION)]


def test_what_is_delivered_to_a_web_process_is_answered_by_a_worker(home: Path) -> None:
    web = free_address()
    more = {"KEHOACH_ZALO_WEBHOOK": web, "KEHOACH_ZALO_SECRET": "mat-khau-webhook"}
    port = {"KEHOACH_PORT": web.rpartition(":")[2]}
    with zalo_server(delivers=True) as zalo, serving(home, zalo, **WEB, **more, **port):
        write(zalo, QUESTION, 1)
        until(lambda: not nothing_waits(home))
        assert httpx.get(web).is_success
        assert httpx.get(f"{web}/readyz").status_code == 200
        assert zalo.sent == []  # nobody answers yet
        with serving(home, zalo, **WORKER, **more) as worker:
            until(lambda: len(zalo.sent) >= 1)
            address = f"http://127.0.0.1:{worker.port}"  # type: ignore[attr-defined]
            assert httpx.get(f"{address}/livez").status_code == 200
            assert httpx.get(address).status_code == 404
            assert stop(worker) == STOPPED
    assert told(zalo) == [answer(home, QUESTION)]


async def test_any_web_process_goes_on_with_a_talk_of_the_page(home: Path) -> None:
    with zalo_server() as zalo, serving(home, zalo, **WEB) as one, serving(home, zalo, **WEB) as other:
        async with await enter(home, one) as browser, Browser(address_of(other)) as elsewhere:
            shown = await browser.post("/chat", tin=QUESTION)
            assert "Trung tâm dữ liệu" in words(shown).rpartition(QUESTION)[2]
            one.kill()
            elsewhere.cookies.update(browser.cookies)
            assert words(await elsewhere.get("/chat")) == words(shown)
            message, data = buttons(shown)["Sai"]
            judged = await elsewhere.post("/chat/chon", chon=data, tren=message)
            assert "đã ghi" in words(judged).lower()


def test_a_switch_is_seen_by_all_at_once(home: Path) -> None:
    with zalo_server() as zalo, serving(home, zalo, **WORKER), serving(home, zalo, **WORKER):
        write(zalo, QUESTION, 1)
        until(lambda: len(zalo.sent) >= 1)
        tasks = kehoach(home, "tasks", "--format", "json").out.splitlines()
        plans = {json.loads(line)["plan"] for line in tasks}
        for plan in plans:
            assert kehoach(home, "withdraw", plan, "--reason", "thử").code == 0
        for number in range(2, 8):  # of one chat one after the other, by whoever is free
            write(zalo, QUESTION, number, person="lan" if number % 2 else "minh")
        until(lambda: len(zalo.sent) >= 7)
    after = answer(home, QUESTION)
    assert [text.splitlines()[0] for _, text in zalo.sent] == [told(zalo)[0], *[after] * 6]
    assert after != told(zalo)[0]


def test_the_doctor_tells_who_runs_and_what_nobody_does(home: Path, database_kind: str) -> None:
    assert database_kind == POSTGRESQL
    assert "– Chưa tiến trình nào phục vụ cơ sở dữ liệu này; hãy chạy kehoach serve." in call(home, "doctor").out
    with open_store(data=home) as store:
        web, worker = ServiceProcess(store, "web", sends=False), ServiceProcess(store, "worker")
        web.beat()
        alone = call(home, "doctor")
        assert alone.code == 1
        assert "thiếu tiến trình worker: hãy chạy thêm với KEHOACH_ROLE." in alone.out
        worker.beat()
        assert "✓ Tiến trình đang chạy: web (" in call(home, "doctor").out
        web.leave()
        assert "thiếu tiến trình web: hãy chạy thêm với KEHOACH_ROLE." in call(home, "doctor").out


def test_web_and_worker_want_a_server(tmp_path: Path) -> None:
    refused = "KEHOACH_ROLE khác all cần PostgreSQL: hãy đặt KEHOACH_DATABASE_URL.\n"
    alone = {**WEB, "KEHOACH_DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}"}
    assert kehoach(tmp_path / "data", "serve", env=alone) == Run(1, "", refused)
