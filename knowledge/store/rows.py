"""Records to rows and back. A version's contents are written once and read many times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from knowledge.correcting import row_keys, row_words
from knowledge.embedding import Embedder, Vectors
from knowledge.records import (
    CellDoubt,
    Deadline,
    DeadlineKind,
    Doubt,
    Origin,
    Passage,
    PlanDraft,
    PlanMetadata,
    Relation,
    RelationKind,
    Report,
    Source,
    Task,
)
from knowledge.store.models import (
    MentionRow,
    PassageRow,
    RelationRow,
    TaskAgencyRow,
    TaskRow,
    VectorRow,
    VersionRow,
)
from knowledge.store.postgresql import copy_rows
from knowledge.text import syllables

VECTOR_TYPE = np.dtype("<f2")


def insert_contents(session: Session, version_id: int, draft: PlanDraft, made: tuple[str, Vectors] | None) -> None:
    """Write the tasks, passages, vectors and mentions of a version.

    Args:
        made: a model's id, and the vector that it made of each passage; None where there is no model yet.
    """
    tasks = _insert_tasks(session, version_id, draft.tasks)
    passages = insert_passages(session, version_id, draft.passages, tasks)
    if made is not None:
        model, vectors = made
        _insert_all(
            session,
            VectorRow,
            [
                {"passage_id": id_, "model": model, "vector": vector_bytes(vector)}
                for id_, vector in zip(passages, vectors, strict=True)
            ],
        )
    _insert_all(
        session,
        MentionRow,
        [
            {"version_id": version_id, "kind": m.kind, "number": m.number, "issued": m.issued, "topic": m.topic}
            for m in draft.mentions
        ],
    )
    _insert_all(session, RelationRow, [_relation_columns(version_id, relation) for relation in draft.relations])


def embedded_text(passage: Passage) -> str:
    """What is indexed of a passage: its two nearest headings, its agency and its words."""
    return "\n".join([*passage.source.section_path[-2:], passage.agency or "", passage.text])


def encode_passages(embedder: Embedder, passages: Sequence[Passage]) -> Vectors:
    """One vector for each passage."""
    return embedder.encode([embedded_text(passage) for passage in passages])


def vector_bytes(vector: Vectors) -> bytes:
    """A vector as it is stored."""
    return vector.astype(VECTOR_TYPE).tobytes()


def metadata_of(row: VersionRow) -> PlanMetadata:
    """What the paper says of itself."""
    return PlanMetadata(row.number, row.issued, row.issuer, row.kind, row.title, row.signer, tuple(row.years))


def report_to_json(report: Report) -> dict[str, Any]:
    """For the `report` column."""
    return asdict(report)


def report_of(row: VersionRow) -> Report:
    """What reading the file understood, doubted and dropped."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.report.items()
    }
    values["doubts"] = tuple(Doubt(**each) for each in values.get("doubts", ()))
    return Report(**values)


def load_tasks(session: Session, version_id: int) -> list[tuple[int, Task]]:
    """The tasks of a version as printed, with their ids, in the order of the paper."""
    agencies = _agencies(session, version_id)
    printed = select(TaskRow).where(TaskRow.version_id == version_id, TaskRow.correction_id.is_(None))
    rows = session.scalars(printed.order_by(TaskRow.position))
    return [(row.id, task_of(row, tuple(agencies.get(row.id, ())))) for row in rows]


def passage_of(row: PassageRow, positions: dict[int, int]) -> Passage:
    """A passage; `positions` gives the place of each task in its plan."""
    task = None if row.task_id is None else positions.get(row.task_id)
    return Passage(row.text, source_of(row), row.agency, task)


def task_of(row: Any, lead_agencies: tuple[str, ...]) -> Task:
    """A task from a row with the columns of `TaskRow`, mapped or plain."""
    return Task(
        origin=Origin(row.origin),
        section=row.section,
        number=row.number,
        title=row.title,
        activity=row.activity,
        product=row.product,
        lead=tuple(row.lead),
        coordinating=tuple(row.coordinating),
        deadline=deadline_of(row),
        source=source_of(row),
        lead_agencies=lead_agencies,
        doubts=tuple(CellDoubt(**each) for each in row.doubts),
        sources=tuple(_source_from_json(each) for each in row.sources),
    )


def deadline_of(row: Any) -> Deadline:
    """The deadline in a task's row, mapped or plain."""
    return Deadline(
        row.deadline_text,
        tuple(DeadlineKind(kind) for kind in row.kinds),
        row.start,
        tuple(date.fromisoformat(day) for day in row.dates),
        tuple(row.rules),
        tuple(row.unread),
    )


def relation_of(row: RelationRow) -> Relation:
    """What a paper does to another, from its row."""
    return Relation(
        RelationKind(row.kind),
        row.paper_kind,
        row.number,
        row.issued,
        row.part,
        row.row,
        row.task,
        tuple(row.lead),
        tuple(row.lead_agencies),
        deadline_from_json(row.deadline) if row.deadline is not None else None,
        row.quote,
    )


def source_of(row: Any) -> Source:
    """The place in a task's or passage's row, mapped or plain."""
    return Source(tuple(row.section_path), row.source_row, row.clause, row.page, row.sheet, row.quote)


def _source_columns(source: Source) -> dict[str, Any]:
    return {
        "section_path": list(source.section_path),
        "source_row": source.row,
        "clause": source.clause,
        "page": source.page,
        "sheet": source.sheet,
        "quote": source.quote,
    }


def _relation_columns(version_id: int, relation: Relation) -> dict[str, Any]:
    return {
        "version_id": version_id,
        "kind": relation.kind.value,
        "paper_kind": relation.paper_kind,
        "number": relation.number,
        "issued": relation.issued,
        "part": relation.part,
        "row": relation.row,
        "task": relation.task,
        "lead": list(relation.lead),
        "lead_agencies": list(relation.lead_agencies),
        "deadline": deadline_to_json(relation.deadline) if relation.deadline else None,
        "quote": relation.quote,
    }


def _deadline_columns(deadline: Deadline) -> dict[str, Any]:
    return {
        "deadline_text": deadline.phrase,
        "kinds": [kind.value for kind in deadline.kinds],
        "start": deadline.start,
        "dates": [day.isoformat() for day in deadline.dates],
        "rules": list(deadline.rules),
        "unread": list(deadline.unread),
    }


def deadline_to_json(deadline: Deadline) -> dict[str, Any]:
    """A deadline for a JSON column."""
    start = deadline.start
    return {**_deadline_columns(deadline), "start": start.isoformat() if start else None}


def deadline_from_json(kept: dict[str, Any]) -> Deadline:
    """And back."""
    start = date.fromisoformat(kept["start"]) if kept["start"] else None
    return deadline_of(SimpleNamespace(**{**kept, "start": start}))


def _source_from_json(kept: dict[str, Any]) -> Source:
    return Source(**{**kept, "section_path": tuple(kept["section_path"])})


def _agencies(session: Session, version_id: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    statement = (
        select(TaskAgencyRow.task_id, TaskAgencyRow.agency)
        .join(TaskRow, TaskRow.id == TaskAgencyRow.task_id)
        .where(TaskRow.version_id == version_id)
        .order_by(TaskAgencyRow.task_id, TaskAgencyRow.position)
    )
    for task_id, agency in session.execute(statement):
        found[task_id].append(agency)
    return found


def _insert_tasks(session: Session, version_id: int, tasks: Sequence[Task]) -> list[int]:
    """Ids of the new rows, in order."""
    if not tasks:
        return []
    keys = row_keys(tasks)
    rows = [
        task_columns(version_id, position, task, key)
        for position, (task, key) in enumerate(zip(tasks, keys, strict=True))
    ]
    ids = _insert_numbered(session, TaskRow, rows)
    _insert_all(
        session,
        TaskAgencyRow,
        [
            {"task_id": id_, "position": position, "agency": agency}
            for id_, task in zip(ids, tasks, strict=True)
            for position, agency in enumerate(task.lead_agencies)
        ],
    )
    return ids


def task_columns(version_id: int, position: int, task: Task, key: str) -> dict[str, Any]:
    """The columns of a task's row; its lead agencies are rows of their own.

    Args:
        key: what the row is known by in its version.
    """
    return {
        "version_id": version_id,
        "position": position,
        "origin": task.origin.value,
        "section": task.section,
        "number": task.number,
        "title": task.title,
        "activity": task.activity,
        "product": task.product,
        "lead": list(task.lead),
        "coordinating": list(task.coordinating),
        **_deadline_columns(task.deadline),
        "doubts": [asdict(doubt) for doubt in task.doubts],
        "sources": [asdict(source) for source in task.sources],
        "row_key": key,
        "row_words": row_words(task),
        **_source_columns(task.source),
    }


def insert_passages(
    session: Session, version_id: int, passages: Sequence[Passage], task_ids: Sequence[int], *, first: int = 0
) -> list[int]:
    """Ids of the new rows, in order; `first` is the place of the first one in its version."""
    if not passages:
        return []
    rows = [
        {
            "version_id": version_id,
            "position": position,
            "task_id": None if passage.task is None else task_ids[passage.task],
            "text": passage.text,
            "folded": " ".join(syllables(embedded_text(passage))),
            "agency": passage.agency,
            **_source_columns(passage.source),
        }
        for position, passage in enumerate(passages, first)
    ]
    return _insert_numbered(session, PassageRow, rows)


def _insert_numbered(session: Session, model: type[PassageRow | TaskRow], rows: list[dict[str, Any]]) -> list[int]:
    """Ids of the new rows, in order."""
    if session.get_bind().dialect.name == "postgresql":
        return copy_rows(session, cast(Table, model.__table__), rows)
    return list(session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows))


def _insert_all(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(model), rows)
