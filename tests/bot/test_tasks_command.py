"""`kehoach tasks`: the table on the screen, as JSON lines, as a workbook; its filters."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from sqlalchemy import select

from bot.channels.contract import ChannelName, Sender
from bot.notify.planning import refresh
from bot.people.members import People, Role
from bot.tracking.forgetting import forget_reminded
from bot.tracking.remarks import Remarks
from knowledge.agencies import load_directory
from knowledge.records import CellDoubt, Deadline, DeadlineKind
from knowledge.store.database import open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.models import OccurrenceRow
from knowledge.store.versions import activate, save_drafts
from tests.bot.papers import FLOODS, LIBRARIES, write_plan
from tests.bot.running import NOW, Run, call, kehoach
from tests.databases import copy_home
from tests.knowledge.store.papers import make_paper, make_task

HALF_READ = Deadline("Đợt 1 tháng 5/2027", (DeadlineKind.ONE_OFF,), dates=(date(2027, 5, 31),), unread=("Đợt 1",))
STORMS, SUPPLIES, DRILL = (task for task, _, _ in FLOODS)
SCANS, ROOMS, BOOKS = (task for task, _, _ in LIBRARIES)


@pytest.fixture(scope="module")
def two_plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small plans, active; not to be changed."""
    folder = tmp_path_factory.mktemp("hai kế hoạch")
    home = folder / "dữ liệu"
    papers = [
        write_plan(folder / "bão.md"),
        write_plan(folder / "thư viện.md", LIBRARIES, number="13/KH-UBND", title="Phát triển thư viện"),
    ]
    assert call(home, "load", *papers, "--activate").code == 0
    return home


def titles(run: Run) -> list[str]:
    return [json.loads(line)["title"] for line in run.out.splitlines()]


FILTERS: list[tuple[list[str], list[str]]] = [
    ([], [STORMS, SUPPLIES, DRILL, SCANS, ROOMS, BOOKS]),
    (["--plan", "12"], [STORMS, SUPPLIES, DRILL]),
    (["--plan", "thư viện"], [SCANS, ROOMS, BOOKS]),
    (["--agency", "Sở Tài chính"], [SUPPLIES]),
    (["--agency", "so tai chinh"], [SUPPLIES]),
    (["--agency", "STC"], [SUPPLIES]),
    (["--agency", "Sở Kế hoạch và Đầu tư"], []),
    (["--agency", "GD&ĐT"], [ROOMS]),
    (["--agency", "công an"], [DRILL]),
    (["--agency", "Kho bạc Nhà nước"], []),
    (["--due-from", "2026-05-15", "--due-to", "2026-05-15"], [SUPPLIES]),
    (["--due-from", "16/05/2026", "--due-to", "30/09/2026"], [DRILL, SCANS, ROOMS]),
    (["--due-to", "2026-03-31"], [STORMS]),
    (["--due-from", "2026-10-01"], [DRILL]),
    (["--due-from", "2028-01-01"], []),
    (["--due-from", "2031-07-01", "--due-to", "2031-07-31"], [DRILL]),
    (["--plan", "13", "--agency", "Sở Nội vụ"], [BOOKS]),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS, ids=[" ".join(args) or "none" for args, _ in FILTERS])
def test_filters(two_plans: Path, filters: list[str], expected: list[str]) -> None:
    run = call(two_plans, "tasks", "--format", "json", *filters)
    assert (run.code, run.err, titles(run)) == (0, "", expected)


def test_a_member_of_a_printed_group_is_asked_for(empty: Path, tmp_path: Path) -> None:
    rows = (("Công khai số điện thoại đường dây nóng", "Các sở, ban, ngành tỉnh", "Quý I/2026"), *FLOODS)
    call(empty, "load", write_plan(tmp_path / "bão.md", rows), "--activate")
    run = call(empty, "tasks", "--agency", "Sở Tài chính", "--format", "json")
    assert titles(run) == ["Công khai số điện thoại đường dây nóng", SUPPLIES]


def test_a_task_object_has_every_field_of_the_contract(two_plans: Path) -> None:
    run = kehoach(two_plans, "tasks", "--plan", "12", "--format", "json")
    assert (run.code, run.err) == (0, "")
    found: list[dict[str, Any]] = [json.loads(line) for line in run.out.splitlines()]
    assert list(found[0]) == [
        *(
            "id",
            "plan",
            "file",
            "origin",
            "section",
            "number",
            "title",
            "activity",
            "product",
            "lead",
            "coordinating",
        ),
        *("deadline_text", "kinds", "start", "due_dates", "lead_agencies", "source", "sources", "doubts"),
        *("corrected", "progress"),
    ]
    place = {
        "section_path": ["I. NHIỆM VỤ"],
        "row": 2,
        "page": None,
        "quote": f"2 | {SUPPLIES} | Sở Tài chính | Trước ngày 15/5/2026",
    }
    assert found[1] == {
        "id": found[0]["id"] + 1,
        "plan": "12/KH-UBND",
        "file": "bão.md",
        "origin": "table",
        "section": "NHIỆM VỤ",
        "number": "2",
        "title": SUPPLIES,
        "activity": None,
        "product": None,
        "lead": ["Sở Tài chính"],
        "coordinating": [],
        "deadline_text": "Trước ngày 15/5/2026",
        "kinds": ["one_off"],
        "start": None,
        "due_dates": ["2026-05-15"],
        "lead_agencies": ["Sở Tài chính"],
        "source": place,
        "sources": [place],
        "doubts": [],
        "corrected": [],
        "progress": [],
    }


def test_a_clause_says_where_it_stands(loaded: Path) -> None:
    run = call(loaded, "tasks", "--plan", "462", "--format", "json")
    found = [json.loads(line) for line in run.out.splitlines()]
    assert {task["origin"] for task in found} == {"clause"}
    assert {tuple(task["source"]) for task in found} == {("section_path", "clause", "page", "quote")}


def test_dates_of_recurring_tasks_end_with_next_year(two_plans: Path) -> None:
    run = call(two_plans, "tasks", "--agency", "Công an tỉnh", "--format", "json")
    assert json.loads(run.out)["due_dates"] == ["2026-07-31", "2027-07-31"]


def test_the_table_on_the_screen(two_plans: Path) -> None:
    run = kehoach(two_plans, "tasks", "--plan", "12")
    assert (run.code, run.err) == (0, "")
    shown = " ".join(run.out.replace("│", " ").split())
    assert all(word in shown for word in (*("Kế hoạch", "Chủ trì", "Thời hạn"), STORMS, "Sở Tài chính", "15/05/2026"))
    assert run.out.endswith("\n3 nhiệm vụ.\n")
    assert call(two_plans, "tasks", "--due-from", "2040-01-01") == Run(0, "Không có nhiệm vụ nào khớp.\n", "")


def test_the_workbook_holds_the_same_tasks(two_plans: Path, tmp_path: Path) -> None:
    path = tmp_path / "việc cần làm.xlsx"
    run = call(two_plans, "tasks", "--plan", "12", "--format", "xlsx", "--output", path)
    assert run == Run(0, "", f"Đã ghi 3 nhiệm vụ vào {path}.\n")
    rows = sheet_rows(path)
    assert rows[0] == [
        *("Kế hoạch", "Mục", "STT", "Nhiệm vụ", "Hoạt động", "Sản phẩm", "Chủ trì", "Phối hợp"),
        *("Thời hạn", "Các ngày tới hạn", "Ngày tới hạn gần nhất", "Nguồn", "Đính chính", "Cần xem lại", "Mã dòng"),
    ]
    rows[3][10] = rows[3][10].date()
    assert rows[3].pop().startswith("kehoach-dong:")
    assert rows[3] == [
        *("12/KH-UBND", "NHIỆM VỤ", "3", DRILL, None, None, "Công an tỉnh", None, "Tháng 7 hàng năm"),
        *("31/07/2026, 31/07/2027", date(2027, 7, 31), "I. NHIỆM VỤ, dòng 3", None, None),
    ]
    with closing(load_workbook(path)) as book:
        sheet = book.worksheets[0]
        assert (sheet["K4"].number_format, sheet.auto_filter.ref) == ("dd/mm/yyyy", "A1:O4")
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
        assert sheet.print_title_rows == "$1:$1"


def test_the_corrected_workbook_is_shown_then_applied(two_plans: Path, tmp_path: Path) -> None:
    home = copy_home(two_plans, tmp_path / "dữ liệu")
    path = tmp_path / "bảng.xlsx"
    call(home, "tasks", "--plan", "12", "--format", "xlsx", "--output", path)
    assert call(home, "tasks", "import", path).out == "Bảng gửi lại không có gì khác để áp dụng.\n"
    with closing(load_workbook(path)) as book:
        book.worksheets[0]["G3"] = "Sở Y tế"
        book.save(path)
    shown = (
        "Bảng gửi lại: sửa 1 ô của 1 nhiệm vụ, thêm 0 nhiệm vụ.\n"
        f"• Nhiệm vụ!G3: {SUPPLIES} – Chủ trì: Sở Tài chính → Sở Y tế\n"
    )
    run = call(home, "tasks", "import", path, stdin="n\n")
    assert (run.code, run.out) == (0, f"{shown}Áp dụng? [y/N]: n\nVâng, không thay đổi gì.\n")
    run = call(home, "tasks", "import", path, "--reason", "bản ký", "--yes")
    assert (run.code, run.out) == (0, f"{shown}Đã sửa 1 ô của 1 nhiệm vụ, thêm 0 nhiệm vụ.\n")
    (task,) = (each for each in map(json.loads, call(home, "tasks", "--format", "json").out.splitlines())
               if each["title"] == SUPPLIES)  # fmt: skip
    assert (task["lead"], task["corrected"]) == (["Sở Y tế"], ["lead"])
    assert "Sửa qua Excel: bản ký" in call(home, "task", "corrections").out
    other = tmp_path / "khác.xlsx"
    other.write_bytes(b"PK")
    said = "khác.xlsx không phải bảng do kehoach tasks --format xlsx xuất ra.\n"
    assert call(home, "tasks", "import", other) == Run(1, "", said)


def test_the_calendar_file_holds_a_day_for_each_deadline(two_plans: Path, tmp_path: Path) -> None:
    path = tmp_path / "lịch.ics"
    run = call(two_plans, "tasks", "--plan", "12", "--format", "ics", "--output", path)
    assert run == Run(0, "", f"Đã ghi 4 thời hạn của 3 nhiệm vụ vào {path}.\n")
    events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    assert [(event["dtstart"].to_ical(), str(event["summary"])) for event in events] == [
        (b"20260331", f"{STORMS} (Sở Nông nghiệp và Môi trường)"),
        (b"20260515", f"{SUPPLIES} (Sở Tài chính)"),
        (b"20260731", f"{DRILL} (Công an tỉnh)"),
        (b"20270731", f"{DRILL} (Công an tỉnh)"),
    ]
    assert str(events[1]["description"]) == (
        "Chủ trì: Sở Tài chính\nThời hạn: Trước ngày 15/5/2026\nNguồn: Kế hoạch 12/KH-UBND ngày 05/01/2026, mục I.2."
    )
    assert len({str(event["uid"]) for event in events}) == 4


@pytest.mark.parametrize(("filters", "expected"), FILTERS, ids=[" ".join(args) or "none" for args, _ in FILTERS])
def test_filters_of_the_calendar_file(
    two_plans: Path, tmp_path: Path, filters: list[str], expected: list[str]
) -> None:
    path = tmp_path / "lịch.ics"
    assert call(two_plans, "tasks", "--format", "ics", "--output", path, *filters).code == 0
    events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    found = {str(event["summary"]).partition(" (")[0] for event in events}
    assert found == {title for title in expected if title != BOOKS}  # BOOKS has no day


def test_cells_that_look_like_formulas_stay_text(empty: Path, tmp_path: Path) -> None:
    texts = ("=HYPERLINK(A1)", "+84 lượt kiểm tra", "-Tổ chức tập huấn", "@SUM(A1)")
    rows = tuple((text, "Sở Nội vụ", "Quý I/2026") for text in texts)
    call(empty, "load", write_plan(tmp_path / "bão.md", rows), "--activate")
    path = tmp_path / "nhiệm vụ.xlsx"
    call(empty, "tasks", "--format", "xlsx", "--output", path)
    with closing(load_workbook(path)) as book:
        cells = [book.worksheets[0].cell(row, 4) for row in range(2, 6)]
        assert [cell.data_type for cell in cells] == ["s"] * 4
        assert [str(cell.value).lstrip("- ") for cell in cells] == [text.lstrip("- ") for text in texts]


def test_json_goes_to_a_file_on_request(two_plans: Path, tmp_path: Path) -> None:
    path = tmp_path / "nhiệm vụ.jsonl"
    assert call(two_plans, "tasks", "--format", "json", "--output", path) == Run(0, "", "")
    assert path.read_text(encoding="utf-8") == call(two_plans, "tasks", "--format", "json").out


BAD = [
    (["--plan", "999"], 1, "Chưa nạp kế hoạch nào tên là “999”.\n"),
    (["--due-from", "mai"], 2, None),
    (["--format", "pdf"], 2, None),
    (["--format", "xlsx", "--output", "không có/a.xlsx"], 1, "Không ghi được tệp không có/a.xlsx.\n"),
    (["--format", "ics", "--output", "không có/a.ics"], 1, "Không ghi được tệp không có/a.ics.\n"),
    (["--format", "json", "--output", "không có/a.jsonl"], 1, "Không ghi được tệp không có/a.jsonl.\n"),
]


@pytest.mark.parametrize(("arguments", "code", "sentence"), BAD, ids=[" ".join(args) for args, _, _ in BAD])
def test_bad_arguments(two_plans: Path, arguments: list[str], code: int, sentence: str | None) -> None:
    run = kehoach(two_plans, "tasks", *arguments)
    assert (run.code, run.out) == (code, "")
    assert "Traceback" not in run.err
    assert sentence is None or run.err == sentence


def test_what_is_doubtful_is_marked_in_every_form(empty: Path, tmp_path: Path) -> None:
    doubts = (CellDoubt("lead", "lấy theo dòng trên"),)
    drill = replace(make_task("Diễn tập sơ tán dân"), doubts=doubts, deadline=HALF_READ)
    with open_store(data=empty) as store:
        save_drafts(store, [make_paper(tasks=(drill, make_task("Mua vật tư", row=2)))], now=NOW)
        activate(store, "57", now=NOW)
    half = "Không hiểu phần “Đợt 1” của thời hạn"
    first, second = (json.loads(line) for line in call(empty, "tasks", "--format", "json").out.splitlines())
    assert first["doubts"] == [
        {"field": "lead", "why": "lấy theo dòng trên"},
        {"field": "deadline", "why": half},
    ]
    assert second["doubts"] == []
    shown = call(empty, "tasks").out
    assert shown.count("(?)") == 3
    assert shown.endswith("(?) cần xem lại: 1 nhiệm vụ (lý do: --format json, --format xlsx).\n")
    path = tmp_path / "a.xlsx"
    call(empty, "tasks", "--format", "xlsx", "--output", path)
    assert [row[13] for row in sheet_rows(path)] == [
        "Cần xem lại", f"Chủ trì: lấy theo dòng trên\nThời hạn: {half}", None,
    ]  # fmt: skip
    path = tmp_path / "a.ics"
    call(empty, "tasks", "--format", "ics", "--output", path)
    events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    (drilled,) = [event for event in events if str(event["summary"]).startswith("Diễn tập")]
    told = str(drilled["description"]).splitlines()
    assert told[0].endswith("(lấy theo dòng trên, cần kiểm tra)")
    assert told[1] == "Thời hạn: Đợt 1 tháng 5/2027 (không hiểu phần “Đợt 1” của thời hạn, cần kiểm tra)"


def sheet_rows(path: Path) -> list[list[Any]]:
    with closing(load_workbook(path)) as book:
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_progress_of_each_agency_stands_with_its_task(two_plans: Path, tmp_path: Path) -> None:
    home = tmp_path / "dữ liệu"
    copy_home(two_plans, home)
    directory = load_directory()
    with closing(open_store(data=home)) as store, closing(SqlLibrary(store)) as library:
        people = People(store, lambda: NOW, directory, erase=forget_reminded)
        sender = Sender(ChannelName.TELEGRAM, "1001", "an")
        an = people.approve(people.request(sender, "Trần An", "Sở Tài chính").id, None, Role.OWNER)
        refresh(store, library, directory, NOW)
        with store.read() as session:
            number = session.scalar(select(OccurrenceRow.id).where(OccurrenceRow.agency == "Sở Tài chính"))
        assert number is not None
        Remarks(store, lambda: NOW, directory).report_progress([number], an.id, "Đã khảo sát giá")
    told = {
        each["title"]: each["progress"]
        for each in map(json.loads, call(home, "tasks", "--format", "json").out.splitlines())
    }
    assert told[SUPPLIES] == [
        {
            "agency": "Sở Tài chính",
            "due_on": "2026-05-15",
            "state": "in_progress",
            "standing": "late",
            "done_on": None,
            "extended_to": None,
            "reason": "",
        }
    ]
