"""A duty that is said to be another agency's: asked by its agency, moved or kept by an administrator."""

from __future__ import annotations

from bot.chat.joining import offer_agencies
from bot.chat.paging import show_list
from bot.chat.reminder_talk import answered, answers_of, ask, progress_of, stop_button, title_of, wait, who_answers
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.records import PeopleError
from bot.reports.colours import long_day
from bot.tracking.transfers import Transfer, Transfers


def transfers_of(turn: Turn) -> Transfers:
    """What is said to be another agency's."""
    return answers_of(turn, Transfers)


def ask_why(turn: Turn, action: Action, _opened: Opened) -> None:
    """Asks why a duty is not the agency's."""
    owed = progress_of(turn).check_open(action["ids"], who_answers(turn))
    wait(turn, "not_ours_reason", {"ids": [each.id for each in owed]})
    ask(turn, turn.text("ask_not_ours", task=title_of(owed)), [[stop_button(turn, action["ids"])]])


def take_why(turn: Turn, text: str) -> None:
    """Sends it to the administrators."""
    with answered(turn) as waiting:
        _send(turn, waiting["ids"], text)


def send(turn: Turn, action: Action, opened: Opened) -> None:
    """Sends what was told in a sentence, once it is agreed."""
    _send(turn, action["ids"], action["words"])
    turn.close(opened)


def list_transfers(turn: Turn, _action: Action, _opened: Opened) -> None:
    """What waits for an administrator: one by itself, several to choose from."""
    waiting = transfers_of(turn).waiting(who_answers(turn))
    if not waiting:
        turn.say("no_transfers")
    elif len(waiting) == 1:
        _show(turn, waiting[0])
    else:
        items = [Item(_card(turn, each), {"do": "transfer_show", "id": each.id}) for each in waiting]
        show_list(turn, turn.text("transfers_head", count=len(waiting)), items)


def show_transfer(turn: Turn, action: Action, _opened: Opened) -> None:
    """One request, to be decided."""
    _show(turn, transfers_of(turn).find(action["id"]))


def ask_agency(turn: Turn, action: Action, _opened: Opened) -> None:
    """Asks which agency owes it."""
    wait(turn, "transfer_agency", {"id": action["id"]})
    ask(turn, turn.text("ask_transfer_agency"), [[stop_button(turn)]])


def take_agency(turn: Turn, text: str) -> None:
    """Agencies that fit."""
    if not turn.is_admin:
        raise PeopleError(turn.text("admins_only"))
    number = (turn.dialogue.waiting or {})["id"]
    offer_agencies(turn, text, {"do": "transfer_to", "id": number}, "transfer_choose")


def move(turn: Turn, action: Action, opened: Opened) -> None:
    """It is the chosen agency's from now on."""
    moved = transfers_of(turn).move(action["id"], who_answers(turn), action["agency"])
    turn.close(opened)
    plan_again(turn, force=True)
    turn.say("transfer_done", agency=moved.agency, new=moved.moved_to)


def ask_keep_reason(turn: Turn, action: Action, _opened: Opened) -> None:
    """It stays; perhaps the administrator says why."""
    wait(turn, "keep_reason", {"id": action["id"]})
    skip = Button(turn.text("button_skip"), {"do": "transfer_kept", "id": action["id"]})
    ask(turn, turn.text("ask_keep_reason"), [[skip, stop_button(turn)]])


def keep(turn: Turn, action: Action, opened: Opened) -> None:
    """It stays, without a word."""
    _keep(turn, action["id"], "")
    turn.close(opened)


def take_keep_reason(turn: Turn, text: str) -> None:
    """It stays, for the reason that was typed."""
    with answered(turn) as waiting:
        _keep(turn, waiting["id"], text)


def _send(turn: Turn, ids: list[int], words: str) -> None:
    for number in ids:
        transfers_of(turn).ask(number, who_answers(turn), words)
    turn.say("sent_to_administrators")


def _keep(turn: Turn, number: int, reason: str) -> None:
    kept = transfers_of(turn).keep(number, who_answers(turn), reason)
    turn.say("transfer_stays", agency=kept.agency)


def _show(turn: Turn, transfer: Transfer) -> None:
    buttons = [
        Button(turn.text("button_transfer"), {"do": "transfer", "id": transfer.id}),
        Button(turn.text("button_stay"), {"do": "transfer_keep", "id": transfer.id}),
    ]
    turn.reply(_card(turn, transfer), [buttons])


def _card(turn: Turn, transfer: Transfer) -> str:
    owed = transfer.occurrence
    return turn.text(
        "transfer_card",
        name=transfer.asker or turn.text("somebody_gone"),
        agency=transfer.agency,
        task=title_of([owed]) if owed else "",
        due=long_day(owed.due_on) if owed else "",
        reason=transfer.reason,
    )
