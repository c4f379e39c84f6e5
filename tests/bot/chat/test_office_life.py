"""Two months of an office in words: what people meant is what is stored, and nothing is said after its end."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import HANOI
from knowledge.store.models import OccurrenceRow, OutboxRow
from knowledge.workdays import WorkCalendar
from tests.bot.chat.office_life import ACTS, LAST, Life

NO_SUCH_TEXT = "Các văn bản đã nạp không có nội dung này"
ASKED = "gì vậy"
BEFORE = ("lead", "due", "overdue")


@pytest.mark.slow
async def test_two_months(tmp_path: Path) -> None:
    life = Life(tmp_path / "dữ liệu", True)
    life.begin(2026)
    await life.live()
    failed = [str(intent) for intent in life.intents if not intent.succeeded]
    manners = Counter(intent.who.manner for intent in life.intents)
    said = [each for intent in life.intents for each in intent.said]
    denied = [each for each in said if NO_SUCH_TEXT in each[1] and each[0] not in (ASKED, "47")]
    with life.app.store.read() as session:
        occurrences = {row.id: row for row in session.scalars(select(OccurrenceRow))}
        outbox = list(session.scalars(select(OutboxRow)))
        session.expunge_all()
    life.app.close()
    assert failed == []
    assert denied == []
    assert manners.keys() == ACTS.keys()
    assert manners.total() > 150
    assert Counter(row.state for row in outbox).keys() <= {"sent", "cancelled", "waiting"}
    sent = [row for row in outbox if row.state == "sent" and row.occurrence and row.sent_at]
    for row in sent:
        owed = occurrences[row.occurrence]
        if row.name.partition(":")[0] in BEFORE and owed.done_at is not None and row.sent_at is not None:
            assert row.sent_at < owed.done_at, row.name
    # What is late for long was told to the leader or the following unit, whether its agency answers or not.
    calendar, told = WorkCalendar(), {row.occurrence for row in sent if row.kind == "escalation"}
    late = [
        owed
        for owed in occurrences.values()
        if owed.state == "open" and owed.agency and calendar.add(owed.due_on, 7) < LAST - timedelta(days=1)
    ]
    assert late
    assert [owed.agency for owed in late if owed.id not in told and owed.due_on >= owed.known_on] == []
    assert all(row.sent_at.astimezone(HANOI).weekday() < 5 for row in sent if row.sent_at)
