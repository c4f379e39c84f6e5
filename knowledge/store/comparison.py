"""What changed between two versions of a plan, task by task.

Tasks are matched by what they say, never by their place or number: first the ones with
the same folded title and activity, then, of what is left, the most alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.errors import VersionError
from knowledge.records import Task
from knowledge.store.catalog import find_plan_row
from knowledge.store.database import Store
from knowledge.store.models import VersionRow, VersionState
from knowledge.store.rows import load_tasks
from knowledge.text import squeeze, syllables

_LEAST_ALIKE: Final = 75.0
"""RapidFuzz's token-sort ratio, 0 to 100, from which a reworded task is still the same one."""
_COMPARED: Final = ("section", "title", "activity", "product", "lead", "coordinating", "deadline")
_Pair = tuple[Task, Task]


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A task that stands in both versions, differently.

    Attributes:
        fields: names of the `Task` fields that differ.
    """

    before: Task
    after: Task
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """Version `new` against version `old`, in the order of the papers.

    Attributes:
        old: None when there is nothing to compare with: then every task is added.
    """

    plan_id: int
    plan_name: str
    old: int | None
    new: int
    added: tuple[Task, ...]
    removed: tuple[Task, ...]
    changed: tuple[TaskChange, ...]


def diff(store: Store, plan: str | int) -> PlanDiff:
    """The draft against the live version; with no draft, the live one against the one before it.

    Raises:
        UnknownPlanError, AmbiguousPlanError: by the name.
        VersionError: the plan has no version to show.
    """
    with store.read() as session:
        row = find_plan_row(session, plan)
        old, new = _sides(session, row.id)
        before = [task for _, task in load_tasks(session, old.id)] if old else []
        after = [task for _, task in load_tasks(session, new.id)]
        added, removed, changed = compare_tasks(before, after)
        return PlanDiff(row.id, new.name, old.version if old else None, new.version, added, removed, changed)


def compare_tasks(
    before: Sequence[Task], after: Sequence[Task]
) -> tuple[tuple[Task, ...], tuple[Task, ...], tuple[TaskChange, ...]]:
    """Tasks added, removed and changed from `before` to `after`."""
    pairs, old, new = _match_equal(before, after)
    alike, old, new = _match_alike(old, new)
    place = {id(task): i for i, task in enumerate(after)}
    both = sorted([*pairs, *alike], key=lambda pair: place[id(pair[1])])
    changed = tuple(TaskChange(was, now, fields) for was, now in both if (fields := _differing(was, now)))
    return tuple(new), tuple(old), changed


def _sides(session: Session, plan_id: int) -> tuple[VersionRow | None, VersionRow]:
    """The older and the newer version to compare."""
    versions = session.scalars(
        select(VersionRow)
        .where(VersionRow.plan_id == plan_id, VersionRow.state != VersionState.DISCARDED)
        .order_by(VersionRow.version)
    ).all()
    live = next((version for version in versions if version.state == VersionState.ACTIVE), None)
    draft = next((version for version in reversed(versions) if version.state == VersionState.DRAFT), None)
    if draft is not None:
        return live, draft
    if live is None:
        raise VersionError("Kế hoạch này chưa có phiên bản nào để so sánh.")
    earlier = [each for each in versions if each.version < live.version and each.activated_at]
    return (earlier[-1] if earlier else None), live


def _match_equal(before: Sequence[Task], after: Sequence[Task]) -> tuple[list[_Pair], list[Task], list[Task]]:
    """Pairs with the same words, and what is left of both sides.

    Where several tasks say the same, those that agree in everything are paired first, so
    that a repeated title does not show changes that nobody made.
    """
    groups: dict[str, list[Task]] = defaultdict(list)
    for task in before:
        groups[_words(task)].append(task)
    pairs: list[_Pair] = []
    waiting: list[Task] = []
    for task in after:
        same = next((old for old in groups[_words(task)] if not _differing(old, task)), None)
        if same is None:
            waiting.append(task)
        else:
            groups[_words(task)].remove(same)
            pairs.append((same, task))
    unmatched: list[Task] = []
    for task in waiting:
        if group := groups[_words(task)]:
            pairs.append((group.pop(0), task))
        else:
            unmatched.append(task)
    left = {id(task) for group in groups.values() for task in group}
    return pairs, [task for task in before if id(task) in left], unmatched


def _match_alike(old: list[Task], new: list[Task]) -> tuple[list[_Pair], list[Task], list[Task]]:
    """The best pairs of reworded tasks, best first."""
    from rapidfuzz import fuzz, process

    if not old or not new:
        return [], old, new
    scores = process.cdist(
        [_words(task) for task in old], [_words(task) for task in new], scorer=fuzz.token_sort_ratio
    )
    ranked = sorted(
        ((float(scores[i][j]), i, j) for i in range(len(old)) for j in range(len(new))),
        key=lambda each: (-each[0], each[1], each[2]),
    )
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pairs: list[_Pair] = []
    for score, i, j in ranked:
        if score < _LEAST_ALIKE:
            break
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            pairs.append((old[i], new[j]))
    return (
        pairs,
        [task for i, task in enumerate(old) if i not in taken_old],
        [task for j, task in enumerate(new) if j not in taken_new],
    )


def _words(task: Task) -> str:
    return " ".join(syllables(f"{task.title} {task.activity or ''}"))


def _differing(before: Task, after: Task) -> tuple[str, ...]:
    return tuple(name for name in _COMPARED if _printed(before, name) != _printed(after, name))


def _printed(task: Task, name: str) -> object:
    """A field as a reader sees it: white space aside; a deadline with its dates."""
    value = getattr(task, name)
    if name == "deadline":
        return squeeze(task.deadline.phrase), task.deadline.start, task.deadline.dates, task.deadline.rules
    return squeeze(value) if isinstance(value, str) else value
