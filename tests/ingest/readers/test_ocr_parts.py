"""What happens to a scan before and after it is read; none of it needs tesseract."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ingest.readers.ocr_engine import Word
from ingest.readers.ocr_picture import find_skew, ink, straighten
from ingest.readers.ocr_rulings import find_rules
from ingest.readers.ocr_words import legible, legible_in_cells
from knowledge.syllables import vietnamese_share


def page_of_lines(*, rules: bool = False) -> Image.Image:
    """A4 at 150 dots per inch, with rows of short dashes for words."""
    picture = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(picture)
    for y in range(200, 1500, 40):
        for x in range(150, 1050, 60):
            pen.rectangle((x, y, x + 40, y + 12), fill=0)
    if rules:
        pen.rectangle((100, 100, 1100, 102), fill=0)
        pen.rectangle((100, 100, 102, 1600), fill=0)
        pen.rectangle((600, 1550, 1100, 1552), fill=0)
    return picture


@pytest.mark.parametrize("angle", [-3.0, -0.5, 0.0, 1.0, 4.0])
def test_skew(angle: float) -> None:
    turned = page_of_lines().rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    assert find_skew(ink(turned)) == pytest.approx(-angle, abs=0.1)
    assert find_skew(ink(straighten(turned))) == pytest.approx(0, abs=0.1)


def test_specks_go_and_letters_stay() -> None:
    clean = page_of_lines()
    noisy = np.array(clean)
    places = np.random.default_rng(1).integers(0, 1240, (2, 500))
    noisy[places[0], places[1]] = 0
    left = ink(straighten(Image.fromarray(noisy)))
    extra = left & ~ink(clean)
    assert extra.sum() < 60  # those at a letter's edge


def test_rules() -> None:
    across, down = find_rules(ink(page_of_lines(rules=True)), 150)
    assert [(rule.start, rule.end) for rule in across] == [near(100, 1100), near(600, 1100)]
    assert [(rule.start, rule.end) for rule in down] == [near(100, 1600)]


def near(*places: int) -> object:
    return pytest.approx(places, abs=8)


def test_a_page_without_ink() -> None:
    empty = Image.new("L", (400, 400), 250)
    assert find_skew(ink(empty)) == 0
    assert find_rules(ink(empty), 200) == ([], [])


def words(*pairs: tuple[str, float]) -> list[Word]:
    return [Word(text, 0, 1, 0, 1, confidence) for text, confidence in pairs]


@pytest.mark.parametrize(
    ("read", "believed"),
    [
        ([("ngày", 0.96), ("15", 0.97), ("tháng", 0.96), ("6", 0.96)], "ngày 15 tháng 6"),
        ([("Số:", 0.9), ("#7", 0.3), ("/CT-UBND", 0.8)], "Số: … /CT-UBND"),
        ([("ngày", 0.9), ("80", 0.5), ("tháng", 0.9)], "ngày … tháng"),
        ([("ngày", 0.9), ("6tháng", 0.9)], "ngày … tháng"),
        ([("số", 0.9), ("892/QĐ-BNV", 0.4)], "số 892/QĐ-BNV"),
        ([("-", 0.93), ("Sở", 0.97), (":", 0.2), ("=ee==sz", 0.0)], "- Sở"),
        ([("BANNHÂN", 0.1), ("DÂN", 0.1)], "BAN NHÂN DÂN"),
    ],
)
def test_believed_words(read: list[tuple[str, float]], believed: str) -> None:
    assert " ".join(word.text for word in legible(words(*read))) == believed


def test_cells_keep_what_is_doubtful() -> None:
    read = words(("30/9/2028", 0.5), (":", 0.9), ("ˆˆ", 0.9), ("-", 0.9))
    assert [word.text for word in legible_in_cells(read)] == ["30/9/2028", "-"]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Sở Xây dựng lập dự toán sửa chữa bến đò trước ngày 15/6/2026", 0.8, 1),
        ("Căn cứ Quyết định số 20/QĐ-UBND, Kế hoạch số 57/KH-UBND của UBND tỉnh", 0.4, 1),
        ("S6 XAy dpng l4p du toan stra chira b6n dd trudc ngdy", 0, 0.1),
        ("", 0, 0),
    ],
)
def test_share_of_vietnamese(text: str, low: float, high: float) -> None:
    assert low <= vietnamese_share(text) <= high
