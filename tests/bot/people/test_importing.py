"""The members file: checked whole, applied whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.people.importing import ImportResult
from bot.people.member_file import read_member_file
from bot.people.members import Member, People, Role
from bot.people.records import ImportRefusedError, PeopleError
from tests.bot.people.conftest import telegram, zalo

HEADING = "name,agency,role,channels"
LAN = "Trần Thị Lan,Sở Nội vụ,owner,telegram:77 zalo:lan"
MINH = "Phạm Minh,stp,staff,zalo:minh"


def write_csv(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "người dùng.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def write_sheet(folder: Path, rows: Sequence[Sequence[object]], merged: str | None = None) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    if merged:
        sheet.merge_cells(merged)
    path = folder / "người dùng.xlsx"
    book.save(path)
    return path


def load(people: People, path: Path) -> ImportResult:
    return people.import_rows(read_member_file(path).rows)


def brief(people: People) -> list[tuple[str, str, str]]:
    """Everybody but the administrator of the settings."""
    return [(m.name, m.agency, " ".join(sorted(m.roles))) for m in people.list() if m.id != 1]


def refused(people: People, *lines: str, folder: Path) -> list[str]:
    before = people.list(), people.history()
    with pytest.raises(ImportRefusedError) as told:
        load(people, write_csv(folder, *lines))
    assert (people.list(), people.history()) == before
    return list(told.value.lines)


class TestApplied:
    def test_everybody_is_let_in(self, people: People, tmp_path: Path) -> None:
        assert load(people, write_csv(tmp_path, HEADING, LAN, MINH)) == ImportResult(2, 0, 0)
        assert people.find(telegram(77)) == Member(2, "Trần Thị Lan", "Sở Nội vụ", frozenset({Role.OWNER}), True)
        assert people.find(zalo("lan")) == people.find(telegram(77))
        assert people.find(zalo("minh")) == Member(3, "Phạm Minh", "Sở Tư pháp", frozenset({Role.STAFF}), True)
        assert people.history(1)[0].detail == "thêm 2, bổ sung 0"

    def test_the_same_file_again_changes_nothing(self, people: People, tmp_path: Path) -> None:
        path = write_csv(tmp_path, HEADING, LAN, MINH)
        load(people, path)
        before = people.list(), people.history()
        assert load(people, path) == ImportResult(0, 0, 2)
        assert (people.list(), people.history()) == before

    def test_roles_and_accounts_are_added_never_taken(self, people: People, tmp_path: Path) -> None:
        load(people, write_csv(tmp_path, HEADING, LAN))
        row = "trần thị lan,Sở Nội vụ,leader,telegram:77 telegram:78"
        assert load(people, write_csv(tmp_path, HEADING, row)) == ImportResult(0, 1, 0)
        assert people.find(zalo("lan")) == people.find(telegram(78))
        assert brief(people) == [("Trần Thị Lan", "Sở Nội vụ", "leader owner")]

    def test_one_account_under_several_agencies_is_one_person(self, people: People, tmp_path: Path) -> None:
        rows = [LAN, "Trần Thị Lan,Sở Y tế,leader,telegram:77", "Trần Thị Lan,Sở Tài chính,owner,zalo:lan"]
        assert load(people, write_csv(tmp_path, HEADING, *rows)) == ImportResult(1, 0, 0)
        assert brief(people) == [("Trần Thị Lan", "Sở Nội vụ", "leader owner")]
        lan = people.find(telegram(77))
        assert lan is not None
        assert people.further_agencies(lan.id) == ["Sở Tài chính", "Sở Y tế"]
        assert load(people, write_csv(tmp_path, HEADING, *rows)) == ImportResult(0, 0, 1)
        assert load(people, write_csv(tmp_path, HEADING, rows[1])) == ImportResult(0, 0, 1)

    def test_a_file_adds_agencies_to_who_is_known(self, people: People, tmp_path: Path) -> None:
        load(people, write_csv(tmp_path, HEADING, LAN))
        rows = ["Trần Thị Lan,Sở Y tế,owner,telegram:77", LAN]
        assert load(people, write_csv(tmp_path, HEADING, *rows)) == ImportResult(0, 1, 0)
        lan = people.find(telegram(77))
        assert lan is not None
        assert (lan.agency, people.further_agencies(lan.id)) == ("Sở Nội vụ", ["Sở Y tế"])

    def test_unknown_agencies_and_namesakes_are_told(self, people: People, tmp_path: Path) -> None:
        load(people, write_csv(tmp_path, HEADING, LAN))
        done = load(
            people,
            write_csv(
                tmp_path,
                HEADING,
                "An,UBND xã Phú An,staff,zalo:1",
                "Bình,UBND xã Phú An,staff,zalo:2",
                "bình,UBND xã Phú An,staff,zalo:3",
                "Trần Thị Lan,SNV,staff,zalo:4",
                "Chi,stttt,staff,zalo:5",
            ),
        )
        assert done == ImportResult(
            5,
            0,
            0,
            (
                "Cơ quan chưa có trong danh bạ, giữ như ghi: UBND xã Phú An.",
                "Sở Thông tin và Truyền thông nay là Sở Khoa học và Công nghệ.",
                "Dòng 4: bình (UBND xã Phú An) trùng tên, cùng cơ quan với dòng 3; nếu là một người, xin gộp lại.",
                "Dòng 5: Trần Thị Lan (Sở Nội vụ) trùng tên, cùng cơ quan với một người dùng đã có.",
            ),
        )


WRONG_ROWS = [
    (",Sở Nội vụ,staff,zalo:1", "Dòng 2: thiếu họ tên."),
    ("An,,staff,zalo:1", "Dòng 2: thiếu tên cơ quan."),
    ("An,Sở Nội vụ,,zalo:1", "Dòng 2: thiếu vai trò."),
    ("An,Sở Nội vụ,boss,zalo:1", "Dòng 2: không có vai trò “boss” (các vai trò: staff, owner, leader, admin)."),
    ("An,Sở Nội vụ,staff,123", "Dòng 2: “123” thiếu tên kênh; cần ghi như telegram:123 hoặc zalo:abc."),
    ("An,Sở Nội vụ,staff,telegram:abc", "Dòng 2: “telegram:abc” không phải là mã người dùng của kênh telegram."),
    (
        "An,Sở Nội vụ,staff,viber:1",
        "Dòng 2: không có kênh “viber” (các kênh: telegram, zalo, zalo_oa, terminal).",
    ),
    ("12,Sở Nội vụ,staff,zalo:1", "Dòng 2: họ tên “12” không hợp lệ."),
    (",,boss,zalo:1", "Dòng 2: thiếu họ tên; thiếu tên cơ quan; không có vai trò “boss” "
     "(các vai trò: staff, owner, leader, admin)."),
]  # fmt: skip


class TestRefused:
    @pytest.mark.parametrize(("row", "line"), WRONG_ROWS)
    def test_a_wrong_row_is_named_in_one_line(self, people: People, tmp_path: Path, row: str, line: str) -> None:
        assert refused(people, HEADING, row, MINH, folder=tmp_path) == [line]

    def test_every_wrong_row_is_named_in_order(self, people: People, tmp_path: Path) -> None:
        rows = ["An,Sở Nội vụ,boss,zalo:1", LAN, "", "Bình,Sở Y tế,staff,zalo:lan", ",Sở Y tế,staff,zalo:2"]
        assert refused(people, HEADING, *rows, folder=tmp_path) == [
            "Dòng 2: không có vai trò “boss” (các vai trò: staff, owner, leader, admin).",
            "Dòng 5: zalo:lan đã có ở dòng 3.",
            "Dòng 6: thiếu họ tên.",
        ]

    @pytest.mark.parametrize(
        ("row", "line"),
        [
            ("Phạm Minh,Sở Nội vụ,staff,zalo:lan", "Dòng 2: zalo:lan đã là của Trần Thị Lan (Sở Nội vụ)."),
            ("Trần Thị Lan,Sở Y tế,staff,zalo:lan", "Dòng 2: zalo:lan đã là của Trần Thị Lan (Sở Nội vụ)."),
            ("Phạm Minh,Sở Nội vụ,staff,telegram:1", "Dòng 2: telegram:1 đã là của Quản trị viên."),
        ],
    )
    def test_an_account_that_is_somebody_elses(self, people: People, tmp_path: Path, row: str, line: str) -> None:
        load(people, write_csv(tmp_path, HEADING, LAN))
        assert refused(people, HEADING, row, folder=tmp_path) == [line]

    def test_a_file_does_not_switch_anybody_on(self, people: People, tmp_path: Path) -> None:
        load(people, write_csv(tmp_path, HEADING, LAN))
        people.switch_off(2, None)
        assert refused(people, HEADING, LAN, folder=tmp_path) == [
            "Dòng 2: telegram:77 là của Trần Thị Lan, đang bị khóa."
        ]

    def test_two_members_accounts_in_one_row(self, people: People, tmp_path: Path) -> None:
        load(people, write_csv(tmp_path, HEADING, "Lan,Sở Y tế,staff,zalo:1", "Lan,Sở Y tế,staff,zalo:2"))
        assert refused(people, HEADING, "Lan,Sở Y tế,staff,zalo:1 zalo:2", folder=tmp_path) == [
            "Dòng 2: các kênh đang thuộc về nhiều người dùng khác nhau."
        ]


CSV_HABITS = {
    "any order and case": ["Role,NAME,Channels,agency", "Owner,Lan,telegram:77,Sở Nội vụ"],
    "Vietnamese": ["STT,Họ tên,Cơ quan,Vai trò,Kênh", "1,Lan,Sở Nội vụ,Đầu mối,telegram:77"],
    "longer headings": ["Họ và tên;Đơn vị;VAI TRÒ (*);Kênh liên lạc", "Lan;Sở Nội vụ;đầu mối;Telegram: 77"],
    "semicolons": ["name;agency;role;channels", "Lan;Sở Nội vụ;owner;telegram:77"],
    "tabs": ["name\tagency\trole\tchannels", "Lan\tSở Nội vụ\towner\ttelegram:77"],
    "separator told": ["sep=;", "name;agency;role;channels", "Lan;Sở Nội vụ;owner;telegram:77"],
    "title above": ["DANH SÁCH CÁN BỘ,,,", ",,,", HEADING, "Lan,Sở Nội vụ,owner,telegram:77"],
    "blank rows": [HEADING, ",,,", "Lan,Sở Nội vụ,owner,telegram:77", "", " , , , "],
    "quotes": [HEADING, '"Lan","Sở Nội vụ","owner","telegram:77,telegram:77"'],
    "more columns": [HEADING + ",Ghi chú", "Lan,Sở Nội vụ,owner,telegram:77,mới về"],
}


class TestHabits:
    @pytest.mark.parametrize("lines", CSV_HABITS.values(), ids=CSV_HABITS.keys())
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_csv(self, people: People, tmp_path: Path, lines: list[str], encoding: str) -> None:
        assert load(people, write_csv(tmp_path, *lines, encoding=encoding)).added == 1
        assert brief(people) == [("Lan", "Sở Nội vụ", "owner")]
        assert people.channels_of(2) == [telegram(77)]

    def test_several_roles(self, people: People, tmp_path: Path) -> None:
        rows = ["A Lan,Sở Y tế,owner leader,zalo:1", "B Lan,Sở Y tế,cán bộ; lãnh đạo,zalo:2"]
        load(people, write_csv(tmp_path, HEADING, *rows))
        assert [roles for *_, roles in brief(people)] == ["leader owner", "leader staff"]

    def test_a_workbook(self, people: People, tmp_path: Path) -> None:
        path = write_sheet(
            tmp_path,
            [
                ["DANH SÁCH"],
                [],
                ["STT", "Họ tên", "Cơ quan", "Vai trò", "Kênh"],
                [1, "Lan", "Sở Nội vụ", "lãnh đạo", "telegram:77\nzalo:lan"],
                [None, None, None, None, None],
                [2, "Minh", None, "cán bộ", "telegram:78"],
            ],
            merged="C4:C6",
        )
        assert load(people, path) == ImportResult(2, 0, 0)
        assert brief(people) == [("Lan", "Sở Nội vụ", "leader"), ("Minh", "Sở Nội vụ", "staff")]

    def test_a_workbook_as_offices_make_them(self, people: People, tmp_path: Path) -> None:
        path = write_sheet(
            tmp_path,
            [
                ["UBND TỈNH PHÚ GIANG", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
                ["DANH SÁCH ĐẦU MỐI NĂM 2026"],
                [],
                ["STT", "Họ và tên ", "Cơ quan, đơn vị", "Vai trò", "Kênh", None, "Số điện thoại"],
                [None, None, None, None, "Mã Telegram", "Zalo", None],
                [1, "  Trần   Thị Lan ", "SỞ NỘI VỤ", "Đầu mối", 77, "-", 912345678],
                [],
                [2, "Phạm Minh", " stp", "đầu mối, lãnh đạo", None, "zalo:minh ", "0912 345 679"],
                [None] * 7,
                [None, "Người lập biểu", None, None, None, None, None],
                [None, "(Ký, ghi rõ họ tên)", None, None, None, None, None],
            ],
            merged="E4:F4",
        )
        read = read_member_file(path)
        assert people.import_rows(read.rows) == ImportResult(2, 0, 0)
        assert brief(people) == [("Trần Thị Lan", "Sở Nội vụ", "owner"), ("Phạm Minh", "Sở Tư pháp", "leader owner")]
        assert [people.channels_of(number) for number in (2, 3)] == [[telegram(77)], [zalo("minh")]]
        assert read.notes == (
            "Dòng 10 đứng riêng dưới danh sách, không đọc: Người lập biểu.",
            "Dòng 11 đứng riêng dưới danh sách, không đọc: (Ký, ghi rõ họ tên).",
        )

    def test_a_name_alone_in_the_list_is_no_signature(self, people: People, tmp_path: Path) -> None:
        rows = ["Lan,Sở Nội vụ,owner,telegram:77", "", "Minh,,,", "", "Hoa,Sở Y tế,staff,zalo:hoa"]
        assert refused(people, HEADING, *rows, folder=tmp_path)[0].startswith("Dòng 4: thiếu tên cơ quan")
        assert refused(people, HEADING, rows[0], rows[2], folder=tmp_path)[0].startswith("Dòng 3: thiếu tên cơ quan")

    @pytest.mark.parametrize("number", ["0912345678", "84912345678", "912345678"])
    def test_a_telephone_number_is_no_account(self, people: People, tmp_path: Path, number: str) -> None:
        assert refused(people, "Họ tên,Cơ quan,Vai trò,Zalo", f"Lan,Sở Nội vụ,staff,{number}", folder=tmp_path) == [
            f"Dòng 2: “zalo:{number}” là số điện thoại, không phải mã Zalo (chưa biết mã thì gửi lời mời)."
        ]

    def test_numbers_are_text(self, people: People, tmp_path: Path) -> None:
        path = write_sheet(tmp_path, [["name", "agency", "role", "channels"], ["Lan", 12, "staff", 77]])
        with pytest.raises(ImportRefusedError) as told:
            load(people, path)
        assert told.value.lines == (
            "Sheet!B2: tên cơ quan “12” không hợp lệ.",
            "Sheet!D2: “77” thiếu tên kênh; cần ghi như telegram:123 hoặc zalo:abc.",
        )

    def test_lines_are_counted_as_the_file_shows_them(self, people: People, tmp_path: Path) -> None:
        rows = ['"Lan\nTrần",Sở Nội vụ,owner,telegram:77', "Minh,Sở Nội vụ,boss,zalo:1"]
        assert refused(people, HEADING, *rows, folder=tmp_path)[0].startswith("Dòng 4: ")


class TestFiles:
    @pytest.mark.parametrize(
        ("lines", "sentence"),
        [
            (["Lan,Sở Nội vụ"], "Tệp thiếu cột name (Họ tên), agency (Cơ quan), role (Vai trò), channels (Kênh)"),
            (["name,agency,quyền hạn,channels"], "Tệp thiếu cột role (Vai trò);"),
            ([HEADING + ",Họ tên", "Lan,Sở Nội vụ,staff,zalo:1,Lan"], "Cột name (Họ tên) có hai lần."),
            ([HEADING, ",,,"], "Danh sách không có dòng nào"),
            ([], "Tệp thiếu cột"),
        ],
    )
    def test_a_file_that_is_no_list(self, tmp_path: Path, lines: list[str], sentence: str) -> None:
        with pytest.raises(PeopleError) as told:
            read_member_file(write_csv(tmp_path, *lines))
        assert told.value.sentence.startswith(sentence)

    def test_a_workbook_that_is_none(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(b"name,agency")
        with pytest.raises(PeopleError, match="không phải là tệp Excel"):
            read_member_file(path)

    def test_other_kinds_and_missing_ones(self, tmp_path: Path) -> None:
        with pytest.raises(PeopleError, match=r"Không tìm thấy tệp a\.csv"):
            read_member_file(tmp_path / "a.csv")
        (tmp_path / "a.pdf").write_bytes(b"%PDF")
        with pytest.raises(PeopleError, match=r"\.csv hoặc \.xlsx"):
            read_member_file(tmp_path / "a.pdf")
