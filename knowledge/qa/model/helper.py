"""What a language model is asked for: to read a question, to word an answer or the summary of a paper.

Whatever goes wrong, the caller gets None and one line is logged that holds neither
the key nor a word of the question.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TypeVar

from pydantic import ValidationError

from knowledge.qa.model.model import Model, NoReplyError
from knowledge.qa.model.reading import Reading
from knowledge.text import nfc, squeeze
from prompts import load

_T = TypeVar("_T")

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
        for name in ("read_question", "word_answer", "word_summary"):
            load(name)  # a prompt that is wrong fails now

    def read(self, question: str, plans: Sequence[str]) -> Reading | None:
        """How the model reads the question, not checked yet; None when there is no help.

        Args:
            plans: names of the papers that it may choose from, which it does by number.
        """
        numbered = "\n".join(f"{number}. {plan}" for number, plan in enumerate(plans, 1))
        return self._ask("read_question", _reading_in, question=question, plans=numbered)

    def word(self, question: str, answer: str, evidence: str) -> str | None:
        """The answer in the model's words, not checked yet; None when there is no help."""
        return self._ask("word_answer", _words_of, question=question, answer=answer, evidence=evidence)

    def word_summary(self, summary: str) -> str | None:
        """The summary of a paper in the model's words, not checked yet; None when there is no help."""
        return self._ask("word_summary", _words_of, summary=summary)

    def _ask(self, name: str, read: Callable[[str], _T | None], **told: str) -> _T | None:
        text = load(name).fill(**{place: _data(value) for place, value in told.items()})
        began = self._clock()
        if began < self._rested_at:
            return None
        reason = "no reply in time"
        for _ in range(ATTEMPTS):
            left = began + self._timeout - self._clock()
            if left <= 0:
                break
            try:
                found = read(_spoken(self._model.reply(text, left)))
            except NoReplyError as error:
                reason = str(error)
                continue
            if found is not None:
                self._overruns = 0
                return found
            reason = "unreadable reply"
        self._note_overrun(began)
        _log.warning("language model, %s: %s", name, reason)
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


def _reading_in(reply: str) -> Reading | None:
    """The reading in the reply's JSON object, whatever stands round it; None when there is none of our schema."""
    found = _OBJECT.search(reply)
    try:
        return Reading.model_validate_json(found[0]) if found else None
    except ValidationError:
        return None


def _words_of(reply: str) -> str | None:
    """The lines of the answer; a source that the model adds is left out, ours is appended later."""
    lines = [squeeze(line) for line in reply.splitlines()]
    kept = [line for line in lines if line and not line.lower().startswith("nguồn:")]
    return "\n".join(kept) or None
