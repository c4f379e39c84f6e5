"""What a paper does to other papers, in many manners of saying so; and what is no relation at all."""

from __future__ import annotations

import pytest

from knowledge.records import Relation
from tests.ingest.writing import read

Told = tuple[str, str, str, str | None, str, str, str]
"""kind, number, part, row, task, lead, deadline as printed."""

DECISION = """
    ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG
    Số: 702/QĐ-UBND
    Phú Giang, ngày 12 tháng 8 năm 2026
    QUYẾT ĐỊNH
    {title}
    Căn cứ Luật Tổ chức chính quyền địa phương;
    Theo đề nghị của Giám đốc Sở Nội vụ,
    QUYẾT ĐỊNH:
"""
PLAN = """
    ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG
    Số: 88/KH-UBND
    Phú Giang, ngày 12 tháng 8 năm 2026
    KẾ HOẠCH
    {title}
"""
AMENDING = "Về việc điều chỉnh một số nội dung của Kế hoạch số 57/KH-UBND ngày 15/01/2026"
WHOLE: Told = ("amends", "57/KH-UBND", "", None, "", "", "")

IN_A_DECISION: list[tuple[str, str, list[Told]]] = [
    (
        "deadline of a quoted task",
        "1. Lùi thời hạn nhiệm vụ “Lập bản đồ ngập lụt” từ Quý III/2026 sang Quý IV/2026.",
        [("extends", "57/KH-UBND", "", None, "Lập bản đồ ngập lụt", "", "Quý IV/2026")],
    ),
    (
        "deadline of a task that is not quoted",
        "1. Điều chỉnh thời gian hoàn thành nhiệm vụ lập bản đồ ngập lụt thành trước ngày 20/12/2026.",
        [("amends", "57/KH-UBND", "", None, "lập bản đồ ngập lụt", "", "trước ngày 20/12/2026")],
    ),
    (
        "deadline of a numbered row",
        "1. Gia hạn nhiệm vụ số 4 Phụ lục đến hết ngày 31/3/2027.",
        [("extends", "57/KH-UBND", "nhiệm vụ số 4 phụ lục", "4", "", "", "hết ngày 31/3/2027")],
    ),
    (
        "row and new words in quotation marks",
        "1. Thay cụm từ “Quý II/2026” bằng cụm từ “Quý III/2026” tại số thứ tự 7, Phụ lục II.",
        [("amends", "57/KH-UBND", "số thứ tự 7, phụ lục ii", "7", "", "", "Quý III/2026")],
    ),
    (
        "lead handed over",
        "1. Chuyển cơ quan chủ trì nhiệm vụ “Mở lớp tập huấn” từ Sở Nội vụ sang Sở Tài chính.",
        [("amends", "57/KH-UBND", "", None, "Mở lớp tập huấn", "Sở Tài chính", "")],
    ),
    (
        "lead given anew",
        "1. Giao Sở Y tế chủ trì nhiệm vụ “Khám sức khỏe định kỳ” thay Sở Nội vụ.",
        [("amends", "57/KH-UBND", "", None, "Khám sức khỏe định kỳ", "Sở Y tế", "")],
    ),
    (
        "part first",
        "1. Thời hạn tại mục 3 Phụ lục được điều chỉnh thành tháng 11/2026.",
        [("amends", "57/KH-UBND", "mục 3 phụ lục", "3", "", "", "tháng 11/2026")],
    ),
    (
        "new values in lines below",
        "1. Điều chỉnh nhiệm vụ “Số hóa sổ bộ” như sau:\n- Cơ quan chủ trì: Sở Tư pháp\n- Thời hạn: Quý IV/2026",
        [("amends", "57/KH-UBND", "", None, "Số hóa sổ bộ", "Sở Tư pháp", "Quý IV/2026")],
    ),
    (
        "task repealed",
        "1. Hủy bỏ nhiệm vụ “Thi tìm hiểu pháp luật”.",
        [("repeals", "57/KH-UBND", "", None, "Thi tìm hiểu pháp luật", "", "")],
    ),
    (
        "row taken out",
        "1. Đưa ra khỏi Kế hoạch nhiệm vụ số thứ tự 6.",
        [("repeals", "57/KH-UBND", "số thứ tự 6", "6", "", "", "")],
    ),
    (
        "row named first",
        "1. Nhiệm vụ số thứ tự 5: điều chỉnh thời gian hoàn thành từ “Quý II/2026” thành “Tháng 10/2026”.",
        [("amends", "57/KH-UBND", "số thứ tự 5", "5", "", "", "Tháng 10/2026")],
    ),
    (
        "clause repealed",
        "1. Bãi bỏ điểm a khoản 3 Mục II.",
        [("repeals", "57/KH-UBND", "điểm a khoản 3 mục ii", None, "", "", "")],
    ),
    (
        "a leader agrees",
        "1. Chủ tịch Ủy ban nhân dân tỉnh đồng ý gia hạn nhiệm vụ “Số hóa sổ bộ” đến ngày 30/11/2026.",
        [("extends", "57/KH-UBND", "", None, "Số hóa sổ bộ", "", "ngày 30/11/2026")],
    ),
    (
        "clause worded anew",
        "1. Khoản 2 Mục III được sửa đổi như sau: “2. Sở Nội vụ tổng hợp kết quả”.",
        [("amends", "57/KH-UBND", "khoản 2 mục iii", None, "", "", "")],
    ),
    ("task added", "1. Bổ sung nhiệm vụ: Sở Y tế chủ trì mở lớp sơ cứu, xong trước ngày 20/12/2026.", []),
    ("the rest stays", "2. Các nội dung khác tại Kế hoạch số 57/KH-UBND giữ nguyên, không thay đổi.", []),
    ("who carries it out", "2. Sở Nội vụ rà soát, điều chỉnh nhiệm vụ thuộc phạm vi quản lý của mình.", []),
]


@pytest.mark.parametrize(("said", "told"), [case[1:] for case in IN_A_DECISION], ids=[c[0] for c in IN_A_DECISION])
def test_items_of_an_amending_decision(said: str, told: list[Told]) -> None:
    article = "Điều 1. Điều chỉnh một số nội dung của Kế hoạch số 57/KH-UBND như sau:"
    assert relations(DECISION.format(title=AMENDING), f"{article}\n{said}") == [WHOLE, *told]


ANYWHERE: list[tuple[str, str, list[Told]]] = [
    (
        "this plan replaces",
        "Kế hoạch này thay thế Kế hoạch số 31/KH-UBND ngày 02/02/2025 của Ủy ban nhân dân tỉnh.",
        [("replaces", "31/KH-UBND", "", None, "", "", "")],
    ),
    (
        "takes effect and replaces two",
        "Văn bản này có hiệu lực kể từ ngày ký và thay thế Kế hoạch số 31/KH-UBND ngày 02/02/2025, Kế hoạch số "
        "32/KH-UBND ngày 03/02/2025.",
        [("replaces", "31/KH-UBND", "", None, "", "", ""), ("replaces", "32/KH-UBND", "", None, "", "", "")],
    ),
    (
        "passive",
        "Kế hoạch số 31/KH-UBND ngày 02/02/2025 hết hiệu lực kể từ ngày Kế hoạch này được ban hành.",
        [("repeals", "31/KH-UBND", "", None, "", "", "")],
    ),
    (
        "passive, replaced",
        "Kế hoạch số 31/KH-UBND ngày 02/02/2025 được thay thế bởi Kế hoạch này.",
        [("replaces", "31/KH-UBND", "", None, "", "", "")],
    ),
    (
        "takes effect later and replaces",
        "Kế hoạch này có hiệu lực thi hành kể từ ngày 01/01/2027 và thay thế Kế hoạch số 31/KH-UBND ngày 02/02/2025.",
        [("replaces", "31/KH-UBND", "", None, "", "", "")],
    ),
    (
        "one part of it",
        "Kế hoạch này bãi bỏ khoản 2 Mục III Kế hoạch số 31/KH-UBND ngày 02/02/2025.",
        [("repeals", "31/KH-UBND", "khoản 2 mục iii", None, "", "", "")],
    ),
    ("legal basis", "Căn cứ Nghị định số 30/2020/NĐ-CP được sửa đổi, bổ sung bởi Nghị định số 31/2024/NĐ-CP;", []),
    (
        "carried out",
        "Thực hiện Kế hoạch số 31/KH-UBND ngày 02/02/2025, Ủy ban nhân dân tỉnh ban hành kế hoạch này.",
        [],
    ),
    ("a duty to amend", "1. Sửa đổi, bổ sung Quyết định số 12/2021/QĐ-UBND cho phù hợp với luật mới.", []),
    ("a duty to propose", "1. Sở Tư pháp tham mưu bãi bỏ Quyết định số 12/2021/QĐ-UBND trong Quý IV/2026.", []),
    ("a duty to replace", "1. Ban hành Quyết định thay thế Quyết định số 12/2021/QĐ-UBND về quản lý đất đai.", []),
    ("other papers", "1. Kế hoạch số 31/KH-UBND được thay thế bởi Kế hoạch số 32/KH-UBND ngày 03/02/2025.", []),
    ("a person", "1. Cử ông Lê Văn Phú thay thế ông Trần Văn Mẫu tham gia Tổ công tác từ ngày 01/9/2026.", []),
    ("equipment", "1. Thay thế máy chủ cũ theo Kế hoạch số 31/KH-UBND ngày 02/02/2025.", []),
    ("only carried out", "Điều 1. Điều chỉnh dự toán kinh phí thực hiện Kế hoạch số 31/KH-UBND ngày 02/02/2025.", []),
    ("its committee", "Điều 1. Thay thế thành viên Tổ công tác triển khai Kế hoạch số 31/KH-UBND.", []),
    (
        "a list of papers",
        "Điều 1. Bãi bỏ các văn bản sau:\n1. Kế hoạch số 31/KH-UBND ngày 02/02/2025;\n2. Quyết định số 9/QĐ-UBND.",
        [("repeals", "31/KH-UBND", "", None, "", "", ""), ("repeals", "9/QĐ-UBND", "", None, "", "", "")],
    ),
    ("a wish", "Trong quá trình thực hiện Kế hoạch này, nếu cần sửa đổi Kế hoạch số 31/KH-UBND thì báo cáo.", []),
]


@pytest.mark.parametrize(("said", "told"), [case[1:] for case in ANYWHERE], ids=[case[0] for case in ANYWHERE])
def test_sentences_of_a_plan(said: str, told: list[Told]) -> None:
    assert relations(PLAN.format(title="Phòng chống thiên tai năm 2026"), f"I. MỤC TIÊU\n{said}") == told


TITLES: list[tuple[str, list[Told]]] = [
    ("Sửa đổi, bổ sung Kế hoạch số 57/KH-UBND ngày 15/01/2026", [WHOLE]),
    ("Về việc bãi bỏ Kế hoạch số 57/KH-UBND ngày 15/01/2026", [("repeals", "57/KH-UBND", "", None, "", "", "")]),
    (
        "Về việc gia hạn thời gian thực hiện Kế hoạch số 57/KH-UBND ngày 15/01/2026 đến hết năm 2027",
        [("extends", "57/KH-UBND", "", None, "", "", "hết năm 2027")],
    ),
    (
        "Về việc bãi bỏ một số nhiệm vụ tại Kế hoạch số 57/KH-UBND",
        [("repeals", "57/KH-UBND", "một số nhiệm vụ", None, "", "", "")],
    ),
    (
        "Kéo dài thời gian thực hiện Đề án cấp nước sạch ban hành kèm theo Quyết định số 45/QĐ-UBND đến hết năm 2027",
        [("extends", "45/QĐ-UBND", "", None, "", "", "hết năm 2027")],
    ),
    ("Đính chính Kế hoạch số 57/KH-UBND ngày 15/01/2026", [WHOLE]),
    ("Bổ sung một số nhiệm vụ vào Kế hoạch số 57/KH-UBND ngày 15/01/2026", [WHOLE]),
    ("Về việc bổ sung kinh phí thực hiện Kế hoạch số 57/KH-UBND ngày 15/01/2026", []),
    ("Về việc điều chỉnh kinh phí thực hiện Kế hoạch số 57/KH-UBND ngày 15/01/2026", []),
    ("Thực hiện Kế hoạch số 57/KH-UBND ngày 15/01/2026", []),
]


@pytest.mark.parametrize(("title", "told"), TITLES)
def test_titles(title: str, told: list[Told]) -> None:
    assert relations(PLAN.format(title=title), "I. MỤC TIÊU\n- Nâng cao chất lượng phục vụ.") == told


def test_a_sentence_that_changes_a_task_is_no_task() -> None:
    body = (
        "Điều 1. Điều chỉnh Kế hoạch số 57/KH-UBND như sau:\n1. Thay cơ quan chủ trì nhiệm vụ “Mở lớp tập huấn” từ "
    )
    draft = read(
        DECISION.format(title=AMENDING) + _indented(f"{body}Sở Nội vụ sang Sở Tài chính trước ngày 01/9/2026.")
    )
    assert draft.tasks == ()
    assert [r.issued.isoformat() for r in draft.relations if r.issued] == ["2026-01-15"] * 2


def relations(head: str, body: str) -> list[Told]:
    return [_told(each) for each in read(head + _indented(body)).relations]


def _told(relation: Relation) -> Told:
    due = relation.deadline.phrase if relation.deadline else ""
    part = relation.part.lower()
    return relation.kind.value, relation.number, part, relation.row, relation.task, "; ".join(relation.lead), due


def _indented(body: str) -> str:
    return "".join(f"    {line}\n" for line in body.splitlines())
