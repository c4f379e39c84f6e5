"""/coquan and /viettat: the organisation's own names of agencies and abbreviations, kept in one message each."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.paging import show_list
from bot.chat.replanning import plan_again
from bot.chat.turn import Item, Turn
from bot.menus.choices import Action, Opened
from bot.naming import Naming
from bot.people.records import PeopleError
from knowledge.agencies.own import OwnAgency
from knowledge.text import cut, squeeze

_UNKNOWN_SHOWN = 8
_NAME = 70


def agencies(turn: Turn, argument: str) -> None:
    """The own agencies, and what plans print that is none; "VPĐP = Văn phòng Điều phối" adds a name to an agency."""
    short, equals, name = (squeeze(part) for part in argument.partition("="))
    if not argument:
        _show_agencies(turn, instead=False)
    elif not name:
        turn.say("agencies_how") if equals else _add(turn, short, "")
    else:
        _add(turn, name, short)


def abbreviations(turn: Turn, argument: str) -> None:
    """The own abbreviations; "NTM = nông thôn mới" adds one."""
    short, _, words = (squeeze(part) for part in argument.partition("="))
    if not argument:
        _show_abbreviations(turn, instead=False)
    elif not short or not words:
        turn.say("abbreviations_how")
    else:
        told = _naming(turn).keep_abbreviation(short, words, _by(turn))
        plan_again(turn)
        turn.reply("\n".join([turn.text("abbreviation_kept", short=short, words=words), *told]))


def drop_agency(turn: Turn, action: Action, opened: Opened) -> None:
    """Takes one back."""
    _naming(turn).remove_agency(action["name"], _by(turn), action["edition"])
    plan_again(turn)
    turn.close(opened)
    _show_agencies(turn, instead=True)


def drop_abbreviation(turn: Turn, action: Action, opened: Opened) -> None:
    """Takes one back."""
    _naming(turn).remove_abbreviation(action["short"], _by(turn), action["edition"])
    plan_again(turn)
    turn.close(opened)
    _show_abbreviations(turn, instead=True)


def _add(turn: Turn, name: str, short: str) -> None:
    """Keeps the agency, with one more name where one was given; the name may be one that it is known by."""
    naming = _naming(turn)
    found = naming.now().directory.resolve(name)
    known = found.names[0] if found is not None and len(found.names) == 1 and found.group is None else name
    own = naming.own_agencies().get(known)
    agency = own[0] if own is not None else OwnAgency(known)
    more = (short,) if short and short not in agency.short else ()
    naming.keep_agencies([replace(agency, short=(*agency.short, *more))], _by(turn))
    plan_again(turn)
    if short:
        turn.say("agency_name_kept", agency=known, short=short)
    else:
        turn.say("agency_kept", agency=known)


def _show_agencies(turn: Turn, *, instead: bool) -> None:
    naming = _naming(turn)
    own, unknown = naming.own_agencies(), naming.unknown()
    lines = []
    if unknown:
        named = "; ".join(f"“{cut(each.printed, _NAME)}”" for each in unknown[:_UNKNOWN_SHOWN])
        lines.append(turn.text("agencies_unknown", count=len(unknown), agencies=named))
    tail = "\n".join([*lines, turn.text("agencies_how")])
    if not own:
        turn.reply(f"{turn.text('agencies_none')}\n{tail}", instead=instead)
        return
    items = []
    for name, (agency, kept) in own.items():
        also = f" ({'; '.join(agency.short)})" if agency.short else ""
        items.append(Item(f"{name}{also}", {"do": "agency_drop", "name": name, "edition": kept.edition}))
    show_list(turn, turn.text("agencies_head"), items, tail=tail, instead=instead)


def _show_abbreviations(turn: Turn, *, instead: bool) -> None:
    own, how = _naming(turn).own_abbreviations(), turn.text("abbreviations_how")
    if not own:
        turn.reply(f"{turn.text('abbreviations_none')}\n{how}", instead=instead)
        return
    items = [
        Item(
            f"{each.short}: {each.words}",
            {"do": "abbreviation_drop", "short": each.short, "edition": kept.edition},
        )
        for each, kept in own.values()
    ]
    show_list(turn, turn.text("abbreviations_head"), items, tail=how, instead=instead)


def _naming(turn: Turn) -> Naming:
    return turn.services.app.naming


def _by(turn: Turn) -> int:
    if turn.member is None or not turn.is_admin:
        raise PeopleError(turn.text("admins_only"))
    return turn.member.id
