"""Writes the yearly plan as .docx: letterhead in a table without rules, appendix with merged cells."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt

from tests.samples.content import UP, Entry, Para, Section, Style
from tests.samples.frozen_zip import freeze
from tests.samples.papers import TaskTable

_WRITTEN = datetime(2026, 1, 12, 8, 0)  # noqa: DTZ001 (a file property without a zone)
_WIDTHS = (1.2, 4.6, 5.2, 4.6, 3.4, 3.8, 2.8)


def write_docx(path: Path, text: tuple[Para, ...], appendix: tuple[str, ...], table: TaskTable) -> None:
    """Write the plan to `path`; the same content gives the same bytes."""
    document = docx.Document()
    properties = document.core_properties
    properties.author, properties.created, properties.modified = "UBND tỉnh Phú Giang", _WRITTEN, _WRITTEN
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(13)
    _letterhead(document, text[:5])
    for para in text[5:]:
        _paragraph(document, para)
    _landscape(document)
    for line in appendix:
        _paragraph(document, Para(line, Style.TITLE))
    _table(document, table)
    document.save(str(path))
    freeze(path)


def _letterhead(document: Any, lines: tuple[Para, ...]) -> None:
    issuer, state, motto, number, place = (line.text for line in lines)
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    for cell, texts in zip(cells, ((issuer, number), (state, motto, place)), strict=True):
        cell.text = "\n".join(texts)
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def _paragraph(document: Any, para: Para) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(para.text)
    run.bold = para.style in {Style.TITLE, Style.HEADING, Style.SUBHEADING}
    if para.style in {Style.TITLE, Style.CENTRE}:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif para.style is Style.RIGHT:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _landscape(document: Any) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width


def _table(document: Any, table: TaskTable) -> None:
    columns = len(table.header)
    grid = document.add_table(rows=0, cols=columns)
    grid.style = "Table Grid"
    for header in (table.header, ("", *(str(n) for n in range(1, columns)))):
        row = grid.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, text in zip(row.cells, header, strict=True):
            cell.text = text
    tops: list[Any] = [None] * columns
    for entry in table.rows:
        cells = list(grid.add_row().cells)
        if isinstance(entry, Section):
            _section(cells, entry)
        else:
            _entry(cells, entry, table.fields, tops)
    for row in grid.rows:
        for cell, width in zip(row.cells, _WIDTHS, strict=True):
            cell.width = Cm(width)


def _section(cells: list[Any], section: Section) -> None:
    if section.whole:
        cells[0].merge(cells[-1]).text = f"{section.label}. {section.name}"
        return
    cells[0].text = section.label
    cells[1].merge(cells[-1]).text = section.name


def _entry(cells: list[Any], entry: Entry, fields: tuple[str, ...], tops: list[Any]) -> None:
    for column, name in enumerate(fields):
        text = getattr(entry, name)
        if text == UP:
            kept = tops[column].text
            tops[column] = tops[column].merge(cells[column])
            tops[column].text = kept
        else:
            cells[column].text = text
            tops[column] = cells[column]
