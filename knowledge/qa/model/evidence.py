"""What an answer rests on, as a language model may see it and as its words are checked.

Only an answer with one source and at most one task is worded, and the summary of a paper:
lists, counts and comparisons stay as they were composed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.doubts import doubts_of
from knowledge.library import LivePlan
from knowledge.qa.compose.answer import Answer, Status
from knowledge.qa.query.question import Agencies
from knowledge.records import Source, Task
from knowledge.text import cut, fold
from knowledge.wording import join_names, plan_label

MAX_CELL = 600
"""Characters of one cell or clause; a longer one is cut, for the model and for the checks alike."""
SOURCE = "Nguồn:"
_LINES = (
    *("Hạn:", "Chủ trì:", "Phối hợp:", "Sản phẩm:", "Nhiệm vụ:", "Văn bản ghi"),
    *("Cơ quan ban hành:", "Người ký:", "Về:"),
)
"""What the lines after the first begin with. A composed answer with any other line, a warning or a note on what
was asked, goes out as it is: a model that words it might leave the warning out."""

# A paper that speaks to whoever answers is not shown to a model at all.
_ADDRESSED = re.compile(
    r"\b(?:tra loi|dap|noi|khang dinh|thong bao|cho biet)(?: \w+){0,4} (?:rang|la)\b"
    r"|\bbo qua (?:moi|tat ca|cac|tai lieu|huong dan|quy tac)|\b(?:tro ly|chatbot|mo hinh ngon ngu|prompt)\b"
    r"|\b(?:moi|cac) cau hoi\b|\b(?:ignore|instructions?|system)\b"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence of one answer.

    Attributes:
        text: one labelled line a cell; of a summary nothing beside its body.
        body: the composed answer without its source line.
        source: that line.
        task: the row or dated clause, where the answer is about one.
    """

    text: str
    body: str
    source: str
    task: Task | None
    is_summary: bool = False

    @property
    def whole(self) -> str:
        """All that a worded answer may repeat."""
        return f"{self.text}\n{self.body}"

    @property
    def lines(self) -> list[str]:
        """Of a summary: what it says of the paper, each heading, and each line with its heading."""
        lines, heading = [""], ""
        for line in self.body.split("\n"):
            if line.startswith("- "):
                lines.append(f"{heading} {line[2:]}")
            elif line.endswith(":"):
                heading = line
                lines.append(line)
            else:
                lines[0] += f" {line}"
        return lines


def evidence_of(answer: Answer, directory: Agencies) -> Evidence | None:
    """The evidence of an answer that may be worded; None of one that goes out as it is.

    A clause that names several agencies goes out as it is too: nothing but its own words
    says which of them does what.
    """
    body, _, source = answer.text.rpartition("\n")
    if answer.status is not Status.ANSWERED or not answer.sources or not source.startswith(SOURCE):
        return None
    if answer.is_summary:
        hostile = _ADDRESSED.search(fold(body)) is not None
        return None if hostile else Evidence("", body, source, None, is_summary=True)
    if len(answer.sources) != 1 or len(answer.tasks) > 1:
        return None
    if not body or not all(line.startswith(_LINES) for line in body.split("\n")[1:]):
        return None
    if any(doubts_of(each.task) or each.amendments or each.corrections for each in answer.tasks):
        return None  # a guess is told with its doubt and a change with its paper: another wording might lose either
    reference = answer.sources[0]
    task = answer.tasks[0].task if answer.tasks else None
    lines = [*_about(reference.plan, reference.source), *(_cells(task) if task else [])]
    if task is None or task.activity is None:
        lines.append(("Trích văn bản", reference.source.quote))
    text = "\n".join(f"{label}: {cut(cell, MAX_CELL)}" for label, cell in lines if cell.strip())
    evidence = Evidence(text, body, source, task)
    several = len({found.name for found in directory.find(evidence.whole)}) > 1
    if _ADDRESSED.search(fold(evidence.whole)) or (several and (task is None or not task.lead)):
        return None
    return evidence


def _about(plan: LivePlan, source: Source) -> list[tuple[str, str]]:
    return [("Văn bản", plan_label(plan)), ("Mục", " / ".join(source.section_path))]


def _cells(task: Task) -> list[tuple[str, str]]:
    return [
        ("Nhiệm vụ", task.title),
        ("Hoạt động", task.activity or ""),
        ("Sản phẩm", task.product or ""),
        ("Cơ quan chủ trì", join_names(task.lead)),
        ("Cơ quan phối hợp", join_names(task.coordinating)),
        ("Thời hạn", task.deadline.phrase),
    ]
