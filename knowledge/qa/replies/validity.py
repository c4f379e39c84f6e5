"""Is a paper still in force, and what has changed it? Answered from what loaded papers say of each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.library import LivePlan
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.papers import validity_answer
from knowledge.qa.query.question import Question
from knowledge.text import syllables

_ASKED = re.compile(
    r"\b(?:sua doi|dieu chinh|thay the|bai bo|huy bo|gia han|keo dai|con hieu luc|het hieu luc|hieu luc|con dung)\b"
)
_PASSIVE = re.compile(
    r"\bhieu luc\b|\bcon dung\b|\b(?:duoc|bi) (?:\w+ ){0,2}?(?:sua|dieu chinh|thay|bai|huy|gia han|keo dai)\b"
)
_WORDS = frozenset(
    syllables(
        "sửa đổi bổ sung điều chỉnh thay thế bãi bỏ hủy bỏ gia hạn kéo dài còn hết hiệu lực thi hành áp dụng nữa "
        "văn bản nào có bị được chưa không đã bởi gì lần mới này kế hoạch quyết định công văn nghị quyết chương trình"
    )
)
"""Words of the question itself; any other topic asks for what a paper says, not for its standing."""


def reply(question: Question, plans: Sequence[LivePlan]) -> Answer | None:
    """The standing of the one paper that is named; None where something else is asked."""
    named = question.papers.plans
    if len(named) != 1 or not _ASKED.search(question.text) or question.agencies:
        return None
    if {term.text for term in question.topic} - _WORDS:
        return None
    return validity_answer(named[0], plans, passive=_asks_what_became(question, named[0]))


def _asks_what_became(question: Question, plan: LivePlan) -> bool:
    """Whether the paper is what is changed ("được sửa đổi", "văn bản nào thay thế kế hoạch 57"), not what changes."""
    asked = _ASKED.search(question.text)
    number = question.text.find((plan.metadata.number or "").partition("/")[0])
    return bool(_PASSIVE.search(question.text)) or (asked is not None and asked.start() < number)
