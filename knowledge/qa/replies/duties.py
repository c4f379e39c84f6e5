"""Duties of an agency: the clauses under its heading and the rows that name it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.library import Library, LivePassage, LivePlan, LiveTask
from knowledge.qa.compose import refusals
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.choices import choice_of_plans
from knowledge.qa.compose.duties import duty_answer
from knowledge.qa.compose.listing import common_answer
from knowledge.qa.compose.outline import says
from knowledge.qa.query.question import Question
from knowledge.qa.replies.reading import AgencyMatcher, Reading
from knowledge.text import fold, syllables

MAX_PLANS = 12
"""So many papers are looked through for an agency when none is named; of more, those that the index finds."""
AGENCY_HITS = 60
OPENING = 60
"""Characters by which a clause is known again."""


def reply(question: Question, reading: Reading) -> Answer | None:
    """Duties by the named paper; a choice of papers when several give some; None to search instead."""
    plans, library, matcher, as_of = reading.plans, reading.library, reading.matcher, reading.as_of
    pool = question.papers.plans or _plans_naming(question.agencies, plans, library)
    having = [plan for plan in pool if _has_duty(plan, question.agencies, library, matcher)]
    if not having:
        fate = matcher.fate(question.agencies, as_of)
        shared = _shared(pool, question.agencies, library, matcher, as_of)
        own = [task for task in shared if _named_by_kind(task, question.agencies)]
        if own and question.papers.plans:
            return common_answer(own, question, "", as_of)
        return refusals.no_duty(question.agencies, question.papers.plans, fate, len(shared))
    if len(having) > 1:
        name = question.agencies[0]
        lead = f"{name} được giao việc trong {len(having)} văn bản; anh/chị hỏi theo văn bản nào?"
        return choice_of_plans(having, question.raw, lead)
    clauses, leads, helps = duties_in(having[0], question.agencies, library, matcher)
    return duty_answer(question.agencies[0], having[0], clauses, leads, helps, as_of)


def _shared(
    pool: Sequence[LivePlan], agencies: Sequence[str], library: Library, matcher: AgencyMatcher, as_of: date
) -> list[LiveTask]:
    """Tasks that the plans give to groups with one of `agencies` in them."""
    groups = [office for office in library.offices() if matcher.includes_any([office], agencies, as_of)]
    if not groups:
        return []
    tasks = library.tasks([plan.id for plan in pool], offices=groups)
    return [task for task in tasks if matcher.includes_any(task.task.lead, agencies, as_of)]


def _named_by_kind(task: LiveTask, agencies: Sequence[str]) -> bool:
    """Whether a group says the kind of one of `agencies`: "các sở, ban, ngành" are surely the Sở Y tế as well."""
    kinds = {fold(agency).split()[0] for agency in agencies}
    return any(not kinds.isdisjoint(syllables(office)) for office in task.task.lead)


def duties_in(
    plan: LivePlan, agencies: Sequence[str], library: Library, matcher: AgencyMatcher
) -> tuple[list[LivePassage], list[LiveTask], list[LiveTask]]:
    """Clauses under the agency's heading, tasks that it leads, tasks that it helps with."""
    leads, helps = _rows(plan, agencies, library, matcher)
    clauses = _clauses(plan, agencies, library, matcher)
    if clauses:
        leads, helps = ([task for task in tasks if task.task.source.row is not None] for tasks in (leads, helps))
    return clauses, leads, helps


def _plans_naming(agencies: Sequence[str], plans: Sequence[LivePlan], library: Library) -> Sequence[LivePlan]:
    if len(plans) <= MAX_PLANS:
        return plans
    hits = [hit for agency in agencies for hit in library.keyword(syllables(agency), AGENCY_HITS)]
    found = {live.plan.id for live in library.passages_by_id([hit.passage_id for hit in hits]).values()}
    return [plan for plan in plans if plan.id in found][-MAX_PLANS:]


def _has_duty(plan: LivePlan, agencies: Sequence[str], library: Library, matcher: AgencyMatcher) -> bool:
    if _clauses(plan, agencies, library, matcher):
        return True
    leads, helps = _rows(plan, agencies, library, matcher)
    return bool(leads or helps)


def _clauses(plan: LivePlan, agencies: Sequence[str], library: Library, matcher: AgencyMatcher) -> list[LivePassage]:
    return [
        live
        for live in library.passages([plan.id], headed=True)
        if live.passage.agency and matcher.names_any([live.passage.agency], agencies) and says(live)
    ]


def _rows(
    plan: LivePlan, agencies: Sequence[str], library: Library, matcher: AgencyMatcher
) -> tuple[list[LiveTask], list[LiveTask]]:
    tasks = library.tasks([plan.id])
    leads = [task for task in tasks if matcher.leads(task, agencies)]
    helps = [task for task in tasks if matcher.helps(task, agencies) and task not in leads]
    return leads, helps


__all__ = ["OPENING", "AgencyMatcher", "duties_in", "reply"]
