"""feedback: answers that people marked, for whoever looks after the plans."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.console import app_of, console, day, note
from knowledge.store.feedback import Verdict, list_feedback


def feedback(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Cả những câu được khen đúng và đã xem")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Số dòng nhiều nhất")] = 50,
) -> None:
    """Những câu trả lời bị đánh dấu sai, mới nhất trước."""
    out = console()
    marked = list_feedback(
        app_of(context).store, None if everything else Verdict.WRONG, limit, settled=None if everything else False
    )
    if not marked:
        note(out, "Chưa có câu trả lời nào bị đánh dấu sai.")
    for item in marked:
        note(out, f"{_MARKS[item.verdict]} {day(item.at)}  {item.question}")
        for line in item.answer.splitlines():
            note(out, f"    | {line}")
        for place in item.evidence:
            note(out, f"    nguồn: {place.plan}, bản {place.version}, {' > '.join(place.section_path)}")


_MARKS = {Verdict.WRONG: "✗", Verdict.RIGHT: "✓", Verdict.NOT_FOUND: "?"}
