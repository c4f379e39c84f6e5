"""Doubts about cells: beside the field wherever it is told, grouped in the report; deadlines without a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.deadlines import parse_deadline
from knowledge.doubts import doubt_note, doubts_of, full_report, is_undated
from knowledge.library import LivePassage, LivePlan, LiveTask
from knowledge.objects import task_json
from knowledge.qa.compose.comparing import compare_answer
from knowledge.qa.search.finder import Found
from knowledge.records import CellDoubt, Deadline, DeadlineKind, Doubt, Passage, Source, Task
from knowledge.wording import told_due, told_helpers, told_lead, told_no_lead, told_role
from tests.knowledge.qa.answering import AS_OF
from tests.knowledge.store.papers import DIGITAL, make_paper, make_task

PLAN = LivePlan(1, "57/KH-UBND", "ke-hoach-57.docx", 1, DIGITAL)
ABOVE = CellDoubt("lead", "lấy theo dòng trên")
OCR = CellDoubt("deadline", "đọc từ bản quét.")
HALF = Deadline("Đợt 1 tháng 5", (DeadlineKind.ONE_OFF,), dates=(date(2026, 5, 31),), unread=("Đợt 1",))


def doubtful(*doubts: CellDoubt, deadline: Deadline | None = None, row: int = 1) -> Task:
    task = make_task("Lập bản đồ ngập lụt", row=row)
    return replace(task, doubts=doubts, deadline=deadline or task.deadline)


def test_a_part_that_was_not_understood_is_a_doubt_of_the_deadline() -> None:
    said = CellDoubt("deadline", "Không hiểu phần “Đợt 1” của thời hạn")
    assert doubts_of(doubtful(ABOVE, deadline=HALF)) == (ABOVE, said)


NOTES: list[tuple[tuple[str, ...], str]] = [
    (("lead",), " (lấy theo dòng trên, cần kiểm tra)"),
    (("deadline",), " (đọc từ bản quét; không hiểu phần “Đợt 1” của thời hạn, cần kiểm tra)"),
    (("product", "coordinating"), ""),
]


@pytest.mark.parametrize(("fields", "note"), NOTES)
def test_the_note_beside_a_field(fields: tuple[str, ...], note: str) -> None:
    assert doubt_note(doubtful(ABOVE, OCR, deadline=HALF), *fields) == note


def test_a_field_is_told_with_its_doubt_only() -> None:
    live = LiveTask(1, PLAN, doubtful(ABOVE, deadline=HALF))
    assert told_lead(live) == "Sở Nội vụ; Văn phòng UBND tỉnh (lấy theo dòng trên, cần kiểm tra)"
    assert told_due(live, AS_OF) == (
        "Đợt 1 tháng 5 (đến 31/05/2026) (không hiểu phần “Đợt 1” của thời hạn, cần kiểm tra)"
    )
    assert told_helpers(live) == "Các sở, ban, ngành tỉnh"
    assert told_role(live, "chủ trì") == "chủ trì (lấy theo dòng trên, cần kiểm tra)"
    assert told_role(live, "phối hợp") == "phối hợp"


@pytest.mark.parametrize(
    ("doubts", "told"),
    [
        ((), "Văn bản không ghi cơ quan chủ trì"),
        (
            (CellDoubt("lead", "“0,5 tỷ đồng” không phải tên cơ quan"),),
            "Chưa rõ cơ quan chủ trì (“0,5 tỷ đồng” không phải tên cơ quan, cần kiểm tra)",
        ),
    ],
)
def test_a_task_without_a_lead_is_told_as_one(doubts: tuple[CellDoubt, ...], told: str) -> None:
    live = LiveTask(1, PLAN, replace(doubtful(*doubts), lead=(), coordinating=()))
    assert (told_lead(live), told_helpers(live), told_no_lead(live)) == ("", "", told)
    passage = Passage("1 | Lập bản đồ ngập lụt", live.task.source, task=0)
    side = Found(LivePassage(1, PLAN, passage, live.id), live, 1.0, 1.0, 1.0, None)
    named = f"“Lập bản đồ ngập lụt”; {told[:1].lower()}{told[1:]}; hạn: "
    assert compare_answer([side, side], AS_OF).text.count(named) == 2


def test_the_task_object_has_all_places_and_doubts() -> None:
    further = Source(("III. TỔ CHỨC THỰC HIỆN",), clause="2.a", quote="Sở Nội vụ lập bản đồ ngập lụt.")
    task = replace(doubtful(ABOVE), sources=(further,))
    told = task_json(LiveTask(1, PLAN, task), AS_OF)
    assert told["sources"][0] == told["source"]
    assert [place.get("clause") for place in told["sources"]] == [None, "2.a"]
    assert told["doubts"] == [{"field": "lead", "why": "lấy theo dòng trên"}]


PHRASES: list[tuple[str, bool]] = [
    ("", False),
    ("Thường xuyên", False),
    ("Khi có yêu cầu", False),
    ("Từ năm 2026", False),
    ("Quý II/2026", False),
    ("Tháng 11 hằng năm", False),
    ("Bao giờ xong thì thôi", True),
]


@pytest.mark.parametrize(("phrase", "undated"), PHRASES)
def test_which_deadlines_have_no_readable_day(phrase: str, undated: bool) -> None:
    assert is_undated(parse_deadline(phrase, plan_year=2026, issued=date(2026, 1, 5))) is undated


def test_what_recurs_without_a_rule_has_no_readable_day() -> None:
    once = Deadline("2 năm một lần", (DeadlineKind.RECURRING,), dates=(date(2026, 12, 31),))
    assert is_undated(once)


def test_the_report_has_doubts_of_one_kind_in_one_line() -> None:
    rows = [doubtful(ABOVE, row=row) for row in range(1, 15)]
    paper = make_paper(tasks=(*rows, doubtful(OCR, row=15)))
    assert full_report(paper).doubts == (
        *paper.report.doubts,
        Doubt("Chủ trì: lấy theo dòng trên (14 nhiệm vụ)", "dòng 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 và 2 nơi nữa"),
        Doubt("Thời hạn: đọc từ bản quét, nhiệm vụ “Lập bản đồ ngập lụt”", "dòng 15"),
    )


def test_a_deadline_without_a_day_is_reported_once() -> None:
    task = doubtful(deadline=Deadline("Bao giờ xong thì thôi", (DeadlineKind.UNSPECIFIED,)), row=3)
    paper = make_paper(tasks=(task,))
    (told,) = full_report(replace(paper, report=replace(paper.report, doubts=()))).doubts
    assert told == Doubt(
        "Thời hạn: không đọc được ngày nào từ “Bao giờ xong thì thôi” nên chưa nhắc được, nhiệm vụ “Lập bản đồ ngập "
        "lụt”",
        "dòng 3",
    )
    known = (Doubt("Không hiểu thời hạn “Bao giờ xong thì thôi”", "dòng 3"),)
    assert full_report(replace(paper, report=replace(paper.report, doubts=known))).doubts == known
