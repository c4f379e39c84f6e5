"""The words of progress: how many stand where, then what is late, open or done, by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.library import LivePlan, LiveTask
from knowledge.progress import Standing, State, TaskProgress, told_boxes, told_share
from knowledge.qa.compose.answer import Answer, Status, task_source
from knowledge.text import cut, fold, squeeze
from knowledge.wording import day, ended, join_names, short_label, source_line, task_name, told_beside, told_due

MOST_NAMED = 4
"""Agencies named in a row of a list; of more their number is told."""
_MOST_PARTS = 3
"""Days and standings told of one task in a list; of more the first is told and how many there are."""
_TITLE, _MAX_SOURCES = 110, 50
MOST_SHOWN = 5
"""Agencies told beside the one with the most, to see by how much."""
_BY_PAPER = "Chưa ai báo kết quả trong trò chuyện; theo thời hạn trong văn bản"


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer about many tasks is made of.

    Attributes:
        entries: of the question, by day: what is asked for and what is not.
        over: those of plans whose year is over, told apart.
        scope: the filters in words: " của Sở Y tế có hạn từ ... đến ...".
        tasks: the live ones of `entries`, by id.
    """

    entries: Sequence[TaskProgress]
    over: Sequence[TaskProgress]
    scope: str
    as_of: date
    tasks: Mapping[int, LiveTask]
    plans: Mapping[int, LivePlan]

    @property
    def asked(self) -> list[TaskProgress]:
        """What counts: agencies are asked for it."""
        return [each for each in self.entries if each.asked]

    @property
    def unasked(self) -> list[TaskProgress]:
        """What is past by the paper's date alone."""
        return [e for e in self.entries if not e.asked and not e.is_done and e.due_on < self.as_of]

    @property
    def since(self) -> str:
        """How the tracking is named."""
        return f"Theo theo dõi đến {day(self.as_of)}"


def nothing_tracked(scope: str, where: str) -> Answer:
    """Nothing with a day is owed by those who were asked about."""
    return Answer(
        Status.NOT_FOUND, f"{where or 'Các văn bản đã nạp'} không có việc nào có thời hạn theo ngày{scope}."
    )


def late_answer(told: Told) -> Answer:
    """What is late, then what was past before anybody was asked; the nearest day ahead where nothing is late."""
    late = [each for each in told.asked if each.standing is Standing.LATE]
    if not told.asked:
        return _by_papers(told)
    if late:
        head = f"{told.since}, có {len(late)} việc quá hạn{told.scope}{_apart(late)}"
    else:
        head = f"{told.since}, không có việc nào quá hạn{told.scope}"
    notes = [*_nobody(told), *([] if late else _nearest(told)), *_over(told, "quá hạn")]
    return _listed(told, head, late, notes, told.unasked)


def open_answer(told: Told) -> Answer:
    """What is not done, by day."""
    left = [each for each in told.asked if not each.is_done]
    if not told.asked:
        return _by_papers(told)
    of = f" trong {len(told.asked)} việc có thời hạn"
    many = f"còn {len(left)} việc chưa xong" if left else "không còn việc nào chưa xong"
    late = sum(each.standing is Standing.LATE for each in left)
    head = f"{told.since}, {many}{told.scope}{of}{f', {late} việc đã quá hạn' if late else ''}{_apart(left)}"
    return _listed(told, head, left, [*_nobody(told), *_over(told, "chưa xong")], told.unasked)


def done_answer(told: Told) -> Answer:
    """What was reported as done, the first first."""
    done = [each for each in told.entries if each.is_done]
    done.sort(key=lambda each: (each.done_on or each.due_on, each.due_on))
    if not done and not told.asked:
        return _by_papers(told)
    total = sum(each.asked or each.is_done for each in told.entries)
    late = sum(each.standing is Standing.DONE_LATE for each in done)
    head = f"{told.since}, {f'{len(done)} việc' if done else 'chưa có việc nào'} đã báo xong{told.scope}"
    head += f" trong {total} việc có thời hạn"
    head += f" (đúng hạn {len(done) - late}, quá hạn {late}){_apart(done)}" if done else ""
    return _listed(told, head, done, [])


def share_answer(told: Told) -> Answer:
    """How many stand where, with the share that is done; what is late is listed."""
    counts = Counter(each.standing for each in told.asked)
    total, late = counts.total(), [each for each in told.asked if each.standing is Standing.LATE]
    if not total:
        return _by_papers(told)
    head = f"{told.since}, {total} việc có thời hạn{told.scope}: {told_boxes(counts)}; {told_share(counts)}"
    notes = [*_nobody(told), *_over(told, "chưa xong")]
    if told.unasked:
        notes.insert(0, f"{len(told.unasked)} việc đã qua thời hạn từ trước khi được theo dõi, không tính ở trên.")
    return _listed(told, head, late, notes)


def offices_answer(told: Told, chosen: Sequence[TaskProgress], what: str, *, most: bool, reported: bool) -> Answer:
    """The agencies of `chosen` by name; those with most first, and only the first ones, where the most are asked for.

    Args:
        what: what stands so: "việc quá hạn", "việc chưa báo kết quả".
        reported: whether to say how many have reported.
    """
    found: dict[str, list[TaskProgress]] = {}
    for each in chosen:
        found.setdefault(each.agency or "(chưa rõ cơ quan)", []).append(each)
    order = sorted(found.items(), key=lambda item: (-len(item[1]), item[1][0].due_on, item[0]))
    since = told.since if any(each.asked for each in chosen) or told.asked else _BY_PAPER
    finished = len({each.agency for each in told.entries if each.is_done} - {each.agency for each in chosen})
    if not order:
        head = f"{since}, không có cơ quan nào có {what}{told.scope}."
        return Answer(Status.ANSWERED, "\n".join([head, *_nobody(told), *_nearest(told)]))
    first = join_names(name for name, entries in order if len(entries) == len(order[0][1]))
    told_first = f"{first} có nhiều {what} nhất{told.scope}"
    lines = [f"{since}, {told_first if most else f'{len(order)} cơ quan có {what}{told.scope}'}:"]
    shown_offices = order[:MOST_SHOWN] if most else sorted(order, key=lambda item: fold(item[0]))
    lines += [f"{at}. {name}: {_office(entries, told)}" for at, (name, entries) in enumerate(shown_offices, 1)]
    if finished and reported:
        lines.append(f"Đã báo xong: {finished} cơ quan.")
    tasks = _tasks(chosen, told)
    if len(tasks) == 1:
        lines.append(ended(f"Nhiệm vụ: {task_name(tasks[0])}"))
        lines.append(source_line(tasks[0].plan, tasks[0].task.source, tasks[0].task.number))
    else:
        lines.append(f"Nguồn: {'; '.join(dict.fromkeys(short_label(task.plan) for task in tasks))}.")
    lines += [*_nobody(told), *_over(told, "chưa xong")]
    shown = tuple(tasks) if len(tasks) == 1 else ()
    return Answer(Status.ANSWERED, "\n".join(lines), shown, tuple(map(task_source, tasks[:_MAX_SOURCES])))


def shares_answer(told: Told, *, most: bool) -> Answer:
    """How many of each agency's tasks are done and late, by name; those with most late ones first where asked so."""
    found: dict[str, Counter[Standing]] = {}
    for each in told.asked:
        found.setdefault(each.agency or "(chưa rõ cơ quan)", Counter())[each.standing] += 1
    if not found:
        return _by_papers(told)
    lines = [f"{told.since}, {len(found)} cơ quan có việc{told.scope}:"]
    order = sorted(found.items(), key=lambda item: fold(item[0]))
    if most:
        order.sort(key=lambda item: (-item[1][Standing.LATE], -item[1].total()))
    for at, (name, counts) in enumerate(order, 1):
        lines.append(f"{at}. {name}: {counts.total()} việc: {told_boxes(counts)}")
    return Answer(Status.ANSWERED, "\n".join([*lines, *_nobody(told), *_over(told, "chưa xong")]))


def state_answer(task: LiveTask, entries: Sequence[TaskProgress], as_of: date, earlier: int = 0) -> Answer:
    """How far one task is: who has said what, then what the task is.

    Args:
        entries: of this task, by day; none where nobody is asked for it.
        earlier: how many are late of days before those.
    """
    asked = [each for each in entries if each.asked or each.is_done]
    since = f"Theo theo dõi đến {day(as_of)}"
    if asked:
        done, left = [e for e in asked if e.is_done], [e for e in asked if not e.is_done]
        lines = [f"{since}: {_state_head(done, left, late=earlier > 0)}"]
        lines += [f"• {': '.join(_part(_same(each, asked), as_of))}" for each in _firsts(asked)]
        lines += [f"• Các kỳ trước còn {earlier} việc quá hạn."] if earlier else []
    else:
        lines = [f"{since}: chưa ai báo kết quả việc này.", f"• Hạn: {told_due(task, as_of, days_left=True)}."]
    lines.append(ended(f"Nhiệm vụ: {task_name(task)}{told_beside(task, 'title', 'activity')}"))
    lines.append(source_line(task.plan, task.task.source, task.task.number))
    return Answer(Status.ANSWERED, "\n".join(lines), (task,), (task_source(task),))


def untracked_answer(task: LiveTask, as_of: date) -> Answer:
    """A task of which no tracking tells: only what the paper says is known."""
    due = told_due(task, as_of, days_left=True)
    text = f"Chưa ai báo kết quả “{task_name(task)}” trong trò chuyện; văn bản chỉ cho biết hạn: {due}."
    return Answer(Status.NOT_FOUND, text, (task,))


def _state_head(done: Sequence[TaskProgress], left: Sequence[TaskProgress], *, late: bool) -> str:
    """In a sentence; `late`: something of earlier days is."""
    if not left and not late:
        return "đã xong."
    late = late or any(each.standing is Standing.LATE for each in left)
    said = "chưa xong" if not done else f"đã xong {len(done)}/{len(done) + len(left)}"
    return f"{said}, {'quá hạn' if late else 'chưa quá hạn'}."


def _by_papers(told: Told) -> Answer:
    """Nobody is asked for any of it: what the papers' dates tell."""
    past = told.unasked
    if past:
        head = f"{_BY_PAPER}, có {len(past)} việc đã qua hạn{told.scope}{_apart(past)}"
        return _listed(told, head, past, _over(told, "qua hạn"))
    return _listed(told, f"{_BY_PAPER}, không có việc nào đã qua hạn{told.scope}", [], _nearest(told))


def _listed(
    told: Told,
    head: str,
    entries: Sequence[TaskProgress],
    notes: Sequence[str],
    unasked: Sequence[TaskProgress] = (),
) -> Answer:
    """One row a task, then those of `unasked` under a line of their own, numbered on."""
    tasks: dict[int, LiveTask] = {}
    lines = [f"{head}{':' if entries else '.'}"]
    for row in (*_rows(entries), *([None] if unasked else []), *_rows(unasked)):
        if row is None:
            lines.append("Đã qua thời hạn trong văn bản từ trước khi được theo dõi:")
            continue
        task = told.tasks.get(row[0].task) if row[0].task is not None else None
        if task is None or task.id in tasks:
            lines.append(f"• {_row(row, told)}")  # a number stands for the task that it opens
            continue
        tasks[task.id] = task
        lines.append(f"{len(tasks)}. {_row(row, told)}")
    sources = tuple(task_source(task) for task in tuple(tasks.values())[:_MAX_SOURCES])
    return Answer(Status.ANSWERED, "\n".join([*lines, *notes]), tuple(tasks.values()), sources)


def _rows(entries: Sequence[TaskProgress]) -> list[list[TaskProgress]]:
    """Entries of one task together, in the order of the first ones."""
    found: dict[tuple[int, int | str], list[TaskProgress]] = {}
    for each in entries:
        found.setdefault((each.plan, each.title if each.task is None else each.task), []).append(each)
    return list(found.values())


def _row(entries: Sequence[TaskProgress], told: Told) -> str:
    first = entries[0]
    task = told.tasks.get(first.task) if first.task is not None else None
    name = cut(squeeze(task_name(task, _TITLE) if task else first.title), _TITLE)
    parts = _parts(entries, told.as_of)
    if len(parts) > _MOST_PARTS:
        parts = [*parts[:1], f"và các kỳ sau đến {day(entries[-1].due_on)}, cộng {len(entries)} việc"]
    plan = told.plans.get(first.plan)
    return f"{name} – {'; '.join(parts)}{f' – {short_label(plan)}' if plan else ''}"


def _parts(entries: Sequence[TaskProgress], as_of: date) -> list[str]:
    """Who stands how; agencies are named where they are not those named before."""
    parts: list[str] = []
    before = ""
    for who, how in (_part(_same(each, entries), as_of) for each in _firsts(entries)):
        parts.append(how if who == before else f"{who}: {how}")
        before = who
    return parts


def _key(entry: TaskProgress) -> tuple[date, State, Standing, date | None, bool]:
    return entry.due_on, entry.state, entry.standing, entry.done_on, entry.extended_to is not None


def _firsts(entries: Sequence[TaskProgress]) -> list[TaskProgress]:
    """One of each set of agencies of which the same is told."""
    return list({_key(each): each for each in reversed(entries)}.values())[::-1]


def _same(entry: TaskProgress, entries: Iterable[TaskProgress]) -> list[TaskProgress]:
    return [each for each in entries if _key(each) == _key(entry)]


def _part(entries: Sequence[TaskProgress], as_of: date) -> tuple[str, str]:
    """Agencies that stand alike, and how: "Sở Y tế", "hạn 30/10/2026, quá 21 ngày, đã nhận việc"."""
    entry = entries[0]
    names = list(dict.fromkeys(each.agency for each in entries if each.agency))
    who = join_names(names) if len(names) <= MOST_NAMED else f"{len(names)} cơ quan"
    said = [f"hạn {day(entry.due_on)}{' (đã lùi)' if entry.extended_to else ''}"]
    left = (entry.due_on - as_of).days
    if entry.is_done:
        said.append(f"báo xong {day(entry.done_on)}" if entry.done_on else "đã báo xong")
        if entry.standing is Standing.DONE_LATE:
            said.append("quá hạn")
    elif left < 0:
        past = f"{'quá' if entry.asked else 'qua'} {-left} ngày"
        said.append(past if entry.standing is Standing.LATE else "đến hết ngày làm việc kế tiếp")
    else:
        said.append(f"còn {left} ngày" if left else "đúng hôm nay")
    if entry.state is State.ACKNOWLEDGED:
        said.append("đã nhận việc")
    return who or "chưa rõ cơ quan", ", ".join(said)


def _office(entries: Sequence[TaskProgress], told: Told) -> str:
    first, single = entries[0], len(entries) == 1
    days = (told.as_of - first.due_on).days
    if first.is_done:
        return _part(entries, told.as_of)[1] if single else f"{len(entries)} việc"
    how = f"quá {days} ngày" if days > 0 else f"hạn {day(first.due_on)}"
    return how if single else f"{len(entries)} việc, {'lâu nhất ' if days > 0 else 'gần nhất '}{how}"


def _apart(entries: Sequence[TaskProgress]) -> str:
    """Of how many tasks they are, where these are fewer: the boards count by agency and day."""
    rows = len(_rows(entries))
    return f" (tính từng cơ quan, từng kỳ của {rows} nhiệm vụ)" if rows != len(entries) else ""


def _nobody(told: Told) -> list[str]:
    silent = all(each.state is State.NEW for each in told.asked)
    return ["Chưa ai báo kết quả các việc này trong trò chuyện."] if silent and told.asked else []


def _nearest(told: Told) -> list[str]:
    ahead = next((each for each in told.entries if not each.is_done and each.due_on >= told.as_of), None)
    return [f"Hạn gần nhất: {_row([ahead], told)}."] if ahead else []


def _over(told: Told, what: str) -> list[str]:
    left = [each for each in told.over if not each.is_done]
    return [f"Văn bản của các năm trước còn {len(left)} việc {what}, không tính ở trên."] if left else []


def _tasks(entries: Iterable[TaskProgress], told: Told) -> list[LiveTask]:
    ids = dict.fromkeys(each.task for each in entries if each.task is not None)
    return [told.tasks[number] for number in ids if number in told.tasks]
