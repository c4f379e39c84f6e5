"""Whole conversations, several people and channels; every message is compared whole.

How to read a transcript: `playing`. Those in

    transcripts/            run on every channel: here in memory, with buttons and again where
                            every choice is a number; over the platforms' protocols in
                            `test_transcripts_over_http.py`
    transcripts/nut         are about what only buttons, editing and files can do: Telegram
    transcripts/man-hinh    are talks of one person with `kehoach chat` (`tests/bot/test_terminal.py`)
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.chat.files import FILES
from tests.bot.chat.playing import Player, as_numbers

FOLDER = Path(__file__).parent / "transcripts"
BOTH = sorted(FOLDER.glob("*.txt"))
ONLY_BUTTONS = sorted((FOLDER / "nut").glob("*.txt"))


def lines_of(transcript: str) -> list[str]:
    """What is compared: everything but empty lines."""
    return [line for line in transcript.splitlines() if line]


@pytest.mark.parametrize("transcript", [*BOTH, *ONLY_BUTTONS], ids=lambda path: path.stem)
async def test_with_buttons(home: Path, transcript: Path) -> None:
    written = transcript.read_text(encoding="utf-8")
    player = Player(home, True, FILES)
    told = await player.play(written)
    player.app.close()
    assert lines_of(told) == lines_of(as_numbers(written, {"zalo"}))


@pytest.mark.parametrize("transcript", BOTH, ids=lambda path: path.stem)
async def test_with_numbers_only(home: Path, transcript: Path) -> None:
    written = transcript.read_text(encoding="utf-8")
    player = Player(home, False, FILES)
    told = await player.play(written)
    player.app.close()
    assert lines_of(told) == lines_of(as_numbers(written, {"telegram", "zalo"}))
