"""One history of everything that people change, and activations at a set time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_UNKNOWN = -1
_PAST = (
    # Who loaded and activated was not kept; who withdrew and corrected was (0: the command line).
    ("loaded", "plan", "loaded_at", "-1", "version", "file", "versions"),
    ("activated", "plan", "activated_at", "-1", "version", "''", "versions"),
    ("withdrawn", "plan", "withdrawn_at", "{withdrawn_by}", "version", "coalesce(withdrawn_reason, '')", "versions"),
    ("correction_made", "correction", "made_at", "{made_by}", "id", "''", "corrections"),
    ("correction_kept", "correction", "kept_at", "{kept_by}", "id", "''", "corrections"),
    ("correction_undone", "correction", "undone_at", "{undone_by}", "id", "''", "corrections"),
)


def upgrade() -> None:
    """Widen the audit, copy into it what was kept elsewhere, and make the table."""
    op.add_column("audit", sa.Column("kind", sa.String(), nullable=False, server_default="people"))
    op.add_column("audit", sa.Column("plan_id", sa.Integer(), nullable=True))
    op.create_index("ix_audit_kind", "audit", ["kind"])
    op.create_index("ix_audit_plan_id", "audit", ["plan_id"])
    op.create_index("ix_audit_at", "audit", ["at"])
    for action, kind, at, by, subject, detail, table in _PAST:
        who = f"nullif(coalesce({by.strip('{}')}, {_UNKNOWN}), 0)"
        op.execute(
            'INSERT INTO audit (at, "by", action, kind, plan_id, subject, detail) '  # noqa: S608 - words of ours
            f"SELECT {at}, {who}, '{action}', '{kind}', plan_id, {subject}, {detail} FROM {table} "
            f"WHERE {at} IS NOT NULL ORDER BY {at}"
        )
    op.create_table(
        "set_switches",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_set_switches_plan_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", name="pk_set_switches"),
    )


def downgrade() -> None:
    """Drop the table, and of the history what is not of people."""
    op.drop_table("set_switches")
    op.execute("DELETE FROM audit WHERE kind != 'people'")
    for name in ("ix_audit_at", "ix_audit_plan_id", "ix_audit_kind"):
        op.drop_index(name, "audit")
    op.drop_column("audit", "plan_id")
    op.drop_column("audit", "kind")
