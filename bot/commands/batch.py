"""Reading a JSON-lines file that a person or a script hands over."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.errors import KehoachError

YEARS = range(1900, 2200)
"""Years that a plan can be of; outside them, a slip of the keyboard."""


def read_batch(path: Path, required: Collection[str]) -> list[dict[str, Any]]:
    """The objects of `path`, one a line; blank lines are passed over.

    The whole file is checked before anything of it is used.

    Raises:
        KehoachError: no such file, or a line that is no object with the required fields,
            or a field that holds something else than its name promises.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KehoachError(f"Không đọc được tệp {path.name}.", str(error)) from error
    # Not splitlines(): a string in JSON may hold the other characters that it takes for line ends.
    return [
        _object(line, f"Tệp {path.name}, dòng {number}", required)
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip()
    ]


def _object(line: str, place: str, required: Collection[str]) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise KehoachError(f"{place}: không phải JSON.", str(error)) from error
    missing = [name for name in sorted(required) if not isinstance(found, dict) or name not in found]
    if missing:
        raise KehoachError(f"{place}: thiếu {', '.join(missing)}.")
    for name, (fits, wanted) in _FIELDS.items():
        if name in found and not fits(found[name]):
            raise KehoachError(f"{place}: {name} phải là {wanted}.")
    return dict(found)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _are_texts(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(_is_text(item) for item in value))


def _are_groups(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(i, list) and _are_texts(i) for i in value))


def _is_day(value: object) -> bool:
    if not isinstance(value, str):
        return value is None
    try:
        return not value or date.fromisoformat(value).year in YEARS
    except ValueError:
        return False


def _is_year(value: object) -> bool:
    return value is None or (isinstance(value, int) and value in YEARS)


_FIELDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "q": (_is_text, "một chuỗi"),
    "turns": (_are_texts, "một danh sách chuỗi"),
    "as_of": (_is_day, "một ngày dạng 2026-11-20"),
    "raw": (_is_text, "một chuỗi"),
    "plan_year": (_is_year, "một năm, như 2026"),
    "issued": (_is_day, "một ngày dạng 2026-01-15"),
    "status": (_is_text, "một chuỗi"),
    "category": (_is_text, "một chuỗi"),
    "style": (_is_text, "một chuỗi"),
    "must": (_are_groups, "một danh sách các danh sách chuỗi"),
    "must_not": (_are_texts, "một danh sách chuỗi"),
}
"""Fields of all batch files by name; null is nothing given, where a field may be left out."""
