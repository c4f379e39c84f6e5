"""`kehoach agencies` and `kehoach abbreviations`: kept, listed, taken through a file, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.running import call

NAME = "Văn phòng Điều phối nông thôn mới"


def test_an_agency_is_added_and_removed(tmp_path: Path) -> None:
    home = tmp_path / "dữ liệu"
    assert call(home, "agencies").out.startswith("Chưa tự thêm")
    made = call(home, "agencies", "add", NAME, "--short", "VPĐP", "--successor", "STC", "--from", "01/07/2026")
    assert (made.code, "hãy thêm trước" in made.err) == (1, True)
    assert call(home, "agencies", "add", NAME, "--short", "VPĐP").out == f"✓ {NAME}: đã ghi.\n"
    assert call(home, "agencies", "add", NAME, "--short", "VPĐP").out == f"{NAME}: đã có như vậy.\n"
    assert "VPĐP" in call(home, "agencies", "list").out
    assert "đi kèm" in call(home, "agencies", "list", "--search", "so noi vu").out
    assert call(home, "agencies", "remove", NAME).code == 0
    assert "không có gì để bỏ" in call(home, "agencies", "remove", NAME).err


@pytest.mark.parametrize("name", ["co-quan.csv", "co-quan.xlsx"])
def test_what_is_exported_is_imported_again(tmp_path: Path, name: str) -> None:
    home, other, file = tmp_path / "một", tmp_path / "hai", tmp_path / name
    assert call(home, "agencies", "add", NAME, "--short", "VPĐP", "--short", "VP NTM").code == 0
    more = ("--group", "Các sở, ban, ngành tỉnh", "--successor", NAME, "--from", "2026-07-01")
    assert call(home, "agencies", "add", "Chi cục Nông thôn", *more).code == 0
    assert call(home, "agencies", "export", file).code == 0
    done = call(other, "agencies", "import", file)
    assert done.out == f"✓ {name}: ghi 2, không đổi 0.\n", done.err
    assert call(other, "agencies", "list").out == call(home, "agencies", "list").out
    assert call(home, "agencies", "import", file).out == f"✓ {name}: ghi 0, không đổi 2.\n"


def test_one_wrong_line_and_none_is_taken(tmp_path: Path) -> None:
    home, file = tmp_path / "dữ liệu", tmp_path / "co-quan.csv"
    file.write_text("Tên cơ quan;Tên gọi khác\nTrung tâm A;TTA\nTrung tâm B;SNV\n", encoding="utf-8")
    refused = call(home, "agencies", "import", file)
    assert (refused.code, "Trung tâm B: “SNV” đang là tên gọi của Sở Nội vụ." in refused.err) == (1, True)
    file.write_text("Tên cơ quan;Từ ngày\nTrung tâm A;hôm qua\n", encoding="utf-8")
    assert "Dòng 2: “hôm qua” không phải là ngày" in call(home, "agencies", "import", file).err
    assert call(home, "agencies").out.startswith("Chưa tự thêm")


def test_abbreviations(tmp_path: Path) -> None:
    home = tmp_path / "dữ liệu"
    told = call(home, "abbreviations", "add", "DN", "đê nhỏ")
    assert told.out == "✓ DN: đê nhỏ\n  - Trước đây “DN” được hiểu là “doanh nghiệp”; từ nay hiểu là “đê nhỏ”.\n"
    assert call(home, "abbreviations").out == "DN: đê nhỏ\n"
    assert "trùng một tiếng thông thường" in call(home, "abbreviations", "add", "do", "đường ống").err
    assert call(home, "abbreviations", "remove", "dn").code == 0
    assert call(home, "abbreviations").out == "Chưa tự thêm chữ viết tắt nào.\n"
