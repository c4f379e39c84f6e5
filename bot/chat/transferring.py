"""A duty that is said to be another agency's: asked by its agency, moved or kept by an administrator."""

from __future__ import annotations

from bot.chat.joining import offer_agencies
from bot.chat.paging import show_list
from bot.chat.reminder_talk import answered, answers_of, ask, progress_of, stop_button, title_of, wait, who_answers
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Visit
from bot.menus.choices import Action, Opened
from bot.people.records import PeopleError
from bot.reports.colours import long_day
from bot.tracking.transfers import Transfer, Transfers


def transfers_of(visit: Visit) -> Transfers:
    """What is said to be another agency's."""
    return answers_of(visit, Transfers)


def ask_why(visit: Visit, action: Action, _opened: Opened) -> None:
    """Asks why a duty is not the agency's."""
    owed = progress_of(visit).check_open(action["ids"], who_answers(visit))
    wait(visit, "not_ours_reason", {"ids": [each.id for each in owed]})
    ask(visit, visit.text("ask_not_ours", task=title_of(owed)), [[stop_button(visit, action["ids"])]])


def take_why(visit: Visit, text: str) -> None:
    """Sends it to the administrators."""
    with answered(visit) as waiting:
        _send(visit, waiting["ids"], text)


def send(visit: Visit, action: Action, opened: Opened) -> None:
    """Sends what was told in a sentence, once it is agreed."""
    _send(visit, action["ids"], action["words"])
    visit.close(opened)


def list_transfers(visit: Visit, _action: Action, _opened: Opened) -> None:
    """What waits for an administrator: one by itself, several to choose from."""
    waiting = transfers_of(visit).waiting(who_answers(visit))
    if not waiting:
        visit.say("no_transfers")
    elif len(waiting) == 1:
        _show(visit, waiting[0])
    else:
        items = [Item(_card(visit, each), {"do": "transfer_show", "id": each.id}) for each in waiting]
        show_list(visit, visit.text("transfers_head", count=len(waiting)), items)


def show_transfer(visit: Visit, action: Action, _opened: Opened) -> None:
    """One request, to be decided."""
    _show(visit, transfers_of(visit).find(action["id"]))


def ask_agency(visit: Visit, action: Action, _opened: Opened) -> None:
    """Asks which agency owes it."""
    wait(visit, "transfer_agency", {"id": action["id"]})
    ask(visit, visit.text("ask_transfer_agency"), [[stop_button(visit)]])


def take_agency(visit: Visit, text: str) -> None:
    """Agencies that fit."""
    if not visit.is_admin:
        raise PeopleError(visit.text("admins_only"))
    number = (visit.dialogue.waiting or {})["id"]
    offer_agencies(visit, text, {"do": "transfer_to", "id": number}, "transfer_choose")


def move(visit: Visit, action: Action, opened: Opened) -> None:
    """It is the chosen agency's from now on."""
    moved = transfers_of(visit).move(action["id"], who_answers(visit), action["agency"])
    visit.close(opened)
    plan_again(visit, force=True)
    visit.say("transfer_done", agency=moved.agency, new=moved.moved_to)


def ask_keep_reason(visit: Visit, action: Action, _opened: Opened) -> None:
    """It stays; perhaps the administrator says why."""
    wait(visit, "keep_reason", {"id": action["id"]})
    skip = Button(visit.text("button_skip"), {"do": "transfer_kept", "id": action["id"]})
    ask(visit, visit.text("ask_keep_reason"), [[skip, stop_button(visit)]])


def keep(visit: Visit, action: Action, opened: Opened) -> None:
    """It stays, without a word."""
    _keep(visit, action["id"], "")
    visit.close(opened)


def take_keep_reason(visit: Visit, text: str) -> None:
    """It stays, for the reason that was typed."""
    with answered(visit) as waiting:
        _keep(visit, waiting["id"], text)


def _send(visit: Visit, ids: list[int], words: str) -> None:
    for number in ids:
        transfers_of(visit).ask(number, who_answers(visit), words)
    visit.say("sent_to_administrators")


def _keep(visit: Visit, number: int, reason: str) -> None:
    kept = transfers_of(visit).keep(number, who_answers(visit), reason)
    visit.say("transfer_stays", agency=kept.agency)


def _show(visit: Visit, transfer: Transfer) -> None:
    buttons = [
        Button(visit.text("button_transfer"), {"do": "transfer", "id": transfer.id}),
        Button(visit.text("button_stay"), {"do": "transfer_keep", "id": transfer.id}),
    ]
    visit.reply(_card(visit, transfer), [buttons])


def _card(visit: Visit, transfer: Transfer) -> str:
    owed = transfer.occurrence
    return visit.text(
        "transfer_card",
        name=transfer.asker or visit.text("somebody_gone"),
        agency=transfer.agency,
        task=title_of([owed]) if owed else "",
        due=long_day(owed.due_on) if owed else "",
        reason=transfer.reason,
    )
