"""Choices where there are no buttons: numbered lines, answered by their number."""

from __future__ import annotations

from bot.channels.contract import Reply

ANSWER_BY_NUMBER = "Trả lời bằng số."


def number_choices(reply: Reply) -> str:
    """The text of `reply`, with its choices below it, numbered top to bottom and left to right."""
    labels = [choice.label for row in reply.choices for choice in row]
    if not labels:
        return reply.text
    lines = [f"{number}. {label}" for number, label in enumerate(labels, start=1)][reply.listed :]
    return "\n".join([reply.text, "", *lines, ANSWER_BY_NUMBER])
