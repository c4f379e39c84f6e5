"""Files of plans that wait for a process to read them, and what came of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("loading", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("pages_read", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("returned", sa.JSON(), nullable=True),
        sa.Column("gone", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reading_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["readings.id"], name="fk_reading_files_id_readings", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_reading_files"),
    )
    op.create_index("ix_readings_loading", "readings", ["loading"])
    op.create_index("ix_readings_stage", "readings", ["stage"])


def downgrade() -> None:
    """Drop them; files that wait are to be sent again."""
    op.drop_table("reading_files")
    op.drop_table("readings")
