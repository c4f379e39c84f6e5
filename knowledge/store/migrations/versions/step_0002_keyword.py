"""The keyword index of SQLite; another database brings its own in a later step."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index and a view of its terms' frequencies.

    The ascii tokenizer leaves folded text alone; "_" joins pairs, "/" stands in paper numbers.
    """
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE keyword USING fts5(syllables, bigrams, tokenize=\"ascii tokenchars '/_'\")")
        op.execute("CREATE VIRTUAL TABLE keyword_terms USING fts5vocab(keyword, row)")


def downgrade() -> None:
    """Drop both."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE keyword_terms")
        op.execute("DROP TABLE keyword")
