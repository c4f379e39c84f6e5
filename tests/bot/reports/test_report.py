"""The report of a period: what it counts, as of when, and what the Word file says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest

from bot.people.members import Role
from bot.reports.files import report_file
from bot.reports.periodic import Report, load_report
from bot.reports.report_periods import Span, period_of
from bot.reports.report_text import report_text
from bot.reports.word_report import report_docx
from bot.tracking.extensions import Extensions
from bot.tracking.progress import Progress
from bot.tracking.urging import Urging
from knowledge.progress import boxed
from tests.bot.notify.office import Office, duty

HEALTH, JUSTICE, INTERIOR = "Sở Y tế", "Sở Tư pháp", "Sở Nội vụ"
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two agencies with things due in, before and after the period of November; not to be changed."""
    office = Office(tmp_path_factory.mktemp("báo cáo") / "dữ liệu")
    office.issue(
        duty("Khám sức khỏe người cao tuổi", "30/9/2026", HEALTH),
        duty("Kiểm tra bếp ăn tập thể", "20/10/2026", HEALTH, JUSTICE, row=2),
        duty("Thẩm định quy chế", "10/11/2026", JUSTICE, row=3),
        duty("Tổng kết năm", "10/12/2026", HEALTH, JUSTICE, row=4),
    )
    health, justice = office.hire("An", HEALTH).id, office.hire("Tư", JUSTICE).id
    follower, admin = office.hire("Theo", INTERIOR).id, office.hire("Quản", INTERIOR, Role.ADMIN).id
    office.refresh()
    progress = Progress(office.store, lambda: office.now, office.directory)
    extensions = Extensions(office.store, lambda: office.now, office.directory)
    numbers = {(each.title, each.agency): each.id for each in office.occurrences()}
    office.at(date(2026, 10, 19))
    progress.done([numbers["Kiểm tra bếp ăn tập thể", HEALTH]], health)
    office.at(date(2026, 11, 12))
    Urging(office.store, lambda: office.now, office.directory).urge(
        [numbers["Kiểm tra bếp ăn tập thể", JUSTICE]], follower
    )
    asked = extensions.ask(
        numbers["Kiểm tra bếp ăn tập thể", JUSTICE], justice, date(2026, 12, 1), "Chờ đoàn liên ngành"
    )
    extensions.decide(asked.id, admin, granted=False)
    office.at(date(2026, 11, 16))  # after the closing day
    progress.done([numbers["Thẩm định quy chế", JUSTICE]], justice)
    office.at(TODAY)
    yield office
    office.close()


def _report(office: Office, span: Span = Span.MONTH, day: date = TODAY, **about: Any) -> Report:
    with office.store.read() as session:
        return load_report(
            session, office.library, office.directory, period_of(span, day), TODAY, unit=INTERIOR, **about
        )


def _words(report: Report) -> tuple[list[str], list[list[list[str]]]]:
    document = docx.Document(BytesIO(report_docx(report)))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return [each.text for each in document.paragraphs if each.text], tables


def test_things_stand_as_on_the_closing_day(reported: Office) -> None:
    november, fourth = _report(reported), _report(reported, Span.QUARTER)
    assert november.board.today == date(2026, 11, 14)
    assert list(boxed(november.board.counts).values()) == [1, 0, 0, 2]
    assert [(each.title, each.agency) for each in november.earlier] == [("Khám sức khỏe người cao tuổi", HEALTH)]
    # The quarter is open still: what was done on the 16th is done, late.
    assert fourth.board.today == TODAY
    assert list(boxed(fourth.board.counts).values()) == [1, 1, 2, 2]


def test_the_word_file(reported: Office) -> None:
    paragraphs, (head, boxes, agencies, late, earlier, coming, signature) = _words(_report(reported))
    assert head[0] == [
        "UBND TỈNH ………\nSỞ NỘI VỤ\n―――――――",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n―――――――",
    ]
    assert head[1] == ["Số: ………/BC-………", "………, ngày …… tháng …… năm 2026"]
    assert paragraphs[:2] == [
        "BÁO CÁO",
        "Kết quả thực hiện nhiệm vụ theo các kế hoạch (kỳ tháng 11/2026, số liệu đến ngày 14/11/2026)",
    ]
    assert (
        "Kỳ báo cáo tháng 11/2026 tính từ ngày 15/10/2026 đến ngày 14/11/2026 theo Điều 12 Nghị định 09/2019/NĐ-CP. "
        "Số liệu đến hết ngày 14/11/2026 (ngày chốt số liệu)."
    ) in paragraphs
    assert (
        "Trong kỳ có 3 nhiệm vụ có thời hạn (tính từng cơ quan, từng hạn): hoàn thành đúng hạn 1, "
        "hoàn thành quá hạn 0, chưa hoàn thành trong hạn 0, chưa hoàn thành quá hạn 2; "
        "đã hoàn thành 1/3 việc có thời hạn (33,3 %)."
    ) in paragraphs
    assert "Từ các kỳ trước còn 1 nhiệm vụ quá hạn, không tính ở trên." in paragraphs
    assert boxes[0] == ["Kết quả", "Số nhiệm vụ", "Tỷ lệ trên 3 nhiệm vụ"]
    assert [row[1:] for row in boxes[1:]] == [
        ["1", "33,3 %"], ["0", "0 %"], ["0", "0 %"], ["2", "66,7 %"], ["3", "100 %"],
    ]  # fmt: skip
    assert agencies[1:] == [["1", JUSTICE, "2", "0", "0", "0", "2"], ["2", HEALTH, "1", "1", "0", "0", "0"]]
    plan = "Kế hoạch 57/KH-UBND (năm 2026)"
    assert late[1] == [
        "1", f"Kiểm tra bếp ăn tập thể – {plan}", JUSTICE, "hạn 20/10/2026, quá 25 ngày",
        "Chờ đoàn liên ngành; đã đôn đốc 1 lần, gần nhất 12/11/2026",
    ]  # fmt: skip
    assert late[2][4] == "Chưa nêu lý do"
    assert earlier[1][2:] == [HEALTH, "hạn 30/09/2026, quá 45 ngày", "Chưa nêu lý do"]
    assert coming[1:] == [["1", f"Tổng kết năm – {plan}", f"{HEALTH}; {JUSTICE}", "10/12/2026"]]
    assert signature[0][1].startswith("THỦ TRƯỞNG SỞ NỘI VỤ")


def test_an_agency_reports_for_itself_by_plan(reported: Office) -> None:
    report = _report(reported, agency=JUSTICE)
    assert report.board.by_plan
    assert report.board.counted == 2
    assert report_file(report).name == "bao-cao-thang-11-2026-so-tu-phap-2026-11-14.docx"


def test_a_week_says_that_no_rule_closes_it_and_an_empty_one_is_a_report_too(reported: Office) -> None:
    report = _report(reported, Span.WEEK)
    told = report_text(report)
    assert "từ thứ Hai đến Chủ nhật (tuần không có quy định riêng tại Nghị định 09/2019/NĐ-CP)" in told
    assert "Không có nhiệm vụ nào có thời hạn trong kỳ." in told
    assert "(kỳ báo cáo chưa đến ngày chốt số liệu)" in told
    paragraphs, _ = _words(report)
    assert "2. Nhiệm vụ chưa hoàn thành, quá hạn" in paragraphs


def test_the_text_says_what_the_file_says(reported: Office) -> None:
    report = _report(reported)
    told = report_text(report, whole=True).splitlines()
    paragraphs, _ = _words(report)
    assert [line for line in told if line.startswith(("Kỳ báo cáo", "Trong kỳ", "Từ các"))] == [
        line for line in paragraphs if line.startswith(("Kỳ báo cáo", "Trong kỳ có", "Từ các kỳ trước còn"))
    ]
    assert "• Kiểm tra bếp ăn tập thể – Sở Tư pháp – hạn 20/10/2026, quá 25 ngày" in told


def test_what_a_file_may_not_hold_is_left_out(reported: Office) -> None:
    report = _report(reported)
    report = replace(report, reasons={report.late[0].occurrence.id: "Chờ\x0bý kiến\x00"})
    _, tables = _words(report)
    assert tables[3][1][4].startswith("Chờ ý kiến")
