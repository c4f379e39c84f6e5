"""The text of a paper around a place: the clause or row itself, and what stands before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.store.database import Store
from knowledge.store.models import PassageRow, TaskRow, VersionRow, VersionState


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A clause, or a table row with bars between its cells.

    Attributes:
        marked: it holds the quote.
    """

    text: str
    marked: bool


def find_excerpt(
    store: Store, plan_id: int, version: int, quote: str, task_id: int | None = None, most: int = 2
) -> list[Paragraph]:
    """The place of a quote with up to `most` neighbours of its kind on each side; empty where it is not found.

    Args:
        task_id: whose row or clause it is, where it is known.
    """
    with store.read() as session:
        version_id = session.scalar(
            select(VersionRow.id)
            .where(VersionRow.plan_id == plan_id, VersionRow.version == version)
            .where(VersionRow.state != VersionState.DISCARDED)
        )
        if version_id is None:
            return []
        found = _place(session, version_id, quote, task_id)
        if found is None:
            return []
        position, is_row = found
        near = (
            select(PassageRow.position, PassageRow.quote, PassageRow.text)
            .outerjoin(TaskRow, TaskRow.id == PassageRow.task_id)
            .where(PassageRow.version_id == version_id, TaskRow.correction_id.is_(None))
            .where(PassageRow.source_row.is_not(None) if is_row else PassageRow.source_row.is_(None))
        )
        before = session.execute(
            near.where(PassageRow.position < position).order_by(PassageRow.position.desc()).limit(most)
        ).all()
        after = session.execute(
            near.where(PassageRow.position >= position).order_by(PassageRow.position).limit(most + 1)
        ).all()
    rows = [*reversed(before), *after]
    return [Paragraph(row.quote.strip() or row.text, row.position == position) for row in rows]


def _place(session: Session, version_id: int, quote: str, task_id: int | None) -> tuple[int, bool] | None:
    """Position of the passage, and whether it is a table row."""
    wanted = select(PassageRow.position, PassageRow.source_row, PassageRow.quote, PassageRow.text).where(
        PassageRow.version_id == version_id
    )
    rows = session.execute(wanted.where(PassageRow.task_id == task_id).limit(20)).all() if task_id is not None else []
    told = quote.strip()
    of_quote = [row for row in rows if row.quote.strip() == told]
    if told and not of_quote:
        rows = session.execute(wanted.where(PassageRow.quote == quote).limit(1)).all() or (
            session.execute(wanted.where(PassageRow.quote.contains(told, autoescape=True)).limit(1)).all() or rows
        )
    found = next(iter(of_quote or rows), None)
    return (found.position, found.source_row is not None) if found is not None else None
