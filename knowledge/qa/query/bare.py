"""Messages that name an agency and nothing to look for: they ask what it has to do."""

from __future__ import annotations

from dataclasses import replace

from knowledge.qa.query.question import Intent, Question
from knowledge.text import syllables

_NO_TOPIC = frozenset(syllables("thang quy tuan nam nay sau toi dau cuoi danh sach tong hop"))
"""Words of periods, however they are said, and of lists."""


def completed(question: Question) -> Question:
    """`question` asking for the agency's tasks, where it names an agency, perhaps a time, and nothing else.

    "Việc của Sở Tài chính trong tháng 12" and "tuần này Sở Tài chính có gì đến hạn" ask for a list,
    "liệt kê nhiệm vụ Sở Y tế", "Sở Y tế" for its duties.
    """
    if not question.agencies or _has_topic(question):
        return question
    if question.period is not None and question.intent in (Intent.DUTY, Intent.DUE, Intent.OTHER):
        return replace(question, intent=Intent.LIST)
    return replace(question, intent=Intent.DUTY) if question.intent is Intent.OTHER else question


def _has_topic(question: Question) -> bool:
    spent = set(_NO_TOPIC)
    if question.period is not None:
        spent.update(syllables(question.period.words.replace("/", " ")))
    return any(term.text not in spent for term in question.topic)
