"""/tiendo: how far an agency or a plan is, in a period or as it stands; pictures and files where they can be sent.

A member sees the own agency; who follows a plan sees all its agencies; an administrator sees everything. What may be
done about it stands in `monitoring`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.channels.contract import FileOut, Reply
from bot.chat.open_tasks import own_agencies
from bot.chat.replanning import plan_first
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened
from bot.people.members import Role
from bot.reports.files import calendar_file, progress_reply, progress_sheet, report_file, timeline_reply
from bot.reports.periodic import load_report
from bot.reports.report_periods import Period, Span, named_period, period_of
from bot.reports.report_text import report_text
from bot.tracking.audience import load_audience
from bot.tracking.board import Board
from bot.tracking.boards import load_board, scope_of
from bot.tracking.rules import FOLLOWING_UNIT, load_rules
from bot.tracking.watching import watched_plans
from knowledge.library import LivePlan
from knowledge.qa.query.periods import find_period, folded_times
from knowledge.text import fold, squeeze, syllables
from knowledge.wording import sentence_case, short_label

_NUMBER = re.compile(r"\d+(?:/\S+)?")
_REPORT = re.compile(
    r"(?:(?:lap|lam|xuat|tao|cho|in|xem|gui|lay|soan|toi|em|anh|chi|minh|xin|can|muon|ban|pdf) )*bao cao "
)
_BESIDE = frozenset(
    syllables(
        "tiến độ kết quả tình hình thực hiện nhiệm vụ theo dõi của kỳ về đến trong ạ nhé nha đi với giúp tôi em anh"
        " chị mình word pdf bản để"
    )
)
"""Words between "báo cáo" and the period, or after it, that change nothing."""


def progress(turn: Turn, argument: str) -> None:
    """A member sees the own agency; whoever follows plans, or an administrator, names any of them, or sees all."""
    period, argument = _split(turn, argument)
    about: Action = {"period": [period.span.value, period.begins.isoformat()]} if period else {}
    own, watched = own_agencies(turn), watched_by(turn)
    named = _named(turn, argument, own) if argument else None
    if named is not None:
        _show(turn, {**about, "agency": named})
    elif watched is None or (watched and argument):
        _show_watched(turn, argument, about, watched)
    elif not own:
        turn.say("no_agency")
    elif argument:
        turn.say("progress_own_only", agency=own[0])
    else:
        _show(turn, {**about, "agency": own[0]})


def _show_watched(turn: Turn, argument: str, about: Action, watched: frozenset[int] | None) -> None:
    plans = [plan for plan in _plans_named(turn, argument) if watched is None or plan.id in watched]
    if len(plans) > 1:
        buttons = [[Button(short_label(plan), {"do": "progress", **about, "plan": plan.id})] for plan in plans[:8]]
        turn.reply(turn.text("progress_which"), buttons)
    elif plans:
        _show(turn, {**about, "plan": plans[0].id})
    else:
        _show(turn, {**about, **({"agency": argument} if argument else {})})


def take_report(turn: Turn, text: str) -> bool:
    """Whether the message asks for the report of a period ("báo cáo tháng 11"), which is then given."""
    plain = f"{squeeze(fold(text))} "
    begun = _REPORT.match(plain)
    if begun is None or turn.member is None:
        return False
    watched = watched_by(turn)
    leads = Role.LEADER in turn.member.roles and own_agencies(turn)
    if not (watched is None or watched or leads):
        return False  # whoever owes reports asks for those of the papers
    words = re.sub(r"[.!]", "", plain[begun.end() :]).split()
    while words and words[0] in _BESIDE:
        words = words[1:]
    while words and words[-1] in _BESIDE:
        words = words[:-1]
    period, rest = _split(turn, " ".join(words))
    if period is None or rest:
        return False
    about: Action = {"period": [period.span.value, period.begins.isoformat()]}
    about = about if watched is None or watched else {**about, "agency": own_agencies(turn)[0]}
    _give_report(turn, about, pdf="pdf" in plain.split())
    return True


def watched_by(turn: Turn) -> frozenset[int] | None:
    """The plans that the member's agencies follow; None: all, for an administrator."""
    if turn.member is None:
        return frozenset()
    app = turn.services.app
    with app.store.read() as session:
        audience = load_audience(session, app.directory, load_rules(session), turn.now.date())
        return watched_plans(session, audience, turn.member)


def show_progress(turn: Turn, action: Action, _opened: Opened) -> None:
    """One plan, agency or period that was offered."""
    _show(turn, about_of(action))


def show_timeline(turn: Turn, action: Action, _opened: Opened) -> None:
    """What is due in the next 90 days."""
    _attach(turn, timeline_reply(board_of(turn, about_of(action)), turn.capabilities))


def give_sheet(turn: Turn, action: Action, _opened: Opened) -> None:
    """The workbook."""
    _give(turn, progress_sheet(board_of(turn, about_of(action))))


def give_calendar(turn: Turn, action: Action, _opened: Opened) -> None:
    """The calendar file."""
    _give(turn, calendar_file(board_of(turn, about_of(action)), turn.now), turn.text("calendar_subscribe"))


def choose_period(turn: Turn, action: Action, _opened: Opened) -> None:
    """The periods that a board, or a report, may be of."""
    periods = [period_of(span, turn.now.date(), _closing(turn)) for span in Span]
    about = {name: value for name, value in about_of(action).items() if name != "period"}
    do = "progress_report" if action.get("report") else "progress"
    rows = [
        Button(sentence_case(each.name), {"do": do, **about, "period": [each.span.value, each.begins.isoformat()]})
        for each in periods
    ]
    question = turn.text("report_which" if action.get("report") else "period_which")
    turn.reply(question, [rows[:1], rows[1:3], rows[3:]])


def give_report(turn: Turn, action: Action, _opened: Opened) -> None:
    """The report of a period, to be signed, as Word or PDF; its text where no file can be sent."""
    _give_report(turn, about_of(action), pdf=bool(action.get("pdf")))


def _give_report(turn: Turn, asked: Action, *, pdf: bool = False) -> None:
    app, period = turn.services.app, period_in(turn, asked)
    if period is None:
        return
    about, among = _allowed(turn, asked)
    agency, plan = about.get("agency"), about.get("plan")
    plan_first(turn)
    with app.store.read() as session:
        unit = agency or (turn.member.agency if turn.member else "") or FOLLOWING_UNIT
        report = load_report(
            session, app.library, app.directory, period, turn.now.date(),
            unit=unit, agency=agency, plan=plan, among=among,
        )  # fmt: skip
    if not turn.capabilities.files_out:
        turn.reply(f"{report_text(report, whole=True)}\n{turn.text('report_elsewhere')}")
    elif pdf and app.to_pdf:
        turn.send_file("", report_file(report, app.to_pdf))
    else:
        if pdf:
            turn.say("report_no_pdf")
        button = Button(turn.text("button_report_pdf"), {"do": "progress_report", "pdf": True, **asked})
        turn.reply(report_text(report), [[button]] if app.to_pdf else [])
        turn.send_file("", report_file(report))


def _show(turn: Turn, about: Action) -> None:
    board = board_of(turn, about)
    _attach(turn, progress_reply(board, turn.capabilities), _buttons(turn, about, board))


def _buttons(turn: Turn, about: Action, board: Board) -> list[list[Button]]:
    rows = [
        [Button(turn.text("button_timeline"), {"do": "progress_timeline", **about})],
        [
            Button(turn.text("button_period"), {"do": "progress_period", **about}),
            Button(turn.text("button_report"), {"do": "progress_period", "report": True, **about}),
        ],
    ]
    if "agency" in about and board.counted:
        text = turn.text("button_tasks_held", count=board.counted)
        rows[0].insert(0, Button(text, {"do": "progress_tasks", **about}))
    watched = watched_by(turn)
    if watched is None or watched:
        if about.get("agency") in own_agencies(turn):
            others = {name: value for name, value in about.items() if name == "period"}
            rows.append([Button(turn.text("button_watched"), {"do": "progress", **others})])
        else:
            rows.insert(
                0,
                [
                    Button(turn.text("button_unreported"), {"do": "unreported", **about}),
                    Button(turn.text("button_unhealthy"), {"do": "unhealthy", **about}),
                ],
            )
    if turn.capabilities.files_out:
        rows.append(
            [
                Button(turn.text("button_sheet"), {"do": "progress_sheet", **about}),
                Button(turn.text("button_calendar"), {"do": "progress_calendar", **about}),
            ]
        )
    return rows


def _attach(turn: Turn, reply: Reply, buttons: list[list[Button]] | None = None) -> None:
    """The one place where pictures are put to replies: the picture with its text, then what can be chosen."""
    if reply.file is None:
        turn.reply(reply.text, buttons or [], bold=reply.bold)
        return
    turn.send_file(reply.text, reply.file)
    if buttons:
        turn.reply(turn.text("progress_more"), buttons)


def _give(turn: Turn, file: FileOut, text: str = "") -> None:
    if not turn.capabilities.files_out:
        turn.say("no_files_here")
        return
    turn.send_file("", file)
    if text:
        turn.reply(text)


def board_of(turn: Turn, about: Action) -> Board:
    """The board; whoever is no administrator sees what the own agencies owe, and what is of the plans they follow.

    Raises:
        KehoachError: no such agency.
    """
    app, period = turn.services.app, period_in(turn, about)
    about, among = _allowed(turn, about)
    plan_first(turn)
    with app.store.read() as session:
        return load_board(
            session,
            app.library,
            app.directory,
            turn.now.date(),
            agency=about.get("agency"),
            plan=about.get("plan"),
            due_from=period.first if period else None,
            due_to=period.last if period else None,
            among=among,
            called=period.called if period else "",
        )


def _allowed(turn: Turn, about: Action) -> tuple[Action, frozenset[int] | None]:
    """What may be shown of what was asked for: of which agency or plan, and among which plans."""
    scope = scope_of(own_agencies(turn), watched_by(turn), about.get("agency"), about.get("plan"))
    allowed = {"agency": scope.agency, "plan": scope.plan}
    return {name: value for name, value in allowed.items() if value is not None}, scope.among


def about_of(action: Action) -> Action:
    """What a choice is about: an agency, a plan, a period."""
    return {name: action[name] for name in ("agency", "plan", "period") if name in action}


def period_in(turn: Turn, about: Action) -> Period | None:
    """The period that a choice names."""
    kept: Sequence[str] | None = about.get("period")
    return period_of(Span(kept[0]), date.fromisoformat(kept[1]), _closing(turn)) if kept else None


def _closing(turn: Turn) -> int:
    return turn.services.app.settings.report_day


def _split(turn: Turn, argument: str) -> tuple[Period | None, str]:
    """The period at the end of what was typed, and the rest: "57 tháng 11", "sở y tế quý 4"."""
    words = argument.split()
    for at in range(len(words)):
        tail = fold(" ".join(words[at:]))
        found = find_period(folded_times(tail), turn.now.date())
        if found is not None and found.words == tail:
            period = _of_days(turn, found.start, found.end)
            if period is not None:
                return period, " ".join(words[:at])
    return None, argument


def _of_days(turn: Turn, first: date | None, last: date | None) -> Period | None:
    return named_period(first, last, _closing(turn)) if first and last else None


def _plans_named(turn: Turn, argument: str) -> list[LivePlan]:
    """Live plans whose number begins as typed: "57", "57/KH-UBND"; with or without words before it."""
    words = fold(argument)
    if not words:
        return []
    match = _NUMBER.fullmatch(words.split()[-1])
    if match is None:
        return []
    plans = turn.services.app.library.plans()
    return [plan for plan in plans if _begins(fold(plan.metadata.number or ""), match[0])]


def _begins(number: str, typed: str) -> bool:
    return number == typed or ("/" not in typed and number.partition("/")[0] == typed)


def _named(turn: Turn, argument: str, agencies: tuple[str, ...]) -> str | None:
    """The one of the agencies that was typed."""
    found = turn.services.app.directory.resolve(argument)
    names = {fold(name) for name in (found.names if found else (argument,))}
    return next((each for each in agencies if fold(each) in names), None)
