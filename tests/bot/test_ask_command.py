"""`kehoach ask`: the answer object, batches in order, the day of asking."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bot.papers import write_plan
from tests.bot.running import Run, call, environment, kehoach

ANSWER = """\
Công an tỉnh chủ trì.
Hạn: Tháng 7 hàng năm; kỳ tới: 31/07/2027 (còn 253 ngày).
Nhiệm vụ: Diễn tập sơ tán dân ven sông.
Nguồn: Kế hoạch 12/KH-UBND ngày 05/01/2026, mục I.3."""
DRILL = "Diễn tập sơ tán dân ven sông"
QUESTION = "Ai chủ trì diễn tập sơ tán dân ven sông?"
UNDERSTOOD = "Hỏi cơ quan chủ trì; về: diễn tập sơ tán dân ven sông."


@pytest.fixture(scope="module")
def floods(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small plan, active; not to be changed."""
    folder = tmp_path_factory.mktemp("bão")
    assert call(folder / "dữ liệu", "load", write_plan(folder / "bão.md"), "--activate").code == 0
    return folder / "dữ liệu"


def batch(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def answers(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.out.splitlines()]


def test_the_answer_of_a_cold_start(floods: Path) -> None:
    run = kehoach(floods, "ask", QUESTION, "--as-of", "2026-11-20")
    assert run == Run(0, ANSWER + "\n", "")


@pytest.mark.parametrize(
    "question",
    ["ai chu tri dien tap so tan dan ven song", "DIỄN TẬP SƠ TÁN DÂN VEN SÔNG do ai chủ trì, hạn khi nào?"],
)
def test_accents_and_capitals_do_not_matter(floods: Path, question: str) -> None:
    assert call(floods, "ask", question).out.splitlines()[0] == "Công an tỉnh chủ trì."


def test_the_answer_object_is_as_the_contract_says(floods: Path) -> None:
    run = kehoach(floods, "ask", QUESTION, "--json", "--as-of", "2026-11-20")
    assert (run.code, run.err) == (0, "")
    [answer] = answers(run)
    assert list(answer) == ["id", "status", "answer", "tasks", "sources", "options", "understood", "elapsed_ms"]
    assert answer.pop("elapsed_ms") > 0
    [task] = answer.pop("tasks")
    [expected] = answers(call(floods, "tasks", "--agency", "Công an tỉnh", "--format", "json"))
    assert task == expected
    assert answer == {
        "id": None,
        "status": "answered",
        "answer": ANSWER,
        "sources": [
            {
                "plan": "12/KH-UBND",
                "title": "Phòng, chống bão năm 2026",
                "section_path": ["I. NHIỆM VỤ"],
                "page": None,
                "quote": f"3 | {DRILL} | Công an tỉnh | Tháng 7 hàng năm",
            }
        ],
        "options": [],
        "understood": UNDERSTOOD,
    }


STATUSES = [
    ("Ai chủ trì việc nuôi cá heo?", "not_found"),
    ("Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh?", "answered"),
    ("Sở Y tế được giao việc gì?", "clarify"),
]


@pytest.mark.parametrize(("question", "status"), STATUSES)
def test_every_status_is_a_success_with_all_fields(loaded: Path, question: str, status: str) -> None:
    run = call(loaded, "ask", question, "--json")
    [answer] = answers(run)
    assert (run.code, answer["status"]) == (0, status)
    assert list(answer) == ["id", "status", "answer", "tasks", "sources", "options", "understood", "elapsed_ms"]
    assert bool(answer["sources"]) == (status == "answered")
    assert all(f"{i}. {option}" in answer["answer"] for i, option in enumerate(answer["options"], 1))
    assert bool(answer["options"]) == (status == "clarify")


def test_a_batch_answers_in_order_with_its_ids(floods: Path, tmp_path: Path) -> None:
    lines = [
        {"id": "thứ nhất", "q": QUESTION},
        {"id": 2, "q": "hạn khi nào", "turns": ["Ai lo bố trí kinh phí mua vật tư dự phòng?"]},
        {"id": None, "q": ""},
        {"id": "x", "q": QUESTION, "as_of": "2026-07-30"},
        {"id": "x", "q": QUESTION, "as_of": None, "turns": None, "lạ": 1},
    ]
    run = kehoach(floods, "ask", "--batch", batch(tmp_path / "hỏi.jsonl", *lines), "--as-of", "2026-11-20")
    assert (run.code, run.err) == (0, "")
    found = answers(run)
    assert [answer["id"] for answer in found] == ["thứ nhất", 2, None, "x", "x"]
    due = [answer["answer"].splitlines()[:2] for answer in found]
    assert due[0] == due[4] == ANSWER.splitlines()[:2]
    assert "Trước ngày 15/5/2026" in due[1][0]
    assert "kỳ tới: 31/07/2026 (còn 1 ngày)" in due[3][1]
    assert due[3][1] != due[0][1]


def test_a_batch_may_hold_blank_lines_a_mark_and_unusual_spaces(floods: Path, tmp_path: Path) -> None:
    path = tmp_path / "hỏi.jsonl"
    line = json.dumps({"id": 1, "q": QUESTION.replace("diễn", "\u2028diễn")}, ensure_ascii=False)
    path.write_bytes(f"\ufeff\r\n{line}\r\n\r\n".encode())
    [answer] = answers(call(floods, "ask", "--batch", path))
    assert answer["tasks"][0]["title"] == DRILL


BAD_LINES: list[tuple[str, str]] = [
    ("{", "không phải JSON"),
    ("[1]", "thiếu id, q"),
    ('{"id": 1}', "thiếu q"),
    ('{"id": 1, "q": 5}', "q phải là một chuỗi"),
    ('{"id": 1, "q": "a", "turns": "b"}', "turns phải là một danh sách chuỗi"),
    ('{"id": 1, "q": "a", "turns": [1]}', "turns phải là một danh sách chuỗi"),
    ('{"id": 1, "q": "a", "as_of": "20/11/2026"}', "as_of phải là một ngày dạng 2026-11-20"),
    ('{"id": 1, "q": "a", "as_of": 20261120}', "as_of phải là một ngày dạng 2026-11-20"),
    ('{"id": 1, "q": "a", "as_of": "0001-01-01"}', "as_of phải là một ngày dạng 2026-11-20"),
]


@pytest.mark.parametrize(("line", "says"), BAD_LINES)
def test_a_bad_line_is_named_before_anything_is_answered(floods: Path, tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "hỏi.jsonl"
    path.write_text(f'{{"id": 1, "q": "Ai chủ trì?"}}\n\n{line}\n', encoding="utf-8")
    assert call(floods, "ask", "--batch", path) == Run(1, "", f"Tệp hỏi.jsonl, dòng 3: {says}.\n")


def test_a_batch_file_that_cannot_be_read(floods: Path, tmp_path: Path) -> None:
    assert kehoach(floods, "ask", "--batch", tmp_path / "x.jsonl") == Run(1, "", "Không đọc được tệp x.jsonl.\n")
    (tmp_path / "y.jsonl").write_bytes(b'{"id": 1, "q": "\xff"}')
    assert call(floods, "ask", "--batch", tmp_path / "y.jsonl") == Run(1, "", "Không đọc được tệp y.jsonl.\n")


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "a", "--as-of", "mai"], ["ask", "a", "--nhanh"]])
def test_bad_usage(floods: Path, arguments: list[str]) -> None:
    run = call(floods, *arguments)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("Usage: ")


def test_a_stray_byte_in_the_question(floods: Path) -> None:
    run = kehoach(floods, "ask", "Ai chủ trì diễn tập sơ tán dân\udcff ven sông?", "--json")
    assert (run.code, run.err) == (0, "")


def test_a_reader_that_goes_away_is_no_failure(loaded: Path) -> None:
    """As `kehoach tasks --format json | head -1` does."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "tasks", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(loaded),
        cwd=loaded.parent,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == b""


def test_nothing_loaded_is_said(empty: Path) -> None:
    [answer] = answers(call(empty, "ask", QUESTION, "--json"))
    assert (answer["status"], answer["tasks"], answer["sources"]) == ("not_found", [], [])
