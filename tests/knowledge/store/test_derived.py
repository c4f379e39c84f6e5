"""Vectors and their index in step with what is live, and the doctor who looks after them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
import pytest
from sqlalchemy import func, select, text

from knowledge.embedding import Vectors
from knowledge.errors import StoreError
from knowledge.latent import PREFIX
from knowledge.store import keyword
from knowledge.store.database import Store, open_store
from knowledge.store.derived import live_embedder, live_model, refresh_index, refresh_vectors, reindex
from knowledge.store.doctor import doctor_report, repair
from knowledge.store.library import SqlLibrary
from knowledge.store.migrations import HEAD
from knowledge.store.models import PassageRow
from knowledge.store.versions import activate, rollback, save_drafts
from knowledge.text import syllables
from knowledge.vectors import read_pointer
from tests.knowledge.store.papers import NOW, make_paper


class OtherEmbedder:
    """Another model: a direction of its own for each word."""

    id = "test-other"
    dim = 64

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.encode`."""
        return np.array([self.encode_question(text) for text in texts], dtype=np.float32)

    def encode_question(self, text: str) -> Vectors:
        """See `Embedder.encode_question`."""
        words = [np.random.default_rng(crc32(word.encode())).normal(size=self.dim) for word in syllables(text)]
        total = np.sum(words, axis=0)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)


@pytest.fixture
def loaded(store: Store) -> Store:
    save_drafts(store, [make_paper()], now=NOW)
    activate(store, "57", now=NOW)
    refresh_index(store)
    return store


def _bad(store: Store) -> list[str]:
    return [finding.sentence for finding in doctor_report(store) if not finding.ok]


def test_chroma_and_sql_give_the_same_answer(loaded: Store) -> None:
    by_chroma, by_sql = SqlLibrary(loaded), SqlLibrary(loaded)
    by_chroma.open_index()
    plan = by_sql.plans()[0].id
    for question in ("bồi dưỡng kỹ năng", "sở tài chính", "cong truc tuyen"):
        for plans in (None, [plan], [plan + 1]):
            found, exact = (library.nearest(question, 3, plans) for library in (by_chroma, by_sql))
            assert [hit.passage_id for hit in found] == [hit.passage_id for hit in exact]
    by_chroma.close()


def test_within_many_plans_the_index_finds_what_multiplying_does(
    loaded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_chroma, by_sql = SqlLibrary(loaded), SqlLibrary(loaded)
    plan = by_sql.plans()[0].id
    exact = {limit: by_sql.nearest("bồi dưỡng kỹ năng", limit, [plan, plan + 1]) for limit in (3, 500)}
    monkeypatch.setattr("knowledge.store.library._FEW_PLANS", 1)
    by_chroma.open_index()
    for limit, wanted in exact.items():  # of more than there are, too few are found, and all are multiplied
        found = by_chroma.nearest("bồi dưỡng kỹ năng", limit, [plan, plan + 1])
        assert [hit.passage_id for hit in found] == [hit.passage_id for hit in wanted]
    assert by_chroma.nearest("bồi dưỡng kỹ năng", 3, [plan + 1, plan + 2]) == []
    by_chroma.close()


def test_an_index_of_what_was_live_before_is_not_asked(loaded: Store) -> None:
    library = SqlLibrary(loaded)
    library.open_index()
    library.nearest("kỹ năng", 3)
    save_drafts(loaded, [make_paper(titles=("Kỹ năng viết tin bài",))], now=NOW)
    activate(loaded, "57", now=NOW)
    for _ in range(2):
        best = library.nearest("kỹ năng viết tin bài", 1)[0].passage_id
        assert library.passages_by_id([best])[best].passage.text.startswith("Kỹ năng viết tin bài")
        refresh_index(loaded)
    library.close()


def test_the_index_is_built_once_for_each_change(loaded: Store) -> None:
    folder = loaded.vector_folder
    assert folder is not None
    before = read_pointer(folder)
    assert refresh_index(loaded)
    assert read_pointer(folder) == before
    save_drafts(loaded, [make_paper(clauses=())], now=NOW)
    activate(loaded, "57", now=NOW)
    rollback(loaded, "57", now=NOW)
    assert refresh_index(loaded)
    assert read_pointer(folder) != before


def test_another_model_is_used_from_reindex_on(loaded: Store) -> None:
    assert loaded.data is not None
    with open_store(data=loaded.data, embedder=OtherEmbedder()) as store:
        library = SqlLibrary(store)
        before = library.nearest("kỹ năng số", 3)
        assert len(before) == 3
        assert _bad(store) == ["Mô hình nhúng trong cài đặt chưa được dùng; hãy chạy kehoach reindex."]
        assert (refresh_vectors(store), refresh_index(store)) == (0, True)
        assert library.nearest("kỹ năng số", 3) == before
        seen: list[tuple[int, int]] = []
        assert reindex(store, lambda done, total: seen.append((done, total))) == 4
        assert seen == [(4, 4)]
        assert library.nearest("kỹ năng số", 3) != before
        assert _bad(store) == []
        library.close()


class FailingEmbedder(OtherEmbedder):
    """Ends before all vectors are made, as a process that is killed does."""

    id = "test-failing"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.encode`."""
        raise MemoryError(f"{len(texts)} texts")


def test_a_reindex_that_breaks_off_leaves_the_old_vectors(loaded: Store) -> None:
    before = SqlLibrary(loaded).nearest("kỹ năng số", 3)
    with open_store(data=loaded.data, embedder=FailingEmbedder()) as store:
        with pytest.raises(MemoryError):
            reindex(store)
        assert SqlLibrary(store).nearest("kỹ năng số", 3) == before


def test_plans_loaded_during_a_reindex_get_vectors_too(loaded: Store) -> None:
    def load_more(_done: int, _total: int) -> None:
        save_drafts(loaded, [make_paper(titles=("Kỹ năng viết tin bài",))], now=NOW)
        activate(loaded, "57", now=NOW)

    reindex(loaded, load_more)
    library = SqlLibrary(loaded)
    best = library.nearest("viết tin bài", 1)[0].passage_id
    assert library.passages_by_id([best])[best].passage.text.startswith("Kỹ năng viết tin bài")


def test_the_built_in_model_is_trained_once_for_what_is_live(store: Store) -> None:
    words = ("cây xanh", "đê điều", "bể bơi", "chợ nổi", "thư viện", "giống lúa")
    titles = [f"Rà soát {one} và {other} tại xã {n}" for n in range(8) for one, other in pairwise(words)]
    save_drafts(store, [make_paper(titles=titles)], now=NOW)
    activate(store, "57", now=NOW)
    refresh_index(store)
    with store.read() as session:
        model = live_model(session, store)
        embedder = live_embedder(session, store)
        assert embedder is not None
        assert embedder.id == model
    assert model.startswith(PREFIX)
    library = SqlLibrary(store)
    best = library.nearest("thu vien", 1)[0].passage_id
    assert "thư viện" in library.passages_by_id([best])[best].passage.text
    assert refresh_index(store)
    with store.read() as session:
        assert live_model(session, store) == model


SOUND = {"sqlite": "Cơ sở dữ liệu toàn vẹn.", "postgresql": "Cơ sở dữ liệu trả lời."}


def test_a_sound_store_gets_a_clean_report(loaded: Store) -> None:
    assert [finding.sentence for finding in doctor_report(loaded)] == [
        f"Ghi được vào thư mục dữ liệu {loaded.data}.",
        SOUND[loaded.engine.dialect.name],
        f"Cấu trúc dữ liệu đúng phiên bản {HEAD}.",
        "1 kế hoạch đang dùng, mỗi kế hoạch một phiên bản.",
        "Chỉ mục từ khóa đầy đủ.",
        "Mọi đoạn văn đều có véc-tơ.",
        "Chỉ mục véc-tơ đúng với các kế hoạch đang dùng.",
    ]


def _lose_keywords(store: Store) -> None:
    with store.write() as session:
        keyword.drop(session, [session.scalars(select(func.min(PassageRow.id))).one()])


def _lose_vectors(store: Store) -> None:
    with store.write() as session:
        session.execute(text("DELETE FROM vectors"))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (_lose_keywords, "Chỉ mục từ khóa thiếu hoặc thừa; hãy chạy kehoach doctor --repair."),
        (_lose_vectors, "4 đoạn văn chưa có véc-tơ của mô hình đang dùng; hãy chạy kehoach doctor --repair."),
    ],
)
def test_what_is_derived_can_be_lost_and_made_again(
    loaded: Store, damage: Callable[[Store], None], sentence: str
) -> None:
    damage(loaded)
    assert _bad(loaded) == [sentence]
    repair(loaded)
    assert _bad(loaded) == []


def test_a_lost_index_is_no_fault_and_can_be_made_again(loaded: Store) -> None:
    shutil.rmtree(loaded.vector_folder or "")
    assert [f.sentence for f in doctor_report(loaded) if "Chỉ mục véc-tơ" in f.sentence] == [
        "Chỉ mục véc-tơ chưa có, cũ hoặc hỏng; trợ lý tự dựng khi chạy (kehoach serve)."
    ]
    assert _bad(loaded) == []
    repair(loaded)
    assert doctor_report(loaded)[-1].sentence == "Chỉ mục véc-tơ đúng với các kế hoạch đang dùng."


@pytest.mark.sqlite  # a server's files are not in reach of this process
def test_a_damaged_database_is_told(loaded: Store) -> None:
    assert loaded.data is not None
    with loaded.read() as session:
        root = session.scalar(text("SELECT rootpage FROM sqlite_master WHERE name = 'tasks'"))
    loaded.close()
    with (loaded.data / "kehoach.db").open("r+b") as file:
        file.seek((int(root or 0) - 1) * 4096)
        file.write(b"\xff" * 4096)
    with open_store(data=loaded.data) as store:
        assert _bad(store) == ["Kho dữ liệu bị hỏng; hãy khôi phục bản sao lưu."]
        with pytest.raises(StoreError, match=r"^Kho dữ liệu bị hỏng; hãy khôi phục bản sao lưu\.$"):
            SqlLibrary(store).tasks()
