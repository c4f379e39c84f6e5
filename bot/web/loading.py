"""Papers that an administrator sends by the page: read one after the other behind it, each with its report.

Reading a scanned paper takes minutes, so the form is answered at once, and the page of the loading
tells how far it is. What is read is a draft in the database as soon as it is read; the page itself is kept in memory
only.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count
from pathlib import PurePosixPath
from threading import Lock

from starlette.responses import HTMLResponse, Response

from bot.app import App
from bot.chat.dispatcher import Dispatcher
from bot.chat.plan_files import read_draft, report_lines, save_draft
from bot.chat.returned_tables import gone_tasks
from bot.menus.texts import load_texts
from bot.reports.returned_table import ReturnedTable, is_returned, read_returned
from bot.reports.returned_words import count_changes, told_table
from bot.web.context import Context, NotFoundError, Upload
from ingest.isolation.process import ReadingStoppedError
from ingest.readers import SUFFIXES
from ingest.readers.safety import MAX_FILE
from knowledge.errors import KehoachError
from knowledge.library import LiveTask
from knowledge.store import corrections

FORM_BYTES = MAX_FILE
"""Bytes of the files of one form."""
_MOST_WAITING = 3 * MAX_FILE
"""Bytes of files that wait in memory to be read."""
_KEPT = 30
"""Loadings that can be looked at; the oldest is forgotten."""
_STOPPED = "Trợ lý đang dừng nên chưa đọc tệp này; xin nạp lại sau."

_log = logging.getLogger(__name__)


class Stage(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    READING = "reading"
    DRAFT = "draft"
    """Read, and a draft now."""
    SAME = "same"
    """Loaded already."""
    TABLE = "table"
    """A table of tasks that came back corrected: its difference is to be applied."""
    APPLIED = "applied"
    REFUSED = "refused"


@dataclass
class LoadedFile:
    """One file of a loading.

    Attributes:
        lines: its report, or why it was refused.
        pages: how many are read, of how many; (0, 0) where that is not known.
        plan_id, version: the draft that was made of it.
        table: what a returned workbook says, until it is applied.
        applicable: whether it would change anything.
        gone: tasks whose rows are missing in the workbook.
    """

    name: str
    content: bytes = b""
    stage: Stage = Stage.WAITING
    lines: Sequence[str] = ()
    pages: tuple[int, int] = (0, 0)
    plan_id: int = 0
    version: int = 0
    table: ReturnedTable | None = None
    applicable: bool = False
    gone: Sequence[LiveTask] = ()

    @property
    def is_through(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.stage not in (Stage.WAITING, Stage.READING)


@dataclass(frozen=True)
class Loading:
    """What one form brought."""

    number: int
    at: datetime
    by: int
    files: Sequence[LoadedFile]

    @property
    def is_through(self) -> bool:
        """Whether every file is."""
        return all(each.is_through for each in self.files)


class Loadings:
    """The loadings of this process, read one file at a time and in turn with files that come by chat."""

    def __init__(self, app: App, dispatcher: Dispatcher) -> None:
        self._app = app
        self._dispatcher = dispatcher
        self._texts = load_texts()
        self._kept: deque[Loading] = deque(maxlen=_KEPT)
        self._numbers = count(1)
        self._running: set[asyncio.Task[None]] = set()
        self._applying = Lock()

    def start(self, uploads: Sequence[tuple[str, bytes]], by: int) -> Loading:
        """Begins to read; for a task of the event loop.

        Args:
            uploads: name and content of each file.

        Raises:
            KehoachError: none was chosen, or too much waits already.
        """
        if not uploads:
            raise KehoachError("Xin chọn tệp cần nạp.")
        waiting = sum(len(file.content) for each in self._kept for file in each.files)
        if waiting + sum(len(content) for _, content in uploads) > _MOST_WAITING:
            raise KehoachError("Đang có nhiều tệp chờ đọc; xin đợi đọc xong rồi nạp tiếp.")
        files = [LoadedFile(_last_part(name), content) for name, content in uploads]
        loading = Loading(next(self._numbers), self._app.clock(), by, files)
        self._kept.append(loading)
        task = asyncio.create_task(self._read_all(loading))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return loading

    def find(self, number: int) -> Loading:
        """The loading with that number.

        Raises:
            NotFoundError: it is not kept any more.
        """
        found = next((each for each in self._kept if each.number == number), None)
        if found is None:
            raise NotFoundError("Lượt nạp này không còn; bản nháp đã đọc nằm trong danh sách Kế hoạch.")
        return found

    async def _read_all(self, loading: Loading) -> None:
        for file in loading.files:
            async with self._dispatcher.reading:
                await asyncio.to_thread(self._take, file, loading.by)

    def _take(self, file: LoadedFile, by: int) -> None:
        """Reads one file; whatever is wrong with it is told, and the others go on."""
        file.stage = Stage.READING
        try:
            if is_returned(file.content):
                self._weigh(file)
            else:
                self._draft(file, by)
        except KehoachError as error:
            _log.warning("file not taken: %s", type(error).__name__)
            file.stage, file.lines = Stage.REFUSED, [error.sentence]
        except ReadingStoppedError:
            file.stage, file.lines = Stage.REFUSED, [_STOPPED]
        except Exception as error:  # noqa: BLE001 - the edge of one file; its own words may quote the paper
            frames = "".join(traceback.format_tb(error.__traceback__))
            _log.error("defect: %s while loading a file\n%s", type(error).__name__, frames)
            file.stage, file.lines = Stage.REFUSED, ["Có lỗi khi đọc tệp này; lỗi đã được ghi lại."]
        finally:
            file.content = b""

    def _draft(self, file: LoadedFile, by: int) -> None:
        def on_page(done: int, total: int) -> None:
            file.pages = done, total

        app = self._app
        draft = read_draft(app, file.name, file.content, on_page)
        saved = save_draft(app, draft, file.content, by)
        file.plan_id, file.version = saved.plan_id, saved.version
        if saved.unchanged:
            file.lines = [f"Tệp này không khác {saved.plan_name}, bản {saved.version} đã nạp."]
            file.stage = Stage.SAME
            return
        file.lines = report_lines(app.store, self._texts, saved, draft)
        file.stage = Stage.DRAFT

    def _weigh(self, file: LoadedFile) -> None:
        app = self._app
        table = read_returned(file.content)
        rows = [each.row for each in table.rows]
        weighed = corrections.weigh_table(app.store, rows, now=app.clock(), directory=app.directory)
        gone = gone_tasks(app, table)
        found = app.library.tasks_by_id(gone)
        file.gone = [found[number] for number in gone if number in found]
        file.table, file.applicable = table, count_changes(weighed).any
        file.lines = told_table(self._texts, table, weighed, app.library.plans()).splitlines()
        file.stage = Stage.TABLE

    def apply(self, file: LoadedFile, reason: str, by: int) -> bool:
        """Applies a returned table; what others changed since it was shown is told, and not applied.

        Returns:
            Whether tasks were added.

        Raises:
            KehoachError: it is applied already, or the reason is too long.
        """
        with self._applying:  # of two who press at once the second is told
            table, file.table = file.table, None
        if table is None:
            raise KehoachError("Bảng này đã được áp dụng.")
        try:
            return self._apply(file, table, reason, by)
        except BaseException:
            file.table = table
            raise

    def _apply(self, file: LoadedFile, table: ReturnedTable, reason: str, by: int) -> bool:
        app, texts = self._app, self._texts
        told = " ".join(reason.split())
        weighed = corrections.apply_table(
            app.store,
            [each.row for each in table.rows],
            reason=texts.say("table_reason_more", reason=told) if told else texts.say("table_reason"),
            by=by,
            now=app.clock(),
            directory=app.directory,
        )
        file.stage, file.applicable = Stage.APPLIED, False
        file.lines = told_table(texts, table, weighed, (), done=True).splitlines()
        return bool(count_changes(weighed).added)


def show_form(context: Context) -> Response:
    """Where files are chosen."""
    return context.page("load.html", suffixes=",".join(SUFFIXES), most=FORM_BYTES // 1_000_000)


async def send(context: Context) -> Response:
    """Takes the files of the form, and goes to the page of their loading."""
    uploads = await asyncio.to_thread(_contents, context.files)
    loading = context.site.loadings.start(uploads, context.by)
    return context.go(f"/ke-hoach/nap/{loading.number}")


def show(context: Context) -> Response:
    """How far a loading is, and what was read."""
    loading = context.site.loadings.find(context.number("lan"))
    if context.is_partial:
        shown = context.site.pages.render(
            "_loading.html", loading=loading, Stage=Stage, form_token=context.form_token
        )
        return HTMLResponse(shown)
    return context.page("loading.html", loading=loading, Stage=Stage)


def apply(context: Context) -> Response:
    """Applies a returned table."""
    loading = context.site.loadings.find(context.number("lan"))
    place = context.number("tep")
    if not 1 <= place <= len(loading.files):
        raise NotFoundError("Không có tệp này.")
    added = context.site.loadings.apply(loading.files[place - 1], context.form.get("ly_do", ""), context.by)
    if added:
        context.site.app.refresh_vectors()
    context.plan_again()
    return context.go(f"/ke-hoach/nap/{loading.number}")


def _contents(files: Sequence[Upload]) -> list[tuple[str, bytes]]:
    return [(each.name, each.content.read()) for each in files]


def _last_part(name: str) -> str:
    """A browser may send a path."""
    return PurePosixPath(name.replace("\\", "/")).name.replace("\0", "") or "tệp"
