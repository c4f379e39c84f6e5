"""What `/healthz` says of the database, channels and planning, found out on real files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.channels.contract import Address, ChannelName, Reply, TryAgainError
from bot.channels.patience import PatientChannel
from bot.serving.health import Health
from knowledge.errors import DiskError, StoreError
from knowledge.store.database import Store, open_store
from knowledge.store.models import SettingRow
from tests.bot.memory_channel import MemoryChannel

AN = Address(ChannelName.TELEGRAM, "an")
FULL = "Ổ đĩa của máy chủ đã đầy nên chưa ghi được dữ liệu."
BUSY = "Kho dữ liệu đang bận hoặc không đọc ghi được; xin thử lại."
DAMAGED = "Kho dữ liệu bị hỏng; hãy khôi phục bản sao lưu."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(data=tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question is a look of its own, and nobody waits long."""
    monkeypatch.setattr("bot.serving.health._SHORTEST", 0.0)
    monkeypatch.setattr("bot.serving.health._SHARE", 0)
    monkeypatch.setattr("bot.serving.health._ANSWER_SECONDS", 0.3)


async def test_all_is_well(store: Store) -> None:
    health = Health(store, list, lambda: False)
    assert [await health.trouble() for _ in range(3)] == [None] * 3
    health.close()


REFUSALS = [("max_page_count=1", DiskError, FULL), ("busy_timeout=0", StoreError, BUSY)]


@pytest.mark.sqlite  # a server's disk is its own, and cannot be filled from here
@pytest.mark.parametrize(("pragma", "kind", "sentence"), REFUSALS, ids=["full", "busy"])
def test_a_full_disk_is_told_from_a_busy_database(
    store: Store, pragma: str, kind: type[StoreError], sentence: str
) -> None:
    """Real refusals of SQLite: no page more than there are (a file of one page cannot be), another writer."""
    with store.engine.connect().execution_options(begin="write") as other:
        if kind is StoreError:
            other.begin()
        event.listen(store.engine, "checkout", lambda connection, *_: connection.execute(f"PRAGMA {pragma}"))
        with pytest.raises(StoreError) as caught, store.write() as session:
            session.merge(SettingRow(key="dài", value="x" * 100_000))
    assert (type(caught.value), caught.value.sentence) == (kind, sentence)


async def test_who_writes_for_long_is_no_trouble(store: Store) -> None:
    health = Health(store, list, lambda: False)
    with store.write() as session:
        session.connection()
        assert await health.trouble() is None
    while health._look is not None:
        await health.trouble()
    assert await health.trouble() is None
    health.close()


@pytest.mark.sqlite  # a server's files are not in reach of this process
async def test_damage_is_seen_in_the_file_and_not_only_where_somebody_reads(store: Store, tmp_path: Path) -> None:
    health = Health(store, list, lambda: False)
    assert await health.trouble() is None
    with store.engine.connect().execution_options(begin=None) as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with (tmp_path / "kehoach.db").open("r+b") as file:
        file.seek(4_096 * 8)
        file.write(b"\xff" * 4_096 * 20)
    assert await health.trouble() == DAMAGED
    health.close()


async def test_channels_and_planning(store: Store) -> None:
    away, late = [ChannelName.ZALO], True
    health = Health(store, lambda: away, lambda: late)
    assert await health.trouble() == "Kênh zalo không kết nối được."
    away.clear()
    assert await health.trouble() == "Việc lập kế hoạch nhắc đang chậm hoặc gặp lỗi."
    late = False
    assert await health.trouble() is None
    health.close()


async def test_a_channel_is_away_until_it_is_reached_and_while_a_message_waits() -> None:
    inner, seen = MemoryChannel(), list[bool]()

    async def look(_seconds: float) -> None:
        seen.append(channel.is_away)

    channel = PatientChannel(inner, look)
    await look(0)
    await channel.start()
    await look(0)
    inner.failures.extend([TryAgainError("Bận.", "502"), TryAgainError("Bận.", "429", 3.0)])
    await channel.send(AN, Reply("một"))
    inner.failures.append(TryAgainError("Bận.", "429", 3.0))
    await channel.send(AN, Reply("hai"))
    assert (seen, channel.is_away) == ([True, False, True, True, False], False)
