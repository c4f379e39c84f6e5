"""The tasks of the member's agency: near, late, all; and tasks found by words."""

from __future__ import annotations

from datetime import date, timedelta

from bot.conversation.choices import Action, Opened
from bot.conversation.paging import show_list
from bot.conversation.questions import kept_source, source_buttons, task_items
from bot.conversation.task_cards import task_card, task_row
from bot.conversation.visit import Button, Item, Visit
from knowledge.answers.objects import horizon
from knowledge.library import LiveTask
from knowledge.records import DeadlineKind
from knowledge.replies.duties import AgencyMatcher
from knowledge.text import syllables

NEAR = timedelta(days=30)
"""A deadline within it is near."""
_FOUND = 40
_GO_ON = {DeadlineKind.RECURRING, DeadlineKind.STANDING, DeadlineKind.OPEN_START}


def my_tasks(visit: Visit, _argument: str) -> None:
    """How many are near, late and in all, each to be opened."""
    agency = _agency(visit)
    if agency is None:
        return
    tasks, today = _led_by(visit, agency), visit.now.date()
    if not tasks:
        visit.say("no_tasks", agency=agency)
        return
    buttons = [
        [Button(visit.text("button_near", count=len(_near(tasks, today))), {"do": "my_list", "list": "near"})],
        [Button(visit.text("button_late", count=len(_late(tasks, today))), {"do": "my_list", "list": "late"})],
        [Button(visit.text("button_all", count=len(tasks)), {"do": "my_list", "list": "all"})],
    ]
    visit.reply(visit.text("my_tasks", agency=agency, count=len(tasks)), buttons)


def open_my_list(visit: Visit, action: Action, _opened: Opened) -> None:
    """One of the three lists."""
    {"near": near_tasks, "late": late_tasks, "all": all_tasks}[action["list"]](visit, "")


def near_tasks(visit: Visit, _argument: str) -> None:
    """Tasks due within `NEAR`, the nearest first."""
    agency = _agency(visit)
    if agency is None:
        return
    today = visit.now.date()
    due = _near(_led_by(visit, agency), today)
    if not due:
        visit.say("no_near", agency=agency, days=NEAR.days)
        return
    items = [Item(task_row(task, today, day), {"do": "task", "id": task.id}) for day, task in due]
    show_list(visit, visit.text("near_head", agency=agency, count=len(due), days=NEAR.days), items)


def late_tasks(visit: Visit, _argument: str) -> None:
    """Tasks whose last day has passed, the latest first."""
    agency = _agency(visit)
    if agency is None:
        return
    today = visit.now.date()
    late = _late(_led_by(visit, agency), today)
    if not late:
        visit.say("no_late", agency=agency)
        return
    items = [Item(task_row(task, today, day), {"do": "task", "id": task.id}) for day, task in late]
    head = visit.text("late_head", agency=agency, count=len(late))
    show_list(visit, head, items, tail=visit.text("late_note"))


def all_tasks(visit: Visit, _argument: str) -> None:
    """Every task that the agency leads, in the order of the papers."""
    agency = _agency(visit)
    if agency is None:
        return
    tasks = _led_by(visit, agency)
    show_list(visit, visit.text("all_head", agency=agency, count=len(tasks)), task_items(visit, tasks))


def search(visit: Visit, argument: str) -> None:
    """Tasks whose rows hold all of the words, the best first; where there are none, those that hold some."""
    words = syllables(argument)
    if not words:
        visit.dialogue.waiting = {"for": "search"}
        visit.say("ask_search")
        return
    with visit.services.app.library.snapshot() as library:
        hits = library.keyword(words, _FOUND)
        passages = library.passages_by_id([hit.passage_id for hit in hits])
        ids = [passages[hit.passage_id].task_id for hit in hits if hit.passage_id in passages]
        known = library.tasks_by_id([id_ for id_ in ids if id_ is not None])
    tasks = [known[id_] for id_ in dict.fromkeys(ids) if id_ is not None and id_ in known]
    tasks = [task for task in tasks if set(words) <= set(syllables(task.task.source.quote))] or tasks
    if not tasks:
        visit.say("search_nothing", words=argument)
        return
    show_list(visit, visit.text("search_head", words=argument, count=len(tasks)), task_items(visit, tasks))


def show_task(visit: Visit, action: Action, _opened: Opened) -> None:
    """All that the paper says of one task."""
    task = visit.services.app.library.tasks_by_id([action["id"]]).get(action["id"])
    if task is None:
        visit.say("task_gone")
        return
    visit.dialogue.open_task(task.id, visit.generation)
    evidence = [kept_source(task)]
    subject = {"evidence": evidence, "tasks": [task.id]}
    visit.reply(task_card(task, visit.now.date()), [source_buttons(visit, evidence, [task])], subject=subject)


def _agency(visit: Visit) -> str | None:
    """The member's agency; says how to give one where there is none."""
    agency = visit.member.agency if visit.member else ""
    if not agency:
        visit.say("no_agency")
        return None
    return agency


def _led_by(visit: Visit, agency: str) -> list[LiveTask]:
    """Tasks that the agency leads: by its name, by that of an office it took over, or in a group."""
    app = visit.services.app
    matcher = AgencyMatcher(app.directory)
    named = [office for office in app.library.offices() if _means(visit, matcher, office, agency)]
    wanted = set(named)
    return [task for task in app.library.tasks(None, offices=named) if wanted & set(task.task.lead)]


def _means(visit: Visit, matcher: AgencyMatcher, office: str, agency: str) -> bool:
    if matcher.names_any([office], [agency]):
        return True
    directory, today = visit.services.app.directory, visit.now.date()
    found = directory.resolve(office)
    names = found.names if found else ()
    heirs = (heir for name in names for heir in (*directory.successors(name, today), *directory.members(name, today)))
    return agency in heirs


def _near(tasks: list[LiveTask], today: date) -> list[tuple[date, LiveTask]]:
    due = ((day, task) for task in tasks for day in task.task.deadline.due_dates(horizon(today)))
    first: dict[int, tuple[date, LiveTask]] = {}
    for day, task in due:
        if today <= day <= today + NEAR:
            first.setdefault(task.id, (day, task))
    return sorted(first.values(), key=lambda pair: (pair[0], pair[1].id))


def _late(tasks: list[LiveTask], today: date) -> list[tuple[date, LiveTask]]:
    """Tasks whose last day has passed; recurring and standing ones are never over."""
    late = [
        (task.task.deadline.dates[-1], task)
        for task in tasks
        if task.task.deadline.dates
        and not _GO_ON & set(task.task.deadline.kinds)
        and task.task.deadline.dates[-1] < today
    ]
    return sorted(late, key=lambda pair: (-pair[0].toordinal(), pair[1].id))
