"""The page beside the chat on the screen: `kehoach run` without a token of a messenger."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from bot.app import App
from bot.commands.serve import page_beside
from bot.settings import Settings
from tests.bot.running import NOW
from tests.servers.zalo_server import loopback

pytestmark = loopback


def test_the_page_answers_beside_the_chat(tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path, port=0), lambda: NOW)
    with page_beside(app) as address:
        assert address is not None
        assert "kehoach login" in httpx.get(address).text
        assert httpx.get(f"{address}/chat").status_code == 401
        assert httpx.get(f"{address}/healthz").text == "Trợ lý hoạt động bình thường.\n"
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
    app.close()


def test_a_port_that_is_taken_leaves_the_chat(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        app = App(Settings(home=tmp_path, port=port), lambda: NOW)
        with page_beside(app) as address:
            assert address is None
        app.close()
    assert f"Không mở được cổng {port}" in capsys.readouterr().err
