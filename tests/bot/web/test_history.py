"""What people changed is readable in one place, newest first, narrowed and paged."""

from __future__ import annotations

from datetime import date

from bot.people.members import Role
from bot.tracking.settings import ReminderSettings
from bot.web import history
from tests.bot.running import call
from tests.bot.web.browsing import words
from tests.bot.web.conftest import FEWER, Console


async def test_every_kind_of_change_is_in_one_list(console: Console) -> None:
    admin, staff = console.people[Role.ADMIN], console.people[Role.STAFF]
    browser = await console.browser()
    task = f"/nhiem-vu/{console.task('Bố trí')}"
    await browser.get(task)
    await browser.post(f"{task}/sua", o="lead", thay="Sở Tài chính", gia_tri="Sở Y tế", ly_do="theo thông báo")
    await browser.post("/dinh-chinh/1/bo")
    console.load(FEWER, activate=False)
    await browser.post("/ke-hoach/1/viec/kich-hoat", ban="2")
    await browser.post("/ke-hoach/1/viec/quay-lai", ban="2")
    await browser.post("/ke-hoach/1/viec/bo", ban="2")
    await browser.post("/ke-hoach/1/viec/rut", ban="1", ly_do="nạp nhầm")
    await browser.post(f"/nguoi-dung/{staff.id}/duong-dan")
    settings = ReminderSettings(console.app.store, console.app.clock, console.app.directory)
    settings.set_work_day(date(2026, 11, 21), True, "làm bù", admin.id)
    settings.set_following_unit(1, "Sở Nội vụ", admin.id)

    told = words(await browser.get("/lich-su")).partition("Thay đổi Kế hoạch ")[2]
    lines = [
        "08:00 20/11/2026 Lê Quản Đặt đơn vị theo dõi (Sở Nội vụ) 12/KH-UBND",
        "08:00 20/11/2026 Lê Quản Sửa lịch làm việc (21/11/2026: ngày làm việc)",
        "08:00 20/11/2026 Lê Quản Tạo đường dẫn vào trang web: Trần An",
        "08:00 20/11/2026 Lê Quản Rút bản 1 (nạp nhầm) 12/KH-UBND",
        "08:00 20/11/2026 Lê Quản Bỏ bản nháp 2 12/KH-UBND",
        "08:00 20/11/2026 Lê Quản Quay lại bản 1 12/KH-UBND",
        "08:00 20/11/2026 Lê Quản Kích hoạt bản 2 12/KH-UBND",
        "08:00 20/11/2026 dòng lệnh Nạp bản 2 (bao-2026.md) 12/KH-UBND",
        "08:00 20/11/2026 Lê Quản Bỏ đính chính số 1: Bố trí kinh phí mua vật tư dự phòng: "
        "Chủ trì: Sở Tài chính → Sở Y tế 12/KH-UBND",
        "08:00 20/11/2026 Lê Quản Đính chính số 1: Bố trí kinh phí mua vật tư dự phòng: "
        "Chủ trì: Sở Tài chính → Sở Y tế. Lý do: theo thông báo 12/KH-UBND",
        "08:00 20/11/2026 Lê Quản Vào trang web: Lê Quản",
    ]
    assert told[: len(" ".join(lines))] == " ".join(lines)

    only = words(await browser.get(f"/lich-su?nguoi={admin.id}&loai=plan&ke-hoach=1&tu=2026-11-20&den=2026-11-20"))
    assert "4 thay đổi." in only
    assert "Nạp bản 2" not in only
    assert "0 thay đổi." in words(await browser.get("/lich-su?den=2026-11-19"))
    assert "không phải là ngày" in words(await browser.get("/lich-su?tu=hôm nay"))

    home = console.folder / "dữ liệu"
    listed = call(home, "history", "--plan", "12", "--by", str(admin.id), "--kind", "plan").out.splitlines()
    assert listed[0] == "20/11/2026 08:00  Lê Quản  12/KH-UBND: rút bản 1 (nạp nhầm)"
    assert len(listed) == 4
    people = call(home, "people", "history", "--limit", "1").out
    assert people == "20/11/2026 08:00  Lê Quản  tạo đường dẫn vào trang web: Trần An\n"


async def test_a_long_history_has_pages(console: Console) -> None:
    browser = await console.browser()
    for _ in range(history.PAGE):
        console.link()
    first = await browser.get("/lich-su?loai=people")
    assert "trang 1 trong 2." in words(first)
    assert 'href="/lich-su?loai=people&amp;trang=2" rel="next"' in first.text
    second = words(await browser.get("/lich-su?loai=people&trang=2"))
    assert "giao quyền quản trị theo cài đặt" in second.lower()
    assert "trang 2 trong 2." in words(await browser.get("/lich-su?loai=people&trang=99"))


async def test_who_is_erased_is_in_it_by_number_only(console: Console) -> None:
    browser, staff = await console.browser(), console.people[Role.STAFF]
    console.app.people.forget(staff.id, by=staff.id)
    told = words(await browser.get("/lich-su"))
    assert f"người số {staff.id}" in told
    assert "Trần An" not in told
