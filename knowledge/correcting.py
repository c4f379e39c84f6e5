"""Corrections of tasks by a person, laid over what the paper prints; the paper's own words stay as they are.

A correction is of one cell of one row, or of the row as a whole (added, cancelled). The row is known by `row_keys`:
what it says and the heading it stands under, never its place in the table, so that it is known again in the plan's
next version. A correction whose row is not there any more, word for word, holds nothing until somebody decides.

Papers that amend the plan come on top of what was corrected before them; what was corrected in their sight comes on
top of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from knowledge.records import NO_DEADLINE, Deadline, Task
from knowledge.text import squeeze, syllables

LEAST_ALIKE = 75.0
"""Likeness of words, of 100, from which a reworded row may be the corrected one: as versions are compared."""
SAME = 90.0
"""From which a printed row says what a person has added: as amending papers and duties are matched."""


class CorrectionKind(StrEnum):
    """What a person did."""

    EDIT = "edit"
    """Another value for a cell."""
    ADD = "add"
    """A task that the paper's reading lacks."""
    CANCEL = "cancel"
    """The task is not gone on with."""
    CONFIRMED = "confirmed"
    """A doubtful cell is right as it was read."""
    DROPPED = "dropped"
    """A doubtful cell is wrong, and nothing stands in its place."""


class CorrectionState(StrEnum):
    """Where a correction stands, seen from the plan's newest version."""

    HELD = "held"
    TO_DECIDE = "to_decide"
    """The row has changed or is gone: kept for it, or undone, by a person."""
    MET = "met"
    """The row has changed, and prints by now what a person had put there: nothing is left to be laid over it."""
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Offices:
    """A cell of offices: as told, and the directory's names for them."""

    printed: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()


Value = str | Offices | Deadline | None
"""What a cell holds."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing that a person changed.

    Attributes:
        number: of its own; the greater, the later.
        keys: of the row; where somebody has decided that it holds for another row, that one's as well, the latest
            last. Of an added task those of printed rows beside which it stands though they say nearly the same.
        field: the cell, a field of `Task`; empty where the row as a whole is meant.
        before: what the cell held when it was corrected.
        after: what it holds now; of an added task None.
        by: the member's number; 0 for the operator at the command line, None for somebody whose data is erased.
        on: the day in Việt Nam.
    """

    number: int
    kind: CorrectionKind
    keys: tuple[str, ...]
    field: str
    before: Value
    after: Value
    reason: str
    by: int | None
    at: datetime
    on: date
    undone: bool = False


def row_keys(tasks: Iterable[Task]) -> list[str]:
    """What each row of a version is known by; equal rows are told apart by their order."""
    seen: Counter[str] = Counter()
    keys = []
    for task in tasks:
        told = (task.section, task.title, task.activity, task.product, *task.lead, "/", *task.coordinating)
        said = "\n".join(" ".join(syllables(part or "")) for part in (*told, task.deadline.phrase))
        seen[said] += 1
        keys.append(sha256(f"{said}\n{seen[said]}".encode()).hexdigest()[:32])
    return keys


def added_key(number: int) -> str:
    """What the task that the correction with that number added is known by, in every version."""
    return f"added:{number}"


def row_words(task: Task) -> str:
    """The folded words by which a row is found again though other cells have changed."""
    return " ".join([*syllables(task.title), "/", *syllables(task.activity or "")])


def value_of(task: Task, field: str) -> Value:
    """What a cell of the task holds."""
    if field == "lead":
        return Offices(task.lead, task.lead_agencies)
    if field == "coordinating":
        return Offices(task.coordinating)
    value: str | Deadline | None = getattr(task, field)
    return value


def with_value(task: Task, field: str, value: Value) -> Task:
    """The task with another value in one cell, of which nothing is doubtful any more."""
    doubts = tuple(doubt for doubt in task.doubts if doubt.field != field)
    if field in ("lead", "coordinating"):
        offices = value if isinstance(value, Offices) else Offices()
        if field == "lead":
            return replace(task, lead=offices.printed, lead_agencies=offices.agencies, doubts=doubts)
        return replace(task, coordinating=offices.printed, doubts=doubts)
    if field == "deadline":
        return replace(task, deadline=value if isinstance(value, Deadline) else NO_DEADLINE, doubts=doubts)
    changed: dict[str, str | None] = {field: value if isinstance(value, str) else None}
    return replace(task, doubts=doubts, **changed)  # type: ignore[arg-type]


def told_value(value: Value) -> str:
    """A value as people read it; empty for none."""
    if isinstance(value, Offices):
        return "; ".join(value.printed)
    return squeeze(value.phrase if isinstance(value, Deadline) else value or "")


def corrected(task: Task, corrections: Iterable[Correction]) -> Task:
    """The task with its corrections laid over it, in whatever order they come; those undone change nothing."""
    for each in sorted(corrections, key=lambda each: each.number):
        task = _laid(task, each)
    return task


def laid_over_amended(
    amended: Task, fields: Iterable[str], corrections: Iterable[Correction]
) -> tuple[Task, tuple[Correction, ...]]:
    """A task that other papers changed after corrections were laid over it, and which of those hold.

    Args:
        amended: with what those papers say.
        fields: the cells that they changed: there only what was corrected in their sight holds.
    """
    changed, held = set(fields), []
    for each in sorted(corrections, key=lambda each: each.number):
        if each.field in changed:
            if each.before != value_of(amended, each.field):
                continue
            amended = _laid(amended, each)
        held.append(each)
    return amended, tuple(held)


def own_keys(correction: Correction) -> tuple[str, ...]:
    """The keys of the rows that a correction may be of, the latest last."""
    return (added_key(correction.number),) if correction.kind is CorrectionKind.ADD else correction.keys


def by_row(rows: Mapping[str, int], corrections: Iterable[Correction]) -> dict[int, tuple[Correction, ...]]:
    """The corrections that hold, by the row of a version that each is of.

    Args:
        rows: ids of the version's rows by their keys; those of which the corrections are.
    """
    found: dict[int, list[Correction]] = {}
    for each in sorted(corrections, key=lambda each: each.number):
        key = held_key(own_keys(each), rows)
        if key is not None and not each.undone:
            found.setdefault(rows[key], []).append(each)
    return {id_: tuple(held) for id_, held in found.items()}


def held_key(keys: Sequence[str], rows: Iterable[str]) -> str | None:
    """The key by which a correction's row is there; None where it has changed or is gone."""
    known = rows if isinstance(rows, dict) else set(rows)
    return next((key for key in reversed(keys) if key in known), None)


def is_met(correction: Correction, task: Task) -> bool:
    """Whether a newer version's row says by itself what the correction of a cell says."""
    if not correction.field or any(doubt.field == correction.field for doubt in task.doubts):
        return False
    return told_value(value_of(task, correction.field)) == told_value(correction.after)


def is_covered(correction: Correction, others: Iterable[Correction]) -> bool:
    """Whether a later correction of the same cell stands over it, so that it says nothing by itself."""
    return any(
        each.number > correction.number
        and not each.undone
        and bool(each.field)
        and (each.field, each.keys[:1]) == (correction.field, correction.keys[:1])
        for each in others
    )


def find_row(words: str, told: Mapping[int, str], *, least: float = LEAST_ALIKE) -> int | None:
    """The one row that says the same, else the one that says nearly the same; None where there is none, or several.

    Args:
        words: `row_words` of the row that is looked for.
        told: those of the rows to choose from.
        least: likeness, of 100, from which words are nearly the same.
    """
    from rapidfuzz import fuzz, process  # with the first plan that needs a decision only

    same = [id_ for id_, said in told.items() if said == words]
    if same:
        return same[0] if len(same) == 1 else None
    best = process.extract(words, told, scorer=fuzz.token_sort_ratio, score_cutoff=least, limit=2)
    if not best or (len(best) > 1 and best[0][1] == best[1][1]):
        return None
    found: int = best[0][2]
    return found


def _laid(task: Task, correction: Correction) -> Task:
    if correction.undone or not correction.field:
        return task
    if correction.kind is not CorrectionKind.CONFIRMED:
        return with_value(task, correction.field, correction.after)
    told = value_of(task, correction.field)
    return with_value(task, correction.field, replace(told, unread=()) if isinstance(told, Deadline) else told)
