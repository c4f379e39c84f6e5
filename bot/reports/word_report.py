"""The report of a period as a Word file that can be signed.

What is the same in each stands in `report.docx` beside this file, laid out as Nghị định 30/2020/NĐ-CP, Phụ lục I, has
it: who issues it and the country's name side by side, the number and the day left to be written, the title, 14-point
Times New Roman, margins of 20, 20, 30 and 15 mm, pages numbered from the second one on, the signature below, and the
styles of headings, sentences and cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from bot.reports.periodic import Report
from bot.reports.report_text import late_by, sentences
from bot.reports.workbook import printable
from bot.tracking.board import Board, Entry, counted
from bot.tracking.urging import told_urgings
from knowledge.progress import boxed
from knowledge.wording import sentence_case

if TYPE_CHECKING:
    from docx.document import Document

_TEMPLATE = Path(__file__).with_name("report.docx")


def report_docx(report: Report) -> bytes:
    """The Word file."""
    import docx

    document, board, following = docx.Document(str(_TEMPLATE)), report.board, report.following
    _fill(document, report)
    signature = document.element.body[-3:-1]  # with the empty line above it; the last is the section's layout
    number = count(1)

    def head(text: str) -> None:
        document.add_paragraph(f"{next(number)}. {text}", "Heading 1")

    head("Kết quả chung")
    for sentence in sentences(report):
        _say(document, sentence)
    if board.counted:
        _boxes(document, board)
        head(f"Kết quả theo {'kế hoạch' if board.by_plan else 'cơ quan'}")
        _groups(document, board)
    head("Nhiệm vụ chưa hoàn thành, quá hạn")
    _late(document, "Trong kỳ", report.late, report)
    if report.earlier:
        _late(document, "Từ các kỳ trước chuyển sang", report.earlier, report)
    head("Nhiệm vụ đã báo xong, chờ xác nhận")
    _due(document, [[each] for each in report.waiting], "Không có nhiệm vụ nào chờ xác nhận.")
    head(f"Nhiệm vụ đến hạn kỳ tới ({following.name}, {following.days})")
    _due(document, [each.entries for each in report.next_items], "Không có nhiệm vụ nào đến hạn.")
    for element in signature:
        document.element.body[-1].addprevious(element)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _fill(document: Document, report: Report) -> None:
    """Puts unit, year and subject where the template names them."""
    about = f" ({report.subject})" if report.subject else ""
    day = f"{report.board.today:%d/%m/%Y}"
    words = {
        "unit": report.unit.upper(),
        "year": str(report.board.today.year),
        "subject": f"Kết quả thực hiện nhiệm vụ theo các kế hoạch{about} "
        f"(kỳ {report.period.name}, số liệu đến ngày {day})",
    }
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    for place in (document, *cells):
        for run in [run for paragraph in place.paragraphs for run in paragraph.runs]:
            run.text = printable(run.text.format(**words))


def _say(document: Document, text: str) -> None:
    document.add_paragraph(printable(text), "Body Text")


def _boxes(document: Document, board: Board) -> None:
    total = board.counted
    rows = [
        (sentence_case(box), str(number), f"{100 * number / total:.1f}".removesuffix(".0").replace(".", ",") + " %")
        for box, number in boxed(board.counts).items()
    ]
    rows.append(("Cộng", str(total), "100 %"))
    _table(document, ("Kết quả", "Số nhiệm vụ", f"Tỷ lệ trên {total} nhiệm vụ"), rows, (85, 40, 40), numbers=(1, 2))


def _groups(document: Document, board: Board) -> None:
    heads = ["TT", "Kế hoạch" if board.by_plan else "Cơ quan", "Tổng", *map(sentence_case, boxed(board.counts))]
    rows = [
        (str(at), group.name, str(counted(group.counts)), *map(str, boxed(group.counts).values()))
        for at, group in enumerate(board.groups(), 1)
    ]
    _table(document, heads, rows, (11, 56, 14, 21, 21, 21, 21), numbers=(0, 2, 3, 4, 5, 6))


def _late(document: Document, what: str, entries: Sequence[Entry], report: Report) -> None:
    if not entries:
        _say(document, f"{what}: không có.")
        return
    _say(document, f"{what}: {len(entries)} nhiệm vụ.")
    rows = [
        (str(at), f"{entry.title} – {entry.plan}", entry.agency, late_by(entry, report), _why(entry, report))
        for at, entry in enumerate(entries, 1)
    ]
    heads = ("TT", "Nhiệm vụ", "Cơ quan", "Thời hạn", "Lý do; đôn đốc")
    _table(document, heads, rows, (11, 60, 32, 28, 34), numbers=(0,))


def _why(entry: Entry, report: Report) -> str:
    number = entry.occurrence.id
    urged = report.urgings.get(number)
    said = [report.reasons.get(number) or "Chưa nêu lý do", *([told_urgings(urged)] if urged else [])]
    return "; ".join(said)


def _due(document: Document, owed: Sequence[Sequence[Entry]], nothing: str) -> None:
    """A row for each task on a day, with all who owe it."""
    if not owed:
        _say(document, nothing)
        return
    rows = []
    for at, entries in enumerate(owed, 1):
        first, agencies = entries[0], dict.fromkeys(entry.agency for entry in entries)
        due = f"{first.occurrence.due_on:%d/%m/%Y}"
        rows.append((str(at), f"{first.title} – {first.plan}", "; ".join(agencies), due))
    _table(document, ("TT", "Nhiệm vụ", "Cơ quan", "Thời hạn"), rows, (11, 86, 40, 28), numbers=(0, 3))


def _table(
    document: Document,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    *,
    numbers: Sequence[int],
) -> None:
    """Ruled, its heading on every page; columns of `numbers` in the middle.

    Args:
        widths: in millimetres; Word goes by the cells, LibreOffice by the columns.
    """
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=len(heads), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for texts in (heads, *rows):
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader" if texts is heads else "w:cantSplit"))
        for at, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Mm(widths[at])
            cell.text = printable(text)
            style = "Table Head" if texts is heads else "Table Number" if at in numbers else "Table Text"
            cell.paragraphs[0].style = style
