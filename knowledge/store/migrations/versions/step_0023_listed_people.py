"""People of a list who have no account yet, telephone numbers, and invitations for several people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them; who used an invitation stands in a table of its own from now on."""
    op.add_column("members", sa.Column("phone", sa.String(), nullable=False, server_default=""))
    op.add_column("join_requests", sa.Column("phone", sa.String(), nullable=False, server_default=""))
    op.add_column("join_requests", sa.Column("phone_proved", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "personal_codes",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_personal_codes_member_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name="pk_personal_codes"),
        sa.UniqueConstraint("code_hash", name="uq_personal_codes_code_hash"),
    )
    op.create_table(
        "invitation_uses",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name="fk_invitation_uses_invitation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("invitation_id", "member_id", name="pk_invitation_uses"),
    )
    op.add_column("invitations", sa.Column("uses", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("invitations", sa.Column("used", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE invitations SET used = 1 WHERE used_at IS NOT NULL")
    op.execute(
        "INSERT INTO invitation_uses (invitation_id, member_id, at) "
        "SELECT id, used_by, used_at FROM invitations WHERE used_by IS NOT NULL AND used_at IS NOT NULL"
    )
    for name in ("used_at", "used_by"):
        op.drop_column("invitations", name)


def downgrade() -> None:
    """Drop them; of several people who came by one invitation the first is kept on it."""
    op.execute(
        "CREATE TABLE invitations_kept AS SELECT id, code_hash, agency, role, made_by, made_at, expires_at, "
        "(SELECT MIN(member_id) FROM invitation_uses WHERE invitation_id = invitations.id) AS used_by, "
        "(SELECT MIN(at) FROM invitation_uses WHERE invitation_id = invitations.id) AS used_at FROM invitations"
    )
    for table in ("invitation_uses", "personal_codes", "invitations"):
        op.drop_table(table)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_by", sa.Integer(), nullable=True),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("code_hash", name="uq_invitations_code_hash"),
    )
    op.execute("INSERT INTO invitations SELECT * FROM invitations_kept")
    op.drop_table("invitations_kept")
    if op.get_bind().dialect.name == "postgresql":  # whose numbers were counted with the table that is gone
        op.execute(
            "SELECT setval(pg_get_serial_sequence('invitations', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM "
            "invitations), false)"
        )
    op.create_index("ix_invitations_made_by", "invitations", ["made_by"])
    for table, names in (("join_requests", ("phone_proved", "phone")), ("members", ("phone",))):
        for name in names:
            op.drop_column(table, name)
