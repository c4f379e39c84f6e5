"""Facts of one task or clause: which evidence is asked for, and is it good enough?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.library import LivePlan, LiveTask
from knowledge.qa.compose import refusals
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.choices import choice_of_found
from knowledge.qa.compose.clauses import clause_answer
from knowledge.qa.compose.record import asked_fact, confirmed, record_answer, rows_of_one_title
from knowledge.qa.query.papers import PaperRef, other_numbers
from knowledge.qa.query.question import TASK_INTENTS, Intent, Question
from knowledge.qa.query.topic import LIKELY
from knowledge.qa.query.wanted import Mode
from knowledge.qa.replies.ranking import ranked, tells
from knowledge.qa.replies.reading import AgencyMatcher, Reading
from knowledge.qa.replies.verifier import fits, is_it, is_near
from knowledge.qa.search.evidence import lacks
from knowledge.qa.search.finder import Found
from knowledge.records import Origin
from knowledge.text import fold, squeeze, syllables
from knowledge.wording import task_name

_PAPER_KIND = re.compile(r"\b(?:ke hoach|cong van|quyet dinh|nghi quyet|chi thi|chuong trinh)\b")


RIVAL_PLAN, RIVAL_TARGET = 0.86, 0.75
"""Share of the best score from which another paper's best evidence makes a question ambiguous; of figures sooner,
since a wrong paper means a wrong figure."""
NEARLY = 0.9
"""Share of the best score from which the next task is as likely meant, where none is surely."""
RIVAL_ROW = 0.015
"""Difference of score up to which another row of the same paper, with another answer, does."""


def with_intent(before: Question, now: Question) -> Question:
    """The question before, asking for what is asked now."""
    return replace(before, intent=now.intent, cues=now.cues)


def within(question: Question, plans: Sequence[LivePlan]) -> Question:
    """`question` about these papers only."""
    return replace(question, papers=PaperRef(tuple(plans), question.papers.years, exact=True))


def may_recur(question: Question) -> bool:
    """A year without a plan may still hold a due day of a duty that recurs."""
    return question.intent in (Intent.DUE, Intent.LEAD_AND_DUE)


def reply(question: Question, reading: Reading) -> Answer:
    """Answer from the best evidence, offer a choice between equals, or say that there is none."""
    plans, matcher, as_of = reading.plans, reading.matcher, reading.as_of
    found = _as_amended(ranked(question, reading))
    if _year_may_be_topic(question) and not fits(found, question):
        question, found = _any_year(question, reading) or (question, found)
    if not fits(found, question):
        near = [item for item in found[:5] if item.task is not None and is_near(item, question)]
        if len(near) > 1 and question.intent in TASK_INTENTS and near[1].score >= NEARLY * near[0].score:
            return choice_of_found(near, question.raw, "Không thấy việc nào đúng hẳn; anh/chị hỏi việc nào sau đây?")
        return refusals.not_found([item.task for item in near if item.task])
    if lacks(question.text, fold(found[0].passage.passage.text)):
        return refusals.not_found()
    numbers = other_numbers(fold(question.raw), question.papers)
    if numbers:
        found = [item for item in found if _names(item, numbers)]
        if not fits(found, question):
            return refusals.missing_paper(numbers)
    found = _by_row(found, question)
    best = found[0]
    if question.papers.missing_years and not _due_in(best, question.papers.missing_years):
        return refusals.missing_year(question.papers.missing_years, plans)
    if not is_it(found, question):
        rivals = _rivals_of_other_plans(found, question)
        if rivals:
            lead = "Có trong nhiều văn bản; anh/chị hỏi theo văn bản nào?"
            return choice_of_found([best, *rivals], question.raw, lead)
        rows = _rival_rows(found, question)
        if best.task is not None and rows and _one_title([best, *rows]):
            return rows_of_one_title([best.task, *(row.task for row in rows if row.task)], question, as_of)
        if rows:
            lead = "Có vài nhiệm vụ gần với câu hỏi; anh/chị hỏi việc nào?"
            in_order = sorted([best, *rows], key=lambda item: item.passage.id)
            return choice_of_found(in_order, question.raw, lead)
    if best.task is not None and question.intent in TASK_INTENTS | {Intent.OTHER} and _is_row(best, question):
        answer = record_answer(best.task, question, as_of)
        return confirmed(answer, _verdict(best.task, question, matcher))
    return clause_answer(best, question, as_of)


ROW_NEAR = 0.85
"""Share of the best clause's score with which a task of the same paper is told instead, asked for a field of one."""


def _by_row(found: list[Found], question: Question) -> list[Found]:
    """The task first that fits about as well as the clause before it: row and sentence of one duty are one."""
    asks_field = question.intent in TASK_INTENTS or (
        question.intent is Intent.OTHER and question.asked is not None and question.asked.chance(Mode.FACT) >= LIKELY
    )
    if found[0].task is not None or not asks_field:
        return found
    best = found[0]
    for place, item in enumerate(found[1:6], 1):
        near = item.score >= ROW_NEAR * best.score and item.rarest >= best.rarest
        if item.task is not None and item.plan.id == best.plan.id and near:
            return [item, *found[:place], *found[place + 1 :]]
    return found


def _as_amended(found: list[Found]) -> list[Found]:
    """Without sentences that only change a task found as well, and without what is told anew elsewhere."""
    tasks = [item.task for item in found if item.task is not None]
    changing = {squeeze(each.quote) for task in tasks for each in task.amendments if each.quote}
    if not changing:
        return found
    anew = {fold(task.task.title) for task in tasks if not task.repealed}
    return [
        item
        for item in found
        if (item.task is not None or squeeze(item.passage.passage.source.quote) not in changing)
        and not (item.task is not None and item.task.repealed and fold(item.task.task.title) in anew)
    ]


def _verdict(task: LiveTask, question: Question, matcher: AgencyMatcher) -> str:
    """What to say first to "do Sở Y tế chủ trì đúng không?"; "" where no one office's lead is asked about."""
    if "confirm" not in question.cues or "role_lead" not in question.cues or len(question.agencies) != 1:
        return ""
    if matcher.leads(task, question.agencies):
        return "Đúng."
    return "Không đúng, cơ quan này phối hợp." if matcher.helps(task, question.agencies) else "Không đúng."


def _year_may_be_topic(question: Question) -> bool:
    """ "văn bản hết hiệu lực năm 2025": a year that is said, but of no paper."""
    papers = question.papers
    return bool(papers.years) and not papers.exact and _PAPER_KIND.search(question.text) is None


def _any_year(question: Question, reading: Reading) -> tuple[Question, list[Found]] | None:
    """The question asked of all papers, where the best evidence itself names the year."""
    wide = replace(question, papers=PaperRef())
    found = ranked(wide, reading)
    if not fits(found, wide):
        return None
    text = found[0].passage.passage.text
    return (wide, found) if all(str(year) in text for year in question.papers.years) else None


def _is_row(best: Found, question: Question) -> bool:
    if best.task is None or (question.intent is Intent.OTHER and best.task.task.origin is not Origin.TABLE):
        return False
    if question.intent is Intent.OTHER:
        return "where_to" not in question.cues
    return tells(best.task, question.intent)


def _names(item: Found, numbers: Sequence[str]) -> bool:
    words = set(syllables(item.passage.passage.text.replace("/", " ")))
    return all(number in words for number in numbers)


def _due_in(best: Found, years: Sequence[int]) -> bool:
    if best.task is None:
        return False
    due = best.task.task.deadline.due_dates(date(max(years), 12, 31))
    return any(day.year in years for day in due)


def _rivals_of_other_plans(found: Sequence[Found], question: Question) -> list[Found]:
    """The best evidence of each other paper that fits about as well, when no paper was named."""
    if question.papers.plans:
        return []
    best = found[0]
    target = question.intent is Intent.TARGET
    ratio = RIVAL_TARGET if target else RIVAL_PLAN
    share = 0.8 if target else 0.9
    rivals: dict[int, Found] = {}
    for item in found[1:]:
        near = item.score >= ratio * best.score and item.coverage >= share * best.coverage
        near = near and not _same_fact(item, best, question)
        if near and item.plan.id != best.plan.id and item.plan.id not in rivals:
            rivals[item.plan.id] = item
    return list(rivals.values())


def _same_fact(item: Found, best: Found, question: Question) -> bool:
    """Whether two tasks answer alike, so that it does not matter which is meant."""
    if item.task is None or best.task is None or question.intent not in TASK_INTENTS:
        return False
    facts = (fold(" ".join(asked_fact(each, question.intent))) for each in (item.task, best.task))
    return len(set(facts)) == 1


def _one_title(rows: Sequence[Found]) -> bool:
    """Rows that no reader could tell apart by name: parts of one task."""
    return len({fold(task_name(row.task)) for row in rows if row.task}) == 1


def _rival_rows(found: Sequence[Found], question: Question) -> list[Found]:
    """Rows of the same paper that fit as well and answer otherwise."""
    best = found[0]
    if best.task is None or question.intent not in TASK_INTENTS:
        return []
    return [
        item
        for item in found[1:6]
        if item.task is not None
        and item.task.task.origin is Origin.TABLE
        and item.score >= best.score - RIVAL_ROW
        and not _same_fact(item, best, question)
    ]
