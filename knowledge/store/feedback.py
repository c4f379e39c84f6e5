"""What people said of answers: an administrator's list of what to fix.

No name and no chat is kept, only what was asked and answered, with the evidence and
the version of the plan that it stood in, so that the answer can be traced later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from knowledge.qa.compose.answer import Answer
from knowledge.store.database import Store
from knowledge.store.models import FeedbackRow


class Verdict(StrEnum):
    """What was said."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_FOUND = "not_found"
    """Nobody said anything: no answer was found, and somebody should look at why."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that the answer rested on."""

    plan: str
    version: int
    section_path: tuple[str, ...]
    quote: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """One verdict on one answer."""

    at: datetime
    verdict: Verdict
    question: str
    turns: tuple[str, ...]
    status: str
    answer: str
    evidence: tuple[Evidence, ...]


def evidence_of(answer: Answer) -> tuple[Evidence, ...]:
    """The places that `answer` rests on, as they are kept."""
    return tuple(
        Evidence(ref.plan.name, ref.plan.version, ref.source.section_path, ref.source.quote) for ref in answer.sources
    )


def record_feedback(
    store: Store, verdict: Verdict, question: str, turns: Sequence[str], answer: Answer, *, now: datetime
) -> None:
    """Keep a verdict with the question, the messages before it, the answer and its evidence."""
    keep_feedback(
        store,
        Feedback(now, verdict, question, tuple(turns), answer.status.value, answer.text, evidence_of(answer)),
    )


def keep_feedback(store: Store, given: Feedback) -> None:
    """Keep a verdict whose answer was given earlier and is known only by what was kept of it."""
    with store.write() as session:
        session.add(
            FeedbackRow(
                at=given.at,
                verdict=given.verdict.value,
                question=given.question,
                turns=list(given.turns),
                status=given.status,
                answer=given.answer,
                evidence=[{**asdict(place), "section_path": list(place.section_path)} for place in given.evidence],
            )
        )


def list_feedback(store: Store, verdict: Verdict | None = None, limit: int = 50) -> list[Feedback]:
    """The latest verdicts, newest first."""
    wanted = select(FeedbackRow).order_by(FeedbackRow.at.desc(), FeedbackRow.id.desc()).limit(limit)
    if verdict is not None:
        wanted = wanted.where(FeedbackRow.verdict == verdict.value)
    with store.read() as session:
        return [_feedback(row) for row in session.scalars(wanted)]


def _feedback(row: FeedbackRow) -> Feedback:
    evidence = tuple(Evidence(e["plan"], e["version"], tuple(e["section_path"]), e["quote"]) for e in row.evidence)
    return Feedback(row.at, Verdict(row.verdict), row.question, tuple(row.turns), row.status, row.answer, evidence)
