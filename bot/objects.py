"""JSON objects of the contracts that need more than the papers: the same for the command and for other systems.

What a paper alone tells stands in `knowledge.objects`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.app import App
from bot.channels.contract import ChannelName, Sender
from bot.tracking.board import Board, Entry
from knowledge.library import LiveTask
from knowledge.objects import Json, progress_json, task_json
from knowledge.progress import Standing, State
from knowledge.qa.compose.answer import Answer, answer_json

if TYPE_CHECKING:
    from bot.tracking.records import Digest, Planned

_FEW = 500
"""Tasks whose progress is asked for by number; of more, that of their whole plans is read."""


def task_objects(app: App, found: Sequence[LiveTask]) -> Iterator[Json]:
    """The Task object of each task, with its `progress`."""
    tracked: dict[int | None, list[Json]] = {}
    plans = {task.plan.id for task in found} & app.tracking.tracked()
    tasks = [task.id for task in found] if len(found) <= _FEW else None
    for each in app.tracking.find(app.library, app.today, plans=plans, tasks=tasks) if plans else ():
        tracked.setdefault(each.task, []).append(progress_json(each))
    for task in found:
        yield {**task_json(task, app.today), "progress": tracked.get(task.id, [])}


def answer_object(app: App, name: object, answer: Answer) -> Json:
    """The Answer object.

    Args:
        name: its `id`, as whoever asked calls the question.
    """
    told = answer_json(answer, app.today) | {"tasks": [*task_objects(app, answer.tasks)]}
    return {"id": name, **told}


def board_object(board: Board) -> Json:
    """The Progress object but for its `items`: what is counted, on which day, and of whom or of which plan.

    `counts` and those of `groups` (plans where an agency was asked for, else agencies) are by standing.
    """
    return {
        "title": board.title,
        "as_of": board.today.isoformat(),
        "counts": _counts(board.counts),
        "waiting": board.waiting,
        "open_of_past_years": board.over_open,
        "groups": [{"name": group.name, "counts": _counts(group.counts)} for group in board.groups()],
    }


def entry_object(entry: Entry) -> Json:
    """One of the `items` of the Progress object: what one agency owes for one day."""
    owed = entry.occurrence
    return {
        "plan": entry.plan,
        "task": owed.task,
        "title": entry.title,
        "product": entry.product or None,
        "agency": owed.agency,
        "deadline_text": entry.deadline,
        "due_on": owed.due_on.isoformat(),
        "state": owed.processing.value,
        "standing": entry.standing.value,
        "done_on": owed.done_on.isoformat() if owed.done_on and owed.processing is State.DONE else None,
        "extended_to": owed.due_on.isoformat() if owed.due_on != owed.planned_on else None,
    }


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """One message to come.

    Attributes:
        task: the task's title; of a digest those that it is about by name, else None, as are `plan`, `due_on` and
            `days_left`.
    """

    send_at: str
    person: str
    channel: str | None
    agency: str
    plan: str | None
    task: str | None
    due_on: str | None
    kind: str
    days_left: int | None

    def json(self) -> Json:
        """The Reminder object."""
        return asdict(self)


def reminder_lines(app: App, now: datetime, days: int) -> Iterator[ReminderLine]:
    """What is to be sent to whom from `now` through that many days later, as things stand; writes nothing."""
    from bot.notify.planning import preview

    first = now.date()
    planned = preview(app.store, app.library, app.directory, first, first + timedelta(days=days), now)
    return _lines(app, planned)


def _lines(app: App, planned: Iterable[Planned | Digest]) -> Iterator[ReminderLine]:
    from bot.tracking.records import Digest
    from bot.tracking.rules import load_rules

    people = {member.id: member.name for member in app.people.list()}
    plans = {plan.id: plan.name for plan in app.library.plans()}
    titles = {task.id: task.task.title for task in app.library.tasks()}
    with app.store.read() as session:
        rules = load_rules(session)
    channels = {
        member: _first_channel(accounts, rules.channel(member)) for member, accounts in app.people.channels().items()
    }
    for each in planned:
        person, channel = _recipient(each, people, channels)
        at = each.send_at.isoformat(timespec="minutes")
        if isinstance(each, Digest):
            named = "; ".join(titles[number] for number in each.payload.get("tasks", ()) if number in titles)
            yield ReminderLine(at, person, channel, each.agency, None, named or None, None, "digest", None)
        else:
            own = each.occurrence
            task = titles.get(own.task or 0, own.title)
            yield ReminderLine(
                at,
                person,
                channel,
                each.agency,
                plans.get(own.plan),
                task,
                own.due_on.isoformat(),
                each.step.kind.value,
                each.days_left,
            )


def _first_channel(accounts: Sequence[Sender], wanted: ChannelName | None) -> str | None:
    """Where a member is written to first."""
    names = [account.channel for account in accounts]
    first = wanted if wanted in names else next(iter(names), None)
    return first.value if first else None


def _recipient(
    each: Planned | Digest, people: Mapping[int, str], channels: Mapping[int, str | None]
) -> tuple[str, str | None]:
    chat, member = each.recipient.chat, each.recipient.member
    if chat is not None:
        return f"nhóm {chat.chat}", chat.channel.value
    return people.get(member or 0, ""), channels.get(member or 0)


def _counts(counts: Counter[Standing]) -> Json:
    return {standing.value: counts[standing] for standing in Standing if counts[standing]}
