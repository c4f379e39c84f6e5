"""The assistant with a language model beside it.

The rule-based answer is always made first and is what goes out whenever the model is
slow, silent or wrong. The model may do two things: read a question that the rules were
unsure of, which is then answered by the rules; and word an answer, whose every name and
figure is held against the evidence. Status, tasks, sources and options are always the
rules' own.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from time import perf_counter
from typing import Unpack

from knowledge.qa.asking import AskContext, Assistant
from knowledge.qa.compose.answer import Answer
from knowledge.qa.model.checking import check_answer
from knowledge.qa.model.evidence import evidence_of
from knowledge.qa.model.helper import Helper
from knowledge.qa.model.reading import believed, is_unsure, may_replace
from knowledge.qa.query.question import Agencies
from knowledge.text import cut
from knowledge.wording import MAX_TITLE, short_label

_log = logging.getLogger(__name__)

MAX_PLANS = 30
"""Papers named to the model, the newest; a small one forgets the question behind a longer list."""


class AssistedAssistant:
    """Answers as `assistant` does, with the help of a model where that is safe."""

    def __init__(self, assistant: Assistant, helper: Helper, directory: Agencies) -> None:
        self.assistant = assistant
        self._helper = helper
        self._directory = directory

    def ask(self, question: str, **context: Unpack[AskContext]) -> Answer:
        """See `Asking`."""
        started = perf_counter()
        answer = self.assistant.ask(question, **context)
        answer = self._read_again(question, answer, context) or answer
        return self._worded(question, answer).timed((perf_counter() - started) * 1000)

    def _read_again(self, typed: str, answer: Answer, context: AskContext) -> Answer | None:
        reader, as_of = self.assistant.understander, context["as_of"]
        before, plans = self.assistant.read(typed, as_of, context.get("own", ()))
        leaned = bool(context.get("turns")) or context.get("about") is not None
        if len(reader.parts(typed)) > 1 or not is_unsure(before, answer, leaned=leaned):
            return None
        listed = plans[-MAX_PLANS:]
        names = [f"{short_label(plan)}: {cut(plan.metadata.title or '', MAX_TITLE)}" for plan in listed]
        words = self.assistant.finder.corpus(plans).frequency
        reading = self._helper.read(typed, names)
        question = None if reading is None else believed(reading, typed, before, listed, words, reader, as_of)
        again = None if question is None else self.assistant.answer(question, as_of)
        return again if again is not None and may_replace(answer, again) else None

    def _worded(self, typed: str, answer: Answer) -> Answer:
        evidence = evidence_of(answer, self._directory)
        if evidence is None:
            return answer
        if evidence.is_summary:
            words = self._helper.word_summary(evidence.body)
        else:
            words = self._helper.word(typed, evidence.body, evidence.text)
        if words is None:
            return answer
        reason = check_answer(words, evidence, self._directory)
        if reason:
            # The kind alone: what follows it may quote the plan or the model.
            _log.warning("worded answer refused: %s", reason.split()[0])
            return answer
        return replace(answer, text=f"{words}\n{evidence.source}")
