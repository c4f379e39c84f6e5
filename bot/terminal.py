"""The terminal channel: a chat for a person, one question a line for a script."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TextIO

from bot.app import App
from knowledge.answers.answer import Answer

TOPIC_LASTS = timedelta(minutes=10)
"""Of silence: after it, a message is no longer about what the chat was about."""
_REMEMBERED = 20
_BYE = {"thoat", "thoát", "exit", "quit", "/thoat"}
_WELCOME = (
    "Trợ lý Kế hoạch: máy trả lời tự động từ các kế hoạch đã nạp, mỗi câu đều kèm nguồn.\n"
    "Gõ câu hỏi rồi nhấn Enter; gõ “thoát” để dừng."
)


@dataclass
class Conversation:
    """One chat and what it was about: its latest messages, for follow-ups and chosen numbers."""

    app: App
    turns: list[tuple[datetime, str]] = field(default_factory=list)

    def reply(self, message: str) -> Answer:
        """The answer to one message."""
        now = self.app.clock()
        if self.turns and now - self.turns[-1][0] > TOPIC_LASTS:
            self.turns.clear()
        answer = self.app.assistant.ask(message, as_of=now.date(), turns=[text for _, text in self.turns])
        self.turns = [*self.turns, (now, message)][-_REMEMBERED:]
        return answer


def chat_in_terminal(app: App, source: TextIO, out: TextIO) -> None:
    """Answers until the input ends; with a person at the keyboard it greets and prompts."""
    if not source.isatty():
        _answer_lines(Conversation(app), source, out)
        return
    out.write(_WELCOME + "\n")
    try:
        _talk(Conversation(app), source, out)
    except KeyboardInterrupt:
        out.write("\n")


def _answer_lines(conversation: Conversation, source: TextIO, out: TextIO) -> None:
    for line in source:
        if message := line.strip():
            out.write(f"{conversation.reply(message).text}\n\n")
            out.flush()


def _talk(conversation: Conversation, source: TextIO, out: TextIO) -> None:
    while True:
        out.write("\nAnh/chị: ")
        out.flush()
        line = source.readline()
        message = line.strip()
        if not line:
            out.write("\n")
        if not line or message.casefold() in _BYE:
            return
        if message:
            out.write(f"{conversation.reply(message).text}\n")
