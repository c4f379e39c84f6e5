"""Inline mark-up of text papers (Markdown, stray HTML) read as plain text.

Papers reach us as text made by converters: "**1.** Nội dung", "## I. MỤC TIÊU",
"<b>I</b>", "năm 2025<sup>1</sup>". The words matter, and two things that the
mark-up says: a line is a heading, a number is a footnote mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.documents import Block, Line

FOOTNOTE_MARK = "\ue000"
"""Private-use sign put round a footnote number that the mark-up shows as one."""

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_SUP_NUMBER = re.compile(r"<sup>\s*(\d{1,3})\s*</sup>|\^\{?(\d{1,3})\}|\[\^?(\d{1,3})\]", re.IGNORECASE)
_SUP_OTHER = re.compile(r"<sup>[^<]*</sup>|\^\{[^}]*\}", re.IGNORECASE)
_TAG = re.compile(r"</?(?:b|i|u|em|strong|sub|sup|span|font|p|div)\b[^>]*>", re.IGNORECASE)
_ALL_BOLD = re.compile(r"^\s*(?:\d{0,3}\s*)?(\*\*|__|<b>|<strong>)(.+?)(\*\*|__|</b>|</strong>)[\s.:;]*$", re.I)
_STARS = re.compile(r"\*+")
_UNDERSCORES = re.compile(r"(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)")
_RULE = re.compile(r"^\s*(?:[-_=*~]\s?){3,}\s*$")
_SIGNED = re.compile(r"^\s*[-=~#]|[*_<^\[\\]")
"""Any sign of mark-up; most lines have none."""
_INLINE = re.compile(r"[*_<^\[\\]")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|-])")


@dataclass(frozen=True, slots=True)
class Marked:
    """A line without its mark-up, and what the mark-up said."""

    text: str
    heading: int | None
    bold: bool


def unmark(line: str) -> Marked:
    """`line` as plain text; leading white space and footnote numbers (in `FOOTNOTE_MARK`s) are kept.

    >>> unmark("## **I. MỤC TIÊU**")
    Marked(text='I. MỤC TIÊU', heading=2, bold=True)
    """
    if not _SIGNED.search(line):
        return Marked(line, None, False)
    if _RULE.match(line):
        return Marked("", None, False)
    heading = None
    found = _HEADING.match(line)
    if found:
        heading = len(found.group(1))
        line = line[found.end() :]
    bold = bool(_ALL_BOLD.match(line)) and line.count("**") <= 2
    return Marked(plain(line), heading, bold)


def unmark_lines(blocks: Sequence[Block]) -> list[Block]:
    """`blocks` with the mark-up of their lines read and taken off.

    Bold may be opened on one line and closed on a later one; all of them are bold.
    """
    out: list[Block] = []
    open_bold = False
    for block in blocks:
        if not isinstance(block, Line):
            out.append(block)
            open_bold = False
            continue
        odd = block.text.count("**") % 2 == 1
        bold = open_bold or (odd and block.text.lstrip().startswith("**"))
        if odd:
            open_bold = not open_bold and bold
        marked = unmark(block.text)
        if marked.text == block.text and not (marked.heading or marked.bold or bold):
            out.append(block)
            continue
        for part in marked.text.split("\n"):
            out.append(
                replace(
                    block,
                    text=part,
                    heading=block.heading or marked.heading,
                    bold=block.bold or marked.bold or bold,
                )
            )
    return out


def plain(text: str) -> str:
    """`text` without inline mark-up; a bullet star at the start becomes "-"."""
    if not _INLINE.search(text):
        return text
    text = _BREAK.sub("\n", text)
    text = _SUP_NUMBER.sub(lambda m: f"{FOOTNOTE_MARK}{m[1] or m[2] or m[3]}{FOOTNOTE_MARK}", text)
    text = _SUP_OTHER.sub("", text)
    text = _TAG.sub("", text)
    if re.match(r"\s*\*\s+(?!\*)\S", text) and text.count("*") % 2:
        text = text.replace("*", "-", 1)
    text = _STARS.sub("", text)
    text = _UNDERSCORES.sub("", text)
    return _ESCAPE.sub(r"\1", text)
