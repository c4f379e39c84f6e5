"""What persons wrote goes after so many days, and facts stay; every table has been decided upon."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.types import JSON, Boolean, Date, Integer, LargeBinary, Time

from bot.serving import retention
from bot.serving.retention import KEPT, erase_daily, erase_old, keep_retention
from knowledge.store.database import Store, open_store
from knowledge.store.models import Base, MemberRow, OutboxRow, SettingRow, table_of
from knowledge.store.models.base import UtcDateTime
from tests.bot.running import NOW, call

FACTS = {
    *(
        "plans",
        "versions",
        "papers",
        "live_versions",
        "set_switches",
        "tasks",
        "task_agencies",
        "passages",
        "vectors",
    ),
    *("mentions", "relations", "corrections", "golden_questions", "own_agencies", "abbreviations", "naming_changes"),
    *(
        "duties",
        "occurrences",
        "extensions",
        "remarks",
        "transfers",
        "urgings",
        "assignments",
        "absences",
        "handovers",
    ),
    *("reminder_rules", "work_days", "audit", "settings", "daily_counts", "agency_chats", "oa_tokens", "api_clients"),
    # People as long as they are members; who leaves is erased.
    *("members", "member_roles", "member_channels", "member_agencies", "calendar_feeds", "personal_codes"),
    *("join_codes", "invitations", "invitation_uses"),
    # Of the processes that run now; they go by themselves.
    *("processes", "leases"),
    # With the row of the reading that they are of.
    "reading_files",
    # Of the last minutes, and of nobody by name.
    "paces",
}
SECRET = "lời riêng độc nhất"
OLD, YOUNG = NOW - timedelta(days=181), NOW - timedelta(days=179)


def test_every_table_is_a_fact_or_goes() -> None:
    written = {kept.model.__tablename__ for kept in KEPT}
    assert written | FACTS == set(Base.metadata.tables)
    assert not written & FACTS


def fill(store: Store, at: datetime, number: int) -> None:
    """A row of each kind, all of it of that moment, with the secret wherever a text can be."""
    with store.engine.connect().execution_options(begin="write") as connection:
        member = {"name": "a", "agency": "b", "active": True, "since": at, "phone": ""}
        if not connection.scalar(select(func.count()).select_from(MemberRow)):
            connection.execute(insert(table_of(MemberRow)), [{**member, "id": each} for each in (1, 2)])
        for kept in KEPT:
            table = Base.metadata.tables[kept.model.__tablename__]
            values: dict[str, object] = {}
            for column in table.columns:
                kind = column.type
                if isinstance(kind, UtcDateTime):
                    values[column.name] = at
                elif isinstance(kind, Boolean):
                    values[column.name] = False
                elif isinstance(kind, (Date, Time, LargeBinary)):
                    values[column.name] = None
                elif isinstance(kind, Integer):
                    values[column.name] = number
                else:
                    values[column.name] = [SECRET] if isinstance(kind, JSON) else f"{SECRET} {number}"
            if kept.model is OutboxRow:
                values.update(
                    state="sent", recipient="member:7", payload={"say": SECRET}, due_on=None, name=str(number)
                )
                values.update(kind="notice", agency="", worker=None, reason=None, channel="telegram", message=SECRET)
            connection.execute(insert(table), values)
        connection.commit()


def counts(store: Store) -> dict[str, int]:
    with store.read() as session:
        return {k.label: session.scalar(select(func.count()).select_from(k.model)) or 0 for k in KEPT}


def test_the_old_goes_without_a_trace_and_the_young_stays(tmp_path: Path) -> None:
    with open_store(data=tmp_path) as store:
        fill(store, OLD, 1)
        assert set(counts(store).values()) == {1}
        assert set(erase_old(store, NOW - timedelta(days=180)).values()) == {1}
        left = counts(store)
        assert left.pop("lời của tin đã gửi") == 1  # that it went is a fact
        assert set(left.values()) == {0}
        with store.read() as session:
            sent = session.scalars(select(OutboxRow)).one()
            assert (sent.payload, sent.message, sent.state, sent.recipient) == (None, None, "sent", "member:7")
        fill(store, YOUNG, 2)
        assert set(erase_old(store, NOW - timedelta(days=180)).values()) == {0}
        assert set(counts(store).values()) == {1, 2}


@pytest.mark.sqlite  # a server cleans its own files, which are not ours to read
def test_no_byte_of_it_stays_in_the_files(tmp_path: Path) -> None:
    with open_store(data=tmp_path) as store:
        fill(store, OLD, 1)
        assert SECRET.encode() in (tmp_path / "kehoach.db-wal").read_bytes()
        erase_old(store, NOW)
        with store.write() as session:
            session.execute(OutboxRow.__table__.delete())  # type: ignore[attr-defined]
        left = b"".join(path.read_bytes() for path in tmp_path.glob("kehoach.db*"))
        assert SECRET.encode() not in left


def test_many_go_in_small_transactions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    pauses: list[float] = []
    with open_store(data=tmp_path) as store:
        rows = [
            {"key": {"channel": "telegram", "chat": str(n), "person": "1", "at": OLD, "state": {}}} for n in range(5)
        ]
        with store.write() as session:
            session.execute(insert(Base.metadata.tables["dialogues"]), [row["key"] for row in rows])
        assert erase_old(store, NOW, pauses.append)["cuộc trò chuyện"] == 5
    assert len(pauses) == 2


def test_once_a_day_and_never_where_all_is_kept(tmp_path: Path) -> None:
    with open_store(data=tmp_path) as store:
        assert [erase_daily(store, lambda: NOW, 180) for _ in range(2)] == [True, False]
        assert erase_daily(store, lambda: NOW + timedelta(days=1), 180)
        fill(store, OLD, 1)
        asyncio.run(keep_retention(store, lambda: NOW, 0, asyncio.Event()))
        assert set(counts(store).values()) == {1}


async def test_the_service_does_it_until_it_is_stopped(tmp_path: Path) -> None:
    with open_store(data=tmp_path) as store:
        stop = asyncio.Event()
        running = asyncio.create_task(keep_retention(store, lambda: NOW, 180, stop, seconds=0.01))
        async with asyncio.timeout(10):
            while not _done(store):
                await asyncio.sleep(0)
            stop.set()
            await running


def _done(store: Store) -> bool:
    with store.read() as session:
        return session.get(SettingRow, "retention_on") is not None


def test_the_command_counts_then_erases(empty: Path) -> None:
    with open_store(data=empty) as store:
        fill(store, OLD, 1)
    said = call(empty, "retention", "--dry-run")
    assert said.out.splitlines()[:3] == [
        "Sẽ xóa những gì trước ngày 24/05/2026 (180 ngày):",
        "  tin nhắn đến: 1",
        "  cuộc trò chuyện: 1",
    ]
    assert call(empty, "retention").out.splitlines()[1:] == said.out.splitlines()[1:]
    assert call(empty, "retention").out.splitlines()[1:] == ["  không có gì."]
    kept = call(empty, "retention", env={"KEHOACH_RETENTION_DAYS": "0"})
    assert (kept.code, kept.out) == (1, "")
    assert kept.err == "KEHOACH_RETENTION_DAYS=0: giữ mãi mãi; thêm --days N để xóa những gì cũ hơn N ngày.\n"
