"""Who a sentence is about: the offices it begins with, where they end, and whom they work with.

"Sở Nội vụ chủ trì, phối hợp với các cơ quan có liên quan tổng hợp ..." has no sign between
the offices and the verb. The end is found by the directory's names and the words that may
qualify them; for bodies that no directory knows, by the first verb behind something that is
named as a body is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.context import Context
from ingest.paper.names import UNITS
from ingest.statements.predicates import (
    acts,
    begins_with_circumstance,
    begins_with_obligation,
    begins_with_verb,
    behind_manners,
    behind_obligations,
    follows_office,
    predicate_starts,
)
from knowledge.text import CAPITAL

_LONGEST = 420
"""Characters: a list of a dozen offices with their qualifiers; longer ones are running text."""
_BARE_MOST = 3
"""Words of a kind of body: "Hội đồng", "Tổ công tác"."""
_LABEL_MOST = 60
"""Characters of a label before a colon: "Giải pháp khắc phục:", "Về y tế:"."""
_JOIN = re.compile(r"\s*(?:[,;]\s*)?(?:(?:và|cùng|cùng với|với)\s+)?(?=\S)", re.IGNORECASE)
_QUALIFIED = re.compile(
    r"[\s,]*(?:(?:có\s+|các cơ quan\s+)?liên quan(?: khác)?|khác"
    r"|trên địa bàn (?:tỉnh|thành phố|xã|phường)|thuộc tỉnh"
    r"|(?:trực )?thuộc (?:trung ương|tỉnh|Ủy ban nhân dân tỉnh|UBND tỉnh)"
    r"|được (?:phân công|giao|nêu)(?: [^\s,]+){0,24}?(?=\s+(?:có trách nhiệm|chịu trách nhiệm|chủ động))"
    r"|của tỉnh|trong tỉnh|nêu trên|\([^)]{1,400}\))(?!\w)",
    re.IGNORECASE,
)
_PROPER = rf"{CAPITAL}\w*"
_PLACE = rf"{_PROPER}(?:\s+(?:{_PROPER}|\d+)){{0,4}}"
# The names of localities behind their kind: "UBND xã Tân Lộc", "UBND các xã: Đức Trọng, Hiệp Thạnh".
_ONE_PLACE = re.compile(rf"\s+{_PLACE}(?:\s*\((?:cũ|mới)\))?")
_PLACES = re.compile(rf"\s*:?\s+{_PLACE}(?:(?:,|\s+và)\s+{_PLACE})*(?:\s*\((?:cũ|mới)\))?")
_UNIT_AT_END = re.compile(rf"(?:{UNITS})$", re.IGNORECASE)
# "Thực hiện Kế hoạch số 12/KH-UBND ..., UBND tỉnh yêu cầu ..." opens with the ground of what it asks.
_BASIS = re.compile(r"(?:thực hiện|triển khai)\s[^,.;]{0,160}?\b(?:số|ngày)\s*\d", re.IGNORECASE)
_ADDRESSED = re.compile(
    r"(?:(?:ubnd|ủy ban nhân dân|chủ tịch ubnd|chủ tịch ủy ban nhân dân) (?:tỉnh|thành phố|xã|phường)\s+)?"
    r"(?:đề nghị|yêu cầu|giao(?: nhiệm vụ| trách nhiệm)?(?: cho)?|phân công)\s*:?\s+(?!tại|của|trong|nhiệm vụ)",
    re.IGNORECASE,
)
LINKED = re.compile(
    r"^(?:(?:đồng thời|theo đó|ngoài ra|trong đó|bên cạnh đó|riêng|(?:định kỳ )?(?:hằng|hàng|mỗi) (?:năm|quý|"
    r"tháng|tuần))\s*,?\s+)+",
    re.IGNORECASE,
)
# A head that ends so goes on: "các cơ quan được phân công | chủ trì".
_UNFINISHED = re.compile(
    r"\b(?:và|của|với|cho|để|được|theo|cơ quan|giao|nếu|khi|đã|đang|chưa|không|là|có|việc)$", re.IGNORECASE
)
# "cơ quan, đơn vị" without "các" and without a name is whoever it may concern.
_NOBODY = re.compile(
    r"^(?i:cơ quan|đơn vị|địa phương|ngành|tổ chức|cá nhân|doanh nghiệp|người đứng đầu|thủ trưởng|lãnh đạo)"
    rf"(?!\w)(?:,|(?:(?!{CAPITAL}).)*$)"
)
# "(tại Quyết định số 14/QĐ-UBND ngày ...)" between an office and its verb says where it comes from.
_CITED = re.compile(r"\s*\((?:tại|theo|thành lập|ban hành|được)\s(?:[^()]|\([^()]*\))*\)")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_TELLS = re.compile(r"\b(?:được(?! (?:giao|phân công|nêu))|đã|đang|chưa|nếu)\b|(?<!giao )\bviệc\b", re.IGNORECASE)
_JOINTLY = re.compile(r"phối hợp(?: chặt chẽ)?(?: (?:với|cùng(?: với)?))?\s+(?!chặt)", re.IGNORECASE)
_AIM = re.compile(r"(?:để|trong|nhằm|khi|về|theo)(?!\w)", re.IGNORECASE)
_HELPING = re.compile(r"(?:cùng )?phối hợp(?: thực hiện)?(?!\w)(?!\s+(?:với|cùng|chặt))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who has to act, and what is said behind.

    Attributes:
        offices: as printed, not yet split.
        helpers: whom they are to work with, as printed; empty where nobody is named.
        rest: the words behind both.
        addressed: the paper speaks to them ("Giao ...", "Yêu cầu ...").
        obliged: made responsible in so many words ("có trách nhiệm", "chủ trì").
    """

    offices: str
    helpers: str
    rest: str
    addressed: bool = False
    obliged: bool = False


def read_subject(text: str, context: Context) -> Subject | None:
    """Who `text` gives a duty to; None where it names nobody, tells what was, or only mentions an office."""
    text = text.strip()
    found = subject_at(text, context)
    if found is None and _label_of(text):
        found = read_subject(text[_label_of(text) :], context)
    opened = begins_with_circumstance(text) and not begins_with_verb(text)
    if found is None and (opened or _BASIS.match(text)):
        found = _behind_circumstance(text, context)
    return found


def split_offices(text: str, context: Context) -> tuple[str, str] | None:
    """The offices that `text` begins with, as printed, and the words behind them; None where it begins otherwise."""
    end = _run_of_names(text, context)
    behind = text[end:]
    if end and (not behind.strip(" .;:,") or follows_office(behind) or acts(behind) or behind.startswith(":")):
        return text[:end].strip(" ,;:"), text[end:].lstrip(" ,;:")
    if not end and (begins_with_verb(text) or not context.directory.may_begin_office(text)):
        return None
    colon = text.find(":", 0, _LONGEST)
    rest = text[colon + 1 :].lstrip()
    parts = re.search(r"\s(?:chủ trì|phối hợp)(?!\w)", text[:colon]) if colon > 0 else None
    if (
        colon > 0
        and not parts
        and (rest[:1].islower() or begins_with_verb(rest))
        and _is_office_list(text[:colon], context)
    ):
        return text[:colon].strip(), text[colon + 1 :].lstrip()
    for start in predicate_starts(text[:_LONGEST]):
        head = text[:start].strip(" ,:")
        if end and start <= end:
            continue
        if _is_office_list(head, context) or (begins_with_obligation(text[start:]) and _is_bare_body(head, context)):
            return head, text[start:]
    return None


def _is_bare_body(head: str, context: Context) -> bool:
    """Whether `head` is a kind of body alone, which only "có trách nhiệm" behind it makes somebody: "Hội đồng"."""
    return len(head.split()) <= _BARE_MOST and not _NOBODY.match(head) and context.directory.may_begin_office(head)


def read_helpers(rest: str, context: Context) -> tuple[str, str]:
    """Coordinating offices of "chủ trì, phối hợp với ... tổng hợp ...", and what is to be done."""
    duty = behind_obligations(rest)
    beside = split_offices(duty, context) if duty != rest else None
    helping = _HELPING.match(beside[1]) if beside else None
    if beside and helping:  # "chủ trì, Sở Y phối hợp kiểm tra ..." names the helpers before what they do
        return beside[0], beside[1][helping.end() :].lstrip(" :,")
    behind = behind_manners(duty)
    joint = _JOINTLY.match(behind)
    if joint is None:
        return "", duty
    text = behind[joint.end() :]
    found = split_offices(text, context)
    if found is None:
        return "", text
    # "Phối hợp với Sở X trong việc ..." says what is to be done only together with its beginning.
    return found[0], duty if _AIM.match(found[1]) else behind_obligations(found[1])


def subject_at(text: str, context: Context) -> Subject | None:
    """The subject that `text` begins with, no label or circumstance before it."""
    text = LINKED.sub("", text)
    address = _ADDRESSED.match(text)
    body = _CITED.sub("", text[address.end() :] if address else text)
    found = split_offices(body, context)
    if found is None and address:
        found = _whole(body, context)
    if found is None:
        return None
    offices, behind = found
    if (not behind and not address) or _NOBODY.match(offices):
        return None
    helpers, rest = read_helpers(behind, context)
    return Subject(offices, helpers, rest.strip(" ,"), address is not None, begins_with_obligation(behind))


def _whole(body: str, context: Context) -> tuple[str, str] | None:
    """ "Giao Trung tâm X:" names an office and says no more."""
    head = body.rstrip(" :.;")
    return (head, "") if _is_office_list(head, context) else None


def _label_of(text: str) -> int:
    """Where the words behind a label and its colon begin; 0 where `text` begins with no label."""
    return text.find(":", 1, _LABEL_MOST) + 1


def _behind_circumstance(text: str, context: Context) -> Subject | None:
    """The subject behind an opening: "Căn cứ Kế hoạch này, các sở xây dựng ...", "Hằng năm, bộ phận ..."."""
    for place in re.finditer(r",\s+", text[:_LONGEST]):
        found = subject_at(text[place.end() :], context)
        if found is not None:
            return found
    return None


def _run_of_names(text: str, context: Context) -> int:
    """End of the directory's names, joined by commas and "và", at the beginning of `text`; 0 where there are none."""
    end = at = 0
    while at < _LONGEST and (length := context.directory.name_end(text[at:])):
        end = _with_places(text, at, at + length)
        while (qualified := _QUALIFIED.match(text, end)) is not None:
            end = qualified.end()
        joined = _JOIN.match(text, end)
        if joined is None or joined.end() == at:
            break
        at = joined.end()
    return end


def _with_places(text: str, start: int, end: int) -> int:
    """The end of a name with the localities that it is of: "UBND xã | Tân Lộc"."""
    if not _UNIT_AT_END.search(text[start:end]):
        return end
    plural = re.search(r"(?:các|:)\s", text[start : end + 2], re.IGNORECASE)
    places = (_PLACES if plural else _ONE_PLACE).match(text, end)
    if places is None or (":" in places[0] and "," not in places[0]):
        return end  # "UBND các xã: Căn cứ ..." goes on with a sentence
    return places.end()


def _is_office_list(head: str, context: Context) -> bool:
    """Whether `head` is offices and nothing else, known to the directory or named as bodies are."""
    if not head or head.count("(") != head.count(")"):
        return False
    head = _BRACKETS.sub("", head).strip(" ,")
    if _UNFINISHED.search(head) or _TELLS.search(head):
        return False
    parts = context.split(head)
    return bool(parts) and all(context.directory.may_be_office(part) for part in parts)
