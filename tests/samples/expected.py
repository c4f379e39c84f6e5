"""The task rows that the samples should yield: `python -m tests.samples.expected` writes them down."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.samples import duties, papers
from tests.samples.content import expected_duties, expected_rows, filled

EXPECTED = Path(__file__).with_name("expected_tasks.jsonl")
_MARKUP = str.maketrans("|", " ", "*#")
QUESTIONS = Path(__file__).with_name("questions.jsonl")


def expected_tasks() -> list[dict[str, Any]]:
    """Every task of the bundled files, table rows first, in the order of the papers."""
    rural = [row for table in papers.rural_tables() for row in _of_sheet(table)]
    communication = "truyen-thong-2026.md"
    return [
        *expected_rows("ke-hoach-57.docx", 2026, papers.plan_57_table().rows),
        *expected_duties("ke-hoach-57.docx", 2026, duties.PLAN_57),
        *expected_rows(communication, 2026, papers.communication_table().rows),
        *expected_duties(communication, 2026, duties.COMMUNICATION),
        *expected_duties("cong-van-462.txt", 2025, duties.LETTER),
        *rural,
    ]


def _of_sheet(table: papers.TaskTable) -> list[dict[str, Any]]:
    return expected_rows("nong-thon-moi-2026.xlsx", 2026, table.rows)


def paper_words() -> dict[str, str]:
    """The words of every paper by file stem, white space single, for quotes to be found in.

    Footnote marks are left out, tables go cell by cell.
    """
    letter = papers.letter()
    plan = [para.text for para in papers.plan_57_text()]
    words = {
        "ke-hoach-57": [*plan, *_cells(papers.plan_57_table())],
        "truyen-thong-2026": [papers.communication_plan().translate(_MARKUP)],
        "cong-van-462": [re.sub(r"\[\d+\]", "", text) for text in (*letter.paragraphs, *letter.footnotes)],
        "nong-thon-moi-2026": [cell for table in papers.rural_tables() for cell in _cells(table)],
    }
    return {stem: " ".join(" ".join(texts).split()) for stem, texts in words.items()}


def _cells(table: papers.TaskTable) -> list[str]:
    """Titles, then every row's cells in the order of the columns, merged ones filled, then notes."""
    rows = [getattr(entry, name) for _, entry in filled(table.rows) for name in table.fields]
    return [*table.titles, *(text for text in rows if text), *table.notes]


def main() -> None:
    """Write `expected_tasks.jsonl`."""
    lines = [json.dumps(task, ensure_ascii=False) for task in expected_tasks()]
    EXPECTED.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
