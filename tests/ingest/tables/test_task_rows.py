"""Rows of task tables as tasks: every field, from three printed forms of the same table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.records import Deadline, DeadlineKind, Origin, Source, Task
from tests.ingest.writing import TaskCells, read, read_blocks, table, task_cells

HEAD = "KẾ HOẠCH\nCải cách hành chính năm 2026\nI. MỤC ĐÍCH\nPhục vụ người dân tỉnh Phú Giang.\n"


def _tasks(rows: str) -> list[TaskCells]:
    return task_cells(read(f"{HEAD}PHỤ LỤC\n{rows}").tasks)


def test_every_field_of_a_row() -> None:
    draft = read_blocks(
        [
            table(
                """
                TT ¦ Nhiệm vụ ¦ Hoạt động ¦ Sản phẩm ¦ Chủ trì ¦ Phối hợp ¦ Thời gian
                I ¦ Thể chế ¦ ¦ ¦ ¦ ¦
                1 ¦ Rà soát ¦ Lập danh mục ¦ Báo cáo ¦ Sở Tư pháp ¦ Sở Nội vụ; Sở Tài chính ¦ Quý II/2026
                """,
                page=7,
            )
        ],
        file="ke-hoach.docx",
    )
    (task,) = draft.tasks
    assert task == Task(
        origin=Origin.TABLE,
        section="Thể chế",
        number="1",
        title="Rà soát",
        activity="Lập danh mục",
        product="Báo cáo",
        lead=("Sở Tư pháp",),
        coordinating=("Sở Nội vụ", "Sở Tài chính"),
        deadline=Deadline("Quý II/2026", (DeadlineKind.ONE_OFF,), dates=(date(2026, 6, 30),)),
        source=Source(
            section_path=("I. Thể chế",),
            row=1,
            page=7,
            quote="1 | Rà soát | Lập danh mục | Báo cáo | Sở Tư pháp | Sở Nội vụ; Sở Tài chính | Quý II/2026",
        ),
        lead_agencies=("Sở Tư pháp",),
    )


def test_a_row_stands_under_the_headings_of_its_table() -> None:
    (task,) = read(
        f"{HEAD}II. PHÂN CÔNG\n1. Nhiệm vụ trọng tâm\n"
        "TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian\nI ¦ Thể chế ¦ ¦\n1 ¦ Rà soát ¦ Sở Tư pháp ¦ Quý II/2026"
    ).tasks
    assert task.section == "Thể chế"
    assert task.source.section_path == ("II. PHÂN CÔNG", "1. Nhiệm vụ trọng tâm", "I. Thể chế")
    assert task.deadline.dates == (date(2026, 6, 30),)


def test_a_table_without_sections_is_of_the_part_that_it_stands_in() -> None:
    rows = "TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian\n1 ¦ Rà soát ¦ Sở Tư pháp ¦ Quý II/2026"
    (task,) = read(f"{HEAD}II. PHÂN CÔNG\n{rows}").tasks
    assert task.section == "PHÂN CÔNG"
    (task,) = read(f"{HEAD}PHỤ LỤC\n{rows}").tasks
    assert task.section is None


CASES: list[tuple[str, str, list[TaskCells]]] = [
    (
        "who leads told in words, and groups with bare letters",
        """
        TT ¦ Nhiệm vụ ¦ Đơn vị thực hiện ¦ Thời gian
        1 ¦ Tuyên truyền ¦ ¦
        a ¦ Phát tờ rơi ¦ Công an tỉnh chủ trì, phối hợp với Sở Xây dựng ¦ Quý I
        b ¦ Treo băng rôn ¦ Sở Y tế (chủ trì); Sở Nội vụ ¦ Quý II
        """,
        [
            (None, "a", "Phát tờ rơi", None, None, "Công an tỉnh", "Sở Xây dựng", "Quý I"),
            (None, "b", "Treo băng rôn", None, None, "Sở Y tế", "Sở Nội vụ", "Quý II"),
        ],
    ),
    (
        "lead and helpers in one cell",
        """
        TT ¦ Nhiệm vụ ¦ Chủ trì, phối hợp ¦ Thời gian
        1 ¦ Rà soát ¦ Chủ trì: Sở Tư pháp. Phối hợp: Sở Nội vụ, Sở Tài chính ¦ Quý I
        2 ¦ Tập huấn ¦ - Cơ quan chủ trì: Sở Nội vụ; - Cơ quan phối hợp: Các sở, ban, ngành tỉnh ¦ Quý II
        3 ¦ Kiểm tra ¦ Thanh tra tỉnh ¦ Quý III
        4 ¦ Công bố ¦ Sở Tư pháp (chủ trì), Sở Tài chính (phối hợp) ¦ Quý IV
        """,
        [
            (None, "1", "Rà soát", None, None, "Sở Tư pháp", "Sở Nội vụ; Sở Tài chính", "Quý I"),
            (None, "2", "Tập huấn", None, None, "Sở Nội vụ", "Các sở, ban, ngành tỉnh", "Quý II"),
            (None, "3", "Kiểm tra", None, None, "Thanh tra tỉnh", "", "Quý III"),
            (None, "4", "Công bố", None, None, "Sở Tư pháp", "Sở Tài chính", "Quý IV"),
        ],
    ),
    (
        "dashes say nothing",
        """
        TT ¦ Nhiệm vụ ¦ Sản phẩm ¦ Chủ trì ¦ Phối hợp ¦ Thời gian
        1 ¦ Rà soát ¦ … ¦ Sở Tư pháp ¦ - ¦ –
        """,
        [(None, "1", "Rà soát", None, None, "Sở Tư pháp", "", "")],
    ),
    (
        "missing columns are null, an activity without a task is the task",
        """
        Thời hạn ¦ Hoạt động ¦ Đơn vị thực hiện
        Quý I ¦ Mở lớp tập huấn ¦ Sở Nội vụ
        Quý II ¦ Kiểm tra ¦ Thanh tra tỉnh
        """,
        [
            (None, None, "Mở lớp tập huấn", None, None, "Sở Nội vụ", "", "Quý I"),
            (None, None, "Kiểm tra", None, None, "Thanh tra tỉnh", "", "Quý II"),
        ],
    ),
    (
        "tables of targets and of numbers give no tasks",
        """
        TT ¦ Chỉ tiêu ¦ Đơn vị tính ¦ Năm 2026
        1 ¦ Tỷ lệ hồ sơ đúng hạn ¦ % ¦ 98
        2 ¦ Số xã đạt chuẩn ¦ xã ¦ 12
        """,
        [],
    ),
]


@pytest.mark.parametrize(("rows", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_tasks_of_a_table(rows: str, expected: list[TaskCells]) -> None:
    lines = "\n".join(line.strip() for line in rows.strip().split("\n"))
    assert _tasks(lines) == expected


def test_days_that_another_cell_fixes() -> None:
    (task,) = read(
        f"{HEAD}PHỤ LỤC\nTT ¦ Nhiệm vụ ¦ Sản phẩm ¦ Chủ trì ¦ Thời gian\n"
        "1 ¦ Báo cáo cải cách ¦ Định kỳ vào ngày 10 tháng 6 và ngày 10 tháng 12 ¦ Sở Nội vụ ¦ Hằng năm\n"
    ).tasks
    assert task.deadline.phrase == "Hằng năm"
    assert {d.strftime("%d/%m") for d in task.deadline.due_dates(date(2027, 12, 31))} == {"10/06", "10/12"}


@dataclass(frozen=True)
class Printed:
    """A task group as written: activities under one number and title, lead and deadline each."""

    title: str
    activities: tuple[tuple[str, str, str], ...]


LEADS = st.sampled_from(["Sở Tư pháp", "Sở Nội vụ", "Văn phòng UBND tỉnh", "UBND các xã, phường", "Thanh tra tỉnh"])
TIMES = st.sampled_from(["Quý I/2026", "Thường xuyên", "Tháng 6/2026", "Trước ngày 15/11/2026", "Năm 2026"])
WORDS = st.lists(
    st.sampled_from(["rà soát", "hồ sơ", "thủ tục", "văn bản", "báo cáo", "đánh giá", "cán bộ", "dịch vụ"]),
    min_size=2,
    max_size=6,
).map(lambda words: " ".join(words).capitalize() + ".")
GROUPS = st.lists(
    st.builds(Printed, WORDS, st.lists(st.tuples(WORDS, LEADS, TIMES), min_size=1, max_size=3).map(tuple)),
    min_size=1,
    max_size=6,
)
NAMES = ("TT", "Nhiệm vụ", "Hoạt động", "Chủ trì", "Thời gian")


def _printed_rows(groups: Sequence[Printed]) -> list[tuple[str, ...]]:
    """The rows as they stand on paper: number and title only once a group."""
    return [
        (str(n) if not i else "", group.title if not i else "", *cells)
        for n, group in enumerate(groups, 1)
        for i, cells in enumerate(group.activities)
    ]


def _expected(groups: Sequence[Printed]) -> list[TaskCells]:
    return [
        (None, str(n), group.title, activity, None, lead, "", time)
        for n, group in enumerate(groups, 1)
        for activity, lead, time in group.activities
    ]


def _tabs(rows: Sequence[tuple[str, ...]], breaks: set[int]) -> str:
    out = ["\t".join(NAMES)]
    for i, row in enumerate(rows):
        if i in breaks and i:
            out.extend(["", "\t".join(NAMES)])
        out.append("\t".join(row))
    return "\n".join(out)


def _markdown(rows: Sequence[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (NAMES, ("---",) * len(NAMES), *rows))


def _stacked(rows: Sequence[tuple[str, ...]]) -> str:
    return "\n".join("\n".join(["|", *(f"{cell}\n|" if cell else "|" for cell in row)]) for row in (NAMES, *rows))


@given(GROUPS, st.sets(st.integers(0, 17), max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_table_reads_the_same_in_every_printed_form(groups: list[Printed], breaks: set[int]) -> None:
    rows = _printed_rows(groups)
    expected = _expected(groups)
    assert _tasks(_tabs(rows, breaks)) == expected
    assert _tasks(_markdown(rows)) == expected
    assert _tasks(_stacked(rows)) == expected
