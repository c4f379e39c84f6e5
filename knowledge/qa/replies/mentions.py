"""Which papers speak of something: each with the place that says the most of it."""

from __future__ import annotations

from dataclasses import replace

from knowledge.qa.compose import refusals
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.papers import mentions_answer
from knowledge.qa.query.question import Intent, Question, Term
from knowledge.qa.replies.ranking import ranked
from knowledge.qa.replies.reading import Reading
from knowledge.qa.search.finder import Found
from knowledge.text import syllables

HELD = 0.75
"""Share of the topic, found side by side, from which a place speaks of it."""


def reply(question: Question, reading: Reading) -> Answer | None:
    """The papers that hold the topic; None where no papers are asked for."""
    topic = _topic(question, reading)
    if not topic:
        return None
    # Only what is asked about is searched for: "kế hoạch nào nói về" stands in no paper.
    asked = replace(question, terms=tuple(topic), intent=Intent.OTHER, cues=frozenset())
    best: dict[int, Found] = {}
    for item in ranked(asked, reading):
        if item.support >= HELD:
            best.setdefault(item.plan.id, item)
    said = f" {' '.join(term.text for term in topic)} "
    others = [plan for plan in question.papers.plans or reading.plans if plan.id not in best]
    titled = [plan for plan in others if said in f" {' '.join(syllables(plan.metadata.title or ''))} "]
    return mentions_answer([*best.values()], titled, topic) if best or titled else refusals.not_found()


def _topic(question: Question, reading: Reading) -> list[Term]:
    """All words beside those that ask which paper, from the first that is no word of asking to the last."""
    said = reading.finder.lexicon.cues["which_paper"].search(question.text)
    if said is None:
        return []
    begin, end = (len(question.text[:at].split()) for at in said.span())
    around = [term for term in question.terms if not (begin <= term.place < end or term.naming)]
    firm = [term.place for term in around if term.weight >= 1]
    firm = [place for place in firm if place >= end] or firm
    inside = [term for term in around if firm and firm[0] <= term.place <= firm[-1]]
    return [replace(term, weight=1.0, chance=1.0) for term in inside]
