"""Which questions in plain words are after one's own lists, and which are questions to the papers."""

from __future__ import annotations

import pytest

from bot.chat.own_words import own_list

ASKED = [
    ("tôi phải làm gì", "my_tasks"),
    ("Nhiệm vụ của tôi?", "my_tasks"),
    ("cho em hỏi các việc của cơ quan em ạ", "my_tasks"),
    ("Đơn vị mình được giao những việc gì?", "my_tasks"),
    ("tôi muốn xem việc của tôi", "my_tasks"),
    ("co quan toi sap toi co viec gi den han", "near_tasks"),
    ("tuần này sở mình có việc gì", "near_tasks"),
    ("việc tháng này của tôi", "near_tasks"),
    ("cơ quan mình có việc nào quá hạn không", "late_tasks"),
    ("tôi còn việc nào trễ hạn", "late_tasks"),
    ("việc nào của sở mình còn chưa xong", None),
    ("em cần hỏi việc này", None),
    ("việc đó của cơ quan mình có hạn chưa", None),
    ("việc tập huấn của tôi", None),
    ("Sở Nội vụ phải làm gì", None),
    ("cơ quan tôi phải báo cáo gì", None),
    ("tôi", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "name"), ASKED)
def test_which_list(text: str, name: str | None) -> None:
    found = own_list(text)
    assert (found.__name__ if found else None) == name
