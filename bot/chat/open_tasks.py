"""What agencies owe, as lists with lights and as the card of one thing: occurrences with what their papers say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from bot.channels.contract import FileOut
from bot.chat.paging import show_list
from bot.chat.questions import kept_source, source_buttons
from bot.chat.reminder_talk import answer_buttons, assign_buttons, room_of
from bot.chat.replanning import plan_first
from bot.chat.task_cards import task_card, task_row
from bot.chat.task_leads import leads_button
from bot.chat.turn import Button, Item, Turn
from bot.clock import HANOI
from bot.menus.choices import Action, Opened
from bot.people.records import Role
from bot.reports.colours import long_day
from bot.tracking.answering import Answering, answer_as
from bot.tracking.audience import Audience, Person, load_audience
from bot.tracking.extensions import WAITING
from bot.tracking.lights import Judge
from bot.tracking.progress import can_undo
from bot.tracking.records import NOT_OWED, Occurrence, State
from bot.tracking.remarks import find_remarks
from bot.tracking.results import FOLDER, given_name
from bot.tracking.rows import find_occurrences, of_agencies
from bot.tracking.rules import load_calendar, load_rules
from bot.tracking.transfers import moved_from
from bot.tracking.urging import can_be_urged, find_urgings, may_urge, told_urgings
from knowledge.library import LiveTask
from knowledge.progress import DONE, STATE_WORDS, Standing
from knowledge.store.models import ExtensionRow, OccurrenceRow
from knowledge.text import cut
from knowledge.wording import day, sentence_case

NEAR = timedelta(days=30)
"""A deadline within it is near."""
_AHEAD = timedelta(days=400)
_DONE_SHOWN = timedelta(days=365)
_TITLE = 90
_REMARKS = 3
"""The latest remarks on a duty that its card shows."""
SIGNS = {
    Standing.DONE_IN_TIME: "✅",
    Standing.DONE_LATE: "☑️",
    Standing.IN_TIME: "🟢",
    Standing.NEAR: "🟡",
    Standing.LATE: "🔴",
    Standing.BEFORE: "⚪",
}


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty by one day, for every agency of the member that owes it.

    Attributes:
        task: None where the plan is no longer live.
        doer: the colleague to whom it was given, if it was.
    """

    occurrences: tuple[Occurrence, ...]
    standing: Standing
    task: LiveTask | None
    doer: Person | None = None

    @property
    def first(self) -> Occurrence:
        """What they have in common."""
        return self.occurrences[0]

    @property
    def due(self) -> date:
        """The day owed now."""
        return self.first.due_on

    @property
    def action(self) -> Action:
        """Opens its card."""
        return {"do": "reminder", "ids": [each.id for each in self.occurrences]}

    def item(self, today: date, when: str | None = None) -> Item:
        """Its row in a list.

        Args:
            when: in place of the deadline and the days left.
        """
        if self.task is not None:
            row = task_row(self.task, today, self.due, when)
        else:
            row = f"{cut(self.first.title, _TITLE)} – {when or long_day(self.due)}"
        given = f" – giao {self.doer.name}" if self.doer is not None and self.first.state is State.OPEN else ""
        return Item(f"{SIGNS[self.standing]} {row}{given}", self.action)


def own_agencies(turn: Turn) -> tuple[str, ...]:
    """The agencies that the member answers for, the own one first; none where it is not known."""
    if turn.member is None:
        return ()
    app = turn.services.app
    with app.store.read() as session:
        audience = load_audience(session, app.directory, load_rules(session), turn.now.date())
    return audience.agencies_of(turn.member.id)


def find_obligations(turn: Turn, agencies: Collection[str]) -> list[Obligation]:
    """What the agencies owe, by day: open, and done within a year.

    Where nothing was ever planned (a chat that no service runs beside), it is planned now.
    """
    app, today = turn.services.app, turn.now.date()
    plan_first(turn)
    with app.store.read() as session:
        judge = Judge(today, load_calendar(session))
        found = of_agencies(session, agencies, date.min, today + _AHEAD)
        audience = load_audience(session, app.directory, load_rules(session), today)
    found = [each for each in found if _counts(each, judge)]
    ids = sorted({each.task for each in found if each.task is not None})
    tasks = app.library.tasks_by_id(ids)
    grouped: dict[tuple[int, date, State], list[Occurrence]] = {}
    for each in found:
        grouped.setdefault((each.duty, each.due_on, each.state), []).append(each)
    return [
        Obligation(tuple(group), judge.standing(group[0]), tasks.get(group[0].task or 0), _doer(audience, group))
        for group in grouped.values()
    ]


def given_to(owed: Iterable[Obligation], member: int) -> list[Obligation]:
    """What is open and was given to a member, by day."""
    return [each for each in owed if each.doer and each.doer.id == member and each.first.state is State.OPEN]


def near(owed: Iterable[Obligation], today: date) -> list[Obligation]:
    """Open, and due within `NEAR`."""
    coming = (Standing.NEAR, Standing.IN_TIME)
    return [each for each in owed if each.standing in coming and each.due <= today + NEAR]


def late(owed: Iterable[Obligation]) -> list[Obligation]:
    """Late ones first, then what was due before its plan was known here; the latest deadline first."""
    past = [each for each in owed if each.standing in (Standing.LATE, Standing.BEFORE)]
    return sorted(past, key=lambda each: (each.standing is Standing.BEFORE, -each.due.toordinal(), each.first.id))


def done(owed: Iterable[Obligation]) -> list[Obligation]:
    """Done ones, the latest deadline first."""
    return sorted((each for each in owed if each.standing in DONE), key=lambda each: each.due, reverse=True)


def next_of_tasks(owed: Sequence[Obligation]) -> dict[int, Obligation]:
    """By task, what stands for it in a list: what is late or next, else the last that is done."""
    order: list[Callable[[Obligation], bool]] = [
        lambda each: each.standing in (Standing.LATE, Standing.NEAR, Standing.IN_TIME),
        lambda each: each.standing is Standing.BEFORE,
        lambda each: each.standing in DONE,
    ]
    chosen: dict[int, Obligation] = {}
    for fits in order:
        for each in owed if order.index(fits) == 0 else reversed(owed):
            if each.task is not None and fits(each):
                chosen.setdefault(each.task.id, each)
    return chosen


def show_card(turn: Turn, action: Action, _opened: Opened) -> None:
    """All that is known of one thing owed, its own day and how it stands first; with what may be answered."""
    if turn.member is None:
        return
    app = turn.services.app
    with app.store.read() as session:
        answering = answer_as(session, app.directory, turn.member.id, turn.now, room_of(turn))
        found = find_occurrences(session, action["ids"])
        occurrences = [each for each in found.values() if each.state not in NOT_OWED]
        if not occurrences:
            turn.say("task_gone")
            return
        judge = Judge(turn.now.date(), load_calendar(session))
        rows = {
            row.id: row
            for row in session.scalars(select(OccurrenceRow).where(OccurrenceRow.id.in_([e.id for e in occurrences])))
        }
        stands, lines = _stands(turn, occurrences[0], judge), list[str]()
        if len({each.processing for each in occurrences}) == 1:
            lines.append(turn.text("card_state", state=STATE_WORDS[occurrences[0].processing]))
        for each in occurrences:
            lines += _told(turn, answering, each, rows[each.id])
        lines.append(turn.text("card_follow", unit=answering.audience.rules.following_unit(occurrences[0].plan)))
        buttons = _card_buttons(turn, answering, occurrences, rows)
        giving = _giving(turn, answering, occurrences)
        late = [e.id for e in occurrences if can_be_urged(e, judge) and may_urge(answering, e)]
        if late:
            buttons.append([Button(turn.text("button_urge"), {"do": "urge", "ids": late})])
    number = occurrences[0].task
    task = app.library.tasks_by_id([number]).get(number) if number is not None else None
    if task is not None:
        turn.dialogue.open_task(task.id, turn.generation)
    evidence = [kept_source(task)] if task else []
    head = task_card(task, turn.now.date()) if task else occurrences[0].title
    subject = {"evidence": evidence, "tasks": [task.id] if task else []}
    shown = [
        source_buttons(turn, evidence, [task] if task else []),
        leads_button(turn, task.id) if task else [],
        giving,
    ]
    turn.reply("\n".join([stands, head, *lines]), [*buttons, *(row for row in shown if row)], subject=subject)


def list_rest(turn: Turn, action: Action, _opened: Opened) -> None:
    """What a letter told by name and day only, each to be opened; those that are open still."""
    wanted, today = set(action["ids"]), turn.now.date()
    found = [
        each for each in find_obligations(turn, own_agencies(turn)) if wanted & {own.id for own in each.occurrences}
    ]
    items = [each.item(today) for each in found if each.first.state is State.OPEN]
    if items:
        show_list(turn, turn.text("rest_head", count=len(items)), items)
    else:
        turn.say("rest_done")


def give_file(turn: Turn, action: Action, _opened: Opened) -> None:
    """The file that came with "done"."""
    app = turn.services.app
    if turn.member is None:
        return
    with app.store.read() as session:
        row = session.get(OccurrenceRow, action["id"])
        answering = answer_as(session, app.directory, turn.member.id, turn.now, room_of(turn))
        kept = row.file if row is not None and _may_see(answering, row) else None
    path = app.settings.home / FOLDER / kept if kept else None
    if path is None or kept is None or not path.is_file():
        turn.say("file_gone")
        return
    turn.send_file("", FileOut(given_name(kept), path.read_bytes()))


def done_when(turn: Turn, standing: Standing, due: str) -> str:
    """That it is done, and whether in time."""
    return turn.text("done_late_row" if standing is Standing.DONE_LATE else "done_row", due=due)


def _doer(audience: Audience, owed: Iterable[Occurrence]) -> Person | None:
    given = (audience.assignment(each.duty, each.agency) for each in owed)
    return next((audience.person(each.member) for each in given if each is not None), None)


def _counts(occurrence: Occurrence, judge: Judge) -> bool:
    today = judge.today
    if judge.standing(occurrence) is Standing.BEFORE and not judge.shows(occurrence):
        return False
    if occurrence.state in (State.DONE, State.REPORTED):
        return occurrence.due_on >= today - _DONE_SHOWN
    return occurrence.task is not None and occurrence.is_in_force(max(today, occurrence.due_on))


def _stands(turn: Turn, occurrence: Occurrence, judge: Judge) -> str:
    standing = judge.standing(occurrence)
    left = (occurrence.due_on - turn.now.date()).days
    due = long_day(occurrence.due_on)
    if standing in DONE:
        line = sentence_case(f"{done_when(turn, standing, due)}.")
    elif left < 0:
        line = turn.text("card_past", due=due, days=-left)
    else:
        line = turn.text("card_left", due=due, days=left) if left else turn.text("card_today", due=due)
    if occurrence.due_on != occurrence.planned_on:
        line += " " + turn.text("card_put_off", date=day(occurrence.planned_on), due=day(occurrence.due_on))
    return f"{SIGNS[standing]} {line}"


def _told(turn: Turn, answering: Answering, occurrence: Occurrence, row: OccurrenceRow) -> list[str]:
    """What has been answered for one agency, and whether it owes it instead of another one."""
    lines = []
    if was := moved_from(answering.session, occurrence.duty, occurrence.agency):
        lines.append(turn.text("card_moved", was=was, agency=occurrence.agency))
    given = answering.audience.assignment(occurrence.duty, occurrence.agency)
    if given is not None and row.state == State.OPEN:
        who, by = answering.audience.name_of(given.member), answering.name_of(given.by)
        lines.append(turn.text("card_given", agency=occurrence.agency, name=who, by=by, date=day(given.on)))
    if row.acknowledged_at is not None and row.state == State.OPEN:
        when = day(row.acknowledged_at.astimezone(HANOI).date())
        who = answering.name_of(row.acknowledged_by)
        lines.append(turn.text("card_received", agency=occurrence.agency, name=who, date=when))
    if row.state in (State.DONE, State.REPORTED) and row.done_at is not None:
        when = day(row.done_at.astimezone(HANOI).date())
        who = answering.name_of(row.done_by)
        lines.append(turn.text("card_done", agency=occurrence.agency, name=who, date=when))
        if row.note:
            lines.append(turn.text("card_note", note=row.note))
        if row.file:
            lines.append(turn.text("card_file", file=given_name(row.file)))
        if row.state == State.REPORTED:
            unit = answering.audience.rules.confirming_unit(occurrence.plan) or turn.text("card_administrators")
            lines.append(turn.text("card_to_confirm", unit=unit))
        elif row.confirmed_at is not None:
            when = day(row.confirmed_at.astimezone(HANOI).date())
            lines.append(turn.text("card_confirmed", name=answering.name_of(row.confirmed_by), date=when))
    for each in find_remarks(answering, occurrence.id, _REMARKS):
        lines.append(turn.text(f"card_{each.kind.value}", name=each.by, date=day(each.on), told=each.text))
    urged = find_urgings(answering.session, [occurrence.id]).get(occurrence.id)
    if urged is not None:
        lines.append(turn.text("card_urged", agency=occurrence.agency, words=told_urgings(urged)))
    waiting = answering.session.scalar(
        select(ExtensionRow).where(ExtensionRow.occurrence_id == occurrence.id, ExtensionRow.state == WAITING)
    )
    if waiting is not None and row.state == State.OPEN:
        lines.append(turn.text("card_extension", wanted=day(waiting.wanted_on)))
    return lines


def _card_buttons(
    turn: Turn, answering: Answering, occurrences: Sequence[Occurrence], rows: dict[int, OccurrenceRow]
) -> list[list[Button]]:
    own = [each for each in occurrences if answering.may_answer(each.agency, each.duty)]
    buttons: list[list[Button]] = []
    open_ = [each for each in own if each.state is State.OPEN]
    if open_:
        received = all(each.acknowledged_on is not None for each in open_)
        buttons += answer_buttons(turn, [each.id for each in open_], received=received)
    if open_:
        ids = [each.id for each in open_]
        buttons.append(
            [
                Button(turn.text("button_progress"), {"do": "progress_ask", "ids": ids}),
                Button(turn.text("button_not_ours"), {"do": "not_ours_ask", "ids": ids}),
            ]
        )
    directed = [e.id for e in occurrences if e.state is State.OPEN and e not in own and answering.may_direct(e)]
    led = [e.id for e in open_ if Role.LEADER in answering.member.roles or answering.member.is_admin]
    if directed or led:
        buttons.append([Button(turn.text("button_direct"), {"do": "direct", "ids": [*led, *directed]})])
    waiting = [e.id for e in occurrences if e.state is State.REPORTED and answering.may_confirm(e.plan)]
    if waiting:
        buttons.append(
            [
                Button(turn.text("button_confirm"), {"do": "confirm", "ids": waiting}),
                Button(turn.text("button_return"), {"do": "return", "ids": waiting}),
            ]
        )
    fresh = [each.id for each in own if can_undo(rows[each.id], turn.now)]
    done = [each.id for each in own if each.state in (State.DONE, State.REPORTED)]
    if fresh:
        buttons.append([Button(turn.text("button_undo"), {"do": "reminder_undo", "ids": fresh})])
    elif done and turn.is_admin:
        buttons.append([Button(turn.text("button_reopen"), {"do": "reminder_undo", "ids": done})])
    files = [row for row in rows.values() if row.file and _may_see(answering, row)]
    for row in files if turn.capabilities.files_out else []:
        label = turn.text("button_file", file=cut(given_name(row.file or ""), 40))
        buttons.append([Button(label, {"do": "result_file", "id": row.id})])
    return buttons


def _giving(turn: Turn, answering: Answering, occurrences: Sequence[Occurrence]) -> list[Button]:
    """What can be done about who does it, for owners and leaders."""
    open_ = [each for each in occurrences if each.state is State.OPEN and answering.may_give(each.agency)]
    if not open_:
        return []
    given = any(answering.audience.assignment(each.duty, each.agency) for each in open_)
    return assign_buttons(turn, [each.id for each in open_], given=given)


def _may_see(answering: Answering, row: OccurrenceRow) -> bool:
    """Who answers for it, and who follows the plan."""
    return answering.may_answer(row.agency, row.duty_id) or answering.follows(row.duty_id)
