"""Reads the files that wait (`bot.serving.readings`), one after the other and in turn with those of the chat."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from contextlib import suppress

from bot.app import App
from bot.chat.plan_files import report_lines, save_draft
from bot.chat.returned_tables import gone_tasks
from bot.menus.texts import load_texts
from bot.reports.returned_table import is_returned, read_returned
from bot.reports.returned_words import count_changes, told_table
from bot.serving.readings import Claimed, Outcome, Readings, Stage
from ingest.isolation.process import ReadingStoppedError
from knowledge.errors import DiskError, KehoachError, PlanConflictError, StoreError
from knowledge.store import corrections
from knowledge.store.audit import client_of

_TOLD_SECONDS = 1.0
"""Between two notes of how many pages are read: the page looks every other second."""
_PAUSE_SECONDS = 10.0
"""Before the next try where the database takes nothing."""
_DEFECT = Outcome(Stage.FAILED, ["Có lỗi khi đọc tệp này; lỗi đã được ghi lại."])

log = logging.getLogger(__name__)


class Reader:
    """Reads for one process.

    Args:
        turn: held while a file is read: in this process one at a time, the chat's among them.
    """

    def __init__(self, app: App, readings: Readings, turn: asyncio.Lock) -> None:
        self._app = app
        self._readings = readings
        self._turn = turn
        self._texts = load_texts()

    async def run(self, stop: asyncio.Event) -> None:
        """Reads until `stop` is set, and the file at hand is read or its reading is stopped."""
        while not stop.is_set():
            try:
                async with self._turn:
                    read = await asyncio.to_thread(self._read_next)
                if not read:
                    await self._readings.wait(stop)
            except Exception as error:  # noqa: BLE001 - a defect in one look must not end them all
                if isinstance(error, StoreError):
                    log.error("readings: %s %s", error.sentence, error.detail)
                else:
                    _log_defect(error)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _PAUSE_SECONDS)

    def _read_next(self) -> bool:
        """Reads the next file; whether there was one.

        Raises:
            StoreError: the database could not be read or written; the file waits.
        """
        claimed = self._readings.claim()
        if claimed is None:
            return False
        try:
            outcome = self._take(claimed)
        except ReadingStoppedError:
            self._readings.put_back(claimed)
        except DiskError:  # it passes, and what came of the file could not be written either
            self._readings.put_back(claimed)
            raise
        else:
            self._finish(claimed, outcome)
        return True

    def _finish(self, claimed: Claimed, outcome: Outcome) -> None:
        try:
            self._readings.finish(claimed, outcome)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - what cannot be written of it must not have it read for ever
            _log_defect(error)
            self._readings.finish(claimed, _DEFECT)

    def _take(self, claimed: Claimed) -> Outcome:
        """What comes of a file; whatever is wrong with it is told, and the others go on."""
        try:
            if claimed.is_killer:
                raise self._app.plan_reader.set_aside(claimed.content)
            if client_of(claimed.by) is None and is_returned(claimed.content):  # another system corrects nothing
                return self._weigh(claimed)
            return self._draft(claimed)
        except (DiskError, ReadingStoppedError):
            raise
        except KehoachError as error:
            log.warning("file not taken: %s", type(error).__name__)
            return Outcome(_stage_of(error), [error.sentence])
        except Exception as error:  # noqa: BLE001 - the edge of one file
            _log_defect(error)
            return _DEFECT

    def _draft(self, claimed: Claimed) -> Outcome:
        told = 0.0

        def on_page(done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told >= _TOLD_SECONDS:
                told = time.monotonic()
                with suppress(StoreError):
                    self._readings.note_pages(claimed, done, total)

        app = self._app
        draft = app.plan_reader.read_bytes(claimed.name, claimed.content, on_page, marked=False)
        saved = save_draft(app, draft, claimed.content, claimed.by)
        if saved.unchanged:
            lines = [f"Tệp này không khác {saved.plan_name}, bản {saved.version} đã nạp."]
            return Outcome(Stage.SAME, lines, saved.plan_id, saved.version)
        return Outcome(Stage.DRAFT, report_lines(app.store, self._texts, saved, draft), saved.plan_id, saved.version)

    def _weigh(self, claimed: Claimed) -> Outcome:
        app = self._app
        table = read_returned(claimed.content)
        rows = [each.row for each in table.rows]
        weighed = corrections.weigh_table(app.store, rows, now=app.clock(), directory=app.directory)
        return Outcome(
            Stage.TABLE,
            told_table(self._texts, table, weighed, app.library.plans()).splitlines(),
            returned=table if count_changes(weighed).any else None,
            gone=gone_tasks(app, table),
        )


def _stage_of(error: KehoachError) -> Stage:
    """A database that is busy is no fault of the file."""
    kinds = ((PlanConflictError, Stage.CONFLICT), (StoreError, Stage.FAILED))
    return next((stage for kind, stage in kinds if isinstance(error, kind)), Stage.REFUSED)


def _log_defect(error: Exception) -> None:
    """Where it happened, without the error's own words: they may quote the paper."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("defect: %s while loading a file\n%s", type(error).__name__, frames)
