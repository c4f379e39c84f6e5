"""The model that is trained on the plans: what it finds alike, and that it needs nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import NO_MODELS, load_embedder
from knowledge.errors import StoreError
from knowledge.latent import LatentEmbedder, load_latent, train_latent
from knowledge.qa.search.reranker import load_reranker

_ROOT = Path(__file__).parents[2]
_HEAVY = ("torch", "sentence_transformers", "transformers", "chromadb", "httpx")
_TEXTS = [
    "Sở Nội vụ bồi dưỡng kỹ năng số cho công chức cấp xã",
    "Sở Tài chính bố trí kinh phí thực hiện kế hoạch",
    "Nâng cấp cổng dịch vụ công trực tuyến của tỉnh",
]


@pytest.fixture(scope="module")
def trained() -> LatentEmbedder:
    model = train_latent(_TEXTS)
    assert model is not None
    return model


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("Sở Nội vụ bồi dưỡng kỹ năng số cho công chức cấp xã", 0),
        ("ai bồi dưỡng công chức xã?", 0),
        ("boi duong ky nang so", 0),
        ("bồi dưởng kỷ năng sô", 0),
        ("tiền do đâu bố trí, kinh phí", 1),
        ("cổng dịch vụ công", 2),
        ("cong dich vu truc tuyn", 2),
    ],
)
def test_the_nearest_text(trained: LatentEmbedder, question: str, nearest: int) -> None:
    scores = trained.encode(_TEXTS) @ trained.encode_question(question)
    assert int(scores.argmax()) == nearest


def test_vectors_have_length_one(trained: LatentEmbedder) -> None:
    vectors = trained.encode([*_TEXTS, "", "?!"])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0, 0])
    assert trained.encode([]).shape == (0, 3)


def test_a_model_read_back_is_the_same(trained: LatentEmbedder) -> None:
    again = load_latent(trained.dumped())
    assert again.id == trained.id
    assert again.encode(_TEXTS).tolist() == trained.encode(_TEXTS).tolist()


def test_accents_and_case_do_not_matter(trained: LatentEmbedder) -> None:
    one, other = trained.encode(["Bồi Dưỡng KỸ NĂNG", "boi duong ky nang"])
    assert one.tolist() == other.tolist()


def test_there_is_nothing_to_learn_from_texts_without_words() -> None:
    assert train_latent([]) is None
    assert train_latent(["…", "?!"]) is None


def test_the_built_in_path_imports_nothing_heavy() -> None:
    code = (
        "import sys, tempfile; from pathlib import Path\n"
        "from knowledge.store import derived; from knowledge.store.database import open_store\n"
        "from knowledge.store.library import SqlLibrary; from knowledge.store.versions import activate, save_drafts\n"
        "from tests.knowledge.store.papers import NOW, make_paper\n"
        "derived.open_index = lambda store: None\n"
        "with open_store(data=Path(tempfile.mkdtemp())) as store:\n"
        "    save_drafts(store, [make_paper()], now=NOW); activate(store, '57', now=NOW)\n"
        "    derived.refresh_index(store)\n"
        "    library = SqlLibrary(store); print(len(library.nearest('sở nội vụ', 2)))\n"
        f"print([name for name in {_HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_ROOT)
    assert done.stdout == "2\n[]\n"


def test_a_named_model_without_its_packages_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(StoreError) as refused:
        load_embedder("intfloat/multilingual-e5-small")
    assert refused.value.sentence == NO_MODELS
    reranker = load_reranker("mô hình xếp hạng")
    assert reranker is not None
    with pytest.raises(StoreError) as refused:
        reranker.fits("hạn khi nào", ["Hạn: quý I"])
    assert refused.value.sentence == NO_MODELS
