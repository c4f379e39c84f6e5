"""People on the page: who asks, who is there, invitations, lists in and out; two administrators at once."""

from __future__ import annotations

import html
import re
from contextlib import closing
from io import BytesIO

import httpx
import pytest
from openpyxl import load_workbook

from bot.channels.contract import ChannelName, Sender
from bot.people.member_file import read_members
from bot.people.members import Role
from bot.people.records import Change
from tests.bot.web.browsing import Browser, words
from tests.bot.web.conftest import Console

HOA = Sender(ChannelName.ZALO, "hoa", "Hoa")
LIST = (
    "name,agency,role,channels,phone\nPhạm Hoa,Sở Tài chính,owner,,0912345678\n"
    "Trần An,Sở Tài chính,staff,telegram:2,\n"
)


def shown(browser_text: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', browser_text)
    assert found is not None
    return html.unescape(found[1])


async def test_a_request_is_approved_with_a_role_and_an_agency(console: Console) -> None:
    asked = console.app.people.request(HOA, "phạm hoa", "Phòng Gì Đó")
    browser = await console.browser()
    assert "Chờ duyệt (1)" in words(await browser.get("/nguoi-dung"))
    card = words(await browser.get(f"/nguoi-dung/yeu-cau/{asked.id}"))
    assert "chưa có trong danh bạ" in card
    done = await browser.post(f"/nguoi-dung/yeu-cau/{asked.id}/duyet", ten="Phạm Hoa", co_quan="stc", vai_tro="owner")
    assert "Đã duyệt Phạm Hoa (Sở Tài chính), vai trò đầu mối" in words(done)
    member = console.app.people.find(HOA)
    assert member is not None
    assert (member.name, member.agency, member.roles) == ("Phạm Hoa", "Sở Tài chính", frozenset({Role.OWNER}))
    late = await browser.post(f"/nguoi-dung/yeu-cau/{asked.id}/tu-choi")
    assert (late.status_code, "đã được Lê Quản duyệt" in words(late)) == (409, True)


async def test_a_request_is_joined_to_who_it_is_likely_of(console: Console) -> None:
    browser, people = await console.browser(), console.app.people
    people.import_rows(read_members("ds.csv", LIST.encode()).rows)
    (listed,) = people.waiting()
    asked = people.request(HOA, "Hoa", "Sở Tài chính", "0912345678")
    card = words(await browser.get(f"/nguoi-dung/yeu-cau/{asked.id}"))
    assert "0912 345 678 (người này tự ghi, chưa xác minh)" in card
    assert "cùng số điện thoại (tự ghi, chưa xác minh); cùng cơ quan; tên gần giống" in card
    done = await browser.post(f"/nguoi-dung/yeu-cau/{asked.id}/noi", nguoi=str(listed.id))
    assert "Đã nối" in words(done)
    assert people.find(HOA) == listed


async def test_a_request_is_turned_down(console: Console) -> None:
    asked = console.app.people.request(HOA, "Phạm Hoa", "Sở Y tế")
    browser = await console.browser()
    await browser.get(f"/nguoi-dung/yeu-cau/{asked.id}")
    assert "Đã từ chối Phạm Hoa" in words(await browser.post(f"/nguoi-dung/yeu-cau/{asked.id}/tu-choi"))
    assert (await browser.get(f"/nguoi-dung/yeu-cau/{asked.id}")).status_code == 404


async def test_somebody_is_changed_and_that_is_kept(console: Console) -> None:
    browser, staff = await console.browser(), console.people[Role.STAFF]
    page = await browser.get(f"/nguoi-dung/{staff.id}")
    done = await browser.post(
        f"/nguoi-dung/{staff.id}/sua",
        thay=shown(page.text, "thay"),
        ten="Trần Văn An",
        co_quan="Sở Y tế",
        so="0912 345 678",
        vai_tro_owner="1",
        vai_tro_leader="1",
    )
    assert "Đã ghi: Trần Văn An, Sở Y tế, đầu mối, lãnh đạo." in words(done)
    member = console.app.people.get(staff.id)
    assert (member.agency, member.phone, member.roles) == (
        "Sở Y tế",
        "0912345678",
        frozenset({Role.OWNER, Role.LEADER}),
    )
    assert console.replanned == 1
    history = words(await browser.get("/nguoi-dung/lich-su"))
    assert "Lê Quản sửa: Trần Văn An (leader owner; Sở Y tế)" in history
    assert "0912" not in history


async def test_what_another_administrator_did_is_told(console: Console) -> None:
    one, two, staff = await console.browser(), await console.browser(), console.people[Role.STAFF]
    first, second = [await each.get(f"/nguoi-dung/{staff.id}") for each in (one, two)]

    async def move(browser: Browser, page: httpx.Response, agency: str) -> httpx.Response:
        return await browser.post(
            f"/nguoi-dung/{staff.id}/sua",
            thay=shown(page.text, "thay"),
            co_quan=agency,
            ten="Trần An",
            so="",
            vai_tro_staff="1",
        )

    await move(one, first, "Sở Y tế")
    late = await move(two, second, "Sở Nội vụ")
    assert (late.status_code, "vừa được Lê Quản sửa" in words(late)) == (409, True)
    locked = await two.post(f"/nguoi-dung/{staff.id}/khoa", thay=shown(second.text, "thay"))
    assert locked.status_code == 409
    member = console.app.people.get(staff.id)
    assert (member.agency, member.active) == ("Sở Y tế", True)


async def test_the_last_administrator_cannot_lock_themselves_out(console: Console) -> None:
    browser, admin = await console.browser(), console.people[Role.ADMIN]
    page = await browser.get(f"/nguoi-dung/{admin.id}")
    seen = shown(page.text, "thay")
    assert "quản trị viên cuối cùng" in words(await browser.post(f"/nguoi-dung/{admin.id}/khoa", thay=seen))
    kept = await browser.post(
        f"/nguoi-dung/{admin.id}/sua", thay=seen, ten=admin.name, co_quan="", so="", vai_tro_staff="1"
    )
    assert "quản trị viên cuối cùng" in words(kept)
    assert console.app.people.get(admin.id).is_admin


async def test_somebody_is_locked_let_in_again_and_loses_a_channel(console: Console) -> None:
    browser, staff, people = await console.browser(), console.people[Role.STAFF], console.app.people
    page = await browser.get(f"/nguoi-dung/{staff.id}")
    off = await browser.post(f"/nguoi-dung/{staff.id}/khoa", thay=shown(page.text, "thay"))
    assert "Đã khóa Trần An" in words(off)
    assert people.find(Sender(ChannelName.TELEGRAM, "2")) is None
    await browser.post(f"/nguoi-dung/{staff.id}/mo-khoa", thay=shown(off.text, "thay"))
    people.join(people.join_code(staff), HOA)
    await browser.get(f"/nguoi-dung/{staff.id}")
    assert "Đã gỡ zalo:hoa" in words(await browser.post(f"/nguoi-dung/{staff.id}/go-kenh", kenh="zalo:hoa"))
    last = await browser.post(f"/nguoi-dung/{staff.id}/go-kenh", kenh="telegram:2")
    assert (last.status_code, "kênh duy nhất" in words(last)) == (400, True)


async def test_an_office_is_invited_and_the_invitation_revoked(console: Console) -> None:
    browser, people = await console.browser(), console.app.people
    await browser.get("/nguoi-dung/loi-moi")
    made = await browser.post("/nguoi-dung/loi-moi", co_quan="Sở Y tế", vai_tro="staff", luot="30", ngay="5")
    assert "dùng được 30 lượt" in words(made)
    code = shown(made.text.replace('id="ma" readonly', 'name="ma"'), "ma")
    people.redeem(code, HOA)
    listed = await browser.get("/nguoi-dung/loi-moi")
    assert "đã vào 1/30 người" in words(listed)
    number = re.search(r"/loi-moi/(\d+)/huy", listed.text)
    assert number is not None
    assert "Đã hủy lời mời" in words(await browser.post(number[0].replace("/loi-moi", "/nguoi-dung/loi-moi", 1)))
    again = await browser.post(f"/nguoi-dung/loi-moi/{number[1]}/huy")
    assert (again.status_code, "đã được hủy" in words(again)) == (409, True)
    wrong = await browser.post("/nguoi-dung/loi-moi", co_quan="Sở Y tế", vai_tro="admin", luot="2", ngay="5")
    assert (wrong.status_code, "xin mời từng người" in words(wrong)) == (400, True)


async def test_a_list_is_seen_before_it_is_applied(console: Console) -> None:
    browser, people = await console.browser(), console.app.people
    await browser.get("/nguoi-dung/danh-sach")
    seen = await browser.send("/nguoi-dung/danh-sach", ("ds.csv", LIST.encode()))
    assert "Thêm 1 người, thay đổi 0 người, không đổi 1." in words(seen)
    assert "Phạm Hoa (Sở Tài chính): đầu mối; đang chờ vào" in words(seen)
    assert people.waiting() == []
    code = shown(seen.text, "ma")
    done = await browser.post("/nguoi-dung/danh-sach/ap-dung", ma=code)
    assert "Đã nhập: thêm 1, thay đổi 0, không đổi 1." in words(done)
    assert "1 người đang chờ vào, 1 người chưa có mã." in words(done)
    again = await browser.post("/nguoi-dung/danh-sach/ap-dung", ma=code)
    assert again.status_code == 409

    file = await browser.request("POST", "/nguoi-dung/tep-excel", data={"ma_bieu_mau": browser.token})
    with closing(load_workbook(BytesIO(file.content))) as book:
        codes = {row[0]: str(row[6]) for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    assert people.enter(codes["Phạm Hoa"], HOA).name == "Phạm Hoa"
    assert people.history(1)[0].action is Change.ENTERED


async def test_a_list_is_taken_out_edited_and_brought_back(console: Console) -> None:
    browser, people = await console.browser(), console.app.people
    await browser.get("/nguoi-dung/danh-sach")
    file = await browser.get("/nguoi-dung/tep-excel")
    with closing(load_workbook(BytesIO(file.content))) as book:
        sheet, written = book.worksheets[0], BytesIO()
        place = next(row for row in range(2, 9) if sheet.cell(row, 1).value == "Trần An")
        sheet.cell(place, 3, "sếp")
        book.save(written)
        wrong = written.getvalue()
        sheet.cell(place, 3, "lãnh đạo")
        written = BytesIO()
        book.save(written)
    told = await browser.send("/nguoi-dung/danh-sach", ("nguoi-dung.xlsx", wrong))
    assert f"Người dùng!C{place}: không có vai trò “sếp”" in words(told)
    assert "Áp dụng" not in words(told)
    seen = await browser.send("/nguoi-dung/danh-sach", ("nguoi-dung.xlsx", written.getvalue()))
    assert "Trần An (Sở Tài chính): vai trò: cán bộ → lãnh đạo" in words(seen)
    people.invite("Sở Y tế", Role.STAFF, None)  # nothing of it changes the difference
    people.change(console.people[Role.STAFF].id, None, name="Trần Bình An")
    moved = await browser.post("/nguoi-dung/danh-sach/ap-dung", ma=shown(seen.text, "ma"))
    assert moved.status_code == 409
    assert "đã được sửa sau khi xuất tệp" in words(moved)
    assert people.get(console.people[Role.STAFF].id).roles == {Role.STAFF}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"%PDF", ".csv hoặc .xlsx"),
        ("a.csv", "Nhiệm vụ,Chủ trì\nA,B".encode(), "Tệp thiếu cột"),
        ("a.xlsx", b"PK", "không phải là tệp Excel"),
    ],
)
async def test_a_file_that_is_no_list(console: Console, name: str, content: bytes, why: str) -> None:
    browser = await console.browser()
    await browser.get("/nguoi-dung/danh-sach")
    told = await browser.send("/nguoi-dung/danh-sach", (name, content))
    assert (told.status_code, why in words(told)) == (400, True)


async def test_who_is_waited_for_is_given_a_code_or_removed(console: Console) -> None:
    browser, people = await console.browser(), console.app.people
    people.import_rows(read_members("ds.csv", LIST.encode()).rows)
    (listed,) = people.waiting()
    assert "đang chờ vào" in words(await browser.get(f"/nguoi-dung/{listed.id}"))
    made = await browser.post(f"/nguoi-dung/{listed.id}/ma")
    code = re.search(r'readonly value="([\w-]+)"', made.text)
    assert code is not None
    assert "Đã cấp mã, dùng đến 20/12/2026" in words(await browser.get(f"/nguoi-dung/{listed.id}"))
    assert "Đã xóa Phạm Hoa" in words(await browser.post(f"/nguoi-dung/{listed.id}/xoa"))
    assert people.waiting() == []
    kept = await browser.post(f"/nguoi-dung/{console.people[Role.STAFF].id}/xoa")
    assert (kept.status_code, "chỉ khóa được" in words(kept)) == (400, True)
