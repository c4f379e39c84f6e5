"""Planning of 100,000 occurrences for 2,000 people: time, peak memory, and how long a reply waits meanwhile.

`python -m tests.bench.reminders_plan [OCCURRENCES PEOPLE]`; the measuring runs in a process of its own. The plans are
made-up tasks of ten for each plan, half of them with single days, half with recurring ones, each led by ten agencies.
Beside each planning a thread writes one row every 50 ms, as a reply does; on a busy machine its longest wait holds
the machine's own. CPU seconds are of both threads.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import func, insert, select

from bot.clock import HANOI
from bot.notify.planning import preview, refresh
from knowledge.agencies import Directory, load_directory
from knowledge.records import Deadline, DeadlineKind, Origin, PlanDraft, PlanMetadata, Source, Task
from knowledge.store.database import Store, open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.models import MemberRoleRow, MemberRow, OccurrenceRow, OutboxRow, SettingRow
from knowledge.store.versions import activate_many, save_drafts
from tests.bench.scale import make_words, peak_memory

OCCURRENCES, PEOPLE, AGENCIES = 100_000, 2_000, 400
TASKS_PER_PLAN, LEADS = 50, 10
_BETWEEN_REPLIES = 0.05
NOW = datetime(2026, 1, 5, 7, tzinfo=HANOI)


def make_plans(occurrences: int, agencies: list[str]) -> Iterator[PlanDraft]:
    """Plans whose tasks come to so many occurrences within the horizon of planning."""
    chance, words, number = random.Random(11), make_words(), 0
    while occurrences > 0:
        number += 1
        tasks = []
        for _ in range(TASKS_PER_PLAN):
            title = " ".join(words.draw(chance) for _ in range(8))
            deadline = _deadline(chance)
            tasks.append(
                Task(Origin.TABLE, None, None, title, None, "Báo cáo", tuple(chance.sample(agencies, LEADS)),
                     tuple(chance.sample(agencies, 3)), deadline, Source(quote=title))
            )  # fmt: skip
            occurrences -= LEADS * len(deadline.due_dates(NOW.date() + timedelta(days=400)))
        metadata = PlanMetadata(f"{number}/KH-UBND", date(2026, 1, 2), "UBND tỉnh Phú Giang", "Kế hoạch",
                                " ".join(words.draw(chance) for _ in range(6)), None, (2026, 2027))  # fmt: skip
        yield PlanDraft(f"{number}.docx", f"{number:064d}", metadata, tuple(tasks), ())


def _deadline(chance: random.Random) -> Deadline:
    if chance.random() < 0.5:
        single = date(2026, 1, 5) + timedelta(days=chance.randrange(360))
        return Deadline(f"{single:%d/%m/%Y}", (DeadlineKind.ONE_OFF,), dates=(single,))
    day = chance.randrange(1, 29)
    rule = chance.choice(
        (
            f"DTSTART:202601{day:02d}\nRRULE:FREQ=MONTHLY;BYMONTHDAY={day}",
            "DTSTART:20260331\nRRULE:FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
            f"DTSTART:202606{day:02d}\nRRULE:FREQ=YEARLY;BYMONTH=6;BYMONTHDAY={day}",
        )
    )
    return Deadline("định kỳ", (DeadlineKind.RECURRING,), rules=(rule,))


def fill(store: Store, occurrences: int, people: int) -> None:
    """Plans that are live and people of their agencies: owners, and one leader in five."""
    agencies = [f"UBND xã Số {number}" for number in range(AGENCIES)]
    drafts = list(make_plans(occurrences, agencies))
    for at in range(0, len(drafts), 50):
        saved = save_drafts(store, drafts[at : at + 50], now=NOW)
        activate_many(store, [each.plan_id for each in saved], now=NOW)
    numbers = range(1, people + 1)
    with store.write() as session:
        members = [
            {"id": n, "name": f"Người {n}", "agency": agencies[n % AGENCIES], "active": True, "since": NOW}
            for n in numbers
        ]
        session.execute(insert(MemberRow), members)
        roles = [{"member_id": n, "role": "leader" if n // AGENCIES == 0 else "owner"} for n in numbers]
        session.execute(insert(MemberRoleRow), roles)


def measure(folder: Path) -> Iterator[str]:
    """Plan for the first time, on the days after, and look a year ahead; a line each."""
    directory = load_directory()
    with open_store(data=folder) as store:
        library = SqlLibrary(store)
        yield _timed("lần đầu", store, library, directory, NOW)
        yield _timed("cùng ngày, không có gì mới", store, library, directory, NOW)
        for days in (1, 24, 25):
            yield _timed(f"{days} ngày sau", store, library, directory, NOW + timedelta(days=days))
        yield f"{'bộ nhớ cao nhất đến đây':28} {peak_memory():6} MB"
        yield _year(store, library, directory)
        library.close()
    yield f"{'bộ nhớ cao nhất':28} {peak_memory():6} MB"


def _year(store: Store, library: SqlLibrary, directory: Directory) -> str:
    """Every message of a year, as `kehoach remind --days 365 --format json` prints them."""
    started = perf_counter()
    count = sum(1 for _ in preview(store, library, directory, date(2026, 1, 1), date(2026, 12, 31), NOW))
    return f"{'xem trước một năm':28} {perf_counter() - started:6.1f} s  {count:9,} lượt nhắc"


def _timed(what: str, store: Store, library: SqlLibrary, directory: Directory, now: datetime) -> str:
    with _replies(store) as waits:
        started, worked = perf_counter(), process_time()
        refresh(store, library, directory, now)
        took, worked = perf_counter() - started, process_time() - worked
    with store.read() as session:
        found = [session.scalar(select(func.count()).select_from(table)) for table in (OccurrenceRow, OutboxRow)]
    return (
        f"{what:28} {took:6.1f} s  {worked:6.1f} s CPU  {found[0]:9,} lượt việc, {found[1]:9,} lượt nhắc;"
        f" trả lời chờ lâu nhất {max(waits):.2f} s trong {len(waits)} lần"
    )


@contextmanager
def _replies(store: Store) -> Iterator[list[float]]:
    """Seconds that each reply waited; one at least."""
    waits, over = list[float](), threading.Event()

    def reply() -> None:
        while True:
            started = perf_counter()
            with store.write() as session:
                session.merge(SettingRow(key="bench", value=str(len(waits))))
            waits.append(perf_counter() - started)
            if over.wait(_BETWEEN_REPLIES):
                return

    thread = threading.Thread(target=reply)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def main(occurrences: int = OCCURRENCES, people: int = PEOPLE) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        with open_store(data=Path(folder)) as store:
            fill(store, occurrences, people)
        command = [sys.executable, "-m", "tests.bench.reminders_plan", "--measure", folder]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        for line in measure(Path(sys.argv[2])):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    else:
        main(*(int(number) for number in sys.argv[1:]))
