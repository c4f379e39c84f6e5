"""The report of a period: what it counts, out of the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.reports.report_periods import Period
from bot.tracking.board import ALL, Board, Entry, Item
from bot.tracking.boards import load_board
from bot.tracking.urging import Urgings, find_urgings
from bot.tracking.watching import find_reasons
from knowledge.agencies import Directory
from knowledge.library import Library
from knowledge.progress import Standing


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Attributes:
        unit: who reports.
        board: what was due in the period, on its last day of figures.
        earlier: what was due before and is late still.
        over: how many of papers of past years are not done: in no count.
        following: the next period; `coming` is what is due in it.
        reasons, urgings: of those that are late, by number.
    """

    period: Period
    unit: str
    board: Board
    earlier: tuple[Entry, ...]
    over: int
    following: Period
    coming: Board
    reasons: Mapping[int, str]
    urgings: Mapping[int, Urgings]

    @property
    def late(self) -> list[Entry]:
        """What was due in the period and is late."""
        return [entry for entry in self.board.entries if entry.standing is Standing.LATE]

    @property
    def waiting(self) -> list[Entry]:
        """What was due in the period, is reported and waits for a yes."""
        return [entry for entry in self.board.entries if entry.occurrence.is_waiting]

    @property
    def next_items(self) -> list[Item]:
        """What is to be done in the next period, one a task and day."""
        return self.coming.items((Standing.NEAR, Standing.IN_TIME))

    @property
    def subject(self) -> str:
        """Whom or what it is about, where that is not everything."""
        return "" if self.board.title in (ALL, self.unit) else self.board.title


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
