"""The entry to answering: `Assistant.ask`, one message in, one answer out.

Reads top to bottom: understand, lean on the chat, refuse what plans cannot tell,
search, decide between answering, offering choices and saying "not found", compose.
The threshold is applied last, after everything that reorders.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from time import perf_counter
from typing import Protocol, Required, TypedDict, Unpack

from knowledge.library import Library, LivePlan, LiveTask
from knowledge.progress import Progress
from knowledge.qa.compose import refusals
from knowledge.qa.compose.answer import Answer, Status, joined
from knowledge.qa.compose.choices import choice_of_plans
from knowledge.qa.compose.clauses import clause_answer
from knowledge.qa.compose.papers import paper_answer
from knowledge.qa.compose.record import record_answer
from knowledge.qa.compose.understood import understood
from knowledge.qa.query import followups
from knowledge.qa.query.filters import NO_FILTERS
from knowledge.qa.query.intents import task_intent
from knowledge.qa.query.lexicon import Lexicon
from knowledge.qa.query.papers import PaperRef, titled_by, unloaded_paper
from knowledge.qa.query.question import OWN_UNKNOWN, Agencies, Intent, Question, Understander
from knowledge.qa.query.topic import LIKELY
from knowledge.qa.query.typing import means_own, that_office, that_paper
from knowledge.qa.replies import (
    citations,
    comparisons,
    duties,
    facts,
    lists,
    mentions,
    partners,
    reporting,
    sections,
    summaries,
    validity,
)
from knowledge.qa.replies.progress import ProgressReplies
from knowledge.qa.replies.reading import AgencyMatcher, Reading
from knowledge.qa.search.finder import Finder, Found, SearchOptions
from knowledge.text import fold, syllables
from knowledge.wording import join_names, short_label, task_name


@dataclass(frozen=True, slots=True)
class AskingOptions:
    """Mechanisms of answering, each of which can be switched off for an ablation.

    Attributes:
        steps_kept: messages of the last minutes that are not answered again; 0 to measure how long answering takes.
    """

    search: SearchOptions = field(default_factory=SearchOptions)
    steps_kept: int = 1_000


@dataclass(frozen=True, slots=True)
class Topic:
    """What the chat was about: the last understood question and its answer."""

    question: Question
    answer: Answer
    passing: bool = False
    """It rests on what people reported, which may be otherwise a minute later."""


_State = tuple[int | str, ...]
"""All that a topic depends on: the messages since the last one that stood alone, after the task looked at."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A message of a talk: how it was understood and answered, and what the talk is about after it."""

    question: Question
    answer: Answer
    topic: Topic | None
    state: _State


class _Steps:
    """Steps that talks have taken: a follow-up need not answer every message before it again, and what many people
    ask is answered once.

    They are what answering again would give: a step is kept under all that it depends on. A message that stood alone
    is kept as an opening one as well, so that a long talk, of which only the last messages count, is no dearer than
    a short one.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._plans: Sequence[LivePlan] = ()
        self._kept: OrderedDict[tuple[date, _State, str], _Step] = OrderedDict()
        self._lock = Lock()

    def find(self, plans: Sequence[LivePlan], as_of: date, state: _State, text: str) -> _Step | None:
        """The step that a message is, where it is known."""
        with self._lock:
            return self._kept.get((as_of, state, text)) if plans == self._plans else None

    def keep(self, plans: Sequence[LivePlan], as_of: date, state: _State, text: str, step: _Step) -> None:
        """Keeps a step; of other plans, nothing."""
        with self._lock:
            if plans != self._plans:
                self._plans = plans
                self._kept.clear()
            for begun in {state, ()} if step.state == (text,) else {state}:
                self._kept[as_of, begun, text] = step
                self._kept.move_to_end((as_of, begun, text))
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


class AskContext(TypedDict, total=False):
    """What comes with a message.

    Attributes:
        as_of: the day the question is asked; relative dates resolve against it.
        turns: the same person's earlier messages in this chat, oldest first.
        about: id of the task that the person looked at before those, as if it had been asked about.
        own: the person's agencies, meant by "sở mình".
    """

    as_of: Required[date]
    turns: Sequence[str]
    about: int | None
    own: Sequence[str]


class Asking(Protocol):
    """Whatever answers questions as `Assistant` does."""

    def ask(self, question: str, **context: Unpack[AskContext]) -> Answer:
        """Answer one message."""


class Assistant:
    """Answers from the live papers of `library`; what it keeps of chats only saves time."""

    def __init__(
        self,
        library: Library,
        directory: Agencies,
        lexicon: Lexicon,
        options: AskingOptions | None = None,
        progress: Progress | None = None,
    ) -> None:
        """
        Args:
            progress: what people report; without it only the papers' dates tell what is late.
        """
        self.library = library
        self.progress = progress
        self.options = options or AskingOptions()
        self.understander = Understander(lexicon, directory)
        self.finder = Finder(library, lexicon, self.options.search)
        self.matcher = AgencyMatcher(directory)
        self._steps = _Steps(self.options.steps_kept)

    def ask(
        self,
        question: str,
        *,
        as_of: date,
        turns: Sequence[str] = (),
        about: int | None = None,
        own: Sequence[str] = (),
    ) -> Answer:
        """See `AskContext`."""
        started = perf_counter()
        with self.library.snapshot() as library:
            reading = self._reading(library, as_of, own)
            said = tuple(turns[-MOST_TURNS:])
            if len(said) < len(turns):
                about = None  # too long ago
            state: _State = () if about is None else (about,)
            topic = None if about is None else self._looked_at(about, reading)
            for turn in said:
                for place, part in enumerate(self.understander.parts(turn)):
                    step = self._step(part, reading, topic, state, beside=place > 0)
                    topic, state = step.topic, step.state
            answers: list[Answer] = []
            for place, part in enumerate(self.understander.parts(question)):
                step = self._step(part, reading, topic, state, beside=place > 0)
                topic, state = step.topic, step.state
                answers.append(self._noted(step.answer, step.question, as_of))
            answer = joined(answers)
        return answer.timed((perf_counter() - started) * 1000)

    def read(self, text: str, as_of: date, own: Sequence[str] = ()) -> tuple[Question, Sequence[LivePlan]]:
        """A message as the rules understand it by itself, and the papers it was read against."""
        with self.library.snapshot() as library:
            reading = self._reading(library, as_of, own)
            return self._read(text, reading), reading.plans

    def answer(self, question: Question, as_of: date) -> Answer:
        """Answer a question that is understood already and stands alone."""
        with self.library.snapshot() as library:
            reading = self._reading(library, as_of)
            answer = _refusal(question, reading.plans) or self._answer(question, reading)
            return self._noted(answer, question, as_of)

    def _reading(self, library: Library, as_of: date, own: Sequence[str] = ()) -> Reading:
        return Reading(self.finder.over(library), self.matcher, library.plans(), as_of, tuple(own))

    def prepare(self) -> None:
        """Reads what is live, so that the first who ask need not wait for it."""
        with self.library.snapshot() as library:
            self.finder.over(library).prepare(library.plans())

    def _step(self, text: str, reading: Reading, topic: Topic | None, state: _State, *, beside: bool) -> _Step:
        """One message of a talk, or one part of it.

        Args:
            beside: another question stands before it in the same message.
        """
        # What is asked of "sở mình" is another question for everyone.
        key = f"{text}\n{'; '.join(reading.own)}" if reading.own and means_own(text) else text
        key = f"{key}\n, {key}" if beside else key
        step = self._steps.find(reading.plans, reading.as_of, state, key)
        if step is None:
            understood, answer, alone = self._reply(text, reading, topic, beside=beside)
            leans = topic is not None and topic.passing and not alone
            passing = understood.intent is Intent.PROGRESS or leans
            after = _topic_after(understood, answer, topic, passing=passing)
            follows = state if after is topic else (key,) if alone else (*state, key)
            step = _Step(understood, answer, after, follows)
            if not passing:
                self._steps.keep(reading.plans, reading.as_of, state, key, step)
        return step

    def _looked_at(self, task_id: int, reading: Reading) -> Topic | None:
        """The topic that asking who leads the task would leave; none when it is no longer live."""
        task = reading.library.tasks_by_id([task_id]).get(task_id)
        if task is None:
            return None
        question = replace(
            self.understander.read(task_name(task), reading.plans, reading.as_of),
            intent=Intent.LEAD,
            agencies=task.task.lead_agencies,
            papers=PaperRef((task.plan,), exact=True),
            period=None,
        )
        return Topic(question, record_answer(task, question, reading.as_of))

    def _read(self, text: str, reading: Reading) -> Question:
        words = reading.finder.corpus(reading.plans)
        return self.understander.read(text, reading.plans, reading.as_of, words=words, own=reading.own)

    def _reply(
        self, text: str, reading: Reading, topic: Topic | None, *, beside: bool
    ) -> tuple[Question, Answer, bool]:
        """The question, its answer, and whether the answer stands alone: it is the same whatever came before."""
        text = _with_paper(text, topic, reading.plans) if topic is not None else text
        pointed = _pointed(topic, that_office(fold(text))) if topic is not None else ()
        question = self._read(text, replace(reading, own=pointed) if pointed else reading)
        if pointed:
            question = replace(question, agencies=pointed)
        alone = True
        if topic is not None and that_paper(text) and len(told := _told_papers(topic, reading.plans)) > 1:
            lead = "Vừa nói đến nhiều văn bản; anh/chị hỏi văn bản nào?"
            return question, choice_of_plans(told, question.raw, lead), False
        if topic is not None and (picked := self._picked(question, topic, reading)) is not None:
            return topic.question, picked, False
        section = self._section(question, topic, reading)
        if section is not None:
            return section
        listed = topic is not None and (topic.answer.tasks or topic.answer.options)
        if topic is not None and listed and followups.narrows_list(question, topic.question):
            question = followups.narrowed(question, topic.question)
            # Where papers were offered, nothing has been listed yet: what was asked for goes on all the same.
            return question, lists.reply(question, reading, topic.answer.tasks or None), False
        if topic is not None:
            if followups.leans(question, topic.question):
                kept = self._kept(question, topic, reading)
                if kept is not None:
                    return facts.with_intent(topic.question, question), kept, False
                question, alone = followups.merged(question, topic.question), False
            elif beside or followups.goes_on(question):
                question, alone = (followups.beside(question, topic.question), False) if beside else (question, alone)
                answer = self._answer(question, reading) if beside else None
                if answer is not None and answer.status is Status.ANSWERED:
                    return question, answer, False
                offices = _offices_of(topic) if followups.goes_on(question) else ()
                scoped = followups.in_paper(question, topic.question, _papers_of(topic), offices)
                answer = self._answer(scoped, reading) if scoped.papers.plans else None
                if answer is not None and answer.status is Status.ANSWERED:
                    return scoped, answer, False
        if _TODAY.search(fold(question.raw)):
            return question, refusals.today(reading.as_of), True
        answer = _refusal(question, reading.plans) or self._answer(question, reading)
        return question, answer, alone

    def _noted(self, answer: Answer, question: Question, as_of: date) -> Answer:
        """The answer with all that is told beneath it."""
        answer = self._with_recipients(self._with_fate(answer, question, as_of), question)
        return _with_unread(answer, question)

    def _with_fate(self, answer: Answer, question: Question, as_of: date) -> Answer:
        """The answer as printed, and what became of an office in the question that is no more."""
        fate = self.matcher.fate(question.agencies, as_of) if answer.status is Status.ANSWERED else ""
        if not fate or fate in answer.text:
            return answer
        return replace(answer, text=f"{answer.text}\nLưu ý: {fate}.")

    def _with_recipients(self, answer: Answer, question: Question) -> Answer:
        """The answer with to whom its tasks' results go, where that is asked and not told yet."""
        if not question.asks_recipient or answer.status is not Status.ANSWERED or not answer.tasks:
            return answer
        by_recipient: dict[tuple[str, ...], list[int]] = {}
        for number, task in enumerate(answer.tasks, 1):
            by_recipient.setdefault(self.matcher.recipients(task), []).append(number)
        silent = by_recipient.pop((), [])
        if len(answer.tasks) == 1:
            said = "chưa thấy ghi rõ, xem nguyên văn ở nguồn" if silent else join_names(*by_recipient)
        else:
            told = [f"việc {', '.join(map(str, numbers))}: {join_names(of)}" for of, numbers in by_recipient.items()]
            rest = [f"{'các việc khác' if told else 'các việc này'} chưa thấy ghi rõ"] if silent else []
            said = "; ".join(told + rest)
        return replace(answer, text=f"{answer.text}\nNơi nhận: {said}.")

    def _picked(self, question: Question, topic: Topic, reading: Reading) -> Answer | None:
        """The option or list row that the message picks by its number."""
        options = topic.answer.options
        if options:
            index = followups.chosen(question, len(options))
            return None if index is None else self._option(topic, index, reading)
        if len(topic.answer.tasks) > 1:
            index = followups.chosen(question, len(topic.answer.tasks))
            if index is not None:
                return record_answer(topic.answer.tasks[index], question, reading.as_of)
        return None

    def _option(self, topic: Topic, index: int, reading: Reading) -> Answer:
        option = topic.answer.options[index]
        if option.task_id is not None:
            task = reading.library.tasks_by_id([option.task_id]).get(option.task_id)
            if task is not None:
                return self._of_task(task, topic.question, reading)
        if option.passage_id is not None:
            passage = reading.library.passages_by_id([option.passage_id]).get(option.passage_id)
            if passage is not None:
                return clause_answer(Found(passage, None, 1.0, 1.0, 1.0, option.text), topic.question, reading.as_of)
        chosen = [plan for plan in reading.plans if plan.id == option.plan_id]
        return self._answer(facts.within(topic.question, chosen), reading)

    def _kept(self, question: Question, topic: Topic, reading: Reading) -> Answer | None:
        """The task that the chat was about, asked for another of its cells."""
        if topic.answer.status is not Status.ANSWERED or len(topic.answer.tasks) != 1:
            return None
        if not followups.keeps_task(question, topic.question):
            return None
        return self._of_task(topic.answer.tasks[0], question, reading)

    def _of_task(self, task: LiveTask, question: Question, reading: Reading) -> Answer:
        """What is asked of one task that is known: its record, or how far it is."""
        answer = record_answer(task, question, reading.as_of)
        return self._progress(reading).of_task(answer, question) if question.intent is Intent.PROGRESS else answer

    def _progress(self, reading: Reading) -> ProgressReplies:
        return ProgressReplies(reading, self.progress)

    def _section(
        self, question: Question, topic: Topic | None, reading: Reading
    ) -> tuple[Question, Answer, bool] | None:
        """What stands under the heading that the message names, or the one before it for another paper."""
        if _refusal(question, reading.plans) is not None:
            return None
        asked = [question]
        if topic is not None and question.papers.plans and not (question.topic or question.agencies):
            asked.append(replace(topic.question, papers=question.papers))
        for each in asked:
            if each.intent in (Intent.OTHER, Intent.TARGET, Intent.SUMMARY):
                answer = sections.reply(each, reading.plans, reading.library)
                if answer is not None:
                    return each, answer, each is question
        return None

    def _single(self, question: Question, reading: Reading) -> Answer | None:
        """The one task that words which sound like many name at length; None where a list is asked for."""
        narrowed = question.agencies or question.period or question.filters != NO_FILTERS
        named = sum(term.chance >= LIKELY for term in question.topic)
        if narrowed or named < LONG_TOPIC or question.cues & {"list", "count"}:
            return None
        single = replace(question, intent=task_intent(question.asked))
        found = facts.reply(single, reading)
        return found if found.status is Status.ANSWERED and found.tasks else None

    def _answer(self, question: Question, reading: Reading) -> Answer:
        plans, library = reading.plans, reading.library
        own = lists.targets(question, reading)
        if own is not None:
            return own
        if question.intent is Intent.LIST:
            return self._single(question, reading) or lists.reply(question, reading)
        if question.intent is Intent.PROGRESS:
            return self._progress(reading).reply(question, lambda asked: facts.reply(asked, reading))
        if question.intent is Intent.SUMMARY and question.papers.each:
            question = replace(question, intent=Intent.COMPARE)  # of all of them, side by side
        if question.intent in (Intent.SUMMARY, Intent.TARGET) and question.papers.plans:
            summary = summaries.reply(question, reading)
            if summary is not None:
                return summary
            question = replace(question, intent=Intent.OTHER) if question.intent is Intent.SUMMARY else question
        answer = validity.reply(question, plans) or reporting.reply(question, reading)
        if answer is not None:
            return answer
        if question.intent is Intent.DUTY:
            answer = duties.reply(question, reading)
            if answer is not None and answer.options and lists.topic_of(question):
                listed = lists.reply(question, reading)
                answer = listed if listed.tasks else answer
        elif question.intent is Intent.COMPARE:
            answer = comparisons.reply(question, reading)
        asked = () if answer else _paper_asked(question)
        if len(asked) == 1 or (question.papers.each and len(asked) == len(question.papers.plans) <= MOST_PAPERS):
            return joined([paper_answer(paper, plans) for paper in asked])
        if answer is None and question.intent is Intent.DOCUMENT:
            answer = citations.reply(question, plans, library)
        answer = answer or mentions.reply(question, reading) or partners.reply(question, reading)
        if answer is None and asked:
            return choice_of_plans(asked, question.raw, "Có nhiều văn bản; anh/chị hỏi văn bản nào?")
        return answer or facts.reply(question, reading)


MOST_TURNS = 6
"""Messages before this one that are leaned on."""
MOST_PAPERS = 3
"""Papers whose own data fit one answer."""
LONG_TOPIC = 7
"""Likely words of a topic from which it is one task's name: what many tasks have in common is shorter."""
_TODAY = re.compile(r"^(?:\w+ ){0,3}?(?:hom nay|bua nay)(?: la)? (?:ngay|thu|mung)(?: (?:may|bao nhieu|gi|nao))+\W*$")


def _with_unread(answer: Answer, question: Question) -> Answer:
    """The answer with how it was understood, and with the words that narrow and were not understood."""
    text = answer.text
    if question.filters.unread and answer.status is Status.ANSWERED:
        text = f"{text}\nChưa hiểu “{'; '.join(question.filters.unread)}” nên chưa tính đến phần này."
    return replace(answer, text=text, understood=understood(question))


def _topic_after(question: Question, answer: Answer, topic: Topic | None, *, passing: bool) -> Topic | None:
    """What the chat is about after a message: an order or a greeting changes nothing."""
    if "injection" in question.cues or question.intent in (Intent.GREETING, Intent.HELP):
        return topic
    return Topic(question, answer, passing)


def _papers_of(topic: Topic) -> PaperRef:
    """The papers that were named, else the one paper that the answer came from."""
    if topic.question.papers.plans:
        return topic.question.papers
    plans = tuple({ref.plan.id: ref.plan for ref in topic.answer.sources}.values())
    return PaperRef(plans, exact=True) if len(plans) == 1 else PaperRef()


def _with_paper(text: str, topic: Topic, plans: Sequence[LivePlan]) -> str:
    """`text` with the paper that the chat is about in place of "quyết định này", where it is about one."""
    told, at = _told_papers(topic, plans), that_paper(text)
    if at is None or len(told) != 1 or len(text.lower()) != len(text):
        return text
    return f"{text[: at[0]]}{short_label(told[0])}{text[at[1] :]}"


def _told_papers(topic: Topic, plans: Sequence[LivePlan]) -> Sequence[LivePlan]:
    """The papers that the last answer rests on or offers; without any, those that were asked about."""
    sources, options = topic.answer.sources, topic.answer.options
    told: set[int | None] = {ref.plan.id for ref in sources}
    told = told or {option.plan_id for option in options}
    return [plan for plan in plans if plan.id in told] or topic.question.papers.plans


def _offices_of(topic: Topic) -> tuple[str, ...]:
    """Who leads the one task that the last answer told."""
    tasks = topic.answer.tasks
    return tasks[0].task.lead_agencies if len(tasks) == 1 else ()


def _pointed(topic: Topic, kind: str) -> tuple[str, ...]:
    """The offices of the one task told last that are of the kind pointed to: "sở đó"; else those that lead it."""
    if not kind or len(topic.answer.tasks) != 1:
        return ()
    task = topic.answer.tasks[0].task
    offices = (*task.lead_agencies, *task.coordinating)
    return tuple(office for office in offices if fold(office).startswith(f"{kind} ")) or task.lead_agencies


def _refusal(question: Question, plans: Sequence[LivePlan]) -> Answer | None:
    """What needs no search: nothing asked, no question for plans, a premise that is false."""
    if question.intent is Intent.GREETING:
        return refusals.thanks() if "thanks" in question.cues else refusals.greeting()
    if question.intent is Intent.HELP:
        return refusals.help_text()
    if OWN_UNKNOWN in question.cues and question.intent in (Intent.LIST, Intent.DUTY, Intent.PROGRESS):
        return refusals.whose()
    if "takeover" in question.cues or ("injection" in question.cues and not _still_asks(question)):
        return refusals.no_instruction()
    if question.intent is Intent.REQUEST:
        return refusals.request()
    if question.intent is Intent.STATEMENT:
        return refusals.statement()
    if "actual" in question.cues and question.intent is not Intent.PROGRESS:
        return refusals.no_actual_results()
    if "person" in question.cues:
        return refusals.no_person()
    unknown = unloaded_paper(fold(question.raw), plans)
    wide = (Intent.LIST, Intent.DUTY, Intent.PROGRESS, Intent.OTHER)
    if unknown and not question.papers.plans and question.intent in wide:
        return refusals.missing_paper((unknown,))
    narrowed = question.intent is Intent.LIST and (question.period or question.filters != NO_FILTERS)
    narrowed = narrowed or question.intent is Intent.PROGRESS
    if not question.terms or not (question.topic or question.agencies or question.papers.plans or narrowed):
        return refusals.empty_question()
    if question.papers.missing_years and not (facts.may_recur(question) or question.intent is Intent.COMPARE):
        return refusals.missing_year(question.papers.missing_years, plans)
    return None


def _still_asks(question: Question) -> bool:
    """Besides the order there is a question: the order is left aside, the question is answered."""
    asks = question.cues & {"who", "when", "target", "product", "coordinate", "document"}
    return bool(asks) and len(question.topic) > followups.FEW_TERMS


def _paper_asked(question: Question) -> tuple[LivePlan, ...]:
    """ "Kế hoạch 160 do ai ký, ngày nào?": papers that are named, with nothing but their own data asked.

    A topic besides must be the title's.
    """
    if not question.cues & {"paper_identity", "signature", "about_paper"}:
        return ()
    topic = {term.text for term in question.topic} - _IDENTITY
    if topic and question.intent not in (Intent.DOCUMENT, Intent.OTHER, Intent.TARGET):
        return ()
    named = question.papers.plans if question.papers.exact or len(question.papers.plans) == 1 else ()
    return named if len(topic) <= 1 or titled_by(topic, named) else ()


_IDENTITY = frozenset(
    syllables(
        "so hieu ky ban hanh ngay thang nam nguoi van co quan don vi nay do vao noi ve cai gi tom tat dung chinh"
    )
)


__all__ = ["AskContext", "Asking", "AskingOptions", "Assistant"]
