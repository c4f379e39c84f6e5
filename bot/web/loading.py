"""Papers that an administrator sends by the page: read one after the other behind it, each with its report.

Reading a scanned paper takes minutes, so the form is answered at once, and the page of the loading
tells how far it is, whichever process reads and whichever shows it (`bot.serving.readings`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.responses import HTMLResponse, Response

from bot.app import App
from bot.menus.texts import load_texts
from bot.reports.returned_words import count_changes, told_table
from bot.serving.readings import Outcome, Reading, Readings, Stage
from bot.web.context import Context, NotFoundError, Upload
from ingest.readers import SUFFIXES
from ingest.readers.safety import MAX_FILE
from knowledge.errors import KehoachError
from knowledge.store import corrections

FORM_BYTES = MAX_FILE
"""Bytes of the files of one form."""


def show_form(context: Context) -> Response:
    """Where files are chosen."""
    return context.page("load.html", suffixes=",".join(SUFFIXES), most=FORM_BYTES // 1_000_000)


async def send(context: Context) -> Response:
    """Takes the files of the form, and goes to the page of their loading."""
    uploads = await asyncio.to_thread(_contents, context.files)
    loading = await context.site.readings.put(uploads, context.by)
    return context.go(f"/ke-hoach/nap/{loading}")


def show(context: Context) -> Response:
    """How far a loading is, and what was read."""
    number = context.number("lan")
    files = _find(context.site.readings, number)
    tasks = context.site.app.library.tasks_by_id([task for each in files for task in each.gone])
    is_through = all(each.is_through for each in files)
    shown = {
        "number": number,
        "files": files,
        "gone": {each.id: [tasks[task] for task in each.gone if task in tasks] for each in files},
        "is_through": is_through,
        "is_attended": is_through or context.site.readings.has_reader,
        "Stage": Stage,
    }
    if context.is_partial:
        return HTMLResponse(context.site.pages.render("_loading.html", form_token=context.form_token, **shown))
    return context.page("loading.html", **shown)


def apply(context: Context) -> Response:
    """Applies a returned table."""
    number, place = context.number("lan"), context.number("tep")
    with (
        context.site.applying,
        context.site.app.store.turn(f"loading {number}"),
    ):  # of two who press at once the second is told
        files = _find(context.site.readings, number)
        if not 1 <= place <= len(files):
            raise NotFoundError("Không có tệp này.")
        added = _apply(context.site.app, context.site.readings, files[place - 1], context)
    if added:
        context.site.app.refresh_vectors()
    context.plan_again()
    return context.go(f"/ke-hoach/nap/{number}")


def _apply(app: App, readings: Readings, file: Reading, context: Context) -> bool:
    """What others changed since it was shown is told, and not applied; whether tasks were added.

    Raises:
        KehoachError: it is applied already, or the reason is too long.
    """
    if file.returned is None:
        raise KehoachError("Bảng này đã được áp dụng.")
    texts = load_texts()
    reason = " ".join(context.form.get("ly_do", "").split())
    weighed = corrections.apply_table(
        app.store,
        [each.row for each in file.returned.rows],
        reason=texts.say("table_reason_more", reason=reason) if reason else texts.say("table_reason"),
        by=context.by,
        now=app.clock(),
        directory=app.directory,
    )
    lines = told_table(texts, file.returned, weighed, (), done=True).splitlines()
    readings.settle(file, Outcome(Stage.APPLIED, lines, gone=file.gone))
    return bool(count_changes(weighed).added)


def _find(readings: Readings, loading: int) -> list[Reading]:
    """The files of a loading.

    Raises:
        NotFoundError: it is not kept any more.
    """
    files = readings.find(loading)
    if not files:
        raise NotFoundError("Lượt nạp này không còn; bản nháp đã đọc nằm trong danh sách Kế hoạch.")
    return files


def _contents(files: Sequence[Upload]) -> list[tuple[str, bytes]]:
    return [(each.name, each.content.read()) for each in files]
