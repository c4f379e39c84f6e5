"""Due times found in running sentences; «...» marks what must be found, in order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from knowledge.deadlines import find_deadlines

UNTIL = date(2027, 12, 31)


def _from_issue(wanted: Callable[[date], bool]) -> str:
    days = (date(2026, 5, 11) + timedelta(days=n) for n in range((UNTIL - date(2026, 5, 11)).days + 1))
    return " ".join(day.isoformat() for day in days if wanted(day))


FRIDAYS = _from_issue(lambda day: day.weekday() == 4)
SUNDAYS = _from_issue(lambda day: day.weekday() == 6)
MONDAYS_AND_THURSDAYS = _from_issue(lambda day: day.weekday() in {0, 3})
MONTH_ENDS = _from_issue(lambda day: (day + timedelta(days=1)).day == 1)

FOUND: list[tuple[str, list[tuple[str, str]]]] = [
    (
        "Sở Nội vụ tổng hợp, báo cáo UBND tỉnh Phú Giang «trước ngày 20/5 và ngày 20/11 hằng năm» về kết quả.",
        [("recurring", "2026-05-20 2026-11-20 2027-05-20 2027-11-20")],
    ),
    (
        "Các sở gửi báo cáo «trước ngày 20/11 hằng năm và khi có yêu cầu».",
        [("recurring conditional", "2026-11-20 2027-11-20")],
    ),
    (
        "«Định kỳ hằng năm hoặc theo yêu cầu», báo cáo tình hình tuyên truyền.",
        [("recurring conditional", "2026-12-31 2027-12-31")],
    ),
    (
        "Theo Nghị định số 12/2025/NĐ-CP ngày 05 tháng 4 năm 2025 của Chính phủ, các sở rà soát, "
        "«hoàn thành trong quý III/2026».",
        [("one_off", "2026-09-30")],
    ),
    (
        "Công bố kết quả chấm điểm «trong tháng 02 năm 2027», làm căn cứ xếp loại.",
        [("one_off", "2027-02-28")],
    ),
    ("«Hằng năm» các cơ quan rà soát danh mục hồ sơ.", [("recurring", "2026-12-31 2027-12-31")]),
    ("Giảm 5% số cuộc họp toàn tỉnh «mỗi năm»; tăng họp trực tuyến.", [("recurring", "2026-12-31 2027-12-31")]),
    ("UBND cấp xã báo cáo «trong 10 ngày kể từ ngày ban hành Kế hoạch này».", [("one_off", "2026-05-21")]),
    (
        "«Trong thời hạn 05 ngày làm việc kể từ ngày nhận được hồ sơ», Sở Tư pháp có ý kiến.",
        [("conditional", "")],
    ),
    ("Gửi kết quả tự chấm điểm «trước 15/12/2026» để tổng hợp.", [("one_off", "2026-12-15")]),
    ("Sở Y tế kết nối dữ liệu «đến hết năm 2026».", [("one_off", "2026-12-31")]),
    ("«Đến cuối năm 2026», hoàn thành số hóa.", [("one_off", "2026-12-31")]),
    ("«Quý III/2026», Sở Công Thương tổ chức hội nghị.", [("one_off", "2026-09-30")]),
    ("«Từ ngày 01/7/2026», Trung tâm tiếp nhận hồ sơ.", [("open_start", "")]),
    (
        "«Hoàn thành trước ngày 31/5/2026» việc rà soát và báo cáo «trong tháng 6/2026».",
        [("one_off", "2026-05-31"), ("one_off", "2026-06-30")],
    ),
    (
        "Xong «bước một trước 31/8/2026»; thời gian thực hiện: «Từ tháng 9/2026 đến khi kết thúc đợt kiểm kê».",
        [("one_off", "2026-08-31"), ("conditional open_start", "")],
    ),
    (
        "Thời gian hoàn thành: «Trước ngày 31/5/2026».",
        [("one_off", "2026-05-31")],
    ),
    (
        "«Định kỳ 6 tháng» báo cáo UBND tỉnh «trước ngày 12 tháng 6 và trước ngày 03 tháng 12» để theo dõi.",
        [
            ("recurring", "2026-06-30 2026-12-31 2027-06-30 2027-12-31"),
            ("recurring", "2026-06-12 2026-12-03 2027-06-12 2027-12-03"),
        ],
    ),
    (
        "Báo cáo «định kỳ hằng năm (trước ngày 14/12)» gửi Sở Nội vụ.",
        [("recurring", "2026-12-14 2027-12-14")],
    ),
    (
        "bao cao «truoc ngay 25 thang 11 hang nam» va chot so lieu «trong quy 4/2026»",
        [("recurring", "2026-11-25 2027-11-25"), ("one_off", "2026-12-31")],
    ),
    ("triển khai «trong năm 2026 và những năm tiếp theo».", [("one_off standing", "2026-12-31")]),
    ("Họp «từ 8h00 ngày 05/6/2026 đến 17h00 ngày 07/6/2026».", [("one_off", "2026-06-07")]),
    ("gửi báo cáo «trước ngày\n 15 tháng 12\nnăm 2026» cho Sở Nội vụ", [("one_off", "2026-12-15")]),
    ("Các sở báo cáo «trước 16 giờ ngày thứ Sáu hằng tuần» về Văn phòng.", [("recurring", FRIDAYS)]),
    (
        "Khai mạc «từ 19 giờ 30 phút đến 20 giờ ngày 14 tháng 8 năm 2026» tại quảng trường.",
        [("one_off", "2026-08-14")],
    ),
    ("Nộp hồ sơ «trước 17h00 ngày 15/8/2026» qua Cổng dịch vụ công.", [("one_off", "2026-08-15")]),
    ("Báo cáo «chậm nhất ngày hai mươi tháng mười một» để tổng hợp.", [("one_off", "2026-11-20")]),
    (
        "Tổ chức tập huấn «đợt 1 trước ngày 15/6/2026» cho cấp xã, «đợt 2 trước ngày 15/9/2026» cho cấp tỉnh.",
        [("one_off", "2026-06-15"), ("one_off", "2026-09-15")],
    ),
    (
        "«Định kỳ hằng tháng» gửi bảng theo dõi về Sở Nội vụ, «bắt đầu thực hiện từ tháng 11/2027».",
        [("recurring", "2027-11-30 2027-12-31"), ("recurring", "2027-11-30 2027-12-31")],
    ),
    (
        "Các xã gửi báo cáo «trước ngày 20/11 hằng năm». Thời gian báo cáo hằng năm tính từ ngày 15/11 năm trước "
        "đến ngày 14/11 năm báo cáo.",
        [("recurring", "2026-11-20 2027-11-20")],
    ),
    (
        "Thời gian chốt số liệu từ ngày 15/12/2025 đến ngày 14/6/2026, gửi «trước ngày 18/6/2026».",
        [("one_off", "2026-06-18")],
    ),
    ("Hoàn thành số hóa «trước ngày 30/6/2026 (gia hạn đến 30/9/2026)».", [("one_off", "2026-09-30")]),
    ("Nghiệm thu «trước ngày 30/9/2026» thay cho ngày 30/6/2026.", [("one_off", "2026-09-30")]),
    ("Gửi báo cáo «định kỳ hằng tuần» về Sở Y tế.", [("recurring", SUNDAYS)]),
    ("«Hằng tháng» các xã báo cáo (kế hoạch ban hành giữa năm).", [("recurring", MONTH_ENDS)]),
    ("Giao ban «vào thứ Hai và thứ Năm hằng tuần».", [("recurring", MONDAYS_AND_THURSDAYS)]),
]

UNREADABLE = [
    "Gửi «trước ngày 31/2/2026».",
    "Công bố chỉ số «trước ngày 31/6 hằng năm» trên trang thông tin.",
    "Nộp sản phẩm «chậm nhất ngày 15» về Sở Nội vụ.",
]


@pytest.mark.parametrize("sentence", UNREADABLE)
def test_a_deadline_without_a_readable_day_is_found_with_its_doubt(sentence: str) -> None:
    text, phrases = _marked(sentence)
    found = find_deadlines(text, plan_year=2026, issued=date(2026, 5, 11))
    assert [f.deadline.phrase for f in found] == phrases
    assert all(f.deadline.unread and not f.deadline.due_dates(UNTIL) for f in found)


def _marked(sentence: str) -> tuple[str, list[str]]:
    return re.sub("[«»]", "", sentence), re.findall("«(.*?)»", sentence, re.DOTALL)


@pytest.mark.parametrize(("sentence", "meanings"), FOUND)
def test_due_times_are_found_with_their_place(sentence: str, meanings: list[tuple[str, str]]) -> None:
    text, phrases = _marked(sentence)
    found = find_deadlines(text, plan_year=2026, issued=date(2026, 5, 11))
    assert [text[f.start : f.end] for f in found] == phrases
    assert [f.deadline.phrase for f in found] == phrases
    stated = [
        (set(f.deadline.kinds), " ".join(day.isoformat() for day in f.deadline.due_dates(UNTIL))) for f in found
    ]
    assert stated == [(set(kinds.split()), days) for kinds, days in meanings]


@pytest.mark.parametrize(("sentence", "_meanings"), FOUND)
def test_decomposed_accents_give_the_same_places(sentence: str, _meanings: object) -> None:
    text, phrases = _marked(unicodedata.normalize("NFD", sentence))
    found = find_deadlines(text, plan_year=2026, issued=date(2026, 5, 11))
    assert [text[f.start : f.end] for f in found] == phrases


@pytest.mark.parametrize(
    "sentence",
    [
        "Căn cứ Quyết định số 57/QĐ-UBND ngày 12/3/2026 của UBND tỉnh Phú Giang, Sở Tài chính thẩm định dự toán.",
        "Thực hiện Nghị quyết ngày 15/7/2026 của Chính phủ về phân cấp.",
        "Thực hiện Kế hoạch cải cách hành chính năm 2026 và Chương trình giai đoạn 2026-2030.",
        "Thời gian họp không quá 1/2 ngày; chỉ số cải cách năm 2025 tăng 2 bậc.",
        "Đến năm 2030, mọi xã có mạng tốc độ cao.",
        "Quyết định có hiệu lực kể từ ngày ký ban hành.",
        "Luật có hiệu lực từ ngày 01/7/2026.",
        "Kết quả quý I/2026 đạt 40% kế hoạch năm 2026.",
        "Dự toán ngân sách hằng năm; thi đua, khen thưởng hằng năm; kế hoạch công tác hằng quý của đơn vị.",
        "Việt Nam 2030; tỉnh Hà Nam 2026; Quảng Nam quý báu; quỹ I; quy 2 người.",
        "Các văn bản ban hành trước ngày 01/7/2024 phải rà soát.",
        "Trực 24/24 giờ, 7/7 ngày; tỷ lệ 30/6; mục 3.2.",
        "Kinh phí chi thường xuyên năm 2026, các nhiệm vụ thường xuyên khác.",
        "Giai đoạn 2021-2025 đã hoàn thành; giai đoạn 2026-2030 phấn đấu.",
        "Báo cáo đột xuất khi có yêu cầu; theo quy định tại Điều 5.",
        "So với năm trước, số liệu trong năm tăng.",
        "Chuẩn bị cơ sở vật chất trong năm học 2026-2027.",
        "Số liệu được tính từ ngày 15/12/2025 đến ngày 14/6/2026.",
        "Đã điều chỉnh thành 2 nhóm, chuyển sang 3 phòng.",
        "",
    ],
)
def test_what_nobody_owes_is_not_found(sentence: str) -> None:
    assert find_deadlines(sentence, plan_year=2026, issued=date(2026, 5, 11)) == []
