"""Pictures of progress and of what is due: their size, their words, nothing over anything else."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from matplotlib.figure import Figure

from bot.channels.contract import FileOut
from bot.reports.board_text import NOTHING
from bot.reports.colours import LOOKS, SHOWN
from bot.reports.files import progress_picture, timeline_picture
from bot.reports.page import WIDTH, printable
from bot.reports.progress_picture import MOST_BARS, draw_progress
from bot.reports.timeline_picture import MOST_ITEMS, draw_timeline, weeks_of
from bot.tracking.board import Board
from bot.tracking.records import State
from knowledge.progress import Standing
from tests.bot.notify.boards import LONG, OTHER_PLAN, PLAN, TODAY, board, empty, few, many, occurrence, very_long

BOARDS = [few, many, very_long, empty]
DRAWINGS = [draw_progress, draw_timeline]
Draw = Callable[[Board], Figure]


@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize("make", BOARDS)
def test_nothing_overlaps_and_nothing_leaves_the_page(draw: Draw, make: Callable[[], Board]) -> None:
    figure = draw(make())
    page = figure.bbox
    boxes = [(text.get_text(), text.get_window_extent()) for text in figure.axes[0].texts]
    assert boxes
    for words, box in boxes:
        assert box.x0 >= 40 and box.x1 <= WIDTH - 40, words
        assert box.y0 >= 0 and box.y1 <= page.height, words
    for (one, first), (other, second) in combinations(boxes, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        # Boxes of lines reach a little into each other: they hold accents over capitals and tails below.
        assert wide <= 0 or high <= 12, f"{one!r} over {other!r}"


@pytest.mark.parametrize("picture", [progress_picture, timeline_picture])
@pytest.mark.parametrize("make", BOARDS)
def test_the_picture(picture: Callable[[Board], FileOut], make: Callable[[], Board]) -> None:
    content = picture(make()).content
    width, height, colours = read_png(content)
    assert width == WIDTH
    assert 200 < height < 3700
    assert colours > 3
    assert b"tEXt" not in content
    assert picture(make()).content == content


def test_words_of_progress() -> None:
    words = texts(draw_progress(few()))
    assert words == [
        "Tiến độ: Sở Nội vụ",
        "Đến T6 20/11/2026",
        "Đã hoàn thành 2/5 việc có thời hạn (40 %).",
        *("✓", "Hoàn thành đúng hạn: 1", "◆", "Hoàn thành quá hạn: 1", "○", "Chưa hoàn thành trong hạn: 2"),
        *("◔", "trong đó sắp đến hạn (trong 7 ngày làm việc): 1", "▲", "Chưa hoàn thành quá hạn: 1"),
        *("3 việc", OTHER_PLAN, "✓ 1", "○ 1", "▲ 1"),
        *("2 việc", PLAN, "◆ 1", "◔ 1"),
    ]


def test_words_of_the_timeline() -> None:
    words = texts(draw_timeline(few()))
    assert words == [
        "Việc đến hạn: Sở Nội vụ",
        "90 ngày tới, từ T6 20/11/2026 đến T5 18/02/2027 – 2 việc",
        "▲ Ngoài ra có 1 việc đã quá hạn.",
        *("◔", "Sắp đến hạn (trong 7 ngày làm việc)", "○", "Trong hạn"),
        *("20–22/11", "không có việc đến hạn"),
        *("23–29/11", "1 việc", "◔", "T4 25/11: Báo cáo kết quả cải cách hành chính", PLAN),
        *("30/11–27/12", "không có việc đến hạn"),
        *("28/12–03/01", "1 việc", "○", "T5 31/12: Báo cáo kết quả cải cách hành chính", OTHER_PLAN),
        *("04/01–18/02", "không có việc đến hạn"),
    ]


def test_empty_ones_say_so() -> None:
    assert NOTHING in texts(draw_progress(empty()))
    assert "Không có việc nào đến hạn trong 90 ngày tới." in texts(draw_timeline(empty()))


def test_what_was_over_before_the_plan_was_known_is_named_not_drawn() -> None:
    shown = board([occurrence(1, date(2026, 1, 10)), occurrence(2, date(2026, 12, 10))])
    words = texts(draw_progress(shown))
    assert words[1:3] == ["Đến T6 20/11/2026", "Đã hoàn thành 0/1 việc có thời hạn (0 %)."]
    assert words[-1] == "Không kể 1 việc có hạn trước ngày kế hoạch được đưa vào theo dõi."


def test_agencies_beyond_the_last_bar_are_one() -> None:
    words = texts(draw_progress(many()))
    assert sum(word.endswith(" việc") for word in words) == MOST_BARS
    assert f"{40 - MOST_BARS + 1} cơ quan còn lại" in words


def test_items_beyond_the_last_are_counted() -> None:
    drawn = draw_timeline(many())
    words = texts(drawn)
    assert sum(word[:3] in {"T2 ", "T3 ", "T4 ", "T5 ", "T6 ", "T7 ", "CN "} for word in words) == MOST_ITEMS
    total = int(words[1].rpartition(" – ")[2].removesuffix(" việc"))
    assert words[-1] == f"và {total - MOST_ITEMS} việc nữa"


def test_a_task_of_several_agencies_is_one_item() -> None:
    due = date(2026, 12, 1)
    shown = board((occurrence(n, due, agency=f"Sở {n}", duty=5) for n in range(1, 23)), by_plan=False)
    assert [word for word in texts(draw_timeline(shown)) if "cơ quan" in word] == ["22 cơ quan"]


def test_long_titles_are_wrapped_and_cut_at_a_word() -> None:
    shown = board([occurrence(1, date(2026, 12, 1), title=LONG)])
    lines = [word for word in texts(draw_timeline(shown)) if "T3 01/12" in word or word.endswith("…")]
    assert len(lines) == 2
    start = f"T3 01/12: {LONG}"
    assert start.startswith(" ".join(lines).removesuffix("…"))
    assert start[len(" ".join(lines).removesuffix("…"))] in " ,;"


def test_signs_that_the_font_does_not_have_are_left_out() -> None:
    assert printable("Số hóa 📚\n hồ\u0007 sơ $a_1$ 漢") == "Số hóa hồ sơ $a_1$"
    vietnamese = "ẮẰẲẴẶắằẳẵặẤẦẨẪẬấầẩẫậẾỀỂỄỆếềểễệỐỒỔỖỘốồổỗộỚỜỞỠỢớờởỡợỨỪỬỮỰứừửữựĐđỲỴỶỸỳỵỷỹ“”–…"
    assert printable(vietnamese) == vietnamese


def test_the_weeks_cover_all_days_once() -> None:
    for days in (1, 6, 7, 90):
        for start in range(8):
            today = TODAY + timedelta(days=start)
            weeks = weeks_of([], today, days)
            assert [(week.first, week.last) for week in weeks] == [(today, today + timedelta(days=days))]


def test_colours_are_told_apart_by_their_lightness() -> None:
    shades = sorted(lightness(LOOKS[each].fill) for each in SHOWN)
    assert all(lighter - darker > 18 for darker, lighter in pairwise(shades))
    for look in LOOKS.values():
        light, dark = sorted((luminance(look.fill), luminance(look.ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 4.5, look.words


def test_a_share_too_narrow_for_its_number_is_widened() -> None:
    days = [date(2026, 12, 20)] * 300 + [date(2026, 11, 10)]
    figure = draw_progress(board(occurrence(n, day) for n, day in enumerate(days, 1)))
    assert texts(figure)[-2:] == ["○ 300", "▲ 1"]
    boxes = [patch.get_window_extent() for patch in figure.axes[0].patches][-2:]
    assert boxes[1].width > 60
    assert boxes[0].x1 <= boxes[1].x0


def test_done_ones_are_not_due() -> None:
    shown = board([occurrence(1, date(2026, 12, 1), state=State.DONE)])
    assert shown.counts[Standing.DONE_IN_TIME] == 1
    assert "Không có việc nào đến hạn trong 90 ngày tới." in texts(draw_timeline(shown))


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def read_png(content: bytes) -> tuple[int, int, int]:
    """Width, height, and how many different pixels there are."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    at, packed, width, height = 8, b"", 0, 0
    while at < len(content):
        (length,), kind = struct.unpack(">I", content[at : at + 4]), content[at + 4 : at + 8]
        data = content[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + data) == int.from_bytes(content[at + 8 + length : at + 12 + length])
        if kind == b"IHDR":
            width, height = struct.unpack(">II", data[:8])
        elif kind == b"IDAT":
            packed += data
        at += 12 + length
    pixels = zlib.decompress(packed)
    assert len(pixels) == height * (width * 4 + 1)
    return width, height, len(set(pixels[: 200 * (width * 4 + 1)]))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(colour: str) -> float:
    """CIE L*, 0 to 100."""
    return float(116 * luminance(colour) ** (1 / 3) - 16)
