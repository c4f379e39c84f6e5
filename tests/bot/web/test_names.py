"""Agencies and abbreviations on the page: what is kept there holds with the very next question."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from bot.channels.contract import ChannelName, Sender
from bot.notify.planning import preview, refresh
from bot.people.members import Role
from bot.tracking.records import Planned, State
from knowledge.store.models import OccurrenceRow
from tests.bot.papers import Row
from tests.bot.web.browsing import words
from tests.bot.web.conftest import Console

RIVERS: tuple[Row, ...] = (
    ("Nạo vét kênh Bắc", "Văn phòng Điều phối nông thôn mới", "Quý I/2027"),
    ("Rà soát phương án ứng phó bão mạnh", "Sở Nông nghiệp và Môi trường", "Quý I/2026"),
    ("Bố trí kinh phí mua vật tư dự phòng", "Sở Tài chính", "Trước ngày 15/12/2026"),
)


async def test_an_office_of_a_plan_is_added_where_it_is_missed_and_then_asked_for(console: Console) -> None:
    console.load(RIVERS)
    browser, staff = await console.browser(), await console.browser(Role.STAFF)
    question = "VPĐP chủ trì việc gì?"
    await staff.get("/chat")
    assert "Có 1 việc" not in words(await staff.post("/chat", tin=question))
    page = await browser.get("/co-quan")
    assert "Văn phòng Điều phối nông thôn mới (1 nhiệm vụ)" in words(page)
    address = re.search(r'href="(/co-quan/them\?ten=V[^"]+)"', page.text)
    assert address is not None
    form = await browser.get(address[1])
    assert 'value="Văn phòng Điều phối nông thôn mới"' in form.text
    kept = await browser.post(
        "/co-quan", ten="Văn phòng Điều phối nông thôn mới", ten_khac="VPĐP NTM\nVPĐP", cap="tinh", thay="0"
    )
    assert "Đã lưu Văn phòng Điều phối nông thôn mới" in words(kept)
    answer = words(await staff.post("/chat", tin=question))
    assert "Nạo vét kênh Bắc" in answer.partition(question)[2]
    assert console.replanned == 1
    assert "mà danh bạ chưa biết" not in words(await browser.get("/co-quan"))
    edition = re.search(r'name="thay" value="(\d+)"', (await browser.get("/co-quan/them?ten=VPĐP")).text)
    assert edition is not None
    kept_form = await browser.get("/co-quan/them?ten=Văn phòng Điều phối nông thôn mới")
    edition = re.search(r'name="thay" value="([1-9]\d*)"', kept_form.text)
    assert edition is not None
    gone = await browser.post("/co-quan/bo", ten="Văn phòng Điều phối nông thôn mới", thay=edition[1])
    assert "Đã bỏ phần tự thêm" in words(gone)
    assert "mà danh bạ chưa biết" in words(gone)
    assert "Lê Quản" in words(gone)


async def test_what_cannot_be_is_said_beside_what_was_typed(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/co-quan/them")
    refused = await browser.post(
        "/co-quan", ten="Trung tâm Lưu trữ Phú Giang", ten_khac="SNV", tiep_nhan="Sở Lạ", tu="2026-01-01", thay="0"
    )
    assert refused.status_code == 400
    assert "“SNV” đang là tên gọi của Sở Nội vụ." in words(refused)
    assert ">SNV</textarea>" in refused.text
    assert 'value="Sở Lạ"' in refused.text
    assert "không phải là ngày" in words(await browser.post("/co-quan", ten="Trung tâm X", tu="mai", thay="0"))
    assert console.app.naming.own_agencies() == {}


async def test_two_administrators_on_one_agency(console: Console) -> None:
    one, two = await console.browser(), await console.browser()
    await one.get("/co-quan/them?ten=Sở Tài chính")
    await two.get("/co-quan/them?ten=Sở Tài chính")
    await one.post("/co-quan", ten="Sở Tài chính", ten_khac="Kho tiền Phú Giang", thay="0")
    late = await two.post("/co-quan", ten="Sở Tài chính", ten_khac="Kho thóc Phú Giang", thay="0")
    assert late.status_code == 409
    assert "“Sở Tài chính” có rồi" in words(late)
    assert console.app.naming.own_agencies()["Sở Tài chính"][0].short == ("Kho tiền Phú Giang",)


async def test_an_abbreviation_is_understood_from_the_next_question_on(console: Console) -> None:
    browser, staff = await console.browser(), await console.browser(Role.STAFF)
    await staff.get("/chat")
    question = "VTDPX mua khi nào xong?"
    before = words(await staff.post("/chat", tin=question)).partition(question)[2]
    assert "15/12/2026" not in before
    form = await browser.get("/chu-viet-tat/them?chu=VTDPX")
    assert 'value="VTDPX"' in form.text
    kept = await browser.post("/chu-viet-tat", chu="VTDPX", nghia="kinh phí mua vật tư dự phòng")
    assert "Từ nay “VTDPX” được hiểu là “kinh phí mua vật tư dự phòng”" in words(kept)
    again = "VTDPX bao giờ xong?"
    assert "15/12/2026" in words(await staff.post("/chat", tin=again)).partition(again)[2]
    refused = await browser.post("/chu-viet-tat", chu="ai", nghia="trí tuệ nhân tạo")
    assert (refused.status_code, "trùng một tiếng thông thường" in words(refused)) == (400, True)
    edition = re.search(r'name="thay" value="(\d+)"', (await browser.get("/chu-viet-tat")).text)
    assert edition is not None
    assert "Đã bỏ chữ viết tắt" in words(await browser.post("/chu-viet-tat/bo", chu="VTDPX", thay=edition[1]))
    assert console.app.naming.own_abbreviations() == {}


async def test_after_a_merger_reminders_go_to_the_successor_and_the_paper_keeps_its_name(console: Console) -> None:
    app, browser = console.app, await console.browser()

    def owing() -> set[str]:
        assert refresh(app.store, app.library, app.directory, app.clock())
        with app.store.read() as session:
            open_ = select(OccurrenceRow.agency).where(OccurrenceRow.state == State.OPEN.value)
            return set(session.scalars(open_))

    assert "Sở Tài chính" in owing()
    await browser.get("/co-quan/them")
    await browser.post("/co-quan", ten="Sở Kinh tế tỉnh", thay="0")
    merged = await browser.post(
        "/co-quan", ten="Sở Tài chính", tiep_nhan="Sở Kinh tế tỉnh", tu="2026-11-01", thay="0"
    )
    assert "Đã lưu Sở Tài chính" in words(merged)
    asked = app.people.request(Sender(ChannelName.TELEGRAM, "77"), "Ngô Hạnh", "so kinh te tinh")
    new = app.people.approve(asked.id, None, Role.OWNER)
    assert new.agency == "Sở Kinh tế tỉnh"
    after = owing()
    assert "Sở Kinh tế tỉnh" in after
    assert "Sở Tài chính" not in after
    coming = preview(app.store, app.library, app.directory, app.today, app.today + timedelta(days=40), app.clock())
    told = {(each.recipient.member, each.agency) for each in coming if isinstance(each, Planned)}
    assert (new.id, "Sở Kinh tế tỉnh") in told
    assert "Sở Tài chính" not in {agency for _, agency in told}
    task = words(await browser.get(f"/nhiem-vu/{console.task('Bố trí')}"))
    assert "Sở Tài chính" in task
    assert not refresh(app.store, app.library, app.directory, app.clock())
