"""From a message to its handler, in one visible order.

pressed button -> file -> nothing readable -> command -> choice by number or in words -> 👍 or 👎 in words
-> what we asked for -> one's own tasks -> question. Somebody who is not let in gets no further than the door.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.conversation import (
    administration,
    further_agencies,
    joining,
    more_time,
    own_data,
    own_tasks,
    questions,
    reminder_later,
    reminder_results,
    reminder_rules,
    reminder_talk,
    task_leads,
)
from bot.conversation.actions import run_action
from bot.conversation.choices import ANYBODY, ForeignChoiceError, Opened, StaleChoiceError, find_menu, find_pressed
from bot.conversation.commands import is_command, run_command
from bot.conversation.dialogues import find_dialogue
from bot.conversation.own_words import own_list
from bot.conversation.spoken_choices import is_spoken, lacks_item, spoken_choice
from bot.conversation.visit import Visit
from knowledge.store.feedback import Verdict
from knowledge.text import fold, nfc

_NUMBER = re.compile(r"(?:số\s*)?(\d{1,3})\s*[.)]?", re.IGNORECASE)
_MENTION = re.compile(r"(?:^|(?<=\s))@\w+[,:]?")
_VERDICTS = {
    "sai": Verdict.WRONG,
    "sai roi": Verdict.WRONG,
    "👎": Verdict.WRONG,
    "dung": Verdict.RIGHT,
    "dung roi": Verdict.RIGHT,
    "👍": Verdict.RIGHT,
}
_EXPECTED = {
    "search": own_tasks.search,
    "invite": administration.invite,
    "new_name": own_data.rename,
    "result": reminder_results.take_note,
    "later_day": reminder_later.take_later_day,
    "wanted_day": more_time.take_wanted_day,
    "extension_reason": more_time.take_reason,
    "decline_reason": more_time.take_decline_reason,
    "rule_leads": reminder_rules.take_leads,
    "rule_unit": reminder_rules.take_unit,
    "rule_agency": reminder_rules.take_agency,
    "rule_task": task_leads.take_task,
    "further_agency": further_agencies.take_agency,
}
"""What to do with a member's next message, by what we asked for."""

_ASKED_AGAIN = {
    "invite",
    "result",
    "later_day",
    "wanted_day",
    "extension_reason",
    "decline_reason",
    "rule_leads",
    "rule_unit",
    "rule_agency",
    "rule_task",
    "further_agency",
}
"""Words may be typed again until something is chosen, or until they say what was asked for."""

_ANY_WORDS = {"search", "new_name", "extension_reason", "decline_reason"}
"""May be answered in any words; what answers the others never ends in a question mark: that is a question."""
_NEVER_MIND = {"thoi", "thoi khong", "huy", "huy bo", "khong can nua"}
"""Takes back what was begun, whatever we asked for: nobody is called so, and it is no result."""


def route(visit: Visit) -> None:
    """Fills `visit` with the replies to its message; a file is told by `wants_file` and `wants_result`."""
    text = _readable(visit)
    if visit.incoming.edited and not _is_changed_question(visit, text):
        return  # what it asked for has been done
    if visit.incoming.pressed is not None:
        _press(visit, visit.incoming.pressed)
    elif visit.incoming.file is not None:
        _refuse_file(visit)
    elif not text:
        _refuse_wordless(visit)
    elif is_command(text):
        visit.dialogue.waiting = None
        run_command(visit, text)
    elif visit.incoming.payload:
        joining.start(visit, "")
    elif not (_pick_number(visit, text) or _pick_spoken(visit, text) or _judge(visit, text)):
        _read(visit, text)


def _is_changed_question(visit: Visit, text: str) -> bool:
    """Whether an edited message asks something else than before; what it once asked is taken out of the talk.

    A choice, a report or a verdict in words was taken when it was sent, and must not be taken twice.
    """
    turns = visit.dialogue.turns
    if not text or is_command(text) or visit.incoming.attached or visit.dialogue.waiting or visit.member is None:
        return False
    if _NUMBER.fullmatch(text) or is_spoken(text) or fold(text).rstrip("!. ") in _VERDICTS:
        return False
    if not turns or text in turns:
        return False
    visit.dialogue.turns = turns[:-1]
    return True


def wants_file(visit: Visit) -> bool:
    """Whether the message is a plan file that may be read: an administrator's, in private, where files come."""
    incoming = visit.incoming
    if wants_result(visit):
        return False
    # Edited, it has other words under a file that has been read.
    sent = incoming.pressed is None and not incoming.edited
    wanted = sent and incoming.file is not None and visit.capabilities.files_in
    return wanted and visit.is_admin and not incoming.group


def wants_result(visit: Visit) -> bool:
    """Whether the message is a file with what a task has brought, which the talk waits for."""
    incoming, waiting = visit.incoming, visit.dialogue.waiting or {}
    expected = waiting.get("for") == "result" and visit.member is not None and not reminder_talk.has_lapsed(visit)
    sent = incoming.pressed is None and not incoming.edited
    came = sent and incoming.attached is not None and visit.capabilities.files_in
    return expected and came


def _readable(visit: Visit) -> str:
    text = nfc(visit.incoming.text).strip()
    return _MENTION.sub("", text).strip() if visit.incoming.group and not text.startswith("/") else text


def _refuse_wordless(visit: Visit) -> None:
    """A sticker, a voice, a place; what the talk waits for, it goes on waiting for."""
    if visit.member is None:
        visit.say("stranger")
    elif visit.dialogue.waiting is not None and not reminder_talk.has_lapsed(visit):
        visit.say("text_only_again")
    else:
        visit.say("text_only")


def _refuse_file(visit: Visit) -> None:
    if visit.member is None:
        visit.say("stranger")
    elif not visit.is_admin:
        visit.say("file_declined")
    else:
        visit.say("private_only" if visit.incoming.group else "file_elsewhere")


def _press(visit: Visit, data: str) -> None:
    try:
        with visit.services.app.store.read() as session:
            opened, index = find_pressed(session, data, visit.key, visit.now)
    except StaleChoiceError:
        visit.say("choice_stale")
    except ForeignChoiceError:
        visit.say("choice_foreign")
    else:
        _choose(visit, opened, index)


def _pick_number(visit: Visit, text: str) -> bool:
    """Whether the message was the number of a choice shown last."""
    match = _NUMBER.fullmatch(text)
    opened = _menu(visit) if match else None
    if match is None or opened is None:
        return False
    number = int(match[1])
    if 1 <= number <= len(opened.actions):
        _choose(visit, opened, number - 1)
    else:
        visit.chosen = True
        visit.say("choice_range", count=len(opened.actions))
    return True


def _pick_spoken(visit: Visit, text: str) -> bool:
    """Whether the message was a choice about a reminder, in words."""
    opened = _menu(visit) if visit.member and is_spoken(text) else None
    if opened is None:
        return False
    place = spoken_choice(text, opened.actions)
    if place is not None:
        _choose(visit, opened, place)
        return True
    if visit.dialogue.waiting is None and lacks_item(text, opened.actions):
        visit.chosen = True
        visit.say("answer_which")
        return True
    return False


def _judge(visit: Visit, text: str) -> bool:
    """Whether the message was a verdict on the answer shown last."""
    verdict = _VERDICTS.get(fold(text).rstrip("!. "))
    opened = _menu(visit) if verdict and visit.member else None
    if verdict is None or opened is None:
        return False
    wanted = {"do": "judge", "verdict": verdict.value}
    if wanted not in opened.actions:
        return False
    _choose(visit, opened, opened.actions.index(wanted))
    return True


def _choose(visit: Visit, opened: Opened, index: int) -> None:
    visit.chosen = True
    # The next number is of what was just chosen from, however far up in the chat it stands.
    visit.dialogue.menu = opened.token
    if visit.member is not None:
        visit.dialogue.waiting = None
    run_action(visit, opened.actions[index], opened)


def _menu(visit: Visit) -> Opened | None:
    """What was shown last: to this person, or in a group to everybody."""
    with visit.services.app.store.read() as session:
        tokens = [visit.dialogue.menu]
        if visit.incoming.group:
            tokens.append(find_dialogue(session, replace(visit.key, person=ANYBODY), visit.now).menu)
        return find_menu(session, tokens, visit.key, visit.now)


def _read(visit: Visit, text: str) -> None:
    if visit.member is None:
        if visit.incoming.group:
            visit.say("group_stranger")
        else:
            joining.talk_to_stranger(visit, text)
        return
    if reminder_talk.has_lapsed(visit):
        visit.dialogue.waiting = None
    waiting = (visit.dialogue.waiting or {}).get("for")
    if waiting in _EXPECTED and fold(text).strip(" .!") in _NEVER_MIND:
        visit.dialogue.waiting = None
        visit.say("stopped")
    elif waiting in _EXPECTED and (waiting in _ANY_WORDS or not text.endswith("?")):
        _EXPECTED[waiting](visit, text)
        if waiting not in _ASKED_AGAIN:
            visit.dialogue.waiting = None
    elif (own := own_list(text)) is not None:
        own(visit, "")
    else:
        _lean_on_replied(visit)
        questions.ask(visit, text)


def _lean_on_replied(visit: Visit) -> None:
    """The talk goes on from the older answer that the message replies to, if it does."""
    if visit.incoming.replied is None:
        return
    try:
        with visit.services.app.store.read() as session:
            opened, _ = find_pressed(session, visit.incoming.replied, visit.key, visit.now)
    except (StaleChoiceError, ForeignChoiceError):
        return
    if "question" in opened.subject and opened.generation == visit.generation:
        questions.go_on_from(visit, opened)
