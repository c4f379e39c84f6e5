"""The database before anything is served: waited for where its disk takes nothing, refused where it is damaged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.app import App
from bot.channels.webhooks import WebhookServer
from bot.serving.monitoring import monitors
from knowledge.errors import DiskError
from knowledge.store.doctor import check_whole, write_probe

_DISK_SECONDS = 2.0
"""Between two looks whether the disk has room again."""


async def await_database(app: App, say: Callable[[str], None]) -> None:
    """Waits until the database can be opened and written, and says so meanwhile to whoever watches us.

    Raises:
        StoreError: it is damaged, or cannot be opened for another reason.
    """
    trouble = await asyncio.to_thread(_disk_trouble, app)
    if trouble is not None:
        await _await_disk(app, trouble, say)
    await asyncio.to_thread(check_whole, app.store)


async def _await_disk(app: App, trouble: str | None, say: Callable[[str], None]) -> None:
    async def told() -> str | None:
        return trouble

    web = WebhookServer(app.settings.host, app.settings.port, [], told, monitors=monitors(told))
    await web.start()
    say(f"{trouble} Trợ lý chờ đến khi ghi được, cổng {web.port}.")
    try:
        while trouble is not None:
            await asyncio.sleep(_DISK_SECONDS)
            trouble = await asyncio.to_thread(_disk_trouble, app)
    finally:
        await web.close()


def _disk_trouble(app: App) -> str | None:
    """Why nothing can be written, where that may pass.

    Raises:
        StoreError: the database cannot be opened for another reason.
    """
    try:
        with app.store.write() as session:
            write_probe(session)
        _ = app.people  # writes the administrators of the settings
    except DiskError as error:
        return error.sentence
    return None
