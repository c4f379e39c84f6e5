"""The keyword index on SQLite: FTS5 over two columns, folded syllables and pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from knowledge.library import Hit
from knowledge.store.keyword.contract import PAIR_WEIGHT, Indexed, pairs

SHADOWS = frozenset(f"keyword_{part}" for part in ("data", "idx", "content", "docsize", "config"))
"""Tables that come with FTS5's own."""
_IN_PLANS = (
    "SELECT p.id FROM passages p JOIN live_versions l ON l.version_id = p.version_id WHERE l.plan_id IN :plans"
)
"""The passages of what is live of some plans."""
_COUNT_IN = text(
    "INSERT INTO keyword_terms (term, doc) VALUES (:term, :doc) "
    "ON CONFLICT (term) DO UPDATE SET doc = doc + excluded.doc"
)
_COUNT_OUT = text("UPDATE keyword_terms SET doc = doc - :doc WHERE term = :term")
_READ_AT_ONCE = 500
"""Variables of a statement that every SQLite takes."""


class Fts5:
    """See `contract.Index`."""

    def insert(self, session: Session, passages: Sequence[Indexed]) -> None:
        """See `contract.Index.insert`."""
        if not passages:
            return
        rows = [
            {"id": each.id, "syllables": each.folded, "bigrams": " ".join(pairs(each.folded.split()))}
            for each in passages
        ]
        session.execute(
            text("INSERT INTO keyword (rowid, syllables, bigrams) VALUES (:id, :syllables, :bigrams)"), rows
        )
        session.execute(_COUNT_IN, _counted(rows))

    def remove(self, session: Session, passages: Sequence[int]) -> None:
        """See `contract.Index.remove`."""
        wanted = text("SELECT rowid AS id, syllables, bigrams FROM keyword WHERE rowid IN :ids")
        wanted = wanted.bindparams(bindparam("ids", expanding=True))
        for at in range(0, len(passages), _READ_AT_ONCE):
            part = list(passages[at : at + _READ_AT_ONCE])
            rows = [dict(row._mapping) for row in session.execute(wanted, {"ids": part})]
            if rows:
                session.execute(text("DELETE FROM keyword WHERE rowid = :id"), [{"id": row["id"]} for row in rows])
                session.execute(_COUNT_OUT, _counted(rows))
                session.execute(text("DELETE FROM keyword_terms WHERE doc <= 0"))

    def clear(self, session: Session) -> None:
        """See `contract.Index.clear`."""
        for table in ("keyword", "keyword_terms"):
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of ours

    def held(self, session: Session) -> set[int]:
        """See `contract.Index.held`."""
        return {int(id_) for id_ in session.scalars(text("SELECT rowid FROM keyword"))}

    def rank(
        self, session: Session, searches: Sequence[Mapping[str, int]], limit: int, plan_ids: Collection[int] | None
    ) -> list[list[Hit]]:
        """See `contract.Index.rank`."""
        # Only live passages are indexed. The plus sign keeps the database from running the
        # whole search once for each passage of the plans.
        filtered = "" if plan_ids is None else f"AND +rowid IN ({_IN_PLANS})"
        statement = text(
            f"SELECT rowid AS id, bm25(keyword, 1.0, {PAIR_WEIGHT}) AS score FROM keyword "  # noqa: S608
            f"WHERE keyword MATCH :match {filtered} ORDER BY score, rowid LIMIT :limit"
        )
        parameters: dict[str, object] = {"limit": limit}
        if plan_ids is not None:
            statement = statement.bindparams(bindparam("plans", expanding=True))
            parameters["plans"] = list(plan_ids)
        found = []
        for terms in searches:
            match = " OR ".join(_quote(term) for term in terms)
            rows = session.execute(statement, {**parameters, "match": match})
            found.append([Hit(int(row.id), -float(row.score)) for row in rows])
        return found


def _counted(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """In how many of the rows each term stands, in the order of the terms."""
    counted = Counter(term for row in rows for term in {*row["syllables"].split(), *row["bigrams"].split()})
    return [{"term": term, "doc": counted[term]} for term in sorted(counted)]


def _quote(term: str) -> str:
    """A term as an FTS5 string, so that nothing in it is syntax."""
    return '"' + term.replace('"', '""') + '"'
