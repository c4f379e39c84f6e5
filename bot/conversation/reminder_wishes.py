"""/cai_dat, about reminders: how long before a deadline a member wants to hear, and on which channel first."""

from __future__ import annotations

from bot.channels.contract import ChannelName
from bot.conversation.choices import Action, Opened
from bot.conversation.replanning import plan_again
from bot.conversation.visit import Button, Visit
from bot.people.records import Role
from bot.reminders.settings import CHOOSABLE, ReminderSettings

_ROW = 3


def settings_of(visit: Visit) -> ReminderSettings:
    """Where rules are read and written."""
    app = visit.services.app
    return ReminderSettings(app.store, visit.services.clock, app.directory)


def wishes_button(visit: Visit) -> list[Button]:
    """[Nhắc hạn], for those who are reminded."""
    if visit.member is None or not visit.member.roles & {Role.OWNER, Role.LEADER}:
        return []
    return [Button(visit.text("button_wishes"), {"do": "wishes"})]


def open_wishes(visit: Visit) -> bool:
    """Shows what is chosen; False for whoever is not reminded."""
    if not wishes_button(visit):
        return False
    _show(visit, None, instead=False)
    return True


def show_wishes(visit: Visit, _action: Action, opened: Opened) -> None:
    """What is chosen, each lead time to be switched on and off."""
    _show(visit, opened, instead=False)


def toggle_lead(visit: Visit, action: Action, opened: Opened) -> None:
    """One lead time more or fewer."""
    if visit.member is None:
        return
    chosen = set(_chosen(visit))
    chosen ^= {int(action["lead"])}
    settings_of(visit).choose_leads(visit.member.id, chosen)
    plan_again(visit)
    _show(visit, opened, instead=True)


def choose_all(visit: Visit, _action: Action, opened: Opened) -> None:
    """Every lead time again."""
    if visit.member is not None:
        settings_of(visit).choose_leads(visit.member.id, None)
        plan_again(visit)
        _show(visit, opened, instead=True)


def choose_none(visit: Visit, _action: Action, opened: Opened) -> None:
    """No reminders, where somebody else of the agency hears them."""
    if visit.member is not None:
        settings_of(visit).choose_leads(visit.member.id, ())
        plan_again(visit)
        _show(visit, opened, instead=True)


def choose_channel(visit: Visit, action: Action, opened: Opened) -> None:
    """The channel that is tried first."""
    if visit.member is not None:
        settings_of(visit).choose_channel(visit.member.id, ChannelName(action["channel"]))
        _show(visit, opened, instead=True)


def _chosen(visit: Visit) -> tuple[int, ...]:
    wanted = settings_of(visit).rules().member_leads(visit.member.id) if visit.member else None
    return CHOOSABLE if wanted is None else tuple(sorted(wanted, reverse=True))


def _show(visit: Visit, opened: Opened | None, *, instead: bool) -> None:
    if visit.member is None:
        return
    if opened is not None and instead and visit.capabilities.editing:
        visit.close(opened)
    rules, chosen = settings_of(visit).rules(), _chosen(visit)
    accounts = visit.services.people.channels_of(visit.member.id)
    names = list(dict.fromkeys(account.channel for account in accounts))
    first = rules.channel(visit.member.id) or (names[0] if names else visit.incoming.address.channel)
    leads = [
        Button(visit.text("lead_on" if lead in chosen else "lead_off", count=lead), {"do": "wish_lead", "lead": lead})
        for lead in CHOOSABLE
    ]
    rows = [leads[at : at + _ROW] for at in range(0, len(leads), _ROW)]
    rows.append(
        [
            Button(visit.text("button_leads_all"), {"do": "wish_all"}),
            Button(visit.text("button_leads_none"), {"do": "wish_none"}),
        ]
    )
    for name in names:
        if name is not first:
            label = visit.text("button_remind_on", channel=visit.text(f"channel_{name.value}"))
            rows.append([Button(label, {"do": "wish_channel", "channel": name.value})])
    told = visit.text("wishes_leads", leads=", ".join(map(str, chosen))) if chosen else visit.text("wishes_none")
    channel = visit.text("wishes_channel", channel=visit.text(f"channel_{first.value}"))
    visit.reply(f"{told}\n{channel}", rows, instead=instead)
