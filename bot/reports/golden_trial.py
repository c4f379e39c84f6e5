"""The golden questions tried: over what is live, and over what would be live with a draft, before it is switched on.

A trial works in a thread of its own, one at a time, and is bounded in questions and seconds, so that it takes little
from those who ask meanwhile; what was not asked is counted, never taken for right.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime
from threading import Lock
from time import monotonic, sleep
from typing import Protocol, TypeVar

from sqlalchemy import func, select

from bot.clock import Clock
from knowledge.errors import KehoachError
from knowledge.golden import Comparison, GoldenQuestion, GoldenTask, Outcome, compare
from knowledge.qa.compose.answer import Answer
from knowledge.qa.evaluation import Fault, find_fault
from knowledge.store.database import Store, generation
from knowledge.store.golden import find_tasks, questions
from knowledge.store.models import GoldenQuestionRow, VersionRow, VersionState
from knowledge.store.trial import trial_store

MOST = 200
"""Questions of one trial."""
SECONDS = 20.0
"""That a trial may ask on either side; what is not asked by then is left out."""
_KEPT = 20
"""Trials whose outcome is kept, until something is switched or the questions change."""

_FAULTS = {
    Fault.STATUS: "trả lời theo kiểu khác ({found})",
    Fault.LACKS: "thiếu “{wanted}”",
    Fault.SAYS: "có “{wanted}” là điều không được có",
    Fault.LONG: "quá dài ({found} ký tự)",
}

_T = TypeVar("_T")

log = logging.getLogger(__name__)


class Asks(Protocol):
    """What answers a question; `knowledge.qa.asking.Assistant`."""

    def ask(self, question: str, *, as_of: date, turns: Sequence[str] = ...) -> Answer:
        """The answer."""


class GoldenTrials:
    """Trials of the golden questions, for one process.

    Args:
        live: answers over what is live; no language model has a part in it.
        over: makes what answers over another store.
    """

    def __init__(self, store: Store, live: Callable[[], Asks], over: Callable[[Store], Asks], clock: Clock) -> None:
        self._store = store
        self._live = live
        self._over = over
        self._clock = clock
        self._lock = Lock()
        self._trials: dict[tuple[object, ...], Future[Comparison]] = {}
        self._runs: dict[tuple[object, ...], Future[tuple[list[Outcome], int]]] = {}
        self._threads: ThreadPoolExecutor | None = None

    def answer(self, question: str, turns: Sequence[str], as_of: date) -> Answer:
        """What is answered now, as a trial would have it."""
        return self._live().ask(question, as_of=as_of, turns=turns)

    def run(self, *, gently: bool = False) -> tuple[list[Outcome], int]:
        """The questions over what is live, and how many were left out.

        Args:
            gently: others ask meanwhile, and get half of the time.
        """
        asked, left_out = self._asked()
        outcomes = _try(asked, self._store, self._live(), self._clock(), gently)
        return outcomes, left_out + len(asked) - len(outcomes)

    def begin_run(self) -> Future[tuple[list[Outcome], int]]:
        """`run` beside everything else; what was run before is not run again."""
        return self._begin(self._runs, (), lambda: self.run(gently=True))

    def begin(self, plans: Sequence[int]) -> Future[Comparison]:
        """`compare` beside everything else; what was tried before is not tried again."""
        return self._begin(self._trials, plans, lambda: self.compare(plans, gently=True))

    def find(self, plans: Sequence[int], seconds: float) -> Comparison | None:
        """`begin`, waiting so long for it; None where it is not done by then, and goes on."""
        try:
            return self.begin(plans).result(seconds)
        except TimeoutError:
            return None

    def _begin(
        self, begun: dict[tuple[object, ...], Future[_T]], plans: Sequence[int], work: Callable[[], _T]
    ) -> Future[_T]:
        key = self._key(plans)
        with self._lock:
            future = begun.get(key)
            if future is None or (future.done() and future.exception() is not None):
                if self._threads is None:
                    self._threads = ThreadPoolExecutor(1, "golden")
                future = begun[key] = self._threads.submit(work)
                while len(begun) > _KEPT:
                    del begun[next(iter(begun))]
            return future

    def compare(self, plans: Sequence[int], *, gently: bool = False) -> Comparison:
        """The questions over what is live, and over what would be with what waits of these plans live.

        Args:
            gently: as of `run`.
        """
        asked, left_out = self._asked()
        if not asked or not plans:
            return Comparison()
        now = self._clock()
        try:
            with trial_store(self._store, plans, now) as tried:
                before = _try(asked, self._store, self._live(), now, gently)
                return compare(before, _try(asked, tried, self._over(tried), now, gently), left_out)
        except KehoachError as error:
            log.warning("golden questions: not tried: %s %s", error.sentence, error.detail)
            return Comparison(left_out=left_out + len(asked), why_not=f"Chưa thử được câu hỏi mẫu: {error.sentence}")

    def close(self) -> None:
        """Lets go of the thread; what has not begun is not begun any more."""
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def _asked(self) -> tuple[list[GoldenQuestion], int]:
        """The newest `MOST`, and how many more there are."""
        every = questions(self._store)
        return every[-MOST:], max(0, len(every) - MOST)

    def _key(self, plans: Sequence[int]) -> tuple[object, ...]:
        """All that an outcome depends on, but for what people report meanwhile."""
        waiting = (VersionState.DRAFT, VersionState.WITHDRAWN)
        with self._store.read() as session:
            versions = session.scalars(
                select(VersionRow.id).where(VersionRow.plan_id.in_(plans), VersionRow.state.in_(waiting))
            ).all()
            kept = session.execute(
                select(func.max(GoldenQuestionRow.id), func.max(GoldenQuestionRow.dropped_at), func.count())
            ).one()
            return (self._clock().date(), generation(session), *sorted(versions), "/", *kept)


def _try(
    asked: Iterable[GoldenQuestion], store: Store, assistant: Asks, now: datetime, gently: bool
) -> list[Outcome]:
    """Each question's outcome, in order, until time is up."""
    listed = list(asked)
    tasks = find_tasks(store, [each.task for each in listed if each.task is not None])
    until = monotonic() + SECONDS
    outcomes = []
    for each in listed:
        begun = monotonic()
        if begun > until:
            break
        answer = assistant.ask(each.question, as_of=each.as_of or now.date(), turns=each.turns)
        outcomes.append(Outcome(each, answer.text, _fault(each, answer, tasks)))
        if gently:
            sleep(monotonic() - begun)
    return outcomes


def _fault(question: GoldenQuestion, answer: Answer, tasks: dict[GoldenTask, int]) -> str:
    found = find_fault(question.line, answer.status.value, answer.text)
    if found is not None:
        return _FAULTS[found.fault].format(found=_told_status(found.found), wanted="” hoặc “".join(found.wanted))
    if question.task is None:
        return ""
    if question.task not in tasks:
        return f"không còn nhiệm vụ “{question.task.title}”"
    if tasks[question.task] not in {each.id for each in answer.tasks}:
        return f"không phải nhiệm vụ “{question.task.title}”"
    return ""


def _told_status(found: str) -> str:
    from knowledge.golden import STATUSES

    return STATUSES.get(found, found)
