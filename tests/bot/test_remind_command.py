"""`kehoach remind`: what is to be sent to whom, and one pass of sending."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import HANOI
from tests.bot.papers import write_plan
from tests.bot.running import call, dump
from tests.servers.telegram_server import TOKEN, loopback, telegram_server

NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)
TASKS = (("Báo cáo kết quả số hóa", "Sở Tư pháp", "Trước ngày 15/12/2026"),)
PEOPLE = "name,agency,role,channels\nTrần Thị Lan,Sở Tư pháp,owner,telegram:77 zalo:lan\n"


@pytest.fixture
def office(empty: Path, tmp_path: Path) -> Path:
    """A plan with one task, and its owner."""
    file = tmp_path / "người dùng.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    assert call(empty, "people", "import", file, now=NOW).code == 0
    assert call(empty, "load", write_plan(tmp_path / "kế hoạch.md", TASKS), "--activate", now=NOW).code == 0
    return empty


def test_what_is_to_be_sent(office: Path) -> None:
    before = dump(office)["outbox"]
    done = call(office, "remind", "--as-of", "2026-12-01T08:00", "--days", "3", "--format", "json", now=NOW)
    assert (done.code, done.err) == (0, "")
    assert [json.loads(line) for line in done.out.splitlines()] == [
        {
            "send_at": "2026-12-04T08:00+07:00",
            "person": "Trần Thị Lan",
            "channel": "telegram",
            "agency": "Sở Tư pháp",
            "plan": "12/KH-UBND",
            "task": "Báo cáo kết quả số hóa",
            "due_on": "2026-12-15",
            "kind": "lead",
            "days_left": 11,
        }
    ]
    assert dump(office)["outbox"] == before == []


def test_nothing_to_send_and_wrong_moments(office: Path) -> None:
    done = call(office, "remind", "--dry-run", "--as-of", "2026-12-01T08:00", now=NOW)
    assert (done.code, done.out) == (0, "Không có tin nào phải gửi.\n")
    assert call(office, "remind", "--dry-run", "--as-of", "mai", now=NOW).code == 2


def test_a_table(office: Path) -> None:
    done = call(office, "remind", "--dry-run", "--as-of", "2026-12-04", now=NOW)
    assert done.code == 0
    heading, row = (re.split(r" {2,}", line.strip()) for line in done.out.splitlines()[:2])
    assert heading == ["Gửi lúc", "Hạn", "Còn", "Loại", "Người nhận", "Kênh", "Cơ quan", "Nhiệm vụ"]
    assert row == [
        "04/12/2026 08:00", "15/12/2026", "11", "nhắc trước hạn", "Trần Thị Lan", "telegram", "Sở Tư pháp",
        "Báo cáo kết quả số hóa – 12/KH-UBND",
    ]  # fmt: skip
    assert done.out.endswith("1 tin.\n")


def test_without_a_channel(office: Path) -> None:
    done = call(office, "remind", now=NOW)
    assert (done.code, done.err) == (
        1, "Chưa có kênh nào: hãy đặt KEHOACH_TELEGRAM_TOKEN hoặc KEHOACH_ZALO_TOKEN.\n",
    )  # fmt: skip


@loopback
def test_one_pass_of_sending(office: Path) -> None:
    with telegram_server() as server:
        server.chats[77]
        env = {"KEHOACH_TELEGRAM_API": server.url, "KEHOACH_TELEGRAM_TOKEN": TOKEN}
        moment = ("--as-of", "2026-12-04T08:00")
        first = call(office, "remind", *moment, now=NOW, env=env)
        assert (first.code, first.out) == (0, "Đã gửi 1 tin nhắc việc; 0 tin chờ gửi lại.\n")
        again = call(office, "remind", *moment, now=NOW, env=env)
        assert again.out == "Đã gửi 0 tin nhắc việc; 0 tin chờ gửi lại.\n"
        assert [text.splitlines()[0] for text in server.posted(77)] == ["Nhắc việc: còn 11 ngày"]
