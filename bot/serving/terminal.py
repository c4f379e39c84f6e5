"""The terminal channel: a chat for a person, one question a line for a script."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TextIO

from bot.app import App
from knowledge.qa.compose.answer import Answer
from knowledge.store.feedback import Verdict, record_feedback

TOPIC_LASTS = timedelta(minutes=10)
"""Of silence: after it, a message is no longer about what the chat was about."""
_REMEMBERED = 20
_BYE = {"thoat", "thoát", "exit", "quit", "/thoat"}
_VERDICTS = {
    "sai": Verdict.WRONG,
    "sai rồi": Verdict.WRONG,
    "sai roi": Verdict.WRONG,
    "👎": Verdict.WRONG,
    "đúng": Verdict.RIGHT,
    "đúng rồi": Verdict.RIGHT,
    "dung roi": Verdict.RIGHT,
    "👍": Verdict.RIGHT,
}
_THANKS = "Đã ghi lại để người quản trị xem. Cảm ơn anh/chị."
_WELCOME = (
    "Trợ lý Kế hoạch: máy trả lời tự động từ các kế hoạch đã nạp, mỗi câu đều kèm nguồn.\n"
    "Gõ câu hỏi rồi nhấn Enter; gõ “sai” nếu câu trả lời sai, “thoát” để dừng."
)


@dataclass
class Conversation:
    """One chat and what it was about: its latest messages, for follow-ups and chosen numbers."""

    app: App
    turns: list[tuple[datetime, str]] = field(default_factory=list)
    last: Answer | None = None

    def reply(self, message: str) -> str:
        """What goes back: an answer, or thanks for a verdict on the one before."""
        verdict = _VERDICTS.get(message.strip().casefold().rstrip("!."))
        if verdict is not None and self.last is not None:
            return self._mark(verdict, self.last)
        now = self.app.clock()
        if self.turns and now - self.turns[-1][0] > TOPIC_LASTS:
            self.turns.clear()
        self.last = self.app.assistant.ask(message, as_of=now.date(), turns=[text for _, text in self.turns])
        self.turns = [*self.turns, (now, message)][-_REMEMBERED:]
        return self.last.text

    def _mark(self, verdict: Verdict, answer: Answer) -> str:
        *before, question = [text for _, text in self.turns]
        record_feedback(self.app.store, verdict, question, before, answer, now=self.app.clock())
        self.last = None
        return _THANKS


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
            out.write(f"{conversation.reply(message)}\n\n")
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
            out.write(f"{conversation.reply(message)}\n")
