"""Sending one message passes few rooms: a newcomer finds the way by reading four folders, and the channel's."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import FrameType

import bot
from bot.channels.contract import ChannelName
from bot.tracking.records import Kind
from tests.bot.memory_channel import BUTTONS, MemoryChannel
from tests.bot.notify.delivering import AN, MORNING, Office

ROOT = Path(bot.__file__).parent


async def test_one_message_passes_four_rooms_and_a_channel(office: Office) -> None:
    channel = MemoryChannel(ChannelName.TELEGRAM, BUTTONS)
    worker = office.deliverer(channel)
    rooms: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(ROOT):
            rooms.add(path.relative_to(ROOT).parts[0])

    recipient = office.add_person(AN)
    office.add_row(recipient, office.add_occurrence(), kind=Kind.LEAD)
    threading.setprofile(note)  # the outbox has a thread of its own
    sys.setprofile(note)
    try:
        assert await worker.try_deliver_one(MORNING)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        worker.close()
    assert len(channel.posted) == 1
    assert rooms == {"notify", "tracking", "menus", "people"}
