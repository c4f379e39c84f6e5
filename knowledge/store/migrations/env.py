"""Alembic's entry: runs steps on the connection that `database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from knowledge.store.keyword import is_derived_table
from knowledge.store.models import Base


def _include(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name is not None and is_derived_table(name))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=_include,
    render_as_batch=True,  # SQLite changes a table by copying it
    transactional_ddl=True,  # we begin the transaction ourselves, so DDL is inside it
)
with context.begin_transaction():
    context.run_migrations()
