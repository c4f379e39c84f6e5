"""`kehoach serve` with Telegram beside Zalo: a real process, two servers, one conversation each."""

from __future__ import annotations

import time
from pathlib import Path

from bot.menus.texts import load_texts
from tests.bot.serving.test_serve_command import (
    OTHER,
    QUESTION,
    STOPPED,
    answer,
    count_waiting,
    serving,
    stop,
    told,
    until,
    write,
)
from tests.servers import telegram_server as telegram
from tests.servers.zalo_server import loopback, zalo_server

pytestmark = loopback
WHO = 7
DAMAGED = load_texts().say("message_damaged")


def _settings(server: telegram.TelegramServer) -> dict[str, str]:
    return {
        "KEHOACH_TELEGRAM_API": server.url,
        "KEHOACH_TELEGRAM_TOKEN": telegram.TOKEN,
        "KEHOACH_ADMINS": f"telegram:{WHO},zalo:lan",
    }


def _told(server: telegram.TelegramServer) -> list[str]:
    return [message.text.splitlines()[0] for message in server.chats[WHO]]


def test_both_platforms_in_one_process_through_a_kill(home: Path) -> None:
    with telegram.telegram_server() as server, zalo_server() as zalo:
        with serving(home, zalo, **_settings(server)) as process:
            update = server.writes(QUESTION, WHO, date=int(time.time()))
            server.repeats(update)
            write(zalo, OTHER, 1)
            until(lambda: len(_told(server)) == 1 and len(told(zalo)) == 1 and count_waiting(home) == 0)
            process.kill()
        server.repeats(update)
        server.writes(OTHER, WHO, date=int(time.time()))
        with serving(home, zalo, **_settings(server)) as process:
            until(lambda: len(_told(server)) == 2)
            assert stop(process) == STOPPED
        assert _told(server) == [answer(home, QUESTION), answer(home, OTHER)]
        assert told(zalo) == [answer(home, OTHER)]
        assert server.pending == []


def test_what_cannot_be_stored_or_read_stops_nothing(home: Path) -> None:
    """Halves of characters, moments beyond the calendar: each is answered, administrators hear once."""
    with telegram.telegram_server() as server, zalo_server() as zalo:
        with serving(home, zalo, **_settings(server)) as process:
            now = int(time.time())
            server.writes(f"{QUESTION} \ud800", WHO, date=now)
            broken = {**server.message({"text": QUESTION}, WHO), "date": now}
            server.brings(message={**broken, "from": {**telegram.person(WHO), "first_name": "An \ud83d"}})
            for date in (253_402_300_800, 10**18, -(10**18)):
                server.writes(QUESTION, WHO, date=date)
            server.writes(OTHER, WHO, date=now)
            until(lambda: len(_told(server)) == 7)
            until(lambda: len(told(zalo)) == 1)  # she is an administrator, too
            assert stop(process) == STOPPED
        assert _told(server).count(answer(home, QUESTION)) == 5
        assert _told(server).count(DAMAGED) == 1
        assert told(zalo) == [DAMAGED]
        assert _told(server)[-1] == answer(home, OTHER)
        assert server.pending == []
