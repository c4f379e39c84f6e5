"""A message that could not be sent goes once more, if an administrator says so: the same one, and only once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.channels.contract import BlockedError, ChannelName, Sender
from bot.clock import HANOI
from bot.notify.resending import Queued, Resending
from bot.people.records import DecidedError, NotAllowedError, Role
from bot.reports.history import list_history
from bot.tracking.outbox import OutboxState
from bot.tracking.records import Kind, Recipient, ReminderError
from knowledge.store.audit import AuditKind, Wanted
from knowledge.text import cut
from tests.bot.notify.delivering import AN, DUE, MORNING, Line, Office, deliver_all, worker
from tests.knowledge.store.meeting import meet

ADMIN = Sender(ChannelName.ZALO, "sếp")
LATER = MORNING + timedelta(minutes=5)


def chief(office: Office) -> int:
    """An administrator's number."""
    return office.add_person(ADMIN, roles=(Role.ADMIN,), agency="Sở Nội vụ").member or 0


def resending(office: Office, now: datetime = LATER) -> Resending:
    return Resending(office.store, lambda: now, office.directory)


async def failed(office: Office, an: Recipient, **values: object) -> int:
    """A reminder that its reader's only channel did not take."""
    row = office.add_row(an, office.add_occurrence(), **values)  # type: ignore[arg-type]
    await deliver_all(worker(office, Line(always=BlockedError("chặn"))))
    assert office.row(row).state == "failed"
    return row


async def test_it_goes_once_more_and_then_never_again(office: Office) -> None:
    an, admin = office.add_person(AN), chief(office)
    row = await failed(office, an)
    again = resending(office)
    queued = again.send_again(row, admin)
    assert queued == Queued("Nguyễn Văn An", office.tasks[0].task.title, None)
    with pytest.raises(DecidedError, match="đã được xếp gửi lại rồi và đang chờ gửi"):
        again.send_again(row, admin)
    line = Line()
    await deliver_all(worker(office, line), LATER)
    assert len(line.posted) == 1
    assert (office.row(row).state, office.row(row).attempts) == ("sent", 1)
    with pytest.raises(DecidedError, match="đã gửi được lúc 08:05 ngày 25/11/2026, không gửi lần nữa"):
        again.send_again(row, admin)
    await deliver_all(worker(office, line), LATER + timedelta(hours=1))
    assert len(line.posted) == 1
    lines, count = list_history(office.store, Wanted(kind=AuditKind.REMINDER), limit=5)
    assert count == 1
    assert lines[0].by == "Nguyễn Văn An"  # every member of this office is called so
    assert (
        lines[0].what == f"xếp gửi lại tin không gửi được: {cut(office.tasks[0].task.title, 160)}, gửi Nguyễn Văn An"
    )
    assert lines[0].plan


async def test_of_two_administrators_at_once_one_queues_it(office: Office) -> None:
    an, admin = office.add_person(AN), chief(office)
    row = await failed(office, an)
    did, heard = meet(lambda: resending(office).send_again(row, admin), DecidedError)
    assert (did, heard) == ("", "Tin này đã được xếp gửi lại rồi và đang chờ gửi.")
    assert list_history(office.store, Wanted(kind=AuditKind.REMINDER), limit=5)[1] == 1


async def test_what_fails_again_stands_as_failed_again(office: Office) -> None:
    an, admin = office.add_person(AN), chief(office)
    row = await failed(office, an)
    resending(office).send_again(row, admin)
    await deliver_all(worker(office, Line(always=BlockedError("chặn"))), LATER)
    assert (office.row(row).state, office.row(row).reason) == ("failed", "telegram:blocked")
    assert resending(office, LATER + timedelta(minutes=1)).send_again(row, admin).goes_at is None


async def test_in_the_evening_it_is_told_for_the_next_working_morning(office: Office) -> None:
    an, admin = office.add_person(AN), chief(office)
    row = await failed(office, an)
    friday = datetime(2026, 11, 27, 18, tzinfo=HANOI)
    assert resending(office, friday).send_again(row, admin).goes_at == datetime(2026, 11, 30, 8, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": "done"}, "Không gửi lại: việc đã xong hoặc đã báo kết quả."),
        ({"state": "cancelled"}, "Không gửi lại: kế hoạch không còn yêu cầu việc này."),
        ({"due_on": DUE + timedelta(days=9)}, "Không gửi lại: hạn của việc đã đổi."),
        ({"agency": "Sở Y tế"}, "Không gửi lại: người này không còn là người nhận."),
    ],
)
async def test_what_is_not_true_any_more_is_refused_with_why(
    office: Office, change: dict[str, object], why: str
) -> None:
    an, admin = office.add_person(AN), chief(office)
    row = await failed(office, an)
    office.change(office.row(row).occurrence, **change)
    if "agency" in change:
        with office.store.write() as session:
            kept = session.merge(office.row(row))
            kept.agency = str(change["agency"])
    with pytest.raises(ReminderError) as told:
        resending(office).send_again(row, admin)
    assert told.value.sentence == why
    assert office.row(row).state == "failed"


async def test_what_is_too_old_or_was_told_by_a_newer_one_is_refused(office: Office) -> None:
    an, admin = office.add_person(AN), chief(office)
    row = await failed(office, an)
    with pytest.raises(ReminderError, match="lẽ ra gửi ngày 25/11/2026, nay đã quá muộn để gửi lại"):
        resending(office, MORNING + timedelta(days=12)).send_again(row, admin)
    newer = MORNING + timedelta(days=2)
    office.add_row(
        an, office.row(row).occurrence, "lead:5", Kind.LEAD, newer, state=OutboxState.SENT.value, sent_at=newer
    )
    with pytest.raises(ReminderError, match="tin nhắc mới hơn của việc này đã đến người nhận lúc 08:00 ngày 27/11"):
        resending(office, newer + timedelta(hours=1)).send_again(row, admin)


async def test_only_administrators(office: Office) -> None:
    an = office.add_person(AN)
    row = await failed(office, an)
    with pytest.raises(NotAllowedError):
        resending(office).send_again(row, an.member or 0)
    with pytest.raises(ReminderError, match="Không có tin này"):
        resending(office).send_again(99_999, chief(office))
    assert date(2026, 11, 25) == MORNING.date()
