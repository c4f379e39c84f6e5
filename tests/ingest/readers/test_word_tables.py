"""Tables in tables, text that is not in force, and columns that stay under their heads."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.documents import Line, Table
from ingest.readers import read_document
from tests.ingest.readers.office import cell, p, row, table, write_docx

HEAD = row("TT", "Nhiệm vụ", "Chủ trì")
FIRST = row("1", "Rà soát", "Sở Nội vụ")
TASKS = table(HEAD, FIRST)
STRUCK = "<w:strike/>"


def shown(path: Path) -> list[object]:
    """Lines as their text, tables as rows of texts; "^" and "<" for merged cells."""
    blocks: list[object] = []
    for block in read_document(path).blocks:
        if isinstance(block, Line):
            blocks += [block.text] if block.text else []
        else:
            blocks.append(
                [[c.text + "^" * c.merged_above + "<" * c.merged_left for c in r.cells] for r in block.rows]
            )
    return blocks


TASK_ROWS = [["TT", "Nhiệm vụ", "Chủ trì"], ["1", "Rà soát", "Sở Nội vụ"]]


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (table(row(cell("Bảng phân công", TASKS, p("")))), ["Bảng phân công", TASK_ROWS]),
        (table(row(cell(table(row(cell(TASKS)))))), [TASK_ROWS]),
        (table(row("Bảng phân công"), row(cell(TASKS)), row("Ghi chú")), ["Bảng phân công", TASK_ROWS, "Ghi chú"]),
        (table(row(cell("trái"), cell(TASKS))), ["trái", TASK_ROWS]),
        (table(row(cell(TASKS), cell(TASKS))), [TASK_ROWS, TASK_ROWS]),
        (table(row("", cell(TASKS), "")), [TASK_ROWS]),
        (
            table(HEAD, row("1", cell("Diễn tập", table(row("Nơi: bến", "Quy mô: 9"))), cell(TASKS))),
            [
                [
                    TASK_ROWS[0],
                    ["1", "Diễn tập\nNơi: bến | Quy mô: 9", "TT | Nhiệm vụ | Chủ trì\n1 | Rà soát | Sở Nội vụ"],
                ]
            ],
        ),
    ],
)
def test_tables_in_tables(tmp_path: Path, body: str, read: list[object]) -> None:
    assert shown(write_docx(tmp_path / "a.docx", body)) == read


STYLES = """
<w:style w:type="character" w:styleId="Off"><w:name w:val="Bỏ"/><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="OffP"><w:name w:val="Bỏ đoạn"/><w:rPr><w:dstrike/></w:rPr></w:style>
"""


def struck(text: str) -> str:
    return f"<w:r><w:rPr>{STRUCK}</w:rPr><w:t>{text}</w:t></w:r>"


NOT_READ = "Chữ bị gạch ngang không được nạp: "
ROW_NOT_READ = "Dòng bị gạch ngang không được nạp: "


@pytest.mark.parametrize(
    ("body", "read", "notes"),
    [
        (f"<w:p>{struck('Sở A ')}<w:r><w:t>Sở B</w:t></w:r></w:p>", ["Sở B"], [NOT_READ + "“Sở A” (đoạn 1)."]),
        (p("Sở A", run="<w:dstrike/>") + p("b"), ["b"], [NOT_READ + "“Sở A” (đoạn 1)."]),
        (p("Sở A", run='<w:rStyle w:val="Off"/>') + p("b"), ["b"], [NOT_READ + "“Sở A” (đoạn 1)."]),
        (p("Sở A", '<w:pStyle w:val="OffP"/>') + p("b"), ["b"], [NOT_READ + "“Sở A” (đoạn 1)."]),
        (p("Sở A", '<w:pStyle w:val="OffP"/>', '<w:dstrike w:val="0"/>'), ["Sở A"], []),
        (f"<w:p><w:r><w:t>2. </w:t></w:r>{struck('việc')}</w:p>" + p("b"), ["b"], [NOT_READ + "“việc” (đoạn 1)."]),
        (
            table(HEAD, row("1", p("Mua xe", run=STRUCK), cell(p("Sở A", run=STRUCK), "Sở B"))) + p("c"),
            [[TASK_ROWS[0], ["1", "", "Sở B"]], "c"],
            [NOT_READ + "“Mua xe” (bảng 1, dòng 2).", NOT_READ + "“Sở A” (bảng 1, dòng 2)."],
        ),
        (
            table(HEAD, row("1", cell(p("Mua xe", run=STRUCK)), cell(p("Sở A", run=STRUCK))), FIRST),
            [TASK_ROWS],
            [ROW_NOT_READ + "“1 | Mua xe | Sở A” (bảng 1, dòng 2)."],
        ),
        (
            # What was merged into a cell that is gone does not go to the row above it.
            table(
                HEAD,
                FIRST,
                row(
                    "2", cell(p("a", run=STRUCK)), cell(p("A", run=STRUCK), properties='<w:vMerge w:val="restart"/>')
                ),
                row("3", "b", cell("", properties="<w:vMerge/>")),
            ),
            [[*TASK_ROWS, ["3", "b", ""]]],
            [ROW_NOT_READ + "“2 | a | A” (bảng 1, dòng 3)."],
        ),
    ],
)
def test_struck_text_is_not_in_force(tmp_path: Path, body: str, read: list[object], notes: list[str]) -> None:
    path = write_docx(tmp_path / "a.docx", body, styles=STYLES)
    assert shown(path) == read
    assert list(read_document(path).notes) == notes


def test_many_struck_places_are_counted(tmp_path: Path) -> None:
    body = p("KẾ HOẠCH") + "".join(p(f"việc {n}", run=STRUCK) for n in range(40))
    notes = read_document(write_docx(tmp_path / "a.docx", body)).notes
    assert len(notes) == 13
    assert notes[-1] == "Chữ bị gạch ngang không được nạp: còn 28 chỗ khác."


def test_hidden_text_and_tracked_changes_are_told(tmp_path: Path) -> None:
    body = (
        p("KẾ HOẠCH")
        + p("nháp", run="<w:vanish/>")
        + "<w:p><w:moveFrom><w:r><w:t>chuyển</w:t></w:r></w:moveFrom><w:r><w:t>Sở A</w:t></w:r></w:p>"
        + "<w:p><w:moveTo><w:r><w:t>chuyển</w:t></w:r></w:moveTo></w:p>"
    )
    path = write_docx(tmp_path / "a.docx", body)
    assert shown(path) == ["KẾ HOẠCH", "Sở A", "chuyển"]
    assert read_document(path).notes == (
        "Chữ ẩn không được nạp: “nháp” (đoạn 2).",
        "Tệp có sửa đổi đang theo dõi (Track Changes): đã đọc như khi chấp nhận mọi sửa đổi; "
        "xin kiểm tra với bản chính.",
    )


def test_a_paragraph_whose_end_was_removed_goes_on(tmp_path: Path) -> None:
    end = "<w:rPr><w:del/></w:rPr>"
    body = p("Giao Sở A", end) + p(" rà soát", end) + p(" văn bản.") + p("", end) + p("Hết", end)
    assert shown(write_docx(tmp_path / "a.docx", body)) == ["Giao Sở A rà soát văn bản.", "Hết"]
    inside = table(row(cell(p("Sở A", end), p(" và Sở B")), "b"))
    assert shown(write_docx(tmp_path / "b.docx", inside)) == [[["Sở A và Sở B", "b"]]]


def test_content_controls_round_rows_and_cells(tmp_path: Path) -> None:
    def control(content: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    inside = row("2", "Công bố", "Sở Y tế").replace(cell("Sở Y tế"), control(cell("Sở Y tế")))
    path = write_docx(tmp_path / "a.docx", control(table(HEAD, FIRST, control(inside))))
    assert shown(path) == [[*TASK_ROWS, ["2", "Công bố", "Sở Y tế"]]]


def wide(text: str, span: int) -> str:
    return cell(text, properties=f'<w:gridSpan w:val="{span}"/>')


@pytest.mark.parametrize(
    ("body", "read"),
    [
        # A row that begins one column later, and one that ends earlier.
        (
            table(
                HEAD,
                row("b", "c", properties='<w:gridBefore w:val="1"/>'),
                row("1", "b", properties='<w:gridAfter w:val="1"/>'),
            ),
            [[TASK_ROWS[0], ["", "b", "c"], ["1", "b", ""]]],
        ),
        # Edges dragged by hand stand 3 mm apart; the head's cells take the narrow columns to the right.
        (
            table(
                row("TT", wide("Nhiệm vụ", 2), "Chủ trì"),
                row(wide("1", 2), "Rà soát", "Sở Nội vụ"),
                widths=(700, 170, 4000, 2000),
            ),
            [TASK_ROWS],
        ),
        # Nothing begins at the second column of a span.
        (
            table(row("TT", wide("Nhiệm vụ", 3)), row("1", wide("Rà soát", 3))),
            [[["TT", "Nhiệm vụ"], ["1", "Rà soát"]]],
        ),
        # Two tables that stand against each other are stored as one.
        (
            table(
                row("TT", "Nhiệm vụ", wide("Chủ trì", 2), "Hạn"),
                row("1", "Rà soát", wide("Sở Nội vụ", 2), "Quý II"),
                row(wide("Nơi nhận:", 3), wide("KT. CHỦ TỊCH", 2)),
                widths=(700, 3000, 1000, 1000, 2000),
            ),
            [
                [["TT", "Nhiệm vụ", "Chủ trì", "Hạn"], ["1", "Rà soát", "Sở Nội vụ", "Quý II"]],
                [["Nơi nhận:", "KT. CHỦ TỊCH"]],
            ],
        ),
        # A section row shares its edge with the others.
        (
            table(HEAD, row("I", wide("Thể chế", 2)), FIRST),
            [[TASK_ROWS[0], ["I", "Thể chế", "<"], TASK_ROWS[1]]],
        ),
    ],
)
def test_columns_stay_under_their_heads(tmp_path: Path, body: str, read: list[object]) -> None:
    assert shown(write_docx(tmp_path / "a.docx", body)) == read


def test_pages_of_rows_in_a_frame(tmp_path: Path) -> None:
    turned = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>2</w:t></w:r></w:p>"
    body = table(row(cell(table(HEAD, row(cell(turned), "b", "c")))))
    (framed,) = read_document(write_docx(tmp_path / "a.docx", body)).blocks
    assert isinstance(framed, Table)
    assert [r.page for r in framed.rows] == [1, 2]
