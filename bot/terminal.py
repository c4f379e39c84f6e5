"""The terminal channel: a chat for a person, one question a line for a script."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TextIO

from bot.app import App
from knowledge.answers.answer import Answer

TOPIC_LASTS = timedelta(minutes=10)
_BYE = {"thoat", "thoát", "exit", "quit", "/thoat"}
_WELCOME = (
    "Trợ lý Kế hoạch: máy trả lời tự động từ các kế hoạch đã nạp, mỗi câu đều kèm nguồn.\n"
    "Gõ câu hỏi rồi nhấn Enter; gõ “thoát” để dừng."
)


@dataclass
class Conversation:
    """One chat and what it was about: messages of the last ten minutes, for follow-ups and chosen numbers."""

    app: App
    turns: list[tuple[datetime, str]] = field(default_factory=list)

    def reply(self, message: str) -> Answer:
        """The answer to one message."""
        now = self.app.clock()
        self.turns = [(at, text) for at, text in self.turns if now - at <= TOPIC_LASTS]
        answer = self.app.assistant.ask(message, as_of=now.date(), turns=[text for _, text in self.turns])
        self.turns.append((now, message))
        return answer


def chat_in_terminal(app: App, source: TextIO = sys.stdin, out: TextIO = sys.stdout) -> None:
    """Answers until the input ends; with a person at the keyboard it greets and prompts."""
    conversation = Conversation(app)
    person = source.isatty()
    if person:
        out.write(_WELCOME + "\n")
    while True:
        if person:
            out.write("\nAnh/chị: ")
            out.flush()
        line = source.readline()
        message = line.strip()
        if not line or (person and message.casefold() in _BYE):
            break
        if message:
            out.write(conversation.reply(message).text + "\n" + ("" if person else "\n"))
            out.flush()
