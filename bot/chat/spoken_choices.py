"""Choices as they are typed: a number, "xong việc 2", "trang sau", "bấm nhầm rồi em".

Every choice has words: its label and those beside it in the file of texts. What is typed is held against the
choices that are open before it is a question; what only courtesy adds to it is left out first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.chat.paging import TURN, pages_of
from bot.menus.choices import Action, Opened
from bot.menus.texts import Texts
from knowledge.text import fold, syllables

_POLITE = frozenset(
    syllables(
        "ạ dạ rồi em anh chị cô chú bác nhé nha nhỉ giúp hộ với đi ơi vâng thì luôn tôi mình cho xin bấm chọn nút"
    )
)
"""Words that change nothing about what is chosen."""
_ASSENT = frozenset(syllables("vâng dạ ừ uh um ok oke okie okela okay được rồi"))
_PRAISE = frozenset(syllables("tuyệt vời tốt giỏi hay"))
_HEARD = _POLITE | _ASSENT | _PRAISE | frozenset(syllables("cảm cám ơn nhiều lắm quá để xem biết hiểu rõ nghe"))
"""Words of which a message that only says that it was heard is made."""
_FILLING = frozenset(syllables("lại mất ui ối chết nữa vừa mới cái đó này sang qua tới xem"))
"""Words that may stand around the words of a choice."""
_TAKEN_BACK = frozenset(syllables("thôi hủy khỏi dừng nhầm lộn"))
_TAKING_BACK = _POLITE | _FILLING | _TAKEN_BACK | frozenset(syllables("bỏ không cần gõ báo"))
_NO_NEED = frozenset(syllables("không cần"))
_NOT_DONE = frozenset(syllables("chưa đã làm xong đâu"))
_PAGE = re.compile(r"(?:(?:sang|qua|xem|toi|den) )*trang (?:so )?(\d{1,3})")
_NUMBER = re.compile(r"(?:so )?(\d{1,3})")
_THIS = re.compile(r"\b(?:viec|nhiem vu|cai) (?:nay|do|ay|kia)\b")
_ROW = re.compile(r"(?:\b(viec|muc|dong|nhiem vu|cai|nguoi|yeu cau|so)(?: so| thu)? )?(?<![\w/])(\d{1,3})(?![\w/])")
_ASIDE = re.compile(r"\s*\([^()]*\)$|\s*(?::| – ).*$", re.DOTALL)
"""What a label says beside its name: "Quá hạn (3)", "Cuối tháng sau: CN 31/01/2027", a row's day and paper."""
_REMINDER_VERBS = {
    "button_received": "reminder_received",
    "button_done": "reminder_done",
    "button_extend": "reminder_extend",
    "button_later": "reminder_later",
}
_VERBS = {"reminder": _REMINDER_VERBS, "request": {"button_approve": "approve", "button_reject": "reject"}}
"""What may be done with a row of a list, by what opens it: the label's name, and the action."""
_ONLY_CHOICES = (
    *_REMINDER_VERBS,
    "button_undo",
    "button_page_next",
    "button_page_before",
    "button_agree",
    "button_decline",
    "button_approve",
    "button_reject",
)
"""Labels whose words are no questions, even where nothing is open."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A message as a choice.

    Attributes:
        words: without what is only courteous.
        number: that it is, and nothing else.
        row: that it names beside `rest`, as in "xong việc 2"; `rest` may be empty.
    """

    words: str
    number: int | None = None
    row: int | None = None
    rest: str = ""


class Unclear(Exception):  # noqa: N818  (no failure: what is to be said)
    """Something of a list is meant, but not which."""


class NoSuchRowError(Exception):
    """A row of a list is meant that it does not have."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


def read_typed(text: str) -> Typed:
    """The message as a choice."""
    words = _core(text)
    number = _NUMBER.fullmatch(words)
    if number is not None:
        return Typed(words, int(number[1]))
    rows = list(_ROW.finditer(words))
    if len(rows) == 1:
        rest = _without_courtesy(words[: rows[0].start()] + words[rows[0].end() :])
        if rest or rows[0][1]:
            return Typed(words, row=int(rows[0][2]), rest=rest)
    return Typed(words)


def is_heard(text: str) -> bool:
    """Whether a message only says that it was heard: "vâng ạ", "ok em"."""
    words = set(syllables(text))
    return words <= _HEARD and bool(words & (_ASSENT | _PRAISE))


def takes_back(text: str, *, result: bool) -> bool:
    """Whether a message only takes back what was begun: "thôi khỏi em", "bấm nhầm".

    Args:
        result: what something has brought was asked for: "chưa xong đâu" says that there is none.
    """
    words = set(syllables(text))
    if result and "chua" in words and words <= _TAKING_BACK | _NOT_DONE:
        return True
    return words <= _TAKING_BACK and (bool(words & _TAKEN_BACK) or words >= _NO_NEED)


def spoken_action(typed: Typed, opened: Opened, texts: Texts, *, latest: bool) -> Action | None:
    """What is meant of these choices; None when nothing, or several.

    Args:
        latest: they were shown last: only then what stands beside an answer is meant.

    Raises:
        Unclear, NoSuchRowError: something of this list, but not which; a row that it does not have.
    """
    places = range(len(opened.labels) if latest else min(opened.numbered, len(opened.labels)))
    found = [place for place in places if _says(typed.words, opened.labels[place], texts, row=place < opened.rows)]
    if len(found) == 1:
        return opened.actions[found[0]]
    page = _PAGE.fullmatch(typed.words)
    if page and (pages := pages_of(opened)):
        if not 1 <= int(page[1]) <= pages:
            raise NoSuchRowError(pages)
        return {"do": TURN, "page": int(page[1]) - 1}
    rest = typed.rest if typed.row is not None else typed.words
    listed = [action for action in opened.actions[: opened.rows] if action["do"] in _VERBS]
    opens = listed[0]["do"] if listed else "reminder"
    verb = next((do for name, do in _VERBS[opens].items() if _is_one_of(rest, texts.words_for(name))), None)
    if typed.row is not None and opened.rows and (verb or not rest):
        if typed.row > opened.rows:
            raise NoSuchRowError(opened.rows)
        row = opened.actions[typed.row - 1]
        return {**row, "do": verb} if verb and row["do"] == opens else row
    if typed.row == 1 and verb:  # of a message about one thing
        return next((action for action in opened.actions if action["do"] == verb), None)
    if verb and typed.row is None and listed:
        if len(listed) > 1:
            raise Unclear
        return {**listed[0], "do": verb}
    return None


def means_a_choice(typed: Typed, texts: Texts) -> bool:
    """Whether it is no question, though nothing that is open has it."""
    names = tuple(_REMINDER_VERBS) if typed.row is not None else _ONLY_CHOICES
    rest = typed.rest if typed.row is not None else typed.words
    return _PAGE.fullmatch(typed.words) is not None or any(_is_one_of(rest, texts.words_for(name)) for name in names)


def _says(words: str, label: str, texts: Texts, *, row: bool) -> bool:
    if row:
        return words in (_core(label), _core(_ASIDE.sub("", label)))
    return _is_one_of(words, texts.words_of(label)) or words == _core(_ASIDE.sub("", label))


def _is_one_of(words: str, choices: Iterable[str]) -> bool:
    return bool(words) and _form(tuple(choices)).fullmatch(words) is not None


@lru_cache(maxsize=500)
def _form(choices: Sequence[str]) -> re.Pattern[str]:
    """Any of the choices, or several, with what may stand around them: "ui bấm nhầm, hoàn tác lại giúp"."""
    any_of = "|".join(re.escape(core) for core in sorted(map(_core, choices), key=len, reverse=True))
    around = "|".join(sorted(_FILLING))
    return re.compile(rf"(?:(?:{around}) )*(?:{any_of})(?: (?:{any_of}|{around}))*")


def _core(text: str) -> str:
    """The words without courtesy; a sign such as 👍 as it is."""
    words = " ".join(syllables(text))
    return _without_courtesy(words) or " ".join(w for w in words.split() if w in _ASSENT) or words or fold(text)


def _without_courtesy(words: str) -> str:
    return " ".join(word for word in _THIS.sub(" ", words).split() if word not in _POLITE)
