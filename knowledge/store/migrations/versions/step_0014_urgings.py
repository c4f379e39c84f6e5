"""Who has urged which agency about what, when, and whom that reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "urgings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("urged_by", sa.Integer(), nullable=True),
        sa.Column("urged_at", sa.DateTime(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_urgings_occurrence_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_urgings"),
        sa.UniqueConstraint("occurrence_id", "day", name="uq_urgings_occurrence_id_day"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("urgings")
