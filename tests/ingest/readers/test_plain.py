"""Markdown that crosses text out: not in force, and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.documents import Line
from ingest.readers import read_document


@pytest.mark.parametrize(
    ("line", "left", "note"),
    [
        ("Chủ trì: ~~Sở A~~ Sở B", "Chủ trì:  Sở B", "Chữ bị gạch ngang không được nạp: “Sở A” (dòng 2)."),
        ("| 1 | ~~Sở A~~ Sở B |", "| 1 |  Sở B |", "Chữ bị gạch ngang không được nạp: “Sở A” (dòng 2)."),
        ("<del>Sở A</del> Sở B", " Sở B", "Chữ bị gạch ngang không được nạp: “Sở A” (dòng 2)."),
        ("| 1 | ~~Mua xe~~ | ~~Sở A~~ |", None, "Dòng bị gạch ngang không được nạp: “Mua xe | Sở A” (dòng 2)."),
        ("2. ~~Mua xe~~", None, "Dòng bị gạch ngang không được nạp: “Mua xe” (dòng 2)."),
        ("~~~", "~~~", None),
        ("từ 5 ~~ 6", "từ 5 ~~ 6", None),
    ],
)
def test_struck_text(tmp_path: Path, line: str, left: str | None, note: str | None) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"# KẾ HOẠCH\n{line}\nhết\n", encoding="utf-8")
    document = read_document(path)
    middle = [(left, 2)] if left is not None else []
    assert [(block.text, block.paragraph) for block in document.blocks if isinstance(block, Line)] == [
        ("# KẾ HOẠCH", 1),
        *middle,
        ("hết", 3),
    ]
    assert document.notes == ((note,) if note else ())
