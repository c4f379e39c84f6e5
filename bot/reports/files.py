"""A board as files and replies for a chat.

Zalo's Bot Platform takes no files (its sendPhoto wants a public address of the picture), so there, as on any
channel whose capabilities have no `files_out`, the reply is the text that says the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from bot.channels.contract import Capabilities, FileOut, Reply
from bot.reports.board_calendar import calendar_bytes
from bot.reports.board_text import DAYS, progress_text, summary, timeline_summary, timeline_text
from bot.reports.board_workbook import sheet_bytes
from bot.reports.periodic import Report
from bot.reports.word_report import report_docx
from bot.tracking.board import Board
from knowledge.text import fold

_LONGEST_NAME = 60


def progress_picture(board: Board) -> FileOut:
    """The picture of progress."""
    from bot.reports.page import png  # matplotlib takes half a second to import
    from bot.reports.progress_picture import draw_progress

    return FileOut(file_name("tien-do", board, "png"), png(draw_progress(board)))


def timeline_picture(board: Board, days: int = DAYS) -> FileOut:
    """The picture of what is due within so many days."""
    from bot.reports.page import png
    from bot.reports.timeline_picture import draw_timeline

    return FileOut(file_name("den-han", board, "png"), png(draw_timeline(board, days)))


def progress_sheet(board: Board) -> FileOut:
    """The workbook."""
    return FileOut(file_name("tien-do", board, "xlsx"), sheet_bytes(board))


def report_file(report: Report, to_pdf: Callable[[bytes], bytes] | None = None) -> FileOut:
    """The Word file of a period, or the PDF that `to_pdf` makes of it."""
    name, word = f"bao-cao {fold(report.period.name)}", report_docx(report)
    if to_pdf is None:
        return FileOut(file_name(name, report.board, "docx"), word)
    return FileOut(file_name(name, report.board, "pdf"), to_pdf(word))


def calendar_file(board: Board, now: datetime) -> FileOut:
    """The iCalendar file.

    Args:
        now: when it is made; aware.
    """
    return FileOut(file_name("lich", board, "ics"), calendar_bytes(board, now))


def progress_reply(board: Board, capabilities: Capabilities) -> Reply:
    """The picture with how many stand where; the text alone where no file can be sent."""
    if not capabilities.files_out:
        return Reply(progress_text(board), bold=True)
    return Reply(summary(board), bold=True, file=progress_picture(board))


def timeline_reply(board: Board, capabilities: Capabilities, days: int = DAYS) -> Reply:
    """The same for what is due within so many days."""
    if not capabilities.files_out:
        return Reply(timeline_text(board, days), bold=True)
    return Reply(timeline_summary(board, days), bold=True, file=timeline_picture(board, days))


def file_name(what: str, board: Board, suffix: str) -> str:
    """Plain letters, as every phone and mail program keeps them: "tien-do-so-noi-vu-2026-11-20.png"."""
    what, words = (re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-") for text in (what, board.title))
    words = words[:_LONGEST_NAME].strip("-")
    return f"{'-'.join(part for part in (what, words, board.today.isoformat()) if part)}.{suffix}"
