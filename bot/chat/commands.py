"""The commands: one table that makes dispatch, /giup and the platforms' command menus."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.chat import (
    administration,
    away,
    groups,
    joining,
    own_data,
    own_names,
    own_reminders,
    own_tasks,
    plans,
    progress_views,
    reminder_rules,
    requests,
    web_page,
    work_calendar,
)
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened
from bot.menus.texts import Texts
from knowledge.text import fold

_NEAR = 60
"""Likeness, of 100, from which a mistyped command is worth a hint."""
_COMMAND = re.compile(r"/([^\s@/]+)(?:@\S+)?\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """One command; what it is for stands in the texts under "command_NAME".

    Attributes:
        admin: for administrators only.
        open: for somebody who is not let in as well.
        private: not in a group, where others read along.
    """

    name: str
    run: Callable[[Turn, str], None]
    admin: bool = False
    open: bool = False
    private: bool = False


def _help(turn: Turn, _argument: str) -> None:
    """What can be asked and which commands there are, for this person."""
    if turn.member is None:
        turn.say("help_stranger")
        return
    lines = [_described(turn, command) for command in COMMANDS if not command.admin]
    if turn.is_admin:
        lines += ["", turn.text("help_admin")]
        lines += [_described(turn, command) for command in COMMANDS if command.admin]
    may_load = turn.is_admin and turn.capabilities.files_in
    turn.reply("\n".join([turn.text("help"), *lines, *([turn.text("help_file")] if may_load else [])]))


COMMANDS: tuple[Command, ...] = (
    Command("start", joining.start, open=True),
    Command("giup", _help, open=True),
    Command("nhiemvu", own_tasks.my_tasks),
    Command("sapden", own_tasks.near_tasks),
    Command("quahan", own_tasks.late_tasks),
    Command("tiendo", progress_views.progress),
    Command("kehoach", plans.list_loaded),
    Command("tim", own_tasks.search),
    Command("nhom", groups.group_chat),
    Command("nhac", reminder_rules.rules, private=True),
    Command("nhac_rieng", own_reminders.list_own, private=True),
    Command("vang_mat", away.list_absences, private=True),
    Command("web", web_page.give_link, private=True),
    Command("cai_dat", own_data.settings, private=True),
    Command("xoa_du_lieu", own_data.ask_forget, open=True, private=True),
    Command("nguoidung", administration.list_people, admin=True, private=True),
    Command("duyet", requests.list_requests, admin=True, private=True),
    Command("moi", administration.invite, admin=True, private=True),
    Command("khoa", administration.list_active_people, admin=True, private=True),
    Command("lich", work_calendar.calendar, admin=True, private=True),
    Command("coquan", own_names.agencies, admin=True, private=True),
    Command("viettat", own_names.abbreviations, admin=True, private=True),
    Command("thongke", administration.statistics, admin=True, private=True),
    Command("phanhoi", administration.feedback, admin=True, private=True),
)
_BY_NAME = {command.name.replace("_", ""): command for command in COMMANDS}
_BY_NAME |= {"help": _BY_NAME["giup"], "settings": _BY_NAME["caidat"]}  # every platform's people know these
_WORDS = 4
"""Words of the longest command's name as people may type it: /xoa du lieu."""


def command_menu(texts: Texts) -> tuple[tuple[str, str], ...]:
    """The menu that a platform shows to everybody."""
    return tuple((command.name, texts.say(f"command_{command.name}")) for command in COMMANDS if not command.admin)


def is_command(text: str) -> bool:
    """Whether a message is meant as a command."""
    return _COMMAND.fullmatch(text) is not None


def run_command(turn: Turn, text: str) -> None:
    """Runs the command that a message is, or names the nearest one."""
    match = _COMMAND.fullmatch(text)
    if match is None:
        return
    command, argument = _find(match[1], match[2].strip())
    if command is None:
        _suggest(turn, match[1])
    elif command.private and turn.incoming.group:
        turn.say("private_only")
    elif turn.member is None and not command.open:
        turn.say("stranger")
    elif command.admin and not turn.is_admin:
        turn.say("admins_only")
    else:
        command.run(turn, argument)


def _find(name: str, argument: str) -> tuple[Command | None, str]:
    """The command and what is left to it; its name may be typed in several words, with or without accents."""
    words = [name, *argument.split()]
    for count in range(min(_WORDS, len(words)), 0, -1):
        typed = fold("".join(words[:count])).replace("_", "").replace("-", "")
        if typed in _BY_NAME:
            return _BY_NAME[typed], argument.split(maxsplit=count - 1)[count - 1] if len(words) > count else ""
    return None, argument


def run_offered(turn: Turn, action: Action, _opened: Opened) -> None:
    """A command that we offered for a mistyped one."""
    run_command(turn, f"/{action['name']}")


def _suggest(turn: Turn, typed: str) -> None:
    known = [c.name for c in COMMANDS if (turn.is_admin or not c.admin) and (turn.member is not None or c.open)]
    near = process.extractOne(fold(typed), known, scorer=fuzz.ratio, score_cutoff=_NEAR)
    if near is None or turn.member is None:
        turn.say("command_unknown", command=typed[:30])
        return
    button = Button(f"/{near[0]}", {"do": "command", "name": near[0]})
    turn.reply(turn.text("command_near", command=typed[:30], near=near[0]), [[button]])


def _described(turn: Turn, command: Command) -> str:
    return f"/{command.name} – {turn.text(f'command_{command.name}')}"
