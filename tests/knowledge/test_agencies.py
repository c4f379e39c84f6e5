"""The bundled directory: names as people print and type them, and what became of the agencies."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.agencies import Directory, Entry, Level, load_directory
from knowledge.text import fold

DIRECTORY = load_directory()
BEFORE, AFTER = date(2024, 6, 1), date(2026, 6, 1)
SO = [entry.name for entry in DIRECTORY.entries if entry.name.startswith("Sở ")]
NAMED = [entry.name for entry in DIRECTORY.entries if not entry.is_group]


def names(printed: str, directory: Directory = DIRECTORY) -> tuple[str, ...]:
    resolved = directory.resolve(printed)
    return resolved.names if resolved else ()


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Sở Nội vụ", "Sở Nội vụ"),
        ("SỞ NỘI VỤ", "Sở Nội vụ"),
        ("so noi vu", "Sở Nội vụ"),
        ("sở y tê", "Sở Y tế"),
        ("sơ tai chinh", "Sở Tài chính"),
        ("Sở Tài chínhh", "Sở Tài chính"),
        ("Sở Kế hoạch Đầu tư", "Sở Kế hoạch và Đầu tư"),
        ("Sở Kế hoạch & Đầu tư", "Sở Kế hoạch và Đầu tư"),
        ("Sở Lao động - Thương binh và Xã hội", "Sở Lao động, Thương binh và Xã hội"),
        ("Sở Văn hoá Thể thao và Du lịch", "Sở Văn hóa, Thể thao và Du lịch"),
        ("Văn phòng Uỷ ban nhân dân tỉnh", "Văn phòng UBND tỉnh"),
        ("VP UBND", "Văn phòng UBND tỉnh"),
        ("VPUB tỉnh", "Văn phòng UBND tỉnh"),
        ("KBNN tỉnh", "Kho bạc Nhà nước tỉnh"),
        ("Ủy ban MTTQVN tỉnh", "Ủy ban MTTQ Việt Nam tỉnh"),
        ("Đoàn TNCS Hồ Chí Minh tỉnh", "Tỉnh đoàn"),
        ("Bộ CHQS tỉnh", "Bộ Chỉ huy Quân sự tỉnh"),
        ("Đài Phát thanh - Truyền hình tỉnh", "Đài Phát thanh và Truyền hình tỉnh"),
        ("Bảo và Phát thanh Truyền hình", "Báo và Phát thanh, Truyền hình tỉnh"),
        ("Trung tâm Phục vụ HCC tỉnh", "Trung tâm Phục vụ hành chính công tỉnh"),
        ("Bộ TT&TT", "Bộ Thông tin và Truyền thông"),
        ("sonoivu", "Sở Nội vụ"),
    ],
)
def test_spellings(printed: str, expected: str) -> None:
    assert names(printed) == (expected,)


@pytest.mark.parametrize(
    ("initials", "expected"),
    [
        ("SNV", "Sở Nội vụ"),
        ("snv", "Sở Nội vụ"),
        ("STP", "Sở Tư pháp"),
        ("Sở TC", "Sở Tài chính"),
        ("SYT", "Sở Y tế"),
        ("KH&ĐT", "Sở Kế hoạch và Đầu tư"),
        ("KHĐT", "Sở Kế hoạch và Đầu tư"),
        ("Sở TT-TT", "Sở Thông tin và Truyền thông"),
        ("TTTT", "Sở Thông tin và Truyền thông"),
        ("Sở KH&CN", "Sở Khoa học và Công nghệ"),
        ("LĐTBXH", "Sở Lao động, Thương binh và Xã hội"),
        ("Sở LĐ-TB&XH", "Sở Lao động, Thương binh và Xã hội"),
        ("TNMT", "Sở Tài nguyên và Môi trường"),
        ("NN&PTNT", "Sở Nông nghiệp và Phát triển nông thôn"),
        ("Sở NN&MT", "Sở Nông nghiệp và Môi trường"),
        ("GDĐT", "Sở Giáo dục và Đào tạo"),
        ("VHTTDL", "Sở Văn hóa, Thể thao và Du lịch"),
        ("Sở VH,TT&DL", "Sở Văn hóa, Thể thao và Du lịch"),
    ],
)
def test_initials(initials: str, expected: str) -> None:
    assert names(initials) == (expected,)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Sở Nội vụ Phú Giang", "Sở Nội vụ"),
        ("Sở Nội vụ tỉnh Phú Giang", "Sở Nội vụ"),
        ("so noi vu lai chau", "Sở Nội vụ"),
        ("Công an Thành phố", "Công an tỉnh"),
        ("Báo Phú Giang", "Báo tỉnh"),
        ("Báo và Phát thanh, Truyền hình Phú Giang", "Báo và Phát thanh, Truyền hình tỉnh"),
        ("Kho bạc Nhà nước khu vực VII", "Kho bạc Nhà nước khu vực"),
        ("UBND phường 1", "UBND cấp xã"),
        ("UBND xã Tân An", "UBND cấp xã"),
        ("UBND thành phố Huế", "UBND tỉnh"),
        ("UBND thành phố Phú Giang", "UBND cấp huyện"),
        ("Sở Nội vụ (Chi cục Văn thư)", "Sở Nội vụ"),
        ("Sở Tài chính - Cơ quan thường trực", "Sở Tài chính"),
        ("Nội vụ", "Sở Nội vụ"),
        ("Nông nghiệp và Môi trường", "Sở Nông nghiệp và Môi trường"),
        ("Đề nghị Công an tỉnh", "Công an tỉnh"),
    ],
)
def test_what_stands_round_a_name_does_not_hide_it(printed: str, expected: str) -> None:
    assert names(printed) == (expected,)


@pytest.mark.parametrize(
    ("printed", "group"),
    [
        ("Các sở, ban, ngành tỉnh", "Các sở, ban, ngành tỉnh"),
        ("các sở, ngành", "Các sở, ban, ngành tỉnh"),
        ("Sở, ban, ngành", "Các sở, ban, ngành tỉnh"),
        ("Các sở, ban, ngành, đoàn thể", "Các sở, ban, ngành tỉnh"),
        ("Các sở, ban, ngành tỉnh làm đầu mối", "Các sở, ban, ngành tỉnh"),
        ("Các cơ quan chuyên môn thuộc Ủy ban nhân dân tỉnh", "Các sở, ban, ngành tỉnh"),
        ("các cơ quan, đơn vị, địa phương", "Các cơ quan, đơn vị, địa phương"),
        ("UBND các huyện, thị xã, thành phố", "UBND cấp huyện"),
        ("Ủy ban nhân dân các xã, phường, đặc khu", "UBND cấp xã"),
        ("UBND các xã, phường tỉnh Phú Giang", "UBND cấp xã"),
        ("cấp xã", "UBND cấp xã"),
        ("các đơn vị sự nghiệp công lập", "Các đơn vị sự nghiệp công lập"),
        ("Các bộ, ngành và địa phương", "Các bộ, ngành, địa phương"),
    ],
)
def test_groups(printed: str, group: str) -> None:
    resolved = DIRECTORY.resolve(printed)
    assert resolved is not None
    assert (resolved.names, resolved.group) == ((group,), group)


@pytest.mark.parametrize(
    ("printed", "own"),
    [
        ("UBND xã Tân Hưng", "uy ban nhan dan xa tan hung"),
        ("Ủy ban nhân dân xã Tân Hưng, tỉnh Phú Giang", "uy ban nhan dan xa tan hung"),
        ("Chủ tịch UBND xã Tân Hưng", "uy ban nhan dan xa tan hung"),
        ("HĐND, UBND xã Tân Hưng", "uy ban nhan dan xa tan hung"),
        ("UBND PHƯỜNG 1", "uy ban nhan dan phuong 1"),
        ("UBND thành phố Phú Giang", "uy ban nhan dan thanh pho phu giang"),
        ("UBND cấp xã", ""),
        ("UBND các xã, phường", ""),
        ("UBND các xã, phường tỉnh Phú Giang", ""),
        ("UBND xã trên địa bàn", ""),
        ("UBND huyện, thị xã, thành phố", ""),
        ("UBND tỉnh Phú Giang", ""),
        ("Các sở, ban, ngành tỉnh Phú Giang", ""),
        ("Sở Nội vụ", ""),
        ("Trạm quan trắc số 1", ""),
    ],
)
def test_one_commune_by_its_own_name(printed: str, own: str) -> None:
    assert " ".join(DIRECTORY.particular(printed)) == own


def test_organs_and_levels_multiply() -> None:
    assert names("HĐND, UBND cấp huyện") == ("HĐND cấp huyện", "UBND cấp huyện")
    assert names("UBND cấp huyện, cấp xã") == ("UBND cấp huyện", "UBND cấp xã")
    assert names("HĐND và UBND các xã, phường") == ("HĐND cấp xã", "UBND cấp xã")


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "số",
        "CQ",
        "so ngoi vu",
        "Hội Nông dân xã",
        "Công ty Mía đường",
        "Cải cách thể chế",
        "bộ phận Hộ tịch",
        "Thanh tra Sở Nội vụ",
    ],
)
def test_unknown_and_uncertain_names_stay_unresolved(printed: str) -> None:
    assert DIRECTORY.resolve(printed) is None


def test_near_names_are_never_confused() -> None:
    assert names("sở nội vụ") == ("Sở Nội vụ",)
    assert names("so ngoai vu") == ("Sở Ngoại vụ",)
    assert names("Sở Công Thương") == ("Sở Công Thương",)
    assert names("Bộ Công an") == ("Bộ Công an",)


def test_levels() -> None:
    levels = {name: found.level for name in NAMED if (found := DIRECTORY.resolve(name))}
    assert levels["Sở Nội vụ"] is Level.PROVINCE
    assert levels["Bộ Nội vụ"] is Level.CENTRAL
    assert levels["Phòng Nội vụ"] is Level.DISTRICT
    assert levels["Ban Tổ chức Tỉnh ủy"] is Level.PARTY


@given(st.sampled_from([entry.name for entry in DIRECTORY.entries]), st.sampled_from(["as is", "upper", "folded"]))
def test_every_name_resolves_to_itself_in_any_dress(name: str, dress: str) -> None:
    printed = {"as is": name, "upper": name.upper(), "folded": fold(name)}[dress]
    assert names(printed) == (name,)


@pytest.mark.parametrize("entry", DIRECTORY.entries, ids=lambda entry: str(entry.name))
def test_no_short_name_belongs_to_two(entry: Entry) -> None:
    for printed in (*entry.short, *entry.alone, *entry.initials):
        assert names(printed) == (entry.name,)


@given(st.sampled_from([name for name in SO if re.search(r"\w{3}", name)]), st.data())
def test_one_slip_in_a_long_word_never_gives_another_so(name: str, data: st.DataObject) -> None:
    words = [(w.start(), w.end()) for w in re.finditer(r"\w{3,}", name)]
    at = data.draw(st.sampled_from([at for start, end in words for at in range(start, end)]))
    letter = data.draw(st.sampled_from("abcdeghiklmnopqrstuvxy"))
    slipped = name[:at] + letter + name[at + 1 :]
    assert names(slipped) in ((name,), ())


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("phong noi vu lam gi", ["Phòng Nội vụ"]),
        ("snv chu tri viec gi", ["Sở Nội vụ"]),
        ("so tttt phoi hop voi ai", ["Sở Thông tin và Truyền thông"]),
        ("sở khoa học công nghẹ được giao gì", ["Sở Khoa học và Công nghệ"]),
        ("con ben tu phap thi sao", ["Sở Tư pháp"]),
        ("VP UBND tỉnh với UBND cấp huyện, cấp xã", ["Văn phòng UBND tỉnh", "UBND cấp huyện", "UBND cấp xã"]),
        ("Sở Nội vụ, Sở Tài chính khác nhau gì", ["Sở Nội vụ", "Sở Tài chính"]),
        ("hồ sơ y tế ở cơ sở giáo dục và đào tạo", []),
        ("co so y te va can bo tu phap", []),
        ("tỷ lệ cắt giảm thủ tục, công bố tài chính", []),
        ("số công trường đang mở", []),
        ("thanh tra, kiểm tra công vụ", []),
        ("hội nông dân các xã làm gì", []),
        ("so tai chinh quan ly gi", ["Sở Tài chính"]),
        ("chuyển đổi số y tế", []),
        ("", []),
    ],
)
def test_find_in_questions(question: str, expected: list[str]) -> None:
    assert [found.name for found in DIRECTORY.find(question)] == expected


def test_find_tells_where() -> None:
    question = "Việc nào sở kế hoạch đầu tư chủ trì?"
    (found,) = DIRECTORY.find(question)
    assert question[found.start : found.end] == found.printed == "sở kế hoạch đầu tư"


@given(st.text(max_size=120))
def test_find_survives_anything(text: str) -> None:
    for found in DIRECTORY.find(text):
        assert text[found.start : found.end] == found.printed
        assert DIRECTORY.entry(found.name) is not None


@pytest.mark.parametrize(
    ("name", "heirs"),
    [
        ("Sở Thông tin và Truyền thông", ("Sở Khoa học và Công nghệ",)),
        ("Sở Kế hoạch và Đầu tư", ("Sở Tài chính",)),
        ("Sở Tài nguyên và Môi trường", ("Sở Nông nghiệp và Môi trường",)),
        ("Sở Nông nghiệp và Phát triển nông thôn", ("Sở Nông nghiệp và Môi trường",)),
        ("Sở Lao động, Thương binh và Xã hội", ("Sở Nội vụ",)),
        ("Sở Giao thông vận tải", ("Sở Xây dựng",)),
        ("Bộ Kế hoạch và Đầu tư", ("Bộ Tài chính",)),
        ("UBND cấp huyện", ("UBND cấp xã",)),
        ("Đài Phát thanh và Truyền hình tỉnh", ("Báo và Phát thanh, Truyền hình tỉnh",)),
    ],
)
def test_mergers_of_2025(name: str, heirs: tuple[str, ...]) -> None:
    assert DIRECTORY.successors(name, BEFORE) == (name,)
    assert DIRECTORY.successors(name, AFTER) == heirs
    assert not DIRECTORY.is_dissolved(name, BEFORE)
    assert DIRECTORY.is_dissolved(name, AFTER)


def test_a_merger_counts_from_its_day() -> None:
    assert not DIRECTORY.is_dissolved("UBND cấp huyện", date(2025, 6, 30))
    assert DIRECTORY.is_dissolved("UBND cấp huyện", date(2025, 7, 1))
    assert DIRECTORY.successors("Không có cơ quan này", AFTER) == ()


def test_members_are_those_of_the_day() -> None:
    then, now = (DIRECTORY.members("Các sở, ban, ngành tỉnh", day) for day in (BEFORE, AFTER))
    assert {"Sở Kế hoạch và Đầu tư", "Sở Thông tin và Truyền thông"} <= set(then)
    assert "Sở Nông nghiệp và Môi trường" not in then
    assert not {"Sở Kế hoạch và Đầu tư", "Sở Thông tin và Truyền thông"} & set(now)
    assert "Sở Nông nghiệp và Môi trường" in now
    assert len(now) == len(set(now))
    assert DIRECTORY.members("Sở Nội vụ", AFTER) == ()


def test_groups_in_a_group_are_opened() -> None:
    wide = DIRECTORY.members("Các cơ quan, đơn vị, địa phương", AFTER)
    assert set(DIRECTORY.members("Các sở, ban, ngành tỉnh", AFTER)) <= set(wide)
    assert "UBND cấp xã" in wide
    assert "UBND cấp huyện" not in wide
