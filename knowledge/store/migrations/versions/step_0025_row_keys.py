"""What each task's row is known by is kept beside it, so that one row is corrected without reading all others."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

from knowledge.text import syllables

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000
_TASKS = sa.table(
    "tasks",
    sa.column("id", sa.Integer),
    sa.column("version_id", sa.Integer),
    sa.column("position", sa.Integer),
    sa.column("section", sa.String),
    sa.column("title", sa.String),
    sa.column("activity", sa.String),
    sa.column("product", sa.String),
    sa.column("lead", sa.JSON),
    sa.column("coordinating", sa.JSON),
    sa.column("deadline_text", sa.String),
    sa.column("correction_id", sa.Integer),
    sa.column("row_key", sa.String),
    sa.column("row_words", sa.String),
)


def upgrade() -> None:
    """Add the columns and fill them."""
    op.add_column("tasks", sa.Column("row_key", sa.String(), nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("row_words", sa.String(), nullable=False, server_default=""))
    connection = op.get_bind()
    for version in connection.scalars(sa.select(_TASKS.c.version_id).distinct()).all():
        _fill(connection, version)
    op.create_index("ix_tasks_row_key", "tasks", ["version_id", "row_key"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_tasks_row_key", "tasks")
    op.drop_column("tasks", "row_words")
    op.drop_column("tasks", "row_key")


def _fill(connection: sa.Connection, version: int) -> None:
    rows = connection.execute(
        sa.select(_TASKS).where(_TASKS.c.version_id == version).order_by(_TASKS.c.position)
    ).all()
    seen: Counter[str] = Counter()
    changes: list[dict[str, Any]] = []
    for row in rows:
        if row.correction_id is not None:
            key = f"added:{row.correction_id}"
        else:
            said = _said(row)
            seen[said] += 1
            key = sha256(f"{said}\n{seen[said]}".encode()).hexdigest()[:32]
        words = " ".join([*syllables(row.title), "/", *syllables(row.activity or "")])
        changes.append({"of": row.id, "key": key, "words": words})
    statement = _TASKS.update().where(_TASKS.c.id == sa.bindparam("of"))
    statement = statement.values(row_key=sa.bindparam("key"), row_words=sa.bindparam("words"))
    for at in range(0, len(changes), _AT_ONCE):
        connection.execute(statement, changes[at : at + _AT_ONCE])


def _said(row: Any) -> str:
    told = (row.section, row.title, row.activity, row.product, *row.lead, "/", *row.coordinating, row.deadline_text)
    return "\n".join(" ".join(syllables(part or "")) for part in told)
