"""Which messages ask to be reminded, of what and when; on Tuesday 24/11/2026, 9:00."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from bot.chat.own_reminder_words import read_request
from bot.clock import HANOI
from knowledge.workdays import WorkCalendar

NOW = datetime(2026, 11, 24, 9, tzinfo=HANOI)
FRIDAY, TOMORROW = date(2026, 11, 27), date(2026, 11, 25)
NOVEMBER_30 = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("said", "what", "day", "hour"),
    [
        ("nhắc tôi ngày 8/12 nộp báo cáo kl 226", "nộp báo cáo kl 226", date(2026, 12, 8), None),
        ("Thứ Sáu nhắc chị nộp biểu 3 nhé", "nộp biểu 3", FRIDAY, None),
        ("em ơi mai nhắc chị ký tờ trình với", "ký tờ trình", TOMORROW, None),
        ("đặt lời nhắc thứ 6: nộp biểu 3", "nộp biểu 3", FRIDAY, None),
        ("nhờ em nhắc anh ngày 15 tháng 12 họp thường trực", "họp thường trực", date(2026, 12, 15), None),
        ("nhắc tôi 3 ngày nữa gửi công văn", "gửi công văn", FRIDAY, None),
        ("nhắc tôi 10 ngày làm việc nữa báo cáo", "báo cáo", date(2026, 12, 8), None),
        ("nhắc tôi tuần sau nộp báo cáo", "nộp báo cáo", NOVEMBER_30, None),
        ("cuối tháng nhắc mình tổng hợp số liệu", "tổng hợp số liệu", NOVEMBER_30, None),
        ("ngày 30 nhắc tôi chốt số liệu", "chốt số liệu", NOVEMBER_30, None),
        ("nhắc tôi ngày 5/1 nộp báo cáo", "nộp báo cáo", date(2027, 1, 5), None),
        ("nhắc tôi ngày 20/11 nộp báo cáo", "nộp báo cáo", date(2026, 11, 20), None),
        ("nhắc chị nhé", "", None, None),
        ("nhắc tôi nộp báo cáo kl 226", "nộp báo cáo kl 226", None, None),
        # an hour, or a part of the day
        ("mai 9h nhắc em gọi Sở Tài chính", "gọi Sở Tài chính", TOMORROW, time(9)),
        ("8h30 sáng thứ Hai nhắc anh gọi cho Hà", "gọi cho Hà", NOVEMBER_30, time(8, 30)),
        ("14:30 ngày 30/11 nhắc tôi họp", "họp", NOVEMBER_30, time(14, 30)),
        ("2 giờ rưỡi chiều thứ 5 nhắc em gửi thư", "gửi thư", date(2026, 11, 26), time(14, 30)),
        ("chiều mai nhắc em họp giao ban", "họp giao ban", TOMORROW, time(13, 30)),
        ("8h tối mai nhắc em gửi bài", "gửi bài", TOMORROW, time(20)),
        ("tối nay 20h nhắc anh xem tài liệu", "xem tài liệu", date(2026, 11, 24), time(20)),
        ("nhắc em lúc 15h gọi phòng tài chính", "gọi phòng tài chính", None, time(15)),
        ("30 phút nữa nhắc em gọi anh Minh", "gọi anh Minh", date(2026, 11, 24), time(9, 30)),
        ("nhắc tôi thứ 6 họp lúc 9h", "họp lúc 9h", FRIDAY, None),
        # without accents
        ("nhac toi mai nop bao cao", "nop bao cao", TOMORROW, None),
        ("nhac toi toi mai gui bai", "gui bai", TOMORROW, time(19)),
        # days that belong to what is to be done
        ("nhắc tôi nộp báo cáo quý IV vào ngày 20/12", "nộp báo cáo quý IV", date(2026, 12, 20), None),
        ("thứ 6 nhắc chị nộp biểu 3, hạn 8/12 nhé", "nộp biểu 3, hạn 8/12", FRIDAY, None),
        ("nhắc tôi chuẩn bị họp ngày 10/12 vào ngày 8/12", "chuẩn bị họp ngày 10/12", date(2026, 12, 8), None),
        ("nhắc tôi nộp báo cáo trước 8/12", "nộp báo cáo trước 8/12", date(2026, 12, 7), None),
        ("nhắc tôi trước thứ 2 nộp biểu", "trước thứ 2 nộp biểu", FRIDAY, None),
        # what was spoken of
        ("nhắc lại thứ 6", "", FRIDAY, None),
        ("nhắc em việc này vào thứ 6 nhé", "", FRIDAY, None),
    ],
)
def test_asked(said: str, what: str, day: date | None, hour: time | None) -> None:
    request = read_request(said, NOW, WorkCalendar())
    assert request is not None
    assert (request.what, request.day, request.hour, request.often) == (what, day, hour, False)


@pytest.mark.parametrize(
    ("said", "often"),
    [
        ("mỗi thứ 6 nhắc tôi nộp báo cáo tuần", True),
        ("nhắc tôi hằng tuần nộp báo cáo", True),
        ("nhắc tôi chốt số liệu vào mỗi thứ 6", True),
        ("thứ 6 nhắc tôi nộp báo cáo hằng tháng", False),
    ],
)
def test_again_and_again(said: str, often: bool) -> None:
    request = read_request(said, NOW, WorkCalendar())
    assert request is not None
    assert request.often is often


@pytest.mark.parametrize(
    "said",
    [
        # how reminders come
        "nhắc tôi trước 3 ngày",
        "nhắc tôi trước hạn 3 ngày",
        "đừng nhắc tôi nữa",
        "chỉ nhắc tôi vào thứ 2",
        "nhắc ít thôi",
        "nhắc tôi mỗi sáng thôi",
        "nhắc tôi qua Zalo nhé",
        # somebody else
        "nhắc anh Minh nộp biểu 3",
        "nhắc chị Mai nộp biểu 3 thứ 6",
        "em nhắc chị Lan nộp biểu nhé",
        "nhắc Sở Y tế nộp báo cáo thứ 6",
        "nhắc các sở nộp báo cáo",
        "nhắc anh chị em trong phòng nộp báo cáo",
        # questions, and what repeats an answer
        "văn bản nào nhắc đến chuyển đổi số",
        "kế hoạch 226 có nhắc tới biểu 3 không",
        "khi nào nhắc tôi nộp báo cáo?",
        "nhắc tôi hạn báo cáo kl 226",
        "nhắc lại giúp em hạn nộp báo cáo tháng 12",
        "nhắc lại câu trả lời",
        "sao em nhắc chị nhiều thế",
        "nhắc việc",
        "Hạn nộp báo cáo quý IV là ngày nào?",
    ],
)
def test_not_asked(said: str) -> None:
    assert read_request(said, NOW, WorkCalendar()) is None
