"""Answers from clauses: the words of the paper, with the agency whose heading they stand under."""

from __future__ import annotations

from datetime import date

from knowledge.doubts import doubt_note
from knowledge.qa.compose.answer import Answer, Status, passage_source
from knowledge.qa.compose.record import record_answer, told_besides
from knowledge.qa.query.question import Intent, Question
from knowledge.qa.search.evidence import tells_time
from knowledge.qa.search.features import sentences
from knowledge.qa.search.finder import Found
from knowledge.text import cut, fold, squeeze
from knowledge.wording import MAX_QUOTE, repealed_line, sentence_case, source_line

MAX_SENTENCE = 640
"""Characters that an enumeration may have to be quoted from its beginning."""


def clause_answer(found: Found, question: Question, as_of: date) -> Answer:
    """The agency first where one is asked for; then the clause, and what the record of its task tells besides.

    Where a person has corrected the task, the clause is not what holds: the record is told.
    """
    if found.task is not None and found.task.corrected:
        return record_answer(found.task, question, as_of)
    lines = [*filter(None, [repealed_line(found.task) if found.task else ""])]
    agency = found.passage.passage.agency
    if agency and question.intent in (Intent.LEAD, Intent.LEAD_AND_DUE, Intent.DUTY):
        doubt = doubt_note(found.task.task, "lead") if found.task else ""
        lines.append(f"{sentence_case(squeeze(agency).rstrip(' :;.'))}{doubt}.")
    said = quote(found)
    if question.intent is Intent.DUE and not tells_time(said):
        lines.append("Đoạn này không ghi thời hạn.")
    lines.append(f"Văn bản ghi: “{said}”")
    if found.task is not None:
        lines += told_besides(found.task, fold(" ".join((agency or "", said))), as_of)
    lines.append(source_line(found.plan, found.passage.passage.source))
    task = (found.task,) if found.task else ()
    return Answer(Status.ANSWERED, "\n".join(lines), task, (passage_source(found.passage),))


def quote(found: Found, limit: int = MAX_QUOTE) -> str:
    """The clause, or of a long one the sentence that fits with as much after it as `limit` allows."""
    text = squeeze(found.passage.passage.text)
    if len(text) <= limit or found.sentence is None:
        return cut(text, limit)
    pieces = sentences(found.passage.passage.text)
    first = next((i for i, piece in enumerate(pieces) if piece == found.sentence), 0)
    chosen = [pieces[first]]
    for piece in reversed(pieces[:first]):
        if not piece.endswith(";") or sum(map(len, chosen)) + len(piece) > MAX_SENTENCE:
            break
        chosen.insert(0, piece)
    for piece in pieces[first + 1 :]:
        if sum(map(len, chosen)) + len(piece) > limit:
            break
        chosen.append(piece)
    if first and len(chosen) == 1 and len(chosen[0]) + len(pieces[first - 1]) <= limit:
        chosen.insert(0, pieces[first - 1])
    return cut(" ".join(chosen), max(limit, MAX_SENTENCE))
