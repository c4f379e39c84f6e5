"""The bundled samples: made again they are the same, and they hold what the expected data say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from zipfile import ZipFile

import pdfplumber

from ingest.samples import sample_files
from tests.samples import duties
from tests.samples.expected import EXPECTED, expected_tasks, paper_words
from tests.samples.make_samples import BUNDLED, make_samples


def test_the_bundled_files_are_the_ones_to_load() -> None:
    assert [path.name for path in sample_files()] == [
        "cong-van-462.txt",
        "ke-hoach-57.docx",
        "nong-thon-moi-2026.xlsx",
        "truyen-thong-2026.md",
    ]


def test_making_the_samples_twice_gives_the_same_bytes_and_the_bundled_text(tmp_path: Path) -> None:
    once, again = tmp_path / "once", tmp_path / "again"
    make_samples(once)
    make_samples(again)
    made = [path.relative_to(once) for path in sorted(once.rglob("*.*"))]
    assert [(once / name).read_bytes() for name in made] == [(again / name).read_bytes() for name in made]
    assert [_words(once / name) for name in made] == [_words(BUNDLED / name) for name in made]


def _words(path: Path) -> str:
    """The text of a sample, however its format's library writes it down."""
    if path.suffix == ".pdf":
        with pdfplumber.open(path) as pdf:
            return "\f".join(page.extract_text() for page in pdf.pages)
    if path.suffix not in {".docx", ".xlsx"}:
        return path.read_text(encoding="utf-8")
    with ZipFile(path) as archive:
        parts = [
            archive.read(name).decode()
            for name in sorted(archive.namelist())
            if re.search(r"word/document|sharedStrings|worksheets/sheet", name)
        ]
    return "\n".join(text for part in parts for text in re.findall(r">([^<>]+)<", part))


def test_the_expected_tasks_are_those_of_the_content() -> None:
    assert [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()] == expected_tasks()


def test_every_duty_stands_in_its_paper() -> None:
    words = paper_words()
    stated = [
        ("ke-hoach-57", duties.PLAN_57),
        ("truyen-thong-2026", duties.COMMUNICATION),
        ("cong-van-462", duties.LETTER),
    ]
    assert [duty.quote for stem, found in stated for duty in found if duty.quote not in words[stem]] == []
    assert [duty.title for stem, found in stated for duty in found if duty.title not in words[stem]] == []
