"""From a file to a draft version of a plan: the way in, step by step.

read -> tables in text -> mark-up -> page furniture -> paragraphs -> outline
     -> metadata -> task tables, label lines, dated duties -> passages -> report
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.context import Context
from ingest.documents import Block, Document
from ingest.layout.accents import restore_accents
from ingest.layout.artefacts import clean
from ingest.layout.markup import unmark_lines
from ingest.layout.outline import Outline, read_outline
from ingest.layout.paragraphs import Paragraph, join_lines
from ingest.merging import merge_duties
from ingest.paper.metadata import read_metadata
from ingest.paper.names import find_mentions
from ingest.paper.relations import with_relations
from ingest.passages import footnote_passages, passages_of
from ingest.readers import read_document
from ingest.statements.label_lines import duties_from_labels
from ingest.statements.predicates import listed_predicates
from ingest.statements.sentences import duties_of
from ingest.tables.drawings import find_tables
from ingest.tables.reading import TablesRead, read_tables, split_titles
from ingest.validate import SURE, validate
from knowledge.agencies import Directory
from knowledge.errors import PlanFileError
from knowledge.records import Doubt, Origin, PlanDraft, PlanMetadata, Report, Task
from knowledge.text import cut


def read_plan(path: Path, directory: Directory) -> PlanDraft:
    """Reads one file as a plan.

    Raises:
        PlanFileError: the file is not a readable plan; nothing of it is kept.
    """
    document = read_document(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return draft_of(document, digest, directory)


def draft_of(document: Document, digest: str, directory: Directory) -> PlanDraft:
    """The draft that a document's blocks make; pure, so that tests need no files.

    Raises:
        PlanFileError: nothing in it says anything.
    """
    written = [*(entry.name for entry in directory.entries), *listed_predicates()]
    read = restore_accents(document.blocks, written)
    blocks: Sequence[Block] = list(split_titles(read, Context(directory, None, None)))
    if document.format in {"txt", "md"}:
        blocks = unmark_lines(find_tables(blocks))
    cleaned = clean(blocks)
    paragraphs = join_lines(cleaned.blocks)
    outline = read_outline(paragraphs)
    metadata = read_metadata(outline)
    context = Context(directory, metadata.plan_year, metadata.issued)
    found = _find_tasks(outline, metadata.kind, context)
    notes = {**cleaned.footnotes, **{len(cleaned.footnotes) + i: t for i, t in enumerate(document.footnotes, 1)}}
    passages = passages_of(
        outline, found.tasks, [*found.tables.others, *found.tables.lost], context
    ) + footnote_passages(notes)
    _check_says_something(found, passages, metadata, document.format)
    texts = [p for p in paragraphs if isinstance(p, Paragraph)]
    draft = PlanDraft(
        file=document.file,
        digest=digest,
        metadata=metadata,
        tasks=tuple(found.tasks),
        passages=tuple(passages),
        mentions=find_mentions([*texts, *(Paragraph(t) for t in notes.values())], metadata.number),
        footnotes=tuple(t for _, t in sorted(notes.items())),
        report=_report(
            found,
            metadata,
            document,
            cleaned.dropped,
            _unsure_letterhead(outline, metadata),
            len(passages),
            len(notes),
            context,
        ),
    )
    return with_relations(draft, outline, context)


@dataclass(slots=True)
class _Found:
    tables: TablesRead
    tasks: list[Task] = field(default_factory=list)
    clauses: int = 0
    doubts: list[Doubt] = field(default_factory=list)


def _find_tasks(outline: Outline, kind: str | None, context: Context) -> _Found:
    tables = read_tables(outline, context)
    labels = duties_from_labels(outline, context)
    duties = duties_of(outline, labels.used | tables.used, context, told=kind == "Báo cáo")
    manners = (validate(found.candidates, context) for found in (tables, labels, duties))
    tasks = merge_duties(*manners)
    clauses = sum(1 for task in tasks if task.origin is Origin.CLAUSE)
    return _Found(tables, tasks, clauses, [*tables.doubts, *duties.doubts])


def _check_says_something(found: _Found, passages: Sequence[object], metadata: PlanMetadata, form: str) -> None:
    if not found.tasks and not passages:
        raise PlanFileError("Không thấy nội dung nào của một kế hoạch trong tệp này.")
    says_itself = found.tasks or metadata.number or metadata.issued or found.tables.figures
    if form in {"xlsx", "xls", "ods"} and not says_itself:
        raise PlanFileError(
            "Tệp Excel này không có bảng nhiệm vụ (các cột như Nhiệm vụ, Cơ quan chủ trì, Thời hạn).",
            "no task table, no target table, no number and no date",
        )


def _unsure_letterhead(outline: Outline, metadata: PlanMetadata) -> list[Doubt]:
    """Number and day that OCR gave without being sure of their figures."""
    if not (metadata.number or metadata.issued):
        return []
    lines = [p.text for p in outline.head if p.confidence < SURE and ("Số" in p.text or "ngày" in p.text)]
    told = f"“{cut(lines[0], 90)}”" if lines else ""
    return [Doubt(f"Số, ngày ban hành đọc bằng nhận dạng chữ từ {told}, chưa chắc; xin soát lại")] if lines else []


def _report(
    found: _Found,
    metadata: PlanMetadata,
    document: Document,
    dropped: Sequence[str],
    letterhead: Sequence[Doubt],
    passages: int,
    footnotes: int,
    context: Context,
) -> Report:
    unknown = dict.fromkeys(
        office
        for task in found.tasks
        for office in (*task.lead, *task.coordinating)
        if context.directory.resolve(office) is None
    )
    left = list(found.tables.dropped)
    if found.tables.others:
        figures = found.tables.figures
        kinds = f" ({figures} bảng chỉ tiêu, số liệu)" if figures else ""
        left.append(f"{len(found.tables.others)} bảng không phải bảng nhiệm vụ{kinds}")
    missing = [
        Doubt(f"Không thấy {what} của văn bản")
        for what, value in (("số", metadata.number), ("ngày ban hành", metadata.issued), ("tên", metadata.title))
        if value is None
    ]
    return Report(
        tables=found.tables.tables,
        rows=len(found.tasks) - found.clauses,
        clauses=found.clauses,
        passages=passages,
        footnotes=footnotes,
        filled=tuple(found.tables.filled),
        doubts=(*missing, *letterhead, *(Doubt(n) for n in document.notes), *found.doubts),
        dropped=(*dropped, *left),
        unknown_agencies=tuple(unknown),
    )
