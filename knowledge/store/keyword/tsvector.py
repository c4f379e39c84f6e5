"""The keyword index on PostgreSQL: a tsvector of syllables and pairs under a GIN index, and what BM25 needs.

`ts_rank` knows neither how rare a term is nor how long a passage, so what it would have to know is kept: how often a
term stands in a passage where that is more than once, each passage's length, in how many passages each term stands,
and the totals. The texts are folded already, so terms are put into the vector as they are ('simple' would only cut
paper numbers at "/").
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import log
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from knowledge.library import Hit
from knowledge.store.keyword.contract import IN_PLANS, PAIR_WEIGHT, pairs

_LONGEST = 250
"""Letters of a term; no word of a language is longer, and a vector takes no more than 2 kB of one."""
_LEAST_WEIGHT = 1e-6

_INSERT = text(
    "INSERT INTO keyword (passage_id, words, repeated, length) "
    "VALUES (:id, array_to_tsvector(CAST(:words AS text[])), CAST(:repeated AS jsonb), :length)"
)
_COUNT_IN = text(
    "INSERT INTO keyword_terms (term, doc) "
    "SELECT term, count(*) FROM keyword, unnest(tsvector_to_array(words)) AS term "
    "WHERE passage_id = ANY(CAST(:ids AS integer[])) GROUP BY term ORDER BY term "
    "ON CONFLICT (term) DO UPDATE SET doc = keyword_terms.doc + excluded.doc"
)
_ADD = text("UPDATE keyword_totals SET passages = passages + :passages, tokens = tokens + :tokens")
_REMOVE = text("""
WITH gone AS (
  DELETE FROM keyword WHERE passage_id = ANY(CAST(:ids AS integer[])) RETURNING words, length
), less AS (
  UPDATE keyword_totals SET
    passages = passages - (SELECT count(*) FROM gone),
    tokens = tokens - (SELECT coalesce(sum(length), 0) FROM gone)
)
UPDATE keyword_terms SET doc = doc - counted.passages
FROM (
  SELECT lexeme, count(*) AS passages FROM gone, unnest(tsvector_to_array(words)) AS lexeme GROUP BY lexeme
) AS counted
WHERE term = counted.lexeme
""")
# Added up in one order, so that passages that say the same weigh the same to the last digit.
_RANK = """
SELECT passage_id AS id, sum(idf * (occurs * 2.2::float8 / (
  occurs + 1.2::float8 * (0.25::float8 + 0.75::float8 * length / CAST(:average AS float8))
)) ORDER BY place) AS score
FROM unnest(CAST(:terms AS text[]), CAST(:queries AS text[]), CAST(:idfs AS float8[]), CAST(:weights AS float8[]))
  WITH ORDINALITY AS wanted (term, query, idf, weight, place)
JOIN keyword ON words @@ CAST(query AS tsquery)
CROSS JOIN LATERAL (SELECT weight * coalesce(CAST(repeated ->> term AS float8), 1) AS occurs) AS counted
{filtered}
GROUP BY passage_id ORDER BY score DESC, passage_id LIMIT :limit
"""


class Tsvector:
    """See `contract.Index`."""

    def insert(self, session: Session, passages: Sequence[tuple[int, str]]) -> None:
        """See `contract.Index.insert`."""
        if not passages:
            return
        rows = [_row(id_, folded.split()) for id_, folded in passages]
        session.execute(_INSERT, rows)
        session.execute(_COUNT_IN, {"ids": [row["id"] for row in rows]})
        session.execute(_ADD, {"passages": len(rows), "tokens": sum(row["length"] for row in rows)})

    def remove(self, session: Session, passages: Sequence[int]) -> None:
        """See `contract.Index.remove`."""
        if passages:
            session.execute(_REMOVE, {"ids": list(passages)})
            session.execute(text("DELETE FROM keyword_terms WHERE doc <= 0"))

    def clear(self, session: Session) -> None:
        """See `contract.Index.clear`."""
        for table in ("keyword", "keyword_terms"):
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of ours
        session.execute(text("UPDATE keyword_totals SET passages = 0, tokens = 0"))

    def held(self, session: Session) -> set[int]:
        """See `contract.Index.held`."""
        return {int(id_) for id_ in session.scalars(text("SELECT passage_id FROM keyword"))}

    def common(self, session: Session, least: int) -> dict[str, int]:
        """See `contract.Index.common`."""
        statement = text("SELECT term, doc FROM keyword_terms WHERE doc >= :least")
        return {str(row.term): int(row.doc) for row in session.execute(statement, {"least": least})}

    def count(self, session: Session, terms: Sequence[str]) -> dict[str, int]:
        """See `contract.Index.count`."""
        statement = text("SELECT term, doc FROM keyword_terms WHERE term = ANY(CAST(:terms AS text[]))")
        found = {str(row.term): int(row.doc) for row in session.execute(statement, {"terms": list(terms)})}
        return {term: found.get(term, 0) for term in terms}

    def rank(
        self, session: Session, terms: Mapping[str, int], limit: int, plan_ids: Collection[int] | None
    ) -> list[Hit]:
        """See `contract.Index.rank`."""
        passages, tokens = session.execute(text("SELECT passages, tokens FROM keyword_totals")).one()
        statement = text(_RANK.format(filtered="" if plan_ids is None else f"WHERE passage_id IN ({IN_PLANS})"))
        parameters: dict[str, object] = {
            "terms": list(terms),
            "queries": [_quote(term) for term in terms],
            "idfs": [_weight(passages, rows) for rows in terms.values()],
            "weights": [PAIR_WEIGHT if "_" in term else 1.0 for term in terms],
            "average": tokens / max(1, passages),
            "limit": limit,
        }
        if plan_ids is not None:
            statement = statement.bindparams(bindparam("plans", expanding=True))
            parameters["plans"] = list(plan_ids)
        # A scan of all rows looks cheap for a small table and has to unpack every vector once for each term.
        session.execute(text("SET LOCAL enable_seqscan = off"))
        found = session.execute(statement, parameters).all()
        session.execute(text("SET LOCAL enable_seqscan = on"))
        return [Hit(int(row.id), float(row.score)) for row in found]


def _row(id_: int, syllables: Sequence[str]) -> dict[str, Any]:
    terms = [*syllables, *pairs(syllables)]
    counted = Counter(term for term in terms if len(term) <= _LONGEST)
    repeated = {term: number for term, number in counted.items() if number > 1}
    return {"id": id_, "words": [*counted], "repeated": json.dumps(repeated), "length": len(terms)}


def _weight(passages: int, rows: int) -> float:
    """How much a term tells: the rarer, the more."""
    return max(log((passages - rows + 0.5) / (rows + 0.5)), _LEAST_WEIGHT)


def _quote(term: str) -> str:
    """A term as a tsquery of one lexeme, so that nothing in it is syntax."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
