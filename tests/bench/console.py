"""Pages of the console over 10,000 tasks: one plan of 10,000, and 20 plans of 500.

`python -m tests.bench.console [TASKS]`; each shape runs in a process of its own. A page is a whole request: session,
handler, template. "Sau một đính chính" is the first time that it is asked for after somebody has corrected a cell;
"lần nữa" with nothing changed. Corrections, switches and questions after them are timed as their user waits for them.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.app import App
from bot.channels.contract import ChannelName, Sender
from bot.chat.dispatcher import Dispatcher
from bot.clock import HANOI
from bot.menus.texts import load_texts
from bot.notify.planning import refresh
from bot.people.sessions import Sessions
from bot.reports.task_workbook import workbook_bytes
from bot.serving.readings import Readings
from bot.settings import Settings
from bot.web.routes import make_page
from ingest.load import read_plan
from ingest.samples import sample_files
from knowledge.agencies import Directory
from knowledge.records import CellDoubt, PlanDraft, PlanMetadata
from knowledge.store.corrections import OPERATOR, Cells, edit_task
from knowledge.store.versions import activate, activate_many, rollback, save_drafts
from tests.bench.scale import make_words, peak_memory, vary_task
from tests.bot.web.browsing import Browser

TASKS = 10_000
SHAPES = (1, 20)
"""Plans that the tasks are spread over."""
ROUNDS = 5
CORRECTED = 20
"""Cells of the first plan that are corrected before anything is timed."""
NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)
YEAR = NOW.year
OFFICE = "Sở Tài chính"

_DOUBT = CellDoubt("lead", "ô để trống, lấy theo dòng trên")


def make_plans(tasks: int, plans: int, directory: Directory) -> Iterator[PlanDraft]:
    """Plans of varied sample tasks, one in fifty with a doubtful lead."""
    samples = [read_plan(path, directory) for path in sample_files()]
    printed = [(draft.tasks[p.task], p) for draft in samples for p in draft.passages if p.task is not None]
    words = make_words()
    for number in range(1, plans + 1):
        chance = random.Random(number)
        made = [vary_task(chance, words, printed, YEAR) for _ in range(tasks // plans)]
        rows = [replace(row, doubts=(_DOUBT,) if at % 50 == 7 else ()) for at, (row, _) in enumerate(made)]
        passages = [replace(passage, task=at) for at, (_, passage) in enumerate(made)]
        title = f"Kế hoạch {' '.join(words.draw(chance) for _ in range(4))} năm {YEAR}"
        facts = PlanMetadata(
            f"{number}/KH-UBND", date(YEAR, 1, 10), "UBND tỉnh Phú Giang", "Kế hoạch", title, None, (YEAR,)
        )
        yield PlanDraft(f"{number}.docx", f"{number:064d}", facts, tuple(rows), tuple(passages))


def fill(app: App, tasks: int, plans: int) -> None:
    """The plans in use and tracked, a draft of the first one, an administrator."""
    app.people.appoint([Sender(ChannelName.TELEGRAM, "1", "Lê Quản")])
    drafts = [*make_plans(tasks, plans, app.directory)]
    saved = save_drafts(app.store, drafts, now=NOW)
    activate_many(app.store, [each.plan_id for each in saved], now=NOW)
    app.refresh_vectors()
    first = drafts[0]
    newer = [
        replace(row, title=f"{row.title} (bổ sung)") if at % 40 == 3 else row for at, row in enumerate(first.tasks)
    ]
    save_drafts(app.store, [replace(first, digest="9" * 64, tasks=tuple(newer))], now=NOW)
    refresh(app.store, app.library, app.directory, NOW)


class Times:
    """What took how long, in milliseconds, by what it is called."""

    def __init__(self) -> None:
        self._found: dict[str, list[float]] = {}

    async def take(self, name: str, work: Callable[..., Awaitable[object]], *given: str, **form: str) -> None:
        """Times it once."""
        started = perf_counter()
        await work(*given, **form)
        self._found.setdefault(name, []).append(1000 * (perf_counter() - started))

    def lines(self) -> Iterator[str]:
        """A line each: median and worst."""
        for name, found in self._found.items():
            yield f"  {name:58} {median(found):8.0f} {max(found):8.0f}"


async def measure(home: Path) -> None:
    """Everything, in order; printed."""
    app = App(Settings(home=home), lambda: NOW)
    dispatcher = Dispatcher(app, app.people, load_texts(), app.clock)
    page = make_page(app, dispatcher, Readings(app.store, app.clock), _no_trouble)
    admin = next(each for each in app.people.list() if each.is_admin)
    times = Times()
    app.read_ahead()
    with app.library.snapshot() as library:
        plan = library.plans()[0].id
        tasks = [each.id for each in library.tasks([plan])]
        questions = [f"Ai chủ trì {each.task.title}?" for each in library.tasks([plan])[100:300]]
    corrected = iter(tasks)

    def correct(reason: str = "Theo công văn") -> int:
        task = next(corrected)
        cells = Cells(product=f"Báo cáo số {task}")
        edit_task(app.store, task, cells, reason=reason, by=OPERATOR, now=NOW, directory=app.directory)
        return task

    for _ in range(CORRECTED):
        correct()
    table = f"/ke-hoach/{plan}/nhiem-vu"
    pages = {
        "Kế hoạch": "/ke-hoach",
        "Một kế hoạch": f"/ke-hoach/{plan}",
        "Bảng nhiệm vụ": table,
        "… trang 7": f"{table}?trang=7",
        "… quá hạn": f"{table}?tinh-trang=late",
        "… của một cơ quan": f"{table}?co-quan={OFFICE}",
        "… đến hạn trong quý": f"{table}?tu=2026-10-01&den=2026-12-31",
        "… cần xem lại": f"{table}?ngo=1",
        "… bản nháp": f"{table}?ban=nhap",
        "Một nhiệm vụ": f"/nhiem-vu/{tasks[200]}",
        "Đính chính": f"/ke-hoach/{plan}/dinh-chinh",
        "Trước khi kích hoạt bản nháp": f"/ke-hoach/{plan}/viec/kich-hoat",
        "Người dùng": "/nguoi-dung",
        "Tình trạng": "/tinh-trang",
    }
    async with Browser(page) as browser:
        await browser.enter(Sessions(app.store, app.clock).make_link(admin.id, by=None).code)

        async def opened(path: str) -> None:
            answer = await browser.request("GET", path)
            assert answer.status_code == 200, (path, answer.status_code)

        async def sent(path: str, **form: str) -> None:
            answer = await browser.request("POST", path, data={"ma_bieu_mau": browser.token, **form})
            assert answer.status_code == 303, (path, answer.status_code)

        await browser.get("/ke-hoach")
        for name, path in pages.items():
            await opened(path)
            for _ in range(ROUNDS):
                correct()
                await times.take(f"{name}, sau một đính chính", opened, path)
                await times.take(f"{name}, lần nữa", opened, path)
        for task in [next(corrected) for _ in range(ROUNDS)]:
            seen = "; ".join(app.library.tasks_by_id([task])[task].task.lead)
            cell = {"o": "lead", "gia_tri": "Sở Y tế", "ly_do": "x", "thay": seen}
            await times.take("Sửa một ô", sent, f"/nhiem-vu/{task}/sua", **cell)
        for _ in range(ROUNDS):
            number = app.library.tasks_by_id([correct()]).popitem()[1].corrections[-1].number
            await times.take("Bỏ một đính chính", sent, f"/dinh-chinh/{number}/bo", ve="1")
        for task in [next(corrected) for _ in range(ROUNDS)]:
            await times.take("Dừng một nhiệm vụ", sent, f"/nhiem-vu/{task}/dung", ly_do="x")

        async def asked(question: str) -> None:
            app.assistant.ask(question, as_of=NOW.date())

        for question in questions[:ROUNDS]:
            correct()
            await times.take("Câu hỏi đầu tiên sau một đính chính", asked, question)
        for question in questions[ROUNDS : 4 * ROUNDS]:
            await times.take("Câu hỏi sau đó", asked, question)

        async def exported() -> None:
            workbook_bytes(app.store, app.library.tasks([plan]), app.directory, NOW.date())

        await times.take("Tệp Excel của kế hoạch", exported)

        async def planned() -> None:
            refresh(app.store, app.library, app.directory, NOW)

        correct()
        await times.take("Lập lại lời nhắc sau một đính chính", planned)
        for step in (activate, rollback):

            async def switched(step: Callable[..., object] = step) -> None:
                step(app.store, plan, now=NOW)

            name = "Kích hoạt bản nháp" if step is activate else "Quay lại bản trước"
            await times.take(name, switched)
            await times.take("Bảng nhiệm vụ, sau khi chuyển bản", opened, table)
            await times.take("Kế hoạch, sau khi chuyển bản", opened, "/ke-hoach")
            await times.take("Câu hỏi đầu tiên sau khi chuyển bản", asked, questions[0])
    app.close()
    sys.stdout.write("\n".join(times.lines()) + f"\n  bộ nhớ cao nhất {peak_memory()} MB\n")


async def _no_trouble() -> str | None:
    return None


def main(tasks: int = TASKS) -> None:
    """Prints a table for each shape."""
    for plans in SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            app = App(Settings(home=Path(folder)), lambda: NOW)
            fill(app, tasks, plans)
            app.close()
            sys.stdout.write(f"{tasks:,} nhiệm vụ trong {plans} kế hoạch, ms: giữa, lâu nhất\n")
            sys.stdout.flush()
            subprocess.run([sys.executable, "-m", "tests.bench.console", "--measure", folder], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        asyncio.run(measure(Path(sys.argv[2])))
    else:
        main(*(int(each) for each in sys.argv[1:2]))
