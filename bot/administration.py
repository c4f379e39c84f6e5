"""Deeds of administrators on plans' set times, golden questions and what people said of answers.

Each call is one transaction in which it is looked at first whether whoever acts is an administrator by then: a page
or chat that let somebody in a moment ago decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from bot.people.rows import check_admin
from knowledge.golden import GoldenQuestion
from knowledge.store import feedback, golden, versions
from knowledge.store.audit import OPERATOR
from knowledge.store.database import Store
from knowledge.store.versions import SetSwitch


def set_switch(
    store: Store,
    plan: str | int,
    at: datetime,
    *,
    by: int,
    now: datetime,
    version: int | None = None,
    expected: SetSwitch | Literal["any"] | None = "any",
) -> SetSwitch:
    """See `versions.set_switch`.

    Raises:
        NotAllowedError: no administrator.
        VersionMovedError, VersionError, UnknownPlanError, AmbiguousPlanError: as there.
    """
    with _administering(store, by) as session:
        return versions.set_switch(session, plan, at, by=by, now=now, version=version, expected=expected)


def cancel_switch(
    store: Store, plan: str | int, *, by: int, now: datetime, expected: SetSwitch | Literal["any"] | None = "any"
) -> SetSwitch:
    """See `versions.cancel_switch`.

    Raises:
        NotAllowedError: no administrator.
        VersionMovedError, UnknownPlanError, AmbiguousPlanError: as there.
    """
    with _administering(store, by) as session:
        return versions.cancel_switch(session, plan, by=by, now=now, expected=expected)


def add_golden(
    store: Store, question: GoldenQuestion, *, by: int, now: datetime, feedback: int | None = None
) -> GoldenQuestion:
    """See `golden.add`.

    Raises:
        NotAllowedError: no administrator.
        GoldenError: as there.
    """
    with _administering(store, by) as session:
        return golden.add(session, question, by=by, now=now, feedback=feedback)


def import_golden(store: Store, questions: Sequence[GoldenQuestion], *, by: int, now: datetime) -> tuple[int, int]:
    """See `golden.import_questions`.

    Raises:
        NotAllowedError: no administrator.
        GoldenError: as there.
    """
    with _administering(store, by) as session:
        return golden.import_questions(session, questions, by=by, now=now)


def drop_golden(store: Store, number: int, *, by: int, now: datetime) -> GoldenQuestion:
    """See `golden.drop`.

    Raises:
        NotAllowedError: no administrator.
        GoldenError: as there.
    """
    with _administering(store, by) as session:
        return golden.drop(session, number, by=by, now=now)


def settle_feedback(store: Store, number: int, *, by: int, now: datetime) -> None:
    """See `feedback.settle`.

    Raises:
        NotAllowedError: no administrator.
        FeedbackError: as there.
    """
    with _administering(store, by) as session:
        feedback.settle(session, number, by=by, now=now)


@contextmanager
def _administering(store: Store, by: int) -> Iterator[Session]:
    """A writing transaction of an administrator, or of the operator at the command line."""
    with store.write() as session:
        check_admin(session, None if by == OPERATOR else by)
        yield session
