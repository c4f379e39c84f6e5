"""Progress: what is late, not done or done, who has not reported, how far a task is.

What people reported comes from the `Progress` port; of plans that are not tracked only the papers' dates tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from knowledge.library import LiveTask
from knowledge.objects import horizon
from knowledge.progress import Progress, Standing, State, TaskProgress
from knowledge.qa.compose import progress as told
from knowledge.qa.compose.answer import Answer, Status
from knowledge.qa.query.periods import Period
from knowledge.qa.query.question import Intent, Question, Term
from knowledge.qa.query.sought import Aim, Sought
from knowledge.qa.query.topic import LIKELY
from knowledge.qa.replies.reading import Reading
from knowledge.qa.search.scoring import Weights, coverage, weigh
from knowledge.text import fold
from knowledge.wording import join_names, short_label, task_name

Find = Callable[[Question], Answer]
"""Finds the task that a question names, as if its deadline were asked for."""
_EVERYBODY = "cac co quan, don vi"
_TOPIC_SYLLABLES = 2
"""One syllable beside the words of asking is hardly a topic."""
_COVERAGE = 0.75
"""Share of the topic words that a task must hold: a task too few is seen in a list, a count too high is not."""
_DAY = timedelta(days=1)


class ProgressReplies:
    """Answers about progress over one snapshot of the live papers."""

    def __init__(self, reading: Reading, progress: Progress | None) -> None:
        self._library = reading.library
        self._plans = reading.plans
        self._progress = progress
        self._finder = reading.finder
        self._matcher = reading.matcher
        self._as_of = reading.as_of

    def reply(self, question: Question, find: Find) -> Answer:
        """What the question asks of the tracking."""
        question = replace(question, agencies=tuple(a for a in question.agencies if not _is_everybody(a)))
        sought = question.sought or Sought(Aim.SHARE)
        asking = self._finder.lexicon.folded_stopwords
        topic = [term for term in question.topic if term.chance >= LIKELY and term.text not in asking]
        if topic and topic[0].text == "ve":
            topic = topic[1:]  # "việc nào về an toàn thực phẩm"
        if len(topic) < _TOPIC_SYLLABLES:
            topic = []
        if topic and not sought.many:
            found = find(replace(question, intent=Intent.DUE))
            if not sought.offices:
                return self.of_task(found, question)
            ids = {task.id for task in found.tasks} or {option.task_id for option in found.options} - {None}
            tasks = list(self._library.tasks_by_id([number for number in ids if number is not None]).values())
            if tasks:
                return self._of_many(question, sought, lambda each: each.task in ids, _titles(tasks))
        return self._of_many(question, sought, self._about(topic), " ".join(t.accented or t.text for t in topic))

    def of_task(self, found: Answer, question: Question) -> Answer:
        """How far the one task is that an answer told; the answer itself where it told none, or several."""
        if found.status is not Status.ANSWERED or len(found.tasks) != 1:
            return found
        task = found.tasks[0]
        if self._progress is None or task.plan.id not in self._progress.tracked():
            sure = question.sought is None or question.sought.plain
            return told.untracked_answer(task, self._as_of) if sure else found
        own = self._of_plan(task, question.agencies) or self._of_plan(task, ())
        current = self._current(own, question.period)
        earlier = sum(each.standing is Standing.LATE and each.asked and each not in current for each in own)
        return told.state_answer(task, current, self._as_of, earlier)

    def _of_plan(self, task: LiveTask, agencies: Sequence[str]) -> list[TaskProgress]:
        if self._progress is None:
            return []
        entries = self._progress.find(self._library, self._as_of, agencies=agencies, plans={task.plan.id})
        return [each for each in entries if each.task == task.id]

    def _current(self, entries: Sequence[TaskProgress], period: Period | None) -> list[TaskProgress]:
        """Of a duty that recurs the last day that has come and the next one."""
        if period is not None and (within := [each for each in entries if period.holds(each.due_on)]):
            return within
        if not any(each.recurring for each in entries):
            return list(entries)
        last = max((each.due_on for each in entries if each.due_on <= self._as_of), default=None)
        following = min((each.due_on for each in entries if each.due_on > self._as_of), default=None)
        return [each for each in entries if each.due_on in (last, following)]

    def _of_many(
        self, question: Question, sought: Sought, about: Callable[[TaskProgress], bool], topic: str
    ) -> Answer:
        period = _bounding(question.period, sought.aim, self._as_of)
        scope = _scope(question, period if sought.aim is not Aim.DONE else None, topic)
        everything = [each for each in self._entries(question, period, sought.aim) if about(each)]
        by_year = bool(question.papers.plans or (period and period.year_named))
        entries: list[TaskProgress] = []
        over: list[TaskProgress] = []
        for each in everything:
            (over if not by_year and each.of_past_year else entries).append(each)
        if not everything:
            named = question.papers.plans
            return told.nothing_tracked(scope, short_label(named[0]) if len(named) == 1 else "")
        if sought.aim is Aim.DONE and period is not None:
            entries = [e for e in entries if not e.is_done or (e.done_on and period.holds(e.done_on))]
        ids = {each.task for each in everything if each.task is not None}
        live = {plan.id: plan for plan in self._plans}
        facts = told.Told(entries, over, scope, self._as_of, self._library.tasks_by_id(ids), live)
        if sought.offices:
            return self._offices(facts, sought, narrow=bool(topic))
        compose = {
            Aim.LATE: told.late_answer,
            Aim.OPEN: told.open_answer,
            Aim.DONE: told.done_answer,
        }
        return compose.get(sought.aim, told.share_answer)(facts)

    def _offices(self, facts: told.Told, sought: Sought, *, narrow: bool) -> Answer:
        if sought.aim is Aim.SHARE:
            return told.shares_answer(facts, most=sought.most)
        if sought.aim is Aim.DONE:
            done = [each for each in facts.entries if each.is_done]
            return told.offices_answer(facts, done, "việc đã báo xong", most=sought.most, reported=False)
        past = [e for e in facts.asked if not e.is_done and e.due_on <= self._as_of]
        if sought.aim is Aim.LATE:
            late = [each for each in past if each.standing is Standing.LATE] or ([] if facts.asked else facts.unasked)
            return told.offices_answer(facts, late, "việc quá hạn", most=sought.most, reported=False)
        if not past and narrow:
            # Nobody owes it yet: who has not reported for the day that comes next.
            ahead = [each for each in facts.asked if not each.is_done]
            past = [each for each in ahead if each.due_on == ahead[0].due_on]
        owing = past or ([] if facts.asked else facts.unasked)
        return told.offices_answer(facts, owing, "việc chưa báo kết quả", most=sought.most, reported=True)

    def _entries(self, question: Question, period: Period | None, aim: Aim) -> list[TaskProgress]:
        """What is tracked of what was asked about, and what the papers say where nothing is tracked."""
        within = None if aim is Aim.DONE else period
        first, last = (within.start, within.end) if within else (None, None)
        named = {plan.id for plan in question.papers.plans}
        tracked = self._progress.tracked() if self._progress else frozenset()
        found: list[TaskProgress] = []
        if self._progress is not None and (not named or named & tracked):
            found += self._progress.find(
                self._library,
                self._as_of,
                agencies=question.agencies,
                plans=named or None,
                due_from=first,
                due_to=last,
            )
        untracked = [p.id for p in question.papers.plans or self._plans if p.id not in tracked]
        if untracked:
            found += self._by_papers(self._library.tasks(untracked), question.agencies)
        excluded = question.filters.excluded
        kept = [
            each
            for each in found
            if (within is None or within.holds(each.due_on))
            and not (excluded and self._matcher.names_any([each.agency], excluded))
        ]
        return sorted(kept, key=lambda each: each.due_on)

    def _by_papers(self, tasks: Sequence[LiveTask], agencies: Sequence[str]) -> Iterator[TaskProgress]:
        """Each day of each lead as printed; of a duty that recurs the days ahead only."""
        for task in tasks:
            row = task.task
            days = row.deadline.due_dates(horizon(self._as_of))
            if row.deadline.rules:
                days = tuple(day for day in days if day >= self._as_of)
            for lead in row.lead or ("",):
                named = self._matcher.names_any([lead], agencies)
                if agencies and not named and not self._matcher.includes_any([lead], agencies, self._as_of):
                    continue
                for day in days:
                    yield TaskProgress(
                        plan=task.plan.id,
                        task=task.id,
                        title=task_name(task),
                        agency=self._matcher.name(lead),
                        due_on=day,
                        state=State.NEW,
                        standing=Standing.LATE if day < self._as_of else Standing.IN_TIME,
                        recurring=bool(row.deadline.rules),
                        asked=False,
                        of_past_year=max(day.year, *task.plan.metadata.years) < self._as_of.year,
                    )

    def _about(self, topic: Sequence[Term]) -> Callable[[TaskProgress], bool]:
        """Whether a task holds the topic."""
        if not topic:
            return lambda _: True
        terms = weigh(topic, self._finder.corpus(self._plans))
        weights = Weights()

        def holds(task: LiveTask) -> bool:
            features = self._finder.task_features(task)
            return coverage(terms, features.whole, features.headings, weights) >= _COVERAGE

        fitting = {task.id for task in self._library.tasks() if holds(task)}
        return lambda each: each.task in fitting


def _titles(tasks: Sequence[LiveTask]) -> str:
    """What tasks are called, for the filters in words."""
    return "; ".join(task_name(task, 60) for task in tasks[:2])


def _is_everybody(agency: str) -> bool:
    return fold(agency).startswith(_EVERYBODY)


def _bounding(period: Period | None, aim: Aim, as_of: date) -> Period | None:
    """The period that narrows; "tính đến hôm nay" is how things stand now."""
    if period is None or (period.start is None and period.end in (as_of, as_of - _DAY) and aim is not Aim.DONE):
        return None
    return None if period.nearest else period


def _scope(question: Question, period: Period | None, topic: str) -> str:
    of = f" của {join_names(question.agencies)}" if question.agencies else ""
    without = f" trừ {join_names(question.filters.excluded)}" if question.filters.excluded else ""
    when = f" có hạn {period.told()}" if period else ""
    papers = question.papers.plans if question.papers.exact or question.papers.years else ()
    within = f" theo {'; '.join(map(short_label, papers))}" if papers else ""
    return f"{of}{without}{when}{within}{f' về “{topic}”' if topic else ''}"
