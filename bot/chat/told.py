"""What is told or asked to be done in words, with no choice open for it: done, more time, not ours, fewer messages.

Nothing is changed by a sentence alone: what was understood is named and offered, and done when it is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.chat import assigning, away, handing_over
from bot.chat.days import month_end, read_day
from bot.chat.joining import offer_agencies
from bot.chat.monitoring import urge_named
from bot.chat.open_tasks import Obligation, find_obligations, own_agencies
from bot.chat.paging import show_list
from bot.chat.reminder_talk import stop_button, title_of, work_days
from bot.chat.reminder_wishes import open_wishes, read_wish
from bot.chat.replanning import plan_again
from bot.chat.statements import Kind, Statement, read_statement
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.members import Member
from bot.reports.colours import long_day
from bot.tracking.records import State
from bot.tracking.rows import open_titles
from knowledge.text import cut, fold, nfc, syllables

_DIFFICULT = re.compile(r"\b(?:vuong(?: mac)?|kho khan|kien nghi|de nghi thao go)\b")
_AMOUNT = re.compile(r"\bthem (\d{1,2}|mot|hai|ba|bon|nam|muoi) (ngay lam viec|ngay|tuan|thang)\b")
_UNTIL = re.compile(r"\b(?:den|sang|toi) (?!so\b)(.+)$")
_COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "muoi": 10}
_WHO = "(?:toi|em|anh|chi|minh|co|chu)"
_NOW = "(?:(?:nay|gio|bay gio|hien nay|hien|da|doi|moi|vua|chuyen|duoc) )*"
_MOVED = re.compile(
    rf"\b{_WHO} {_NOW}(?:chuyen|dieu dong|luan chuyen|ve)(?: cong tac)?(?: sang| ve| toi| den| qua| lai)*(?: ben)? "
    r"(?P<to>.+)"
    rf"|\b(?:doi )?(?:co quan|don vi)(?: cho| cua)?(?: {_WHO})? {_NOW}(?:la|thanh|sang|ve) (?P<now>.+)"
    rf"|\b{_WHO} {_NOW}(?:lam viec|lam|cong tac|nhan cong tac|nhan nhiem vu) (?:o|tai|ben) (?P<at>.+)"
)
_AFTER_AGENCY = re.compile(r"(?: (?:cong tac|lam viec|lam|roi|a|nhe|em|nua))+$")
_SINCE = re.compile(r" (?:ke tu|tu|hom|tuan|thang) ")
_BODY = re.compile(
    r"(?:so|ban|uy ban|ubnd|hdnd|chi cuc|cuc|trung tam|van phong|truong|benh vien|cong an|thanh tra|thue|xa|phuong)\b"
)
"""What a body that no directory knows is called first."""
_LONGEST_NAME = 9
"""Words of such a name: more is something else that is said."""
_HELP = frozenset(
    syllables("nhờ em anh chị xem hỏi giúp hộ với cái này việc tí chút một cho tôi mình ạ ơi nhé đi được tư vấn thứ")
)
_PLAIN = frozenset(
    syllables(
        """cái các những mấy việc nhiệm vụ báo cáo này đó kia ấy bên em anh chị tôi mình cơ quan đơn vị sở
        chúng đã gửi nộp trình xong rồi hoàn thành tất nhé nha ạ dạ vâng ơi xin cho thêm lùi gia hạn hoãn
        lại tuần ngày tháng quý năm làm một hai ba bốn mười sang đến tới vì do chưa kịp với giúp thì là và
        của ở trong lên về được hết cả luôn sau nữa cuối đầu"""
    )
)
"""Words that do not tell which duty is meant."""
_THIS_MONTH = re.compile(r"\bthang nay\b")
AGENCY = "new_agency"
"""What the talk waits for once somebody has said to work elsewhere."""
_NOWHERE = {
    Kind.DONE: "no_duty_meant",
    Kind.MORE_TIME: "no_duty_meant",
    Kind.NOT_OURS: "not_ours_which",
    Kind.FEWER: "wishes_nobody",
}
"""What is said where nothing fits that the statement could be about."""
_NOT_IN_PAPERS = {Kind.SMALL_TALK: "small_talk", Kind.UNDER_WAY: "no_duty_meant"}
"""The same where the papers hold nothing of it either."""
_MOST = 8
_WORDS = 300
"""Characters of what was said that go to an administrator or into a note."""


def take(turn: Turn, text: str, menus: Sequence[Opened | None]) -> bool:
    """Whether the message told something that is taken up here; questions are not.

    Args:
        menus: what was shown last, the newest first: what "việc này" may be.
    """
    plain = " ".join(syllables(text))
    if _HELP.issuperset(plain.split()) and re.search(r"\b(?:giup|ho|nho)\b", plain):
        turn.say("ask_about_what")
        return True
    read = _read(turn, text)
    return read.likely and read.kind is not Kind.SMALL_TALK and _offer(turn, text, menus, read.kind)


def take_unanswered(turn: Turn, text: str, menus: Sequence[Opened | None]) -> bool:
    """The same of a message of which the papers hold nothing: it may have been no question."""
    kind = _read(turn, text).kind
    return kind is not Kind.NOTHING and (_offer(turn, text, menus, kind) or _say_where(turn, kind, _NOT_IN_PAPERS))


def _offer(turn: Turn, text: str, menus: Sequence[Opened | None], kind: Kind) -> bool:
    """Offers what was understood, or says where it can be done."""
    offers: dict[Kind, Callable[[], bool]] = {
        Kind.DONE: lambda: _offer_done(turn, text),
        Kind.UNDER_WAY: lambda: _offer_progress(turn, text),
        Kind.MORE_TIME: lambda: _offer_more_time(turn, text),
        Kind.NOT_OURS: lambda: _offer_not_ours(turn, text, menus),
        Kind.AWAY: lambda: away.take_told(turn, text),
        Kind.BACK: lambda: away.take_back_told(turn),
        Kind.ASSIGN: lambda: assigning.take_told(turn, text, menus, lambda rest: _meant(turn, rest)),
        Kind.HAND_OVER: lambda: handing_over.take_told(turn, text),
        Kind.FEWER: lambda: _show_wishes(turn, text),
        Kind.MOVED: lambda: _offer_move(turn, text),
        Kind.URGE: lambda: _offer_urging(turn, text),
    }
    return (kind in offers and offers[kind]()) or _say_where(turn, kind, _NOWHERE)


def _say_where(turn: Turn, kind: Kind, places: Mapping[Kind, str]) -> bool:
    if where := places.get(kind):
        turn.reply(turn.services.texts.say(where))
    return kind in places


def _read(turn: Turn, text: str) -> Statement:
    with turn.services.app.store.read() as session:
        titles = open_titles(session, turn.member.id) if turn.member else []
    return read_statement(text, turn.services.app.directory, titles, turn.now.date())


def ask_move(turn: Turn, action: Action, opened: Opened) -> None:
    """An administrator is asked to note that a member works elsewhere now."""
    member = turn.member
    if member is None:
        return
    agency = action["agency"]
    text = turn.text("move_asked", name=member.name, agency=member.agency or turn.text("agency_none"), new=agency)
    which = {"member": member.id, "agency": agency}
    agree = Button(turn.text("button_agree"), {"do": "move", **which})
    refuse = Button(turn.text("button_decline"), {"do": "keep_agency", **which})
    tell_administrators(turn, text, [agree, refuse])
    turn.close(opened)
    turn.say("sent_to_administrators")


def move(turn: Turn, action: Action, opened: Opened) -> None:
    """An administrator agrees: the member is of the new agency from now on, and hears it."""
    people, member = turn.services.people, turn.services.people.get(action["member"])
    turn.close(opened)
    if member.agency == action["agency"]:
        turn.say("moved_already", name=member.name, agency=member.agency)
        return
    member = people.change(member.id, turn.member.id if turn.member else None, agency=action["agency"])
    plan_again(turn)
    _answer_move(turn, member, "moved")


def refuse_move(turn: Turn, action: Action, opened: Opened) -> None:
    """The member stays of the agency, and hears it."""
    turn.close(opened)
    member = turn.services.people.get(action["member"])
    if member.agency == action["agency"]:
        turn.say("moved_already", name=member.name, agency=member.agency)
    else:
        _answer_move(turn, member, "move_refused")


def _answer_move(turn: Turn, member: Member, key: str) -> None:
    text = turn.services.texts.say(key, name=member.name, agency=member.agency or turn.text("agency_none"))
    turn.reply(text)
    for account in turn.services.people.channels_of(member.id):
        turn.tell(account, text)


def _offer_done(turn: Turn, text: str) -> bool:
    found = _meant(turn, text)
    note = cut(text, _WORDS)
    if len(found) == 1:
        ids = _ids(found[0])
        buttons = [Button(turn.text("button_report_done"), {"do": "reminder_skip", "ids": ids, "note": note})]
        question = turn.text("done_meant", task=_title(found[0]), due=long_day(found[0].due))
        turn.reply(question, [[*buttons, stop_button(turn, ids)]])
    elif found:
        today = turn.now.date()
        rows = [_row(each, today, {"do": "reminder_skip", "ids": _ids(each), "note": note}) for each in found]
        show_list(turn, turn.text("done_which"), rows, [[stop_button(turn)]])
    return bool(found)


def _offer_progress(turn: Turn, text: str) -> bool:
    found = _meant(turn, text)
    words, difficulty = cut(text, _WORDS), _DIFFICULT.search(" ".join(syllables(text))) is not None
    what = {"do": "progress_keep", "words": words, "difficulty": difficulty}
    if len(found) == 1:
        question = turn.text("progress_meant", task=_title(found[0]), due=long_day(found[0].due))
        keep = Button(turn.text("button_keep_progress"), {**what, "ids": _ids(found[0])})
        done = {"do": "reminder_skip", "ids": _ids(found[0]), "note": words}
        buttons = [keep, Button(turn.text("button_done_already"), done), stop_button(turn, _ids(found[0]))]
        turn.reply(question, [buttons])
    elif found:
        today = turn.now.date()
        rows = [_row(each, today, {**what, "ids": _ids(each)}) for each in found]
        show_list(turn, turn.text("under_way_which"), rows, [[stop_button(turn)]])
    return bool(found)


def _offer_more_time(turn: Turn, text: str) -> bool:
    found = _meant(turn, text)
    today = turn.now.date()
    if len(found) == 1:
        ids, wanted = _ids(found[0]), _wanted(turn, text, found[0].due)
        which = {"do": "reminder_extend", "ids": ids}
        task, due = _title(found[0]), long_day(found[0].due)
        if wanted is None:
            question = turn.text("more_time_meant", task=task, due=due)
            buttons = [Button(turn.text("button_ask_more"), which)]
        else:
            question = turn.text("more_time_until", task=task, due=due, wanted=long_day(wanted))
            agree = {"do": "extend_to", "ids": ids, "day": wanted.isoformat()}
            buttons = [Button(turn.text("button_ask_more"), agree), Button(turn.text("button_other_day"), which)]
        turn.reply(question, [[*buttons, stop_button(turn, ids)]])
    elif found:
        rows = [_row(each, today, {"do": "reminder_extend", "ids": _ids(each)}) for each in found]
        show_list(turn, turn.text("more_time_which"), rows, [[stop_button(turn)]])
    return bool(found)


def _offer_not_ours(turn: Turn, text: str, menus: Sequence[Opened | None]) -> bool:
    shown = next((ids for each in menus if each and (ids := _of_one(each))), None)
    found = [each for each in _open(turn) if shown and set(shown) & set(_ids(each))]
    if _topic(turn, text):
        found = _meant(turn, text) or found
    words = {"do": "not_ours", "words": cut(text, _WORDS)}
    if len(found) > 1:
        rows = [_row(each, turn.now.date(), {**words, "ids": _ids(each)}) for each in found]
        show_list(turn, turn.text("not_ours_choose"), rows, [[stop_button(turn)]])
        return True
    if not found:
        return False
    ids = _ids(found[0])
    send = Button(turn.text("button_send"), {**words, "ids": ids})
    turn.reply(turn.text("not_ours_meant", task=_title(found[0])), [[send, stop_button(turn, ids)]])
    return True


def _offer_urging(turn: Turn, text: str) -> bool:
    named = {each.name for each in turn.services.app.directory.find(text)}
    if len(named) != 1:
        return False
    urge_named(turn, named.pop())
    return True


def take_agency(turn: Turn, text: str) -> None:
    """Agencies that fit what was typed, to move to."""
    offer_agencies(turn, text, {"do": "move_to"}, "move_which")


def offer_move(turn: Turn, action: Action, _opened: Opened) -> None:
    """Asks whether an administrator is to be told of the agency that was chosen."""
    if turn.member is not None and turn.member.agency == action["agency"]:
        turn.say("move_same", agency=turn.member.agency)
        return
    send = Button(turn.text("button_send"), {"do": "ask_move", "agency": action["agency"]})
    turn.reply(turn.text("move_meant", agency=action["agency"]), [[send, stop_button(turn)]])


def _offer_move(turn: Turn, text: str) -> bool:
    words = syllables(text)
    match = _MOVED.search(" ".join(words))
    if match is None or match.lastgroup is None:
        return False
    people, told = turn.services.people, _AFTER_AGENCY.sub("", match[match.lastgroup])
    ends = [len(told), *(since.start() for since in reversed([*_SINCE.finditer(told)]))]
    names = [_AFTER_AGENCY.sub("", told[:end]) for end in ends]
    known = next((name for name in names if people.is_known_agency(name)), None)
    if known is not None:
        offer_move(turn, {"agency": people.find_agencies(known)[0]}, Opened("", (), 0))
        return True
    name = next((name for name in names if people.find_agencies(name)), names[-1])
    unknown = _BODY.match(name) and len(name.split()) <= _LONGEST_NAME
    if match.lastgroup == "at" or not (people.find_agencies(name) or unknown):
        return False
    typed, start = re.findall(r"[\w/-]+", nfc(text)), len(match.string[: match.start(match.lastgroup)].split())
    printed = typed[start : start + len(name.split())] if len(typed) == len(words) else [name]
    turn.dialogue.waiting = {"for": AGENCY}
    take_agency(turn, " ".join(printed))
    return True


def _show_wishes(turn: Turn, text: str) -> bool:
    return open_wishes(turn, read_wish(text))


def tell_administrators(turn: Turn, text: str, buttons: Sequence[Button] = ()) -> None:
    """Writes to every administrator, on every channel of theirs."""
    people = turn.services.people
    for admin in people.administrators():
        for account in people.channels_of(admin.id):
            turn.tell(account, text, buttons)


def _open(turn: Turn) -> list[Obligation]:
    return [each for each in find_obligations(turn, own_agencies(turn)) if each.first.state is State.OPEN]


def _meant(turn: Turn, text: str) -> list[Obligation]:
    """The open duties of one's own that most of the words are of, the nearest first; none where no word tells."""
    words = _topic(turn, text)
    owed = sorted(_open(turn), key=lambda each: abs((each.due - turn.now.date()).days))
    if _THIS_MONTH.search(" ".join(syllables(text))):
        owed = [each for each in owed if (each.due.year, each.due.month) == (turn.now.year, turn.now.month)]
    if not words:
        named = [word for word in ("bao cao",) if word in fold(text)]
        owed = [each for each in owed if all(word in fold(_told(each)) for word in named)]
        return owed[:_MOST]
    held = {id(each): sum(_holds(_told(each), word) for word in words) for each in owed}
    most = max(held.values(), default=0)
    return [each for each in owed if held[id(each)] == most][:_MOST] if 2 * most >= len(words) else []


def _topic(turn: Turn, text: str) -> set[str]:
    """The words that may tell which duty is meant: neither those of telling nor an agency's name."""
    folded = fold(text)
    if len(folded) == len(text):
        for found in sorted(turn.services.app.directory.find(text), key=lambda each: -each.start):
            text = f"{text[: found.start]} {text[found.end :]}"
    return {str(word) for word in syllables(text)} - _PLAIN


def _told(owed: Obligation) -> str:
    task = owed.task
    beside = (
        (task.task.title, task.task.product or "", task.plan.name, task.plan.metadata.title or "") if task else ()
    )
    return " ".join((owed.first.title, *beside))


def _holds(told: str, word: str) -> bool:
    """Whether the words are told, or stand for first letters of words told: "tthc" for "thủ tục hành chính"."""
    words = syllables(told)
    initials = "".join(each[0] for each in words)
    return any(word in each.split("/") for each in words) or (len(word) > 2 and word in initials)


def _wanted(turn: Turn, text: str, due: date) -> date | None:
    plain, calendar = " ".join(syllables(text)), work_days(turn)
    start = max(due, turn.now.date())
    if match := _AMOUNT.search(plain):
        count = _COUNTS.get(match[1]) or int(match[1])
        if match[2] == "thang":
            last = month_end(start, count)
            return last.replace(day=min(start.day, last.day))
        if match[2] == "ngay lam viec":
            return calendar.add(start, count)
        return start + timedelta(days=count * 7 if match[2] == "tuan" else count)
    until = _UNTIL.search(fold(text))
    return read_day(until[1], turn.now.date(), calendar) if until else None


def _of_one(opened: Opened) -> list[int] | None:
    """What the answers to one reminder are about."""
    ids = [action["ids"] for action in opened.actions if action["do"].startswith("reminder_") and "ids" in action]
    return ids[0] if ids and not opened.rows else None


def _row(owed: Obligation, today: date, action: Action) -> Item:
    return replace(owed.item(today), action=action)


def _ids(owed: Obligation) -> list[int]:
    return [each.id for each in owed.occurrences]


def _title(owed: Obligation) -> str:
    return title_of(owed.occurrences)
