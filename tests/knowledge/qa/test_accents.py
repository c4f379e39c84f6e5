"""Accents put back for models that read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from knowledge.agencies import load_directory
from knowledge.library import Hit
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.qa.query.question import Understander
from knowledge.qa.search.accents import Accents
from knowledge.qa.search.finder import Finder, SearchOptions
from knowledge.text import fold
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import AS_OF, drafts

ACCENTS = Accents(
    [
        "Rà soát thủ tục hành chính về đất đai",
        "Thu hút đầu tư; thu ngân sách; công tác thủ kho",
        "Cấp xã bố trí kinh phí",
    ]
)


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("ra soat thu tuc", "rà soát thủ tục"),
        ("thu ngan sach dat dai", "thu ngân sách đất đai"),
        ("thu hut dau tu cap xa", "thu hút đầu tư cấp xã"),
        ("rá soat", "rá soát"),
        ("blockchain cap xa", "blockchain cấp xã"),
        ("", ""),
    ],
)
def test_the_papers_own_spelling(typed: str, restored: str) -> None:
    words = [(fold(word), word if word != fold(word) else None) for word in typed.split()]
    assert ACCENTS.restored(words) == restored.split()


class Asked(MemoryLibrary):
    """Keeps what its vectors are asked for."""

    asked: str = ""

    def nearest(self, text: str, limit: int, plan_ids: Collection[int] | None = None) -> Sequence[Hit]:
        """See `Library.nearest`."""
        self.asked = text
        return super().nearest(text, limit, plan_ids)


@pytest.mark.parametrize(
    ("accents", "asked"),
    [(True, "kho dữ liệu"), (False, "kho du lieu")],
    ids=["with", "without"],
)
def test_a_model_that_reads_accents_is_given_them(accents: bool, asked: str) -> None:
    library, lexicon = Asked(drafts()), load_lexicon()
    question = Understander(lexicon, load_directory()).read("kho du lieu", library.plans(), AS_OF)
    Finder(library, lexicon, SearchOptions(accents=accents)).find(question, library.plans())
    assert library.asked == asked
