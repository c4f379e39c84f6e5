"""The report of a period in sentences: above the tables of the Word file, and in a chat."""

from __future__ import annotations

from bot.reports.board_text import left_out, some
from bot.reports.periodic import Report
from bot.reports.report_periods import CLOSING_DAY, Period, Span
from bot.tracking.board import Entry
from knowledge.progress import told_boxes, told_share

NONE_DUE = "Không có nhiệm vụ nào có thời hạn trong kỳ."


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
            rows = [f"• {entry.title} – {entry.agency} – {late_by(entry, report)}" for entry in entries]
            lines += [head, *some(rows)] if rows else []
        lines.append(f"Kỳ tới ({report.following.name}): {len(report.next_items)} nhiệm vụ đến hạn.")
    return "\n".join(lines)


def late_by(entry: Entry, report: Report) -> str:
    """Its day, and how many days ago that was."""
    due = entry.occurrence.due_on
    return f"hạn {due:%d/%m/%Y}, quá {(report.board.today - due).days} ngày"


def _rule(period: Period) -> str:
    if period.span is Span.WEEK:
        return ", từ thứ Hai đến Chủ nhật (tuần không có quy định riêng tại Nghị định 09/2019/NĐ-CP)"
    return " theo Điều 12 Nghị định 09/2019/NĐ-CP" if period.closing == CLOSING_DAY else ""
