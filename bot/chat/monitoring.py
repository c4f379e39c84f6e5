"""What is done about a board: who has not reported, urging, what is not in order, an agency's duties one by one.

Lists are for whoever follows plans and for administrators (`progress_views`); who may urge is checked where it is
written (`bot.tracking.urging`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from bot.chat.open_tasks import SIGNS, done_when
from bot.chat.paging import show_list
from bot.chat.progress_views import about_of, board_of, watched_by
from bot.chat.reminder_talk import room_of, who_answers
from bot.chat.reminder_wishes import settings_of
from bot.chat.turn import Button, Item, Turn
from bot.clock import HANOI
from bot.menus.choices import Action, Opened
from bot.reports.colours import long_day
from bot.reports.reasons import why
from bot.tracking.answering import answer_as
from bot.tracking.audience import Audience, load_audience
from bot.tracking.board import NO_AGENCY, Board, Entry
from bot.tracking.lights import Judge
from bot.tracking.records import Occurrence
from bot.tracking.rules import load_calendar, load_rules
from bot.tracking.urging import Urging, can_be_urged, find_urgings, may_urge, told_urgings
from bot.tracking.watching import SILENT_AFTER, Unhealthy, find_holders, find_unhealthy, has_nobody, waiting_since
from knowledge.progress import DONE, Standing
from knowledge.text import cut, fold
from knowledge.wording import day, join_names

_TITLE = 90
_ORDER = (Standing.LATE, Standing.NEAR, Standing.IN_TIME, Standing.DONE_LATE, Standing.DONE_IN_TIME)


def list_unreported(turn: Turn, action: Action, _opened: Opened) -> None:
    """Each agency that is late, by name, with how much, how long and how often it was urged; to be opened."""
    about = about_of(action)
    board, late = _late(turn, about)
    if not late:
        turn.say("no_unreported", title=board.title)
        return
    if len(late) == 1:
        _show_late(turn, about, next(iter(late.values())))
        return
    audience = _audience(turn)
    urged = _urged(turn, [entry for owed in late.values() for entry in owed])
    items = [
        Item(
            _agency_row(turn, audience, agency, owed, urged),
            {"do": "unreported", **about, "agency": agency} if agency != NO_AGENCY else None,
        )
        for agency, owed in sorted(late.items(), key=lambda pair: fold(pair[0]))
    ]
    ids = [entry.occurrence.id for owed in late.values() for entry in owed]
    count = sum(map(len, late.values()))
    head = turn.text("unreported_head", title=board.title, agencies=len(late), count=count)
    show_list(turn, head, items, _urge_all(turn, ids, "button_urge_all"))


def urge(turn: Turn, action: Action, _opened: Opened) -> None:
    """The agencies are told; what was urged today already says so."""
    app = turn.services.app
    urging = Urging(app.store, turn.services.clock, app.directory, room_of(turn))
    outcome = urging.urge(action["ids"], who_answers(turn))
    lines = [
        turn.text(
            "urged_leaders" if each.leaders else "urged_owners",
            agency=each.agency or NO_AGENCY,
            count=len(each.occurrences),
            number=each.number,
            name=join_names(each.told),
        )
        for each in outcome.urged
    ]
    if outcome.already:
        lines.append(turn.text("urged_already", count=outcome.already))
    rows = []
    for agency in outcome.unowned:
        lines.append(turn.text("urged_nobody", agency=agency))
        rows += _invite(turn, agency)
    turn.reply("\n".join(lines), rows[:8])


def list_unhealthy(turn: Turn, action: Action, _opened: Opened) -> None:
    """How much of each sort is not in order, to be opened."""
    about = about_of(action)
    found, failed = _unhealthy(turn, about)
    counts = {
        "unexplained": len(found.unexplained),
        "unconfirmed": len(found.unconfirmed),
        "silent": len(found.silent),
        "undelivered": failed,
    }
    items = [
        Item(
            turn.text(f"unhealthy_{sort}", count=count, days=SILENT_AFTER),
            {"do": "unhealthy_list", "sort": sort, **about},
        )
        for sort, count in counts.items()
        if count
    ]
    if not items:
        turn.say("no_unhealthy")
        return
    show_list(turn, turn.text("unhealthy_head"), items)


def show_unhealthy(turn: Turn, action: Action, _opened: Opened) -> None:
    """One sort of what is not in order."""
    about, sort = about_of(action), action["sort"]
    found, _ = _unhealthy(turn, about)
    today = turn.now.date()
    if sort == "silent":
        items = [Item(agency, {"do": "progress", **about, "agency": agency}) for agency in found.silent]
    elif sort == "undelivered":
        items = _undelivered(turn, about)
    elif sort == "unconfirmed":
        items = [
            Item(
                turn.text("unconfirmed_row", task=cut(each.title, _TITLE), agency=each.agency, date=day(since)),
                _card(each),
            )
            for each in found.unconfirmed
            if (since := waiting_since(each))
        ]
    else:
        items = [Item(f"{_late_row(turn, each, today)} – {each.agency}", _card(each)) for each in found.unexplained]
    if not items:
        turn.say("no_unhealthy")
        return
    show_list(turn, turn.text(f"unhealthy_{sort}", count=len(items), days=SILENT_AFTER), items)


def list_held(turn: Turn, action: Action, _opened: Opened) -> None:
    """An agency's duties with who has them: what is late first, then near, open and done."""
    board = board_of(turn, about_of(action))
    entries = [entry for standing in _ORDER for entry in board.entries if entry.standing is standing]
    audience = _audience(turn)
    with turn.services.app.store.read() as session:
        holders = find_holders(session, [entry.occurrence for entry in entries], audience)
    items = [Item(_held_row(turn, entry, holders), _card(entry.occurrence)) for entry in entries]
    show_list(turn, turn.text("held_head", title=board.title, count=len(items)), items)


def urge_named(turn: Turn, agency: str) -> None:
    """What an agency that was named is late with, to be urged; who may not is told who may."""
    watched = watched_by(turn)
    if watched is None or watched:
        list_unreported(turn, {"agency": agency}, Opened("", (), turn.generation))
    else:
        turn.say("urging_not_yours")


def _show_late(turn: Turn, about: Action, entries: Sequence[Entry]) -> None:
    urged, today = _urged(turn, entries), turn.now.date()
    items = []
    for entry in entries:
        text = _late_row(turn, entry.occurrence, today)
        if entry.occurrence.id in urged:
            text += f"; {urged[entry.occurrence.id]}"
        items.append(Item(text, _card(entry.occurrence)))
    agency = entries[0].agency
    rows = _urge_all(turn, [entry.occurrence.id for entry in entries], "button_urge_these")
    tail = ""
    if has_nobody(_audience(turn), agency):
        tail = turn.text("unreported_nobody", agency=agency)
        rows = [*rows, *_invite(turn, agency)]
    head = turn.text("unreported_of", agency=agency, count=len(entries))
    show_list(turn, head, items, rows, tail=tail, subject=about)


def _urge_all(turn: Turn, ids: Sequence[int], label: str) -> list[list[Button]]:
    if not _may_urge(turn, ids):
        return []
    return [[Button(turn.text(label if len(ids) > 1 else "button_urge"), {"do": "urge", "ids": list(ids)})]]


def _may_urge(turn: Turn, ids: Sequence[int]) -> bool:
    """Whether the member may urge about the first of these: whether about all is checked when it is done."""
    if turn.member is None:
        return False
    app = turn.services.app
    with app.store.read() as session:
        answering = answer_as(session, app.directory, turn.member.id, turn.now)
        return any(may_urge(answering, each) for each in answering.occurrences_of(ids[:1]))


def _invite(turn: Turn, agency: str) -> list[list[Button]]:
    """[Mời đầu mối của ...], for administrators."""
    if not turn.is_admin or not agency:
        return []
    return [[Button(turn.text("button_invite_owner", agency=agency), {"do": "invite_agency", "agency": agency})]]


def _late(turn: Turn, about: Action) -> tuple[Board, dict[str, list[Entry]]]:
    """What may be urged of a board, by agency."""
    board = board_of(turn, about)
    judge = _judge(turn)
    late: dict[str, list[Entry]] = {}
    for entry in board.entries:
        if can_be_urged(entry.occurrence, judge):
            late.setdefault(entry.agency, []).append(entry)
    return board, late


def _unhealthy(turn: Turn, about: Action) -> tuple[Unhealthy, int]:
    board = board_of(turn, about)
    with turn.services.app.store.read() as session:
        calendar = load_calendar(session)
        judge = Judge(turn.now.date(), calendar)
        found = find_unhealthy(session, [entry.occurrence for entry in board.entries], judge, calendar)
    return found, len(_undelivered(turn, about, board))


def _undelivered(turn: Turn, about: Action, board: Board | None = None) -> list[Item]:
    """Messages about what the board shows that could not be sent."""
    shown = {entry.occurrence.id for entry in (board or board_of(turn, about)).entries}
    return [
        Item(
            turn.text(
                "undelivered_row",
                name=each.to,
                task=cut(each.title, _TITLE),
                date=day(each.at.astimezone(HANOI).date()),
                reason=why(turn.services.texts.say, each.reason),
            )
        )
        for each in settings_of(turn).undelivered()
        if each.occurrence in shown
    ]


def _agency_row(turn: Turn, audience: Audience, agency: str, owed: Sequence[Entry], urged: Mapping[int, str]) -> str:
    days = (turn.now.date() - owed[0].occurrence.due_on).days
    row = turn.text("unreported_row", agency=agency, count=len(owed), days=days)
    said = [urged[entry.occurrence.id] for entry in owed if entry.occurrence.id in urged]
    if said:
        row += f"; {said[0]}"
    return f"{row}; {turn.text('unreported_unowned')}" if has_nobody(audience, agency) else row


def _late_row(turn: Turn, occurrence: Occurrence, today: date) -> str:
    days = (today - occurrence.due_on).days
    return turn.text("late_row", task=cut(occurrence.title, _TITLE), due=long_day(occurrence.due_on), days=days)


def _held_row(turn: Turn, entry: Entry, holders: Mapping[int, str]) -> str:
    occurrence = entry.occurrence
    when = long_day(occurrence.due_on)
    days = (occurrence.due_on - turn.now.date()).days
    if entry.standing is Standing.LATE:
        when = turn.text("held_late", due=when, days=-days)
    elif entry.standing in DONE:
        when = done_when(turn, entry.standing, when)
    who = holders.get(occurrence.id) or turn.text("held_nobody")
    return f"{SIGNS[entry.standing]} {cut(entry.title, _TITLE)} – {when} – {who}"


def _urged(turn: Turn, entries: Collection[Entry]) -> dict[int, str]:
    with turn.services.app.store.read() as session:
        found = find_urgings(session, [entry.occurrence.id for entry in entries])
    return {number: told_urgings(urgings) for number, urgings in found.items()}


def _card(occurrence: Occurrence) -> Action:
    return {"do": "reminder", "ids": [occurrence.id]}


def _audience(turn: Turn) -> Audience:
    app = turn.services.app
    with app.store.read() as session:
        return load_audience(session, app.directory, load_rules(session), turn.now.date())


def _judge(turn: Turn) -> Judge:
    with turn.services.app.store.read() as session:
        return Judge(turn.now.date(), load_calendar(session))
