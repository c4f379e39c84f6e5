"""The Chroma index: derived from the vectors in SQL, never trusted, always replaceable.

The folder holds

    current.json      which directory is the index, what it was made from, its digests
    index-<n>-<hex>/  one Chroma database each
    writer.lock       held by the one process that builds

An index is built aside in a new directory, closed, opened again and asked for some of
its own vectors; only then does `current.json` change, in one rename. A reader uses an
index only when it was made from the very generation of the store that the reader sees
and its files are those that were checked. In every other case `FolderIndex.search` says
so with None, and the caller multiplies the vectors in SQL.

Chroma is imported only where an index is built, checked or worth opening (0.6 s). It
is always given vectors, never texts: its default embedding function downloads a model.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.library import Hit

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection as ChromaCollection

_LOG = logging.getLogger(__name__)
_COLLECTION = "passages"
_DATABASE = "chroma.sqlite3"
BATCH = 2_000
_SAMPLES = 20
NEAREST = 80
"""So many neighbours are what search asks for."""
LEAST_FOUND = 0.98
"""Share of the nearest that an index must find; one that finds fewer is not used."""
_EQUAL = 1e-5
"""Cosines that differ by less are of equal vectors, of which papers that repeat themselves have many."""
_NEIGHBORS, _BUILT_WITH, SEARCHED = 32, 400, 2_000
"""Of Chroma's graph; see ARCHITECTURE.md, "Chroma or the product"."""


class BrokenIndexError(Exception):
    """A Chroma directory does not hold what it should; never leaves this module's callers."""


@dataclass(frozen=True, slots=True)
class VectorSet:
    """The vectors of all live passages at one generation of the store.

    Attributes:
        generation: of the store, when they were read.
        model: the embedder's id.
        passages: passage ids, rising; row i of `vectors` belongs to `passages[i]`.
        vectors: rows of length 1, in the precision in which they are stored, which takes half the memory.
    """

    generation: int
    model: str
    passages: NDArray[np.int64]
    vectors: NDArray[np.floating[Any]]

    def nearest(self, query: Vectors, limit: int) -> list[Hit]:
        """The nearest of all rows: what an index is to find."""
        return nearest([VectorBlock(self.passages, self.vectors, complete=True)], query, limit)

    def recall(self, query: Vectors, found: Sequence[Hit], limit: int) -> float:
        """Share of the `limit` nearest rows that were found, equally near ones counting for each other."""
        scores = _products(self.vectors, query)
        least = np.partition(scores, -limit)[-limit] - _EQUAL
        rows = np.searchsorted(self.passages, [hit.passage_id for hit in found])
        return float((scores[rows] >= least).sum()) / limit


@dataclass(frozen=True, slots=True)
class VectorBlock:
    """The vectors of one version's passages, as a `VectorSet` has them.

    Attributes:
        complete: no passage of the version lacks its vector.
    """

    passages: NDArray[np.int64]
    vectors: NDArray[np.floating[Any]]
    complete: bool


def nearest(blocks: Sequence[VectorBlock], query: Vectors, limit: int) -> list[Hit]:
    """The nearest rows of some versions by cosine, by multiplying: exact; equals by their passages' numbers."""
    blocks = [block for block in blocks if len(block.passages)]
    if limit <= 0 or not blocks:
        return []
    scores = np.concatenate([_products(block.vectors, query) for block in blocks])
    passages = np.concatenate([block.passages for block in blocks])
    if len(scores) > limit:
        # All rows as good as the last one wanted, so that equals keep their order.
        rows = np.flatnonzero(scores >= np.partition(scores, -limit)[-limit])
        scores, passages = scores[rows], passages[rows]
    order = np.lexsort((passages, -scores))[:limit]
    return [Hit(int(passages[i]), float(scores[i])) for i in order]


def _products(vectors: NDArray[np.floating[Any]], query: Vectors) -> Vectors:
    """The product of each row with `query`."""
    parts = [vectors[at : at + BATCH].astype(np.float32, copy=False) @ query for at in range(0, len(vectors), BATCH)]
    products: Vectors = np.concatenate(parts)
    return products


@dataclass(frozen=True, slots=True)
class Pointer:
    """What `current.json` says."""

    directory: str
    generation: int
    model: str
    count: int
    digests: dict[str, str]
    """Of each file of the index proper; Chroma's own SQLite file changes when it is opened."""
    database_size: int
    """Bytes of Chroma's SQLite file, which only grows."""


class VectorIndex(Protocol):
    """What finds neighbours in place of the product over the vectors in SQL; made from these, and never trusted."""

    def search(self, query: Vectors, limit: int, *, generation: int, model: str) -> list[Hit] | None:
        """Neighbours of `query`, or None when there is no sound index of this very generation."""

    def is_current(self, generation: int, model: str) -> bool:
        """Whether the index was made from this generation by this model, and is as it was checked."""

    def build(self, wanted: VectorSet) -> bool:
        """Make an index aside, check it, switch to it and remove the ones before.

        Returns:
            False when another process is building; it will see to it.

        Raises:
            BrokenIndexError: no sound index could be made; the one before stays.
            OSError: the folder cannot be written.
        """

    def close(self) -> None:
        """Let go of files and connections; a search opens them again."""


class FolderIndex:
    """The index in one folder; threads take turns."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer: Pointer | None = None
        self._client: Client | None = None
        self._bad: Pointer | None = None
        self._turn = Lock()

    def close(self) -> None:
        """See `VectorIndex.close`."""
        if self._client is not None:
            self._client.close()
        self._client = self._pointer = None

    def search(self, query: Vectors, limit: int, *, generation: int, model: str) -> list[Hit] | None:
        """See `VectorIndex.search`."""
        pointer = read_pointer(self._folder)
        if pointer is None or (pointer.generation, pointer.model) != (generation, model):
            return None
        if not pointer.count or pointer == self._bad:
            return None
        try:
            with self._turn, translated_errors():
                return _query(self._open(pointer), query, min(limit, pointer.count))
        except BrokenIndexError as error:
            _LOG.warning("vector index %s is not usable: %s", pointer.directory, error)
            self._bad = pointer
            self._client = self._pointer = None
            return None

    def is_current(self, generation: int, model: str) -> bool:
        """See `VectorIndex.is_current`."""
        pointer = read_pointer(self._folder)
        if pointer is None or (pointer.generation, pointer.model) != (generation, model):
            return False
        try:
            check_files(self._folder, pointer)
        except BrokenIndexError:
            return False
        return True

    def build(self, wanted: VectorSet) -> bool:
        """See `VectorIndex.build`."""
        folder = self._folder
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(folder / "writer.lock", timeout=0):
                directory = folder / f"index-{wanted.generation}-{secrets.token_hex(4)}"
                with translated_errors():
                    _fill(directory, wanted)
                    _check_folder(directory, wanted)
                pointer = Pointer(
                    directory.name,
                    wanted.generation,
                    wanted.model,
                    len(wanted.passages),
                    _digests(directory),
                    (directory / _DATABASE).stat().st_size,
                )
                _write_pointer(folder, pointer)
                _remove_others(folder, directory)
                return True
        except Timeout:
            return False

    def _open(self, pointer: Pointer) -> ChromaCollection:
        if self._client is None or self._pointer != pointer:
            self.close()
            check_files(self._folder, pointer)
            self._client = _open_client(self._folder / pointer.directory)
            self._pointer = pointer
        return self._client.get_collection(_COLLECTION, embedding_function=None)


def graph(count: int) -> CreateHNSWConfiguration:
    """Chroma's figures for so many vectors."""
    return {
        "space": "cosine",
        # One sync for all: a smaller threshold would leave the tail of the vectors out of the files.
        "sync_threshold": max(count, 2),
        "max_neighbors": _NEIGHBORS,
        "ef_construction": _BUILT_WITH,
        "ef_search": SEARCHED,
    }


def read_pointer(folder: Path) -> Pointer | None:
    """The index in use, or None when there is none or the note is unreadable."""
    try:
        return Pointer(**json.loads((folder / "current.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def check_files(folder: Path, pointer: Pointer) -> None:
    """Compare an index with its note, without Chroma: a damaged one can crash the process.

    Raises:
        BrokenIndexError: something is missing or different.
    """
    directory = folder / pointer.directory
    try:
        if _digests(directory) != pointer.digests:
            raise BrokenIndexError("files differ from those that were checked")
        if (directory / _DATABASE).stat().st_size < pointer.database_size:
            raise BrokenIndexError("the database file is cut short")
        address = (directory / _DATABASE).absolute().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as database:
            said = database.execute("PRAGMA quick_check").fetchone()[0]
    except (OSError, sqlite3.Error) as error:
        raise BrokenIndexError(str(error)) from error
    if said != "ok":
        raise BrokenIndexError(str(said))


@contextmanager
def translated_errors() -> Iterator[None]:
    """Chroma's failures as `BrokenIndexError`.

    Its Rust core raises its own classes, plain RuntimeError and TypeError, and, where it
    panics, a BaseException: all of them mean one thing here, "do not use this index".
    """
    try:
        yield
    except (BrokenIndexError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise BrokenIndexError(f"{type(error).__name__}: {error}") from error


def _open_client(directory: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(directory), settings=Settings(anonymized_telemetry=False))
    return cast("Client", client)  # declared as its interface, which lacks `close`


def _fill(directory: Path, wanted: VectorSet) -> None:
    with closing(_open_client(directory)) as client:
        hnsw = graph(len(wanted.passages))
        collection = client.create_collection(_COLLECTION, configuration={"hnsw": hnsw}, embedding_function=None)
        for start in range(0, len(wanted.passages), BATCH):
            part = slice(start, start + BATCH)
            collection.add(
                ids=[str(id_) for id_ in wanted.passages[part]],
                embeddings=wanted.vectors[part].astype(np.float32),
            )


def _check_folder(directory: Path, wanted: VectorSet) -> None:
    """Open the finished index as a reader would."""
    with closing(_open_client(directory)) as client:
        collection = client.get_collection(_COLLECTION, embedding_function=None)
        check_answers(wanted, collection.count(), partial(_query, collection))


def check_answers(wanted: VectorSet, count: int, query: Callable[[Vectors, int], Sequence[Hit]]) -> None:
    """Count an index and ask it for the neighbours of some of its own vectors.

    Raises:
        BrokenIndexError: it has others than it was given, or finds too few of the nearest.
    """
    if count != len(wanted.passages):
        raise BrokenIndexError(f"{count} vectors for {len(wanted.passages)}")
    samples = [each for each in wanted.vectors[:: max(1, count // _SAMPLES)].astype(np.float32) if each.any()]
    shares = [wanted.recall(each, query(each, min(NEAREST, count)), min(NEAREST, count)) for each in samples]
    if shares and sum(shares) / len(shares) < LEAST_FOUND:
        raise BrokenIndexError(f"only {sum(shares) / len(shares):.3f} of the nearest found")


def _query(collection: ChromaCollection, query: Vectors, limit: int) -> list[Hit]:
    found = collection.query(
        query_embeddings=np.asarray([query], dtype=np.float32),
        n_results=limit,
        include=["distances"],
    )
    distances: Sequence[float] = (found["distances"] or [[]])[0]
    return [Hit(int(id_), 1.0 - float(far)) for id_, far in zip(found["ids"][0], distances, strict=True)]


def _digests(directory: Path) -> dict[str, str]:
    """Digest of every file of the index proper, by its path inside the directory."""
    if not directory.is_dir():
        raise BrokenIndexError("the directory is gone")
    return {
        file.relative_to(directory).as_posix(): blake2b(file.read_bytes(), digest_size=16).hexdigest()
        for file in sorted(directory.rglob("*"))
        if file.is_file() and not file.name.startswith(_DATABASE)
    }


def _write_pointer(folder: Path, pointer: Pointer) -> None:
    """Atomically, and on the disk before it counts."""
    draft = folder / "current.json.new"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(pointer), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / "current.json")


def _remove_others(folder: Path, keep: Path) -> None:
    """Old and half-built directories; one that a reader still holds open goes next time."""
    for other in folder.glob("index-*"):
        if other != keep:
            shutil.rmtree(other, ignore_errors=True)
