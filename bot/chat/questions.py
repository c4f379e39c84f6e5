"""Questions and what can be done with their answers: choose, read the source, see related tasks, judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.chat.answer_lists import read_listing, without_lone_number
from bot.chat.paging import show_list
from bot.chat.task_cards import task_row
from bot.chat.turn import Button, Item, Visit
from bot.menus.choices import Action, Opened
from knowledge.library import LiveTask
from knowledge.qa.compose.answer import Answer, Status
from knowledge.records import Source
from knowledge.store.feedback import Evidence, Feedback, Verdict, evidence_of, keep_feedback, record_feedback
from knowledge.wording import source_line

_QUOTES_SHOWN = 5


def ask(visit: Visit, question: str) -> None:
    """Answers a message that is no command, leaning on the turns before it."""
    turns = list(visit.dialogue.turns)
    answer = _answer(visit, question, turns)
    if answer.status is Status.NOT_FOUND:
        record_feedback(visit.services.app.store, Verdict.NOT_FOUND, question, turns, answer, now=visit.now)
    _show(visit, question, turns, answer)


def ask_offered(visit: Visit, action: Action, _opened: Opened) -> None:
    """A question that we offered, such as an example."""
    ask(visit, action["question"])


def choose(visit: Visit, action: Action, opened: Opened) -> None:
    """One of the options or rows of an answer; the talk goes on from there."""
    subject = opened.subject
    if opened.generation != visit.generation:
        visit.reply(
            visit.text("plans_changed"),
            [[Button(visit.text("button_ask_again"), {"do": "ask", "question": subject["question"]})]],
        )
        return
    go_on_from(visit, opened)
    turns = list(visit.dialogue.turns)
    number = str(action["index"] + 1)
    _show(visit, number, turns, _answer(visit, number, turns))


def go_on_from(visit: Visit, opened: Opened) -> None:
    """The talk is where it was when that answer had been given."""
    subject = opened.subject
    visit.dialogue.turns = [*subject["turns"], subject["question"]]
    about = subject.get("about")
    visit.dialogue.about = (about[0], about[1]) if about else None


def show_quotes(visit: Visit, _action: Action, opened: Opened) -> None:
    """The words of the papers that an answer rests on."""
    evidence = opened.subject["evidence"]
    parts = [visit.text("quote", quote=each["quote"], source=each["source"]) for each in evidence[:_QUOTES_SHOWN]]
    left = len(evidence) - _QUOTES_SHOWN
    if left > 0:
        parts.append(visit.text("quotes_left", count=left))
    visit.reply("\n\n".join(parts), subject=None)


def show_related(visit: Visit, _action: Action, opened: Opened) -> None:
    """The tasks beside those of an answer: of the same part of the paper, else of the same office."""
    library = visit.services.app.library
    own = list(library.tasks_by_id(opened.subject["tasks"]).values())
    if not own:
        visit.say("choice_stale")
        return
    related = _related(own, library.tasks({task.plan.id for task in own}))
    if not related:
        visit.say("no_related")
        return
    show_list(visit, visit.text("related_head"), task_items(visit, related))


def judge(visit: Visit, action: Action, opened: Opened) -> None:
    """Keeps 👍 or 👎 with the question, the answer and its evidence; the same one only once."""
    subject = opened.subject
    if subject.get("verdict") == action["verdict"]:
        visit.say("verdict_known")
        return
    keep_feedback(visit.services.app.store, _feedback(visit, Verdict(action["verdict"]), subject))
    visit.change(replace(opened, subject={**subject, "verdict": action["verdict"]}))
    visit.say("verdict_right" if action["verdict"] == Verdict.RIGHT else "verdict_wrong")


def task_items(visit: Visit, tasks: Sequence[LiveTask], *, paper: bool = True) -> list[Item]:
    """Tasks as rows that open their cards.

    Args:
        paper: whether each tells the paper that it is of.
    """
    return [Item(task_row(task, visit.now.date(), paper=paper), {"do": "task", "id": task.id}) for task in tasks]


def source_buttons(visit: Visit, evidence: Sequence[object], tasks: Sequence[object]) -> list[Button]:
    """[Xem trích đoạn] and [Nhiệm vụ liên quan], where there is something to show."""
    buttons = []
    if evidence:
        buttons.append(Button(visit.text("button_quote"), {"do": "quote"}))
    if tasks:
        buttons.append(Button(visit.text("button_related"), {"do": "related"}))
    return buttons


def kept_source(task: LiveTask) -> dict[str, Any]:
    """The evidence of a task, as `show_quotes` reads it."""
    return {"quote": _quoted(task.task.source), "source": source_line(task.plan, task.task.source, task.task.number)}


def _answer(visit: Visit, question: str, turns: Sequence[str]) -> Answer:
    task, generation = visit.dialogue.about or (None, visit.generation)
    about = task if generation == visit.generation else None
    own = (visit.member.agency,) if visit.member else ()
    answer = visit.services.app.answering.ask(question, as_of=visit.now.date(), turns=turns, about=about, own=own)
    visit.dialogue.remember(question)
    visit.count(answer.status.value)
    return answer


def _show(visit: Visit, question: str, turns: Sequence[str], answer: Answer) -> None:
    subject = {
        "question": question,
        "turns": list(turns),
        "about": visit.dialogue.about,
        "status": answer.status.value,
        "answer": answer.text,
        "evidence": _kept_evidence(answer),
        "tasks": [task.id for task in answer.tasks],
    }
    asides = []
    if answer.status is Status.ANSWERED:
        asides.append(source_buttons(visit, answer.sources, answer.tasks if len(answer.tasks) == 1 else ()))
    if answer.status is Status.ANSWERED and answer.sources:
        right, wrong = visit.text("button_right"), visit.text("button_wrong")
        asides.append([Button(right, _verdict(Verdict.RIGHT)), Button(wrong, _verdict(Verdict.WRONG))])
    listing = read_listing(answer)
    if listing is None:
        text = answer.text if answer.options else without_lone_number(answer.text)
        visit.offer(text, (), asides=[row for row in asides if row], subject=subject)
        return
    items = [
        Item(text, {"do": "choose", "index": index} if listing.choosable else None)
        for index, text in enumerate(listing.rows)
    ]
    tail = "" if answer.options and not visit.capabilities.buttons else listing.tail
    show_list(visit, listing.head, items, tail=tail, asides=[row for row in asides if row], subject=subject)


def _verdict(verdict: Verdict) -> Action:
    return {"do": "judge", "verdict": verdict.value}


def _kept_evidence(answer: Answer) -> list[dict[str, Any]]:
    numbers = {(task.plan.id, task.task.source): task.task.number for task in answer.tasks}
    return [
        {
            "plan": kept.plan,
            "version": kept.version,
            "section_path": list(kept.section_path),
            "quote": _quoted(ref.source),
            "source": source_line(ref.plan, ref.source, numbers.get((ref.plan.id, ref.source))),
        }
        for kept, ref in zip(evidence_of(answer), answer.sources, strict=True)
    ]


def _quoted(source: Source) -> str:
    return source.quote.strip()


def _feedback(visit: Visit, verdict: Verdict, subject: dict[str, Any]) -> Feedback:
    evidence = tuple(
        Evidence(each["plan"], each["version"], tuple(each["section_path"]), each["quote"])
        for each in subject["evidence"]
    )
    turns = tuple(subject["turns"])
    return Feedback(visit.now, verdict, subject["question"], turns, subject["status"], subject["answer"], evidence)


def _related(own: Sequence[LiveTask], pool: Sequence[LiveTask]) -> list[LiveTask]:
    ids = {task.id for task in own}
    others = [task for task in pool if task.id not in ids]
    sections = {(task.plan.id, task.task.section) for task in own if task.task.section}
    beside = [task for task in others if (task.plan.id, task.task.section) in sections]
    if beside:
        return beside
    leads = {lead for task in own for lead in task.task.lead}
    return [task for task in others if leads & set(task.task.lead)]
