"""The same transcripts over every platform's own protocol; every message is compared whole, as it arrived.

    by polling      Telegram, beside it Zalo's Bot Platform
    by webhook      the same two
    Zalo            Zalo's Bot Platform alone, everybody on it, by polling and by webhook
    Zalo OA         the Official Account; where two channels meet, beside Telegram
    terminal        the transcripts in which one person talks: it has one chat, so neither an
                    administrator nor a second account can be there

What a platform has not is left out: on Zalo nobody sends files, on the Official Account and
the terminal there are no groups. Where two channels meet in a transcript, Zalo alone cannot
play it. Those in `nut` need buttons, editing and files, which only Telegram has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels.contract import ChannelName
from bot.channels.terminal import PERSON
from bot.people.accounts import NAMELESS
from tests.bot.chat.files import FILES
from tests.bot.chat.over_http import Play, playing
from tests.bot.chat.playing import SAID, as_numbers, onto, without
from tests.bot.chat.test_transcripts import BOTH, ONLY_BUTTONS, lines_of
from tests.servers.telegram_server import loopback

pytestmark = loopback

TELEGRAM, ZALO, OA, TERMINAL = ChannelName.TELEGRAM, ChannelName.ZALO, ChannelName.ZALO_OA, ChannelName.TERMINAL
POLLING = Play(polled=(TELEGRAM, ZALO))
WEBHOOK = Play(hooked=(TELEGRAM, ZALO))
ALONE = {
    "zalo": Play({"telegram": "zalo"}, polled=(ZALO,)),
    "zalo webhook": Play({"telegram": "zalo"}, hooked=(ZALO,)),
    "zalo oa": Play({"telegram": "zalo_oa"}, hooked=(OA,)),
}
WITH_OA = Play({"zalo": "zalo_oa"}, polled=(TELEGRAM,), hooked=(OA,))
AT_TERMINAL = Play({"telegram": "terminal"}, polled=(TERMINAL,))


def _plays() -> Iterator[tuple[str, Play, Path]]:
    """Every transcript in every way that it can be played."""
    for path in BOTH + ONLY_BUTTONS:
        yield "polling", POLLING, path
        yield "webhook", WEBHOOK, path
    for path in BOTH:
        said = [match for line in path.read_text(encoding="utf-8").splitlines() if (match := SAID.fullmatch(line))]
        if {match[2] for match in said} == {"telegram"}:
            yield from ((name, play, path) for name, play in ALONE.items())
        else:
            yield "zalo oa", WITH_OA, path
        if len({match[1] for match in said}) == 1:
            yield "terminal", AT_TERMINAL, path


PLAYS = list(_plays())


@pytest.mark.parametrize(("_way", "play", "path"), PLAYS, ids=[f"{way}: {path.stem}" for way, _, path in PLAYS])
async def test_over_the_platforms_protocol(home: Path, _way: str, play: Play, path: Path) -> None:
    written = onto(path.read_text(encoding="utf-8"), play.moved)
    people = dict.fromkeys(re.findall(r"^\[(\w+@terminal)\]", written, re.MULTILINE), PERSON)
    async with playing(home, play, FILES, people=people) as player:
        platforms = player.platforms.values()
        written = without(
            written, groups=all(each.groups for each in platforms), files=TELEGRAM in player.platforms
        )  # fmt: skip
        told = await player.play(written)
    if OA in player.platforms:
        written = _with_a_nameless(written, "chi")
    numbers = {each.name.value for each in platforms} - {"telegram"}
    assert lines_of(told) == lines_of(as_numbers(written, numbers))


def _with_a_nameless(written: str, name: str) -> str:
    """The Official Account does not tell people's names."""
    written = written.replace(f"Xin chào {name}.", "Xin chào anh/chị.")
    written = re.sub(rf"^{name}$", NAMELESS, written, flags=re.MULTILINE)
    return re.sub("Zalo OA “[^”]*”", "Zalo OA không rõ tên", written)


def test_each_channel_plays_some() -> None:
    """A slip in the choosing above would go unseen otherwise."""
    assert {way: [path.stem for w, _, path in PLAYS if w == way] for way in ("zalo", "terminal")} == {
        "zalo": [
            "dinh-chinh",
            "hoi-dap",
            "khoi-dong-lai",
            "lam-quen",
            "lenh",
            "loi-thuong",
            "nhiem-vu",
            "the-nhiem-vu",
            "trang-web",
            "xa-phuong",
        ],
        "terminal": ["loi-thuong", "nhiem-vu", "the-nhiem-vu", "xa-phuong"],
    }
