"""Delivering 10,000 due reminders to 2,000 people against a server that enforces Telegram's limits.

python -m tests.bench.reminders deliver [MESSAGES]     10,000 take six minutes; `make bench` sends 2,000

The server is a process of its own, so the share of a core is the sender's alone. Everybody is due one
message an hour of a made-up morning; the hour strikes when the last one of the hour before has gone. Prints a
JSON object: messages a second, share of a core, rows not sent, messages posted twice.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import func, insert, select

from bot.channels.contract import Address, ChannelName, Reply, Sent
from bot.channels.telegram import TelegramChannel
from bot.clock import system_clock
from bot.notify.delivery import Deliverer
from knowledge.agencies import load_directory
from knowledge.store.database import open_store
from knowledge.store.models import MemberChannelRow, MemberRoleRow, MemberRow, OutboxRow
from knowledge.store.versions import activate_many, save_drafts
from tests.bot.notify.delivering import DUE, MORNING, Office
from tests.servers.telegram_server import TOKEN, telegram_server

PEOPLE = 2_000
AGENCIES = 40
MESSAGES = 10_000
IN_BENCH = 2_000
"""Seventy seconds."""
_FIRST = 1_000

Figures = dict[str, float]


def make_office(home: Path, rounds: int, people: int) -> Office:
    """Sample plans, people in 40 agencies, and one message an hour for each person."""
    from ingest.load import read_plan  # a second to import
    from ingest.samples import sample_files

    directory = load_directory()
    with open_store(data=home) as store:
        saved = save_drafts(store, [read_plan(path, directory) for path in sample_files()], now=MORNING)
        activate_many(store, [each.plan_id for each in saved], now=MORNING)
    office = Office(home)
    agencies = [f"Đơn vị {number}" for number in range(AGENCIES)]
    due = {
        (agency, number): office.add_occurrence(agency=agency, task=number % len(office.tasks))
        for agency in agencies
        for number in range(rounds)
    }
    members = [(number, agencies[number % AGENCIES]) for number in range(1, people + 1)]
    since = MORNING - timedelta(days=300)
    with office.store.write() as session:
        session.execute(
            insert(MemberRow),
            [{"id": n, "name": f"Người {n}", "agency": a, "active": True, "since": since} for n, a in members],
        )
        session.execute(insert(MemberRoleRow), [{"member_id": n, "role": "owner"} for n, _ in members])
        session.execute(
            insert(MemberChannelRow),
            [
                {"channel": ChannelName.TELEGRAM.value, "sender": str(_FIRST + n), "member_id": n, "joined_at": since}
                for n, _ in members
            ],
        )
        rows = [
            {
                "recipient": f"member:{n}", "occurrence": due[agency, hour], "name": "lead:7", "kind": "lead",
                "agency": agency, "due_on": DUE, "send_at": MORNING + timedelta(hours=hour), "state": "waiting",
                "attempts": 0, "made_at": MORNING,
            }
            for hour in range(rounds)
            for n, agency in members
        ]  # fmt: skip
        session.execute(insert(OutboxRow), rows)
    return office


def serve(pipe: Connection, people: int) -> None:
    """The server's process: tells where it is, and at the end what was posted and how often it refused."""
    with telegram_server(limits=True) as server:
        for chat in range(_FIRST + 1, _FIRST + people + 1):
            server.chats[chat]
        pipe.send(server.url)
        pipe.recv()
        posted = Counter((chat, message.text) for chat, found in server.chats.items() for message in found)
        calls = len(server.called("sendMessage"))
        pipe.send((sum(posted.values()), sum(count - 1 for count in posted.values()), calls - sum(posted.values())))


def deliver(messages: int = MESSAGES) -> Figures:
    """All of it, measured from the first claim to the last mark; whole hours of so many people."""
    people = min(PEOPLE, messages)
    rounds = messages // people
    messages = rounds * people
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, people))
    process.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            office = make_office(Path(folder), rounds, people)
            took, cpu = asyncio.run(_run(office, ours.recv(), rounds, people))
            with office.store.read() as session:
                sent = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == "sent")
                lost = messages - (session.scalar(sent) or 0)
            office.close()
        ours.send("done")
        posted, twice, refused = ours.recv()
    finally:
        process.join(10)
        process.kill()
    return {
        "messages": posted, "seconds": took, "a_second": posted / took, "core_share": cpu / took,
        "lost": lost, "twice": twice, "refused": refused,
    }  # fmt: skip


async def _run(office: Office, url: str, rounds: int, people: int) -> tuple[float, float]:
    hours, stop, done = 0, asyncio.Event(), 0

    class Counting(TelegramChannel):
        """Strikes the hour when everybody has been written to."""

        async def send(self, address: Address, reply: Reply) -> Sent:
            nonlocal hours, done
            sent = await super().send(address, reply)
            done += 1
            if done % people == 0:
                hours = done // people
                if hours == rounds:
                    stop.set()
            return sent

    channel = Counting(TOKEN, url, system_clock)
    began, cpu = perf_counter(), process_time()
    worker = Deliverer(
        office.store, office.library, office.directory, office.texts, [channel],
        lambda: MORNING + timedelta(hours=hours, seconds=perf_counter() - began),
    )  # fmt: skip
    await worker.run(stop)
    took, used = perf_counter() - began, process_time() - cpu
    await channel.close()
    return took, used


def main(arguments: list[str] | None = None) -> None:
    """Measures and prints."""
    what, *more = arguments or sys.argv[1:]
    measured: Callable[..., Figures] = {"deliver": deliver}[what]
    figures = measured(*map(int, more))
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
