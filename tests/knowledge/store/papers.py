"""Made-up papers of tỉnh Phú Giang, as `ingest` would hand them over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256

from knowledge.records import (
    Deadline,
    DeadlineKind,
    Doubt,
    Mention,
    Origin,
    Passage,
    PlanDraft,
    PlanMetadata,
    Report,
    Source,
    Task,
)

NOW = datetime(2026, 2, 1, 8, 30, tzinfo=UTC)
UBND = "Ủy ban nhân dân tỉnh Phú Giang"
APPENDIX = ("PHỤ LỤC", "II. Cải cách thủ tục hành chính")
DIGITAL = PlanMetadata(
    number="57/KH-UBND",
    issued=date(2026, 1, 12),
    issuer=UBND,
    kind="Kế hoạch",
    title="Phát triển chính quyền số tỉnh Phú Giang năm 2026",
    signer="Trần Văn Mẫu",
    years=(2026,),
)
DIGITAL_TASKS = (
    "Rà soát thủ tục hành chính thuộc phạm vi quản lý của ngành",
    "Nâng cấp cổng dịch vụ công trực tuyến của tỉnh",
    "Bồi dưỡng kỹ năng số cho công chức cấp xã",
)


def make_task(title: str, *, row: int = 1, lead: str = "Sở Nội vụ", due: date = date(2026, 6, 30)) -> Task:
    """A task row of an appendix."""
    return Task(
        origin=Origin.TABLE,
        section="Cải cách thủ tục hành chính",
        number=str(row),
        title=title,
        activity=None,
        product="Báo cáo kết quả",
        lead=(lead, "Văn phòng UBND tỉnh"),
        coordinating=("Các sở, ban, ngành tỉnh",),
        deadline=Deadline(
            "Quý II/2026, tháng 11 hằng năm",
            (DeadlineKind.ONE_OFF, DeadlineKind.RECURRING),
            start=date(2026, 1, 1),
            dates=(due,),
            rules=("DTSTART:20261130\nRRULE:FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=-1",),
        ),
        source=Source(APPENDIX, row=row, page=3, sheet="Phụ lục", quote=f"{row} {title} {lead}"),
        lead_agencies=(lead,),
    )


def make_paper(
    metadata: PlanMetadata = DIGITAL,
    titles: Sequence[str] = DIGITAL_TASKS,
    *,
    file: str = "Kế hoạch 57.docx",
    clauses: Sequence[str] = ("Giao Sở Tài chính bố trí kinh phí thực hiện.",),
    mentions: tuple[Mention, ...] = (),
    tasks: tuple[Task, ...] | None = None,
) -> PlanDraft:
    """A paper with one passage for each task and each clause; equal contents, equal digest."""
    rows = tasks or tuple(make_task(title, row=row) for row, title in enumerate(titles, start=1))
    passages = [
        Passage(f"{task.title}. Chủ trì: {', '.join(task.lead)}.", task.source, task=place)
        for place, task in enumerate(rows)
    ]
    passages += [
        Passage(text, Source(("III. TỔ CHỨC THỰC HIỆN",), clause=str(i), quote=text), agency="Sở Tài chính")
        for i, text in enumerate(clauses, start=1)
    ]
    return PlanDraft(
        file=file,
        digest=sha256(repr((metadata, rows, clauses, mentions)).encode()).hexdigest(),
        metadata=metadata,
        tasks=rows,
        passages=tuple(passages),
        mentions=mentions,
        footnotes=("Theo báo cáo quý trước.",),
        report=Report(
            tables=1,
            rows=len(rows),
            passages=len(passages),
            filled=("Dòng 2: cơ quan chủ trì lấy từ dòng trên.",),
            doubts=(Doubt("Không rõ thời hạn.", "dòng 3"),),
        ),
    )
