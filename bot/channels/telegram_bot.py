"""python-telegram-bot's `Bot`, set up so that it keeps the token to itself."""

from __future__ import annotations

import json
import logging
import os
from typing import Any

from telegram.error import TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.channels.telegram_pace import Pace
from bot.channels.telegram_updates import keep_readable
from bot.log import hide_tokens

TIMEOUT = 20.0
"""Seconds for an answer. Generous: giving up on a message that was taken would have it sent twice."""
_CONNECTIONS = 24
"""Not many: httpx looks through all of them for each request, and 64 made 200 answers at once five times slower."""
_TELLS_TOKEN = ("httpcore", "telegram")
"""Loggers that below WARNING write addresses whole or in parts, and so our token."""

TelegramBot = ExtBot[bool]


def make_bot(token: str, api: str, pace: Pace) -> tuple[TelegramBot, tuple[HTTPXRequest, HTTPXRequest]]:
    """The bot, and its connections (polling, all else), which whoever asks has to shut down.

    Args:
        api: address of the Bot API, Telegram's own or a local server's.
        pace: how fast it writes.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # else reading `retry_after` is a deprecation warning
    hide_tokens()
    for name in _TELLS_TOKEN:
        logging.getLogger(name).setLevel(logging.WARNING)
    polling, other = _Polling(1), _Request(_CONNECTIONS)
    bot = TelegramBot(
        token,
        base_url=f"{api.rstrip('/')}/bot",
        base_file_url=f"{api.rstrip('/')}/file/bot",
        get_updates_request=polling,
        request=other,
        rate_limiter=pace,
    )
    return bot, (polling, other)


class _Request(HTTPXRequest):
    """HTTP as the library does it, with our time limits and without tracebacks in the log."""

    def __init__(self, connection_pool_size: int) -> None:
        super().__init__(
            connection_pool_size,
            read_timeout=TIMEOUT,
            write_timeout=TIMEOUT,
            connect_timeout=10.0,
            pool_timeout=TIMEOUT,
        )

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer; what a carrier's or a proxy's page says instead is an error, and no news."""
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or (answer.get("ok") and "result" not in answer):
            raise TelegramError("Invalid server response")
        return answer


class _Polling(_Request):
    """The same for updates, each of which is read by itself: one that cannot be read spoils no other."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer, without what cannot be read."""
        answer = _Request.parse_json_payload(payload)
        if isinstance(answer.get("result"), list):
            answer["result"] = [keep_readable(each) for each in answer["result"]]
        return answer
