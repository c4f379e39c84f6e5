"""`make bench`: one table, then many chats at once, the times at scale, and reminders planned and delivered.

Takes some twenty minutes on two cores, of which 20,000 messages take three to five.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from ingest.isolation.reader import IsolatedReader
from tests.bench import console, reminders, reminders_plan, scale
from tests.bench.papers import make_papers
from tests.killers import duties
from tests.shared import SHARED

SIZES = (1, 10, 100)
COLD_STARTS = 3
ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "tests" / "samples" / "questions.jsonl"
COLD_QUESTION = "Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh, hạn khi nào?"

Figures = dict[str, float]

ROWS: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("papers", lambda f: f"{f['papers']:,.0f}"),
    ("tasks", lambda f: f"{f['tasks']:,.0f}"),
    ("passages", lambda f: f"{f['passages']:,.0f}"),
    ("text pages", lambda f: f"{f['text_pages']:,.0f}"),
    ("text pages read a second", lambda f: f"{f['text_read_s']:,.0f}"),
    ("text pages loaded a second", lambda f: f"{f['text_pages_s']:,.0f}"),
    ("passages stored a second", lambda f: f"{f['passages_s']:,.0f}"),
    ("whole load, s", lambda f: f"{f['load_s']:,.1f}"),
    ("  of it vector index, s", lambda f: f"{f['index_s']:,.1f}"),
    ("peak memory while loading, MB", lambda f: f"{f['load_mb']:,.0f}"),
    ("kehoach ask from a cold start, s", lambda f: f"{f['cold_s']:,.2f}"),
    ("questions asked warm", lambda f: f"{f['questions']:,.0f}"),
    ("warm answer p50, ms", lambda f: f"{f['p50_ms']:,.1f}"),
    ("warm answer p95, ms", lambda f: f"{f['p95_ms']:,.1f}"),
    ("slowest warm answer, ms", lambda f: f"{f['max_ms']:,.1f}"),
    ("peak memory while asking, MB", lambda f: f"{f['ask_mb']:,.0f}"),
    ("data folder, MB", lambda f: f"{f['disk_mb']:,.1f}"),
    ("data folder, bytes a passage", lambda f: f"{f['disk_mb'] * 1e6 / f['passages']:,.0f}"),
)

CHATS = ("crowd", "stream", "memory")
CHAT_NOTES = """
Chats at once (tests/bench/chats.py), from delivery to posted answer but for the platform. crowd: 200 chats ask in the
same moment; stream: 20 questions a second for a minute; memory: 20,000 messages, settled after the first 2,000.
Lost: never answered; twice: answered again; disorder: after a later question of the same chat.
"""
NOTES = """
Units that any machine can be held to: a text page is 2,500 characters of a .txt or .md file; a passage is one
clause or one table row; MB is 1,000,000 bytes; memory is the peak resident size of a process of its own.
Times are of this machine, other programs on it included. "Read" is from the file to the draft, "loaded" from the
file to the live version; the vector index, which only speeds up search and is made after, is in the whole load.
A cold start is the whole command: start, question, end.
"""


def measure(folder: Path, questions: Path, home: Path) -> Figures:
    """All figures of one folder of papers."""
    loaded = _child("load", home, folder)
    cold = median(_cold_start(home) for _ in range(COLD_STARTS))
    asked = _child("ask", home, questions)
    disk = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    figures = {**loaded, **asked, "load_mb": loaded["peak_mb"], "ask_mb": asked["peak_mb"]}
    return {**figures, "cold_s": cold, "disk_mb": disk / 1_000_000}


def _child(what: str, home: Path, other: Path) -> Figures:
    done = _run(["tests.bench.measure", what, str(home), str(other)], home)
    figures: Figures = json.loads(done.splitlines()[-1])
    return figures


def _cold_start(home: Path) -> float:
    started = perf_counter()
    _run(["bot", "ask", COLD_QUESTION], home)
    return perf_counter() - started


def _run(module: list[str], home: Path) -> str:
    environment = {**os.environ, "KEHOACH_HOME": str(home), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", *module]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def print_chats(name: str, questions: Path, home: Path) -> None:
    """What many people at once cost on loaded plans: one line for each kind of many."""
    for what in CHATS:
        done = _run(["tests.bench.chats", what, str(home), str(questions)], home)
        figures: Figures = json.loads(done.splitlines()[-1])
        _say(f"{name}, {what}: " + ", ".join(f"{key} {value:,.4g}" for key, value in figures.items()))


def print_duties(folder: Path) -> None:
    """What one paper of 8,000 duties costs, read in a process of its own as every paper is."""
    duties(path := folder / "duties.txt")
    started, before = perf_counter(), _computed()
    with IsolatedReader(folder / "reading", lambda: datetime.now(UTC)) as reader:
        found = len(reader.read(path).tasks)
    _say(f"{found:,} duties of one paper read: {perf_counter() - started:.1f} s, {_computed() - before:.1f} s of CPU")


def _computed() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def print_table(columns: dict[str, Figures]) -> None:
    """One line a figure, one column a size."""
    width = max(len(name) for name, _ in ROWS)
    _say(" " * width + "".join(f"{name:>16}" for name in columns))
    for name, shown in ROWS:
        _say(f"{name:<{width}}" + "".join(f"{shown(figures):>16}" for figures in columns.values()))


def main() -> None:
    """Measures the samples at every size, and the real plans where they are there."""
    columns: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as name:
        for size in SIZES:
            folder = Path(name) / f"{size}"
            make_papers(folder / "papers", size)
            columns[f"samples x{size}"] = measure(folder / "papers", QUESTIONS, folder / "data")
        if SHARED is not None:
            real = SHARED / "plans" / "hung-yen"
            columns["real plans"] = measure(real, SHARED / "eval" / "questions.jsonl", Path(name) / "real")
        print_table(columns)
        print_duties(Path(name))
        _say(NOTES)
        _say(CHAT_NOTES)
        if SHARED is None:
            print_chats("samples", QUESTIONS, Path(name) / f"{SIZES[0]}" / "data")
        else:
            print_chats("real plans", SHARED / "eval" / "questions.jsonl", Path(name) / "real")
    _say("Varied samples, answers over 1,000 to 100,000 passages:")
    scale.main()
    _say("The same on a PostgreSQL and a Chroma server:")
    scale.main(["--database", "postgresql", "--chroma", "server", "1000", "10000"])
    _say("Pages and corrections of the console over 10,000 tasks:")
    console.main()
    _say("Planning of 100,000 occurrences for 2,000 people:")
    reminders_plan.main()
    _say("Due reminders delivered against a server that enforces 30 a second:")
    reminders.main(["deliver", str(reminders.IN_BENCH)])


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
