"""People of a list who have no account yet: kept, let in by a personal code or a proved number; the list as Excel."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from bot.people.importing import told_difference
from bot.people.invitations import JOIN_TRIES, PERSONAL_LASTS
from bot.people.member_file import is_member_list, read_members
from bot.people.members import ImportRow, Member, People, Role
from bot.people.phones import find_phone, read_phone
from bot.people.records import (
    AlreadyMemberError,
    Change,
    CodeError,
    ImportRefusedError,
    MovedError,
    PeopleError,
    SwitchedOffError,
    UnknownMemberError,
)
from bot.reports.member_sheet import member_sheet
from knowledge.store.database import Store
from tests.bot.people.conftest import MovedClock, telegram, zalo
from tests.databases import all_text

HEADING = "name,agency,role,channels,phone"
LAN = "Trần Thị Lan,Sở Nội vụ,owner,,0912 345 678"
MINH = "Phạm Minh,Sở Tư pháp,staff,,"


def rows(*lines: str, heading: str = HEADING) -> tuple[ImportRow, ...]:
    return read_members("ds.csv", "\n".join([heading, *lines]).encode()).rows


def edited(people: People, **cells: str | None) -> tuple[ImportRow, ...]:
    """The list as it is taken out, with cells written over."""
    with closing(load_workbook(BytesIO(member_sheet(people)))) as book:
        for place, value in cells.items():
            book.worksheets[0][place] = value
        written = BytesIO()
        book.save(written)
    return read_members("nguoi-dung.xlsx", written.getvalue()).rows


@pytest.fixture
def lan(people: People) -> Member:
    people.import_rows(rows(LAN, MINH))
    return people.get(2)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912 345 678", "0912345678"),
        ("+84 912.345.678", "0912345678"),
        ("84912345678", "0912345678"),
        ("912345678", "0912345678"),
        ("0221-3862-345", "02213862345"),
        ("091234567", ""),
        ("12345678901", ""),
        ("a0912345678", ""),
        ("", ""),
    ],
)
def test_numbers_as_people_write_them(typed: str, number: str) -> None:
    assert read_phone(typed) == number


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Trần Thị Lan, 0912 345 678", ("0912345678", "Trần Thị Lan")),
        ("0912345678", ("0912345678", "")),
        ("Lan (+84912345678) Sở Nội vụ", ("", "Lan (+84912345678) Sở Nội vụ")),
        ("Kế hoạch 0912", ("", "Kế hoạch 0912")),
        ("telegram:0912345678", ("", "telegram:0912345678")),
    ],
)
def test_a_number_in_what_is_typed(typed: str, found: tuple[str, str]) -> None:
    if typed.startswith("Lan ("):
        assert find_phone(typed)[0] == "0912345678"
    else:
        assert find_phone(typed) == found


class TestKept:
    def test_who_has_no_account_is_kept_once(self, people: People) -> None:
        done = people.import_rows(rows(LAN, MINH))
        assert (done.added, done.waiting) == (2, 2)
        assert [(m.name, m.phone) for m in people.waiting()] == [("Trần Thị Lan", "0912345678"), ("Phạm Minh", "")]
        again = people.import_rows(rows(LAN, MINH))
        assert (again.added, again.extended, again.unchanged) == (0, 0, 2)

    def test_an_account_that_comes_later_is_the_same_persons(self, people: People, lan: Member) -> None:
        assert people.import_rows(rows("Trần Thị Lan,snv,owner,zalo:lan,")).extended == 1
        assert people.find(zalo("lan")) == lan
        assert people.waiting() == [people.get(3)]

    @pytest.mark.usefixtures("lan")
    def test_two_of_one_name_are_told_apart_by_number(self, people: People) -> None:
        same = "Trần Thị Lan,Sở Nội vụ,staff,,0987654321"
        assert people.import_rows(rows(same)).added == 1
        assert people.import_rows(rows(same, LAN)).unchanged == 2
        with pytest.raises(ImportRefusedError) as told:
            people.import_rows(rows("Trần Thị Lan,Sở Nội vụ,staff,,"))
        assert "có 2 người cùng tên, cùng cơ quan" in told.value.sentence

    def test_a_wrong_number_is_named(self, people: People) -> None:
        assert people.weigh_rows(rows("Lan,Sở Y tế,staff,,12345")).wrong == (
            "Dòng 2: số điện thoại “12345” không hợp lệ.",
        )

    def test_a_number_for_several_is_told(self, people: People) -> None:
        found = people.weigh_rows(rows(LAN, "Hoa,Sở Y tế,staff,,0912345678"))
        assert found.notes == ("2 người chung số 0912 345 678: không vào được bằng số này, chỉ bằng mã cá nhân.",)

    def test_what_is_shown_is_what_is_applied(self, people: People) -> None:
        seen = people.weigh_rows(rows(LAN))
        assert told_difference(seen) == [
            "Thêm 1 người:",
            "• Trần Thị Lan (Sở Nội vụ): đầu mối; đang chờ vào",
            "Không đổi: 0.",
        ]
        people.import_rows(rows(LAN))
        with pytest.raises(MovedError):
            people.import_rows(rows(LAN), seen=seen)


class TestPersonalCodes:
    def test_lets_in_once_with_what_was_listed(self, people: People, lan: Member, clock: MovedClock) -> None:
        code = people.personal_code(lan.id, 1).code
        assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}", code)
        clock.pass_by(days=20)
        assert people.enter(code.lower().replace("-", " "), zalo("lan", "Lan")) == lan
        assert people.find(zalo("lan")) == lan
        assert (people.history(1)[0].action, people.history(1)[0].detail) == (Change.ENTERED, "zalo; mã cá nhân")
        with pytest.raises(CodeError):
            people.enter(code, zalo("khác"))

    def test_ends_in_time_and_with_a_new_one(self, people: People, lan: Member, clock: MovedClock) -> None:
        old, new = people.personal_code(lan.id, 1).code, people.personal_code(lan.id, 1).code
        with pytest.raises(CodeError, match="không đúng, đã dùng hoặc đã hết hạn"):
            people.enter(old, zalo("lan"))
        clock.now += PERSONAL_LASTS
        with pytest.raises(CodeError):
            people.enter(new, zalo("lan"))

    def test_wrong_ones_are_counted_with_joining_codes(self, people: People, lan: Member) -> None:
        code = people.personal_code(lan.id, 1).code
        for number in range(JOIN_TRIES):
            with pytest.raises(CodeError):
                (people.enter if number % 2 else people.join)("2222-2222-2222", zalo("kẻ"))
        with pytest.raises(CodeError, match="nhập sai 5 lần"):
            people.enter(code, zalo("kẻ"))
        assert people.enter(code, zalo("lan")) == lan

    def test_is_made_for_those_who_wait_and_have_none(self, people: People, lan: Member) -> None:
        first = people.personal_code(lan.id, 1)
        assert [made.member.name for made in people.personal_codes(1)] == ["Phạm Minh"]
        assert [made.member.name for made in people.personal_codes(1, again=True)] == ["Trần Thị Lan", "Phạm Minh"]
        with pytest.raises(CodeError):
            people.enter(first.code, zalo("lan"))

    def test_only_for_who_has_no_account(self, people: People, lan: Member) -> None:
        with pytest.raises(PeopleError, match="đã có kênh rồi"):
            people.personal_code(1, 1)
        people.switch_off(lan.id, 1)
        with pytest.raises(PeopleError, match="đang bị khóa"):
            people.personal_code(lan.id, 1)

    def test_ends_with_who_is_switched_off_or_made_it(self, people: People, lan: Member) -> None:
        people.appoint([zalo("second")])
        second = next(m for m in people.administrators() if m.id != 1)
        code = people.personal_code(lan.id, second.id).code
        people.switch_off(second.id, 1)
        with pytest.raises(CodeError):
            people.enter(code, zalo("lan"))

    def test_neither_code_nor_number_is_kept_where_it_should_not_be(
        self, people: People, lan: Member, store: Store
    ) -> None:
        code = people.personal_code(lan.id, 1).code
        people.forget(lan.id, 1)
        kept = all_text(store)
        assert not [each for each in (code, code.replace("-", ""), "0912345678", "Trần Thị Lan") if each in kept]


class TestNumbers:
    def test_a_proved_number_lets_in(self, people: People, lan: Member) -> None:
        assert people.enter_by_phone("0912345678", telegram(77)) == lan
        assert people.history(1)[0].detail == "telegram; số điện thoại"

    @pytest.mark.usefixtures("lan")
    def test_says_nobody_for_sure(self, people: People) -> None:
        people.import_rows(rows("Hoa,Sở Y tế,staff,,0912345678", "Quản,Sở Y tế,admin,,0900000001"))
        assert people.enter_by_phone("0912345678", telegram(77)) is None
        assert people.enter_by_phone("0900000001", telegram(77)) is None, "an administrator needs the code"
        assert people.enter_by_phone("", telegram(77)) is None
        assert people.find(telegram(77)) is None

    def test_is_of_no_use_once_the_person_has_come(self, people: People, lan: Member) -> None:
        people.enter_by_phone("0912345678", telegram(77))
        assert people.enter_by_phone("0912345678", telegram(78)) is None
        with pytest.raises(AlreadyMemberError):
            people.enter_by_phone("0912345678", telegram(77))
        people.switch_off(lan.id, 1)
        with pytest.raises(SwitchedOffError):
            people.enter_by_phone("0912345678", telegram(77))

    def test_a_typed_one_only_marks_the_request(self, people: People, lan: Member) -> None:
        asked = people.request(zalo("x"), "Ai Đó", "Sở Y tế", "0912345678")
        assert people.find(zalo("x")) is None
        (likely,) = people.find_likely(asked)
        assert (likely.member, likely.same_phone, likely.same_name) == (lan, True, False)
        assert not people.pending()[0].phone_proved
        people.note_phone(zalo("x"), "0900000002", proved=True)
        people.note_phone(zalo("x"), "0912345678")
        assert (people.pending()[0].phone, people.pending()[0].phone_proved) == ("0900000002", True)

    def test_joined_to_a_request_the_person_has_come(self, people: People, lan: Member) -> None:
        code = people.personal_code(lan.id, 1).code
        asked = people.request(zalo("x"), "Lan", "Sở Nội vụ")
        people.join_request(asked.id, lan.id, 1)
        assert people.find(zalo("x")) == lan
        with pytest.raises(CodeError):
            people.enter(code, zalo("y"))


class TestTakenOut:
    @pytest.mark.usefixtures("lan")
    def test_comes_back_unchanged(self, people: People) -> None:
        people.import_rows(rows("Hoa,UBND xã Phú An,owner leader,zalo:hoa telegram:9,"))
        found = people.weigh_rows(edited(people))
        assert (found.unchanged, found.any, found.wrong, found.notes) == (4, False, (), ())

    @pytest.mark.usefixtures("lan")
    def test_what_is_edited_is_set(self, people: People) -> None:
        changed = edited(people, A3="Trần Thị Lan Anh", B3="Sở Y tế", C3="cán bộ, lãnh đạo", E3=None, D3="zalo:lan")
        found = people.weigh_rows(changed)
        assert found.changed[0].what == (
            "họ tên: Trần Thị Lan → Trần Thị Lan Anh",
            "cơ quan: Sở Nội vụ → Sở Y tế",
            "vai trò: đầu mối → cán bộ, lãnh đạo",
            "số điện thoại: 0912 345 678 → bỏ",
            "thêm kênh zalo:lan",
        )
        people.import_rows(changed, 1, seen=found)
        after = people.find(zalo("lan"))
        assert after == Member(2, "Trần Thị Lan Anh", "Sở Y tế", frozenset({Role.STAFF, Role.LEADER}), True, "")
        assert [(each.action, each.by, each.subject) for each in people.history(2)] == [
            (Change.IMPORTED, 1, None),
            (Change.EDITED, 1, 2),
        ]

    def test_what_somebody_changed_since_is_told_and_left(self, people: People, lan: Member) -> None:
        old = edited(people, C3="lãnh đạo")
        people.change(lan.id, 1, agency="Sở Y tế")
        assert people.weigh_rows(old).wrong == (
            "Người dùng, dòng 3: Trần Thị Lan đã được sửa sau khi xuất tệp; xin xuất lại danh sách rồi sửa tiếp.",
        )

    @pytest.mark.usefixtures("lan")
    def test_a_row_that_is_gone_takes_nobody_away(self, people: People) -> None:
        kept = edited(people)[:1]
        assert people.weigh_rows(kept).unchanged == 1
        assert len(people.list()) == 3

    @pytest.mark.usefixtures("lan")
    def test_a_new_row_and_wrong_cells(self, people: People) -> None:
        found = people.weigh_rows(edited(people, A5="Vũ Hoa", B5="Sở Y tế", C5="sếp", C4="", I3="kehoach-nguoi:9"))
        assert found.wrong == (
            "Người dùng!I3: mã dòng đã bị sửa; người mới thì xóa ô này, người cũ thì xin xuất lại danh sách.",
            "Người dùng!C4: thiếu vai trò.",
            "Người dùng!C5: không có vai trò “sếp” (các vai trò: staff, owner, leader, admin).",
        )
        assert people.weigh_rows(edited(people, A5="Vũ Hoa", B5="Sở Y tế", C5="cán bộ")).added[0].name == "Vũ Hoa"

    @pytest.mark.usefixtures("lan")
    def test_a_copied_row_is_told(self, people: People) -> None:
        given = edited(people)
        assert people.weigh_rows([*given, given[1]]).wrong == ()
        copied = replace(given[1], line=9, name="Lan Khác")
        assert [each.partition(": ")[2] for each in people.weigh_rows([*given, copied]).wrong] == [
            "Trần Thị Lan đã có ở dòng 3."
        ]

    @pytest.mark.usefixtures("lan")
    def test_the_last_administrator_stays_one(self, people: People) -> None:
        assert people.weigh_rows(edited(people, C2="cán bộ", B2="Sở Y tế")).wrong == (
            "Người dùng!C2: đây là quản trị viên cuối cùng; xin giao quyền quản trị cho người khác trước.",
        )
        handed = edited(people, C2="cán bộ", B2="Sở Y tế", C3="quản trị")
        people.import_rows(handed, 1)
        assert [each.name for each in people.administrators()] == ["Trần Thị Lan"]

    def test_is_known_as_a_list_of_people(self, people: People) -> None:
        assert is_member_list("a.xlsx", member_sheet(people))
        assert is_member_list("a.csv", f"{HEADING}\n{LAN}".encode())
        assert not is_member_list("a.csv", "Nhiệm vụ,Chủ trì,Thời hạn\nA,B,C".encode())
        assert not is_member_list("a.xlsx", b"PK\x03\x04")
        assert not is_member_list("a.pdf", b"%PDF")

    @pytest.mark.usefixtures("lan")
    def test_codes_stand_in_it_where_they_were_just_made(self, people: People) -> None:
        made = people.personal_codes(1)
        with closing(load_workbook(BytesIO(member_sheet(people, made)))) as book:
            told = [str(row[6]) for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
        assert told == ["None", made[0].code, made[1].code]
        with closing(load_workbook(BytesIO(member_sheet(people)))) as book:
            assert book.worksheets[0]["G3"].value == "đã cấp, dùng đến 20/12/2026"


class TestWholeOffices:
    def test_lets_so_many_in_and_no_more(self, people: People) -> None:
        code = people.invite("Sở Tư pháp", Role.STAFF, 1, uses=2).code
        one = people.redeem(code, zalo("a", "An Một"))
        assert people.redeem(code, zalo("a")) == one, "a link tapped twice takes no place"
        people.redeem(code, zalo("b", "Bình Hai"))
        with pytest.raises(CodeError, match="đã hết lượt"):
            people.redeem(code, zalo("c"))
        assert people.open_invitations() == {}

    @pytest.mark.parametrize(
        ("role", "uses", "why"), [(Role.ADMIN, 2, "quản trị"), (Role.STAFF, 0, "lượt"), (Role.STAFF, 501, "lượt")]
    )
    def test_what_it_cannot_be(self, people: People, role: Role, uses: int, why: str) -> None:
        with pytest.raises(PeopleError, match=why):
            people.invite("Sở Tư pháp", role, 1, uses=uses)

    def test_is_revoked_and_who_came_stays(self, people: People) -> None:
        made = people.invite("Sở Tư pháp", Role.STAFF, 1, timedelta(days=3), 5)
        one = people.redeem(made.code, zalo("a", "An Một"))
        (open_,) = people.open_invitations()["Sở Tư pháp"]
        assert (open_.uses, open_.used, open_.made_by) == (5, 1, 1)
        people.revoke_invitation(open_.id, 1)
        assert people.find(zalo("a")) == one
        with pytest.raises(CodeError):
            people.redeem(made.code, zalo("b"))
        with pytest.raises(UnknownMemberError, match="đã được hủy"):
            people.revoke_invitation(open_.id, 1)
        assert people.history(1)[0].action is Change.REVOKED


def test_two_who_change_one_person(people: People, lan: Member) -> None:
    people.appoint([zalo("second")])
    second = next(m for m in people.administrators() if m.id != 1)
    people.change(second.id, None, name="Lê Hai")
    people.change(lan.id, second.id, agency="Sở Y tế", seen=lan)
    with pytest.raises(MovedError) as told:
        people.change(lan.id, 1, agency="Sở Tư pháp", seen=lan)
    assert told.value.sentence == (
        "Trần Thị Lan vừa được Lê Hai sửa lúc 08:00 ngày 20/11/2026; xin xem lại rồi làm tiếp."
    )
    with pytest.raises(MovedError):
        people.switch_off(lan.id, 1, seen=lan)
    assert people.get(lan.id).agency == "Sở Y tế"
