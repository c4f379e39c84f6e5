"""Sign-in links and sessions of the web page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sign_in_links",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        _of_member("sign_in_links"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_sign_in_links"),
    )
    op.create_index("ix_sign_in_links_member_id", "sign_in_links", ["member_id"])
    op.create_table(
        "web_sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        _of_member("web_sessions"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_web_sessions"),
    )
    op.create_index("ix_web_sessions_member_id", "web_sessions", ["member_id"])


def _of_member(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=f"fk_{table}_member_id", ondelete="CASCADE")


def downgrade() -> None:
    """Drop them."""
    for table in ("web_sessions", "sign_in_links"):
        op.drop_table(table)
