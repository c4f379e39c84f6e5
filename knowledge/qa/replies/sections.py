"""What a section of a paper says, asked for by its heading: "mục tiêu của kế hoạch 57 là gì"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.library import Library, LivePassage, LivePlan
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.sections import section_answer
from knowledge.qa.query.question import Question
from knowledge.text import syllables

_LABEL = re.compile(r"^\s*(?:(?:phần|chương|mục)\s+)?(?:[IVXLC]+|\d+(?:\.\d+)*|[a-zđ])\s*[.):]\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;:]| và ")
_ASIDE = frozenset(syllables("ra dat de neu ghi gom nham co the cu trong phan muc chung nhung cac cua nhu nao"))
"""Words beside a heading's own that ask for nothing else."""
_LONGEST_NAME = 8
"""Topic words of a heading that people type."""


def reply(question: Question, plans: Sequence[LivePlan], library: Library) -> Answer | None:
    """The section of the one paper asked about whose heading the question says, with nothing else; None else."""
    papers = question.papers.plans or plans
    topic = {term.text for term in question.topic} - _ASIDE
    if len(papers) != 1 or question.agencies or len(topic) > _LONGEST_NAME:
        return None
    said = f" {' '.join(syllables(question.raw))} "
    best: tuple[tuple[int, bool, int], tuple[str, ...]] | None = None
    below: dict[tuple[str, ...], list[LivePassage]] = {}
    for live in library.passages([papers[0].id]):
        path = live.passage.source.section_path
        for depth in range(1, len(path) + 1):
            section = path[:depth]
            if section not in below:
                below[section] = []
                for number, name in enumerate(_names(section[-1])):
                    fits = f" {' '.join(name)} " in said and topic.issubset(name)
                    rank = len(name), number == 0, -depth
                    if fits and (best is None or rank > best[0]):
                        best = rank, section
            below[section].append(live)
    return section_answer(best[1], papers[0], below[best[1]]) if best else None


def _names(heading: str) -> Iterator[list[str]]:
    """A heading without its label, then the parts of one that names several things ("Mục đích, yêu cầu")."""
    bare = _LABEL.sub("", heading)
    for part in dict.fromkeys((bare, *_BETWEEN.split(bare))):
        words = [str(word) for word in syllables(part)]
        if len(words) > 1:
            yield words
