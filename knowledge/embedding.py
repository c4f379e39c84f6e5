"""Text to vectors: what such a model is, and the models of sentence-transformers that the settings may name.

Without a name the product trains its own on the loaded plans: `knowledge.latent`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import StoreError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

_E5 = {"query": "query: ", "passage": "passage: "}
"""What the E5 family was trained with; most of its configurations do not say so."""


class Embedder(Protocol):
    """Turns texts into unit vectors; the same `id` always gives the same vectors."""

    @property
    def id(self) -> str:
        """Name of the model, kept beside every stored vector."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each passage; a text with nothing in it gives zeros."""

    def encode_question(self, text: str) -> Vectors:
        """The vector of length 1 whose nearest passages answer `text`; zeros where there is nothing in it."""


NO_MODELS = "Cần cài thêm phần chạy mô hình: make models (hoặc pip install '.[models]')."
"""A model is named where the packages that run one are not installed."""


class SentenceEmbedder:
    """A sentence-transformers model, on the premises, with the prefixes that it wants."""

    def __init__(self, name: str) -> None:
        self.id = name
        try:
            from sentence_transformers import SentenceTransformer  # seconds to import; only when asked for

            self._model: SentenceTransformer = SentenceTransformer(name)
        except ImportError as error:
            raise StoreError(NO_MODELS, str(error)) from error
        except (OSError, ValueError) as error:
            raise StoreError(f"Không nạp được mô hình nhúng “{name}”.", str(error)) from error
        # The library adds names of its own with nothing in them, and would take these before the model's.
        prompts = {key: text for key, text in self._model.prompts.items() if text} or (_E5 if _is_e5(name) else {})
        self._asked = prompts.get("query", "")
        self._told = next((prompts[key] for key in ("document", "passage", "corpus") if key in prompts), "")
        self.dim = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.encode`."""
        return self._unit(self._model.encode_document(list(texts), prompt=self._told, show_progress_bar=False))

    def encode_question(self, text: str) -> Vectors:
        """See `Embedder.encode_question`."""
        raw = self._model.encode_query([text], prompt=self._asked, show_progress_bar=False)
        vector: Vectors = self._unit(raw)[0]
        return vector

    def _unit(self, raw: Any) -> Vectors:
        vectors = np.asarray(raw, dtype=np.float32).reshape(-1, self.dim)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)


def load_embedder(name: str | None) -> Embedder | None:
    """The model of that name or path; None for the one that is trained on the plans.

    Raises:
        StoreError: there is no such model.
    """
    return SentenceEmbedder(name) if name else None


def _is_e5(name: str) -> bool:
    """By the last part of the name; those trained on instructions want others, which their configurations give."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2].lower()
    return "e5" in last.replace("_", "-").split("-") and "instruct" not in last
