"""Group chats that hear what an agency is reminded of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "agency_chats",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat", name="pk_agency_chats"),
    )
    op.create_index("ix_agency_chats_agency", "agency_chats", ["agency"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("agency_chats")
