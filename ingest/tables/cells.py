"""What one cell of a table looks like: a serial number, an office, a deadline, an action..., asked of the domain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from ingest.candidates import SAYS_NOTHING
from ingest.context import Context
from ingest.statements.predicates import begins_with_verb
from knowledge.text import squeeze


class CellKind(StrEnum):
    """The kinds of cells that tell columns apart."""

    BLANK = "blank"
    MARK = "mark"
    SERIAL = "serial"
    AMOUNT = "amount"
    CLOCK = "clock"
    DEADLINE = "deadline"
    OFFICE = "office"
    PERSON = "person"
    ACTION = "action"
    PAPER = "paper"
    TEXT = "text"


_MARK = re.compile(r"^[xX×✓✔●•*+√]{1,2}$")
_SERIAL = re.compile(r"^\(?(?:\d{1,3}|[IVX]{1,6}|[A-HĐa-hđ]|\d{1,2}(?:\.\d{1,2}){1,3})[.)]{0,2}$")
_AMOUNT = re.compile(
    r"^[<>≥≤~]?\s*\d[\d.,\s]*\s*(?:%|đồng|triệu(?: đồng)?|tỷ(?: đồng)?|ha|tấn|người|m2|km)?$", re.IGNORECASE
)
_HOUR = r"\d{1,2}\s*(?:[hg:]|giờ)\s*(?:\d{2}(?:\s*phút)?|phút)?"
CLOCK = re.compile(rf"^(?:từ\s+)?{_HOUR}(?:\s*(?:[-–]|đến)\s*{_HOUR})?$", re.IGNORECASE)
_TITLED_PERSON = re.compile(r"^[-\s]*(?:ông|bà|đồng chí|đ/c|anh|chị)\b", re.IGNORECASE)
_PAPER = re.compile(
    r"^[-+\s]*(?:dự thảo\s+)?(?:báo cáo|kế hoạch|quyết định|văn bản|tờ trình|công văn|nghị quyết|thông báo|hồ sơ|"
    r"biên bản|danh mục|đề án|quy chế|chương trình|hội nghị|lớp|tài liệu|cơ sở dữ liệu|phần mềm|hệ thống|bản|sổ|"
    r"kết quả|danh sách)(?!\w)",
    re.IGNORECASE,
)
# These begin deadlines as well as actions: "Hoàn thành trước ngày 15/6", "Trình Quốc hội tháng 5".
_OF_TIME = re.compile(r"^(?:hoàn thành|trình|kết thúc|báo cáo|gửi|thực hiện|trước|trong|theo)(?!\w)", re.IGNORECASE)
_OFFICE_MOST = 300
"""Characters: a list of a dozen offices."""
_DEADLINE_MOST = 400
"""Characters: several dates with what is due at each."""


_DIGIT = re.compile(r"\d")
_PAPER_WORDS = 4
"""Syllables of "Quyết định phê duyệt"; what goes on ("Báo cáo kết quả thực hiện ...") is to be done."""
_PHRASE_MOST = 60
"""Characters; a longer text that begins with a paper's kind names the paper, whatever days it mentions."""


class CellJudge:
    """Kinds of cells, and the questions about offices and deadlines that reading a table asks; answers are kept."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._kinds: dict[str, CellKind] = {}
        self._deadlines: dict[str, bool] = {}
        self._offices: dict[str, bool] = {}

    def kind(self, text: str) -> CellKind:
        """The kind of a cell."""
        if text not in self._kinds:
            self._kinds[text] = self._find_kind(text.strip())
        return self._kinds[text]

    def is_deadline(self, text: str) -> bool:
        """Whether the whole of `text` may be a deadline; an action that only names a day is none."""
        if text not in self._deadlines:
            fits = 0 < len(text) <= _DEADLINE_MOST and (_OF_TIME.match(text) or not begins_with_verb(text))
            self._deadlines[text] = bool(fits) and self.context.is_deadline(text)
        return self._deadlines[text]

    def is_office(self, text: str) -> bool:
        """Whether every part of `text` is an office that the directory knows or that is named as bodies are."""
        if text not in self._offices:
            parts = self.context.split(squeeze(text)) if 0 < len(text) <= _OFFICE_MOST else ()
            self._offices[text] = bool(parts) and all(map(self._is_one_office, parts))
        return self._offices[text]

    def _is_one_office(self, part: str) -> bool:
        if begins_with_verb(part):
            return self.context.is_agency(part)
        return self.context.directory.may_be_office(part)

    def _find_kind(self, text: str) -> CellKind:
        shape = _shape(text)
        if shape is not None:
            return shape
        verbal = begins_with_verb(text)
        paper = _PAPER.match(text) is not None and not (verbal and len(text.split()) > _PAPER_WORDS)
        dated = len(text) <= _PHRASE_MOST and _DIGIT.search(text)
        if self.is_deadline(text) and (dated or not paper):
            return CellKind.DEADLINE
        if _TITLED_PERSON.match(text):
            return CellKind.PERSON
        if self.is_office(text) or self.is_office(text.replace("\n", "; ")):
            return CellKind.OFFICE
        if paper:
            return CellKind.PAPER
        if verbal and len(text.split()) >= 3:
            return CellKind.ACTION
        return CellKind.TEXT


def _shape(text: str) -> CellKind | None:
    """Kinds that are told by signs alone."""
    if SAYS_NOTHING.match(text):
        return CellKind.BLANK
    if _SERIAL.match(text):
        return CellKind.SERIAL
    if _MARK.match(text):
        return CellKind.MARK
    if _AMOUNT.match(text):
        return CellKind.AMOUNT
    return CellKind.CLOCK if CLOCK.match(text) else None


def shares(texts: Iterable[str], judge: CellJudge) -> dict[CellKind, float]:
    """How much of a column each kind of cell is; of the blank ones among all, of the others among what is written."""
    kinds = [judge.kind(text) for text in texts]
    written: list[CellKind] = [kind for kind in kinds if kind is not CellKind.BLANK]
    found = (
        {kind: written.count(kind) / len(written) for kind in CellKind} if written else dict.fromkeys(CellKind, 0.0)
    )
    found[CellKind.BLANK] = 1 - len(written) / len(kinds) if kinds else 1.0
    return found
