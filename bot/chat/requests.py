"""Who asks to be let in, as administrators hear of it and answer: one card, a list, a digest of what has gathered."""

from __future__ import annotations

from bot.channels.contract import Sender
from bot.chat.paging import first_page
from bot.chat.services import Outgoing, Services, Telling
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.menus.messages import Message
from bot.people.admission import mark_told
from bot.people.members import Member, Request, Role
from bot.people.phones import told_phone
from bot.people.records import Likely, PeopleError
from knowledge.text import cut
from knowledge.wording import day

_OPEN = "request"
"""Of a list of requests: what choosing a row does."""
_CALLED = 40
"""Characters of what a platform calls somebody."""


def tell_administrators(services: Services, telling: Telling) -> list[Outgoing]:
    """What has gathered, in one message to each of an administrator's accounts; nothing where it is not time."""
    waiting = services.people.to_be_told()
    if not waiting:
        return []
    people, now = services.people, services.clock()
    accounts = [account for admin in people.administrators() for account in people.channels_of(admin.id)]
    told = telling.tell(accounts, _message(services, waiting))
    if told:
        telling.note(lambda session: mark_told(session, waiting, now))
    return told


def list_requests(turn: Turn, _argument: str) -> None:
    """Who is waiting to be let in: one by itself, several to choose from."""
    waiting = turn.services.people.pending()
    if waiting:
        turn.show(_message(turn.services, waiting))
    else:
        turn.say("no_requests")


def list_pressed(turn: Turn, _action: Action, _opened: Opened) -> None:
    """The same below an answer to one."""
    list_requests(turn, "")


def show_request(turn: Turn, action: Action, _opened: Opened) -> None:
    """One request, to be answered."""
    found = turn.services.people.get_pending(action["request"])
    if found is None:
        turn.say("request_decided")
    else:
        turn.show(_card(turn.services, found))


def approve(turn: Turn, action: Action, opened: Opened) -> None:
    """Lets somebody in, tells them, and offers the roles beside that of staff."""
    member = turn.services.people.approve(action["request"], by=_by(turn))
    _settle(turn, opened)
    roles = [_role_button(role, member) for role in (Role.OWNER, Role.LEADER)]
    text = turn.text("request_approved", name=member.name, agency=member.agency)
    turn.reply(text, [roles, *_others(turn)], instead=True)
    for account in turn.services.people.channels_of(member.id):
        turn.tell(account, turn.text("you_are_in", name=member.name, agency=member.agency))


def reject(turn: Turn, action: Action, opened: Opened) -> None:
    """Turns a request down and says so."""
    request = turn.services.people.reject(action["request"], by=_by(turn))
    _settle(turn, opened)
    text = turn.text("request_rejected", name=request.name, agency=request.agency)
    turn.reply(text, _others(turn), instead=True)
    turn.tell(request.sender, turn.text("you_are_turned_down"))


def ask_join(turn: Turn, action: Action, _opened: Opened) -> None:
    """Says what joining the account to a person changes, and asks."""
    people = turn.services.people
    request, member = people.get_pending(action["request"]), people.get(action["member"])
    if request is None:
        turn.say("request_decided")
        return
    closed = [each for each in people.channels_of(member.id) if each.channel is request.sender.channel]
    text = turn.text(
        "join_ask",
        source=_account(turn.services, request.sender),
        name=member.name,
        agency=member.agency or turn.text("agency_none"),
        roles=_roles(member),
    )
    if closed:
        text = f"{text} {turn.text('join_closes', channels=_accounts(turn.services, closed))}"
    buttons = [
        Button(turn.text("button_join"), {**action, "do": "join"}),
        Button(turn.text("button_keep"), {"do": _OPEN, "request": request.id}),
    ]
    turn.reply(f"{text}\n{turn.text('join_sure')}", [buttons], instead=True)


def join(turn: Turn, action: Action, opened: Opened) -> None:
    """The account is the person's from now on; all that the person has hears it, and what was closed."""
    people = turn.services.people
    kept = people.channels_of(action["member"])
    joined = people.join_request(action["request"], action["member"], by=_by(turn))
    turn.close(opened)
    name, agency = joined.member.name, joined.member.agency or turn.text("agency_none")
    new, old = _account(turn.services, joined.account), _accounts(turn.services, joined.closed)
    text = turn.text("joined", source=new, name=name, agency=agency)
    text = f"{text} {turn.text('joined_closed', channels=old)}" if old else text
    turn.reply(text, _others(turn), instead=True)
    turn.tell(joined.account, turn.text("you_are_joined", name=name, agency=agency))
    for each in kept:
        key = "account_closed" if each in joined.closed else "account_added"
        turn.tell(each, turn.text(key, name=name, source=new))
    here = turn.incoming.sender
    turn.forgotten = any((each.channel, each.id) == (here.channel, here.id) for each in joined.closed)


def _message(services: Services, waiting: list[Request]) -> Message:
    if len(waiting) == 1:
        return _card(services, waiting[0])
    items = [Item(_row(services, each), {"do": _OPEN, "request": each.id}) for each in waiting]
    texts = services.texts
    whole = Message(texts.say("requests_head", count=len(waiting)), items, tail=texts.say("requests_how"))
    return first_page(texts, whole)


def _card(services: Services, request: Request) -> Message:
    """What was typed and what the platform tells beside it; who it may be; what can be answered."""
    texts = services.texts
    lines = [
        texts.say("request_new", name=request.name, agency=request.agency),
        texts.say("request_account", source=_account(services, request.sender)),
    ]
    if not request.known:
        lines.append(texts.say("request_agency_unknown"))
    if request.phone:
        told = told_phone(request.phone)
        lines.append(texts.say("request_phone_proved" if request.phone_proved else "request_phone_typed", phone=told))
    for each in services.people.open_invitations().get(request.agency, [])[:1]:
        until = day(each.expires_at.astimezone(services.clock().tzinfo).date())
        lines.append(texts.say("request_invited", role=each.role.label, date=until))
    likely = services.people.find_likely(request)
    if likely:
        lines.append(texts.say("request_likely"))
    items = [_likely_row(services, request, each) for each in likely]
    buttons = [
        Button(texts.say("button_approve"), {"do": "approve", "request": request.id}),
        Button(texts.say("button_reject"), {"do": "reject", "request": request.id}),
    ]
    return Message("\n".join(lines), items, [buttons])


def _likely_row(services: Services, request: Request, likely: Likely) -> Item:
    texts, member = services.texts, likely.member
    signs = {
        "likely_phone": likely.same_phone,
        "likely_agency": likely.same_agency,
        "likely_name": likely.same_name,
        "likely_near": likely.near_name and not likely.same_name,
        "likely_invited": likely.invited,
        "likely_off": not member.active,
    }
    text = texts.say(
        "likely_row",
        name=member.name,
        agency=member.agency or texts.say("agency_none"),
        roles=_roles(member),
        channels=_accounts(services, services.people.channels_of(member.id)) or texts.say("member_waiting"),
        reason=", ".join(texts.say(key) for key, holds in signs.items() if holds),
    )
    if not member.active:  # to be let in again first
        return Item(text, {"do": "member", "member": member.id})
    return Item(text, {"do": "ask_join", "request": request.id, "member": member.id})


def _row(services: Services, request: Request) -> str:
    account = _account(services, request.sender)
    return services.texts.say("request_row", name=request.name, agency=request.agency, source=account)


def _account(services: Services, account: Sender) -> str:
    """What the platform calls it, and its number there."""
    say, called = services.texts.say, cut(account.name, _CALLED)
    key = "account_called" if called else "account_nameless"
    return say(key, channel=say(f"channel_{account.channel.value}"), name=called, code=account.id)


def _accounts(services: Services, accounts: list[Sender] | tuple[Sender, ...]) -> str:
    say = services.texts.say
    return "; ".join(say("account", channel=say(f"channel_{a.channel.value}"), code=a.id) for a in accounts)


def _roles(member: Member) -> str:
    return ", ".join(sorted(role.label for role in member.roles))


def _role_button(role: Role, member: Member) -> Button:
    return Button(role.label.capitalize(), {"do": "set_role", "member": member.id, "role": role.value})


def _settle(turn: Turn, opened: Opened) -> None:
    """A card has been answered; of a list the other rows can still be chosen."""
    if all(action["do"] != _OPEN for action in opened.actions):
        turn.close(opened)


def _others(turn: Turn) -> list[list[Button]]:
    """[Còn 3 yêu cầu], where others wait."""
    left = len(turn.services.people.pending())
    return [[Button(turn.text("button_requests", count=left), {"do": "requests"})]] if left else []


def _by(turn: Turn) -> int:
    if turn.member is None:
        raise PeopleError(turn.text("admins_only"))
    return turn.member.id
