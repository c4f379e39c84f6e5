"""/kehoach: what is loaded; for administrators its versions, switched on, dropped, taken back."""

from __future__ import annotations

from bot.chat.paging import show_list
from bot.chat.questions import task_items
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Visit
from bot.menus.choices import Action, Opened
from knowledge.errors import UnknownPlanError, VersionMovedError
from knowledge.store import versions
from knowledge.store.catalog import PlanOverview, VersionOverview, list_plans
from knowledge.store.models import VersionState
from knowledge.store.related import describe_relations
from knowledge.text import cut
from knowledge.wording import day

_TITLE = 90
_CHANGES = 6
"""Changes of another paper that one message tells."""


def list_loaded(visit: Visit, _argument: str) -> None:
    """The live plans; administrators see those with only a draft as well."""
    plans = [plan for plan in list_plans(visit.services.app.store) if _is_seen(plan, visit)]
    if not plans:
        visit.say("no_plans")
        return
    items = [Item(_row(visit, plan), {"do": "plan", "plan": plan.id}) for plan in plans]
    show_list(visit, visit.text("plans_head", count=len(plans)), items)


def show_plan(visit: Visit, action: Action, _opened: Opened) -> None:
    """One plan: what it is, its tasks, and for administrators its versions."""
    plan = _find(visit, action["plan"])
    if plan is None:
        visit.say("plan_gone")
        return
    lines = [_identity(visit, plan)]
    rows: list[list[Button]] = []
    if plan.live is not None:
        lines += describe_relations(visit.services.app.store, plan.id, plan.live, most=_CHANGES)
        rows.append([Button(visit.text("button_plan_tasks"), {"do": "plan_tasks", "plan": plan.id})])
    if visit.is_admin:
        lines += [_version_line(visit, version) for version in plan.versions]
        rows += [version_buttons(visit, plan)]
    visit.reply("\n".join(lines), [row for row in rows if row])


def show_plan_tasks(visit: Visit, action: Action, _opened: Opened) -> None:
    """Every task of a live plan."""
    tasks = visit.services.app.library.tasks([action["plan"]])
    if not tasks:
        visit.say("plan_no_tasks")
        return
    head = visit.text("plan_tasks_head", plan=tasks[0].plan.name, count=len(tasks))
    show_list(visit, head, task_items(visit, tasks, paper=False))


def version_buttons(visit: Visit, plan: PlanOverview) -> list[Button]:
    """[Kích hoạt] [Bỏ] for a draft, [Quay lại bản trước] where there was one."""
    draft = _draft(plan)
    if draft is not None:
        which = {"plan": plan.id, "version": draft.version}
        return [
            Button(visit.text("button_activate"), {"do": "activate", **which}),
            Button(visit.text("button_discard"), {"do": "discard", **which}),
        ]
    earlier = [v for v in plan.versions if v.activated_at and plan.live and v.version < plan.live]
    if not earlier:
        return []
    return [Button(visit.text("button_rollback"), {"do": "rollback", "plan": plan.id, "version": plan.live})]


def activate(visit: Visit, action: Action, opened: Opened) -> None:
    """Makes the draft live that the button was about."""
    app = visit.services.app
    try:
        done = versions.activate(app.store, action["plan"], now=visit.now, version=action["version"])
    except (VersionMovedError, UnknownPlanError):
        _tell_moved(visit, action)
        return
    app.refresh_index()
    plan_again(visit)
    visit.close(opened)
    back = {"do": "rollback", "plan": done.plan_id, "version": done.version}
    buttons = [Button(visit.text("button_rollback"), back)] if done.before else []
    told = describe_relations(app.store, done.plan_id, done.version, most=_CHANGES)
    lines = [visit.text("activated", plan=done.plan_name, version=done.version), *told]
    visit.reply("\n".join(lines), [buttons], instead=True)


def discard(visit: Visit, action: Action, opened: Opened) -> None:
    """Drops the draft that the button was about."""
    try:
        name = versions.discard(visit.services.app.store, action["plan"], version=action["version"])
    except (VersionMovedError, UnknownPlanError):
        _tell_moved(visit, action)
        return
    visit.close(opened)
    visit.reply(visit.text("discarded", plan=name), instead=True)


def roll_back(visit: Visit, action: Action, opened: Opened) -> None:
    """Back to the version before the one that the button was about."""
    app = visit.services.app
    try:
        done = versions.rollback(app.store, action["plan"], now=visit.now, version=action["version"])
    except (VersionMovedError, UnknownPlanError):
        visit.say("version_changed")
        return
    app.refresh_index()
    plan_again(visit)
    visit.close(opened)
    visit.reply(visit.text("rolled_back", plan=done.plan_name, version=done.version), instead=True)


def find_overview(visit: Visit, plan_id: int) -> PlanOverview | None:
    """The plan with that id."""
    return _find(visit, plan_id)


def _find(visit: Visit, plan_id: int) -> PlanOverview | None:
    return next((plan for plan in list_plans(visit.services.app.store) if plan.id == plan_id), None)


def _draft(plan: PlanOverview) -> VersionOverview | None:
    return next((v for v in plan.versions if v.state is VersionState.DRAFT), None)


def _tell_moved(visit: Visit, action: Action) -> None:
    """Somebody was quicker: the draft is live, or gone."""
    plan = _find(visit, action["plan"])
    if plan is not None and plan.live == action["version"]:
        visit.say("activated_already", plan=plan.name, version=plan.live)
    else:
        visit.say("draft_gone")


def _is_seen(plan: PlanOverview, visit: Visit) -> bool:
    return plan.live is not None or (visit.is_admin and bool(plan.versions))


def _row(visit: Visit, plan: PlanOverview) -> str:
    note = "" if plan.live is not None else visit.text("plan_draft_only")
    return f"{plan.metadata.kind or 'Văn bản'} {_number(plan)}: {cut(plan.metadata.title or plan.name, _TITLE)}{note}"


def _number(plan: PlanOverview) -> str:
    return plan.metadata.number or "(chưa có số)"


def _identity(visit: Visit, plan: PlanOverview) -> str:
    facts = plan.metadata
    shown = next((v for v in plan.versions if v.version == plan.live), plan.versions[-1])
    return visit.text(
        "plan_card",
        kind=facts.kind or "Văn bản",
        number=_number(plan),
        issued=f" ngày {day(facts.issued)}" if facts.issued else "",
        title=facts.title or plan.name,
        issuer=facts.issuer or "không rõ",
        count=shown.tasks,
    )


def _version_line(visit: Visit, version: VersionOverview) -> str:
    return visit.text(
        "version_line",
        version=version.version,
        state=visit.text(f"state_{version.state.value}"),
        date=day(version.loaded_at.astimezone(visit.now.tzinfo).date()),
        tasks=version.tasks,
        doubts=len(version.report.doubts),
    )
