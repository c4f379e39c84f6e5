"""Targets of an agency: the rows of tables that give no tasks, and nothing else in their place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.asking import Assistant
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.records import Passage, PlanMetadata, Source
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import Row, draft

AS_OF = date(2026, 11, 20)
TARGETS = [
    ("1", "Tỷ lệ trạm y tế có bác sĩ", "95%", "Sở Y tế"),
    ("2", "Số giường bệnh trên một vạn dân", "32", "Sở Y tế"),
    ("3", "Tỷ lệ hộ dùng nước sạch", "80%", "Sở Nông nghiệp và Môi trường"),
]
TASKS: list[Row] = [
    ("Y tế", "Tập huấn cấp cứu cho trạm y tế", None, "Hai lớp", "Sở Y tế", "UBND cấp xã", "Quý II/2026"),
]


def asked(question: str) -> tuple[str, str]:
    metadata = PlanMetadata(
        "8/KH-UBND", date(2026, 1, 8), "UBND tỉnh Phú Giang", "Kế hoạch", "Chăm sóc sức khỏe năm 2026", "", (2026,)
    )
    plan = draft("8.docx", metadata, TASKS, [])
    rows = [
        Passage(
            f"{number}; Chỉ tiêu: {name}; Kết quả: {value}; Cơ quan theo dõi: {office}",
            Source(("Phụ lục II",), row=int(number), quote=name),
        )
        for number, name, value, office in TARGETS
    ]
    plan = replace(plan, passages=(*plan.passages, *rows))
    answer = Assistant(MemoryLibrary([plan]), load_directory(), load_lexicon()).ask(question, as_of=AS_OF)
    return answer.status.value, answer.text


@pytest.mark.parametrize(
    "question",
    ["Sở Y tế chủ trì những chỉ tiêu nào?", "SYT ctrì chỉ tiêu nào ở KH8", "chi tieu nao giao so y te theo doi"],
)
def test_an_agencys_targets(question: str) -> None:
    status, text = asked(question)
    assert (status, text.splitlines()[0]) == (
        "answered",
        "Có 2 dòng của Sở Y tế trong bảng của Kế hoạch 8/KH-UBND (năm 2026):",
    )
    assert "trạm y tế có bác sĩ" in text
    assert "nước sạch" not in text


def test_a_topic_narrows_them() -> None:
    _, text = asked("Sở Y tế chủ trì chỉ tiêu nào về giường bệnh?")
    assert "giường bệnh" in text
    assert "có bác sĩ" not in text


def test_without_any_no_duty_is_told_in_their_place() -> None:
    assert asked("Sở Tư pháp chủ trì những chỉ tiêu nào?") == (
        "not_found",
        "Kế hoạch 8/KH-UBND (năm 2026) không có bảng chỉ tiêu nào ghi tên Sở Tư pháp.",
    )
