"""The tasks of the member's agencies: near, late, done, all; and tasks found by words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.chat.correcting import correction_rows, show_draft_task
from bot.chat.finding_tasks import find_tasks
from bot.chat.open_tasks import (
    NEAR,
    done,
    done_when,
    find_obligations,
    given_to,
    late,
    near,
    next_of_tasks,
    own_agencies,
)
from bot.chat.paging import show_list
from bot.chat.questions import kept_source, source_buttons, task_items
from bot.chat.task_cards import task_card, task_row
from bot.chat.task_leads import leads_button
from bot.chat.task_progress import standing_button
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.reports.colours import boxes_line
from bot.tracking.boards import find_shown
from bot.tracking.lights import Judge
from bot.tracking.rules import load_calendar
from knowledge.library import LiveTask
from knowledge.progress import DONE, Standing
from knowledge.qa.replies.duties import AgencyMatcher
from knowledge.text import syllables
from knowledge.wording import day, join_names


def my_tasks(turn: Turn, _argument: str) -> None:
    """How many are late, near, done and in all, each to be opened."""
    agencies = _agencies(turn)
    if not agencies:
        return
    found, tasks, today = find_obligations(turn, agencies), _led_by(turn, agencies), turn.now.date()
    if not tasks and not found:
        turn.say("no_tasks", agency=_named(agencies))
        return
    lights = _lights(turn, agencies)
    lists = [
        (turn.text("button_near", count=len(near(found, today))), "near"),
        (turn.text("button_late", count=len(late(found))), "late"),
        (turn.text("button_done_list", count=len(done(found))), "done"),
        (turn.text("button_all", count=len(tasks)), "all"),
    ]
    own = given_to(found, turn.member.id if turn.member else 0)
    if own:
        lists.insert(0, (turn.text("button_given", count=len(own)), "given"))
    buttons = [[Button(label, {"do": "my_list", "list": which})] for label, which in lists]
    head = turn.text("my_tasks", agency=_named(agencies), count=len(tasks))
    turn.reply(f"{head}\n{lights}", buttons)


def open_my_list(turn: Turn, action: Action, _opened: Opened) -> None:
    """One of the lists."""
    lists = {"near": near_tasks, "late": late_tasks, "done": done_tasks, "all": all_tasks, "given": given_tasks}
    lists[action["list"]](turn, "")


def given_tasks(turn: Turn, _argument: str) -> None:
    """What was given to the member by the agency's owner or leader."""
    agencies, today = _agencies(turn), turn.now.date()
    own = given_to(find_obligations(turn, agencies), turn.member.id if turn.member else 0) if agencies else []
    if not own:
        turn.say("no_given")
        return
    show_list(turn, turn.text("given_head", count=len(own)), [each.item(today) for each in own])


def near_tasks(turn: Turn, _argument: str) -> None:
    """What is due within `NEAR`, the nearest first."""
    agencies, today = _agencies(turn), turn.now.date()
    if not agencies:
        return
    due = near(find_obligations(turn, agencies), today)
    if not due:
        turn.say("no_near", agency=_named(agencies), days=NEAR.days)
        return
    head = turn.text("near_head", agency=_named(agencies), count=len(due), days=NEAR.days)
    show_list(turn, head, [each.item(today) for each in due])


def late_tasks(turn: Turn, _argument: str) -> None:
    """What is late, then what was over before its plan was loaded; the latest deadline first."""
    agencies, today = _agencies(turn), turn.now.date()
    if not agencies:
        return
    past = late(find_obligations(turn, agencies))
    if not past:
        turn.say("no_late", agency=_named(agencies))
        return
    head = turn.text("late_head", agency=_named(agencies), count=len(past))
    before = any(each.standing is Standing.BEFORE for each in past)
    tail = turn.text("late_note") if before else ""
    show_list(turn, head, [each.item(today) for each in past], tail=tail)


def done_tasks(turn: Turn, _argument: str) -> None:
    """What has been reported as done within a year."""
    agencies, today = _agencies(turn), turn.now.date()
    if not agencies:
        return
    finished = done(find_obligations(turn, agencies))
    if not finished:
        turn.say("no_done", agency=_named(agencies))
        return
    head = turn.text("done_head", agency=_named(agencies), count=len(finished))
    items = [each.item(today, done_when(turn, each.standing, day(each.due))) for each in finished]
    show_list(turn, head, items)


def all_tasks(turn: Turn, _argument: str) -> None:
    """Every task that the agencies lead, in the order of the papers, with what is next of each."""
    agencies, today = _agencies(turn), turn.now.date()
    if not agencies:
        return
    tasks, following = _led_by(turn, agencies), next_of_tasks(find_obligations(turn, agencies))
    items = []
    for task in tasks:
        owed = following.get(task.id)
        if owed is None:
            items.append(Item(task_row(task, today), {"do": "task", "id": task.id}))
        elif owed.standing in DONE:
            items.append(owed.item(today, done_when(turn, owed.standing, day(owed.due))))
        else:
            items.append(owed.item(today))
    show_list(turn, turn.text("all_head", agency=_named(agencies), count=len(tasks)), items)


def search(turn: Turn, argument: str) -> None:
    """Tasks whose rows hold all of the words, the best first; where there are none, those that hold some."""
    if not syllables(argument):
        turn.dialogue.waiting = {"for": "search"}
        turn.say("ask_search")
        return
    tasks = find_tasks(turn, argument)
    if not tasks:
        turn.say("search_nothing", words=argument)
        return
    show_list(turn, turn.text("search_head", words=argument, count=len(tasks)), task_items(turn, tasks))


def show_task(turn: Turn, action: Action, _opened: Opened) -> None:
    """All that the paper says of one task."""
    task = turn.services.app.library.tasks_by_id([action["id"]]).get(action["id"])
    if task is None:
        show_draft_task(turn, action["id"])
        return
    turn.dialogue.open_task(task.id, turn.generation)
    evidence = [kept_source(task)]
    subject = {"evidence": evidence, "tasks": [task.id]}
    rows = [
        source_buttons(turn, evidence, [task]),
        [*standing_button(turn, task.id), *leads_button(turn, task.id)],
        *correction_rows(turn, task),
    ]
    turn.reply(task_card(task, turn.now.date()), [row for row in rows if row], subject=subject)


def _agencies(turn: Turn) -> tuple[str, ...]:
    """The agencies that the member answers for; says how to give one where there is none."""
    agencies = own_agencies(turn)
    if not agencies:
        turn.say("no_agency")
    return agencies


def _lights(turn: Turn, agencies: Sequence[str]) -> str:
    """How many stand where: what their board counts, and what it tells apart."""
    with turn.services.app.store.read() as session:
        judge = Judge(turn.now.date(), load_calendar(session))
        shown = find_shown(session, judge, agencies)
    counts = Counter(judge.standing(each) for each in shown if not each.is_of_past_year(judge.today))
    over = sum(each.is_of_past_year(judge.today) and judge.standing(each) not in DONE for each in shown)
    line = boxes_line(turn.services.texts.say, counts)
    if counts[Standing.BEFORE]:
        line += turn.text("my_lights_before", count=counts[Standing.BEFORE])
    return line + (turn.text("my_lights_over", count=over) if over else "")


def _named(agencies: Sequence[str]) -> str:
    return join_names(agencies)


def _led_by(turn: Turn, agencies: Sequence[str]) -> list[LiveTask]:
    """Tasks that the agencies lead: by their names, by that of an office they took over, or in a group."""
    app = turn.services.app
    matcher = AgencyMatcher(app.directory)
    offices = app.library.offices()
    named = [office for office in offices if any(_means(turn, matcher, office, agency) for agency in agencies)]
    wanted = set(named)
    return [task for task in app.library.tasks(None, offices=named, leading=True) if wanted & set(task.task.lead)]


def _means(turn: Turn, matcher: AgencyMatcher, office: str, agency: str) -> bool:
    """Whether a printed office is the agency, has it for its successor, or holds it: a commune is of all communes."""
    directory, today = turn.services.app.directory, turn.now.date()
    if particular := directory.particular(office):
        return particular in (directory.particular(agency), directory.words(agency))
    placed = directory.resolve(agency)
    own = {agency, placed.group} if placed and placed.group else {agency}
    if matcher.names_any([office], [*own]) or matcher.includes_any([office], [*own], today):
        return True
    found = directory.resolve(office)
    heirs = (heir for name in (found.names if found else ()) for heir in directory.successors(name, today))
    return not own.isdisjoint(heirs)
