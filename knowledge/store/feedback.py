"""What people said of answers: an administrator's list of what to fix.

No name and no chat is kept, only what was asked and answered, with the evidence and
the version of the plan that it stood in, so that the answer can be traced later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.errors import FeedbackError
from knowledge.qa.compose.answer import Answer
from knowledge.store import audit
from knowledge.store.audit import AuditKind
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


@dataclass(frozen=True, slots=True)
class Marked:
    """A verdict with its number, and whether somebody has looked into it.

    Attributes:
        settled_by: a member's number, `audit.OPERATOR`, or None for nobody or somebody who is erased.
    """

    number: int
    given: Feedback
    settled_at: datetime | None = None
    settled_by: int | None = None


def list_feedback(
    store: Store, verdict: Verdict | None = None, limit: int = 50, *, settled: bool | None = False
) -> list[Feedback]:
    """The latest verdicts, newest first.

    Args:
        settled: those into which nobody has looked yet, or those that are settled; None: both.
    """
    found, _ = list_marked(store, [*Verdict] if verdict is None else [verdict], limit, settled=settled)
    return [each.given for each in found]


def list_marked(
    store: Store, verdicts: Sequence[Verdict], limit: int, *, skip: int = 0, settled: bool | None = False
) -> tuple[list[Marked], int]:
    """The same with their numbers, and how many there are in all."""
    only = [FeedbackRow.verdict.in_([each.value for each in verdicts])]
    if settled is not None:
        only.append(FeedbackRow.settled_at.is_not(None) if settled else FeedbackRow.settled_at.is_(None))
    newest = select(FeedbackRow).where(*only).order_by(FeedbackRow.at.desc(), FeedbackRow.id.desc())
    with store.read() as session:
        total = session.scalar(select(func.count()).select_from(FeedbackRow).where(*only)) or 0
        return [_marked(row) for row in session.scalars(newest.limit(limit).offset(skip))], total


def find_marked(store: Store, number: int) -> Marked | None:
    """The verdict with that number."""
    with store.read() as session:
        row = session.get(FeedbackRow, number)
        return None if row is None else _marked(row)


def settle(session: Session, number: int, *, by: int, now: datetime) -> None:
    """Says that somebody has looked into a verdict; it is kept. Within the transaction of `bot.administration`.

    Raises:
        FeedbackError: no such verdict, or settled already.
    """
    row = session.get(FeedbackRow, number)
    if row is None or row.settled_at is not None:
        raise FeedbackError("Phản hồi này không còn, hoặc đã có người xem.")
    row.settled_at, row.settled_by = now, by
    audit.record(session, AuditKind.GOLDEN, "feedback_settled", by=by, now=now, subject=number)


def _marked(row: FeedbackRow) -> Marked:
    return Marked(row.id, _feedback(row), row.settled_at, row.settled_by)


def _feedback(row: FeedbackRow) -> Feedback:
    evidence = tuple(Evidence(e["plan"], e["version"], tuple(e["section_path"]), e["quote"]) for e in row.evidence)
    return Feedback(row.at, Verdict(row.verdict), row.question, tuple(row.turns), row.status, row.answer, evidence)
