"""What many people at once cost: the whole way from delivery to posted answer, but for the platform's own servers.

python -m tests.bench.chats crowd HOME QUESTIONS     200 chats ask in the same moment
python -m tests.bench.chats stream HOME QUESTIONS    20 questions a second for a minute
python -m tests.bench.chats memory HOME QUESTIONS    20,000 messages

HOME holds loaded plans. The database, the inbox, the conversation are the real ones; the
channel is in memory. Prints a JSON object.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles
from time import perf_counter, time

from bot.app import App
from bot.channels.contract import Address, Capabilities, Channel, ChannelName, FileIn, Incoming, Reply, Sender, Sent
from bot.channels.patience import PatientChannel
from bot.chat.commands import command_menu
from bot.chat.dispatcher import Dispatcher
from bot.chat.inbox import Inbox
from bot.clock import system_clock
from bot.commands.serve import THREADS
from bot.commands.serving import second_process
from bot.menus.texts import load_texts
from bot.people.ratelimit import RateLimit
from bot.serving.serve import Handle, Service
from bot.settings import Settings
from knowledge.text import fold

CHATS = 200
PER_SECOND = 20
SECONDS = 60
MESSAGES = 20_000
SETTLED = 2_000
"""Messages after which memory is to stay as it is."""

Figures = dict[str, float]


class Crowd:
    """A channel to `CHATS` people who ask in turn; it measures what happens.

    Attributes:
        delivered: when each update that is not answered yet was handed over.
        took: seconds from delivered to posted, an update each.
        answered: updates in the order in which they were answered, each as often as it was.
    """

    name = ChannelName.TELEGRAM
    capabilities = Capabilities(buttons=True, editing=True, files_in=True, files_out=True, typing=True, length=4_096)

    def __init__(self, questions: Sequence[str]) -> None:
        self._questions = questions
        self._due: asyncio.Queue[int] = asyncio.Queue()
        self._posted: dict[str, float] = {}
        self._change = asyncio.Event()
        # Deliveries of another run on this data folder are known and not answered again.
        self._count = int(time()) * MESSAGES // CHATS * CHATS
        self.delivered: dict[int, float] = {}
        self.took: list[float] = []
        self.answered: list[int] = []

    def people(self) -> list[Sender]:
        """Everybody who asks."""
        return [Sender(self.name, f"{chat}", f"Người {chat}") for chat in range(CHATS)]

    def ask(self) -> None:
        """The next person asks the next question."""
        self.delivered[self._count] = perf_counter()
        self._due.put_nowait(self._count)
        self._count += 1

    def watched(self, handle: Handle) -> Handle:
        """`handle`, measured."""

        async def measured(incoming: Incoming, channel: Channel) -> None:
            await handle(incoming, channel)
            number, posted = int(incoming.update), self._posted.pop(incoming.address.chat, None)
            asked = self.delivered.pop(number, None)
            if posted is not None:
                self.answered.append(number)
                if asked is not None:
                    self.took.append(posted - asked)
            self._change.set()

        return measured

    async def until_answered(self, most_open: int = 0) -> None:
        """Waits until at most so many questions are open."""
        while len(self.delivered) > most_open:
            self._change.clear()
            await self._change.wait()

    def check(self, asked: int) -> Figures:
        """How many of `asked` questions were never answered, answered again, or after a later one of their chat."""
        latest: dict[int, int] = {}
        disorder = 0
        for number in self.answered:
            disorder += number < latest.get(number % CHATS, -1)
            latest[number % CHATS] = number
        different = len(set(self.answered))
        return {"lost": asked - different, "twice": len(self.answered) - different, "disorder": disorder}

    async def start(self) -> None:
        """Nothing."""

    async def updates(self) -> AsyncIterator[Incoming]:
        """Every question that was asked."""
        while True:
            number = await self._due.get()
            chat = str(number % CHATS)
            yield Incoming(
                str(number),
                Address(self.name, chat),
                Sender(self.name, chat),
                system_clock(),
                self._questions[number % len(self._questions)],
            )

    async def send(self, address: Address, reply: Reply) -> Sent:  # noqa: ARG002
        """Posts."""
        self._posted[address.chat] = perf_counter()
        return Sent(("1",))

    async def show_typing(self, address: Address) -> None:
        """Nothing to see."""

    async def download(self, file: FileIn) -> bytes:
        """Nobody sends any."""
        raise NotImplementedError

    async def set_commands(self, commands: tuple[tuple[str, str], ...]) -> None:
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""


@asynccontextmanager
async def serving(app: App, crowd: Crowd) -> AsyncIterator[int | None]:
    """The service as `kehoach serve` builds it, warmed up by one question, its second process ready if it has one.

    Yields the number of that one.
    """
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "answers"))
    app.people.appoint(crowd.people())
    app.read_ahead()
    channel, texts, stop = PatientChannel(crowd), load_texts(), asyncio.Event()
    limit = RateLimit(app.clock, per_minute=MESSAGES)
    with second_process(app) as second:
        while second is not None and second.pid is None:
            await asyncio.sleep(0.1)
        handle = Dispatcher(app, app.people, texts, app.clock, [channel], limit).handle
        service = Service(
            [channel], Inbox(app.store, app.clock), crowd.watched(handle), command_menu(texts), texts=texts
        )
        running = asyncio.create_task(service.run(stop))
        crowd.ask()
        await crowd.until_answered()
        crowd.took.clear()
        crowd.answered.clear()
        yield None if second is None else second.pid
        stop.set()
        await running


async def crowd_at_once(app: App, crowd: Crowd) -> Figures:
    """Everybody asks in the same moment."""
    async with serving(app, crowd):
        for _ in range(CHATS):
            crowd.ask()
        await crowd.until_answered()
    return {"p50_s": _cut(crowd.took, 50), "p95_s": _cut(crowd.took, 95), **crowd.check(CHATS)}


async def stream(app: App, crowd: Crowd) -> Figures:
    """A steady flow."""
    async with serving(app, crowd):
        began = perf_counter()
        for number in range(PER_SECOND * SECONDS):
            await asyncio.sleep(began + number / PER_SECOND - perf_counter())
            crowd.ask()
        await crowd.until_answered()
    return {"p50_s": _cut(crowd.took, 50), "p95_s": _cut(crowd.took, 95), **crowd.check(PER_SECOND * SECONDS)}


async def memory(app: App, crowd: Crowd) -> Figures:
    """Many messages, as fast as they are answered."""
    async with serving(app, crowd) as second:
        began = perf_counter()
        settled = 0.0
        for number in range(MESSAGES):
            crowd.ask()
            await crowd.until_answered(CHATS)
            if number == SETTLED:
                settled = _peak() + _peak_of(second)
        await crowd.until_answered()
        peak, took = _peak() + _peak_of(second), perf_counter() - began
        second_mb = _peak_of(second)
    growth = (peak / settled - 1) * 100
    memory_mb = {"settled_mb": settled, "peak_mb": peak, "of_it_second_mb": second_mb, "growth_percent": growth}
    return memory_mb | {"messages_s": MESSAGES / took} | crowd.check(MESSAGES)


def _cut(times: list[float], percent: int) -> float:
    return quantiles(times, n=100, method="inclusive")[percent - 1]


def _peak() -> float:
    # Linux counts in kilobytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1_000_000


def main() -> None:
    """Measure and print."""
    what, home, questions = sys.argv[1:]
    lines = Path(questions).read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["q"] for line in lines if line.strip()]
    # With accents and without, so that two people seldom ask in the same words: those are answered once.
    asked += [fold(question) for question in asked]
    app = App(Settings(home=Path(home)), system_clock)
    measured = {"crowd": crowd_at_once, "stream": stream, "memory": memory}[what]
    figures = asyncio.run(measured(app, Crowd(asked)))
    app.close()
    sys.stdout.write(json.dumps(figures) + "\n")


def _peak_of(process: int | None) -> float:
    """Megabytes that another process has held at most, where the system tells."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / 1_000_000 for line in lines if line.startswith("VmHWM")), 0.0)


if __name__ == "__main__":
    main()
