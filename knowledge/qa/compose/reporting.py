"""The reports that a paper wants: who, in its words, and when the next one is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.library import LivePassage, LivePlan, LiveTask
from knowledge.qa.compose.answer import Answer, Status, passage_source
from knowledge.text import cut, squeeze
from knowledge.wording import join_names, place, sentence_case, short_label, told_due

_LONGEST = 320
"""Characters of what one clause says."""


@dataclass(frozen=True, slots=True)
class Report:
    """A clause or row that wants a report; `said` is its sentence."""

    passage: LivePassage
    said: str
    task: LiveTask | None

    @property
    def offices(self) -> Sequence[str]:
        """Who is to report."""
        if self.task is not None and self.task.task.lead:
            return self.task.task.lead
        return [self.passage.passage.agency] if self.passage.passage.agency else []


def reports_answer(plan: LivePlan, reports: Sequence[Report], as_of: date) -> Answer:
    """Each report with who is to make it, the paper's words, the day that comes next, and its place."""
    lines = [f"{short_label(plan)} nêu {len(reports)} chỗ về báo cáo:"]
    for number, report in enumerate(reports, 1):
        who = f"{cut(sentence_case(join_names(report.offices)), 160)}: " if report.offices else ""
        task = report.task
        due = f" Hạn: {told_due(task, as_of)}." if task is not None and task.task.deadline.phrase else ""
        where = place(report.passage.passage.source, task.task.number if task is not None else None)
        said = cut(squeeze(report.said), _LONGEST)
        lines.append(f"{number}. {who}“{said}”{due}{f' [{where}]' if where else ''}")
    tasks = tuple(report.task for report in reports if report.task is not None)
    return Answer(Status.ANSWERED, "\n".join(lines), tasks, tuple(passage_source(each.passage) for each in reports))
