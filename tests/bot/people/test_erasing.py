"""`kehoach people export NGƯỜI` and `people erase`: every table of the database is walked, whichever there are."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Connection, Date, Integer, LargeBinary, Table, Time, insert, inspect, select

from bot.channels.contract import Address, ChannelName, Incoming, Sender
from bot.chat.inbox import Inbox
from bot.people.members import People, Role
from bot.tracking.forgetting import forget_reminded
from knowledge.agencies import load_directory
from knowledge.store.database import Store, open_store
from knowledge.store.models import Base, MemberRow, RemarkRow, table_of
from knowledge.store.models.base import UtcDateTime
from tests.bot.running import NOW, call, tables
from tests.databases import set_next_number

NAME, PHONE, ACCOUNT, NUMBER = "Trần Thị Độc Nhất", "0987123456", "5550001", 987651
TRACE = re.compile(rf"{NAME}|0987 ?123 ?456|{ACCOUNT}|{NUMBER}|\\u0110\\u1ed9c Nh")
SAID = f"nhắn {NAME}, số 0987 123 456 hay {PHONE}, telegram:{ACCOUNT}"
HELD = {"by": NUMBER, "member": NUMBER, "say": SAID, "told": [f"member:{NUMBER}"], "turns": [], "waiting": None}
REAL = {"members", "member_roles", "member_channels", "member_agencies", "inbox", "settings"}
"""Filled by those who keep them."""
PRINTED = {
    *("plans", "papers", "live_versions", "tasks", "task_agencies", "passages", "vectors", "mentions", "relations"),
    *("duties", "oa_tokens", "reading_files", "paces"),
}
"""Nothing in them is about a person of ours."""
NUMBERED = {"own_agencies", "abbreviations", "naming_changes", "versions", "audit", "daily_counts"}
"""They name people by numbers alone, if at all; what else they hold is of papers and offices."""
OFFICES = {("agency_chats", "chat"): "-100", ("occurrences", "file"): "ab12-bao-cao.pdf"}
"""What belongs to an office: its group chat, the name of a file that was handed in."""
CELLS = {"keys", "words", "title", "before", "after"}


def value(table: Table, column: Any) -> object:
    kind, name = column.type, column.name
    if name == "id" and isinstance(kind, Integer):
        return 3_000
    if isinstance(kind, Integer):
        person = name in {"by", "member_id", "heir_id", "substitute_id"} or name.endswith("_by")
        return NUMBER if person or (table.name, name) == ("audit", "subject") else 1
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, UtcDateTime):
        return NOW
    if isinstance(kind, (Date, Time, LargeBinary)):
        return NOW.date() if isinstance(kind, Date) else None if isinstance(kind, Time) else b"x"
    unnamed = table.name in NUMBERED or (table.name == "corrections" and name in CELLS)
    if isinstance(kind, JSON):
        return {} if unnamed else HELD
    if (table.name, name) in OFFICES:
        return OFFICES[table.name, name]
    if name in {"sender", "person", "chat"}:
        return ACCOUNT
    known = {"channel": "telegram", "recipient": f"member:{NUMBER}", "kind": "people", "scope": "member"}
    if (table.name, name) == ("reminder_rules", "subject"):
        return str(NUMBER)
    if name in known:
        return known[name]
    if (table.name, name) == ("audit", "action"):
        return "edited"
    return "x" if column.primary_key or unnamed or name.endswith("_hash") else SAID


def _let_go(connection: Connection) -> None:
    """Rows need no others but the person: while they are written, and for good on a server, which looks again."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        return
    found = inspect(connection)
    for table in Base.metadata.sorted_tables:
        for each in found.get_foreign_keys(table.name):
            if each["referred_table"] != MemberRow.__tablename__:
                connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT {each['name']}")


def live(store: Store) -> None:
    """A person who has left something in every table, beside an administrator."""
    people = People(store, lambda: NOW, load_directory(), erase=forget_reminded)
    people.appoint([Sender(ChannelName.TELEGRAM, "1", "Quản trị")])
    set_next_number(store, table_of(MemberRow), NUMBER)
    sender = Sender(ChannelName.TELEGRAM, ACCOUNT, NAME)
    member = people.approve(people.request(sender, NAME, "Sở Y tế").id, None, Role.OWNER)
    assert member.id == NUMBER
    people.change(NUMBER, NUMBER, phone=PHONE)
    people.add_agency(NUMBER, "Sở Tài chính", None)
    Inbox(store, lambda: NOW).try_store(
        Incoming("u1", Address(ChannelName.TELEGRAM, ACCOUNT), sender, NOW, f"tôi là {NAME}")
    )
    with store.engine.connect().execution_options(begin=None) as connection:
        _let_go(connection)
        for table in Base.metadata.sorted_tables:
            if table.name not in REAL | PRINTED:
                connection.execute(insert(table), {column.name: value(table, column) for column in table.columns})
        others = {c.name: value(Base.metadata.tables["outbox"], c) for c in Base.metadata.tables["outbox"].columns}
        connection.execute(insert(Base.metadata.tables["outbox"]), {**others, "id": 3_001, "recipient": "member:1"})
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.commit()


def traces(home: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of every table in which the person is to be seen."""
    found: dict[str, list[dict[str, object]]] = {}
    for name, rows in tables(home).items():
        seen = [row for row in rows if any(TRACE.search(str(cell)) for cell in row.values())]
        if seen and name != "sqlite_sequence":
            found[name] = seen
    return found


@pytest.fixture
def lived(empty: Path) -> Path:
    with open_store(data=empty) as store:
        live(store)
    return empty


def test_the_file_holds_every_row_that_speaks_of_the_person(lived: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    run = call(lived, "people", "export", "độc nhất", file)
    assert (run.code, run.out) == (0, f"✓ Đã ghi mọi dữ liệu giữ về {NAME} vào {file}.\n")
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("du-lieu.json"))
    assert (told["id"], told["name"]) == (NUMBER, NAME)
    seen = traces(lived)
    assert {name: len(rows) for name, rows in told["tables"].items()} == {
        name: len(rows) for name, rows in seen.items()
    }
    filled = {table.name for table in Base.metadata.sorted_tables} - PRINTED - {"settings", "daily_counts"}
    assert filled - set(seen) == set()
    assert not any("hash" in column for rows in told["tables"].values() for row in rows for column in row)
    assert told["tables"]["inbox"][0]["message"]["text"] == f"tôi là {NAME}"


def test_nothing_of_the_person_stays_but_the_number_in_the_history(lived: Path) -> None:
    run = call(lived, "people", "erase", str(NUMBER), "--yes")
    assert (run.code, run.err) == (0, "")
    left = traces(lived)
    assert list(left) == ["audit"]
    for row in left["audit"]:
        assert not any(TRACE.search(str(cell)) for name, cell in row.items() if name not in {"by", "subject"})
    content = b"".join(path.read_bytes() for path in lived.glob("kehoach.db*"))
    assert not any(word.encode() in content for word in (NAME, PHONE, "0987 123 456", ACCOUNT))
    history = call(lived, "history").out  # whoever is not there any more is told by the number alone
    assert f"người số {NUMBER}" in history
    assert call(lived, "people", "export", str(NUMBER)).err == "Không có người dùng này, hoặc đã được xóa.\n"


def test_it_is_asked_first(lived: Path) -> None:
    before = traces(lived)
    run = call(lived, "people", "erase", "độc nhất", stdin="n\n")
    assert run.code == 1
    assert run.out.startswith(f"Xóa {NAME} (Sở Y tế)? Không lấy lại được.")
    assert traces(lived) == before


def test_a_namesake_and_common_words_are_left_alone(empty: Path) -> None:
    with open_store(data=empty) as store:
        live(store)
        people = People(store, lambda: NOW, load_directory(), erase=forget_reminded)
        other = Sender(ChannelName.TELEGRAM, "77", NAME)
        people.approve(people.request(other, NAME, "Sở Nội vụ").id, None)
        people.forget(NUMBER, by=None)
        with store.read() as session:
            remark = session.scalar(select(RemarkRow.text))
    assert remark == f"nhắn {NAME}, số người đã xóa dữ liệu hay người đã xóa dữ liệu, người đã xóa dữ liệu"
