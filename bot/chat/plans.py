"""/kehoach: what is loaded; for administrators its versions, switched on, dropped, taken back."""

from __future__ import annotations

from bot.chat.correcting import doubtful_buttons, reason_of
from bot.chat.paging import show_list
from bot.chat.papers import paper_buttons
from bot.chat.questions import task_items
from bot.chat.reminder_talk import answered, stop_button, wait
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.records import PeopleError
from knowledge.errors import UnknownPlanError, VersionMovedError
from knowledge.golden import Comparison
from knowledge.store import versions
from knowledge.store.audit import OPERATOR
from knowledge.store.catalog import PlanOverview, VersionOverview, list_plans
from knowledge.store.corrections import draft_tasks
from knowledge.store.models import VersionState
from knowledge.store.related import describe_relations
from knowledge.text import cut
from knowledge.wording import day

_TITLE = 90
_TRIAL_SECONDS = 8.0
"""That somebody in a chat waits for the golden questions to be tried."""
_CHANGES = 6
"""Changes of another paper that one message tells."""


def list_loaded(turn: Turn, _argument: str) -> None:
    """The live plans; administrators see those with only a draft as well."""
    plans = [plan for plan in list_plans(turn.services.app.store) if _is_seen(plan, turn)]
    if not plans:
        turn.say("no_plans")
        return
    items = [Item(_row(turn, plan), {"do": "plan", "plan": plan.id}) for plan in plans]
    show_list(turn, turn.text("plans_head", count=len(plans)), items)


def show_plan(turn: Turn, action: Action, _opened: Opened) -> None:
    """One plan: what it is, its tasks, and for administrators its versions."""
    plan = _find(turn, action["plan"])
    if plan is None:
        turn.say("plan_gone")
        return
    lines = [_identity(turn, plan)]
    rows: list[list[Button]] = []
    if plan.live is not None:
        lines += describe_relations(turn.services.app.store, plan.id, plan.live, most=_CHANGES)
        tasks = Button(turn.text("button_plan_tasks"), {"do": "plan_tasks", "plan": plan.id})
        rows.append([tasks, *paper_buttons(turn, plan.id, plan.live)])
    if turn.is_admin:
        lines += [_version_line(turn, version) for version in plan.versions]
        if plan.live is not None and not turn.incoming.group:
            rows[0].append(Button(turn.text("button_task_sheet"), {"do": "task_sheet", "plan": plan.id}))
        rows += [draft_buttons(turn, plan), doubtful_buttons(turn, plan.id)]
        rows += [[*version_buttons(turn, plan), *withdraw_buttons(turn, plan)]]
    turn.reply("\n".join(lines), [row for row in rows if row])


def show_plan_tasks(turn: Turn, action: Action, _opened: Opened) -> None:
    """Every task of a live plan."""
    tasks = turn.services.app.library.tasks([action["plan"]])
    if not tasks:
        turn.say("plan_no_tasks")
        return
    head = turn.text("plan_tasks_head", plan=tasks[0].plan.name, count=len(tasks))
    show_list(turn, head, task_items(turn, tasks, paper=False))


def draft_buttons(turn: Turn, plan: PlanOverview) -> list[Button]:
    """[Xem nhiệm vụ bản nháp] [Tệp Excel bản nháp] for administrators, where there is a draft with tasks."""
    draft = _draft(plan)
    if draft is None or not draft.tasks or not turn.is_admin or turn.incoming.group:
        return []
    which = {"plan": plan.id, "draft": True}
    return [
        Button(turn.text("button_draft_tasks"), {"do": "draft_tasks", "plan": plan.id}),
        Button(turn.text("button_draft_sheet"), {"do": "task_sheet", **which}),
    ]


def show_draft_tasks(turn: Turn, action: Action, _opened: Opened) -> None:
    """Every task of a draft, each to be opened and corrected before it is used."""
    tasks = draft_tasks(turn.services.app.store, action["plan"])
    if not tasks:
        turn.say("draft_gone")
        return
    head = turn.text("draft_tasks_head", plan=tasks[0].plan.name, count=len(tasks))
    show_list(turn, head, task_items(turn, tasks, paper=False))


def withdraw_buttons(turn: Turn, plan: PlanOverview) -> list[Button]:
    """[Rút kế hoạch…] for administrators, of a live plan."""
    if plan.live is None or not turn.is_admin or turn.incoming.group:
        return []
    return [Button(turn.text("button_withdraw"), {"do": "withdraw_ask", "plan": plan.id, "version": plan.live})]


def ask_withdraw(turn: Turn, action: Action, _opened: Opened) -> None:
    """Why the plan is taken out of use."""
    plan = _find(turn, action["plan"])
    if plan is None or plan.live != action["version"]:
        turn.say("version_changed")
        return
    wait(turn, "withdraw_reason", {"plan": plan.id, "version": plan.live})
    turn.reply(turn.text("ask_withdraw_reason", plan=plan.name))


def take_withdraw_reason(turn: Turn, text: str) -> None:
    """What withdrawing means, to be confirmed."""
    if not turn.is_admin:
        raise PeopleError(turn.text("admins_only"))
    with answered(turn) as waiting:
        text = reason_of(text)
        plan = _find(turn, waiting["plan"])
        if plan is None or plan.live != waiting["version"]:
            raise VersionMovedError(turn.text("version_changed"))
    which = {"plan": plan.id, "version": plan.live, "reason": text}
    yes = Button(turn.text("button_withdraw_yes"), {"do": "withdraw", **which})
    told = turn.text("withdraw_check", plan=plan.name, version=plan.live, reason=text)
    turn.reply(told, [[yes, stop_button(turn)]])


def withdraw(turn: Turn, action: Action, opened: Opened) -> None:
    """The plan is in no answer, list or reminder from now on."""
    app = turn.services.app
    try:
        done = versions.withdraw(
            app.store, action["plan"], reason=action["reason"], by=_by(turn), now=turn.now, version=action["version"]
        )
    except (VersionMovedError, UnknownPlanError):
        turn.say("version_changed")
        return
    plan_again(turn)
    turn.close(opened)
    back = {"do": "activate", "plan": done.plan_id, "version": done.version}
    told = turn.text("withdrawn", plan=done.plan_name, version=done.version)
    turn.reply(told, [[Button(turn.text("button_activate"), back)]], instead=True)


def version_buttons(turn: Turn, plan: PlanOverview) -> list[Button]:
    """[Kích hoạt] [Bỏ] for a draft, [Kích hoạt] for what was withdrawn, [Quay lại bản trước] where there was one."""
    draft = _draft(plan)
    if draft is not None:
        which = {"plan": plan.id, "version": draft.version}
        return [
            Button(turn.text("button_activate"), {"do": "activate", **which}),
            Button(turn.text("button_discard"), {"do": "discard", **which}),
        ]
    withdrawn = next((v for v in plan.versions if v.state is VersionState.WITHDRAWN), None)
    if withdrawn is not None:
        back = {"do": "activate", "plan": plan.id, "version": withdrawn.version}
        return [Button(turn.text("button_activate"), back)]
    earlier = [v for v in plan.versions if v.activated_at and plan.live and v.version < plan.live]
    if not earlier:
        return []
    return [Button(turn.text("button_rollback"), {"do": "rollback", "plan": plan.id, "version": plan.live})]


def activate(turn: Turn, action: Action, opened: Opened) -> None:
    """Makes the draft live that the button was about."""
    app = turn.services.app
    tried = Comparison() if action.get("sure") else app.golden.find([action["plan"]], _TRIAL_SECONDS)
    if tried is None or tried.drops:
        _ask_golden(turn, action, tried)
        return
    try:
        done = versions.activate(app.store, action["plan"], now=turn.now, version=action["version"], by=_by(turn))
    except (VersionMovedError, UnknownPlanError):
        _tell_moved(turn, action)
        return
    app.refresh_vectors()
    plan_again(turn)
    turn.close(opened)
    back = {"do": "rollback", "plan": done.plan_id, "version": done.version}
    buttons = [Button(turn.text("button_rollback"), back)] if done.before else []
    told = describe_relations(app.store, done.plan_id, done.version, most=_CHANGES)
    lines = [turn.text("activated", plan=done.plan_name, version=done.version), *told]
    if tried.line:
        lines.append(tried.line)
    turn.reply("\n".join(lines), [buttons], instead=True)


def _ask_golden(turn: Turn, action: Action, tried: Comparison | None) -> None:
    """Golden questions would be answered wrongly, or are not all tried: the person decides, knowing it."""
    told = tried.line if tried is not None else turn.text("golden_running")
    sure = Button(turn.text("button_activate_anyway"), {**action, "sure": True})
    later = Button(turn.text("button_not_now"), {"do": "plan", "plan": action["plan"]})
    turn.reply(told, [[sure, later]], instead=True)


def discard(turn: Turn, action: Action, opened: Opened) -> None:
    """Drops the draft that the button was about."""
    try:
        store = turn.services.app.store
        name = versions.discard(store, action["plan"], now=turn.now, version=action["version"], by=_by(turn))
    except (VersionMovedError, UnknownPlanError):
        _tell_moved(turn, action)
        return
    turn.close(opened)
    turn.reply(turn.text("discarded", plan=name), instead=True)


def roll_back(turn: Turn, action: Action, opened: Opened) -> None:
    """Back to the version before the one that the button was about."""
    app = turn.services.app
    try:
        done = versions.rollback(app.store, action["plan"], now=turn.now, version=action["version"], by=_by(turn))
    except (VersionMovedError, UnknownPlanError):
        turn.say("version_changed")
        return
    app.refresh_vectors()
    plan_again(turn)
    turn.close(opened)
    turn.reply(turn.text("rolled_back", plan=done.plan_name, version=done.version), instead=True)


def _by(turn: Turn) -> int:
    """The number of who acts; a choice of administrators has one."""
    return turn.member.id if turn.member is not None else OPERATOR


def find_overview(turn: Turn, plan_id: int) -> PlanOverview | None:
    """The plan with that id."""
    return _find(turn, plan_id)


def _find(turn: Turn, plan_id: int) -> PlanOverview | None:
    return next((plan for plan in list_plans(turn.services.app.store) if plan.id == plan_id), None)


def _draft(plan: PlanOverview) -> VersionOverview | None:
    return next((v for v in plan.versions if v.state is VersionState.DRAFT), None)


def _tell_moved(turn: Turn, action: Action) -> None:
    """Somebody was quicker: the draft is live, or gone."""
    plan = _find(turn, action["plan"])
    if plan is not None and plan.live == action["version"]:
        turn.say("activated_already", plan=plan.name, version=plan.live)
    else:
        turn.say("draft_gone")


def _is_seen(plan: PlanOverview, turn: Turn) -> bool:
    return plan.live is not None or (turn.is_admin and bool(plan.versions))


def _row(turn: Turn, plan: PlanOverview) -> str:
    note = ""
    if plan.live is None:
        note = turn.text("plan_withdrawn") if _is_withdrawn(plan) else turn.text("plan_draft_only")
    return f"{plan.metadata.kind or 'Văn bản'} {_number(plan)}: {cut(plan.metadata.title or plan.name, _TITLE)}{note}"


def _is_withdrawn(plan: PlanOverview) -> bool:
    return any(version.state is VersionState.WITHDRAWN for version in plan.versions)


def _number(plan: PlanOverview) -> str:
    return plan.metadata.number or "(chưa có số)"


def _identity(turn: Turn, plan: PlanOverview) -> str:
    facts = plan.metadata
    shown = next((v for v in plan.versions if v.version == plan.live), plan.versions[-1])
    return turn.text(
        "plan_card",
        kind=facts.kind or "Văn bản",
        number=_number(plan),
        issued=f" ngày {day(facts.issued)}" if facts.issued else "",
        title=facts.title or plan.name,
        issuer=facts.issuer or "không rõ",
        count=shown.tasks,
    )


def _version_line(turn: Turn, version: VersionOverview) -> str:
    return turn.text(
        "version_line",
        version=version.version,
        state=turn.text(f"state_{version.state.value}"),
        date=day(version.loaded_at.astimezone(turn.now.tzinfo).date()),
        tasks=version.tasks,
        doubts=len(version.report.doubts),
    )
