"""Models of sentence-transformers, named by path: for vectors and for ranking again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.agencies import load_directory
from knowledge.embedding import load_embedder
from knowledge.errors import StoreError
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.qa.query.question import Understander
from knowledge.qa.search.finder import Finder, SearchOptions
from knowledge.qa.search.reranker import Reranker, load_reranker
from knowledge.store.database import open_store
from knowledge.store.derived import refresh_index, reindex
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate, save_drafts
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import AS_OF, drafts
from tests.knowledge.sentence_models import save_cross_encoder, save_static_model
from tests.knowledge.store.papers import DIGITAL_TASKS, NOW, make_paper

LEXICON = load_lexicon()
LIBRARY = MemoryLibrary(drafts())


class Prefers:
    """Is sure of texts with one word."""

    def __init__(self, word: str) -> None:
        self._word = word

    def fits(self, _question: str, texts: Sequence[str]) -> Sequence[float]:
        """See `Reranker.fits`."""
        return [float(self._word in text) for text in texts]


def _found(reranker: Reranker | None) -> list[str]:
    finder = Finder(LIBRARY, LEXICON, SearchOptions(reranker=reranker))
    question = Understander(LEXICON, load_directory()).read("kho dữ liệu của tỉnh", LIBRARY.plans(), AS_OF)
    return [found.passage.passage.text for found in finder.find(question, LIBRARY.plans())]


def test_reindex_changes_to_the_model_named_and_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_store(data=home) as store:
        save_drafts(store, [make_paper()], now=NOW)
        activate(store, "57", now=NOW)
        refresh_index(store)
    name = save_static_model(tmp_path / "model", DIGITAL_TASKS)
    for model in (name, None):
        with open_store(data=home, embedder=load_embedder(model)) as store:
            reindex(store)
            library = SqlLibrary(store)
            best = library.nearest("cong dich vu cong truc tuyen", 1)[0].passage_id
            assert library.passages_by_id([best])[best].passage.text.startswith(DIGITAL_TASKS[1])


@pytest.mark.parametrize(
    ("folder", "prompts", "asked", "told"),
    [
        ("model", {}, "", ""),
        ("model", {"query": "hỏi: ", "passage": "đoạn: "}, "hỏi: ", "đoạn: "),
        ("multilingual-e5-small", {}, "query: ", "passage: "),
        ("e5-of-ours", {"query": "hỏi: "}, "hỏi: ", ""),
        ("multilingual-e5-large-instruct", {}, "", ""),
    ],
)
def test_a_model_gets_the_prefixes_that_it_wants(
    tmp_path: Path, folder: str, prompts: dict[str, str], asked: str, told: str
) -> None:
    prefixes = ["hỏi đoạn query passage"]
    plain = load_embedder(save_static_model(tmp_path / "plain", [*DIGITAL_TASKS, *prefixes]))
    embedder = load_embedder(save_static_model(tmp_path / folder, [*DIGITAL_TASKS, *prefixes], prompts=prompts))
    assert plain is not None
    assert embedder is not None
    text = DIGITAL_TASKS[0]
    assert embedder.encode([text])[0] == pytest.approx(plain.encode([told + text])[0], abs=1e-6)
    assert embedder.encode_question(text) == pytest.approx(plain.encode([asked + text])[0], abs=1e-6)


def test_a_reranker_moves_what_it_prefers() -> None:
    before = _found(None)
    assert "hiện trạng" not in before[0]
    after = _found(Prefers("hiện trạng"))
    assert "hiện trạng" in after[0]
    assert sorted(after) == sorted(before)


def test_a_cross_encoder_gives_each_text_a_share(tmp_path: Path) -> None:
    texts = [passage.passage.text for passage in LIBRARY.passages([1, 2])]
    reranker = load_reranker(save_cross_encoder(tmp_path, texts))
    assert reranker is not None
    shares = reranker.fits("kho dữ liệu", texts[:3])
    assert len(shares) == 3
    assert all(0 <= share <= 1 for share in shares)
    assert reranker.fits("kho dữ liệu", []) == []
    assert sorted(_found(reranker)) == sorted(_found(None))


def test_no_reranker_is_the_default() -> None:
    assert load_reranker(None) is None
    assert load_reranker("") is None


@pytest.mark.parametrize("kind", ["embedder", "reranker"])
def test_a_model_that_is_not_there_is_told(tmp_path: Path, kind: str) -> None:
    name = str(tmp_path / "none")
    with pytest.raises(StoreError, match=r"^Không nạp được mô hình"):
        if kind == "embedder":
            load_embedder(name)
        else:
            reranker = load_reranker(name)
            assert reranker is not None
            reranker.fits("hỏi", ["đoạn"])
