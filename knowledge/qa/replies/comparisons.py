"""Comparisons: the best evidence of each named year or paper; or two places of one paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.library import Library, LivePassage, LivePlan, LiveTask
from knowledge.qa.compose import refusals
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.comparing import compare_answer, compare_duties
from knowledge.qa.query.question import Intent, Question
from knowledge.qa.replies.duties import OPENING, AgencyMatcher, duties_in
from knowledge.qa.replies.facts import within
from knowledge.qa.replies.ranking import FactOptions, ranked
from knowledge.qa.replies.verifier import fits
from knowledge.qa.search.finder import Finder, Found
from knowledge.text import fold, syllables

BARE_TOPIC = 1
"""With more topic words than this something narrower than all duties is compared."""
_DUTIES = re.compile(r"\b(?:nhiem vu|trach nhiem|cong viec|viec gi|lam gi)\b")
MAX_SIDES = 3
CHOICES = 6
"""Places of one paper that are looked at for its side."""
NEAR_SUPPORT = 0.3
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
        found = [ranked(within(question, group), plans, finder, matcher, options) for group in groups]
        sides = _alike(
            [[i for i in side[:CHOICES] if i.coverage >= options.side_coverage] for side in found], options.alike
        )
    elif len(question.agencies) > 1:
        sides = _by_agency(question, plans, finder, matcher, options)
    bare = question.intent is Intent.OTHER and len(question.topic) <= BARE_TOPIC
    if len(groups) > 1 and question.agencies and bare and _DUTIES.search(question.text):
        return _duties(question, groups, finder.library, matcher)
    if len(sides) < 2:
        sides = _within(ranked(question, plans, finder, matcher, options), question)
    if len(sides) < 2 or not any(fits([side], question) for side in sides):
        return None
    return compare_answer(sides[:MAX_SIDES], as_of)


def _duties(
    question: Question, groups: Sequence[Sequence[LivePlan]], library: Library, matcher: AgencyMatcher
) -> Answer | None:
    """What one office has to do in each year or paper, where nothing narrower is asked."""
    sides: list[tuple[LivePlan, list[LivePassage], list[LiveTask], list[LiveTask]]] = []
    for group in groups[:MAX_SIDES]:
        found = [(plan, *duties_in(plan, question.agencies, library, matcher)) for plan in group]
        sides.extend(side for side in found if any(side[1:]))
    return compare_duties(question.agencies[0], sides[: MAX_SIDES + 1]) if len(sides) > 1 else None


def _alike(choices: Sequence[Sequence[Found]], weight: float) -> list[Found]:
    """One of each side's best, chosen together: sides that say the same kind of thing in like words."""
    choices = [side for side in choices if side]
    if len(choices) < 2:
        return [side[0] for side in choices]
    first, *others = choices
    best: list[Found] = []
    best_score = -1.0
    for start in first:
        picked = [start]
        score = start.score
        for side in others:
            match = max(side, key=lambda item: item.score + weight * _likeness(start, item))
            picked.append(match)
            score += match.score + weight * _likeness(start, match)
        if score > best_score:
            best, best_score = picked, score
    return best


def _likeness(one: Found, other: Found) -> float:
    """Share of the words that both say (figures aside), less where only one is a table's row."""
    mine, theirs = _words(one), _words(other)
    shared = len(mine & theirs) / max(len(mine | theirs), 1)
    return shared if (one.task is None) == (other.task is None) else shared / 2


def _words(item: Found) -> set[str]:
    return {word for word in syllables(item.sentence or item.passage.passage.text) if not word[0].isdigit()}


def _by_agency(
    question: Question, plans: Sequence[LivePlan], finder: Finder, matcher: AgencyMatcher, options: FactOptions
) -> list[Found]:
    """The best evidence under each named agency."""
    found = [item for item in ranked(question, plans, finder, matcher, options) if item.support >= NEAR_SUPPORT]
    sides: list[Found] = []
    for agency in question.agencies[:MAX_SIDES]:
        own = next((item for item in found if matcher.heads(item, [agency])), None)
        if own is not None and all(_differs(own, side) for side in sides):
            sides.append(own)
    return sides


def _aspect(question: Question) -> Intent:
    """What the sides are compared by; ranking favours evidence that tells it."""
    if question.cues & {"percent", "target"}:
        return Intent.TARGET
    if "asks_office" in question.cues:
        return Intent.LEAD
    return Intent.DUE if "when" in question.cues or re.search(r"\bhan\b", question.text) else Intent.OTHER


def _groups(question: Question) -> list[list[LivePlan]]:
    """Named papers by the year they are for, in the question's order of years."""
    years: dict[int | None, list[LivePlan]] = {}
    for plan in question.papers.plans:
        years.setdefault(plan.metadata.plan_year, []).append(plan)
    if len(years) > 1:
        return list(years.values())
    return [[plan] for plan in question.papers.plans] if len(question.papers.plans) == 2 else []


def _within(found: Sequence[Found], question: Question) -> list[Found]:
    """The best place, the best of another paper, or other places of the same paper that say otherwise."""
    if not fits(found, question):
        return []
    sides = [found[0]]
    for item in found[1:10]:
        if item.score < NEAR * found[0].score or len(sides) == MAX_SIDES:
            break
        if all(_differs(item, side) for side in sides):
            sides.append(item)
    return sides


def _differs(item: Found, other: Found) -> bool:
    """Not the same words, nor a dated duty beside the clause that it was read from."""
    mine, theirs = fold(item.passage.passage.text), fold(other.passage.passage.text)
    return mine[:OPENING] not in theirs and theirs[:OPENING] not in mine
