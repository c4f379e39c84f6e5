"""Who may open what on the page, and what keeps others out."""

from __future__ import annotations

import re

import pytest

from bot.channels.contract import Address, ChannelName, Incoming, Sender
from bot.chat.dispatcher import Dispatcher
from bot.menus.texts import load_texts
from bot.people.members import Role
from bot.people.records import Change
from bot.people.sessions import IDLE_LASTS
from bot.web.access import Access
from bot.web.routes import ROUTES
from tests.bot.memory_channel import BUTTONS, MemoryChannel
from tests.bot.web.browsing import ADDRESS, Browser, words
from tests.bot.web.conftest import Console

LEAST: dict[tuple[str, str], Access] = {
    ("GET", "/"): Access.ANYBODY,
    ("GET", "/static/{ten}"): Access.ANYBODY,
    ("GET", "/vao/{ma}"): Access.ANYBODY,
    ("POST", "/vao/{ma}"): Access.ANYBODY,
    ("POST", "/ra"): Access.MEMBER,
    ("GET", "/chat"): Access.MEMBER,
    ("POST", "/chat"): Access.MEMBER,
    ("POST", "/chat/chon"): Access.MEMBER,
    ("GET", "/chat/tep/{tin}"): Access.MEMBER,
    ("GET", "/ke-hoach"): Access.MEMBER,
    ("GET", "/ke-hoach/nap"): Access.ADMIN,
    ("POST", "/ke-hoach/nap"): Access.ADMIN,
    ("GET", "/ke-hoach/nap/{lan:int}"): Access.ADMIN,
    ("POST", "/ke-hoach/nap/{lan:int}/{tep:int}"): Access.ADMIN,
    ("GET", "/ke-hoach/{ke_hoach:int}"): Access.MEMBER,
    ("GET", "/ke-hoach/{ke_hoach:int}/nhiem-vu"): Access.MEMBER,
    ("GET", "/ke-hoach/{ke_hoach:int}/nhiem-vu/them"): Access.ADMIN,
    ("POST", "/ke-hoach/{ke_hoach:int}/nhiem-vu/them"): Access.ADMIN,
    ("GET", "/ke-hoach/{ke_hoach:int}/xem-truoc"): Access.MEMBER,
    ("GET", "/ke-hoach/{ke_hoach:int}/ban/{ban:int}/tep"): Access.MEMBER,
    ("GET", "/ke-hoach/{ke_hoach:int}/ban/{ban:int}/cho-ghi"): Access.MEMBER,
    ("GET", "/ke-hoach/{ke_hoach:int}/ban/{ban:int}/cho-ghi.png"): Access.MEMBER,
    ("GET", "/nhiem-vu/{nhiem_vu:int}/cho-ghi"): Access.MEMBER,
    ("GET", "/nhiem-vu/{nhiem_vu:int}/cho-ghi.png"): Access.MEMBER,
    ("GET", "/ke-hoach/{ke_hoach:int}/dinh-chinh"): Access.ADMIN,
    ("GET", "/ke-hoach/{ke_hoach:int}/viec/{viec}"): Access.ADMIN,
    ("POST", "/ke-hoach/{ke_hoach:int}/viec/{viec}"): Access.ADMIN,
    ("POST", "/ke-hoach/{ke_hoach:int}/hen"): Access.ADMIN,
    ("POST", "/ke-hoach/{ke_hoach:int}/hen/bo"): Access.ADMIN,
    ("GET", "/nhiem-vu/{nhiem_vu:int}"): Access.MEMBER,
    ("POST", "/nhiem-vu/{nhiem_vu:int}/sua"): Access.ADMIN,
    ("POST", "/nhiem-vu/{nhiem_vu:int}/ket-luan"): Access.ADMIN,
    ("POST", "/nhiem-vu/{nhiem_vu:int}/dung"): Access.ADMIN,
    ("POST", "/dinh-chinh/{so:int}/bo"): Access.ADMIN,
    ("POST", "/dinh-chinh/{so:int}/giu"): Access.ADMIN,
    ("GET", "/tien-do"): Access.MEMBER,
    ("GET", "/tien-do/viec"): Access.MEMBER,
    ("GET", "/tien-do/tep/{loai}"): Access.MEMBER,
    ("GET", "/dong-thoi-gian"): Access.MEMBER,
    ("GET", "/nguoi-dung"): Access.ADMIN,
    ("GET", "/nguoi-dung/lich-su"): Access.ADMIN,
    ("GET", "/nguoi-dung/yeu-cau/{so:int}"): Access.ADMIN,
    ("POST", "/nguoi-dung/yeu-cau/{so:int}/duyet"): Access.ADMIN,
    ("POST", "/nguoi-dung/yeu-cau/{so:int}/tu-choi"): Access.ADMIN,
    ("POST", "/nguoi-dung/yeu-cau/{so:int}/noi"): Access.ADMIN,
    ("GET", "/nguoi-dung/loi-moi"): Access.ADMIN,
    ("POST", "/nguoi-dung/loi-moi"): Access.ADMIN,
    ("POST", "/nguoi-dung/loi-moi/{so:int}/huy"): Access.ADMIN,
    ("GET", "/nguoi-dung/danh-sach"): Access.ADMIN,
    ("POST", "/nguoi-dung/danh-sach"): Access.ADMIN,
    ("POST", "/nguoi-dung/danh-sach/ap-dung"): Access.ADMIN,
    ("GET", "/nguoi-dung/tep-excel"): Access.ADMIN,
    ("POST", "/nguoi-dung/tep-excel"): Access.ADMIN,
    ("GET", "/nguoi-dung/{nguoi:int}"): Access.ADMIN,
    ("POST", "/nguoi-dung/{nguoi:int}/sua"): Access.ADMIN,
    ("POST", "/nguoi-dung/{nguoi:int}/khoa"): Access.ADMIN,
    ("POST", "/nguoi-dung/{nguoi:int}/mo-khoa"): Access.ADMIN,
    ("POST", "/nguoi-dung/{nguoi:int}/go-kenh"): Access.ADMIN,
    ("POST", "/nguoi-dung/{nguoi:int}/ma"): Access.ADMIN,
    ("POST", "/nguoi-dung/{nguoi:int}/xoa"): Access.ADMIN,
    ("POST", "/nguoi-dung/{nguoi:int}/duong-dan"): Access.ADMIN,
    ("GET", "/co-quan"): Access.ADMIN,
    ("POST", "/co-quan"): Access.ADMIN,
    ("GET", "/co-quan/them"): Access.ADMIN,
    ("POST", "/co-quan/bo"): Access.ADMIN,
    ("GET", "/chu-viet-tat"): Access.ADMIN,
    ("POST", "/chu-viet-tat"): Access.ADMIN,
    ("GET", "/chu-viet-tat/them"): Access.ADMIN,
    ("POST", "/chu-viet-tat/bo"): Access.ADMIN,
    ("GET", "/cau-hoi-mau"): Access.ADMIN,
    ("POST", "/cau-hoi-mau"): Access.ADMIN,
    ("GET", "/cau-hoi-mau/them"): Access.ADMIN,
    ("GET", "/cau-hoi-mau/tep"): Access.ADMIN,
    ("POST", "/cau-hoi-mau/{so:int}/bo"): Access.ADMIN,
    ("GET", "/phan-hoi"): Access.ADMIN,
    ("POST", "/phan-hoi/{so:int}/xem"): Access.ADMIN,
    ("GET", "/lich-su"): Access.ADMIN,
    ("GET", "/nhac-viec"): Access.ADMIN,
    ("GET", "/nhac-viec/so"): Access.ADMIN,
    ("POST", "/nhac-viec/gui-lai/{so:int}"): Access.ADMIN,
    ("POST", "/nhac-viec/lui-han/{so:int}"): Access.ADMIN,
    ("POST", "/nhac-viec/chuyen-viec/{so:int}"): Access.ADMIN,
    ("GET", "/nhac-viec/cai-dat"): Access.ADMIN,
    ("POST", "/nhac-viec/cai-dat"): Access.ADMIN,
    ("GET", "/nhac-viec/cai-dat/ke-hoach/{ke_hoach:int}"): Access.ADMIN,
    ("POST", "/nhac-viec/cai-dat/ke-hoach/{ke_hoach:int}"): Access.ADMIN,
    ("POST", "/nhac-viec/cai-dat/co-quan"): Access.ADMIN,
    ("GET", "/lich-lam-viec"): Access.ADMIN,
    ("POST", "/lich-lam-viec"): Access.ADMIN,
    ("POST", "/lich-lam-viec/bo"): Access.ADMIN,
    ("GET", "/tinh-trang"): Access.ADMIN,
    ("GET", "/lich/{ma}.ics"): Access.ANYBODY,
    ("GET", "/lich-cua-toi"): Access.MEMBER,
    ("POST", "/lich-cua-toi"): Access.MEMBER,
    ("POST", "/lich-cua-toi/bo"): Access.MEMBER,
    ("GET", "/he-thong"): Access.ADMIN,
    ("POST", "/he-thong"): Access.ADMIN,
    ("POST", "/he-thong/{so:int}/thu-hoi"): Access.ADMIN,
    ("GET", "/api/v1/docs"): Access.ANYBODY,
}
"""Written apart from the program's own table: a route that opens wider than this is a hole."""
WHO: dict[Role | None, Access] = {
    None: Access.ANYBODY,
    Role.STAFF: Access.MEMBER,
    Role.OWNER: Access.MEMBER,
    Role.LEADER: Access.MEMBER,
    Role.ADMIN: Access.ADMIN,
}


_VALUES = {"ten": "style.css", "ma": "khong-co", "tin": "1", "viec": "rut", "loai": "excel"}


def _filled(path: str) -> str:
    return re.sub(r"\{(\w+)(:int)?\}", lambda part: "1" if part[2] else _VALUES[part[1]], path)


def test_every_route_is_in_the_table() -> None:
    assert {(each.method, each.path) for each in ROUTES} == set(LEAST)


@pytest.mark.parametrize("role", WHO, ids=lambda role: role.value if role else "khách")
async def test_every_role_on_every_route(console: Console, role: Role | None) -> None:
    browser = await console.browser(role) if role is not None else Browser(console.page)
    for (method, path), least in sorted(LEAST.items(), key=lambda each: each[0][1] == "/ra"):
        address, may = _filled(path), WHO[role] >= least
        if method == "POST" and least is not Access.ANYBODY and may:
            forged = await browser.request(method, address, data={"ma_bieu_mau": "0" * 64})
            assert (forged.status_code, "Trang đã cũ" in words(forged)) == (403, True), path
        response = await browser.request(method, address, data={"ma_bieu_mau": browser.token} if role else {})
        refused = "chỉ quản trị viên" in words(response) or response.status_code == 401
        assert refused == (not may), (method, path, response.status_code)
        assert "Trang đã cũ" not in words(response), path


async def test_a_link_is_not_used_up_by_looking_at_it(console: Console) -> None:
    code = console.link(Role.STAFF).code
    async with Browser(console.page) as previewer:
        for _ in range(3):
            assert "Trần An" in words(await previewer.get(f"/vao/{code}"))
        assert not previewer.cookies
    async with Browser(console.page) as browser:
        assert "Hỏi đáp" in words(await browser.enter(code))
    async with Browser(console.page) as thief:
        assert "đã được dùng rồi" in words(await thief.enter(code))
        assert (await thief.get("/chat")).status_code == 401


async def test_an_administrator_makes_a_link_for_somebody_and_that_is_kept(console: Console) -> None:
    browser, staff = await console.browser(), console.people[Role.STAFF]
    await browser.get("/nguoi-dung")
    made = await browser.post(f"/nguoi-dung/{staff.id}/duong-dan")
    address = re.search(rf'value="{ADDRESS}(/vao/[^"]+)"', made.text)
    assert address is not None
    async with Browser(console.page) as other:
        await other.get(address[1])
        assert "Trần An, Sở Tài chính" in words(await other.post(address[1]))
    last = [(each.action, each.by, each.subject) for each in console.app.people.history(2)]
    admin = console.people[Role.ADMIN].id
    assert last == [(Change.SIGNED_IN, staff.id, staff.id), (Change.LINK_MADE, admin, staff.id)]


async def test_a_link_that_is_asked_for_in_a_chat_signs_in(console: Console) -> None:
    channel, staff = MemoryChannel(ChannelName.TELEGRAM, BUTTONS), Sender(ChannelName.TELEGRAM, "2")
    asked = Incoming("1", Address(ChannelName.TELEGRAM, "2"), staff, console.app.clock(), text="/web")
    texts = load_texts()
    await Dispatcher(console.app, console.app.people, texts, console.app.clock).handle(asked, channel)
    address = re.search(r"http://127.0.0.1:8080(/vao/\S+)", channel.told[-1][1])
    assert address is not None
    async with Browser(console.page) as browser:
        await browser.get(address[1])
        assert "Trần An, Sở Tài chính" in words(await browser.post(address[1]))
        assert texts.say("web_already") in words(await browser.post("/chat", tin="/web"))


async def test_the_cookie_is_for_this_page_alone(console: Console) -> None:
    browser = Browser(console.page)
    answer = await browser.request("POST", f"/vao/{console.link().code}")
    cookie = answer.headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "secure" not in cookie
    behind = await browser.request("POST", f"{ADDRESS.replace('http', 'https')}/vao/{console.link().code}")
    assert "secure" in behind.headers["set-cookie"].lower()


async def test_a_form_from_another_site_is_refused(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/chat")
    sent = await browser.post("/chat", headers={"sec-fetch-site": "cross-site"}, tin="/nguoidung")
    assert sent.status_code == 403
    link = await Browser(console.page).request(
        "POST", f"/vao/{console.link().code}", headers={"sec-fetch-site": "cross-site"}
    )
    assert (link.status_code, "set-cookie" in link.headers) == (403, False)


async def test_another_sessions_token_does_not_open_a_form(console: Console) -> None:
    one, two = await console.browser(), await console.browser(Role.STAFF)
    await one.get("/chat")
    await two.get("/chat")
    two.token = one.token
    assert (await two.post("/chat", tin="Sở Tài chính làm gì?")).status_code == 403


async def test_signing_out_and_being_idle_end_it(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/chat")
    assert "Đăng nhập" in words(await browser.post("/ra"))
    assert (await browser.get("/chat")).status_code == 401
    browser = await console.browser()
    console.passed += IDLE_LASTS
    assert (await browser.get("/chat")).status_code == 401


async def test_who_is_switched_off_is_out_with_the_next_click(console: Console) -> None:
    browser = await console.browser(Role.STAFF)
    console.app.people.switch_off(console.people[Role.STAFF].id, by=None)
    assert (await browser.get("/chat")).status_code == 401


async def test_every_answer_has_the_security_headers(console: Console) -> None:
    browser = await console.browser()
    for path in ("/", "/chat", "/nhiem-vu/999999", "/khong-co", "/static/style.css", "/nhiem-vu/99999999999"):
        headers = (await browser.get(path)).headers
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert ("no-store" in headers["cache-control"]) == (not path.startswith("/static"))


async def test_pages_hold_no_script_or_style_of_their_own_and_ask_nobody_else(console: Console) -> None:
    browser = await console.browser()
    task = console.task("Diễn tập")
    for path in ("/chat", "/ke-hoach", "/ke-hoach/1", "/ke-hoach/1/nhiem-vu", f"/nhiem-vu/{task}", "/nguoi-dung"):
        text = (await browser.get(path)).text
        assert " style=" not in text
        assert " onclick" not in text
        assert "<script>" not in text
        assert "//" not in text.replace("<!doctype", "")


async def test_a_form_that_is_far_too_long_is_not_read(console: Console) -> None:
    browser = await console.browser()
    assert (await browser.post("/chat", tin="a" * 100_000)).status_code == 413


async def test_another_system_is_let_in_and_out_on_the_page(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/he-thong")
    added = await browser.post("/he-thong", ten="Quản lý văn bản", nap="1")
    token = re.search(r'value="(kehoach_[^"]+)"', added.text)
    assert token is not None
    assert token[1] not in (await browser.get("/he-thong")).text
    headers = {"authorization": f"Bearer {token[1]}"}
    assert (await browser.request("GET", "/api/v1/plans", headers=headers)).status_code == 200
    again = await browser.post("/he-thong", ten="quản lý văn bản")
    assert (again.status_code, "Đã có hệ thống tên" in words(again)) == (400, True)
    assert "Đã thu hồi mã truy cập của Quản lý văn bản." in words(await browser.post("/he-thong/1/thu-hoi"))
    assert (await browser.request("GET", "/api/v1/plans", headers=headers)).status_code == 401
    assert (await browser.post("/he-thong/99/thu-hoi")).status_code == 404
