"""What the deadline grammar makes of a phrase: kinds, start, due days through 2027.

The plan is for 2026 and was issued on 19/12/2025 unless a row says otherwise.
"""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterator
from datetime import date

import pytest
from dateutil.rrule import rrulestr

from knowledge.deadlines import deadline_of_row, parse_deadline
from knowledge.records import Deadline
from knowledge.workdays import WorkCalendar
from tests.shared import SHARED

ISSUED = date(2025, 12, 19)
UNTIL = date(2027, 12, 31)
Row = tuple[str, str, str | None, str]
"""Phrase, kinds, start, due days."""


def each_year(days: str) -> str:
    """ "06-30 12-31" in 2026 and in 2027."""
    return " ".join(f"{year}-{day}" for year in (2026, 2027) for day in days.split())


def monthly(day: int) -> str:
    """The day of every month, or its last one."""
    return " ".join(
        f"{year}-{month:02}-{min(day, calendar.monthrange(year, month)[1]):02}"
        for year in (2026, 2027)
        for month in range(1, 13)
    )


EVERY_MONTH_END = monthly(31)
EVERY_QUARTER_END = each_year("03-31 06-30 09-30 12-31")

QUARTERS: list[Row] = [
    ("Quý I/2026", "one_off", None, "2026-03-31"),
    ("Quý II năm 2026", "one_off", None, "2026-06-30"),
    ("Trong quý 3", "one_off", None, "2026-09-30"),
    ("Hết quý IV/2026", "one_off", None, "2026-12-31"),
    ("Đến hết quý II", "one_off", None, "2026-06-30"),
    ("Chậm nhất là quý III/2026", "one_off", None, "2026-09-30"),
    ("Quý\nIV/2026", "one_off", None, "2026-12-31"),
    ("QUÝ II NĂM 2026", "one_off", None, "2026-06-30"),
    ("Quí 1/2026", "one_off", None, "2026-03-31"),
    ("Quỷ II/2026", "one_off", None, "2026-06-30"),
    ("Qúy III năm 2026", "one_off", None, "2026-09-30"),
    ("Q.II/2026", "one_off", None, "2026-06-30"),
    ("Q1/2026", "one_off", None, "2026-03-31"),
    ("QIV", "one_off", None, "2026-12-31"),
    ("II/2026", "one_off", None, "2026-06-30"),
    ("Quý: II/2026", "one_off", None, "2026-06-30"),
    ("Quý 02/2026", "one_off", None, "2026-06-30"),
    ("Quý II.2026", "one_off", None, "2026-06-30"),
    ("Quý III/26", "one_off", None, "2026-09-30"),
    ("quy 2/2026", "one_off", None, "2026-06-30"),
    ("quy iv nam 2026", "one_off", None, "2026-12-31"),
    ("Quý lII/2026", "one_off", None, "2026-09-30"),
    ("Quý 1V/2026", "one_off", None, "2026-12-31"),
    ("Quý I I/2026", "one_off", None, "2026-06-30"),
    ("Quý II, III/2026", "one_off", None, "2026-09-30"),
    ("Quý II,III,IV/2026", "one_off", None, "2026-12-31"),
    ("Quý III và Quý IV năm 2026", "one_off", None, "2026-12-31"),
    ("Quý II + III/2026", "one_off", None, "2026-09-30"),
    ("Quý II và quý IV/2026", "one_off", None, "2026-06-30 2026-12-31"),
    ("Quý I/2026 và Quý III/2026", "one_off", None, "2026-03-31 2026-09-30"),
    ("Quý IV/2026, quý I/2027", "one_off", None, "2026-12-31 2027-03-31"),
    ("Quý IV, quý I/2027", "one_off", None, "2026-12-31 2027-03-31"),
    ("Quý I các năm 2027, 2028", "one_off", None, "2027-03-31 2028-03-31"),
    ("Quý II, năm 2026", "one_off", None, "2026-06-30"),
    ("Quý I năm sau", "one_off", None, "2027-03-31"),
    ("Đầu quý II/2026", "one_off", None, "2026-04-30"),
    ("Cuối quý II/2026", "one_off", None, "2026-06-30"),
    ("Trước quý III/2026", "one_off", None, "2026-06-30"),
    ("Quý IV/2026 triển khai", "one_off", None, "2026-12-31"),
    ("Tháng cuối quý I/2026", "one_off", None, "2026-03-31"),
    ("Ngày 20 tháng cuối quý II/2026", "one_off", None, "2026-06-20"),
]

MONTHS: list[Row] = [
    ("Tháng 4 năm 2026", "one_off", None, "2026-04-30"),
    ("Tháng 02/2028", "one_off", None, "2028-02-29"),
    ("Trong tháng 9", "one_off", None, "2026-09-30"),
    ("Cuối tháng 3", "one_off", None, "2026-03-31"),
    ("Giữa tháng 6/2026", "one_off", None, "2026-06-15"),
    ("Đầu tháng 5/2026", "one_off", None, "2026-05-10"),
    ("Hạ tuần tháng 8/2026", "one_off", None, "2026-08-31"),
    ("Nửa đầu tháng 6/2026", "one_off", None, "2026-06-15"),
    ("Tuần 2 tháng 6/2026", "one_off", None, "2026-06-14"),
    ("Tuần cuối tháng 9", "one_off", None, "2026-09-30"),
    ("Trước tháng 10/2026", "one_off", None, "2026-09-30"),
    ("Chậm nhất trong tháng 7/2026", "one_off", None, "2026-07-31"),
    ("Tháng 0 6/2026", "one_off", None, "2026-06-30"),
    ("Tháng I1/2026", "one_off", None, "2026-11-30"),
    ("Tháng XI/2026", "one_off", None, "2026-11-30"),
    ("Tháng tư năm 2026", "one_off", None, "2026-04-30"),
    ("Tháng mười hai năm 2026", "one_off", None, "2026-12-31"),
    ("T6/2026", "one_off", None, "2026-06-30"),
    ("12/2026", "one_off", None, "2026-12-31"),
    ("06-2026", "one_off", None, "2026-06-30"),
    ("12.2026", "one_off", None, "2026-12-31"),
    ("Tháng 11, 12/2026", "one_off", None, "2026-12-31"),
    ("Tháng 4, tháng 5 và tháng 6 năm 2026", "one_off", None, "2026-06-30"),
    ("Tháng 6/2026 và tháng 12/2026", "one_off", None, "2026-06-30 2026-12-31"),
    ("Tháng 6 và tháng 12/2026", "one_off", None, "2026-06-30 2026-12-31"),
    ("Tháng 3, 6, 9, 12", "one_off", None, "2026-03-31 2026-06-30 2026-09-30 2026-12-31"),
    ("Trình tháng 6/2026, ban hành tháng 9/2026", "one_off", None, "2026-06-30 2026-09-30"),
    ("Tháng 01 năm sau", "one_off", None, "2027-01-31"),
    ("Thang 10 nam 2026", "one_off", None, "2026-10-31"),
]

DAYS: list[Row] = [
    ("Trước ngày 25/11/2026", "one_off", None, "2026-11-25"),
    ("Trước 30/6", "one_off", None, "2026-06-30"),
    ("Trước 30.6.2026", "one_off", None, "2026-06-30"),
    ("30-6-2026", "one_off", None, "2026-06-30"),
    ("2026-06-30", "one_off", None, "2026-06-30"),
    ("Chậm nhất ngày 20 tháng 10 năm 2026", "one_off", None, "2026-10-20"),
    ("Chậm nhất là ngày 20 tháng 6", "one_off", None, "2026-06-20"),
    ("Muộn nhất 25/12/2026", "one_off", None, "2026-12-25"),
    ("Không quá ngày 30/9/2026", "one_off", None, "2026-09-30"),
    ("Hạn cuối 30/9", "one_off", None, "2026-09-30"),
    ("Hoàn thành trước ngày 31/3/2026", "one_off", None, "2026-03-31"),
    ("Đến hết ngày 31/12/2026", "one_off", None, "2026-12-31"),
    ("Ngày 5 tháng 7", "one_off", None, "2026-07-05"),
    ("ngày 11 /5/2026", "one_off", None, "2026-05-11"),
    ("ngày 26 tháng 0 6 năm 2026", "one_off", None, "2026-06-26"),
    ("ngày 15/7/26", "one_off", None, "2026-07-15"),
    ("Trước 17h00 ngày 15/6/2026", "one_off", None, "2026-06-15"),
    ("Trước ngày 15/6 và 15/12", "one_off", None, "2026-06-15 2026-12-15"),
    ("Ngày 10 và ngày 20 tháng 6 năm 2026", "one_off", None, "2026-06-10 2026-06-20"),
    ("Trước ngày 15 tháng 6 và tháng 12", "one_off", None, "2026-06-15 2026-12-15"),
    ("Trước ngày 25 các tháng 3, 6, 9", "one_off", None, "2026-03-25 2026-06-25 2026-09-25"),
    ("Trong tháng 6 (trước ngày 20)", "one_off", None, "2026-06-20"),
    ("Quý II/2026 (trước ngày 15/6)", "one_off", None, "2026-06-15"),
    (
        "Trước ngày 15/6/2026 đối với cấp xã; trước ngày 30/6/2026 đối với cấp tỉnh",
        "one_off",
        None,
        "2026-06-15 2026-06-30",
    ),
    ("trước ngày 15/01 năm sau", "one_off", None, "2027-01-15"),
    ("Trước ngày 12 tháng 01 của năm liền kề sau năm báo cáo", "one_off", None, "2027-01-12"),
    ("Trình UBND tỉnh Phú Giang trước ngày 10/01/2026", "one_off", None, "2026-01-10"),
    ("Ban hành Kế hoạch năm 2027 trước ngày 31/12/2026", "one_off", None, "2026-12-31"),
    ("truoc ngay 30/6", "one_off", None, "2026-06-30"),
    ("29/2/2028", "one_off", None, "2028-02-29"),
]

YEARS: list[Row] = [
    ("Năm 2026", "one_off", None, "2026-12-31"),
    ("2026", "one_off", None, "2026-12-31"),
    ("Trong năm", "one_off", None, "2026-12-31"),
    ("Cả năm", "one_off", None, "2026-12-31"),
    ("Đến hết năm 2026", "one_off", None, "2026-12-31"),
    ("Đến cuối năm 2027", "one_off", None, "2027-12-31"),
    ("Cuối năm", "one_off", None, "2026-12-31"),
    ("Giữa năm 2026", "one_off", None, "2026-06-30"),
    ("Đầu năm 2027", "one_off", None, "2027-03-31"),
    ("Đến năm 2030", "one_off", None, "2030-12-31"),
    ("Trước năm 2030", "one_off", None, "2029-12-31"),
    ("Năm 2026, 2027", "one_off", None, "2027-12-31"),
    ("6 tháng đầu năm 2026", "one_off", None, "2026-06-30"),
    ("06 tháng cuối năm", "one_off", None, "2026-12-31"),
    ("Sáu tháng đầu năm 2026", "one_off", None, "2026-06-30"),
    ("9 tháng đầu năm", "one_off", None, "2026-09-30"),
    ("6 tháng đầu năm và 6 tháng cuối năm 2026", "one_off", None, "2026-06-30 2026-12-31"),
    ("Nửa cuối năm 2026", "one_off", None, "2026-12-31"),
    ("Quý đầu năm", "one_off", None, "2026-03-31"),
    ("2 quý đầu năm", "one_off", None, "2026-06-30"),
    ("Năm 2026 (tháng 9)", "one_off", None, "2026-09-30"),
    ("Năm 2026: quý II, quý IV", "one_off", None, "2026-06-30 2026-12-31"),
]

WINDOWS: list[Row] = [
    ("Từ Quý III/2026 đến hết Quý II/2027", "one_off", "2026-07-01", "2027-06-30"),
    ("Từ quý I đến hết quý III năm 2026", "one_off", "2026-01-01", "2026-09-30"),
    ("Quý I đến quý III/2026", "one_off", "2026-01-01", "2026-09-30"),
    ("Quý II-III/2026", "one_off", "2026-04-01", "2026-09-30"),
    ("Quý III/2026 - Quý I/2027", "one_off", "2026-07-01", "2027-03-31"),
    ("Từ tháng 3 đến tháng 10/2026", "one_off", "2026-03-01", "2026-10-31"),
    ("Từ tháng 11 đến tháng 2/2027", "one_off", "2026-11-01", "2027-02-28"),
    ("Từ tháng 11 đến tháng 2", "one_off", "2026-11-01", "2027-02-28"),
    ("Tháng 11 - 12/2026", "one_off", "2026-11-01", "2026-12-31"),
    ("6/2026 - 9/2026", "one_off", "2026-06-01", "2026-09-30"),
    ("Từ ngày 05/01/2026 đến ngày 20/3/2026", "one_off", "2026-01-05", "2026-03-20"),
    ("Từ 15/6 đến 30/6/2026", "one_off", "2026-06-15", "2026-06-30"),
    ("ngày 15 - 20/6/2026", "one_off", "2026-06-15", "2026-06-20"),
    ("Từ ngày 01 đến 15/6/2026", "one_off", "2026-06-01", "2026-06-15"),
    ("Từ 01/4/2026 đến hết quý III/2026", "one_off", "2026-04-01", "2026-09-30"),
    ("Từ năm 2026 đến năm 2030", "one_off", "2026-01-01", "2030-12-31"),
    ("2026 - 2030", "one_off", "2026-01-01", "2030-12-31"),
    ("Giai đoạn 2026-2030", "one_off", "2026-01-01", "2030-12-31"),
    ("Từ nay đến hết năm 2026", "one_off", None, "2026-12-31"),
    ("Từ ngày ban hành đến hết năm 2026", "one_off", "2025-12-19", "2026-12-31"),
    ("Từ năm 2026 đến năm 2030 và tiếp theo", "one_off standing", "2026-01-01", "2030-12-31"),
]

BEGINNINGS: list[Row] = [
    ("Từ năm 2026", "open_start", "2026-01-01", ""),
    ("Bắt đầu từ Quý IV/2026", "open_start", "2026-10-01", ""),
    ("Từ ngày 01/7/2026", "open_start", "2026-07-01", ""),
    ("Kể từ tháng 7/2026", "open_start", "2026-07-01", ""),
    ("Từ tháng 3/2026 trở đi", "open_start", "2026-03-01", ""),
    ("Năm 2027 trở đi", "open_start", "2027-01-01", ""),
    ("Làm thử, bắt đầu từ năm 2026", "open_start", "2026-01-01", ""),
    ("Sau ngày 30/6/2026", "open_start", "2026-07-01", ""),
    ("Kể từ ngày ký", "open_start", "2025-12-19", ""),
    ("Từ tháng 11/2026 đến khi kết thúc đợt rà soát", "conditional open_start", "2026-11-01", ""),
]

STANDING: list[Row] = [
    ("Thường xuyên", "standing", None, ""),
    ("Thường xuyên, liên tục", "standing", None, ""),
    ("Nhiệm vụ thường xuyên", "standing", None, ""),
    ("thuong xuyen", "standing", None, ""),
    ("Thường xuyên trong năm", "standing", None, ""),
    ("Thường xuyên theo quy định", "standing", None, ""),
    ("Thường xuyên và khi có yêu cầu", "standing conditional", None, ""),
    ("Thường xuyên, đột xuất", "standing conditional", None, ""),
    ("Năm 2026 và thường xuyên", "one_off standing", None, "2026-12-31"),
    ("Quý I/2026 và thường xuyên trong các năm tiếp theo", "one_off standing", None, "2026-03-31"),
    ("Quý IV năm 2026 và các năm tiếp theo", "one_off standing", None, "2026-12-31"),
    ("2026 và những năm tiếp theo", "one_off standing", None, "2026-12-31"),
    ("Từ năm 2026 và thường xuyên", "standing open_start", "2026-01-01", ""),
    ("Từ năm 2026 và các năm tiếp theo", "open_start", "2026-01-01", ""),
]

RECURRING: list[Row] = [
    ("Hàng năm", "recurring", None, each_year("12-31")),
    ("Hằng quý", "recurring", None, EVERY_QUARTER_END),
    ("Hàng tháng", "recurring", None, EVERY_MONTH_END),
    ("hang nam", "recurring", None, each_year("12-31")),
    ("Hàng nǎm", "recurring", None, each_year("12-31")),
    ("Mỗi quý một lần", "recurring", None, EVERY_QUARTER_END),
    ("06 tháng/lần", "recurring", None, each_year("06-30 12-31")),
    ("6 tháng 1 lần", "recurring", None, each_year("06-30 12-31")),
    ("1 lần/năm", "recurring", None, each_year("12-31")),
    ("2 lần/năm", "recurring", None, each_year("06-30 12-31")),
    ("4 lần/năm", "recurring", None, EVERY_QUARTER_END),
    ("Định kỳ 6 tháng, năm", "recurring", None, each_year("06-30 12-31")),
    ("Định kỳ hằng quý, 6 tháng, 9 tháng, năm", "recurring", None, EVERY_QUARTER_END),
    ("6 tháng, hằng năm và định kỳ", "recurring", None, each_year("06-30 12-31")),
    ("Tháng, quý, năm", "recurring", None, EVERY_MONTH_END),
    ("Theo quý", "recurring", None, EVERY_QUARTER_END),
    ("Các quý trong năm", "recurring", None, EVERY_QUARTER_END),
    ("Hằng quý trong năm 2026", "recurring", None, "2026-03-31 2026-06-30 2026-09-30 2026-12-31"),
    ("Cuối mỗi quý", "recurring", None, EVERY_QUARTER_END),
    ("Hết quý", "recurring", None, EVERY_QUARTER_END),
    ("Tháng 10 hàng năm", "recurring", None, each_year("10-31")),
    ("Cuối tháng 11 hằng năm", "recurring", None, each_year("11-30")),
    ("Trước tháng 3 hằng năm", "recurring", None, each_year("02-28")),
    ("Quý IV hằng năm", "recurring", None, each_year("12-31")),
    ("Tháng 6, tháng 12 hàng năm", "recurring", None, each_year("06-30 12-31")),
    ("Tháng 11, 12 hàng năm", "recurring", None, each_year("12-31")),
    ("Từ tháng 3 đến tháng 5 hằng năm", "recurring", None, each_year("05-31")),
    ("Trước ngày 20/6 và ngày 20/12 hằng năm", "recurring", None, each_year("06-20 12-20")),
    ("Trước ngày 15 tháng 6 và tháng 12 hằng năm", "recurring", None, each_year("06-15 12-15")),
    ("Định kỳ vào ngày 5 tháng 6 và ngày 5 tháng 12", "recurring", None, each_year("06-05 12-05")),
    ("Hằng năm (trước ngày 15/12)", "recurring", None, each_year("12-15")),
    ("Hằng năm, chậm nhất ngày 31/01 năm sau", "recurring", None, "2027-01-31"),
    ("truoc ngay 15 thang 6 va ngay 15 thang 12 hang nam", "recurring", None, each_year("06-15 12-15")),
    ("1 lần/năm vào quý IV", "recurring", None, each_year("12-31")),
    ("2 lần/năm (tháng 5 và tháng 11)", "recurring", None, each_year("05-31 11-30")),
    ("29/2 hằng năm", "recurring", None, each_year("02-28")),
    ("trước ngày 20 hằng tháng", "recurring", None, monthly(20)),
    ("Chậm nhất 15 hằng tháng", "recurring", None, monthly(15)),
    ("Báo cáo 6 tháng: trước ngày 15/6; báo cáo năm: trước ngày 15/12", "recurring", None, each_year("06-15 12-15")),
    ("Hằng năm, từ năm 2027; khi có yêu cầu", "recurring conditional", "2027-01-01", "2027-12-31"),
    ("ngày 31 hằng tháng", "recurring", None, EVERY_MONTH_END),
    ("Trước ngày 05 của tháng tiếp theo", "recurring", None, monthly(5)),
    ("Từ ngày 15 đến ngày 20 hằng tháng", "recurring", None, monthly(20)),
    ("Ngày cuối tháng", "recurring", None, EVERY_MONTH_END),
    ("ngày làm việc cuối cùng của quý", "recurring", None, EVERY_QUARTER_END),
    ("trước ngày 20 của tháng cuối quý", "recurring", None, each_year("03-20 06-20 09-20 12-20")),
    ("Ngày 25 tháng cuối quý", "recurring", None, each_year("03-25 06-25 09-25 12-25")),
    ("Hằng quý, trước ngày 20 của tháng cuối quý", "recurring", None, each_year("03-20 06-20 09-20 12-20")),
    ("Hằng quý (trước ngày 05 tháng đầu quý sau)", "recurring", None, each_year("01-05 04-05 07-05 10-05")),
    ("Định kỳ 6 tháng trước ngày 12 tháng 6 và trước ngày 03 tháng 12", "recurring", None, each_year("06-12 12-03")),
    (
        "Báo cáo quý trước ngày 15 tháng cuối quý, báo cáo năm trước ngày 15/12",
        "recurring",
        None,
        each_year("03-15 06-15 09-15 12-15"),
    ),
    (
        "Định kỳ hằng tháng (trước ngày 14 hằng tháng), 6 tháng (trước ngày 11/6), năm (trước ngày 21/11 hằng năm)",
        "recurring",
        None,
        each_year("01-14 02-14 03-14 04-14 05-14 06-11 06-14 07-14 08-14 09-14 10-14 11-14 11-21 12-14"),
    ),
    ("Hàng năm, từ năm 2027", "recurring", "2027-01-01", "2027-12-31"),
    ("Từ năm 2026, hàng năm", "recurring", "2026-01-01", each_year("12-31")),
    ("Hằng năm, từ năm 2026 đến năm 2030", "recurring", "2026-01-01", each_year("12-31")),
    (
        "Hàng quý, bắt đầu từ quý III/2026",
        "recurring",
        "2026-07-01",
        "2026-09-30 2026-12-31 2027-03-31 2027-06-30 2027-09-30 2027-12-31",
    ),
    ("Quý III/2026 và hàng năm", "one_off recurring", None, "2026-09-30 2026-12-31 2027-12-31"),
    ("Tháng 11, 12/2026 và bổ sung, sửa đổi hằng năm", "one_off recurring", None, "2026-12-31 2027-12-31"),
    ("Hằng năm hoặc khi có yêu cầu", "recurring conditional", None, each_year("12-31")),
    ("Định kỳ hằng quý hoặc theo yêu cầu", "recurring conditional", None, EVERY_QUARTER_END),
]

CONDITIONS: list[Row] = [
    ("Khi có yêu cầu của cấp có thẩm quyền", "conditional", None, ""),
    ("Khi phát sinh vụ việc", "conditional", None, ""),
    ("Sau khi có hướng dẫn của Bộ Nội vụ", "conditional", None, ""),
    ("Ngay sau khi Kế hoạch được ban hành", "conditional", None, ""),
    ("Ngay sau Hội nghị", "conditional", None, ""),
    ("Trước Đại hội Đảng bộ tỉnh", "conditional", None, ""),
    ("Kỳ họp cuối năm 2026 của HĐND tỉnh Phú Giang", "conditional", None, ""),
    ("Theo quy định", "conditional", None, ""),
    ("Theo Kế hoạch số 57/KH-UBND ngày 05/01/2026 của UBND tỉnh Phú Giang", "conditional", None, ""),
    ("Theo kế hoạch năm 2026", "conditional", None, ""),
    ("Theo kế hoạch, trước ngày 30/6/2026", "one_off conditional", None, "2026-06-30"),
    ("Sau khi đề án được duyệt, chậm nhất ngày 30/9/2026", "one_off conditional", None, "2026-09-30"),
    ("Quý II/2026 hoặc khi có yêu cầu", "one_off conditional", None, "2026-06-30"),
    ("Đột xuất", "conditional", None, ""),
    ("Trong 5 ngày làm việc", "conditional", None, ""),
    ("15 ngày sau khi hết quý", "conditional", None, ""),
    ("10 ngày làm việc kể từ ngày nhận được văn bản", "conditional", None, ""),
    ("05 (năm) ngày kể từ ngày nhận đủ hồ sơ", "conditional", None, ""),
    ("Trong vòng 10 ngày kể từ ngày ban hành Luật", "conditional", None, ""),
]

COUNTED: list[Row] = [
    ("trong 10 ngày kể từ ngày ban hành", "one_off", None, "2025-12-29"),
    ("trong vòng 05 ngày làm việc kể từ ngày ký ban hành Kế hoạch này", "one_off", None, "2025-12-26"),
    ("Trong thời hạn 30 ngày kể từ ngày ban hành Kế hoạch", "one_off", None, "2026-01-18"),
    ("Chậm nhất sau 08 ngày làm việc kể từ ngày Kế hoạch được ban hành", "one_off", None, "2025-12-31"),
    ("03 tháng kể từ ngày ban hành", "one_off", None, "2026-03-19"),
    ("02 tuần kể từ ngày ký", "one_off", None, "2026-01-02"),
    ("15 ngày kể từ ngày 01/7/2026", "one_off", None, "2026-07-16"),
]

UNREADABLE: list[Row] = [
    ("-", "unspecified", None, ""),
    ("Đúng tiến độ", "unspecified", None, ""),
    ("Không xác định", "unspecified", None, ""),
    ("quy định", "unspecified", None, ""),
    ("Quy chế phối hợp", "unspecified", None, ""),
    ("Quý V/2026", "unspecified", None, ""),
    ("Quý 0", "unspecified", None, ""),
    ("Quý III/202", "unspecified", None, ""),
    ("Tháng 13/2026", "unspecified", None, ""),
    ("Tháng 6/20226", "unspecified", None, ""),
    ("Năm 20226", "unspecified", None, ""),
    ("31/2/2026", "unspecified", None, ""),
    ("29/2/2026", "unspecified", None, ""),
    ("ngày 30 tháng 13", "unspecified", None, ""),
    ("Trước ngày 30/66/2026", "unspecified", None, ""),
    ("ngày 32 hằng tháng", "recurring", None, ""),
    ("31/4 hằng năm", "recurring", None, ""),
    ("báo cáo năm trước ngày 08/12/2026", "one_off recurring", None, "2026-12-08"),
    ("báo cáo quý, trước ngày 05/4/2026", "one_off recurring", None, "2026-04-05"),
    ("3 năm/lần vào tháng 6", "recurring", None, ""),
    ("Đầu mỗi quý", "recurring", None, ""),
    ("Định kỳ", "recurring", None, ""),
    ("ngày 10 tháng 5 âm lịch", "unspecified", None, ""),
    ("1/2 ngày", "unspecified", None, ""),
]

TABLE = [
    *QUARTERS,
    *MONTHS,
    *DAYS,
    *YEARS,
    *WINDOWS,
    *BEGINNINGS,
    *STANDING,
    *RECURRING,
    *CONDITIONS,
    *COUNTED,
    *UNREADABLE,
]


def summary(deadline: Deadline) -> tuple[set[str], str | None, str]:
    start = deadline.start.isoformat() if deadline.start else None
    return set(deadline.kinds), start, " ".join(day.isoformat() for day in deadline.due_dates(UNTIL))


@pytest.mark.parametrize(("phrase", "kinds", "start", "days"), TABLE, ids=[row[0] for row in TABLE])
def test_phrase(phrase: str, kinds: str, start: str | None, days: str) -> None:
    deadline = parse_deadline(phrase, plan_year=2026, issued=ISSUED)
    assert summary(deadline) == (set(kinds.split()), start, days)


@pytest.mark.parametrize("phrase", [row[0] for row in RECURRING])
def test_rules_are_rfc_5545_and_begin_with_their_first_day(phrase: str) -> None:
    for rule in parse_deadline(phrase, plan_year=2026, issued=ISSUED).rules:
        begin, _, body = rule.partition("\n")
        first = next(iter(rrulestr(rule)))
        assert begin == f"DTSTART:{first:%Y%m%d}"
        assert body.startswith("RRULE:FREQ=")


ELSEWHERE: list[tuple[str, int | None, date | None, str, str]] = [
    # A plan of five years ago, and papers that say too little.
    ("Tháng 11 hàng năm", 2024, date(2023, 12, 24), "recurring", "2024-11-30 2025-11-30 2026-11-30 2027-11-30"),
    ("Tháng 02", 2024, None, "one_off", "2024-02-29"),
    ("Quý II", None, date(2027, 1, 8), "one_off", "2027-06-30"),
    ("Quý II", None, None, "unspecified", ""),
    ("Quý II/2026", None, None, "one_off", "2026-06-30"),
    ("Hằng năm", None, None, "recurring", ""),
    ("trong 10 ngày kể từ ngày ban hành", 2026, None, "conditional", ""),
    ("Quý I năm sau", None, None, "unspecified", ""),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "plan_year", "issued", "kinds", "days"), ELSEWHERE)
def test_phrase_in_another_plan(
    phrase: str, plan_year: int | None, issued: date | None, kinds: str, days: str
) -> None:
    deadline = parse_deadline(phrase, plan_year=plan_year, issued=issued)
    assert summary(deadline) == (set(kinds.split()), None, days)


def test_working_days_follow_the_administrators_calendar() -> None:
    swapped = WorkCalendar([2026], working_days=[date(2026, 8, 22)], days_off=[date(2026, 8, 24)])
    deadline = parse_deadline(
        "trong 03 ngày làm việc kể từ ngày ký", plan_year=2026, issued=date(2026, 8, 20), holidays=swapped
    )
    assert deadline.dates == (date(2026, 8, 25),)


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("  Quý\n IV/2026 ", "Quý IV/2026"),
        ("Trước\u00a0ngày 30/6", "Trước ngày 30/6"),
        ("", ""),
        ("Hàng nǎm", "Hàng nǎm"),
    ],
)
def test_phrase_is_kept_as_printed_white_space_aside(printed: str, kept: str) -> None:
    assert parse_deadline(printed, plan_year=2026, issued=ISSUED).phrase == kept


ROWS: list[tuple[str, list[str], str, str | None, str]] = [
    (
        "Hàng năm, từ năm 2027",
        ["Báo cáo", "Định kỳ vào ngày 5 tháng 4 và ngày 5 tháng 10 hàng năm, các xã gửi báo cáo"],
        "recurring",
        "2027-01-01",
        "2027-04-05 2027-10-05",
    ),
    # A paper that the row cites fixes no day.
    ("Hàng năm", ["Theo Nghị định số 43/2011 ngày 13/6/2011"], "recurring", None, each_year("12-31")),
    ("Năm 2026", ["Báo cáo gửi Sở Nội vụ trước ngày 15/12/2026"], "one_off", None, "2026-12-15"),
    # A day outside the cell's own period is some other step's.
    ("Quý IV/2026", ["Số liệu gửi trước ngày 15/6/2026"], "one_off", None, "2026-12-31"),
    ("Trước ngày 20/10/2026", ["gửi trước ngày 15/6/2026"], "one_off", None, "2026-10-20"),
    ("Thường xuyên", ["gửi trước ngày 15/6/2026"], "standing", None, ""),
    ("", ["gửi trước ngày 15/6/2026"], "one_off", None, "2026-06-15"),
    ("", ["Quyết định", ""], "unspecified", None, ""),
]


@pytest.mark.parametrize(("cell", "others", "kinds", "start", "days"), ROWS)
def test_row_takes_its_days_from_another_cell(
    cell: str, others: list[str], kinds: str, start: str | None, days: str
) -> None:
    deadline = deadline_of_row(cell, others, plan_year=2026, issued=ISSUED)
    assert summary(deadline) == (set(kinds.split()), start, days)
    assert deadline.phrase == cell


def _lines(name: str) -> Iterator[dict[str, object]]:
    if SHARED:
        for line in (SHARED / "eval" / name).read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


_PLANS = {"001": (2022, date(2021, 12, 24)), "002": (2026, date(2026, 5, 11))}


def _expected(line: dict[str, object]) -> tuple[set[str], str | None, str]:
    kinds, start, days = line["kinds"], line["start"], line["due_dates"]
    assert isinstance(kinds, list)
    assert isinstance(days, list)
    return set(kinds), str(start) if start else None, " ".join(days)


@pytest.mark.acceptance
@pytest.mark.parametrize("line", list(_lines("deadlines.jsonl")), ids=lambda line: str(line["raw"]))
def test_evaluation_phrases(line: dict[str, object]) -> None:
    issued, year = date.fromisoformat(str(line["issued"])), int(str(line["plan_year"]))
    deadline = parse_deadline(str(line["raw"]), plan_year=year, issued=issued)
    assert summary(deadline) == _expected(line)


@pytest.mark.acceptance
@pytest.mark.parametrize("line", list(_lines("tasks.jsonl")), ids=lambda line: str(line["deadline_text"]))
def test_evaluation_tasks(line: dict[str, object]) -> None:
    year, issued = _PLANS[str(line["doc"])]
    others = [str(line[name]) for name in ("title", "activity", "product") if line[name]]
    deadline = deadline_of_row(str(line["deadline_text"]), others, plan_year=year, issued=issued)
    assert summary(deadline) == _expected(line)
