"""What only administrators may do: people, invitations, figures, what went wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select

from bot.channels.contract import ChannelName
from bot.chat.accounts import accounts_button
from bot.chat.joining import offer_agencies
from bot.chat.paging import show_list
from bot.chat.turn import Button, Item, Visit
from bot.menus.choices import Action, Opened
from bot.people.members import Member, Role
from knowledge.store.feedback import Feedback, Verdict, list_feedback
from knowledge.store.models import DailyCountRow
from knowledge.text import cut, fold
from knowledge.wording import day

_FEEDBACK_SHOWN = 80


def list_people(visit: Visit, argument: str) -> None:
    """Members, by agency; with words, those whose name or agency holds them."""
    _show_people(visit, visit.services.people.list(), argument)


def list_active_people(visit: Visit, argument: str) -> None:
    """Those who can be switched off."""
    _show_people(visit, visit.services.people.list(active_only=True), argument)


def show_member(visit: Visit, action: Action, _opened: Opened) -> None:
    """One member, with what can be done."""
    _show_member(visit, visit.services.people.get(action["member"]), instead=False)


def ask_switch_off(visit: Visit, action: Action, _opened: Opened) -> None:
    """Asks before anybody is switched off."""
    member = visit.services.people.get(action["member"])
    buttons = [
        Button(visit.text("button_switch_off"), {"do": "switch_off", "member": member.id}),
        Button(visit.text("button_keep"), {"do": "member", "member": member.id}),
    ]
    visit.reply(visit.text("switch_off_ask", name=member.name, agency=member.agency), [buttons], instead=True)


def switch_off(visit: Visit, action: Action, opened: Opened) -> None:
    """Ends every way in of a member."""
    member = visit.services.people.switch_off(action["member"], by=_by(visit))
    visit.close(opened)
    _show_member(visit, member, instead=True)


def switch_on(visit: Visit, action: Action, opened: Opened) -> None:
    """Lets a member in again."""
    member = visit.services.people.switch_on(action["member"], by=_by(visit))
    visit.close(opened)
    _show_member(visit, member, instead=True)


def set_role(visit: Visit, action: Action, opened: Opened) -> None:
    """Gives a member one role instead of the ones held; an administrator stays one besides."""
    member = visit.services.people.get(action["member"])
    kept = member.roles & {Role.ADMIN}
    member = visit.services.people.change(member.id, _by(visit), roles={Role(action["role"]), *kept})
    visit.close(opened)
    _show_member(visit, member, instead=True)


def invite(visit: Visit, argument: str) -> None:
    """An invitation: first the agency, then the role."""
    if argument:
        offer_agencies(visit, argument, {"do": "invite_agency"}, "invite_choose")
    visit.dialogue.waiting = {"for": "invite"}
    if argument:
        return
    visit.say("ask_invite_agency")


def choose_invited_agency(visit: Visit, action: Action, _opened: Opened) -> None:
    """The agency is chosen; now the role."""
    agency = action["agency"]
    buttons = [
        Button(role.label.capitalize(), {"do": "invite_role", "agency": agency, "role": role.value}) for role in Role
    ]
    visit.reply(visit.text("ask_invite_role", agency=agency), [buttons[:2], buttons[2:]], instead=True)


def make_invitation(visit: Visit, action: Action, opened: Opened) -> None:
    """Makes the code; pressing again makes no second one."""
    _invite(visit, action["agency"], Role(action["role"]))
    visit.close(opened)


def invite_owner(visit: Visit, action: Action, opened: Opened) -> None:
    """The same from a list of agencies, whose other rows stay open."""
    agency, done = action["agency"], opened.subject.get("invited", [])
    if agency in done:
        visit.say("invited_already", agency=agency)
        return
    _invite(visit, agency, Role.OWNER)
    visit.change(replace(opened, subject={**opened.subject, "invited": [*done, agency]}))


def _invite(visit: Visit, agency: str, role: Role) -> None:
    """What was made, and by itself what is to be passed on as it is."""
    made = visit.services.people.invite(agency, role, by=_by(visit))
    until = day(made.expires_at.astimezone(visit.now.tzinfo).date())
    visit.say("invited", agency=made.agency, role=made.role.label, date=until)
    text = visit.text("invitation", agency=made.agency, role=made.role.label, date=until, code=made.code)
    username = visit.services.username(ChannelName.TELEGRAM)
    if username:
        text = f"{text}\n{visit.text('invitation_link', link=made.deep_link(username))}"
    visit.reply(text)


def statistics(visit: Visit, _argument: str) -> None:
    """Members, plans, and how questions ended in the last week and month."""
    app, people = visit.services.app, visit.services.people
    plans = app.library.plans()
    lines = [
        visit.text("stats_people", count=len(people.list(active_only=True)), waiting=len(people.pending())),
        visit.text("stats_plans", count=len(plans), tasks=len(app.library.tasks())),
    ]
    for days in (7, 30):
        counts = _counts(visit, days)
        lines.append(
            visit.text(
                "stats_questions",
                days=days,
                count=sum(counts.values()),
                answered=counts.get("answered", 0),
                clarify=counts.get("clarify", 0),
                not_found=counts.get("not_found", 0),
                refused=counts.get("refused", 0),
            )
        )
    visit.reply("\n".join(lines))


def feedback(visit: Visit, _argument: str) -> None:
    """What was marked wrong and what was not found, to choose from."""
    store = visit.services.app.store
    wrong = list_feedback(store, Verdict.WRONG, _FEEDBACK_SHOWN)
    missing = list_feedback(store, Verdict.NOT_FOUND, _FEEDBACK_SHOWN)
    if not wrong and not missing:
        visit.say("no_feedback")
        return
    buttons = [
        Button(
            visit.text("button_marked_wrong", count=len(wrong)), {"do": "feedback", "verdict": Verdict.WRONG.value}
        ),
        Button(
            visit.text("button_not_found", count=len(missing)),
            {"do": "feedback", "verdict": Verdict.NOT_FOUND.value},
        ),
    ]
    visit.reply(visit.text("feedback_head"), [[button] for button in buttons])


def list_marked(visit: Visit, action: Action, _opened: Opened) -> None:
    """The latest of one kind; each opens with the answer that was given."""
    verdict = Verdict(action["verdict"])
    marked = list_feedback(visit.services.app.store, verdict, _FEEDBACK_SHOWN)
    if not marked:
        visit.say("no_feedback")
        return
    items = [
        Item(f"{day(_here(visit, each))}: {cut(each.question, 120)}", {"do": "told", "text": _told(visit, each)})
        for each in marked
    ]
    head = visit.text("feedback_wrong" if verdict is Verdict.WRONG else "feedback_not_found", count=len(marked))
    show_list(visit, head, items)


def tell(visit: Visit, action: Action, _opened: Opened) -> None:
    """A text that was made with its list."""
    visit.reply(action["text"])


def _show_people(visit: Visit, members: list[Member], argument: str) -> None:
    words = fold(argument)
    fitting = [member for member in members if words in fold(f"{member.name} {member.agency}")]
    if not fitting:
        visit.say("no_people")
        return
    items = [Item(_member_line(visit, member), {"do": "member", "member": member.id}) for member in fitting]
    show_list(visit, visit.text("people_head", count=len(fitting)), items)


def _show_member(visit: Visit, member: Member, *, instead: bool) -> None:
    accounts = visit.services.people.channels_of(member.id)
    text = visit.text(
        "member_card",
        name=member.name,
        agency=member.agency or visit.text("agency_none"),
        roles=", ".join(sorted(role.label for role in member.roles)),
        channels=", ".join(visit.text(f"channel_{account.channel.value}") for account in accounts),
        state=visit.text("member_active" if member.active else "member_off"),
    )
    if not member.active:
        rows = [[Button(visit.text("button_switch_on"), {"do": "switch_on", "member": member.id})]]
    else:
        roles = [role for role in (Role.STAFF, Role.OWNER, Role.LEADER) if role not in member.roles]
        rows = [
            [
                Button(
                    visit.text("button_role", role=r.label), {"do": "set_role", "member": member.id, "role": r.value}
                )
                for r in roles
            ],
            [
                Button(visit.text("button_lock"), {"do": "ask_switch_off", "member": member.id}),
                *accounts_button(visit, member.id, accounts),
            ],
            [Button(visit.text("button_further"), {"do": "further", "member": member.id})],
        ]
    visit.reply(text, rows, instead=instead)


def _member_line(visit: Visit, member: Member) -> str:
    roles = ", ".join(sorted(role.label for role in member.roles))
    off = "" if member.active else visit.text("member_off_note")
    return f"{member.name} – {member.agency or visit.text('agency_none')} ({roles}){off}"


def _told(visit: Visit, given: Feedback) -> str:
    before = "".join(f"{visit.text('feedback_turn', question=cut(turn, 200))}\n" for turn in given.turns[-3:])
    places = "; ".join(
        f"{place.plan}, bản {place.version}, {' > '.join(place.section_path)}" for place in given.evidence[:3]
    )
    text = visit.text("feedback_card", turns=before, question=given.question, answer=given.answer)
    return f"{text}\n{visit.text('feedback_source', source=places)}" if places else text


def _here(visit: Visit, given: Feedback) -> date:
    return given.at.astimezone(visit.now.tzinfo).date()


def _counts(visit: Visit, days: int) -> dict[str, int]:
    since = visit.now.date() - timedelta(days=days - 1)
    wanted = select(DailyCountRow.name, func.sum(DailyCountRow.count)).where(DailyCountRow.day >= since)
    with visit.services.app.store.read() as session:
        return {name: int(total) for name, total in session.execute(wanted.group_by(DailyCountRow.name))}


def _by(visit: Visit) -> int:
    """The administrator's number; that it is one is checked where it is used."""
    return visit.member.id if visit.member else 0
