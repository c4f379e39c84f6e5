"""From a message to its handler, in one visible order.

pressed button -> file -> nothing readable -> command -> choice by number or in words -> that it was heard
-> what we asked for -> one's own tasks -> what is told or to be done -> question.
Somebody who is not let in gets no further than the door.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from bot.channels.contract import Unread
from bot.chat import (
    administration,
    away,
    correcting,
    further_agencies,
    handing_over,
    joining,
    more_time,
    own_data,
    own_reminders,
    own_tasks,
    papers,
    plans,
    progress_views,
    questions,
    reminder_later,
    reminder_results,
    reminder_rules,
    reminder_talk,
    reporting,
    returned_tables,
    task_leads,
    told,
    transferring,
    undated,
    web_page,
)
from bot.chat.actions import run_action
from bot.chat.commands import is_command, run_command
from bot.chat.own_words import own_list
from bot.chat.spoken_choices import (
    NoSuchRowError,
    Typed,
    Unclear,
    is_heard,
    means_a_choice,
    read_typed,
    spoken_action,
    takes_back,
)
from bot.chat.turn import Turn
from bot.menus.choices import (
    ANYBODY,
    Action,
    ForeignChoiceError,
    Opened,
    StaleChoiceError,
    find_opened,
    find_pressed,
    find_shown,
)
from bot.menus.dialogues import TYPED, Key, find_dialogue
from knowledge.text import cut, nfc

_ANSWER = "question"
"""In what choices are about: they stand below an answer."""
_MENTION = re.compile(r"(?:^|(?<=\s))@\w+[,:]?")
_LABEL = 60
"""Characters of a choice where those of the newest message are named in one sentence."""
_ROWS_NAMED = 4
_EXPECTED = {
    "search": own_tasks.search,
    "invite": administration.invite,
    "invite_uses": administration.invite_office,
    "new_name": own_data.rename,
    "result": reminder_results.take_note,
    "later_day": reminder_later.take_later_day,
    own_reminders.WAITING: own_reminders.take_answer,
    "wanted_day": more_time.take_wanted_day,
    "undated_day": undated.take_told_day,
    "extension_reason": more_time.take_reason,
    "decline_reason": more_time.take_decline_reason,
    "return_reason": reporting.take_return,
    "progress_words": reporting.take_progress,
    "direction": reporting.take_direction,
    "not_ours_reason": transferring.take_why,
    "transfer_agency": transferring.take_agency,
    "keep_reason": transferring.take_keep_reason,
    "rule_leads": reminder_rules.take_leads,
    "rule_extensions": more_time.take_limit,
    "rule_unit": reminder_rules.take_unit,
    "rule_agency": reminder_rules.take_agency,
    "rule_confirm": reminder_rules.take_confirming,
    "rule_task": task_leads.take_task,
    "further_agency": further_agencies.take_agency,
    away.WAITING: away.take_answer,
    handing_over.WAITING: handing_over.take_day,
    told.AGENCY: told.take_agency,
    "correct_value": correcting.take_value,
    "correct_reason": correcting.take_reason,
    "cancel_reason": correcting.take_cancel_reason,
    "table_reason": returned_tables.take_reason,
    "withdraw_reason": plans.take_withdraw_reason,
}
"""What to do with a member's next message, by what we asked for."""

_ASKED_AGAIN = {
    "invite",
    "invite_uses",
    "result",
    "later_day",
    own_reminders.WAITING,
    "wanted_day",
    "undated_day",
    "extension_reason",
    "decline_reason",
    "return_reason",
    "progress_words",
    "direction",
    "not_ours_reason",
    "transfer_agency",
    "keep_reason",
    "rule_leads",
    "rule_extensions",
    "rule_unit",
    "rule_confirm",
    "rule_agency",
    "rule_task",
    "further_agency",
    away.WAITING,
    handing_over.WAITING,
    told.AGENCY,
    "correct_value",
    "correct_reason",
    "cancel_reason",
    "table_reason",
    "withdraw_reason",
}
"""Words may be typed again until something is chosen, or until they say what was asked for."""

_ANY_WORDS = {
    "search",
    "new_name",
    "extension_reason",
    "decline_reason",
    "return_reason",
    "progress_words",
    "direction",
    "not_ours_reason",
    "keep_reason",
    "correct_value",
    "correct_reason",
    "cancel_reason",
    "table_reason",
    "withdraw_reason",
}
"""May be answered in any words; what answers the others never ends in a question mark: that is a question."""
_DAYS = {"later_day", "wanted_day", "undated_day"}
"""Nothing but a day answers them."""


def route(turn: Turn) -> None:
    """Fills `turn` with the replies to its message; a file is told by `wants_file` and `wants_result`."""
    text = _readable(turn)
    unread, turn.dialogue.unread = turn.dialogue.unread, None
    if turn.incoming.edited and not _is_changed_question(turn, text):
        return  # what it asked for has been done
    if turn.incoming.pressed is not None:
        _press(turn, turn.incoming.pressed)
    elif turn.incoming.file is not None:
        _refuse_file(turn)
    elif turn.incoming.phone:
        joining.take_phone(turn)
    elif not text:
        _refuse_wordless(turn, unread)
    elif is_command(text):
        turn.dialogue.waiting = None
        run_command(turn, text)
    elif turn.incoming.payload:
        joining.start(turn, "")
    elif (meant := _meant(turn, text)) is not None:
        if meant.opened is None or meant.action is None:
            turn.say(meant.say, **meant.values)
        else:
            _choose(turn, meant.opened, meant.action)
    else:
        _read(turn, text)


def _is_changed_question(turn: Turn, text: str) -> bool:
    """Whether an edited message asks something else than before; what it once asked is taken out of the talk.

    A choice, a report or a verdict in words was taken when it was sent, and must not be taken twice.
    """
    turns = turn.dialogue.turns
    if not text or is_command(text) or turn.incoming.attached or turn.dialogue.waiting or turn.member is None:
        return False
    if read_typed(text).number is not None or _meant(turn, text) is not None:
        return False
    if not turns or text in turns:
        return False
    turn.dialogue.turns = turns[:-1]
    return True


def wants_file(turn: Turn) -> bool:
    """Whether the message is a plan file that may be read: an administrator's, in private, where files come."""
    incoming = turn.incoming
    if wants_result(turn):
        return False
    # Edited, it has other words under a file that has been read.
    sent = incoming.pressed is None and not incoming.edited
    wanted = sent and incoming.file is not None and turn.capabilities.files_in
    return wanted and turn.is_admin and not incoming.group


def wants_result(turn: Turn) -> bool:
    """Whether the message is a file with what a task has brought, which the talk waits for."""
    incoming, waiting = turn.incoming, turn.dialogue.waiting or {}
    expected = waiting.get("for") == "result" and turn.member is not None and not reminder_talk.has_lapsed(turn)
    sent = incoming.pressed is None and not incoming.edited
    came = sent and incoming.attached is not None and turn.capabilities.files_in
    return expected and came


def _readable(turn: Turn) -> str:
    text = nfc(turn.incoming.text).strip()
    return _MENTION.sub("", text).strip() if turn.incoming.group and not text.startswith("/") else text


def _refuse_wordless(turn: Turn, before: str | None) -> None:
    """A sticker, a voice, a place: how to send it as words; what the talk waits for, it goes on waiting for.

    Args:
        before: the kind of the message before, where it was wordless, too: several of a kind are answered once.
    """
    kind = turn.incoming.unread or Unread.OTHER
    turn.dialogue.unread = kind.value
    waiting = turn.dialogue.waiting is not None and not reminder_talk.has_lapsed(turn)
    if before == kind.value:
        return
    if turn.member is None and not waiting:
        turn.say("group_stranger" if turn.incoming.group else "stranger")
    else:
        how = "words_again" if waiting else "words_wanted"
        names = [f"unread_{kind.value}", how]
        if turn.capabilities.files_in and turn.member is not None and not waiting:
            names.append("help_file" if turn.is_admin and not turn.incoming.group else "words_or_files")
        turn.reply(" ".join(turn.services.texts.say(name) for name in names))


def _refuse_file(turn: Turn) -> None:
    if turn.member is None:
        turn.say("stranger")
    elif not turn.is_admin:
        turn.say("file_declined")
    else:
        turn.say("private_only" if turn.incoming.group else "file_elsewhere")


def _press(turn: Turn, data: str) -> None:
    try:
        with turn.services.app.store.read() as session:
            opened, index = find_pressed(session, data, turn.key, turn.now)
    except StaleChoiceError:
        turn.say("choice_stale")
    except ForeignChoiceError:
        turn.say("choice_foreign")
    else:
        _choose(turn, opened, opened.actions[index])


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a typed message chooses, or what is said where it cannot be chosen."""

    opened: Opened | None = None
    action: Action | None = None
    say: str = ""
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Open:
    """What may be chosen from, the newest first; None for what was answered and is closed."""

    aside: Opened | None
    menus: list[Opened | None]


def _meant(turn: Turn, text: str) -> _Meant | None:
    """What is chosen by a number or in words; None where the message is something else."""
    typed = read_typed(text)
    waiting = turn.dialogue.waiting if not reminder_talk.has_lapsed(turn) else None
    if typed.number is not None:
        return None if waiting and waiting.get(TYPED) else _by_number(turn, typed.number)
    if turn.member is None:
        return None
    open_ = [*_to_be_named(_open_to(turn), waiting)]
    if typed.row is not None:  # "việc 1" is of a list, though the card of another task was opened since
        open_.sort(key=lambda each: not each[0].rows)
    for opened, latest in open_:
        found = _by_words(turn, typed, opened, latest=latest)
        if found is not None:
            return found
    if waiting is None and means_a_choice(typed, turn.services.texts):
        newest = next(iter(_open_to(turn).menus), None)
        if newest is None or not newest.labels:
            return _Meant(say="choice_over")
        return _Meant(say="choice_not_here", values={"words": _choices_of(turn, newest)})
    if is_heard(text) and (waiting or {}).get("for") != "new_name":
        return _Meant(say="acknowledged_open" if any(_open_to(turn).menus) else "acknowledged")
    return None


def _by_number(turn: Turn, number: int) -> _Meant | None:
    """Of the newest menu; a number that only an earlier one had is over."""
    menus = _open_to(turn).menus
    if not menus:
        return None
    newest = menus[0]
    if newest is None:
        return _Meant(say="choice_over") if turn.member else None
    if 1 <= number <= newest.numbered:
        return _Meant(newest, newest.actions[number - 1])
    if newest.labels and any(number <= each.numbered for each in menus[1:] if each):
        return _Meant(say="choice_replaced", values={"number": number, "words": _choices_of(turn, newest)})
    return _Meant(say="choice_range", values={"count": newest.numbered})


def _choices_of(turn: Turn, opened: Opened) -> str:
    """What can be chosen by number, in one sentence; the rows of a long list only by their number."""
    titles = [cut(label.partition(" – ")[0], _LABEL) for label in opened.labels[: opened.numbered]]
    named = [f"{place}. {title}" for place, title in enumerate(titles, 1)]
    if opened.rows > _ROWS_NAMED:
        named[: opened.rows] = [turn.text("choice_rows", count=opened.rows)]
    return "; ".join(named)


def _by_words(turn: Turn, typed: Typed, opened: Opened, *, latest: bool) -> _Meant | None:
    try:
        action = spoken_action(typed, opened, turn.services.texts, latest=latest)
    except Unclear:
        return _Meant(say="answer_which")
    except NoSuchRowError as error:
        return _Meant(say="choice_range", values={"count": error.rows})
    return _Meant(opened, action) if action is not None else None


def _to_be_named(open_: _Open, waiting: dict[str, object] | None) -> Iterator[tuple[Opened, bool]]:
    """Choices that words may mean, with whether each was shown last.

    While we wait for words, only those that came with the asking: a note is no choice of an older message.
    """
    menus = open_.menus
    if waiting is not None and waiting["for"] not in _DAYS:
        menus = [] if waiting.get(TYPED) else menus[:1]
    latest = True
    for opened in (open_.aside, *menus):
        if opened is not None:
            yield opened, latest
            latest = False


def _choose(turn: Turn, opened: Opened, action: Action) -> None:
    # The next number is of what was just chosen from, however far up in the chat it stands.
    if opened.numbered:
        turn.dialogue.show_menu(opened.token)
    if turn.member is not None:
        turn.dialogue.waiting = None
    run_action(turn, action, opened)


def _open_to(turn: Turn) -> _Open:
    """What was shown to this person, and in a group to everybody."""
    dialogue = turn.dialogue
    with turn.services.app.store.read() as session:

        def found(token: str | None, key: Key) -> Opened | None:
            return find_opened(session, token, key, turn.now)

        aside = found(dialogue.aside, turn.key)
        menus = [found(token, turn.key) for token in dialogue.menus]
        if turn.incoming.group:
            shared = find_dialogue(session, replace(turn.key, person=ANYBODY), turn.now).menus
            both = [each for each in (*menus, *(found(token, turn.key) for token in shared)) if each]
            menus = [*sorted(both, key=lambda each: each.at or turn.now, reverse=True)]
        replied = _replied(turn, session)
    if replied is not None and replied.numbered:
        return _Open(None, [replied, *(each for each in menus if each != replied)])
    return _Open(replied or aside, menus)


def _shown_last(turn: Turn) -> Opened | None:
    return next((each for each in _open_to(turn).menus if each is not None), None)


def _read(turn: Turn, text: str) -> None:
    if turn.member is None:
        if turn.incoming.group:
            turn.say("group_stranger")
        else:
            joining.talk_to_stranger(turn, text)
        return
    if reminder_talk.has_lapsed(turn):
        turn.dialogue.waiting = None
    waiting = (turn.dialogue.waiting or {}).get("for")
    if waiting in _EXPECTED and takes_back(text, result=waiting == "result"):
        turn.dialogue.waiting = None
        turn.say("stopped")
    elif waiting in _EXPECTED and (waiting in _ANY_WORDS or not text.endswith("?")):
        _EXPECTED[waiting](turn, text)
        if waiting not in _ASKED_AGAIN:
            turn.dialogue.waiting = None
    elif (own := own_list(text)) is not None:
        own(turn, "")
    elif not (
        papers.take_request(turn, text)
        or own_reminders.take_request(turn, text, _shown_last)
        or progress_views.take_report(turn, text)
        or web_page.take(turn, text)
        or told.take(turn, text, _open_to(turn).menus)
    ):
        _lean_on_replied(turn)
        questions.ask(turn, text, otherwise=lambda: told.take_unanswered(turn, text, _open_to(turn).menus))


def _lean_on_replied(turn: Turn) -> None:
    """The talk goes on from the older answer that the message replies to, if it does."""
    with turn.services.app.store.read() as session:
        opened = _replied(turn, session)
    if opened is not None and _ANSWER in opened.subject:
        questions.go_on_from(turn, opened)


def _replied(turn: Turn, session: Session) -> Opened | None:
    """What stands below the message of ours that this one replies to; an answer that a colleague was given, too."""
    if turn.incoming.replied is None:
        return None
    shown = find_shown(session, turn.incoming.replied, turn.key, turn.now)
    if shown is None:
        return None
    opened, own = shown
    return opened if own or _ANSWER in opened.subject else None
