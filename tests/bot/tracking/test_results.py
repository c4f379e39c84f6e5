"""Files that come with "done": kept whole under a safe name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.tracking.records import ReminderError
from bot.tracking.results import FOLDER, LARGEST, check_size, clean_name, given_name, keep


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("báo cáo quý III.docx", "báo cáo quý III.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\an\\bao cao.pdf", "bao cao.pdf"),
        ("a\x00b\nc:d|e?.xlsx", "a_b_c_d_e_.xlsx"),
        ("..", "tệp"),
        ("", "tệp"),
        ("/", "tệp"),
        (".bashrc", "bashrc"),
        ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
        ("văn" * 100, ("văn" * 20)),
    ],
)
def test_names(given: str, cleaned: str) -> None:
    assert clean_name(given) == cleaned


def test_kept_whole_and_never_over_another(tmp_path: Path) -> None:
    first, second = (keep(tmp_path, "../bao-cao.pdf", content) for content in (b"\x00MZ one", b"two"))
    assert first != second
    assert [(tmp_path / FOLDER / name).read_bytes() for name in (first, second)] == [b"\x00MZ one", b"two"]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == sorted((first, second))
    assert given_name(first) == "bao-cao.pdf"


def test_too_large_or_empty(tmp_path: Path) -> None:
    for size in (None, 0, LARGEST):
        check_size(size)
    with pytest.raises(ReminderError, match=r"Tệp lớn hơn 20 MB"):
        check_size(LARGEST + 1)
    with pytest.raises(ReminderError, match="Tệp này trống"):
        keep(tmp_path, "a.pdf", b"")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file", encoding="utf-8")
    with pytest.raises(ReminderError, match=r"Chưa lưu được tệp này; xin thử lại sau\."):
        keep(tmp_path, "a.pdf", b"x")
