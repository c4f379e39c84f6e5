"""All of a store taken over into an empty one of another database: SQLite's file into a PostgreSQL server.

One transaction: rows as they are, the counters of numbers, the keyword index made anew, and at last every row of both
sides compared. Whatever fails, or is killed, before its end leaves the target as empty as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from sqlalchemy import JSON, Select, String, Table, bindparam, cast, func, insert, select, text
from sqlalchemy.orm import Session

from knowledge.errors import StoreError
from knowledge.store import keyword
from knowledge.store.database import Store
from knowledge.store.models import Base

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Moved:
    """What was taken over of one table, and found to be the same on both sides.

    Attributes:
        digest: of all rows in the order of their keys.
    """

    table: str
    rows: int
    digest: str


def move_store(
    source: Store, target: Store, on_table: Callable[[str, int, int], None] = lambda *_: None
) -> list[Moved]:
    """Copies every table of `source` into `target`, and compares them row by row.

    Args:
        on_table: told before each table its name, its place and how many there are.

    Raises:
        StoreError: the target is no PostgreSQL server, not empty, or not the same afterwards; nothing stays in it.
    """
    if target.engine.dialect.name != "postgresql":
        raise StoreError("Chỉ chuyển được sang PostgreSQL.")
    tables = Base.metadata.sorted_tables
    with source.read() as there, target.write() as here:
        if full := [table.name for table in tables if here.execute(select(table).limit(1)).first() is not None]:
            raise StoreError("Cơ sở dữ liệu đích đã có dữ liệu nên không ghi gì vào đó.", ", ".join(full))
        for place, table in enumerate(tables):
            on_table(table.name, place, len(tables))
            _copy(there, here, table)
            _count_on(there, here, table)
        keyword.rebuild(here)
        moved = [_compare(there, here, table) for table in tables]
        if damage := keyword.find_damage(here):
            raise StoreError("Chỉ mục từ khóa ở cơ sở dữ liệu đích không đầy đủ nên chưa chuyển gì.", damage)
    return moved


def _copy(there: Session, here: Session, table: Table) -> None:
    # JSON goes as it is written: read and written again, "nothing there" and JSON's own null would become one.
    values = {
        column.name: cast(bindparam(column.name, type_=String), JSON)
        for column in table.columns
        if isinstance(column.type, JSON)
    }
    adding = insert(table).values(values)
    for rows in there.execute(_rows_of(table)).mappings().partitions(_AT_ONCE):
        here.execute(adding, [dict(row) for row in rows])


def _rows_of(table: Table) -> Select[Any]:
    """All of a table as both databases tell it alike, in the order of its keys."""
    columns = [
        cast(column, String).label(column.name) if isinstance(column.type, JSON) else column
        for column in table.columns
    ]
    return select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=_AT_ONCE)


def _count_on(there: Session, here: Session, table: Table) -> None:
    """The next number that is given is one that was never given, though its row may be gone."""
    column = table.autoincrement_column
    if column is None:
        return
    highest = there.scalar(select(func.max(column))) or 0
    if there.get_bind().dialect.name == "sqlite" and table.dialect_options["sqlite"]["autoincrement"]:
        given = there.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        highest = max(highest, given or 0)
    if highest:
        here.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, :column), :highest)"),
            {"name": table.name, "column": column.name, "highest": highest},
        )


def _compare(there: Session, here: Session, table: Table) -> Moved:
    rows, whole = 0, sha256()
    with closing(_digests(there, table)) as original, closing(_digests(here, table)) as copied:
        for wanted, found in zip_longest(original, copied):
            if wanted != found:
                sentence = f"Bảng {table.name} ở cơ sở dữ liệu đích không giống bản gốc nên chưa chuyển gì."
                raise StoreError(sentence, f"row {rows + 1}")
            rows += 1
            whole.update(wanted or b"")
    return Moved(table.name, rows, whole.hexdigest())


def _digests(session: Session, table: Table) -> Generator[bytes]:
    with session.execute(_rows_of(table)) as rows:
        for row in rows:
            # A NUL is the one sign that PostgreSQL takes in no text; `postgresql` leaves it out.
            told = [each.replace("\0", "") if isinstance(each, str) else each for each in row]
            yield sha256(repr(told).encode()).digest()
