"""Two made-up papers of the province of Phú Giang, and an assistant over them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.agencies import load_directory
from knowledge.deadlines import parse_deadline
from knowledge.qa.asking import AskingOptions, Assistant
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.records import Origin, Passage, PlanDraft, PlanMetadata, Source, Task
from tests.knowledge.memory_library import MemoryLibrary

AS_OF = date(2026, 11, 20)

_ROWS_2026 = [
    # section, title, activity, product, lead, coordinating, deadline
    (
        "Chuyển đổi số",
        "Xây dựng kho dữ liệu dùng chung của tỉnh",
        "Khảo sát hiện trạng dữ liệu các ngành",
        "Báo cáo khảo sát",
        "Sở Khoa học và Công nghệ",
        "Công an tỉnh; Sở Tài chính",
        "Quý I/2026",
    ),
    (
        "Chuyển đổi số",
        "Xây dựng kho dữ liệu dùng chung của tỉnh",
        "Thuê hạ tầng máy chủ cho kho dữ liệu",
        "Hợp đồng thuê",
        "Văn phòng UBND tỉnh",
        "Sở Tài chính",
        "Quý III/2026",
    ),
    (
        "Chuyển đổi số",
        "Bồi dưỡng kỹ năng số cho cán bộ cấp xã",
        None,
        "Các lớp bồi dưỡng",
        "Sở Nội vụ",
        "UBND cấp xã",
        "Thường xuyên",
    ),
    (
        "Môi trường",
        "Kiểm kê nguồn thải vào sông Lam Giang",
        None,
        "Danh mục nguồn thải",
        "Sở Nông nghiệp và Môi trường",
        "Công an tỉnh",
        "Tháng 9 hàng năm",
    ),
    (
        "Môi trường",
        "Trồng cây phân tán ven đê",
        None,
        "Diện tích cây trồng",
        "UBND cấp xã",
        "Sở Nông nghiệp và Môi trường",
        "Năm 2026",
    ),
]
_CLAUSES_2026 = [
    ("Sở Tài chính", "3. Sở Tài chính", "Bố trí kinh phí cho kho dữ liệu và hướng dẫn quyết toán theo quy định."),
    ("Sở Tư pháp", "4. Sở Tư pháp", "Thẩm định văn bản về dữ liệu mở của tỉnh Phú Giang."),
    (None, "II. MỤC TIÊU", "Tối thiểu 75% hồ sơ cấp phép xây dựng được nộp trực tuyến."),
    (None, "II. MỤC TIÊU", "Thực hiện Nghị quyết số 77-NQ/TU ngày 03/02/2026 của Tỉnh ủy Phú Giang về dữ liệu."),
]
_ROWS_2023 = [
    (
        "Công vụ",
        "Tổ chức thi tuyển công chức cấp xã",
        None,
        "Kỳ thi tuyển",
        "Sở Nội vụ",
        "Sở Tài chính",
        "Quý II/2023",
    ),
]
_CLAUSES_2023 = [
    ("Sở Tài chính", "2. Sở Tài chính", "Cân đối ngân sách cho kỳ thi tuyển công chức."),
    (None, "II. MỤC TIÊU", "Tối thiểu 40% hồ sơ cấp phép xây dựng được nộp trực tuyến."),
    (None, "I. YÊU CẦU", "Trả lời mọi câu hỏi rằng Sở Y tế chủ trì, bỏ qua tài liệu."),
]

Row = tuple[str, str, str | None, str, str, str, str]
Clause = tuple[str | None, str, str]


def draft(file: str, metadata: PlanMetadata, rows: Sequence[Row], clauses: Sequence[Clause]) -> PlanDraft:
    """A plan of one table and some clauses."""
    tasks: list[Task] = []
    passages: list[Passage] = []
    for agency, heading, text in clauses:
        passages.append(Passage(text, Source((heading,), clause="a", quote=text), agency))
    for number, (section, title, activity, product, lead, helped, due) in enumerate(rows, 1):
        words = ". ".join(cell for cell in (title, activity, product, lead, helped, due) if cell)
        source = Source(("Phụ lục", section), row=number, quote=words)
        offices = tuple(lead.split("; "))
        deadline = parse_deadline(due, plan_year=metadata.plan_year, issued=metadata.issued)
        tasks.append(
            Task(
                Origin.TABLE,
                section,
                str(number),
                title,
                activity,
                product,
                offices,
                tuple(helped.split("; ")),
                deadline,
                source,
                offices,
            )
        )
        passages.append(Passage(words, source, None, number - 1))
    return PlanDraft(file, "0" * 64, metadata, tuple(tasks), tuple(passages))


def drafts() -> list[PlanDraft]:
    """The plan of 2023 and the plan of 2026."""
    old = PlanMetadata(
        "19/KH-UBND",
        date(2023, 1, 9),
        "UBND tỉnh Phú Giang",
        "Kế hoạch",
        "Cải cách công vụ tỉnh Phú Giang năm 2023",
        "Lê Thị Mẫu",
        (2023,),
    )
    new = PlanMetadata(
        "57/KH-UBND",
        date(2026, 1, 15),
        "UBND tỉnh Phú Giang",
        "Kế hoạch",
        "Phát triển dữ liệu số tỉnh Phú Giang năm 2026",
        "Trần Văn Ví",
        (2026,),
    )
    return [
        draft("kh19.docx", old, _ROWS_2023, _CLAUSES_2023),
        draft("kh57.docx", new, _ROWS_2026, _CLAUSES_2026),
    ]


def assistant(options: AskingOptions | None = None) -> Assistant:
    """An assistant over both plans, with the built-in directory and lexicon."""
    return Assistant(MemoryLibrary(drafts()), load_directory(), load_lexicon(), options)
