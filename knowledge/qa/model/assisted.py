"""The assistant with a language model beside it.

The rule-based answer is always made first and is what goes out whenever the model is
slow, silent or wrong. The model may do two things: put a question that the rules were
unsure of into clean words, which are then asked of the rules again; and word an answer,
whose every name and figure is held against the evidence. Status, tasks, sources and
options are always the rules' own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from time import perf_counter

from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer
from knowledge.qa.model.checking import check_answer
from knowledge.qa.model.evidence import evidence_of
from knowledge.qa.model.helper import Helper
from knowledge.qa.model.rewriting import keeps_question, may_be_rewritten, may_replace
from knowledge.qa.query.question import Agencies
from knowledge.wording import short_label

_log = logging.getLogger(__name__)

MAX_PLANS = 30
"""Papers named to the model; a small one forgets the question behind a longer list."""


class AssistedAssistant:
    """Answers as `assistant` does, with the help of a model where that is safe."""

    def __init__(self, assistant: Assistant, helper: Helper, directory: Agencies) -> None:
        self.assistant = assistant
        self._helper = helper
        self._directory = directory

    def ask(
        self,
        question: str,
        *,
        as_of: date,
        turns: Sequence[str] = (),
        about: int | None = None,
        own: Sequence[str] = (),
    ) -> Answer:
        """See `Assistant.ask`."""
        started = perf_counter()
        answer = self.assistant.ask(question, as_of=as_of, turns=turns, about=about, own=own)
        answer = self._asked_again(question, answer, as_of, turns, about) or answer
        return self._worded(question, answer).timed((perf_counter() - started) * 1000)

    def _asked_again(
        self, typed: str, answer: Answer, as_of: date, turns: Sequence[str], about: int | None
    ) -> Answer | None:
        plans = self.assistant.library.plans()
        understander = self.assistant.understander
        before = understander.read(typed, plans, as_of)
        if not may_be_rewritten(before, answer):
            return None
        clean = self._helper.rewrite(before.raw, [short_label(plan) for plan in plans[-MAX_PLANS:]])
        if clean is None or not keeps_question(before, understander.read(clean, plans, as_of)):
            return None
        again = self.assistant.ask(clean, as_of=as_of, turns=turns, about=about)
        return again if may_replace(before, answer, again) else None

    def _worded(self, typed: str, answer: Answer) -> Answer:
        evidence = evidence_of(answer, self._directory)
        if evidence is None:
            return answer
        words = self._helper.word(typed, evidence.body, evidence.text)
        if words is None:
            return answer
        reason = check_answer(words, evidence, self._directory)
        if reason:
            # The kind alone: what follows it may quote the plan or the model.
            _log.warning("worded answer refused: %s", reason.split()[0])
            return answer
        return replace(answer, text=f"{words}\n{evidence.source}")
