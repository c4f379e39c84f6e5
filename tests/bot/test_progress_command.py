"""`kehoach progress` and `kehoach timeline`: what is owed, on the screen and in files."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import docx
import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from sqlalchemy import select

from bot.clock import HANOI
from bot.tracking.records import State
from knowledge.store.database import open_store
from knowledge.store.models import OccurrenceRow
from tests.bot.papers import LIBRARIES, Row, write_plan
from tests.bot.running import NOW, Run, call, kehoach

ROWS: tuple[Row, ...] = (
    ("Rà soát phương án ứng phó bão mạnh", "Sở Nông nghiệp và Môi trường", "Quý I/2026"),
    ("Bố trí kinh phí mua vật tư dự phòng", "Sở Tài chính", "Trước ngày 27/11/2026"),
    ("Công khai đường dây nóng", "Sở Nội vụ; Sở Tài chính", "30/11/2026"),
    ("Kiểm tra hồ chứa", "Sở Nông nghiệp và Môi trường", "20/10/2026"),
    ("Diễn tập sơ tán dân ven sông", "Công an tỉnh", "Tháng 7 hàng năm"),
    ("Trang bị xuồng cứu hộ", "Câu lạc bộ Thuyền buồm Phú Giang", "15/01/2027"),
    ("Tuyên truyền trên loa", "Sở Tài chính", "Thường xuyên"),
)
LOADED = datetime(2026, 10, 5, 8, tzinfo=HANOI)


@pytest.fixture(scope="module")
def storms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plans, active since 5/10/2026, one task done; not to be changed."""
    folder = tmp_path_factory.mktemp("tiến độ")
    home = folder / "dữ liệu"
    papers = [
        write_plan(folder / "bão.md", ROWS),
        write_plan(folder / "thư viện.md", LIBRARIES, number="13/KH-UBND", title="Phát triển thư viện"),
    ]
    assert call(home, "load", *papers, "--activate", now=LOADED).code == 0
    assert call(home, "progress", now=LOADED).code == 0
    with open_store(data=home) as store, store.write() as session:
        wanted = OccurrenceRow.due_on == date(2026, 11, 27)
        row = session.scalars(select(OccurrenceRow).where(wanted)).one()
        row.state, row.done_at, row.note = State.DONE.value, NOW, "Công văn 15"
    return home


def test_everything(storms: Path) -> None:
    assert call(storms, "progress") == Run(
        0,
        "Tiến độ: Tất cả cơ quan (đến T6 20/11/2026)\n"
        "5 việc có thời hạn: hoàn thành đúng hạn 1, hoàn thành quá hạn 0, "
        "chưa hoàn thành trong hạn 3 (sắp đến hạn 2), chưa hoàn thành quá hạn 1; "
        "đã hoàn thành 1/5 việc có thời hạn (20 %).\n"
        "▲ Kiểm tra hồ chứa – Sở Nông nghiệp và Môi trường – quá hạn 31 ngày\n"
        "◔ Công khai đường dây nóng – 2 cơ quan – hạn T2 30/11, còn 10 ngày\n"
        "Không kể 3 việc có hạn trước ngày kế hoạch được đưa vào theo dõi.\n"
        "\n"
        + table(
            ("", "Hoàn thành", "Hoàn thành", "Chưa hoàn thành", "Chưa hoàn thành", ""),
            ("Cơ quan", "đúng hạn", "quá hạn", "trong hạn", "quá hạn", "Tổng"),
            ("Câu lạc bộ Thuyền buồm Phú Giang", "0", "0", "1", "0", "1"),
            ("Sở Nội vụ", "0", "0", "1", "0", "1"),
            ("Sở Nông nghiệp và Môi trường", "0", "0", "0", "1", "1"),
            ("Sở Tài chính", "1", "0", "1", "0", "2"),
        ),
        "",
    )


HEADS: list[tuple[list[str], str]] = [
    (["--agency", "STC"], "Tiến độ: Sở Tài chính (đến T6 20/11/2026)"),
    (["--agency", "Sở Kế hoạch và Đầu tư"], "Tiến độ: Sở Tài chính (đến T6 20/11/2026)"),
    (["--agency", "thuyen buom"], "Tiến độ: Câu lạc bộ Thuyền buồm Phú Giang (đến T6 20/11/2026)"),
    (["--plan", "12"], "Tiến độ: Kế hoạch 12/KH-UBND (năm 2026) (đến T6 20/11/2026)"),
    (
        ["--plan", "12", "--agency", "sở nội vụ"],
        "Tiến độ: Sở Nội vụ – Kế hoạch 12/KH-UBND (năm 2026) (đến T6 20/11/2026)",
    ),
]


@pytest.mark.parametrize(("arguments", "head"), HEADS, ids=[" ".join(args) for args, _ in HEADS])
def test_what_it_is_about(storms: Path, arguments: list[str], head: str) -> None:
    run = call(storms, "progress", *arguments)
    assert (run.code, run.err, run.out.splitlines()[0]) == (0, "", head)


COUNTS: list[tuple[list[str], str]] = [
    (
        ["--agency", "Sở Tài chính"],
        "2 việc có thời hạn: hoàn thành đúng hạn 1, hoàn thành quá hạn 0, "
        "chưa hoàn thành trong hạn 1 (sắp đến hạn 1), chưa hoàn thành quá hạn 0; "
        "đã hoàn thành 1/2 việc có thời hạn (50 %).",
    ),
    (
        ["--agency", "các sở, ban, ngành tỉnh"],
        "4 việc có thời hạn: hoàn thành đúng hạn 1, hoàn thành quá hạn 0, "
        "chưa hoàn thành trong hạn 2 (sắp đến hạn 2), chưa hoàn thành quá hạn 1; "
        "đã hoàn thành 1/4 việc có thời hạn (25 %).",
    ),
    (
        ["--plan", "12"],
        "5 việc có thời hạn: hoàn thành đúng hạn 1, hoàn thành quá hạn 0, "
        "chưa hoàn thành trong hạn 3 (sắp đến hạn 2), chưa hoàn thành quá hạn 1; "
        "đã hoàn thành 1/5 việc có thời hạn (20 %).",
    ),
    (["--plan", "13"], "Chưa có việc nào có thời hạn để theo dõi."),
    (
        ["--due-from", "2026-11-28", "--due-to", "30/11/2026"],
        "2 việc có thời hạn: hoàn thành đúng hạn 0, hoàn thành quá hạn 0, "
        "chưa hoàn thành trong hạn 2 (sắp đến hạn 2), chưa hoàn thành quá hạn 0; "
        "đã hoàn thành 0/2 việc có thời hạn (0 %).",
    ),
    (
        ["--due-from", "2027-01-01"],
        "1 việc có thời hạn: hoàn thành đúng hạn 0, hoàn thành quá hạn 0, "
        "chưa hoàn thành trong hạn 1, chưa hoàn thành quá hạn 0; "
        "đã hoàn thành 0/1 việc có thời hạn (0 %).",
    ),
]


@pytest.mark.parametrize(("arguments", "counts"), COUNTS, ids=[" ".join(args) for args, _ in COUNTS])
def test_how_many(storms: Path, arguments: list[str], counts: str) -> None:
    assert call(storms, "progress", *arguments).out.splitlines()[1] == counts


def test_the_timeline(storms: Path) -> None:
    assert call(storms, "timeline") == Run(
        0,
        "Việc đến hạn: Tất cả cơ quan (90 ngày tới, đến T5 18/02/2027)\n"
        "2 việc.\n"
        "T2 30/11: Công khai đường dây nóng – 2 cơ quan\n"
        "T6 15/01: Trang bị xuồng cứu hộ – Câu lạc bộ Thuyền buồm Phú Giang\n",
        "",
    )
    assert call(storms, "timeline", "--agency", "STC", "--days", "7") == Run(
        0,
        "Việc đến hạn: Sở Tài chính (7 ngày tới, đến T6 27/11/2026)\nKhông có việc nào đến hạn trong 7 ngày tới.\n",
        "",
    )
    # The plan is for 2026: its yearly drill of July 2027 is asked for no more.
    long = call(storms, "timeline", "--days", "366")
    assert long.out.splitlines()[1:] == call(storms, "timeline").out.splitlines()[1:]


def test_files(storms: Path, tmp_path: Path) -> None:
    picture, line, sheet, days = (tmp_path / name for name in ("a.png", "b.png", "c.xlsx", "d.ics"))
    assert call(storms, "progress", "--format", "png", "--out", picture) == Run(0, "", f"Đã ghi {picture}.\n")
    assert call(storms, "timeline", "--format", "png", "--out", line) == Run(0, "", f"Đã ghi {line}.\n")
    assert call(storms, "progress", "--format", "xlsx", "--out", sheet) == Run(0, "", f"Đã ghi {sheet}.\n")
    assert call(storms, "progress", "--agency", "STC", "--format", "ics", "--output", days).code == 0
    assert picture.read_bytes()[:8] == line.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    with closing(load_workbook(sheet)) as book:
        rows = [list(row) for row in book.worksheets[0].iter_rows(5, values_only=True)]
    assert [row[1] for row in rows] == [
        *("Rà soát phương án ứng phó bão mạnh", "Số hóa tài liệu quý của thư viện"),
        *("Mở phòng đọc cho trẻ em khuyết tật", "Kiểm tra hồ chứa", "Bố trí kinh phí mua vật tư dự phòng"),
        *("Công khai đường dây nóng", "Công khai đường dây nóng", "Trang bị xuồng cứu hộ"),
    ]
    assert [*rows[4][:4], *rows[4][5:7], *rows[4][8:]] == [
        *("Kế hoạch 12/KH-UBND (năm 2026)", "Bố trí kinh phí mua vật tư dự phòng", "Sở Tài chính"),
        *("Trước ngày 27/11/2026", "Hoàn thành", "Xanh – hoàn thành đúng hạn"),
        *(datetime(2026, 11, 20), "Công văn 15"),  # noqa: DTZ001
        "Kế hoạch 12/KH-UBND ngày 05/01/2026, mục I.2",
    ]
    events = Calendar.from_ical(days.read_bytes()).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == [
        "✓ Bố trí kinh phí mua vật tư dự phòng (Sở Tài chính)",
        "Công khai đường dây nóng (Sở Tài chính)",
    ]


def test_the_report_of_a_period(storms: Path, tmp_path: Path) -> None:
    path = tmp_path / "báo cáo.docx"
    run = call(storms, "progress", "--report", "month", "--as-of", "2026-11-18", "--out", path)
    assert run == Run(0, "", f"Đã ghi {path}.\n")
    document = docx.Document(str(path))
    assert any("(ngày chốt số liệu)" in each.text for each in document.paragraphs)
    assert [[cell.text for cell in row.cells][1:3] for row in document.tables[2].rows][1:] == [
        ["Sở Nông nghiệp và Môi trường", "1"]
    ]
    # What is told of a day that is over is what could be told then: the task was done two days later.
    told = call(storms, "progress", "--agency", "STC", "--as-of", "18/11/2026").out.splitlines()
    assert told[0] == "Tiến độ: Sở Tài chính (đến T4 18/11/2026)"
    assert told[1].startswith("2 việc có thời hạn: hoàn thành đúng hạn 0, hoàn thành quá hạn 0")


def test_a_file_without_a_name_is_named_for_what_it_holds(storms: Path, tmp_path: Path) -> None:
    beside = tmp_path / "dữ liệu"
    beside.symlink_to(storms)
    run = kehoach(beside, "progress", "--agency", "STC", "--format", "xlsx")
    (made,) = tmp_path.glob("*.xlsx")
    assert run == Run(0, "", f"Đã ghi {made.name}.\n")
    assert made.name.startswith("tien-do-so-tai-chinh-20")


def test_the_table_goes_to_a_file_on_request(storms: Path, tmp_path: Path) -> None:
    path = tmp_path / "tiến độ.txt"
    assert call(storms, "progress", "--out", path) == Run(0, "", "")
    assert path.read_text(encoding="utf-8") == call(storms, "progress").out


def test_a_fresh_folder(empty: Path) -> None:
    assert call(empty, "progress") == Run(
        0, "Tiến độ: Tất cả cơ quan (đến T6 20/11/2026)\nChưa có việc nào có thời hạn để theo dõi.\n", ""
    )


BAD = [
    (["progress", "--plan", "999"], 1, "Chưa nạp kế hoạch nào tên là “999”.\n"),
    (["progress", "--agency", "Sở Trên Trời"], 1, "Không có cơ quan nào tên là “Sở Trên Trời”.\n"),
    (["progress", "--agency", ""], 1, "Không có cơ quan nào tên là “”.\n"),
    (["progress", "--format", "pdf"], 2, None),
    (["progress", "--due-from", "mai"], 2, None),
    (["progress", "--report", "decade"], 2, None),
    (["progress", "--report", "month", "--format", "png"], 2, None),
    (["progress", "--report", "month", "--due-to", "2026-11-30"], 2, None),
    (["progress", "--report", "month", "--plan", "999"], 1, "Chưa nạp kế hoạch nào tên là “999”.\n"),
    (["timeline", "--days", "0"], 2, None),
    (["timeline", "--format", "ics"], 2, None),
    (["progress", "--format", "png", "--out", "không có/a.png"], 1, "Không ghi được tệp không có/a.png.\n"),
    (["timeline", "--out", "không có/a.txt"], 1, "Không ghi được tệp không có/a.txt.\n"),
]


@pytest.mark.parametrize(("arguments", "code", "sentence"), BAD, ids=[" ".join(args) for args, _, _ in BAD])
def test_bad_arguments(storms: Path, arguments: list[str], code: int, sentence: str | None) -> None:
    run = call(storms, *arguments)
    assert (run.code, run.out) == (code, "")
    assert sentence is None or run.err == sentence


def table(*rows: tuple[str, ...]) -> str:
    """As the command prints columns: the first takes the room that there is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    first, *others = widths
    lines = [
        "  ".join([row[0].ljust(first), *(cell.rjust(width) for cell, width in zip(row[1:], others, strict=True))])
        for row in rows
    ]
    return "".join(f"{line}\n" for line in lines)
