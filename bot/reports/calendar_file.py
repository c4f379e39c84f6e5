"""Days on which something is due as an iCalendar file, for import into Google Calendar, Outlook, Zalo or a phone.

One all-day VEVENT a day owed, recurring duties included: each of their days has its own progress.
An event does not make its day busy. It rings no alarm: reminding is done in chat, and a second voice would
teach people to ignore both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from knowledge.library import LiveTask
from knowledge.text import fold
from knowledge.wording import join_names, source_line, task_name, told_beside

_PRODUCT = "-//Tro ly Ke hoach//kehoach//VI"
_NAMESPACE = uuid5(NAMESPACE_URL, "tro-ly-ke-hoach")
# Controls, of which a text may hold only the line feed, and other signs that readers take for the end of a line.
_NOT_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


@dataclass(frozen=True, slots=True)
class DueDay:
    """One event.

    Attributes:
        key: what it is, the same in every file: an import of a later file then changes it instead of adding one.
            Equal ones in one file are told apart by their order.
    """

    key: str
    day: date
    summary: str
    description: str


def write_calendar(days: Iterable[DueDay], name: str, now: datetime, *, refresh: timedelta | None = None) -> bytes:
    """The file, earliest day first.

    Args:
        name: of the calendar, where a program shows one.
        now: when the file is made; aware.
        refresh: how often a program that has subscribed to it is asked to fetch it anew.
    """
    from icalendar import Calendar, Event
    from icalendar.prop import vText

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(_text(name).replace("\n", " ")))
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    if refresh is not None:
        calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vText(f"PT{int(refresh.total_seconds()) // 3600}H"))
    stamp = now.astimezone(UTC).replace(microsecond=0)
    seen: Counter[str] = Counter()
    for due in sorted(days, key=lambda each: (each.day, each.key)):
        seen[due.key] += 1
        key = due.key if seen[due.key] == 1 else f"{due.key} #{seen[due.key]}"
        event = Event()
        # A lone surrogate, which no encoding holds, still tells keys apart.
        encodable = key.encode("utf-8", "backslashreplace").decode()
        event.add("uid", f"{uuid5(_NAMESPACE, encodable)}@tro-ly-ke-hoach")
        event.add("dtstamp", stamp)
        event.add("last-modified", stamp)
        event.add("dtstart", due.day)
        event.add("dtend", due.day + timedelta(days=1))  # exclusive; some programs show no event without it
        event.add("summary", _text(due.summary).replace("\n", " "))
        event.add("description", _text(due.description))
        event.add("status", "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def task_days(live: LiveTask, first: date, last: date) -> list[DueDay]:
    """The days from `first` through `last` on which a task is due."""
    task = live.task
    lead = join_names(task.lead) or "không rõ cơ quan chủ trì"
    words = f"{task.title} {task.activity or ''} {' '.join(task.lead)}"
    lines = [f"Chủ trì: {lead}{told_beside(live, 'lead')}"]
    lines.append(f"Thời hạn: {task.deadline.phrase}{told_beside(live, 'deadline')}")
    if task.coordinating:
        lines.append(f"Phối hợp: {join_names(task.coordinating)}")
    if task.activity and task.activity != task.title:
        lines.append(f"Nhiệm vụ: {task.title}")
    if task.product:
        lines.append(f"Sản phẩm: {task.product}")
    lines.append(source_line(live.plan, task.source, task.number))
    return [
        DueDay(f"task|{live.plan.id}|{fold(words)}|{day}", day, f"{task_name(live, 300)} ({lead})", "\n".join(lines))
        for day in task.deadline.due_dates(last)
        if day >= first
    ]


def _text(text: str) -> str:
    """`text` as the format can hold it: of controls only line feeds."""
    # The library takes "\\N" for a line feed before it escapes the backslash.
    return _NOT_TEXT.sub(" ", text.replace("\r\n", "\n")).replace("\\N", "\\ N")
