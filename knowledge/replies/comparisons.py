"""Comparisons: the best evidence of each named year or paper; or two places of one paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.answers import refusals
from knowledge.answers.answer import Answer
from knowledge.answers.comparing import compare_answer
from knowledge.library import LivePlan
from knowledge.replies.duties import AgencyMatcher
from knowledge.replies.facts import FactOptions, good_enough, ranked, within
from knowledge.search.finder import Finder, Found
from knowledge.text import fold
from knowledge.understanding.question import Intent, Question

MAX_SIDES = 3
NEAR = 0.6
"""A second side of the same paper must fit this well beside the first."""


def reply(
    question: Question,
    plans: Sequence[LivePlan],
    finder: Finder,
    matcher: AgencyMatcher,
    options: FactOptions,
    as_of: date,
) -> Answer | None:
    """Sides put together; None when fewer than two are found, so that a plain answer goes out."""
    if question.papers.missing_years:
        return refusals.missing_year(question.papers.missing_years, plans)
    groups = _groups(question)
    question = replace(question, intent=_aspect(question))
    sides: list[Found] = []
    if len(groups) > 1:
        for group in groups:
            found = ranked(within(question, group), plans, finder, matcher, options)
            if found and found[0].coverage >= options.side_coverage:
                sides.append(found[0])
    else:
        sides = _within(ranked(question, plans, finder, matcher, options), options)
    if len(sides) < 2 or not any(good_enough(side, options) for side in sides):
        return None
    return compare_answer(sides[:MAX_SIDES], as_of)


def _aspect(question: Question) -> Intent:
    """What the sides are compared by; ranking favours evidence that tells it."""
    if question.cues & {"percent", "target"}:
        return Intent.TARGET
    if "asks_office" in question.cues:
        return Intent.LEAD
    return Intent.DUE if "when" in question.cues else Intent.OTHER


def _groups(question: Question) -> list[list[LivePlan]]:
    """Named papers by the year they are for, in the question's order of years."""
    years: dict[int | None, list[LivePlan]] = {}
    for plan in question.papers.plans:
        years.setdefault(plan.metadata.plan_year, []).append(plan)
    if len(years) > 1:
        return list(years.values())
    return [[plan] for plan in question.papers.plans] if len(question.papers.plans) == 2 else []


def _within(found: Sequence[Found], options: FactOptions) -> list[Found]:
    """The best place, the best of another paper, or other places of the same paper that say otherwise."""
    if not found or not good_enough(found[0], options):
        return []
    sides = [found[0]]
    for item in found[1:10]:
        if item.score < NEAR * found[0].score or len(sides) == MAX_SIDES:
            break
        if all(_differs(item, side) for side in sides):
            sides.append(item)
    return sides


def _differs(item: Found, other: Found) -> bool:
    return fold(item.passage.passage.text) != fold(other.passage.passage.text)
