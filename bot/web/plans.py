"""Plans and their versions: what they are, what is doubtful, and switching them, each after its consequences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from starlette.responses import Response

from bot import administration
from bot.clock import HANOI
from bot.tracking.audience import load_audience
from bot.tracking.foreseeing import Foreseen, foresee
from bot.tracking.records import State
from bot.tracking.rules import load_rules
from bot.web.context import Context, NotFoundError
from bot.web.golden import WAIT_SECONDS
from knowledge.correcting import CorrectionKind
from knowledge.errors import KehoachError, VersionMovedError
from knowledge.golden import Comparison
from knowledge.library import LivePlan, LiveTask
from knowledge.store import versions
from knowledge.store.catalog import PlanOverview, VersionOverview, list_plans
from knowledge.store.comparison import PlanDiff, diff
from knowledge.store.corrections import describe_waiting, version_tasks
from knowledge.store.models import DutyRow, OccurrenceRow, VersionState
from knowledge.store.related import describe_relations

STATES = {
    VersionState.DRAFT: "bản nháp",
    VersionState.ACTIVE: "đang dùng",
    VersionState.SUPERSEDED: "đã thay",
    VersionState.DISCARDED: "đã bỏ",
    VersionState.WITHDRAWN: "đã rút",
}


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that can be done to a plan.

    Attributes:
        path: last part of its address.
        label: of the button.
        version: the version that it is about.
        grave: takes something away that people use.
    """

    path: str
    label: str
    version: int
    grave: bool = False


def list_all(context: Context) -> Response:
    """The live plans; for administrators those with a draft only, or withdrawn, as well."""
    plans = [each for each in _all(context) if each.live is not None or context.is_admin]
    return context.page("plans.html", plans=[(each, _state(each), _shown(each)) for each in plans])


def show(context: Context) -> Response:
    """One plan."""
    plan = _find(context)
    store = context.site.app.store
    shown = _shown(plan)
    keep = context.site.tables.keep
    return context.page(
        "plan.html",
        plan=plan,
        state=_state(plan),
        shown=shown,
        states=STATES,
        draft=_in_state(plan, VersionState.DRAFT),
        relations=keep(
            ("relations", plan.id, shown.version),
            lambda: describe_relations(store, plan.id, shown.version),
            printed=True,
        ),
        waiting=keep(("waiting", plan.id), lambda: describe_waiting(store, plan.id)) if context.is_admin else (),
        switches=switches(plan) if context.is_admin else [],
        set_switch=versions.list_set(store).get(plan.id) if context.is_admin else None,
    )


def ask(context: Context) -> Response:
    """What a switch would do, and the button that does it."""
    plan = _find(context)
    switch = _wanted(context, plan)
    store, keep = context.site.app.store, context.site.tables.keep
    owed = _owed(context, plan.id)
    becoming = {"kich-hoat": switch.version, "quay-lai": before.version if (before := _before(plan)) else None}
    version = becoming.get(switch.path)
    foreseen = (
        keep(("foreseen", plan.id, version, owed, context.site.app.today), lambda: _foresee(context, plan, version))
        if version is not None
        else None
    )
    has_sides = _has_sides(plan, switch)
    compared = keep(("diff", plan.id), lambda: diff(store, plan.id), printed=True) if has_sides else None
    golden: Comparison | None = Comparison()
    if switch.path == "kich-hoat":
        golden = context.site.app.golden.find([plan.id], WAIT_SECONDS)
    return context.page(
        "switch.html",
        plan=plan,
        switch=switch,
        to=next((each for each in plan.versions if each.version == switch.version), None),
        compared=_turned(compared) if compared is not None and switch.path == "quay-lai" else compared,
        before=before,
        owed=owed,
        set_switch=versions.list_set(store).get(plan.id),
        golden=golden,
        golden_running=golden is None,
        foreseen=foreseen,
        relations=describe_relations(store, plan.id, version) if version is not None else (),
    )


def do(context: Context) -> Response:
    """Switches, if the version is still the one that was shown."""
    plan = _find(context)
    switch = _wanted(context, plan)
    if context.form.get("ban") != str(switch.version):
        raise VersionMovedError("Kế hoạch vừa được người khác thay đổi; xin xem lại.")
    app = context.site.app
    now = app.clock()
    if switch.path == "kich-hoat":
        done = versions.activate(app.store, plan.id, now=now, version=switch.version, by=context.by)
        told = f"{done.plan_name}: đang dùng bản {done.version}."
    elif switch.path == "quay-lai":
        done = versions.rollback(app.store, plan.id, now=now, version=switch.version, by=context.by)
        told = f"{done.plan_name}: đã quay lại bản {done.version}."
    elif switch.path == "rut":
        reason = context.form.get("ly_do", "")
        done = versions.withdraw(app.store, plan.id, reason=reason, by=context.by, now=now, version=switch.version)
        told = f"{done.plan_name}: đã rút bản {done.version}; kích hoạt lại khi cần."
    else:
        name = versions.discard(app.store, plan.id, now=now, version=switch.version, by=context.by)
        context.note(f"{name}: đã bỏ bản nháp {switch.version}.")
        return context.go("/ke-hoach" if len(plan.versions) == 1 else f"/ke-hoach/{plan.id}")
    app.refresh_vectors()
    context.plan_again()
    context.note(told)
    return context.go(f"/ke-hoach/{plan.id}")


def set_time(context: Context) -> Response:
    """Sets a time at which the draft is to be activated, if it is still the one that was shown."""
    plan = _find(context)
    app, version = context.site.app, context.form.get("ban", "")
    at = _read_moment(context.form.get("ngay", ""), context.form.get("gio", ""))
    done = administration.set_switch(
        app.store, plan.id, at, by=context.by, now=app.clock(),
        version=int(version) if version.isdecimal() and len(version) < 9 else 0,
        expected=_seen_set(context, plan.id),
    )  # fmt: skip
    context.note(f"Đã hẹn: bản {done.version} được kích hoạt lúc {at:%H:%M} ngày {at:%d/%m/%Y}.")
    return context.go(f"/ke-hoach/{plan.id}")


def cancel_time(context: Context) -> Response:
    """Calls off what was set."""
    plan = _find(context)
    app = context.site.app
    done = administration.cancel_switch(
        app.store, plan.id, by=context.by, now=app.clock(), expected=_seen_set(context, plan.id)
    )
    context.note(f"Đã bỏ hẹn kích hoạt bản {done.version}.")
    return context.go(f"/ke-hoach/{plan.id}")


def _seen_set(context: Context, plan_id: int) -> versions.SetSwitch | None:
    """What the person saw to be set, as the form brings it back."""
    seen, _, version = context.form.get("hen", "").partition("|")
    if not seen:
        return None
    try:
        at = datetime.fromisoformat(seen)
    except ValueError as error:
        raise VersionMovedError("Hẹn kích hoạt vừa được người khác thay đổi; xin xem lại.") from error
    number = int(version) if version.isdecimal() and len(version) < 9 else 0
    return versions.SetSwitch(plan_id, "", number, at, None)


def _read_moment(day: str, hour: str) -> datetime:
    """A moment in Việt Nam.

    Raises:
        KehoachError: none.
    """
    try:
        return datetime.fromisoformat(f"{date.fromisoformat(day).isoformat()}T{hour or '00:00'}").replace(
            tzinfo=HANOI
        )
    except ValueError as error:
        raise KehoachError("Xin ghi đủ ngày và giờ kích hoạt.") from error


def switches(plan: PlanOverview) -> list[Switch]:
    """What can be done to the plan as it stands."""
    found = []
    draft, withdrawn = (_in_state(plan, state) for state in (VersionState.DRAFT, VersionState.WITHDRAWN))
    if draft is not None:
        found.append(Switch("kich-hoat", f"Kích hoạt bản {draft.version}", draft.version))
    elif withdrawn is not None:
        found.append(Switch("kich-hoat", f"Dùng lại bản {withdrawn.version}", withdrawn.version))
    if plan.live is not None:
        if _before(plan) is not None:
            found.append(Switch("quay-lai", "Quay lại bản trước", plan.live, grave=True))
        found.append(Switch("rut", "Rút kế hoạch", plan.live, grave=True))
    if draft is not None:
        found.append(Switch("bo", f"Bỏ bản nháp {draft.version}", draft.version, grave=True))
    return found


def _wanted(context: Context, plan: PlanOverview) -> Switch:
    path = context.request.path_params["viec"]
    found = next((each for each in switches(plan) if each.path == path), None)
    if found is None:
        raise VersionMovedError("Việc này không làm được với kế hoạch lúc này; xin xem lại các bản.")
    return found


def _find(context: Context) -> PlanOverview:
    plan_id = context.number("ke_hoach")
    found = next((each for each in _all(context) if each.id == plan_id), None)
    if found is None or (found.live is None and not context.is_admin):
        raise NotFoundError("Không có kế hoạch này, hoặc kế hoạch không còn được dùng.")
    return found


def _all(context: Context) -> list[PlanOverview]:
    tables = context.site.tables
    return tables.keep("plans", lambda: list_plans(tables.app.store, tables.doubtful))


def _shown(plan: PlanOverview) -> VersionOverview:
    """The live version, else the newest."""
    return next((each for each in plan.versions if each.version == plan.live), plan.versions[-1])


def _state(plan: PlanOverview) -> str:
    if plan.live is not None:
        waits = _in_state(plan, VersionState.DRAFT) is not None
        return f"đang dùng bản {plan.live}" + (", có bản nháp chờ" if waits else "")
    return STATES[plan.versions[-1].state]


def _in_state(plan: PlanOverview, state: VersionState) -> VersionOverview | None:
    return next((each for each in reversed(plan.versions) if each.state is state), None)


def _before(plan: PlanOverview) -> VersionOverview | None:
    """The version that a roll back brings."""
    earlier = [each for each in plan.versions if each.activated_at and plan.live and each.version < plan.live]
    return earlier[-1] if earlier else None


def _has_sides(plan: PlanOverview, switch: Switch) -> bool:
    """Whether `diff` compares the very versions that the switch exchanges."""
    draft = _in_state(plan, VersionState.DRAFT)
    if switch.path == "kich-hoat":
        return draft is not None and plan.live is not None
    return switch.path == "quay-lai" and draft is None


def _turned(compared: PlanDiff) -> PlanDiff:
    """The same difference, seen from the newer version."""
    return PlanDiff(
        compared.plan_id, compared.plan_name, compared.new, compared.old or 0, compared.removed, compared.added,
        compared.changed,
    )  # fmt: skip


def _foresee(context: Context, plan: PlanOverview, version: int) -> Foreseen:
    """What becomes of reminders when that version is used."""
    app = context.site.app
    shown = next(each for each in plan.versions if each.version == version)
    now = app.clock().astimezone(HANOI)
    live = LivePlan(plan.id, plan.name, shown.file, version, plan.metadata)
    draft = context.site.tables.draft(plan.id) if shown.state is VersionState.DRAFT else None
    tasks = [
        LiveTask(each.id, live, each.task)
        for each in (draft.tasks if draft is not None else version_tasks(app.store, plan.id, version))
        if all(made.kind is not CorrectionKind.CANCEL for made in each.corrections)
    ]
    with app.store.read() as session:
        audience = load_audience(session, app.directory, load_rules(session), now.date())
        return foresee(session, live, tasks, audience, now)


def _owed(context: Context, plan_id: int) -> int:
    """Days owed by agencies that are not done: what reminders are about."""
    wanted = (
        select(func.count())
        .select_from(OccurrenceRow)
        .join(DutyRow, DutyRow.id == OccurrenceRow.duty_id)
        .where(DutyRow.plan_id == plan_id, OccurrenceRow.state == State.OPEN)
    )
    with context.site.app.store.read() as session:
        return session.scalar(wanted) or 0
