"""Whether a text says nothing that its evidence does not say.

One rule does most of it: what can be false (a figure, a date, a paper's number, a name, a word that turns a statement
round) must stand in the evidence as it does in the text, beside the same word. Agencies must be named there too, and
of a task each must be told in the role that the task's cells give it.

Meant to refuse too much rather than too little: what is refused costs only the
wording, and the composed answer goes out. A check gives the reason, in a few words
for a developer, or None when the text passes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from knowledge.qa.model.evidence import Evidence
from knowledge.qa.query.question import Agencies
from knowledge.records import Task
from knowledge.text import fold, nfc, syllables

MAX_WORDED = 400
"""Characters; or as many as the composed answer has, where that is longer."""
GROUNDED = 0.6
"""Least share of a text's syllables that stand in the evidence; the rest are the words that join them."""
KEPT = 0.6
"""Least share of the composed answer's first line, which tells the asked fact, that the text keeps."""
ACCENTED = 0.25
"""Least share of syllables with accents; Vietnamese text has about 0.6."""
FIRST_LINES = 2
"""Lines of a composed answer that tell what was asked."""

_MARKUP = re.compile(r"[*_#`<>|{}\[\]\\?§]|https?:|www\.|@")
_META = re.compile(
    r"mo hinh ngon ngu|ngon ngu lon|tri tue nhan tao|tro ly|chatbot|du lieu huan luyen|huong dan he thong|prompt"
    r"|khong the (?:tra loi|cung cap|ho tro|giup)|xin loi|xin chao|bang chung|cau tra loi|da soan"
    r"|thong tin (?:duoc cung cap|tren)|\bjson\b|\bnull\b"
)
_PERSONS = re.compile(r"(?<!\w)(?:tôi|bạn|mình|em)(?!\w)")
# Words that turn a statement round: none may come in, none of the composed answer may go.
_TURNS = re.compile(
    r"(?<!\w)(?:không quá|không|khong|chưa|chẳng|trừ|tối thiểu|tối đa|ít nhất|nhiều nhất|khoảng|gấp đôi|một nửa"
    r"|bãi bỏ|h[ủu][ỷy]? bỏ|thay thế|gia hạn|lùi|hoãn|miễn|dừng|(?:trên|dưới|hơn|gần|quá)(?= \d))(?!\w)"
)
# Nor may these come in: a plan tells neither what was done nor whether the person is right; words that move a date;
# numbers in words ("năm" is a year far more often than a five, "một" an article).
_STRANGE = re.compile(
    r"(?<!\w)(?:đã|vừa|từng|đúng|sai|vâng|chính xác|hằng|mỗi|định kỳ|thường xuyên"
    r"|(?:trước|sau|từ|đầu|giữa|cuối|nửa|quá)(?= (?:ngày|quý|tháng|năm|tuần|\d))"
    r"|hai|ba|bốn|sáu|bảy|tám|chín|mười|mươi|lăm|mốt|(?<!phần )trăm|nghìn|ngàn|triệu|t[ỷỉ](?! lệ)|chục)(?!\w)"
)
_DUE = re.compile(r"hạn|hoàn thành|chậm nhất|muộn nhất|trước|xong|đến hết", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:[^.\n]|\.(?=\S))+")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[^\W_]+(?:[./,&-][^\W_]+)*%?")
_FIGURE = re.compile(r".*\d.*|[IVXLC]+")
_SHORT_PAPER = re.compile(r"(\d+)[/-]\w*[^\W\d]\S*")
_FILLERS = {"và", "là", "vào", "trong", "gồm", "số", "ngày"}
"""Words that may come to stand beside a figure."""
_STARTS = re.compile(r"(?:^|[.:;!\n“\"(–-])\s*$")
_TIME_WORDS = {"tháng", "quý", "năm", "ngày"}
# First words of offices, checked wherever they stand; accents tell them from other words.
_OFFICES = {"sở", "bộ", "cục", "viện", "ubnd", "hđnd", "hội", "phòng", "đài", "thanh", "trung", "ban", "ủy"}
_ALWAYS_OFFICES = {"sở", "cục", "ubnd", "hđnd"}
_QUOTING = ("Nhiệm vụ:", "Văn bản ghi:", "Sản phẩm:")
"""Lines of a composed answer in the paper's words."""
# How a text may give a role to offices, in whose place stands § with the role that the task's cells give them.
_LEAD_TOLD = re.compile(
    r"(?:chủ trì(?: chính)?(?::| là| bởi)?|giao(?: cho)?) §L(?! (?:phối hợp|không))"
    r"|§L (?:(?:sẽ|được giao|là (?:cơ quan |đơn vị )?)\s*)*(?:chủ trì|đầu mối)(?!:| §)",
    re.IGNORECASE,
)
_HELP_TOLD = re.compile(
    r"phối hợp(?::| với| cùng| gồm| là| có)* §H(?! (?:chủ trì|không))"
    r"|§H (?:(?:sẽ|được giao|là (?:cơ quan |đơn vị )?)\s*)*phối hợp(?!:| với| cùng| §)",
    re.IGNORECASE,
)
_LISTED = re.compile(r"(§[LH])[\s,;]*(?:(?:và|cùng|với)\s+)*(?=\1)")
# One spelling of each date, so that it can be compared as it is printed.
_SPELLINGS = (
    (r"quý (iv|i{1,3})\b", lambda m: f"quý {('i', 'ii', 'iii', 'iv').index(m[1].lower()) + 1}"),
    (r"(?:ngày )?\b0?(\d{1,2})(?: tháng |[/.-])0?(\d{1,2})(?: năm |[/.-])(\d{4})\b", r"\1/\2/\3"),
    (r"\b(\d{4})-0?(\d{1,2})-0?(\d{1,2})\b", r"\3/\2/\1"),
    (r"\b(quý|tháng) 0?(\d{1,2})(?: năm | ?/ ?|-)(\d{4})\b", r"\1 \2/\3"),
    (r"(\d) ?(?:%|phần trăm)", r"\1%"),
    (r"\bhàng (?=ngày|tuần|tháng|quý|năm)", "hằng "),
)


def check_answer(text: str, evidence: Evidence, directory: Agencies) -> str | None:
    """Why `text` may not stand for the composed answer; None when it may."""
    text, body, whole = _one_spelling(text), _one_spelling(evidence.body), _one_spelling(evidence.whole)
    reason = _form(text, body, whole)
    if reason:
        return reason
    if evidence.is_summary:
        lines = list(map(_one_spelling, evidence.lines))
        for piece in filter(_WORD.search, _SENTENCE.findall(text)):
            nearest = sorted(lines, key=lambda line: -_grounded(piece, line))
            reasons = (
                _unborne(piece, line, directory) or _other_doer(piece, text, line, directory) for line in nearest
            )
            first = next(reasons)
            if first and all(reasons):
                return first
        return _left_out(text, body)
    reason = _unborne(text, whole, directory)
    lost = next((match[0] for match in _TURNS.finditer(body.lower()) if not _has(match[0], text.lower())), None)
    if reason or lost:
        return reason or f"left out {lost}"
    if evidence.task is not None:
        reason = _roles(text, body, evidence.task, directory) or _due(text, body, evidence.task)
    return reason or _left_out(text, body)


def _one_spelling(text: str) -> str:
    text = nfc(text)
    for pattern, spelling in _SPELLINGS:
        text = re.sub(pattern, spelling, text, flags=re.IGNORECASE)
    return text


def _form(text: str, body: str, whole: str) -> str | None:
    words = _WORD.findall(text)
    plain = fold(whole)
    if not words:
        return "empty"
    if len(text) > max(MAX_WORDED, len(body)):
        return "too long"
    if _MARKUP.search(text):
        return "markup or link"
    if any(not unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha()):
        return "another script"
    if sum(fold(word) != word.lower() for word in words) < ACCENTED * len(words):
        return "not Vietnamese"
    persons = (match[0] for match in _PERSONS.finditer(text.lower()))
    if any(match[0] not in plain for match in _META.finditer(fold(text))) or any(
        not _has(person, whole.lower()) for person in persons
    ):
        return "speaks of itself"
    return None


def _grounded(text: str, evidence: str) -> float:
    """Share of the text's syllables that stand in the evidence."""
    words, known = _WORD.findall(text), set(map(fold, _WORD.findall(evidence)))
    return sum(fold(word) in known for word in words) / max(len(words), 1)


def _unborne(text: str, evidence: str, directory: Agencies) -> str | None:
    """What of a text its evidence does not bear out."""
    if _grounded(text, evidence) < GROUNDED:
        return "not grounded"
    known = {found.name for found in directory.find(evidence)}
    agencies = directory.find(text)
    for found in agencies:
        if found.name not in known:
            return f"agency {found.name}"
    pairs = set(_pairs(evidence))
    words = [match for match in _TOKEN.finditer(text) if match[0].lower() not in _FILLERS]
    inside = [any(each.start <= word.start() < each.end for each in agencies) for word in words]
    for place, word in enumerate(words):
        kind = "figure" if _FIGURE.fullmatch(word[0]) else "name" if _is_name(word, text) else None
        if kind == "name" and inside[place]:
            continue
        beside = {(a[0].lower(), b[0].lower()) for a, b in pairwise(words[max(place - 1, 0) : place + 2])}
        if kind and not beside & pairs:
            return f"{kind} {word[0]}"
    told, whole = text.lower(), evidence.lower()
    for match in [*_TURNS.finditer(told), *_STRANGE.finditer(told)]:
        if not _has(match[0] + _next(told, match.end()), whole):
            return f"word {match[0]}"
    return None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Neighbours, lower case; a paper may be named by kind and digits alone: "Kế hoạch 57"."""
    words = [word for word in map(str.lower, _TOKEN.findall(text)) if word not in _FILLERS]
    for one, other in pairwise(words):
        yield one, other
        if paper := _SHORT_PAPER.fullmatch(other):
            yield one, paper[1]


def _is_name(word: re.Match[str], text: str) -> bool:
    """A capitalised word within a sentence, or the first word of an office."""
    lower = word[0].lower()
    if lower in _TIME_WORDS:
        return False
    if lower in _ALWAYS_OFFICES:
        return True
    return word[0][0].isupper() and (lower in _OFFICES or _STARTS.search(text[: word.start()]) is None)


def _next(text: str, at: int) -> str:
    """ " trì" after "chủ", with its blank."""
    after = re.match(rf" {_TOKEN.pattern}", text[at:])
    return after[0] if after else ""


def _has(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _other_doer(piece: str, text: str, line: str, directory: Agencies) -> str | None:
    """What a sentence makes of a line of a summary: its offices are told all and in order, or none; none helps that
    the line does not say helps; and what turns the line round stands somewhere in the text.
    """
    told = [found.name for found in directory.find(piece)]
    if told and told != [found.name for found in directory.find(line)]:
        return "agencies in another order"
    if _has("phối hợp", piece.lower()) and not _has("phối hợp", line.lower()):
        return "helps"
    turns = (match[0] + _next(line.lower(), match.end()) for match in _TURNS.finditer(line.lower()))
    lost = next((turn for turn in turns if not _has(turn, text.lower())), None)
    return f"left out {lost}" if lost else None


def _roles(text: str, body: str, task: Task, directory: Agencies) -> str | None:
    """Who leads and who helps is what the task's cells say; who was asked for is not left out."""
    if not task.lead:
        return None
    shown, told = _with_roles(text, body, task, directory)
    _, in_body = _with_roles(body, body, task, directory)
    while _LISTED.search(shown):
        shown = _LISTED.sub("", shown)
    given = len(_LEAD_TOLD.findall(shown)), len(_HELP_TOLD.findall(shown))
    if "§X" in shown or given != (shown.count("§L"), shown.count("§H")):
        return "roles"
    if in_body["L"] - told["L"]:
        return "leaves out who leads"
    asked = body.startswith("Cơ quan phối hợp")
    return "leaves out who helps" if (told["H"] or asked) and in_body["H"] - told["H"] else None


def _with_roles(text: str, body: str, task: Task, directory: Agencies) -> tuple[str, dict[str, set[str]]]:
    """The text with § and a role in place of each office, X for one of no role; and the names by role.

    The task's own words, which may name offices in roles of another matter, are left out.
    """
    quoted = [line.partition(": ")[2] for line in body.split("\n") if line.startswith(_QUOTING)]
    cells = map(_one_spelling, (task.activity or "", task.title, task.product or "", task.deadline.phrase))
    for own in sorted((cell.strip(" .…;") for cell in (*quoted, *cells)), key=len, reverse=True):
        if own:
            text = re.sub(re.escape(own), "nhiệm vụ", text, flags=re.IGNORECASE)
    roles = {"L": _names_of(task.lead, directory), "H": _names_of(task.coordinating, directory)}
    found = [(each.start, -each.end, {each.name}) for each in directory.find(text)]
    for office in (*task.lead, *task.coordinating):  # which no directory may know whole
        printed = re.finditer(rf"(?<!\w){re.escape(_one_spelling(office))}(?!\w)", text, re.IGNORECASE)
        found += [(match.start(), -match.end(), _names_of([office], directory)) for match in printed]
    told: dict[str, set[str]] = {"L": set(), "H": set(), "X": set()}
    shown, last = "", 0
    for start, end, names in sorted(found, key=lambda each: each[:2]):
        held = [role for role, own in roles.items() if names <= own]
        role = held[0] if len(held) == 1 else "X"
        told[role] |= names
        if start >= last:
            shown, last = f"{shown}{text[last:start]}§{role}", -end
    return shown + text[last:], told


def _names_of(printed: Iterable[str], directory: Agencies) -> set[str]:
    return {name for office in printed for name in [f.name for f in directory.find(office)] or [office]}


def _due(text: str, body: str, task: Task) -> str | None:
    """The printed deadline is kept whole, where it was asked for or any is told."""
    lines = body.split("\n")
    place = next((at for at, line in enumerate(lines) if line.startswith("Hạn:")), None)
    if place is None or not task.deadline.phrase or (place >= FIRST_LINES and not _DUE.search(text)):
        return None
    printed = fold(_one_spelling(task.deadline.phrase)).rstrip(" .;")
    return None if printed in fold(text) else "leaves out the deadline"


def _left_out(text: str, body: str) -> str | None:
    # Who helps is told beside a lead without having been asked for.
    first = syllables(body.split("\n")[0].split("; phối hợp:")[0])
    told = set(syllables(text))
    kept = sum(word in told for word in first)
    return None if kept >= KEPT * len(first) else "leaves out the asked fact"
