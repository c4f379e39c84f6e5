"""What is said in the chat of the page, and sentences for the next page that a browser opens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "page_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("bold", sa.Boolean(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("quotes", sa.JSON(), nullable=False),
        sa.Column("tasks", sa.JSON(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_page_messages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_page_messages_member_id", "page_messages", ["member_id"])
    op.add_column("web_sessions", sa.Column("notes", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("web_sessions", "notes")
    op.drop_table("page_messages")
