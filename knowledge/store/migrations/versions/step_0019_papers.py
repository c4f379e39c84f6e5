"""The files of papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; versions that are there have no file."""
    op.create_table(
        "papers",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("packed", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_papers"),
    )
    op.create_index("ix_versions_digest", "versions", ["digest"])


def downgrade() -> None:
    """Drop them; files are gone then."""
    op.drop_index("ix_versions_digest", "versions")
    op.drop_table("papers")
