"""An agency's group chat that gets another address."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from bot.app import App
from bot.channels.contract import Address, ChannelName
from bot.clock import HANOI
from bot.people.moved_chats import move_agency_chat
from bot.settings import Settings
from knowledge.store.models.people import AgencyChatRow

OLD, NEW, OTHER = (Address(ChannelName.TELEGRAM, chat) for chat in ("-5", "-1002", "-6"))
NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)


def _row(address: Address, agency: str) -> AgencyChatRow:
    return AgencyChatRow(channel=address.channel.value, chat=address.chat, agency=agency, set_by=None, set_at=NOW)


def _chats(app: App) -> list[tuple[str, str]]:
    with app.store.read() as session:
        found = session.execute(select(AgencyChatRow.chat, AgencyChatRow.agency).order_by(AgencyChatRow.chat))
        return [(chat, agency) for chat, agency in found]


def test_the_agency_goes_along(tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path), lambda: NOW)
    with app.store.write() as session:
        session.add_all([_row(OLD, "Sở Nội vụ"), _row(OTHER, "Sở Y tế")])
    move_agency_chat(app.store, OLD, NEW)
    assert _chats(app) == [("-1002", "Sở Nội vụ"), ("-6", "Sở Y tế")]
    move_agency_chat(app.store, OLD, NEW)
    assert _chats(app) == [("-1002", "Sở Nội vụ"), ("-6", "Sở Y tế")]
    app.close()


def test_what_is_set_at_the_new_address_stays(tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path), lambda: NOW)
    with app.store.write() as session:
        session.add_all([_row(OLD, "Sở Nội vụ"), _row(NEW, "Sở Y tế")])
    move_agency_chat(app.store, OLD, NEW)
    assert _chats(app) == [("-1002", "Sở Y tế")]
    app.close()
