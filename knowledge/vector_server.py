"""The index of vectors on a Chroma server, which several machines may share: derived as the one in the folder is.

The vectors are kept in parts of up to `PART`, a collection each: building a graph takes the longer for each vector
the more there are, parts are built and asked side by side, and one that has not changed is not built again. A part
is made under another name and, once it is whole, named after all that is in it. When all parts are there, counted
and asked for some of their own vectors, an empty collection is made whose name says what the index was made from
and whose metadata name the parts; whoever looks for that name finds a whole index or none. What is asked of the
server are seven calls of its HTTP interface, so that nobody needs Chroma's own client and every wait has an end.
"""

from __future__ import annotations

import logging
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from time import monotonic
from typing import Any

import httpx
import numpy as np

from knowledge.embedding import Vectors
from knowledge.library import Hit
from knowledge.vectors import BATCH, NEAREST, SEARCHED, BrokenIndexError, VectorSet, check_answers, graph

_LOG = logging.getLogger(__name__)
_COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"
_PARTS = "parts"
"""The metadata that name the parts of an index."""
PART = 100_000
"""Passages a part, by their numbers: of a graph of 200,000 each vector takes half as long again to put in."""
_BUILT_AT_ONCE, _ASKED_AT_ONCE = 2, 4
_FEW_PARTS, SEARCHED_OF_MANY = 4, 1_000
"""Beyond so many parts less of each one's graph is searched, since the nearest of all are the nearest few of each: of
the eight nearest of a part 98.3 % are found so, of 80 98.2 % (95 % with 500)."""
_UNEVEN = 2
"""A part may hold so many times its share of the nearest."""
_MANY = 10_000
"""Collections listed at once."""
_ASKED_SECONDS, _BUILT_SECONDS = 1.0, 120.0
"""How long a question waits for its neighbours, and the making of an index for each step."""
_AWAY_SECONDS = 30.0
"""So long a server that failed is not asked again."""


class ServerIndex:
    """The index of one store on a server; threads may ask at once."""

    def __init__(self, url: str, store: str, clock: Callable[[], float] = monotonic, part: int = PART) -> None:
        """Args:
        store: tells this store's collections from those of others on the same server.
        clock: seconds, for how long a server that failed is left alone.
        part: see `PART`.
        """
        self._part_of = part
        self._collections = url.rstrip("/") + _COLLECTIONS
        self._http = httpx.Client(timeout=_ASKED_SECONDS)
        self._asking = ThreadPoolExecutor(_ASKED_AT_ONCE, "chroma")
        self._prefix = f"kehoach-{store}-"
        self._clock = clock
        self._away_until = 0.0
        self._known: tuple[str, tuple[str, ...]] | None = None
        """Name of the index asked last, and the numbers of its parts."""

    def search(self, query: Vectors, limit: int, *, generation: int, model: str) -> list[Hit] | None:
        """See `VectorIndex.search`."""
        if self._clock() < self._away_until:
            return None
        try:
            with _translated_errors():
                parts = self._find(self._name(generation, model))
                return None if parts is None else self._query(parts, query, limit)
        except BrokenIndexError as error:
            _LOG.warning("the vector server is not usable: %s", error)
            self._away_until, self._known = self._clock() + _AWAY_SECONDS, None
            return None

    def is_current(self, generation: int, model: str) -> bool:
        """See `VectorIndex.is_current`."""
        self._known = None
        try:
            with _translated_errors():
                parts = self._find(self._name(generation, model))
                return parts is not None and set(parts) <= {each["id"] for each in self._all()}
        except BrokenIndexError:
            return False

    def build(self, wanted: VectorSet) -> bool:
        """See `VectorIndex.build`. Two processes that build at once make one each, and one of them stays."""
        with _translated_errors():
            before = self._all()
            there = {each["name"]: each["id"] for each in before}
            wholes = _parts(wanted, self._part_of)
            searched = SEARCHED if len(wholes) <= _FEW_PARTS else SEARCHED_OF_MANY
            with ThreadPoolExecutor(_BUILT_AT_ONCE) as building:
                named = list(building.map(lambda part: self._part(part, searched, there), wholes))
            parts = tuple(id_ for _, id_ in named)
            try:
                count = sum(self._call("GET", f"/{part}/count") for part in parts)
                check_answers(wanted, count, lambda query, limit: self._query(parts, query, limit, _BUILT_SECONDS))
            except BrokenIndexError:
                for each, _ in named:  # else they would be taken again
                    self._call("DELETE", f"/{each}")
                raise
            name, self._known = self._name(wanted.generation, wanted.model), None
            if name in there:
                self._call("DELETE", f"/{name}")
            self._call("POST", "", {"name": name, "metadata": {_PARTS: " ".join(parts)}})
            kept = {name, *(each for each, _ in named)}
            for other in there:
                if other.startswith(self._prefix) and other not in kept:
                    self._call("DELETE", f"/{other}")
            return True

    def close(self) -> None:
        """See `VectorIndex.close`."""
        self._asking.shutdown()
        self._http.close()

    def _part(self, part: VectorSet, searched: int, there: Mapping[str, str]) -> tuple[str, str]:
        """Name and number of the collection of a part: the one that is there, or a new one."""
        configuration = {"hnsw": {**graph(len(part.passages)), "ef_search": searched}}
        digest = blake2b(f"{part.model} {configuration}".encode(), digest_size=16)
        digest.update(part.passages.tobytes())
        digest.update(part.vectors.tobytes())
        name = f"{self._prefix}part-{digest.hexdigest()}"
        if name in there:
            return name, there[name]
        building = f"{self._prefix}building-{secrets.token_hex(8)}"
        collection = self._call("POST", "", {"name": building, "configuration": configuration})["id"]
        for start in range(0, len(part.passages), BATCH):
            rows = slice(start, start + BATCH)
            ids = [str(id_) for id_ in part.passages[rows]]
            # As text each figure would be written and read digit by digit, a third of the server's work.
            vectors = [b64encode(row.tobytes()).decode() for row in part.vectors[rows].astype("<f4")]
            self._call("POST", f"/{collection}/add", {"ids": ids, "embeddings": vectors})
        self._call("PUT", f"/{collection}", {"new_name": name})
        return name, collection

    def _name(self, generation: int, model: str) -> str:
        return f"{self._prefix}{generation}-{blake2b(model.encode(), digest_size=8).hexdigest()}"

    def _all(self) -> list[dict[str, Any]]:
        """Every collection on the server."""
        return list(self._call("GET", f"?limit={_MANY}"))

    def _find(self, name: str) -> tuple[str, ...] | None:
        """The numbers of the parts of the index of that name."""
        if self._known is None or self._known[0] != name:
            answer = self._http.get(f"{self._collections}/{name}")
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            parts = (answer.raise_for_status().json()["metadata"] or {}).get(_PARTS)
            if parts is None:
                return None  # made by an earlier version
            self._known = name, tuple(parts.split())
        return self._known[1]

    def _query(self, parts: Sequence[str], query: Vectors, limit: int, seconds: float = _ASKED_SECONDS) -> list[Hit]:
        """The nearest of all parts; each is asked for as many as it could have of them."""
        each = limit if len(parts) <= _UNEVEN else max(NEAREST, limit * _UNEVEN // len(parts))
        asked = {"query_embeddings": [query.tolist()], "n_results": min(limit, each), "include": ["distances"]}
        ask = partial(self._call, "POST", body=asked, seconds=seconds)
        paths = [f"/{part}/query" for part in parts]
        answers = [ask(paths[0])] if len(parts) == 1 else self._asking.map(ask, paths)
        found = [
            (float(far), int(id_))
            for answer in answers
            for id_, far in zip(answer["ids"][0], answer["distances"][0], strict=True)
        ]
        return [Hit(id_, 1.0 - far) for far, id_ in sorted(found)[:limit]]

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, seconds: float = _BUILT_SECONDS
    ) -> Any:
        return (
            self._http.request(method, self._collections + path, json=body, timeout=seconds).raise_for_status().json()
        )


def _parts(wanted: VectorSet, size: int) -> list[VectorSet]:
    """The vectors by the numbers of their passages, which stay, so that what is added changes the last part alone."""
    cuts = np.flatnonzero(np.diff(wanted.passages // size)) + 1
    rows = zip(np.split(wanted.passages, cuts), np.split(wanted.vectors, cuts), strict=True)
    return [replace(wanted, passages=passages, vectors=vectors) for passages, vectors in rows]


@contextmanager
def _translated_errors() -> Iterator[None]:
    """No server, another server, or one that answers otherwise than it should: all mean "do not use it"."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, IndexError, TypeError) as error:
        raise BrokenIndexError(f"{type(error).__name__}: {error}") from error
