"""Whether the best evidence answers: one likelihood from all that speaks for and against it, calibrated on data.

Weights and the least likelihoods are `data/verifier.json`, made by `tests/training/verifier.py` from questions whose
answer is known. The least of `fits` was lowered by hand from 0.229 to 0.13, which kept all right answers of the sets
that may be looked at.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache
from importlib import resources

from knowledge.qa.query.question import Question
from knowledge.qa.search.finder import RUNS, Found
from knowledge.text import fold


class Verdict(StrEnum):
    """What is to be found out of evidence."""

    FITS = "fits"
    """It is about what was asked, if perhaps other evidence is as well."""
    IS_IT = "is_it"
    """It and nothing else is what was asked about."""


FEATURES = (
    *("support", "coverage", "score", "run", "run_ahead", "ahead", "topic", "run_share", "focus", "rarest"),
    *("named", "agency", "missed"),
)
"""What a likelihood is made of, in the order of `evidence`."""
BESIDE_OTHERS = frozenset(("run_ahead", "ahead"))
"""Those that say how it stands against what else was found: no matter for `FITS`."""
_LONGEST_RUN, _FARTHEST, _FAR_AHEAD = 10, 5, 0.15
"""More words in a row, or ahead of the next, and more of a score ahead of it, say no more."""
_MOST_MISSED = 4
"""More missing words in a row say no more."""
_NEAR = 0.5
"""Share of the least likelihood from which evidence is named as near in a refusal."""


def fits(found: Sequence[Found], question: Question) -> bool:
    """Whether the first of `found` may be answered from."""
    return likelihood(Verdict.FITS, found, question) >= _weights()[Verdict.FITS]["least"]


def is_it(found: Sequence[Found], question: Question) -> bool:
    """Whether the first of `found` is so surely what was asked about that others need not be offered."""
    return likelihood(Verdict.IS_IT, found, question) >= _weights()[Verdict.IS_IT]["least"]


def is_near(item: Found, question: Question) -> bool:
    """Whether a refusal may name it: it does not fit, yet is not far from it, if perhaps of another subject."""
    likely = likelihood(Verdict.FITS, [replace(item, missed=0)], question)
    return likely >= _NEAR * _weights()[Verdict.FITS]["least"] and not fits([item], question)


def likelihood(verdict: Verdict, found: Sequence[Found], question: Question) -> float:
    """From 0 to 1, of the first of `found`; 0 where nothing was found."""
    if not found:
        return 0.0
    weights = _weights()[verdict]
    told = zip(FEATURES, evidence(found, question), strict=True)
    return 1 / (1 + math.exp(-(weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in told))))


def evidence(found: Sequence[Found], question: Question) -> tuple[float, ...]:
    """The features of the first of `found`, the others being what it stands against."""
    best = found[0]
    others = [
        item for item in found[1:RUNS] if item.task is None or best.task is None or item.task.id != best.task.id
    ]
    next_run = max((item.run for item in others), default=0)
    next_score = max((item.score for item in others), default=0.0)
    topic = question.topic
    return (
        best.support,
        best.coverage,
        best.score,
        float(min(best.run, _LONGEST_RUN)),
        float(max(min(best.run - next_run, _FARTHEST), -_FARTHEST)),
        min(best.score - next_score, _FAR_AHEAD),
        math.log1p(sum(term.chance for term in topic)),
        best.run / max(len(topic), 1),
        best.focus,
        best.rarest,
        float(len(question.papers.plans) == 1),
        _names_agency(best, question),
        float(min(best.missed, _MOST_MISSED)),
    )


def _names_agency(best: Found, question: Question) -> float:
    """1 where an agency that is asked about stands there, -1 where none does, 0 where none is asked about."""
    if not question.agencies:
        return 0.0
    offices = (*best.task.task.lead, *best.task.task.coordinating) if best.task else ()
    told = fold(" ".join((best.passage.passage.text, best.passage.passage.agency or "", *offices)))
    return 1.0 if any(fold(name) in told for name in question.agencies) else -1.0


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    text = resources.files(__package__).joinpath("data/verifier.json").read_text("utf-8")
    weights: dict[str, dict[str, float]] = json.loads(text)
    return weights
