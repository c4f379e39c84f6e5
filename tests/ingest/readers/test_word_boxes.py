"""Text boxes are read where they stand, once; what is only drawn is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.documents import Line, Table
from ingest.readers import read_document
from tests.ingest.readers.office import cell, p, row, table, write_docx


def texts(path: Path) -> list[str]:
    return [block.text for block in read_document(path).blocks if isinstance(block, Line)]


def run(drawing: str, before: str = "", after: str = "") -> str:
    """A paragraph with a drawing between texts."""
    return f"<w:p><w:r><w:t>{before}</w:t></w:r><w:r>{drawing}</w:r><w:r><w:t>{after}</w:t></w:r></w:p>"


def vml(content: str, style: str = "width:200pt;height:60pt") -> str:
    return (
        f'<w:pict><v:shape style="{style}"><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox>'
        "</v:shape></w:pict>"
    )


def hanging(content: str, top: int) -> str:
    """A box anchored to its paragraph, `top` points under it."""
    return vml(content, f"position:absolute;margin-left:0;margin-top:{top}pt;width:200pt;height:60pt")


def modern(content: str, vertical: str = "") -> str:
    return (
        f"<w:drawing><wp:anchor>{vertical}<a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{content}"
        "</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    )


def below(points: int) -> str:
    offset = points * 12_700
    return f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{offset}</wp:posOffset></wp:positionV>'


def twice(new: str, old: str) -> str:
    """One drawing stored for new and for old programs."""
    return (
        f'<mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
        "</mc:AlternateContent>"
    )


BOX = p("Số: 12/KH-UBND") + p("Phú Giang, ngày 05 tháng 01 năm 2026")
LINES = ["Số: 12/KH-UBND", "Phú Giang, ngày 05 tháng 01 năm 2026"]


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (run(vml(BOX)) + p("KẾ HOẠCH"), [*LINES, "KẾ HOẠCH"]),
        (run(twice(modern(BOX), vml(BOX))) + p("KẾ HOẠCH"), [*LINES, "KẾ HOẠCH"]),
        (run(twice("<w:drawing/>", vml(BOX))) + p("KẾ HOẠCH"), [*LINES, "KẾ HOẠCH"]),
        (run(f"<w:pict><v:group><v:group>{vml(BOX)[8:-9]}</v:group></v:group></w:pict>") + p("a"), [*LINES, "a"]),
        (run(hanging(BOX, -60), after="KẾ HOẠCH"), [*LINES, "KẾ HOẠCH"]),
        (run(hanging(BOX, 40), after="KẾ HOẠCH"), ["KẾ HOẠCH", *LINES]),
        (run(modern(BOX, below(-50)), after="KẾ HOẠCH"), [*LINES, "KẾ HOẠCH"]),
        (run(modern(BOX, below(50)), after="KẾ HOẠCH"), ["KẾ HOẠCH", *LINES]),
        (run(vml(BOX), before="KẾ HOẠCH"), ["KẾ HOẠCH", *LINES]),
        (run(hanging(p("hai"), -20) + hanging(p("một"), -60), after="ba"), ["một", "hai", "ba"]),
        (run(vml(p("ngoài") + run(vml(p("trong"))))), ["ngoài", "trong"]),
        (f"<w:p>{twice(f'<w:r>{modern(BOX)}</w:r>', f'<w:r>{vml(BOX)}</w:r>')}</w:p>", LINES),
    ],
)
def test_boxes_in_the_body(tmp_path: Path, body: str, read: list[str]) -> None:
    document = read_document(write_docx(tmp_path / "a.docx", body))
    assert [block.text for block in document.blocks if isinstance(block, Line) and block.text] == read
    assert document.notes == ()


def test_a_box_in_a_cell_and_a_table_in_a_box(tmp_path: Path) -> None:
    tasks = table(row("TT", "Nhiệm vụ"), row("1", "Rà soát"))
    body = table(row(cell(run(vml(BOX)), "UBND TỈNH"), "b")) + run(vml(p("Bảng phân công") + tasks))
    first, line, second = read_document(write_docx(tmp_path / "a.docx", body)).blocks
    assert isinstance(first, Table)
    assert first.rows[0].cells[0].text == "\n".join([*LINES, "UBND TỈNH"])
    assert isinstance(line, Line)
    assert line.text == "Bảng phân công"
    assert isinstance(second, Table)
    assert [[c.text for c in r.cells] for r in second.rows] == [["TT", "Nhiệm vụ"], ["1", "Rà soát"]]


def test_boxes_in_page_headers_count_where_the_body_lacks_them(tmp_path: Path) -> None:
    header = run(vml(p("UBND TỈNH PHÚ GIANG") + BOX + p("2")))
    path = write_docx(tmp_path / "a.docx", p("Số: 12/KH-UBND") + p("KẾ HOẠCH"), header1=header)
    assert texts(path) == ["UBND TỈNH PHÚ GIANG", LINES[1], "Số: 12/KH-UBND", "KẾ HOẠCH"]


def picture(width: int, height: int) -> str:
    return (
        f'<w:drawing><wp:inline><wp:extent cx="{width * 12_700}" cy="{height * 12_700}"/><a:graphic><a:graphicData>'
        "<a:blip/></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


@pytest.mark.parametrize(
    ("drawing", "note"),
    [
        (picture(400, 300), "Không đọc được nội dung trong hình ảnh cạnh “Bảng phân công:” (đoạn 2)."),
        (picture(60, 60), None),  # a seal
        (
            '<w:drawing><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"/></w:drawing>',
            "Không đọc được nội dung trong biểu đồ cạnh “Bảng phân công:” (đoạn 2).",
        ),
        (
            '<w:object><o:OLEObject xmlns:o="urn:x" ProgID="Excel.Sheet.12"/></w:object>',
            "Không đọc được nội dung trong đối tượng nhúng Excel.Sheet.12 cạnh “Bảng phân công:” (đoạn 2).",
        ),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, drawing: str, note: str | None) -> None:
    document = read_document(write_docx(tmp_path / "a.docx", p("KẾ HOẠCH") + run(drawing, "Bảng phân công:")))
    assert document.notes == ((note,) if note else ())
