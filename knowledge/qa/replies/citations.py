"""Citations: who issued a paper that the plans name by number, and when.

A plan names a paper as "<kind> số <number> ngày <date> của <issuer>"; that is the
whole answer, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from knowledge.library import Library, LivePassage, LivePlan
from knowledge.qa.compose.answer import Answer, Status, passage_source
from knowledge.qa.query.question import Question, Term
from knowledge.text import Folded, cut, fold, squeeze, syllables
from knowledge.wording import sentence_case, source_line

LIMIT = 60
_ASKED = re.compile(
    r"\b(ket luan|quyet dinh|nghi quyet|nghi dinh|chi thi|quy dinh|ke hoach|cong van|thong tu|luat|thong bao)"
    r" (?:so )?(\d{1,5})\b"
)
CITED_SHARE = 0.75
"""Share of the topic's words that a citation must hold to be the one asked for."""
_WHICH = re.compile(
    r"\b(ket luan|quyet dinh|nghi quyet|nghi dinh|chi thi|quy dinh|ke hoach|cong van|thong tu|luat|thong bao)"
    r" (?:so )?(?:nao|may|bao nhieu|so may)\b"
)
_CITED = re.compile(
    r"(?:Kết luận|Quyết định|Nghị quyết|Nghị định|Chỉ thị|Quy định|Kế hoạch|Công văn|Thông tư|Luật|Thông báo)"
    r"(?= (?:kết luận )?(?:số )?\d)|(?<!\w)số \d+[-/][\w/-]*",
    re.IGNORECASE,
)
_ISSUED = re.compile(r"\bban hanh\b|\bky\b|\bcua ai\b|\bngay nao\b|\bngay bao nhieu\b|\bcua co quan\b")
_CITATION = (
    r"({kind})\s+(?:số\s+)?({digits}[-/][^\s,;]+)\s+ngày\s+(\d{{1,2}}/\d{{1,2}}/\d{{4}})"
    r"\s+của\s+([^,;.()“”]+?)(?=\s+(?:về|quy định|ban hành|phê duyệt|sửa đổi|thực hiện|tại|và)\b|[,;.()“”]|$)"
)


def reply(question: Question, plans: Sequence[LivePlan], library: Library) -> Answer | None:
    """The citation of the paper asked about, or None when none is asked about or found."""
    asked = _ASKED.search(question.text)
    if asked is None:
        return _of_topic(question, plans, library)
    if _ISSUED.search(question.text) is None:
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


def _of_topic(question: Question, plans: Sequence[LivePlan], library: Library) -> Answer | None:
    """ "Kế hoạch số mấy về chuyển đổi số?": the citation of that kind whose own words hold the topic."""
    which = _WHICH.search(question.text)
    if which is None:
        return None
    ids = [plan.id for plan in question.papers.plans] or [plan.id for plan in plans]
    topic = [term for term in question.topic if term.text not in {*which[0].split(), "ve", "viec"}]
    if not topic:
        return None
    hits = library.keyword([*(term.text for term in topic)], LIMIT, ids)
    passages = library.passages_by_id([hit.passage_id for hit in hits])
    best: tuple[float, LivePassage, str] | None = None
    for hit in hits:
        passage = passages.get(hit.passage_id)
        for words in _cited(passage.passage.text, which[1]) if passage else ():
            share = _share(topic, words)
            if passage and share >= CITED_SHARE and (best is None or share > best[0]):
                best = (share, passage, words)
    if best is None:
        return None
    _, passage, words = best
    lines = [f"{sentence_case(cut(words, 300)).rstrip(' ,;.')}.", source_line(passage.plan, passage.passage.source)]
    return Answer(Status.ANSWERED, "\n".join(lines), (), (passage_source(passage),))


def _cited(text: str, kind: str) -> list[str]:
    """The citations of this kind of paper, each with its words up to the next citation or the clause's end."""
    text = squeeze(text)
    starts = [match.start() for match in _CITED.finditer(text)]
    pieces = [text[first:last] for first, last in pairwise([*starts, len(text)])]
    return [re.split(r"[;”]|\.\s", piece)[0] for piece in pieces if _of_kind(piece, kind)]


def _of_kind(citation: str, kind: str) -> bool:
    """ "Kế hoạch số 57...", or in a row of papers only "số 57/KH-UBND"."""
    said = fold(citation)
    code = "".join(word[0] for word in kind.split())
    return said.startswith(kind) or re.match(rf"so \d+[-/](?:\d+/)?{code}\b", said) is not None


def _share(topic: Sequence[Term], words: str) -> float:
    said = set(syllables(words))
    return sum(term.text in said for term in topic) / len(topic)


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
