"""What a person writes in the cells of a task, read as its paper would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from knowledge.agencies import Directory, split_agencies
from knowledge.correcting import Offices, Value, value_of, with_value
from knowledge.deadlines import deadline_of_row
from knowledge.errors import CorrectionError
from knowledge.records import NO_DEADLINE, DeadlineKind, Origin, PlanMetadata, Source, Task
from knowledge.text import cut, nfc, squeeze

NAME = 90
"""Characters of a task's name in a sentence."""
_LONGEST_REASON = 500
_LONGEST_CELL = 2_000
"""Characters: the longest cells of real plans have about 1,500."""
_TEXTS = ("title", "activity", "product")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """What cells are to hold, as a person writes it; None leaves a cell as it is, nothing empties it.

    Attributes:
        lead, coordinating: offices; several may stand in one string, as papers print them.
        deadline: a phrase, read as it would be in the plan's paper.
    """

    title: str | None = None
    activity: str | None = None
    product: str | None = None
    lead: Sequence[str] | None = None
    coordinating: Sequence[str] | None = None
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class CellWarning:
    """A sentence on what was taken as written in a cell, though it was not understood or looks amiss."""

    field: str
    sentence: str


class CellReader:
    """Reads what a person writes as the plan's paper would be read."""

    def __init__(self, directory: Directory, metadata: PlanMetadata, task: Task) -> None:
        self._directory = directory
        self._metadata = metadata
        self._task = task
        self.warned: list[CellWarning] = []

    @property
    def warnings(self) -> list[str]:
        """The sentences alone."""
        return [each.sentence for each in self.warned]

    def values(self, cells: Cells) -> dict[str, Value]:
        given = {each.name: getattr(cells, each.name) for each in fields(cells)}
        told: dict[str, Value] = {name: self._text(name, given[name]) for name in _TEXTS if given[name] is not None}
        if "title" in told and not told["title"]:
            raise CorrectionError("Tên nhiệm vụ không được để trống.", field="title")
        for name in ("lead", "coordinating"):
            if given[name] is not None:
                told[name] = self._offices(name, given[name])
        if given["deadline"] is not None:
            told["deadline"] = self._deadline(given["deadline"], told)
        return told

    def _warn(self, field: str, sentence: str) -> None:
        self.warned.append(CellWarning(field, sentence))

    def _text(self, field: str, written: str) -> str | None:
        text = squeeze(nfc(written))
        if len(text) > _LONGEST_CELL:
            raise CorrectionError(f"Xin ghi mỗi ô ngắn hơn {_LONGEST_CELL} ký tự.", field=field)
        return text or None

    def _offices(self, field: str, written: Sequence[str]) -> Offices:
        texts = [text for each in written if (text := self._text(field, each))]
        offices = tuple(dict.fromkeys(office for text in texts for office in split_agencies(text, self._directory)))
        for office in offices:
            if self._directory.resolve(office) is None:
                self._warn(field, f"Danh bạ chưa có cơ quan “{office}”: ghi nguyên như vậy.")
        return Offices(offices, self._directory.names_of(offices) if field == "lead" else ())

    def _deadline(self, written: str, told: Mapping[str, Value]) -> Value:
        phrase = self._text("deadline", written)
        if phrase is None:
            return NO_DEADLINE
        cells = [told.get(name, value_of(self._task, name)) for name in ("product", "activity", "title")]
        others = [cell for cell in cells if isinstance(cell, str)]
        facts = self._metadata
        read = deadline_of_row(phrase, others, plan_year=facts.plan_year, issued=facts.issued)
        if read.unread:
            parts = ", ".join(f"“{squeeze(part)}”" for part in read.unread)
            self._warn("deadline", f"Không hiểu phần {parts} của thời hạn.")
        elif read.kinds == (DeadlineKind.UNSPECIFIED,):
            told_phrase = cut(phrase, NAME)
            self._warn("deadline", f"Không hiểu thời hạn “{told_phrase}”: ghi nguyên như vậy, chưa nhắc được.")
        return read


def checked_reason(reason: str) -> str:
    """A reason as it is kept.

    Raises:
        CorrectionError: empty or too long.
    """
    told = squeeze(nfc(reason))
    if not told:
        raise CorrectionError("Xin ghi lý do.", field="reason")
    if len(told) > _LONGEST_REASON:
        raise CorrectionError(f"Xin ghi lý do ngắn hơn {_LONGEST_REASON} ký tự.", field="reason")
    return told


def empty_task(section: str | None) -> Task:
    heading = squeeze(nfc(section)) if section and section.strip() else None
    source = Source((heading,) if heading else ())
    return Task(Origin.TABLE, heading, None, "", None, None, (), (), NO_DEADLINE, source)


def filled(task: Task, values: Mapping[str, Value]) -> Task:
    for name, value in values.items():
        task = with_value(task, name, value)
    return task
