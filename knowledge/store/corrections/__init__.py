"""What people correct of plans: writing it down, taking it back, and the list of all of it.

Every call is one transaction that counts up the store's generation, so that answers, lists and reminders follow at
once. Who may correct is the caller's to check: `by` is a member's number, 0 for the operator at the command line.
"""

from knowledge.store.audit import OPERATOR
from knowledge.store.corrections.adding import AddTrial, add_task, latest_added, try_add
from knowledge.store.corrections.calls import (
    Done,
    Trial,
    cancel_task,
    edit_task,
    keep,
    settle_doubt,
    try_edit,
    undo,
)
from knowledge.store.corrections.cells import Cells, CellWarning, checked_reason
from knowledge.store.corrections.history import CorrectionOverview, correctors, describe_waiting, list_corrections
from knowledge.store.corrections.shown import (
    VersionTask,
    draft_task,
    draft_tasks,
    laid_over,
    printed_tasks,
    table_keys,
    version_tasks,
)
from knowledge.store.corrections.tables import TableRow, Weighed, apply_table, weigh_table

__all__ = [
    "OPERATOR",
    "AddTrial",
    "CellWarning",
    "Cells",
    "CorrectionOverview",
    "Done",
    "TableRow",
    "Trial",
    "VersionTask",
    "Weighed",
    "add_task",
    "apply_table",
    "cancel_task",
    "checked_reason",
    "correctors",
    "describe_waiting",
    "draft_task",
    "draft_tasks",
    "edit_task",
    "keep",
    "laid_over",
    "latest_added",
    "list_corrections",
    "printed_tasks",
    "settle_doubt",
    "table_keys",
    "try_add",
    "try_edit",
    "undo",
    "version_tasks",
    "weigh_table",
]
