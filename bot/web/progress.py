"""Progress and the timeline: the figures of /tiendo and `kehoach progress`, each number with its tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from urllib.parse import urlencode

from starlette.responses import Response

from bot.channels.contract import FileOut
from bot.notify.planning import is_planned, refresh
from bot.reports.board_text import DAYS, due_items, left_out, nothing_due, summary
from bot.reports.colours import LOOKS, NEAR_MEANS, long_day
from bot.reports.files import calendar_file, progress_picture, progress_sheet, report_file, timeline_picture
from bot.reports.periodic import load_report
from bot.reports.report_periods import Period, Span, period_of
from bot.tracking.audience import load_audience
from bot.tracking.board import Board, Entry, Item, counted
from bot.tracking.boards import Scope, load_board, scope_of
from bot.tracking.rules import FOLLOWING_UNIT, load_rules
from bot.tracking.watching import watched_plans
from bot.web.chat import as_download
from bot.web.context import Context, NotFoundError
from knowledge.errors import KehoachError
from knowledge.library import LivePlan
from knowledge.progress import BOXES, Standing, boxed
from knowledge.text import squeeze

PAGE = 100
"""Rows of a page of tasks."""
_PRESSING = 15
NEAR_BOX = "sắp đến hạn"
_BOXES: dict[str, tuple[Standing, ...]] = {**BOXES, NEAR_BOX: (Standing.NEAR,)}
_KEYS = {
    "xong": "hoàn thành đúng hạn",
    "xong-muon": "hoàn thành quá hạn",
    "con-han": "chưa hoàn thành trong hạn",
    "sap-den": NEAR_BOX,
    "qua-han": "chưa hoàn thành quá hạn",
}
"""Of addresses, by box."""
MEANINGS = (
    (Standing.DONE_IN_TIME, "đã báo xong trước hoặc đúng ngày hạn"),
    (Standing.DONE_LATE, "đã báo xong, nhưng sau ngày hạn"),
    (Standing.IN_TIME, "chưa xong, còn lâu mới đến hạn"),
    (Standing.NEAR, f"chưa xong, đến hạn {NEAR_MEANS}"),
    (Standing.LATE, "chưa xong mà đã qua ngày hạn"),
)
_SPANS = {
    Span.WEEK: "tuần",
    Span.MONTH: "tháng",
    Span.QUARTER: "quý",
    Span.HALF: "6 tháng",
    Span.YEAR: "năm",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be shown, as an address says it."""

    agency: str = ""
    plan: int | None = None
    period: Period | None = None

    def query(self, **more: str) -> str:
        """The part of an address that asks for this."""
        told = {
            "co-quan": self.agency,
            "ke-hoach": str(self.plan or ""),
            "ky": period_key(self.period) if self.period else "",
            **more,
        }
        words = urlencode({name: value for name, value in told.items() if value})
        return f"?{words}" if words else ""


@dataclass(frozen=True, slots=True)
class View:
    """A board with what it was asked for, and what its viewer may ask for.

    Attributes:
        own: the viewer's agencies.
        is_free: the viewer may name any agency.
    """

    asked: Asked
    scope: Scope
    board: Board
    own: Sequence[str]
    is_free: bool
    plans: Sequence[LivePlan]


@dataclass(frozen=True, slots=True)
class Number:
    """How many stand in a box, and where those are listed."""

    label: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Week:
    """What is due in a week, Monday to Sunday, within one month."""

    first: date
    last: date
    items: Sequence[Item]


def show_progress(context: Context) -> Response:
    """The board."""
    view = _view(context)
    board, asked = view.board, view.asked
    lines = [(group, _narrowed(view, group.name)) for group in board.groups()]
    return context.page(
        "progress.html",
        view=view,
        **_filters(context, view),
        summary=summary(board).splitlines(),
        numbers=_numbers(view.asked, board.counts),
        groups=[
            (group.name, f"/tien-do{narrowed.query()}", _numbers(narrowed, group.counts), counted(group.counts))
            for group, narrowed in lines
        ],
        heads=list(_KEYS.values()),
        pressing=[
            (look, entries[:_PRESSING], len(entries), f"/tien-do/viec{asked.query(o=key)}")
            for key, standing in (("qua-han", Standing.LATE), ("sap-den", Standing.NEAR))
            if (entries := _held(board, (standing,)))
            for look in (LOOKS[standing],)
        ],
        left_out=left_out(board),
        meanings=[(LOOKS[standing], standing.value, words) for standing, words in MEANINGS],
        files=_files(context, view),
    )


def list_tasks(context: Context) -> Response:
    """What a number of the board counts, row by row."""
    view = _view(context)
    key = context.request.query_params.get("o", "")
    standings = _BOXES[_KEYS[key]] if key in _KEYS else tuple(each for box in BOXES.values() for each in box)
    entries = _held(view.board, standings)
    last = max(1, -(-len(entries) // PAGE))
    told = context.request.query_params.get("trang", "")
    page = min(max(1, int(told)) if told.isdecimal() and len(told) < 9 else 1, last)
    return context.page(
        "progress_tasks.html",
        view=view,
        box=_KEYS.get(key, "có thời hạn"),
        entries=entries[(page - 1) * PAGE : page * PAGE],
        count=len(entries),
        page=page,
        last=last,
        looks=LOOKS,
        back="/tien-do" + view.asked.query(),
        before=f"/tien-do/viec{view.asked.query(o=key, trang=str(page - 1))}" if page > 1 else "",
        after=f"/tien-do/viec{view.asked.query(o=key, trang=str(page + 1))}" if page < last else "",
    )


def fetch_file(context: Context) -> Response:
    """The board as a file."""
    view = _view(context)
    kind = context.request.path_params["loai"]
    makers: Mapping[str, Callable[[], FileOut]] = {
        "excel": lambda: progress_sheet(view.board),
        "anh": lambda: progress_picture(view.board),
        "lich": lambda: calendar_file(view.board, context.site.app.clock()),
        "dong-thoi-gian": lambda: timeline_picture(view.board),
        "word": partial(_report, context, view),
        "pdf": partial(_report, context, view, pdf=True),
    }
    if kind not in makers:
        raise NotFoundError("Không có tệp này.")
    return as_download(makers[kind]())


def show_timeline(context: Context) -> Response:
    """What is open and due in the next weeks."""
    view = _view(context, whole=True)
    items = due_items(view.board)
    return context.page(
        "timeline.html",
        view=view,
        **_filters(context, view),
        months=_months(items),
        count=len(items),
        days=DAYS,
        last=long_day(context.site.app.today + timedelta(days=DAYS)),
        nothing=nothing_due(DAYS),
        late=_held(view.board, (Standing.LATE,)),
        late_address=f"/tien-do/viec{view.asked.query(o='qua-han')}",
        looks=LOOKS,
        long_day=long_day,
        picture=f"/tien-do/tep/dong-thoi-gian{view.asked.query()}",
        calendar=f"/tien-do/tep/lich{view.asked.query()}",
    )


def period_key(period: Period) -> str:
    """What an address calls a period."""
    return f"{period.span.value}_{period.begins.isoformat()}"


def _view(context: Context, *, whole: bool = False) -> View:
    """What was asked for, as far as this person may see it: the same as in the chat.

    Args:
        whole: of all days, whatever period is asked for.
    """
    app = context.site.app
    if context.member is None:
        raise KehoachError("Xin đăng nhập.")
    asked = _read(context)
    asked = replace(asked, period=None) if whole else asked
    directory, today = app.directory, app.today
    with app.store.read() as session:
        planned = is_planned(session)
    if not planned:
        refresh(app.store, app.library, directory, app.clock())
    with app.store.read() as session:
        audience = load_audience(session, directory, load_rules(session), today)
        own = audience.agencies_of(context.member.id)
        watched = watched_plans(session, audience, context.member)
        if watched is not None and not watched and not own:
            raise KehoachError("Chưa rõ cơ quan của anh/chị; xin nhờ quản trị viên ghi giúp.")
        scope = scope_of(own, watched, asked.agency or None, asked.plan)
        period = asked.period
        board = load_board(
            session,
            app.library,
            directory,
            today,
            agency=scope.agency,
            plan=scope.plan,
            due_from=period.first if period else None,
            due_to=period.last if period else None,
            among=scope.among,
            called=period.called if period else "",
        )
    shown = replace(asked, agency=scope.agency or "", plan=scope.plan)
    plans = [plan for plan in app.library.plans() if watched is None or plan.id in watched]
    return View(shown, scope, board, own, watched is None or bool(watched), plans)


def _read(context: Context) -> Asked:
    asked = context.request.query_params
    plan = asked.get("ke-hoach", "")
    return Asked(
        squeeze(asked.get("co-quan", "")),
        int(plan) if plan.isdecimal() and len(plan) < 10 else None,
        _period(context, asked.get("ky", "")),
    )


def _period(context: Context, told: str) -> Period | None:
    if not told:
        return None
    span, _, begins = told.partition("_")
    try:
        return period_of(Span(span), date.fromisoformat(begins), context.site.app.settings.report_day)
    except (ValueError, OverflowError) as error:
        raise KehoachError("Không có kỳ này.") from error


def _periods(context: Context) -> list[tuple[str, str]]:
    """The period of today and the one before, of each length."""
    app, found = context.site.app, []
    for span in Span:
        now = period_of(span, app.today, app.settings.report_day)
        before = period_of(span, now.begins - timedelta(days=1), app.settings.report_day)
        found += [(period_key(each), each.called) for each in (now, before)]
    return found


def _filters(context: Context, view: View) -> dict[str, object]:
    """What the form of filters is made with."""
    chosen = period_key(view.asked.period) if view.asked.period else ""
    periods = _periods(context)
    if view.asked.period and chosen not in dict(periods):
        periods.append((chosen, view.asked.period.called))
    names = sorted({entry.agency for entry in view.board.entries}) if view.is_free else []
    return {"periods": periods, "chosen": chosen, "agencies": names[:500]}


def _numbers(asked: Asked, counts: Mapping[Standing, int]) -> list[Number]:
    boxes = {**boxed(counts), NEAR_BOX: counts.get(Standing.NEAR, 0)}
    return [Number(box, boxes[box], f"/tien-do/viec{asked.query(o=key)}") for key, box in _KEYS.items()]


def _narrowed(view: View, name: str) -> Asked:
    """What is asked for of one line of the board: a plan, or an agency."""
    if not view.board.by_plan:
        return replace(view.asked, agency=name)
    plan = next((entry.occurrence.plan for entry in view.board.entries if entry.plan == name), None)
    return replace(view.asked, plan=plan)


def _held(board: Board, standings: Sequence[Standing]) -> list[Entry]:
    """What stands so, by day."""
    held = [entry for entry in board.entries if entry.standing in standings]
    return sorted(held, key=lambda entry: (entry.occurrence.due_on, entry.occurrence.id))


def _months(items: Sequence[Item]) -> list[tuple[str, int, list[Week]]]:
    """What is due by months, and within them by weeks."""
    months: dict[tuple[int, int], dict[date, list[Item]]] = {}
    for item in items:
        monday = item.due_on - timedelta(days=item.due_on.weekday())
        months.setdefault((item.due_on.year, item.due_on.month), {}).setdefault(monday, []).append(item)
    return [
        (
            f"Tháng {month}/{year}",
            sum(map(len, weeks.values())),
            [Week(monday, monday + timedelta(days=6), due) for monday, due in sorted(weeks.items())],
        )
        for (year, month), weeks in sorted(months.items())
    ]


def _files(context: Context, view: View) -> list[tuple[str, str]]:
    """Labels and addresses of the files of the board."""
    kinds = [("Excel", "excel"), ("Ảnh", "anh"), ("Lịch (.ics)", "lich"), ("Báo cáo Word", "word")]
    if context.site.app.to_pdf is not None:
        kinds.append(("Báo cáo PDF", "pdf"))
    return [(label, f"/tien-do/tep/{kind}{view.asked.query()}") for label, kind in kinds]


def _report(context: Context, view: View, *, pdf: bool = False) -> FileOut:
    """The report of the period that is shown, of this month where none is; see `bot.chat.progress_views`."""
    app, scope = context.site.app, view.scope
    period = view.asked.period or period_of(Span.MONTH, app.today, app.settings.report_day)
    to_pdf = app.to_pdf if pdf else None
    if pdf and to_pdf is None:
        raise NotFoundError("Máy chủ chưa cài LibreOffice nên chưa lập được tệp PDF; xin lấy tệp Word.")
    with app.store.read() as session:
        unit = scope.agency or (context.member.agency if context.member else "") or FOLLOWING_UNIT
        report = load_report(
            session, app.library, app.directory, period, app.today,
            unit=unit, agency=scope.agency, plan=scope.plan, among=scope.among,
        )  # fmt: skip
    return report_file(report, to_pdf)
