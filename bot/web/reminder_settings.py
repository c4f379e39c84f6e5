"""How reminders are set, on the page: of everything, of one plan, of one agency; the calls of the chat's /nhac."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from bot.people.agencies import place_agency
from bot.tracking.records import ReminderError
from bot.tracking.rules import EXTENSIONS, FOLLOWING_UNIT, LONGEST_LEAD, WITHIN, Name, Rules, Scope
from bot.tracking.schedule import DEFAULT_LEADS
from bot.tracking.settings import ReminderSettings, read_leads
from bot.web.context import Context, NotFoundError
from knowledge.wording import short_label

_PAGE = "/nhac-viec/cai-dat"
_FORCE = {"": None, "giu": True, "thoi": False}
"""By what a form says: the plan's years decide, its yearly duties go on, or they have ended."""
_SELF, _NOBODY = "theo-doi", "khong"
_TIMES = (
    ("", f"như thường ({EXTENSIONS} lần)"),
    *((str(number), f"{number} lần") for number in range(6)),
    (_NOBODY, "không giới hạn"),
)
_UNTIL = (
    ("", "như thường (trong các năm của kế hoạch)"),
    ("nam", "trong các năm của kế hoạch"),
    (_NOBODY, "không giới hạn"),
    ("ngay", "một ngày"),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """How often and until when days may be put off, as a form says it.

    Attributes:
        times: a number, "khong" for as often as wanted, empty for the default.
        until: "nam" for within the plan's years, "khong" for no end, else a day; empty for the default.
    """

    times: str
    until: str

    @property
    def last(self) -> date | None:
        """The day, where it is one."""
        return date.fromisoformat(self.until) if self.until[:1].isdecimal() else None


def show(context: Context) -> Response:
    """Everything that is set, with a form for what holds of all plans."""
    known, library = _settings(context).rules(), context.site.app.library
    return context.page(
        "reminder_settings.html",
        confirm=_told_confirm(known.values.get((Scope.ALL, "", Name.CONFIRM), False)),
        checkins=known.checkins,
        defaults=_told_leads(DEFAULT_LEADS),
        following=FOLLOWING_UNIT,
        plans=[(plan, short_label(plan), _plan_values(known, plan.id)) for plan in library.plans()],
        agencies=_agencies(known),
        times_choices=_TIMES,
        until_choices=_UNTIL,
        offices=_offices(context),
    )


def show_plan(context: Context) -> Response:
    """The form of one plan."""
    plan = context.number("ke_hoach")
    live = next((each for each in context.site.app.library.plans() if each.id == plan), None)
    if live is None:
        raise NotFoundError("Kế hoạch này không còn được dùng.")
    known = _settings(context).rules()
    values = _plan_values(known, plan)
    times = _TIMES if values["times"] in dict(_TIMES) else (*_TIMES, (values["times"], f"{values['times']} lần"))
    return context.page(
        "plan_reminder_settings.html",
        plan=live,
        name=short_label(live),
        set=values,
        last=_told_limit(known.extension_rule(Scope.PLAN, str(plan))).last,
        times_choices=times,
        until_choices=_UNTIL,
        defaults=_told_leads(DEFAULT_LEADS),
        following=FOLLOWING_UNIT,
        longest=LONGEST_LEAD,
        offices=_offices(context),
    )


def set_all(context: Context) -> Response:
    """Who confirms what is reported where a plan says nothing else, and whether standing tasks are asked about."""
    settings, form = _settings(context), context.form
    known = settings.rules()
    _check_seen(context, f"{_told_confirm(known.values.get((Scope.ALL, '', Name.CONFIRM), False))}|{known.checkins}")
    settings.set_confirming(None, _read_confirm(form, _NOBODY), context.by)
    settings.set_checkins(bool(form.get("hoi")), context.by)
    return _done(context, "Đã ghi cài đặt chung.", _PAGE)


def set_plan(context: Context) -> Response:
    """All that is set of one plan; only what changed is written."""
    plan, settings, form = context.number("ke_hoach"), _settings(context), context.form
    if all(each.id != plan for each in context.site.app.library.plans()):
        raise NotFoundError("Kế hoạch này không còn được dùng.")
    now = _plan_values(settings.rules(), plan)
    _check_seen(context, "|".join(now.values()))
    leads, limit = _read_leads(form), _read_limit(form)
    unit = form.get("don_vi", "").strip()
    if form.get("moc", "").strip() != now["leads"]:
        settings.set_leads(Scope.PLAN, str(plan), leads, context.by)
    if unit != now["unit"]:
        settings.set_following_unit(plan, unit or None, context.by)
    if form.get("hieu_luc", "") != now["force"]:
        settings.set_in_force(plan, _FORCE.get(form.get("hieu_luc", "")), context.by)
    if (form.get("xac_nhan", ""), form.get("nguoi_xac_nhan", "").strip()) != (now["confirm"], now["confirms"]):
        settings.set_confirming(plan, _read_confirm(form, ""), context.by)
    if (form.get("lan", "").strip(), _typed_until(form)) != (now["times"], now["until"]):
        settings.set_extension_limit(Scope.PLAN, str(plan), limit, context.by)
    return _done(context, "Đã ghi cài đặt của kế hoạch.", f"{_PAGE}/ke-hoach/{plan}")


def set_agency(context: Context) -> Response:
    """Lead times and the limit of putting off of one agency; both empty: the default again."""
    settings, form = _settings(context), context.form
    leads, limit, app = _read_leads(form), _read_limit(form), context.site.app
    typed = form.get("co_quan", "").strip()
    placed = place_agency(app.directory, typed, app.today)
    if not typed or not placed.known:
        raise ReminderError(f"Danh bạ không có cơ quan “{typed}”." if typed else "Xin ghi tên cơ quan.")
    agency = placed.name
    settings.set_leads(Scope.AGENCY, agency, leads, context.by)
    settings.set_extension_limit(Scope.AGENCY, agency, limit, context.by)
    return _done(context, f"Đã ghi cài đặt của {agency}.", _PAGE)


def _settings(context: Context) -> ReminderSettings:
    app = context.site.app
    return ReminderSettings(app.store, app.clock, app.directory)


def _done(context: Context, told: str, path: str) -> Response:
    context.note(told)
    context.plan_again()
    return context.go(path)


def _check_seen(context: Context, now: str) -> None:
    """Raises:
    ReminderError: something else is set by now than the form was made of.
    """
    if context.form.get("thay", "") != now:
        raise ReminderError("Cài đặt vừa được người khác thay đổi; xin tải lại trang rồi sửa lại.")


def _plan_values(known: Rules, plan: int) -> dict[str, str]:
    """What is set of a plan, as its form shows it; empty where the default holds."""
    scope, subject = Scope.PLAN, str(plan)
    confirm = known.values.get((scope, subject, Name.CONFIRM))
    told = "" if confirm is None else _told_confirm(confirm)
    limit = _told_limit(known.extension_rule(scope, subject))
    force = {None: "", True: "giu", False: "thoi"}[known.in_force(plan)]
    return {
        "leads": _told_leads(known.values.get((scope, subject, Name.LEADS), ())),
        "unit": str(known.values.get((scope, subject, Name.FOLLOW), "")),
        "force": force,
        "confirm": told if told in ("", _SELF, _NOBODY) else "co-quan",
        "confirms": "" if told in ("", _SELF, _NOBODY) else told,
        "times": limit.times,
        "until": limit.until,
    }


def _agencies(known: Rules) -> list[tuple[str, str, Limit]]:
    """Agencies of which something is set: lead times, and the limit of putting off."""
    names = sorted({subject for scope, subject, _ in known.values if scope is Scope.AGENCY})
    return [
        (
            name,
            _told_leads(known.values.get((Scope.AGENCY, name, Name.LEADS), ())),
            _told_limit(known.extension_rule(Scope.AGENCY, name)),
        )
        for name in names
    ]


def _offices(context: Context) -> list[str]:
    """Names to choose among: the agencies that lead live tasks."""
    tasks = context.site.app.library.tasks()
    return sorted({name for task in tasks for name in task.task.lead_agencies})


def _told_leads(leads: object) -> str:
    return ", ".join(map(str, leads)) if isinstance(leads, (list, tuple)) else ""


def _told_confirm(said: object) -> str:
    return str(said) if isinstance(said, str) else _SELF if said else _NOBODY


def _told_limit(said: Mapping[str, object] | None) -> Limit:
    if said is None:
        return Limit("", "")
    until = said["until"]
    told = "nam" if until == WITHIN else _NOBODY if until is None else str(until)
    return Limit(_NOBODY if said["times"] is None else str(said["times"]), told)


def _read_leads(form: Mapping[str, str]) -> list[int] | None:
    """Raises:
    ReminderError: words that are no lead times.
    """
    text = form.get("moc", "").strip()
    leads = read_leads(text) if text else None
    if text and leads is None:
        raise ReminderError("Xin ghi số ngày làm việc trước hạn, cách nhau dấu phẩy, như 14, 7, 3, 1.")
    return None if leads is None else list(leads)


def _read_confirm(form: Mapping[str, str], otherwise: str) -> str | bool | None:
    said = form.get("xac_nhan", "") or otherwise
    if said == "co-quan":
        name = form.get("nguoi_xac_nhan", "").strip()
        if not name:
            raise ReminderError("Xin ghi cơ quan xác nhận.")
        return name
    return None if not said else said == _SELF


def _typed_until(form: Mapping[str, str]) -> str:
    chosen = form.get("gioi_han", "")
    return form.get("ngay_cuoi", "").strip() or "?" if chosen == "ngay" else chosen


def _read_limit(form: Mapping[str, str]) -> tuple[int | None, str | None] | None:
    """How often, and until when; None: the default.

    Raises:
        ReminderError: a number or a day that cannot be.
    """
    times, until = form.get("lan", "").strip(), _typed_until(form)
    if not times and not until:
        return None
    if times not in ("", _NOBODY) and not (times.isdecimal() and len(times) < 3):
        raise ReminderError("Số lần lùi hạn là một số, như 2.")
    if until not in ("", "nam", _NOBODY):
        try:
            date.fromisoformat(until)
        except ValueError as error:
            raise ReminderError("Xin chọn ngày cuối cùng được lùi tới.") from error
    often = EXTENSIONS if not times else None if times == _NOBODY else int(times)
    return often, WITHIN if until in ("", "nam") else None if until == _NOBODY else until
