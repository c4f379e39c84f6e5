"""From a file to a draft version of a plan: the way in, step by step.

read -> tables in text -> mark-up -> page furniture -> paragraphs -> outline
     -> metadata -> task tables, label lines, dated duties -> passages -> report
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.context import Context
from ingest.documents import Block, Document, Line, Row, Table
from ingest.layout.artefacts import clean
from ingest.layout.markup import unmark_lines
from ingest.layout.outline import Node, Outline, read_outline
from ingest.layout.paragraphs import Paragraph, join_lines
from ingest.merging import merge_duties
from ingest.paper.metadata import read_metadata
from ingest.paper.names import find_mentions
from ingest.paper.relations import with_relations
from ingest.passages import footnote_passages, passages_of
from ingest.readers import read_document
from ingest.statements.label_lines import duties_from_labels
from ingest.statements.sentences import duties_of
from ingest.tables.columns import Role, find_header, is_target_table
from ingest.tables.drawings import find_tables
from ingest.tables.stitching import Judge, StitchedTable, stitch
from ingest.tables.task_rows import tasks_of
from ingest.validate import validate
from knowledge.agencies import Directory
from knowledge.errors import PlanFileError
from knowledge.records import Doubt, Origin, PlanDraft, PlanMetadata, Report, Task
from knowledge.text import squeeze


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
        PlanFileError: nothing in it says anything, or its task table names no agency.
    """
    blocks: Sequence[Block] = [b for block in document.blocks for b in _title_rows(block)]
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
        outline, found.tasks, [*found.other_tables, *found.lost_rows], context
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
        report=_report(found, metadata, document, cleaned.dropped, len(passages), len(notes), context),
    )
    return with_relations(draft, outline, context)


_NO_HEADER = Row(())
"""Stands above rows whose cells are not under their columns, so that none is called by a wrong name."""


@dataclass(slots=True)
class _Found:
    tasks: list[Task] = field(default_factory=list)
    clauses: int = 0
    tables: list[StitchedTable] = field(default_factory=list)
    other_tables: list[tuple[Table, tuple[str, ...]]] = field(default_factory=list)
    lost_rows: list[tuple[Table, tuple[str, ...]]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def _title_rows(block: Block) -> Iterator[Block]:
    """Rows above a table's header (titles in a sheet) as lines of their own."""
    if isinstance(block, Table):
        header = find_header(block.rows)
        if header is not None and header.first:
            for row in block.rows[: header.first]:
                text = squeeze(" ".join(c.text for c in row.cells if not c.merged_left and not c.merged_above))
                yield Line(text, page=row.page, paragraph=row.number, whole=True)
            yield Table(block.rows[header.first :], page=block.page, sheet=block.sheet)
            return
    yield block


def _find_tasks(outline: Outline, kind: str | None, context: Context) -> _Found:
    found = _Found()
    judge = Judge(is_deadline=context.is_deadline, is_agency=context.is_agency)
    for node, tables in _table_runs(outline):
        path = node.full_path if node.paragraph else ()
        stitched, others = stitch(tables, judge)
        for table in stitched:
            tasks, doubts = tasks_of(table, path, context)
            found.tasks.extend(tasks)
            found.doubts.extend(doubts)
            found.tables.append(table)
            if table.lost:
                found.lost_rows.append((Table((_NO_HEADER, *table.lost)), path))
        found.other_tables.extend((table, path) for table in others)
    labels = duties_from_labels(outline, context)
    duties = duties_of(outline, labels.used, context, told=kind == "Báo cáo")
    labelled, told = validate(labels.candidates, context), validate(duties.candidates, context)
    found.tasks = merge_duties(found.tasks, labelled, told)
    found.clauses = sum(1 for task in found.tasks if task.origin is Origin.CLAUSE)
    found.doubts.extend(duties.doubts)
    return found


def _table_runs(outline: Outline) -> Iterator[tuple[Node, list[Table]]]:
    """Tables that follow one another with no text between, and the node they stand in."""
    for node in outline.root.walk():
        run: list[Table] = []
        for item in node.items:
            if isinstance(item, Table):
                run.append(item)
            elif run:
                yield node, run
                run = []
        if run:
            yield node, run


def _check_says_something(found: _Found, passages: Sequence[object], metadata: PlanMetadata, form: str) -> None:
    if not found.tasks and not passages:
        raise PlanFileError("Không thấy nội dung nào của một kế hoạch trong tệp này.")
    if form == "xlsx" and not (found.tasks or metadata.number or metadata.issued or _count_targets(found)):
        raise PlanFileError(
            "Tệp Excel này không có bảng nhiệm vụ (các cột như Nhiệm vụ, Cơ quan chủ trì, Thời hạn).",
            "no task table, no target table, no number and no date",
        )
    rows = [t for t in found.tasks if t.source.row is not None]
    if rows and not any(t.lead for t in found.tasks):
        raise PlanFileError(
            "Bảng nhiệm vụ không ghi cơ quan chủ trì nào; hãy thêm cột “Cơ quan chủ trì” rồi nạp lại.",
            f"{len(rows)} rows without a lead agency",
        )


def _count_targets(found: _Found) -> int:
    """Tables of targets and figures."""
    return sum(1 for table, _ in found.other_tables if is_target_table(None, table.rows))


def _report(
    found: _Found,
    metadata: PlanMetadata,
    document: Document,
    dropped: Sequence[str],
    passages: int,
    footnotes: int,
    context: Context,
) -> Report:
    filled = [
        f"dòng {row.row}: {', '.join(_VIETNAMESE[r] for r in Role if r in row.filled)} lấy theo dòng trên"
        for table in found.tables
        for row in table.rows
        if row.filled - {Role.NUMBER, Role.TITLE, Role.OTHER}
    ]
    unknown = dict.fromkeys(
        office
        for task in found.tasks
        for office in (*task.lead, *task.coordinating)
        if context.directory.resolve(office) is None
    )
    targets = _count_targets(found)
    left = [d for table in found.tables for d in table.dropped]
    if found.other_tables:
        kinds = f" ({targets} bảng chỉ tiêu, số liệu)" if targets else ""
        left.append(f"{len(found.other_tables)} bảng không phải bảng nhiệm vụ{kinds}")
    missing = [
        Doubt(f"Không thấy {what} của văn bản")
        for what, value in (("số", metadata.number), ("ngày ban hành", metadata.issued), ("tên", metadata.title))
        if value is None
    ]
    return Report(
        tables=len(found.tables),
        rows=len(found.tasks) - found.clauses,
        clauses=found.clauses,
        passages=passages,
        footnotes=footnotes,
        filled=tuple(filled),
        doubts=(*missing, *(Doubt(n) for n in document.notes), *found.doubts),
        dropped=(*dropped, *left),
        unknown_agencies=tuple(unknown),
    )


_VIETNAMESE = {
    Role.NUMBER: "số thứ tự",
    Role.TITLE: "nhiệm vụ",
    Role.ACTIVITY: "hoạt động",
    Role.PRODUCT: "sản phẩm",
    Role.LEAD: "chủ trì",
    Role.COORDINATING: "phối hợp",
    Role.DEADLINE: "thời hạn",
    Role.OTHER: "cột khác",
}
