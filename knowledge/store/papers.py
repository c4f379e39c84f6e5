"""The files that versions were read from: the papers themselves, as they came.

A file is kept once however many versions were made of its bytes, and goes with the last of them. Versions that
were loaded before files were kept have none.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from knowledge.store.database import Store
from knowledge.store.models import PaperRow, VersionRow, VersionState, table_of

FindPaper = Callable[[str], bytes | None]
"""The bytes of the file with that digest (SHA-256, hexadecimal); None where they are not at hand."""

_PACKED_ALREADY = (b"PK\x03\x04", b"%PDF", b"\x89PNG")
"""How files begin that deflating makes no smaller: Word and Excel since 2007, PDF."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as it was loaded.

    Attributes:
        name: of the file, NFC.
        digest: SHA-256 of the content, hexadecimal.
    """

    name: str
    digest: str
    content: bytes


def no_papers(_digest: str) -> bytes | None:
    """Where none is at hand."""
    return None


def find_paper(store: Store, plan_id: int, version: int) -> Paper | None:
    """The file of a version; None where there is no such version, or its file is not kept."""
    with store.read() as session:
        row = session.execute(
            select(VersionRow.file, PaperRow.digest, PaperRow.packed, PaperRow.content)
            .join(PaperRow, PaperRow.digest == VersionRow.digest)
            .where(VersionRow.plan_id == plan_id, VersionRow.version == version)
            .where(VersionRow.state != VersionState.DISCARDED)
        ).first()
    if row is None:
        return None
    return Paper(row.file, row.digest, zlib.decompress(row.content) if row.packed else row.content)


def paper_digest(store: Store, plan_id: int, version: int) -> str | None:
    """The digest of a version's file, where that is kept."""
    with store.read() as session:
        return session.scalar(
            select(PaperRow.digest)
            .join(VersionRow, VersionRow.digest == PaperRow.digest)
            .where(VersionRow.plan_id == plan_id, VersionRow.version == version)
            .where(VersionRow.state != VersionState.DISCARDED)
        )


def kept_digests(session: Session, digests: Iterable[str]) -> set[str]:
    """Of these, those whose files are kept."""
    return set(session.scalars(select(PaperRow.digest).where(PaperRow.digest.in_(set(digests)))))


def keep_paper(session: Session, digest: str, find: FindPaper) -> None:
    """Keeps the file with that digest, unless it is kept or not at hand."""
    if kept_digests(session, [digest]):
        return
    content = find(digest)
    if content is None:
        return
    if sha256(content).hexdigest() != digest:
        # Changed on the disk since it was read: another paper than the one that the version tells.
        _log.warning("file not kept: changed since it was read")
        return
    packed = not content.startswith(_PACKED_ALREADY)
    session.execute(
        insert(table_of(PaperRow)).values(
            digest=digest,
            size=len(content),
            packed=packed,
            content=zlib.compress(content) if packed else content,
        )
    )


def drop_unused(session: Session, digest: str) -> None:
    """Lets go of a file that no version is made of any more."""
    used = select(VersionRow.id).where(VersionRow.digest == digest, VersionRow.state != VersionState.DISCARDED)
    if session.scalar(used.limit(1)) is None:
        session.execute(delete(PaperRow).where(PaperRow.digest == digest))
