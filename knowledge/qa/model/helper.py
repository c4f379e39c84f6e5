"""The two things a language model is asked for: a cleaner question, a better worded answer.

Whatever goes wrong, the caller gets None and one line is logged that holds neither
the key nor a word of the question.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Sequence
from time import monotonic

from knowledge.qa.model.model import Model, NoReplyError
from knowledge.text import nfc, squeeze
from prompts import Prompt, load

_log = logging.getLogger(__name__)

ATTEMPTS = 2
"""The request and one repetition."""
REST = 60.0
"""Seconds without asking after the time ran out `PATIENCE` times in a row: nobody waits for a server that hangs."""
PATIENCE = 2

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\A```\w*\n(.*?)\n?```\Z", re.DOTALL)
_OBJECT = re.compile(r"\{[^{}]*\}")


class Helper:
    """Asks `model` within a time limit."""

    def __init__(self, model: Model, timeout: float, clock: Callable[[], float] = monotonic) -> None:
        """See the class.

        Args:
            timeout: seconds for one request, its repetition included.
            clock: seconds that only rise.
        """
        self._model = model
        self._timeout = timeout
        self._clock = clock
        self._overruns = 0
        self._rested_at = float("-inf")
        self._rewriting = load("rewrite_question")
        self._wording = load("word_answer")

    def rewrite(self, question: str, plans: Sequence[str]) -> str | None:
        """The question in clean Vietnamese; None when there is no help, or the model finds no question in it."""
        text = self._rewriting.fill(question=_data(question), plans="\n".join(f"- {_data(plan)}" for plan in plans))
        return self._ask(self._rewriting, text, _question_in) or None

    def word(self, question: str, answer: str, evidence: str) -> str | None:
        """The answer in the model's words, not checked yet; None when there is no help."""
        text = self._wording.fill(question=_data(question), answer=_data(answer), evidence=_data(evidence))
        return self._ask(self._wording, text, _words_of)

    def _ask(self, prompt: Prompt, text: str, read: Callable[[str], str | None]) -> str | None:
        began = self._clock()
        if began < self._rested_at:
            return None
        reason = "no reply in time"
        for _ in range(ATTEMPTS):
            left = began + self._timeout - self._clock()
            if left <= 0:
                break
            try:
                words = read(_spoken(self._model.reply(text, left)))
            except NoReplyError as error:
                reason = str(error)
                continue
            if words is not None:
                self._overruns = 0
                return words
            reason = "unreadable reply"
        self._note_overrun(began)
        _log.warning("language model, %s: %s", prompt.name, reason)
        return None

    def _note_overrun(self, began: float) -> None:
        now = self._clock()
        self._overruns = self._overruns + 1 if now - began >= self._timeout else 0
        if self._overruns >= PATIENCE:
            self._overruns = 0
            self._rested_at = now + REST


def _data(text: str) -> str:
    """Text of others, unable to close the block that it is put into."""
    return nfc(text).replace("<", "‹").replace(">", "›")


def _spoken(reply: str) -> str:
    """The reply without the model's thoughts and code fence."""
    reply = _THOUGHTS.sub("", nfc(reply)).strip()
    fenced = _FENCE.match(reply)
    return fenced[1].strip() if fenced else reply


def _question_in(reply: str) -> str | None:
    """The question of the JSON object; "" when it is null, None when there is no such object."""
    found = _OBJECT.search(reply)
    try:
        value = json.loads(found[0]) if found else None
    except ValueError:
        return None
    if not isinstance(value, dict) or "question" not in value:
        return None
    question = value["question"]
    if question is None:
        return ""
    return squeeze(question) if isinstance(question, str) else None


def _words_of(reply: str) -> str | None:
    """The lines of the answer; a source that the model adds is left out, ours is appended later."""
    lines = [squeeze(line) for line in reply.splitlines()]
    kept = [line for line in lines if line and not line.lower().startswith("nguồn:")]
    return "\n".join(kept) or None
