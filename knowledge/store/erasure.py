"""Taking what was deleted out of the database's files as well.

SQLite overwrites what is deleted (`PRAGMA secure_delete`), but a page that was laid out anew while the row
was still there keeps a copy of it, and the write-ahead log keeps it until it is folded in. So whoever erases a
person notes it in the same transaction, and `erase_traces` then writes the file anew from what is left. When that
fails the note stays, and the next time does it.
"""

from __future__ import annotations

import logging
import secrets

from sqlalchemy import delete
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from knowledge.store.database import BUSY_SECONDS, Store
from knowledge.store.models import SettingRow

_NOTE = "erased"
_WAIT_SECONDS = 5
"""Who writes waits meanwhile, so this is short."""

log = logging.getLogger(__name__)


def note_erasure(session: Session) -> None:
    """Something was deleted of which no trace may stay."""
    session.merge(SettingRow(key=_NOTE, value=secrets.token_hex(8)))


def erase_traces(store: Store, wait: float = _WAIT_SECONDS) -> bool:
    """Writes the database anew without what was deleted, where that was noted; a second for 150 MB.

    PostgreSQL takes away what is deleted by itself.

    Args:
        wait: seconds to wait for a writer and for readers of earlier contents.

    Returns:
        Whether nothing is left to do: with somebody in the way, or no room on the disk, it is to be tried again.
    """
    with store.read() as session:
        note = session.get(SettingRow, _NOTE)
        noted = note.value if note is not None else None
    if noted is None or store.engine.dialect.name != "sqlite":
        return True
    if not _rewrite(store, wait):
        return False
    with store.write() as session:  # what was erased meanwhile has made a note of its own
        session.execute(delete(SettingRow).where(SettingRow.key == _NOTE, SettingRow.value == noted))
    return True


def _rewrite(store: Store, wait: float) -> bool:
    with store.engine.connect().execution_options(begin=None) as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(wait * 1000)}")
        try:
            connection.exec_driver_sql("VACUUM")
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        except OperationalError as error:
            log.warning("traces not erased: %s", error.orig)
            return False
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    return not busy
