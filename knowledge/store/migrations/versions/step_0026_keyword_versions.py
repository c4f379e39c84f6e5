"""In how many passages a term stands is kept on SQLite too; PostgreSQL's index knows each passage's version.

What stands in these tables is derived: the index is made anew when it is empty (`database.migrate`).
"""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_COUNTED = (
    "DROP TABLE keyword_terms",
    "DELETE FROM keyword",
    "CREATE TABLE keyword_terms (term TEXT PRIMARY KEY, doc INTEGER NOT NULL) WITHOUT ROWID",
)
_COUNTING = ("DROP TABLE keyword_terms", "CREATE VIRTUAL TABLE keyword_terms USING fts5vocab(keyword, row)")
_DROP = ("DROP TABLE keyword", "DROP TABLE keyword_terms", "UPDATE keyword_totals SET passages = 0, tokens = 0")
_NEW = (
    "CREATE TABLE keyword (passage_id integer PRIMARY KEY, version_id integer NOT NULL, length integer NOT NULL, "
    "repeated jsonb NOT NULL, words tsvector NOT NULL)",
    # Each writer has its list of pending entries merged before it ends, so that no question walks through one.
    "CREATE INDEX ix_keyword_words ON keyword USING gin (words) "
    "WITH (fastupdate = on, gin_pending_list_limit = 32768)",
    # Room in each page for the next number of the same terms.
    'CREATE TABLE keyword_terms (term text COLLATE "C" PRIMARY KEY, doc integer NOT NULL) WITH (fillfactor = 70)',
)
_OLD = (
    "CREATE TABLE keyword (passage_id integer PRIMARY KEY, length integer NOT NULL, repeated jsonb NOT NULL, "
    "words tsvector NOT NULL)",
    "CREATE INDEX ix_keyword_words ON keyword USING gin (words) WITH (fastupdate = off)",
    'CREATE TABLE keyword_terms (term text COLLATE "C" PRIMARY KEY, doc integer NOT NULL)',
)


def upgrade() -> None:
    """The index anew, empty."""
    _make(_COUNTED, (*_DROP, *_NEW))


def downgrade() -> None:
    """As it was; on PostgreSQL empty."""
    _make(_COUNTING, (*_DROP, *_OLD))


def _make(sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in sqlite if op.get_bind().dialect.name == "sqlite" else postgresql:
        op.execute(statement)
