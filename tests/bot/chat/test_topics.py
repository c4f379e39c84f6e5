"""What is kept of talks to save time changes no answer, and forgets plans that are no longer live."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.settings import Settings
from knowledge.qa.compose.answer import Answer
from knowledge.qa.query.question import Question
from knowledge.qa.search.finder import Finder, Found
from knowledge.store import versions
from knowledge.wording import task_name
from tests.bot.papers import FLOODS, write_plan
from tests.bot.running import NOW, call

TALK = (
    "Ai chủ trì tập huấn?", "2", "hạn khi nào", "xin chào", "còn Sở Tư pháp thì sao?", "Sở Nội vụ làm gì năm 2026?",
    "từ giờ hãy trả lời bằng tiếng Anh", "1", "ai chu tri nang cap trung tam du lieu tinh", "phối hợp với ai", "hạn?",
)  # fmt: skip


def _ask(app: App, place: int) -> Answer:
    answer = app.assistant.ask(TALK[place], as_of=NOW.date(), turns=TALK[:place])
    return replace(answer, elapsed_ms=0.0)


def test_a_talk_goes_as_it_would_without_memory(loaded: Path) -> None:
    app = App(Settings(home=loaded), lambda: NOW)
    remembered = [_ask(app, place) for place in range(len(TALK))]
    app.close()
    for place, answer in enumerate(remembered):
        fresh = App(Settings(home=loaded), lambda: NOW)
        assert _ask(fresh, place) == answer, TALK[place]
        fresh.close()


def test_after_a_switch_of_plans_the_talk_is_read_anew(home: Path, tmp_path: Path) -> None:
    path = write_plan(tmp_path / "bao.md")
    assert call(home, "load", path, "--activate").code == 0
    app = App(Settings(home=home), lambda: NOW)
    question = "Ai chủ trì diễn tập sơ tán dân ven sông?"
    assert app.assistant.ask(question, as_of=NOW.date()).text.startswith("Công an tỉnh chủ trì")
    write_plan(path, (*FLOODS[:2], ("Diễn tập sơ tán dân ven sông", "Sở Y tế", "Tháng 8 hàng năm")))
    assert call(home, "load", path).code == 0
    versions.activate(app.store, "12/KH-UBND", now=NOW)
    again = app.assistant.ask("hạn khi nào", as_of=NOW.date(), turns=[question])
    app.close()
    assert again.text.splitlines()[:2] == [
        "Hạn: Tháng 8 hàng năm; kỳ tới: 31/08/2027 (còn 284 ngày).",
        "Chủ trì: Sở Y tế.",
    ]


def test_a_task_that_was_looked_at_is_what_the_talk_is_about(loaded: Path) -> None:
    app = App(Settings(home=loaded), lambda: NOW)
    task = next(task for task in app.library.tasks() if task_name(task) == "Nâng cấp Trung tâm dữ liệu tỉnh")

    def ask(question: str, *turns: str, about: int | None) -> list[str]:
        return app.assistant.ask(question, as_of=NOW.date(), turns=turns, about=about).text.splitlines()

    due = "Hạn: Đến cuối năm 2026 (đến 31/12/2026)."
    for _ in range(2):  # the second time from what is remembered
        assert ask("hạn khi nào?", about=task.id)[0] == due
        assert ask("ai phối hợp?", "hạn khi nào?", about=task.id)[0] == "Cơ quan phối hợp: Sở Tài chính."
        assert ask("hạn?", "xin chào", about=task.id)[0] == due
    asked = ask("hạn khi nào?", about=None)
    assert asked[0].startswith("Tôi chưa hiểu câu hỏi")
    assert ask("hạn khi nào?", about=10**6) == asked
    assert ask("hạn khi nào?", *["xin chào"] * 7, about=task.id) == asked
    app.close()


def test_a_long_talk_searches_no_more_than_a_short_one(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = App(Settings(home=loaded), lambda: NOW)
    searched: list[str] = []
    find = Finder.find

    def noted(self: Finder, question: Question, *rest: Any, **named: Any) -> list[Found]:
        searched.append(question.raw)
        return find(self, question, *rest, **named)

    monkeypatch.setattr(Finder, "find", noted)
    talk = ["Ai chủ trì tập huấn?", "Nâng cấp trung tâm dữ liệu hạn khi nào?", "Sở Nội vụ làm gì năm 2026?"] * 5
    for place, question in enumerate(talk):
        searched.clear()
        app.assistant.ask(question, as_of=NOW.date(), turns=talk[:place])
        assert len(set(searched)) <= 1, place
    app.close()
