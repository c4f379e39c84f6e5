"""`kehoach eval` and `kehoach doctor`."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.running import Run, call, kehoach
from tests.samples.expected import QUESTIONS

QUESTION = {
    "id": "a-1",
    "category": "lead",
    "style": "plain",
    "q": "Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh?",
    "status": "answered",
    "must": [["Sở Khoa học và Công nghệ", "Sở KH&CN"]],
    "must_not": [],
}
MISSED = {
    **QUESTION,
    "id": "a-2",
    "category": "due",
    "style": "no_diacritics",
    "q": "nang cap Trung tam du lieu tinh han khi nao",
    "must": [["31/12/2027"]],
}


def write(path: Path, *questions: object) -> Path:
    path.write_text("".join(json.dumps(q, ensure_ascii=False) + "\n" for q in questions), encoding="utf-8")
    return path


def test_scores_by_category_and_style_and_the_misses(loaded: Path, tmp_path: Path) -> None:
    run = kehoach(loaded, "eval", write(tmp_path / "hỏi.jsonl", QUESTION, MISSED))
    assert (run.code, run.err) == (0, "")
    assert [line for line in run.out.splitlines() if not line.startswith("    |")] == [
        "Đúng 1/2",
        "Theo loại câu hỏi",
        "  lead               1/1",
        "  due                0/1",
        "Theo cách gõ",
        "  plain              1/1",
        "  no_diacritics      0/1",
        "✗ a-2: nang cap Trung tam du lieu tinh han khi nao",
        "    vì: lacks one of ['31/12/2027']",
    ]
    short = call(loaded, "eval", tmp_path / "hỏi.jsonl", "--no-misses")
    assert short.out == "\n".join(run.out.splitlines()[:7]) + "\n"


def test_the_sample_questions_score_as_well_as_before(loaded: Path) -> None:
    run = call(loaded, "eval", QUESTIONS, "--no-misses")
    right, total = map(int, run.out.splitlines()[0].removeprefix("Đúng ").split("/"))
    assert total == len(QUESTIONS.read_text(encoding="utf-8").splitlines())
    assert right / total >= 0.85


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ({"id": 1, "q": "a"}, "thiếu category, must, must_not, status, style"),
        ({**QUESTION, "must": ["Sở Nội vụ"]}, "must phải là một danh sách các danh sách chuỗi"),
        ({**QUESTION, "as_of": "hôm nay"}, "as_of phải là một ngày dạng 2026-11-20"),
    ],
)
def test_a_bad_question_is_named(loaded: Path, tmp_path: Path, question: dict[str, object], says: str) -> None:
    path = write(tmp_path / "hỏi.jsonl", QUESTION, question)
    assert call(loaded, "eval", path) == Run(1, "", f"Tệp hỏi.jsonl, dòng 2: {says}.\n")


def test_a_missing_question_file(loaded: Path) -> None:
    assert kehoach(loaded, "eval", "không có.jsonl") == Run(1, "", "Không đọc được tệp không có.jsonl.\n")
    assert kehoach(loaded, "eval").code == 2


def test_a_sound_data_folder(loaded: Path) -> None:
    run = kehoach(loaded, "doctor")
    assert (run.code, run.err) == (0, "")
    assert [line[0] for line in run.out.splitlines() if line[0] != "–"].count("✓") >= 8
    assert "✗" not in run.out
    assert "✓ 4 kế hoạch đang dùng, mỗi kế hoạch một phiên bản." in run.out


def test_lost_vectors_are_found_and_made_again(home: Path) -> None:
    with closing(sqlite3.connect(home / "kehoach.db")) as database, database:
        database.execute("DELETE FROM vectors")
    ill = kehoach(home, "doctor")
    assert (ill.code, ill.err) == (1, "")
    assert [line for line in ill.out.splitlines() if line.startswith("✗")] == [
        line for line in ill.out.splitlines() if "đoạn văn chưa có véc-tơ" in line
    ]
    answer = call(home, "ask", QUESTION["q"])  # type: ignore[arg-type]
    assert answer.out.startswith("Sở Khoa học và Công nghệ chủ trì")
    assert kehoach(home, "doctor", "--repair").code == 0
    assert "✗" not in kehoach(home, "doctor").out


def test_programs_that_are_missing_are_no_fault(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    run = kehoach(loaded, "doctor")
    assert run.code == 0
    assert [line for line in run.out.splitlines() if line.startswith("–")] == [
        "– Nhận dạng chữ (OCR) tiếng Việt: chưa cài nên chưa đọc được tệp PDF quét ảnh; "
        "cài bằng lệnh: sudo apt-get install tesseract-ocr tesseract-ocr-vie",
        "– LibreOffice: chưa cài nên chưa đọc được tệp .doc, .xls, .odt, .ods, .rtf; cài bằng lệnh: "
        "sudo apt-get install libreoffice-writer libreoffice-calc",
    ]


def test_a_ruined_database_is_one_line(home: Path) -> None:
    data = bytearray((home / "kehoach.db").read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    (home / "kehoach.db").write_bytes(data)
    run = kehoach(home, "doctor")
    assert run.code == 1
    assert "Traceback" not in run.out + run.err
    assert "khôi phục bản sao lưu" in run.out + run.err or "Không mở được kho dữ liệu" in run.err
