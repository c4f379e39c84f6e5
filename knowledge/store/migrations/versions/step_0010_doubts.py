"""Doubts, unread parts of deadlines and further sources of tasks; what a paper does to other papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NEW = ("unread", "doubts", "sources")


def upgrade() -> None:
    """Add the columns, empty for what is loaded, and make the table."""
    for name in _NEW:
        op.add_column("tasks", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "relations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("paper_kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("row", sa.String(), nullable=True),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("lead", sa.JSON(), nullable=False),
        sa.Column("lead_agencies", sa.JSON(), nullable=False),
        sa.Column("deadline", sa.JSON(), nullable=True),
        sa.Column("quote", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_relations_version_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_relations"),
    )
    op.create_index("ix_relations_version_id", "relations", ["version_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("relations")
    for name in reversed(_NEW):
        op.drop_column("tasks", name)
