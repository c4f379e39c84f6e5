"""An optional cross-encoder: reads question and passage together and moves what fits.

Off by default: it needs a sentence-transformers CrossEncoder on the premises and takes
tens of milliseconds and more for each passage. It is applied before the threshold, to the
best `TOP` only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from knowledge.embedding import NO_MODELS
from knowledge.errors import StoreError

if TYPE_CHECKING:
    from knowledge.qa.search.finder import Found

TOP = 20
WEIGHT = 0.3
"""A passage that the model is sure of rises above the mean of the others by up to this; scores run to about 1.1."""

Item = TypeVar("Item", bound="Found")


class Reranker(Protocol):
    """Tells how well each text answers a question."""

    def fits(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One number from 0 to 1 for each text."""


class CrossReranker:
    """A CrossEncoder by name or path; loaded when it is first asked."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._model: Any = None
        self._turn = Lock()

    def fits(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """See `Reranker.fits`.

        Raises:
            StoreError: there is no such model on this machine, or it gives several numbers a pair.
        """
        if not texts:
            return []
        import numpy as np

        with self._turn:
            model = self._loaded()
            raw = np.asarray(model.predict([(question, text) for text in texts], show_progress_bar=False))
        if raw.shape != (len(texts),):
            raise StoreError(f"Mô hình xếp hạng “{self._name}” không cho một điểm cho mỗi đoạn.", str(raw.shape))
        # A model with one label ends in a sigmoid; one that was saved without gives logits.
        sure = raw if raw.min() >= 0 and raw.max() <= 1 else 1 / (1 + np.exp(-raw))
        return [float(value) for value in sure]

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                from sentence_transformers import CrossEncoder  # seconds to import; only when asked for

                self._model = CrossEncoder(self._name)
            except ImportError as error:
                raise StoreError(NO_MODELS, str(error)) from error
            except (OSError, ValueError) as error:
                raise StoreError(f"Không nạp được mô hình xếp hạng “{self._name}”.", str(error)) from error
        return self._model


def load_reranker(name: str | None) -> Reranker | None:
    """The reranker that the settings name, or None without one."""
    return CrossReranker(name) if name else None


def reranked(reranker: Reranker, question: str, found: Sequence[Item]) -> list[Item]:
    """`found`, best first, with its first `TOP` moved by what the reranker says of each."""
    head, tail = list(found[:TOP]), found[TOP:]
    fits = reranker.fits(question, [item.passage.passage.text for item in head])
    mean = sum(fits) / max(len(fits), 1)
    moved = [replace(item, score=item.score + WEIGHT * (fit - mean)) for item, fit in zip(head, fits, strict=True)]
    return sorted([*moved, *tail], key=lambda item: (-item.score, item.passage.id))
