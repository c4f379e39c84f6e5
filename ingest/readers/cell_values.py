"""A cell's value as a Vietnamese reader sees it printed: 05/06/2026, 12, 12.5, 80%, 01, "Quý 3"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_TOKEN = re.compile(r'"[^"]*"|\[[^\]]*\]|[\\_*].|General|.', re.IGNORECASE)
_PLACES = "0#?"


def from_serial(value: float, number_format: str, from_1904: bool) -> object:
    """What a stored number stands for: a date, a time, a duration where its format is one's; else itself."""
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    if not is_date_format(number_format):
        return value
    epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    try:
        return from_excel(value, epoch, timedelta=is_timedelta_format(number_format))
    except (OverflowError, ValueError):  # Excel shows ##### for a day before 1900 or after 9999
        return value


def print_value(value: object, number_format: str) -> str:
    """`value` in its number format. Days are always written day/month/year with four digits of the year."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime() | date():
            return _print_date(value, number_format)
        case time():
            return value.strftime("%H:%M")
        case timedelta():
            return str(value)
        case int() | float():
            return _print_number(value, number_format)
    return str(value)


def _print_number(value: float, number_format: str) -> str:
    sections = _sections(number_format)
    section = sections[_choose(value, len(sections))]
    if len(sections) > 1 and value < 0:
        value = -value  # its section writes the sign itself
    if "%" in section:
        value *= 100
    digits = [place for place, token in enumerate(section) if token in _PLACES or token.lower() == "general"]
    if not digits or {"E", "e", "/"} & set(section):
        return _words(section) if len(sections) > 1 or _words(section) else f"{value:.15g}"
    first, last = digits[0], digits[-1] + 1
    form = "".join(token for token in section[first:last] if token in (*_PLACES, "."))
    return _words(section[:first]) + _print_digits(value, form) + _words(section[last:])


def _choose(value: float, sections: int) -> int:
    """A format has up to three sections: for positive numbers, for negative ones, for zero."""
    return 1 if value < 0 and sections > 1 else 2 if value == 0 and sections > 2 else 0


def _sections(number_format: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for piece in _TOKEN.findall(number_format):
        if piece == ";":
            sections.append([])
        else:
            sections[-1].append(piece)
    return sections


def _words(tokens: list[str]) -> str:
    """The text that a format itself prints; signs of currency and room are none."""
    kept = (
        t.strip('"') if t.startswith('"') else t[1:] if t.startswith("\\") else t if t in "%- " else ""
        for t in tokens
    )
    return "".join(kept)


def _print_digits(value: float, form: str) -> str:
    """As many places before and after the point as the form asks for; thousands are not parted."""
    whole, _, decimals = form.partition(".")
    if not form:
        return f"{value:.15g}"
    text = f"{abs(value):.{len(decimals)}f}"
    if "#" in decimals:  # prints a place only where there is a digit
        text = text.rstrip("0").rstrip(".")
    integer, point, rest = text.partition(".")
    return ("-" if value < 0 else "") + integer.zfill(whole.count("0")) + point + rest


def _print_date(value: date, number_format: str) -> str:
    """A cell that shows month and year only must not gain a day that nobody wrote."""
    form = _LITERAL.sub("", number_format).lower()
    if "y" in form and "d" not in form:
        return value.strftime("%m/%Y" if "m" in form else "%Y")
    text = value.strftime("%d/%m/%Y")
    if isinstance(value, datetime) and (value.hour or value.minute):
        text += value.strftime(" %H:%M")
    return text
