"""What the platform calls who asks to be let in, and when administrators were told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of requests that wait already administrators have been told."""
    op.add_column("join_requests", sa.Column("called", sa.String(), nullable=False, server_default=""))
    op.add_column("join_requests", sa.Column("told_at", sa.DateTime(), nullable=True))
    op.execute("UPDATE join_requests SET told_at = at")


def downgrade() -> None:
    """Drop them."""
    for name in ("told_at", "called"):
        op.drop_column("join_requests", name)
