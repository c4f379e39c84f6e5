"""Citations: who issued a paper that the plans name by number, and when.

A plan names a paper as "<kind> số <number> ngày <date> của <issuer>"; that is the
whole answer, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.library import Library, LivePassage, LivePlan
from knowledge.qa.compose.answer import Answer, Status, passage_source
from knowledge.qa.query.question import Question
from knowledge.text import Folded, cut, fold, squeeze
from knowledge.wording import source_line

LIMIT = 60
_ASKED = re.compile(
    r"\b(ket luan|quyet dinh|nghi quyet|nghi dinh|chi thi|quy dinh|ke hoach|cong van|thong tu|luat|thong bao)"
    r" (?:so )?(\d{1,5})\b"
)
_ISSUED = re.compile(r"\bban hanh\b|\bky\b|\bcua ai\b|\bngay nao\b|\bngay bao nhieu\b|\bcua co quan\b")
_CITATION = (
    r"({kind})\s+(?:số\s+)?({digits}[-/][^\s,;]+)\s+ngày\s+(\d{{1,2}}/\d{{1,2}}/\d{{4}})"
    r"\s+của\s+([^,;.()“”]+?)(?=\s+(?:về|quy định|ban hành|phê duyệt|sửa đổi|thực hiện|tại|và)\b|[,;.()“”]|$)"
)


def reply(question: Question, plans: Sequence[LivePlan], library: Library) -> Answer | None:
    """The citation of the paper asked about, or None when none is asked about or found."""
    asked = _ASKED.search(question.text)
    if asked is None or _ISSUED.search(question.text) is None:
        return None
    ids = [plan.id for plan in question.papers.plans] or [plan.id for plan in plans]
    kind, digits = asked.groups()
    words = [Folded(word) for word in (*kind.split(), digits)]
    hits = library.keyword(words, LIMIT, ids)
    passages = library.passages_by_id([hit.passage_id for hit in hits])
    for hit in hits:
        passage = passages.get(hit.passage_id)
        found = passage and _citation(passage, kind, digits)
        if passage and found:
            return _worded(passage, found)
    return None


def _citation(passage: LivePassage, kind: str, digits: str) -> re.Match[str] | None:
    pattern = _CITATION.format(kind=r"[^\W\d_]+\s+[^\W\d_]+|[^\W\d_]+", digits=digits)
    for match in re.finditer(pattern, squeeze(passage.passage.text)):
        if fold(match[1]).endswith(kind.split()[-1]):
            return match
    return None


def _worded(passage: LivePassage, found: re.Match[str]) -> Answer:
    kind, number, day, issuer = found.groups()
    lines = [
        f"{squeeze(issuer)} ban hành {kind} số {number} ngày {day}.",
        f"Văn bản ghi: “{cut(found.string[found.start() :], 260)}”",
        source_line(passage.plan, passage.passage.source),
    ]
    return Answer(Status.ANSWERED, "\n".join(lines), (), (passage_source(passage),))
