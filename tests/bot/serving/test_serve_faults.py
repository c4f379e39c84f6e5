"""`kehoach serve` where something is wrong under it: what people hear, what `/healthz` says, and that it goes on.

The limit of the operating system on the size of a process's files stands for a disk that takes nothing: it can be
set and lifted while the process runs.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.menus.texts import load_texts
from tests.bot.chat.over_http import free_address
from tests.bot.running import environment
from tests.bot.serving.test_serve_command import (
    OTHER,
    QUESTION,
    STOPPED,
    answer,
    serving,
    settings,
    stop,
    told,
    until,
    write,
)
from tests.servers.zalo_server import loopback, zalo_server

pytestmark = [loopback, pytest.mark.slow]

WELL = (200, "Trợ lý hoạt động bình thường.\n")
NO_WRITING = (503, "Máy chủ không ghi được vào ổ đĩa dữ liệu.\n")
DAMAGED = (503, "Kho dữ liệu bị hỏng; hãy khôi phục bản sao lưu.\n")
AWAY = (503, "Kênh zalo không kết nối được.\n")
TEXTS = load_texts()
SMALL = 4_096
"""Bytes: less than any file that the database writes."""


def health(web: str) -> tuple[int, str]:
    """Status and sentence."""
    response = httpx.get(f"{web}/healthz", timeout=10)
    return response.status_code, response.text


def limit(process: subprocess.Popen[str], size: int) -> None:
    """No file of the process may grow beyond that size."""
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.fixture
def web() -> str:
    return free_address()


def _port(web: str) -> dict[str, str]:
    return {"KEHOACH_PORT": web.rpartition(":")[2]}


@pytest.mark.sqlite  # a server's files are not in reach of this process
def test_a_disk_that_takes_nothing_is_told_and_waited_out(home: Path, web: str) -> None:
    with zalo_server() as zalo, serving(home, zalo, **_port(web)) as process:
        assert health(web) == WELL
        limit(process, SMALL)
        until(lambda: health(web) == NO_WRITING)
        write(zalo, QUESTION, 1)
        until(lambda: len(told(zalo)) == 2)
        assert sorted(told(zalo)) == sorted([TEXTS.say("disk_waits"), TEXTS.say("disk_failed")])
        write(zalo, OTHER, 2, "minh")
        limit(process, resource.RLIM_INFINITY)
        until(lambda: len(told(zalo)) == 3 and len(told(zalo, "minh")) == 2)
        assert told(zalo)[-1] == answer(home, QUESTION)
        assert told(zalo, "minh") == [TEXTS.say("disk_failed"), answer(home, OTHER)]
        until(lambda: health(web) == WELL)
        assert stop(process) == STOPPED


@contextmanager
def _begun(home: Path, given: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The command, on a disk that takes nothing."""
    process = subprocess.Popen(
        [sys.executable, "-c", _LIMITED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home.parent,
        env=environment(home, **given),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


_LIMITED = f"""
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({SMALL}, resource.RLIM_INFINITY))
sys.argv = ["bot", "serve"]
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""


@pytest.mark.sqlite  # a server's files are not in reach of this process
def test_it_starts_on_a_disk_that_takes_nothing_and_waits(home: Path, web: str) -> None:
    with zalo_server() as zalo, _begun(home, settings(zalo) | _port(web)) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said == f"{NO_WRITING[1].strip()} Trợ lý chờ đến khi ghi được, cổng {web.rpartition(':')[2]}.\n"
        assert health(web) == NO_WRITING
        write(zalo, QUESTION, 1)
        limit(process, resource.RLIM_INFINITY)
        until(lambda: len(told(zalo)) == 1)
        assert told(zalo) == [answer(home, QUESTION)]
        until(lambda: health(web) == WELL)


@pytest.mark.sqlite  # a server's files are not in reach of this process
def test_a_stop_ends_the_waiting(home: Path, web: str) -> None:
    with zalo_server() as zalo, _begun(home, settings(zalo) | _port(web)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert stop(process).out == ""


@pytest.mark.sqlite  # a server's files are not in reach of this process
def test_a_damaged_database_is_told(home: Path, web: str) -> None:
    with zalo_server() as zalo, serving(home, zalo, **_port(web)) as process:
        assert health(web) == WELL
        with (home / "kehoach.db").open("r+b") as file:
            file.seek(4_096 * 8)
            file.write(b"\xff" * 4_096 * 40)
        until(lambda: health(web) == DAMAGED)
        assert process.poll() is None


def test_a_platform_out_of_reach_is_told(home: Path, web: str) -> None:
    with zalo_server() as zalo, serving(home, zalo, **_port(web)) as process:
        assert health(web) == WELL
        assert zalo.local is not None
        zalo.local.go_away()
        until(lambda: health(web) == AWAY)
        zalo.local.come_back()
        until(lambda: health(web) == WELL)
        write(zalo, QUESTION, 1)
        until(lambda: told(zalo) == [answer(home, QUESTION)])
        assert stop(process) == STOPPED
