"""/cai_dat, about reminders: how long before a deadline, on which days, from when and where a member wants to hear.

What is wished in words ("đừng nhắn sáng sớm", "gửi gộp cả tuần đi") is told back first, and set when it is confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from bot.channels.contract import ChannelName
from bot.chat.reminder_talk import stop_button
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened
from bot.notify.wording import WEEKDAYS
from bot.people.records import Role
from bot.tracking.records import EVENING, MORNING
from bot.tracking.settings import CHOOSABLE, WEEK, ReminderSettings
from knowledge.text import syllables

_ROW = 3
_LATER = time(9)
"""Not early in the morning."""
_AFTERNOON_FROM = time(13)
_BUNDLE = (0,)
"""A bundle for the week comes on Monday unless another day is said."""
_WEEKLY = re.compile(r"\b(?:gop|don|tong hop|(?:ca|moi|hang|theo) tuan|tuan (?:mot|1) lan|mot tuan|1 tuan)\b")
_DAY = re.compile(r"\b(?:thu|t) ?(hai|ba|tu|nam|sau|[2-6])\b(?! (?:gio|h)\b)")
_LISTED = re.compile(r"\b(?:va|voi) (hai|ba|tu|nam|sau|[2-6])\b(?! (?:gio|h)\b)")
_DAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4} | {str(number): number - 2 for number in range(2, 7)}
_EARLY = re.compile(r"\b(?:sang som|som qua|som the|dau gio sang)\b")
_AFTERNOON = re.compile(r"\b(?:buoi chieu|chieu)\b(?! nay\b)")
_CLOCK = r"(\d{1,2}) ?(?:h|g|gio)(?: ?(\d{2}))?( chieu)?"
_BEFORE, _AFTER = re.compile(rf"\b(?:truoc|den|toi) {_CLOCK}\b"), re.compile(rf"\b(?:sau|tu) {_CLOCK}\b")
_NOT = re.compile(r"\b(?:dung|khong)\b")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished of messages; None: nothing is said of it."""

    weekdays: tuple[int, ...] | None = None
    opens: time | None = None
    closes: time | None = None


def read_wish(text: str) -> Wish | None:
    """The days and hours that are wished; None where none are said."""
    plain = " ".join(syllables(text))
    named = {_DAYS[match[1]] for match in (*_DAY.finditer(plain), *_LISTED.finditer(plain))}
    weekdays = tuple(sorted(named)) or (_BUNDLE if _WEEKLY.search(plain) else None)
    before, after = _hour(_BEFORE, plain), _hour(_AFTER, plain)
    opens, closes = (before, after) if _NOT.search(plain) else (after, before)
    if opens is None and _EARLY.search(plain):
        opens = _LATER
    elif opens is None and closes is None and _AFTERNOON.search(plain):
        opens = _AFTERNOON_FROM
    wish = Wish(weekdays, opens, closes)
    return wish if wish != Wish() else None


def _hour(pattern: re.Pattern[str], plain: str) -> time | None:
    match = pattern.search(plain)
    if match is None:
        return None
    hour = int(match[1]) + (12 if match[3] and int(match[1]) < 12 else 0)
    said = time(hour, int(match[2] or 0)) if hour < 24 and int(match[2] or 0) < 60 else None
    return said if said is not None and MORNING <= said <= EVENING else None


def settings_of(turn: Turn) -> ReminderSettings:
    """Where rules are read and written."""
    app = turn.services.app
    return ReminderSettings(app.store, turn.services.clock, app.directory)


def wishes_button(turn: Turn) -> list[Button]:
    """[Nhắc hạn], for those who are reminded."""
    if turn.member is None or not turn.member.roles & {Role.OWNER, Role.LEADER}:
        return []
    return [Button(turn.text("button_wishes"), {"do": "wishes"})]


def open_wishes(turn: Turn, wish: Wish | None = None) -> bool:
    """Shows what is chosen, or what was wished to be confirmed; False for whoever is not reminded."""
    if not wishes_button(turn):
        return False
    if wish is None:
        _show(turn, None, instead=False)
    else:
        _offer(turn, wish)
    return True


def show_wishes(turn: Turn, _action: Action, opened: Opened) -> None:
    """What is chosen, each lead time to be switched on and off."""
    _show(turn, opened, instead=False)


def toggle_lead(turn: Turn, action: Action, opened: Opened) -> None:
    """One lead time more or fewer."""
    if turn.member is None:
        return
    chosen = set(_chosen(turn))
    chosen ^= {int(action["lead"])}
    settings_of(turn).choose_leads(turn.member.id, chosen)
    plan_again(turn)
    _show(turn, opened, instead=True)


def choose_all(turn: Turn, _action: Action, opened: Opened) -> None:
    """Every lead time again."""
    if turn.member is not None:
        settings_of(turn).choose_leads(turn.member.id, None)
        plan_again(turn)
        _show(turn, opened, instead=True)


def choose_none(turn: Turn, _action: Action, opened: Opened) -> None:
    """No reminders, where somebody else of the agency hears them."""
    if turn.member is not None:
        settings_of(turn).choose_leads(turn.member.id, ())
        plan_again(turn)
        _show(turn, opened, instead=True)


def choose_channel(turn: Turn, action: Action, opened: Opened) -> None:
    """The channel that is tried first."""
    if turn.member is not None:
        settings_of(turn).choose_channel(turn.member.id, ChannelName(action["channel"]))
        _show(turn, opened, instead=True)


def ask_days(turn: Turn, _action: Action, _opened: Opened) -> None:
    """Offers the day of a weekly bundle, or every day."""
    days = [Button(WEEKDAYS[day], {"do": "wish_set", "days": [day]}) for day in WEEK]
    every = Button(turn.text("button_every_day"), {"do": "wish_set", "days": [*WEEK]})
    turn.reply(turn.text("ask_wish_days"), [days[:_ROW], days[_ROW:], [every]])


def ask_hours(turn: Turn, _action: Action, _opened: Opened) -> None:
    """Offers the hour from which messages come."""
    hours = [time(hour) for hour in (8, 9, 10, 13, 14)]
    buttons = [Button(_clock(hour), {"do": "wish_set", "opens": f"{hour:%H:%M}"}) for hour in hours]
    turn.reply(turn.text("ask_wish_hours"), [buttons[:_ROW], buttons[_ROW:]])


def set_wish(turn: Turn, action: Action, opened: Opened) -> None:
    """Days or hours that were chosen or confirmed are kept."""
    if turn.member is None:
        return
    settings, member = settings_of(turn), turn.member.id
    if "opens" in action or "closes" in action:
        closes = time.fromisoformat(action.get("closes", f"{EVENING:%H:%M}"))
        settings.choose_hours(member, time.fromisoformat(action.get("opens", f"{MORNING:%H:%M}")), closes)
    if "days" in action:
        settings.choose_days(member, action["days"])
    plan_again(turn)
    turn.close(opened)
    turn.reply("\n".join([turn.text("wish_kept"), *_told(turn)]), [[*wishes_button(turn)]])


def _offer(turn: Turn, wish: Wish) -> None:
    said, action = list[str](), Action({"do": "wish_set"})
    if wish.weekdays is not None:
        said.append(turn.text("wish_days", days=_named(wish.weekdays)))
        action["days"] = [*wish.weekdays]
    opens, closes = wish.opens or MORNING, wish.closes or EVENING
    if wish.opens or wish.closes:
        said.append(turn.text("wish_hours", time=_clock(opens), limit=_clock(closes)))
        action |= {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
    agree = Button(turn.text("button_wish_set"), action)
    turn.reply("\n".join([turn.text("wish_meant"), *said]), [[agree, *wishes_button(turn), stop_button(turn)]])


def _chosen(turn: Turn) -> tuple[int, ...]:
    wanted = settings_of(turn).rules().member_leads(turn.member.id) if turn.member else None
    return CHOOSABLE if wanted is None else tuple(sorted(wanted, reverse=True))


def _told(turn: Turn) -> list[str]:
    """The days and hours of one's own, where there are any."""
    rules, member = settings_of(turn).rules(), turn.member.id if turn.member else None
    days, hours = rules.own_days(member), rules.own_hours(member)
    lines = [turn.text("wish_days", days=_named(days.weekdays))] if days else []
    if hours:
        lines.append(turn.text("wish_hours", time=_clock(hours.opens), limit=_clock(hours.closes)))
    return lines or [turn.text("wish_office_hours")]


def _show(turn: Turn, opened: Opened | None, *, instead: bool) -> None:
    if turn.member is None:
        return
    if opened is not None and instead and turn.capabilities.editing:
        turn.close(opened)
    rules, chosen = settings_of(turn).rules(), _chosen(turn)
    accounts = turn.services.people.channels_of(turn.member.id)
    names = list(dict.fromkeys(account.channel for account in accounts))
    first = rules.channel(turn.member.id) or (names[0] if names else turn.incoming.address.channel)
    leads = [
        Button(turn.text("lead_on" if lead in chosen else "lead_off", count=lead), {"do": "wish_lead", "lead": lead})
        for lead in CHOOSABLE
    ]
    rows = [leads[at : at + _ROW] for at in range(0, len(leads), _ROW)]
    rows.append(
        [
            Button(turn.text("button_leads_all"), {"do": "wish_all"}),
            Button(turn.text("button_leads_none"), {"do": "wish_none"}),
        ]
    )
    rows.append(
        [
            Button(turn.text("button_wish_days"), {"do": "wish_days"}),
            Button(turn.text("button_wish_hours"), {"do": "wish_hours"}),
        ]
    )
    for name in names:
        if name is not first:
            label = turn.text("button_remind_on", channel=turn.text(f"channel_{name.value}"))
            rows.append([Button(label, {"do": "wish_channel", "channel": name.value})])
    told = turn.text("wishes_leads", leads=", ".join(map(str, chosen))) if chosen else turn.text("wishes_none")
    channel = turn.text("wishes_channel", channel=turn.text(f"channel_{first.value}"))
    turn.reply("\n".join([told, *_told(turn), channel]), rows, instead=instead)


def _named(weekdays: Sequence[int]) -> str:
    return ", ".join(WEEKDAYS[day] for day in weekdays)


def _clock(hour: time) -> str:
    return f"{hour.hour} giờ {hour:%M}" if hour.minute else f"{hour.hour} giờ"
