"""When a paper wants its execution reported, by whom: asked for by the paper alone, "kế hoạch 57 báo cáo khi nào"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.library import LivePassage, LiveTask
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.reporting import Report, reports_answer
from knowledge.qa.query.question import Intent, Question
from knowledge.qa.query.topic import LIKELY
from knowledge.qa.replies.reading import AgencyMatcher, Reading
from knowledge.qa.search.features import sentences
from knowledge.text import fold, syllables

_ASKED = re.compile(r"\bbao cao\b")
_INTENTS = frozenset((Intent.DUE, Intent.LEAD_AND_DUE, Intent.OTHER))
_OWN_WORDS = frozenset(
    syllables(
        "báo cáo nộp gửi kết quả tình hình triển khai tổ chức thực hiện định kỳ chế độ tổng hợp tiến độ sơ kết "
        "tổng kết cơ quan đơn vị sở ban ngành địa phương xã phường cấp lần lâu hạn ngày tháng trước qua về kỳ"
    )
)
"""Words of a question that ask for nothing but reports."""
_ABOUT = re.compile(r"\b(?:ket qua|tinh hinh|tien do)\b")
_DAY = re.compile(r"\bngay \d|\bhang (?:thang|quy)\b|\bcuoi quy\b|\b\d{1,2}/\d{1,2}\b")
_RHYTHM = re.compile(r"\bdinh ky\b|\bhang nam\b|\bhang (?:thang|quy)\b")
MOST, LONG = 4, 300
"""Reports of one paper that fit a message; characters of a sentence of which only the end tells of its report."""


def reply(question: Question, reading: Reading) -> Answer | None:
    """The reports that the one paper named wants, of the agencies asked about where some are theirs."""
    papers = question.papers.plans
    topic = {term.text for term in question.topic if term.chance >= LIKELY and not term.naming}
    asks = question.intent in _INTENTS or question.asks_recipient
    if len(papers) != 1 or not asks or not _ASKED.search(question.text) or topic - _OWN_WORDS:
        return None
    passages = reading.library.passages([papers[0].id])
    tasks = {task.id: task for task in reading.library.tasks([papers[0].id])}
    found = [report for live in passages if (report := _report(live, tasks.get(live.task_id or 0))) is not None]
    found = [report for report in found if _DAY.search(fold(report.said))] or found
    own = [report for report in found if _is_of(report, question.agencies, reading.matcher, reading)]
    return reports_answer(papers[0], (own or found)[:MOST], reading.as_of) if found else None


def _report(live: LivePassage, task: LiveTask | None) -> Report | None:
    """The sentence of a clause, or the row of a task, that wants a report at some time."""
    if live.passage.source.row is not None:
        row = task.task if task is not None else None
        named = row is not None and _ASKED.search(fold(row.activity or row.title))
        return Report(live, live.passage.text, task) if named else None
    for sentence in sentences(live.passage.text):
        said = fold(sentence)
        report = _ASKED.search(said)
        if report and _ABOUT.search(said) and (_DAY.search(said) or _RHYTHM.search(said)):
            return Report(live, _from(sentence, min(report.start(), _when(said))), task)
    return None


def _when(said: str) -> int:
    return min((match.start() for match in (_DAY.search(said), _RHYTHM.search(said)) if match), default=len(said))


def _from(sentence: str, at: int) -> str:
    """A long sentence from the last comma before `at` on: what leads to the report tells nothing of it."""
    begin = max(sentence.rfind(sign, 0, at) for sign in ",;:") + 1
    return sentence[begin:].strip() if len(sentence) > LONG and begin else sentence


def _is_of(report: Report, agencies: Sequence[str], matcher: AgencyMatcher, reading: Reading) -> bool:
    offices = [*report.offices]
    return matcher.names_any(offices, agencies) or matcher.includes_any(offices, agencies, reading.as_of)
