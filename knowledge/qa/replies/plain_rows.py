"""Which rows of a table without tasks answer a question: twins are told apart by the table's parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.library import Library, LivePassage
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.plain_rows import cells, name_of, plain_rows_answer
from knowledge.qa.query.question import Question
from knowledge.qa.search.finder import Found
from knowledge.text import fold

MAX_TWINS = 3
_YEAR = re.compile(r"\b20\d\d\b")


def reply(found: Sequence[Found], question: Question, library: Library) -> Answer | None:
    """The best row's cells; with rows of the same name, the one whose part names the asked year, or all."""
    best = found[0].passage
    if not is_plain_row(best):
        return None
    table = [row for row in library.passages([best.plan.id]) if row.passage.source.row is not None]
    name = fold(name_of(best))
    twins = [row for row in table if is_plain_row(row) and fold(name_of(row)) == name] or [best]
    parted = [(row, _part(row, table)) for row in twins[:MAX_TWINS]]
    years = _YEAR.findall(question.text)
    fitting = [pair for pair in parted if any(year in pair[1] for year in years)]
    return plain_rows_answer(fitting or parted, question)


def is_plain_row(row: LivePassage) -> bool:
    """A row with headed cells that was not read as a task."""
    return row.task_id is None and row.passage.source.row is not None and len(cells(row)) > 1


def _part(row: LivePassage, table: Sequence[LivePassage]) -> str:
    """The heading or the single-celled row above, which names the part of the table; "" when there is none."""
    part = next((heading for heading in reversed(row.passage.source.section_path) if _YEAR.search(heading)), "")
    for other in table:
        if other.id == row.id:
            break
        if other.passage.source.section_path != row.passage.source.section_path:
            continue
        headed = cells(other)
        if len(headed) == 1 and len(headed[0][1]) < len(other.passage.text):
            part = headed[0][1]
    return part
