"""How a standing looks: its words, sign and colour, the same in pictures and workbooks.

The colours differ in lightness as well (a test says how much), and a sign stands with each, so
that they are told apart in black and white and by the colour-blind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.reports.reasons import Say
from bot.tracking.records import NEAR_DAYS
from knowledge.progress import Standing, boxed

SHOWN = (Standing.DONE_IN_TIME, Standing.DONE_LATE, Standing.IN_TIME, Standing.NEAR, Standing.LATE)
"""Those that are counted, in the order of a bar."""
WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


@dataclass(frozen=True, slots=True)
class Look:
    """One standing.

    Attributes:
        sign: a character of DejaVu Sans.
        fill, ink: colours of a box and of the writing in it, "#rrggbb".
        light: the light in words, where it has one: what was done late is neither green nor red.
    """

    words: str
    sign: str
    fill: str
    ink: str
    light: str


LOOKS: dict[Standing, Look] = {
    Standing.DONE_IN_TIME: Look("Hoàn thành đúng hạn", "✓", "#0a1a28", "#ffffff", "Xanh"),
    Standing.DONE_LATE: Look("Hoàn thành quá hạn", "◆", "#542c78", "#ffffff", ""),
    Standing.IN_TIME: Look("Trong hạn", "○", "#74bf8b", "#10251a", "Xanh"),
    Standing.NEAR: Look("Sắp đến hạn", "◔", "#ffe28a", "#3d2f00", "Vàng"),
    Standing.LATE: Look("Quá hạn", "▲", "#cc2a30", "#ffffff", "Đỏ"),
    Standing.BEFORE: Look("Hạn trước khi theo dõi", "–", "#e3e3e3", "#333333", ""),
}
NEAR_MEANS = f"trong {NEAR_DAYS} ngày làm việc"


def boxes_line(say: Say, counts: Mapping[Standing, int]) -> str:
    """The four boxes in one line with their lights, for a chat."""
    done, done_late, in_time, late = boxed(counts).values()
    near = counts.get(Standing.NEAR, 0)
    return say("boxes", done=done, done_late=done_late, in_time=in_time, near=near, late=late)


def long_day(day: date) -> str:
    """ "T5 26/11/2026"."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def short_day(day: date) -> str:
    """ "T5 26/11"."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m}"
