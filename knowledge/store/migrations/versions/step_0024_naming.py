"""The organisation's own agencies and abbreviations, and their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "own_agencies",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("short", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("successor", sa.String(), nullable=False),
        sa.Column("successor_from", sa.Date(), nullable=True),
        *_set(),
        sa.PrimaryKeyConstraint("name", name="pk_own_agencies"),
    )
    op.create_table(
        "abbreviations",
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("short", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        *_set(),
        sa.PrimaryKeyConstraint("folded", name="pk_abbreviations"),
    )
    op.create_table(
        "naming_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_naming_changes"),
        sqlite_autoincrement=True,
    )


def _set() -> tuple[sa.Column, ...]:  # type: ignore[type-arg]
    return (
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("naming_changes", "abbreviations", "own_agencies"):
        op.drop_table(table)
