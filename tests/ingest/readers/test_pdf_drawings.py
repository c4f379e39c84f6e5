"""PDF: which drawings are tables, and pages whose text runs sideways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.colors import Color, black, lightgrey, white
from reportlab.pdfgen.canvas import Canvas

from ingest.documents import Line, Table
from ingest.readers import read_document
from tests.pdfs import PAGE_HEIGHT, PAGE_WIDTH, Grid, Text, draw, text_font

SENTENCE = ("Sở Xây dựng rà soát", "các công trình", "trước ngày 15/6/2026")
ROWS = (("TT", "Nhiệm vụ", "Chủ trì"), ("1", "Kiểm kê cây cổ thụ", "Sở Nội vụ"), ("2", "Lập hồ sơ", "Sở Tài chính"))
Draw = Callable[[Canvas], object]


def read(tmp_path: Path, *pages: Draw) -> tuple[list[str], list[list[list[str]]]]:
    """Lines and tables of a file with a page for each drawing."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(PAGE_WIDTH, PAGE_HEIGHT))
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    blocks = read_document(tmp_path / "a.pdf").blocks
    lines = [block.text for block in blocks if isinstance(block, Line)]
    tables = [block for block in blocks if isinstance(block, Table)]
    return lines, [[[cell.text for cell in row.cells] for row in table.rows] for table in tables]


def sentence_over(shade: Color, *, outlined: bool = False) -> Draw:
    """A line of text in pieces, each with a box of one colour behind it, and a second line."""

    def page(canvas: Canvas) -> None:
        for y in (700, 686):
            x = 60.0
            for piece in SENTENCE:
                width = canvas.stringWidth(piece, text_font(), 11)
                canvas.setFillColor(shade)
                canvas.rect(x, y - 3, width + 4, 14, stroke=int(outlined), fill=1)
                canvas.setFillColor(black)
                canvas.setFont(text_font(), 11)
                canvas.drawString(x + 1, y, piece)
                x += width + 4

    return page


@pytest.mark.parametrize("shade", [white, lightgrey, Color(1, 1, 0)])
def test_text_backgrounds_are_no_table(tmp_path: Path, shade: Color) -> None:
    lines, tables = read(tmp_path, sentence_over(shade))
    assert lines == [" ".join(SENTENCE)] * 2
    assert tables == []


def test_underlines_and_a_frame_are_no_table(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        draw(canvas, Text(60, 100, "UBND TỈNH PHÚ GIANG"))
        canvas.line(60, PAGE_HEIGHT - 103, 200, PAGE_HEIGHT - 103)
        canvas.line(60, PAGE_HEIGHT - 113, 200, PAGE_HEIGHT - 113)
        canvas.rect(50, PAGE_HEIGHT - 220, 200, 60)
        draw(canvas, Text(60, 190, "DỰ THẢO lần 2"))

    assert read(tmp_path, page) == (["UBND TỈNH PHÚ GIANG", "DỰ THẢO lần 2"], [])


def test_rules_drawn_as_thin_boxes_make_a_table(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for row, texts in enumerate(ROWS):
            for column, text in enumerate(texts):
                draw(canvas, Text(64 + 160 * column, 112 + 20 * row, text))
        for rule in range(4):
            canvas.rect(60, PAGE_HEIGHT - 100 - 20 * rule, 480, 0.7, stroke=0, fill=1)
            canvas.rect(60 + 160 * rule, PAGE_HEIGHT - 160, 0.7, 60, stroke=0, fill=1)

    assert read(tmp_path, page) == ([], [[list(row) for row in ROWS]])


def grid(canvas: Canvas) -> None:
    draw(canvas, Grid(50, 200, (40, 200, 150), ROWS))


def turned(angle: int, page: Draw) -> Draw:
    """The same drawing turned counter-clockwise about the middle of the page, the paper left as it is."""

    def turned_page(canvas: Canvas) -> None:
        canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
        canvas.rotate(angle)
        canvas.translate(-PAGE_WIDTH / 2, -PAGE_HEIGHT / 2)
        page(canvas)

    return turned_page


def prose(canvas: Canvas) -> None:
    draw(canvas, Text(60, 300, "1. Sở Nội vụ tổ chức thi tay nghề trước ngày 20/6/2026."))
    draw(canvas, Text(60, 320, "2. Sở Tài chính cấp kinh phí trước ngày 25/6/2026."))


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_a_page_drawn_sideways(tmp_path: Path, angle: int) -> None:
    assert read(tmp_path, prose, turned(angle, grid))[1] == [[list(row) for row in ROWS]]
    assert read(tmp_path, turned(angle, prose)) == read(tmp_path, prose)


def test_a_turned_watermark_stays_out(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        prose(canvas)
        turned(45, lambda c: draw(c, Text(200, 421, "DỰ THẢO", size=40)))(canvas)

    assert read(tmp_path, page) == read(tmp_path, prose)


def test_headers_that_run_upwards(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        draw(canvas, Grid(50, 100, (20, 200, 150), (("", "", ""), *ROWS[1:]), 11))
        draw(canvas, Text(74, 112, "Nhiệm vụ"))
        canvas.saveState()
        canvas.translate(64, PAGE_HEIGHT - 114)
        canvas.rotate(90)
        draw(canvas, Text(0, PAGE_HEIGHT, "TT", size=9))
        canvas.restoreState()

    ((head, *_),) = read(tmp_path, page)[1]
    assert head == ["TT", "Nhiệm vụ", ""]
