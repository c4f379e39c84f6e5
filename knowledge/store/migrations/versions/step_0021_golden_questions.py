"""Golden questions of the organisation, and feedback that somebody has looked into."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and add the columns."""
    op.create_table(
        "golden_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("style", sa.String(), nullable=False),
        sa.Column("must", sa.JSON(), nullable=False),
        sa.Column("must_not", sa.JSON(), nullable=False),
        sa.Column("task", sa.JSON(), nullable=True),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("feedback_id", sa.Integer(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(), nullable=True),
        sa.Column("dropped_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_golden_questions"),
        sqlite_autoincrement=True,
    )
    op.add_column("feedback", sa.Column("settled_at", sa.DateTime(), nullable=True))
    op.add_column("feedback", sa.Column("settled_by", sa.Integer(), nullable=True))
    op.create_index("ix_feedback_settled_at", "feedback", ["settled_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_feedback_settled_at", "feedback")
    op.drop_column("feedback", "settled_by")
    op.drop_column("feedback", "settled_at")
    op.drop_table("golden_questions")
