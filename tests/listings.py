"""Lists asked for by program over the tasks that are loaded: `python -m tests.listings [--show]`.

Each question narrows the task table by an agency, a period, a topic and a paper, in a wording and a manner that the
seed chooses; what must be listed is counted here from the table, without the parts that answer.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from knowledge.agencies import Directory, load_directory
from knowledge.library import LivePlan, LiveTask
from knowledge.objects import horizon
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer, Status
from knowledge.qa.evaluation import DEFAULT_DAY
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.text import fold, syllables
from tests.paraphrase_wordings import TYPED, Manner, plan_names
from tests.reading import loaded
from tests.shared import SHARED

SEED, COUNT = 20261129, 300
MOST = 40
"""Tasks of one list: longer ones say little of a filter."""
WORDINGS: Mapping[str, Sequence[str]] = {
    "AP": (
        "{agency} chủ trì những việc nào trong {plan}",
        "trong {plan} {agency} đứng đầu các nhiệm vụ gì",
        "liệt kê nhiệm vụ {agency} chủ trì theo {plan}",
        "{plan} giao {agency} chủ trì mấy việc, kể ra",
    ),
    "AT": (
        "{agency} có việc gì phải xong {period}",
        "{period} {agency} đến hạn những nhiệm vụ nào",
        "các việc của {agency} hạn {period}",
        "cho em danh sách đầu việc {agency} phải hoàn thành {period}",
        "{agency} {period} phải làm gì",
    ),
    "PT": (
        "những việc nào của {plan} có hạn {period}",
        "{plan} {period} có bao nhiêu việc đến hạn",
        "{period} theo {plan} phải xong những gì",
        "theo {plan} thì {period} còn các nhiệm vụ gì phải hoàn thành",
    ),
    "PX": (
        "các nhiệm vụ về {topic} trong {plan}",
        "{plan} có những việc nào liên quan đến {topic}",
        "liệt kê các việc {topic} của {plan}",
        "trong {plan} có bao nhiêu nhiệm vụ về {topic}",
        "cho anh xin danh mục nhiệm vụ {topic} theo {plan} với",
    ),
    "AX": (
        "{agency} chủ trì những nhiệm vụ nào về {topic}",
        "các việc {topic} mà {agency} phải làm",
        "{agency} được giao mấy việc liên quan {topic}, gồm những việc gì",
        "kể tên các nhiệm vụ {topic} do {agency} chủ trì",
    ),
    "TX": (
        "những việc về {topic} có hạn {period}",
        "{period} có các nhiệm vụ {topic} nào đến hạn",
        "danh sách nhiệm vụ liên quan {topic} phải xong {period}",
    ),
    "APT": (
        "trong {plan}, {agency} phải xong việc gì {period}",
        "{agency} có những nhiệm vụ nào của {plan} đến hạn {period}",
    ),
    "CP": (
        "{agency} phối hợp những việc nào trong {plan}",
        "các nhiệm vụ {agency} chỉ phối hợp theo {plan}",
        "{plan} {agency} tham gia phối hợp bao nhiêu việc",
    ),
}
"""By what they narrow: an agency that leads (A) or helps (C), a paper (P), a time (T), a topic (X)."""
PERIODS = (
    ("quý 4", (10, 1), (12, 31)),
    ("trong quý 4/2026", (10, 1), (12, 31)),
    ("quý III năm 2026", (7, 1), (9, 30)),
    ("tháng 12", (12, 1), (12, 31)),
    ("trong tháng 11/2026", (11, 1), (11, 30)),
    ("6 tháng cuối năm 2026", (7, 1), (12, 31)),
    ("từ 1/10 đến 15/12/2026", (10, 1), (12, 15)),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A question; `must` are the tasks that have to be listed, `may` all that can be."""

    kind: str
    question: str
    must: frozenset[int]
    may: frozenset[int]


def listings(tasks: Sequence[LiveTask], directory: Directory, seed: int, count: int) -> list[Listing]:
    """At most `count` questions, of each kind about as many."""
    tasks = [task for task in tasks if not task.repealed]
    plans = list({task.plan.id: task.plan for task in tasks}.values())
    names = {plan.id: plan_names(plan, plans) for plan in plans}
    by_kind: dict[str, list[Listing]] = {kind: [] for kind in WORDINGS}
    rng = Random(seed)
    topics = {plan.id: _topics([t for t in tasks if t.plan.id == plan.id], directory) for plan in plans}
    for kind in WORDINGS:
        for _ in range(count * 20):
            if len(by_kind[kind]) * len(WORDINGS) >= count:
                break
            plan = rng.choice(plans)
            made = _made(kind, plan, tasks, names[plan.id], topics[plan.id], directory, rng)
            if made and made.question not in {each.question for each in by_kind[kind]}:
                by_kind[kind].append(made)
    return [each for group in by_kind.values() for each in group]


def _made(
    kind: str,
    plan: LivePlan,
    tasks: Sequence[LiveTask],
    names: Sequence[str],
    topics: Sequence[str],
    directory: Directory,
    rng: Random,
) -> Listing | None:
    pool = [task for task in tasks if "P" not in kind or task.plan.id == plan.id]
    own = [task for task in pool if task.plan.id == plan.id]
    values = {}
    must, may = {task.id for task in pool}, {task.id for task in pool}
    if "P" in kind:
        if not names:
            return None
        values["plan"] = rng.choice(names)
    role = "C" in kind
    if "A" in kind or role:
        agencies = Counter(name for task in own for name in _offices(task, directory, helping=role))
        known = [name for name, number in agencies.items() if number > 1]
        if not known:
            return None
        agency = values["agency"] = rng.choice(known)
        must &= {task.id for task in pool if agency in _offices(task, directory, helping=role)}
        may &= {task.id for task in pool if _concerns(task, agency, directory)}
    if "T" in kind:
        # A paper that is named with its year would give a bare month or quarter that year.
        said, first, last = rng.choice([each for each in PERIODS if "P" not in kind or "2026" in each[0]])
        values["period"] = said
        days = date(2026, *first), date(2026, *last)
        due = {task.id for task in pool if any(days[0] <= day <= days[1] for day in _days(task))}
        must &= due
        may &= due
    if "X" in kind:
        fitting = [topic for topic in topics if any(task.id in must and f" {topic} " in _told(task) for task in own)]
        if not fitting:
            return None
        topic = rng.choice(fitting)
        values["topic"] = _as_printed(topic, own)
        must &= {task.id for task in pool if f" {topic} " in _title(task)}
        may &= {task.id for task in pool if _half(topic, task)}
    if not 0 < len(must) <= MOST or ("X" in kind and len(must) < 2):
        return None
    plain = rng.choice(WORDINGS[kind]).format(**values)
    return Listing(kind, TYPED[rng.choice(list(Manner))](plain, rng), frozenset(must), frozenset(may))


def _days(task: LiveTask) -> Sequence[date]:
    return task.task.deadline.due_dates(horizon(DEFAULT_DAY))


def _offices(task: LiveTask, directory: Directory, *, helping: bool) -> set[str]:
    """The agencies, no groups, that lead or help by name."""
    found = set()
    for printed in task.task.coordinating if helping else task.task.lead:
        resolved = directory.resolve(printed)
        if resolved is not None and resolved.group is None:
            found |= {name for name in resolved.names if name.startswith(("Sở", "Văn phòng", "Công an"))}
    return found


def _concerns(task: LiveTask, agency: str, directory: Directory) -> bool:
    for printed in (*task.task.lead, *task.task.coordinating):
        resolved = directory.resolve(printed)
        if resolved is None:
            continue
        members = {m for name in resolved.names for m in directory.members(name, DEFAULT_DAY)}
        if agency in resolved.names or agency in members:
            return True
    return False


def _title(task: LiveTask) -> str:
    return f" {' '.join(syllables(' '.join((task.task.title, task.task.activity or ''))))} "


def _told(task: LiveTask) -> str:
    row = task.task
    return f" {' '.join(syllables(' '.join((row.section or '', row.title, row.activity or '', row.product or ''))))} "


def _half(topic: str, task: LiveTask) -> bool:
    said = set(topic.split())
    return len(said & set(_told(task).split())) * 2 >= len(said)


_EDGES = frozenset(
    syllables(
        "va cua cac nhung theo ve duoc tren cho voi tai trong co la de den tu thi so nam nay mot hoac bao dam khi"
        " truoc sau ngay thang quy tinh xa phuong cap muc viec nhiem vu thuc hien trien khai tiep tuc phoi hop"
        " ra do xay dung day manh tang cuong to chuc nang cao ban hanh chu tri phuc vu nham gan doi neu bang lam"
    )
)
"""A phrase that begins or ends with one of these is cut out of another, or says nothing by itself."""


def _topics(tasks: Sequence[LiveTask], directory: Directory) -> list[str]:
    """Phrases of 2 to 6 syllables that several titles hold, mostly between edges, without agencies."""
    seen: Counter[str] = Counter()
    apart: Counter[str] = Counter()
    for task in tasks:
        words = [
            "",
            *re.findall(r"[^\W_]+|[,;:.()–-]", fold(". ".join((task.task.title, task.task.activity or "")))),
            "",
        ]
        found: dict[str, bool] = {}
        for size in range(2, 7):
            for at in range(1, len(words) - size):
                phrase = words[at : at + size]
                if all(map(str.isalpha, phrase)) and not {phrase[0], phrase[-1]} & _EDGES:
                    edges = all(not w.isalpha() or w in _EDGES for w in (words[at - 1], words[at + size]))
                    found[" ".join(phrase)] = found.get(" ".join(phrase), False) or edges
        seen.update(found)
        apart.update(phrase for phrase, edges in found.items() if edges)
    kept = (phrase for phrase, number in seen.items() if 2 <= number <= 8 and apart[phrase] >= LEAST_APART * number)
    return sorted(phrase for phrase in kept if not directory.find(phrase))


LEAST_APART = 0.6
"""Share of the titles in which a phrase stands between edges, and is no piece of another."""


def _as_printed(topic: str, tasks: Iterable[LiveTask]) -> str:
    """With the accents of the first title that holds it."""
    number = len(topic.split())
    for task in tasks:
        printed = re.findall(r"[^\W_]+", f"{task.task.title} {task.task.activity or ''}")
        for at in range(len(printed) - number + 1):
            if fold(" ".join(printed[at : at + number])) == topic:
                return " ".join(printed[at : at + number]).lower()
    return topic


def fault(asked: Listing, answer: Answer) -> str | None:
    """What is wrong with a list; None where it is right."""
    if answer.status is not Status.ANSWERED:
        return answer.status.value
    told = {task.id for task in answer.tasks}
    if asked.must - told:
        return "thiếu"
    return "thừa" if told - asked.may else None


def figures(asked: Sequence[Listing], faults: Sequence[str | None]) -> Iterator[str]:
    """Lines: right of all, and by kind with what was wrong."""
    yield f"Danh sách đặt bằng chương trình: đúng {sum(f is None for f in faults)}/{len(asked)}"
    for kind in WORDINGS:
        part = [f for each, f in zip(asked, faults, strict=True) if each.kind == kind]
        wrong = Counter(f for f in part if f)
        yield f"   {kind:<4} {sum(f is None for f in part)}/{len(part)}  {dict(wrong)}"


def main(arguments: Collection[str]) -> int:
    """Prints the figures; 1 where the papers are missing."""
    if SHARED is None:
        sys.stdout.write("Không có dữ liệu nghiệm thu bên cạnh mã nguồn.\n")
        return 1
    papers = [path for name in ("hung-yen", "others") for path in sorted((SHARED / "plans" / name).glob("*.txt"))]
    directory = load_directory()
    with loaded(papers, directory) as library:
        assistant = Assistant(library, directory, load_lexicon())
        asked = listings(library.tasks(), directory, SEED, COUNT)
        answers = [assistant.ask(each.question, as_of=DEFAULT_DAY) for each in asked]
    faults = [fault(each, answer) for each, answer in zip(asked, answers, strict=True)]
    lines = list(figures(asked, faults))
    for each, answer, wrong in zip(asked, answers, faults, strict=True) if "--show" in arguments else ():
        if wrong:
            told = {task.id for task in answer.tasks}
            lines += [f"✗ {wrong} {each.kind}: {each.question}", f"    | {answer.text[:200]!r} {answer.understood}"]
            lines += [f"    thiếu {sorted(each.must - told)[:5]} thừa {sorted(told - each.may)[:5]}"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
