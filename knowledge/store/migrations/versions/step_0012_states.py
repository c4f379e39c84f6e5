"""Reports that wait for confirmation or were returned, remarks on a duty, duties said to be another agency's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NEW = (
    ("progressed_at", sa.DateTime()),
    ("returned_at", sa.DateTime()),
    ("returned_by", sa.Integer()),
    ("confirmed_at", sa.DateTime()),
    ("confirmed_by", sa.Integer()),
)


def upgrade() -> None:
    """Add the columns and make the tables."""
    for name, kind in _NEW:
        op.add_column("occurrences", sa.Column(name, kind, nullable=True))
    op.create_table(
        "remarks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name="fk_remarks_occurrence_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_remarks"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_remarks_occurrence_id", "remarks", ["occurrence_id"])
    op.create_table(
        "transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("moved_to", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name="fk_transfers_duty_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_transfers"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transfers_duty_id", "transfers", ["duty_id"])


def downgrade() -> None:
    """Drop them; what waits for confirmation counts as done, what was transferred is no longer asked for."""
    op.execute("UPDATE occurrences SET state = 'done' WHERE state = 'reported'")
    op.execute("UPDATE occurrences SET state = 'cancelled' WHERE state = 'transferred'")
    op.drop_table("transfers")
    op.drop_table("remarks")
    for name, _ in reversed(_NEW):
        op.drop_column("occurrences", name)
