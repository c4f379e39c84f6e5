"""The words of digests: the leaders' week, what was missed, what could not be delivered, who is not registered.

What a digest says is looked up when it goes, so it is never older than its reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.menus.messages import Item, Message, in_rows
from bot.menus.texts import Texts
from bot.notify.wording import Wording, due_words, weekday
from bot.reports.colours import boxes_line
from bot.reports.reasons import why
from bot.tracking.audience import Audience, unowned
from bot.tracking.board import NO_AGENCY
from bot.tracking.boards import find_counted
from bot.tracking.deputies import Assignment
from bot.tracking.lights import Judge
from bot.tracking.outbox import OutboxState
from bot.tracking.records import Occurrence, Recipient, State
from bot.tracking.rows import find_occurrences, of_agencies, open_between
from bot.tracking.schedule import NEAR, is_followed_up, is_worth_a_digest
from bot.tracking.urging import can_be_urged
from knowledge.doubts import is_undated
from knowledge.library import LiveTask
from knowledge.progress import Standing
from knowledge.store.models import AbsenceRow, MemberRow, OutboxRow
from knowledge.text import cut, cut_phrase
from knowledge.wording import ended, short_label, source_line
from knowledge.workdays import WorkCalendar

_LISTED = 15
_NAME = 120


class Digests:
    """Letters out of what digests are about.

    Args:
        today: the day of sending, in Việt Nam.
    """

    def __init__(
        self,
        session: Session,
        texts: Texts,
        wording: Wording,
        audience: Audience,
        calendar: WorkCalendar,
        today: date,
    ) -> None:
        self._session = session
        self._audience = audience
        self._say = texts.say
        self._wording = wording
        self._calendar = calendar
        self._today = today

    def letter(self, agency: str, payload: Mapping[str, Any], tasks: Mapping[int, LiveTask]) -> Message | None:
        """The digest; None when there is nothing left to tell."""
        match payload["say"]:
            case "digest":
                return self._week(agency)
            case "missed":
                return self._missed(payload["ids"])
            case "undelivered":
                return self._undelivered(payload["ids"])
            case "urged":
                return self._urged(agency, payload, tasks)
            case "unowned":
                return self._unowned()
            case "followed":
                return self._followed(agency)
            case "checkin":
                return self._checkin(agency, [tasks[number] for number in payload["tasks"] if number in tasks])
            case "returned":
                return self._returned(int(payload["absence"]))
            case "undated":
                return self._undated(agency, [tasks[number] for number in payload["tasks"] if number in tasks])
            case sentence:
                return Message(self._say(sentence, **payload))

    def past(self, payloads: Sequence[Mapping[str, Any]]) -> Message:
        """One letter for the summaries of several plans that were loaded together."""
        lines = [f"• {self._say('digest_past_row', plan=each['plan'], count=each['count'])}" for each in payloads]
        count = sum(int(payload["count"]) for payload in payloads)
        head = self._say("digest_past", total=len(payloads), count=count)
        return Message("\n".join([head, *lines, self._say("digest_past_how")]))

    def _week(self, agency: str) -> Message | None:
        judge = Judge(self._today, self._calendar)
        found = find_counted(self._session, judge, [agency])
        if not any(is_worth_a_digest(each, self._today) for each in found):
            return None
        standings = {each.id: judge.standing(each) for each in found}
        lines = [boxes_line(self._say, Counter(standings.values()))]
        for standing in (Standing.LATE, Standing.NEAR):
            if listed := [each for each in found if standings[each.id] is standing]:
                lines += [self._say(f"digest_{standing.value}"), *self._rows(listed)]
        return Message("\n".join([self._say("digest_head", agency=agency), *lines]))

    def _missed(self, ids: Sequence[int]) -> Message | None:
        found = find_occurrences(self._session, ids)
        open_ = sorted(
            (each for each in found.values() if each.state is State.OPEN and each.task is not None),
            key=lambda each: (each.due_on, each.id),
        )
        if not open_:
            return None
        entries = tuple(Item(self._row(each), {"do": "reminder", "ids": [each.id]}) for each in open_[:_LISTED])
        tail = "\n".join([*self._more(len(open_)), self._say("reminder_ask_many")])
        return Message(self._say("digest_missed", count=len(open_)), items=entries, tail=tail)

    def _undelivered(self, ids: Sequence[int]) -> Message | None:
        rows = self._session.scalars(
            select(OutboxRow).where(OutboxRow.id.in_(ids), OutboxRow.state == OutboxState.FAILED.value)
        ).all()
        if not rows:
            return None
        counted = Counter((row.recipient, row.reason or "") for row in rows)
        lines = [
            f"• {self._say('digest_undelivered_row', name=self._name(who), count=count, reason=why(self._say, code))}"
            for (who, code), count in counted.most_common(_LISTED)
        ]
        lines += [*self._more_watched(len(counted)), self._say("digest_undelivered_how")]
        return Message("\n".join([self._say("digest_undelivered", count=len(rows)), *lines]))

    def _urged(self, agency: str, payload: Mapping[str, Any], tasks: Mapping[int, LiveTask]) -> Message | None:
        """What somebody urges, and is late still when this goes; with who that is."""
        judge = Judge(self._today, self._calendar)
        found = find_occurrences(self._session, payload["ids"])
        late = sorted(
            (each for each in found.values() if can_be_urged(each, judge)), key=lambda each: (each.due_on, each.id)
        )
        if not late:
            return None
        numbers = dict(zip(payload["ids"], payload["numbers"], strict=True))
        agencies = self._audience.agencies_of(payload["by"])
        by = f"{self._audience.name_of(payload['by']) or '—'}{f' ({agencies[0]})' if agencies else ''}"
        by = self._say("urged_by", by=by)
        if len(late) == 1:
            return self._urged_one(late[0], numbers[late[0].id], by, tasks.get(late[0].task or 0))
        entries = tuple(
            Item(
                f"{self._row(each)}. {self._say('urged_time', count=numbers[each.id])}",
                {"do": "reminder", "ids": [each.id]},
            )
            for each in late[:_LISTED]
        )
        tail = "\n".join([*self._more(len(late)), by, self._say("reminder_ask_many")])
        return Message(self._say("urged_head_many", agency=agency, count=len(late)), items=entries, tail=tail)

    def _urged_one(self, each: Occurrence, number: int, by: str, live: LiveTask | None) -> Message:
        left = self._wording.left(each.due_on)
        lines = [
            self._say("reminder_task", task=ended(cut(each.title, _NAME))),
            self._say("reminder_due", due=weekday(each.due_on), left=left),
            self._say("reminder_lead", agency=each.agency or NO_AGENCY),
            by,
            *([source_line(live.plan, live.task.source, live.task.number)] if live else []),
            self._say("reminder_ask"),
        ]
        buttons = in_rows(self._wording.answers([each.id]))
        return Message("\n".join([self._say("urged_head", count=number, left=left), *lines]), buttons=buttons)

    def _unowned(self) -> Message | None:
        near = open_between(self._session, date.min, self._today + NEAR)
        agencies = unowned(near, self._audience, self._today)
        if not agencies:
            return None
        lines = [
            f"• {self._say('digest_unowned_row', agency=agency or '—', count=count)}"
            for agency, count in [*agencies.items()][:_LISTED]
        ]
        lines += [*self._more_watched(len(agencies)), self._say("digest_unowned_how")]
        return Message("\n".join([self._say("digest_unowned", count=len(agencies)), *lines]))

    def _followed(self, unit: str) -> Message | None:
        """What is late still, agency by agency: each is named, the one that is late longest first."""
        late: dict[str, list[Occurrence]] = {}
        for each in open_between(self._session, date.min, self._today):
            own = self._audience.rules.following_unit(each.plan) == unit
            if own and is_followed_up(each, self._today, self._calendar):
                late.setdefault(each.agency, []).append(each)
        if not late:
            return None
        lines = [
            "• "
            + self._say(
                "digest_followed_row",
                agency=agency or NO_AGENCY,
                count=len(owed),
                task=cut_phrase(owed[0].title, _NAME),
                left=self._wording.left(owed[0].due_on),
            )
            for agency, owed in late.items()
        ]
        count = sum(map(len, late.values()))
        return Message("\n".join([self._say("digest_followed", unit=unit, count=count, agencies=len(late)), *lines]))

    def _returned(self, number: int) -> Message | None:
        """What has happened to somebody's duties on the days away."""
        away = self._session.get(AbsenceRow, number)
        if away is None:
            return None
        audience, member = self._audience, away.member_id
        own = audience.answers_for(member)
        found = [
            each
            for each in of_agencies(self._session, audience.agencies_of(member), date.min, date.max)
            if each.agency in own or _is_given_to(member, audience.assignment(each.duty, each.agency))
        ]
        days = (away.first_on, away.last_on)
        open_ = [each for each in found if each.state is State.OPEN and each.task is not None]
        parts = {
            "returned_done": [each for each in found if _within(each.done_on, days)],
            "returned_received": [each for each in open_ if _within(each.acknowledged_on, days)],
            "returned_late": [each for each in open_ if _within(each.due_on, days) and each.is_in_force(self._today)],
        }
        lines = list[str]()
        for say, listed in parts.items():
            if listed:
                rows = self._done_rows(listed) if say == "returned_done" else self._rows(listed)
                lines += [self._say(say, count=len(listed)), *rows]
        if not lines:
            return None
        name = audience.name_of(away.substitute_id) or self._say("somebody_gone")
        head = self._say("returned", date=weekday(away.first_on), wanted=weekday(away.last_on), name=name)
        return Message("\n".join([head, *lines]))

    def _checkin(self, agency: str, tasks: Sequence[LiveTask]) -> Message | None:
        if not tasks:
            return None
        entries = tuple(
            Item(cut_phrase(each.task.activity or each.task.title, _NAME), {"do": "task", "id": each.id})
            for each in tasks[:_LISTED]
        )
        head = self._say("digest_checkin", agency=agency, count=len(tasks))
        return Message(head, items=entries, tail="\n".join(self._more(len(tasks))))

    def _undated(self, agency: str, tasks: Sequence[LiveTask]) -> Message | None:
        left = [each for each in tasks if is_undated(each.task.deadline)]
        if not left:
            return None
        entries = tuple(
            Item(self._undated_row(each), {"do": "undated", "task": each.id, "agency": agency} if agency else None)
            for each in left[:_LISTED]
        )
        if agency:
            head, how = self._say("digest_undated", agency=agency, count=len(left)), self._say("digest_undated_how")
        else:
            head, how = self._say("digest_undated_all", count=len(left)), self._say("digest_undated_all_how")
        return Message(head, items=entries, tail="\n".join([*self._more(len(left)), how]))

    def _undated_row(self, each: LiveTask) -> str:
        title, phrase = (
            cut_phrase(each.task.activity or each.task.title, _NAME),
            cut_phrase(each.task.deadline.phrase, _NAME),
        )
        return self._say("digest_undated_row", task=title, phrase=phrase, plan=short_label(each.plan))

    def _rows(self, occurrences: Sequence[Occurrence]) -> list[str]:
        return [*(f"• {self._row(each)}" for each in occurrences[:_LISTED]), *self._more(len(occurrences))]

    def _done_rows(self, occurrences: Sequence[Occurrence]) -> list[str]:
        rows = [self._say("returned_row", task=cut(o.title, _NAME), due=weekday(o.due_on)) for o in occurrences]
        return [*(f"• {row}" for row in rows[:_LISTED]), *self._more(len(rows))]

    def _row(self, each: Occurrence) -> str:
        left = self._wording.left(each.due_on)
        return self._say("digest_row", task=cut_phrase(each.title, _NAME), due=due_words(each), left=left)

    def _more(self, count: int) -> list[str]:
        return [self._say("digest_more", count=count - _LISTED)] if count > _LISTED else []

    def _more_watched(self, count: int) -> list[str]:
        return [self._say("digest_more_watched", count=count - _LISTED)] if count > _LISTED else []

    def _name(self, key: str) -> str:
        recipient = Recipient.of(key)
        if recipient.chat is not None:
            return f"{self._say(f'channel_{recipient.chat.channel.value}')} {recipient.chat.chat}"
        row = self._session.get(MemberRow, recipient.member)
        return row.name if row else "—"


def _within(value: date | None, days: tuple[date, date]) -> bool:
    return value is not None and days[0] <= value <= days[1]


def _is_given_to(member: int, given: Assignment | None) -> bool:
    return given is not None and given.member == member


def tasks_named(payloads: Iterable[Mapping[str, Any] | None]) -> set[int]:
    """Numbers of live tasks that digests speak of."""
    return {number for payload in payloads for number in (payload or {}).get("tasks", ())}
