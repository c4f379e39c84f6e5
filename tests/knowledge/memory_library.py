"""A `Library` in memory: BM25 over folded syllables and bigrams, no vectors."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import pairwise

from knowledge.library import Hit, LivePassage, LivePlan, LiveTask
from knowledge.records import Deadline, PlanDraft
from knowledge.text import Folded, syllables


class MemoryLibrary:
    """Drafts as live plans, ids in reading order from 1."""

    def __init__(self, drafts: Iterable[PlanDraft]) -> None:
        self._plans: list[LivePlan] = []
        self._tasks: dict[int, LiveTask] = {}
        self._passages: dict[int, LivePassage] = {}
        for plan_id, draft in enumerate(drafts, 1):
            plan = LivePlan(plan_id, draft.name, draft.file, 1, draft.metadata)
            self._plans.append(plan)
            first = len(self._tasks) + 1
            for place, task in enumerate(draft.tasks):
                self._tasks[first + place] = LiveTask(first + place, plan, task)
            for passage in draft.passages:
                number = len(self._passages) + 1
                task_id = None if passage.task is None else first + passage.task
                self._passages[number] = LivePassage(number, plan, passage, task_id)
        self._index()

    def _index(self) -> None:
        self._postings: dict[str, Counter[int]] = defaultdict(Counter)
        self._lengths: dict[int, int] = {}
        for number, live in self._passages.items():
            source = live.passage.source
            words = syllables(" ".join((*source.section_path, live.passage.text)))
            self._lengths[number] = len(words)
            for term in [*words, *(" ".join(pair) for pair in pairwise(words))]:
                self._postings[term][number] += 1
        self._mean = sum(self._lengths.values()) / max(len(self._lengths), 1)

    def snapshot(self) -> AbstractContextManager[MemoryLibrary]:
        return nullcontext(self)

    def plans(self) -> Sequence[LivePlan]:
        return self._plans

    def tasks(
        self,
        plan_ids: Collection[int] | None = None,
        *,
        offices: Collection[str] | None = None,
        deadlines: Collection[Deadline] | None = None,
        leading: bool = False,
    ) -> Sequence[LiveTask]:
        return [
            t
            for t in self._tasks.values()
            if (plan_ids is None or t.plan.id in plan_ids)
            and (offices is None or set(offices) & {*t.task.lead, *(() if leading else t.task.coordinating)})
            and (deadlines is None or t.task.deadline in deadlines)
        ]

    def offices(self) -> Sequence[str]:
        return list(dict.fromkeys(o for t in self._tasks.values() for o in (*t.task.lead, *t.task.coordinating)))

    def deadlines(self) -> Sequence[Deadline]:
        return list(dict.fromkeys(t.task.deadline for t in self._tasks.values()))

    def tasks_by_id(self, ids: Collection[int]) -> dict[int, LiveTask]:
        return {i: self._tasks[i] for i in ids if i in self._tasks}

    def passages_by_id(self, ids: Collection[int]) -> dict[int, LivePassage]:
        return {i: self._passages[i] for i in ids if i in self._passages}

    def passages(self, plan_ids: Collection[int], *, headed: bool = False) -> Sequence[LivePassage]:
        return [
            p
            for p in self._passages.values()
            if p.plan.id in plan_ids and not (headed and (not p.passage.agency or p.passage.source.row is not None))
        ]

    def keyword(
        self,
        terms: Sequence[Folded],
        limit: int,
        plan_ids: Collection[int] | None = None,
        more: Sequence[Folded] = (),
    ) -> Sequence[Hit]:
        hits = self._keyword(terms, limit, plan_ids)
        others = self._keyword([*terms, *more], limit, plan_ids) if more else []
        found = {hit.passage_id for hit in hits}
        return [*hits, *(hit for hit in others if hit.passage_id not in found)]

    def _keyword(self, terms: Sequence[Folded], limit: int, plan_ids: Collection[int] | None) -> list[Hit]:
        scores: Counter[int] = Counter()
        total = len(self._lengths)
        for term in {*terms, *(" ".join(pair) for pair in pairwise(terms))}:
            found = self._postings.get(term)
            if not found:
                continue
            idf = math.log(1 + (total - len(found) + 0.5) / (len(found) + 0.5))
            for number, count in found.items():
                if plan_ids is None or self._passages[number].plan.id in plan_ids:
                    length = 0.25 + 0.75 * self._lengths[number] / self._mean
                    scores[number] += idf * count * 2.2 / (count + 1.2 * length)  # type: ignore[assignment]
        return [Hit(number, score) for number, score in scores.most_common(limit)]

    def nearest(
        self,
        text: str,  # noqa: ARG002 - the protocol's
        limit: int,  # noqa: ARG002
        plan_ids: Collection[int] | None = None,  # noqa: ARG002
    ) -> Sequence[Hit]:
        return []
