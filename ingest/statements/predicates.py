"""How the predicate of a duty begins: its verbs, manners and obligations (data/predicates.yaml)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from knowledge.yaml_text import parse_yaml

_DATA = Path(__file__).parent / "data" / "predicates.yaml"

# "tổ chức" is a verb, except in "tổ chức chính trị - xã hội", "các cơ quan, tổ chức có liên quan".
_NO_VERBS = (
    r"tổ chức\s+(?:có|chính|xã|liên|đoàn|kinh|khác|cá nhân|tín|thành viên|,)"
    r"|báo cáo\s+(?:phải|cần|này|nêu|gồm|tập trung|thể hiện|được|của)|(?:kế hoạch|thông tin)\s+(?:phải|cần)|"
    r"quy định\s+(?:tại|của|này)"
    r"|thông tin\s+(?:và|về|điện)|xét\s+thấy"
)
# Time and circumstance may stand between an office and its verb, or open a sentence about it.
_CIRCUMSTANCE = (
    r"căn cứ|trên cơ sở|trong phạm vi|theo(?!\s+dõi)|sau khi|trước khi|khi|ngay sau|để|nhằm|qua|thông qua|với|"
    r"trước ngày|trước \d|"
    r"đến hết|từ nay|hết|trong (?:tháng|quý|năm|tuần|thời|vòng|quá)|trong|định kỳ|mỗi|hằng|hàng|vào|chậm nhất"
)


class _Predicates:
    def __init__(self) -> None:
        listed = parse_yaml(_DATA.read_text(encoding="utf-8"))
        verbs, manners, obligations = (_alternatives(listed[name]) for name in ("verbs", "manners", "obligations"))
        self.listed = tuple(part.strip() for name in ("verbs", "obligations") for part in listed[name].split(","))
        verb = rf"(?!(?:{_NO_VERBS})(?!\w))(?:{verbs})(?!\w)"
        self.verb = re.compile(rf"(?<!\w)(?:{verb}|(?:{obligations})(?!\w))", re.IGNORECASE)
        self.obligation = re.compile(rf"(?:(?:{manners})(?!\w)[\s,]*)*(?:{obligations})(?!\w)", re.IGNORECASE)
        self.start = re.compile(rf"(?:(?:{manners})(?!\w)[\s,]*)*(?:{verb}|(?:{obligations})(?!\w))", re.IGNORECASE)
        # Behind an office, lower case tells a verb from a name ("Sở Xây dựng", "Sở Nội vụ xây dựng").
        begins = rf"(?:(?:{manners}|{obligations})(?!\w)|{verb}|(?:{_CIRCUMSTANCE})(?!\w))"
        self.behind = re.compile(rf"[\s,]*{begins}")
        self.inside = re.compile(
            rf"(?<=[\s,])(?!(?<=công )lập|(?<=dân )lập|(?<=độc )lập|(?<=nghệ )thông tin){begins}"
        )
        self.manners = re.compile(rf"(?:(?:{manners})(?!\w)[\s,]*)+", re.IGNORECASE)
        # "chịu trách nhiệm trước ..." tells to whom, not what to do.
        obliged = rf"(?:{obligations}|cần)(?!\w)(?! (?:trước|trực tiếp|về|toàn diện))"
        self.obligations = re.compile(rf"[\s,]*(?:{obliged}[\s,]*(?:và\s+)?)+", re.IGNORECASE)
        self.circumstance = re.compile(
            rf"(?:{_CIRCUMSTANCE}|đối với|về|riêng|tùy|tuỳ|hoàn thành xong)(?!\w)", re.IGNORECASE
        )


def _alternatives(listed: str) -> str:
    """Longest first, so that "cần phải" is not read as "cần"."""
    words = sorted((" ".join(part.split()) for part in listed.split(",")), key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words if word)


@lru_cache(maxsize=1)
def _predicates() -> _Predicates:
    return _Predicates()


def begins_with_verb(text: str) -> bool:
    """Whether `text` tells somebody to do something: "Rà soát ...", "Tiếp tục theo dõi ..."."""
    return _predicates().start.match(text) is not None


def begins_with_obligation(text: str) -> bool:
    """Whether `text` makes responsible in so many words: "có trách nhiệm ...", "chủ trì ..."."""
    return _predicates().obligation.match(text.lstrip(" ,")) is not None


def follows_office(text: str) -> bool:
    """Whether `text`, printed behind an office, goes on with what that office has to do."""
    return _predicates().behind.match(text) is not None


# Behind an office these go on with its name or tell of it; every other word in lower case is its verb.
_NO_PREDICATE = re.compile(
    r"[\s,]*(?:đã|đang|vừa|là|được|bị|còn|chưa|không|của|và|với|về|tại|ở|cho|do|bởi|nếu|mà|nhưng|hoặc|hay|thì|"
    r"gồm|như|có(?! (?:văn|kế|giải|"
    r"phương|báo|biện|ý|trách|nhiệm))|tỉnh|thành phố|xã|phường|huyện|quận|thị|cấp|các|những|này|đó|nêu|trên|"
    r"liên quan|khác|thuộc|"
    r"trực thuộc|năm|giai đoạn|số|nơi|đối với|đơn vị|cơ quan|địa phương|ban|ngành|cá nhân|doanh nghiệp|"
    r"thành viên)(?!\w)",
    re.IGNORECASE,
)


def acts(text: str) -> bool:
    """Whether `text`, printed behind an office of the directory, tells what it does and is not more of its name."""
    rest = text.lstrip(" ,")
    return bool(rest) and rest[0].islower() and not _NO_PREDICATE.match(text)


def predicate_starts(text: str) -> list[int]:
    """Every place inside `text` where a predicate in lower case could begin, the likelier ones first.

    One syllable behind a capital one may be the second of a name ("Khoa Chăn nuôi lập ..."), so it is tried last.
    """
    found = list(_predicates().inside.finditer(text))
    return [f.start() for f in sorted(found, key=lambda f: (_ends_a_name(text, f), f.start()))]


def _ends_a_name(text: str, found: re.Match[str]) -> bool:
    before = text[: found.start()].rstrip()
    return " " not in found[0] and before.rsplit(" ", 1)[-1][:1].isupper()


def begins_with_circumstance(text: str) -> bool:
    """Whether `text` opens with when, why or on what ground something is to be done."""
    return _predicates().circumstance.match(text) is not None or _predicates().manners.match(text) is not None


def behind_obligations(text: str) -> str:
    """`text` without "có trách nhiệm", "chủ trì, " before what is to be done."""
    found = _predicates().obligations.match(text)
    return text[found.end() :] if found else text


def behind_manners(text: str) -> str:
    """`text` without "chủ động", "thường xuyên" before its verb."""
    found = _predicates().manners.match(text)
    return text[found.end() :] if found else text


def has_verb(text: str) -> bool:
    """Whether anything is to be done in `text` at all."""
    return _predicates().verb.search(text) is not None


def listed_predicates() -> tuple[str, ...]:
    """Verbs and obligations as they are written."""
    return _predicates().listed
