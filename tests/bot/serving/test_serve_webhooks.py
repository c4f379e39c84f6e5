"""`kehoach serve` as it runs behind webhooks: a real process, three channels, platforms that deliver to it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.channels.oa_tokens import DEAD
from tests.bot.chat.over_http import free_address
from tests.bot.running import environment, kehoach
from tests.bot.serving.test_serve_command import OTHER, QUESTION, STOPPED, answer, stop
from tests.servers import telegram_server as telegram
from tests.servers import zalo_server as zalo
from tests.servers.local import Delivery, post
from tests.servers.zalo_server import loopback

pytestmark = loopback

WHO = 7
IN_TIME = 20.0
SECRET = "mat-khau-webhook"
KIN = "câu hỏi kín"


def _settings(bot_api: telegram.TelegramServer, zalos: zalo.ZaloServer, web: str) -> dict[str, str]:
    return {
        "KEHOACH_ADMINS": f"telegram:{WHO},zalo:lan,zalo_oa:lan",
        "KEHOACH_PORT": web.rpartition(":")[2],
        "KEHOACH_TELEGRAM_API": bot_api.url,
        "KEHOACH_TELEGRAM_TOKEN": telegram.TOKEN,
        "KEHOACH_TELEGRAM_WEBHOOK": web,
        "KEHOACH_ZALO_API": zalos.url,
        "KEHOACH_ZALO_TOKEN": zalo.TOKEN,
        "KEHOACH_ZALO_WEBHOOK": web,
        "KEHOACH_ZALO_SECRET": SECRET,
        "KEHOACH_OA_APP_ID": zalo.OA_APP,
        "KEHOACH_OA_APP_SECRET": zalo.OA_APP_SECRET,
        "KEHOACH_OA_SECRET": zalo.OA_SECRET,
        "KEHOACH_OA_REFRESH_TOKEN": zalo.FIRST_REFRESH,
        "KEHOACH_OA_API": zalos.url,
        "KEHOACH_OA_OAUTH": zalos.url,
    }


@contextmanager
def _serving(home: Path, settings: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The command, begun and connected to all three; killed at the end if nothing ended it before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home.parent,
        env=environment(home, **settings),
    )
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline() for _ in range(4)]
        assert lines[0] == f"Trợ lý bắt đầu chạy, cổng {settings['KEHOACH_PORT']}.\n", process.communicate()
        assert sorted(lines[1:]) == [f"Đã kết nối {name}.\n" for name in ("telegram", "zalo", "zalo_oa")]
        yield process
    finally:
        process.kill()
        process.communicate()


def _write(bot_api: telegram.TelegramServer, zalos: zalo.ZaloServer, text: str, number: int) -> None:
    """A person writes on each channel."""
    now = time.time()
    bot_api.writes(text, WHO, date=int(now))
    zalos.writes(text, number, date=int(now * 1000))
    zalos.oa_brings({**zalo.oa_event(text, number), "timestamp": str(int(now * 1000))})


def _told(bot_api: telegram.TelegramServer, zalos: zalo.ZaloServer) -> list[tuple[str, str]]:
    """Channel and first line of what has arrived, by channel."""
    arrivals = [*bot_api.arrivals, *zalos.arrivals]
    return sorted(
        ((each.platform, each.text.splitlines()[0]) for each in arrivals), key=lambda each: each[0]
    )  # fmt: skip


def _until(bot_api: telegram.TelegramServer, zalos: zalo.ZaloServer, count: int) -> None:
    """Waits until each channel has that many answers, and until the platforms know all is taken."""
    bot_api.wait(lambda: len(bot_api.arrivals) >= count and not bot_api.pending, IN_TIME)
    zalos.wait(lambda: len(zalos.arrivals) >= 2 * count and not zalos.updates and not zalos.events, IN_TIME)


def _forge(bot_api: telegram.TelegramServer, zalos: zalo.ZaloServer) -> list[int]:
    """What deliveries are answered with that do not prove genuine: no secret, another secret."""
    deliveries = [
        bot_api.delivery({"update_id": 1, "message": bot_api.message({"text": KIN}, WHO)}, "doan-mo"),
        zalos.delivery(zalo.update(KIN), "doan-mo"),
        zalos.oa_delivery(zalo.oa_event(KIN), "doan-mo"),
    ]
    return [post(each) for one in deliveries for each in (Delivery(one.url, one.body, {}), one)]


def test_webhooks_of_three_channels_through_a_restart(home: Path) -> None:
    web = free_address()
    with telegram.telegram_server(delivers=True) as bot_api, zalo.zalo_server(delivers=True) as zalos:
        zalos.oa_webhook = f"{web}/zalo-oa"
        settings = _settings(bot_api, zalos, web)
        with _serving(home, settings) as process:
            _write(bot_api, zalos, QUESTION, 1)
            _until(bot_api, zalos, 1)
            assert _forge(bot_api, zalos) == [401, 403] * 3
            assert stop(process) == STOPPED
        _write(bot_api, zalos, OTHER, 2)
        assert bot_api.courier is not None
        bot_api.wait(lambda: bot_api.courier and bot_api.courier.statuses[-1:] == [0])
        with _serving(home, settings) as process:
            _until(bot_api, zalos, 2)
            assert stop(process) == STOPPED
        first, second = answer(home, QUESTION), answer(home, OTHER)
        assert _told(bot_api, zalos) == [
            (name, line) for name in ("telegram", "zalo", "zalo_oa") for line in (first, second)
        ]
    log = (home / "kehoach.log").read_text(encoding="utf-8")
    assert [line.partition("bot.channels.webhooks ")[2] for line in log.splitlines() if "webhooks " in line] == [
        f"webhook {path}: a delivery was refused with {status}"
        for path in ("/telegram", "/zalo", "/zalo-oa")
        for status in (401, 403)
    ]
    for private in (KIN, QUESTION, "doan-mo", SECRET, telegram.TOKEN, zalo.TOKEN, zalo.OA_SECRET):
        assert private not in log


WRONG = [
    ({"KEHOACH_TELEGRAM_TOKEN": "4590:sai"},
     "Telegram không nhận mã KEHOACH_TELEGRAM_TOKEN; xin chép lại mã do @BotFather cấp."),
    ({"KEHOACH_TELEGRAM_TOKEN": "mã của tôi"},
     "Telegram không nhận mã KEHOACH_TELEGRAM_TOKEN; xin chép lại mã do @BotFather cấp."),
    ({"KEHOACH_ZALO_TOKEN": "sai"},
     "Zalo không nhận mã KEHOACH_ZALO_TOKEN; hãy chép lại mã do Zalo Bot Manager cấp."),
    ({"KEHOACH_OA_REFRESH_TOKEN": "sai"}, DEAD),
    ({"KEHOACH_OA_APP_SECRET": "sai"}, DEAD),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "sentence"), WRONG, ids=["telegram", "no telegram token", "zalo", "oa refresh token", "oa app secret"]
)
def test_a_wrong_token_is_one_line_and_exit_1(home: Path, wrong: dict[str, str], sentence: str) -> None:
    """Whatever else is right: nothing is half served."""
    web = free_address()
    with telegram.telegram_server() as bot_api, zalo.zalo_server() as zalos:
        run = kehoach(home, "serve", env=_settings(bot_api, zalos, web) | wrong)
    assert (run.code, run.err) == (1, f"{sentence}\n")
    assert run.out.startswith("Trợ lý bắt đầu chạy") or not run.out
    assert "sai" not in run.out
