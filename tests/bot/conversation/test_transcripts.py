"""Whole conversations, several people and channels; every message is compared whole.

The transcripts run with buttons, and again where every choice is a number. Those in `nut`
are about what only buttons, editing and files can do. How to read one: `playing`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.conversation.files import FILES
from tests.bot.conversation.playing import Player, as_numbers

FOLDER = Path(__file__).parent / "transcripts"
BOTH = sorted(FOLDER.glob("*.txt"))
ONLY_BUTTONS = sorted((FOLDER / "nut").glob("*.txt"))


def _lines(transcript: str) -> list[str]:
    return [line for line in transcript.splitlines() if line]


@pytest.mark.parametrize("transcript", [*BOTH, *ONLY_BUTTONS], ids=lambda path: path.stem)
async def test_with_buttons(home: Path, transcript: Path) -> None:
    written = transcript.read_text(encoding="utf-8")
    player = Player(home, True, FILES)
    told = await player.play(written)
    player.app.close()
    assert _lines(told) == _lines(as_numbers(written, everywhere=False))


@pytest.mark.parametrize("transcript", BOTH, ids=lambda path: path.stem)
async def test_with_numbers_only(home: Path, transcript: Path) -> None:
    written = transcript.read_text(encoding="utf-8")
    player = Player(home, False, FILES)
    told = await player.play(written)
    player.app.close()
    assert _lines(told) == _lines(as_numbers(written, everywhere=True))
