"""/web: a way into the web page for whoever writes, in a private chat; "mở trang web" asks for the same."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.channels.contract import ChannelName
from bot.chat.turn import Turn
from bot.people.sessions import Sessions
from knowledge.text import syllables

_ASKED = re.compile(
    r"(?:(?:cho|xin|toi|em|anh|chi|minh|muon|can|hay|giup|gui|lay|duoc|mo|vao|dang nhap|dia chi|duong dan|link) )*"
    r"(?:trang )?web(?: (?:cua|tro ly|nay|nao|voi|nhe|nha|a|di|cho|toi|em|anh|chi|minh|giup|duoc khong|o dau))*"
)


def give_link(turn: Turn, _argument: str) -> None:
    """A one-time address; whoever has it is that person on the page, so it is never given in a group."""
    member, app = turn.member, turn.services.app
    if member is None:
        return
    if turn.incoming.address.channel is ChannelName.WEB:
        turn.say("web_already")
        return
    page = app.settings.page_address()
    link = Sessions(app.store, turn.services.clock).make_link(member.id, by=member.id)
    lines = [turn.text("web_link", name=member.name, link=link.address(page))]
    if _is_of_this_machine(page):
        lines.append(turn.text("web_here"))
    turn.reply("\n".join(lines))


def take(turn: Turn, text: str) -> bool:
    """Whether the message asks to open the page; then that is answered."""
    if turn.member is None or not _ASKED.fullmatch(" ".join(syllables(text))):
        return False
    if turn.incoming.group:
        turn.say("private_only")
    else:
        give_link(turn, "")
    return True


def _is_of_this_machine(page: str) -> bool:
    host = urlsplit(page).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
