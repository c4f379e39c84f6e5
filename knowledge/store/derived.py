"""Keeping what is derived from the database in step with it: the dense model, vectors, their index.

One model at a time makes what `nearest` searches; its id, and the trained model itself,
stand in the settings table, so that model and vectors switch in one transaction. A new
model's vectors are made aside, in a file: until they are all there nothing changes, and a
crash leaves the old ones.
"""

from __future__ import annotations

import logging
import math
import secrets
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, delete, func, insert, select
from sqlalchemy.orm import Session

from knowledge.embedding import Embedder, load_embedder
from knowledge.latent import PREFIX, SAMPLE, load_latent, train_latent
from knowledge.store.database import Store, bump_generation, passages_generation
from knowledge.store.models import LiveVersionRow, PassageRow, SettingRow, VectorRow
from knowledge.store.reading import passages_by_id
from knowledge.store.rows import VECTOR_TYPE, embedded_text, passage_of, vector_bytes
from knowledge.vectors import BrokenIndexError, FolderIndex, VectorBlock, VectorIndex, VectorSet

_LOG = logging.getLogger(__name__)
_BATCH, _VERSIONS_AT_ONCE = 1_000, 50
_MODEL, _TRAINED, _TRAINED_ON = "embedding_model", "trained_model", "trained_on"
_NAME = "store_name"
_UNTRAINED = ("", "built-in-hashed-1")
"""No model yet, or the fixed one that earlier versions had: the built-in one is still to be trained."""
TRAINED_ALONG = 20_000
"""Live passages up to which the built-in model is trained anew when plans change: a few seconds."""
_GROWN = 1.25
"""So much more, or less, than it was trained on makes it worth training again."""

Progress = Callable[[int, int], None]
"""Told how many passages are done, of how many."""


def live_model(session: Session, store: Store) -> str:
    """Id of the model whose vectors are searched; empty where none has made any yet."""
    row = session.get(SettingRow, _MODEL)
    if row is None:
        return store.embedder.id if store.embedder else ""
    return "" if row.value in _UNTRAINED else row.value


def live_embedder(session: Session, store: Store) -> Embedder | None:
    """The model whose vectors are searched, be it that of the settings or still the one before.

    Raises:
        StoreError: it is no longer on this machine.
    """
    model = live_model(session, store)
    if store.embedder and model == store.embedder.id:
        return store.embedder
    trained = session.get(SettingRow, _TRAINED)
    if model.startswith(PREFIX) and trained is not None:
        return load_latent(trained.value)
    return load_embedder(model)


def is_wanted(session: Session, store: Store) -> bool:
    """Whether the model in use is the one that the settings name."""
    model = live_model(session, store)
    return model == store.embedder.id if store.embedder else model in _UNTRAINED or model.startswith(PREFIX)


def reindex(store: Store, progress: Progress = lambda _done, _all: None) -> int:
    """Make all vectors anew with the model of the settings, the built-in one trained on the live plans.

    Questions are answered from the old vectors until the new ones are all there.

    Returns:
        The number of passages.

    Raises:
        StoreError: the database cannot be written.
    """
    made = _switch(store, store.embedder, progress) if store.embedder else _train(store, progress)
    refresh_index(store)
    return made


def refresh_vectors(store: Store) -> int:
    """Make the vectors of live passages that the model in use has not made yet; how many there were.

    The built-in model is trained again when the plans have grown a good deal; another
    model only replaces the one in use by `reindex`.
    """
    if _needs_training(store):
        _train(store)
    with store.read() as session:
        embedder = live_embedder(session, store)
        known = session.get(SettingRow, _MODEL) is not None
    if embedder is None:
        return 0
    if not known:
        with store.write() as session:  # from now on another name in the settings changes nothing by itself
            session.merge(SettingRow(key=_MODEL, value=embedder.id))
    made = 0
    while part := _stale_passages(store, embedder.id):
        vectors = embedder.encode([text for _, text in part])
        with store.write() as session:
            for (id_, _), vector in zip(part, vectors, strict=True):
                if session.get(PassageRow, id_) is not None:
                    session.merge(VectorRow(passage_id=id_, model=embedder.id, vector=vector_bytes(vector)))
            bump_generation(session)  # what readers have multiplied so far lacks these
        made += len(part)
    return made


def refresh_index(store: Store) -> bool:
    """Bring model, vectors and index up to what is live, the index only when it is missing, damaged or old.

    Returns:
        Whether the index is current now. A failure is logged and costs nothing but speed:
        search goes on over the vectors in SQL.
    """
    refresh_vectors(store)
    index = open_index(store)
    if index is None:
        return False
    with closing(index):
        with store.read() as session:
            number, model = passages_generation(session), live_model(session, store)
            if index.is_current(number, model):
                return True
            wanted = load_vectors(session, model)
        try:
            return index.build(wanted)
        except (BrokenIndexError, OSError) as error:
            _LOG.warning("the vector index could not be built: %s", error)
            return False


def load_vectors(session: Session, model: str) -> VectorSet:
    """The vectors of all live passages that `model` made."""
    rows = session.execute(
        select(VectorRow.passage_id, VectorRow.vector)
        .join(PassageRow, PassageRow.id == VectorRow.passage_id)
        .join(LiveVersionRow, LiveVersionRow.version_id == PassageRow.version_id)
        .where(VectorRow.model == model)
        .order_by(VectorRow.passage_id)
        .execution_options(yield_per=_BATCH)
    )
    passages, joined = array("q"), bytearray()
    for passage, vector in rows:
        passages.append(passage)
        joined += vector
    return VectorSet(passages_generation(session), model, *_matrix(passages, joined))


def load_blocks(session: Session, model: str, version_ids: Sequence[int]) -> dict[int, VectorBlock]:
    """By version the vectors that `model` made of its passages."""
    found: dict[int, VectorBlock] = {}
    for at in range(0, len(version_ids), _VERSIONS_AT_ONCE):
        part = version_ids[at : at + _VERSIONS_AT_ONCE]
        rows = session.execute(
            select(PassageRow.version_id, PassageRow.id, VectorRow.vector)
            .outerjoin(VectorRow, and_(VectorRow.passage_id == PassageRow.id, VectorRow.model == model))
            .where(PassageRow.version_id.in_(part))
            .order_by(PassageRow.version_id, PassageRow.id)
        ).all()
        for version, group in groupby(rows, lambda row: int(row[0])):
            passages, joined, size = array("q"), bytearray(), 0
            for _, passage, vector in group:
                size += 1
                if vector is not None:
                    passages.append(passage)
                    joined += vector
            found[version] = VectorBlock(*_matrix(passages, joined), complete=len(passages) == size)
    return found


def _matrix(passages: array[int], joined: bytearray) -> tuple[NDArray[np.int64], NDArray[np.floating[Any]]]:
    vectors = np.frombuffer(joined, dtype=VECTOR_TYPE).reshape(len(passages), -1 if passages else 0)
    return np.frombuffer(passages, dtype=np.int64), vectors


def open_index(store: Store) -> VectorIndex | None:
    """The index of this store, on the server of the settings or in its folder; None where it has neither."""
    if store.chroma_url:
        from knowledge.vector_server import ServerIndex  # 0.1 s to import, and few have a server

        return ServerIndex(store.chroma_url, _store_name(store))
    return FolderIndex(store.vector_folder) if store.vector_folder is not None else None


def rename_index(store: Store) -> None:
    """What a server holds for this store is no longer ours: another past of it may have counted alike."""
    with store.write() as session:
        session.execute(delete(SettingRow).where(SettingRow.key == _NAME))


def _store_name(store: Store) -> str:
    """What tells this store from others on one server: drawn once, and kept with it."""
    with store.read() as session:
        row = session.get(SettingRow, _NAME)
        if row is not None:
            return row.value
    with store.write() as session:
        row = session.get(SettingRow, _NAME) or session.merge(SettingRow(key=_NAME, value=secrets.token_hex(8)))
        return row.value


def _needs_training(store: Store) -> bool:
    """The built-in model is asked for, and there is none, or one of rather fewer or more passages."""
    if store.embedder is not None:
        return False
    with store.read() as session:
        count = _count_live(session)
        row = session.get(SettingRow, _TRAINED_ON)
        before = int(row.value) if row and live_model(session, store).startswith(PREFIX) else 0
    if not count or not before:
        return count > 0
    return count <= TRAINED_ALONG and not before / _GROWN <= count <= before * _GROWN


def _sample_texts(store: Store) -> list[str]:
    """Live passages to train on, evenly taken."""
    with store.read() as session:
        live = select(PassageRow.id).join(LiveVersionRow, LiveVersionRow.version_id == PassageRow.version_id)
        ids = session.scalars(live.order_by(PassageRow.id)).all()
        step = max(1, math.ceil(len(ids) / SAMPLE))
        texts = {each.id: embedded_text(each.passage) for each in passages_by_id(session, ids[::step])}
    return [texts[id_] for id_ in sorted(texts)]


def _train(store: Store, progress: Progress = lambda _done, _all: None) -> int:
    """The built-in model anew, and vectors of every passage by it; their number."""
    trained = train_latent(_sample_texts(store))
    return _switch(store, trained, progress, trained.dumped()) if trained else 0


def _switch(store: Store, embedder: Embedder, progress: Progress, trained: str | None = None) -> int:
    """Vectors of every passage into a file; then all of them, and the model, into the database at once."""
    with tempfile.TemporaryFile(dir=store.data) as aside:
        ids = _encode_all(store, embedder, aside, progress)
        aside.seek(0)
        width = embedder.dim * VECTOR_TYPE.itemsize
        with store.write() as session:
            there = set(session.scalars(select(PassageRow.id)))
            session.execute(delete(VectorRow))
            for start in range(0, len(ids), _BATCH):
                part = [(id_, aside.read(width)) for id_ in ids[start : start + _BATCH]]
                rows = [
                    {"passage_id": id_, "model": embedder.id, "vector": vector}
                    for id_, vector in part
                    if id_ in there
                ]
                if rows:
                    session.execute(insert(VectorRow), rows)
            session.merge(SettingRow(key=_MODEL, value=embedder.id))
            if trained is not None:
                session.merge(SettingRow(key=_TRAINED, value=trained))
                session.merge(SettingRow(key=_TRAINED_ON, value=str(_count_live(session))))
            bump_generation(session)
    return len(ids)


def _encode_all(store: Store, embedder: Embedder, aside: IO[bytes], progress: Progress) -> list[int]:
    """Ids of all passages, of drafts and earlier versions too, whose vectors now stand in `aside`."""
    done: list[int] = []
    with store.read() as session:
        total = session.scalar(select(func.count()).select_from(PassageRow)) or 0
    for part in _all_passages(store):
        for vector in embedder.encode([text for _, text in part]):
            aside.write(vector_bytes(vector))
        done.extend(id_ for id_, _ in part)
        progress(len(done), max(total, len(done)))
    return done


def _all_passages(store: Store) -> Iterator[list[tuple[int, str]]]:
    """In batches, each with a snapshot of its own: making vectors may take an hour."""
    last = 0
    while True:
        with store.read() as session:
            rows = session.scalars(
                select(PassageRow).where(PassageRow.id > last).order_by(PassageRow.id).limit(_BATCH)
            )
            part = [(row.id, embedded_text(passage_of(row, {}))) for row in rows]
        if not part:
            return
        yield part
        last = part[-1][0]


def _count_live(session: Session) -> int:
    live = select(func.count()).select_from(PassageRow)
    live = live.join(LiveVersionRow, LiveVersionRow.version_id == PassageRow.version_id)
    return session.scalar(live) or 0


def _stale_passages(store: Store, model: str) -> list[tuple[int, str]]:
    with store.read() as session:
        rows = session.scalars(
            select(PassageRow)
            .join(LiveVersionRow, LiveVersionRow.version_id == PassageRow.version_id)
            .outerjoin(VectorRow, VectorRow.passage_id == PassageRow.id)
            .where((VectorRow.model.is_(None)) | (VectorRow.model != model))
            .order_by(PassageRow.id)
            .limit(_BATCH)
        )
        return [(row.id, embedded_text(passage_of(row, {}))) for row in rows]
