"""Every composed answer about a made-up task, and each of its facts changed in turn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from knowledge.agencies import load_directory
from knowledge.library import LiveTask
from knowledge.qa.compose.record import record_answer
from knowledge.qa.model.checking import check_answer
from knowledge.qa.model.evidence import Evidence, evidence_of
from knowledge.qa.query.question import Intent
from tests.knowledge.qa.answering import AS_OF, assistant

DIRECTORY = load_directory()
ASSISTANT = assistant()
QUESTION = ASSISTANT.understander.read("ai chủ trì, hạn khi nào", ASSISTANT.library.plans(), AS_OF)
INTENTS = (Intent.LEAD, Intent.DUE, Intent.COORDINATE, Intent.PRODUCT)
OTHERS = ("Sở Y tế", "Thanh tra tỉnh", "Các sở, ban, ngành tỉnh")
TURNS = (("Hạn: Quý", "Hạn: trước Quý"), ("Hạn: Quý", "Hạn: sau Quý"), ("Thường xuyên", "Hằng quý"), ("hàng năm", ""))
QUARTERS = {"I": "II", "II": "III", "III": "IV", "IV": "I"}


def _evidence(task: LiveTask, intent: Intent) -> Evidence:
    evidence = evidence_of(record_answer(task, replace(QUESTION, intent=intent), AS_OF), DIRECTORY)
    assert evidence is not None
    return evidence


CASES = [
    pytest.param(_evidence(task, intent), id=f"{task.plan.name} {task.task.number} {intent}")
    for task in ASSISTANT.library.tasks()
    for intent in INTENTS
]


def _changed(evidence: Evidence) -> Iterator[str]:
    body = evidence.body
    named = {found.name for found in DIRECTORY.find(evidence.whole)}
    for found in DIRECTORY.find(body):
        for other in {*OTHERS, *named} - {found.name}:
            yield body[: found.start] + other + body[found.end :]
    for match in re.finditer(r"\d+", body):
        yield f"{body[: match.start()]}{int(match[0]) + 1}{body[match.end() :]}"
    for match in re.finditer(r"(?<=Quý )[IV]+", body):
        yield body[: match.start()] + QUARTERS[match[0]] + body[match.end() :]
    for role in re.finditer("hủ trì|hối hợp", body):
        yield f"{body[: role.start() - 1]}không {body[role.start() - 1 :]}"
    for old, new in TURNS:
        if old in body:
            yield body.replace(old, new, 1)


@pytest.mark.parametrize("evidence", CASES)
def test_a_changed_fact_is_refused(evidence: Evidence) -> None:
    assert check_answer(evidence.body, evidence, DIRECTORY) is None
    changed = list(_changed(evidence))
    assert len(changed) >= 4
    assert [text for text in changed if check_answer(text, evidence, DIRECTORY) is None] == []
