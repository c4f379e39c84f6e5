"""What a question asks of the tracking: what is late, not done, done, how much of it, or how far one task is.

Works on folded text. Whether progress is asked for at all is decided by `intents` with the model of wordings: here
only words are known, and "chậm", "trễ" typed without accents may be "chấm", "trẻ".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from knowledge.text import Folded


class Aim(StrEnum):
    """What is wanted of those that a question is about."""

    LATE = "late"
    OPEN = "open"
    """What is not done."""
    DONE = "done"
    SHARE = "share"
    """How many stand where."""
    STATE = "state"
    """How far a task is."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Attributes:
    offices: agencies are wanted, not tasks.
    many: things of a kind are asked for ("việc nào", "bao nhiêu việc"), not one that is named.
    most: only those with the most.
    worded: a word of progress was found.
    plain: the words leave no doubt that progress is meant, whatever stands beside them.
    """

    aim: Aim
    offices: bool = False
    many: bool = False
    most: bool = False
    worded: bool = False
    plain: bool = False


_NOT = r"(?:chua|khong|ko|k|hong|hok)"
_DEED = r"(?:xong|hoan thanh|hoan tat|lam|thuc hien|trien khai|nop|gui|bao cao|bao|tra loi|phan hoi)"
_ENDED = r"(?:xong|hoan thanh|hoan tat|nop|gui|bao cao|bao(?! nhieu))"
_WHERE = r"dau(?! (?:thang|quy|nam|tuan|ky|moi|ra|tu|viec|tien|nhiem))"
"""No "đầu tháng", which looks the same without accents."""
_THING = r"(?:viec|cong viec|dau viec|nhiem vu|nvu|nv|noi dung|muc|cai|task|bao cao)"
_LATE = re.compile(
    r"\b(?:vuot qua|qua|vuot|tre|cham|lo|muon) (?:han|hen|thoi han|tien do)\b|\bhet han(?: \w+){0,2} ma\b"
)
_SLOW = re.compile(r"\b(?:tre(?! em| tho| nho)|cham(?! soc| diem| nhat la)|chay i|le me|be bet)\b(?: nhat)?")
"""Of a question about progress these mean lateness too."""
_OPEN = re.compile(
    rf"\b{_NOT}(?: (?:duoc|ai|thay|co|he|kip|lam|phai)){{0,2}} {_DEED}(?: (?:xong|ket qua|bao cao))?\b"
    r"|\bcon (?:no|thieu|ton|vuong)\b|\b(?:ton dong|do dang|dang do)\b|\bno (?:bao cao|viec|nop)\b"
    rf"|\bno(?: (?:lai|den|toi|qua|nhieu|it|may|bao nhieu|nhung|cac|nhung|rat|\d+)){{1,3}} {_THING}\b"
    rf"|\bthieu (?:ai|bao cao)\b|\b{_NOT} (?:co )?(?:ket qua|bao cao)\b"
)
_DONE = re.compile(
    rf"\b(?:da|duoc|vua|moi)(?: (?:lam|bao|bao cao|thuc hien))? {_ENDED}\b"
    r"|\b(?:lam|bao|bao cao) (?:xong|hoan thanh)\b|\b(?:xong|hoan thanh|hoan tat)(?: het)? roi\b"
    r"|\bhoan thanh (?:dung han|som|tot|nhieu|duoc|may|bao nhieu|nhung)\b|\bxong (?:duoc|may|bao nhieu|nhieu)\b"
    r"|\b(?:lam|thuc hien) duoc (?:nhung )?(?:gi|viec|bao nhieu|may)\b"
)
_SHARE = re.compile(
    r"\b(?:ty le|ti le|muc do|so lieu|thong ke)(?: \w+){0,3} (?:hoan thanh|thuc hien|xong|tien do)\b"
    rf"|\b(?:may|bao nhieu) phan\b|\bphan tram\b|\btien do\b|\btinh hinh\b|\b(?:den|toi) (?:{_WHERE}|mo)\b"
    r"|\bket qua thuc hien\b"
)
_WHETHER = re.compile(
    rf"\b(?:da|co)(?: \w+){{0,12}} {_ENDED}(?: \w+){{0,12}} chua\b|\b(?:da|co)(?: ai)?(?: \w+){{1,12}} chua\b"
    rf"|\b{_ENDED}(?: (?:het|du|xuoi))?(?: (?:hay|roi))* chua\b|\b(?:lam|nhan) chua\b"
)
_SINCE = re.compile(r"\b(?:chua|roi|tinh trang|trang thai)\b")
"""Without one of these or a word above nothing asks how things stand."""
_SURELY = re.compile(
    r"\b(?:xong|hoan thanh|hoan tat|nop|lam)(?: (?:het|du|xuoi))?(?: (?:hay|roi))* chua\b"
    rf"|\bda (?:lam|hoan thanh|thuc hien|xong|nop|nhan|gui|bao cao)\b(?: \w+){{0,12}} (?:chua|(?:den|toi) {_WHERE})\b"
    r"|\bai (?:da )?nhan(?: \w+){0,12} chua\b"
    r"|\b(?:qua|tre) (?:han|hen)(?: \w+)? (?:chua|bao lau|may (?:ngay|hom|bua))\b"
)
_OFFICE = r"(?:co quan|don vi|so|so nganh|ban nganh|ban|nganh|phong|xa|phuong|huyen|dia phuong|noi|ben|to chuc|thang)"
_MANY = re.compile(
    rf"\b{_THING} (?:nao|gi)\b"
    rf"|\b(?:bao nhieu|may|nhung|cac|so|liet ke|danh sach|ds|tong so|moi|con) (?:cac |nhung )?{_THING}\b"
    r"|\b(?:co|con|no|tre|lam|thanh|duoc|biet)(?: \w+){0,3} (?:gi|bao nhieu|may)\b(?! (?:ngay|hom|bua|phan|tuan))"
    rf"|\b{_THING}(?: (?:con|dang|bi|da))? (?:ton|ton dong|do dang|qua han|tre|cham|den han|chua)\b|\bnhung gi\b"
)
_OFFICES = re.compile(
    rf"\b{_OFFICE} (?:chuc nang |chuyen mon )?nao\b|\bai\b|\btheo (?:tung |moi )?{_OFFICE}\b"
    rf"|\b(?:nhung|cac|may|danh sach|ds|bao nhieu|liet ke) (?:cac |nhung )?{_OFFICE}\b(?! {_THING})"
)
_BY_NOW = re.compile(r"\b(?:den|toi) (?:nay|gio)\b")
_MOST = re.compile(r"\bnhat\b")


def read_sought(text: Folded) -> tuple[Sought, list[tuple[int, int]]]:
    """What folded `text` asks, were it about progress, and where its words stand."""
    late, opened, done = _LATE.search(text), _OPEN.search(text), _DONE.search(text)
    share, whether = _SHARE.search(text), _WHETHER.search(text)
    slow = None if late else _SLOW.search(text)
    many, offices = _MANY.search(text) is not None, _OFFICES.search(text) is not None
    aim = Aim.STATE
    if done and not whether and (late or (opened and opened.start() > done.end())):
        aim = Aim.SHARE  # "bao nhiêu việc xong, bao nhiêu việc trễ"
    elif late or (slow and not opened):
        aim = Aim.LATE
    elif opened:
        aim = Aim.OPEN
    elif done and not share and (many or offices or not whether):
        aim = Aim.DONE
    elif share:
        aim = Aim.SHARE
    by_now = done and _BY_NOW.search(text)
    plain = bool(((late or opened or by_now) and (many or offices)) or (_SURELY.search(text) and not many))
    spent = [match.span() for match in (late, slow, opened, done, share) if match]
    if whether:
        spent.append((whether.end() - len("chua"), whether.end()))  # what stands before it is the topic
    most = _MOST.search(text) is not None
    return Sought(aim, offices and aim is not Aim.STATE, many, most, bool(spent or _SINCE.search(text)), plain), spent
