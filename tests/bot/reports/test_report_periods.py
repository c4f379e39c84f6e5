"""Periods of reports: their days by Nghị định 09/2019/NĐ-CP, their names, the one that follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.report_periods import Period, Span, named_period, period_of

MONTH, QUARTER, HALF, YEAR, WEEK = Span.MONTH, Span.QUARTER, Span.HALF, Span.YEAR, Span.WEEK
CASES: list[tuple[Span, str, int, str, str]] = [
    (MONTH, "2026-11-20", 14, "tháng 11/2026", "2026-10-15 2026-11-14"),
    (MONTH, "2026-11-03", 14, "tháng 11/2026", "2026-10-15 2026-11-14"),
    (MONTH, "2026-01-31", 14, "tháng 1/2026", "2025-12-15 2026-01-14"),
    (MONTH, "2026-03-01", 14, "tháng 3/2026", "2026-02-15 2026-03-14"),
    (MONTH, "2026-02-10", 31, "tháng 2/2026", "2026-02-01 2026-02-28"),
    (MONTH, "2026-03-10", 30, "tháng 3/2026", "2026-03-01 2026-03-30"),
    (QUARTER, "2026-11-20", 14, "quý IV/2026", "2026-09-15 2026-12-14"),
    (QUARTER, "2026-01-01", 14, "quý I/2026", "2025-12-15 2026-03-14"),
    (HALF, "2026-06-30", 14, "6 tháng đầu năm 2026", "2025-12-15 2026-06-14"),
    (HALF, "2026-07-01", 14, "6 tháng cuối năm 2026", "2026-06-15 2026-12-14"),
    (YEAR, "2026-05-05", 14, "năm 2026", "2025-12-15 2026-12-14"),
    (WEEK, "2026-11-20", 14, "tuần 16/11–22/11/2026", "2026-11-16 2026-11-22"),
    (WEEK, "2026-11-22", 14, "tuần 16/11–22/11/2026", "2026-11-16 2026-11-22"),
]


@pytest.mark.parametrize(("span", "day", "closing", "name", "days"), CASES)
def test_the_days_of_a_period(span: Span, day: str, closing: int, name: str, days: str) -> None:
    found = period_of(span, date.fromisoformat(day), closing)
    assert (found.name, f"{found.first} {found.last}") == (name, days)


@given(
    span=st.sampled_from(Span),
    day=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    closing=st.integers(1, 31),
)
def test_periods_follow_each_other_without_a_gap(span: Span, day: date, closing: int) -> None:
    found = period_of(span, day, closing)
    after = found.following()
    assert (after.first, after.span) == (found.last + timedelta(days=1), span)
    assert found.first <= found.last
    assert period_of(span, found.begins, closing) == found


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("2026-11-01", "2026-11-30", "tháng 11/2026"),
        ("2026-10-01", "2026-12-31", "quý IV/2026"),
        ("2026-07-01", "2026-12-31", "6 tháng cuối năm 2026"),
        ("2026-11-16", "2026-11-22", "tuần 16/11–22/11/2026"),
        ("2026-11-02", "2026-11-30", None),
        ("2026-11-20", "2026-11-20", None),
    ],
)
def test_what_days_of_the_calendar_are_the_name_of(first: str, last: str, name: str | None) -> None:
    found: Period | None = named_period(date.fromisoformat(first), date.fromisoformat(last))
    assert (found.name if found else None) == name
