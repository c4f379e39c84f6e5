"""Spelling slips, abbreviations and scoring against the papers' own words."""

from __future__ import annotations

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.qa.query.question import Understander
from knowledge.qa.search.corpus import Corpus, read_corpus, sound
from knowledge.qa.search.features import make_field, sentences
from knowledge.qa.search.finder import Finder, SearchOptions
from knowledge.qa.search.scoring import Weights, coverage, weigh
from knowledge.text import Folded
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import AS_OF, drafts

LEXICON = load_lexicon()
LIBRARY = MemoryLibrary(drafts())
UNDERSTANDER = Understander(LEXICON, load_directory())


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(LIBRARY, LIBRARY.plans(), LEXICON)


@pytest.mark.parametrize(
    ("slip", "word"), [("lieuu", "lieu"), ("chong", "trong"), ("xong", "song"), ("dieen", "dien")]
)
def test_near_spellings(corpus: Corpus, slip: str, word: str) -> None:
    known = Corpus(corpus.size, corpus.frequency + type(corpus.frequency)({Folded(word): 1}))
    assert Folded(word) in known.near(Folded(slip))


def test_run_together_words_fall_apart(corpus: Corpus) -> None:
    assert corpus.parts(Folded("khodulieu")) == ("kho", "du", "lieu")


def test_an_unknown_abbreviation_is_read_from_the_papers(corpus: Corpus) -> None:
    assert ("kho", "du", "lieu") not in corpus.written_out(Folded("xyz"))
    assert corpus.written_out(Folded("htmc"))[0] == ("ha", "tang", "may", "chu")


@pytest.mark.parametrize(("one", "other"), [("chi", "tri"), ("sao", "xao"), ("ky", "ki"), ("nam", "lam")])
def test_sounds_that_dialects_confuse(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_accents_count_where_both_sides_have_them(corpus: Corpus) -> None:
    plans = LIBRARY.plans()
    right, wrong = (
        coverage(
            weigh(UNDERSTANDER.read(text, plans, AS_OF).topic, corpus),
            make_field("Trồng cây phân tán", LEXICON),
            make_field("", LEXICON),
            Weights(),
        )
        for text in ("trồng cây", "trống cày")
    )
    assert right == 1.0
    assert wrong < 0.6


@pytest.mark.parametrize("mechanism", ["synonym", "slip", "focus", "own", "adjacency"])
def test_each_mechanism_can_be_switched_off(mechanism: str) -> None:
    finder = Finder(LIBRARY, LEXICON, SearchOptions(weights=Weights(**{mechanism: 0.0})))
    question = UNDERSTANDER.read("Ai thuê hạ tầng máy chủ?", LIBRARY.plans(), AS_OF)
    best = finder.find(question, LIBRARY.plans())[0]
    assert best.task is not None
    assert best.task.task.number == "2"


def test_without_any_index_nothing_is_found() -> None:
    finder = Finder(LIBRARY, LEXICON, SearchOptions(keyword=False, dense=False))
    question = UNDERSTANDER.read("Ai thuê hạ tầng máy chủ?", LIBRARY.plans(), AS_OF)
    assert finder.find(question, LIBRARY.plans()) == []


def test_sentences_keep_short_labels_with_what_follows() -> None:
    assert sentences("a) Việc thứ nhất phải làm ngay; việc thứ hai thì làm sau đó một tháng.") == [
        "a) Việc thứ nhất phải làm ngay;",
        "việc thứ hai thì làm sau đó một tháng.",
    ]
