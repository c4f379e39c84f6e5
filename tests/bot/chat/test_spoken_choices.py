"""What is typed is held against the choices that are open, whatever courtesy is around it."""

from __future__ import annotations

import pytest

from bot.chat.spoken_choices import (
    NoSuchRowError,
    Unclear,
    is_heard,
    means_a_choice,
    read_typed,
    spoken_action,
    takes_back,
)
from bot.menus.choices import Action, Opened
from bot.menus.texts import load_texts

TEXTS = load_texts()


def _opened(*choices: tuple[str, Action], rows: int = 0, asides: int = 0) -> Opened:
    labels, actions = zip(*choices, strict=True)
    return Opened("t", actions, 0, {}, labels, rows, asides)


def _do(name: str) -> Action:
    return {"do": name}


REMINDER = _opened(
    ("Đã nhận", _do("reminder_received")),
    ("Xong", _do("reminder_done")),
    ("Xin lùi hạn", _do("reminder_extend")),
    ("Nhắc lại sau…", _do("reminder_later")),
)
LIST = _opened(
    ("Lập dự toán năm 2027 – hạn 04/12/2026 – Kế hoạch 57/KH-UBND", {"do": "reminder", "ids": [7]}),
    ("Công khai quyết toán – hạn 04/12/2026 – Kế hoạch 57/KH-UBND", {"do": "reminder", "ids": [8]}),
    ("Bồi dưỡng kế toán – Quý II – Kế hoạch 57/KH-UBND", {"do": "task", "id": 9}),
    ("Đã nhận tất cả", {"do": "reminder_received", "ids": [7, 8]}),
    ("Trang sau", {"do": "page", "page": 1}),
    rows=3,
)
DAYS = _opened(("+5 ngày làm việc: T6 11/12/2026", {"d": 1, "do": "x"}), ("Cuối tháng sau: CN 31/01/2027", _do("y")))
REQUESTS = _opened(
    ("Lê Văn An – Sở Tư pháp (Zalo “an”, mã 1003)", {"do": "request", "request": 5}),
    ("Vũ Bình – Sở Y tế (Zalo “binh”, mã 1004)", {"do": "request", "request": 6}),
    rows=2,
)
PAGES = Opened("t", ({"do": "page", "page": 1},), 0, {"list": {"items": [["một việc", None]] * 20}}, ("Trang sau",))
UNDO = _opened(("Hoàn tác", _do("reminder_undo")))
ANSWER = _opened(("Xem trích đoạn", _do("quote")), ("👍", _do("right")), ("👎", _do("wrong")), asides=3)

CHOSEN: list[tuple[Opened, str, Action]] = [
    (REMINDER, "Xong rồi em ơi", _do("reminder_done")),
    (REMINDER, "da nhan nhe", _do("reminder_received")),
    (REMINDER, "Cho chị xin lùi hạn với ạ!", _do("reminder_extend")),
    (REMINDER, "việc này xong rồi", _do("reminder_done")),
    (REMINDER, "xong việc 1", _do("reminder_done")),
    (REMINDER, "nhắc lại sau", _do("reminder_later")),
    (LIST, "xong việc 2", {"do": "reminder_done", "ids": [8]}),
    (LIST, "việc 2 xong rồi", {"do": "reminder_done", "ids": [8]}),
    (LIST, "viec so 1 da hoan thanh nhe", {"do": "reminder_done", "ids": [7]}),
    (LIST, "em xin gia hạn mục 1", {"do": "reminder_extend", "ids": [7]}),
    (LIST, "đã nhận 2", {"do": "reminder_received", "ids": [8]}),
    (LIST, "việc 2", {"do": "reminder", "ids": [8]}),
    (LIST, "xong việc 3", {"do": "task", "id": 9}),
    (LIST, "Công khai quyết toán", {"do": "reminder", "ids": [8]}),
    (LIST, "đã nhận hết rồi em", {"do": "reminder_received", "ids": [7, 8]}),
    (LIST, "xem tiếp đi em", {"do": "page", "page": 1}),
    (LIST, "đã nhận đủ các việc nhé", {"do": "reminder_received", "ids": [7, 8]}),
    (LIST, "sang trang kế đi em", {"do": "page", "page": 1}),
    (PAGES, "cho chị xem trang 3 với", {"do": "page", "page": 2}),
    (REQUESTS, "duyệt số 2", {"do": "approve", "request": 6}),
    (REQUESTS, "từ chối người 1", {"do": "reject", "request": 5}),
    (REQUESTS, "vũ bình", {"do": "request", "request": 6}),
    (DAYS, "+5 ngày làm việc", {"d": 1, "do": "x"}),
    (DAYS, "cuoi thang sau", _do("y")),
    (UNDO, "chị bấm nhầm", _do("reminder_undo")),
    (UNDO, "bấm nhầm rồi, hoàn tác giúp anh nhé", _do("reminder_undo")),
    (UNDO, "hủy giúp", _do("reminder_undo")),
    (UNDO, "ui nhầm rồi, khôi phục lại giúp chị", _do("reminder_undo")),
    (UNDO, "quay lại như cũ đi em", _do("reminder_undo")),
    (UNDO, "hoàn lại giúp anh", _do("reminder_undo")),
    (ANSWER, "trích đoạn", _do("quote")),
    (ANSWER, "👍", _do("right")),
    (ANSWER, "sai rồi", _do("wrong")),
]


@pytest.mark.parametrize(("opened", "said", "action"), CHOSEN, ids=lambda each: each if isinstance(each, str) else "")
def test_words_choose(opened: Opened, said: str, action: Action) -> None:
    assert spoken_action(read_typed(said), opened, TEXTS, latest=True) == action


@pytest.mark.parametrize(
    "said", ["báo cáo quý xong chưa", "hạn 15/12", "kl 226", "công khai", "xong việc 1 và 2", "chưa xong", ""]
)
@pytest.mark.parametrize("opened", [REMINDER, LIST, DAYS, UNDO, ANSWER])
def test_other_words_choose_nothing(opened: Opened, said: str) -> None:
    assert spoken_action(read_typed(said), opened, TEXTS, latest=True) is None


def test_what_is_not_clear_of_a_list_is_asked() -> None:
    with pytest.raises(Unclear):
        spoken_action(read_typed("xong rồi"), LIST, TEXTS, latest=True)
    with pytest.raises(NoSuchRowError):
        spoken_action(read_typed("xong việc 4"), LIST, TEXTS, latest=True)
    with pytest.raises(NoSuchRowError):
        spoken_action(read_typed("trang 4"), PAGES, TEXTS, latest=True)
    with pytest.raises(Unclear):
        spoken_action(read_typed("duyệt"), REQUESTS, TEXTS, latest=True)


def test_beside_an_answer_words_are_of_the_last_one_only() -> None:
    assert spoken_action(read_typed("sai"), ANSWER, TEXTS, latest=False) is None


@pytest.mark.parametrize("said", ["2", "số 2", "2.", "chọn 2 nhé em", "cho anh số 2"])
def test_numbers(said: str) -> None:
    assert read_typed(said).number == 2


@pytest.mark.parametrize(
    "said", ["trang sau", "sang trang 2 đi", "hoàn tác giúp", "bấm nhầm", "xong việc 2", "xong rồi"]
)
def test_words_of_choices_are_no_questions(said: str) -> None:
    assert means_a_choice(read_typed(said), TEXTS)


@pytest.mark.parametrize("said", ["việc nào xong rồi", "việc 2", "đúng rồi", "trang web của tỉnh"])
def test_other_words_may_be_questions(said: str) -> None:
    assert not means_a_choice(read_typed(said), TEXTS)


@pytest.mark.parametrize(
    ("said", "result", "back"),
    [
        ("thôi", False, True),
        ("thôi khỏi em nhé", False, True),
        ("bấm nhầm rồi", True, True),
        ("chưa xong đâu", True, True),
        ("không cần nữa em", False, True),
        ("chưa làm xong", False, False),
        ("đã xong", True, False),
        ("xong rồi", True, False),
        ("không", True, False),
        ("thôi chờ Sở Nội vụ", False, False),
    ],
)
def test_what_was_begun_is_taken_back(said: str, *, result: bool, back: bool) -> None:
    assert takes_back(said, result=result) is back


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("vâng ạ", True),
        ("ok em", True),
        ("Dạ rồi", True),
        ("Vâng, để chị xem", True),
        ("được", True),
        ("em cảm ơn, tuyệt vời", True),
        ("cảm ơn em", False),
        ("em", False),
        ("được lùi hạn không", False),
        ("", False),
    ],
)
def test_that_it_was_heard(said: str, heard: bool) -> None:
    assert is_heard(said) is heard
