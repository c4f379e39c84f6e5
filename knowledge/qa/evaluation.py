"""Scoring a question set: right answers by category and style, with the misses.

A question is right when its status is the expected one, every `must` group has a
wording in the answer, no `must_not` string is in it, and it is short enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
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


class Fault(StrEnum):
    """What is wrong with an answer."""

    STATUS = "status"
    """It ends otherwise; found: how."""
    LACKS = "lacks"
    """None of the wanted wordings is in it."""
    SAYS = "says"
    """The one wanted is in it, and must not be."""
    LONG = "long"
    """Found: its characters."""


@dataclass(frozen=True, slots=True)
class Found:
    """A fault with what it is about."""

    fault: Fault
    found: str = ""
    wanted: tuple[str, ...] = ()


def fault(question: Mapping[str, Any], status: str, text: str) -> str | None:
    """What is wrong with an answer, as a short English note; None when it is right."""
    found = find_fault(question, status, text)
    if found is None:
        return None
    return {
        Fault.STATUS: f"status {status}, expected {question['status']}",
        Fault.LACKS: f"lacks one of {list(found.wanted)}",
        Fault.SAYS: f"says {''.join(found.wanted)!r}",
        Fault.LONG: f"{found.found} characters",
    }[found.fault]


def find_fault(question: Mapping[str, Any], status: str, text: str) -> Found | None:
    """What is wrong with an answer; None when it is right."""
    if status != question["status"]:
        return Found(Fault.STATUS, status)
    said = _comparable(text)
    for group in question.get("must") or ():
        if not any(_comparable(wording) in said for wording in group):
            return Found(Fault.LACKS, wanted=tuple(group))
    for forbidden in question.get("must_not") or ():
        if _comparable(forbidden) in said:
            return Found(Fault.SAYS, wanted=(forbidden,))
    if question["category"] not in LONG_CATEGORIES and len(text) > MAX_LENGTH:
        return Found(Fault.LONG, str(len(text)))
    return None


def _comparable(text: str) -> str:
    return squeeze(nfc(text)).casefold()
