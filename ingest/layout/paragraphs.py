"""Lines into paragraphs: hard wraps and page breaks joined, headings kept apart.

Three lay-outs occur: one paragraph a line (converters), wrapped lines with a blank line
between any two paragraphs (text of web pages), and wrapped lines with blank lines strewn
anywhere (text of a PDF). The lay-out is measured first; then each line is judged by the
end of the line before it and its own beginning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.documents import Block, Line, Table
from ingest.layout.labels import bullet_alone, find_label
from knowledge.text import fold, squeeze

_ENDED = (".", ";", ":", "?", "!", "./.")
_WRAP_AT_MOST = 130
_BODY_AT_LEAST = 100
_SENTENCE_AT_LEAST = 240
"""A text this long without an ending is in the middle of a sentence; a dash below it is no new item."""
_STARTERS = re.compile(
    r"^(?:can cu |thuc hien (?:ke hoach|quyet dinh|nghi quyet|chi thi|cong van|luat|ket luan) |"
    r"so\s*:|dieu \d|phu luc|chuong [ivx]|phan |muc [ivx\d]|thoi gian)"
)
_START = 5
"""Pieces of a paragraph, three lines with what joins them, that hold any label and any opening of a block."""
_OPENING = re.compile(r"^(?:V/v\b|Kính gửi\b|Nơi nhận\b|TM\.|KT\.|TL\.)")
"""Openings of the heading and signature blocks; no sentence has them inside."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as the author wrote it: no wraps, no mark-up, white space single."""

    text: str
    page: int | None = None
    paragraph: int | None = None
    heading: int | None = None
    bold: bool = False
    confidence: float = 1.0


def join_lines(blocks: Sequence[Block]) -> list[Paragraph | Table]:
    """Paragraphs and tables in reading order."""
    width = _wrap_width(blocks)
    apart = _paragraphs_apart(blocks)
    out: list[Paragraph | Table] = []
    draft: _Draft | None = None
    gap = False
    for block in blocks:
        if isinstance(block, Table):
            if draft:
                out.append(draft.done())
                draft = None
            out.append(block)
            gap = False
            continue
        text = squeeze(block.text)
        if not text:
            gap = True
            continue
        line = Paragraph(text, block.page, block.paragraph, block.heading, block.bold, block.confidence)
        if draft and not block.whole and _continues(draft, line, gap, width, apart=apart):
            draft.add(line)
        else:
            if draft:
                out.append(draft.done())
            draft = _Draft(line)
        gap = False
    if draft:
        out.append(draft.done())
    return out


class _Draft:
    """A paragraph being put together. What is asked of it while it grows looks at its ends: its text may grow long.

    Attributes:
        last: its last line.
        length: characters of all of it.
    """

    def __init__(self, first: Paragraph) -> None:
        self.first = first
        self.last = ""
        self.length = 0
        self.bold = first.bold
        self.heading = first.heading
        self.confidence = first.confidence
        self._pieces: list[str] = []
        self._capitals = self._small = False
        self._append(first.text)

    @property
    def start(self) -> str:
        """Its first lines."""
        return "".join(self._pieces[:_START])

    @property
    def alone(self) -> bool:
        """It is a label so far, and nothing else."""
        return len(self._pieces) <= _START and bullet_alone(self.start)

    @property
    def upper(self) -> bool:
        """It has letters, and all of them are capitals."""
        return self._capitals and not self._small

    def add(self, line: Paragraph) -> None:
        self._append(glue(self.last, line.text))
        self._append(line.text)
        self.bold = self.bold and line.bold
        self.confidence = min(self.confidence, line.confidence)

    def done(self) -> Paragraph:
        text = "".join(self._pieces)
        return Paragraph(text, self.first.page, self.first.paragraph, self.heading, self.bold, self.confidence)

    def _append(self, text: str) -> None:
        self._pieces.append(text)
        self.last = text
        self.length += len(text)
        capitals = text.isupper()
        self._capitals = self._capitals or capitals
        self._small = self._small or (not capitals and text.lower() != text.upper())


def glue(before: str, after: str) -> str:
    """What stands between two lines of one text: nothing inside the number of a paper ("12/QĐ- | UBND")."""
    return "" if re.search(r"\w-$|/$", before) and re.match(r"[A-ZĐ0-9]", after) else " "


def _wrap_width(blocks: Sequence[Block]) -> int | None:
    """The width that lines are wrapped at, or None where a line is a paragraph."""
    lengths = sorted(len(b.text.strip()) for b in blocks if isinstance(b, Line) and b.text.strip() and not b.whole)
    if len(lengths) < 8:
        return None
    width = lengths[int(len(lengths) * 0.95)]
    near = sum(1 for n in lengths if n >= width * 0.75)
    if width > _WRAP_AT_MOST or near < len(lengths) * 0.3:
        return None
    return width


def _paragraphs_apart(blocks: Sequence[Block]) -> bool:
    """Whether blank lines stand between paragraphs and nowhere else."""
    labels = spaced = broken = gaps = 0
    previous = ""
    gap = True
    for block in blocks:
        if not isinstance(block, Line) or block.whole or not block.text.strip():
            gap = True
            continue
        text = squeeze(block.text)
        if find_label(text):
            labels += 1
            spaced += gap
        elif gap and previous:
            gaps += 1
            broken += text[0].islower() and not previous.endswith(_ENDED)
        previous, gap = text, False
    return labels >= 5 and spaced >= labels * 0.85 and broken <= gaps * 0.05


def _continues(draft: _Draft, line: Paragraph, gap: bool, width: int | None, *, apart: bool) -> bool:
    """Whether `line` goes on with the paragraph in `draft`."""
    if draft.alone:
        return not gap or not find_label(line.text)
    if _OPENING.match(line.text):
        return False
    open_end = not draft.last.endswith((*_ENDED, "”", '"'))
    begins_low = line.text[0].islower() or line.text[0] in ",.;:)%"
    if apart and width is not None and not gap:
        return not find_label(line.text) or _mid_sentence(draft, line)
    if line.heading or (draft.heading and line.bold != draft.bold):
        return False
    if bullet_alone(line.text):
        return False
    if find_label(line.text):
        return _mid_sentence(draft, line)
    if _STARTERS.match(fold(line.text)) and not (width and not gap and _full(draft.last, width)):
        return False
    if begins_low and (open_end or draft.last.endswith(";")):
        return True
    if draft.heading or apart:
        return False
    if width is None:
        return open_end and draft.length >= _BODY_AT_LEAST and not (draft.bold or line.bold or line.text.isupper())
    return _wrapped(draft, line, gap, width, open_end=open_end)


def _wrapped(draft: _Draft, line: Paragraph, gap: bool, width: int, *, open_end: bool) -> bool:
    """Whether a full line of a wrapped paper is carried on by a line that begins with a capital."""
    if draft.bold != line.bold:
        return False
    if gap:
        return open_end and _full(draft.last, width) and not line.text.isupper()
    if draft.upper or line.text.isupper():
        return draft.upper and line.text.isupper() and _full(draft.last, width * 0.7)
    if open_end:
        return _full(draft.last, width)
    return draft.last.endswith(".") and _full(draft.last, width * 1.15)


def _mid_sentence(draft: _Draft, line: Paragraph) -> bool:
    """A line that only looks like a label: "...ngày 12 / - 15 tháng 3", "... trong quý / 45. Tổ chức"."""
    if draft.last.endswith(_ENDED):
        return False
    label = find_label(line.text)
    if label is None or label.kind not in {"number", "dash"}:
        return False
    if label.kind == "dash":
        span = bool(re.search(r"\d$", draft.last)) and bool(re.match(r"^[-–]\s*\d", line.text))
        return span or draft.length >= _SENTENCE_AT_LEAST
    return label.mark.rstrip(".").isdigit() and int(label.mark.rstrip(".")) > 40


def _full(text: str, width: float) -> bool:
    return len(text) >= width * 0.72
