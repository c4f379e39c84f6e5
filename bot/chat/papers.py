"""The paper itself as a file: by a button, or "gửi tôi văn bản kế hoạch 57"."""

from __future__ import annotations

import re

from bot.channels.contract import FileOut
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened
from knowledge.errors import AmbiguousPlanError, UnknownPlanError
from knowledge.store.catalog import find_plan
from knowledge.store.papers import find_paper, paper_digest
from knowledge.store.versions import live_version
from knowledge.text import fold

_ASKED = re.compile(
    r"(?:(?:em|toi|minh|anh|chi|cho|xin|nho|muon|can|giup|ho) )*"
    r"(?:gui|tai|xin|lay|cho (?:toi|em|minh))(?: (?:cho|giup|ho|toi|em|minh|lai|xin))*"
    r" (?:tep|file|ban goc|ban day du|toan van|van ban)(?: (?:tep|file|pdf|word|goc|day du|cua|ve))*"
    r" (?P<paper>.+?)(?: (?:voi|nhe|nha|a|di|duoc khong|giup|ho|cho|toi|em|minh))*[ .!?]*"
)
"""A whole message that asks for a file: to be sent, of what, of which paper."""
_LARGEST = 50_000_000
"""Bytes of a file that a messenger takes."""
_LEAST = 2
"""Syllables by which a paper is named where no number is told."""


def paper_buttons(turn: Turn, plan_id: int, version: int | None) -> list[Button]:
    """[Gửi văn bản] where files can be sent and the version's is kept."""
    if version is None or not turn.capabilities.files_out:
        return []
    if paper_digest(turn.services.app.store, plan_id, version) is None:
        return []
    return [Button(turn.text("button_paper"), {"do": "paper", "plan": plan_id})]


def give_paper(turn: Turn, action: Action, _opened: Opened) -> None:
    """Sends the file of a plan's live version."""
    _give(turn, action["plan"])


def take_request(turn: Turn, text: str) -> bool:
    """Sends the file that the message asks for; False where it asks for none, or for none that is known."""
    asked = _ASKED.fullmatch(fold(text))
    if asked is None:
        return False
    named = asked["paper"]
    if not any(sign.isdigit() for sign in named) and len(named.split()) < _LEAST:
        return False
    try:
        plan_id = find_plan(turn.services.app.store, named)
    except AmbiguousPlanError as error:
        turn.reply(error.sentence)
        return True
    except UnknownPlanError:
        return False
    if live_version(turn.services.app.store, plan_id) is None:
        return False
    _give(turn, plan_id)
    return True


def _give(turn: Turn, plan_id: int) -> None:
    store = turn.services.app.store
    version = live_version(store, plan_id)
    if version is None:
        turn.say("plan_gone")
    elif not turn.capabilities.files_out:
        turn.say("no_files_here")
    elif (paper := find_paper(store, plan_id, version)) is None:
        turn.say("paper_not_kept")
    elif len(paper.content) > _LARGEST:
        turn.say("paper_too_large")
    else:
        turn.send_file("", FileOut(paper.name, paper.content))
