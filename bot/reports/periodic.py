"""The report of a period out of the database, for `bot.reports.word_report`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from bot.reports.report_periods import Period
from bot.reports.word_report import Report
from bot.tracking.board import Board
from bot.tracking.boards import load_board
from bot.tracking.urging import find_urgings
from bot.tracking.watching import find_reasons
from knowledge.agencies import Directory
from knowledge.library import Library
from knowledge.progress import Standing


def load_report(
    session: Session,
    library: Library,
    directory: Directory,
    period: Period,
    today: date,
    *,
    unit: str,
    agency: str | None = None,
    plan: int | None = None,
    among: Collection[int] | None = None,
) -> Report:
    """What was due in a period, as it stood on its closing day, or stands today where that is still to come.

    Args:
        unit: who reports.
        agency, plan, among: as for `load_board`.

    Raises:
        KehoachError: no such agency.
    """
    as_of, following = min(today, period.last), period.following()

    def load(due_from: date | None = None, due_to: date | None = None) -> Board:
        return load_board(
            session, library, directory, as_of,
            agency=agency, plan=plan, due_from=due_from, due_to=due_to, among=among,
        )  # fmt: skip

    board, everything = load(period.first, period.last), load()
    late = (Standing.LATE,)
    earlier = tuple(e for e in everything.entries if e.standing in late and e.occurrence.due_on < period.first)
    shown = [each.occurrence.id for each in (*board.entries, *earlier) if each.standing in late]
    return Report(
        period, unit, board, earlier, everything.over_open, following,
        load(following.first, following.last),
        find_reasons(session, shown), find_urgings(session, shown),
    )  # fmt: skip
