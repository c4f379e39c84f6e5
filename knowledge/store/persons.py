"""Where the database speaks of a person: found for whoever wants to see it, taken out where the person is erased.

Columns are found by their names over all tables, so that a new table is covered when it names its columns as the
others do: a member's number in `by`, `*_by`, `member_id`, `heir_id`, `substitute_id`; an account in `sender`,
`person` or `chat` beside `channel`. In texts and JSON a person is a full name, a telephone number, an
account as it is written, a recipient of the outbox, and a number under the keys of `_KEYS`. What papers print is
left alone: who signs one may be called the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Integer, Row, String, Table, and_, cast, or_, select, update
from sqlalchemy.orm import Session

from knowledge.store.models import AuditRow, Base, MemberRow, table_of

GONE = -1
"""Stands for the number of somebody who is erased where there must be one."""
NOBODY = "người đã xóa dữ liệu"
"""Stands for the name."""
_KEYS = ("by", "member", "heir", "substitute", "colleague", "person")
_NUMBERS = {"by", "member_id", "heir_id", "substitute_id"}
_ACCOUNTS = ("sender", "person", "chat")
_PRINTED = {
    *("plans", "versions", "papers", "live_versions", "tasks", "task_agencies", "passages", "vectors", "mentions"),
    *("relations", "duties", "own_agencies", "abbreviations", "naming_changes", "settings", "oa_tokens"),
}
_CELLS = {"keys", "words", "title", "before", "after", "file"}
"""Columns with words of papers, or names of files, in other tables."""
_SECRET = re.compile("_hash$")


@dataclass(frozen=True, slots=True)
class Person:
    """By what a person is known.

    Attributes:
        accounts: channel and id of each.
        name: empty where it would be taken for somebody else's, or for a word.
        words: further strings that mean nobody else.
    """

    id: int
    accounts: tuple[tuple[str, str], ...]
    name: str
    words: tuple[str, ...]

    @property
    def recipient(self) -> str:
        """As the outbox calls a member."""
        return f"member:{self.id}"

    @property
    def told(self) -> list[str]:
        """All strings that mean the person."""
        written = [f"{channel}:{account}" for channel, account in self.accounts]
        return [word for word in (self.name, *self.words, *written, self.recipient) if word]


def distinct_name(session: Session, member_id: int, name: str) -> str:
    """The name, where it has several words and is nobody else's; else nothing."""
    others = session.scalar(select(MemberRow.id).where(MemberRow.name == name, MemberRow.id != member_id).limit(1))
    return name if " " in name and others is None else ""


def find_rows(session: Session, person: Person) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row that speaks of the person, with the name of its table; without hashes of secrets."""
    for table in Base.metadata.sorted_tables:
        numbers = [column == person.id for column in _number_columns(table)]
        texts = [_may_hold(column, person) for column in _text_columns(table)]
        conditions = [*numbers, *texts, *_accounts(table, person)]
        if table.name == MemberRow.__tablename__:
            conditions.append(table.c.id == person.id)
        if table.name == AuditRow.__tablename__:
            conditions.append(and_(table.c.kind == "people", table.c.subject == person.id))
        if not conditions:
            continue
        for row in session.execute(select(table).where(or_(*conditions))):
            if _speaks_of(table, row, person):
                yield (
                    table.name,
                    {key: _plain(value) for key, value in row._mapping.items() if not _SECRET.search(key)},
                )


def take_out(session: Session, person: Person) -> None:
    """Takes the person out of whatever stays; only the history of changes goes on holding the number.

    Rows that are the person's own are to be deleted before, by those who keep them.
    """
    for table in Base.metadata.sorted_tables:
        if table is table_of(AuditRow):
            continue
        for column in _number_columns(table):
            if not column.primary_key and not _is_own(column):
                gone = None if column.nullable else GONE
                session.execute(update(table).where(column == person.id).values({column.name: gone}))
        for column in _text_columns(table):
            _replace(session, table, column, person)


def _number_columns(table: Table) -> list[Column[Any]]:
    return [
        column
        for column in table.columns
        if isinstance(column.type, Integer) and (column.name in _NUMBERS or column.name.endswith("_by"))
    ]


def _is_own(column: Column[Any]) -> bool:
    """The row is the member's and goes with them."""
    return any(key.column.table is table_of(MemberRow) for key in column.foreign_keys)


def _text_columns(table: Table) -> list[Column[Any]]:
    """Those with words of people; none that name the row itself."""
    if table.name in _PRINTED or table.name == MemberRow.__tablename__:
        return []
    return [
        column
        for column in table.columns
        if isinstance(column.type, (String, JSON))
        and not column.primary_key
        and column.name not in _CELLS
        and not _SECRET.search(column.name)
    ]


def _may_hold(column: Column[Any], person: Person) -> ColumnElement[bool]:
    text = cast(column, String)
    held = [text.contains(word, autoescape=True) for word in person.told]
    if isinstance(column.type, JSON):
        held += [text.contains(f'"{key}": {person.id}', autoescape=True) for key in _KEYS]
    return or_(*held)


def _accounts(table: Table, person: Person) -> list[ColumnElement[bool]]:
    named = [table.c[name] for name in _ACCOUNTS if name in table.c]
    if "channel" not in table.c:
        return []
    known = (*person.accounts, ("web", str(person.id)))
    return [and_(table.c.channel == channel, column == account) for column in named for channel, account in known]


def _speaks_of(table: Table, row: Row[Any], person: Person) -> bool:
    """What SQL finds by parts of words is looked at again."""
    if any(row._mapping[column.name] == person.id for column in _number_columns(table)):
        return True
    if any(replaced(row._mapping[c.name], person) != row._mapping[c.name] for c in _text_columns(table)):
        return True
    known = {*person.accounts, ("web", str(person.id))}
    values = row._mapping
    if "channel" in values and any((values["channel"], values.get(name)) in known for name in _ACCOUNTS):
        return True
    if table.name == MemberRow.__tablename__:
        return bool(values["id"] == person.id)
    return table.name == AuditRow.__tablename__ and values["kind"] == "people" and values["subject"] == person.id


def _replace(session: Session, table: Table, column: Column[Any], person: Person) -> None:
    keys = list(table.primary_key.columns)
    for row in session.execute(select(column, *keys).where(_may_hold(column, person))).all():
        before, *key = row
        after = replaced(before, person)
        if after != before:
            this = and_(*(each == value for each, value in zip(keys, key, strict=True)))
            session.execute(update(table).where(this).values({column.name: after}))


def replaced(value: Any, person: Person) -> Any:
    """A text or what JSON holds, without the person."""
    if isinstance(value, str):
        for word in person.told:
            said = f"member:{GONE}" if word == person.recipient else NOBODY
            value = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", said, value)
        return value
    if isinstance(value, dict):
        return {
            key: GONE if key in _KEYS and each == person.id else replaced(each, person) for key, each in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [replaced(each, person) for each in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"{len(value)} byte"  # a file, which is fetched where it is shown
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value
