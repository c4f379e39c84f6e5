"""Text to vectors.

The built-in embedder needs no download, no training and no torch: every feature of a
text (folded syllable, pair of syllables, three letters within a syllable) has a fixed
direction, the 256 signs of its BLAKE2b hash, and a text is the weighted sum of its
features' directions (a random projection of the bag of features, so the cosine of two
texts estimates the cosine of their bags with a standard error of 1/16).

Weights stand in for inverse document frequency, which a fixed embedder cannot count:
words that carry no subject weigh little, words that nearly every paper of an
administration has weigh half, words with digits (numbers of papers, years) a little
more than the rest. Letter triples keep a misspelt syllable near its right spelling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import StoreError
from knowledge.text import Folded, fold, syllables

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

_DIM = 256

_FUNCTION_WORDS = frozenset(
    fold(
        "và của các về cho theo tại trong từ đến là được có những với trên do để khi này đó cũng như "
        "hoặc thì mà ra vào bằng sẽ đã đang không nào gì ai bao giờ hỏi xin ạ vậy thế"
    ).split()
)
_OFFICE_WORDS = frozenset(
    fold(
        "ủy ban nhân dân tỉnh sở kế hoạch thực hiện công tác nhiệm vụ nội dung đơn vị cơ quan năm quý "
        "tháng ngày số hạn thời gian chủ trì phối hợp triển khai tổ chức việc"
    ).split()
)


class Embedder(Protocol):
    """Turns texts into unit vectors; the same `id` always gives the same vectors."""

    @property
    def id(self) -> str:
        """Name of the model, kept beside every stored vector."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text; a text with nothing in it gives zeros."""


class HashedEmbedder:
    """The built-in embedder described at the top of this module."""

    id = "built-in-hashed-1"
    dim = _DIM

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.encode`."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            words = syllables(text)
            if words:
                vectors[row] = _sum([(_word_vector(word), times) for word, times in Counter(words).items()])
            if len(words) > 1:
                vectors[row] += _sum(
                    [(_pair_vector(*pair), times) for pair, times in Counter(pairwise(words)).items()]
                )
        return _unit(vectors)


class SentenceEmbedder:
    """A sentence-transformers model, on the premises."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer  # seconds to import; only when asked for

        self.id = name
        try:
            self._model: SentenceTransformer = SentenceTransformer(name)
        except (OSError, ValueError) as error:
            raise StoreError(f"Không nạp được mô hình nhúng “{name}”.", str(error)) from error
        self.dim = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.encode`."""
        raw = self._model.encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
        return _unit(np.asarray(raw, dtype=np.float32).reshape(len(texts), self.dim))


def load_embedder(name: str | None = None) -> Embedder:
    """The model of that name or path, or the built-in one when `name` is None or empty.

    Raises:
        StoreError: there is no such model.
    """
    return SentenceEmbedder(name) if name else HashedEmbedder()


def _sum(parts: Sequence[tuple[Vectors, int]]) -> Vectors:
    """Features' vectors added up; repeats count by their logarithm."""
    damped = np.array([1 + log(times) for _, times in parts], dtype=np.float32)
    total: Vectors = damped @ np.stack([vector for vector, _ in parts])
    return total


@lru_cache(maxsize=16_384)
def _word_vector(word: Folded) -> Vectors:
    """A word's direction with those of its letter triples, which together weigh half as much."""
    triples = _triples(word)
    near = sum((_direction(triple) for triple in triples), np.zeros(_DIM, dtype=np.float32))
    return np.float32(_word_weight(word)) * (_direction(word) + near * np.float32(0.5 / len(triples)))


@lru_cache(maxsize=16_384)
def _pair_vector(left: Folded, right: Folded) -> Vectors:
    """The direction of two neighbours, which together often are one word of Vietnamese."""
    weight = 1.2 * (_word_weight(left) + _word_weight(right)) / 2
    return np.float32(weight) * _direction(f"{left} {right}")


def _word_weight(word: Folded) -> float:
    if word in _FUNCTION_WORDS:
        return 0.15
    if any(c.isdigit() for c in word):
        return 1.2
    return 0.5 if word in _OFFICE_WORDS else 1.0


def _triples(word: Folded) -> list[str]:
    """Letters in threes, with marks for both ends, so that "chuyen" and "chuyn" share some."""
    marked = f"^{word}$"
    return [f"#{marked[i : i + 3]}" for i in range(len(marked) - 2)]


def _direction(feature: str) -> Vectors:
    """256 signs from 256 bits of hash."""
    bits = np.unpackbits(np.frombuffer(blake2b(feature.encode(), digest_size=_DIM // 8).digest(), dtype=np.uint8))
    return bits.astype(np.float32) * np.float32(2) - np.float32(1)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
