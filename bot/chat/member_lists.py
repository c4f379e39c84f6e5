"""The list of people in the chat: taken out as a workbook, sent back, seen, applied; personal codes."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from bot.channels.contract import FileOut
from bot.chat.reminder_talk import stop_button
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened
from bot.people.importing import ImportDifference, ImportRow, told_difference
from bot.people.member_file import read_members
from bot.people.records import ImportRefusedError, MovedError, PeopleError
from bot.reports.member_sheet import FILE, member_sheet
from knowledge.wording import day

_SHOWN = 12
"""People of a kind that a message names."""
_ROWS = TypeAdapter(tuple[ImportRow, ...])
_SEEN = TypeAdapter(ImportDifference)


def sheet_buttons(turn: Turn) -> list[list[Button]]:
    """[Tệp Excel], and one with new codes where somebody waits to be given one."""
    people = turn.services.people
    coded = people.coded()
    lacking = any(member.id not in coded for member in people.waiting())
    codes = [[Button(turn.text("button_people_codes"), {"do": "people_codes"})]] if lacking else []
    return [[Button(turn.text("button_people_sheet"), {"do": "people_sheet"})], *codes]


def give_sheet(turn: Turn, _action: Action, _opened: Opened) -> None:
    """Everybody as a workbook to be edited and sent back."""
    if not turn.capabilities.files_out:
        turn.say("no_files_here")
        return
    turn.send_file(turn.text("people_sheet_sent"), FileOut(FILE, member_sheet(turn.services.people)))


def give_codes(turn: Turn, _action: Action, _opened: Opened) -> None:
    """The same with new codes for those who wait and have none."""
    if not turn.capabilities.files_out:
        turn.say("no_files_here")
        return
    people = turn.services.people
    made = people.personal_codes(_by(turn))
    turn.send_file(turn.text("people_codes_sent", count=len(made)), FileOut(FILE, member_sheet(people, made)))


def give_code(turn: Turn, action: Action, _opened: Opened) -> None:
    """A new code for one person, to be passed on."""
    made = turn.services.people.personal_code(action["member"], _by(turn))
    until = day(made.expires_at.astimezone(turn.now.tzinfo).date())
    turn.say("personal_code", name=made.member.name, code=made.code, date=until)


def show_people_difference(turn: Turn, name: str, content: bytes) -> None:
    """What a list that was sent would change, to be applied or not; nothing is changed yet.

    Raises:
        PeopleError, PlanFileError: it cannot be read; the sentence says why.
    """
    listed = read_members(name, content)
    _show(turn, listed.rows, turn.text("people_list_head"), listed.notes)


def apply(turn: Turn, _action: Action, opened: Opened) -> None:
    """Does what was shown; where somebody else has changed something since, shows it anew."""
    rows, seen = kept_list(opened)
    turn.close(opened)
    try:
        done = turn.services.people.import_rows(rows, _by(turn), seen=seen)
    except (MovedError, ImportRefusedError):
        _show(turn, rows, turn.text("people_list_moved"), ())
        return
    plan_again(turn)
    text = turn.text("people_list_done", added=done.added, changed=done.extended)
    lacking = [[Button(turn.text("button_people_codes"), {"do": "people_codes"})]] if done.waiting else []
    turn.reply(f"{text} {turn.text('people_list_waiting', count=done.waiting)}" if lacking else text, lacking)


def subject_of_list(rows: tuple[ImportRow, ...], seen: ImportDifference) -> dict[str, Any]:
    """A list as choices are about it: what was sent, and what was shown that it would change."""
    return {"people": _ROWS.dump_python(rows, mode="json"), "seen": _SEEN.dump_python(seen, mode="json")}


def kept_list(opened: Opened) -> tuple[tuple[ImportRow, ...], ImportDifference]:
    """The list that choices are about."""
    return _ROWS.validate_python(opened.subject["people"]), _SEEN.validate_python(opened.subject["seen"])


def _show(turn: Turn, rows: tuple[ImportRow, ...], head: str, notes: tuple[str, ...]) -> None:
    found = turn.services.people.weigh_rows(rows)
    lines = [head, *told_difference(found, _SHOWN), *(f"• {note}" for note in notes[:_SHOWN])]
    if not found.any:
        turn.reply("\n".join(lines))
        return
    apply_button = Button(turn.text("button_table_apply"), {"do": "people_apply"})
    turn.reply("\n".join(lines), [[apply_button, stop_button(turn)]], subject=subject_of_list(rows, found))


def _by(turn: Turn) -> int:
    if turn.member is None:
        raise PeopleError(turn.text("admins_only"))
    return turn.member.id
