"""The built-in embedder: what it finds alike, and that it needs nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import HashedEmbedder, load_embedder

_ROOT = Path(__file__).parents[2]
_HEAVY = ("torch", "sentence_transformers", "transformers", "chromadb")
_TEXTS = [
    "Sở Nội vụ bồi dưỡng kỹ năng số cho công chức cấp xã",
    "Sở Tài chính bố trí kinh phí thực hiện kế hoạch",
    "Nâng cấp cổng dịch vụ công trực tuyến của tỉnh",
]


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
def test_the_nearest_text(question: str, nearest: int) -> None:
    embedder = load_embedder()
    scores = embedder.encode(_TEXTS) @ embedder.encode([question])[0]
    assert int(scores.argmax()) == nearest


def test_vectors_have_length_one_and_never_change() -> None:
    vectors = HashedEmbedder().encode([*_TEXTS, "", "?!"])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0, 0])
    # Stored vectors are compared with new ones: another value here needs another `id`.
    assert vectors[0, :4].tolist() == pytest.approx([0.08063, -0.09777, 0.09563, 0.01795], abs=1e-4)


def test_accents_and_case_do_not_matter() -> None:
    one, other = HashedEmbedder().encode(["Đề án ĐÔ THỊ", "de an do thi"])
    assert one.tolist() == other.tolist()


def test_no_text_gives_no_rows() -> None:
    assert HashedEmbedder().encode([]).shape == (0, 256)


def test_the_built_in_path_imports_nothing_heavy() -> None:
    code = (
        "import sys, tempfile; from pathlib import Path\n"
        "from knowledge.store.database import open_store; from knowledge.store.library import SqlLibrary\n"
        "from knowledge.store.versions import activate, save_drafts\n"
        "from tests.knowledge.store.papers import NOW, make_paper\n"
        "with open_store(data=Path(tempfile.mkdtemp())) as store:\n"
        "    save_drafts(store, [make_paper()], now=NOW); activate(store, '57', now=NOW)\n"
        "    library = SqlLibrary(store); print(len(library.nearest('sở nội vụ', 2)))\n"
        f"print([name for name in {_HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_ROOT)
    assert done.stdout == "2\n[]\n"
