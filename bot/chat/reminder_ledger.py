"""The ledger of messages, for administrators: the days, then the people of one, then what one was told."""

from __future__ import annotations

from datetime import date

from bot.chat.paging import show_list
from bot.chat.reminder_talk import who_answers
from bot.chat.turn import Item, Turn
from bot.menus.choices import Action, Opened
from bot.notify.ledger import Account, Entry, Ledger
from bot.reports.colours import long_day
from bot.reports.reasons import why
from bot.tracking.outbox import OutboxState
from knowledge.text import cut_phrase
from knowledge.wording import day

_LISTED = 300
"""People of one day: the first ones are those whom something did not reach."""
_TITLE = 90


def ledger_of(turn: Turn) -> Ledger:
    """Where it is read."""
    return Ledger(turn.services.app.store, turn.services.clock)


def list_days(turn: Turn, _action: Action, _opened: Opened) -> None:
    """The days of two weeks on which something went or could not."""
    found = ledger_of(turn).days(who_answers(turn))
    if not found:
        turn.say("ledger_empty")
        return
    items = [
        Item(
            turn.text("ledger_day", date=long_day(on), count=sent, total=failed),
            {"do": "ledger_day", "day": on.isoformat()},
        )
        for on, sent, failed in found
    ]
    show_list(turn, turn.text("ledger_days_head"), items)


def list_people(turn: Turn, action: Action, _opened: Opened) -> None:
    """Who was told something on a day, those whom something did not reach first."""
    on = date.fromisoformat(action["day"])
    found = ledger_of(turn).accounts(who_answers(turn), on)
    if not found:
        turn.say("ledger_empty")
        return
    items = [
        Item(_summary(turn, each), {"do": "ledger_person", "day": action["day"], "key": each.key})
        for each in found[:_LISTED]
    ]
    tail = turn.text("ledger_more", count=len(found) - _LISTED) if len(found) > _LISTED else ""
    show_list(turn, turn.text("ledger_people_head", date=long_day(on), count=len(found)), items, tail=tail)


def show_person(turn: Turn, action: Action, _opened: Opened) -> None:
    """All that one person or group chat was told on a day, and what became of each."""
    on = date.fromisoformat(action["day"])
    found = ledger_of(turn).accounts(who_answers(turn), on, action["key"])
    if not found:
        turn.say("ledger_empty")
        return
    items = [Item(_row(turn, each)) for each in found[0].entries]
    show_list(turn, turn.text("ledger_person_head", date=long_day(on), name=_called(turn, found[0])), items)


def _called(turn: Turn, account: Account) -> str:
    if account.key.startswith("chat:"):
        name = turn.text("ledger_group")
    else:
        name = account.name or turn.text("somebody_gone")
    return f"{name} ({account.agency})" if account.agency else name


def _summary(turn: Turn, account: Account) -> str:
    parts = [turn.text("ledger_sent", count=account.sent)]
    if account.failed:
        parts.append(turn.text("ledger_failed", count=account.failed))
    if account.answered:
        parts.append(turn.text("ledger_answered", count=account.answered))
    return f"{_called(turn, account)}: {', '.join(parts)}"


def _row(turn: Turn, entry: Entry) -> str:
    title = cut_phrase(entry.title, _TITLE) if entry.title else turn.text("undelivered_digest")
    if entry.due_on is not None:
        title = turn.text("undelivered_task", task=title, due=day(entry.due_on))
    lines = [turn.text("ledger_row", time=f"{entry.at:%H:%M}", task=title, state=_became(turn, entry))]
    if entry.attempts > 1:
        lines.append(turn.text("ledger_again", count=entry.attempts))
    if entry.answered_at is not None:
        answered = f"{entry.answered_at:%H:%M} {day(entry.answered_at.date())}"
        lines.append(turn.text("ledger_answered_at", time=answered))
    return " ".join(lines)


def _became(turn: Turn, entry: Entry) -> str:
    if entry.state is OutboxState.SENT:
        return turn.text("ledger_by", channel=turn.text(f"channel_{entry.channel}")) if entry.channel else ""
    if entry.state is OutboxState.FAILED:
        return turn.text("ledger_not_sent", reason=why(turn.services.texts.say, entry.reason))
    return turn.text("ledger_too_late" if entry.state is OutboxState.DROPPED else "ledger_waiting")
