"""Questions after one's own tasks in plain words: "việc của tôi", "cơ quan mình sắp tới có việc gì đến hạn".

Whoever asks so wants the lists of /nhiemvu, /sapden and /quahan, whose tasks can be opened and answered, or that of
/nhac_rieng ("xem lời nhắc của tôi"). What is not done ("chưa xong") is told by the assistant.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.chat import own_reminders, own_tasks
from bot.chat.turn import Turn
from knowledge.text import syllables

_I = r"(?:toi|minh|em|chung toi|chung em|bon minh)"
_OWN = re.compile(
    rf"\bcua {_I}\b|\b(?:co quan|don vi|so|ban|phong|ben|nganh|xa|phuong) {_I}\b"
    rf"|\b{_I} (?:con|dang|phai|can|co|duoc giao)\b(?! (?:hoi|biet|xem|giup))"
)
_NAMED = re.compile(r"\bviec (?:nay|do|kia|ay)\b")
"""Something that the talk is about already."""
_THINGS = re.compile(r"\b(?:viec|nhiem vu|gi|dau viec)\b")
_LATE = re.compile(r"\b(?:qua han|tre han|tre|cham)\b")
_NEAR = re.compile(r"\b(?:den han|toi han|sap|gan|tuan|thang|hom nay|ngay mai)\b")
_REMINDERS = re.compile(
    r"(?:(?:cho|xem|cac|nhung|danh sach|liet ke|co|toi|em|minh|chi|anh|may) )*loi nhac(?: rieng)?"
    rf"(?: (?:cua|{_I}|chi|anh|da|dat|nao|khong|voi|a|nhe|dau))*|(?:bo|huy|xoa)(?: bo)?(?: cac)? loi nhac\b.*"
)
"""What somebody has asked to be reminded of: to see it, or to take it back."""
_WORDS = """
toi minh em chung bon cua co quan don vi so ban phong ben nganh xa phuong phai can con dang duoc giao lam thuc hien
hoan thanh viec nhiem vu cong dau gi nao nhung cac danh sach liet ke cho xem hoi voi a oi da vang thi la bao nhieu
may tat ca xong sap den han toi gan qua tre cham muon trong tuan thang nay sau hom ngay mai khong roi
hien giup nhe nha the de
"""
_PLAIN = frozenset(_WORDS.split())
"""Words that say nothing about what the task is: any other one makes it a question to the papers."""


def own_list(text: str) -> Callable[[Turn, str], None] | None:
    """The list of one's own tasks that is asked for; None when the message asks for something else."""
    words = syllables(text)
    plain = " ".join(words)
    if _REMINDERS.fullmatch(plain):
        return own_reminders.list_own
    own = _OWN.search(plain)
    if own is None or not _PLAIN.issuperset(words) or not _THINGS.search(plain) or _NAMED.search(plain):
        return None
    rest = plain.replace(own[0], " ")
    if _LATE.search(rest):
        return own_tasks.late_tasks
    return own_tasks.near_tasks if _NEAR.search(rest) else own_tasks.my_tasks
