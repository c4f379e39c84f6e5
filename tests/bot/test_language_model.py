"""The command with a language model beside it: settings in, worded answers out, the key nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.running import Run, kehoach
from tests.llm_server import Handler, fails, llm_server, loopback

pytestmark = loopback

KEY = "khoa-bi-mat-57"
QUESTION = "Ai chủ trì số hóa hồ sơ?"


def _repeats_the_composed_answer(handler: Handler) -> None:
    """In one line, so that it can be told from the composed one."""
    prompt = handler.llm.requests[-1].prompt
    composed = prompt.split("<tra_loi_da_soan>")[1].split("</tra_loi_da_soan>")[0]
    handler.send(handler.in_protocol(" ".join(composed.split())))


def _model(url: str) -> dict[str, str]:
    return {"KEHOACH_LLM": "openai:mau", "KEHOACH_LLM_BASE_URL": f"{url}/v1", "KEHOACH_LLM_KEY": KEY}


def test_an_answer_is_worded(loaded: Path) -> None:
    composed = kehoach(loaded, "ask", QUESTION).out.splitlines()
    with llm_server(_repeats_the_composed_answer) as server:
        run = kehoach(loaded, "ask", QUESTION, env=_model(server.url))
    assert [request.authorization for request in server.requests] == [f"Bearer {KEY}"]
    assert " ".join(run.out.split()) == " ".join(" ".join(composed).split())
    assert len(run.out.splitlines()) < len(composed)


def test_the_key_and_the_question_stay_out_of_the_log(home: Path) -> None:
    composed = kehoach(home, "ask", QUESTION)
    with llm_server(fails(401, f"Incorrect API key provided: {KEY}")) as server:
        assert kehoach(home, "ask", QUESTION, env=_model(server.url)) == composed
    log = (home / "kehoach.log").read_text(encoding="utf-8")
    assert log.rstrip().endswith("language model, word_answer: OpenAIAuthenticationError")
    assert KEY not in log
    assert QUESTION not in log


UNUSABLE = [
    ({"KEHOACH_LLM": "openai:mau"}, "Cần địa chỉ máy chủ của mô hình ngôn ngữ (KEHOACH_LLM_BASE_URL).\n"),
    ({"KEHOACH_LLM_TIMEOUT": "lâu"}, "Cài đặt KEHOACH_LLM_TIMEOUT có giá trị không hợp lệ.\n"),
    ({"KEHOACH_LLM_TIMEOUT": "0"}, "Cài đặt KEHOACH_LLM_TIMEOUT có giá trị không hợp lệ.\n"),
]


@pytest.mark.parametrize(("settings", "sentence"), UNUSABLE)
def test_settings_that_cannot_work(loaded: Path, settings: dict[str, str], sentence: str) -> None:
    assert kehoach(loaded, "ask", QUESTION, env=settings) == Run(1, "", sentence)


def test_an_empty_setting_is_no_model(loaded: Path) -> None:
    assert kehoach(loaded, "ask", QUESTION, env={"KEHOACH_LLM": "", "KEHOACH_LLM_KEY": ""}).code == 0
