"""Plays transcripts in which reminders come: planned and delivered by the real parts, over the platforms' protocols.

Beside the lines of `playing`:

    @ việc: Tổng hợp báo cáo | Trước ngày 5/12/2026 | Sở Y tế; Sở Tư pháp | Sở Tài chính
                                  a task: its deadline, who leads, who coordinates
    @ kế hoạch: 57/KH-UBND        the tasks above become this plan's live version
    @ chặn: an@telegram           has blocked us; on Zalo's Official Account: has not written for a week
    ~ 25/11/2026 08:00            the clock shows so; what is due is planned and delivered
    ~ (không gửi) 25/11/2026 08:00    the clock shows so, and nothing runs
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.channels.contract import Sender
from bot.clock import HANOI
from bot.menus.texts import load_texts
from bot.notify.delivery import Deliverer
from bot.notify.planning import refresh
from knowledge.records import Task
from knowledge.store.versions import activate, save_drafts
from tests.bot.chat.over_http import HttpPlayer
from tests.bot.chat.platforms import OnTelegram, OnZaloOa
from tests.bot.notify.office import PLAN, duty
from tests.knowledge.store.papers import make_paper

_OUT_OF_WINDOW = -230
_ONLY_CLOCK = "(không gửi) "


@dataclass
class RemindedPlayer(HttpPlayer):
    """See the module."""

    _tasks: list[Task] = field(default_factory=list)

    def open(self) -> None:
        """With a worker that sends what is due, when it is told to."""
        super().open()
        app = self.app
        self.deliverer = Deliverer(
            app.store, app.library, app.directory, load_texts(), self.opened, app.clock, pause=_no_wait
        )

    async def stop(self) -> None:
        """With its worker."""
        self.deliverer.close()
        await super().stop()

    async def remind(self) -> None:
        """Plans, and delivers until nothing is due."""
        app = self.app
        await asyncio.to_thread(refresh, app.store, app.library, app.directory, self.now)
        while await self.deliverer.try_deliver_one(self.now):
            continue
        self.collect()

    async def _arrange(self, line: str) -> None:
        kind, _, rest = line[1:].strip().partition(": ")
        if line.startswith("~"):
            moment = line[1:].strip()
            shown = moment.removeprefix(_ONLY_CLOCK)
            self.now = datetime.strptime(shown, "%d/%m/%Y %H:%M").replace(tzinfo=HANOI)
            if shown == moment:
                await self.remind()
        elif kind == "việc":
            title, deadline, lead, *coordinating = (piece.strip() for piece in rest.split("|"))
            helpers = [name.strip() for name in coordinating[0].split(";")] if coordinating else []
            leading = [name.strip() for name in lead.split(";")]
            self._tasks.append(duty(title, deadline, *leading, coordinating=helpers, row=len(self._tasks) + 1))
        elif kind == "kế hoạch":
            paper = make_paper(replace(PLAN, number=rest), tasks=tuple(self._tasks), clauses=(), file="ke-hoach.docx")
            save_drafts(self.app.store, [paper], now=self.now)
            activate(self.app.store, rest, now=self.now)
            self._tasks.clear()
        elif kind == "chặn":
            self._block(self._sender(rest))
        else:
            await super()._arrange(line)

    def _block(self, sender: Sender) -> None:
        platform = self.platforms[sender.channel]
        if isinstance(platform, OnTelegram):
            platform.server.blocked.add(int(sender.id))
        elif isinstance(platform, OnZaloOa):
            platform.server.gone[sender.id] = _OUT_OF_WINDOW


async def _no_wait(_seconds: float) -> None:
    await asyncio.sleep(0)
