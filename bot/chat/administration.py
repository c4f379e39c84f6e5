"""What only administrators may do: people, invitations, figures, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select

from bot.channels.contract import ChannelName
from bot.chat import member_lists
from bot.chat.accounts import accounts_button
from bot.chat.joining import offer_agencies
from bot.chat.paging import show_list
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.menus.dialogues import TYPED
from bot.people.invitations import MOST_USES
from bot.people.members import Member, Role
from bot.people.records import PeopleError
from knowledge.store.feedback import Feedback, Verdict, list_feedback
from knowledge.store.models import DailyCountRow
from knowledge.text import cut, fold
from knowledge.wording import day

_FEEDBACK_SHOWN = 80


def list_people(turn: Turn, argument: str) -> None:
    """Members, by agency; with words, those whose name or agency holds them. All of them as a file, too."""
    buttons = [] if argument else member_lists.sheet_buttons(turn)
    _show_people(turn, turn.services.people.list(), argument, buttons)


def list_active_people(turn: Turn, argument: str) -> None:
    """Those who can be switched off."""
    _show_people(turn, turn.services.people.list(active_only=True), argument)


def show_member(turn: Turn, action: Action, _opened: Opened) -> None:
    """One member, with what can be done."""
    _show_member(turn, turn.services.people.get(action["member"]), instead=False)


def ask_switch_off(turn: Turn, action: Action, _opened: Opened) -> None:
    """Asks before anybody is switched off."""
    member = turn.services.people.get(action["member"])
    buttons = [
        Button(turn.text("button_switch_off"), {"do": "switch_off", "member": member.id}),
        Button(turn.text("button_keep"), {"do": "member", "member": member.id}),
    ]
    turn.reply(turn.text("switch_off_ask", name=member.name, agency=member.agency), [buttons], instead=True)


def switch_off(turn: Turn, action: Action, opened: Opened) -> None:
    """Ends every way in of a member."""
    member = turn.services.people.switch_off(action["member"], by=_by(turn))
    turn.close(opened)
    _show_member(turn, member, instead=True)


def switch_on(turn: Turn, action: Action, opened: Opened) -> None:
    """Lets a member in again."""
    member = turn.services.people.switch_on(action["member"], by=_by(turn))
    turn.close(opened)
    _show_member(turn, member, instead=True)


def set_role(turn: Turn, action: Action, opened: Opened) -> None:
    """Gives a member one role instead of the ones held; an administrator stays one besides."""
    member = turn.services.people.get(action["member"])
    kept = member.roles & {Role.ADMIN}
    member = turn.services.people.change(member.id, _by(turn), roles={Role(action["role"]), *kept})
    turn.close(opened)
    _show_member(turn, member, instead=True)


def invite(turn: Turn, argument: str) -> None:
    """An invitation: first the agency, then the role."""
    if argument:
        offer_agencies(turn, argument, {"do": "invite_agency"}, "invite_choose")
    turn.dialogue.waiting = {"for": "invite"}
    if argument:
        return
    turn.say("ask_invite_agency")


def choose_invited_agency(turn: Turn, action: Action, _opened: Opened) -> None:
    """The agency is chosen; now the role."""
    agency = action["agency"]
    buttons = [
        Button(role.label.capitalize(), {"do": "invite_role", "agency": agency, "role": role.value}) for role in Role
    ]
    office = Button(turn.text("button_invite_office"), {"do": "invite_office", "agency": agency})
    turn.reply(turn.text("ask_invite_role", agency=agency), [buttons[:2], buttons[2:], [office]], instead=True)


def ask_uses(turn: Turn, action: Action, opened: Opened) -> None:
    """How many people of an office one code is to let in: asked."""
    turn.close(opened)
    turn.dialogue.waiting = {"for": "invite_uses", "agency": action["agency"], TYPED: True}
    turn.say("ask_invite_uses", agency=action["agency"], count=MOST_USES)


def invite_office(turn: Turn, text: str) -> None:
    """One code for so many people of an office, as staff."""
    agency, typed = (turn.dialogue.waiting or {})["agency"], text.strip()
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:6]) <= MOST_USES):
        raise PeopleError(turn.text("ask_invite_uses", agency=agency, count=MOST_USES))
    turn.dialogue.waiting = None
    _invite(turn, agency, Role.STAFF, int(typed))


def make_invitation(turn: Turn, action: Action, opened: Opened) -> None:
    """Makes the code; pressing again makes no second one."""
    _invite(turn, action["agency"], Role(action["role"]))
    turn.close(opened)


def invite_owner(turn: Turn, action: Action, opened: Opened) -> None:
    """The same from a list of agencies, whose other rows stay open."""
    agency, done = action["agency"], opened.subject.get("invited", [])
    if agency in done:
        turn.say("invited_already", agency=agency)
        return
    _invite(turn, agency, Role.OWNER)
    turn.change(replace(opened, subject={**opened.subject, "invited": [*done, agency]}))


def _invite(turn: Turn, agency: str, role: Role, uses: int = 1) -> None:
    """What was made, and by itself what is to be passed on as it is."""
    made = turn.services.people.invite(agency, role, by=_by(turn), uses=uses)
    until = day(made.expires_at.astimezone(turn.now.tzinfo).date())
    code, called = made.code, made.role.label
    if uses == 1:
        turn.say("invited", agency=made.agency, role=called, date=until)
        text = turn.text("invitation", agency=made.agency, role=called, date=until, code=code)
    else:
        turn.say("invited_office", agency=made.agency, role=called, date=until, count=uses)
        text = turn.text("invitation_office", agency=made.agency, date=until, count=uses, code=code)
    username = turn.services.username(ChannelName.TELEGRAM)
    if username:
        text = f"{text}\n{turn.text('invitation_link', link=made.deep_link(username))}"
    turn.reply(text)


def statistics(turn: Turn, _argument: str) -> None:
    """Members, plans, and how questions ended in the last week and month."""
    app, people = turn.services.app, turn.services.people
    plans = app.library.plans()
    lines = [
        turn.text("stats_people", count=len(people.list(active_only=True)), waiting=len(people.pending())),
        turn.text("stats_plans", count=len(plans), tasks=len(app.library.tasks())),
    ]
    for days in (7, 30):
        counts = _counts(turn, days)
        lines.append(
            turn.text(
                "stats_questions",
                days=days,
                count=sum(counts.values()),
                answered=counts.get("answered", 0),
                clarify=counts.get("clarify", 0),
                not_found=counts.get("not_found", 0),
                refused=counts.get("refused", 0),
            )
        )
    turn.reply("\n".join(lines))


def feedback(turn: Turn, _argument: str) -> None:
    """What was marked wrong and what was not found, to choose from."""
    store = turn.services.app.store
    wrong = list_feedback(store, Verdict.WRONG, _FEEDBACK_SHOWN)
    missing = list_feedback(store, Verdict.NOT_FOUND, _FEEDBACK_SHOWN)
    if not wrong and not missing:
        turn.say("no_feedback")
        return
    buttons = [
        Button(
            turn.text("button_marked_wrong", count=len(wrong)), {"do": "feedback", "verdict": Verdict.WRONG.value}
        ),
        Button(
            turn.text("button_not_found", count=len(missing)),
            {"do": "feedback", "verdict": Verdict.NOT_FOUND.value},
        ),
    ]
    turn.reply(turn.text("feedback_head"), [[button] for button in buttons])


def list_marked(turn: Turn, action: Action, _opened: Opened) -> None:
    """The latest of one kind; each opens with the answer that was given."""
    verdict = Verdict(action["verdict"])
    marked = list_feedback(turn.services.app.store, verdict, _FEEDBACK_SHOWN)
    if not marked:
        turn.say("no_feedback")
        return
    items = [
        Item(f"{day(_here(turn, each))}: {cut(each.question, 120)}", {"do": "told", "text": _told(turn, each)})
        for each in marked
    ]
    head = turn.text("feedback_wrong" if verdict is Verdict.WRONG else "feedback_not_found", count=len(marked))
    show_list(turn, head, items)


def tell(turn: Turn, action: Action, _opened: Opened) -> None:
    """A text that was made with its list."""
    turn.reply(action["text"])


def _show_people(turn: Turn, members: list[Member], argument: str, buttons: Sequence[Sequence[Button]] = ()) -> None:
    words = fold(argument)
    fitting = [member for member in members if words in fold(f"{member.name} {member.agency}")]
    if not fitting:
        turn.say("no_people")
        return
    items = [Item(_member_line(turn, member), {"do": "member", "member": member.id}) for member in fitting]
    show_list(turn, turn.text("people_head", count=len(fitting)), items, buttons)


def _show_member(turn: Turn, member: Member, *, instead: bool) -> None:
    accounts = turn.services.people.channels_of(member.id)
    text = turn.text(
        "member_card",
        name=member.name,
        agency=member.agency or turn.text("agency_none"),
        roles=", ".join(sorted(role.label for role in member.roles)),
        channels=", ".join(turn.text(f"channel_{account.channel.value}") for account in accounts)
        or turn.text("member_waiting"),
        state=turn.text("member_active" if member.active else "member_off"),
    )
    if not member.active:
        rows = [[Button(turn.text("button_switch_on"), {"do": "switch_on", "member": member.id})]]
    else:
        roles = [role for role in (Role.STAFF, Role.OWNER, Role.LEADER) if role not in member.roles]
        rows = [
            [
                Button(
                    turn.text("button_role", role=r.label), {"do": "set_role", "member": member.id, "role": r.value}
                )
                for r in roles
            ],
            [
                Button(turn.text("button_lock"), {"do": "ask_switch_off", "member": member.id}),
                *accounts_button(turn, member.id, accounts),
            ],
            [Button(turn.text("button_further"), {"do": "further", "member": member.id})],
        ]
        if not accounts:
            rows.append([Button(turn.text("button_personal_code"), {"do": "personal_code", "member": member.id})])
    turn.reply(text, rows, instead=instead)


def _member_line(turn: Turn, member: Member) -> str:
    roles = ", ".join(sorted(role.label for role in member.roles))
    off = "" if member.active else turn.text("member_off_note")
    return f"{member.name} – {member.agency or turn.text('agency_none')} ({roles}){off}"


def _told(turn: Turn, given: Feedback) -> str:
    before = "".join(f"{turn.text('feedback_turn', question=cut(each, 200))}\n" for each in given.turns[-3:])
    places = "; ".join(
        f"{place.plan}, bản {place.version}, {' > '.join(place.section_path)}" for place in given.evidence[:3]
    )
    text = turn.text("feedback_card", turns=before, question=given.question, answer=given.answer)
    return f"{text}\n{turn.text('feedback_source', source=places)}" if places else text


def _here(turn: Turn, given: Feedback) -> date:
    return given.at.astimezone(turn.now.tzinfo).date()


def _counts(turn: Turn, days: int) -> dict[str, int]:
    since = turn.now.date() - timedelta(days=days - 1)
    wanted = select(DailyCountRow.name, func.sum(DailyCountRow.count)).where(DailyCountRow.day >= since)
    with turn.services.app.store.read() as session:
        return {name: int(total) for name, total in session.execute(wanted.group_by(DailyCountRow.name))}


def _by(turn: Turn) -> int:
    """The administrator's number; that it is one is checked where it is used."""
    return turn.member.id if turn.member else 0
