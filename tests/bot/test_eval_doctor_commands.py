"""`kehoach eval` and `kehoach doctor`."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from knowledge.store.database import open_store
from knowledge.store.models import InboxRow, OutboxRow, VectorRow, VersionRow
from tests.bot.running import NOW, Run, call, dump, kehoach
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
    with open_store(data=home) as store, store.write() as session:
        session.execute(delete(VectorRow))
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
    assert [line for line in run.out.splitlines() if "chưa cài" in line] == [
        "– Nhận dạng chữ (OCR) tiếng Việt: chưa cài nên chưa đọc được tệp PDF quét ảnh; "
        "cài bằng lệnh: sudo apt-get install tesseract-ocr tesseract-ocr-vie",
        "– LibreOffice: chưa cài nên chưa đọc được tệp .doc, .xls, .odt, .ods, .rtf; cài bằng lệnh: "
        "sudo apt-get install libreoffice-writer libreoffice-calc",
    ]


@pytest.mark.sqlite  # a server's files are not in reach of this process
def test_a_ruined_database_says_what_to_do_and_is_left_as_it_is(home: Path) -> None:
    sound = (home / "kehoach.db").read_bytes()
    remedy = "hãy dừng trợ lý rồi khôi phục bản sao lưu gần nhất: kehoach restore TỆP --force "
    for ruined in (b"\xa5" * len(sound), sound[:4096] + b"\xa5" * (len(sound) - 4096), sound[: len(sound) // 2]):
        (home / "kehoach.db").write_bytes(ruined)
        for command in (["doctor"], ["plans"], ["serve"]):
            run = call(home, *command, env={"KEHOACH_PORT": "0"})
            assert (command, run.code) == (command, 1)
            told = [line for line in (run.out + run.err).splitlines() if "bị hỏng" in line]
            assert len(told) == 1, (command, run)
            assert remedy in told[0] or "hãy khôi phục bản sao lưu." in told[0]
            assert "Traceback" not in run.out + run.err
        assert (home / "kehoach.db").read_bytes()[4096:] == ruined[4096:]
    assert "Mô hình: dùng mô hình đi kèm." in call(home, "doctor").out  # the other checks are made all the same


@pytest.mark.sqlite  # a server's files are not in reach of this process
def test_restoring_sets_a_ruined_database_aside(home: Path, tmp_path: Path) -> None:
    before = dump(home)
    assert call(home, "backup", tmp_path / "a.zip").code == 0
    ruined = b"\xa5" * 20_000
    (home / "kehoach.db").write_bytes(ruined)
    assert call(home, "restore", tmp_path / "a.zip", "--force").code == 0
    assert dump(home) == before
    assert (home / "kehoach-truoc-khoi-phuc-20261120-080000.db").read_bytes() == ruined


def faults(home: Path, **settings: str) -> list[str]:
    run = call(home, "doctor", env={f"KEHOACH_{name}": value for name, value in settings.items()})
    marks = [line for line in run.out.splitlines() if line.startswith("✗")]
    assert run.code == bool(marks)
    return [line.removeprefix("✗ ") for line in marks]


TELEGRAM = "123456:" + "A" * 35


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"TELEGRAM_TOKEN": TELEGRAM}, []),
        (
            {"TELEGRAM_TOKEN": "mã của tôi", "ZALO_TOKEN": "ngắn"},
            [
                "Cài đặt KEHOACH_TELEGRAM_TOKEN không đúng dạng 123456:ABC…; hãy chép lại từ @BotFather.",
                "Cài đặt KEHOACH_ZALO_TOKEN không đúng dạng; hãy chép lại từ Zalo Bot Manager.",
            ],
        ),
        (
            {"OA_APP_ID": "1", "TELEGRAM_TOKEN": TELEGRAM, "TELEGRAM_WEBHOOK": "http://troly.tinh.gov.vn"},
            [
                "Cài đặt KEHOACH_OA_APP_ID cần cả KEHOACH_OA_SECRET, KEHOACH_OA_APP_SECRET và "
                "KEHOACH_OA_REFRESH_TOKEN.",
                "Cài đặt KEHOACH_TELEGRAM_WEBHOOK phải là địa chỉ https://; nền tảng không gửi tin đến địa chỉ khác.",
            ],
        ),
        (
            {"LLM": "openai:x"},
            ["Cần địa chỉ máy chủ của mô hình ngôn ngữ (KEHOACH_LLM_BASE_URL). Hãy sửa hoặc bỏ KEHOACH_LLM."],
        ),
    ],
)
def test_settings_are_looked_at_by_their_form(loaded: Path, settings: dict[str, str], says: list[str]) -> None:
    assert faults(loaded, **settings) == says


def test_backup_disk_clock_and_what_waits(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "last-backup.json").write_text('{"at": "2026-11-01T00:00:00+07:00", "file": "/sao-luu/a.zip"}')
    usage = shutil.disk_usage(home)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=100 << 20))
    with open_store(data=home) as store, store.write() as session:
        early = NOW - timedelta(minutes=11)
        session.add(InboxRow(channel="telegram", delivery="1", chat="1", at=early, stored_at=early, message={}))
        session.add(
            OutboxRow(
                recipient="member:1", occurrence=0, name="digest:x", kind="digest", agency="", state="waiting",
                attempts=0, send_at=NOW - timedelta(days=1, hours=1), made_at=NOW - timedelta(days=2),
            )
        )  # fmt: skip
        session.execute(update(VersionRow).values(loaded_at=NOW + timedelta(hours=1)))
    assert faults(home, TELEGRAM_TOKEN=TELEGRAM) == [
        "Ổ đĩa dữ liệu chỉ còn 0.1 GB; hãy dọn bớt hoặc chuyển KEHOACH_HOME sang ổ đĩa lớn hơn.",
        "Lần sao lưu cuối: 01/11/2026 00:00, /sao-luu/a.zip, đã 19 ngày; hãy sao lưu lại: kehoach backup TỆP.",
        "Đồng hồ của máy: 20/11/2026 08:00 giờ Việt Nam, chậm hơn dữ liệu đã ghi lúc 20/11/2026 09:00; "
        "hãy chỉnh đồng hồ: timedatectl set-ntp true.",
        "1 tin nhắn chờ trả lời quá 10 phút; hãy xem trợ lý có đang chạy không (kehoach serve) và kehoach.log.",
        "1 tin nhắc chưa gửi, sớm nhất từ 19/11/2026 07:00; hãy xem trợ lý có đang chạy không (kehoach serve) "
        "và kehoach.log.",
    ]


def test_what_is_worth_knowing_is_no_fault(home: Path) -> None:
    home.chmod(0o755)
    run = call(home, "doctor")
    assert run.code == 0
    assert [line for line in run.out.splitlines() if line.startswith("–") and "chưa cài" not in line] == [
        "– Chưa đặt mã của kênh nào nên lời nhắc chưa gửi được; xem .env.example, KEHOACH_TELEGRAM_TOKEN.",
        f"– Người khác trên máy đọc được {home}; nên đặt: chmod go-rwx {home}.",
        "– Chưa sao lưu lần nào; hãy đặt lịch hằng đêm cho lệnh: kehoach backup TỆP.",
        "– Chưa có quản trị viên nào đang dùng; hãy đặt KEHOACH_ADMINS=telegram:MÃ rồi chạy lại trợ lý.",
    ]
