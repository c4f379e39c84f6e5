"""One duty once: a duty that stands as a row, as a label line and as a sentence is one task with several sources.

Two tasks are one where nearly all words of the shorter title stand in the other, the same
offices lead and no date contradicts. Two rows, or two sentences, are never one: a paper that
says a thing twice in the same way means it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.records import DeadlineKind, Origin, Source, Task
from knowledge.text import Folded, fold, syllables

_SHARED = 0.85
"""Share of the shorter title's words: a restatement changes a word or two of ten ("hoàn thành", "tỉnh")."""
_LEAST_WORDS = 6
"""Shorter titles ("Rà soát văn bản") are alike by chance."""
_RARE = 3
"""Rarest words of a title, of those that stand in another too, under which its likes are looked for."""
_CROWD = 40
"""A word in more titles than this tells nothing; comparing all of them would be quadratic."""


def merge_duties(*groups: Sequence[Task]) -> list[Task]:
    """The tasks of all groups in order, with restatements laid onto the fullest statement.

    Args:
        groups: the tasks of each manner of stating them (rows; label lines; sentences), not compared within.
    """
    tasks = [task for group in groups for task in group]
    manner = [n for n, group in enumerate(groups) for _ in group]
    words = [frozenset(syllables(" ".join(filter(None, (task.title, task.activity))))) for task in tasks]
    kept: dict[int, Task] = dict(enumerate(tasks))
    for main, other in _likes(words):
        apart = manner[main] != manner[other]
        if apart and main in kept and other in kept and _is_same(kept[main], words[main], kept[other], words[other]):
            first, second = sorted((main, other), key=lambda i: _fullness(kept[i]), reverse=True)
            kept[first] = _together(kept[first], kept.pop(second))
    return list(kept.values())


def _likes(words: Sequence[frozenset[Folded]]) -> Iterator[tuple[int, int]]:
    """Pairs that share one of their rarest words and may be one duty."""
    counts = Counter(word for title in words for word in title)
    by_word: dict[Folded, list[int]] = defaultdict(list)
    for i, title in enumerate(words):
        if len(title) < _LEAST_WORDS:
            continue
        for word in sorted((w for w in title if counts[w] > 1), key=lambda w: (counts[w], w))[:_RARE]:
            by_word[word].append(i)
    for found in by_word.values():
        if 1 < len(found) <= _CROWD:
            yield from ((a, b) for n, a in enumerate(found) for b in found[n + 1 :])


def _is_same(a: Task, a_words: frozenset[Folded], b: Task, b_words: frozenset[Folded]) -> bool:
    if len(a_words & b_words) < _SHARED * min(len(a_words), len(b_words)):
        return False
    return _leads_agree(a, b) and _dates_agree(a, b)


def _leads_agree(a: Task, b: Task) -> bool:
    if not (a.lead and b.lead):
        return True
    return set(a.lead_agencies or map(fold, a.lead)) == set(b.lead_agencies or map(fold, b.lead))


def _dates_agree(a: Task, b: Task) -> bool:
    """Whether one says no time, or both say the same one."""
    if not (_is_timed(a) and _is_timed(b)):
        return True
    return (a.deadline.dates, a.deadline.rules) == (b.deadline.dates, b.deadline.rules)


def _is_timed(task: Task) -> bool:
    return task.deadline.kinds != (DeadlineKind.UNSPECIFIED,)


def _fullness(task: Task) -> tuple[bool, bool, int]:
    """A row before a sentence, a dated one before an undated, then by how much is told."""
    told = sum(1 for cell in (task.product, task.activity, task.lead, task.coordinating) if cell)
    return task.origin is Origin.TABLE, _is_timed(task), told


def _together(main: Task, other: Task) -> Task:
    """`main` with what only `other` tells, and its place as a further source."""
    places: dict[Source, None] = dict.fromkeys((*main.sources, other.source, *other.sources))
    places.pop(main.source, None)
    has_lead = bool(main.lead)
    return replace(
        main,
        deadline=main.deadline if _is_timed(main) else other.deadline,
        lead=main.lead or other.lead,
        lead_agencies=main.lead_agencies if has_lead else other.lead_agencies,
        coordinating=main.coordinating or other.coordinating,
        product=main.product or other.product,
        doubts=tuple(d for d in main.doubts if has_lead or d.field != "lead"),
        sources=tuple(places),
    )
