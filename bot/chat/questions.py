"""Questions and what can be done with their answers: choose, read the source, see related tasks, judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.chat.answer_lists import read_listing, without_lone_number
from bot.chat.paging import show_list
from bot.chat.papers import paper_buttons
from bot.chat.task_cards import task_row
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from knowledge.library import LivePlan, LiveTask
from knowledge.qa.compose.answer import Answer, Status
from knowledge.records import Source
from knowledge.store.feedback import Evidence, Feedback, Verdict, evidence_of, keep_feedback, record_feedback
from knowledge.wording import source_line

_QUOTES_SHOWN = 5


def ask(turn: Turn, question: str, *, otherwise: Callable[[], bool] = bool) -> None:
    """Answers a message that is no command, leaning on the turns before it.

    Args:
        otherwise: tries to take up what the papers hold nothing of: it may be no question.
    """
    turns = list(turn.dialogue.turns)
    answer = _answer(turn, question, turns)
    if answer.status in (Status.NOT_FOUND, Status.REFUSED) and otherwise():
        return
    if answer.status is Status.NOT_FOUND:
        record_feedback(turn.services.app.store, Verdict.NOT_FOUND, question, turns, answer, now=turn.now)
    _show(turn, question, turns, answer)


def ask_offered(turn: Turn, action: Action, _opened: Opened) -> None:
    """A question that we offered, such as an example."""
    ask(turn, action["question"])


def choose(turn: Turn, action: Action, opened: Opened) -> None:
    """One of the options or rows of an answer; the talk goes on from there."""
    subject = opened.subject
    if opened.generation != turn.generation:
        turn.reply(
            turn.text("plans_changed"),
            [[Button(turn.text("button_ask_again"), {"do": "ask", "question": subject["question"]})]],
        )
        return
    go_on_from(turn, opened)
    turns = list(turn.dialogue.turns)
    number = str(action["index"] + 1)
    _show(turn, number, turns, _answer(turn, number, turns))


def go_on_from(turn: Turn, opened: Opened) -> None:
    """The talk is where it was when that answer had been given."""
    subject = opened.subject
    turn.dialogue.turns = [*subject["turns"], subject["question"]]
    about = subject.get("about")
    turn.dialogue.about = (about[0], about[1]) if about else None


def show_quotes(turn: Turn, _action: Action, opened: Opened) -> None:
    """The words of the papers that an answer rests on."""
    evidence = opened.subject["evidence"]
    parts = [turn.text("quote", quote=each["quote"], source=each["source"]) for each in evidence[:_QUOTES_SHOWN]]
    left = len(evidence) - _QUOTES_SHOWN
    if left > 0:
        parts.append(turn.text("quotes_left", count=left))
    first = next((each for each in evidence if "plan_id" in each), None)
    buttons = paper_buttons(turn, first["plan_id"], first["version"]) if first else []
    turn.reply("\n\n".join(parts), [buttons] if buttons else ())


def show_related(turn: Turn, _action: Action, opened: Opened) -> None:
    """The tasks beside those of an answer: of the same part of the paper, else of the same office."""
    library = turn.services.app.library
    own = list(library.tasks_by_id(opened.subject["tasks"]).values())
    if not own:
        turn.say("choice_stale")
        return
    related = _related(own, library.tasks({task.plan.id for task in own}))
    if not related:
        turn.say("no_related")
        return
    show_list(turn, turn.text("related_head"), task_items(turn, related))


def judge(turn: Turn, action: Action, opened: Opened) -> None:
    """Keeps 👍 or 👎 with the question, the answer and its evidence; the same one only once."""
    subject = opened.subject
    if subject.get("verdict") == action["verdict"]:
        turn.say("verdict_known")
        return
    keep_feedback(turn.services.app.store, _feedback(turn, Verdict(action["verdict"]), subject))
    turn.change(replace(opened, subject={**subject, "verdict": action["verdict"]}))
    turn.say("verdict_right" if action["verdict"] == Verdict.RIGHT else "verdict_wrong")


def task_items(turn: Turn, tasks: Sequence[LiveTask], *, paper: bool = True) -> list[Item]:
    """Tasks as rows that open their cards.

    Args:
        paper: whether each tells the paper that it is of.
    """
    return [Item(task_row(task, turn.now.date(), paper=paper), {"do": "task", "id": task.id}) for task in tasks]


def source_buttons(turn: Turn, evidence: Sequence[object], tasks: Sequence[object]) -> list[Button]:
    """[Xem trích đoạn] and [Nhiệm vụ liên quan], where there is something to show."""
    buttons = []
    if evidence:
        buttons.append(Button(turn.text("button_quote"), {"do": "quote"}))
    if tasks:
        buttons.append(Button(turn.text("button_related"), {"do": "related"}))
    return buttons


def kept_source(task: LiveTask) -> dict[str, Any]:
    """The evidence of a task, as `show_quotes` reads it."""
    source = task.task.source
    return {
        "quote": _quoted(source),
        "source": source_line(task.plan, source, task.task.number),
        **_kept_place(task.plan, source),
    }


def _answer(turn: Turn, question: str, turns: Sequence[str]) -> Answer:
    task, generation = turn.dialogue.about or (None, turn.generation)
    about = task if generation == turn.generation else None
    own = (turn.member.agency,) if turn.member else ()
    answer = turn.services.app.answering.ask(question, as_of=turn.now.date(), turns=turns, about=about, own=own)
    turn.dialogue.remember(question)
    turn.count(answer.status.value)
    return answer


def _show(turn: Turn, question: str, turns: Sequence[str], answer: Answer) -> None:
    subject = {
        "question": question,
        "turns": list(turns),
        "about": turn.dialogue.about,
        "status": answer.status.value,
        "answer": answer.text,
        "evidence": _kept_evidence(answer),
        "tasks": [task.id for task in answer.tasks],
    }
    asides = []
    if answer.status is Status.ANSWERED:
        asides.append(source_buttons(turn, answer.sources, answer.tasks if len(answer.tasks) == 1 else ()))
    if answer.status is Status.ANSWERED and answer.sources:
        right, wrong = turn.text("button_right"), turn.text("button_wrong")
        asides.append([Button(right, _verdict(Verdict.RIGHT)), Button(wrong, _verdict(Verdict.WRONG))])
    listing = read_listing(answer)
    if listing is None:
        text = answer.text if answer.options else without_lone_number(answer.text)
        turn.offer(text, (), asides=[row for row in asides if row], subject=subject)
        return
    items = [
        Item(text, {"do": "choose", "index": index} if listing.choosable else None)
        for index, text in enumerate(listing.rows)
    ]
    tail = "" if answer.options and not turn.capabilities.buttons else listing.tail
    show_list(turn, listing.head, items, tail=tail, asides=[row for row in asides if row], subject=subject)


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
            **_kept_place(ref.plan, ref.source),
        }
        for kept, ref in zip(evidence_of(answer), answer.sources, strict=True)
    ]


def _kept_place(plan: LivePlan, source: Source) -> dict[str, Any]:
    """Where the paper itself can be opened."""
    return {"plan_id": plan.id, "version": plan.version, "page": source.page}


def _quoted(source: Source) -> str:
    return source.quote.strip()


def _feedback(turn: Turn, verdict: Verdict, subject: dict[str, Any]) -> Feedback:
    evidence = tuple(
        Evidence(each["plan"], each["version"], tuple(each["section_path"]), each["quote"])
        for each in subject["evidence"]
    )
    turns = tuple(subject["turns"])
    return Feedback(turn.now, verdict, subject["question"], turns, subject["status"], subject["answer"], evidence)


def _related(own: Sequence[LiveTask], pool: Sequence[LiveTask]) -> list[LiveTask]:
    ids = {task.id for task in own}
    others = [task for task in pool if task.id not in ids]
    sections = {(task.plan.id, task.task.section) for task in own if task.task.section}
    beside = [task for task in others if (task.plan.id, task.task.section) in sections]
    if beside:
        return beside
    leads = {lead for task in own for lead in task.task.lead}
    return [task for task in others if leads & set(task.task.lead)]
