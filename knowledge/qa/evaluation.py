"""Scoring a question set: right answers by category and style, with the misses.

A question is right when its status is the expected one, every `must` group has a
wording in the answer, no `must_not` string is in it, and it is short enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.qa.compose.answer import Answer
from knowledge.text import nfc, squeeze

MAX_LENGTH = 1500
LONG_CATEGORIES = frozenset({"list", "clarify"})
DEFAULT_DAY = date(2026, 11, 20)
"""The asking day where a question states none."""

Ask = Callable[[Mapping[str, Any]], Answer]


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not answered right, and why."""

    id: str
    question: str
    why: str
    answer: str


@dataclass(frozen=True, slots=True)
class EvalResult:
    """Right and total, by category and by style."""

    right: int
    total: int
    by_category: dict[str, tuple[int, int]]
    by_style: dict[str, tuple[int, int]]
    misses: tuple[Miss, ...]


def asking_day(question: Mapping[str, Any]) -> date:
    """The day the question is asked."""
    stated = question.get("as_of")
    return date.fromisoformat(stated) if stated else DEFAULT_DAY


def score(questions: Iterable[Mapping[str, Any]], ask: Ask) -> EvalResult:
    """Ask every question and judge its answer."""
    misses: list[Miss] = []
    total: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for question in questions:
        answer = ask(question)
        why = fault(question, answer.status.value, answer.text)
        for key in (("category", question["category"]), ("style", question["style"])):
            total[key] += 1
            right[key] += not why
        if why:
            misses.append(Miss(question["id"], question["q"], why, answer.text))
    asked = sum(count for (kind, _), count in total.items() if kind == "category")
    return EvalResult(
        asked - len(misses), asked, _part("category", right, total), _part("style", right, total), tuple(misses)
    )


def _part(kind: str, right: Counter[tuple[str, str]], total: Counter[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    return {name: (right[kind, name], count) for (which, name), count in total.items() if which == kind}


def fault(question: Mapping[str, Any], status: str, text: str) -> str | None:
    """What is wrong with an answer, as a short English note; None when it is right."""
    if status != question["status"]:
        return f"status {status}, expected {question['status']}"
    said = _comparable(text)
    for group in question.get("must") or ():
        if not any(_comparable(wording) in said for wording in group):
            return f"lacks one of {group}"
    for forbidden in question.get("must_not") or ():
        if _comparable(forbidden) in said:
            return f"says {forbidden!r}"
    if question["category"] not in LONG_CATEGORIES and len(text) > MAX_LENGTH:
        return f"{len(text)} characters"
    return None


def _comparable(text: str) -> str:
    return squeeze(nfc(text)).casefold()
