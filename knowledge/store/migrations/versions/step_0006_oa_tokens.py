"""The newest token pair of a Zalo Official Account's app."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "oa_tokens",
        sa.Column("app_id", sa.String(), nullable=False),
        sa.Column("access", sa.String(), nullable=False),
        sa.Column("refresh", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("grant", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("app_id", name="pk_oa_tokens"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("oa_tokens")
