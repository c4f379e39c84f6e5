"""kehoach people, and the administrators of the settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bot.running import Run, call, kehoach

HEADING = "name,agency,role,channels\n"
LAN = "Trần Thị Lan,snv,owner,telegram:77 zalo:lan\n"
MINH = "Phạm Minh,UBND xã Phú An,staff,zalo:minh\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "người dùng.csv"
    path.write_text(HEADING + LAN + MINH, encoding="utf-8")
    return path


def lines(run: Run) -> list[str]:
    """What a table shows, one space between."""
    assert (run.code, run.err) == (0, "")
    return [" ".join(line.split()) for line in run.out.splitlines()]


def test_import_then_list(empty: Path, file: Path) -> None:
    assert kehoach(empty, "people", "import", file) == Run(
        0,
        "✓ người dùng.csv: thêm 2, bổ sung 0, không đổi 0.\n"
        "  - Cơ quan chưa có trong danh bạ, giữ như ghi: UBND xã Phú An.\n",
        "",
    )
    assert call(empty, "people", "import", file).out.startswith("✓ người dùng.csv: thêm 0, bổ sung 0, không đổi 2.\n")
    table = [
        "Mã Họ tên Cơ quan Vai trò Kênh Tình trạng",
        "1 Trần Thị Lan Sở Nội vụ đầu mối telegram:77 zalo:lan đang dùng",
        "2 Phạm Minh UBND xã Phú An cán bộ zalo:minh đang dùng",
    ]
    assert lines(call(empty, "people", "list")) == table
    assert lines(call(empty, "people")) == table
    assert lines(call(empty, "people", "list", "--agency", "so noi vu")) == table[:2]
    assert lines(call(empty, "people", "list", "--role", "staff")) == [table[0], table[2]]


def test_a_wrong_file_is_named_row_by_row_and_nothing_is_applied(empty: Path, file: Path) -> None:
    with file.open("a", encoding="utf-8") as more:
        more.write("Lê An,Sở Y tế,boss,zalo:an\n,Sở Y tế,staff,zalo:lan\n")
    assert kehoach(empty, "people", "import", file) == Run(
        1,
        "",
        "Dòng 4: không có vai trò “boss” (các vai trò: staff, owner, leader, admin).\nDòng 5: thiếu họ tên.\n",
    )
    assert call(empty, "people").out == "Không có người dùng nào. Nhập danh sách: kehoach people import TỆP.xlsx\n"


def test_a_file_that_is_not_there(empty: Path, tmp_path: Path) -> None:
    assert kehoach(empty, "people", "import", tmp_path / "a.csv") == Run(1, "", "Không tìm thấy tệp a.csv.\n")


def test_invite(empty: Path) -> None:
    run = call(empty, "people", "invite", "--agency", "stp", "--role", "owner", "--days", "3", "--telegram", "tro_ly")
    code = re.fullmatch(r"Mã mời: ([A-Za-z0-9_-]{32})", run.out.splitlines()[0])
    assert code is not None
    assert run == Run(
        0,
        f"Mã mời: {code[1]}\n"
        "Cho: Sở Tư pháp, đầu mối; dùng một lần, đến 23/11/2026 08:00.\n"
        f"Đường dẫn: https://t.me/tro_ly?start={code[1]}\n"
        f"Người được mời gửi cho trợ lý: /start {code[1]}\n",
        "",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["invite"],
        ["invite", "--agency", "snv", "--role", "boss"],
        ["invite", "--agency", "snv", "--days", "0"],
        ["xem"],
    ],
)
def test_bad_usage(empty: Path, arguments: list[str]) -> None:
    assert call(empty, "people", *arguments).code == 2
    assert not empty.exists()


def test_history(empty: Path, file: Path) -> None:
    call(empty, "people", "import", file, env={"KEHOACH_ADMINS": "zalo:quantri"})
    call(empty, "people", "invite", "--agency", "Sở Y tế")
    assert call(empty, "people", "history") == Run(
        0,
        "20/11/2026 08:00  dòng lệnh  tạo mã mời (cán bộ; Sở Y tế)\n"
        "20/11/2026 08:00  dòng lệnh  nhập danh sách (thêm 2, bổ sung 0)\n"
        "20/11/2026 08:00  dòng lệnh  giao quyền quản trị theo cài đặt: Quản trị viên\n",
        "",
    )


@pytest.mark.parametrize("admins", ["telegram:123,zalo:abc", " telegram:123 , zalo:abc,", "telegram:123 zalo:abc"])
def test_the_administrators_of_the_settings(empty: Path, admins: str) -> None:
    assert lines(call(empty, "people", env={"KEHOACH_ADMINS": admins})) == [
        "Mã Họ tên Cơ quan Vai trò Kênh Tình trạng",
        "1 Quản trị viên quản trị telegram:123 đang dùng",
        "2 Quản trị viên quản trị zalo:abc đang dùng",
    ]


@pytest.mark.parametrize(
    ("admins", "sentence"),
    [
        ("123", "“123” thiếu tên kênh; cần ghi như telegram:123 hoặc zalo:abc"),
        ("telegram:", "“telegram:” thiếu tên kênh; cần ghi như telegram:123 hoặc zalo:abc"),
        ("telegram:tên", "“telegram:tên” không phải là mã người dùng của kênh telegram"),
        ("viber:1", "không có kênh “viber” (các kênh: telegram, zalo, zalo_oa, terminal)"),
    ],
)
def test_administrators_that_are_none(empty: Path, admins: str, sentence: str) -> None:
    run = kehoach(empty, "people", env={"KEHOACH_ADMINS": admins})
    assert run == Run(1, "", f"Cài đặt KEHOACH_ADMINS: {sentence}.\n")
    assert not empty.exists()


def test_one_account_is_taken_off(empty: Path, file: Path) -> None:
    call(empty, "people", "import", file)
    assert call(empty, "people", "unlink", "telegram:77") == Run(0, "Đã gỡ telegram:77 của Trần Thị Lan.\n", "")
    assert lines(call(empty, "people"))[1] == "1 Trần Thị Lan Sở Nội vụ đầu mối zalo:lan đang dùng"
    last = "Đây là kênh duy nhất của người này nên không gỡ được; nếu cần, xin khóa hoặc xóa dữ liệu.\n"
    assert call(empty, "people", "unlink", "zalo:lan") == Run(1, "", last)
    unknown = "Không có người dùng nào có kênh “telegram:77”.\n"
    assert call(empty, "people", "unlink", "telegram:77") == Run(1, "", unknown)
    assert (
        call(empty, "people", "history")
        .out.splitlines()[0]
        .endswith("dòng lệnh  gỡ một kênh: Trần Thị Lan (telegram)")
    )


def test_who_has_no_account_is_waited_for_and_given_a_code(empty: Path, tmp_path: Path) -> None:
    listed, out = tmp_path / "ds.csv", tmp_path / "ra.xlsx"
    listed.write_text(HEADING + "Vũ Hoa,Sở Y tế,staff,\n", encoding="utf-8")
    assert call(empty, "people", "import", listed, "--dry-run").out == (
        "Thêm 1 người:\n• Vũ Hoa (Sở Y tế): cán bộ; đang chờ vào\nKhông đổi: 0.\n"
    )
    assert call(empty, "people", "import", listed).out == (
        "✓ ds.csv: thêm 1, bổ sung 0, không đổi 0.\n"
        "  1 người đang chờ vào; lấy mã cá nhân: kehoach people export TỆP.xlsx --codes\n"
    )
    assert call(empty, "people", "export", out, "--codes").out == (
        "✓ ra.xlsx: 1 người.\n  1 mã cá nhân, chỉ hiện trong tệp này; dùng đến 20/12/2026 08:00.\n"
    )
    assert call(empty, "people", "import", out, "--dry-run").out == "Không đổi: 1.\n"
    assert call(empty, "people", "export", tmp_path / "ra.txt").code == 1


def test_one_code_for_an_office(empty: Path) -> None:
    run = call(empty, "people", "invite", "--agency", "stp", "--uses", "30")
    assert run.out.splitlines()[1] == "Cho: Sở Tư pháp, cán bộ; dùng được 30 lượt, đến 27/11/2026 08:00."
    assert call(empty, "people", "invite", "--agency", "stp", "--uses", "30", "--role", "admin").code == 1
