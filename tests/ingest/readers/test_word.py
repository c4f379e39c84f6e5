"""What a person sees printed in Word is what is read: list numbers, merges, tracked changes, footnotes."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document as WordDocument
from docx.enum.text import WD_BREAK

from ingest.documents import Cell, Line, Row, Table
from ingest.readers import read_document
from knowledge.errors import ClassifiedError
from tests.ingest.readers.office import item, p, write_docx

ABOVE = Cell("", merged_above=True)
LEFT = Cell("", merged_left=True)


def texts(path: Path) -> list[str]:
    return [block.text for block in read_document(path).blocks if isinstance(block, Line)]


def test_a_paper_as_word_makes_it(tmp_path: Path) -> None:
    paper = WordDocument()
    paper.add_paragraph("KẾ HOẠCH", style="Title")
    paper.add_heading("I. MỤC TIÊU", level=1)
    paper.add_paragraph().add_run("Yêu cầu").bold = True
    paper.add_paragraph("Hoàn thành trong năm.")
    table = paper.add_table(rows=3, cols=3)
    for row, cells in enumerate([("TT", "Nhiệm vụ", "Chủ trì"), ("1", "Rà soát", "Sở Nội vụ"), ("2", "Công bố", "")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 2).merge(table.cell(2, 2))
    paper.add_paragraph("Nơi nhận:")
    path = tmp_path / "Kế hoạch 57.docx"
    paper.save(str(path))

    document = read_document(path)
    assert (document.file, document.format, document.notes) == ("Kế hoạch 57.docx", "docx", ())
    assert document.blocks == (
        Line("KẾ HOẠCH", paragraph=1, whole=True, heading=1),
        Line("I. MỤC TIÊU", paragraph=2, whole=True, heading=1, bold=True),
        Line("Yêu cầu", paragraph=3, whole=True, bold=True),
        Line("Hoàn thành trong năm.", paragraph=4, whole=True),
        Table(
            (
                Row((Cell("TT"), Cell("Nhiệm vụ"), Cell("Chủ trì")), number=1),
                Row((Cell("1"), Cell("Rà soát"), Cell("Sở Nội vụ")), number=2),
                Row((Cell("2"), Cell("Công bố"), ABOVE), number=3),
            )
        ),
        Line("Nơi nhận:", paragraph=5, whole=True),
    )


NUMBERING = """
<w:abstractNum w:abstractNumId="0">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2.%3"/></w:lvl>
  <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%4)"/></w:lvl>
  <w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>
  <w:lvl w:ilvl="5"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="+"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="0"/>
  <w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
"""


def test_list_numbers_are_printed(tmp_path: Path) -> None:
    levels = [0, 1, 1, 2, 2, 3, 3, 4, 5, 1, 3, 0, 1]
    body = "".join(item("việc", level) for level in levels) + item("việc", 0, num=2) + item("việc", 0, num=0)
    path = write_docx(tmp_path / "a.docx", body, numbering=NUMBERING)
    labels = ["I.", "1.", "2.", "1.2.1", "1.2.2", "a)", "b)", "-", "+", "3.", "a)", "II.", "1.", "V.", ""]
    assert texts(path) == [f"{label} việc".strip() for label in labels]


def test_the_number_column_of_a_table_may_be_automatic(tmp_path: Path) -> None:
    rows = "".join(
        f"<w:tr><w:tc>{item('', 1)}</w:tc><w:tc>{p(text)}</w:tc></w:tr>" for text in ("Rà soát", "Công bố")
    )
    path = write_docx(tmp_path / "a.docx", f"<w:tbl>{rows}</w:tbl>", numbering=NUMBERING)
    (table,) = read_document(path).blocks
    assert isinstance(table, Table)
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["1.", "Rà soát"], ["2.", "Công bố"]]


def test_tracked_changes_are_read_as_accepted(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>Sở </w:t></w:r><w:del><w:r><w:delText>Tài chính</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>Nội vụ</w:t></w:r></w:ins></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del></w:p>"
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr>"
        f"<w:tr><w:tc>{p('còn')}</w:tc></w:tr></w:tbl>"
    )
    line, table = read_document(write_docx(tmp_path / "a.docx", body)).blocks
    assert isinstance(line, Line)
    assert line.text == "Sở Nội vụ"
    assert table == Table((Row((Cell("còn"),), number=2),))


def test_footnotes_leave_the_sentence(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:t>Theo Đề án</w:t></w:r><w:r><w:footnoteReference w:id="3"/></w:r>'
        "<w:r><w:t>, tỉnh</w:t></w:r></w:p>"
        '<w:p><w:r><w:t>Và sau đó</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    )
    notes = "".join(f'<w:footnote w:id="{i}">{p(text)}</w:footnote>' for i, text in enumerate("ab" + "cd"))
    document = read_document(write_docx(tmp_path / "a.docx", body, footnotes=notes))
    assert [block.text for block in document.blocks if isinstance(block, Line)] == ["Theo Đề án, tỉnh", "Và sau đó"]
    assert document.footnotes == ("d", "c")


def test_merged_and_nested_cells(tmp_path: Path) -> None:
    nested = f"<w:tbl><w:tr><w:tc>{p('x')}</w:tc><w:tc>{p('y')}</w:tc></w:tr></w:tbl>"
    body = (
        f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr>{p("đầu")}</w:tc>'
        f"<w:tc>{p('một')}{p('')}{p('hai')}{nested}<w:p/></w:tc></w:tr>"
        f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge/></w:tcPr>{p("giấu")}</w:tc>'
        f"<w:tc>{p('ba')}</w:tc></w:tr>"
        f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc>{p("b")}</w:tc><w:tc>{p("c")}</w:tc></w:tr></w:tbl>'
    )
    (table,) = read_document(write_docx(tmp_path / "a.docx", body)).blocks
    assert isinstance(table, Table)
    assert [row.cells for row in table.rows] == [
        (Cell("đầu"), LEFT, Cell("một\nhai\nx | y")),
        (ABOVE, Cell("", merged_above=True, merged_left=True), Cell("ba")),
        (Cell(""), Cell("b"), Cell("c")),
    ]


def test_pages_as_last_laid_out(tmp_path: Path) -> None:
    breaks = "<w:lastRenderedPageBreak/>"
    body = (
        f"<w:p><w:r><w:t>một</w:t></w:r></w:p><w:p><w:r>{breaks}<w:t>hai</w:t></w:r></w:p>"
        f"<w:p><w:r><w:t>hai</w:t></w:r><w:r>{breaks}<w:t> và ba</w:t></w:r></w:p>"
        f"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>ba</w:t></w:r></w:p></w:tc></w:tr>"
        f"<w:tr><w:tc><w:p><w:r>{breaks}<w:t>bốn</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    *lines, table = read_document(write_docx(tmp_path / "a.docx", body)).blocks
    assert [line.page for line in lines] == [1, 2, 2]
    assert isinstance(table, Table)
    assert [row.page for row in table.rows] == [3, 4]
    paper = WordDocument()
    paper.add_paragraph("một").add_run().add_break(WD_BREAK.PAGE)
    paper.save(str(tmp_path / "b.docx"))
    assert [block.page for block in read_document(tmp_path / "b.docx").blocks] == [None]


@pytest.mark.parametrize(
    ("body", "printed"),
    [
        (
            "<w:r><w:t>Cơ quan chủ trì: A</w:t><w:br/><w:t>Thời gian: B</w:t></w:r>",
            ["Cơ quan chủ trì: A", "Thời gian: B"],
        ),
        ("<w:r><w:t>1.</w:t><w:tab/><w:t>Việc</w:t></w:r>", ["1.    Việc"]),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:t>hiện</w:t></w:r>", ["hiện"]),
        ("<w:r><w:rPr><w:caps/></w:rPr><w:t>Mục tiêu</w:t></w:r>", ["MỤC TIÊU"]),
        ("<w:hyperlink><w:r><w:t>liên kết</w:t></w:r></w:hyperlink>", ["liên kết"]),
        ("<w:sdt><w:sdtContent><w:r><w:t>ô điền</w:t></w:r></w:sdtContent></w:sdt>", ["ô điền"]),
        ("<w:r><w:t>số</w:t><w:instrText>PAGE</w:instrText></w:r>", ["số"]),
        ("<w:r><w:t>KH</w:t><w:noBreakHyphen/><w:t>UBND</w:t></w:r>", ["KH-UBND"]),
    ],
)
def test_runs(tmp_path: Path, body: str, printed: list[str]) -> None:
    assert texts(write_docx(tmp_path / "a.docx", f"<w:p>{body}</w:p>")) == printed


STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 2"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Mục con"/><w:basedOn w:val="H"/></w:style>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="x"/><w:basedOn w:val="Loop"/></w:style>
"""


@pytest.mark.parametrize(
    ("properties", "run", "heading", "bold"),
    [
        ('<w:pStyle w:val="H"/>', "", 2, True),
        ('<w:pStyle w:val="Own"/>', "", 2, True),
        ('<w:pStyle w:val="H"/>', '<w:b w:val="0"/>', 2, False),
        ('<w:outlineLvl w:val="0"/>', "<w:b/>", 1, True),
        ('<w:outlineLvl w:val="9"/>', "", None, False),
        ('<w:pStyle w:val="Loop"/>', "", None, False),
        ("", "", None, False),
    ],
)
def test_styles(tmp_path: Path, properties: str, run: str, heading: int | None, bold: bool) -> None:
    path = write_docx(tmp_path / "a.docx", p("Mục", properties, run), styles=STYLES)
    assert read_document(path).blocks == (Line("Mục", paragraph=1, whole=True, heading=heading, bold=bold),)


def test_a_table_of_contents_is_no_text(tmp_path: Path) -> None:
    body = p("I. MỤC TIÊU    3", '<w:pStyle w:val="T"/>') + p("I. MỤC TIÊU")
    assert texts(write_docx(tmp_path / "a.docx", body, styles=STYLES)) == ["I. MỤC TIÊU"]


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (p("Së Néi vô", run='<w:rFonts w:ascii=".VnTime"/>'), "TCVN3 (ABC)"),
        (p("së néi vô", run='<w:rFonts w:ascii=".VnTimeH"/>'), "TCVN3 (ABC)"),
        (
            '<w:p><w:r><w:rPr><w:rFonts w:ascii="VNI-Times"/></w:rPr><w:t>Sô</w:t></w:r>'
            '<w:r><w:rPr><w:rFonts w:ascii="VNI-Times"/></w:rPr><w:t>û Noäi vuï</w:t></w:r></w:p>',
            "VNI",
        ),
        (p("Së Néi vô chñ tr× rµ so¸t thñ tôc hµnh chÝnh"), "TCVN3 (ABC)"),  # no font tells it
    ],
)
def test_legacy_fonts(tmp_path: Path, body: str, encoding: str) -> None:
    document = read_document(write_docx(tmp_path / "a.docx", body + p("Năm 2026")))
    assert document.encoding == encoding
    assert document.notes == (f"Đã chuyển văn bản từ bảng mã {encoding} sang Unicode.",)
    first = document.blocks[0]
    assert isinstance(first, Line)
    assert first.text.lower().startswith("sở nội vụ")


WORD_ART = '<w:p><w:r><w:pict><v:shape><v:textpath string="MẬT"/></v:shape></w:pict></w:r></w:p>'
BOX = "<w:p><w:r><w:t>KẾ HOẠCH</w:t><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>"


@pytest.mark.parametrize(
    ("body", "header"),
    [(BOX.format(p("TỐI MẬT")), ""), (p("KẾ HOẠCH"), p("MẬT")), (p("MẬT"), ""), (p("KẾ HOẠCH"), WORD_ART)],
)
def test_secret_papers(tmp_path: Path, body: str, header: str) -> None:
    with pytest.raises(ClassifiedError):
        read_document(write_docx(tmp_path / "a.docx", body, header1=header))
