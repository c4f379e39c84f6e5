"""Plans, versions, tasks, passages, vectors, mentions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _plans()
    _versions()
    _tasks()
    _passages()
    op.create_table(
        "settings",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_settings"),
    )


def downgrade() -> None:
    """Drop them, those that refer to others first."""
    for table in (
        "settings",
        "vectors",
        "passages",
        "task_agencies",
        "tasks",
        "mentions",
        "live_versions",
        "versions",
        "plans",
    ):
        op.drop_table(table)


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number_key", sa.String(), nullable=True),
        sa.Column("issuer_key", sa.String(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("stem_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("key", name="uq_plans_key"),
    )
    op.create_index("ix_plans_number_key", "plans", ["number_key"])
    op.create_index("ix_plans_stem_key", "plans", ["stem_key"])


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("signer", sa.String(), nullable=True),
        sa.Column("years", sa.JSON(), nullable=False),
        sa.Column("footnotes", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.Column("activated_at", sa.DateTime(), nullable=True),
        _refers("versions", "plan_id", "plans"),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("plan_id", "version", name="uq_versions_plan_id_version"),
    )
    op.create_index("ix_versions_plan_id", "versions", ["plan_id"])
    op.create_table(
        "live_versions",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        _refers("live_versions", "plan_id", "plans"),
        _refers("live_versions", "version_id", "versions"),
        sa.PrimaryKeyConstraint("plan_id", name="pk_live_versions"),
        sa.UniqueConstraint("version_id", name="uq_live_versions_version_id"),
    )
    op.create_table(
        "mentions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("topic", sa.String(), nullable=False),
        _refers("mentions", "version_id", "versions"),
        sa.PrimaryKeyConstraint("id", name="pk_mentions"),
    )
    op.create_index("ix_mentions_version_id", "mentions", ["version_id"])


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=True),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("lead", sa.JSON(), nullable=False),
        sa.Column("coordinating", sa.JSON(), nullable=False),
        sa.Column("deadline_text", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        *_source(),
        _refers("tasks", "version_id", "versions"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tasks_version_id", "tasks", ["version_id"])
    op.create_table(
        "task_agencies",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        _refers("task_agencies", "task_id", "tasks"),
        sa.PrimaryKeyConstraint("task_id", "position", name="pk_task_agencies"),
    )
    op.create_index("ix_task_agencies_agency", "task_agencies", ["agency"])


def _passages() -> None:
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        *_source(),
        _refers("passages", "version_id", "versions"),
        _refers("passages", "task_id", "tasks"),
        sa.PrimaryKeyConstraint("id", name="pk_passages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passages_version_id", "passages", ["version_id"])
    op.create_index("ix_passages_task_id", "passages", ["task_id"])
    op.create_table(
        "vectors",
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        _refers("vectors", "passage_id", "passages"),
        sa.PrimaryKeyConstraint("passage_id", name="pk_vectors"),
    )


def _source() -> list[sa.Column[object]]:
    return [
        sa.Column("section_path", sa.JSON(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("clause", sa.String(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("sheet", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=False),
    ]


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")
