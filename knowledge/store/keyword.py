"""The keyword index: everything about it that is particular to one database.

SQLite's FTS5 over two columns, folded syllables and pairs of neighbouring syllables
("noi_vu"), so that phrases count without a word segmenter. It holds the passages of live
versions only and changes in the same transaction as what is live. Another database gets
its own set of these functions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.orm import Session

from knowledge.library import Hit
from knowledge.text import Folded

_POSTINGS = 3_000
"""Most rows that the terms of one question may stand in, taken together: beyond that, common
terms cost milliseconds and no longer tell passages apart (0.5 ms for each 1,000 rows)."""
_FILTERED_POSTINGS = 12_000
"""The same where only some plans are searched: rows outside them are passed over, not scored."""
_MOST_TERMS = 32
_BIGRAM_WEIGHT = 1.5
"""A pair of syllables is most often a word of Vietnamese; a single one often is not."""

_COMMON = 100
"""Rows from which counting a term by itself is worth avoiding."""
_MOST_FREQUENCIES = 50_000
"""Terms whose numbers of rows are kept."""

_PASSAGES_OF_PLANS = (
    "SELECT p.id FROM passages p JOIN live_versions l ON l.version_id = p.version_id WHERE l.plan_id IN :plans"
)
_LIVE_TEXT = "SELECT p.id, p.folded FROM passages p JOIN live_versions l ON l.version_id = p.version_id"


def is_derived_table(name: str) -> bool:
    """Whether a table belongs to the index and not to the models."""
    return name == "keyword" or name.startswith("keyword_")


def index_version(session: Session, version_id: int) -> None:
    """Add the passages of a version."""
    found = session.execute(
        text("SELECT id, folded FROM passages WHERE version_id = :version"), {"version": version_id}
    )
    _insert(session, [(int(row.id), str(row.folded)) for row in found])


def index(session: Session, passages: Sequence[int]) -> None:
    """Add single passages."""
    found = session.execute(_among("SELECT id, folded FROM passages WHERE id IN :ids"), {"ids": list(passages)})
    _insert(session, [(int(row.id), str(row.folded)) for row in found])


def drop(session: Session, passages: Sequence[int]) -> None:
    """Take single passages out; those that are not there are passed over."""
    session.execute(_among("DELETE FROM keyword WHERE rowid IN :ids"), {"ids": list(passages)})


def drop_version(session: Session, version_id: int) -> None:
    """Take the passages of a version out."""
    session.execute(
        text("DELETE FROM keyword WHERE rowid IN (SELECT id FROM passages WHERE version_id = :version)"),
        {"version": version_id},
    )


def rebuild(session: Session) -> None:
    """Make the index again from the live passages."""
    session.execute(text("DELETE FROM keyword"))
    found = session.execute(text(_LIVE_TEXT))
    _insert(session, [(int(row.id), str(row.folded)) for row in found])


def find_damage(session: Session) -> str | None:
    """What is wrong with the index, or None when it holds exactly the live passages."""
    missing = session.scalar(
        text(f"SELECT count(*) FROM ({_LIVE_TEXT}) WHERE id NOT IN (SELECT rowid FROM keyword)")  # noqa: S608
    )
    held = session.scalar(text("SELECT count(*) FROM keyword"))
    live = session.scalar(text(f"SELECT count(*) FROM ({_LIVE_TEXT})"))  # noqa: S608
    if missing or held != live:
        return f"{held} rows for {live} live passages, {missing} missing"
    return None


def search(
    session: Session,
    terms: Sequence[Folded],
    limit: int,
    plan_ids: Collection[int] | None = None,
    frequencies: dict[str, int] | None = None,
) -> list[Hit]:
    """The passages that share the most telling terms, best first (BM25, sign turned).

    Args:
        frequencies: how many rows hold a term, kept by the caller while what is live stays
            the same. Counting walks through all of a term's rows, which costs more than
            the search itself where there are many.
    """
    if limit <= 0 or (plan_ids is not None and not plan_ids):
        return []
    budget = _POSTINGS if plan_ids is None else _FILTERED_POSTINGS
    wanted = _choose(session, terms, {} if frequencies is None else frequencies, budget)
    if not wanted:
        return []
    # Only live passages are indexed. The plus sign keeps the database from running the
    # whole search once for each passage of the plans.
    filtered = "" if plan_ids is None else f"AND +rowid IN ({_PASSAGES_OF_PLANS})"
    statement = text(
        f"SELECT rowid AS id, bm25(keyword, 1.0, {_BIGRAM_WEIGHT}) AS score FROM keyword "  # noqa: S608
        f"WHERE keyword MATCH :match {filtered} ORDER BY score, rowid LIMIT :limit"
    )
    parameters: dict[str, object] = {"match": " OR ".join(_quote(term) for term in wanted), "limit": limit}
    if plan_ids is not None:
        statement = statement.bindparams(bindparam("plans", expanding=True))
        parameters["plans"] = list(plan_ids)
    return [Hit(int(row.id), -float(row.score)) for row in session.execute(statement, parameters)]


def _choose(session: Session, terms: Sequence[Folded], known: dict[str, int], budget: int) -> list[str]:
    """Single terms and pairs that the index knows, rarest first, as far as the budget goes."""
    candidates = list(dict.fromkeys([*terms, *_pairs(terms)]))
    if not known:
        known.update(_common(session))
    if unknown := [term for term in candidates if term not in known]:
        if len(known) > _MOST_FREQUENCIES:
            known.clear()
            known.update(_common(session))
            unknown = candidates
        known.update(_count(session, unknown))
    found = sorted((known[term], term) for term in candidates if known.get(term))
    chosen: list[str] = []
    spent = 0
    for rows, term in found[:_MOST_TERMS]:
        spent += rows
        if chosen and spent > budget:
            break
        chosen.append(term)
    return chosen


def _common(session: Session) -> dict[str, int]:
    """In how many rows each common term stands: one walk through the index, 0.1 s for 100,000 rows."""
    statement = text("SELECT term, doc FROM keyword_terms WHERE doc >= :least")
    return {str(row.term): int(row.doc) for row in session.execute(statement, {"least": _COMMON})}


def _count(session: Session, terms: Sequence[str]) -> dict[str, int]:
    """In how many rows each term stands; 0 for one that the index does not know."""
    statement = text("SELECT term, doc FROM keyword_terms WHERE term IN :terms").bindparams(
        bindparam("terms", expanding=True)
    )
    found = {str(row.term): int(row.doc) for row in session.execute(statement, {"terms": terms})}
    return {term: found.get(term, 0) for term in terms}


def _insert(session: Session, passages: Sequence[tuple[int, str]]) -> None:
    if passages:
        session.execute(
            text("INSERT INTO keyword (rowid, syllables, bigrams) VALUES (:id, :syllables, :bigrams)"),
            [
                {"id": id_, "syllables": folded, "bigrams": " ".join(_pairs(folded.split()))}
                for id_, folded in passages
            ],
        )


def _among(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("ids", expanding=True))


def _pairs(words: Sequence[str]) -> list[str]:
    return [f"{left}_{right}" for left, right in pairwise(words)]


def _quote(term: str) -> str:
    """A term as an FTS5 string, so that nothing in it is syntax."""
    return '"' + term.replace('"', '""') + '"'
