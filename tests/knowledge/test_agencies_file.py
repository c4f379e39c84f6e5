"""The directory file: an administrator's own file, and what is said when it is wrong."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from knowledge.agencies import load_directory
from knowledge.errors import DirectoryError


def written(folder: Path, text: str) -> Path:
    path = folder / "co-quan.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_own_file_adds_overrides_and_removes(tmp_path: Path) -> None:
    own = written(
        tmp_path,
        """
words: {ttdvc: Trung tâm Dịch vụ công}
agencies:
  - {name: TTDVC Phú Giang, level: tinh, initials: [DVC]}
  - name: Sở Ngoại vụ
    level: tinh
    replaced_by: [{name: Văn phòng UBND tỉnh, since: 2025-03-01}]
groups:
  - {name: Khối nội chính, level: tinh, members: [Công an tỉnh, Thanh tra tỉnh]}
remove: [Sở An toàn thực phẩm]
""",
    )
    directory = load_directory(own)
    assert directory.successors("Sở Ngoại vụ", date(2026, 1, 1)) == ("Văn phòng UBND tỉnh",)
    assert directory.members("Khối nội chính", date(2026, 1, 1)) == ("Công an tỉnh", "Thanh tra tỉnh")
    assert directory.resolve("Sở An toàn thực phẩm") is None
    resolved = directory.resolve("Trung tâm Dịch vụ công Phú Giang")
    assert resolved is not None
    assert resolved.names == ("TTDVC Phú Giang",)
    assert [found.name for found in directory.find("dvc và sở nội vụ")] == ["TTDVC Phú Giang", "Sở Nội vụ"]


def test_chains_of_successors_are_followed_by_date(tmp_path: Path) -> None:
    own = written(
        tmp_path,
        """
agencies:
  - {name: Ban A, level: tinh, replaced_by: [{name: Ban B, since: 2020-01-01}]}
  - {name: Ban B, level: tinh, replaced_by: [{name: Ban C, since: 2022-01-01}, {name: Ban D, since: 2023-01-01}]}
  - {name: Ban C, level: tinh}
  - {name: Ban D, level: tinh, ended: 2024-01-01}
""",
    )
    directory = load_directory(own)
    by_year = {year: directory.successors("Ban A", date(year, 6, 1)) for year in (2019, 2021, 2022, 2023, 2024)}
    assert by_year == {
        2019: ("Ban A",),
        2021: ("Ban B",),
        2022: ("Ban C",),
        2023: ("Ban C", "Ban D"),
        2024: ("Ban C",),
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- a\n- b", "«Danh bạ» phải là các dòng dạng khóa: giá trị"),
        ("agencies:\n  - ]", "sai cú pháp YAML ở dòng 2"),
        ("agencies: Sở Nội vụ", "phần agencies phải là một danh sách, mỗi mục mở đầu bằng dấu gạch ngang"),
        ("coquan: []", "mục «phần đầu» có phần lạ «coquan»"),
        ("agencies: [{level: tinh}]", "một mục thiếu name"),
        ("agencies: [{name: Sở X}]", "mục «Sở X» có level «None» không hợp lệ"),
        ("agencies: [{name: Sở X, level: tinhh}]", "mục «Sở X» có level «tinhh» không hợp lệ"),
        ("agencies: [{name: Sở X, level: tinh, tat: [X]}]", "mục «Sở X» có phần lạ «tat»"),
        ("agencies: [{name: Sở X, level: tinh, short: [1]}]", "mục «Sở X», phần short: «1» phải là chữ"),
        ("agencies: [{name: Sở X, level: tinh, ended: mai}]", "mục «Sở X», phần ended: «mai» không phải ngày"),
        (
            "agencies: [{name: Sở X, level: tinh, replaced_by: [{name: Sở Y tế}]}]",
            "mục «Sở X», phần replaced_by cần name và since (năm-tháng-ngày)",
        ),
        (
            "agencies: [{name: Sở X, level: tinh, replaced_by: [{name: Sở Z, since: 2025-03-01}]}]",
            "mục «Sở X», phần replaced_by: không có cơ quan «Sở Z» trong danh bạ",
        ),
        ("groups: [{name: N, level: tinh, members: [Sở Z]}]", "mục «N», phần members: không có cơ quan «Sở Z»"),
        ("agencies: [{name: Sở X, level: tinh}, {name: Sở X, level: tinh}]", "mục «Sở X» được khai hai lần"),
        (
            "agencies: [{name: Sở X, level: tinh, replaced_by: [{name: Sở X, since: 2025-03-01}]}]",
            "mục «Sở X» quay vòng về chính nó",
        ),
    ],
)
def test_a_wrong_file_is_named_with_its_entry(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        load_directory(written(tmp_path, text))
    assert sentence in caught.value.sentence
    assert "co-quan.yaml" in caught.value.sentence
    assert caught.value.sentence.endswith(".")


def test_a_missing_or_foreign_file(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match=r"Không đọc được danh bạ cơ quan khong-co.yaml\."):
        load_directory(tmp_path / "khong-co.yaml")
    latin = tmp_path / "la.yaml"
    latin.write_bytes("agencies: [{name: Sở}]".encode("utf-16"))
    with pytest.raises(DirectoryError, match="phải lưu ở bảng mã UTF-8"):
        load_directory(latin)


def test_loading_and_finding_are_quick() -> None:
    load_directory()
    begun = time.perf_counter()
    directory = load_directory()
    loaded = time.perf_counter()
    question = "kế hoạch giao sở nội vụ, sở khoa học công nghẹ và vp ubnd tinh phối hợp với các sở ngành việc gì " * 2
    found = directory.find(question)
    ended = time.perf_counter()
    assert len(found) == 8
    # Measured 17 ms and 0.3 ms; the room is for a busy machine.
    assert loaded - begun < 0.2
    assert ended - loaded < 0.03
