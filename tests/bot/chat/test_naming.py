"""Whom a sentence names, and which days: tables of how people put it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.chat.days import read_span
from bot.chat.naming import called_after, called_first, called_instead
from bot.tracking.audience import Person
from knowledge.workdays import WorkCalendar

TODAY = date(2026, 11, 25)
PEOPLE = [
    Person(number, name, ("Sở Y tế",), frozenset(), TODAY)
    for number, name in enumerate(
        [
            "Trần Văn Minh",
            "Lê Thị Lan",
            "Nguyễn Thị Hà",
            "Đỗ Thu Hà",
            "Đỗ Văn Hạ",
            "Phạm Mai",
            "Võ Hoài Nam",
            "Bùi Hòa",
        ]
    )
]


@pytest.mark.parametrize(
    ("said", "named", "rest"),
    [
        ("giao anh Minh", ["Trần Văn Minh"], "giao"),
        ("giao việc 2 cho chị Lan", ["Lê Thị Lan"], "giao việc 2 cho"),
        ("giao cho Nguyễn Thị Hà việc rà soát", ["Nguyễn Thị Hà"], "giao cho , việc rà soát"),
        ("giao Hà", ["Nguyễn Thị Hà", "Đỗ Thu Hà"], "giao"),
        ("giao ha", ["Nguyễn Thị Hà", "Đỗ Thu Hà", "Đỗ Văn Hạ"], "giao"),
        ("giao anh Hoà", ["Bùi Hòa"], "giao"),
        ("giao cho đồng chí Nam nhé", ["Võ Hoài Nam"], "giao cho , nhé"),
        ("giao cho anh Tuấn", [], "giao cho"),
        ("phân công Mai làm báo cáo", ["Phạm Mai"], "phân công , làm báo cáo"),
        ("giao Sở Nội vụ chủ trì", None, ""),
        ("giao cho năm sau", None, ""),
    ],
)
def test_to_whom(said: str, named: list[str] | None, rest: str) -> None:
    called = called_after(said, ("giao", "cho", "cong"), PEOPLE)
    assert (called and [person.name for person in called.people]) == named
    if called is not None:
        assert " ".join(called.rest.split()).strip(" ,") == rest


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("tôi nghỉ từ 1/12 đến 15/12, chị Lan làm thay", ["Lê Thị Lan"]),
        ("tuần sau anh đi công tác, Hạ trực thay", ["Đỗ Văn Hạ"]),
        ("mai tôi nghỉ, nhờ chị Mai làm thay", ["Phạm Mai"]),
        ("mai tôi nghỉ, nam lam thay", ["Võ Hoài Nam"]),
        ("người làm thay tôi là anh Minh", ["Trần Văn Minh"]),
        ("mai nghỉ, anh Tuấn thay", []),
        ("tuần sau nghỉ nhờ Minh trực giúp", ["Trần Văn Minh"]),
        ("tôi nghỉ từ 1/12", None),
    ],
)
def test_who_stands_in(said: str, named: list[str] | None) -> None:
    called = called_instead(said, PEOPLE)
    assert (called and [person.name for person in called.people]) == named


@pytest.mark.parametrize(
    ("said", "named"),
    [("chị Lan nghỉ từ mai", "Lan"), ("em mai nghỉ", None), ("tôi nghỉ, chị Lan làm thay", None)],
)
def test_who_is_away(said: str, named: str | None) -> None:
    called = called_first(said, ("nghi",), PEOPLE)
    assert (called and called.name) == named


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("tôi nghỉ từ 1/12 đến 15/12", "2026-12-01", "2026-12-15"),
        ("nghỉ 1-15/12", "2026-12-01", "2026-12-15"),
        ("từ ngày 1 đến hết ngày 15 tháng 12", "2026-12-01", "2026-12-15"),
        ("01.12.2026 - 03.12.2026", "2026-12-01", "2026-12-03"),
        ("tuần sau anh đi công tác", "2026-11-30", "2026-12-06"),
        ("tuần này", "2026-11-25", "2026-11-29"),
        ("mai em nghỉ", "2026-11-26", "2026-11-26"),
        ("nghỉ từ thứ hai", "2026-11-30", None),
        ("thứ hai đến thứ tư tuần sau em đi học", "2026-11-30", "2026-12-02"),
        ("nghỉ 3 ngày từ 1/12", "2026-12-01", "2026-12-03"),
        ("nghỉ hai ngày làm việc từ 4/12", "2026-12-04", "2026-12-07"),
        ("nghỉ thai sản 6 tháng từ 1/1/2027", "2027-01-01", "2027-06-30"),
        ("nghỉ đến hết 4/12", "2026-11-25", "2026-12-04"),
        ("từ 20/11 đến 2/12", "2026-11-20", "2026-12-02"),
        ("từ 28/12 đến 5/1", "2026-12-28", "2027-01-05"),
        ("nghỉ cả tháng 12", "2026-12-01", "2026-12-31"),
        ("nghỉ 29/2", None, None),
        ("nghỉ phép", None, None),
    ],
)
def test_which_days(said: str, first: str | None, last: str | None) -> None:
    read = read_span(said, TODAY, WorkCalendar())
    assert tuple(day and day.isoformat() for day in read) == (first, last)
