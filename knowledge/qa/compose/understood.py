"""One sentence on how a question was understood: what is asked for and by what it was narrowed."""

from __future__ import annotations

from knowledge.qa.query.filters import Missing
from knowledge.qa.query.question import Intent, Question
from knowledge.qa.query.sought import Aim
from knowledge.wording import join_names, short_label

_ASKED = {
    Intent.LEAD: "cơ quan chủ trì",
    Intent.DUE: "thời hạn",
    Intent.LEAD_AND_DUE: "cơ quan chủ trì và thời hạn",
    Intent.COORDINATE: "cơ quan phối hợp",
    Intent.PRODUCT: "sản phẩm",
    Intent.LIST: "danh sách nhiệm vụ",
    Intent.TARGET: "chỉ tiêu, số liệu",
    Intent.DUTY: "nhiệm vụ của cơ quan",
    Intent.DOCUMENT: "thông tin về văn bản",
    Intent.COMPARE: "so sánh",
    Intent.SUMMARY: "tóm tắt văn bản",
    Intent.PROGRESS: "tiến độ",
    Intent.OTHER: "nội dung văn bản",
}
_AIMS = {
    Aim.LATE: "việc quá hạn",
    Aim.OPEN: "việc chưa xong",
    Aim.DONE: "việc đã xong",
    Aim.SHARE: "tiến độ",
    Aim.STATE: "tiến độ một việc",
}
MISSING_WORDS = {
    Missing.LEAD: "không ghi cơ quan chủ trì",
    Missing.DEADLINE: "không ghi thời hạn",
    Missing.PRODUCT: "không ghi sản phẩm",
}
"""How tasks are told that lack a cell."""


def understood(question: Question) -> str:
    """In Vietnamese; empty for what is no question of the papers."""
    asked = _ASKED.get(question.intent)
    if asked is None:
        return ""
    if question.sought is not None:
        asked = _AIMS[question.sought.aim]
    if question.asks_recipient:
        asked += ", nơi nhận"
    parts = [f"Hỏi {asked}"]
    if question.agencies:
        parts.append(f"cơ quan: {join_names(question.agencies)}")
    filters = question.filters
    if filters.excluded:
        parts.append(f"trừ: {join_names(filters.excluded)}")
    if filters.missing:
        parts.append(MISSING_WORDS[filters.missing])
    if filters.product:
        parts.append(f"sản phẩm: {' '.join(filters.product)}")
    if filters.alone:
        parts.append("một cơ quan chủ trì")
    if question.period is not None:
        parts.append(f"thời gian: {question.period.told()}")
    if question.papers.plans and (question.papers.exact or question.papers.years):
        parts.append(f"văn bản: {'; '.join(map(short_label, question.papers.plans[:3]))}")
    if topic := " ".join(term.accented or term.text for term in question.topic):
        parts.append(f"về: {topic}")
    parts.extend(f"chưa hiểu “{words}”" for words in filters.unread)
    return f"{'; '.join(parts)}."
