"""Tasks found by words of their rows."""

from __future__ import annotations

from bot.chat.turn import Turn
from knowledge.library import LiveTask
from knowledge.text import syllables

_FOUND = 40


def find_tasks(turn: Turn, typed: str) -> list[LiveTask]:
    """Tasks whose rows hold all of the words, the best first; where there are none, those that hold some."""
    words = syllables(typed)
    with turn.services.app.library.snapshot() as library:
        hits = library.keyword(words, _FOUND)
        passages = library.passages_by_id([hit.passage_id for hit in hits])
        ids = [passages[hit.passage_id].task_id for hit in hits if hit.passage_id in passages]
        known = library.tasks_by_id([id_ for id_ in ids if id_ is not None])
    tasks = [known[id_] for id_ in dict.fromkeys(ids) if id_ is not None and id_ in known]
    return [task for task in tasks if set(words) <= set(syllables(task.task.source.quote))] or tasks
