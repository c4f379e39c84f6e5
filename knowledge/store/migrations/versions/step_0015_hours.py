"""The hour that a deadline prints, kept with its duty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is known already has its hour with the first planning."""
    op.add_column("duties", sa.Column("hour", sa.Time(), nullable=True))


def downgrade() -> None:
    """Take it out."""
    op.drop_column("duties", "hour")
