"""The built-in dense model that the product trains on the loaded plans.

Features of a text are its folded syllables, pairs of neighbours and letter triples (so
that a slip stays near its word), weighted by inverse document frequency. A truncated
singular value decomposition of passages by features gives each feature a direction in
which features of like passages lie near each other (latent semantic analysis). A text is
the sum of its features' directions: static vectors, numpy alone, 0.1 ms a question.

Training reads at most `SAMPLE` passages, which takes seconds. It looks at plans only,
never at questions. The result has an id made of its own bytes; what is kept in the
database with the vectors is one string.
"""

from __future__ import annotations

import io
import math
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.text import syllables

PREFIX = "built-in-latent-"
DIM = 128
SAMPLE = 3_000
_FEATURES = 40_000
_POWER_ROUNDS = 2
_SPARE = 12
"""Directions computed beyond those kept, which makes the kept ones exact enough."""
_PIECE = 100_000


class LatentEmbedder:
    """A trained model; see the top of this module."""

    def __init__(self, features: Sequence[str], weights: Vectors, directions: Vectors) -> None:
        """Args: one weight (idf) and one direction for each feature."""
        self._at = {feature: place for place, feature in enumerate(features)}
        self._weights = weights.astype(np.float32)
        self._directions = directions.astype(np.float32)
        self.dim = int(directions.shape[1])
        self.id = PREFIX + blake2b(self._packed(), digest_size=8).hexdigest()
        self._vector = lru_cache(maxsize=16_384)(self._summed)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.encode`; a text without a known feature gives zeros."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for unit, times in _units(text).items():
                vectors[row] += self._vector(unit) * np.float32(1 + math.log(times))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)

    def encode_question(self, text: str) -> Vectors:
        """See `Embedder.encode_question`."""
        vector: Vectors = self.encode([text])[0]
        return vector

    def dumped(self) -> str:
        """The model as one string."""
        return b64encode(self._packed()).decode("ascii")

    def _packed(self) -> bytes:
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            features=np.frombuffer("\n".join(self._at).encode(), dtype=np.uint8),
            weights=self._weights.astype("<f2"),
            directions=self._directions.astype("<f2"),
        )
        return buffer.getvalue()

    def _summed(self, unit: str) -> Vectors:
        places = [self._at[feature] for feature in _features(unit) if feature in self._at]
        if not places:
            return np.zeros(self.dim, dtype=np.float32)
        total: Vectors = self._weights[places] @ self._directions[places]
        return total


def load_latent(dumped: str) -> LatentEmbedder:
    """The model that `dumped` says."""
    with np.load(io.BytesIO(b64decode(dumped))) as parts:
        features = parts["features"].tobytes().decode().split("\n")
        return LatentEmbedder(features, parts["weights"].astype(np.float32), parts["directions"].astype(np.float32))


def train_latent(texts: Sequence[str]) -> LatentEmbedder | None:
    """A model of these passages, the same for the same ones; None where no word stands in them."""
    step = max(1, math.ceil(len(texts) / SAMPLE))
    counted = [counts for text in texts[::step] if (counts := _counted(text))]
    if not counted:
        return None
    frequency = Counter(feature for counts in counted for feature in counts)
    features = sorted(frequency, key=lambda feature: (-frequency[feature], feature))[:_FEATURES]
    weights = np.array([math.log((1 + len(counted)) / (1 + frequency[f])) + 1 for f in features], dtype=np.float32)
    table = _Sparse.of(counted, {feature: place for place, feature in enumerate(features)}, weights)
    return _rounded(features, weights, _directions(table, min(DIM, len(counted))))


def _rounded(features: Sequence[str], weights: Vectors, directions: Vectors) -> LatentEmbedder:
    """With the precision that is kept, so that a model read back is the same one."""
    half = np.dtype("<f2")
    return LatentEmbedder(
        features, weights.astype(half).astype(np.float32), directions.astype(half).astype(np.float32)
    )


def _units(text: str) -> Counter[str]:
    """Syllables and pairs of neighbours."""
    words = syllables(text)
    return Counter([*words, *(f"{left} {right}" for left, right in pairwise(words))])


@lru_cache(maxsize=65_536)
def _features(unit: str) -> tuple[str, ...]:
    """A unit's features: a pair is one, a syllable is one and its letter triples."""
    if " " in unit:
        return (unit,)
    marked = f"^{unit}$"
    return (unit, *(f"#{marked[i : i + 3]}" for i in range(len(marked) - 2)))


def _counted(text: str) -> dict[str, float]:
    """How much of each feature a text has; repeats count by their logarithm."""
    found: dict[str, float] = {}
    for unit, times in _units(text).items():
        for feature in _features(unit):
            found[feature] = found.get(feature, 0.0) + 1 + math.log(times)
    return found


@dataclass(frozen=True)
class _Sparse:
    """A matrix by rows: `columns[starts[i]:starts[i+1]]` and `values` alike are row i; no row is empty."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Vectors
    width: int

    @staticmethod
    def of(counted: Sequence[dict[str, float]], places: dict[str, int], weights: Vectors) -> _Sparse:
        """Passages by features, each row of length 1; passages without a known feature left out."""
        columns: list[NDArray[np.int64]] = []
        values: list[Vectors] = []
        for counts in counted:
            known = [(places[feature], count) for feature, count in counts.items() if feature in places]
            if known:
                at = np.array([place for place, _ in known], dtype=np.int64)
                row = np.array([count for _, count in known], dtype=np.float32) * weights[at]
                columns.append(at)
                values.append(row / np.linalg.norm(row))
        starts = np.concatenate(([0], np.cumsum([len(row) for row in columns])))
        return _Sparse(starts, np.concatenate(columns), np.concatenate(values), len(places))

    def turned(self) -> _Sparse:
        """Rows for columns; each feature stands in some passage, so no row is empty."""
        order = np.argsort(self.columns, kind="stable")
        rows = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        counts = np.bincount(self.columns, minlength=self.width)
        starts = np.concatenate(([0], np.cumsum(counts)))
        return _Sparse(starts, rows[order], self.values[order], len(self.starts) - 1)

    def times(self, other: Vectors) -> Vectors:
        """The product with a dense matrix."""
        result = np.zeros((len(self.starts) - 1, other.shape[1]), dtype=np.float32)
        for first, last in self._pieces():
            part = slice(self.starts[first], self.starts[last])
            terms = other[self.columns[part]] * self.values[part, None]
            result[first:last] = np.add.reduceat(terms, self.starts[first:last] - self.starts[first], axis=0)
        return result

    def _pieces(self) -> Iterator[tuple[int, int]]:
        """Ranges of rows with about `_PIECE` values each, which bounds the memory of a product."""
        first, rows = 0, len(self.starts) - 1
        while first < rows:
            last = int(np.searchsorted(self.starts, self.starts[first] + _PIECE, side="right")) - 1
            last = min(max(last, first + 1), rows)
            yield first, last
            first = last


def _directions(table: _Sparse, dim: int) -> Vectors:
    """The `dim` right singular vectors with the largest values, one row a feature (randomised subspace iteration)."""
    turned = table.turned()
    chance = np.random.default_rng(0)
    basis = chance.standard_normal((table.width, dim + _SPARE)).astype(np.float32)
    for _ in range(_POWER_ROUNDS + 1):
        left, _ = np.linalg.qr(table.times(basis))
        basis = turned.times(left.astype(np.float32))
    right, _, _ = np.linalg.svd(basis, full_matrices=False)
    return right[:, :dim].astype(np.float32)


__all__ = ["PREFIX", "LatentEmbedder", "load_latent", "train_latent"]
