"""Rows of a stitched task table into tasks."""

from __future__ import annotations

import re

from ingest.context import Context
from ingest.tables.columns import Role
from ingest.tables.stitching import LogicalRow, StitchedTable
from knowledge.records import Doubt, Origin, Source, Task
from knowledge.text import fold

_MIXED = re.compile(
    r"(?:^|[\n;.]|\s-)\s*(?:[-+•]\s*)?(?:(?:cơ quan|đơn vị|bộ phận)\s+)?(chủ trì|phối hợp)(?:\s+thực hiện)?\s*:\s*",
    re.IGNORECASE,
)
_DASHES = re.compile(r"^[\s\-–—…./]*$")
"""What stands in a cell that says nothing."""
_ROLE_BEHIND = re.compile(r"\s*\((?:cơ quan |đơn vị )?(chủ trì|phối hợp)(?: thực hiện)?\)\s*$", re.IGNORECASE)


def tasks_of(table: StitchedTable, path: tuple[str, ...], context: Context) -> tuple[list[Task], list[Doubt]]:
    """The tasks of `table`, and what an administrator should look at.

    Args:
        path: headings that the table stands under.
    """
    tasks: list[Task] = []
    doubts = [Doubt(what, where) for what, where in table.doubts]
    for row in table.rows:
        task = _task(row, table, path, context)
        if task is None:
            table.dropped.append(f"dòng {row.row}: không có nội dung nhiệm vụ")
            continue
        tasks.append(task)
        doubts.extend(_doubts(task, row, table))
    return tasks, doubts


def _task(row: LogicalRow, table: StitchedTable, path: tuple[str, ...], context: Context) -> Task | None:
    title = _cell(row, table, Role.TITLE)
    activity = _cell(row, table, Role.ACTIVITY)
    if title is None:
        title, activity = activity, None
    if title is None:
        return None
    product = _cell(row, table, Role.PRODUCT)
    lead, coordinating = _offices(row, table)
    deadline_text = _cell(row, table, Role.DEADLINE) or ""
    offices, helpers = _by_role(context.split(lead), context.split(coordinating))
    others = [text for text in (product, activity, title) if text]
    return Task(
        origin=Origin.TABLE,
        section=row.section,
        number=_cell(row, table, Role.NUMBER),
        title=title,
        activity=activity,
        product=product,
        lead=offices,
        coordinating=helpers,
        deadline=context.deadline(deadline_text, others),
        source=Source(
            section_path=(*path, *row.headings),
            row=row.row,
            page=row.page,
            sheet=row.sheet,
            quote=" | ".join(c.text.replace("\n", " ") for c in row.cells if c.text),
        ),
        lead_agencies=context.resolve(offices),
    )


def _cell(row: LogicalRow, table: StitchedTable, role: Role) -> str | None:
    return _raw(row, table, role).replace("\n", " ").strip() or None


def _offices(row: LogicalRow, table: StitchedTable) -> tuple[str, str]:
    """Printed lead and coordinating lists, also where one cell holds both."""
    lead = _raw(row, table, Role.LEAD)
    coordinating = _raw(row, table, Role.COORDINATING)
    parts = _MIXED.split(lead)
    if len(parts) > 1:
        leads = [parts[0]] if parts[0].strip() else []
        for label, text in zip(parts[1::2], parts[2::2], strict=True):
            if fold(label) == "chu tri":
                leads.append(text)
            else:
                coordinating = f"{coordinating}; {text}" if coordinating else text
        lead = "; ".join(t.strip(" ;.") for t in leads if t.strip(" ;."))
    return lead, coordinating


def _by_role(leads: tuple[str, ...], helpers: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Leads and helpers of a cell that says the role behind each office: "Sở Nội vụ (chủ trì)"."""
    told = [_ROLE_BEHIND.search(office) for office in leads]
    if not any(told):
        return leads, helpers
    named = [(_ROLE_BEHIND.sub("", office), mark) for office, mark in zip(leads, told, strict=True)]
    own = tuple(office for office, mark in named if mark is None or fold(mark[1]) == "chu tri")
    return own, (*(o for o, mark in named if mark and fold(mark[1]) != "chu tri"), *helpers)


def _raw(row: LogicalRow, table: StitchedTable, role: Role) -> str:
    at = table.header.column(role)
    text = row.cells[at].text if at is not None else ""
    return "" if role is not Role.NUMBER and _DASHES.match(text) else text


def _doubts(task: Task, row: LogicalRow, table: StitchedTable) -> list[Doubt]:
    where = f"dòng {row.row}" + (f", trang {row.page}" if row.page else "")
    found = []
    if not task.lead and table.header.column(Role.LEAD) is not None:
        found.append(Doubt("Không có cơ quan chủ trì", where))
    if Role.LEAD in row.filled and Role.NUMBER not in row.filled:
        found.append(Doubt("Ô chủ trì để trống, lấy theo dòng trên", where))
    if task.deadline.kinds == ("unspecified",) and task.deadline.phrase:
        found.append(Doubt(f"Không hiểu thời hạn “{task.deadline.phrase}”", where))
    return found
