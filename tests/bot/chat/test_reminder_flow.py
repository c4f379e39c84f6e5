"""From the reminder that arrives to what everybody is told: whole conversations, every message compared whole.

Reminders are planned and delivered by the real parts while the clock of the transcript is moved; they come, and are
answered, over the platforms' own protocols. How to read a transcript: `playing` and `reminding`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.contract import ChannelName
from tests.bot.chat.files import FILES
from tests.bot.chat.over_http import Play, playing_as
from tests.bot.chat.reminding import RemindedPlayer
from tests.bot.chat.test_transcripts import FOLDER, lines_of
from tests.servers.telegram_server import loopback

pytestmark = loopback

ALL = Play(polled=(ChannelName.TELEGRAM, ChannelName.ZALO), hooked=(ChannelName.ZALO_OA,))
WRITTEN = sorted((FOLDER / "loi-nhac").glob("*.txt"))


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
async def test_reminders_and_their_answers(empty: Path, path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    async with playing_as(RemindedPlayer, empty, ALL, FILES) as player:
        told = await player.play(written)
    assert lines_of(told) == lines_of(written)
