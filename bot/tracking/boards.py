"""Boards out of the database: occurrences with what their papers say, for `bot.reports`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.tracking.board import ALL, Board, Entry
from bot.tracking.lights import Judge
from bot.tracking.records import Occurrence, State
from bot.tracking.rows import kinds_of, of_agencies
from bot.tracking.rules import Rules, load_calendar, load_rules
from knowledge.agencies import Directory
from knowledge.doubts import doubt_note
from knowledge.errors import KehoachError
from knowledge.library import Library, LivePlan, LiveTask
from knowledge.progress import Standing
from knowledge.store.models import OccurrenceRow, VersionRow
from knowledge.text import fold, squeeze
from knowledge.wording import short_label, source_line

_AT_ONCE = 500


def load_board(
    session: Session,
    library: Library,
    directory: Directory,
    today: date,
    *,
    agency: str | None = None,
    plan: int | None = None,
    due_from: date | None = None,
    due_to: date | None = None,
    among: Collection[int] | None = None,
    called: str = "",
) -> Board:
    """What is owed by an agency, for a plan, or both; by everybody for everything when neither is given.

    Without days it holds single deadlines of all years, recurring ones of this year and of the next 90 days, and
    what is late; of plans whose years are over it holds what was due in them apart, unless the plan or days are
    asked for. It is made up by plan for an agency, else by agency.

    Args:
        today: of a day that is over, things stand as they did then.
        agency: as people name it; a group stands for its members.
        plan: its number in the database.
        due_from, due_to: only what is due on these days or between.
        among: only of these plans.
        called: what the days are called, for the title.

    Raises:
        KehoachError: no such agency.
    """
    rules, judge = load_rules(session), Judge(today, load_calendar(session))
    named = find_named(session, directory, agency, today) if agency is not None else None
    plans = among if plan is None else {plan} if among is None else {plan} & set(among)
    wanted = find_shown(session, judge, named.names if named else None, plans, due_from, due_to)
    papers = _Papers(session, library, wanted)
    notes = _find_notes(session, wanted)
    entries = tuple(_entry(each, judge, papers, rules, notes.get(each.id, "")) for each in wanted)
    titles = [*([named.title] if named else []), *([papers.label(plan)] if plan is not None else [])]
    apart = plan is None and due_from is None and due_to is None
    over = tuple(each for each in entries if apart and each.occurrence.is_of_past_year(today))
    counted = tuple(each for each in entries if not apart or not each.occurrence.is_of_past_year(today))
    title = " – ".join([*(titles or [ALL]), *([called] if called else [])])
    return Board(title, today, counted, by_plan=named is not None, over=over)


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the board somebody may see of what was asked for; the fields are `load_board`'s."""

    agency: str | None
    plan: int | None
    among: frozenset[int] | None


def scope_of(own: Sequence[str], watched: frozenset[int] | None, agency: str | None, plan: int | None) -> Scope:
    """A member sees the own agencies, who follows plans all that is of them, an administrator everything.

    Args:
        own: the member's agencies.
        watched: the plans that they follow; None: all, for an administrator.
        agency, plan: what was asked for.
    """
    if watched is None or agency in own:
        return Scope(agency, plan, None)
    if watched:
        return Scope(agency, plan, watched)
    return Scope(own[0] if own else "", None, None)


@dataclass(frozen=True, slots=True)
class Named:
    """Agencies that were asked for, and what to call them."""

    title: str
    names: frozenset[str]


def find_shown(
    session: Session,
    judge: Judge,
    agencies: Collection[str] | None,
    plans: Collection[int] | None = None,
    due_from: date | None = None,
    due_to: date | None = None,
    tasks: Collection[int] | None = None,
) -> list[Occurrence]:
    """The one choice of what is counted, by day: for boards, lights, digests, reports and answers; see `load_board`.

    What is of past years (`Occurrence.is_of_past_year`) is among it, for the caller to tell apart.

    Args:
        agencies: by their names today; None: all.
        plans: None: all.
        tasks: see `of_agencies`.
    """
    found = of_agencies(session, agencies, due_from or date.min, due_to or date.max, tasks, plans)
    wanted = [each.as_known_on(judge.today) for each in found if each.is_in_force(each.due_on)]
    if due_from is None and due_to is None:
        wanted = [each for each in wanted if judge.shows(each)]
    return wanted


def find_standings(session: Session, judge: Judge, plan: int) -> dict[int, set[tuple[Standing, date]]]:
    """How the tasks of a plan stand, as `find_shown` chooses of it, with the days owed; by task, light to read."""
    found: dict[int, set[tuple[Standing, date]]] = defaultdict(set)
    for kind, tasks in kinds_of(session, plan, judge.shown_until):
        known = kind.as_known_on(judge.today)
        if known.is_in_force(known.due_on) and judge.shows(known):
            stands = judge.standing(known), known.due_on
            for task in tasks:
                found[task].add(stands)
    return found


def find_counted(session: Session, judge: Judge, agencies: Collection[str]) -> list[Occurrence]:
    """What the board of these agencies counts, by day."""
    return [each for each in find_shown(session, judge, agencies) if not each.is_of_past_year(judge.today)]


class _Papers:
    """Plans and tasks of some occurrences."""

    def __init__(self, session: Session, library: Library, occurrences: Iterable[Occurrence]) -> None:
        self._session = session
        self._labels: dict[int, str] = {}
        self._plans: dict[int, LivePlan] = {each.id: each for each in library.plans()}
        self.tasks: dict[int, LiveTask] = {}
        ids = sorted({each.task for each in occurrences if each.task is not None})
        for at in range(0, len(ids), _AT_ONCE):
            self.tasks |= library.tasks_by_id(ids[at : at + _AT_ONCE])

    def label(self, plan: int) -> str:
        """How people name a plan; one that is no longer live by its newest version."""
        if plan not in self._labels:
            live = self._plans.get(plan)
            self._labels[plan] = short_label(live) if live else self._stored_name(plan)
        return self._labels[plan]

    def _stored_name(self, plan: int) -> str:
        newest = (
            select(VersionRow.name).where(VersionRow.plan_id == plan).order_by(VersionRow.version.desc()).limit(1)
        )
        return self._session.scalar(newest) or ""


def _entry(occurrence: Occurrence, judge: Judge, papers: _Papers, rules: Rules, note: str) -> Entry:
    live = papers.tasks.get(occurrence.task) if occurrence.task is not None else None
    task = live.task if live else None
    source = source_line(live.plan, live.task.source, live.task.number) if live else ""
    return Entry(
        occurrence,
        judge.standing(occurrence),
        papers.label(occurrence.plan),
        title=squeeze((task.activity or task.title) if task else occurrence.title),
        deadline=f"{squeeze(task.deadline.phrase)}{doubt_note(task, 'deadline')}" if task else "",
        product=squeeze(task.product or "") if task else "",
        source=source.removeprefix("Nguồn: ").removesuffix("."),
        follows=rules.following_unit(occurrence.plan),
        note=note,
    )


def _find_notes(session: Session, occurrences: Iterable[Occurrence]) -> dict[int, str]:
    """What was said with those that are reported, by their numbers."""
    ids = [each.id for each in occurrences if each.state in (State.DONE, State.REPORTED)]
    found: dict[int, str] = {}
    for at in range(0, len(ids), _AT_ONCE):
        wanted = OccurrenceRow.id.in_(ids[at : at + _AT_ONCE])
        found |= {
            id_: note or ""
            for id_, note in session.execute(select(OccurrenceRow.id, OccurrenceRow.note).where(wanted))
        }
    return found


def find_named(session: Session, directory: Directory, asked: str, today: date) -> Named:
    """The agencies of today that a name means; names that the directory does not know by their words.

    Raises:
        KehoachError: no such agency.
    """
    printed = session.scalars(select(OccurrenceRow.agency).distinct()).all()
    wanted = (directory.particular(asked), directory.words(asked))
    same = frozenset(name for name in printed if (own := directory.particular(name)) and own in wanted)
    if same:
        return Named(min(same), same)
    resolved = directory.resolve(asked)
    if resolved is not None:
        names = set(resolved.names)
        for name in resolved.names:
            names.update(directory.members(name, today) or directory.successors(name, today))
        return Named(_title(directory, resolved.names, today), frozenset(names))
    like = frozenset(name for name in printed if name and fold(asked) in fold(name))
    if not fold(asked) or not like:
        raise KehoachError(f"Không có cơ quan nào tên là “{asked}”.")
    return Named(next(iter(like)) if len(like) == 1 else asked, like)


def _title(directory: Directory, names: Collection[str], today: date) -> str:
    """The names, each as the agency is called today."""
    now = [heir for name in names for heir in directory.successors(name, today) or (name,)]
    return "; ".join(dict.fromkeys(now))
