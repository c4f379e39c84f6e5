"""The keyword index: the passages of live versions by folded syllables and pairs of neighbours ("noi_vu").

Pairs make phrases count without a word segmenter. The index changes in the same transaction as what is live. How
it is kept and asked is each database's own, behind `contract.Index`: `fts5` for SQLite, `tsvector` for PostgreSQL.
In how many passages a term stands is kept in `keyword_terms` by both: counting takes the longer the more there are.
Both give the same scores (`contract.Index.rank`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Row, bindparam, text
from sqlalchemy.orm import Session

from knowledge.library import Hit
from knowledge.store.keyword.contract import Index, Indexed, pairs
from knowledge.store.keyword.fts5 import Fts5
from knowledge.store.keyword.tsvector import Tsvector
from knowledge.text import Folded

_POSTINGS = 3_000
"""Most rows that the terms of one question may stand in, taken together: beyond that, common
terms cost milliseconds and no longer tell passages apart (0.5 ms for each 1,000 rows)."""
_FILTERED_POSTINGS = 12_000
"""The same where only some plans are searched: rows outside them are passed over, not scored."""
_MOST_TERMS = 32

_MOST_FREQUENCIES = 50_000
"""Terms whose numbers of rows are kept."""
_AT_ONCE, _VERSIONS_AT_ONCE = 10_000, 50
"""Passages, and versions with a few hundred each, that are read and written together."""

_TEXT = "SELECT id, version_id, folded FROM passages"
_LIVE = "SELECT p.id, p.version_id, p.folded FROM passages p JOIN live_versions l ON l.version_id = p.version_id"

_COUNT = text("SELECT term, doc FROM keyword_terms WHERE term IN :terms").bindparams(
    bindparam("terms", expanding=True)
)

_INDEXES: dict[str, Index] = {"sqlite": Fts5(), "postgresql": Tsvector()}


def is_derived_table(name: str) -> bool:
    """Whether a table belongs to the index and not to the models."""
    return name == "keyword" or name.startswith("keyword_")


def index_versions(session: Session, version_ids: Sequence[int]) -> None:
    """Add the passages of some versions."""
    wanted = text(f"{_TEXT} WHERE version_id IN :versions").bindparams(bindparam("versions", expanding=True))
    for at in range(0, len(version_ids), _VERSIONS_AT_ONCE):
        part = version_ids[at : at + _VERSIONS_AT_ONCE]
        _of(session).insert(session, _indexed(session.execute(wanted, {"versions": list(part)})))


def index(session: Session, passages: Sequence[int]) -> None:
    """Add single passages."""
    wanted = text(f"{_TEXT} WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
    _of(session).insert(session, _indexed(session.execute(wanted, {"ids": list(passages)})))


def drop(session: Session, passages: Sequence[int]) -> None:
    """Take single passages out; those that are not there are passed over."""
    _of(session).remove(session, passages)


def drop_version(session: Session, version_id: int) -> None:
    """Take the passages of a version out."""
    found = session.scalars(text("SELECT id FROM passages WHERE version_id = :version"), {"version": version_id})
    _of(session).remove(session, [int(id_) for id_ in found])


def rebuild(session: Session) -> None:
    """Make the index again from the live passages."""
    _of(session).clear(session)
    part = text(f"{_LIVE} WHERE p.id > :last ORDER BY p.id LIMIT :most")
    last = 0
    while found := _indexed(session.execute(part, {"last": last, "most": _AT_ONCE})):
        _of(session).insert(session, found)
        last = found[-1].id


def _indexed(rows: Iterable[Row[Any]]) -> list[Indexed]:
    return [Indexed(int(row.id), int(row.version_id), str(row.folded)) for row in rows]


def find_damage(session: Session) -> str | None:
    """What is wrong with the index, or None when it holds exactly the live passages."""
    held = _of(session).held(session)
    live = {int(row.id) for row in session.execute(text(f"SELECT id FROM ({_LIVE}) AS live"))}  # noqa: S608
    missing = len(live - held)
    if missing or len(held) != len(live):
        return f"{len(held)} rows for {len(live)} live passages, {missing} missing"
    return None


def search(
    session: Session,
    terms: Sequence[Folded],
    limit: int,
    plan_ids: Collection[int] | None = None,
    frequencies: dict[str, int] | None = None,
    more: Sequence[Folded] = (),
) -> list[Hit]:
    """The passages that share the most telling terms, best first (BM25, sign turned).

    Args:
        frequencies: how many rows hold a term, kept by the caller while what is live stays the same.
        more: other words, with which is searched once more; what that finds besides comes after the rest.
    """
    if limit <= 0 or (plan_ids is not None and not plan_ids):
        return []
    budget = _POSTINGS if plan_ids is None else _FILTERED_POSTINGS
    known = {} if frequencies is None else frequencies
    asked = [list(terms), [*terms, *more]] if more else [list(terms)]
    searches: list[dict[str, int]] = []
    for each in asked:
        wanted = _choose(session, each, known, budget)
        if wanted and wanted not in searches:
            searches.append(wanted)
    found = _of(session).rank(session, searches, limit, plan_ids) if searches else []
    by_passage: dict[int, Hit] = {}
    for hit in chain.from_iterable(found):
        by_passage.setdefault(hit.passage_id, hit)
    return list(by_passage.values())


def _of(session: Session) -> Index:
    """The index of the database that is asked."""
    return _INDEXES[session.get_bind().dialect.name]


def _choose(session: Session, terms: Sequence[Folded], known: dict[str, int], budget: int) -> dict[str, int]:
    """Single terms and pairs that the index knows and their numbers of rows, rarest first, as the budget allows."""
    candidates = list(dict.fromkeys([*terms, *pairs(terms)]))
    if unknown := [term for term in candidates if term not in known]:
        if len(known) > _MOST_FREQUENCIES:
            known.clear()
            unknown = candidates
        known.update(dict.fromkeys(unknown, 0))
        known.update((str(row.term), int(row.doc)) for row in session.execute(_COUNT, {"terms": unknown}))
    found = sorted((known[term], term) for term in candidates if known.get(term))
    chosen: dict[str, int] = {}
    spent = 0
    for rows, term in found[:_MOST_TERMS]:
        spent += rows
        if chosen and spent > budget:
            break
        chosen[term] = rows
    return chosen
