"""Days as people type them, on Friday 20/11/2026."""

from __future__ import annotations

from datetime import date

import pytest

from bot.chat.days import month_end, read_day
from knowledge.workdays import WorkCalendar

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("30/6", date(2027, 6, 30)),
        ("15/12", date(2026, 12, 15)),
        ("15-12", date(2026, 12, 15)),
        ("15.12.2026", date(2026, 12, 15)),
        ("ngày 5/1", date(2027, 1, 5)),
        ("30/6/2026", date(2026, 6, 30)),
        ("29/2/2028", date(2028, 2, 29)),
        ("29/2/2027", None),
        ("31/11", None),
        ("cuối quý III", date(2027, 9, 30)),
        ("Cuối năm", date(2026, 12, 31)),
        ("cuoi thang sau", date(2026, 12, 31)),
        ("cuối tháng", date(2026, 11, 30)),
        ("mai", date(2026, 11, 21)),
        ("Ngày mai.", date(2026, 11, 21)),
        ("thứ hai", date(2026, 11, 23)),
        ("thứ sáu", date(2026, 11, 27)),
        ("thứ 5 tuần sau", date(2026, 11, 26)),
        ("chủ nhật", date(2026, 11, 22)),
        ("tuần sau", date(2026, 11, 23)),
        ("3 ngày nữa", date(2026, 11, 23)),
        ("3 ngày làm việc nữa", date(2026, 11, 26)),
        ("2 tuần", date(2026, 12, 4)),
        ("nhắc tôi tuần sau nữa", date(2026, 11, 30)),
        ("Xin lùi đến 15/12", date(2026, 12, 15)),
        ("nhắc lại vào thứ hai", date(2026, 11, 23)),
        ("31/2", None),
        ("hằng tháng", None),
        ("khi có hướng dẫn", None),
        ("Ai chủ trì tập huấn?", None),
        ("999 ngày", None),
        ("", None),
    ],
)
def test_read(typed: str, meant: date | None) -> None:
    assert read_day(typed, TODAY, WorkCalendar()) == meant


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 11, 20), 1, date(2026, 12, 31)),
        (date(2026, 12, 1), 1, date(2027, 1, 31)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
    ],
)
def test_month_end(day: date, months: int, end: date) -> None:
    assert month_end(day, months) == end
