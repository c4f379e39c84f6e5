"""How a standing looks: its words, sign and colour, the same in pictures and workbooks.

The colours differ in lightness as well (a test says how much), and a sign stands with each, so
that they are told apart in black and white and by the colour-blind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.reminders.records import AMBER_DAYS
from bot.reminders.views.lights import Standing

SHOWN = (Standing.DONE, Standing.ON_TIME, Standing.NEAR, Standing.LATE)
"""Those that have a light, in the order of a bar."""
WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


@dataclass(frozen=True, slots=True)
class Look:
    """One standing.

    Attributes:
        sign: a character of DejaVu Sans.
        fill, ink: colours of a box and of the writing in it, "#rrggbb".
        light: the light in words, where it has one.
    """

    words: str
    sign: str
    fill: str
    ink: str
    light: str


LOOKS: dict[Standing, Look] = {
    Standing.DONE: Look("Xong", "✓", "#122c42", "#ffffff", "Xanh"),
    Standing.ON_TIME: Look("Còn hạn", "○", "#74bf8b", "#10251a", "Xanh"),
    Standing.NEAR: Look("Sắp đến hạn", "◔", "#ffe28a", "#3d2f00", "Vàng"),
    Standing.LATE: Look("Quá hạn", "▲", "#c0272d", "#ffffff", "Đỏ"),
    Standing.BEFORE: Look("Hạn trước khi theo dõi", "–", "#e3e3e3", "#333333", ""),
}
NEAR_MEANS = f"trong {AMBER_DAYS} ngày làm việc"


def long_day(day: date) -> str:
    """ "T5 26/11/2026"."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def short_day(day: date) -> str:
    """ "T5 26/11"."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m}"
