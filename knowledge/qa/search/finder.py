"""Search on one page: candidates by keyword and by vector, then exact scoring, then a reranker if any.

candidates = keyword(folded topic) + keyword(with near spellings) + nearest(topic)
score      = Scorer.fit
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from knowledge.library import Library, LivePassage, LivePlan, LiveTask
from knowledge.qa.query.lexicon import Lexicon
from knowledge.qa.query.question import Question
from knowledge.qa.search.corpus import Corpus, read_corpus
from knowledge.qa.search.features import Features, Field, clause_features, task_features
from knowledge.qa.search.reranker import Reranker, reranked
from knowledge.qa.search.scoring import Fit, Scorer, Weighed, Weights, weigh
from knowledge.text import Folded

CACHED_FEATURES = 5000
"""Passages whose syllables are kept; about 5 kB each."""
PREPARED = 1000
"""Passages that are indexed ahead: about half a millisecond each."""


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Mechanisms of search, each of which can be switched off for an ablation."""

    keyword: bool = True
    dense: bool = True
    accents: bool = False
    """The model of the vectors reads accents: those that were not typed are put back for it."""
    limit: int = 80
    """Candidates taken from each index."""
    exact: int = 40
    """Candidates scored in full, those that cover the most of the topic."""
    weights: Weights = field(default_factory=Weights)
    reranker: Reranker | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its fit; `task` when the passage is a task's row."""

    passage: LivePassage
    task: LiveTask | None
    score: float
    coverage: float
    support: float
    sentence: str | None
    """The clause's sentence that fits best."""
    focus: float = 0.0
    """Share of what it is about that the question names."""
    rarest: float = 0.0
    """How far the rarest words of the topic stand there."""
    missed: int = 0
    """Words of the topic in a row of which none stands there."""
    run: int = 0
    """Words of the question that stand there in a row."""

    @property
    def plan(self) -> LivePlan:
        """The paper it stands in."""
        return self.passage.plan


@dataclass
class _Kept:
    """What is kept between questions, for one set of live versions."""

    seen: tuple[Sequence[LivePlan], Corpus] | None = None
    """The plans asked for last and their corpus: mostly the very same, and then nothing is compared."""
    live: tuple[tuple[int, int, tuple[int, ...]], ...] = ()
    corpus: Corpus | None = None
    features: OrderedDict[int, tuple[object, Features]] = field(default_factory=OrderedDict)


class Finder:
    """Finds passages of the live papers; keeps their statistics while the live set stays."""

    def __init__(self, library: Library, lexicon: Lexicon, options: SearchOptions | None = None) -> None:
        self.library = library
        self.lexicon = lexicon
        self.options = options or SearchOptions()
        self._kept = _Kept()

    def over(self, library: Library) -> Finder:
        """The same finder, caches shared, reading from a snapshot."""
        finder = Finder(library, self.lexicon, self.options)
        finder._kept = self._kept
        return finder

    def corpus(self, plans: Sequence[LivePlan]) -> Corpus:
        """Statistics of the live papers, read anew when another version goes live."""
        kept = self._kept
        seen = kept.seen
        if seen is not None and seen[0] is plans:
            return seen[1]
        live = tuple((plan.id, plan.version, plan.added) for plan in plans)
        corpus = kept.corpus
        if corpus is None or kept.live != live:
            corpus = kept.corpus = read_corpus(self.library, plans, self.lexicon)
            kept.live = live
        kept.seen = plans, corpus
        return corpus

    def find(
        self, question: Question, plans: Sequence[LivePlan], within: Collection[int] | None = None
    ) -> list[Found]:
        """Passages that fit, best first; `within` limits the search to these plans' ids."""
        corpus = self.corpus(plans)
        terms = weigh(question.terms, corpus, within or ())
        passages = self.library.passages_by_id(self._candidates(question, terms, within, corpus))
        tasks = self.library.tasks_by_id([p.task_id for p in passages.values() if p.task_id is not None])
        scorer = Scorer(terms, corpus, self.options.weights)
        features = {
            passage.id: self._features_of(passage, tasks.get(passage.task_id or 0)) for passage in passages.values()
        }
        looks = {number: scorer.look(each) for number, each in features.items()}
        best = sorted(looks, key=lambda number: (-looks[number].coverage, number))[: self.options.exact]
        found: list[Found] = []
        for number in best:
            passage = passages[number]
            fit = scorer.fit(looks[number])
            task = tasks.get(passage.task_id) if passage.task_id is not None else None
            sentence = _sentence(features[number], fit)
            found.append(
                Found(
                    passage, task, fit.score, fit.coverage, fit.support, sentence, fit.focus, fit.rarest, fit.missed
                )
            )
        found.sort(key=lambda item: (-item.score, item.passage.id))
        said = _said(question)
        found[:RUNS] = [
            replace(item, run=longest_run(said, features[item.passage.id].whole)) for item in found[:RUNS]
        ]
        reranker = self.options.reranker
        return found if reranker is None else reranked(reranker, question.raw, found)

    def prepare(self, plans: Sequence[LivePlan]) -> None:
        """Indexes the newest plans' first `PREPARED` passages, so that the first who ask need not wait for it."""
        self.corpus(plans)
        ids: list[int] = []
        for plan in reversed(plans):
            ids += [passage.id for passage in self.library.passages([plan.id])]
            if len(ids) >= PREPARED:
                break
        passages = self.library.passages_by_id(ids[:PREPARED])
        tasks = self.library.tasks_by_id([p.task_id for p in passages.values() if p.task_id is not None])
        for passage in passages.values():
            self._features_of(passage, tasks.get(passage.task_id or 0)).prepare()

    def _candidates(
        self, question: Question, terms: Sequence[Weighed], within: Collection[int] | None, corpus: Corpus
    ) -> set[int]:
        """Ids of passages that either index finds."""
        found: set[int] = set()
        options = self.options
        if options.keyword:
            asked, more = _keyword_terms(terms)
            found.update(hit.passage_id for hit in self.library.keyword(asked, options.limit, within, more))
        if options.dense:
            topic = [term.term for term in terms if term.term.weight >= 1] or question.terms
            words: Sequence[str] = [term.text for term in topic]
            if options.accents:
                words = corpus.accents.restored([(term.text, term.accented) for term in topic])
            found.update(hit.passage_id for hit in self.library.nearest(" ".join(words), options.limit, within))
        return found

    def task_features(self, task: LiveTask) -> Features:
        """A task's features by its own id (negative in the cache, apart from passages)."""
        return self._remember(-task.id, task.task, lambda: task_features(task, self.lexicon))

    def _remember(self, key: int, of: object, make: Callable[[], Features]) -> Features:
        """The features kept under that key, if they are of the same thing: a corrected task is another one."""
        features = self._kept.features
        cached = features.get(key)
        if cached is None or (cached[0] is not of and cached[0] != of):
            cached = features[key] = of, make()
            if len(features) > CACHED_FEATURES:
                features.popitem(last=False)
        return cached[1]

    def _features_of(self, passage: LivePassage, task: LiveTask | None) -> Features:
        if task is not None:
            return self.task_features(task)
        return self._remember(passage.id, None, lambda: clause_features(passage, self.lexicon))


RUNS = 20
"""So many of the best are looked at for words in a row."""


def _said(question: Question) -> list[str]:
    """The words of the question; nothing where they only name a paper or say when."""
    return ["" if term.naming else term.text for term in question.terms]


def longest_run(said: Sequence[str], field: Field) -> int:
    """How many of the words stand in the field one after the other, as they are said."""
    best = 0
    for start in range(len(said)):
        while all(said[start : start + best + 1]) and start + best < len(said):
            if f" {' '.join(said[start : start + best + 1])} " not in field.text:
                break
            best += 1
    return best


def _sentence(features: Features, fitted: Fit) -> str | None:
    return features.sentences[fitted.best_field] if features.sentences else None


def _keyword_terms(terms: Sequence[Weighed]) -> tuple[list[Folded], list[Folded]]:
    """The topic as asked; and near spellings, readings and the papers' own abbreviations of it."""
    topic = [term for term in terms if term.term.weight >= 1] or list(terms)
    asked = [term.term.text for term in topic]
    others: list[Folded] = []
    for term in topic:
        for phrase in (*term.phrases, *term.term.synonyms):
            others.extend(phrase)
        others.extend(term.near[:3])
    initials = Folded("".join(word[0] for word in asked if word))
    abbreviations = [Folded(initials[i : i + n]) for n in (4, 3) for i in range(len(initials) - n + 1)]
    return asked, list(dict.fromkeys(others + abbreviations))
