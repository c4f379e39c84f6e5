"""Opening the database: engine, SQLite's pragmas, migration to the newest schema.

`Store` is what the rest of the package is given. `read` and `write` are the only ways
to a session: `read` sees one unchanging snapshot, `write` holds the writer's lock from
its first statement, so that no two writers ever meet half-way.
What is particular to PostgreSQL stands in `postgresql`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from knowledge.embedding import Embedder
from knowledge.errors import DiskError, StoreError
from knowledge.store import keyword, postgresql
from knowledge.store.migrations import HEAD
from knowledge.store.models import SettingRow
from knowledge.store.private import make_private_file, make_private_folder

BUSY_SECONDS = 30
"""How long a writer waits for another one before it gives up."""
DAMAGED = "Kho dữ liệu bị hỏng; hãy khôi phục bản sao lưu."
RESTORE = (
    "dừng trợ lý rồi khôi phục bản sao lưu gần nhất: kehoach restore TỆP --force (kho hỏng được giữ lại bên cạnh)"
)
"""What an operator does then; it follows "hãy"."""
_BEGINNINGS = {"read": "BEGIN", "write": "BEGIN IMMEDIATE"}
"""What each kind of transaction begins with on SQLite, where one writer is let in at a time."""
_DISK_CODES = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_PRIMARY = 0xFF
"""The bits of SQLite's extended error codes that tell the kind of error."""
_NO_ADDRESS = "Địa chỉ cơ sở dữ liệu không hợp lệ."
_PASSAGES = "passages_generation"
_GENERATION = text("SELECT value FROM settings WHERE key = 'generation'")
"""As text: every message asks several times, and a mapped object costs four times as much."""


@dataclass(frozen=True)
class Store:
    """An open database at the newest schema, and the folder of what is derived from it.

    Attributes:
        data: the data folder; null when there is none, and then no vector index either.
        embedder: makes the vectors of passages and questions; null for the one that is trained on the plans.
        chroma_url: a Chroma server that holds the vector index in place of the data folder.
    """

    engine: Engine
    data: Path | None
    embedder: Embedder | None = None
    chroma_url: str | None = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one snapshot of the database.

        Raises:
            StoreError: the file is damaged or cannot be read.
        """
        with self._session("read") as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are all made, or none; writers wait for each other.

        Raises:
            DiskError: the disk is full or cannot be written.
            StoreError: the file is damaged, or another writer does not end.
        """
        with self._session("write") as session:
            yield session

    @contextmanager
    def write_beside(self) -> Iterator[Session]:
        """The same for rows on which no other work rests: on a server only those who write so wait for each other.

        Raises:
            StoreError: as `write`.
        """
        with self._session("beside" if self.is_shared else "write") as session:
            yield session

    @contextmanager
    def write_row(self) -> Iterator[Session]:
        """The same for one statement that changes one row: on a server nobody waits but for that row.

        Raises:
            StoreError: as `write`.
        """
        with self._session("row" if self.is_shared else "write") as session:
            yield session

    @contextmanager
    def _session(self, begin: str) -> Iterator[Session]:
        # Made only where it differs: every message reads several times.
        engine = self.engine if begin == "read" else self.engine.execution_options(begin=begin)
        with _translated_errors(engine.url), Session(engine) as session, session.begin():
            yield session

    @property
    def is_shared(self) -> bool:
        """Whether it is on a server, which several processes may serve at once; a file is one process's."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def held(self, *, alone: bool) -> Iterator[bool]:
        """Whether this process may serve the database; so it stays until the end. A file is guarded by its folder.

        Args:
            alone: nobody else may serve it meanwhile, as whoever writes everything anew wants it.
        """
        if not self.is_shared:
            yield True
            return
        with postgresql.held(self.engine, alone=alone) as held:
            yield held

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """While no other process of this database is in the turn of that name; waited for.

        Raises:
            StoreError: it did not come in time.
        """
        if not self.is_shared:
            yield
            return
        with _translated_errors(self.engine.url), postgresql.turn(self.engine, name):
            yield

    @property
    def vector_folder(self) -> Path | None:
        """Where the derived vector index is kept."""
        return None if self.data is None else self.data / "vectors"

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log into the file."""
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def database_url(data: Path) -> str:
    """Address of the embedded database in a data folder."""
    return URL.create("sqlite", database=str(data / "kehoach.db")).render_as_string()


def open_store(
    url: str | None = None, *, data: Path | None, embedder: Embedder | None = None, chroma_url: str | None = None
) -> Store:
    """Open the database, creating folder and tables as needed, and bring it to the newest schema.

    Args:
        url: an SQLAlchemy address; the embedded database in `data` when None.
        data: folder for the embedded database and the derived index.
        embedder: the one that is trained on the plans when None.
        chroma_url: of a Chroma server for the vector index; it stands in `data` when None.

    Raises:
        DiskError: the disk is full or cannot be written.
        StoreError: the folder cannot be written, the file is no database, or a newer
            program has already changed its schema.
    """
    if url is None:
        if data is None:
            raise ValueError("neither an address nor a data folder")
        url = database_url(data)
    _make_private(url, data)
    engine = _make_engine(url)
    try:
        _prepare(engine)
    except (DatabaseError, sqlite3.DatabaseError, Timeout, OSError) as error:
        engine.dispose()
        sentence = f"Không mở được kho dữ liệu tại {place_of(url)}."
        if is_damage(error):
            sentence = f"Kho dữ liệu tại {place_of(url)} bị hỏng; hãy {RESTORE}."
        raise _told(error, engine.url) or StoreError(sentence, str(error)) from error
    except StoreError:
        engine.dispose()
        raise
    return Store(engine, data, embedder, chroma_url)


def open_unchanged(url: str) -> Store:
    """The database as it stands: nothing is made or migrated, and nothing asked of it yet.

    Raises:
        StoreError: the address is none.
    """
    return Store(_make_engine(url), None)


def place_of(url: str) -> str:
    """An address as it may be shown: the file, or the server without a password."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return address.database or ":memory:"
    return f"{address.host or 'localhost'}/{address.database}"


def migrate(engine: Engine, target: str = "head") -> None:
    """Bring the schema to `target`; two processes doing so at once take turns.

    Raises:
        StoreError: the schema is newer than this program.
    """
    with engine.connect() as connection:
        if target == "head" and schema_revision(connection) == HEAD:
            return
    with engine.connect().execution_options(begin="write") as connection, connection.begin():
        # Asked again: another process may have migrated while this one waited for the lock.
        if target == "head" and schema_revision(connection) == HEAD:
            return
        _run_migrations(connection, target)
        if target == "head":
            # A step that makes the keyword index makes it empty.
            session = Session(connection)
            if connection.dialect.name == "postgresql":
                postgresql.sort_by_code_points(connection)
            if keyword.find_damage(session):
                keyword.rebuild(session)


def schema_revision(connection: Connection) -> str | None:
    """Newest migration that the database has had, or None for an empty one."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def generation(session: Session) -> int:
    """Counts every change of what is live: equal numbers, equal contents."""
    found = session.execute(_GENERATION).scalar()
    return int(found) if found else 0


def passages_generation(session: Session) -> int:
    """The generation at which live passages or their vectors last changed: what indexes over them are made of."""
    row = session.get(SettingRow, _PASSAGES)
    return int(row.value) if row is not None else generation(session)


def bump_generation(session: Session, *, passages: bool = True) -> None:
    """Tell every cache and derived index that what is live has changed.

    Args:
        passages: whether live passages or their vectors are others now; else only tasks hold otherwise.
    """
    before = generation(session)
    session.merge(SettingRow(key="generation", value=str(before + 1)))
    if passages or session.get(SettingRow, _PASSAGES) is None:
        session.merge(SettingRow(key=_PASSAGES, value=str(before + 1 if passages else before)))
    session.flush()  # `generation` reads what is in the database


@contextmanager
def _translated_errors(address: URL) -> Iterator[None]:
    """The database's own troubles as `StoreError`; what points to a defect of ours passes."""
    try:
        yield
    except OperationalError as error:
        sentence = "Kho dữ liệu đang bận hoặc không đọc ghi được; xin thử lại."
        raise _told(error, address) or StoreError(sentence, str(error)) from error
    except DatabaseError as error:
        if type(error) is not DatabaseError:
            raise
        raise StoreError(DAMAGED, str(error)) from error


def is_damage(error: Exception) -> bool:
    """Whether SQLite says that its file is damaged, or none of its own."""
    return _sqlite_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _sqlite_code(error: Exception) -> int:
    cause = error.orig if isinstance(error, DatabaseError) else error
    code: int = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & _PRIMARY


def _told(error: Exception, address: URL) -> StoreError | None:
    """The failure in words of its own, where it is the disk's or a server's."""
    if address.get_backend_name() == "postgresql" and isinstance(error, OperationalError):
        return postgresql.translate(error, address)
    return _disk_error(error)


def _disk_error(error: Exception) -> DiskError | None:
    """The failure as one of the disk, where SQLite says so."""
    code = _sqlite_code(error)
    if code not in _DISK_CODES:
        return None
    full = code == sqlite3.SQLITE_FULL
    return DiskError(
        "Ổ đĩa của máy chủ đã đầy nên chưa ghi được dữ liệu."
        if full
        else "Máy chủ không ghi được vào ổ đĩa dữ liệu.",
        str(error),
    )


def _prepare(engine: Engine) -> None:
    """Write-ahead log and newest schema, one process after the other.

    With a write-ahead log, readers and one writer work side by side. The file remembers
    it; changing to it fails at once, without waiting, when another process is in the file.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            postgresql.check_version(connection)
    if engine.dialect.name != "sqlite" or not engine.url.database:
        migrate(engine)
        return
    with FileLock(f"{engine.url.database}.lock", timeout=BUSY_SECONDS):
        with engine.connect().execution_options(begin=None) as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        migrate(engine)


def _run_migrations(connection: Connection, target: str) -> None:
    from alembic import command  # 0.1 s to import, and seldom needed
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "knowledge.store:migrations")
    config.attributes["connection"] = connection
    known = schema_revision(connection)
    try:
        if target == "head" or (target != "base" and (known or "") < target):
            command.upgrade(config, target)
        else:
            command.downgrade(config, target)
    except CommandError as error:
        raise StoreError("Kho dữ liệu do bản phần mềm mới hơn tạo ra; hãy cập nhật phần mềm.", str(error)) from error


_DECODER = json.JSONDecoder()


def _make_private(url: str, data: Path | None) -> None:
    """Folder and file for their owner alone, where there are none."""
    try:
        if data is not None:
            make_private_folder(data)
        address = _read_address(url)
        if _is_file(address):
            file = Path(str(address.database))
            make_private_folder(file.parent)
            make_private_file(file)
    except OSError as error:
        raise StoreError(f"Không ghi được vào thư mục dữ liệu tại {place_of(url)}.", str(error)) from error


def _read_address(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError(_NO_ADDRESS, str(error)) from error
    except ValueError as error:  # of the port; what could not be read may be a part of the password
        raise StoreError(_NO_ADDRESS) from error


def _make_engine(url: str) -> Engine:
    address = _read_address(url)
    try:
        options: dict[str, Any] = {
            "json_serializer": partial(json.dumps, ensure_ascii=False),
            "json_deserializer": _read_json,
        }
        if address.get_backend_name() == "sqlite":
            options["connect_args"] = {"timeout": BUSY_SECONDS}
        elif address.get_backend_name() == "postgresql":
            options |= postgresql.engine_options(BUSY_SECONDS)
        engine = create_engine(address, **options)
    except ImportError as error:
        sentence = "Chưa cài phần nối với máy chủ cơ sở dữ liệu: pip install 'tro-ly-ke-hoach[postgresql]'."
        raise StoreError(sentence, str(error)) from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(_NO_ADDRESS, str(error)) from error
    if engine.dialect.name == "sqlite":
        prepare_connections(engine)
    elif engine.dialect.name == "postgresql":
        postgresql.prepare_connections(engine)
    return engine


def _read_json(read: str | bytes) -> Any:
    """What a column of JSON holds: as `json.loads`, but quick for the hundreds of thousands that a large plan has."""
    text = read if isinstance(read, str) else read.decode()  # PostgreSQL gives bytes
    if text == "[]":
        return []
    value, end = _DECODER.raw_decode(text)
    return value if end == len(text) else json.loads(text)


def prepare_connections(engine: Engine) -> None:
    """Has each connection to SQLite begin its transactions as `read` and `write` want it."""
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _is_file(address: URL) -> bool:
    """Whether the database is a file with that name: no server, nothing in memory, no address of SQLite's own."""
    name = address.database or ":memory:"
    return address.get_backend_name() == "sqlite" and name != ":memory:" and not name.startswith("file:")


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    """FULL keeps a commit through a power cut, where WAL alone would lose the last ones.

    What is deleted is overwritten with zeros, which some builds of SQLite do not do by themselves.
    """
    connection.isolation_level = None  # `_begin` begins; the driver would not for reads or DDL
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin the way the execution options say; outside any transaction when they say None."""
    how = connection.get_execution_options().get("begin", "read")
    if how is not None:
        connection.exec_driver_sql(_BEGINNINGS[how])
