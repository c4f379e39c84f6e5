"""Boards for the tests of views."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from bot.tracking.board import Board, Entry
from bot.tracking.lights import Judge
from bot.tracking.records import Occurrence, State
from knowledge.workdays import WorkCalendar

TODAY = date(2026, 11, 20)
CALENDAR = WorkCalendar([2026, 2027])
PLAN = "Kế hoạch 57/KH-UBND (năm 2026)"
OTHER_PLAN = "Kế hoạch 112/KH-UBND (2026–2030)"
LONG = (
    "Tham mưu Ủy ban nhân dân tỉnh ban hành văn bản chỉ đạo các cơ quan, đơn vị, địa phương rà soát, đơn giản hóa, "
    "cắt giảm thủ tục hành chính nội bộ giữa các cơ quan hành chính nhà nước, bảo đảm kết nối, chia sẻ dữ liệu, "
    "đồng thời công bố, công khai kết quả trên Cổng thông tin điện tử tỉnh theo đúng quy định của pháp luật"
)
LONG_AGENCY = (
    "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông, nông nghiệp và phát triển nông thôn "
    "và Văn phòng Điều phối Chương trình mục tiêu quốc gia xây dựng nông thôn mới tỉnh"
)


def occurrence(
    id_: int,
    due_on: date,
    *,
    title: str = "Báo cáo kết quả cải cách hành chính",
    agency: str = "Sở Nội vụ",
    state: State = State.OPEN,
    duty: int | None = None,
    plan: int = 1,
    known_on: date = date(2026, 1, 15),
    acknowledged_on: date | None = None,
) -> Occurrence:
    """An occurrence of a single day."""
    return Occurrence(
        id=id_,
        duty=duty or id_,
        plan=plan,
        task=id_,
        title=title,
        agency=agency,
        due_on=due_on,
        planned_on=due_on,
        known_on=known_on,
        state=state,
        acknowledged_on=acknowledged_on,
    )


def board(
    occurrences: Iterable[Occurrence], *, title: str = "Sở Nội vụ", by_plan: bool = True, today: date = TODAY
) -> Board:
    """A board of these, those of plan 2 in another plan."""
    judge = Judge(today, CALENDAR)
    entries = [
        Entry(each, judge.standing(each), PLAN if each.plan == 1 else OTHER_PLAN, each.title, follows="Sở Nội vụ")
        for each in occurrences
    ]
    return Board(title, today, tuple(sorted(entries, key=lambda entry: entry.occurrence.due_on)), by_plan)


def few() -> Board:
    """One of each standing that is counted, two plans."""
    days = [
        (date(2026, 3, 31), State.DONE),
        (date(2026, 10, 30), State.DONE),
        (date(2026, 11, 2), State.OPEN),
        (date(2026, 11, 25), State.OPEN),
        (date(2026, 12, 31), State.OPEN),
    ]
    found = [occurrence(number, due, state=state, plan=1 + number % 2) for number, (due, state) in enumerate(days, 1)]
    return board([found[0], replace(found[1], done_on=date(2026, 11, 3)), *found[2:]])


def many() -> Board:
    """All agencies: 40 of them, long titles and names among them, some hundreds of occurrences."""
    made = []
    for number in range(400):
        due = date(2026, 6, 1) + timedelta(days=(number * 37) % 300)
        state = State.DONE if due < TODAY and number % 5 else State.OPEN
        agency = LONG_AGENCY if number % 40 == 7 else f"Sở Chuyên môn số {number % 40}"
        title = LONG if number % 3 == 0 else f"Rà soát nội dung thứ {number} của chương trình"
        made.append(occurrence(number + 1, due, title=title, agency=agency, state=state))
    return board(made, title="Tất cả các cơ quan", by_plan=False)


def very_long() -> Board:
    """Everything at its longest, words without spaces and signs that no font has among them."""
    titles = [LONG, "X" * 300, "Số hóa 📚 hồ sơ $a_1$ & <b> 100%", "Một"]
    return board(
        (
            occurrence(number, TODAY + timedelta(days=number), title=title, agency=LONG_AGENCY, plan=1 + number % 2)
            for number, title in enumerate(titles * 3, 1)
        ),
        title=f"{LONG_AGENCY} và {LONG_AGENCY}",
        by_plan=False,
    )


def empty() -> Board:
    """Nothing."""
    return board([], title="Sở Tư pháp")
