"""What is said of a time other than that it is due: rounds, extensions, old days, data periods."""

from __future__ import annotations

from knowledge.deadlines.numbers import NUMBER, Maker, Rules, always
from knowledge.deadlines.tokens import Change, Kind

# The number of a round is no day ("Đợt 1 tháng 5"); "giai đoạn 2026-2030" and "đợt 30/4" have none.
_ORDINAL = rf"(?:nhat|cuoi(?: cung)?|(?:[iv]{{1,4}}|[l1]{{1,3}}|x)(?![a-z0-9])|{NUMBER})"
_ROUND = (
    rf"(?:dot|lan|giai doan|buoc|vong|ky|chang)(?: thu)?(?: so)?~{_ORDINAL}(?![a-z0-9])"
    r"(?!~[/-]~[0-9]{1,2}(?![0-9]))"
)

# "gia hạn", "lùi", "dời", "đổi", "hoãn" ...; "hoan" without accents is mostly "hoàn thành".
_MOVED = (
    r"(?:gia han|lui|doi|dieu chinh|keo dai|chuyen|thay doi|sua(?: doi)?|thay"
    r"|hoan(?= (?:lai|sang|den|toi)(?![a-z])))"
)
_WHAT = (
    r"(?: (?:lan~(?:thu )?[0-9]{1,2}|tiep|them|lai|thoi han|thoi gian|thoi diem|hoan thanh|thuc hien|bao cao"
    r"|han|tien do))*?"
)
_SAID = r"(?:(?:da|duoc|nay|cho phep|thong nhat|tiep tuc) )*"
_TO = r"(?:thanh|sang|den(?: het)?|toi|la|bang|qua)"
_CHANGED = rf"{_SAID}{_MOVED}{_WHAT}(?: {_TO}|~:)|nay (?:la|thanh|den)"
_CHANGED_FROM = rf"{_SAID}{_MOVED}{_WHAT} tu(?= (?:ngay|thang|qu[yi]|nam|[0-9]))"
_PUT_OFF = rf"{_SAID}(?:gia han|keo dai|lui|hoan){_WHAT}(?= [0-9]{{1,3}} (?:ngay|tuan|thang|nam))"
_MAYBE = rf"(?:co the|xin|de nghi|neu can|duoc phep) (?:duoc )?{_MOVED}{_WHAT}(?: {_TO})?"

_OLD = (
    r"(?:thay cho|thay vi|thay the(?: cho)?|truoc day|ban dau|khong phai"
    r"|(?:thoi han|han|thoi gian|ngay|moc)(?: hoan thanh)? (?:cu|truoc day))(?: la)?(?: (?:thoi han|thoi gian))?"
)

# A report's own period: "số liệu tính từ ... đến ...", "thời điểm chốt số liệu: ...".
_FIGURES = r"(?:so lieu|du lieu|k[yi] (?:bao cao|so lieu|thong ke|danh gia))"
_TAKEN = r"(?: (?:bao cao|thong ke|duoc|tinh|lay|chot|tong hop|cap nhat|nay|do|la))"
_DATA = (
    rf"{_FIGURES}{_TAKEN}+~:?~(?:tu|den)|{_FIGURES}~:?~tu(?=[^.;()]* den )"
    r"|(?:thoi gian|thoi k[yi]|k[yi]) bao cao(?:~[a-z0-9]+){0,4}?~tinh tu"
    r"|(?:thoi gian|thoi diem|thoi k[yi]|moc|ngay|k[yi]) (?:chot|lay|tinh|khoa|thong ke|tong hop) (?:so|du) lieu"
)


def _changed(change: Change) -> Maker:
    return lambda _: (Kind.CHANGED, change)


RULES: Rules = {
    "round": (_ROUND, always(Kind.ROUND)),
    "maybe_changed": (rf"(?:{_MAYBE})(?![a-z])", _changed(Change.MAYBE)),
    "put_off": (_PUT_OFF, _changed(Change.BY)),
    "changed_from": (_CHANGED_FROM, _changed(Change.FROM)),
    "changed": (rf"(?:{_CHANGED})(?![a-z])", _changed(Change.TO)),
    "old": (rf"(?:{_OLD})(?![a-z])", always(Kind.OLD)),
    "data": (rf"(?:{_DATA})(?![a-z])", always(Kind.DATA)),
}
