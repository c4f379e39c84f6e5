"""A section of a paper, as far as an answer has room."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.library import LivePassage, LivePlan
from knowledge.qa.compose.answer import Answer, Status, passage_source
from knowledge.qa.compose.duties import ROOM_FOR_NOTES, body
from knowledge.records import Source
from knowledge.text import cut
from knowledge.wording import MAX_ANSWER, short_label, source_line

_LONGEST = 260
"""Characters of a passage."""
_MAX_SOURCES = 20


def section_answer(section: tuple[str, ...], plan: LivePlan, passages: Sequence[LivePassage]) -> Answer:
    """The section's first passages in the paper's order, and how many more there are.

    Args:
        section: its heading, after those above it.
    """
    lines, room = [f"“{cut(section[-1], 120)}” của {short_label(plan)}:"], MAX_ANSWER - ROOM_FOR_NOTES
    shown = 0
    for passage in passages:
        line = f"{shown + 1}. {cut(body(passage), _LONGEST)}"
        if shown and len(line) > room:
            break
        lines.append(line)
        room -= len(line) + 1
        shown += 1
    if shown < len(passages):
        lines.append(f"… và {len(passages) - shown} đoạn nữa trong mục này.")
    lines.append(source_line(plan, Source(section)))
    return Answer(
        Status.ANSWERED, "\n".join(lines), (), tuple(passage_source(each) for each in passages[:_MAX_SOURCES])
    )
