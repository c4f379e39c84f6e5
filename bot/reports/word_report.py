"""The report of a period as a Word file that can be signed, and as a text.

Laid out as Nghị định 30/2020/NĐ-CP, Phụ lục I, has it: who issues it and the country's name side by side, the number
and the day left to be written, the title, 14-point Times New Roman, margins of 20, 20, 30 and 15 mm, pages numbered
from the second one on, the signature below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

from bot.reports.board_text import left_out, some
from bot.reports.report_periods import CLOSING_DAY, Period, Span
from bot.reports.workbook import printable
from bot.tracking.board import ALL, Board, Entry, Item, counted
from bot.tracking.urging import Urgings, told_urgings
from knowledge.progress import Standing, boxed, told_boxes, told_share
from knowledge.wording import sentence_case

if TYPE_CHECKING:
    from docx.document import Document

_FONT = "Times New Roman"
_BODY, _SMALL = 14, 12
_GAP = "………"
NONE_DUE = "Không có nhiệm vụ nào có thời hạn trong kỳ."


@dataclass(frozen=True, slots=True)
class Report:
    """See the module.

    Attributes:
        unit: who reports.
        board: what was due in the period, on its last day of figures.
        earlier: what was due before and is late still.
        over: how many of papers of past years are not done: in no count.
        following: the next period; `coming` is what is due in it.
        reasons, urgings: of those that are late, by number.
    """

    period: Period
    unit: str
    board: Board
    earlier: tuple[Entry, ...]
    over: int
    following: Period
    coming: Board
    reasons: Mapping[int, str]
    urgings: Mapping[int, Urgings]

    @property
    def late(self) -> list[Entry]:
        """What was due in the period and is late."""
        return [entry for entry in self.board.entries if entry.standing is Standing.LATE]

    @property
    def waiting(self) -> list[Entry]:
        """What was due in the period, is reported and waits for a yes."""
        return [entry for entry in self.board.entries if entry.occurrence.is_waiting]

    @property
    def next_items(self) -> list[Item]:
        """What is to be done in the next period, one a task and day."""
        return self.coming.items((Standing.NEAR, Standing.IN_TIME))

    @property
    def subject(self) -> str:
        """Whom or what it is about, where that is not everything."""
        return "" if self.board.title in (ALL, self.unit) else self.board.title


def sentences(report: Report) -> list[str]:
    """What is counted, when, and what of: the paragraphs above the tables."""
    period, board = report.period, report.board
    closed = "ngày chốt số liệu" if board.today == period.last else "kỳ báo cáo chưa đến ngày chốt số liệu"
    lines = [
        f"Kỳ báo cáo {period.name} tính {period.days}{_rule(period)}. "
        f"Số liệu đến hết ngày {board.today:%d/%m/%Y} ({closed})."
    ]
    if board.counted:
        counts = board.counts
        lines.append(
            f"Trong kỳ có {board.counted} nhiệm vụ có thời hạn (tính từng cơ quan, từng hạn): {told_boxes(counts)}; "
            f"{told_share(counts)}."
        )
    else:
        lines.append(NONE_DUE)
    lines += left_out(board)
    if report.earlier:
        lines.append(f"Từ các kỳ trước còn {len(report.earlier)} nhiệm vụ quá hạn, không tính ở trên.")
    if report.over:
        lines.append(f"Văn bản của các năm trước còn {report.over} nhiệm vụ chưa xong, không tính ở trên.")
    return lines


def report_text(report: Report, *, whole: bool = False) -> str:
    """The same in a chat: the sentences; `whole` with what is late, for channels that take no files."""
    lines = [f"Báo cáo {report.period.name} – {report.board.title}", *sentences(report)]
    if whole:
        for head, entries in (("Quá hạn trong kỳ:", report.late), ("Quá hạn từ các kỳ trước:", report.earlier)):
            rows = [f"• {entry.title} – {entry.agency} – {_late_by(entry, report)}" for entry in entries]
            lines += [head, *some(rows)] if rows else []
        lines.append(f"Kỳ tới ({report.following.name}): {len(report.next_items)} nhiệm vụ đến hạn.")
    return "\n".join(lines)


def report_docx(report: Report) -> bytes:
    """The Word file."""
    import docx

    document = docx.Document()
    _prepare(document)
    _letterhead(document, report)
    _title(document, report)
    number = count(1)
    _heading(document, f"{next(number)}. Kết quả chung")
    for sentence in sentences(report):
        _paragraph(document, sentence)
    if report.board.counted:
        _boxes(document, report.board)
        _heading(document, f"{next(number)}. Kết quả theo {'kế hoạch' if report.board.by_plan else 'cơ quan'}")
        _groups(document, report.board)
    _heading(document, f"{next(number)}. Nhiệm vụ chưa hoàn thành, quá hạn")
    _late(document, "Trong kỳ", report.late, report)
    if report.earlier:
        _late(document, "Từ các kỳ trước chuyển sang", report.earlier, report)
    _heading(document, f"{next(number)}. Nhiệm vụ đã báo xong, chờ xác nhận")
    _due(document, [_row([each]) for each in report.waiting], "Không có nhiệm vụ nào chờ xác nhận.")
    following = report.following
    _heading(document, f"{next(number)}. Nhiệm vụ đến hạn kỳ tới ({following.name}, {following.days})")
    _due(document, [_row(each.entries) for each in report.next_items], "Không có nhiệm vụ nào đến hạn.")
    _signature(document, report)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _rule(period: Period) -> str:
    if period.span is Span.WEEK:
        return ", từ thứ Hai đến Chủ nhật (tuần không có quy định riêng tại Nghị định 09/2019/NĐ-CP)"
    return " theo Điều 12 Nghị định 09/2019/NĐ-CP" if period.closing == CLOSING_DAY else ""


def _late_by(entry: Entry, report: Report) -> str:
    due = entry.occurrence.due_on
    return f"hạn {due:%d/%m/%Y}, quá {(report.board.today - due).days} ngày"


def _prepare(document: Document) -> None:
    """A4, margins, the font of everything, page numbers in the middle above from the second page on."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(_BODY)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(number, "PAGE")


def _field(paragraph: Any, instruction: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, text in (("begin", ""), ("", instruction), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _letterhead(document: Document, report: Report) -> None:
    table = document.add_table(rows=2, cols=2)
    _set_widths(table, (62, 103))
    left, right = table.rows[0].cells
    _line(left.paragraphs[0], f"UBND TỈNH {_GAP}", 13)
    _line(left.add_paragraph(), report.unit.upper(), 13, bold=True, ruled=True)
    _line(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, bold=True)
    _line(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", _BODY, bold=True, ruled=True)
    below = table.rows[1].cells
    _line(below[0].paragraphs[0], f"Số: {_GAP}/BC-{_GAP}", 13)
    _line(below[1].paragraphs[0], f"{_GAP}, ngày …… tháng …… năm {report.board.today.year}", _BODY, italic=True)


def _title(document: Document, report: Report) -> None:
    about = f" ({report.subject})" if report.subject else ""
    _line(document.add_paragraph(), "BÁO CÁO", _BODY, bold=True, before=12)
    until = f"số liệu đến ngày {report.board.today:%d/%m/%Y}"
    words = f"kết quả thực hiện nhiệm vụ theo các kế hoạch{about} (kỳ {report.period.name}, {until})"
    _line(document.add_paragraph(), sentence_case(words), _BODY, bold=True, ruled=True, after=12)


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
        _paragraph(document, f"{what}: không có.")
        return
    _paragraph(document, f"{what}: {len(entries)} nhiệm vụ.")
    rows = [
        (str(at), f"{entry.title} – {entry.plan}", entry.agency, _late_by(entry, report), _why(entry, report))
        for at, entry in enumerate(entries, 1)
    ]
    heads = ("TT", "Nhiệm vụ", "Cơ quan", "Thời hạn", "Lý do; đôn đốc")
    _table(document, heads, rows, (11, 60, 32, 28, 34), numbers=(0,))


def _why(entry: Entry, report: Report) -> str:
    number = entry.occurrence.id
    urged = report.urgings.get(number)
    said = [report.reasons.get(number) or "Chưa nêu lý do", *([told_urgings(urged)] if urged else [])]
    return "; ".join(said)


def _row(entries: Sequence[Entry]) -> tuple[str, str, str]:
    """A task on a day, with all who owe it."""
    first, agencies = entries[0], dict.fromkeys(entry.agency for entry in entries)
    return f"{first.title} – {first.plan}", "; ".join(agencies), f"{first.occurrence.due_on:%d/%m/%Y}"


def _due(document: Document, rows: Sequence[tuple[str, str, str]], nothing: str) -> None:
    if not rows:
        _paragraph(document, nothing)
        return
    numbered = [(str(at), *row) for at, row in enumerate(rows, 1)]
    _table(document, ("TT", "Nhiệm vụ", "Cơ quan", "Thời hạn"), numbered, (11, 86, 40, 28), numbers=(0, 3))


def _signature(document: Document, report: Report) -> None:
    document.add_paragraph()
    table = document.add_table(rows=1, cols=2)
    _set_widths(table, (75, 90))
    left, right = table.rows[0].cells
    _line(left.paragraphs[0], "Nơi nhận:", _SMALL, bold=True, italic=True, centred=False)
    for line in (f"- {_GAP};", f"- Lưu: VT, {_GAP}."):
        _line(left.add_paragraph(), line, 11, centred=False)
    _line(right.paragraphs[0], f"THỦ TRƯỞNG {report.unit.upper()}", _BODY, bold=True)
    _line(right.add_paragraph(), "(Ký, ghi rõ họ tên, đóng dấu)", 13, italic=True, after=70)


def _heading(document: Document, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    _line(paragraph, text, _BODY, bold=True, centred=False, before=6, after=6)


def _paragraph(document: Document, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    paragraph = document.add_paragraph()
    _line(paragraph, text, _BODY, centred=False, after=6)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(10)


def _table(
    document: Document,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[int],
    *,
    numbers: Sequence[int],
) -> None:
    """Ruled, its heading on every page; columns of `numbers` in the middle."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _line(cell.paragraphs[0], head, _SMALL, bold=True)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in rows:
        added = table.add_row()
        added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for at, (cell, text) in enumerate(zip(added.cells, row, strict=True)):
            _line(cell.paragraphs[0], text, _SMALL, centred=at in numbers)
    _set_widths(table, widths)
    document.add_paragraph().paragraph_format.space_after = Mm(0)


def _set_widths(table: Any, widths: Sequence[int]) -> None:
    """In millimetres; Word goes by the cells, LibreOffice by the columns."""
    from docx.shared import Mm

    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _line(
    paragraph: Any,
    text: str,
    size: int,
    *,
    bold: bool = False,
    italic: bool = False,
    centred: bool = True,
    ruled: bool = False,
    before: int = 0,
    after: int = 0,
) -> None:
    """One run of text; `ruled` with a short line below it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    run = paragraph.add_run(printable(text))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.0
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if ruled:
        form.space_after = Pt(0)
        rule = paragraph.insert_paragraph_before("")
        paragraph._p.addnext(rule._p)
        _line(rule, "―――――――", 6, after=after)
