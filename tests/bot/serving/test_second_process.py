"""Questions answered by a second process: the same answers, whatever happens to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.clock import system_clock
from bot.serving.second_process import SecondProcess, is_worth_it
from bot.settings import Settings
from knowledge.qa.compose.answer import Answer
from tests.bot.papers import write_plan
from tests.bot.running import ROOT, call, environment, settings

TODAY = date(2026, 11, 20)
IN_TIME = 30.0
"""Seconds after which what a test waits for is not coming any more."""
QUESTIONS = (
    "Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh, hạn khi nào?",
    "ai chu tri so hoa ho so",
    "Sở Nội vụ báo cáo cải cách hành chính trước ngày nào?",
    "Nhiệm vụ của Sở Y tế đến hạn trong tháng 12",
    "Thời tiết hôm nay thế nào?",
    "",
)
TALK = ("Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh?", "Hạn khi nào?", "Ai phối hợp?")

_PARENT = """
import sys, time
from bot.app import App
from bot.clock import system_clock
from bot.serving.second_process import SecondProcess
from bot.settings import Settings

if __name__ == "__main__":
    app = App(Settings(), system_clock)
    second = SecondProcess(app.assistant, app.settings)
    second.start()
    while second.pid is None:
        time.sleep(0.05)
    print(second.pid, flush=True)
    time.sleep(600)
"""


class Counted:
    """The assistant of this process, and what it is asked."""

    def __init__(self, app: App) -> None:
        self.assistant = app.assistant
        self.asked: list[str] = []

    def ask(self, question: str, **how: Any) -> Answer:
        """See `Assistant.ask`."""
        self.asked.append(question)
        return self.assistant.ask(question, **how)


@pytest.fixture
def app(home: Path) -> Iterator[App]:
    app = App(settings(home), system_clock)
    yield app
    app.close()


@contextmanager
def shared(app: App) -> Iterator[tuple[SecondProcess, Counted]]:
    """A second process that is ready, and who answers beside it."""
    own = Counted(app)
    second = SecondProcess(own, app.settings, pause=0.01)
    second.start()
    try:
        wait_for(lambda: second.pid)
        yield second, own
    finally:
        second.close()


def wait_for(what: Callable[[], int | bool | None]) -> int:
    """What is there in the end."""
    until = time.monotonic() + IN_TIME
    while not (found := what()):
        assert time.monotonic() < until
        time.sleep(0.01)
    return int(found)


def is_gone(pid: int) -> bool:
    """Whether the process has ended; one that nobody has waited for yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def same(answer: Answer, other: Answer) -> bool:
    """Whether two answers differ in nothing but the time that they took."""
    return replace(answer, elapsed_ms=0.0) == replace(other, elapsed_ms=0.0)


def test_it_answers_the_same(app: App) -> None:
    with shared(app) as (second, own):
        for question in QUESTIONS:
            assert same(second.ask(question, as_of=TODAY), app.assistant.ask(question, as_of=TODAY))
        assert own.asked == []


def test_a_talk_stays_where_it_is_known(app: App) -> None:
    """A follow-up is answered by the one that knows what it is about."""
    expected = [app.assistant.ask(text, as_of=TODAY, turns=TALK[:at]) for at, text in enumerate(TALK)]
    with shared(app) as (second, own):
        for at, text in enumerate(TALK):
            assert same(second.ask(text, as_of=TODAY, turns=TALK[:at]), expected[at])
        assert own.asked == []
    own = Counted(app)
    second = SecondProcess(own, app.settings)
    assert same(second.ask(TALK[0], as_of=TODAY), expected[0])  # it is not there yet
    second.start()
    try:
        wait_for(lambda: second.pid)
        for at, text in enumerate(TALK[1:], 1):
            assert same(second.ask(text, as_of=TODAY, turns=TALK[:at]), expected[at])
    finally:
        second.close()
    assert own.asked == list(TALK)


def test_a_crowd_is_shared(app: App) -> None:
    with shared(app) as (second, own), ThreadPoolExecutor(8) as threads:
        questions = [f"{question} ({number})" for number in range(10) for question in QUESTIONS]
        answers = list(threads.map(lambda question: second.ask(question, as_of=TODAY), questions))
        here = len(own.asked)
        for question, answer in zip(questions, answers, strict=True):
            assert same(answer, app.assistant.ask(question, as_of=TODAY))
    assert 0 < here < len(questions)


def test_killed_at_any_time_no_question_is_lost(app: App) -> None:
    expected = {question: app.assistant.ask(question, as_of=TODAY) for question in QUESTIONS}
    with shared(app) as (second, own), ThreadPoolExecutor(4) as threads:
        for _ in range(3):
            pid = wait_for(lambda: second.pid)
            asking = [(question, threads.submit(second.ask, question, as_of=TODAY)) for question in QUESTIONS * 3]
            os.kill(pid, signal.SIGKILL)
            assert all(same(answer.result(IN_TIME), expected[question]) for question, answer in asking)
            wait_for(lambda pid=pid: second.pid not in (None, pid))  # type: ignore[misc]
        before = len(own.asked)
        assert same(second.ask(QUESTIONS[0], as_of=TODAY), expected[QUESTIONS[0]])
        assert len(own.asked) == before


def test_what_is_activated_here_is_answered_there(app: App, home: Path, tmp_path: Path) -> None:
    paper = write_plan(tmp_path / "12.md", rows=(("Trồng lại hàng phượng ở bến đò", "Sở Xây dựng", "30/11/2026"),))
    question = "Ai chủ trì trồng lại hàng phượng ở bến đò?"
    with shared(app) as (second, own):
        assert "Sở Xây dựng" not in second.ask(question, as_of=TODAY).text
        assert call(home, "load", paper, "--activate").code == 0
        assert second.ask(question, as_of=TODAY).text.startswith("Sở Xây dựng chủ trì.\n")
        assert own.asked == []


def test_it_ends_with_us(app: App) -> None:
    with shared(app) as (second, _):
        pid = second.pid
    assert pid is not None
    assert is_gone(pid)
    assert second.pid is None


def test_told_to_stop_it_waits_for_us(app: App) -> None:
    """Ctrl-C and service managers tell the whole group; questions under way are answered first."""
    with shared(app) as (second, own):
        pid = second.pid
        assert pid is not None
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGINT)
        second.ask(QUESTIONS[0], as_of=TODAY)
        assert own.asked == []
        assert second.pid == pid


def test_it_does_not_outlive_us_killed(home: Path, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment(home)
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not is_gone(pid)
        parent.kill()
        wait_for(lambda: is_gone(pid))


@pytest.mark.parametrize(
    ("settings", "cores", "worth"),
    [
        ({}, 2, True),
        ({}, 1, False),
        ({"llm": "ollama:qwen3"}, 2, False),
        ({"reranker": "a-model"}, 2, False),
        ({"embedding_model": "a-model"}, 2, False),
    ],
)
def test_where_it_is_worth_it(settings: dict[str, Any], cores: int, worth: bool) -> None:
    assert is_worth_it(Settings.model_construct(**settings), cores) is worth
