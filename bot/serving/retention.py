"""What persons wrote is not kept for ever: after so many days it is erased, in small transactions.

Erased are talks, what was offered in them, what was said of answers with the questions, texts of messages that went
or will not go, own reminders, requests to be let in, ended ways in. Facts of the office stay: plans, corrections,
what was reported of duties, that a message went to whom and when, the history of changes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, delete, func, null, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from bot.clock import HANOI, Clock
from bot.tracking.outbox import OutboxState
from knowledge.errors import KehoachError
from knowledge.store.database import Store
from knowledge.store.erasure import erase_traces, note_erasure
from knowledge.store.models import (
    Base,
    DialogueRow,
    FeedbackRow,
    InboxRow,
    JoinRequestRow,
    JoinTryRow,
    OpenChoiceRow,
    OutboxRow,
    PageMessageRow,
    PersonalReminderRow,
    ReadingRow,
    SettingRow,
    SignInLinkRow,
    WebSessionRow,
    table_of,
)

LOOK_SECONDS = 600.0
"""Between two looks whether a day has begun of which nothing was erased yet."""
_AT_ONCE = 200
_PAUSE = 0.05
"""Seconds between two transactions, in which others write."""
_DONE = "retention_on"
_FINAL = [state.value for state in (OutboxState.SENT, OutboxState.FAILED, OutboxState.CANCELLED, OutboxState.DROPPED)]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that persons wrote.

    Attributes:
        label: what it is, as an operator reads it.
        since: the moment from which its days are counted.
        only: further conditions; None for all.
        emptied: columns that lose what was written where the row itself is a fact; None: the row goes.
    """

    label: str
    since: InstrumentedAttribute[Any]
    only: ColumnElement[bool] | None = None
    emptied: dict[str, Any] | None = None

    @property
    def model(self) -> type[Base]:
        """Its table."""
        return cast("type[Base]", self.since.class_)

    def is_old(self, before: datetime) -> ColumnElement[bool]:
        """Whether a row is to be erased."""
        old: ColumnElement[bool] = self.since < before
        return old if self.only is None else and_(old, self.only)


KEPT = (
    Kept("tin nhắn đến", InboxRow.stored_at),
    Kept("cuộc trò chuyện", DialogueRow.at),
    Kept("lựa chọn đã đưa ra", OpenChoiceRow.at),
    Kept("câu hỏi và nhận xét về câu trả lời", FeedbackRow.at),
    Kept(
        "lời của tin đã gửi",
        OutboxRow.send_at,
        and_(OutboxRow.state.in_(_FINAL), OutboxRow.payload.is_not(null())),
        {"payload": None, "message": None},
    ),
    Kept("lời nhắc riêng", PersonalReminderRow.send_at),
    Kept("yêu cầu tham gia", JoinRequestRow.at),
    Kept("lần nhập sai mã", JoinTryRow.since),
    Kept("đường dẫn đăng nhập", SignInLinkRow.expires_at),
    Kept("phiên trang web", WebSessionRow.seen_at),
    Kept("lượt nạp văn bản", ReadingRow.at),
    Kept("trao đổi trên trang web", PageMessageRow.at),
)


def count_old(store: Store, before: datetime) -> dict[str, int]:
    """How much of each would be erased."""
    with store.read() as session:
        return {
            kept.label: session.scalar(select(func.count()).select_from(kept.model).where(kept.is_old(before))) or 0
            for kept in KEPT
        }


def erase_old(store: Store, before: datetime, pause: Callable[[float], object] = time.sleep) -> dict[str, int]:
    """Erases what was written before that moment, out of the database's files too; how much of each.

    Args:
        pause: waits between two transactions.

    Raises:
        StoreError: the database cannot be written; what was not erased is erased the next time.
    """
    erased = {kept.label: sum(_erase(store, kept, before, pause)) for kept in KEPT}
    if any(erased.values()):
        erase_traces(store)  # with somebody in the way the hourly cleaning does it
    return erased


def _erase(store: Store, kept: Kept, before: datetime, pause: Callable[[float], object]) -> Iterator[int]:
    """How many rows each transaction took. What is looked for is read beside those who write, from key to key."""
    columns = table_of(kept.model).primary_key.columns
    keys = tuple_(*columns)
    wanted = select(*columns).where(kept.is_old(before)).order_by(*columns).limit(_AT_ONCE)
    found: list[tuple[Any, ...]] = []
    while True:
        with store.read() as session:
            further = wanted.where(keys > tuple_(*found[-1])) if found else wanted
            found = [tuple(row) for row in session.execute(further)]
        if found:
            yield _erase_named(store, kept, and_(keys.in_(found), kept.is_old(before)))
        if len(found) < _AT_ONCE:
            return
        pause(_PAUSE)


def _erase_named(store: Store, kept: Kept, these: ColumnElement[bool]) -> int:
    change = delete(kept.model) if kept.emptied is None else update(kept.model).values(kept.emptied)
    with store.write() as session:
        done = session.execute(change.where(these).execution_options(synchronize_session=False))
        note_erasure(session)
        return done.rowcount if isinstance(done, CursorResult) else 0


async def keep_retention(
    store: Store, clock: Clock, days: int, stop: asyncio.Event, *, seconds: float = LOOK_SECONDS
) -> None:
    """Erases what is older than `days`, once a day, until `stop` is set; 0 keeps all."""
    while days and not stop.is_set():
        try:
            await asyncio.to_thread(erase_daily, store, clock, days)
        except KehoachError as error:
            log.error("retention: %s %s", error.sentence, error.detail)
        except Exception as error:
            log.error("retention: %s", type(error).__name__, exc_info=error)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


def erase_daily(store: Store, clock: Clock, days: int) -> bool:
    """Erases what is too old, unless that was done today; whether it was done now."""
    now = clock()
    today = now.astimezone(HANOI).date().isoformat()
    with store.read() as session:
        done = session.get(SettingRow, _DONE)
        if done is not None and done.value == today:
            return False
    erased = erase_old(store, now - timedelta(days=days))
    with store.write() as session:
        session.merge(SettingRow(key=_DONE, value=today))
    if any(erased.values()):
        log.warning("retention: erased %s", sum(erased.values()))
    return True
