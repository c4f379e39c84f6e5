"""Reminders on the page: what is to go, what is to be decided, the ledger, the working calendar."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from bot.notify.planning import refresh
from bot.people.members import Role
from bot.tracking.extensions import Extensions
from bot.tracking.outbox import OutboxState
from bot.tracking.transfers import Transfers
from knowledge.progress import Standing
from knowledge.store.models import DutyRow, OccurrenceRow, OutboxRow
from tests.bot.web.browsing import words
from tests.bot.web.conftest import Console

DAY = date(2026, 12, 30)


def plan(console: Console) -> dict[str, int]:
    """Plans reminders; by title the number of what is owed."""
    app = console.app
    refresh(app.store, app.library, app.directory, app.clock())
    with app.store.read() as session:
        rows = session.execute(
            select(DutyRow.title, OccurrenceRow.id).join(OccurrenceRow, OccurrenceRow.duty_id == DutyRow.id)
        )
        return {title: number for title, number in rows}  # noqa: C416


def answers(console: Console) -> Extensions:
    return Extensions(console.app.store, console.app.clock, console.app.directory)


def test_how_tasks_stand_is_told_alike_of_one_and_of_all(console: Console) -> None:
    owed = plan(console)
    answers(console).ask(owed["Bố trí kinh phí mua vật tư dự phòng"], console.people[Role.OWNER].id, DAY, "chờ")
    for today in (date(2026, 1, 10), date(2026, 11, 30), date(2026, 12, 10), date(2027, 2, 1)):
        found: dict[int, set[Standing]] = {}
        for each in console.app.tracking.find(console.app.library, today, plans=[1]):
            found.setdefault(each.task or 0, set()).add(each.standing)
        assert found
        assert console.app.tracking.standings(today, 1) == found


async def test_what_is_to_go_is_listed_and_filtered(console: Console) -> None:
    plan(console)
    async with await console.browser() as browser:
        told = words(await browser.get("/nhac-viec?ngay=14"))
        assert "Diễn tập sơ tán dân ven sông Vũ Bình Sở Tài chính" in told
        assert "30/11/2026 (còn" in told
        assert "Không có tin nào phải gửi" in words(await browser.get("/nhac-viec?ngay=14&tim=xay%20dung"))


async def test_more_time_is_granted_once_and_the_second_is_told(console: Console) -> None:
    owed, owner = plan(console), console.people[Role.OWNER].id
    number = owed["Diễn tập sơ tán dân ven sông"]
    asked = answers(console).ask(number, owner, date(2026, 12, 20), "chờ tàu")
    async with await console.browser() as first, await console.browser() as second:
        for browser in (first, second):
            assert "xin đến 20/12/2026. Vũ Bình: chờ tàu" in words(await browser.get("/nhac-viec"))
        done = words(await first.post(f"/nhac-viec/lui-han/{asked.id}", dong_y="1"))
        assert "đã cho lùi hạn" in done
        assert "xin đến" not in done
        late = await second.post(f"/nhac-viec/lui-han/{asked.id}", dong_y="0", ly_do="không được")
        assert late.status_code == 400
        assert "Lê Quản" in words(late)
    assert console.replanned == 1
    with console.app.store.read() as session:
        assert session.get_one(OccurrenceRow, number).due_on == date(2026, 12, 20)


async def test_a_duty_is_moved_to_another_agency(console: Console) -> None:
    owed, owner = plan(console), console.people[Role.OWNER].id
    transfers = Transfers(console.app.store, console.app.clock, console.app.directory)
    number = owed["Diễn tập sơ tán dân ven sông"]
    asked = transfers.ask(number, owner, "không phải việc của sở")
    async with await console.browser() as browser:
        assert "không phải việc của sở" in words(await browser.get("/nhac-viec"))
        assert "Xin ghi cơ quan" in words(await browser.post(f"/nhac-viec/chuyen-viec/{asked.id}", chuyen="1"))
        await browser.get("/nhac-viec")
        moved = await browser.post(f"/nhac-viec/chuyen-viec/{asked.id}", chuyen="1", co_quan="Công an tỉnh")
        assert "sang Công an tỉnh" in words(moved)


async def test_the_ledger_tells_what_went_and_what_did_not(console: Console) -> None:
    plan(console)
    now = console.app.clock()
    with console.app.store.write() as session:
        rows = session.scalars(select(OutboxRow)).all()
        assert rows
        for row in rows:
            row.state, row.send_at, row.reason = OutboxState.FAILED.value, now, "telegram:blocked"
    async with await console.browser() as browser:
        told = words(await browser.get(f"/nhac-viec/so?ngay={now:%Y-%m-%d}"))
        assert "Đỗ Chi, Sở Tài chính" in told
        assert "không gửi được. Telegram: Đã chặn" in told
        assert "Không có tin nào như vậy" in words(await browser.get(f"/nhac-viec/so?ngay={now:%Y-%m-%d}&tim=khac"))
        assert "Không gửi được trong một tháng qua" in words(await browser.get("/nhac-viec"))


async def test_a_message_that_failed_is_sent_again_once(console: Console) -> None:
    owed, now = plan(console)["Diễn tập sơ tán dân ven sông"], console.app.clock()
    with console.app.store.write() as session:
        failed = OutboxRow(
            recipient=f"member:{console.people[Role.OWNER].id}", occurrence=owed, name="lead:7", kind="lead",
            agency="Sở Tài chính", due_on=date(2026, 11, 30), send_at=now, state="failed", attempts=1, made_at=now,
            reason="telegram:blocked",
        )  # fmt: skip
        session.add(failed)
        session.flush()
        number = failed.id
    address = f"/nhac-viec/gui-lai/{number}"
    async with await console.browser() as one, await console.browser() as two:
        for browser in (one, two):
            assert f'action="{address}"' in (await browser.get("/nhac-viec")).text
        assert f'action="{address}"' in (await one.get(f"/nhac-viec/so?ngay={now:%Y-%m-%d}")).text
        done = await one.post(address, ngay=f"{now:%Y-%m-%d}")
        assert "đã xếp gửi lại cho Vũ Bình, tin đi trong ít phút nữa." in words(done)
        assert done.url.path == "/nhac-viec/so"
        assert (address in done.text, "đang chờ gửi" in words(done)) == (False, True)
        late = await two.post(address)
        assert late.status_code == 409
        assert "Tin này đã được xếp gửi lại rồi và đang chờ gửi." in words(late)
        history = words(await one.get("/lich-su"))
        assert history.count("Xếp gửi lại tin không gửi được") == 1
        assert "gửi Vũ Bình" in history
    with console.app.store.read() as session:
        assert session.get_one(OutboxRow, number).state == OutboxState.WAITING


async def test_a_day_off_is_set_and_taken_back(console: Console) -> None:
    async with await console.browser() as browser:
        await browser.get("/lich-lam-viec")
        done = words(await browser.post("/lich-lam-viec", ngay="2026-12-04", lam="0", ghi_chu="lễ của tỉnh"))
        assert "04/12/2026: nghỉ (lễ của tỉnh)" in done
        gone = words(await browser.post("/lich-lam-viec/bo", ngay="2026-12-04"))
        assert "Chưa có ngày nào khác lịch chung" in gone
        assert "người khác bỏ rồi" in words(await browser.post("/lich-lam-viec/bo", ngay="2026-12-04"))
    assert console.replanned == 2
