"""`kehoach remind`: what is to be sent to whom, and one pass of sending."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import HANOI
from bot.notify.planning import refresh
from bot.tracking.progress import Progress
from knowledge.agencies import load_directory
from knowledge.store.database import open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.models import MemberRow, OccurrenceRow
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


def listed(home: Path, *arguments: str) -> list[dict[str, object]]:
    """What `remind` lists as JSON."""
    done = call(home, "remind", "--format", "json", *arguments, now=NOW)
    assert (done.code, done.err) == (0, "")
    return [json.loads(line) for line in done.out.splitlines()]


def test_the_task_is_the_title_of_the_live_task(home: Path, tmp_path: Path) -> None:
    """A message names the activity; the list names the task as `kehoach tasks` does."""
    file = tmp_path / "người dùng.csv"
    file.write_text(
        PEOPLE + "Lê Văn Bình,Sở Tư pháp,leader,zalo:binh\nVõ Thị Tư,Sở Nội vụ,admin,telegram:78\n", encoding="utf-8"
    )
    assert call(home, "people", "import", file, now=NOW).code == 0
    done = call(home, "tasks", "--format", "json", now=NOW)
    tasks = [json.loads(line) for line in done.out.splitlines()]
    titles = {(task["plan"], task["title"]) for task in tasks}
    lines = listed(home, "--as-of", "2026-09-01", "--days", "40")
    named = [line for line in lines if line["kind"] != "digest"]
    assert {(line["plan"], line["task"]) for line in named} <= titles
    assert {task["activity"] for task in tasks} - {None} - {task["title"] for task in tasks}, "they do differ"
    assert {line["kind"] for line in lines} == {"lead", "due", "overdue", "escalation", "digest"}
    keys = ["send_at", "person", "channel", "agency", "plan", "task", "due_on", "kind", "days_left"]
    assert [list(line) for line in lines] == [keys] * len(lines)
    assert lines == sorted(lines, key=lambda line: str(line["send_at"]))
    for line in named:
        sent, due = (str(line[name])[:10] for name in ("send_at", "due_on"))
        assert line["days_left"] == (date.fromisoformat(due) - date.fromisoformat(sent)).days
    digests = [line for line in lines if line["kind"] == "digest"]
    assert {(line["due_on"], line["days_left"]) for line in digests} == {(None, None)}
    assert {line["person"] for line in digests if line["task"] is None} == {"Lê Văn Bình", "Võ Thị Tư"}
    # The quarter begins within these days: owners are asked about what is done all the time, by name.
    assert {line["person"] for line in digests if line["task"]} == {"Trần Thị Lan"}


@loopback
def test_what_has_gone_is_listed_no_more_and_naming_a_format_sends_nothing(office: Path) -> None:
    moment = ("--as-of", "2026-12-04T08:00")
    assert [line["kind"] for line in listed(office, *moment)] == ["lead"]
    assert dump(office)["outbox"] == []
    with telegram_server() as server:
        server.chats[77]
        env = {"KEHOACH_TELEGRAM_API": server.url, "KEHOACH_TELEGRAM_TOKEN": TOKEN}
        assert call(office, "remind", *moment, now=NOW, env=env).code == 0
        assert len(server.posted(77)) == 1
    assert listed(office, *moment) == []
    assert [line["send_at"] for line in listed(office, *moment, "--days", "6")] == ["2026-12-10T08:00+07:00"]
    assert len(listed(office, "--as-of", "2026-12-01", "--days", "3")) == 1, "it has not gone by then"


def test_what_is_put_off_is_listed_on_its_day(office: Path) -> None:
    with open_store(data=office) as store:
        directory = load_directory()
        moment = datetime(2026, 12, 4, 9, tzinfo=HANOI)
        library = SqlLibrary(store)
        refresh(store, library, directory, moment)
        library.close()
        with store.read() as session:
            owed, member = (
                session.scalars(select(OccurrenceRow.id)).one(),
                session.scalars(select(MemberRow.id)).one(),
            )
        Progress(store, lambda: moment, directory).later([owed], member, date(2026, 12, 8))
    lines = listed(office, "--as-of", "2026-12-07", "--days", "5")
    assert [(line["send_at"], line["kind"], line["days_left"]) for line in lines] == [
        ("2026-12-08T08:00+07:00", "lead", 7),
        ("2026-12-10T08:00+07:00", "lead", 5),
    ]


@pytest.mark.parametrize(
    "wrong", [("--days", "-1"), ("--days", "400"), ("--days", "ba"), ("--format", "xml"), ("--as-of", "1/12/2026")]
)
def test_wrong_usage(office: Path, wrong: tuple[str, str]) -> None:
    assert call(office, "remind", *wrong, now=NOW).code == 2
