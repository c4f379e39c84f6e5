"""Corrections of tasks by people, and plans that are withdrawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and add the columns."""
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.DateTime(), nullable=True),
        sa.Column("kept_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_corrections_plan_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_corrections_plan_id", "corrections", ["plan_id"])
    op.add_column("plans", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("tasks", sa.Column("correction_id", sa.Integer(), nullable=True))
    op.create_index("ix_tasks_correction_id", "tasks", ["correction_id"])
    op.add_column("versions", sa.Column("withdrawn_at", sa.DateTime(), nullable=True))
    op.add_column("versions", sa.Column("withdrawn_by", sa.Integer(), nullable=True))
    op.add_column("versions", sa.Column("withdrawn_reason", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop them; what people added is no task of any paper, and a withdrawn version stays out."""
    added = "SELECT id FROM tasks WHERE correction_id IS NOT NULL"
    passages = f"SELECT id FROM passages WHERE task_id IN ({added})"  # noqa: S608
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DELETE FROM keyword WHERE rowid IN ({passages})")  # noqa: S608
    op.execute(f"DELETE FROM passages WHERE task_id IN ({added})")  # noqa: S608
    op.execute("DELETE FROM tasks WHERE correction_id IS NOT NULL")
    op.execute("UPDATE versions SET state = 'superseded' WHERE state = 'withdrawn'")
    for name in ("withdrawn_reason", "withdrawn_by", "withdrawn_at"):
        op.drop_column("versions", name)
    op.drop_index("ix_tasks_correction_id", "tasks")
    op.drop_column("tasks", "correction_id")
    op.drop_column("plans", "revision")
    op.drop_table("corrections")
