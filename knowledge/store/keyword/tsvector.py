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
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from knowledge.library import Hit
from knowledge.store.keyword.contract import PAIR_WEIGHT, Indexed, pairs

if TYPE_CHECKING:
    import psycopg

_LONGEST = 250
"""Letters of a term; no word of a language is longer, and a vector takes no more than 2 kB of one."""
_LEAST_WEIGHT = 1e-6

_COPY = "COPY keyword (passage_id, version_id, length, repeated, words) FROM STDIN"
# In the order of the terms, so that writers and the index's pages are gone through in one direction.
_COUNT_IN = text(
    "INSERT INTO keyword_terms (term, doc) SELECT * FROM unnest(CAST(:terms AS text[]), CAST(:docs AS integer[])) "
    "ON CONFLICT (term) DO UPDATE SET doc = keyword_terms.doc + excluded.doc"
)
_MERGE = text("SELECT gin_clean_pending_list('ix_keyword_words')")
"""What was written goes into the index at once: a question would have to walk through the list of it."""
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
# Added up in one order, so that passages that say the same weigh the same to the last digit. OFFSET has each term
# looked up by itself: a plan made without knowing the terms would rather read the passages of the plans from one end.
# What several searches look for is looked up once.
_RANK = """
WITH scored AS MATERIALIZED (
  SELECT passage_id, {sums}
  FROM unnest(
    CAST(:terms AS text[]), CAST(:queries AS text[]), CAST(:idfs AS float8[]), CAST(:weights AS float8[]),
    CAST(:searches AS integer[])
  ) WITH ORDINALITY AS wanted (term, query, idf, weight, searches, place)
  {holding}
  CROSS JOIN LATERAL (SELECT weight * coalesce(CAST(repeated ->> term AS float8), 1) AS occurs) AS counted
  {filtered}
  GROUP BY passage_id
)
{best}
"""
_SUM = """
  sum(idf * (occurs * 2.2::float8 / (
    occurs + 1.2::float8 * (0.25::float8 + 0.75::float8 * length / CAST(:average AS float8))
  )) ORDER BY place) FILTER (WHERE searches & {bit} <> 0) AS score_{search}"""
_BEST = """(
  SELECT {search} AS search, passage_id AS id, score_{search} AS score FROM scored
  WHERE score_{search} IS NOT NULL ORDER BY score DESC, id LIMIT :limit
)"""
_EVERYWHERE = """CROSS JOIN LATERAL (
    SELECT * FROM keyword WHERE words @@ CAST(query AS tsquery) OFFSET 0 LIMIT CAST(:most AS integer)
  ) AS holding"""
_IN_PLANS = """CROSS JOIN LATERAL (SELECT * FROM keyword WHERE words @@ CAST(query AS tsquery) OFFSET 0) AS holding"""
_OF_PLANS = (
    "WHERE version_id IN (SELECT version_id FROM live_versions WHERE plan_id = ANY(CAST(:plans AS integer[])))"
)
_IN_FEW_PLANS = """CROSS JOIN (
    SELECT keyword.* FROM live_versions
    JOIN passages ON passages.version_id = live_versions.version_id
    JOIN keyword ON keyword.passage_id = passages.id
    WHERE plan_id = ANY(CAST(:plans AS integer[])) OFFSET 0
  ) AS holding"""
_OF_FEW_PLANS = "WHERE words @@ CAST(query AS tsquery)"
_FEW_PLANS = 8
"""Of so many plans, a few thousand passages, each is held against the terms: quicker than to look all terms up."""
_MOST_ROWS = 12_000
"""Rows in which a term is looked for; of one that stands in more, the only one there is, the first are taken."""


class Tsvector:
    """See `contract.Index`."""

    def insert(self, session: Session, passages: Sequence[Indexed]) -> None:
        """See `contract.Index.insert`."""
        if not passages:
            return
        counted: Counter[str] = Counter()
        tokens = 0
        raw = cast("psycopg.Connection[Any]", session.connection().connection.dbapi_connection)
        with raw.cursor() as cursor, cursor.copy(_COPY) as copy:
            for each in passages:
                syllables = each.folded.split()
                terms = [*syllables, *pairs(syllables)]
                found = Counter(term for term in terms if len(term) <= _LONGEST)
                repeated = {term: number for term, number in found.items() if number > 1}
                words = " ".join(map(_quote, found))
                copy.write_row((each.id, each.version_id, len(terms), json.dumps(repeated), words))
                counted.update(found.keys())
                tokens += len(terms)
        terms = sorted(counted)
        session.execute(_COUNT_IN, {"terms": terms, "docs": [counted[term] for term in terms]})
        session.execute(_ADD, {"passages": len(passages), "tokens": tokens})
        session.execute(_MERGE)

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

    def rank(
        self, session: Session, searches: Sequence[Mapping[str, int]], limit: int, plan_ids: Collection[int] | None
    ) -> list[list[Hit]]:
        """See `contract.Index.rank`."""
        # A scan of all rows looks cheap for a small table and has to unpack every vector once for each term.
        totals = "SELECT passages, tokens, set_config('enable_seqscan', 'off', true) FROM keyword_totals"
        passages, tokens, _ = session.execute(text(totals)).one()
        rows = {term: number for terms in searches for term, number in terms.items()}
        wanted = sorted(rows, key=lambda term: (rows[term], term))
        parameters: dict[str, object] = {
            "terms": wanted,
            "queries": [_quote(term) for term in wanted],
            "idfs": [_weight(passages, rows[term]) for term in wanted],
            "weights": [PAIR_WEIGHT if "_" in term else 1.0 for term in wanted],
            "searches": [sum(1 << at for at, terms in enumerate(searches) if term in terms) for term in wanted],
            "average": tokens / max(1, passages),
            "limit": limit,
        }
        if plan_ids is None:
            holding, filtered = _EVERYWHERE, ""
            parameters["most"] = _MOST_ROWS
        else:
            few = len(plan_ids) <= _FEW_PLANS
            holding, filtered = (_IN_FEW_PLANS, _OF_FEW_PLANS) if few else (_IN_PLANS, _OF_PLANS)
            parameters["plans"] = list(plan_ids)
        statement = text(
            _RANK.format(
                sums=",".join(_SUM.format(search=at, bit=1 << at) for at in range(len(searches))),
                holding=holding,
                filtered=filtered,
                best="UNION ALL".join(_BEST.format(search=at) for at in range(len(searches))),
            )
        )
        found: list[list[Hit]] = [[] for _ in searches]
        for row in session.execute(statement, parameters):
            found[row.search].append(Hit(int(row.id), float(row.score)))
        session.execute(text("SET LOCAL enable_seqscan = on"))
        return [sorted(hits, key=lambda hit: (-hit.score, hit.passage_id)) for hits in found]


def _weight(passages: int, rows: int) -> float:
    """How much a term tells: the rarer, the more."""
    return max(log((passages - rows + 0.5) / (rows + 0.5)), _LEAST_WEIGHT)


def _quote(term: str) -> str:
    """A term as a tsquery of one lexeme, so that nothing in it is syntax."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
