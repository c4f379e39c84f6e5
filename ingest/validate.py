"""One validator for rows, label lines and sentences: candidates into tasks, what is not certain into doubts.

A date is no lead and an office is no deadline, whatever column they stand in. Each field
that was not printed with its duty, or that its reader was not sure of, is a doubt on the task;
a duty that nobody can be told of is only a doubt in the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.candidates import SAYS_NOTHING, Candidate, Stated, Whence
from ingest.context import Context
from ingest.paper.names import NUMBER
from knowledge.records import NO_DEADLINE, CellDoubt, Deadline, DeadlineKind, Task
from knowledge.text import cut, squeeze

SURE = 0.9
"""Below this a person is asked to look: OCR gives printed figures 0.95 and more, misread ones 0.88 and less."""

_WHENCE = {
    Whence.FILLED: "ô để trống, lấy theo dòng trên",
    Whence.NEARBY: "lấy từ câu khác",
}
_UNSURE = "đọc chưa chắc"
# "Theo phân công tại Quyết định số ..." points to another paper; it names nobody.
_POINTS_AWAY = re.compile(r"^(?:theo|như|xem|tại|căn cứ)\s|" + NUMBER, re.IGNORECASE)


def validate(candidates: Iterable[Candidate], context: Context) -> list[Task]:
    """The tasks that `candidates` are, each field checked; the report tells their doubts (`knowledge.doubts`)."""
    return [_Check(candidate, context).task() for candidate in candidates]


class _Check:
    def __init__(self, candidate: Candidate, context: Context) -> None:
        self.candidate = candidate
        self.context = context
        self.doubts = list(candidate.doubts)

    def task(self) -> Task:
        it = self.candidate
        lead = self._offices("lead", it.lead)
        helpers = tuple(o for o in self._offices("coordinating", it.coordinating) if o not in lead)
        deadline = self._deadline()
        self._told("product", it.product)
        if not lead:
            self._doubt("lead", self._nobody())
        return Task(
            origin=it.origin,
            section=it.section,
            number=it.number,
            title=it.title,
            activity=it.activity,
            product=_said(it.product.text),
            lead=lead,
            coordinating=helpers,
            deadline=deadline,
            source=it.source,
            lead_agencies=self.context.resolve(lead),
            doubts=tuple(dict.fromkeys(self.doubts)),
        )

    def _doubt(self, name: str, why: str) -> None:
        if all(d.field != name for d in self.doubts):
            self.doubts.append(CellDoubt(name, why))

    def _told(self, name: str, stated: Stated) -> None:
        """Notes where a field comes from, if not from its own place."""
        if not stated.text:
            return
        if stated.whence in _WHENCE:
            self._doubt(name, _WHENCE[stated.whence])
        elif stated.confidence < SURE:
            self._doubt(name, _UNSURE)

    def _offices(self, name: str, stated: Stated) -> tuple[str, ...]:
        if SAYS_NOTHING.match(stated.text):
            return ()
        self._told(name, stated)
        kept = []
        for office in self.context.split(stated.text):
            if self._may_be_office(office):
                kept.append(office)
            else:
                self._doubt(name, f"“{cut(office, 80)}” không phải tên cơ quan")
        return tuple(dict.fromkeys(kept))

    def _may_be_office(self, text: str) -> bool:
        if self.context.directory.resolve(text) is not None:
            return True
        return not (_POINTS_AWAY.search(text) or self._is_time(text) or not _LETTER.search(text))

    def _is_time(self, text: str) -> bool:
        read = self.context.deadline(text)
        return bool(read.dates or read.rules) or read.kinds == (DeadlineKind.STANDING,)

    def _nobody(self) -> str:
        return "không ghi cơ quan chủ trì" if not self.candidate.lead.text else "không rõ cơ quan chủ trì"

    def _deadline(self) -> Deadline:
        it = self.candidate
        if it.due is not None:
            return self._understood(it.due)
        phrase = squeeze(it.deadline.text)
        if SAYS_NOTHING.match(phrase):
            return NO_DEADLINE
        if self.context.is_agency(phrase) and not self.context.is_deadline(phrase):
            self._doubt("deadline", f"“{cut(phrase, 80)}” là tên cơ quan")
            return NO_DEADLINE
        self._told("deadline", it.deadline)
        others = [text for text in (it.product.text, it.activity, it.title) if text]
        return self._understood(self.context.deadline(phrase, others))

    def _understood(self, deadline: Deadline) -> Deadline:
        """`deadline`, with a doubt where nothing of it was understood; `unread` tells of parts."""
        if deadline.kinds == (DeadlineKind.UNSPECIFIED,) and deadline.phrase and not deadline.unread:
            self._doubt("deadline", f"không hiểu “{cut(deadline.phrase, 80)}”")
        return deadline


_LETTER = re.compile(r"[^\W\d_]")


def _said(text: str) -> str | None:
    return None if SAYS_NOTHING.match(text) else squeeze(text)
