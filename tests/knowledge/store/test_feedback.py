"""What people say of answers is kept with the question, the answer and its evidence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from knowledge.library import LivePlan
from knowledge.qa.compose.answer import Answer, SourceRef, Status
from knowledge.records import PlanMetadata, Source
from knowledge.store.database import open_store
from knowledge.store.feedback import Evidence, Feedback, Verdict, list_feedback, record_feedback

NOW = datetime(2026, 11, 20, 9, 45, tzinfo=UTC)
PLAN = LivePlan(3, "57/KH-UBND", "ke-hoach-57.docx", 2, PlanMetadata(number="57/KH-UBND"))
ANSWER = Answer(
    Status.ANSWERED,
    "Sở Y tế chủ trì.",
    sources=(SourceRef(PLAN, Source(("Phụ lục", "VI. An toàn thực phẩm"), row=42, quote="42 | Kiểm tra bếp ăn")),),
)
KEPT = Feedback(
    NOW,
    Verdict.WRONG,
    "ai kiểm tra bếp ăn",
    ("chào",),
    "answered",
    "Sở Y tế chủ trì.",
    (Evidence("57/KH-UBND", 2, ("Phụ lục", "VI. An toàn thực phẩm"), "42 | Kiểm tra bếp ăn"),),
)


def test_a_verdict_is_kept_whole(tmp_path: Path) -> None:
    with open_store(data=tmp_path) as store:
        record_feedback(store, Verdict.WRONG, "ai kiểm tra bếp ăn", ["chào"], ANSWER, now=NOW)
    with open_store(data=tmp_path) as store:
        assert list_feedback(store) == [KEPT]


def test_the_newest_comes_first_and_the_list_can_be_narrowed(tmp_path: Path) -> None:
    with open_store(data=tmp_path) as store:
        for minutes, verdict in enumerate((Verdict.WRONG, Verdict.RIGHT, Verdict.WRONG)):
            record_feedback(store, verdict, f"câu {minutes}", [], ANSWER, now=NOW + timedelta(minutes=minutes))
        assert [f.question for f in list_feedback(store)] == ["câu 2", "câu 1", "câu 0"]
        assert [f.question for f in list_feedback(store, Verdict.WRONG)] == ["câu 2", "câu 0"]
        assert [f.question for f in list_feedback(store, limit=1)] == ["câu 2"]
