"""Is the store sound? Questions an operator asks after a crash, a full disk or an upgrade."""

from __future__ import annotations

import secrets
import tempfile
from contextlib import closing, nullcontext
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from knowledge.errors import DiskError, StoreError
from knowledge.store import keyword
from knowledge.store.database import DAMAGED, RESTORE, Store, passages_generation, schema_revision
from knowledge.store.derived import is_wanted, live_model, open_index, refresh_index, refresh_vectors, reindex
from knowledge.store.migrations import HEAD
from knowledge.store.models import LiveVersionRow, PassageRow, SettingRow, VectorRow, VersionRow, VersionState

_QUICK = "PRAGMA quick_check(1)"
_PROBE = "probe"
"""The setting that is written to see whether anything can be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check and its outcome.

    Attributes:
        ok: false when something has to be done.
        sentence: Vietnamese, for the operator; where something has to be done it says what.
        detail: what the log should hold besides.
        minor: what is not ok is worth knowing and no fault.
    """

    ok: bool
    sentence: str
    detail: str = ""
    minor: bool = False


def doctor_report(store: Store) -> list[Finding]:
    """Check database, schema, live versions, keyword index, vectors, vector index and folder."""
    folder = _check_folder(store)
    try:
        with store.read() as session:
            sound = _check_integrity(session)
            if not sound.ok:
                return [folder, sound]  # of a damaged file, nothing else can be believed
            return [
                folder,
                sound,
                _check_schema(session),
                _check_versions(session),
                _check_keyword(session),
                _check_vectors(session, store),
                _check_index(session, store),
            ]
    except StoreError as error:
        return [folder, Finding(False, error.sentence, error.detail)]


def find_trouble(store: Store) -> str | None:
    """What keeps the database from being read or written, as a sentence; None where both were just done.

    Every page is read from the file, which takes a second for some hundred megabytes.
    """
    try:
        with store.write() as session:
            write_probe(session)
        with store.read() as session:
            if session.get_bind().dialect.name == "sqlite":
                session.execute(text("PRAGMA shrink_memory"))  # pages kept in memory may be better than the file's
                if session.scalar(text(_QUICK)) != "ok":
                    return DAMAGED
    except StoreError as error:
        return error.sentence
    return None


def check_whole(store: Store) -> None:
    """Looks through the database before it is served: nothing more is written into a damaged one.

    Raises:
        StoreError: it is damaged; the sentence says what to do.
    """
    try:
        with store.read() as session:
            sound = session.get_bind().dialect.name != "sqlite" or session.scalar(text(_QUICK)) == "ok"
    except DiskError:
        raise
    except StoreError as error:
        raise StoreError(f"Kho dữ liệu bị hỏng; hãy {RESTORE}.", error.detail) from error
    if not sound:
        raise StoreError(f"Kho dữ liệu bị hỏng; hãy {RESTORE}.")


def write_probe(session: Session) -> None:
    """Writes something that nobody reads, other than what was there: the same would write nothing."""
    session.merge(SettingRow(key=_PROBE, value=secrets.token_hex(8)))


def repair(store: Store, *, index: bool = True) -> None:
    """Make again whatever is derived: keyword index, vectors of another model, vector index.

    Args:
        index: the vector index too, which the service makes when it starts.
    """
    with store.write() as session:
        if keyword.find_damage(session):
            keyword.rebuild(session)
        wanted = is_wanted(session, store)
    if not wanted:
        reindex(store)
    elif index:
        refresh_index(store)
    else:
        refresh_vectors(store)


def _check_folder(store: Store) -> Finding:
    if store.data is None:
        return Finding(True, "Không dùng thư mục dữ liệu.")
    try:
        with tempfile.TemporaryFile(dir=store.data):
            return Finding(True, f"Ghi được vào thư mục dữ liệu {store.data}.")
    except OSError as error:
        remedy = "hãy xem quyền và chủ của thư mục (chown, chmod 700) và chỗ trống của ổ đĩa"
        return Finding(False, f"Không ghi được vào thư mục dữ liệu {store.data}; {remedy}.", str(error))


def _check_integrity(session: Session) -> Finding:
    if session.get_bind().dialect.name != "sqlite":
        return Finding(True, "Cơ sở dữ liệu trả lời.")
    said = [str(line) for line in session.scalars(text("PRAGMA integrity_check"))]
    strays = session.execute(text("PRAGMA foreign_key_check")).all()
    if said == ["ok"] and not strays:
        return Finding(True, "Cơ sở dữ liệu toàn vẹn.")
    return Finding(False, f"Kho dữ liệu bị hỏng; hãy {RESTORE}.", f"{said[:3]} {strays[:3]}")


def _check_schema(session: Session) -> Finding:
    revision = schema_revision(session.connection())
    if revision == HEAD:
        return Finding(True, f"Cấu trúc dữ liệu đúng phiên bản {HEAD}.")
    return Finding(False, f"Cấu trúc dữ liệu ở phiên bản {revision}, cần {HEAD}; hãy chạy lại chương trình.")


def _check_versions(session: Session) -> Finding:
    """What is live and what calls itself live must be the same versions."""
    pointed = set(session.scalars(select(LiveVersionRow.version_id)))
    active = set(session.scalars(select(VersionRow.id).where(VersionRow.state == VersionState.ACTIVE)))
    if pointed == active:
        return Finding(True, f"{len(pointed)} kế hoạch đang dùng, mỗi kế hoạch một phiên bản.")
    return Finding(False, f"Trạng thái phiên bản không khớp; hãy {RESTORE}.", f"{sorted(pointed ^ active)}")


def _check_keyword(session: Session) -> Finding:
    damage = keyword.find_damage(session)
    if damage is None:
        return Finding(True, "Chỉ mục từ khóa đầy đủ.")
    return Finding(False, "Chỉ mục từ khóa thiếu hoặc thừa; hãy chạy kehoach doctor --repair.", damage)


def _check_vectors(session: Session, store: Store) -> Finding:
    model = live_model(session, store)
    live = select(PassageRow.id).join(LiveVersionRow, LiveVersionRow.version_id == PassageRow.version_id)
    held = select(VectorRow.passage_id).where(VectorRow.model == model)
    missing = session.scalar(select(func.count()).select_from(live.except_(held).subquery())) or 0
    if not is_wanted(session, store):
        return Finding(False, "Mô hình nhúng trong cài đặt chưa được dùng; hãy chạy kehoach reindex.")
    if not missing or not model:  # where nothing is trained yet, there is no index either, which is told
        return Finding(True, "Mọi đoạn văn đều có véc-tơ.")
    return Finding(
        False, f"{missing} đoạn văn chưa có véc-tơ của mô hình đang dùng; hãy chạy kehoach doctor --repair."
    )


def _check_index(session: Session, store: Store) -> Finding:
    index = None
    if session.scalar(select(func.count()).select_from(LiveVersionRow)):
        index = open_index(store)
    with nullcontext() if index is None else closing(index):
        sound = index is None or index.is_current(passages_generation(session), live_model(session, store))
    if sound:
        return Finding(True, "Chỉ mục véc-tơ đúng với các kế hoạch đang dùng.")
    # No fault: only the service asks it, and makes it where it is not as it should be.
    return Finding(True, "Chỉ mục véc-tơ chưa có, cũ hoặc hỏng; trợ lý tự dựng khi chạy (kehoach serve).")
