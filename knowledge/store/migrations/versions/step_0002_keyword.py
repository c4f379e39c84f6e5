"""The keyword index, each database's own."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_FTS5 = (
    # The ascii tokenizer leaves folded text alone; "_" joins pairs, "/" stands in paper numbers.
    "CREATE VIRTUAL TABLE keyword USING fts5(syllables, bigrams, tokenize=\"ascii tokenchars '/_'\")",
    "CREATE VIRTUAL TABLE keyword_terms USING fts5vocab(keyword, row)",
)
_TSVECTOR = (
    "CREATE TABLE keyword (passage_id integer PRIMARY KEY, length integer NOT NULL, repeated jsonb NOT NULL, "
    "words tsvector NOT NULL)",
    # Without a list of pending entries, which each question would have to walk through.
    "CREATE INDEX ix_keyword_words ON keyword USING gin (words) WITH (fastupdate = off)",
    'CREATE TABLE keyword_terms (term text COLLATE "C" PRIMARY KEY, doc integer NOT NULL)',
    "CREATE TABLE keyword_totals (passages integer NOT NULL, tokens bigint NOT NULL)",
    "INSERT INTO keyword_totals VALUES (0, 0)",
)


def upgrade() -> None:
    """The index and its terms' frequencies."""
    for statement in _FTS5 if op.get_bind().dialect.name == "sqlite" else _TSVECTOR:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP TABLE keyword_totals")
    op.execute("DROP TABLE keyword_terms")
    op.execute("DROP TABLE keyword")
