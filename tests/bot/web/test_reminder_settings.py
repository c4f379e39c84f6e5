"""Settings of reminders on the page: written, told to who comes second, refused with a sentence."""

from __future__ import annotations

import re

from bot.tracking.rules import Name, Scope, load_rules
from tests.bot.web.browsing import words
from tests.bot.web.conftest import Console


def kept(console: Console) -> dict[tuple[Scope, str, Name], object]:
    with console.app.store.read() as session:
        return dict(load_rules(session).values)


def seen(page: str) -> str:
    found = re.search(r'name="thay" value="([^"]*)"', page)
    assert found is not None
    return found[1]


async def test_what_holds_of_all_plans_is_set(console: Console) -> None:
    async with await console.browser() as browser:
        page = (await browser.get("/nhac-viec/cai-dat")).text
        told = await browser.send("/nhac-viec/cai-dat", thay=seen(page), xac_nhan="theo-doi")
        assert "Đã ghi cài đặt chung." in words(told)
        everything = kept(console)
        assert everything[Scope.ALL, "", Name.CONFIRM] is True
        assert everything[Scope.ALL, "", Name.CHECKIN] is False
        late = await browser.send("/nhac-viec/cai-dat", thay=seen(page), xac_nhan="khong", hoi="1")
        assert (late.status_code, "vừa được người khác thay đổi" in words(late)) == (400, True)
        assert kept(console) == everything


async def test_one_plan_is_set_and_set_back(console: Console) -> None:
    path = "/nhac-viec/cai-dat/ke-hoach/1"
    async with await console.browser() as browser:
        page = (await browser.get(path)).text
        sent = {"moc": "10, 2", "don_vi": "Sở Tài chính", "hieu_luc": "giu", "lan": "3", "gioi_han": "khong"}
        await browser.send(path, thay=seen(page), xac_nhan="co-quan", nguoi_xac_nhan="Sở Nội vụ", **sent)
        assert kept(console) == {
            (Scope.PLAN, "1", Name.LEADS): [10, 2],
            (Scope.PLAN, "1", Name.FOLLOW): "Sở Tài chính",
            (Scope.PLAN, "1", Name.FORCE): True,
            (Scope.PLAN, "1", Name.CONFIRM): "Sở Nội vụ",
            (Scope.PLAN, "1", Name.EXTENSIONS): {"times": 3, "until": None},
        }
        overview = words(await browser.get("/nhac-viec/cai-dat"))
        assert (
            "nhắc trước 10, 2 ngày; theo dõi: Sở Tài chính; giữ hiệu lực việc hằng năm; Sở Nội vụ xác nhận"
            in overview
        )
        empty = dict.fromkeys(("moc", "don_vi", "hieu_luc", "xac_nhan", "nguoi_xac_nhan", "lan", "gioi_han"), "")
        await browser.send(path, thay=seen((await browser.get(path)).text), **empty)
        assert kept(console) == {}


async def test_the_last_day_is_chosen_and_seen_again(console: Console) -> None:
    path = "/nhac-viec/cai-dat/ke-hoach/1"
    async with await console.browser() as browser:
        page = (await browser.get(path)).text
        await browser.send(path, thay=seen(page), gioi_han="ngay", ngay_cuoi="2026-12-31")
        assert kept(console) == {(Scope.PLAN, "1", Name.EXTENSIONS): {"times": 2, "until": "2026-12-31"}}
        again = (await browser.get(path)).text
        assert 'value="2026-12-31"' in again
        assert '<option value="ngay" selected>' in again


async def test_what_cannot_be_is_refused_whole(console: Console) -> None:
    path = "/nhac-viec/cai-dat/ke-hoach/1"
    async with await console.browser() as browser:
        page = (await browser.get(path)).text
        for wrong, why in (
            ({"moc": "sớm"}, "cách nhau dấu phẩy"),
            ({"moc": "90"}, "ngày"),
            ({"lan": "nhiều"}, "Số lần lùi hạn"),
            ({"gioi_han": "ngay"}, "ngày cuối cùng"),
            ({"gioi_han": "mai"}, "ngày cuối cùng"),
            ({"xac_nhan": "co-quan"}, "cơ quan xác nhận"),
        ):
            told = await browser.send(path, thay=seen(page), **wrong)
            assert (told.status_code, why in words(told)) == (400, True), wrong
            assert kept(console) == {}, wrong


async def test_an_agency_is_set_by_its_name_or_refused(console: Console) -> None:
    async with await console.browser() as browser:
        told = await browser.send("/nhac-viec/cai-dat/co-quan", co_quan="stc", moc="5, 1")
        assert "Sở Tài chính: nhắc trước 5, 1 ngày" in words(told)
        assert kept(console) == {(Scope.AGENCY, "Sở Tài chính", Name.LEADS): [5, 1]}
        unknown = await browser.send("/nhac-viec/cai-dat/co-quan", co_quan="Sở Không Có", moc="5")
        assert "Danh bạ không có cơ quan" in words(unknown)
        await browser.send("/nhac-viec/cai-dat/co-quan", co_quan="Sở Tài chính")
        assert kept(console) == {}
