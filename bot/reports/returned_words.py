"""What a returned table of tasks would change, or has changed, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.menus.texts import Texts
from bot.reports.returned_table import ReturnedTable, SentRow
from knowledge.doubts import FIELDS
from knowledge.library import LivePlan
from knowledge.store.corrections import Weighed
from knowledge.text import cut

_IN_FULL = 10
"""Changed cells that are told in full: what a person reads through before saying yes."""
_FEW = 6
_VALUE = 120
_LINE = 320


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is changed: cells, the tasks that they are of, and tasks that are added."""

    cells: int
    tasks: int
    added: int

    @property
    def any(self) -> bool:
        return bool(self.cells or self.added)


def told_table(
    texts: Texts, table: ReturnedTable, weighed: Sequence[Weighed], plans: Iterable[LivePlan], *, done: bool = False
) -> str:
    """The counts, the first changed cells, and whatever is not taken, with why.

    Args:
        weighed: of `table.rows`, in their order.
        plans: those that are live.
        done: whether it has been changed.
    """
    counts = count_changes(weighed)
    lines = []
    if not counts.any:
        lines.append(texts.say("table_same"))
    elif done:
        lines.append(texts.say("table_applied", count=counts.cells, tasks=counts.tasks, added=counts.added))
    else:
        lines.append(texts.say("table_head", count=counts.cells, tasks=counts.tasks, added=counts.added))
        lines += _few(texts, list(_changes(texts, table, weighed)), _IN_FULL)
    moved = list(_problems(texts, table, ((sent, each.moved) for sent, each in _beside(table, weighed))))
    wrong = [*table.wrong, *_problems(texts, table, ((sent, each.wrong) for sent, each in _beside(table, weighed)))]
    if moved:
        lines += [texts.say("table_moved", count=len(moved)), *_few(texts, moved, _FEW)]
    if wrong:
        lines += [texts.say("table_wrong", count=len(wrong)), *_few(texts, wrong, _FEW)]
    if done:
        return "\n".join(lines)
    if table.gone:
        names = [each.name for each in table.gone]
        lines += [texts.say("table_gone", count=len(names)), *_few(texts, names, _FEW)]
    lines += _older(texts, table.versions, plans)
    return "\n".join([*lines, *_few(texts, table.notes, _FEW)])


def count_changes(weighed: Iterable[Weighed]) -> Counts:
    """How much of a table is to be changed, or has been."""
    changed = [each for each in weighed if each.changes]
    edited = [each for each in changed if each.row.key is not None]
    return Counts(sum(len(each.changes) for each in edited), len(edited), len(changed) - len(edited))


def _changes(texts: Texts, table: ReturnedTable, weighed: Sequence[Weighed]) -> Iterable[str]:
    for sent, each in _beside(table, weighed):
        if sent.row.key is None:
            if each.changes:
                told = "; ".join(
                    f"{FIELDS[name]}: {cut(new, _VALUE)}"
                    for name, (_, new) in each.changes.items()
                    if new != each.name
                )
                task = f"{each.name} – {told}" if told else each.name
                yield texts.say("table_added", source=table.cell(sent.place, ""), task=task)
            continue
        for name, (old, new) in each.changes.items():
            yield texts.say(
                "table_cell",
                source=table.cell(sent.place, name),
                task=each.name,
                field=FIELDS[name],
                old=cut(old, _VALUE) or texts.say("cell_empty"),
                new=cut(new, _VALUE) or texts.say("cell_empty"),
            )


def _problems(texts: Texts, table: ReturnedTable, told: Iterable[tuple[SentRow, Mapping[str, str]]]) -> Iterable[str]:
    for sent, problems in told:
        for name, reason in problems.items():
            yield texts.say("table_problem", source=table.cell(sent.place, name), reason=reason)


def _older(texts: Texts, versions: Mapping[int, int], plans: Iterable[LivePlan]) -> list[str]:
    return [
        texts.say("table_older", old=versions[plan.id], plan=plan.name, version=plan.version)
        for plan in plans
        if versions.get(plan.id, plan.version) < plan.version
    ]


def _beside(table: ReturnedTable, weighed: Sequence[Weighed]) -> Iterable[tuple[SentRow, Weighed]]:
    return zip(table.rows, weighed, strict=True)


def _few(texts: Texts, items: Sequence[str], most: int) -> list[str]:
    lines = [f"• {cut(item, _LINE)}" for item in items[:most]]
    if len(items) > most:
        lines.append(texts.say("and_more", count=len(items) - most))
    return lines
