"""The index of vectors on a Chroma server, which several machines may share: derived as the one in the folder is.

A collection is made under a name of its own, counted and asked for some of its own vectors, and only then given
the name that says what it was made from; whoever looks for that name finds a whole index or none. What is asked of
the server are six calls of its HTTP interface, so that nobody needs Chroma's own client and every wait has an end.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from time import monotonic
from typing import Any

import httpx

from knowledge.embedding import Vectors
from knowledge.library import Hit
from knowledge.vectors import BATCH, BrokenIndexError, VectorSet, check_answers, graph

_LOG = logging.getLogger(__name__)
_COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"
_MANY = 1_000
"""Collections listed at once."""
_ASKED_SECONDS, _BUILT_SECONDS = 1.0, 120.0
"""How long a question waits for its neighbours, and the making of an index for each step."""
_AWAY_SECONDS = 30.0
"""So long a server that failed is not asked again."""


class ServerIndex:
    """The index of one store on a server; threads may ask at once."""

    def __init__(self, url: str, store: str, clock: Callable[[], float] = monotonic) -> None:
        """Args:
        store: tells this store's collections from those of others on the same server.
        clock: seconds, for how long a server that failed is left alone.
        """
        self._collections = url.rstrip("/") + _COLLECTIONS
        self._http = httpx.Client(timeout=_ASKED_SECONDS)
        self._prefix = f"kehoach-{store}-"
        self._clock = clock
        self._away_until = 0.0
        self._known: tuple[str, str] | None = None
        """Name and number of the collection asked last."""

    def search(self, query: Vectors, limit: int, *, generation: int, model: str) -> list[Hit] | None:
        """See `VectorIndex.search`."""
        if self._clock() < self._away_until:
            return None
        try:
            with _translated_errors():
                collection = self._find(self._name(generation, model))
                return None if collection is None else self._query(collection, query, limit)
        except BrokenIndexError as error:
            _LOG.warning("the vector server is not usable: %s", error)
            self._away_until, self._known = self._clock() + _AWAY_SECONDS, None
            return None

    def is_current(self, generation: int, model: str) -> bool:
        """See `VectorIndex.is_current`."""
        self._known = None
        try:
            with _translated_errors():
                return self._find(self._name(generation, model)) is not None
        except BrokenIndexError:
            return False

    def build(self, wanted: VectorSet) -> bool:
        """See `VectorIndex.build`. Two processes that build at once make one each, and one of them stays."""
        with _translated_errors():
            name = f"{self._prefix}building-{secrets.token_hex(8)}"
            before = [each["name"] for each in self._call("GET", f"?limit={_MANY}")]
            configuration = {"hnsw": graph(len(wanted.passages))}
            collection = self._call("POST", "", {"name": name, "configuration": configuration})["id"]
            for start in range(0, len(wanted.passages), BATCH):
                part = slice(start, start + BATCH)
                ids = [str(id_) for id_ in wanted.passages[part]]
                self._call("POST", f"/{collection}/add", {"ids": ids, "embeddings": wanted.vectors[part].tolist()})
            count = self._call("GET", f"/{collection}/count")
            check_answers(wanted, count, lambda query, limit: self._query(collection, query, limit, _BUILT_SECONDS))
            self._call("PUT", f"/{collection}", {"new_name": self._name(wanted.generation, wanted.model)})
            for other in before:
                if other.startswith(self._prefix):
                    self._call("DELETE", f"/{other}")
            return True

    def close(self) -> None:
        """See `VectorIndex.close`."""
        self._http.close()

    def _name(self, generation: int, model: str) -> str:
        return f"{self._prefix}{generation}-{blake2b(model.encode(), digest_size=8).hexdigest()}"

    def _find(self, name: str) -> str | None:
        """The number of the collection of that name."""
        if self._known is None or self._known[0] != name:
            answer = self._http.get(f"{self._collections}/{name}")
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            self._known = name, answer.raise_for_status().json()["id"]
        return self._known[1]

    def _query(self, collection: str, query: Vectors, limit: int, seconds: float = _ASKED_SECONDS) -> list[Hit]:
        asked = {"query_embeddings": [query.tolist()], "n_results": limit, "include": ["distances"]}
        found = self._call("POST", f"/{collection}/query", asked, seconds)
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [Hit(int(id_), 1.0 - float(far)) for id_, far in pairs]

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, seconds: float = _BUILT_SECONDS
    ) -> Any:
        return (
            self._http.request(method, self._collections + path, json=body, timeout=seconds).raise_for_status().json()
        )


@contextmanager
def _translated_errors() -> Iterator[None]:
    """No server, another server, or one that answers otherwise than it should: all mean "do not use it"."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, IndexError, TypeError) as error:
        raise BrokenIndexError(f"{type(error).__name__}: {error}") from error
