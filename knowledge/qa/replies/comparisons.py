"""Comparisons: of papers or years, as a whole or by the best evidence of each; of agencies and roles by numbers.

Two places of one paper are compared as well. What is not found on one side is said, and the other side told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from knowledge.library import Library, LivePlan, LiveTask
from knowledge.qa.compose import refusals
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.comparing import (
    DutySide,
    PaperSide,
    TaskCount,
    compare_answer,
    compare_counts,
    compare_duties,
    compare_papers,
)
from knowledge.qa.query.papers import other_numbers
from knowledge.qa.query.question import Intent, Question, Term
from knowledge.qa.replies.duties import OPENING, duties_in
from knowledge.qa.replies.facts import within
from knowledge.qa.replies.ranking import ranked
from knowledge.qa.replies.reading import AgencyMatcher, Reading
from knowledge.qa.replies.summaries import asked_agencies, part_of, topic_of
from knowledge.qa.replies.verifier import fits, is_near
from knowledge.qa.search.finder import Finder, Found
from knowledge.qa.search.scoring import weigh
from knowledge.text import fold, syllables
from knowledge.wording import short_label

_COUNTED = re.compile(
    r"\b(?:nhieu|it)(?: \w+){0,4} hon\b|\bhon kem\b|\bso (?:viec|nhiem vu|luong)\b|\bbao nhieu (?:viec|nhiem vu)\b"
)
"""More or fewer, or how many: tasks are counted."""
_DUTIES = re.compile(r"\b(?:nhiem vu|trach nhiem|cong viec|viec gi|lam gi)\b")
_MORE = frozenset(("nhieu", "it", "hon"))
MAX_SIDES = 3
MOST_PLANS = 8
"""Papers in which agencies are counted where none is named: those with the most of their tasks."""
CHOICES = 6
"""Places of one paper that are looked at for its side."""
NEAR = 0.65
"""A second side of the same paper must fit this well beside the first."""
VOUCHED = 0.25
"""Likeness from which a side that fits vouches for another one that is near: about as two years of one target are."""
SIDE_COVERAGE, ALIKE = 0.4, 0.6
"""Share of the topic that each side must hold; weight of the likeness of sides beside their fit."""
LEAST_TOPIC, SURELY = 2, 0.9
"""Words that name a thing to compare; how far its rarest ones must stand there."""
_JOINTS = frozenset(("voi", "va", "hay", "hoac"))
FEW_PAPERS = 4
"""So many of no one kind are all put side by side."""
ALIKE_TITLES = 0.5
"""Share of their titles' words by which papers of two years are of one kind."""


def reply(question: Question, reading: Reading) -> Answer | None:
    """Sides put together; None where there is nothing to compare, so that a plain answer goes out."""
    plans, finder, matcher, as_of = reading.plans, reading.finder, reading.matcher, reading.as_of
    groups = _groups(question)
    counted = _COUNTED.search(question.text) is not None
    topic = topic_of(question, question.papers.plans, finder)
    topic = [term for term in topic if not (counted and term.text in _MORE)]
    if not groups and question.papers.missing_years:
        return refusals.missing_year(question.papers.missing_years, plans)
    duties = counted or _DUTIES.search(question.text) is not None
    asked = replace(question, agencies=asked_agencies(question, matcher))
    if asked.agencies and not topic and duties:
        if counted or len(asked.agencies) > 1 or len(groups) < 2:
            return _agencies(asked, plans, finder.library, matcher, as_of)
        return _duties(asked, groups, finder.library, matcher)
    if len(groups) > 1 and not topic and not asked.agencies:
        return _papers(groups, finder.library, matcher, as_of, counted=counted)
    if len(groups) > 1 and counted:
        return _counts_of_topic(topic, groups, finder)
    return _evidence(replace(question, intent=_aspect(question)), groups, reading)


def _evidence(question: Question, groups: Sequence[Sequence[LivePlan]], reading: Reading) -> Answer | None:
    """The best evidence of each side; of one paper, of each agency or of several places."""
    sides: list[Found] = []
    unseen = _unloaded(question)
    if len(groups) > 1 or (groups and unseen):
        found = [ranked(within(question, group), reading) for group in groups]
        choices = [[i for i in side[:CHOICES] if i.coverage >= SIDE_COVERAGE] for side in found]
        alike = _alike(choices)
        sure = [side for side in alike if fits([side], within(question, [side.plan]))]
        sides = [side for side in alike if side in sure or (sure and _vouched(side, sure, question))]
        unseen = [_told_group(g) for g in groups if not any(s.plan in g for s in sides)] + unseen
    if len(sides) + len(unseen) < 2:
        sides, unseen = _of_two_topics(question, reading) or _within(ranked(question, reading), question), []
    if len(sides) + len(unseen) < 2 or not any(fits([side], question) for side in sides):
        return None
    return compare_answer(sides[:MAX_SIDES], reading.as_of, unseen)


def _of_two_topics(question: Question, reading: Reading) -> list[Found]:
    """The best evidence of each of two things named beside each other: "tập huấn X với tập huấn Y, cái nào trước"."""
    for joint in question.terms:
        if joint.text not in _JOINTS or joint.weight >= 1:
            continue
        halves = (
            [term for term in question.terms if term.place < joint.place],
            [term for term in question.terms if term.place > joint.place],
        )
        if any(sum(term.weight >= 1 for term in half) < LEAST_TOPIC for half in halves):
            continue
        # Between a word of comparing and its joint nearly all is what is compared.
        named = [tuple(replace(t, chance=1.0) if t.weight >= 1 else t for t in half) for half in halves]
        asked = [replace(question, terms=half) for half in named]
        found = [ranked(half, reading) for half in asked]
        sure = all(map(fits, found, asked)) and all(side[0].rarest >= SURELY for side in found)
        if sure and _differs(found[0][0], found[1][0]):
            return [side[0] for side in found]
    return []


def _unloaded(question: Question) -> list[str]:
    """What is asked for beside the loaded papers."""
    years = [f"văn bản năm {year} (chưa nạp)" for year in question.papers.missing_years]
    return years + [f"văn bản số {n} (chưa nạp)" for n in other_numbers(fold(question.raw), question.papers)]


def _told_group(group: Sequence[LivePlan]) -> str:
    if len(group) == 1:
        return short_label(group[0])
    return f"các văn bản năm {group[0].metadata.plan_year}"


def _agencies(
    question: Question, plans: Sequence[LivePlan], library: Library, matcher: AgencyMatcher, as_of: date
) -> Answer | None:
    """How many tasks each agency leads and helps with, by paper."""
    wanted = question.papers.plans or plans
    by_plan: dict[int, list[LiveTask]] = {plan.id: [] for plan in wanted}
    for task in library.tasks(list(by_plan)):
        by_plan[task.plan.id].append(task)
    named = [
        plan
        for plan in wanted
        if any(matcher.leads(t, question.agencies) or matcher.helps(t, question.agencies) for t in by_plan[plan.id])
    ]
    if not named:
        return None
    if not question.papers.plans:
        named = sorted(named, key=lambda plan: -len(by_plan[plan.id]))[:MOST_PLANS]
    counts = []
    for agency in question.agencies[:MAX_SIDES]:
        for plan in named:
            tasks = by_plan[plan.id]
            leads = [task for task in tasks if matcher.leads(task, [agency])]
            helps = [task for task in tasks if task not in leads and matcher.helps(task, [agency])]
            shared = [
                task
                for task in tasks
                if task not in leads and task not in helps and matcher.includes_any(task.task.lead, [agency], as_of)
            ]
            counts.append(TaskCount(agency, plan, leads, helps, len(shared)))
    return compare_counts(counts, roles=question.cues >= {"role_lead", "role_coordinate"})


def _counts_of_topic(topic: Sequence[Term], groups: Sequence[Sequence[LivePlan]], finder: Finder) -> Answer | None:
    """How many tasks of each paper are about the topic."""
    named = [plan for group in groups for plan in group]
    terms = weigh(topic, finder.corpus(named), [plan.id for plan in named])
    about = " ".join(term.accented or term.text for term in topic)
    counts = []
    for group in groups:
        found = [(plan, part[1] if (part := part_of(plan, terms, finder.library, finder)) else []) for plan in group]
        having = [(plan, tasks) for plan, tasks in found if tasks]
        counts += [TaskCount(f"Việc về “{about}”", plan, tasks, by_role=False) for plan, tasks in having or found[:1]]
    return compare_counts(counts) if any(count.leads for count in counts) else None


def _duties(
    question: Question, groups: Sequence[Sequence[LivePlan]], library: Library, matcher: AgencyMatcher
) -> Answer | None:
    """What one office has to do in each year or paper."""
    sides: list[DutySide] = []
    unseen: list[str] = []
    for group in groups[:MAX_SIDES]:
        found = [(plan, *duties_in(plan, question.agencies, library, matcher)) for plan in group]
        having = [side for side in found if any(side[1:])]
        sides.extend(having)
        unseen += [] if having else [_told_group(group)]
    if not sides or len(sides) + len(unseen) < 2:
        return None
    return compare_duties(question.agencies[0], sides[: MAX_SIDES + 1], unseen)


def _papers(
    groups: Sequence[Sequence[LivePlan]], library: Library, matcher: AgencyMatcher, as_of: date, *, counted: bool
) -> Answer:
    """Papers as a whole; of years with several papers those of one kind, by their titles."""
    chosen: Sequence[LivePlan] = max(product(*groups[:MAX_SIDES]), key=_likeness_of_titles)
    named = [plan for group in groups for plan in group]
    if _likeness_of_titles(chosen) < ALIKE_TITLES and len(named) <= FEW_PAPERS:
        chosen = named
    sides = [PaperSide(plan, library.tasks([plan.id]), library.passages([plan.id])) for plan in chosen]
    return compare_papers(sides, as_of, matcher.name, counted=counted)


def _likeness_of_titles(plans: Sequence[LivePlan]) -> float:
    """The share of words, figures aside, that all the papers' titles hold."""
    titles = [
        {word for word in syllables(f"{plan.metadata.kind} {plan.metadata.title}") if not word[0].isdigit()}
        for plan in plans
    ]
    return len(set.intersection(*titles)) / max(len(set.union(*titles)), 1)


def _alike(choices: Sequence[Sequence[Found]]) -> list[Found]:
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
            match = max(side, key=lambda item: item.score + ALIKE * _likeness(start, item))
            picked.append(match)
            score += match.score + ALIKE * _likeness(start, match)
        if score > best_score:
            best, best_score = picked, score
    return best


def _vouched(side: Found, sure: Sequence[Found], question: Question) -> bool:
    """What is near and says the same kind of thing as a side that fits: papers word one target otherwise."""
    near = is_near(side, within(question, [side.plan]))
    return near and max(_likeness(side, other) for other in sure) >= VOUCHED


def _likeness(one: Found, other: Found) -> float:
    """Share of the words that both say (figures aside), less where only one is a table's row."""
    mine, theirs = _words(one), _words(other)
    shared = len(mine & theirs) / max(len(mine | theirs), 1)
    return shared if (one.task is None) == (other.task is None) else shared / 2


def _words(item: Found) -> set[str]:
    return {word for word in syllables(item.sentence or item.passage.passage.text) if not word[0].isdigit()}


def _aspect(question: Question) -> Intent:
    """What the sides are compared by; ranking favours evidence that tells it."""
    if question.cues & {"percent", "target"}:
        return Intent.TARGET
    if "asks_office" in question.cues:
        return Intent.LEAD
    return Intent.DUE if "when" in question.cues or re.search(r"\bhan\b", question.text) else Intent.OTHER


def _groups(question: Question) -> list[list[LivePlan]]:
    """Named papers by the year they are for, in the question's order of years; two papers of one year apart."""
    years: dict[int | None, list[LivePlan]] = {}
    for plan in question.papers.plans:
        years.setdefault(plan.metadata.plan_year, []).append(plan)
    if len(years) > 1:
        return list(years.values())
    named = question.papers.plans
    return [[plan] for plan in named] if len(named) <= 2 else [list(named)]


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
