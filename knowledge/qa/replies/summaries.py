"""Summaries: of a paper, of what it is for, or of the part that a question names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from knowledge.library import Library, LivePassage, LivePlan, LiveTask
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.choices import choice_of_plans
from knowledge.qa.compose.outline import bare_heading, says
from knowledge.qa.compose.summary import aims_answer, part_answer, summary_answer
from knowledge.qa.query.question import Intent, Question, Term
from knowledge.qa.query.topic import LIKELY
from knowledge.qa.replies import duties, lists
from knowledge.qa.replies.reading import AgencyMatcher, Reading
from knowledge.qa.search.features import NO_FIELD, make_field
from knowledge.qa.search.finder import Finder
from knowledge.qa.search.scoring import Weighed, Weights, coverage, weigh
from knowledge.text import fold, syllables

HEADED = 0.75
"""Share of the topic's weight that a heading holds which is about it."""
HOLDS = 0.75
"""Share that a clause or row must hold to be told as the topic's, where no heading is about it."""
MOST_PARTS = 3
_AIMS = re.compile(r"\b(?:muc dich|muc tieu|chi tieu|yeu cau)\b")
_PART_NAMED = re.compile(
    r"\b(?:phần|phan|mảng|mang|lĩnh vực|linh vuc) (?!trăm|tram)(?P<name>\w+(?:[ ,]+\w+){0,7}?)"
    r"(?=\s*(?:$|[?.;:]| (?:của|cua|trong|ở|o|tại|tai|theo|ở|nói|noi|có|co|gồm|gom)\b))"
)
"""A part that is asked for by its name."""
_SUMMING_UP = frozenset(
    syllables(
        "tom tat luoc gon noi dung chinh y ngan gioi thieu nhanh so bo viet trang dong khai quat tong quan gom co ra"
        " dat phan muc ve thoi gi nao chung cu the nhung cac"
        " nhieu it hon khac nhau giua chenh lech giong"
    )
)


def reply(question: Question, reading: Reading) -> Answer | None:
    """The summary that is asked for; None where what is asked about is found by searching."""
    finder, library, matcher, as_of = reading.finder, reading.library, reading.matcher, reading.as_of
    named = question.papers.plans
    if question.intent is Intent.TARGET:
        return _targets(question, finder, library, as_of)
    when = syllables(question.period.words) if question.period is not None else []
    topic = _part_named(question) or [t for t in topic_of(question, named, finder) if t.text not in when]
    narrowed = replace(question, terms=tuple(term for term in question.terms if term.weight < 1 or term in topic))
    if question.period is not None:
        return lists.reply(replace(narrowed, intent=Intent.LIST), reading)
    question = replace(question, agencies=asked_agencies(question, matcher))
    if question.agencies and len(named) == 1 and not topic and (answer := _duties(question, library, matcher, as_of)):
        return answer
    if question.agencies:
        return duties.reply(replace(narrowed, intent=Intent.DUTY), reading)
    if topic:
        terms = weigh(topic, finder.corpus(reading.plans), [plan.id for plan in named])
        having = [(plan, part) for plan in named if (part := part_of(plan, terms, library, finder))]
        if len(having) == 1:
            plan, (parts, tasks) = having[0]
            whose = f"phần “{bare_heading(parts[0][0][-1])}”" if len(parts) == 1 and parts[0][0] else "phần này"
            return part_answer(plan, parts, tasks, as_of, whose)
        if having:
            return choice_of_plans(
                [plan for plan, _ in having], question.raw, "Có trong nhiều văn bản; anh/chị cần tóm tắt văn bản nào?"
            )
        if any(term.text not in _title_words(named, finder) for term in topic):
            return None
    if len(named) > 1:
        return choice_of_plans(named, question.raw, "Có nhiều văn bản; anh/chị cần tóm tắt văn bản nào?")
    passages = library.passages([named[0].id])
    if _AIMS.search(question.text) and (aims := aims_answer(named[0], passages, as_of)):
        return aims
    return summary_answer(named[0], library.tasks([named[0].id]), passages, as_of, matcher.name)


def _duties(question: Question, library: Library, matcher: AgencyMatcher, as_of: date) -> Answer | None:
    """What one paper asks of an agency: what stands under its heading, and what it leads elsewhere."""
    plan, agency = question.papers.plans[0], question.agencies[0]
    under = [
        live
        for live in library.passages([plan.id], headed=True)
        if live.passage.agency and matcher.names_any([live.passage.agency], [agency]) and says(live)
    ]
    places = {live.passage.source.section_path for live in under}
    leads = [task for task in library.tasks([plan.id]) if matcher.leads(task, [agency])]
    leads = [task for task in leads if task.task.source.section_path not in places]
    if not (under or leads):
        return None
    return part_answer(plan, [((), under)] if under else [], leads, as_of, agency)


def _targets(question: Question, finder: Finder, library: Library, as_of: date) -> Answer | None:
    """ "Kế hoạch 57 đặt ra chỉ tiêu gì": all of one paper, where nothing narrower is asked."""
    named = question.papers.plans
    if len(named) != 1 or question.agencies or topic_of(question, named, finder):
        return None
    return aims_answer(named[0], library.passages([named[0].id]), as_of)


def asked_agencies(question: Question, matcher: AgencyMatcher) -> tuple[str, ...]:
    """The agencies of the question without those that only name its papers: who issued them, whom they are about."""
    printed = [each for plan in question.papers.plans for each in (plan.metadata.issuer, plan.metadata.title) if each]
    return tuple(
        agency
        for agency in question.agencies
        if not (matcher.names_any(printed, [agency]) or any(fold(agency) in fold(each) for each in printed))
    )


def _part_named(question: Question) -> list[Term]:
    """The words after "phần", whatever they say otherwise: "phần kinh phí của kế hoạch 57"."""
    match = _PART_NAMED.search(question.raw.lower())
    if match is None:
        return []
    name = syllables(match["name"])
    terms = [term for term in question.terms if not term.naming]
    for first in range(len(terms)):
        if [term.text for term in terms[first : first + len(name)]] == name:
            return [replace(term, weight=1.0) for term in terms[first : first + len(name)]]
    return []


def topic_of(question: Question, papers: Sequence[LivePlan], finder: Finder) -> list[Term]:
    """What a summary or comparison is narrowed to: words in a row of which one is likely the topic's.

    What all the papers are about narrows nothing.
    """
    known = _title_words(papers, finder)
    runs: list[list[Term]] = []
    for term in question.topic:
        if runs and term.place == runs[-1][-1].place + 1:
            runs[-1].append(term)
        else:
            runs.append([term])
    kept: list[Term] = []
    for run in runs:
        while run and _asks(run[0], finder):
            run = run[1:]
        while run and _asks(run[-1], finder):
            run = run[:-1]
        if any(term.chance >= LIKELY and term.text not in known for term in run):
            kept += run
    return kept


def _title_words(papers: Sequence[LivePlan], finder: Finder) -> set[str]:
    """Words that say of each of the papers what it is."""
    data = (paper.metadata for paper in papers)
    titles: list[set[str]] = [
        set(finder.lexicon.canonical(f"{each.kind or ''} {each.title or ''} {each.issuer or ''}")) for each in data
    ]
    return set.intersection(*titles) if titles else set()


def _asks(term: Term, finder: Finder) -> bool:
    return term.chance < LIKELY and term.text in _SUMMING_UP | finder.lexicon.folded_stopwords


_Part = tuple[list[tuple[tuple[str, ...], list[LivePassage]]], list[LiveTask]]


def part_of(plan: LivePlan, terms: Sequence[Weighed], library: Library, finder: Finder) -> _Part | None:
    """What stands under the headings that are about the topic; else the clauses and rows that hold it."""
    passages = library.passages([plan.id])
    tasks = {task.id: task for task in library.tasks([plan.id])}
    fitting: dict[tuple[str, ...], float] = {}
    for live in passages:
        path = live.passage.source.section_path
        for depth in range(1, len(path) + 1):
            section = path[:depth]
            if section not in fitting:
                fitting[section] = _held(section[-1], terms, finder)
    best = max(fitting.values(), default=0.0)
    if best >= HEADED:
        sections = [section for section, fit in fitting.items() if fit >= best - 0.01]
        sections = [s for s in sections if not any(s != other and s[: len(other)] == other for other in sections)]
        under = {s: [each for each in passages if each.passage.source.section_path[: len(s)] == s] for s in sections}
    else:
        under = {(): [each for each in passages if _held(_about(each, tasks), terms, finder) >= HOLDS]}
    rows = [tasks[live.task_id] for found in under.values() for live in found if live.task_id in tasks]
    clauses = [
        (section, [live for live in found if live.task_id is None and says(live)]) for section, found in under.items()
    ]
    told = [(section, found) for section, found in clauses if found or under[section]][:MOST_PARTS]
    return (told, list(dict.fromkeys(rows))) if rows or any(found for _, found in told) else None


def _about(live: LivePassage, tasks: Mapping[int, LiveTask]) -> str:
    """What a passage is about: of a task not who has it."""
    task = tasks.get(live.task_id or 0)
    if task is None:
        return live.passage.text
    return ". ".join(filter(None, (task.task.title, task.task.activity, task.task.product)))


def _held(text: str, terms: Sequence[Weighed], finder: Finder) -> float:
    return coverage(terms, make_field(text, finder.lexicon), NO_FIELD, Weights())
