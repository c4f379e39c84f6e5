"""How fast each person has been asking, over all processes on one database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; on a server without a log of it, since it may be empty after a crash."""
    op.create_table(
        "paces",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_paces"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE paces SET UNLOGGED")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("paces")
