"""A group chat that has another address from now on, as when Telegram makes a supergroup of it."""

from __future__ import annotations

from sqlalchemy import delete, update

from bot.channels.contract import Address
from knowledge.store.database import Store
from knowledge.store.models.people import AgencyChatRow


def move_agency_chat(store: Store, old: Address, new: Address) -> None:
    """What an agency's group hears goes to its new address; one that is set there already stays as it is.

    Raises:
        StoreError: nothing has changed.
    """
    here = (AgencyChatRow.channel == old.channel.value, AgencyChatRow.chat == old.chat)
    with store.write() as session:
        if session.get(AgencyChatRow, (new.channel.value, new.chat)) is None:
            session.execute(update(AgencyChatRow).where(*here).values(channel=new.channel.value, chat=new.chat))
        else:
            session.execute(delete(AgencyChatRow).where(*here))
