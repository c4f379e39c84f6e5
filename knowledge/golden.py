"""Golden questions of the organisation: what its people ask, and what a right answer holds.

Judged as question sets are (`knowledge.qa.evaluation`), and by the task that the answer must be about, which is known
by what it says (`knowledge.correcting`), so that it is known again in the next version of its plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from knowledge.text import cut

CATEGORY = "cau_hoi_mau"
STYLE = "plain"
_TASK = ("plan", "key", "words", "title")
"""Fields of `GoldenTask`."""
_NAME, _NAMED = 90, 3
"""Characters and number of questions that are named in one line."""
STATUSES = {
    "answered": "trả lời được",
    "clarify": "hỏi lại để chọn",
    "not_found": "nói là không có trong kế hoạch",
    "refused": "từ chối",
}
"""How an answer may end, in words."""


@dataclass(frozen=True, slots=True)
class GoldenTask:
    """The task that an answer must be about.

    Attributes:
        plan: the plan's name.
        key: of the row, as of `correcting.row_keys`.
        words: by which the row is found again where it has changed, `correcting.row_words`.
        title: what it was called when the question was added.
    """

    plan: str
    key: str
    words: str
    title: str


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question, and what a right answer to it holds.

    Attributes:
        number: 0 until it is kept.
        turns: messages before it in the same talk.
        as_of: the day on which it is asked; None for the day of the trial.
        must: groups of wordings, of each of which one must be in the answer.
        must_not: what must not be in it.
    """

    number: int
    question: str
    status: str
    must: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    task: GoldenTask | None = None
    turns: tuple[str, ...] = ()
    as_of: date | None = None
    category: str = CATEGORY
    style: str = STYLE

    @property
    def line(self) -> dict[str, Any]:
        """As `kehoach eval` reads it, with the task besides."""
        told: dict[str, Any] = {
            "id": f"mau-{self.number}",
            "q": self.question,
            "turns": list(self.turns),
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "status": self.status,
            "category": self.category,
            "style": self.style,
            "must": [list(group) for group in self.must],
            "must_not": list(self.must_not),
        }
        if self.task is not None:
            task = self.task
            told["task"] = {"plan": task.plan, "key": task.key, "words": task.words, "title": task.title}
        return told


def read_line(line: Mapping[str, Any]) -> GoldenQuestion:
    """A question from a line of such a file, whose fields are checked already; what it has besides is passed over."""
    kept = line.get("task")
    task = None
    if isinstance(kept, Mapping) and all(
        isinstance(kept.get(name), str) for name in ("plan", "key", "words", "title")
    ):
        task = GoldenTask(kept["plan"], kept["key"], kept["words"], kept["title"])
    day = line.get("as_of")
    return GoldenQuestion(
        0,
        line["q"],
        line["status"],
        tuple(tuple(group) for group in line.get("must") or ()),
        tuple(line.get("must_not") or ()),
        task,
        tuple(line.get("turns") or ()),
        date.fromisoformat(day) if day else None,
        line.get("category") or CATEGORY,
        line.get("style") or STYLE,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    Attributes:
        fault: why the answer is wrong, a Vietnamese clause; empty where it is right.
    """

    question: GoldenQuestion
    answer: str
    fault: str

    @property
    def right(self) -> bool:
        """Whether the answer holds what it must."""
        return not self.fault


@dataclass(frozen=True, slots=True)
class Drop:
    """A question that was answered rightly and would be no longer."""

    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """The golden questions over what is live, and as it would be.

    Attributes:
        total: those asked on both sides.
        left_out: those that were not asked, as there are too many or time was up.
        why_not: a sentence where nothing could be tried; empty else.
    """

    total: int = 0
    before: int = 0
    after: int = 0
    drops: Sequence[Drop] = ()
    better: int = 0
    left_out: int = 0
    why_not: str = ""
    wrong: Sequence[Outcome] = field(default=())
    """What would be wrong and was so before."""

    @property
    def sentence(self) -> str:
        """The figures in one line."""
        if self.why_not:
            return self.why_not
        if not self.total and not self.left_out:
            return ""
        left = f"; {self.left_out} câu chưa thử" if self.left_out else ""
        drops = f"; {len(self.drops)} câu đang đúng sẽ thành sai" if self.drops else ""
        return f"Câu hỏi mẫu: {self.after} trong {self.total} đúng; trước đó {self.before}{drops}{left}."

    @property
    def line(self) -> str:
        """The figures and what drops, in one line; empty where there are no golden questions."""
        named = "; ".join(cut(each.after.question.question, _NAME) for each in self.drops[:_NAMED])
        more = f" và {len(self.drops) - _NAMED} câu nữa" if len(self.drops) > _NAMED else ""
        return f"{self.sentence} Câu sẽ sai: {named}{more}." if named else self.sentence


def compare(before: Sequence[Outcome], after: Sequence[Outcome], left_out: int) -> Comparison:
    """Two trials of the same questions beside each other, as far as both went."""
    pairs = list(zip(before, after, strict=False))
    return Comparison(
        len(pairs),
        sum(old.right for old, _ in pairs),
        sum(new.right for _, new in pairs),
        tuple(Drop(old, new) for old, new in pairs if old.right and not new.right),
        sum(new.right and not old.right for old, new in pairs),
        left_out + max(len(before), len(after)) - len(pairs),
        wrong=tuple(new for old, new in pairs if not old.right and not new.right),
    )
