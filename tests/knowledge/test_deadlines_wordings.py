"""Harder wordings: words for numbers, rounds, extensions, weekdays, data periods, hours, and what stays in doubt.

The plan is for 2026 and was issued on 19/12/2025. A phrase in `READ` must be understood
whole; one in `DOUBTED` must say that it was not, and may state no day but those given.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from knowledge.deadlines import parse_deadline
from knowledge.records import Deadline
from knowledge.workdays import WorkCalendar

ISSUED = date(2025, 12, 19)
UNTIL = date(2027, 12, 31)
YEARS = (2026, 2027)
Row = tuple[str, str, str | None, str]
"""Phrase, kinds, start, due days."""


def _days() -> Iterator[date]:
    day = date(2026, 1, 1)
    while day <= UNTIL:
        yield day
        day += timedelta(days=1)


def _listed(days: Iterator[date]) -> str:
    return " ".join(day.isoformat() for day in days)


def each_month(*numbers: int) -> str:
    return _listed(day for day in _days() if day.day in numbers)


def each_year(days: str) -> str:
    return " ".join(f"{year}-{day}" for year in YEARS for day in days.split())


def each_week(*weekdays: int) -> str:
    """Monday is 0."""
    return _listed(day for day in _days() if day.weekday() in weekdays)


def nth_weekday(weekday: int, nth: int) -> str:
    """The nth such weekday of every month; the last one for -1."""
    if nth < 0:
        return _listed(d for d in _days() if d.weekday() == weekday and (d + timedelta(days=7)).month != d.month)
    return _listed(d for d in _days() if d.weekday() == weekday and (d.day - 1) // 7 == nth - 1)


def working_days(first: bool, months: int = 1) -> str:
    """The first or last working day of every period of so many months."""
    calendar, found = WorkCalendar(), []
    for year in YEARS:
        for month in range(1, 13, months):
            if first:
                found.append(calendar.next_working(date(year, month, 1)))
            else:
                last = month + months - 1
                after = date(year + last // 12, last % 12 + 1, 1)
                found.append(calendar.previous(after - timedelta(days=1)))
    return _listed(iter(found))


MONTH_ENDS = _listed(day for day in _days() if (day + timedelta(days=1)).day == 1)
QUARTER_ENDS = each_year("03-31 06-30 09-30 12-31")

IN_WORDS: list[Row] = [
    ("trước ngày mười lăm tháng ba", "one_off", None, "2026-03-15"),
    ("Trước ngày hai mươi tháng mười một năm 2026", "one_off", None, "2026-11-20"),
    ("chậm nhất ngày ba mươi tháng sáu", "one_off", None, "2026-06-30"),
    ("ngày mồng năm tháng chín năm 2026", "one_off", None, "2026-09-05"),
    ("trước mùng mười tháng tư", "one_off", None, "2026-04-10"),
    ("ngày ba mươi mốt tháng mười hai", "one_off", None, "2026-12-31"),
    ("ngày hai mươi bốn tháng bảy", "one_off", None, "2026-07-24"),
    ("ngày hai mươi tư tháng bảy", "one_off", None, "2026-07-24"),
    ("ngày hai mươi nhăm tháng tám năm 2026", "one_off", None, "2026-08-25"),
    ("trước ngày mười lăm tháng năm năm 2026", "one_off", None, "2026-05-15"),
    ("Quý ba năm 2026", "one_off", None, "2026-09-30"),
    ("Quý bốn/2026", "one_off", None, "2026-12-31"),
    ("quý tư năm 2026", "one_off", None, "2026-12-31"),
    ("quý một và quý hai năm 2026", "one_off", None, "2026-06-30"),
    ("quý hai, quý ba năm 2026", "one_off", None, "2026-09-30"),
    ("quý một và quý ba", "one_off", None, "2026-03-31 2026-09-30"),
    ("trong tháng mười", "one_off", None, "2026-10-31"),
    ("tháng sáu, tháng mười hai năm 2026", "one_off", None, "2026-06-30 2026-12-31"),
    ("tháng hai và tháng tám/2026", "one_off", None, "2026-02-28 2026-08-31"),
    ("sáu tháng đầu năm 2026", "one_off", None, "2026-06-30"),
    ("chín tháng đầu năm", "one_off", None, "2026-09-30"),
    ("trước ngày hai mươi lăm hằng tháng", "recurring", None, each_month(25)),
    ("ngày mười và ngày hai mươi hằng tháng", "recurring", None, each_month(10, 20)),
    ("ba tháng một lần", "recurring", None, QUARTER_ENDS),
    ("sáu tháng một lần", "recurring", None, each_year("06-30 12-31")),
    ("một quý một lần", "recurring", None, QUARTER_ENDS),
    ("mười lăm ngày kể từ ngày ban hành", "one_off", None, "2026-01-03"),
    ("trong hai tuần kể từ ngày ký", "one_off", None, "2026-01-02"),
    (
        "trước ngày mười lăm tháng sáu và ngày mười lăm tháng mười hai hằng năm",
        "recurring",
        None,
        each_year("06-15 12-15"),
    ),
]

ROUNDS: list[Row] = [
    ("Đợt 1 tháng 5/2026", "one_off", None, "2026-05-31"),
    ("Đợt 2: tháng 9/2026", "one_off", None, "2026-09-30"),
    ("Đợt I tháng 5, đợt II tháng 8/2026", "one_off", None, "2026-05-31 2026-08-31"),
    ("Đợt 1 tháng 5/2026, đợt 2 tháng 6/2026", "one_off", None, "2026-05-31 2026-06-30"),
    ("Giai đoạn 2 tháng 9/2026", "one_off", None, "2026-09-30"),
    ("Giai đoạn 1: quý II/2026; giai đoạn 2: quý IV/2026", "one_off", None, "2026-06-30 2026-12-31"),
    ("Giai đoạn I năm 2026", "one_off", None, "2026-12-31"),
    ("lần 1 tháng 6, lần 2 tháng 12/2026", "one_off", None, "2026-06-30 2026-12-31"),
    ("Lần 1 trước 15/6, lần 2 trước 15/12/2026", "one_off", None, "2026-06-15 2026-12-15"),
    ("Lần thứ nhất tháng 4, lần thứ hai tháng 10/2026", "one_off", None, "2026-04-30 2026-10-31"),
    ("Bước 1 tháng 3/2026, bước 2 tháng 7/2026", "one_off", None, "2026-03-31 2026-07-31"),
    ("Vòng 1 tháng 5; vòng 2 tháng 8/2026", "one_off", None, "2026-05-31 2026-08-31"),
    ("Kỳ 1 tháng 6, kỳ 2 tháng 12 hằng năm", "recurring", None, each_year("06-30 12-31")),
    ("Lần 1: ngày 15/6; lần 2: ngày 15/12 hằng năm", "recurring", None, each_year("06-15 12-15")),
    ("tháng 5 (đợt 1), tháng 11 (đợt 2) năm 2026", "one_off", None, "2026-05-31 2026-11-30"),
    ("02 đợt: tháng 5 và tháng 11/2026", "one_off", None, "2026-05-31 2026-11-30"),
    ("Đợt 1 từ tháng 3 đến tháng 5/2026", "one_off", "2026-03-01", "2026-05-31"),
    ("Phiên họp thứ 45 (tháng 5/2026)", "one_off", None, "2026-05-31"),
    ("đợt 1 ngày 5/5/2026", "one_off", None, "2026-05-05"),
    ("2 đợt/năm (tháng 4, tháng 10)", "recurring", None, each_year("04-30 10-31")),
    ("Giai đoạn 2026-2030", "one_off", "2026-01-01", "2030-12-31"),
]

EXTENDED: list[Row] = [
    ("trước ngày 20/12/2025 (gia hạn đến 28/02/2026)", "one_off", None, "2026-02-28"),
    ("trước 31/3/2026 (lùi sang 30/4/2026)", "one_off", None, "2026-04-30"),
    ("trước 15/5/2026, nay gia hạn đến 15/7/2026", "one_off", None, "2026-07-15"),
    ("30/6/2026 (điều chỉnh thành 30/9/2026)", "one_off", None, "2026-09-30"),
    ("Quý II/2026, điều chỉnh sang quý III/2026", "one_off", None, "2026-09-30"),
    ("Tháng 5/2026 (được gia hạn đến hết tháng 8/2026)", "one_off", None, "2026-08-31"),
    ("31/3/2026; lùi thời hạn đến 31/5/2026", "one_off", None, "2026-05-31"),
    ("Trước ngày 30/6/2026 dời sang ngày 15/8/2026", "one_off", None, "2026-08-15"),
    ("30/9/2026 (thay cho ngày 30/6/2026)", "one_off", None, "2026-09-30"),
    ("30/9/2026 (trước đây: 30/6/2026)", "one_off", None, "2026-09-30"),
    ("30/9/2026 (thời hạn cũ: 30/6/2026)", "one_off", None, "2026-09-30"),
    ("30/9/2026 thay vì 30/6/2026", "one_off", None, "2026-09-30"),
    ("Điều chỉnh từ 30/6/2026 thành 30/9/2026", "one_off", None, "2026-09-30"),
    ("gia hạn từ ngày 15/5/2026 đến ngày 15/6/2026", "one_off", None, "2026-06-15"),
    ("lùi từ quý II sang quý III/2026", "one_off", None, "2026-09-30"),
    ("20/12/2025 (gia hạn đến 28/02)", "one_off", None, "2026-02-28"),
    ("Trước 30/4 (lùi đến 31/5), gia hạn tiếp đến 30/6/2026", "one_off", None, "2026-06-30"),
    ("Gia hạn đến hết quý III/2026", "one_off", None, "2026-09-30"),
    ("Từ 01/3/2026 đến 30/6/2026 (gia hạn đến 30/9/2026)", "one_off", "2026-03-01", "2026-09-30"),
    ("Đợt 1: 30/6/2026 (gia hạn đến 31/7/2026); đợt 2: 30/10/2026", "one_off", None, "2026-07-31 2026-10-30"),
    ("30/6/2026 (gia hạn thêm 03 tháng)", "one_off", None, "2026-09-30"),
    ("15/6/2026, gia hạn thêm 15 ngày", "one_off", None, "2026-06-30"),
    ("Hoàn thành trước 30/6/2026 (đã được điều chỉnh thời hạn thành 31/8/2026)", "one_off", None, "2026-08-31"),
    ("30/6/2026, kéo dài đến 31/10/2026", "one_off", None, "2026-10-31"),
    ("Từ tháng 3 kéo dài đến tháng 6/2026", "one_off", "2026-03-01", "2026-06-30"),
    ("ngày 10/4/2026, hoãn đến ngày 24/4/2026", "one_off", None, "2026-04-24"),
]

WEEKDAYS: list[Row] = [
    ("thứ Hai và thứ Năm hằng tuần", "recurring", None, each_week(0, 3)),
    ("thứ 2, thứ 4, thứ 6 hằng tuần", "recurring", None, each_week(0, 2, 4)),
    ("thứ 2, 4, 6 hằng tuần", "recurring", None, each_week(0, 2, 4)),
    ("Hằng tuần, vào thứ Ba và thứ Sáu", "recurring", None, each_week(1, 4)),
    ("thứ Sáu hằng tuần", "recurring", None, each_week(4)),
    ("sáng thứ Hai hằng tuần", "recurring", None, each_week(0)),
    ("chiều thứ Sáu mỗi tuần", "recurring", None, each_week(4)),
    ("Trước 16 giờ ngày thứ Sáu hằng tuần", "recurring", None, each_week(4)),
    ("trước 10h00 thứ Năm hàng tuần", "recurring", None, each_week(3)),
    ("Thứ Hai hàng tuần", "recurring", None, each_week(0)),
    ("Chủ nhật hằng tuần", "recurring", None, each_week(6)),
    ("sáng thứ Hai đầu tháng", "recurring", None, nth_weekday(0, 1)),
    ("thứ Hai đầu tiên của tháng", "recurring", None, nth_weekday(0, 1)),
    ("thứ Hai đầu tiên hằng tháng", "recurring", None, nth_weekday(0, 1)),
    ("thứ Sáu cuối cùng của tháng", "recurring", None, nth_weekday(4, -1)),
    ("thứ Sáu cuối tháng", "recurring", None, nth_weekday(4, -1)),
    ("thứ Sáu tuần cuối tháng", "recurring", None, nth_weekday(4, -1)),
    ("thứ Năm tuần thứ hai hằng tháng", "recurring", None, nth_weekday(3, 2)),
    ("thứ Ba tuần thứ 3 của tháng", "recurring", None, nth_weekday(1, 3)),
    ("thứ Bảy tuần đầu hằng tháng", "recurring", None, nth_weekday(5, 1)),
]

WORKING: list[Row] = [
    ("ngày làm việc đầu tiên hằng tháng", "recurring", None, working_days(first=True)),
    ("ngày làm việc đầu tiên của tháng", "recurring", None, working_days(first=True)),
    ("ngày làm việc cuối cùng hằng tháng", "recurring", None, working_days(first=False)),
    ("ngày làm việc cuối cùng của mỗi tháng", "recurring", None, working_days(first=False)),
    ("ngày làm việc cuối cùng của quý", "recurring", None, working_days(first=False, months=3)),
    ("ngày làm việc đầu tiên của quý", "recurring", None, working_days(first=True, months=3)),
    ("ngày làm việc cuối cùng của năm", "recurring", None, working_days(first=False, months=12)),
    ("Ngày cuối cùng hằng tháng", "recurring", None, MONTH_ENDS),
    ("ngày đầu tiên của tháng", "recurring", None, each_month(1)),
    ("ngày làm việc cuối cùng của tháng 6/2026", "one_off", None, "2026-06-30"),
    ("ngày làm việc cuối cùng của tháng 5/2026", "one_off", None, "2026-05-29"),
    ("ngày làm việc đầu tiên của tháng 8/2026", "one_off", None, "2026-08-03"),
    ("ngày làm việc cuối cùng của quý II/2026", "one_off", None, "2026-06-30"),
    ("ngày cuối cùng của tháng 2/2026", "one_off", None, "2026-02-28"),
]

INTERVALS: list[Row] = [
    ("ngày 10 và 25 hằng tháng", "recurring", None, each_month(10, 25)),
    ("ngày 10, 20 hằng tháng", "recurring", None, each_month(10, 20)),
    ("mỗi tháng hai lần, ngày 10 và ngày 25", "recurring", None, each_month(10, 25)),
    ("mỗi tháng 02 lần vào ngày 05 và ngày 20", "recurring", None, each_month(5, 20)),
    ("02 lần/tháng (ngày 15 và ngày 28)", "recurring", None, each_month(15, 28)),
    ("hằng tháng, vào ngày 5 và ngày 20", "recurring", None, each_month(5, 20)),
    ("Hai lần mỗi năm, trước ngày 15/5 và 15/11", "recurring", None, each_year("05-15 11-15")),
    ("định kỳ 03 tháng/1 lần", "recurring", None, QUARTER_ENDS),
    ("Định kỳ 3 tháng/lần", "recurring", None, QUARTER_ENDS),
    ("mỗi năm một lần", "recurring", None, each_year("12-31")),
    ("mỗi năm hai lần", "recurring", None, each_year("06-30 12-31")),
    ("hằng quý, chậm nhất ngày 5 tháng đầu quý sau", "recurring", None, each_year("01-05 04-05 07-05 10-05")),
    ("trước ngày 5 tháng đầu quý", "recurring", None, each_year("01-05 04-05 07-05 10-05")),
    ("2 năm một lần, bắt đầu từ năm 2026", "recurring", "2026-01-01", "2026-12-31"),
    ("hai năm/lần, từ năm 2027", "recurring", "2027-01-01", "2027-12-31"),
    (
        "02 tuần/lần, bắt đầu từ ngày 05/11/2027",
        "recurring",
        "2027-11-05",
        "2027-11-05 2027-11-19 2027-12-03 2027-12-17 2027-12-31",
    ),
    (
        "Định kỳ hằng tháng, bắt đầu thực hiện từ tháng 10/2027",
        "recurring",
        "2027-10-01",
        "2027-10-31 2027-11-30 2027-12-31",
    ),
    ("Hằng quý, bắt đầu từ quý III năm 2027", "recurring", "2027-07-01", "2027-09-30 2027-12-31"),
    ("trước ngày 10 hằng tháng kể từ tháng 11/2027", "recurring", "2027-11-01", "2027-11-10 2027-12-10"),
    ("trước ngày 31/01 của năm liền kề", "one_off", None, "2027-01-31"),
    ("ngày 31/12 năm trước liền kề hằng năm", "recurring", None, each_year("12-31")),
    ("trước ngày 15 tháng 01 năm sau liền kề", "one_off", None, "2027-01-15"),
]

DATA_PERIODS: list[Row] = [
    ("trước ngày 18/6 (số liệu tính từ ngày 15/12 năm trước đến 14/6)", "one_off", None, "2026-06-18"),
    ("Trước ngày 20/11 hằng năm (kỳ báo cáo từ 15/11 năm trước đến 14/11)", "recurring", None, each_year("11-20")),
    ("Chậm nhất ngày 25/12/2026, thời điểm chốt số liệu: 14/12/2026", "one_off", None, "2026-12-25"),
    ("trước ngày 20/6/2026; số liệu tính đến hết ngày 14/6/2026", "one_off", None, "2026-06-20"),
    ("Số liệu tính từ 15/12/2025 đến 14/6/2026, gửi trước ngày 20/6/2026", "one_off", None, "2026-06-20"),
    (
        "trước ngày 18 hằng tháng (số liệu lấy từ ngày 15 tháng trước đến ngày 14 của tháng báo cáo)",
        "recurring",
        None,
        each_month(18),
    ),
    (
        "Trước 20/6 và 20/12 hằng năm (thời gian chốt số liệu từ 15/12 năm trước kỳ báo cáo đến 14/6 kỳ báo cáo)",
        "recurring",
        None,
        each_year("06-20 12-20"),
    ),
]

HOURS: list[Row] = [
    ("trước 7h30 ngày 15/8/2026", "one_off", None, "2026-08-15"),
    ("trước 7 giờ 30 phút ngày 15/8", "one_off", None, "2026-08-15"),
    ("7h00 - 7h30 ngày 20/5/2026", "one_off", None, "2026-05-20"),
    ("Từ 19 giờ 30 phút đến 20 giờ ngày 14 tháng 8", "one_off", None, "2026-08-14"),
    ("từ 8h00 đến 11h30, ngày 12/6/2026", "one_off", None, "2026-06-12"),
    ("14h00, thứ Sáu ngày 22/5/2026", "one_off", None, "2026-05-22"),
    ("trước 17:00 ngày 30/6/2026", "one_off", None, "2026-06-30"),
    ("ngày 15/8/2026, lúc 7h30", "one_off", None, "2026-08-15"),
    ("sáng ngày 15/8/2026", "one_off", None, "2026-08-15"),
    ("trước 11 giờ trưa ngày 02/9/2026", "one_off", None, "2026-09-02"),
    ("8g30 ngày 5/6/2026", "one_off", None, "2026-06-05"),
]

SLIPS: list[Row] = [
    ("trước ngày 3O/6/2026", "one_off", None, "2026-06-30"),
    ("l5/7/2026", "one_off", None, "2026-07-15"),
    ("ngày 2O/1O/2026", "one_off", None, "2026-10-20"),
    ("Trong thảng 9/2026", "one_off", None, "2026-09-30"),
    ("Thảng 9/2026", "one_off", None, "2026-09-30"),
    ("hằng thảng", "recurring", None, MONTH_ENDS),
    ("Quỷ II/2026", "one_off", None, "2026-06-30"),
    ("hằng quỷ", "recurring", None, QUARTER_ENDS),
    ("Năm 2O26", "one_off", None, "2026-12-31"),
    ("trước ngảy 30/6/2026", "one_off", None, "2026-06-30"),
]

PLAIN_WORDS: list[Row] = [
    ("Trong năm 2026 (03 hội nghị, 250 triệu đồng)", "one_off", None, "2026-12-31"),
    ("Quý II/2026 (theo Điều 5, khoản 2)", "one_off conditional", None, "2026-06-30"),
    ("Hoàn thành 100% trước ngày 30/6/2026", "one_off", None, "2026-06-30"),
    ("Tháng 6/2026 theo Kế hoạch số 5/KH-UBND ngày 3/2/2026", "one_off conditional", None, "2026-06-30"),
    ("Sở Nội vụ tổng hợp, trình UBND tỉnh Phú Giang trước ngày 10/12/2026", "one_off", None, "2026-12-10"),
    ("Tháng 9/2026 (02 lớp, mỗi lớp 50 người)", "one_off", None, "2026-09-30"),
    ("Quý III năm 2026 tại 05 xã", "one_off", None, "2026-09-30"),
    ("Trước ngày 15/5/2026 theo Phụ lục 2", "one_off conditional", None, "2026-05-15"),
    ("Thường xuyên trong tháng", "standing", None, ""),
    ("Đúng tiến độ", "unspecified", None, ""),
    ("Thực hiện thường xuyên, liên tục", "standing", None, ""),
    ("Xây dựng kế hoạch chậm nhất trong tháng 3/2026 và tổ chức thực hiện", "one_off", None, "2026-03-31"),
    ("Hoàn thành đầu tư trước ngày 30/6/2026", "one_off", None, "2026-06-30"),
]

LUNAR: list[Row] = [
    ("rằm tháng Giêng năm 2026", "one_off", None, "2026-03-03"),
    ("ngày 10 tháng 3 âm lịch năm 2026", "one_off", None, "2026-04-26"),
    ("10/3/2026 (âm lịch)", "one_off", None, "2026-04-26"),
    ("trước rằm tháng Giêng", "one_off", None, "2026-03-03"),
    ("mùng 10/3 âm lịch", "one_off", None, "2026-04-26"),
    ("mùng 6 tháng Giêng năm 2027", "one_off", None, "2027-02-11"),
]

FURTHER: list[Row] = [
    ("ngày 5, 15, 25 hằng tháng", "recurring", None, each_month(5, 15, 25)),
    ("Các ngày 15 và 28 của tháng", "recurring", None, each_month(15, 28)),
    ("trước ngày 25 của tháng cuối mỗi quý", "recurring", None, each_year("03-25 06-25 09-25 12-25")),
    ("trước ngày 10 của tháng đầu tiên quý sau", "recurring", None, each_year("01-10 04-10 07-10 10-10")),
    ("Trước ngày 15/3, 15/6, 15/9 và 15/12 hằng năm", "recurring", None, each_year("03-15 06-15 09-15 12-15")),
    ("Hàng tuần (thứ Sáu)", "recurring", None, each_week(4)),
    ("Trước 10 giờ sáng thứ Hai hằng tuần", "recurring", None, each_week(0)),
    ("Sáng thứ Hai tuần đầu tiên hằng tháng", "recurring", None, nth_weekday(0, 1)),
    ("thứ Hai của tuần đầu tiên hằng tháng", "recurring", None, nth_weekday(0, 1)),
    (
        "thứ Sáu cuối cùng hằng quý",
        "recurring",
        None,
        "2026-03-27 2026-06-26 2026-09-25 2026-12-25 2027-03-26 2027-06-25 2027-09-24 2027-12-31",
    ),
    ("thứ Sáu cuối cùng của tháng 5/2026", "one_off", None, "2026-05-29"),
    ("thứ Hai tuần đầu tháng 6/2026", "one_off", None, "2026-06-01"),
    ("ngày làm việc cuối cùng của năm 2026", "one_off", None, "2026-12-31"),
    ("ngày làm việc cuối cùng của tháng 6 hằng năm", "recurring", None, each_year("06-30")),
    ("hằng tháng, vào ngày làm việc cuối cùng", "recurring", None, working_days(first=False)),
    ("Trước ngày đầu tiên của quý III/2026", "one_off", None, "2026-07-01"),
    ("Năm 2026, sau đó định kỳ hằng năm", "one_off recurring", None, "2026-12-31 2027-12-31"),
    ("Quý II/2026, sau đó thường xuyên", "one_off standing", None, "2026-06-30"),
    ("Bắt đầu từ ngày 01/7/2026, hoàn thành trước 31/12/2026", "one_off", "2026-07-01", "2026-12-31"),
    ("Bắt đầu tháng 3/2026, kết thúc tháng 9/2026", "one_off", "2026-03-01", "2026-09-30"),
    (
        "Đợt 1 (tháng 4), đợt 2 (tháng 8), đợt 3 (tháng 11) năm 2026",
        "one_off",
        None,
        "2026-04-30 2026-08-31 2026-11-30",
    ),
    ("Đợt 1: từ 01/3 đến 30/3; đợt 2: từ 01/9 đến 30/9/2026", "one_off", "2026-03-01", "2026-03-30 2026-09-30"),
    ("Đợt cao điểm từ 15/5 đến 30/6/2026", "one_off", "2026-05-15", "2026-06-30"),
    ("2 lần/năm (lần 1 trước 30/6, lần 2 trước 31/12)", "recurring", None, each_year("06-30 12-31")),
    ("Lần 1 quý I, lần 2 quý III hằng năm", "recurring", None, each_year("03-31 09-30")),
    ("Kỳ I: 30/6; Kỳ II: 31/12", "one_off", None, "2026-06-30 2026-12-31"),
    ("Giai đoạn 1 (2026-2027), giai đoạn 2 (2028-2030)", "one_off", "2026-01-01", "2027-12-31 2030-12-31"),
    ("Phiên bản 1.0: tháng 6/2026; phiên bản 2.0: tháng 12/2026", "one_off", None, "2026-06-30 2026-12-31"),
    ("Th6/2026", "one_off", None, "2026-06-30"),
    ("trưởc ngày 3O/6", "one_off", None, "2026-06-30"),
    ("tháng O5/2026", "one_off", None, "2026-05-31"),
    ("trước ngày 30/6/2026 (đã gia hạn lần 2 đến 30/9/2026)", "one_off", None, "2026-09-30"),
    ("30/6/2026 (gia hạn: 30/9/2026)", "one_off", None, "2026-09-30"),
    ("Gia hạn lần 1: 30/6/2026; gia hạn lần 2: 30/9/2026", "one_off", None, "2026-09-30"),
    ("30/9/2026 (gia hạn từ 30/6/2026)", "one_off", None, "2026-09-30"),
    ("Quý II/2026 (gia hạn thêm 1 tháng)", "one_off", None, "2026-07-31"),
    ("quý II/2026 chuyển sang quý IV/2026", "one_off", None, "2026-12-31"),
    (
        "trước 30/6/2026 (UBND tỉnh đồng ý gia hạn đến ngày 15/8/2026 tại Công văn số 12/UBND ngày 5/6/2026)",
        "one_off",
        None,
        "2026-08-15",
    ),
    ("Từ 7h30 ngày 15/8 đến 17h00 ngày 16/8/2026", "one_off", "2026-08-15", "2026-08-16"),
    ("07h30' ngày 15/8/2026", "one_off", None, "2026-08-15"),
    ("13 giờ 30 thứ Tư, ngày 20/5/2026", "one_off", None, "2026-05-20"),
    ("thứ Hai, ngày 18/5/2026", "one_off", None, "2026-05-18"),
    ("một năm hai lần", "recurring", None, each_year("06-30 12-31")),
    ("ít nhất 02 lần/năm (tháng 6, tháng 11)", "recurring", None, each_year("06-30 11-30")),
    ("Tối thiểu 1 lần/quý", "recurring", None, QUARTER_ENDS),
    ("từ năm 2027, mỗi năm 01 lần vào tháng 10", "recurring", "2027-01-01", "2027-10-31"),
    ("2 tháng một lần", "recurring", None, each_year("02-28 04-30 06-30 08-31 10-31 12-31")),
    ("trước ngày 05/9 (khai giảng năm học 2026-2027)", "one_off", None, "2026-09-05"),
    ("trước ngày mười, tháng tám", "one_off", None, "2026-08-10"),
    ("quý thứ hai năm 2026", "one_off", None, "2026-06-30"),
    ("truoc ngay muoi lam thang ba", "one_off", None, "2026-03-15"),
    ("6 tháng đầu và 6 tháng cuối năm", "one_off", None, "2026-06-30 2026-12-31"),
    ("Tháng hành động vì trẻ em (tháng 6)", "one_off", None, "2026-06-30"),
    ("Tuần lễ hưởng ứng (tháng 10/2026)", "one_off", None, "2026-10-31"),
    ("Hoàn thành 50% trong quý II, 100% trong quý IV/2026", "one_off", None, "2026-06-30 2026-12-31"),
    ("báo cáo trước 20/6, số liệu tính từ đầu năm đến hết tháng 5", "one_off", None, "2026-06-20"),
    ("15/6/2026 (số liệu tính đến 31/5/2026)", "one_off", None, "2026-06-15"),
    ("Quý II (1.200 hộ)", "one_off", None, "2026-06-30"),
    ("Kế hoạch số 5/KH-UBND ngày 3/2/2026", "unspecified", None, ""),
]

READ = [
    *IN_WORDS, *ROUNDS, *EXTENDED, *WEEKDAYS, *WORKING, *INTERVALS, *DATA_PERIODS, *HOURS, *SLIPS, *PLAIN_WORDS,
    *LUNAR, *FURTHER,
]  # fmt: skip

DOUBTED: list[tuple[str, str]] = [
    # Phrase, and all the days that it may state.
    ("Đợt 1", ""),
    ("Giai đoạn 2", ""),
    ("Đợt 1/2026", "2026-12-31"),
    ("Đợt 1 tháng 5/2026, đợt 2", "2026-05-31"),
    ("rằm tháng Bảy", ""),
    ("trước ngày 23 tháng Chạp", ""),
    ("tháng Chạp", ""),
    ("Rằm tháng Tám", ""),
    ("trước ngày 15/8 âm lịch", ""),
    ("mùng 5 tháng 5 âm lịch", ""),
    ("ngày 30 tháng Giêng", ""),
    ("rằm tháng Giêng hằng năm", ""),
    ("rằm hằng tháng", ""),
    ("2 năm một lần", ""),
    ("hai năm/lần", ""),
    ("hai tuần một lần", ""),
    ("02 tuần/lần", ""),
    ("05 năm/lần", ""),
    ("3 lần/năm", ""),
    ("mỗi tháng hai lần", ""),
    ("định kỳ theo quy định", ""),
    ("Định kỳ", ""),
    ("hằng kỳ", ""),
    ("Báo cáo theo kỳ", ""),
    ("Đầu mỗi quý", ""),
    ("trước ngày 31/6 hằng năm", ""),
    ("ngày 32 hằng tháng", ""),
    ("Trước ngày 30/66/2026", ""),
    ("31/2/2026", ""),
    ("Quý V/2026", ""),
    ("Tháng 13/2026", ""),
    ("ngày 15", ""),
    ("trước ngày 15 của kỳ sau", ""),
    ("hết học kỳ I năm học 2026-2027", "2027-01-18"),
    ("Kết thúc học kỳ II", "2026-05-31"),
    ("đầu năm học 2026-2027", "2026-09-30"),
    ("Năm học 2026-2027", "2027-05-31"),
    ("cuối năm học", "2026-05-31 2027-05-31"),
    ("cuối nhiệm kỳ", ""),
    ("mùa mưa năm 2026", "2026-12-31"),
    ("trước mùa lũ", ""),
    ("đầu vụ đông xuân", ""),
    ("trước 3o/o6x/2026", ""),
    ("ngày xx/6/2026", ""),
    ("ngày …/6/2026", ""),
    ("trước ngày      tháng 6 năm 2026", "2026-06-30"),
    ("tháng    năm 2026", "2026-12-31"),
    ("30/6/2026 (tạm hoãn)", "2026-06-30"),
    ("30/6/2026, có thể gia hạn thêm 02 tháng", "2026-06-30"),
    ("thứ Hai", ""),
    ("trước thứ Sáu", ""),
    ("tuần 32", ""),
    ("Tuần thứ 20 năm 2026", "2026-12-31"),
    ("Trong tuần", ""),
    ("trước ngày 15 tháng", ""),
    ("Quý II/2026 hoặc tháng ? ", "2026-06-30"),
    ("ngày mười lăm tháng", ""),
    ("tháng hai mươi", ""),
    ("trước ngày bốn mươi tháng ba", ""),
    ("1/2026/5", ""),
    ("tháng 5 nhuận", "2026-05-31"),
    ("Từ 30/9/2026 đến 30/6/2026", ""),
    ("thứ Sáu, hai tuần một lần", ""),
    ("mỗi ngày 2 lần", ""),
    ("10 lần/năm", ""),
    ("Mỗi đợt", ""),
    ("30.6", ""),
    ("31-12", ""),
    ("30/6/2026 → 30/9/2026", "2026-06-30 2026-09-30"),
    ("05 ngày làm việc đầu tháng", ""),
    ("ngày đầu quý", ""),
    ("Theo chế độ báo cáo định kỳ", ""),
    ("Định kỳ và đột xuất", ""),
    ("hết tháng giêng", ""),
    ("30 Tết", ""),
    ("Rằm Trung thu năm 2026", ""),
    ("Hết nhiệm kỳ 2021-2026", ""),
    ("Trong ngày", ""),
    ("trong tuần đầu tiên của tháng", ""),
    ("năm hai nghìn không trăm hai mươi sáu", ""),
]


def _summary(deadline: Deadline) -> tuple[set[str], str | None, str]:
    start = deadline.start.isoformat() if deadline.start else None
    return set(deadline.kinds), start, " ".join(day.isoformat() for day in deadline.due_dates(UNTIL))


def _parse(phrase: str) -> Deadline:
    return parse_deadline(phrase, plan_year=2026, issued=ISSUED)


@pytest.mark.parametrize(("phrase", "kinds", "start", "days"), READ, ids=[row[0] for row in READ])
def test_read_whole(phrase: str, kinds: str, start: str | None, days: str) -> None:
    deadline = _parse(phrase)
    assert _summary(deadline) == (set(kinds.split()), start, days)
    assert deadline.unread == ()


def test_a_rule_of_working_days_goes_round_every_holiday_it_knows() -> None:
    calendar = WorkCalendar(days_off=[date(2026, 6, 1)])
    deadline = parse_deadline("ngày làm việc đầu tiên hằng tháng", plan_year=2026, issued=ISSUED, holidays=calendar)
    days = deadline.due_dates(date(2029, 12, 31))
    assert len(days) == 48
    assert all(calendar.is_working(day) for day in days)
    assert date(2026, 6, 2) in days


def test_a_rule_of_working_days_goes_on_after_the_years_whose_holidays_it_knows() -> None:
    deadline = _parse("ngày làm việc cuối cùng hằng tháng")
    assert len(deadline.due_dates(date(2045, 12, 31))) == 20 * 12


@pytest.mark.parametrize(("phrase", "allowed"), DOUBTED, ids=[row[0] for row in DOUBTED])
def test_doubted(phrase: str, allowed: str) -> None:
    deadline = _parse(phrase)
    assert deadline.unread
    assert {day.isoformat() for day in deadline.due_dates(UNTIL)} <= set(allowed.split())
    assert all(part in deadline.phrase for part in deadline.unread)
