"""What is told or asked to be done in words, with no choice open for it: done, more time, not ours, fewer messages.

Nothing is changed by a sentence alone: what was understood is named and offered, and done when it is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.chat import assigning, away, handing_over
from bot.chat.days import month_end, read_day
from bot.chat.joining import offer_agencies
from bot.chat.monitoring import urge_named
from bot.chat.open_tasks import Owed, find_owed, own_agencies
from bot.chat.paging import show_list
from bot.chat.reminder_talk import stop_button, title_of, work_days
from bot.chat.reminder_wishes import open_wishes, read_wish
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Visit
from bot.menus.choices import Action, Opened
from bot.people.members import Member
from bot.reports.colours import long_day
from bot.tracking.records import State
from knowledge.text import cut, fold, nfc, syllables

_ASKS = re.compile(
    r"\?\s*$|\b(?:nao|gi|ai|chua|sao|dau|may|bao gio|khi nao|bao nhieu|the nao)\b|\bkhong(?: a| em| nhi)?$"
    r"|\bcho (?:em|toi|anh|chi|minh) hoi\b"
    r"|^(?:cac|nhung|danh sach|liet ke|thong ke|xem|cho (?:biet|xem))\b"
)
_REPORTED = "gui|nop|trinh|xong|hoan thanh|hoan tat"
_DONE = re.compile(rf"\b(?:{_REPORTED}|bao cao)\b.*\b(?:roi|xong)\b|\bda (?:{_REPORTED})\b")
_DIFFICULT = re.compile(r"\b(?:vuong(?: mac)?|kho khan|kien nghi|de nghi thao go)\b")
_UNDER_WAY = re.compile(
    r"^(?=.*\b(?:em|toi|anh|chi|minh|viec)\b).*(?:"
    r"\bdang (?:lam|thuc hien|trien khai|xu ly|hoan thien|soan|tong hop)\b|\bmoi (?:lam|xong|dat|duoc)\b"
    r"|\b(?:lam|xong|dat) duoc \d{1,2}\b|\b(?:gap|dang|con|co|bi|em|toi|minh) (?:vuong|kho khan)\b)"
)
"""Said by somebody, or of a duty: "kiến nghị cử tri", "đang triển khai" alone are what papers are asked for."""
_MORE_TIME = re.compile(
    r"\b(?:xin|cho|de nghi|nho)\b.*\b(?:lui|gia han|hoan lai|them)\b"
    r"|^(?:lui han|gia han)\b(?! (?:bao|nhu|ra|co|duoc)\b)"
)
_AMOUNT = re.compile(r"\bthem (\d{1,2}|mot|hai|ba|bon|nam|muoi) (ngay lam viec|ngay|tuan|thang)\b")
_UNTIL = re.compile(r"\b(?:den|sang|toi) (?!so\b)(.+)$")
_COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "muoi": 10}
_MESSAGES = "nhan|nhac|tin|gui"
_FEWER = re.compile(
    rf"\b(?:dung|bot|it|giam|gop|khong)\b.*\b(?:{_MESSAGES})\b"
    rf"|\b(?:{_MESSAGES})\b.*\b(?:it|bot|gop|giam|som qua|muon qua)\b"
    rf"|\bchi (?:nen )?(?:{_MESSAGES})\b.*\b(?:thu|tuan|sang|chieu|gio|h)\b"
    rf"|^(?:xin )?(?:{_MESSAGES})\b.*\b(?:sau|tu) \d{{1,2}} ?(?:h|gio)\b"
)
_NOT_OURS = re.compile(r"\bviec (?:nay|do|kia|ay)\b.*\b(?:cua ben|thuoc|phai la|khong phai|la cua)\b")
_WHO = "(?:toi|em|anh|chi|minh|co|chu)"
_NOW = "(?:(?:nay|gio|bay gio|hien nay|hien|da|doi|moi|vua|chuyen|duoc) )*"
_MOVED = re.compile(
    rf"\b{_WHO} {_NOW}(?:chuyen|dieu dong|luan chuyen|ve)(?: cong tac)?(?: sang| ve| toi| den| qua| lai)*(?: ben)? "
    r"(?P<to>.+)"
    rf"|\b(?:doi )?(?:co quan|don vi)(?: cho| cua)?(?: {_WHO})? {_NOW}(?:la|thanh|sang|ve) (?P<now>.+)"
    rf"|\b{_WHO} {_NOW}(?:lam viec|lam|cong tac|nhan cong tac|nhan nhiem vu) (?:o|tai|ben) (?P<at>.+)"
)
_URGE = re.compile(r"^(?:(?:xin|hay|nho|em|anh|chi|giup|cho|toi|minh) )*(?:don doc|giuc)\b")
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
_MOST = 8
_WORDS = 300
"""Characters of what was said that go to an administrator or into a note."""


def take(visit: Visit, text: str, menus: Sequence[Opened | None]) -> bool:
    """Whether the message told something that is taken up here; questions are not.

    Args:
        menus: what was shown last, the newest first: what "việc này" may be.
    """
    plain = " ".join(syllables(text))
    if _HELP.issuperset(plain.split()) and re.search(r"\b(?:giup|ho|nho)\b", plain):
        visit.say("ask_about_what")
        return True
    if _ASKS.search(fold(text)):
        return False
    forms: list[tuple[re.Pattern[str], Callable[[], bool]]] = [
        (handing_over.HANDS_OVER, lambda: handing_over.take_told(visit, text)),
        (away.ENDS, lambda: away.take_back_told(visit)),
        (away.IS_AWAY, lambda: away.take_told(visit, text)),
        (assigning.GIVES, lambda: assigning.take_told(visit, text, menus, lambda rest: _meant(visit, rest))),
        (_NOT_OURS, lambda: _offer_not_ours(visit, text, menus)),
        (_MORE_TIME, lambda: _offer_more_time(visit, text)),
        (_URGE, lambda: _offer_urging(visit, text)),
        (_MOVED, lambda: _offer_move(visit, text)),
        (_UNDER_WAY, lambda: _offer_progress(visit, text)),
        (_DONE, lambda: _offer_done(visit, text)),
        (_FEWER, lambda: _show_wishes(visit, text)),
    ]
    return any(form.search(plain) and taken() for form, taken in forms)


def ask_move(visit: Visit, action: Action, opened: Opened) -> None:
    """An administrator is asked to note that a member works elsewhere now."""
    member = visit.member
    if member is None:
        return
    agency = action["agency"]
    text = visit.text("move_asked", name=member.name, agency=member.agency or visit.text("agency_none"), new=agency)
    which = {"member": member.id, "agency": agency}
    agree = Button(visit.text("button_agree"), {"do": "move", **which})
    refuse = Button(visit.text("button_decline"), {"do": "keep_agency", **which})
    tell_administrators(visit, text, [agree, refuse])
    visit.close(opened)
    visit.say("sent_to_administrators")


def move(visit: Visit, action: Action, opened: Opened) -> None:
    """An administrator agrees: the member is of the new agency from now on, and hears it."""
    people, member = visit.services.people, visit.services.people.get(action["member"])
    visit.close(opened)
    if member.agency == action["agency"]:
        visit.say("moved_already", name=member.name, agency=member.agency)
        return
    member = people.change(member.id, visit.member.id if visit.member else None, agency=action["agency"])
    plan_again(visit)
    _answer_move(visit, member, "moved")


def refuse_move(visit: Visit, action: Action, opened: Opened) -> None:
    """The member stays of the agency, and hears it."""
    visit.close(opened)
    member = visit.services.people.get(action["member"])
    if member.agency == action["agency"]:
        visit.say("moved_already", name=member.name, agency=member.agency)
    else:
        _answer_move(visit, member, "move_refused")


def _answer_move(visit: Visit, member: Member, key: str) -> None:
    text = visit.services.texts.say(key, name=member.name, agency=member.agency or visit.text("agency_none"))
    visit.reply(text)
    for account in visit.services.people.channels_of(member.id):
        visit.tell(account, text)


def _offer_done(visit: Visit, text: str) -> bool:
    found = _meant(visit, text)
    note = cut(text, _WORDS)
    if len(found) == 1:
        ids = _ids(found[0])
        buttons = [Button(visit.text("button_report_done"), {"do": "reminder_skip", "ids": ids, "note": note})]
        question = visit.text("done_meant", task=_title(found[0]), due=long_day(found[0].due))
        visit.reply(question, [[*buttons, stop_button(visit, ids)]])
    elif found:
        today = visit.now.date()
        rows = [_row(each, today, {"do": "reminder_skip", "ids": _ids(each), "note": note}) for each in found]
        show_list(visit, visit.text("done_which"), rows, [[stop_button(visit)]])
    return bool(found) or _name_where(visit, "no_duty_meant")


def _offer_progress(visit: Visit, text: str) -> bool:
    found = _meant(visit, text)
    words, difficulty = cut(text, _WORDS), _DIFFICULT.search(" ".join(syllables(text))) is not None
    what = {"do": "progress_keep", "words": words, "difficulty": difficulty}
    if len(found) == 1:
        question = visit.text("progress_meant", task=_title(found[0]), due=long_day(found[0].due))
        keep = Button(visit.text("button_keep_progress"), {**what, "ids": _ids(found[0])})
        visit.reply(question, [[keep, stop_button(visit, _ids(found[0]))]])
    elif found:
        today = visit.now.date()
        rows = [_row(each, today, {**what, "ids": _ids(each)}) for each in found]
        show_list(visit, visit.text("under_way_which"), rows, [[stop_button(visit)]])
    return bool(found)


def _offer_more_time(visit: Visit, text: str) -> bool:
    found = _meant(visit, text)
    today = visit.now.date()
    if len(found) == 1:
        ids, wanted = _ids(found[0]), _wanted(visit, text, found[0].due)
        which = {"do": "reminder_extend", "ids": ids}
        task, due = _title(found[0]), long_day(found[0].due)
        if wanted is None:
            question = visit.text("more_time_meant", task=task, due=due)
            buttons = [Button(visit.text("button_ask_more"), which)]
        else:
            question = visit.text("more_time_until", task=task, due=due, wanted=long_day(wanted))
            agree = {"do": "extend_to", "ids": ids, "day": wanted.isoformat()}
            buttons = [Button(visit.text("button_ask_more"), agree), Button(visit.text("button_other_day"), which)]
        visit.reply(question, [[*buttons, stop_button(visit, ids)]])
    elif found:
        rows = [_row(each, today, {"do": "reminder_extend", "ids": _ids(each)}) for each in found]
        show_list(visit, visit.text("more_time_which"), rows, [[stop_button(visit)]])
    return bool(found) or _name_where(visit, "no_duty_meant")


def _offer_not_ours(visit: Visit, text: str, menus: Sequence[Opened | None]) -> bool:
    shown = next((ids for each in menus if each and (ids := _of_one(each))), None)
    found = [each for each in _open(visit) if shown and set(shown) & set(_ids(each))]
    if not found:
        return _name_where(visit, "not_ours_which")
    ids = _ids(found[0])
    send = Button(visit.text("button_send"), {"do": "not_ours", "ids": ids, "words": cut(text, _WORDS)})
    visit.reply(visit.text("not_ours_meant", task=_title(found[0])), [[send, stop_button(visit, ids)]])
    return True


def _offer_urging(visit: Visit, text: str) -> bool:
    named = {each.name for each in visit.services.app.directory.find(text)}
    if len(named) != 1:
        return False
    urge_named(visit, named.pop())
    return True


def take_agency(visit: Visit, text: str) -> None:
    """Agencies that fit what was typed, to move to."""
    offer_agencies(visit, text, {"do": "move_to"}, "move_which")


def offer_move(visit: Visit, action: Action, _opened: Opened) -> None:
    """Asks whether an administrator is to be told of the agency that was chosen."""
    if visit.member is not None and visit.member.agency == action["agency"]:
        visit.say("move_same", agency=visit.member.agency)
        return
    send = Button(visit.text("button_send"), {"do": "ask_move", "agency": action["agency"]})
    visit.reply(visit.text("move_meant", agency=action["agency"]), [[send, stop_button(visit)]])


def _offer_move(visit: Visit, text: str) -> bool:
    words = syllables(text)
    match = _MOVED.search(" ".join(words))
    if match is None or match.lastgroup is None:
        return False
    people, told = visit.services.people, _AFTER_AGENCY.sub("", match[match.lastgroup])
    ends = [len(told), *(since.start() for since in reversed([*_SINCE.finditer(told)]))]
    names = [_AFTER_AGENCY.sub("", told[:end]) for end in ends]
    known = next((name for name in names if people.is_known_agency(name)), None)
    if known is not None:
        offer_move(visit, {"agency": people.find_agencies(known)[0]}, Opened("", (), 0))
        return True
    name = next((name for name in names if people.find_agencies(name)), names[-1])
    unknown = _BODY.match(name) and len(name.split()) <= _LONGEST_NAME
    if match.lastgroup == "at" or not (people.find_agencies(name) or unknown):
        return False
    typed, start = re.findall(r"[\w/-]+", nfc(text)), len(match.string[: match.start(match.lastgroup)].split())
    printed = typed[start : start + len(name.split())] if len(typed) == len(words) else [name]
    visit.dialogue.waiting = {"for": AGENCY}
    take_agency(visit, " ".join(printed))
    return True


def _show_wishes(visit: Visit, text: str) -> bool:
    return open_wishes(visit, read_wish(text)) or _name_where(visit, "wishes_nobody")


def _name_where(visit: Visit, key: str) -> bool:
    visit.reply(visit.services.texts.say(key))
    return True


def tell_administrators(visit: Visit, text: str, buttons: Sequence[Button] = ()) -> None:
    """Writes to every administrator, on every channel of theirs."""
    people = visit.services.people
    for admin in people.administrators():
        for account in people.channels_of(admin.id):
            visit.tell(account, text, buttons)


def _open(visit: Visit) -> list[Owed]:
    return [each for each in find_owed(visit, own_agencies(visit)) if each.first.state is State.OPEN]


def _meant(visit: Visit, text: str) -> list[Owed]:
    """The open duties of one's own that most of the words are of, the nearest first; none where no word tells."""
    words = set(syllables(text)) - _PLAIN
    owed = sorted(_open(visit), key=lambda each: abs((each.due - visit.now.date()).days))
    if _THIS_MONTH.search(" ".join(syllables(text))):
        owed = [each for each in owed if (each.due.year, each.due.month) == (visit.now.year, visit.now.month)]
    if not words:
        named = [word for word in ("bao cao",) if word in fold(text)]
        owed = [each for each in owed if all(word in fold(_told(each)) for word in named)]
        return owed[:_MOST]
    held = {id(each): sum(_holds(_told(each), word) for word in words) for each in owed}
    most = max(held.values(), default=0)
    return [each for each in owed if held[id(each)] == most][:_MOST] if 2 * most >= len(words) else []


def _told(owed: Owed) -> str:
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


def _wanted(visit: Visit, text: str, due: date) -> date | None:
    plain, calendar = " ".join(syllables(text)), work_days(visit)
    start = max(due, visit.now.date())
    if match := _AMOUNT.search(plain):
        count = _COUNTS.get(match[1]) or int(match[1])
        if match[2] == "thang":
            last = month_end(start, count)
            return last.replace(day=min(start.day, last.day))
        if match[2] == "ngay lam viec":
            return calendar.add(start, count)
        return start + timedelta(days=count * 7 if match[2] == "tuan" else count)
    until = _UNTIL.search(fold(text))
    return read_day(until[1], visit.now.date(), calendar) if until else None


def _of_one(opened: Opened) -> list[int] | None:
    """What the answers to one reminder are about."""
    ids = [action["ids"] for action in opened.actions if action["do"].startswith("reminder_") and "ids" in action]
    return ids[0] if ids and not opened.rows else None


def _row(owed: Owed, today: date, action: Action) -> Item:
    return replace(owed.item(today), action=action)


def _ids(owed: Owed) -> list[int]:
    return [each.id for each in owed.occurrences]


def _title(owed: Owed) -> str:
    return title_of(owed.occurrences)
