"""Figures of the running service for Prometheus: counted as things happen, or looked up when they are asked for.

Nothing personal: numbers by status, state, channel and kind of failure only. They are this process's own registry, so
that two services in one process (in tests) do not count together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, Unpack

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from bot.channels.contract import ChannelName
from bot.chat.inbox import find_unanswered
from bot.clock import Clock
from bot.notify.lateness import find_unsent, waits_for_reader
from bot.serving.readings import count_unread
from bot.tracking.outbox import OutboxState
from knowledge.errors import KehoachError
from knowledge.qa.asking import AskContext, Asking
from knowledge.qa.compose.answer import Answer, Status
from knowledge.store.database import Store
from knowledge.store.models import OutboxRow

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_FAILED = "failed"


class WatchedChannel(Protocol):
    """What is asked of a channel; see `PatientChannel`."""

    errors: int

    @property
    def name(self) -> ChannelName:
        """Which one it is."""

    @property
    def is_away(self) -> bool:
        """Whether its platform cannot be reached now."""


class Metrics:
    """All figures of one service.

    Args:
        planning_lag: since reminders were last looked at; None before planning has begun.
        reader_failures: files that were not read, by kind of failure.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        channels: Sequence[WatchedChannel],
        planning_lag: Callable[[], timedelta | None],
        reader_failures: Callable[[], Mapping[str, int]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._channels = channels
        self._planning_lag = planning_lag
        self._reader_failures = reader_failures
        self.registry = CollectorRegistry()
        self._questions = Counter("kehoach_questions", "Questions by status.", ["status"], registry=self.registry)
        self._seconds = Histogram(
            "kehoach_question_seconds", "From question to answer.", buckets=_SECONDS, registry=self.registry
        )
        for status in (*(each.value for each in Status), _FAILED):
            self._questions.labels(status)
        self.registry.register(self)

    def measured(self, asking: Asking) -> Asking:
        """The same answering, counted and timed."""
        return _Measured(asking, self._questions, self._seconds)

    def text(self) -> str:
        """All figures now, as Prometheus reads them; the database is read."""
        return generate_latest(self.registry).decode()

    def collect(self) -> Iterator[Metric]:
        """What is looked up when it is asked for; see `prometheus_client.registry.Collector`."""
        yield from self._process()
        try:
            with self._store.read() as session:
                found = list(_database(session, self._clock()))
        except KehoachError:
            found = []
        yield GaugeMetricFamily("kehoach_database_up", "Whether the database answers.", value=bool(found))
        yield from found

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the database."""
        return []

    def _process(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("kehoach_channel_up", "Whether the platform can be reached.", labels=["channel"])
        errors = CounterMetricFamily(
            "kehoach_channel_errors", "Replies that a platform did not take.", labels=["channel"]
        )
        for channel in self._channels:
            up.add_metric([channel.name.value], not channel.is_away)
            errors.add_metric([channel.name.value], channel.errors)
        yield up
        yield errors
        failures = CounterMetricFamily("kehoach_reader_failures", "Files that were not read.", labels=["kind"])
        for kind, count in sorted(self._reader_failures().items()):
            failures.add_metric([kind], count)
        yield failures
        lag = self._planning_lag()
        if lag is not None:
            told = "Since reminders were last looked at."
            yield GaugeMetricFamily("kehoach_planning_lag_seconds", told, value=lag.total_seconds())


class _Measured:
    def __init__(self, asking: Asking, questions: Counter, seconds: Histogram) -> None:
        self._asking = asking
        self._questions = questions
        self._seconds = seconds

    def ask(self, question: str, **context: Unpack[AskContext]) -> Answer:
        """See `Asking`."""
        try:
            with self._seconds.time():
                answer = self._asking.ask(question, **context)
        except BaseException:
            self._questions.labels(_FAILED).inc()
            raise
        self._questions.labels(answer.status.value).inc()
        return answer


def _database(session: Session, now: datetime) -> Iterator[Metric]:
    outbox = GaugeMetricFamily("kehoach_outbox_messages", "Messages of reminders by state.", labels=["state"])
    counted = select(OutboxRow.state, func.count().label("number")).group_by(OutboxRow.state)
    counts = {row.state: row.number for row in session.execute(counted)}
    for state in OutboxState:
        outbox.add_metric([state.value], counts.get(state.value, 0))
    yield outbox
    waits = OutboxRow.state == OutboxState.WAITING.value
    tried = session.scalar(select(func.count()).select_from(OutboxRow).where(waits, OutboxRow.attempts > 0)) or 0
    yield GaugeMetricFamily("kehoach_outbox_retrying", "Messages that a channel did not take yet.", value=tried)
    due = and_(waits, OutboxRow.send_at <= now, ~waits_for_reader(now))
    oldest = session.scalar(select(func.min(OutboxRow.send_at)).where(due))
    age = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
    yield GaugeMetricFamily("kehoach_outbox_oldest_seconds", "Age of the oldest message that is due.", value=age)
    unsent = find_unsent(session, now)
    yield GaugeMetricFamily(
        "kehoach_reminders_late", "Messages late in office hours.", value=unsent.count if unsent else 0
    )
    waiting = find_unanswered(session, now)
    yield GaugeMetricFamily("kehoach_inbox_waiting", "Messages of people that wait for an answer.", value=waiting)
    unread = count_unread(session)
    yield GaugeMetricFamily("kehoach_readings_waiting", "Files of plans that are not read yet.", value=unread)
