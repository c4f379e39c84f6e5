"""Reminders: what goes out next, what waits for a decision, what went and what could not, and the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from starlette.responses import Response

from bot.menus.texts import load_texts
from bot.notify.ledger import Account, Entry, Ledger
from bot.notify.planning import preview
from bot.notify.resending import Resending
from bot.reports.reasons import why
from bot.tracking.extensions import Extensions
from bot.tracking.outbox import OutboxState
from bot.tracking.records import Digest, Kind, Planned
from bot.tracking.settings import ReminderSettings
from bot.tracking.transfers import Transfers
from bot.web.context import Context
from knowledge.errors import KehoachError
from knowledge.text import fold

PAGE = 50
"""Rows of one page."""
_DAYS = (0, 1, 3, 7, 14)
"""How many days ahead can be looked at."""
_KINDS = {
    Kind.LEAD: "nhắc trước hạn",
    Kind.DUE: "đến hạn",
    Kind.OVERDUE: "quá hạn",
    Kind.ESCALATION: "báo lãnh đạo, đơn vị theo dõi",
    Kind.DIGEST: "tình hình tuần",
    Kind.NOTICE: "thông báo",
}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Coming:
    """A message that is to go.

    Attributes:
        task: number of the live task; None for a digest.
        title: of the task; empty for a digest.
        left: days to the deadline, negative when late; None for a digest.
    """

    at: datetime
    to: str
    agency: str
    kind: str
    task: int | None
    title: str
    due_on: date | None
    left: int | None


@dataclass(frozen=True, slots=True)
class Pages:
    """Which part of a list is shown.

    Attributes:
        before, after: addresses of the neighbours; empty where there is none.
    """

    page: int
    last: int
    before: str
    after: str


def show(context: Context) -> Response:
    """What goes out in the next days, and what administrators are to decide."""
    app, asked = context.site.app, context.request.query_params
    days = int(asked.get("ngay", "1")) if asked.get("ngay", "1") in map(str, _DAYS) else 1
    today = app.today
    planned = preview(app.store, app.library, app.directory, today, today + timedelta(days=days), app.clock())
    words = asked.get("tim", "").strip()
    found = [
        each for each in _coming(context, planned) if fold(words) in fold(f"{each.to} {each.agency} {each.title}")
    ]
    rows, pages = _paged(context, "/nhac-viec", found, {"ngay": str(days), "tim": words})
    return context.page(
        "reminders.html",
        days=days,
        choices=_DAYS,
        words=words,
        count=len(found),
        rows=rows,
        pages=pages,
        extensions=_extensions(context).waiting(),
        transfers=_transfers(context).waiting(context.by),
        failed=[(each, _why(each.reason)) for each in _settings(context).undelivered()],
    )


def decide_extension(context: Context) -> Response:
    """Grants or declines more time."""
    granted = context.form.get("dong_y") == "1"
    made = _extensions(context).decide(
        context.number("so"), context.by, granted=granted, reason=context.form.get("ly_do", "")
    )
    context.note(f"“{made.occurrence.title}”: {'đã cho lùi hạn' if granted else 'không cho lùi hạn'}.")
    context.plan_again()
    return context.go("/nhac-viec")


def decide_transfer(context: Context) -> Response:
    """Moves a duty to another agency, or leaves it where it is."""
    number, agency = context.number("so"), context.form.get("co_quan", "").strip()
    if context.form.get("chuyen") == "1":
        if not agency:
            raise KehoachError("Xin ghi cơ quan nhận việc.")
        made = _transfers(context).move(number, context.by, agency)
        context.note(f"Đã chuyển việc của {made.agency} sang {made.moved_to}.")
    else:
        made = _transfers(context).keep(number, context.by, context.form.get("ly_do", ""))
        context.note(f"Việc vẫn là của {made.agency}.")
    context.plan_again()
    return context.go("/nhac-viec")


def show_ledger(context: Context) -> Response:
    """What everybody was told on one day, and what became of it; those whom something did not reach first."""
    asked = context.request.query_params
    ledger = Ledger(context.site.app.store, context.site.app.clock)
    days = ledger.days(context.by)
    on = _read_day(asked.get("ngay", "")) or (days[0][0] if days else context.site.app.today)
    words, failed = asked.get("tim", "").strip(), bool(asked.get("loi"))
    accounts = [
        each
        for each in ledger.accounts(context.by, on)
        if fold(words) in fold(f"{each.name} {each.agency}") and (each.failed or not failed)
    ]
    filters = {"ngay": on.isoformat(), "tim": words, "loi": "1" if failed else ""}
    shown, pages = _paged(context, "/nhac-viec/so", accounts, filters)
    return context.page(
        "ledger.html",
        days=days,
        on=on,
        words=words,
        failed=failed,
        count=len(accounts),
        failed_state=OutboxState.FAILED,
        accounts=[(each, _called(each), [(entry, _became(entry)) for entry in each.entries]) for each in shown],
        pages=pages,
    )


def send_again(context: Context) -> Response:
    """Has a message that could not be sent go once more."""
    app = context.site.app
    queued = Resending(app.store, app.clock, app.directory).send_again(context.number("so"), context.by)
    when = f"lúc {queued.goes_at:%H:%M ngày %d/%m/%Y}" if queued.goes_at is not None else "trong ít phút nữa"
    context.note(
        f"“{queued.title or 'Bản tổng hợp'}”: đã xếp gửi lại cho {queued.to or 'nhóm chat'}, tin đi {when}. "
        "Nếu vẫn không gửi được, tin lại hiện ở đây và quản trị viên được báo."
    )
    on = _read_day(context.form.get("ngay", ""))
    return context.go(f"/nhac-viec/so?ngay={on.isoformat()}" if on is not None else "/nhac-viec")


def show_calendar(context: Context) -> Response:
    """Days off and days of work that differ from the law's calendar."""
    return context.page("work_days.html", days=_settings(context).work_days())


def set_day(context: Context) -> Response:
    """Makes a day one of work, or off."""
    on, working = _read_day(context.form.get("ngay", "")), context.form.get("lam") == "1"
    if on is None:
        raise KehoachError("Xin chọn ngày.")
    _settings(context).set_work_day(on, working, context.form.get("ghi_chu", ""), context.by)
    context.note(f"{on:%d/%m/%Y}: {'ngày làm việc' if working else 'ngày nghỉ'}.")
    context.plan_again()
    return context.go("/lich-lam-viec")


def drop_day(context: Context) -> Response:
    """Takes such a correction back."""
    on = _read_day(context.form.get("ngay", ""))
    if on is None or not _settings(context).drop_work_day(on, context.by):
        raise KehoachError("Ngày này vừa được người khác bỏ rồi.")
    context.note(f"{on:%d/%m/%Y}: đã bỏ, theo lịch chung.")
    context.plan_again()
    return context.go("/lich-lam-viec")


def _coming(context: Context, planned: Iterable[Planned | Digest]) -> list[Coming]:
    people = {member.id: member.name for member in context.site.app.people.list()}
    found = []
    for each in planned:
        member = each.recipient.member
        to = people.get(member, "") if member is not None else "nhóm của cơ quan"
        if isinstance(each, Digest):
            found.append(Coming(each.send_at, to, each.agency, "bản tổng hợp", None, "", None, None))
        else:
            own = each.occurrence
            kind = _KINDS[each.step.kind]
            found.append(Coming(each.send_at, to, each.agency, kind, own.task, own.title, own.due_on, each.days_left))
    return found


def _called(account: Account) -> str:
    if account.key.startswith("chat:"):
        return "Nhóm của cơ quan"
    return account.name or "người đã xóa dữ liệu"


def _became(entry: Entry) -> str:
    say = load_texts().say
    if entry.state is OutboxState.SENT:
        return f"đã gửi qua {say(f'channel_{entry.channel}')}" if entry.channel else "đã gửi"
    if entry.state is OutboxState.FAILED:
        return f"không gửi được. {_why(entry.reason)}"
    return "không gửi vì đã quá muộn" if entry.state is OutboxState.DROPPED else "đang chờ gửi"


def _why(reason: str) -> str:
    return why(load_texts().say, reason)


def _paged(
    context: Context, path: str, found: Sequence[_T], filters: Mapping[str, str]
) -> tuple[Sequence[_T], Pages]:
    last = max(1, -(-len(found) // PAGE))
    told = context.request.query_params.get("trang", "")
    page = min(max(1, int(told)) if told.isdecimal() and len(told) < 9 else 1, last)

    def address(wanted: int) -> str:
        return f"{path}?{urlencode({name: value for name, value in filters.items() if value} | {'trang': wanted})}"

    pages = Pages(page, last, address(page - 1) if page > 1 else "", address(page + 1) if page < last else "")
    return found[(page - 1) * PAGE : page * PAGE], pages


def _read_day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise KehoachError(f"“{text[:20]}” không phải là ngày.") from error


def _settings(context: Context) -> ReminderSettings:
    app = context.site.app
    return ReminderSettings(app.store, app.clock, app.directory)


def _extensions(context: Context) -> Extensions:
    app = context.site.app
    return Extensions(app.store, app.clock, app.directory)


def _transfers(context: Context) -> Transfers:
    app = context.site.app
    return Transfers(app.store, app.clock, app.directory)
