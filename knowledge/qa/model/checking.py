"""Whether a text says nothing that its evidence does not say.

Meant to refuse too much rather than too little: what is refused costs only the
wording, and the composed answer goes out. A check gives the reason, in a few words
for a developer, or None when the text passes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from knowledge.qa.model.claims import is_list_gap, read_claims
from knowledge.qa.model.evidence import Evidence
from knowledge.qa.model.figures import Figures, read_figures
from knowledge.qa.query.question import Agencies
from knowledge.text import fold, nfc, syllables

MAX_WORDED = 400
"""Characters; or as many as the composed answer has, where that is longer."""
GROUNDED = 0.6
"""Least share of a text's syllables that stand in the evidence; the rest are the words that join them."""
KEPT = 0.6
"""Least share of the composed answer's first line, which tells the asked fact, that the text keeps."""
ACCENTED = 0.25
"""Least share of syllables with accents; Vietnamese text has about 0.6."""

_MARKUP = re.compile(r"[*_#`<>|{}\[\]\\?]|https?:|www\.|@")
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
# A plan tells neither what was done nor whether the person is right: such words do not come in either.
_JUDGES = re.compile(r"(?<!\w)(?:đã|vừa|từng|đúng|sai|vâng|chính xác)(?!\w)")
_DUE = re.compile(r"hạn|hoàn thành|chậm nhất|muộn nhất|trước|xong|đến hết", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:[^.\n]|\.(?=\S))+")
_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORDS = re.compile(r"(?:([^\W\d_]+)\s+)?([^\W\d_]+)\s+$")
# Words that may come to stand beside an agency: they join, or belong to its role.
_JOINS = {"", "và", "do", "là", "cùng", "với", "gồm", "giao", "theo", "chủ trì", "phối hợp", "cơ quan", "đơn vị"}
_FOLLOWS = {"", "và", "là", "cùng", "với", "chủ", "phối", "sẽ", "phải", "có", "thực", "triển", "tổ", "được", "làm"}
_STARTS = re.compile(r"(?:^|[.:;!\n“\"(–-])\s*$")
_ROMAN = re.compile(r"[IVX]+")
_TIME_WORDS = {"tháng", "quý", "năm", "ngày"}
# First words of offices, checked wherever they stand; accents tell them from other words.
_OFFICES = {"sở", "bộ", "cục", "viện", "ubnd", "hđnd", "hội", "phòng", "đài", "thanh", "trung", "ban", "ủy"}
_ALWAYS_OFFICES = {"sở", "cục", "ubnd", "hđnd"}


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is checked, read once."""

    text: str
    evidence: Evidence
    directory: Agencies
    figures: Figures
    allowed: Figures


def check_answer(text: str, evidence: Evidence, directory: Agencies) -> str | None:
    """Why `text` may not stand for the composed answer; None when it may."""
    reason = _form(text, evidence)
    if reason:
        return reason
    year = evidence.plan_year
    allowed = read_figures(evidence.whole, year, evidence.due_days)
    texts = _Texts(nfc(text), evidence, directory, read_figures(text), allowed)
    checks: tuple[Callable[[_Texts], str | None], ...] = (
        _agencies, _figures, _names, _turned, _roles, _due, _kept,
    )  # fmt: skip
    return next((reason for check in checks if (reason := check(texts))), None)


def _form(text: str, evidence: Evidence) -> str | None:
    words = _WORD.findall(nfc(text))
    plain = fold(evidence.whole)
    if not words:
        return "empty"
    if len(text) > max(MAX_WORDED, len(evidence.body)):
        return "too long"
    if _MARKUP.search(text):
        return "markup or link"
    if any(not unicodedata.name(c, "").startswith("LATIN") for c in nfc(text) if c.isalpha()):
        return "another script"
    if sum(fold(word) != word.lower() for word in words) < ACCENTED * len(words):
        return "not Vietnamese"
    persons = (match[0] for match in _PERSONS.finditer(text.lower()))
    if any(match[0] not in plain for match in _META.finditer(fold(text))) or any(
        not _has_word(person, evidence.whole.lower()) for person in persons
    ):
        return "speaks of itself"
    known = set(syllables(evidence.whole))
    if sum(fold(word) in known for word in words) < GROUNDED * len(words):
        return "not grounded"
    return None


def _agencies(texts: _Texts) -> str | None:
    """A group's members count only where the evidence names them, and an office keeps its neighbours.

    Beside the words of roles, which have a check of their own, "báo cáo" stays before whom
    it stood before, and after whom it stood after.
    """
    known = list(_mentions(texts.evidence.whole, texts.directory))
    named = {name for name, _, _ in known}
    pairs = {pair for name, before, after in known for pair in [*((word, name) for word in before), (name, after)]}
    for name, before, after in _mentions(texts.text, texts.directory):
        free = any(word in _JOINS for word in before) and after in _FOLLOWS
        kept = any((word, name) in pairs for word in before if word) or (after and (name, after) in pairs)
        if name not in named or (len(named) > 1 and not free and not kept):
            return f"agency {name}"
    for one, other in pairwise(texts.directory.find(texts.text)):
        if one.name == other.name and is_list_gap(texts.text[one.end : other.start]):
            return "agency twice"
    return None


def _mentions(text: str, directory: Agencies) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Every agency, the word and the two words right before it, and the word after; "" beside a sign."""
    text = nfc(text)
    for found in directory.find(text):
        before = _LAST_WORDS.search(text, max(0, found.start - 40), found.start)
        words = (before[2].lower(), f"{before[1]} {before[2]}".lower()) if before else ("",)
        yield found.name, words, _next_word(text, found.end).strip().lower()


def _names(texts: _Texts) -> str | None:
    """Capitalised words and offices that no directory has must stand beside the same word in the evidence."""
    known = syllables(texts.evidence.whole.replace("/", " "))
    pairs = set(pairwise(known))
    spans = [(found.start, found.end) for found in texts.directory.find(texts.text)]
    words = list(_WORD.finditer(texts.text))
    for place, word in enumerate(words):
        if not _is_name(word, texts.text) or any(start <= word.start() < end for start, end in spans):
            continue
        folded = fold(word[0])
        near = [fold(words[n][0]) for n in (place - 1, place + 1) if 0 <= n < len(words)]
        if not any((folded, other) in pairs or (other, folded) in pairs for other in near):
            return f"name {word[0]}"
    return None


def _is_name(word: re.Match[str], text: str) -> bool:
    lower = word[0].lower()
    glued = text[: word.start()][-1:].isdigit()
    if lower in _TIME_WORDS or _ROMAN.fullmatch(word[0]) or glued:
        return False
    if lower in _ALWAYS_OFFICES:
        return True
    if not word[0][0].isupper():
        return False
    return lower in _OFFICES or _STARTS.search(text[: word.start()]) is None


def _figures(texts: _Texts) -> str | None:
    return texts.figures.strange_to(texts.allowed)


def _turned(texts: _Texts) -> str | None:
    told = texts.text.lower()
    whole, body = texts.evidence.whole.lower(), texts.evidence.body.lower()
    for match in [*_TURNS.finditer(told), *_JUDGES.finditer(told)]:
        if not _has_word(match[0] + _next_word(told, match.end()), whole):
            return f"word {match[0]}"
    lost = next((match[0] for match in _TURNS.finditer(body) if not _has_word(match[0], told)), None)
    return f"left out {lost}" if lost else None


def _next_word(text: str, at: int) -> str:
    """ " trì" after "chủ"; a figure that follows is compared as a figure."""
    after = re.match(r" [^\W\d_]+", text[at:])
    return after[0] if after else ""


def _has_word(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _roles(texts: _Texts) -> str | None:
    """Who leads and who helps is what the task's cells say; who was asked for is not left out."""
    task, directory = texts.evidence.task, texts.directory
    if task is None or not task.lead:
        return None
    told = read_claims(_without_title(texts), directory)
    leads, helps = _names_of(task.lead, directory), _names_of(task.coordinating, directory)
    if told.leads - leads:
        return f"leads {min(told.leads - leads)}"
    if told.helps - helps:
        return f"helps {min(told.helps - helps)}"
    if told.helps and helps - told.helps:
        return "leaves out who helps"
    stated = fold(texts.evidence.body)
    shown = [lead for lead in task.lead if fold(lead) in stated]
    lost = _names_of(shown, directory) - told.leads
    if lost or any(fold(lead) not in fold(texts.text) for lead in shown if not directory.find(lead)):
        return "leaves out who leads"
    asked = stated.startswith("co quan phoi hop")
    return "leaves out who helps" if asked and helps - told.helps else None


def _without_title(texts: _Texts) -> str:
    """The text without the task's own words, which may name offices in roles of another matter."""
    task, shown = texts.evidence.task, texts.text
    named = [line.partition("Nhiệm vụ: ")[2] for line in texts.evidence.body.split("\n")]
    titles = [task.activity or "", task.title, task.deadline.phrase] if task else []
    for title in sorted((t.strip(" .…;") for t in (*named, *titles)), key=len, reverse=True):
        if title:
            shown = re.sub(re.escape(title), "nhiệm vụ", shown, flags=re.IGNORECASE)
    return shown


def _names_of(printed: Iterable[str], directory: Agencies) -> set[str]:
    return {found.name for found in directory.find("; ".join(printed))}


def _due(texts: _Texts) -> str | None:
    """A date beside a word of deadlines is the task's own; the printed deadline is kept whole."""
    task = texts.evidence.task
    if task is None or not task.deadline.phrase:
        return None
    year = texts.evidence.plan_year
    place, line = next(
        ((at, line) for at, line in enumerate(texts.evidence.body.split("\n")) if line.startswith("Hạn:")), (0, "")
    )
    due = read_figures(f"{task.deadline.phrase}; {line}", year, task.deadline.dates)
    for sentence in ";".join(_SENTENCE.findall(texts.text)).split(";"):
        if _DUE.search(sentence) and not all(due.tells(period) for period in read_figures(sentence).periods):
            return "another deadline"
    printed = read_figures(task.deadline.phrase)
    whole = all(texts.figures.tells(period) for period in printed.periods) and printed.times <= texts.figures.times
    # Farther down it was not asked for, and may be left out, yet not be told in part.
    told = place < FIRST_LINES or _DUE.search(texts.text) is not None
    return "leaves out the deadline" if line and told and not whole else None


FIRST_LINES = 2
"""Lines of a composed answer that tell what was asked."""


def _kept(texts: _Texts) -> str | None:
    # Who helps is told beside a lead without having been asked for.
    first = syllables(texts.evidence.body.split("\n")[0].split("; phối hợp:")[0])
    told = set(syllables(texts.text))
    kept = sum(word in told for word in first)
    return None if kept >= KEPT * len(first) else "leaves out the asked fact"
