"""What a switch does to reminders and to other papers, told before it is made."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from bot.notify.planning import refresh
from ingest.load import read_plan
from knowledge.store.models import OccurrenceRow
from knowledge.store.versions import save_drafts
from tests.bot.papers import DECISION
from tests.bot.web.browsing import words
from tests.bot.web.conftest import FLOODS, Console

CHANGED = (
    FLOODS[0],
    (FLOODS[1][0], FLOODS[1][1], "Trước ngày 20/12/2026"),
    ("Trồng rừng phòng hộ ven biển", "Sở Tài chính", "30/12/2026"),
    ("Kiểm tra hồ chứa trước mùa lũ", "Sở Tài chính", "15/3/2026"),
)


def _plan_reminders(console: Console) -> Counter[str]:
    """Brings reminders up to date, as the service does; the days that are owed by their state."""
    app = console.app
    refresh(app.store, app.library, app.directory, app.clock())
    with app.store.read() as session:
        return Counter(session.scalars(select(OccurrenceRow.state)))


async def test_what_becomes_of_reminders_is_told_and_comes_true(console: Console) -> None:
    browser = await console.browser()
    assert _plan_reminders(console) == {"open": 3}
    plan = console.load(CHANGED, activate=False)
    foretold = (
        "Lời nhắc: 1 kỳ hạn chưa xong giữ nguyên, 1 dời sang ngày khác, 1 thôi nhắc, 1 kỳ hạn mới; 1 kỳ hạn đã qua"
    )
    assert foretold in words(await browser.get(f"/ke-hoach/{plan}/viec/kich-hoat"))
    assert _plan_reminders(console) == {"open": 3}  # looking has changed nothing
    await browser.post(f"/ke-hoach/{plan}/viec/kich-hoat", ban="2")
    assert _plan_reminders(console) == {"open": 4, "cancelled": 1}
    back = "Lời nhắc: 1 kỳ hạn chưa xong giữ nguyên, 1 dời sang ngày khác, 2 thôi nhắc, 0 kỳ hạn mới"
    assert back in words(await browser.get(f"/ke-hoach/{plan}/viec/quay-lai"))
    await browser.post(f"/ke-hoach/{plan}/viec/quay-lai", ban="2")
    assert _plan_reminders(console) == {"open": 3, "cancelled": 2}


async def test_what_a_paper_does_to_others_is_told_before_it_is_used(console: Console) -> None:
    browser = await console.browser()
    path = console.folder / "quyết định.txt"
    path.write_text(DECISION, encoding="utf-8")
    app = console.app
    (saved,) = save_drafts(app.store, [read_plan(path, app.directory)], now=app.clock())
    shown = words(await browser.get(f"/ke-hoach/{saved.plan_id}/viec/kich-hoat"))
    assert "Văn bản này sửa đổi Kế hoạch 12/KH-UBND đang có hiệu lực" in shown
    assert "hạn mới: trước ngày 30/6/2026" in shown
    assert "có hiệu lực ngay khi kích hoạt" in shown
    await browser.post(f"/ke-hoach/{saved.plan_id}/viec/kich-hoat", ban="1")
    assert "77/QĐ-UBND" in words(await browser.get(f"/nhiem-vu/{console.task('Bố trí')}"))
