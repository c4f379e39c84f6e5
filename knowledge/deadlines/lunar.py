"""Days of the lunar calendar, as far as the public holidays fix them.

Tết is the first day of the first lunar month and Giỗ Tổ the tenth of the third, so every
day up to the 29th of these two months is certain. Other lunar months are not: whether
a month has 29 or 30 days nobody tells here, and a day that may be wrong is no day.
"""

from __future__ import annotations

from datetime import date, timedelta

# Lunar month to the holiday in it and that holiday's day of the month.
_FIXED = {1: ("Lunar New Year", 1), 3: ("Hung Kings' Commemoration Day", 10)}
_SHORTEST_MONTH = 29


def solar_day(year: int, month: int, day: int) -> date | None:
    """The calendar day of a lunar one in the lunar year that begins in `year`; null where nobody knows."""
    if month not in _FIXED or not 1 <= day <= _SHORTEST_MONTH:
        return None
    import holidays  # Here because few papers name a lunar day.

    name, fixed = _FIXED[month]
    known = holidays.country_holidays("VN", years=year, language="en_US", observed=False)
    found = known.get_named(name, lookup="exact")
    return found[0] + timedelta(days=day - fixed) if found else None
