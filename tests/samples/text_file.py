"""Writes the official letter as .txt, as a PDF's text comes out: hard wraps, page numbers, footnotes."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from tests.samples.papers import Letter

_WIDTH = 78
_PAGE_LINES = 36
_MARK = re.compile(r"\[(\d+)\]")
_SPLIT_EVERY = 6
"""Every so many paragraphs a blank line stands behind the first line, as converters leave them."""


def write_txt(path: Path, letter: Letter) -> None:
    """Write the letter to `path`, page by page."""
    path.write_text(letter_text(letter), encoding="utf-8")


def letter_text(letter: Letter) -> str:
    """The letter as printed, its pages one below the other."""
    pages: list[list[str]] = [[]]
    notes: list[list[int]] = [[]]
    for order, paragraph in enumerate(letter.paragraphs):
        for line in _wrapped(paragraph, order):
            marks = [int(mark) for mark in _MARK.findall(line)]
            if len(pages[-1]) + _note_lines(letter, notes[-1] + marks) >= _PAGE_LINES:
                pages.append([])
                notes.append([])
            pages[-1].append(_MARK.sub(r"\1", line))
            notes[-1] += marks
    return "".join(_page(letter, n, page, marks) for n, (page, marks) in enumerate(zip(pages, notes, strict=True), 1))


def _wrapped(paragraph: str, order: int) -> list[str]:
    if "\n" in paragraph:
        return [*paragraph.splitlines(), ""]
    # A footnote's mark takes one column in print, not three.
    lines = textwrap.wrap(paragraph, _WIDTH, break_long_words=False, break_on_hyphens=False)
    if order % _SPLIT_EVERY == 0 and len(lines) > 2:
        lines.insert(1, "")
    return [*lines, ""] if paragraph[:2].strip(".").isdigit() else lines


def _note_lines(letter: Letter, marks: list[int]) -> int:
    return sum(len(_note(letter, mark)) for mark in marks)


def _note(letter: Letter, mark: int) -> list[str]:
    return textwrap.wrap(f"{mark} {letter.footnotes[mark - 1]}", _WIDTH + 12, break_on_hyphens=False)


def _page(letter: Letter, number: int, lines: list[str], marks: list[int]) -> str:
    top = [] if number == 1 else [str(number)]
    bottom = [""] if marks else []
    for mark in marks:
        bottom += _note(letter, mark)
    # Some converters end a page with a form feed, some with blank lines.
    end = "\f" if number % 2 else "\n\n\n"
    return "\n".join([*top, *lines, *bottom]) + "\n" + end
