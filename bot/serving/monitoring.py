"""What whoever watches the process may ask over HTTP, besides `/healthz`.

/livez    200 as long as the process answers at all: restart it where it does not
/readyz   200 where it can serve: the database answers, its schema is ours, some channel is there; else 503
/metrics  figures for Prometheus; to this machine, and to the networks of the settings
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import Any

from bot.channels.webhooks import Health, Look, Seen

LIVE_PATH, READY_PATH, METRICS_PATH = "/livez", "/readyz", "/metrics"
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
_FORWARDED = {b"x-forwarded-for", b"forwarded", b"x-real-ip"}


def monitors(ready: Health, metrics: Callable[[], str] | None = None, networks: str = "") -> dict[str, Look]:
    """What is answered at each path.

    Args:
        metrics: makes the figures; where there is none `/metrics` is not there.
        networks: who may see them besides this machine, apart by commas: "10.0.0.0/8".
    """

    async def live(_scope: Any) -> Seen:
        return Seen(HTTPStatus.OK, "Tiến trình đang chạy.\n")

    async def is_ready(_scope: Any) -> Seen:
        trouble = await ready()
        if trouble:
            return Seen(HTTPStatus.SERVICE_UNAVAILABLE, f"{trouble}\n")
        return Seen(HTTPStatus.OK, "Trợ lý sẵn sàng.\n")

    async def figures(scope: Any) -> Seen:
        if metrics is None or not may_watch(scope, networks):
            return Seen(HTTPStatus.NOT_FOUND, "")
        return Seen(HTTPStatus.OK, await asyncio.to_thread(metrics), _PROMETHEUS)

    return {LIVE_PATH: live, READY_PATH: is_ready, METRICS_PATH: figures}


def may_watch(scope: Any, networks: str) -> bool:
    """Whether the one who asks is on this machine, not through a proxy on it, or in one of the networks."""
    client = scope.get("client")
    try:
        address = ip_address(client[0]) if client else None
    except ValueError:
        return False
    if address is None:
        return False
    if any(address in ip_network(each.strip(), strict=False) for each in networks.split(",") if each.strip()):
        return True
    forwarded = any(name.lower() in _FORWARDED for name, _ in scope["headers"])
    return address.is_loopback and not forwarded
