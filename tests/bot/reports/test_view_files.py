"""Files and replies of a board for a chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from bot.channels.contract import Capabilities, FileOut
from bot.channels.telegram_photos import is_photo
from bot.clock import HANOI
from bot.reports.board_text import MOST_LINES, progress_text, timeline_text
from bot.reports.files import (
    calendar_file,
    file_name,
    progress_picture,
    progress_reply,
    progress_sheet,
    timeline_picture,
    timeline_reply,
)
from bot.tracking.board import Board
from tests.bot.notify.boards import LONG, OTHER_PLAN, PLAN, board, empty, few, many, occurrence

NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)
TELEGRAM = Capabilities(buttons=True, editing=True, files_in=True, files_out=True, typing=True, length=4096)
ZALO = Capabilities(buttons=False, editing=False, files_in=False, files_out=False, typing=True, length=2000)

FILES: list[tuple[Callable[[Board], FileOut], str, bytes]] = [
    (progress_picture, "tien-do-so-noi-vu-2026-11-20.png", b"\x89PNG"),
    (timeline_picture, "den-han-so-noi-vu-2026-11-20.png", b"\x89PNG"),
    (progress_sheet, "tien-do-so-noi-vu-2026-11-20.xlsx", b"PK"),
    (lambda shown: calendar_file(shown, NOW), "lich-so-noi-vu-2026-11-20.ics", b"BEGIN:VCALENDAR"),
]


@pytest.mark.parametrize(("make", "name", "begins"), FILES, ids=[name for _, name, _ in FILES])
def test_a_file(make: Callable[[Board], FileOut], name: str, begins: bytes) -> None:
    file = make(few())
    assert file.name == name
    assert file.content.startswith(begins)


def test_names_of_files_are_plain_and_short() -> None:
    assert file_name("tien-do", board([], title="Kế hoạch 57/KH-UBND (2026–2030)"), "png") == (
        "tien-do-ke-hoach-57-kh-ubnd-2026-2030-2026-11-20.png"
    )
    assert len(file_name("tien-do", board([], title=LONG), "png")) <= 85
    assert file_name("tien-do", board([], title="…"), "png") == "tien-do-2026-11-20.png"


def test_a_small_picture_is_shown_in_the_chat_and_a_long_one_comes_whole() -> None:
    assert is_photo(progress_picture(few()))
    assert is_photo(timeline_picture(few()))
    assert not is_photo(timeline_picture(many()))


def test_where_files_can_be_sent_the_picture_comes_with_how_many() -> None:
    progress, timeline = progress_reply(few(), TELEGRAM), timeline_reply(few(), TELEGRAM)
    assert (progress.text, progress.file) == (
        "Tiến độ: Sở Nội vụ (đến T6 20/11/2026)\n"
        "5 việc có thời hạn: hoàn thành đúng hạn 1, hoàn thành quá hạn 1, "
        "chưa hoàn thành trong hạn 2 (sắp đến hạn 1), chưa hoàn thành quá hạn 1; "
        "đã hoàn thành 2/5 việc có thời hạn (40 %).",
        progress_picture(few()),
    )
    assert (timeline.text, timeline.file) == (
        "Việc đến hạn: Sở Nội vụ (90 ngày tới, đến T5 18/02/2027)\n2 việc.",
        timeline_picture(few()),
    )


def test_where_they_cannot_the_text_says_the_same() -> None:
    progress, timeline = progress_reply(few(), ZALO), timeline_reply(few(), ZALO)
    assert (progress.text, progress.file) == (
        "Tiến độ: Sở Nội vụ (đến T6 20/11/2026)\n"
        "5 việc có thời hạn: hoàn thành đúng hạn 1, hoàn thành quá hạn 1, "
        "chưa hoàn thành trong hạn 2 (sắp đến hạn 1), chưa hoàn thành quá hạn 1; "
        "đã hoàn thành 2/5 việc có thời hạn (40 %).\n"
        f"▲ Báo cáo kết quả cải cách hành chính – {OTHER_PLAN} – quá hạn 18 ngày\n"
        f"◔ Báo cáo kết quả cải cách hành chính – {PLAN} – hạn T4 25/11, còn 5 ngày",
        None,
    )
    assert (timeline.text, timeline.file) == (
        "Việc đến hạn: Sở Nội vụ (90 ngày tới, đến T5 18/02/2027)\n"
        "2 việc.\n"
        f"T4 25/11: Báo cáo kết quả cải cách hành chính – {PLAN}\n"
        f"T5 31/12: Báo cáo kết quả cải cách hành chính – {OTHER_PLAN}",
        None,
    )


def test_long_texts_end() -> None:
    for text in (progress_text(many()), timeline_text(many())):
        lines = text.splitlines()
        assert len(lines) == MOST_LINES + 3
        assert lines[-1].startswith("… và ")
        assert len(text) < 4096


def test_nothing_says_so() -> None:
    assert progress_text(empty()) == (
        "Tiến độ: Sở Tư pháp (đến T6 20/11/2026)\nChưa có việc nào có thời hạn để theo dõi."
    )
    assert timeline_text(empty()) == (
        "Việc đến hạn: Sở Tư pháp (90 ngày tới, đến T5 18/02/2027)\nKhông có việc nào đến hạn trong 90 ngày tới."
    )


def test_due_today() -> None:
    assert progress_text(board([occurrence(1, date(2026, 11, 20))])).endswith("– hạn T6 20/11")
