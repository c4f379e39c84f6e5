"""`make soak`: a province under load while its processes are killed and its plan is switched.

    python -m tests.soak [--minutes 10] [--per-second 50] [--web 3] [--workers 3] [--kill-every 5] [--switches 20]

Real processes of `kehoach serve` on a real PostgreSQL, a Chroma server beside them, a platform on the loopback that
delivers each message again until it is taken. Every few seconds one process is killed with SIGKILL and begun again.
Told at the end, and a failure where it is not nothing: questions that were not answered, answers that mix two
versions of the plan, reminders that did not come; and what came more than once, which may only be what was in flight
at a kill.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles

import httpx
from docx import Document

from bot.clock import HANOI
from bot.menus.texts import load_texts
from tests.bench.papers import TOPICS
from tests.bot.chat.over_http import free_address
from tests.bot.running import environment
from tests.databases import running_server
from tests.servers.zalo_server import TOKEN, Json, ZaloServer, update, zalo_server

VERBS = ("Rà soát", "Biên soạn", "Nghiệm thu", "Thẩm định", "Phổ biến", "Lắp đặt")
VERSIONS = (("Sở Tài chính", "31/03/2027"), ("Sở Y tế", "30/09/2027"))
"""Lead and deadline of every task, in turn: an answer that holds one of each was made of two versions."""
PLAN = "915/KH-UBND"
REMINDED = 60
"""People who only want to be reminded: who is talking is not disturbed."""
PACE = 12
"""Questions a minute of one person: under what one may ask."""
NEAR_KILL = 40.0
"""Seconds around a kill within which what comes twice was in flight: until it is known to have ended, and a while."""
SECRET = "mat-khau-webhook"
LAST_WISH = 1.5
"""Minutes ahead that the first person wants to be reminded, and the last one beyond the end."""
REMINDS = load_texts().say("personal", task="").strip()


@dataclass
class Played:
    """What was asked and what came, by person."""

    asked: dict[str, list[tuple[str, float]]] = field(default_factory=lambda: defaultdict(list))
    kills: list[float] = field(default_factory=list)
    switches: int = 0
    refused: int = 0
    """Attempts to deliver that nobody took."""


@dataclass
class Process:
    """One process of the service, begun again whenever it is killed."""

    role: str
    port: int
    settings: dict[str, str]
    running: subprocess.Popen[bytes] | None = None

    def start(self, home: Path) -> None:
        """Begins it, waiting for nothing."""
        self.running = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=home.parent,
            env=environment(
                home, **self.settings, KEHOACH_ROLE=self.role, KEHOACH_PORT=str(self.port), KEHOACH_HOST="127.0.0.1"
            ),
        )

    def kill(self) -> None:
        """As the machine would lose it."""
        if self.running is not None:
            self.running.send_signal(signal.SIGKILL)
            self.running.wait()


def quiet_people() -> list[str]:
    """Those who ask nothing."""
    return [f"q{number}" for number in range(REMINDED)]


def titles() -> list[str]:
    """What the tasks of the plan are called, each unlike the others."""
    return [f"{VERBS[number % len(VERBS)]} {topic}" for number, topic in enumerate(TOPICS)]


def write_plan(path: Path, turn: int) -> None:
    """The plan as its version of that turn is."""
    lead, deadline = VERSIONS[turn % 2]
    document = Document()
    for line in (
        "ỦY BAN NHÂN DÂN TỈNH BÌNH SƠN",
        f"Số: {PLAN}",
        "Bình Sơn, ngày 12 tháng 01 năm 2026",
        "KẾ HOẠCH",
        "Cải thiện dịch vụ công của tỉnh năm 2026 và 2027",
        f"Bản lần {turn + 1}. Các nhiệm vụ cụ thể như sau:",
    ):
        document.add_paragraph(line)
    table = document.add_table(1, 5)
    for cell, text in zip(table.rows[0].cells, ("STT", "Nhiệm vụ", "Chủ trì", "Sản phẩm", "Thời hạn"), strict=True):
        cell.text = text
    for number, title in enumerate(titles(), 1):
        cells = table.add_row().cells
        for cell, text in zip(cells, (str(number), title, lead, "Báo cáo", f"Trước ngày {deadline}"), strict=True):
            cell.text = text
    document.save(str(path))


def command(home: Path, settings: dict[str, str], *words: str | Path) -> None:
    """One command of the operator.

    Raises:
        RuntimeError: it failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, words)],
        cwd=home.parent,
        env=environment(home, **settings),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{words}: {done.stderr.decode()}")


async def deliver(
    client: httpx.AsyncClient, webs: list[Process], zalo: ZaloServer, body: Json, played: Played
) -> None:
    """Brings one message to one of the web processes after the other until one takes it."""
    delivery = zalo.delivery(body)
    path = delivery.url.partition("//")[2].partition("/")[2]
    while True:
        port = random.choice(webs).port
        try:
            address = f"http://127.0.0.1:{port}/{path}"
            answer = await client.post(address, content=delivery.body, headers=dict(delivery.headers))
            if answer.status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        played.refused += 1
        await asyncio.sleep(0.2)


async def ask_all(zalo: ZaloServer, webs: list[Process], people: list[str], until: float, played: Played) -> None:
    """Every person asks of one task after the other, at a pace of their own."""
    numbers = iter(range(1, 10**9))
    names = titles()
    async with httpx.AsyncClient(timeout=10, limits=httpx.Limits(max_connections=50)) as client:

        async def one(person: str, place: int) -> None:
            await asyncio.sleep(60 / PACE * place / len(people))
            turn = place
            while time.monotonic() < until:
                name = names[turn % len(names)]
                turn += 1
                played.asked[person].append((name, time.monotonic()))
                await deliver(
                    client, webs, zalo, said(person, f"ai chủ trì {name}, hạn khi nào?", next(numbers)), played
                )
                await asyncio.sleep(60 / PACE)

        await asyncio.gather(*(one(person, place) for place, person in enumerate(people)))


def said(person: str, text: str, number: int) -> Json:
    """A message as the platform delivers it."""
    return update(
        text,
        number,
        sender={"id": person, "display_name": person, "is_bot": False},
        chat={"id": person, "chat_type": "PRIVATE"},
        date=int(time.time() * 1000),
    )


async def kill_some(processes: list[Process], home: Path, every: float, until: float, played: Played) -> None:
    """Kills one after the other, and begins it again."""
    drawn = random.Random(14)
    while time.monotonic() + every < until:
        await asyncio.sleep(every)
        process = drawn.choice(processes)
        played.kills.append(time.monotonic())
        await asyncio.to_thread(process.kill)
        process.start(home)


async def switch_some(
    home: Path, settings: dict[str, str], folder: Path, count: int, seconds: float, played: Played
) -> None:
    """Loads the plan's next version in place of the one before, so many times."""
    for turn in range(1, count + 1):
        await asyncio.sleep(seconds / (count + 1))
        path = folder / f"kế hoạch {turn}.docx"
        write_plan(path, turn)
        await asyncio.to_thread(command, home, settings, "load", path, "--activate")
        played.switches += 1


@dataclass
class Arrived:
    """What the platform was given, with its moment."""

    at: list[float] = field(default_factory=list)

    async def watch(self, zalo: ZaloServer) -> None:
        """Notes when each message came."""
        while True:
            now = time.monotonic()
            self.at += [now] * (len(zalo.sent) - len(self.at))
            await asyncio.sleep(0.05)


def judge(zalo: ZaloServer, arrived: Arrived, played: Played, reminded: dict[str, str]) -> bool:
    """Tells what came of it; whether nothing was wrong."""
    names = titles()
    came: dict[tuple[str, str], list[float]] = defaultdict(list)
    reminders: dict[str, list[float]] = defaultdict(list)
    mixed = 0
    other: Counter[str] = Counter()
    for (person, text), at in zip(zalo.sent, arrived.at, strict=False):
        if reminded.get(person, "\0") in text:
            if text.startswith(REMINDS):
                reminders[person].append(at)
            continue
        name = next((each for each in names if each in text), None)
        if name is None:
            other[text.splitlines()[0][:60]] += 1
            continue
        came[person, name].append(at)
        held = [lead in text or day.lstrip("0") in text or day in text for lead, day in VERSIONS]
        whole = [lead in text and day in text for lead, day in VERSIONS]
        mixed += sum(held) != 1 or sum(whole) != 1
    asked = Counter((person, name) for person, each in played.asked.items() for name, _ in each)
    lost = sum(max(number - len(came[key]), 0) for key, number in asked.items())
    twice = [moment for key, moments in came.items() for moment in moments[asked[key] :]]
    far = [at for at in twice if not any(-1 <= at - kill <= NEAR_KILL for kill in played.kills)]
    unreminded = [person for person in reminded if not reminders[person]]
    again = sum(len(each) - 1 for each in reminders.values() if each)
    waits = []
    for key in asked:
        starts = [at for name, at in played.asked[key[0]] if name == key[1]]
        waits += [end - start for start, end in zip(starts, came[key], strict=False)]
    cuts = quantiles(waits, n=100) if len(waits) > 1 else [0.0] * 99
    total = sum(asked.values())
    print(f"asked {total}, answered {sum(map(len, came.values()))}, lost {lost}, mixed {mixed}")  # noqa: T201
    print(f"came more than once {len(twice)}, of these far from any kill {len(far)}")  # noqa: T201
    print(f"kills {len(played.kills)}, switches {played.switches}, deliveries tried again {played.refused}")  # noqa: T201
    print(f"from question to answer: p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s, p99 {cuts[98]:.2f} s")  # noqa: T201
    print(f"reminders {len(reminded)}, not come {len(unreminded)}, come again {again}")  # noqa: T201
    print(f"other messages: {dict(other.most_common(5))}")  # noqa: T201
    return not (lost or mixed or far or unreminded)


@contextmanager
def chroma(folder: Path) -> Iterator[str]:
    """A Chroma server; its address."""
    port = free_address().rpartition(":")[2]
    with (folder / "chroma.log").open("wb") as log:
        server = subprocess.Popen(
            [Path(sys.executable).with_name("chroma"), "run", "--path", folder / "chroma", "--port", port],
            stdout=log,
            stderr=log,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "FALSE"},
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


async def play(
    given: argparse.Namespace, zalo: ZaloServer, home: Path, settings: dict[str, str], people: list[str]
) -> bool:
    """Begins all processes, lets everything happen, waits for what is still to come."""
    served = {
        **settings,
        "KEHOACH_ZALO_API": zalo.url,
        "KEHOACH_ZALO_TOKEN": TOKEN,
        "KEHOACH_ZALO_WEBHOOK": free_address(),
        "KEHOACH_ZALO_SECRET": SECRET,
    }
    roles = ["web"] * given.web + ["worker"] * given.workers
    processes = [Process(role, int(free_address().rpartition(":")[2]), served) for role in roles]
    webs = processes[: given.web]
    played, arrived = Played(), Arrived()
    watching = asyncio.create_task(arrived.watch(zalo))
    try:
        for process in processes:
            process.start(home)
        async with asyncio.timeout(180), httpx.AsyncClient() as client:
            for process in processes:
                await _ready(client, process)
        print("all ready", flush=True)  # noqa: T201
        began = time.monotonic()
        reminded = await _wish(zalo, webs, given.minutes, played)
        seconds = given.minutes * 60
        until = time.monotonic() + seconds
        await asyncio.gather(
            ask_all(zalo, webs, people, until, played),
            kill_some(processes, home, given.kill_every, until, played),
            switch_some(home, settings, home.parent, given.switches, seconds, played),
        )
        await _drained(zalo, began + (LAST_WISH + given.minutes) * 60)
    finally:
        for process in processes:
            process.kill()
        watching.cancel()
    arrived.at += [time.monotonic()] * (len(zalo.sent) - len(arrived.at))
    return judge(zalo, arrived, played, reminded)


async def _ready(client: httpx.AsyncClient, process: Process) -> None:
    while True:
        try:
            answer = await client.get(f"http://127.0.0.1:{process.port}/readyz")
            if answer.is_success:
                return
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.2)


async def _wish(zalo: ZaloServer, webs: list[Process], minutes: float, played: Played) -> dict[str, str]:
    """Each of some people wants to be reminded once while processes are killed; of what, by person."""
    now = datetime.now(HANOI)
    wishes = {person: f"nộp biểu số {place + 1000}" for place, person in enumerate(quiet_people())}
    async with httpx.AsyncClient(timeout=10) as client:
        for place, (person, what) in enumerate(wishes.items()):
            ahead = LAST_WISH + minutes * place / REMINDED
            at = now + timedelta(minutes=ahead)
            text = f"nhắc tôi lúc {at:%H:%M} ngày {at:%d/%m/%Y} {what}"
            await deliver(client, webs, zalo, said(person, text, 10**9 + place), played)
    return wishes


async def _drained(zalo: ZaloServer, last: float) -> None:
    """Until nothing has come for a while after the last reminder is due."""
    await asyncio.sleep(max(last - time.monotonic(), 0))
    before, since = -1, time.monotonic()
    while time.monotonic() - since < 45:
        if len(zalo.sent) != before:
            before, since = len(zalo.sent), time.monotonic()
        await asyncio.sleep(1)


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--per-second", type=float, default=50)
    parser.add_argument("--web", type=int, default=3)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--kill-every", type=float, default=5)
    parser.add_argument("--switches", type=int, default=20)
    given = parser.parse_args()
    people = [f"p{number}" for number in range(max(1, round(given.per_second * 60 / PACE)))]
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        server = opened.enter_context(running_server())
        zalo = opened.enter_context(zalo_server())
        home = folder / "data"
        settings = {
            "KEHOACH_DATABASE_URL": server.empty("soak"),
            "KEHOACH_CHROMA_URL": opened.enter_context(chroma(folder)),
        }
        write_plan(folder / "kế hoạch 0.docx", 0)
        command(home, settings, "load", folder / "kế hoạch 0.docx", "--activate")
        listed = folder / "người.csv"
        lines = [f"Người {person},Sở Tài chính,staff,zalo:{person}" for person in (*people, *quiet_people())]
        listed.write_text("\n".join(["name,agency,role,channels", *lines]), encoding="utf-8")
        command(home, settings, "people", "import", listed)
        return 0 if asyncio.run(play(given, zalo, home, settings, people)) else 1


if __name__ == "__main__":
    sys.exit(main())
