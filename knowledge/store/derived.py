"""Keeping what is derived from the database in step with it: vectors and their index."""

from __future__ import annotations

import logging

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.store.database import Store, bump_generation, generation
from knowledge.store.models import LiveVersionRow, PassageRow, VectorRow
from knowledge.store.rows import VECTOR_TYPE, embedded_text, passage_of, vector_bytes
from knowledge.vectors import BrokenIndexError, VectorSet, build_index, is_current

_LOG = logging.getLogger(__name__)
_BATCH = 1_000


def refresh_vectors(store: Store) -> int:
    """Make the vectors of live passages that another model made, or none; how many there were.

    There are some after the embedding model was changed in the settings.
    """
    made = 0
    while part := _stale_passages(store):
        vectors = store.embedder.encode([text for _, text in part])
        with store.write() as session:
            for (id_, _), vector in zip(part, vectors, strict=True):
                if session.get(PassageRow, id_) is not None:
                    session.merge(VectorRow(passage_id=id_, model=store.embedder.id, vector=vector_bytes(vector)))
            bump_generation(session)  # what readers have multiplied so far lacks these
        made += len(part)
    return made


def refresh_index(store: Store) -> bool:
    """Make vectors that are missing, and the index anew when it is missing, damaged or old.

    Returns:
        Whether the index is current now. A failure is logged and costs nothing but speed:
        search goes on over the vectors in SQL.
    """
    refresh_vectors(store)
    folder = store.vector_folder
    if folder is None:
        return False
    with store.read() as session:
        number = generation(session)
        if is_current(folder, number, store.embedder.id):
            return True
        wanted = load_vectors(session, store.embedder.id)
    try:
        return build_index(folder, wanted)
    except (BrokenIndexError, OSError) as error:
        _LOG.warning("the vector index could not be built: %s", error)
        return False


def load_vectors(session: Session, model: str) -> VectorSet:
    """The vectors of all live passages that `model` made."""
    rows = session.execute(
        select(VectorRow.passage_id, LiveVersionRow.plan_id, VectorRow.vector)
        .join(PassageRow, PassageRow.id == VectorRow.passage_id)
        .join(LiveVersionRow, LiveVersionRow.version_id == PassageRow.version_id)
        .where(VectorRow.model == model)
        .order_by(VectorRow.passage_id)
    ).all()
    width = len(rows[0].vector) // VECTOR_TYPE.itemsize if rows else 0
    joined = np.frombuffer(b"".join(row.vector for row in rows), dtype=VECTOR_TYPE)
    return VectorSet(
        generation(session),
        model,
        np.array([row.passage_id for row in rows], dtype=np.int64),
        np.array([row.plan_id for row in rows], dtype=np.int64),
        joined.reshape(len(rows), width).astype(np.float32),
    )


def _stale_passages(store: Store) -> list[tuple[int, str]]:
    with store.read() as session:
        rows = session.scalars(
            select(PassageRow)
            .join(LiveVersionRow, LiveVersionRow.version_id == PassageRow.version_id)
            .outerjoin(VectorRow, VectorRow.passage_id == PassageRow.id)
            .where((VectorRow.model.is_(None)) | (VectorRow.model != store.embedder.id))
            .order_by(PassageRow.id)
            .limit(_BATCH)
        )
        return [(row.id, embedded_text(passage_of(row, {}))) for row in rows]
