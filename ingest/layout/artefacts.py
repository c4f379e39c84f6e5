"""Page furniture: what a page adds to the words of a paper, taken off before reading.

Page numbers, running headers and footers, the two-column heading and signature
blocks that are laid out as tables, and footnotes standing in the middle of a
sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.documents import Block, Line, Table
from ingest.layout.markup import FOOTNOTE_MARK
from knowledge.text import CAPITAL, fold, squeeze

_PAGE_NUMBER = re.compile(r"^\s*(?:-\s*)?(?:trang\s+)?(\d{1,3})(?:\s*/\s*\d{1,3})?(?:\s*-)?\s*$", re.IGNORECASE)
_MARKED_NOTE = re.compile(rf"^\s*{FOOTNOTE_MARK}(\d{{1,3}}){FOOTNOTE_MARK}:?\s*(\S.*)$")
_BARE_NOTE = re.compile(rf"^\s{{0,3}}(\d{{1,2}})\s+((?:{CAPITAL}|[“\"(]).*)$")
_ANY_MARK = re.compile(rf"{FOOTNOTE_MARK}\d{{1,3}}{FOOTNOTE_MARK}")
_LAYOUT_SIGNS = ("noi nhan", "cong hoa xa hoi", "doc lap - tu do", "kinh gui", "so:")
_BACK = 80
"""Blocks before a footnote among which its number is looked for: a page holds fewer lines."""
_LABEL_START = re.compile(r"^\s*(?:[-–+•]|\d{1,2}[.)]|[a-zđ]\)|[IVX]+\.|(?:Điều|Phụ lục|Mục)\b)")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Blocks without furniture; the footnotes by their number; what was dropped, in words."""

    blocks: list[Block]
    footnotes: dict[int, str]
    dropped: tuple[str, ...]


def clean(blocks: Sequence[Block]) -> Cleaned:
    """Takes page numbers, running heads, lay-out tables and footnotes out of `blocks`."""
    flat = _flatten_layout(blocks)
    flat, heads = _drop_running_heads(flat)
    flat, numbers = _drop_page_numbers(flat)
    flat, notes = _take_footnotes(flat)
    flat = _drop_reference_marks(flat, notes)
    dropped = []
    if heads:
        dropped.append(f"{heads} dòng tiêu đề lặp lại ở đầu, cuối trang")
    if numbers:
        dropped.append(f"{numbers} số trang")
    return Cleaned(flat, notes, tuple(dropped))


def _flatten_layout(blocks: Sequence[Block]) -> list[Block]:
    """Heading and signature tables as lines, column after column within a row."""
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Table) and is_layout(block):
            for row in block.rows:
                for cell in row.cells:
                    out.extend(
                        Line(part, page=row.page, paragraph=row.number, whole=True)
                        for part in _layout_lines(cell.text)
                    )
            out.append(Line(""))
        else:
            out.append(block)
    return out


def _layout_lines(text: str) -> list[str]:
    """Lines of a lay-out cell; lines that a narrow column broke in the middle are joined."""
    parts: list[str] = []
    for part in text.split("\n"):
        if not part.strip():
            continue
        previous = parts[-1] if parts else ""
        carries_on = part.lstrip()[0].islower() or re.match(r"(DÂN|HỘI|NHÂN DÂN|BAN NHÂN)\b", part)
        if previous and (carries_on or previous.endswith(("Số:", ",")) or re.match(r"\d+ tháng", part.strip())):
            parts[-1] = f"{previous} {part.strip()}"
        else:
            parts.append(part.strip())
    return parts


def is_layout(table: Table) -> bool:
    """Whether a table only sets a heading or a signature block side by side."""
    if max(len(r.cells) for r in table.rows) > 3 or len(table.rows) > 4:
        return False
    text = fold(" ".join(c.text for r in table.rows for c in r.cells))
    return any(sign in text for sign in _LAYOUT_SIGNS)


def _drop_running_heads(blocks: Sequence[Block]) -> tuple[list[Block], int]:
    """Drops lines that recur at the top or bottom of at least half of the pages (and three)."""
    pages: dict[int, list[int]] = {}
    for i, block in enumerate(blocks):
        # A whole paragraph or an item of a list is text, however often it recurs ("- Thời gian: Quý II/2026").
        loose = isinstance(block, Line) and not block.whole and not _LABEL_START.match(block.text)
        if isinstance(block, Line) and loose and block.page is not None and block.text.strip():
            pages.setdefault(block.page, []).append(i)
    if len(pages) < 3:
        return list(blocks), 0
    edge = {i for at in pages.values() for i in (*at[:2], *at[-2:])}

    def shape(i: int) -> str:
        return re.sub(r"\d+", "#", fold(getattr(blocks[i], "text", "")))

    counts = Counter(shape(i) for i in edge)
    often = {s for s, n in counts.items() if n >= max(3, len(pages) // 2) and s != "#"}
    gone = {i for i in edge if shape(i) in often}
    return [b for i, b in enumerate(blocks) if i not in gone], len(gone)


def _drop_page_numbers(blocks: Sequence[Block]) -> tuple[list[Block], int]:
    """Drops lines that hold a number alone when the numbers rise through the paper."""
    found: list[tuple[int, int]] = []
    for i, block in enumerate(blocks):
        if isinstance(block, Line):
            match = _PAGE_NUMBER.match(block.text)
            if match:
                found.append((i, int(match[1])))
    gone: set[int] = set()
    last = 0
    for i, number in found:
        if last < number <= last + 12:
            gone.add(i)
            last = number
    # What a dropped page number leaves is a page break: an empty line keeps the gap visible.
    kept: list[Block] = [Line("") if i in gone else b for i, b in enumerate(blocks)]
    return kept, len(gone)


def _take_footnotes(blocks: Sequence[Block]) -> tuple[list[Block], dict[int, str]]:
    """Takes footnotes out: lines that the mark-up numbers, or "1 Chỉ thị ..." in rising order."""
    notes: dict[int, str] = {}
    out: list[Block] = []
    open_note: int | None = None
    for i, block in enumerate(blocks):
        if not isinstance(block, Line):
            out.append(block)
            open_note = None
            continue
        number, text = _footnote(block, notes, blocks, i)
        if number is not None:
            notes[number] = text
            open_note = number
        elif open_note is not None and _continues_note(block, notes[open_note]):
            notes[open_note] = squeeze(f"{notes[open_note]} {block.text}")
        else:
            if block.text.strip() or (open_note is not None and notes[open_note].endswith((".", ";", ")"))):
                open_note = None
            out.append(block)
    return out, notes


def _footnote(line: Line, notes: dict[int, str], blocks: Sequence[Block], i: int) -> tuple[int | None, str]:
    marked = _MARKED_NOTE.match(line.text)
    if marked:
        return int(marked[1]), squeeze(marked[2])
    bare = _BARE_NOTE.match(line.text)
    if not bare or int(bare[1]) != max(notes, default=0) + 1:
        return None, ""
    if not _referred_to(int(bare[1]), blocks[max(0, i - _BACK) : i]):
        return None, ""
    return int(bare[1]), squeeze(bare[2])


def _referred_to(number: int, before: Sequence[Block]) -> bool:
    """Whether a word just before carries `number` glued to it: "ngày 21/8/20231", "tỉnh4"."""
    glued = re.compile(rf"(?:/\d{{4}}|[^\W\d_]|[)”\"]){number}(?![\d/%])|{FOOTNOTE_MARK}{number}{FOOTNOTE_MARK}")
    return any(glued.search(b.text) for b in before if isinstance(b, Line))


def _continues_note(line: Line, note: str) -> bool:
    text = line.text.strip()
    return bool(text) and not note.endswith((".", ";")) and not _LABEL_START.match(line.text)


def _drop_reference_marks(blocks: Sequence[Block], notes: dict[int, str]) -> list[Block]:
    """Removes the reference numbers of the footnotes taken out from the sentences."""
    pending = sorted(notes)
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Line):
            text = _ANY_MARK.sub("", block.text)
            for number in list(pending):
                glued = re.compile(rf"((?:/(?:19|20)\d\d)|[^\W\d_]|[)”\"]){number}(?=[\s,.;:)]|$)")
                replaced = glued.sub(r"\1", text, count=1)
                if replaced != text:
                    text = replaced
                    pending.remove(number)
            out.append(replace(block, text=text) if text != block.text else block)
        else:
            out.append(block)
    return out
