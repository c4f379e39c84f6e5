"""State-secret marks: a paper marked Mật, Tối mật or Tuyệt mật is refused at the door.

A mark stands alone: a line, a box, a table cell, a page header, or the value after
"Độ mật:" (Thông tư 24/2020/TT-BCA prints it as a framed stamp on the first page). The
word in running text ("bí mật nhà nước", "trừ văn bản mật") is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.documents import Document, Table
from knowledge.errors import ClassifiedError
from knowledge.text import fold

_HEAD_LINES = 40
"""Lines looked at from the begin: the first page of any layout."""
_LEVELS = {"mat": "Mật", "toi mat": "Tối mật", "tuyet mat": "Tuyệt mật"}

_COLUMN_GAP = re.compile(r"\t| {3,}|\|")
# A stamp alone: capitals ("TỐI MẬT", also spaced out or typed without accents), or the
# words with a capital first letter. Frames and brackets may stand round it.
_FRAME = r"[\s\[\](){}<>*_#~=:.\-–—|+!\"“”']*"
_STAMP = re.compile(
    rf"{_FRAME}(?P<level>TUYỆT\s*MẬT|TỐI\s*MẬT|M\s*Ậ\s*T|TUYET\s+MAT|TOI\s+MAT|MAT"
    rf"|Tuyệt\s+[mM]ật|Tối\s+[mM]ật|Mật){_FRAME}(?:\(?(?:bản|Bản|BẢN)\s+số\b.*)?"
)
_LABEL = re.compile(
    rf".*?(?:mức\s+)?độ\s+mật\s*:\s*(?P<level>tuyệt\s+mật|tối\s+mật|mật){_FRAME}(?:(?:mức\s+)?độ\s+khẩn.*)?",
    re.IGNORECASE,
)
_RUNS_ON = re.compile(r"\S\s+(?:bí|bảo|tuyệt|tối|bản|tin|liệu|độ)$|^bí$", re.IGNORECASE)
"""Ends of a line whose next line may begin with the word itself, as a hard wrap leaves it."""
_HALF_STAMP = re.compile(rf"{_FRAME}(TUYỆT|TỐI){_FRAME}")


def check_not_classified(document: Document) -> None:
    """Refuse a paper whose first page, header or margin bears a state-secret mark.

    Raises:
        ClassifiedError: it does; nothing of the paper may be kept.
    """
    previous = ""
    for text in (*document.margins, *_head(document)):
        if level := _find_mark(text, previous):
            raise ClassifiedError(
                f"Văn bản mang dấu độ mật “{level}”: theo quy định về bảo vệ bí mật nhà nước, "
                "hệ thống không tiếp nhận và không lưu lại nội dung nào."
            )
        previous = text


def _find_mark(text: str, previous: str) -> str | None:
    """The level that `text` is marked with, in its own words; `previous` is the line above."""
    for part in _COLUMN_GAP.split(text):
        if label := _LABEL.fullmatch(part.strip()):
            return _level(label["level"])
        stamp = _STAMP.fullmatch(part.strip())
        if stamp and (half := _HALF_STAMP.fullmatch(previous)):
            return _level(f"{half[1]} mật")
        if stamp and not _RUNS_ON.search(previous.rstrip()):
            return _level(stamp["level"])
    return None


def _level(words: str) -> str:
    folded = fold(words)
    return _LEVELS.get(folded) or _LEVELS[folded.replace(" ", "")]


def _head(document: Document) -> Iterator[str]:
    """Lines and table cells of the first page, or of as many lines as a first page has."""
    count = 0
    for block in document.blocks:
        if count >= _HEAD_LINES:
            return
        if isinstance(block, Table):
            for row in block.rows[: _HEAD_LINES - count]:
                yield from (line for cell in row.cells for line in cell.text.split("\n"))
            count += len(block.rows)
        elif block.text.strip():
            yield from block.text.split("\n")
            count += 1
