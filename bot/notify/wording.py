"""The words of reminders and notices: what, by when, to whom to report, where it stands; and what may be answered.

Sentences are those of `bot/menus/texts.yaml`. Digests are worded in `digests`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.menus.choices import Action
from bot.menus.messages import Button, Item, Message, in_rows
from bot.menus.texts import Texts
from bot.notify.checks import Subject
from bot.notify.personal import SAY as PERSONAL_SAY
from bot.tracking.records import Kind, Occurrence
from bot.tracking.rules import Rules
from bot.tracking.schedule import OVERDUE_TIMES
from knowledge.doubts import is_undated
from knowledge.library import LiveTask
from knowledge.text import cut, cut_phrase
from knowledge.wording import day, ended, join_names, short_label, source_line, told_beside, told_no_lead

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
IN_FULL = 5
"""Items of one letter that are told in full; of the others the name and the day, on one screen or two."""
_NAME = 160
"""Characters of a task's name where it is told in full: three lines on a phone."""
_SHORT = 110
"""The same by name and day; the whole stands on the card."""
_PHRASE = 80
_LONG = 300
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_FURTHER = ("by", "told", "reason", "note", "file")
"""What a notice may say besides, each on a line of its own."""
_OF_ONE = {
    "reminder_done",
    "reminder_reported",
    "reminder_undone",
    "reminder_returned",
    "extension_asked",
    "extension_granted",
    "extension_declined",
    "direction_given",
    "difficulty_told",
    "transfer_asked",
    "transfer_received",
    "assigned",
}
"""Notices about what still stands in a plan: they say where."""
_BY = {
    "extension_granted": "reminder_decided_by",
    "extension_declined": "reminder_decided_by",
    "reminder_undone": "reminder_reopened_by",
    "reminder_confirmed": "reminder_confirmed_by",
    "reminder_returned": "reminder_returned_by",
    "direction_given": "reminder_directed_by",
    "transfer_moved": "reminder_decided_by",
    "transfer_kept": "reminder_decided_by",
    "transfer_received": "reminder_decided_by",
    "assigned": "reminder_given_by",
    "unassigned": "reminder_taken_by",
    "stand_in": "reminder_absent",
    "stand_in_over": "reminder_absent",
    "absence_noted": "reminder_substitute",
    "handover_asked": "reminder_absent",
    "handover_received": "reminder_absent",
}
"""What whoever did it is called, where that is not who reports."""


@dataclass(frozen=True)
class Matter:
    """What one reminder is about: the same duty and day, of one agency or of several.

    Attributes:
        subjects: one an agency, of the same kind.
        live: the task; None when its version was replaced a moment ago.
    """

    subjects: tuple[Subject, ...]
    live: LiveTask | None

    @property
    def occurrence(self) -> Occurrence:
        """One of them: what is common to all."""
        found = self.subjects[0].occurrence
        if found is None:
            raise ValueError("a reminder of nothing")
        return found

    @property
    def ids(self) -> list[int]:
        """Numbers of the occurrences."""
        return sorted(each.item.occurrence for each in self.subjects)

    @property
    def name(self) -> str:
        """Of the step: "lead:14"."""
        return self.subjects[0].item.name.partition("@")[0]

    @property
    def kind(self) -> Kind:
        """Of the message."""
        return self.subjects[0].item.kind

    @property
    def agencies(self) -> str:
        """Who owes it."""
        return join_names(sorted({each.occurrence.agency for each in self.subjects if each.occurrence}))

    @property
    def title(self) -> str:
        """What it is called in a list."""
        return (self.live.task.activity or self.live.task.title) if self.live else self.occurrence.title

    @property
    def answered(self) -> bool:
        """Whoever reads it may answer for it."""
        return self.name not in ("help", "follow")

    def late_since(self, today: date) -> date | None:
        """The day on which it was to go, if that is not today."""
        planned = min(each.planned_on for each in self.subjects)
        return planned if planned < today else None


class Wording:
    """Letters out of what is to be told.

    Args:
        today: the day of sending, in Việt Nam.
        name_of: what a member is called; empty for one who is gone.
        doer_of: the member to whom something owed was given; None where it was given to nobody.
    """

    def __init__(
        self,
        texts: Texts,
        rules: Rules,
        today: date,
        name_of: Callable[[int], str],
        doer_of: Callable[[Occurrence], int | None] = lambda _: None,
    ) -> None:
        self._say = texts.say
        self._rules = rules
        self._today = today
        self._name_of = name_of
        self._doer_of = doer_of

    def letter(
        self,
        subjects: Sequence[Subject],
        tasks: Mapping[int, LiveTask],
        further: Sequence[Subject] = (),
        told: Mapping[int, Collection[int]] | None = None,
    ) -> Message:
        """One letter for reminders and notices that go together.

        Args:
            further: what the next letter to the same reader has (`part`).
            told: to a group chat: by row, the members of the agency who have the same in a letter of their own; here
                it is short then.
        """
        told = told or {}
        matters = _matters(subjects, tasks)
        notices = [each for each in subjects if each.item.kind is Kind.NOTICE]
        if len(matters) == 1 and not notices:
            return self._one(matters[0], told)
        if len(notices) == 1 and not matters:
            return self._notice_alone(notices[0], tasks)
        return self._many(matters, notices, tasks, _items(further), told)

    def left(self, due: date) -> str:
        """How far off a deadline is, in days of the calendar."""
        days = (due - self._today).days
        if days == 0:
            return self._say("reminder_today")
        return self._say("reminder_left", days=days) if days > 0 else self._say("reminder_over", days=-days)

    def _one(self, matter: Matter, told: Mapping[int, Collection[int]]) -> Message:
        if _is_told(matter, told):
            lines = [self._task_line(matter), self._due_line(matter), self._told_to([matter], told)]
        else:
            lines = [*self._task_lines(matter), *self._last_lines(matter)]
        if matter.answered:
            lines.append(self._say("reminder_ask"))
        buttons = in_rows(self.answers(matter.ids)) if matter.answered else ()
        return Message("\n".join([self._head(matter), *lines]), buttons=buttons)

    def _many(
        self,
        matters: Sequence[Matter],
        notices: Sequence[Subject],
        tasks: Mapping[int, LiveTask],
        further: int,
        told: Mapping[int, Collection[int]],
    ) -> Message:
        in_full, entries = 0, list[Item]()
        for matter in sorted(matters, key=_urgency):
            brief = in_full == IN_FULL or _is_told(matter, told)
            in_full += not brief
            entries.append(self._brief_entry(matter) if brief else self._entry(matter))
        units = {
            self._unit(matter)
            for matter in matters
            if matter.answered and self._unit(matter) != matter.agencies and not _is_told(matter, told)
        }
        for each in notices:
            whole = self._notice(each, tasks)
            said = whole if in_full < IN_FULL else whole.partition("\n")[0]
            entries.append(Item(said, _card_of(each)))
            in_full += 1
        asked = [matter for matter in matters if matter.answered]
        ids = sorted({number for matter in asked for number in matter.ids})
        tail = [self._say("reminder_report", agency=join_names(sorted(units)))] if units else []
        if any(_is_told(matter, told) for matter in matters):
            tail.append(self._told_to(matters, told))
        if further:
            tail.insert(0, self._say("reminder_further", count=further))
        if asked:
            tail.append(self._say("reminder_ask_many"))
        everything = Button(self._say("reminder_button_received_all"), {"do": "reminder_received", "ids": ids})
        in_time = any(matter.kind in (Kind.LEAD, Kind.DUE) for matter in asked)
        rest = [entry.action["ids"] for entry in entries if entry.brief and entry.action]
        if len(rest) == 1:  # its number is no longer than a button for all such
            entries, rest = [replace(entry, brief=False) for entry in entries], []
        look: Action = {"do": "reminder_rest", "ids": sorted({number for own in rest for number in own})}
        label = self._say("reminder_button_rest" if in_full else "reminder_button_look_all", count=len(rest))
        buttons = ((Button(label, look),),) if rest else ()
        return Message(
            self._say("reminder_head_many", count=len(entries)),
            items=entries,
            tail="\n".join(tail),
            buttons=buttons,
            first=everything if len(asked) > 1 and in_time else None,
        )

    def _head(self, matter: Matter) -> str:
        left = self.left(matter.occurrence.due_on)
        if matter.name in ("help", "leader", "follow"):
            return self._say(f"reminder_head_{matter.name}", left=left)
        if time := _time(matter):
            return self._say("reminder_head_overdue", count=time, total=OVERDUE_TIMES, left=left)
        return self._say("reminder_head", left=left)

    def _task_lines(self, matter: Matter) -> list[str]:
        live = matter.live
        title = live.task.title if live else matter.occurrence.title
        lines = [self._say("reminder_task", task=ended(cut_phrase(title, _LONG)))]
        if live and live.task.activity and live.task.activity != live.task.title:
            lines.append(self._say("reminder_activity", task=ended(cut_phrase(live.task.activity, _LONG))))
        if live and live.task.product:
            lines.append(self._say("reminder_product", product=ended(cut_phrase(live.task.product, _LONG))))
        return lines

    def _task_line(self, matter: Matter) -> str:
        return self._say("reminder_task", task=ended(cut_phrase(matter.title, _NAME)))

    def _due_line(self, matter: Matter) -> str:
        own = matter.occurrence
        return self._say("reminder_due", due=due_words(own), left=self.left(own.due_on) + _due_beside(matter.live))

    def _told_to(self, matters: Sequence[Matter], told: Mapping[int, Collection[int]]) -> str:
        """To a group chat: who of the agency has these in full, in a chat of their own."""
        rows = [each.item.id for matter in matters if _is_told(matter, told) for each in matter.subjects]
        members = sorted({member for row in rows for member in told[row]})
        return self._say("reminder_told_to", name=join_names(filter(None, map(self._name_of, members))))

    def _last_lines(self, matter: Matter) -> list[str]:
        late = matter.late_since(self._today)
        lines = [self._due_line(matter)]
        if owing := self._owing(matter) if matter.kind is Kind.ESCALATION else self._lead(matter):
            lines.append(owing)
        lines += self._doers(matter)
        if matter.answered and self._unit(matter) != matter.agencies:
            lines.append(self._say("reminder_report", agency=self._unit(matter)))
        if matter.live:
            lines.append(source_line(matter.live.plan, matter.live.task.source, matter.live.task.number))
        if late:
            lines.append(self._say("reminder_late", date=weekday(late)))
        return lines

    def _brief_entry(self, matter: Matter) -> Item:
        """By name and day, with what the reader is to it where it is not the reader's own."""
        parts = [ended(self._row(matter, _SHORT))]
        if matter.name == "help":
            parts.append(self._say("reminder_row_helping"))
        elif matter.kind is Kind.ESCALATION and matter.agencies:
            parts.append(self._say("reminder_owing", agencies=matter.agencies))
        return self._as_entry(matter, parts, brief=True)

    def _row(self, matter: Matter, limit: int) -> str:
        own = matter.occurrence
        left = self.left(own.due_on) + _due_beside(matter.live)
        return self._say("reminder_row", task=cut_phrase(matter.title, limit), due=due_words(own), left=left)

    def _as_entry(self, matter: Matter, parts: Sequence[str], *, brief: bool = False) -> Item:
        action: Action | None = {"do": "reminder", "ids": matter.ids} if matter.answered else None
        return Item(" ".join(parts), action, brief)

    def _entry(self, matter: Matter) -> Item:
        live, late = matter.live, matter.late_since(self._today)
        plan = f" – {short_label(live.plan)}" if live else ""
        parts = [ended(self._row(matter, _NAME) + plan)]
        if live and live.task.product:
            parts.append(self._say("reminder_row_product", product=ended(cut_phrase(live.task.product, _NAME))))
        if time := _time(matter):
            parts.append(self._say("reminder_row_overdue", count=time, total=OVERDUE_TIMES))
        elif matter.name == "help":
            parts.append(self._helping(matter))
        elif matter.kind is Kind.ESCALATION:
            parts.append(self._owing(matter))
        elif _lead_beside(live):
            parts.append(self._lead(matter))
        parts += self._doers(matter)
        if late:
            parts.append(self._say("reminder_row_late", date=weekday(late)))
        return self._as_entry(matter, parts)

    def _lead(self, matter: Matter) -> str:
        """A sentence of who leads, with what is doubtful of that; or of that nobody is named."""
        if matter.agencies:
            return self._say("reminder_lead", agency=matter.agencies + _lead_beside(matter.live))
        return f"{told_no_lead(matter.live)}." if matter.live else self._say("reminder_no_lead")

    def _doers(self, matter: Matter) -> list[str]:
        """To whom it was given inside the agencies: nobody does it twice."""
        owed = (each.occurrence for each in matter.subjects if each.occurrence)
        doers = [self._name_of(doer) for own in owed if (doer := self._doer_of(own)) is not None]
        return [self._say("reminder_doer", name=join_names(dict.fromkeys(doers)))] if doers else []

    def _owing(self, matter: Matter) -> str:
        """To leaders and the following unit: every agency that is late, and whether it has said anything."""
        if not matter.agencies:
            return self._lead(matter)
        owing = sorted((each.occurrence for each in matter.subjects if each.occurrence), key=lambda own: own.agency)
        told = [
            self._say("reminder_owing_received", agency=own.agency, date=day(own.acknowledged_on))
            if own.acknowledged_on
            else self._say("reminder_owing_silent", agency=own.agency)
            for own in owing
        ]
        return self._say("reminder_owing", agencies="; ".join(told) + _lead_beside(matter.live))

    def _helping(self, matter: Matter) -> str:
        """To a coordinating agency, in a row of a list: whom it helps."""
        if matter.agencies:
            return self._say("reminder_row_help", agency=matter.agencies + _lead_beside(matter.live))
        return f"{self._say('reminder_row_helping')} {self._lead(matter)}"

    def _notice_alone(self, subject: Subject, tasks: Mapping[int, LiveTask]) -> Message:
        """The notice; a request for more time with what may be decided, a result with the way to its file."""
        payload = subject.item.payload or {}
        buttons: tuple[tuple[Button, ...], ...] = ()
        if payload.get("say") == "extension_asked":
            number = int(subject.item.name.rpartition(":")[2])
            grant: Action = {"do": "extension_grant", "id": number}
            decline: Action = {"do": "extension_decline", "id": number}
            buttons = (
                (
                    Button(self._say("reminder_button_grant"), grant),
                    Button(self._say("reminder_button_decline"), decline),
                ),
            )
        elif payload.get("say") == "assigned":
            buttons = in_rows(self.answers([subject.item.occurrence]))
        elif payload.get("say") == "handover_asked":
            which = {"id": int(subject.item.name.rpartition(":")[2])}
            grant, decline = {"do": "handover_agree", **which}, {"do": "handover_decline", **which}
            agree = Button(self._say("reminder_button_agree"), grant)
            buttons = ((agree, Button(self._say("reminder_button_decline"), decline)),)
        elif payload.get("say") == PERSONAL_SAY:
            again: Action = {"do": "personal_again", "id": int(subject.item.name.rpartition(":")[2])}
            buttons = ((Button(self._say("reminder_button_later"), again),),)
        elif shown := payload.get("buttons"):
            buttons = (tuple(Button(self._say(f"reminder_button_{label}"), action) for label, action in shown),)
        elif payload.get("file"):
            look: Action = {"do": "reminder", "ids": [subject.item.occurrence]}
            buttons = ((Button(self._say("reminder_button_look"), look),),)
        return Message(self._notice(subject, tasks), buttons=buttons)

    def _notice(self, subject: Subject, tasks: Mapping[int, LiveTask]) -> str:
        payload = dict(subject.item.payload or {})
        values: dict[str, Any] = {"agency": subject.item.agency, **_dates(payload)}
        if isinstance(values.get("by"), int):
            values["by"] = self._name_of(values["by"])
        if isinstance(values.get("heir"), int):
            values["name"] = self._name_of(values["heir"])
        if subject.occurrence is not None:
            own = subject.occurrence
            values = {"title": own.title, "agency": own.agency, "due": due_words(own), "plan": ""} | values
        lines = [self._say(str(payload["say"]), **values)]
        for name in _FURTHER:
            if values.get(name):
                say = _BY.get(payload["say"], "reminder_by") if name == "by" else f"reminder_{name}"
                lines.append(self._say(say, **{name: ended(cut(str(values[name]), _LONG))}))
        live = tasks.get(subject.occurrence.task or 0) if subject.occurrence and payload["say"] in _OF_ONE else None
        if live is not None:
            lines.append(source_line(live.plan, live.task.source, live.task.number))
        planned = subject.planned_on
        if planned < self._today:
            lines.append(self._say("reminder_late", date=weekday(planned)))
        return "\n".join(lines)

    def answers(self, ids: Sequence[int]) -> list[Button]:
        """What an owner may answer about one item."""
        return [
            Button(self._say(f"reminder_button_{name}"), {"do": f"reminder_{name}", "ids": [*ids]})
            for name in ("received", "done", "extend", "later")
        ]

    def _unit(self, matter: Matter) -> str:
        return self._rules.following_unit(matter.occurrence.plan)


def _card_of(notice: Subject) -> Action | None:
    """Opens the card of what a notice offers to answer, where it does not stand alone."""
    payload = notice.item.payload or {}
    offers = notice.item.occurrence and (payload.get("buttons") or payload.get("say") == "assigned")
    return {"do": "reminder", "ids": [notice.item.occurrence]} if offers else None


def _due_beside(live: LiveTask | None) -> str:
    """What is doubtful of the day that is reminded of, or changed by another paper."""
    if live is not None and is_undated(live.task.deadline):
        return f" (ngày do cơ quan báo; văn bản ghi “{cut(live.task.deadline.phrase, _PHRASE)}”)"
    if live is None or not live.task.deadline.unread:
        return told_beside(live, "deadline") if live else ""
    return f" (thời hạn đọc chưa chắc: {cut(live.task.deadline.phrase, _PHRASE)})"


def _lead_beside(live: LiveTask | None) -> str:
    return told_beside(live, "lead") if live else ""


def weekday(value: date) -> str:
    """thứ Ba 30/06/2026."""
    return f"{WEEKDAYS[value.weekday()]} {day(value)}"


def due_words(occurrence: Occurrence) -> str:
    """The day owed, with the hour that the paper prints: 7 giờ 30 thứ Ba 15/12/2026."""
    hour, day_ = occurrence.hour, weekday(occurrence.due_on)
    if hour is None:
        return day_
    return f"{hour.hour} giờ {hour:%M} {day_}" if hour.minute else f"{hour.hour} giờ {day_}"


def _matters(subjects: Iterable[Subject], tasks: Mapping[int, LiveTask]) -> list[Matter]:
    """Reminders joined where they are about the same duty and day: a person may answer for several agencies."""
    joined: dict[tuple[object, ...], list[Subject]] = {}
    for subject in subjects:
        own = subject.occurrence
        if own is not None and subject.item.kind is not Kind.NOTICE:
            key = own.duty, own.due_on, subject.item.kind, subject.item.name, subject.planned_on
            joined.setdefault(key, []).append(subject)
    return [
        Matter(tuple(same), tasks.get(same[0].occurrence.task or 0) if same[0].occurrence else None)
        for same in joined.values()
    ]


def part(subjects: Sequence[Subject], most: int) -> tuple[list[Subject], list[Subject]]:
    """What goes in one letter, of `most` items, and what is left for the next; an item is never cut in two.

    The most urgent go first, and notices last.
    """
    if len(subjects) <= most:
        return [*subjects], []
    matters = sorted(_matters(subjects, {}), key=_urgency)
    told = {each.item.id for matter in matters for each in matter.subjects}
    items = [*(matter.subjects for matter in matters), *((each,) for each in subjects if each.item.id not in told)]
    return [each for item in items[:most] for each in item], [each for item in items[most:] for each in item]


def _items(subjects: Sequence[Subject]) -> int:
    """How many rows of a letter they make."""
    return len(_matters(subjects, {})) + sum(each.item.kind is Kind.NOTICE for each in subjects)


def _urgency(matter: Matter) -> tuple[object, ...]:
    """What is late first, then by deadline; of one day what can be answered."""
    return matter.occurrence.due_on, not matter.answered, matter.occurrence.id


def _is_told(matter: Matter, told: Mapping[int, Collection[int]]) -> bool:
    return all(told.get(each.item.id) for each in matter.subjects)


def _time(matter: Matter) -> int | None:
    """Which of the overdue reminders it is; None for another one, and for one that was put off by its reader."""
    sort, _, number = matter.name.partition(":")
    return int(number) if sort == "overdue" and number.isdigit() else None


def _dates(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a notice, its days as people read them."""
    return {
        name: weekday(date.fromisoformat(value)) if isinstance(value, str) and _DATE.fullmatch(value) else value
        for name, value in payload.items()
        if name != "say"
    }
