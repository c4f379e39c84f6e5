"""The iCalendar file: read back whole, whatever its texts hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component

from bot.clock import HANOI
from bot.reports.board_calendar import calendar_bytes
from bot.reports.calendar_file import DueDay, write_calendar
from bot.tracking.board import Board, Entry
from bot.tracking.records import State
from knowledge.progress import Standing
from tests.bot.notify.boards import PLAN, board, empty, few, many, occurrence

NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)


def read(content: bytes) -> tuple[Any, list[Any]]:
    """The calendar and its events; every line keeps the format's rules."""
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Component)
    assert calendar.errors == []
    return calendar, list(calendar.walk("VEVENT"))


def test_an_event() -> None:
    one = replace(occurrence(7, date(2026, 12, 5)), planned_on=date(2026, 12, 1))
    entry = Entry(
        *(one, Standing.IN_TIME, PLAN, "Báo cáo; kết quả, đợt 2"),
        deadline="Trước 01/12",
        product="Báo cáo",
        source=f"{PLAN}, mục 2",
        follows="Sở Nội vụ",
    )
    calendar, events = read(calendar_bytes(Board("Sở Nội vụ", date(2026, 11, 20), (entry,)), NOW))
    assert {name: str(calendar[name]) for name in ("version", "method", "x-wr-calname")} == {
        "version": "2.0",
        "method": "PUBLISH",
        "x-wr-calname": "Thời hạn: Sở Nội vụ",
    }
    (event,) = events
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 12, 5), date(2026, 12, 6))
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert (event["dtstamp"].dt, event["last-modified"].dt) == (datetime(2026, 11, 20, 1, tzinfo=UTC),) * 2
    assert str(event["summary"]) == "Báo cáo; kết quả, đợt 2 (Sở Nội vụ)"
    assert str(event["description"]).split("\n") == [
        "Cơ quan: Sở Nội vụ",
        "Thời hạn: Trước 01/12",
        "Hạn cũ: 01/12/2026",
        "Sản phẩm: Báo cáo",
        "Đơn vị theo dõi: Sở Nội vụ",
        f"Nguồn: {PLAN}, mục 2",
    ]
    assert (str(event["status"]), str(event["transp"])) == ("CONFIRMED", "TRANSPARENT")
    assert not event.walk("VALARM")


def test_an_event_keeps_its_uid_when_its_day_or_words_change() -> None:
    before = occurrence(7, date(2026, 12, 5))
    after = replace(before, due_on=date(2026, 12, 20), planned_on=date(2026, 12, 20), title="Khác")
    uids = [str(read(calendar_bytes(board([each]), NOW))[1][0]["uid"]) for each in (before, after)]
    assert uids[0] == uids[1]


def test_events_are_in_order_and_each_has_its_own_uid() -> None:
    shown = many()
    _, events = read(calendar_bytes(shown, NOW))
    days = [event["dtstart"].dt for event in events]
    assert days == sorted(days)
    assert len({str(event["uid"]) for event in events}) == len(events) == 400


def test_equal_keys_are_told_apart_the_same_way_every_time() -> None:
    days = [DueDay("a", date(2026, 12, 1), "Một", ""), DueDay("a", date(2026, 12, 1), "Hai", "")]
    first, again = (read(write_calendar(days, "Lịch", NOW))[1] for _ in range(2))
    assert len({str(event["uid"]) for event in first}) == 2
    assert [str(event["uid"]) for event in first] == [str(event["uid"]) for event in again]


def test_done_ones_say_so() -> None:
    _, events = read(calendar_bytes(few(), NOW))
    assert [str(event["summary"])[:2] for event in events] == ["✓ ", "✓ ", "Bá", "Bá", "Bá"]
    done = occurrence(1, date(2026, 12, 5), state=State.DONE)
    entry = Entry(replace(done, done_on=date(2026, 11, 18)), Standing.DONE_IN_TIME, PLAN, done.title)
    _, events = read(calendar_bytes(Board("Sở", date(2026, 11, 20), (entry,)), NOW))
    assert "Hoàn thành đúng hạn, ngày 18/11/2026" in str(events[0]["description"])


def test_nothing_is_still_a_calendar() -> None:
    assert read(calendar_bytes(empty(), NOW))[1] == []


LIKELY = st.sampled_from(list(",;:\\\"'\n\r\t =nN^&<>ắữđ👍🏽👨‍👩‍👧\u2028\u0085\x00\x0b\ufeff")) | st.characters()


@example("\ud800", date(2026, 12, 1))
@example("\udfff\ud83d", date(2026, 12, 1))
@example("\\N", date(2026, 12, 1))
@given(st.lists(LIKELY, max_size=300).map("".join), st.dates(date(2000, 1, 1), date(2099, 1, 1)))
@settings(max_examples=150, deadline=None)
def test_any_text_comes_back(text: str, day: date) -> None:
    _, (event,) = read(write_calendar([DueDay(text, day, f"a{text}z", f"b{text}\ny")], f"c{text}x", NOW))
    assert letters(str(event["summary"])) == letters(f"a{text}z")
    assert letters(str(event["description"])) == letters(f"b{text}\ny")
    assert str(event["description"]).count("\n") == text.replace("\r\n", "\n").count("\n") + 1
    assert (event["dtstart"].dt, event["dtend"].dt) == (day, day + timedelta(days=1))


def letters(text: str) -> str:
    """`text` without white space, controls, and what no file can hold: lone surrogates among it."""
    return "".join(
        char
        for char in text
        if char > " " and not "\x7f" <= char <= "\x9f" and not "\ud800" <= char <= "\udfff" and char not in _LOST
    )


_LOST = {"\u2028", "\u2029", "\ufffe", "\uffff"}
