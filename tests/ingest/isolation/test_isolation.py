"""Reading in a child: what a file does to it, the others do not notice, and it is not done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from ingest.isolation import quarantine
from ingest.isolation.limits import Limits
from ingest.isolation.process import ReadingStoppedError
from ingest.isolation.reader import IsolatedReader
from ingest.load import read_plan
from ingest.samples import sample_files
from knowledge.agencies import load_directory
from knowledge.errors import ClassifiedError, DirectoryError, PlanFileError
from tests.bot.papers import write_plan
from tests.ingest.isolation.rooms import (
    BAD_CHILD,
    NOW,
    SHORT,
    left_in,
    misbehaving,
    plan_that,
    processes_of,
    wait_until_gone,
)

AGAIN = "xin mở bằng chương trình gốc, lưu thành tệp mới (hoặc tách nhỏ) rồi gửi lại"
TOO_LONG = "làm bộ đọc quá thời gian 1 giây"
TOO_MUCH = "cần quá nhiều bộ nhớ khi đọc (trên 300 MB)"
STOPPED = "làm bộ đọc dừng đột ngột"
TOO_WIDE = "cho nội dung lớn bất thường khi đọc"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "dữ liệu"


def refusal(reader: IsolatedReader, path: Path) -> str:
    with pytest.raises(PlanFileError) as caught:
        reader.read(path)
    return caught.value.sentence


def test_the_samples_read_as_they_do_in_this_process(home: Path) -> None:
    with IsolatedReader(home, lambda: NOW) as reader:
        read = [reader.read(path) for path in sample_files()]
    assert read == [read_plan(path, load_directory()) for path in sample_files()]
    assert left_in(home) == []
    assert processes_of(home) == []


@pytest.mark.parametrize(
    ("deed", "cause"),
    [
        ("spin", TOO_LONG),
        ("wait", TOO_LONG),
        ("grow", TOO_MUCH),
        ("swell", TOO_MUCH),
        ("crash", STOPPED),
        ("leave", STOPPED),
        ("lie", TOO_WIDE),
        ("flood", TOO_WIDE),
        ("litter", TOO_LONG),
    ],
)
def test_what_ends_the_child_is_set_aside(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str, cause: str
) -> None:
    bad, good = plan_that(tmp_path, deed), write_plan(tmp_path / "bão.md")
    with misbehaving(home, monkeypatch) as reader:
        start = time.monotonic()
        assert refusal(reader, bad) == f"Tệp này {cause} nên được để riêng, sẽ không đọc lại; {AGAIN}."
        assert time.monotonic() - start < 8
        wait_until_gone(home)
        assert reader.read(good).name == "12/KH-UBND"
    assert left_in(home) == []
    with IsolatedReader(home, lambda: NOW, limits=SHORT) as reader:  # as after a restart
        sentence = refusal(reader, bad)
        assert processes_of(home) == []
    assert sentence == (
        f"Tệp này {cause} nên được để riêng từ ngày 20/11/2026; {AGAIN}. "
        "Người quản trị máy chủ có thể cho đọc lại: kehoach load TỆP --again"
    )


def test_reading_again_is_for_who_insists_and_for_another_reader(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = plan_that(tmp_path, "leave")
    with misbehaving(home, monkeypatch) as reader:
        refusal(reader, bad)
    with monkeypatch.context() as newer, IsolatedReader(home, lambda: NOW) as reader:
        newer.setattr(quarantine, "reader_version", lambda: "mới")
        assert reader.read(bad).name == "12/KH-UBND"
    with misbehaving(home, monkeypatch) as reader:
        refusal(reader, bad)
    with IsolatedReader(home, lambda: NOW) as reader:
        refusal(reader, bad)
        assert reader.read(bad, again=True).name == "12/KH-UBND"
        assert reader.read(bad).name == "12/KH-UBND"


def test_a_damaged_note_of_what_is_set_aside_is_passed_over(home: Path, tmp_path: Path) -> None:
    good = write_plan(tmp_path / "bão.md")
    with IsolatedReader(home, lambda: NOW) as reader:
        note = home / "quarantine" / f"{reader.read(good).digest}.json"
        note.parent.mkdir()
        for content in ("", "[]", '{"reader": 1}', '{"reader": "x", "reason": "y", "day": "z"}'):
            note.write_text(content)
            assert reader.read(good).name == "12/KH-UBND"


def test_a_defect_is_one_sentence_and_the_child_goes_on(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with misbehaving(home, monkeypatch) as reader:
        sentence = refusal(reader, plan_that(tmp_path, "fail"))
        children = processes_of(home)
        assert reader.read(plan_that(tmp_path, "chatter")).name == "12/KH-UBND"
        assert processes_of(home) == children != []
    assert sentence.startswith("Bộ đọc gặp lỗi ngoài dự kiến với tệp này;")
    assert "ZeroDivisionError" in caplog.text
    assert "lời trong tệp" not in caplog.text


def test_finished_pages_give_more_time(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    with misbehaving(home, monkeypatch) as reader:
        reader.read(plan_that(tmp_path, "turn_pages"), on_page=lambda done, total: told.append((done, total)))
    assert told == [(page, 8) for page in range(1, 9)]


def test_pages_without_end_end_too(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(seconds=1, patience=2, total_seconds=1.5, memory=300_000_000)
    with misbehaving(home, monkeypatch, limits) as reader:
        assert TOO_LONG in refusal(reader, plan_that(tmp_path, "turn_pages"))


def test_refusals_come_as_they_are(home: Path, tmp_path: Path) -> None:
    secret = write_plan(tmp_path / "mật.md")
    secret.write_text("MẬT\n\n" + secret.read_text("utf-8"), encoding="utf-8")
    with IsolatedReader(home, lambda: NOW) as reader:
        with pytest.raises(ClassifiedError):
            reader.read(secret)
        for path in (tmp_path / "không có.docx", tmp_path, secret.rename(tmp_path / "lạ.png")):
            with pytest.raises(PlanFileError) as expected:
                read_plan(path, load_directory())
            assert refusal(reader, path) == expected.value.sentence
    assert not (home / "quarantine").exists()


def test_a_directory_file_that_is_wrong_is_named(home: Path, tmp_path: Path) -> None:
    agencies = tmp_path / "cơ quan.yaml"
    agencies.write_text("agencies: 1", encoding="utf-8")
    with pytest.raises(DirectoryError) as expected:
        load_directory(agencies)
    with IsolatedReader(home, lambda: NOW, agencies) as reader, pytest.raises(DirectoryError) as caught:
        reader.read(write_plan(tmp_path / "bão.md"))
    assert caught.value.sentence == expected.value.sentence


@pytest.mark.parametrize("name", ["../../bão.md", "a\\b\\bão.md", "/etc/bão.md", "bão.md"])
def test_a_file_of_a_message_leaves_nothing(home: Path, tmp_path: Path, name: str) -> None:
    content = write_plan(tmp_path / "bão.md").read_bytes()
    with IsolatedReader(home, lambda: NOW) as reader:
        assert reader.read_bytes(name, content).file == "bão.md"
        assert [each for each in left_in(home) if "bão" in each] == []
        assert processes_of(home) == []
        with pytest.raises(PlanFileError):
            reader.read_bytes("x" * 400 + ".md", content)


def test_the_child_knows_none_of_our_settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEHOACH_TELEGRAM_TOKEN", "1:bí-mật")
    with IsolatedReader(home, lambda: NOW) as reader:
        reader.start()
        [child] = processes_of(home)
        assert b"KEHOACH" not in Path(f"/proc/{child}/environ").read_bytes()


def test_closing_gives_up_what_is_being_read(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = plan_that(tmp_path, "wait")
    ended: list[type[BaseException]] = []
    with misbehaving(home, monkeypatch, Limits()) as reader:

        def read() -> None:
            try:
                reader.read(bad)
            except ReadingStoppedError as error:
                ended.append(type(error))

        thread = threading.Thread(target=read)
        thread.start()
        _wait_for_mark(home)
        reader.close()
        thread.join(5)
    assert ended == [ReadingStoppedError]
    assert left_in(home) == []
    assert not (home / "quarantine").exists()


def test_a_file_whose_turn_comes_after_closing_is_not_begun(home: Path) -> None:
    reader = IsolatedReader(home, lambda: NOW)
    reader.close()
    with pytest.raises(ReadingStoppedError):
        reader.start()


ROOT = str(Path(__file__).parents[3])
"""Where `tests` is imported from."""
_OWNER = """
import sys
from datetime import datetime
from pathlib import Path
from ingest.isolation import process
from ingest.isolation.reader import IsolatedReader
process.CHILD = sys.argv[3]
with IsolatedReader(Path(sys.argv[1]), datetime.now) as reader:
    reader.read(Path(sys.argv[2]))
"""


def test_who_is_killed_while_reading_leaves_nothing_and_does_not_read_it_again(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = plan_that(tmp_path, "litter"), write_plan(tmp_path / "bão.md")
    command = [sys.executable, "-c", _OWNER, str(home), str(bad), BAD_CHILD]
    with subprocess.Popen(command, cwd="/", env={**os.environ, "PYTHONPATH": ROOT}) as owner:
        _wait_for_mark(home)
        while not any("rác" in name for name in left_in(home)):
            assert owner.poll() is None, "the owner ended before its file was read"
            time.sleep(0.02)
        with IsolatedReader(home, lambda: NOW) as beside:  # what a living process reads is left alone
            assert beside.read(good).name == "12/KH-UBND"
        assert any("rác" in name for name in left_in(home))
        owner.send_signal(signal.SIGKILL)
    wait_until_gone(home)
    with IsolatedReader(home, lambda: NOW) as reader:
        assert "đang được đọc thì trợ lý bị dừng đột ngột" in refusal(reader, bad)
        assert reader.read(good).name == "12/KH-UBND"
    assert left_in(home) == []
    assert "interrupted" in caplog.text


def test_one_file_at_a_time(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [plan_that(tmp_path, "turn_pages", f"{n}.txt") for n in range(2)]
    with misbehaving(home, monkeypatch) as reader:
        threads = [threading.Thread(target=reader.read, args=(path,)) for path in paths]
        for thread in threads:
            thread.start()
        _wait_for_mark(home)
        end = time.monotonic() + 10
        while not processes_of(home) and time.monotonic() < end:
            time.sleep(0.02)  # the mark is written before the process begins
        assert len(processes_of(home)) == 1
        for thread in threads:
            thread.join(20)
    assert left_in(home) == []


def test_the_day_is_the_clocks(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = plan_that(tmp_path, "leave")
    with misbehaving(home, monkeypatch) as reader:
        refusal(reader, bad)
        assert f"{date(2026, 11, 20):%d/%m/%Y}" in refusal(reader, bad)


def _wait_for_mark(home: Path, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not any(mark.stat().st_size for mark in (home / "reading").glob("*/mark")):
        assert time.monotonic() < end
        time.sleep(0.02)
