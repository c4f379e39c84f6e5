"""What is particular to a PostgreSQL server: its connections, how transactions begin there, its troubles in words.

A reading transaction is REPEATABLE READ and READ ONLY: one snapshot, as SQLite gives. A writing one holds an advisory
lock of the database from its first statement to its end, which is what `BEGIN IMMEDIATE` is on SQLite: code that
reads and then writes what follows from it need not name the rows it relies on, those not there yet among them.
It is READ COMMITTED, since a snapshot would be as old as the wait for the lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import URL, Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from knowledge.errors import DiskError, StoreError

if TYPE_CHECKING:
    import psycopg

LEAST_VERSION = 14
_CONNECT_SECONDS = 10
_IDLE = 5
"""Connections kept open while nobody asks."""
_MOST = 40
"""Threads of a process that may ask at once: workers of all channels and of the page."""
_WRITER = 0x6B6568
"""The advisory lock of writers, of this database alone."""
_BESIDE = 0x6B656B
"""The one of those that write beside them."""
_LOCKS = {"write": _WRITER, "beside": _BESIDE}
_SERVICE = 0x6B6569
"""The one of processes that serve it, shared; of whoever writes everything anew, alone."""
_TURN = 0x6B656A
"""The kind of those that one process after the other holds, each by its name."""
_DISK_FULL, _IO_ERROR = "53100", "58030"
_BY_CODE_POINTS = "SELECT 'B' < 'a' AND 'z' < 'à'"
_SORTED_OTHERWISE = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_collation o ON o.oid = a.attcollation
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
AND o.collname <> 'C' ORDER BY c.relname, a.attnum
"""


def engine_options(wait: float) -> dict[str, Any]:
    """What `create_engine` is told for a server.

    Args:
        wait: seconds that a writer waits for another one.
    """
    # Compiling pays for queries of seconds; none of ours is one.
    options = f"-c lock_timeout={int(wait * 1000)} -c jit=off"
    return {
        "pool_pre_ping": True,  # a server that was restarted meanwhile costs a new connection, not a failure
        "pool_size": _IDLE,
        "max_overflow": _MOST - _IDLE,
        "pool_timeout": wait,
        "connect_args": {
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "kehoach",
            "options": options,
        },
    }


def prepare_connections(engine: Engine) -> None:
    """Has each connection begin its transactions as the execution option `begin` says, and write any text."""
    event.listen(engine, "connect", _adapt)
    event.listen(engine, "begin", _begin)


def check_version(connection: Connection) -> None:
    """Refuses a server that is too old.

    Raises:
        StoreError: it is.
    """
    major = int((connection.dialect.server_version_info or (0,))[0])
    if major < LEAST_VERSION:
        raise StoreError(f"Cần PostgreSQL {LEAST_VERSION} trở lên; máy chủ đang là bản {major}.")


def sort_by_code_points(connection: Connection) -> None:
    """Has every column of text compare as SQLite does, in whatever language the database was made."""
    if connection.exec_driver_sql(_BY_CODE_POINTS).scalar():
        return
    changes: dict[str, list[str]] = {}
    for table, column, kind in connection.exec_driver_sql(_SORTED_OTHERWISE).all():
        changes.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE {kind} COLLATE "C"')
    for table, columns in changes.items():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" {", ".join(columns)}')


@contextmanager
def held(engine: Engine, *, alone: bool) -> Iterator[bool]:
    """Whether this database may be served, alone or beside others; so it stays to the end, or this process's."""
    how = "" if alone else "_shared"
    with _apart(engine) as connection:
        yield bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_lock{how}({_SERVICE})").scalar())


@contextmanager
def turn(engine: Engine, name: str) -> Iterator[None]:
    """While no other process is in the turn of that name."""
    with _apart(engine) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:kind, hashtext(:name))"), {"kind": _TURN, "name": name})
        yield


@contextmanager
def _apart(engine: Engine) -> Iterator[Connection]:
    """A connection of its own: a lock goes with it, so it must not go back to the pool."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT", begin=None) as connection:
        try:
            yield connection
        finally:
            connection.invalidate()


def translate(error: OperationalError, address: URL) -> StoreError | None:
    """A server's trouble in words; None where it is an ordinary one of a database that is busy."""
    from psycopg.pq import PGconn, Ping

    place = f"{address.host or 'localhost'}/{address.database}"
    code = getattr(error.orig, "sqlstate", None)
    if code in (_DISK_FULL, _IO_ERROR):
        what = "đã đầy nên chưa ghi được dữ liệu" if code == _DISK_FULL else "không ghi được"
        return DiskError(f"Ổ đĩa của máy chủ PostgreSQL {what}.", str(error.orig))
    if code is None and not error.connection_invalidated and error.statement is None:
        ping = PGconn.ping(_conninfo(address))
        if ping == Ping.OK:
            sentence = f"Máy chủ PostgreSQL không cho vào {place}: sai tên, mật khẩu hoặc tên cơ sở dữ liệu."
            return StoreError(sentence, str(error.orig))
        if ping == Ping.REJECT:
            return StoreError(
                f"Máy chủ PostgreSQL tại {place} đang khởi động; xin thử lại sau ít phút.", str(error.orig)
            )
        return StoreError(f"Không nối được với máy chủ PostgreSQL tại {place}.", str(error.orig))
    if error.connection_invalidated:
        return StoreError(f"Mất kết nối với máy chủ PostgreSQL tại {place}; xin thử lại.", str(error.orig))
    return None


def _conninfo(address: URL) -> bytes:
    """Where the server is, without who asks."""
    from psycopg.conninfo import make_conninfo

    told = {"host": address.host or address.query.get("host"), "port": address.port or address.query.get("port")}
    known = {name: str(value) for name, value in told.items() if value}
    return make_conninfo("", **known, connect_timeout=_CONNECT_SECONDS).encode()


def _adapt(connection: psycopg.Connection[Any], _record: object) -> None:
    """A NUL, which people can send and which the server takes in no text, is left out."""
    from psycopg.types.string import StrDumperUnknown

    class TextDumper(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", ""))

    connection.adapters.register_dumper(str, TextDumper)


def _begin(connection: Connection) -> None:
    """Begins the way the execution options say: reading one snapshot unless they say otherwise."""
    from psycopg import IsolationLevel

    how = connection.get_execution_options().get("begin", "read")
    raw = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
    reads = how == "read"
    raw.isolation_level = IsolationLevel.REPEATABLE_READ if reads else IsolationLevel.READ_COMMITTED
    raw.read_only = reads
    if how in _LOCKS:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCKS[how]})")
