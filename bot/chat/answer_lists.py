"""The rows of an answer that is a list, found in its text, so that they can be paged and chosen.

A composer prints a list as a head, numbered rows, perhaps a line before a group of rows
("Kế hoạch 57/KH-UBND (năm 2026):"), and closing lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.qa.compose.answer import Answer

_ROW = re.compile(r"(\d{1,4})\. (.+)")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list taken apart.

    Attributes:
        choosable: each row is one of the answer's options or tasks, in order.
    """

    head: str
    rows: tuple[str, ...]
    tail: str
    choosable: bool


def read_listing(answer: Answer) -> Listing | None:
    """The list that an answer is; None when it is none, or has fewer than two rows."""
    lines = answer.text.split("\n")
    places = _places(lines)
    if len(places) < 2:
        return None
    head, label = _head(lines[: places[0]])
    grouped = any(line.endswith(":") for line in lines[places[0] : places[-1]])
    rows: list[str] = []
    for line in lines[places[0] : places[-1] + 1]:
        if len(rows) < len(places) and (row := _numbered(line, len(rows) + 1)):
            rows.append(f"{row} – {label.rstrip(':')}" if grouped and label else row)
        elif line.endswith(":"):
            label = line
        else:
            rows[-1] = f"{rows[-1]} {line}"
    if label and not grouped:
        head = "\n".join(filter(None, (head, label)))
    tail = "\n".join(lines[places[-1] + 1 :])
    return Listing(head, tuple(rows), tail, len(rows) in (len(answer.options), len(answer.tasks)))


def without_lone_number(text: str) -> str:
    """The text of an answer whose list has one row, without its number: beside choices it would look like one."""
    lines = text.split("\n")
    places = _places(lines)
    if len(places) == 1:
        lines[places[0]] = f"• {_numbered(lines[places[0]], 1)}"
    return "\n".join(lines)


def _places(lines: list[str]) -> list[int]:
    """Where the rows 1, 2, 3... begin."""
    places: list[int] = []
    for place, line in enumerate(lines):
        if _numbered(line, len(places) + 1):
            places.append(place)
    return places


def _numbered(line: str, number: int) -> str:
    match = _ROW.fullmatch(line)
    return match[2] if match and int(match[1]) == number else ""


def _head(lines: list[str]) -> tuple[str, str]:
    """The lines above the first row, the last of several apart where it announces a group."""
    if len(lines) > 1 and lines[-1].endswith(":"):
        return "\n".join(lines[:-1]), lines[-1]
    return "\n".join(lines), ""
