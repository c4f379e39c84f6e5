"""The deadline phrases of the samples and the days they mean, worked out by hand.

Recurring ones run to the end of 2027, as the question set's reference data do.
"""

from __future__ import annotations

from dataclasses import dataclass

LAST_YEAR = 2027


@dataclass(frozen=True, slots=True)
class Due:
    """Expected kinds, start and days (ISO) of a phrase."""

    kinds: tuple[str, ...]
    dates: tuple[str, ...] = ()
    start: str | None = None


def _once(*dates: str, start: str | None = None) -> Due:
    return Due(("one_off",), dates, start)


def _yearly(first: int, *days: str, start: str | None = None) -> Due:
    """`days` as "06-20", every year."""
    return Due(("recurring",), tuple(f"{year}-{day}" for year in range(first, LAST_YEAR + 1) for day in days), start)


def _monthly(first: int, day: int) -> Due:
    return _yearly(first, *(f"{month:02d}-{day:02d}" for month in range(1, 13)))


_QUARTER_ENDS = ("03-31", "06-30", "09-30", "12-31")
_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_PHRASES: dict[tuple[str, int], Due] = {
    ("Quý I/2026", 2026): _once("2026-03-31"),
    ("Quý II/2026", 2026): _once("2026-06-30"),
    ("Quý II năm 2026", 2026): _once("2026-06-30"),
    ("Quý II, III/2026", 2026): _once("2026-09-30"),
    ("Quý III", 2026): _once("2026-09-30"),
    ("Quí 3/2026", 2026): _once("2026-09-30"),
    ("Quý III/2026", 2026): _once("2026-09-30"),
    ("Quý III, IV/2026", 2026): _once("2026-12-31"),
    ("Quý IV/2026", 2026): _once("2026-12-31"),
    ("trong quý II năm 2026", 2026): _once("2026-06-30"),
    ("Tháng 01/2026", 2026): _once("2026-01-31"),
    ("Tháng 3/2026", 2026): _once("2026-03-31"),
    ("Tháng 5", 2026): _once("2026-05-31"),
    ("Tháng 8 năm 2026", 2026): _once("2026-08-31"),
    ("hoàn thành trong tháng 5 năm 2026", 2026): _once("2026-05-31"),
    ("Năm 2026", 2026): _once("2026-12-31"),
    ("Đến hết năm 2026", 2026): _once("2026-12-31"),
    ("Đến cuối năm 2026", 2026): _once("2026-12-31"),
    ("6 tháng đầu năm 2026", 2026): _once("2026-06-30"),
    ("6 tháng cuối năm 2026", 2026): _once("2026-12-31"),
    ("Trước ngày 31/5/2026", 2026): _once("2026-05-31"),
    ("Trước ngày 30/4/2026", 2026): _once("2026-04-30"),
    ("Trước ngày 10/12/2026", 2026): _once("2026-12-10"),
    ("Trước ngày 15/8 và ngày 15/11/2026", 2026): _once("2026-08-15", "2026-11-15"),
    ("Trước 20/10", 2026): _once("2026-10-20"),
    ("Chậm nhất ngày 30 tháng 9 năm 2026", 2026): _once("2026-09-30"),
    ("hoàn thành chậm nhất ngày 28/02/2026", 2026): _once("2026-02-28"),
    ("trước ngày 31/01/2026", 2026): _once("2026-01-31"),
    ("trước ngày 20/3/2026", 2026): _once("2026-03-20"),
    ("trước ngày 15/4/2026", 2026): _once("2026-04-15"),
    ("Hoàn thành trước ngày 30/11/2026", 2026): _once("2026-11-30"),
    ("30/06/2026", 2026): _once("2026-06-30"),
    ("15/09/2026", 2026): _once("2026-09-15"),
    ("25/12/2026", 2026): _once("2026-12-25"),
    ("20/05/2026", 2026): _once("2026-05-20"),
    ("Từ tháng 4 đến tháng 9/2026", 2026): _once("2026-09-30", start="2026-04-01"),
    ("Từ Quý II/2026 đến hết Quý IV/2026", 2026): _once("2026-12-31", start="2026-04-01"),
    ("Từ ngày 15/4/2026 đến ngày 15/5/2026", 2026): _once("2026-05-15", start="2026-04-15"),
    ("Từ năm 2026 đến năm 2027", 2026): _once("2027-12-31", start="2026-01-01"),
    ("Từ Quý II/2026", 2026): Due(("open_start",), start="2026-04-01"),
    ("Từ ngày 01/7/2026", 2026): Due(("open_start",), start="2026-07-01"),
    # Issued on Monday, 12 January 2026; the day of issue itself does not count.
    ("Trong 30 ngày kể từ ngày ban hành Kế hoạch", 2026): _once("2026-02-11"),
    ("Trong 10 ngày làm việc kể từ ngày ban hành Kế hoạch", 2026): _once("2026-01-26"),
    ("Thường xuyên", 2026): Due(("standing",)),
    ("Thường xuyên, liên tục", 2026): Due(("standing",)),
    ("Quý II/2026 và thường xuyên", 2026): Due(("one_off", "standing"), ("2026-06-30",)),
    ("Năm 2026 và thường xuyên", 2026): Due(("one_off", "standing"), ("2026-12-31",)),
    ("Khi phát hiện vướng mắc", 2026): Due(("conditional",)),
    ("Khi hồ sơ quá hạn", 2026): Due(("conditional",)),
    ("Khi có hướng dẫn của bộ quản lý ngành", 2026): Due(("conditional",)),
    ("Sau khi có quyết định phân bổ vốn", 2026): Due(("conditional",)),
    ("Theo kế hoạch kiểm tra của đoàn", 2026): Due(("conditional",)),
    ("Theo yêu cầu của Thường trực Tỉnh ủy", 2026): Due(("conditional",)),
    ("Hàng năm", 2026): _yearly(2026, "12-31"),
    ("Hằng quý", 2026): _yearly(2026, *_QUARTER_ENDS),
    ("Hằng tháng", 2026): _yearly(2026, *(f"{month:02d}-{days}" for month, days in enumerate(_MONTH_LENGTHS, 1))),
    ("Ngày 05 hằng tháng", 2026): _monthly(2026, 5),
    ("Tháng 10 hằng năm", 2026): _yearly(2026, "10-31"),
    ("Tháng 11 hàng năm", 2026): _yearly(2026, "11-30"),
    ("Trước ngày 20/6 và ngày 20/12 hằng năm", 2026): _yearly(2026, "06-20", "12-20"),
    ("Hằng năm, từ năm 2026", 2026): _yearly(2026, "12-31", start="2026-01-01"),
    ("Trước ngày 15 của tháng cuối quý", 2026): _yearly(2026, "03-15", "06-15", "09-15", "12-15"),
    ("trước ngày 20 của tháng cuối quý", 2026): _yearly(2026, "03-20", "06-20", "09-20", "12-20"),
    ("trước ngày 25 tháng 6 và ngày 25 tháng 12 hằng năm", 2026): _yearly(2026, "06-25", "12-25"),
    ("trước ngày 25 hằng tháng", 2025): _monthly(2025, 25),
    ("trước ngày 15/3/2025", 2025): _once("2025-03-15"),
    ("hoàn thành trong quý III/2025", 2025): _once("2025-09-30"),
    ("trước ngày 10/12/2025", 2025): _once("2025-12-10"),
    ("trước ngày 30/6/2025", 2025): _once("2025-06-30"),
    ("hoàn thành trước ngày 31/5/2025", 2025): _once("2025-05-31"),
    ("trong tháng 4/2025", 2025): _once("2025-04-30"),
    ("Chậm nhất ngày 20 tháng 3 năm 2025", 2025): _once("2025-03-20"),
    ("", 2026): Due(("unspecified",)),
}

_FIXED_BY_PRODUCT = {
    "Định kỳ vào ngày 20 tháng 6 và ngày 20 tháng 12 hằng năm": ("06-20", "12-20"),
}
"""Where the product column fixes the days of a recurring deadline."""


def find_due(phrase: str, year: int, product: str = "") -> Due:
    """What `phrase` means in a plan for `year`.

    Raises:
        KeyError: a phrase that has not been worked out yet.
    """
    due = _PHRASES[phrase, year]
    for words, days in _FIXED_BY_PRODUCT.items():
        if words in product:
            return _yearly(year, *days, start=due.start)
    return due
