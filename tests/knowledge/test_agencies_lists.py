"""Printed lists of offices and headings that name offices."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.agencies import heading_agency, load_directory, split_agencies
from knowledge.agencies.entries import Level
from tests.shared import SHARED

DIRECTORY = load_directory()
LISTED = [
    entry.name
    for entry in DIRECTORY.entries
    if entry.level in (Level.PROVINCE, Level.UNION) or entry.name.startswith("Bộ ")
]
OF_ONE_KIND = [name for name in LISTED if name.startswith(("Sở ", "Bộ "))]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("", []),
        ("Sở Nội vụ", ["Sở Nội vụ"]),
        ("Sở Tư pháp, Sở Nội vụ", ["Sở Tư pháp", "Sở Nội vụ"]),
        ("Sở Tư pháp; Sở Nội vụ.", ["Sở Tư pháp", "Sở Nội vụ"]),
        ("Các sở, ban, ngành tỉnh, UBND cấp huyện", ["Các sở, ban, ngành tỉnh", "UBND cấp huyện"]),
        ("UBND cấp huyện, cấp xã", ["UBND cấp huyện, cấp xã"]),
        ("HĐND, UBND cấp huyện", ["HĐND, UBND cấp huyện"]),
        ("HĐND tỉnh, UBND tỉnh", ["HĐND tỉnh", "UBND tỉnh"]),
        ("Đảng ủy, HĐND, UBND cấp xã", ["Đảng ủy, HĐND, UBND cấp xã"]),
        ("Thanh tra tỉnh; các cơ quan, đơn vị, địa phương", ["Thanh tra tỉnh", "các cơ quan, đơn vị, địa phương"]),
        ("Báo Phú Giang cùng các cơ quan báo chí", ["Báo Phú Giang", "các cơ quan báo chí"]),
        ("Sở Y tế và các cơ quan, đơn vị có liên quan", ["Sở Y tế", "các cơ quan, đơn vị có liên quan"]),
        ("SNV, STP và STC", ["SNV", "STP", "STC"]),
        ("so noi vu, so tu phap va ubnd cap xa", ["so noi vu", "so tu phap", "ubnd cap xa"]),
        ("Sở Nội vụ/Sở Tư pháp", ["Sở Nội vụ", "Sở Tư pháp"]),
        ("Sở Nội vụ. Sở Tư pháp", ["Sở Nội vụ", "Sở Tư pháp"]),
        ("Sở Nội vụ, Sở Tư pháp,...", ["Sở Nội vụ", "Sở Tư pháp"]),
        ("Bộ Y tế Bộ Nội vụ", ["Bộ Y tế", "Bộ Nội vụ"]),
        ("Sở Y tế & Sở Nội vụ", ["Sở Y tế", "Sở Nội vụ"]),
        ("Sở Y tế, các bệnh viện, trường học", ["Sở Y tế", "các bệnh viện", "trường học"]),
        ("Sở Y tế cùng với Sở Nội vụ hoặc Sở Tư pháp", ["Sở Y tế", "Sở Nội vụ", "Sở Tư pháp"]),
        ("Hội Nông dân, Hội Phụ nữ và Tỉnh đoàn", ["Hội Nông dân", "Hội Phụ nữ", "Tỉnh đoàn"]),
    ],
)
def test_separators(printed: str, expected: list[str]) -> None:
    assert list(split_agencies(printed, DIRECTORY)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "Sở Văn hóa, Thể thao và Du lịch",
        "Sở Lao động, Thương binh và Xã hội",
        "Báo và Phát thanh, Truyền hình tỉnh",
        "Đài Phát thanh - Truyền hình Phú Giang",
        "Văn phòng Đoàn ĐBQH và HĐND tỉnh",
        "Ban Tuyên giáo và Dân vận Tỉnh ủy",
        "Trung tâm Phục vụ HCC và Kiểm soát TTHC tỉnh",
        "Sở Nội vụ (Chi cục Văn thư, Phòng Tổ chức; Văn phòng)",
        "Chi cục Thủy lợi và Phòng chống thiên tai",
        "Ban Quản lý Khu kinh tế Cửa Sông và các Khu công nghiệp Phú Giang",
        "bộ phận Tư pháp - Hộ tịch",
        "Các cơ quan, tổ chức, cá nhân có liên quan",
        "Các bộ phận, ngành, đoàn thể có liên quan",
        "Các sở, ban, ngành được giao quản lý, vận hành hệ thống",
        "UBND các huyện, thị xã, thành phố",
        "Các bộ, ngành, địa phương",
        "Các cơ quan tham mưu (gồm các Sở: Tài chính, Tư pháp)",
        "Trung tâm Phục vụ hành chính công tỉnh và cấp xã",
        "Bộ Khoa học, Công nghệ",
    ],
)
def test_one_office_stays_whole(name: str) -> None:
    assert split_agencies(name, DIRECTORY) == (name,)
    printed = f"Thanh tra tỉnh, {name}; Công an tỉnh"
    assert split_agencies(printed, DIRECTORY) == ("Thanh tra tỉnh", name, "Công an tỉnh")


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Các sở: Xây dựng, Nông nghiệp và Môi trường, Y tế", ["Xây dựng", "Nông nghiệp và Môi trường", "Y tế"]),
        ("Các Sở Tài chính, Nội vụ và Tư pháp; Công an tỉnh", ["Tài chính", "Nội vụ", "Tư pháp", "Công an tỉnh"]),
        ("Sở Tài chính, Nội vụ, Văn phòng UBND tỉnh", ["Sở Tài chính", "Nội vụ", "Văn phòng UBND tỉnh"]),
        ("Các sở, ngành: Sở Nội vụ, Sở Tư pháp", ["Sở Nội vụ", "Sở Tư pháp"]),
        ("Công an tỉnh và các Sở: Tài chính, Tư pháp", ["Công an tỉnh", "Tài chính", "Tư pháp"]),
        ("Các Sở: TC, NV; UBND cấp xã", ["Sở TC", "Sở NV", "UBND cấp xã"]),
        # A ministry by its field alone would read as a sở.
        ("Các bộ: Tài chính, Nội vụ", ["Bộ Tài chính", "Bộ Nội vụ"]),
    ],
)
def test_names_without_their_kind(printed: str, expected: list[str]) -> None:
    pieces = split_agencies(printed, DIRECTORY)
    assert list(pieces) == expected
    assert all(DIRECTORY.resolve(piece) for piece in pieces)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("- Sở Nội vụ\n- Sở Tư pháp", ["Sở Nội vụ", "Sở Tư pháp"]),
        ("1. Sở Nội vụ\n2. Sở Tư pháp", ["Sở Nội vụ", "Sở Tư pháp"]),
        ("a) Sở Nội vụ;\nb) Sở Tư pháp.", ["Sở Nội vụ", "Sở Tư pháp"]),
        ("- Sở Nội vụ - Sở Tư pháp", ["Sở Nội vụ", "Sở Tư pháp"]),
        ("Sở Nội vụ\nSở Tư pháp", ["Sở Nội vụ", "Sở Tư pháp"]),
        ("Văn phòng\nUBND tỉnh", ["Văn phòng UBND tỉnh"]),
        ("Sở Khoa học\nvà Công nghệ", ["Sở Khoa học và Công nghệ"]),
        ("Chủ trì: Sở Nội vụ; phối hợp: Sở Tư pháp", ["Sở Nội vụ", "Sở Tư pháp"]),
        ("Cơ quan chủ trì: Sở Y tế.", ["Sở Y tế"]),
        ("(1) Sở Y tế; (2) Sở Nội vụ", ["Sở Y tế", "Sở Nội vụ"]),
        ("Cơ quan thường trực: Công an tỉnh", ["Công an tỉnh"]),
        ("Đơn vị phối hợp: Các Sở, ban, ngành", ["Các Sở, ban, ngành"]),
    ],
)
def test_bullets_lines_and_labels(printed: str, expected: list[str]) -> None:
    assert list(split_agencies(printed, DIRECTORY)) == expected


@given(
    st.lists(st.sampled_from(LISTED), min_size=1, max_size=5, unique=True),
    st.sampled_from(["; ", ";", ";\n", "\n- "]),
)
def test_what_hard_separators_join_comes_back(names: list[str], separator: str) -> None:
    assert split_agencies(separator.join(names), DIRECTORY) == tuple(names)


@given(
    st.lists(st.sampled_from(OF_ONE_KIND), min_size=1, max_size=5, unique=True),
    st.lists(st.sampled_from([", ", " và ", " cùng ", "; ", ","]), min_size=4, max_size=4),
)
def test_what_any_separator_joins_comes_back(names: list[str], separators: list[str]) -> None:
    printed = names[0] + "".join(s + n for s, n in zip(separators, names[1:], strict=False))
    assert split_agencies(printed, DIRECTORY) == tuple(names)


@given(st.text(alphabet="Sở Bộvà,;./()-\n UBNDtỉnhcáđơư1:", max_size=80))
def test_nothing_is_lost_but_separators(text: str) -> None:
    pieces = split_agencies(text, DIRECTORY)
    assert all(piece == piece.strip() and piece for piece in pieces)


@pytest.mark.parametrize(
    ("heading", "agency"),
    [
        ("3. Sở Nội vụ", "Sở Nội vụ"),
        ("d) Sở Nội vụ:", "Sở Nội vụ"),
        ("đ) Thanh tra tỉnh:", "Thanh tra tỉnh"),
        ("### **5. Văn phòng UBND tỉnh**", "Văn phòng UBND tỉnh"),
        ("1. SỞ NỘI VỤ", "SỞ NỘI VỤ"),
        ("Điều 2. Sở Nội vụ", "Sở Nội vụ"),
        ("16. Báo Phú Giang, Đài Phát thanh", "Báo Phú Giang, Đài Phát thanh"),
        ("1. Các sở, ban, ngành tỉnh; các đơn vị sự nghiệp", "Các sở, ban, ngành tỉnh; các đơn vị sự nghiệp"),
        ("1.2. Sở Tài chính - Cơ quan thường trực", "Sở Tài chính - Cơ quan thường trực"),
        ("Giao Sở Nội vụ", "Sở Nội vụ"),
        ("8. Đề nghị Hội Nông dân tỉnh và Tỉnh đoàn", "Hội Nông dân tỉnh và Tỉnh đoàn"),
        ("2. Các sở, ngành được giao làm đầu mối", "Các sở, ngành được giao làm đầu mối"),
        ("7. Trung tâm Giống cây trồng", "Trung tâm Giống cây trồng"),
        ("9. Các doanh nghiệp viễn thông", "Các doanh nghiệp viễn thông"),
        ("4. Ủy ban nhân dân các xã, phường", "Ủy ban nhân dân các xã, phường"),
        ("Đối với Công an tỉnh:", "Công an tỉnh"),
    ],
)
def test_headings_that_name_offices(heading: str, agency: str) -> None:
    assert heading_agency(heading, DIRECTORY) == agency


@pytest.mark.parametrize(
    "heading",
    [
        "",
        "***",
        "1. Cải cách thể chế",
        "4. Cải cách chế độ công vụ",
        "2. Y tế",
        "2. Phòng, chống tham nhũng",
        "3. Tổ chức bộ máy",
        "g) Tổ chức bồi dưỡng nghiệp vụ",
        "5. Báo cáo định kỳ",
        "6. Bảo đảm an toàn thông tin",
        "5. Hội nghị trực tuyến",
        "9. Doanh nghiệp số",
        "6. Các ngành, lĩnh vực khác",
        "2. Các bước thực hiện",
        "đ) Quy định về trách nhiệm",
        "2. Cơ quan chủ trì, phối hợp",
        "a) Cơ quan chủ trì: Sở Nội vụ",
        "a) Các cơ quan, đơn vị tiếp tục rà soát thủ tục",
        "4. Các sở, ngành có trách nhiệm lập dự toán",
        "5. Sở Tài chính chủ trì, phối hợp với các sở bố trí kinh phí",
        "IV. TỔ CHỨC THỰC HIỆN",
    ],
)
def test_headings_that_do_not(heading: str) -> None:
    assert heading_agency(heading, DIRECTORY) is None


def _expected_lists(origins: tuple[str, ...]) -> list[tuple[str, ...]]:
    if SHARED is None:
        return []
    lines = (SHARED / "eval" / "tasks.jsonl").read_text(encoding="utf-8").splitlines()
    tasks = [task for task in map(json.loads, lines) if task["origin"] in origins]
    return sorted({tuple(task[side]) for task in tasks for side in ("lead", "coordinating") if task[side]})


def _cells_as_split() -> set[tuple[str, ...]]:
    plans = sorted((SHARED / "plans" / "hung-yen").glob("*.txt")) if SHARED else []
    lines = [line for plan in plans for line in plan.read_text(encoding="utf-8").splitlines() if "\t" in line]
    return {split_agencies(cell, DIRECTORY) for line in lines for cell in line.split("\t")}


@pytest.mark.acceptance
@pytest.mark.parametrize("separator", ["; ", ", "])
def test_lists_of_the_real_plans_come_back_and_resolve(separator: str) -> None:
    lists = _expected_lists(("table", "clause"))
    assert [split_agencies(separator.join(names), DIRECTORY) for names in lists] == lists
    assert [name for names in lists for name in names if DIRECTORY.resolve(name) is None] == []


@pytest.mark.acceptance
def test_every_list_of_the_real_tables_is_split_from_its_printed_cell() -> None:
    assert set(_expected_lists(("table",))) - _cells_as_split() == set()
