"""All of a store taken over into an empty one of another database: a SQLite file into a PostgreSQL server, and back.

Rows as they are, the counters of numbers, and at last every row of both sides compared, all in the caller's one
transaction: whatever fails, or is killed, before its end leaves the target as empty as it was. The keyword index is
derived, and each database's own: who needs it makes it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    LargeBinary,
    Select,
    String,
    Table,
    bindparam,
    cast,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session

from knowledge.errors import StoreError
from knowledge.store import keyword
from knowledge.store.database import Store
from knowledge.store.models import Base

_AT_ONCE = 1_000
_ROOM = 16 << 20
"""Characters and bytes of rows that are in memory at once: papers of many megabytes stand in one table."""

OnTable = Callable[[str, int, int], None]
"""Told before each table its name, its place and how many there are."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was taken over of one table, and found to be the same on both sides.

    Attributes:
        digest: of all rows in the order of their keys.
    """

    table: str
    rows: int
    digest: str


def move_store(source: Store, target: Store, on_table: OnTable = lambda *_: None) -> list[Moved]:
    """Copies every table of `source` into `target`, makes the keyword index, and compares row by row.

    Raises:
        StoreError: the target is no PostgreSQL server, not empty, or not the same afterwards; nothing stays in it.
    """
    if target.engine.dialect.name != "postgresql":
        raise StoreError("Chỉ chuyển được sang PostgreSQL.")
    with source.read() as there, target.write() as here:
        if full := [each.name for each in Base.metadata.sorted_tables if here.execute(select(each).limit(1)).first()]:
            raise StoreError("Cơ sở dữ liệu đích đã có dữ liệu nên không ghi gì vào đó.", ", ".join(full))
        moved = copy_all(there, here, on_table)
        remake_keyword(here)
    return moved


def copy_all(there: Session, here: Session, on_table: OnTable = lambda *_: None) -> list[Moved]:
    """Copies every table and counter into a database whose tables are empty, and compares row by row.

    Raises:
        StoreError: a table is not the same afterwards.
    """
    copy_rows(there, here, on_table)
    return [_compare(there, here, table) for table in Base.metadata.sorted_tables]


def copy_rows(
    there: Session, here: Session, on_table: OnTable = lambda *_: None, emptied: Collection[Column[Any]] = ()
) -> None:
    """Copies every table and counter into a database whose tables are empty.

    Args:
        emptied: columns of bytes of which only that they are there is copied.
    """
    tables = Base.metadata.sorted_tables
    for place, table in enumerate(tables):
        on_table(table.name, place, len(tables))
        _copy(there, here, table, emptied)
        _count_on(there, here, table)


def remake_keyword(here: Session) -> None:
    """Makes the keyword index of what was copied.

    Raises:
        StoreError: it does not hold what it should.
    """
    keyword.rebuild(here)
    if damage := keyword.find_damage(here):
        raise StoreError("Chỉ mục từ khóa của dữ liệu chép sang không đầy đủ nên không giữ bản chép.", damage)


def _copy(there: Session, here: Session, table: Table, emptied: Collection[Column[Any]] = ()) -> None:
    # JSON goes as it is written: read and written again, "nothing there" and JSON's own null would become one.
    as_written: dict[str, Any] = {
        column.name: bindparam(column.name, type_=String) for column in table.columns if isinstance(column.type, JSON)
    }
    if here.get_bind().dialect.name == "postgresql":
        as_written = {name: cast(value, JSON) for name, value in as_written.items()}
    adding = insert(table).values(as_written)
    at_once = _at_once(there, table)
    for rows in there.execute(_rows_of(table, at_once, emptied)).mappings().partitions(at_once):
        here.execute(adding, [dict(row) for row in rows])


def _at_once(session: Session, table: Table) -> int:
    """So many rows of the table as there is room for, were each as long as the longest."""
    long = [
        func.coalesce(func.length(cast(column, String) if isinstance(column.type, JSON) else column), 0)
        for column in table.columns
        if isinstance(column.type, (String, LargeBinary, JSON))
    ]
    longest = session.scalar(select(func.max(sum(long[1:], long[0])))) if long else None
    return max(1, min(_AT_ONCE, _ROOM // (longest or 1)))


def _rows_of(table: Table, at_once: int, emptied: Collection[Column[Any]] = ()) -> Select[Any]:
    """All of a table as both databases tell it alike, in the order of its keys."""
    columns = [
        literal(b"", LargeBinary).label(column.name)
        if column in emptied
        else cast(column, String).label(column.name)
        if isinstance(column.type, JSON)
        else column
        for column in table.columns
    ]
    return select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=at_once)


def _count_on(there: Session, here: Session, table: Table) -> None:
    """The next number that is given is one that was never given, though its row may be gone."""
    column = table.autoincrement_column
    if column is None:
        return
    named = {"name": table.name, "column": column.name}
    highest = max(there.scalar(select(func.max(column))) or 0, there.scalar(_GIVEN[_kind(there)], named) or 0)
    if not highest:
        return
    for statement in _COUNT_ON[_kind(here)]:
        here.execute(statement, {**named, "highest": highest})


def _kind(session: Session) -> str:
    return session.get_bind().dialect.name


_GIVEN = {
    "sqlite": text("SELECT seq FROM sqlite_sequence WHERE name = :name"),
    "postgresql": text("SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:name, :column) AS regclass))"),
}
"""The highest number that a table has ever given, by the kind of database."""
_COUNT_ON = {
    # Also for tables that SQLite counts by their rows alone: it does not mind, and a server reads it back.
    "sqlite": (
        text("DELETE FROM sqlite_sequence WHERE name = :name"),
        text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :highest)"),
    ),
    "postgresql": (text("SELECT setval(pg_get_serial_sequence(:name, :column), :highest)"),),
}


def _compare(there: Session, here: Session, table: Table) -> Moved:
    rows, whole = 0, sha256()
    with closing(_digests(there, table)) as original, closing(_digests(here, table)) as copied:
        for wanted, found in zip_longest(original, copied):
            if wanted != found:
                sentence = f"Bảng {table.name} chép sang không giống bản gốc nên không giữ bản chép."
                raise StoreError(sentence, f"row {rows + 1}")
            rows += 1
            whole.update(wanted or b"")
    return Moved(table.name, rows, whole.hexdigest())


def _digests(session: Session, table: Table) -> Generator[bytes]:
    with session.execute(_rows_of(table, _at_once(session, table))) as rows:
        for row in rows:
            yield sha256(repr([_comparable(each) for each in row]).encode()).digest()


def _comparable(value: object) -> object:
    """A value as both databases hold it, and short where it is a file.

    A NUL is the one sign that PostgreSQL takes in no text; `postgresql` leaves it out.
    """
    if isinstance(value, bytes):
        return sha256(value).digest()
    return value.replace("\0", "") if isinstance(value, str) else value
