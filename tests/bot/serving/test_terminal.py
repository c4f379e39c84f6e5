"""`kehoach chat`: transcripts of whole chats, a script's questions, a person at a terminal.

The transcripts, in `chat/transcripts/man-hinh`, are written as all others are
(`chat/playing.py`); replies are compared whole.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.serving.terminal import Conversation
from bot.settings import Settings
from tests.bot.chat.playing import SAID
from tests.bot.running import NOW, dump, kehoach, on_terminal

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "chat" / "transcripts" / "man-hinh").glob("*.txt"))
GREETING = """\
Trợ lý Kế hoạch: máy trả lời tự động từ các kế hoạch đã nạp, mỗi câu đều kèm nguồn.
Gõ câu hỏi rồi nhấn Enter; gõ “sai” nếu câu trả lời sai, “thoát” để dừng.
"""
QUESTION = "Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh?"
FIRST_LINE = "Sở Khoa học và Công nghệ chủ trì; phối hợp: Sở Tài chính."


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(home: Path, transcript: Path) -> None:
    now = NOW
    app = App(Settings(home=home), lambda: now)
    chat = Conversation(app)
    lines = [line for line in transcript.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    said: list[str] = []
    for line in lines:
        if line.startswith("+ "):
            said.append(line)
            now += timedelta(minutes=int(line[2:]))
        elif match := SAID.fullmatch(line):
            said += [line, *chat.reply(match[4]).splitlines()]
    app.close()
    assert said == lines


def test_a_script_gets_an_answer_for_each_line(loaded: Path) -> None:
    before = dump(loaded)
    run = kehoach(loaded, "chat", stdin=f"\n{QUESTION}\n\n  hạn khi nào  \nthoát tàu vũ trụ?")
    assert (run.code, run.err) == (0, "")
    answers = run.out.removesuffix("\n\n").split("\n\n")
    assert [answer.splitlines()[0] for answer in answers] == [
        FIRST_LINE,
        "Hạn: Đến cuối năm 2026 (đến 31/12/2026).",
        "Các văn bản đã nạp không có nội dung này.",
    ]
    assert dump(loaded) == before


def test_with_nothing_loaded_it_loads_the_samples_once(empty: Path) -> None:
    first = kehoach(empty, "chat", stdin=f"{QUESTION}\n")
    assert (first.code, first.out.splitlines()[0]) == (0, FIRST_LINE)
    assert first.err == "Chưa có kế hoạch nào, nạp kế hoạch mẫu của tỉnh Phú Giang (không có thật)…\n"
    again = kehoach(empty, "chat", stdin=f"{QUESTION}\n")
    assert (again.code, again.out, again.err) == (0, first.out, "")


def test_no_input_is_no_failure(loaded: Path) -> None:
    run = kehoach(loaded, "chat")
    assert (run.code, run.out, run.err) == (0, "", "")


def test_a_stray_byte_spoils_its_own_letter_only(loaded: Path) -> None:
    question = QUESTION.encode().decode("latin-1")
    run = kehoach(loaded, "chat", stdin=f"{question}\n{QUESTION}\n", env={"PYTHONIOENCODING": "utf-8:strict"})
    assert (run.code, run.err) == (0, "")
    assert run.out.count(FIRST_LINE) == 1


ENDINGS = [("Thoat\n", "the word"), ("\x04", "Ctrl-D"), ("\x03", "Ctrl-C")]


@pytest.mark.parametrize(("ending", "_name"), ENDINGS, ids=[name for _, name in ENDINGS])
def test_a_person_is_greeted_answered_and_may_leave(loaded: Path, ending: str, _name: str) -> None:
    run = on_terminal(loaded, "chat", typed=f"{QUESTION}\n", ending=ending)
    assert run.code == 0
    assert GREETING in run.out
    assert FIRST_LINE in run.out
    assert "Traceback" not in run.out
    assert run.out.count("Anh/chị: ") == 2
    assert run.out.endswith("\n")
