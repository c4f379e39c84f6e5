"""`/livez`, `/readyz`, `/metrics` as whoever watches the process sees them; and the log as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from bot.channels.contract import Address, BlockedError, ChannelName, Reply
from bot.channels.patience import PatientChannel
from bot.channels.webhooks import WebhookServer
from bot.log import JsonFormatter
from bot.serving.health import Health
from bot.serving.metrics import Metrics
from bot.serving.monitoring import may_watch, monitors
from bot.serving.readings import Readings
from knowledge.qa.compose.answer import Answer, Status
from knowledge.store.database import Store, open_store
from knowledge.store.models import InboxRow, OutboxRow
from tests.bot.memory_channel import MemoryChannel
from tests.bot.running import NOW
from tests.servers.zalo_server import loopback


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(data=tmp_path) as opened:
        yield opened


class Answers:
    """Answers as it is told to."""

    def ask(self, question: str, **_: object) -> Answer:
        if question == "hỏng":
            raise RuntimeError
        return Answer(Status(question), "…")


def figures(text: str) -> dict[str, float]:
    """Each figure by its name with labels."""
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines if not name.partition("{")[0].endswith("_created")}


@pytest.fixture
async def channels() -> list[PatientChannel]:
    """Telegram, which is there and has not taken a reply, and Zalo, which is not reached yet."""
    telegram, zalo = MemoryChannel(ChannelName.TELEGRAM), MemoryChannel(ChannelName.ZALO)
    there = PatientChannel(telegram)
    await there.start()
    telegram.failures.append(BlockedError("Bị chặn."))
    with pytest.raises(BlockedError):
        await there.send(Address(ChannelName.TELEGRAM, "1"), Reply("một"))
    return [there, PatientChannel(zalo)]


async def test_the_figures_are_those_of_what_happened(store: Store, channels: list[PatientChannel]) -> None:
    lag = timedelta(seconds=7)
    metrics = Metrics(store, lambda: NOW, channels, lambda: lag, lambda: {"memory": 2})
    asking = metrics.measured(Answers())
    for question in ("answered", "answered", "not_found"):
        asking.ask(question, as_of=NOW.date())
    with pytest.raises(RuntimeError):
        asking.ask("hỏng", as_of=NOW.date())
    early = NOW - timedelta(minutes=90)
    row = {"recipient": "member:1", "occurrence": 0, "kind": "digest", "agency": "", "made_at": early, "attempts": 0}
    with store.write() as session:
        session.add(OutboxRow(**row, name="a", state="sent", send_at=early))
        session.add(OutboxRow(**row, name="b", state="waiting", send_at=early))
        session.add(OutboxRow(**{**row, "attempts": 3}, name="c", state="waiting", send_at=NOW + timedelta(days=1)))
        session.add(InboxRow(channel="zalo", delivery="1", chat="1", at=early, stored_at=early, message={}))
    await Readings(store, lambda: NOW).put([("a.md", b"a"), ("b.md", b"b")], 1)
    found = figures(metrics.text())
    assert {name: value for name, value in found.items() if "bucket" not in name and "_sum" not in name} == {
        'kehoach_questions_total{status="answered"}': 2,
        'kehoach_questions_total{status="clarify"}': 0,
        'kehoach_questions_total{status="not_found"}': 1,
        'kehoach_questions_total{status="refused"}': 0,
        'kehoach_questions_total{status="failed"}': 1,
        "kehoach_question_seconds_count": 4,
        'kehoach_channel_up{channel="telegram"}': 1,
        'kehoach_channel_up{channel="zalo"}': 0,
        'kehoach_channel_errors_total{channel="telegram"}': 1,
        'kehoach_channel_errors_total{channel="zalo"}': 0,
        'kehoach_reader_failures_total{kind="memory"}': 2,
        "kehoach_planning_lag_seconds": 7,
        "kehoach_database_up": 1,
        'kehoach_outbox_messages{state="waiting"}': 2,
        'kehoach_outbox_messages{state="sending"}': 0,
        'kehoach_outbox_messages{state="sent"}': 1,
        'kehoach_outbox_messages{state="failed"}': 0,
        'kehoach_outbox_messages{state="cancelled"}': 0,
        'kehoach_outbox_messages{state="dropped"}': 0,
        "kehoach_outbox_retrying": 1,
        "kehoach_outbox_oldest_seconds": 5400,
        "kehoach_reminders_late": 0,
        "kehoach_inbox_waiting": 1,
        "kehoach_readings_waiting": 2,
    }


async def test_ready_is_told_truly(store: Store) -> None:
    away = [ChannelName.ZALO]
    health = Health(store, lambda: away, lambda: True, channels=2)
    assert await health.unready() is None  # planning late and one channel away: it serves
    away.append(ChannelName.TELEGRAM)
    assert await health.unready() == "Không kênh nào kết nối được."
    away.clear()
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert await health.unready() == "Cấu trúc dữ liệu không đúng phiên bản của chương trình; hãy chạy lại trợ lý."
    health.close()


@loopback
async def test_what_is_answered_over_http(store: Store) -> None:
    trouble: list[str] = []
    metrics = Metrics(store, lambda: NOW, [], lambda: None, dict)

    async def ready() -> str | None:
        return trouble[0] if trouble else None

    server = WebhookServer("127.0.0.1", 0, [], monitors=monitors(ready, metrics.text))
    await server.start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        assert [(await client.get(path)).status_code for path in ("/livez", "/readyz", "/metrics")] == [200] * 3
        told = await client.get("/metrics")
        assert told.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert "kehoach_database_up 1.0" in told.text
        through_proxy = await client.get("/metrics", headers={"X-Forwarded-For": "8.8.8.8"})
        assert (through_proxy.status_code, through_proxy.text) == (404, "")
        trouble.append("Không kênh nào kết nối được.")
        refused = await client.get("/readyz")
        assert (refused.status_code, refused.text) == (503, "Không kênh nào kết nối được.\n")
        assert (await client.get("/livez")).status_code == 200
    await server.close()


@pytest.mark.parametrize(
    ("client", "networks", "may"),
    [
        ("127.0.0.1", "", True),
        ("::1", "", True),
        ("10.1.2.3", "", False),
        ("10.1.2.3", "192.168.0.0/16, 10.0.0.0/8", True),
        ("khách", "", False),
    ],
)
def test_who_may_see_figures(client: str, networks: str, may: bool) -> None:
    assert may_watch({"client": (client, 1), "headers": []}, networks) is may


def test_a_line_of_the_log_as_json() -> None:
    record = logging.LogRecord("bot.x", logging.ERROR, "x.py", 1, "kênh %s: “lỗi”", ("zalo",), None)
    record.created = 0.0
    told = json.loads(JsonFormatter().format(record))
    assert told == {
        "at": "1970-01-01T00:00:00.000+00:00",
        "level": "ERROR",
        "logger": "bot.x",
        "message": "kênh zalo: “lỗi”",
    }
