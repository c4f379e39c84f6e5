"""Openers, conditions, cited papers and the other words of the grammar."""

from __future__ import annotations

import re

from knowledge.deadlines.numbers import NUMBER, Found, Rules, always
from knowledge.deadlines.repeats import UNIT_WORD, UNITS
from knowledge.deadlines.spans import Part
from knowledge.deadlines.tokens import Count, Kind

_COUNT = (
    r"(?P<n>[0-9]{1,3}) ?(?:\([a-z ]{2,20}\)~)?"
    r"(?P<u>ngay lam viec|ngay(?!~[0-9])|tuan|thang|nam)(?![a-z])(?!~[0-9/])"
)


def _count(m: re.Match[str]) -> Found:
    return Kind.COUNT, Count(int(m["n"]), " ".join(m["u"].split()))


_THIS_PAPER = r"(?: (?:ke hoach|quyet dinh|van ban|cong van|chi thi|chuong trinh|de an|thong bao)(?: nay)?)"
_SIGNED = rf"{_THIS_PAPER}?(?: duoc)? (?:ky,?~ban hanh|ban hanh|ky|phat hanh){_THIS_PAPER}?"
_CLAUSE_END = r"(?=~$|~[,.;:()]| (?:va|hoac|den) )"
_SINCE_ISSUE = rf"(?:(?:(?:ke |tinh )?tu|sau) (?:ngay|thoi diem)|(?:ke |tinh )tu khi){_SIGNED}{_CLAUSE_END}"
_SINCE_EVENT = (
    rf"(?:ke |tinh )tu(?: khi| ngay| thoi diem)(?!~[0-9])(?:(?: [a-z]+){{1,12}}?{_CLAUSE_END}|(?: [a-z]+){{1,3}})"
)
# "đến khi kết thúc ...": a condition that ends a window.
_UNTIL_EVENT = rf"(?:cho )?den khi(?: [a-z]+){{1,10}}?{_CLAUSE_END}"
_LATER = (
    r"(?:trong |cho )?(?:cac|nhung) (?:nam|quy|thang|giai doan|thoi gian)"
    r" (?:tiep theo|ke tiep|tiep sau|sau do|sau nay|sau|toi|den)(?: do)?"
    r"|(?:giai doan|thoi gian) tiep theo|va (?:nam )?tiep theo|va nam sau(?: do)?|va tiep tuc"
)
_REQUEST = (
    r"(?:theo|khi co) yeu cau|dot xuat(?:~\(?~khi co yeu cau~\)?)?"
    r"|khi (?:can thiet|can|co phat sinh|phat sinh|co chi dao|co de nghi)"
)
_CONDITION = (
    r"(?:ngay )?(?:sau|truoc|tu|den|trong|cho den) khi|khi|ngay khi|theo(?! dinh k[yi])"
    r"|tuy(?: theo| thuoc| tinh hinh)|phu thuoc|can cu|neu|trong qua trinh"
    r"|(?:truoc |sau |tai |trong )?(?:cac )?ky hop|(?:nhan |vao )?dip|dong thoi voi"
)
_ISSUED_NUMBER = (
    r"[0-9]+[a-z]?(?:/[0-9]{4})?[/-](?!hang|thang|quy|nam|tuan|lan|ngay)"
    r"[a-z]{2}[a-z0-9]*(?:[/-][a-z0-9]+)*"
)
_CITED_DAY = (
    rf"(?:~,?~(?:ky )?ngay~{NUMBER}(?:~[/.-]~{NUMBER}(?:~[/.-]~[0-9]{{2,4}})?"
    rf"|~thang~{NUMBER}(?:~[/,]?~(?:nam~)?[0-9]{{4}})?))"
)
_LAWS = (
    r"(?:nghi quyet|quyet dinh|nghi dinh|thong tu|luat|chi thi|cong van|ket luan|to trinh|thong bao"
    r"|cong dien|phap lenh)"
)
_CITE = (
    rf"(?:so~:?~)?{_ISSUED_NUMBER}{_CITED_DAY}?"
    rf"|so~:?~[0-9]+(?:[/-][a-z0-9]+)*(?!~(?:thang|quy|nam)){_CITED_DAY}?|{_LAWS}{_CITED_DAY}"
)
_HOUR = (
    r"(?:luc |hoi |thoi diem )?(?:[0-9]{1,2}~(?:h|g|gio)(?:~[0-9]{1,2}(?:~(?:phut|p|'))?)?|[0-9]{1,2}~:~[0-9]{2})"
    r"(?![a-z0-9/])(?:~(?:sang|trua|chieu)(?![a-z]))?"
)
_CLOCK = rf"(?:tu )?{_HOUR}~(?:-|den|toi)~{_HOUR}|{_HOUR}|(?:buoi )?(?:sang|trua|chieu)(?= (?:ngay|thu|[0-9]))"
_BY = (
    r"(?:cham|muon|tre) nhat(?: la| vao| trong| truoc| den)*"
    r"|khong (?:qua|muon hon|cham hon|tre hon|sau)(?=~(?:ngay|thang|quy|nam) ?[0-9ivl]| [0-9]{1,2}/)"
    r"|han (?:cuoi|chot)(?: cung)?(?: la)?|thoi han(?: la)?|het(?! han| suc)"
)
_BEGUN = r"bat dau(?: thuc hien| trien khai| ap dung)?"
_FROM = rf"(?:(?:{_BEGUN}|ke|tinh|ap dung|trien khai) )?tu(?: dau)?(?= )|bat dau(?: vao| trong)?"
_TO = (
    r"(?:cho |keo dai )?den(?: truoc| het| ngay het)*|toi(?= (?:het|cuoi|nam|quy|thang|ngay))"
    r"|(?:sang|thanh)(?= (?:ngay|thang|qu[yi]|nam|[0-9]))"
)
_WITHIN = (
    r"(?:ngay )?trong(?: vong| thoi gian| thoi han| suot| khoang| toan bo)*|vao(?: khoang| thoi diem)?"
    r"|ca(?= nam| quy| giai doan)"
)
_FILLER = r"la|cua|ngay|cac|khoang|du kien|thoi gian|thang|thoi diem"
_VERB = (
    r"thuc hien|trien khai|ban hanh|to chuc|trinh|bao cao|phe duyet|xay dung|thi diem|gui|tham muu|xong"
    r"|ket thuc|tiep theo"
)
_PARTS = {
    "nua dau": Part.FIRST_HALF, "nua cuoi": Part.SECOND_HALF, "thuong tuan": Part.FIRST_TEN,
    "trung tuan": Part.SECOND_TEN, "ha tuan": Part.LAST_TEN, "dau": Part.BEGINNING, "giua": Part.MIDDLE,
    "cuoi": Part.END,
}  # fmt: skip
_WEEK = r"tuan~(?:thu )?(?P<w>dau(?: tien)?|cuoi(?: cung)?|[1-5]|nhat|hai|ba|tu)(?= (?:cua )?thang| [0-9]{1,2}/2)"
_WEEK_NAMES = {"dau": 1, "dau tien": 1, "nhat": 1, "hai": 2, "ba": 3, "tu": 4, "cuoi": 5, "cuoi cung": 5}


def _part(m: re.Match[str]) -> Found:
    return Kind.PART, _PARTS[" ".join(m[0].split())]


def _week(m: re.Match[str]) -> Found:
    name = " ".join(m["w"].split())
    return Kind.WEEK, _WEEK_NAMES.get(name) or int(name)


def _unit(m: re.Match[str]) -> Found:
    every = UNITS[m[0].replace("qui", "quy")]
    return Kind.UNIT, every.unit


RULES: Rules = {
    "cite": (_CITE, always(Kind.CITE)),
    "clock": (_CLOCK, lambda m: (Kind.WITHIN if m[0].startswith("tu ") else Kind.FILLER, "clock")),
    "later": (rf"(?:{_LATER})(?![a-z])", always(Kind.LATER)),
    "count": (_COUNT, _count),
    "since_issue": (_SINCE_ISSUE, always(Kind.SINCE_ISSUE)),
    "since_event": (_SINCE_EVENT, always(Kind.SINCE_EVENT)),
    "until_event": (_UNTIL_EVENT, always(Kind.REQUEST)),
    "request": (rf"(?:{_REQUEST})(?![a-z])", always(Kind.REQUEST)),
    "ruled": (r"theo(?: dung)? (?:quy dinh|luat dinh)(?![a-z])", always(Kind.RULED)),
    "week": (_WEEK, _week),
    "part": (rf"(?:{'|'.join(_PARTS)})(?![a-z])", _part),
    "condition": (rf"(?:{_CONDITION})(?![a-z])", always(Kind.CONDITION)),
    "by": (rf"(?:{_BY})(?![a-z])", always(Kind.BY)),
    "before": (r"truoc(?: thoi diem| thoi han)?(?![a-z])", always(Kind.BEFORE)),
    "to": (rf"(?:{_TO})(?![a-z])", always(Kind.TO)),
    "from": (rf"(?:{_FROM})(?![a-z])", always(Kind.FROM)),
    "within": (rf"(?:{_WITHIN})(?![a-z])", always(Kind.WITHIN)),
    "after": (r"(?:ngay )?sau(?![a-z])", always(Kind.AFTER)),
    "onward": (r"(?:tro di|ve sau|tro ve sau)(?![a-z])", always(Kind.ONWARD)),
    "standing": (r"(?:thuong xuyen|lien tuc|thuong ky|quanh nam|lau dai)(?![a-z])", always(Kind.STANDING)),
    "periodic": (r"dinh k[yi](?: theo)?(?![a-z])", always(Kind.PERIODIC)),
    "done": (r"(?:hoan thanh|hoan tat)(?![a-z])", always(Kind.DONE)),
    "unit": (rf"(?!ngay){UNIT_WORD}", _unit),
    "stage": (r"giai doan(?![a-z])", lambda _: (Kind.FILLER, "stage")),
    "filler": (
        rf"(?:{_FILLER})(?![a-z])",
        lambda m: (Kind.FILLER, "unit" if m[0] in {"ngay", "thang"} else None),
    ),
    "verb": (rf"(?:{_VERB})(?![a-z])", lambda _: (Kind.FILLER, "verb")),
    "and": (r"(?:va|hoac|hay|sau do|roi)(?![a-z])|[&+]", always(Kind.AND)),
    "dash": (r"-", always(Kind.DASH)),
    "comma": (r"[,:()]", lambda m: (Kind.COMMA, m[0])),
    "stop": (r"[.;!?|]", always(Kind.STOP)),
    "slash_number": (r"/~[0-9]+", always(Kind.BAD)),
}
