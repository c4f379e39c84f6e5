"""The task workbook out and back: what a person changed in Excel, and nothing else, becomes corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.clock import HANOI
from bot.menus.texts import load_texts
from bot.reports.returned_table import is_returned, read_returned
from bot.reports.returned_words import told_table
from bot.reports.task_workbook import COLUMNS, KEPT, workbook_bytes
from knowledge.agencies import Directory, load_directory
from knowledge.doubts import FIELDS
from knowledge.errors import CorrectionError
from knowledge.records import CellDoubt
from knowledge.store.corrections import (
    OPERATOR,
    Cells,
    Weighed,
    add_task,
    apply_table,
    cancel_task,
    draft_tasks,
    edit_task,
    weigh_table,
)
from knowledge.store.database import Store, open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate, save_drafts
from tests.knowledge.store.papers import make_paper, make_task

NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)
TITLES = (
    "Rà soát thủ tục hành chính của ngành",
    "Nâng cấp cổng dịch vụ công trực tuyến",
    "=Bồi dưỡng\x0bkỹ năng số cho công chức  cấp xã",
    "Rà soát thủ tục hành chính của ngành",
)
"""One looks like a formula and holds what no workbook can; two have the same name."""
LETTERS = {"title": "D", "activity": "E", "product": "F", "lead": "G", "coordinating": "H", "deadline": "I"}
HEAD = [heading for heading, _ in COLUMNS]


def paper(*titles: str) -> tuple[object, ...]:
    tasks = [make_task(title, row=row) for row, title in enumerate(titles, 1)]
    tasks[1] = replace(tasks[1], activity="Thử tải", doubts=(CellDoubt("lead", "lấy theo dòng trên"),))
    tasks[2] = replace(tasks[2], product=None, coordinating=())
    tasks[3] = replace(tasks[3], coordinating=("Hội Nông dân;\ncác hội khác", "Sở Y tế;"))
    return tuple(tasks)


@dataclass
class Desk:
    """A store with one live plan, and what is done with its workbook."""

    store: Store
    directory: Directory

    def load(self, *titles: str) -> None:
        save_drafts(self.store, [make_paper(tasks=paper(*titles))], now=NOW)  # type: ignore[arg-type]
        activate(self.store, "57", now=NOW)

    def out(self) -> bytes:
        tasks = SqlLibrary(self.store).tasks()
        return workbook_bytes(self.store, tasks, self.directory, NOW.date())

    def weigh(self, content: bytes) -> list[Weighed]:
        rows = [each.row for each in read_returned(content).rows]
        return weigh_table(self.store, rows, now=NOW, directory=self.directory)

    def apply(self, content: bytes) -> list[Weighed]:
        rows = [each.row for each in read_returned(content).rows]
        return apply_table(self.store, rows, reason="Sửa qua Excel", by=OPERATOR, now=NOW, directory=self.directory)

    def told(self, content: bytes) -> list[str]:
        table, plans = read_returned(content), SqlLibrary(self.store).plans()
        return told_table(load_texts(), table, self.weigh(content), plans).splitlines()

    def edit(self, title: str, cells: Cells) -> None:
        task = next(each for each in SqlLibrary(self.store).tasks() if each.task.title == title)
        edit_task(
            self.store, task.id, cells, reason="bản ký", by=OPERATOR, now=NOW, directory=self.directory
        )  # fmt: skip


def changed(content: bytes, change: Callable[[Workbook, Worksheet], None]) -> bytes:
    """The workbook as it is saved after something was done to it."""
    with closing(load_workbook(BytesIO(content))) as book:
        change(book, book.worksheets[0])
        written = BytesIO()
        book.save(written)
    return written.getvalue()


def shuffled(content: bytes, seed: int) -> bytes:
    def sort(_book: Workbook, sheet: Worksheet) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        Random(seed).shuffle(rows)
        for number, row in enumerate(rows, 2):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(number, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"

    return changed(content, sort)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, bytes]]:
    """A plan and its workbook; not to be changed."""
    with open_store(data=tmp_path_factory.mktemp("bảng")) as store:
        desk = Desk(store, load_directory())
        desk.load(*TITLES)
        yield desk, desk.out()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_store(data=tmp_path / "dữ liệu") as store:
        desk = Desk(store, load_directory())
        desk.load(*TITLES)
        yield desk


def test_out_and_back_says_nothing(kept: tuple[Desk, bytes]) -> None:
    desk, content = kept
    assert is_returned(content)
    table = read_returned(content)
    assert (table.rows, table.gone, table.wrong, table.notes) == ((), (), (), ())
    assert read_returned(changed(content, lambda _book, _sheet: None)).rows == ()
    assert desk.told(content) == ["Bảng gửi lại không có gì khác để áp dụng."]


@settings(max_examples=8, deadline=None)
@given(st.integers())
def test_rows_in_another_order_say_nothing(kept: tuple[Desk, bytes], seed: int) -> None:
    table = read_returned(shuffled(kept[1], seed))
    assert (table.rows, table.gone, table.wrong, table.notes) == ((), (), (), ())


CELLS = st.one_of(
    st.tuples(st.sampled_from(("title", "activity", "product")), st.text("aâ1 =+-;“", min_size=1, max_size=30)),
    st.tuples(st.sampled_from(("lead", "coordinating")), st.sampled_from(("Sở Y tế", "Sở Tài chính; Sở Y tế", ""))),
    st.tuples(st.just("deadline"), st.sampled_from(("Trước ngày 30/9/2027", "Thường xuyên", "Quý III/2027", ""))),
)


@settings(max_examples=15, deadline=None)
@given(CELLS, st.integers(2, 5), st.integers())
def test_one_edited_cell_is_that_correction(
    kept: tuple[Desk, bytes], cell: tuple[str, str], place: int, seed: int
) -> None:
    desk, content = kept
    field, text = cell
    told = " ".join(text.split())
    if field == "title" and not told:
        return

    def write(_book: Workbook, sheet: Worksheet) -> None:
        edited = sheet[f"{LETTERS[field]}{place}"]
        edited.value = text
        edited.data_type = "s"

    weighed = desk.weigh(shuffled(changed(content, write), seed))
    with closing(load_workbook(BytesIO(content))) as book:
        before = " ".join(str(book.worksheets[0][f"{LETTERS[field]}{place}"].value or "").split())
    if told == before:
        assert weighed == []
        return
    (found,) = weighed
    assert (found.wrong, found.moved) == ({}, {})
    assert list(found.changes) == [field]
    assert found.changes[field][1] == told
    assert found.task_id == SqlLibrary(desk.store).tasks()[place - 2].id


def test_what_was_changed_is_told_and_applied_at_once(desk: Desk) -> None:
    def change(_book: Workbook, sheet: Worksheet) -> None:
        sheet["G2"], sheet["I3"] = "Sở Y tế\nSở Tài chính", datetime(2027, 9, 30)  # noqa: DTZ001
        sheet["F3"] = None
        sheet.append(["57/KH-UBND", "Mục mới", None, "Lập sổ tay", None, None, "Sở Nội vụ", None, "30/9/2027"])

    content = changed(desk.out(), change)
    assert desk.told(content) == [
        "Bảng gửi lại: sửa 3 ô của 2 nhiệm vụ, thêm 1 nhiệm vụ.",
        f"• Nhiệm vụ!G2: {TITLES[0]} – Chủ trì: Sở Nội vụ; Văn phòng UBND tỉnh → Sở Y tế; Sở Tài chính",
        "• Nhiệm vụ!F3: Thử tải – Sản phẩm: Báo cáo kết quả → (trống)",
        "• Nhiệm vụ!I3: Thử tải – Thời hạn: Quý II/2026, tháng 11 hằng năm → 30/09/2027",
        "• Thêm, Nhiệm vụ, dòng 6: Lập sổ tay – Chủ trì: Sở Nội vụ; Thời hạn: 30/9/2027",
    ]
    desk.apply(content)
    tasks = SqlLibrary(desk.store).tasks()
    assert tasks[0].task.lead == ("Sở Y tế", "Sở Tài chính")
    assert [str(each) for each in tasks[1].task.deadline.dates] == ["2027-09-30"]
    assert (tasks[1].task.product, tasks[-1].task.title, tasks[-1].task.section) == (None, "Lập sổ tay", "Mục mới")
    assert {each.reason for live in tasks for each in live.corrections} == {"Sửa qua Excel"}
    # Sent once more, as a thumb does, it adds nothing twice.
    again = desk.weigh(content)
    assert [dict(each.changes) for each in again if each.changes] == []
    assert desk.told(desk.out()) == ["Bảng gửi lại không có gì khác để áp dụng."]


def test_wrong_cells_are_named_and_left_out(desk: Desk) -> None:
    def change(_book: Workbook, sheet: Worksheet) -> None:
        sheet["G2"], sheet["I2"], sheet["D3"] = "Hội Chơi Diều", "bao giờ xong", None
        sheet["F4"], sheet["B4"] = "=A1&B1", "Mục khác"
        sheet["E5"] = "Tập huấn"
        sheet.merge_cells("F2:F3")
        sheet.append([None, None, None, None, "Không có tên"])

    told = desk.told(changed(desk.out(), change))
    assert told == [
        "Bảng gửi lại: sửa 1 ô của 1 nhiệm vụ, thêm 0 nhiệm vụ.",
        f"• Nhiệm vụ!E5: {TITLES[3]} – Hoạt động: (trống) → Tập huấn",
        "Không áp dụng, vì chưa đọc được (6):",
        "• Nhiệm vụ!F3: ô bị gộp với ô khác; xin bỏ gộp rồi ghi lại.",
        "• Nhiệm vụ!F4: ô là công thức; xin ghi nội dung thay cho công thức.",
        "• Nhiệm vụ!G2: Danh bạ chưa có cơ quan “Hội Chơi Diều”; nếu đúng là vậy, xin sửa trên thẻ nhiệm vụ.",
        "• Nhiệm vụ!I2: Không đọc được thời hạn “bao giờ xong”.",
        "• Nhiệm vụ!D3: Tên nhiệm vụ không được để trống.",
        "• Nhiệm vụ!D6: Dòng mới phải có tên nhiệm vụ.",
        "• Có ô bị gộp (F2:F3); chỉ đọc ô đầu của mỗi chỗ gộp.",
        "• Nhiệm vụ!B4: cột “Mục” chỉ để xem, không đọc.",
    ]


def test_rows_columns_and_sheets_that_were_moved(desk: Desk) -> None:
    def change(_book: Workbook, sheet: Worksheet) -> None:
        sheet.title = "Bảng của tôi"
        sheet.insert_rows(1)
        sheet["A1"] = "DANH SÁCH NHIỆM VỤ"
        sheet.delete_rows(4)
        for row in sheet.iter_rows(min_row=2):  # the leads stand where the products stood
            row[5].value, row[6].value = row[6].value, row[5].value
        sheet.delete_cols(8)
        copied = [cell.value for cell in sheet[3]]
        sheet.append([*copied[:3], "Chép dòng rồi sửa tên", *copied[4:]])
        sheet.append(copied)

    content = changed(desk.out(), change)
    assert desk.told(content) == [
        "Bảng gửi lại: sửa 0 ô của 0 nhiệm vụ, thêm 1 nhiệm vụ.",
        "• Thêm, Bảng của tôi, dòng 6: Chép dòng rồi sửa tên – Sản phẩm: Báo cáo kết quả; "
        "Chủ trì: Sở Nội vụ; Văn phòng UBND tỉnh; Thời hạn: Quý II/2026, tháng 11 hằng năm",
        "Thiếu 1 dòng đã xuất; các nhiệm vụ này vẫn giữ nguyên:",
        "• Thử tải",
        "• Trang tính “Nhiệm vụ” đã đổi tên thành “Bảng của tôi”, vẫn đọc được.",
        "• Các cột đã đổi chỗ; đọc theo tên cột.",
        "• Không còn cột “Phối hợp”; nội dung các cột ấy giữ nguyên.",
        "• Bảng của tôi, dòng 7: trùng với dòng 3, không đọc.",
    ]
    desk.apply(content)
    assert len(SqlLibrary(desk.store).tasks()) == len(TITLES) + 1


def test_what_others_did_meanwhile_is_a_conflict(desk: Desk) -> None:
    def change(_book: Workbook, sheet: Worksheet) -> None:
        sheet["G3"], sheet["I3"], sheet["E2"], sheet["E4"] = "Sở Y tế", "30/9/2027", "Họp", "Mở lớp"

    content = changed(desk.out(), change)
    desk.edit(TITLES[1], Cells(lead=["Sở Tài chính"]))
    tasks = SqlLibrary(desk.store).tasks()
    cancel_task(desk.store, tasks[0].id, reason="đã có", by=OPERATOR, now=NOW)
    desk.load(TITLES[0], TITLES[1], "Bồi dưỡng kỹ năng khác hẳn trước", TITLES[3])
    assert desk.told(content) == [
        "Bảng gửi lại: sửa 1 ô của 1 nhiệm vụ, thêm 0 nhiệm vụ.",
        "• Nhiệm vụ!I3: Thử tải – Thời hạn: Quý II/2026, tháng 11 hằng năm → 30/9/2027",
        "Không áp dụng, vì đã đổi sau khi xuất tệp (3):",
        "• Nhiệm vụ, dòng 2: Nhiệm vụ này đã được quản trị viên (dòng lệnh) lúc 08:00 ngày 20/11/2026 cho dừng "
        "(đính chính số 2): đã có.",
        "• Nhiệm vụ!G3: Ô “Chủ trì” vừa được quản trị viên (dòng lệnh) lúc 08:00 ngày 20/11/2026 sửa thành "
        "“Sở Tài chính”; xin xem lại rồi sửa tiếp.",
        "• Nhiệm vụ, dòng 4: Bản đang dùng không còn dòng này, hoặc dòng này đã đổi.",
        "Tệp làm từ bản 1 của 57/KH-UBND; nay đang dùng bản 2: dòng nào đã đổi thì không áp dụng.",
    ]
    desk.apply(content)
    live = SqlLibrary(desk.store).tasks_by_id([each.id for each in SqlLibrary(desk.store).tasks()])
    portal = next(each for each in live.values() if each.task.title == TITLES[1])
    assert (portal.task.lead, portal.task.deadline.phrase) == (("Sở Tài chính",), "30/9/2027")


def test_an_added_task_is_known_again(desk: Desk) -> None:
    cells = Cells(title="Lập sổ tay", lead=["Sở Nội vụ"])
    add_task(desk.store, "57", cells, reason="sót", by=OPERATOR, now=NOW, directory=desk.directory)
    content = changed(desk.out(), lambda _book, sheet: sheet.__setitem__("I6", "Quý I/2027"))
    (found,) = desk.apply(content)
    assert found.changes == {"deadline": ("", "Quý I/2027")}
    assert SqlLibrary(desk.store).tasks()[-1].task.deadline.phrase == "Quý I/2027"


def lose_sheet(book: Workbook, _sheet: Worksheet) -> None:
    del book[KEPT]


LOST = [
    (lose_sheet, "Tệp đã mất trang ẩn ghi nội dung lúc xuất; xin xuất lại bảng rồi sửa trên tệp mới."),
    (
        lambda _book, sheet: sheet.delete_cols(15),
        "Tệp đã mất cột ẩn “Mã dòng” hoặc dòng tiêu đề; xin xuất lại bảng rồi sửa trên tệp mới.",
    ),
    (
        lambda _book, sheet: sheet.__setitem__("B1", "Chủ trì"),
        "Cột “Chủ trì” có hai lần; xin bỏ bớt một cột.",
    ),
]


@pytest.mark.parametrize(("change", "sentence"), LOST, ids=("trang ẩn", "cột ẩn", "hai cột"))
def test_what_cannot_be_tied_to_tasks_is_refused(
    kept: tuple[Desk, bytes], change: Callable[[Workbook, Worksheet], None], sentence: str
) -> None:
    content = changed(kept[1], change)
    assert is_returned(content)
    with pytest.raises(CorrectionError) as raised:
        read_returned(content)
    assert raised.value.sentence == sentence


def test_how_it_looks_in_excel(kept: tuple[Desk, bytes]) -> None:
    with closing(load_workbook(BytesIO(kept[1]))) as book:
        sheet = book.worksheets[0]
        assert (book.sheetnames, book[KEPT].sheet_state) == (["Nhiệm vụ", "Cơ quan", KEPT], "veryHidden")
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:O5")
        assert sheet.column_dimensions["O"].hidden
        assert {sheet[f"{letter}2"].number_format for letter in LETTERS.values()} == {"@"}
        (choice,) = sheet.data_validations.dataValidation
        names = [row[0] for row in book["Cơ quan"].iter_rows(min_row=2, values_only=True)]
        assert choice.formula1 == f"'Cơ quan'!$A$2:$A${len(names) + 1}"
        assert str(choice.sqref) == "G2:G305 H2:H305"
        assert "Sở Y tế" in names
        assert sheet["N3"].value == "Chủ trì: lấy theo dòng trên"
        assert [HEAD.index(FIELDS[field]) for field in LETTERS] == [3, 4, 5, 6, 7, 8]


def test_a_plan_is_no_returned_table() -> None:
    book, written = Workbook(), BytesIO()
    book.worksheets[0].append(["Nhiệm vụ", "Chủ trì"])
    book.save(written)
    assert not is_returned(written.getvalue())
    assert not is_returned(b"PK\x03\x04 half a file")
    assert not is_returned("Kế hoạch".encode())


def test_a_draft_goes_out_and_back_beside_the_live_version(desk: Desk) -> None:
    desk.load(*TITLES)
    later = (*TITLES, "Tập huấn chữ ký số")
    save_drafts(desk.store, [make_paper(tasks=paper(*later))], now=NOW)  # type: ignore[arg-type]
    draft = draft_tasks(desk.store, 1)
    content = workbook_bytes(desk.store, draft, desk.directory, NOW.date())
    with closing(load_workbook(BytesIO(content))) as book:
        sheet, written = book.worksheets[0], BytesIO()
        sheet["F6"], sheet["F2"] = "Biên bản", "Danh mục"
        book.save(written)
    table = read_returned(written.getvalue())
    rows = [each.row for each in table.rows]
    weighed = apply_table(desk.store, rows, reason="x", by=OPERATOR, now=NOW, directory=desk.directory)
    assert [(each.moved, each.wrong) for each in weighed] == [({}, {})] * len(weighed)
    assert SqlLibrary(desk.store).tasks()[0].task.product == "Danh mục"
    changed = {each.task.title: each.task.product for each in draft_tasks(desk.store, 1)}
    assert (changed[later[-1]], changed[TITLES[1]]) == ("Biên bản", draft[1].task.product)
    activate(desk.store, "57", now=NOW)
    assert SqlLibrary(desk.store).tasks()[-1].task.product == "Biên bản"
