"""Who somebody that asks may already be: names as people write them, agencies, invitations."""

from __future__ import annotations

import pytest

from bot.people.accounts import NAMELESS
from bot.people.likeness import SHOWN, Closeness, compare_names
from bot.people.members import Member, People, Role
from tests.bot.people.conftest import telegram, zalo

SAME, SHORTENED, GIVEN, OTHER = Closeness.SAME, Closeness.SHORTENED, Closeness.GIVEN, Closeness.OTHER


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [
        ("An Trần", "Trần An", SAME),
        ("Trần Thị An", "tran thi an", SAME),
        ("Đ/c Trần Thị An", "Trần Thị An", SAME),
        ("ThS. Trần Thị An (phòng TCBC)", "Trần Thị An", SAME),
        ("Phó Giám đốc Lê Văn Hùng", "Lê Văn Hùng - Sở Xây dựng", SAME),
        ("Chu Văn Minh", "chú Văn Minh", SAME),
        ("Chị Trần An", "Trần Thị An", SHORTENED),
        ("C. An", "Trần Thị An", GIVEN),
        ("An", "Trần Thị An", GIVEN),
        ("Trần Thị An", "Nguyễn Thị An", OTHER),
        ("Trần Thị An", "Trần An Bình", OTHER),
        ("An", "Trần Thị Lan", OTHER),
        ("0912345678", "Trần Thị An", OTHER),
        ("", "Trần Thị An", OTHER),
    ],
)
def test_names(one: str, other: str, close: Closeness) -> None:
    assert compare_names(one, other) is compare_names(other, one) is close


def let_in(people: People, number: int, name: str, agency: str) -> Member:
    return people.approve(people.request(telegram(number), name, agency).id, None)


def test_the_likeliest_is_first(people: People, admin: Member) -> None:
    other = let_in(people, 11, "Trần Thị An", "Sở Y tế")
    shortened = let_in(people, 12, "Trần An", "Sở Nội vụ")
    same = let_in(people, 13, "Trần Thị An", "Sở Nội vụ")
    beside = let_in(people, 14, "Chị An", "Sở Tư pháp")
    people.add_agency(beside.id, "Sở Nội vụ", admin.id)
    code = people.invite("Sở Nội vụ", Role.OWNER, admin.id).code
    nameless = people.redeem(code, zalo("n"))
    assert nameless.name == NAMELESS
    let_in(people, 15, "Lê Văn Bình", "Sở Nội vụ")
    let_in(people, 16, "An", "Sở Xây dựng")
    found = people.find_likely(people.request(telegram(99, "hoa mai"), "Bà Trần Thị An", "Sở Nội vụ"))
    assert [each.member.id for each in found] == [each.id for each in (same, shortened, beside, nameless, other)]
    assert [(each.same_agency, each.same_name, each.near_name, each.invited) for each in found] == [
        (True, True, True, False),
        (True, False, True, False),
        (True, False, True, False),
        (True, False, False, True),
        (False, True, True, False),
    ]


def test_no_more_than_can_be_looked_at(people: People) -> None:
    for number in range(SHOWN + 3):
        let_in(people, 100 + number, "Trần Thị An", "Sở Nội vụ")
    assert len(people.find_likely(people.request(telegram(99), "Trần Thị An", "Sở Nội vụ"))) == SHOWN
