"""Time of an answer over 1,000 to 1,000,000 passages, how fast they are loaded, memory, recall of the Chroma index.

Beside the time that passes stands that of the processor in the asking process, which other programs on the machine
change less; what the servers compute is not in it.

    python -m tests.bench.scale [--database sqlite|postgresql|URL] [--chroma folder|server|URL] [PASSAGES...]

`postgresql` and `server` start servers of their own, with the settings that they come with, and take them down;
an address means a server that is there, its database empty. Questions are asked by a process of its own, so that
its memory is its own. The stores are made by varying the bundled samples: a third of the words of a clause or row
become other words of Vietnamese form, drawn with the uneven frequency of words in real text, so vocabulary grows as
it does in an archive, and some clauses stay as they are, as administrations repeat themselves.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate, islice
from os import getloadavg
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

from bot.app import settle_memory
from bot.clock import HANOI
from ingest.load import read_plan
from ingest.samples import sample_files
from knowledge.agencies import Directory, load_directory
from knowledge.deadlines import parse_deadline
from knowledge.qa.asking import AskingOptions, Assistant
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.records import Deadline, Passage, PlanDraft, PlanMetadata, Task
from knowledge.store.database import Store, open_store, passages_generation
from knowledge.store.derived import live_embedder, load_vectors, open_index, refresh_index, refresh_vectors
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate_many, save_drafts
from knowledge.text import fold
from knowledge.vectors import NEAREST
from tests.databases import POSTGRESQL, SQLITE, running_server
from tests.servers.chroma import running_chroma

SIZES = (1_000, 10_000, 100_000)
PER_PLAN = 200
TASKS_PER_PLAN = 20
"""One passage in ten is a task's row."""
QUESTIONS = 240
WARM_UP = 30
PLANS_AT_ONCE = 50
IN_FOLDER, OF_OWN = "folder", "server"
"""Where the Chroma index stands."""
NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)
TODAY = NOW.date()

_T = TypeVar("_T")

_KEPT = 0.08
"""Share of clauses that are repeated word for word."""
_SWAPPED = 0.35
_PAIR = re.compile(r"\b[a-zà-ỹđ]{2,} [a-zà-ỹđ]{2,}\b")
_INITIALS = "b c ch d đ g gi h kh l m n ng nh ph qu r s t th tr v x"
_RIMES = (
    "a á à ả ã ạ an án àn ạn anh ánh ành ạnh ang áng àng ạng ao áo ào ạo âm ấm ầm ậm ân ấn ần ận ê ế ề ệ ên ến ền "
    "i í ì ị iên iến iền iện inh ính ình ịnh o ó ò ọ oan oán oàn oạn ô ố ồ ộ ông ống ồng ộng ơ ớ ờ ợ ơn ớn ờn ợn "
    "u ú ù ụ ung úng ùng ụng ư ứ ừ ự ương ướng ường ượng ươi ưới ười ưu ựu êu iêu yên"
)


@dataclass(frozen=True)
class Words:
    """Made-up words of two syllables, the frequent ones first."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def draw(self, chance: random.Random) -> str:
        """One of them, by Zipf's law."""
        return chance.choices(self.words, cum_weights=self.weights)[0]


def make_words(count: int = 12_000) -> Words:
    """The vocabulary, the same each time."""
    chance = random.Random(7)
    syllables = [initial + rime for initial in _INITIALS.split() for rime in _RIMES.split()]
    chance.shuffle(syllables)
    spread = list(accumulate(1 / (rank + 20) for rank in range(len(syllables))))
    words = tuple(" ".join(chance.choices(syllables, cum_weights=spread, k=2)) for _ in range(count))
    return Words(words, tuple(accumulate(1 / (rank + 10) for rank in range(count))))


def make_drafts(passages: int, directory: Directory) -> Iterator[PlanDraft]:
    """So many passages in plans of `PER_PLAN`, of which `TASKS_PER_PLAN` are tasks."""
    samples = [read_plan(path, directory) for path in sample_files()]
    tasks = [(draft.tasks[p.task], p) for draft in samples for p in draft.passages if p.task is not None]
    clauses = [p for draft in samples for p in draft.passages if p.task is None]
    titles = [draft.metadata.title or "" for draft in samples]
    words = make_words()
    for number in range(passages // PER_PLAN):
        yield _draft(number, random.Random(number), words, tasks, clauses, titles)


def _draft(
    number: int,
    chance: random.Random,
    words: Words,
    tasks: Sequence[tuple[Task, Passage]],
    clauses: Sequence[Passage],
    titles: Sequence[str],
) -> PlanDraft:
    year = 2015 + number % 12
    title = re.sub(r"20\d\d", str(year), _varied(chance.choice(titles), chance, words))
    metadata = PlanMetadata(
        f"{number + 1}/KH-UBND", date(year, 1, 10), "UBND tỉnh Phú Giang", "Kế hoạch", title, None, (year,)
    )
    rows: list[Task] = []
    passages: list[Passage] = []
    for _ in range(TASKS_PER_PLAN):
        task, passage = vary_task(chance, words, tasks, year)
        passages.append(replace(passage, task=len(rows)))
        rows.append(task)
    for _ in range(PER_PLAN - TASKS_PER_PLAN):
        passage = chance.choice(clauses)
        text = passage.text if chance.random() < _KEPT else _varied(passage.text, chance, words)
        passages.append(replace(passage, text=text, source=replace(passage.source, quote=text)))
    return PlanDraft(f"{number + 1}.docx", f"{number:064d}", metadata, tuple(rows), tuple(passages))


def vary_task(
    chance: random.Random, words: Words, tasks: Sequence[tuple[Task, Passage]], year: int
) -> tuple[Task, Passage]:
    """One of the tasks with its passage, in other words and of that year."""
    task, passage = chance.choice(tasks)
    title = _varied(task.title, chance, words)
    product = _varied(task.product, chance, words) if task.product else None
    deadline = _deadline(re.sub(r"20\d\d", str(year), task.deadline.phrase), year)
    text = ". ".join(filter(None, (title, task.activity, product, *task.lead, *task.coordinating, deadline.phrase)))
    source = replace(task.source, quote=text)
    return (
        replace(task, title=title, product=product, deadline=deadline, source=source),
        replace(passage, text=text, source=source),
    )


@lru_cache(maxsize=10_000)
def _deadline(phrase: str, year: int) -> Deadline:
    return parse_deadline(phrase, plan_year=year, issued=date(year, 1, 10))


def _varied(text: str, chance: random.Random, words: Words) -> str:
    return _PAIR.sub(lambda match: words.draw(chance) if chance.random() < _SWAPPED else match[0], text)


def make_questions(library: SqlLibrary, count: int = QUESTIONS) -> list[str]:
    """Questions of every kind about what is loaded, a third typed without accents, some about nothing there."""
    chance = random.Random(5)
    plans = library.plans()
    chosen = chance.sample(list(plans), min(len(plans), 40))
    tasks = [task for plan in chosen for task in library.tasks([plan.id])]
    clauses = [p for plan in chosen for p in library.passages([plan.id]) if p.task_id is None]
    offices = ("Sở Nội vụ", "Sở Tài chính", "Sở Khoa học và Công nghệ", "Văn phòng UBND tỉnh", "Sở Y tế")
    made: list[str] = []
    while len(made) < count:
        task, clause, plan = chance.choice(tasks), chance.choice(clauses), chance.choice(chosen)
        title, office, year = task.task.title, chance.choice(offices), plan.metadata.plan_year
        words = clause.passage.text.split()
        start = chance.randrange(max(1, len(words) - 9))
        piece = " ".join(words[start : start + 9])
        question = chance.choice(
            (
                f"Ai chủ trì {title}?",
                f"Cơ quan nào chủ trì {title} và hạn đến khi nào?",
                f"Hạn hoàn thành {title} là khi nào?",
                f"Dạ cho em hỏi đơn vị nào phối hợp {title} trong {plan.name} ạ?",
                f"Sản phẩm của nhiệm vụ {title} là gì?",
                f"{piece} giao cho ai?",
                f"{piece} đạt bao nhiêu phần trăm?",
                f"{office} có trách nhiệm gì trong kế hoạch {plan.name}?",
                f"{office} chủ trì những nhiệm vụ nào trong kế hoạch năm {year}?",
                f"Quý III/{year} {office} có việc nào đến hạn?",
                f"So sánh {piece} giữa năm {year} và năm {year - 1 if year else 2020}",
                f"Kế hoạch {plan.name} do ai ký, ban hành ngày nào?",
                "Ai chủ trì việc phóng tàu thăm dò sao Hỏa của tỉnh?",
                "Thủ tục đăng ký kết hôn cần giấy tờ gì?",
            )
        )
        made.append(fold(question) if chance.random() < 1 / 3 else question)
    return made


def fill(store: Store, passages: int, directory: Directory) -> str:
    """Load and switch on a store of that size, as fast as it goes; what each step made of it a second."""
    stored = 0.0
    drafts = make_drafts(passages, directory)
    while part := list(islice(drafts, PLANS_AT_ONCE)):
        started = perf_counter()
        _load(store, part)
        stored += perf_counter() - started
    _, encoded = _timed(lambda: refresh_vectors(store))
    current, indexed = _timed(lambda: refresh_index(store))
    rates = " / ".join(f"{passages / seconds:,.0f}" for seconds in (stored, encoded, indexed))
    return f"nạp {rates} đoạn/giây{'' if current else ' (không có chỉ mục)'}"


def _timed(work: Callable[[], _T]) -> tuple[_T, float]:
    started = perf_counter()
    done = work()
    return done, perf_counter() - started


def _load(store: Store, drafts: Sequence[PlanDraft]) -> None:
    if drafts:
        saved = save_drafts(store, drafts, now=NOW)
        activate_many(store, [each.plan_id for each in saved], now=NOW)


def peak_memory() -> int:
    """Megabytes that this program took at most (a child's `getrusage` would count its parent's as well)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024


def measure(folder: Path, database: str | None, chroma: str | None) -> str:
    """Ask over the store in `folder`; one printed line."""
    started = perf_counter()
    with open_store(database, data=folder, chroma_url=chroma) as store:
        library = SqlLibrary(store)
        library.open_index()  # as `kehoach serve` does
        # Questions are asked twice, and are to be answered twice.
        assistant = Assistant(library, load_directory(), load_lexicon(), AskingOptions(steps_kept=0))
        assistant.ask("Ai chủ trì rà soát thủ tục hành chính?", as_of=TODAY)
        settle_memory()  # as `kehoach serve` does
        first = perf_counter() - started
        questions = make_questions(library)
        for question in questions[:WARM_UP]:
            assistant.ask(question, as_of=TODAY)
        times, computed = [], []
        for question in questions:
            before = process_time()
            times.append(assistant.ask(question, as_of=TODAY).elapsed_ms)
            computed.append(1000 * (process_time() - before))
        memory = peak_memory()
        index = measure_index(store, questions)
        library.close()
    asked = f"{_told(times)}  chậm nhất {max(times):5.0f} ms  bộ xử lý {_told(computed)}"
    load = f"tải {getloadavg()[0]:.1f}"
    return f"{asked}  câu đầu tiên {first:5.1f} s  bộ nhớ {memory:4} MB  {load}  {index}"


def _told(times: Sequence[float]) -> str:
    """Half of them are below the one, 95 % below the other."""
    ordered = sorted(times)
    return f"p50 {ordered[len(ordered) // 2]:5.1f} ms  p95 {ordered[int(len(ordered) * 0.95)]:5.1f} ms"


def measure_index(store: Store, questions: Sequence[str]) -> str:
    """What the Chroma index finds of the nearest that the product over the vectors finds, and in what time."""
    index = open_index(store)
    if index is None:
        return ""
    with closing(index), store.read() as session:
        embedder = live_embedder(session, store)
        assert embedder is not None
        if not index.is_current(passages_generation(session), embedder.id):
            return "không có chỉ mục Chroma"
        exact = load_vectors(session, embedder.id)
        shares, times = [], []
        for query in map(embedder.encode_question, questions):
            started = perf_counter()
            found = index.search(query, NEAREST, generation=exact.generation, model=exact.model)
            times.append(1000 * (perf_counter() - started))
            shares.append(exact.recall(query, found or (), NEAREST))
    return f"Chroma: {100 * sum(shares) / len(shares):.1f} % của {NEAREST} đoạn gần nhất, {median(times):.1f} ms"


def main(arguments: Sequence[str] = ()) -> None:
    """Print one line a size."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale")
    parser.add_argument("passages", nargs="*", type=int, default=SIZES)
    parser.add_argument("--database", default=SQLITE)
    parser.add_argument("--chroma", default=IN_FOLDER)
    parser.add_argument("--measure", type=Path, help="a folder that is filled already")
    wanted = parser.parse_args(arguments)
    if wanted.measure:
        addresses = (None if each in (SQLITE, IN_FOLDER) else each for each in (wanted.database, wanted.chroma))
        _say(measure(wanted.measure, *addresses))
        return
    for size in wanted.passages:
        _say(f"{size:9,} đoạn văn: {_of_size(size, wanted.database, wanted.chroma)}")


def _of_size(passages: int, database: str, chroma: str) -> str:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if database == POSTGRESQL:
            database = stack.enter_context(running_server("", folder)).empty("bench")
        if chroma == OF_OWN:
            chroma = stack.enter_context(running_chroma(folder / "chroma"))
        url, server = (None if each in (SQLITE, IN_FOLDER) else each for each in (database, chroma))
        with open_store(url, data=folder / "data", chroma_url=server) as store:
            loaded = fill(store, passages, load_directory())
        command = [sys.executable, "-m", "tests.bench.scale", "--measure", str(folder / "data")]
        command += ["--database", database, "--chroma", chroma]
        asked = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return f"{asked}  {loaded}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
