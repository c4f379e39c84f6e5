"""Answers from table rows that give no task: indicators, lists of papers, figures by year.

Such a row is printed as "3; Chỉ tiêu: ...; Kết quả: ...": its cells under the table's own
headings. The cell that is asked for comes first; rows of one name in different parts of
the table are told apart by the part's own row ("Đến năm 2045").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.library import LivePassage
from knowledge.qa.compose.answer import Answer, Status, passage_source
from knowledge.qa.query.question import Intent, Question
from knowledge.text import cut, fold
from knowledge.wording import ended, source_line

MAX_CELL = 420
_LABEL = re.compile(r"(?:^|; )(?=[^\W\d_])([^:;]{2,60}): ")
_ASKED = {
    Intent.DUE: re.compile(r"\b(?:tien do|thoi gian|thoi han|han|hoan thanh)\b"),
    Intent.LEAD: re.compile(r"\b(?:chu tri|co quan|don vi|phu trach|thuc hien|soan thao)\b"),
    Intent.COORDINATE: re.compile(r"\bphoi hop\b"),
    Intent.PRODUCT: re.compile(r"\b(?:san pham|ket qua|ho so|dau ra)\b"),
    Intent.TARGET: re.compile(
        r"\b(?:ket qua|nam 20\d\d|den 20\d\d|muc tieu|ke hoach|dat|gia tri|don vi(?: tinh)?)\b"
    ),
}


def cells(row: LivePassage) -> list[tuple[str, str]]:
    """The row's cells, each with its heading; empty where the row is not of that form."""
    text = row.passage.text
    labels = list(_LABEL.finditer(text))
    ends = [*(label.start() for label in labels[1:]), len(text)][: len(labels)]
    return [(label[1], text[label.end() : end].strip(" ;")) for label, end in zip(labels, ends, strict=True)]


def name_of(row: LivePassage) -> str:
    """The first cell: what the row is about."""
    found = cells(row)
    return found[0][1] if found else row.passage.text


def plain_rows_answer(rows: Sequence[tuple[LivePassage, str]], question: Question) -> Answer:
    """The asked-for cells of each row; `rows` come with the name of the table's part they stand in, or ""."""
    lines = []
    for row, part in rows:
        told = _asked(row, question)
        name = ended(cut(name_of(row), 200))
        lines.append(" ".join(filter(None, (f"{part}:" if part else "", told, name))))
    first = rows[0][0]
    lines.append(source_line(first.plan, first.passage.source))
    return Answer(Status.ANSWERED, "\n".join(lines), (), tuple(passage_source(row) for row, _ in rows))


def _asked(row: LivePassage, question: Question) -> str:
    rest = cells(row)[1:]
    wanted = _ASKED.get(question.intent)
    chosen = [cell for cell in rest if wanted and wanted.search(fold(cell[0]))] or rest
    return " ".join(ended(f"{label}: {cut(value, MAX_CELL)}") for label, value in chosen if value)
