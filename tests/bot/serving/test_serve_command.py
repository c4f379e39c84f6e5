"""`kehoach serve` as it runs: a real process against servers that speak the real protocols."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.settings import PREFIX, Settings
from knowledge.store import database
from knowledge.store.database import open_unchanged
from knowledge.store.models import InboxRow
from tests.bot.running import ROOT, Run, environment, kehoach
from tests.servers.zalo_server import TOKEN, Handler, ZaloServer, breaks, loopback, zalo_server

pytestmark = loopback

IN_TIME = 20.0
"""Seconds after which what a test waits for is not coming any more."""
STOPS_WITHIN = 10.0
QUESTION = "Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh, hạn khi nào?"
OTHER = "Ai chủ trì số hóa hồ sơ?"
PEOPLE = ("lan", "minh")


@contextmanager
def serving(
    home: Path, zalo: ZaloServer, command: Sequence[str] = ("-m", "bot"), **more: str
) -> Iterator[subprocess.Popen[str]]:
    """The command, begun and connected to its platforms; killed at the end if nothing ended it before.

    Args:
        command: what Python runs as `kehoach`.
        more: settings beside those of Zalo.
    """
    process = subprocess.Popen(
        [sys.executable, *command, "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home.parent,
        env=environment(home, **settings(zalo) | more),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        started = process.stdout.readline()
        assert started.startswith("Trợ lý bắt đầu chạy, cổng "), process.communicate()
        coming = {"Đã kết nối zalo.\n", *(["Đã kết nối telegram.\n"] if "KEHOACH_TELEGRAM_TOKEN" in more else [])}
        while coming:
            line = process.stdout.readline()
            assert line, process.communicate()
            coming.discard(line)
        process.port = int(started.rstrip(".\n").rpartition(" ")[2])  # type: ignore[attr-defined]
        yield process
    finally:
        process.kill()
        process.communicate()


def settings(zalo: ZaloServer) -> dict[str, str]:
    """Where the server is, and who may ask without being let in first."""
    admins = ",".join(f"zalo:{person}" for person in PEOPLE)
    return {"KEHOACH_ZALO_API": zalo.url, "KEHOACH_ZALO_TOKEN": TOKEN, "KEHOACH_ADMINS": admins, "KEHOACH_PORT": "0"}


def write(zalo: ZaloServer, text: str, number: int, person: str = "lan", *, repeated: int = 1) -> None:
    """A person writes now; the platform delivers it `repeated` times."""
    more: dict[str, Any] = {
        "sender": {"id": person, "display_name": person, "is_bot": False},
        "chat": {"id": person, "chat_type": "PRIVATE"},
        "date": int(time.time() * 1000),
    }
    for _ in range(repeated):
        zalo.writes(text, number, **more)


def until(happened: Callable[[], bool]) -> None:
    """Waits for what another process does."""
    end = time.monotonic() + IN_TIME
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def stop(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> Run:
    """Tells it to stop; how it ended, and what it said after it had begun."""
    told = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=IN_TIME)
    assert time.monotonic() - told < STOPS_WITHIN
    return Run(process.returncode, out, err)


STOPPED = Run(0, "Trợ lý đã dừng.\n", "")


def count_waiting(home: Path) -> int:
    """Messages that are not marked yet: one that was answered a moment ago is answered again after a kill."""
    with open_unchanged(database.database_url(home)) as store, store.read() as session:
        return session.scalar(select(func.count()).where(InboxRow.handled_at.is_(None))) or 0


def told(zalo: ZaloServer, person: str = "lan") -> list[str]:
    """First lines of what a person was sent."""
    return [text.splitlines()[0] for chat, text in zalo.sent if chat == person]


def answer(home: Path, question: str) -> str:
    """The first line of the answer, as the command line gives it."""
    return kehoach(home, "ask", question).out.splitlines()[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_question_is_answered_once_and_the_process_stops_cleanly(home: Path, number: signal.Signals) -> None:
    with zalo_server() as zalo, serving(home, zalo) as process:
        write(zalo, QUESTION, 1, repeated=3)
        write(zalo, OTHER, 2, repeated=2)
        until(lambda: len(zalo.sent) >= 2)
        web = f"http://127.0.0.1:{process.port}"  # type: ignore[attr-defined]
        assert [httpx.get(f"{web}/{path}").status_code for path in ("healthz", "livez", "readyz")] == [200] * 3
        figures = httpx.get(f"{web}/metrics").text
        assert 'kehoach_questions_total{status="answered"} 2.0' in figures
        assert 'kehoach_channel_up{channel="zalo"} 1.0' in figures
        assert stop(process, number) == STOPPED
        assert told(zalo) == [answer(home, QUESTION), answer(home, OTHER)]
    log = (home / "kehoach.log").read_text(encoding="utf-8")
    assert [line.partition("bot.commands.serve ")[2] for line in log.splitlines()][1:] == [
        "Đã kết nối zalo.",
        "Trợ lý đã dừng.",
    ]
    assert QUESTION not in log


def test_a_platform_that_is_away_for_a_moment_costs_no_answer(home: Path) -> None:
    with zalo_server() as zalo:
        zalo.faults["getMe"].extend([breaks(), breaks(503)])
        zalo.faults["getUpdates"].append(breaks())
        zalo.faults["sendMessage"].append(breaks())
        with serving(home, zalo):
            write(zalo, QUESTION, 1)
            until(lambda: len(zalo.sent) >= 1)
        assert told(zalo) == [answer(home, QUESTION)]


def test_a_killed_process_answers_after_its_restart(home: Path) -> None:
    with zalo_server() as zalo:

        def in_the_middle(handler: Handler) -> None:
            handler.zalo.closing.wait()

        zalo.faults["sendMessage"].append(in_the_middle)
        with serving(home, zalo) as process:
            write(zalo, QUESTION, 1)
            until(lambda: bool(zalo.called("sendMessage")))
            write(zalo, OTHER, 2)
            write(zalo, OTHER, 3, "minh")
            until(lambda: len(told(zalo, "minh")) == 1 and count_waiting(home) == 2)
            process.kill()
        write(zalo, "Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh?", 4, "minh")
        write(zalo, QUESTION, 1)
        with serving(home, zalo) as process:
            until(lambda: len(zalo.sent) >= 4)
            assert stop(process) == STOPPED
        assert told(zalo) == [answer(home, QUESTION), answer(home, OTHER)]
        assert len(told(zalo, "minh")) == 2


def test_one_process_for_a_data_folder(home: Path) -> None:
    with zalo_server() as zalo, serving(home, zalo):
        second = kehoach(home, "serve", env=settings(zalo))
    assert second == Run(1, "", "Trợ lý đang chạy trên thư mục dữ liệu này rồi.\n")


def test_run_serves_where_a_token_is_set_and_loads_the_samples(empty: Path) -> None:
    empty.parent.mkdir(exist_ok=True)
    with zalo_server() as zalo:
        process = subprocess.run(
            [sys.executable, "-m", "bot", "run"],
            input=b"",
            capture_output=True,
            cwd=empty.parent,
            env=environment(empty, **settings(zalo) | {"KEHOACH_ZALO_TOKEN": "sai"}),
            check=False,
        )
    assert process.returncode == 1
    assert process.stdout.decode().startswith("Trợ lý bắt đầu chạy")
    assert process.stderr.decode().splitlines()[1:] == [
        "Zalo không nhận mã KEHOACH_ZALO_TOKEN; hãy chép lại mã do Zalo Bot Manager cấp."
    ]


def test_run_without_a_token_is_the_chat(home: Path) -> None:
    assert kehoach(home, "run", stdin=f"{QUESTION}\n") == kehoach(home, "chat", stdin=f"{QUESTION}\n")


def test_without_a_token_the_page_alone_is_served(empty: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=empty.parent,
        env=environment(empty, KEHOACH_PORT="0"),
    )
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline().rstrip(".\n").rpartition(" ")[2])
        address = f"http://127.0.0.1:{port}"
        assert process.stdout.readline() == (
            f"Chưa đặt KEHOACH_TELEGRAM_TOKEN hay KEHOACH_ZALO_TOKEN: chỉ mở trang {address} "
            "(đăng nhập: kehoach login TÊN); lời nhắc được lập và chờ đến khi có kênh.\n"
        )
        assert httpx.get(f"{address}/healthz").text == "Trợ lý hoạt động bình thường.\n"
        assert "kehoach login" in httpx.get(address).text
        assert stop(process) == STOPPED
    finally:
        process.kill()
        process.communicate()


BAD = [
    (
        {"KEHOACH_ZALO_TOKEN": "1:a", "KEHOACH_ZALO_WEBHOOK": "https://a.vn/zalo"},
        "KEHOACH_ZALO_WEBHOOK cần KEHOACH_ZALO_SECRET dài 8 đến 256 ký tự không dấu.\n",
    ),
]


@pytest.mark.parametrize(("given", "sentence"), BAD)
def test_settings_that_cannot_work(home: Path, given: dict[str, str], sentence: str) -> None:
    assert kehoach(home, "serve", env=given) == Run(1, "", sentence)


def test_the_example_names_every_setting_and_no_other() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.removeprefix("#").partition("=")[0] for line in lines if "=" in line}
    assert named == {PREFIX + name.upper() for name in Settings.model_fields}
