"""Lists, lights, pictures, workbooks, Word files, calendars and answers count the same, whatever was reported."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from openpyxl import load_workbook
from sqlalchemy import update

from bot.reports.board_calendar import calendar_bytes
from bot.reports.board_text import summary
from bot.reports.board_workbook import sheet_bytes
from bot.reports.periodic import load_report
from bot.reports.progress_picture import draw_progress
from bot.reports.report_periods import Span, period_of
from bot.reports.word_report import report_docx
from bot.tracking.board import Board
from bot.tracking.boards import find_counted, load_board
from bot.tracking.lights import Judge
from bot.tracking.progress_port import TrackedProgress
from bot.tracking.rules import load_calendar
from knowledge.progress import BOXES, DONE, Standing, boxed, told_boxes, told_share
from knowledge.store.models import OccurrenceRow
from tests.bot.notify.office import PLAN, START, Office, duty

HEALTH, JUSTICE = "Sở Y tế", "Sở Tư pháp"
AGENCIES = (None, HEALTH, JUSTICE)
LAST_YEAR = replace(
    PLAN, number="31/KH-UBND", issued=date(2025, 1, 12), years=(2025,), title="Chuyển đổi số năm 2025"
)
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two agencies that owe things of this year's plan and of last year's."""
    made = Office(tmp_path_factory.mktemp("một số đếm") / "dữ liệu")
    made.now = START.replace(year=2025)
    made.issue(
        duty("Mở lớp bồi dưỡng", "30/9/2025", HEALTH, JUSTICE, year=2025),
        duty("Báo cáo chuyển đổi số", "Ngày 20 tháng cuối quý hằng quý", HEALTH, row=2, year=2025),
        plan=LAST_YEAR,
    )
    made.refresh()
    made.now = START
    made.issue(
        duty("Kiểm tra bếp ăn tập thể", "20/10/2026", HEALTH, JUSTICE),
        duty("Thẩm định quy chế", "27/11/2026", JUSTICE, row=2),
        duty("Tập huấn sơ cấp cứu", "31/12/2026", HEALTH, row=3),
        duty("Báo cáo cải cách hành chính", "Ngày 15 hằng tháng", HEALTH, JUSTICE, row=4),
    )
    made.refresh()
    made.at(TODAY)
    yield made
    made.close()


@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_every_way_of_telling_counts_the_same(office: Office, data: st.DataObject) -> None:
    _report_at_random(office, data)
    for agency in AGENCIES:
        with office.store.read() as session:
            board = load_board(session, office.library, office.directory, TODAY, agency=agency)
            judge = Judge(TODAY, load_calendar(session))
            lights = Counter(map(judge.standing, find_counted(session, judge, [agency or HEALTH])))
        asked = _asked(office, agency)
        if agency is not None:
            assert lights == board.counts
        assert Counter(standing for standing, _ in asked) == board.counts
        assert _by_agency(board) == Counter(asked)
        assert _in_sheet(board) == board.counts
        assert len(Calendar.from_ical(calendar_bytes(board, office.now)).walk("VEVENT")) == len(board.entries)
        if board.counted:
            assert f"{told_boxes(board.counts)}; {told_share(board.counts)}" in summary(board)
        # What is of last year's plan is counted nowhere, and told apart.
        assert all(entry.occurrence.due_on.year >= 2026 for entry in board.entries)
        assert board.over


@settings(max_examples=5, deadline=None)
@given(data=st.data(), span=st.sampled_from(Span))
def test_the_report_of_a_period_counts_what_its_board_counts(office: Office, data: st.DataObject, span: Span) -> None:
    _report_at_random(office, data)
    period = period_of(span, TODAY)
    as_of = min(TODAY, period.last)
    with office.store.read() as session:
        board = load_board(
            session, office.library, office.directory, as_of, due_from=period.first, due_to=period.last
        )
        report = load_report(session, office.library, office.directory, period, TODAY, unit="Sở Nội vụ")
    found = TrackedProgress(office.store, office.directory).find(
        office.library, as_of, due_from=period.first, due_to=period.last
    )
    assert Counter(each.standing for each in found if each.asked) == +board.counts
    document = docx.Document(BytesIO(report_docx(report)))
    if not board.counted:
        return
    boxes, agencies = document.tables[1], document.tables[2]
    numbers = [row.cells[1].text for row in boxes.rows][1:]
    assert numbers == [str(number) for number in (*boxed(board.counts).values(), board.counted)]
    sums = [sum(int(row.cells[at].text) for row in agencies.rows[1:]) for at in range(2, 7)]
    assert sums == [board.counted, *boxed(board.counts).values()]


def test_the_picture_counts_so_too(office: Office) -> None:
    with office.store.read() as session:
        board = load_board(session, office.library, office.directory, TODAY)
    words = [text.get_text() for text in draw_progress(board).axes[0].texts]
    told = [int(match[1]) for word in words if (match := re.search(r"^(?:Hoàn|Chưa hoàn) thành .*: (\d+)$", word))]
    assert sorted(told) == sorted(boxed(board.counts).values())
    assert any("của văn bản các năm trước" in word for word in words)


def _report_at_random(office: Office, data: st.DataObject) -> None:
    """Each is done on some day, received, or nothing was said of it."""
    with office.store.write() as session:
        session.execute(update(OccurrenceRow).values(state="open", done_at=None, acknowledged_at=None))
        for each in office.occurrences():
            said = data.draw(st.sampled_from(["done", "received", "nothing"]), f"{each.agency} {each.title}")
            at = office.now - timedelta(days=data.draw(st.integers(0, 60), "days ago"))
            row = update(OccurrenceRow).where(OccurrenceRow.id == each.id)
            if said == "done":
                session.execute(row.values(state="done", done_at=at))
            elif said == "received":
                session.execute(row.values(acknowledged_at=at))


def _asked(office: Office, agency: str | None) -> list[tuple[Standing, str]]:
    """What answers are told, with what was before its plan was known."""
    found = TrackedProgress(office.store, office.directory).find(
        office.library, TODAY, agencies=[agency] if agency else []
    )
    return [
        (each.standing if each.asked or each.standing in DONE else Standing.BEFORE, each.agency)
        for each in found
        if not each.of_past_year
    ]


def _by_agency(board: Board) -> Counter[tuple[Standing, str]]:
    return Counter((entry.standing, entry.agency) for entry in board.entries)


def _in_sheet(board: Board) -> Counter[Standing]:
    book = load_workbook(BytesIO(sheet_bytes(board)))
    rows = [[*row] for row in book.worksheets[0].iter_rows(5, values_only=True)]
    words = {
        "Hoàn thành đúng hạn": Standing.DONE_IN_TIME,
        "Hoàn thành quá hạn": Standing.DONE_LATE,
        "Trong hạn": Standing.IN_TIME,
        "Sắp đến hạn": Standing.NEAR,
        "Quá hạn": Standing.LATE,
        "Hạn trước khi theo dõi": Standing.BEFORE,
    }
    told = [str(row[6]).partition(" – ")[2] or str(row[6]) for row in rows if row[1]]
    found = Counter(
        next(standing for word, standing in words.items() if each.lower().startswith(word.lower())) for each in told
    )
    assert sum(found.values()) == len(board.entries)
    assert set(BOXES) == set(boxed(found))
    return found
