"""Files that end readers, met by the command and by the chat."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.contract import FileIn
from ingest.isolation import process
from ingest.isolation.limits import Limits
from ingest.isolation.reader import IsolatedReader
from tests.bot.chat.test_dispatcher import AN, BINH, FIRST_LINE, QUAN, QUESTION, Room
from tests.bot.papers import write_plan
from tests.bot.running import NOW, call, environment
from tests.ingest.isolation.rooms import BAD_CHILD, SHORT, left_in, plan_that, wait_until_gone


@pytest.fixture
def bad_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reader's child does what a file's first word tells it."""
    monkeypatch.setattr(process, "CHILD", BAD_CHILD)


@pytest.mark.usefixtures("bad_child")
def test_the_command_goes_on_past_a_killer_and_reads_it_again_only_when_told(empty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "đến"
    folder.mkdir()
    killer = plan_that(folder, "leave", "a.txt")
    write_plan(folder / "b.md")
    first = call(empty, "load", folder, "--activate")
    assert (first.code, first.out.splitlines()[0]) == (1, "✓ b.md: 12/KH-UBND, bản 1 (đang dùng).")
    assert first.err.startswith("✗ a.txt: Tệp này làm bộ đọc dừng đột ngột nên được để riêng, sẽ không đọc lại;")
    second = call(empty, "load", killer)
    assert second.err.startswith("✗ a.txt: Tệp này làm bộ đọc dừng đột ngột nên được để riêng từ ngày 20/11/2026;")
    assert "sẽ không đọc lại" in call(empty, "load", killer, "--again").err
    assert left_in(empty) == []


_BAD_COMMAND = f"""
import runpy
from ingest.isolation import process
process.CHILD = {BAD_CHILD!r}
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_command_that_is_told_to_stop_blames_no_file(empty: Path, tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", _BAD_COMMAND, "load", str(plan_that(tmp_path, "wait"))]
    with subprocess.Popen(command, env=environment(empty), stderr=subprocess.DEVNULL) as running:
        end = time.monotonic() + 10
        while not any(mark.stat().st_size for mark in (empty / "reading").glob("*/mark")):
            assert time.monotonic() < end
            time.sleep(0.02)
        running.send_signal(number)
        assert running.wait(10) != 0
    wait_until_gone(empty)
    assert left_in(empty) == []
    assert not (empty / "quarantine").exists()


def reader(room: Room, limits: Limits) -> IsolatedReader:
    """Put in the place of the app's own."""
    made = IsolatedReader(room.player.app.settings.home, lambda: NOW, limits=limits)
    room.player.app.__dict__["plan_reader"] = made
    return made


@pytest.fixture
def room(home: Path) -> Iterator[Room]:
    room = Room(home)
    yield room
    room.player.app.close()


def give(room: Room, folder: Path, deed: str) -> FileIn:
    path = plan_that(folder, deed)
    room.channel.files[path.name] = path.read_bytes()
    return FileIn("f", path.name, 10)


@pytest.mark.usefixtures("bad_child")
async def test_questions_do_not_wait_for_files_that_take_long(room: Room, tmp_path: Path) -> None:
    reader(room, replace(SHORT, seconds=2))
    await room.say(AN, QUESTION)
    sent = [replace(room.incoming(QUAN), file=give(room, tmp_path, deed)) for deed in ("spin", "leave", "wait")]
    files = [asyncio.create_task(room.handle(each)) for each in sent]
    took: list[float] = []
    while not all(file.done() for file in files):
        start = time.monotonic()
        asker = (AN, BINH)[len(took) % 2]  # one alone would be asked to go slower
        assert (await room.say(asker, QUESTION))[0].splitlines()[0] == FIRST_LINE
        took.append(time.monotonic() - start)
        await asyncio.sleep(0.5)
    assert len(took) > 4
    assert max(took) < 1.5  # a tenth is usual; less than any of the files takes
    told = {post.reply.text for post in room.player.posted if "để riêng" in post.reply.text}
    assert {"thời gian 2 giây" in text or "dừng đột ngột" in text for text in told} == {True}


async def test_what_was_being_read_when_the_service_was_killed_is_refused(room: Room, tmp_path: Path) -> None:
    home = room.player.app.settings.home
    file = give(room, tmp_path, "wait")
    path = tmp_path / file.name
    command = [sys.executable, "-c", _BAD_COMMAND, "load", str(path)]
    with subprocess.Popen(command, env=environment(home), stderr=subprocess.DEVNULL) as service:
        end = time.monotonic() + 10
        while not any(mark.stat().st_size for mark in (home / "reading").glob("*/mark")):
            assert time.monotonic() < end
            await asyncio.sleep(0.02)
        service.kill()
    answer = await room.handle(replace(room.incoming(QUAN), file=file))
    assert "đang được đọc thì trợ lý bị dừng đột ngột nên được để riêng từ ngày" in answer[-1]
