"""The rows of an organisation's own agencies and abbreviations, and what is resolved by them.

Every function works in its caller's session. Which rows fit a directory is `knowledge.agencies.own`'s business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from knowledge.agencies import Directory, Level
from knowledge.agencies.own import OwnAgency, agency_from_json, agency_to_json
from knowledge.store import audit
from knowledge.store.audit import OPERATOR, AuditKind
from knowledge.store.database import bump_generation
from knowledge.store.models import (
    AbbreviationRow,
    CorrectionRow,
    LiveVersionRow,
    MemberRow,
    NamingChangeRow,
    OwnAgencyRow,
    RelationRow,
    SettingRow,
    TaskAgencyRow,
    TaskRow,
)
from knowledge.text import fold

_EDITION = "naming"
_READ_EDITION = text(f"SELECT value FROM settings WHERE key = '{_EDITION}'")  # noqa: S608 - a constant of ours
_AT_ONCE = 500


class NamingKind(StrEnum):
    """What a change was of."""

    AGENCY = "agency"
    ABBREVIATION = "abbreviation"


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form as typed, and the words that it stands for."""

    short: str
    words: str

    @property
    def folded(self) -> str:
        """What it is compared by."""
        return str(fold(self.short))


@dataclass(frozen=True, slots=True)
class Kept:
    """Since when a row is as it is.

    Attributes:
        edition: of the change that made it so.
        by: a name.
    """

    edition: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class NamingChange:
    """One change.

    Attributes:
        by: a name.
        before, after: None where there was, or is, none.
    """

    at: datetime
    by: str
    kind: NamingKind
    name: str
    before: OwnAgency | Abbreviation | None
    after: OwnAgency | Abbreviation | None


def edition(session: Session) -> int:
    """Counts every change of agencies and abbreviations: equal numbers, equal rows."""
    found = session.execute(_READ_EDITION).scalar()
    return int(found) if found else 0


def read_agencies(session: Session) -> dict[str, tuple[OwnAgency, Kept]]:
    """All, by name, in the order of their names."""
    rows = sorted(session.scalars(select(OwnAgencyRow)), key=lambda row: fold(row.name))
    return {row.name: (_agency(row), _kept(session, row)) for row in rows}


def read_abbreviations(session: Session) -> dict[str, tuple[Abbreviation, Kept]]:
    """All, by the folded short form."""
    rows = session.scalars(select(AbbreviationRow).order_by(AbbreviationRow.folded))
    return {row.folded: (Abbreviation(row.short, row.words), _kept(session, row)) for row in rows}


def read_changes(session: Session, limit: int) -> list[NamingChange]:
    """The latest, newest first."""
    rows = session.scalars(select(NamingChangeRow).order_by(NamingChangeRow.id.desc()).limit(limit))
    return [
        NamingChange(
            row.made_at,
            _name_of(session, row.made_by),
            (kind := NamingKind(row.kind)),
            row.name,
            _from_json(kind, row.before),
            _from_json(kind, row.after),
        )
        for row in rows
    ]


def put_agency(session: Session, agency: OwnAgency, by: int, at: datetime) -> None:
    """Keeps an agency, another one of that name in its place."""
    before = session.get(OwnAgencyRow, agency.name)
    number = _note(
        session, NamingKind.AGENCY, agency.name, _agency(before) if before is not None else None, agency, by, at
    )
    session.merge(
        OwnAgencyRow(
            name=agency.name,
            level=agency.level.value,
            short=list(agency.short),
            groups=list(agency.groups),
            successor=agency.successor,
            successor_from=agency.successor_from,
            edition=number,
            set_at=at,
            set_by=by,
        )
    )
    session.flush()


def remove_agency(session: Session, name: str, by: int, at: datetime) -> None:
    """Takes one out that is there."""
    row = session.get_one(OwnAgencyRow, name)
    _note(session, NamingKind.AGENCY, name, _agency(row), None, by, at)
    session.delete(row)
    session.flush()


def put_abbreviation(session: Session, made: Abbreviation, by: int, at: datetime) -> None:
    """Keeps an abbreviation, another meaning of it in its place."""
    row = session.get(AbbreviationRow, made.folded)
    before = Abbreviation(row.short, row.words) if row is not None else None
    number = _note(session, NamingKind.ABBREVIATION, made.short, before, made, by, at)
    session.merge(
        AbbreviationRow(folded=made.folded, short=made.short, words=made.words, edition=number, set_at=at, set_by=by)
    )
    session.flush()


def remove_abbreviation(session: Session, folded: str, by: int, at: datetime) -> None:
    """Takes one out that is there."""
    row = session.get_one(AbbreviationRow, folded)
    _note(session, NamingKind.ABBREVIATION, row.short, Abbreviation(row.short, row.words), None, by, at)
    session.delete(row)
    session.flush()


def resolve_again(session: Session, directory: Directory) -> None:
    """Brings up the stored names of printed offices: of those that lead tasks, in amending papers and corrections."""
    _resolve_tasks(session, directory)
    for relation in session.execute(select(RelationRow.id, RelationRow.lead, RelationRow.lead_agencies)):
        names = [*directory.names_of(relation.lead)]
        if names != relation.lead_agencies:
            session.execute(update(RelationRow).where(RelationRow.id == relation.id).values(lead_agencies=names))
    for row in session.scalars(select(CorrectionRow)):
        row.before, row.after = (_resolved(each, row.field, directory) for each in (row.before, row.after))
    session.flush()
    bump_generation(session)


def printed_offices(session: Session) -> dict[str, int]:
    """Every office printed in live plans as leading or helping, and in how many tasks."""
    found: dict[str, int] = {}
    live = select(TaskRow.lead, TaskRow.coordinating).join(
        LiveVersionRow, LiveVersionRow.version_id == TaskRow.version_id
    )
    for lead, coordinating in session.execute(live):
        for office in {*lead, *coordinating}:
            found[office] = found.get(office, 0) + 1
    return found


def _resolve_tasks(session: Session, directory: Directory) -> None:
    """Of all versions: an older one may be taken back."""
    stored: dict[int, list[str]] = {}
    agencies = select(TaskAgencyRow.task_id, TaskAgencyRow.agency)
    for task_id, agency in session.execute(agencies.order_by(TaskAgencyRow.task_id, TaskAgencyRow.position)):
        stored.setdefault(task_id, []).append(agency)
    known: dict[tuple[str, ...], list[str]] = {}
    changed: dict[int, list[str]] = {}
    for task_id, lead in session.execute(select(TaskRow.id, TaskRow.lead)):
        printed = tuple(lead)
        if printed not in known:
            known[printed] = [*directory.names_of(printed)]
        if known[printed] != stored.get(task_id, []):
            changed[task_id] = known[printed]
    ids = [*changed]
    for at in range(0, len(ids), _AT_ONCE):
        session.execute(delete(TaskAgencyRow).where(TaskAgencyRow.task_id.in_(ids[at : at + _AT_ONCE])))
    rows = [
        {"task_id": task_id, "position": position, "agency": agency}
        for task_id, names in changed.items()
        for position, agency in enumerate(names)
    ]
    if rows:
        session.execute(insert(TaskAgencyRow), rows)


def _resolved(value: dict[str, Any] | None, field: str, directory: Directory) -> dict[str, Any] | None:
    """A correction's value with its agencies as they are now: of a cell of leads, or of a whole added task."""
    if value is None:
        return None
    if field == "lead" and "printed" in value:
        return {**value, "agencies": [*directory.names_of(value["printed"])]}
    if not field and "lead_agencies" in value:
        return {**value, "lead_agencies": [*directory.names_of(value["lead"])]}
    return value


def _note(
    session: Session,
    kind: NamingKind,
    name: str,
    before: OwnAgency | Abbreviation | None,
    after: OwnAgency | Abbreviation | None,
    by: int,
    at: datetime,
) -> int:
    """Writes the change down; the edition that it makes."""
    number = edition(session) + 1
    session.merge(SettingRow(key=_EDITION, value=str(number)))
    session.add(
        NamingChangeRow(
            made_at=at, made_by=by, kind=kind.value, name=name, before=_to_json(before), after=_to_json(after)
        )
    )
    audit.record(session, AuditKind.AGENCY, kind.value, by=by, now=at, detail=name)
    session.flush()
    return number


def _agency(row: OwnAgencyRow) -> OwnAgency:
    return OwnAgency(
        row.name, Level(row.level), tuple(row.short), tuple(row.groups), row.successor, row.successor_from
    )


def _kept(session: Session, row: OwnAgencyRow | AbbreviationRow) -> Kept:
    return Kept(row.edition, row.set_at, _name_of(session, row.set_by))


def _name_of(session: Session, by: int | None) -> str:
    if by == OPERATOR:
        return "quản trị viên (dòng lệnh)"
    row = session.get(MemberRow, by) if by is not None else None
    return row.name if row is not None else "người đã xóa dữ liệu"


def _to_json(value: OwnAgency | Abbreviation | None) -> dict[str, Any] | None:
    if isinstance(value, OwnAgency):
        return agency_to_json(value)
    return None if value is None else {"short": value.short, "words": value.words}


def _from_json(kind: NamingKind, kept: Mapping[str, Any] | None) -> OwnAgency | Abbreviation | None:
    if kept is None:
        return None
    return agency_from_json(kept) if kind is NamingKind.AGENCY else Abbreviation(kept["short"], kept["words"])
