"""`kehoach load`: drafts and live versions, the same file again, and files that cannot be loaded."""

from __future__ import annotations

import json
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest.samples import sample_files
from tests.bot.papers import DECISION, FLOODS, LIBRARIES, write_plan
from tests.bot.running import NOW, Run, call, dump, kehoach, on_terminal
from tests.pdfs import Picture, Text, write_pdf

LATER = NOW + timedelta(hours=1)


def test_the_samples_load_with_a_report_for_each(loading: tuple[Path, Run]) -> None:
    _, run = loading
    assert (run.code, run.err) == (0, "")
    assert [line for line in run.out.splitlines() if not line.startswith(" ")] == [
        "✓ cong-van-462.txt: 462/UBND-NC, bản 1 (đang dùng).",
        "✓ ke-hoach-57.docx: 57/KH-UBND, bản 1 (đang dùng).",
        "✓ nong-thon-moi-2026.xlsx: nong-thon-moi-2026, bản 1 (đang dùng).",
        "✓ truyen-thong-2026.md: truyen-thong-2026, bản 1 (đang dùng).",
    ]


def test_a_draft_answers_nothing_until_it_is_activated(empty: Path, tmp_path: Path) -> None:
    paper = write_plan(tmp_path / "bão.md")
    report = "  3 dòng trong 1 bảng nhiệm vụ, 0 nhiệm vụ trong lời văn, 3 đoạn, 0 chú thích.\n"
    drafted = call(empty, "load", paper)
    assert drafted == Run(0, f"✓ bão.md: 12/KH-UBND, bản 1 (nháp).\n{report}", "")
    assert call(empty, "tasks", "--format", "json").out == ""
    again = call(empty, "load", paper, "--activate", now=LATER)
    assert again == Run(0, "= bão.md: không đổi (12/KH-UBND, bản 1, đang dùng).\n", "")
    assert len(call(empty, "tasks", "--format", "json").out.splitlines()) == 3


def test_the_same_files_again_are_no_change(home: Path) -> None:
    before = dump(home)
    run = call(home, "load", *sample_files(), "--activate", now=LATER)
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines() == [
        "= cong-van-462.txt: không đổi (462/UBND-NC, bản 1, đang dùng).",
        "= ke-hoach-57.docx: không đổi (57/KH-UBND, bản 1, đang dùng).",
        "= nong-thon-moi-2026.xlsx: không đổi (nong-thon-moi-2026, bản 1, đang dùng).",
        "= truyen-thong-2026.md: không đổi (truyen-thong-2026, bản 1, đang dùng).",
    ]
    assert dump(home) == before
    assert call(home, "load", sample_files()[0], now=LATER).out.endswith("bản 1, đang dùng).\n")


def test_a_changed_file_is_a_new_version(empty: Path, tmp_path: Path) -> None:
    call(empty, "load", write_plan(tmp_path / "bão.md"), "--activate")
    changed = write_plan(tmp_path / "bão.md", FLOODS[1:])
    assert call(empty, "load", changed, now=LATER).out.startswith("✓ bão.md: 12/KH-UBND, bản 2 (nháp).\n")
    assert len(call(empty, "tasks", "--format", "json").out.splitlines()) == 3
    assert "bản 2, đang dùng" in call(empty, "load", changed, "--activate", now=LATER).out
    assert len(call(empty, "tasks", "--format", "json").out.splitlines()) == 2


def test_one_paper_in_two_files_is_one_plan(empty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "đến"
    folder.mkdir()
    write_plan(folder / "bản 1.md")
    write_plan(folder / "bản 2.md", FLOODS[:2])
    run = call(empty, "load", folder, "--activate")
    assert [line for line in run.out.splitlines() if not line.startswith(" ")] == [
        "✓ bản 1.md: 12/KH-UBND, bản 1 (đã có bản sau thay).",
        "✓ bản 2.md: 12/KH-UBND, bản 2 (đang dùng).",
    ]


def test_a_name_with_diacritics_and_spaces_loads(empty: Path, tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "Kế hoạch đê điều (bản cuối).md")
    run = kehoach(empty, "load", write_plan(tmp_path / name))
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("✓ Kế hoạch đê điều (bản cuối).md: 12/KH-UBND, bản 1 (nháp).\n")


def test_the_progress_bar_is_for_a_terminal_only(empty: Path, tmp_path: Path) -> None:
    paper = write_plan(tmp_path / "bão.md")
    assert "Đọc bão.md" in on_terminal(empty, "load", paper).out
    assert kehoach(empty, "load", paper).err == ""


Make = Callable[[Path], object]


def content(data: bytes) -> Make:
    return lambda path: path.write_bytes(data)


def nothing(_path: Path) -> None:
    """No file at all."""


def zip_file(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ghi chú.txt", "Kế hoạch số 12/KH-UBND")


def ten_gigabytes(path: Path) -> None:
    """A part of 10 GB of zeros in 10 MB: one compressed megabyte, ten thousand times over."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", megabyte * 10_240 + packer.flush())
        part = archive.filelist[-1]
        part.compress_type, part.file_size = zipfile.ZIP_DEFLATED, 10 << 30


def locked_pdf(path: Path) -> None:
    write_pdf(path, [[Text(50, 50, "KẾ HOẠCH")]], password="phugiang")


def scanned_pdf(path: Path) -> None:
    write_pdf(path, [[Picture()], [Picture()]])


def timesheet(path: Path) -> None:
    """A workbook that is no plan."""
    book = Workbook()
    for row in (("Họ tên", "Số công"), ("Trần An", 22), ("Lê Bình", 21)):
        book.worksheets[0].append(row)
    book.save(path)


POEM = "Mưa rơi ngoài hiên vắng,\nTrời sáng dần lên nắng.\n"


BAD: list[tuple[str, Make, str]] = [
    ("không có.docx", nothing, "Không tìm thấy tệp"),
    ("không có", nothing, "Không tìm thấy tệp"),
    ("rỗng.txt", content(b""), "Tệp rỗng"),
    ("rỗng.docx", content(b""), "Tệp rỗng"),
    ("khóa.pdf", locked_pdf, "Tệp PDF có mật khẩu"),
    ("quét.pdf", scanned_pdf, "OCR"),
    ("cũ.doc", content(bytes.fromhex("d0cf11e0a1b11ae1")), "lưu lại dạng .docx"),
    ("nén.docx", zip_file, "không phải là tệp Word (.docx) hợp lệ"),
    ("10GB.docx", ten_gigabytes, "lớn bất thường khi giải nén"),
    ("thơ.txt", content(POEM.encode()), "Không thấy nội dung nào của một kế hoạch"),
    ("chấm công.xlsx", timesheet, "không có bảng nhiệm vụ"),
    ("mật.txt", content("MẬT\nKẾ HOẠCH\nSố: 9/KH-UBND\n1. Sở Nội vụ làm xong trước 01/5/2026.\n".encode()), "mật"),
]


@pytest.mark.parametrize(("name", "make", "says"), BAD, ids=[name for name, _, _ in BAD])
def test_a_bad_file_is_one_line_and_changes_nothing(
    loaded: Path, tmp_path: Path, name: str, make: Make, says: str
) -> None:
    make(tmp_path / name)
    before = dump(loaded)
    run = call(loaded, "load", tmp_path / name, "--activate")
    assert (run.code, run.out, len(run.err.splitlines())) == (1, "", 1)
    assert run.err.startswith(f"✗ {name}: ")
    assert says.casefold() in run.err.casefold()
    assert str(tmp_path) not in run.err
    assert dump(loaded) == before


def test_the_real_command_names_each_bad_file_on_a_line(loaded: Path, tmp_path: Path) -> None:
    for name, make, _ in BAD:
        make(tmp_path / name)
    before = dump(loaded)
    run = kehoach(loaded, "load", *(tmp_path / name for name, _, _ in BAD), "--activate")
    assert (run.code, run.out) == (1, "")
    assert [line.split(": ")[0] for line in run.err.splitlines()] == [f"✗ {name}" for name, _, _ in BAD]
    assert dump(loaded) == before


@pytest.mark.parametrize(
    ("leads", "told"),
    [
        (("", "", ""), "không ghi cơ quan chủ trì (3 nhiệm vụ) (dòng 1, 2, 3)"),
        (("", "Sở Tài chính", "Công an tỉnh"), "không ghi cơ quan chủ trì, nhiệm vụ “"),
    ],
)
def test_tasks_without_a_lead_agency_are_read_and_doubted(
    empty: Path, tmp_path: Path, leads: tuple[str, ...], told: str
) -> None:
    """The paper is not refused, and no agency is made up for them."""
    rows = tuple((task, lead, due) for (task, _, due), lead in zip(FLOODS, leads, strict=True))
    run = call(empty, "load", write_plan(tmp_path / "bão.md", rows), "--activate")
    assert (run.code, run.err) == (0, "")
    assert f"    - Chủ trì: {told}" in run.out
    found = [json.loads(line) for line in call(empty, "tasks", "--format", "json").out.splitlines()]
    assert [task["lead"] for task in found] == [[lead] if lead else [] for lead in leads]
    assert ["lead" in [doubt["field"] for doubt in task["doubts"]] for task in found] == [not lead for lead in leads]
    answer = call(empty, "ask", f"Ai chủ trì {FLOODS[0][0]}?").out
    assert answer.startswith("Chưa rõ cơ quan chủ trì (không ghi cơ quan chủ trì, cần kiểm tra).\n")


def test_a_bad_file_among_good_ones_is_named_and_the_good_ones_load(empty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "đến"
    folder.mkdir()
    write_plan(folder / "bão.md")
    write_plan(folder / "thư viện.md", LIBRARIES, number="13/KH-UBND", title="Phát triển thư viện")
    scanned_pdf(folder / "quét.pdf")
    run = kehoach(empty, "load", folder, "--activate")
    assert run.code == 1
    assert run.out.count("✓") == 2
    assert run.err.startswith("✗ quét.pdf: ")
    assert len(run.err.splitlines()) == 1
    assert len(call(empty, "tasks", "--format", "json").out.splitlines()) == 6


@pytest.mark.parametrize("when", ["together", "one after the other"])
def test_two_papers_with_one_number_are_refused(home: Path, tmp_path: Path, when: str) -> None:
    floods = write_plan(tmp_path / "bão.md")
    libraries = write_plan(tmp_path / "thư viện.md", LIBRARIES, title="Phát triển thư viện")
    papers = [floods, libraries]
    if when == "one after the other":
        call(home, "load", papers.pop(0), "--activate")
    before = dump(home)
    run = kehoach(home, "load", *papers, "--activate")
    assert (run.code, run.out, len(run.err.splitlines())) == (1, "", 1)
    assert all(word in run.err for word in ("12/KH-UBND", "bão.md", "thư viện.md", "chưa nạp văn bản nào"))
    assert dump(home) == before


def test_a_folder_without_plans(empty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "đến"
    folder.mkdir()
    (folder / ".~lock.md").write_text("x", encoding="utf-8")
    (folder / "ảnh.png").write_bytes(b"\x89PNG")
    sentence = "Thư mục đến không có tệp kế hoạch nào (.docx .xlsx .doc .xls .odt .ods .rtf .pdf .txt .md).\n"
    assert kehoach(empty, "load", folder) == Run(1, "", sentence)


def test_no_file_named_is_bad_usage(empty: Path) -> None:
    run = kehoach(empty, "load")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("Usage: ")


CONCERNS = (
    "  Văn bản này sửa đổi Kế hoạch 12/KH-UBND đang có hiệu lực: gia hạn nhiệm vụ “Bố trí kinh phí mua vật tư dự "
    "phòng”, hạn mới: trước ngày 30/6/2026; sửa đổi nhiệm vụ “Diễn tập sơ tán dân ven sông”, chủ trì mới: Sở Xây "
    "dựng; bãi bỏ nhiệm vụ “Rà soát phương án ứng phó bão mạnh”."
)
ANSWERS: list[tuple[str, str]] = [
    (
        "Hạn bố trí kinh phí mua vật tư dự phòng là ngày nào?",
        "Hạn: trước ngày 30/6/2026 (theo 77/QĐ-UBND; trước đây: Trước ngày 15/5/2026).\n"
        "Chủ trì: Sở Tài chính.\n"
        "Nhiệm vụ: Bố trí kinh phí mua vật tư dự phòng.\n"
        "Nguồn: Kế hoạch 12/KH-UBND ngày 05/01/2026 (đã được sửa đổi bởi 77/QĐ-UBND), mục I.2.\n",
    ),
    (
        "Ai chủ trì diễn tập sơ tán dân ven sông?",
        "Sở Xây dựng (theo 77/QĐ-UBND; trước đây: Công an tỉnh) chủ trì.\n"
        "Hạn: Tháng 7 hàng năm; kỳ tới: 31/07/2027 (còn 253 ngày).\n"
        "Nhiệm vụ: Diễn tập sơ tán dân ven sông.\n"
        "Nguồn: Kế hoạch 12/KH-UBND ngày 05/01/2026 (đã được sửa đổi bởi 77/QĐ-UBND), mục I.3.\n",
    ),
    (
        "Ai chủ trì rà soát phương án ứng phó bão mạnh?",
        "Nhiệm vụ này đã bị bãi bỏ theo 77/QĐ-UBND; văn bản trước đây ghi như sau.\n"
        "Sở Nông nghiệp và Môi trường chủ trì.\n"
        "Hạn: Quý I/2026 (đến 31/03/2026).\n"
        "Nhiệm vụ: Rà soát phương án ứng phó bão mạnh.\n"
        "Nguồn: Kế hoạch 12/KH-UBND ngày 05/01/2026 (đã được sửa đổi bởi 77/QĐ-UBND), mục I.1.\n",
    ),
    (
        "Quyết định 77 điều chỉnh văn bản nào?",
        "Quyết định 77/QĐ-UBND (năm 2026) thay đổi Kế hoạch 12/KH-UBND (năm 2026).\n"
        "1. Lùi thời hạn nhiệm vụ “Bố trí kinh phí mua vật tư dự phòng” sang trước ngày 30/6/2026.\n"
        "2. Chuyển cơ quan chủ trì nhiệm vụ “Diễn tập sơ tán dân ven sông” từ Công an tỉnh sang Sở Xây dựng.\n"
        "3. Bãi bỏ nhiệm vụ “Rà soát phương án ứng phó bão mạnh”.\n"
        "Nguồn: Quyết định 77/QĐ-UBND ngày 20/04/2026.\n",
    ),
    (
        "Kế hoạch 12 còn hiệu lực không?",
        "Kế hoạch 12/KH-UBND (năm 2026) đã được sửa đổi bởi 77/QĐ-UBND.\n"
        "1. Lùi thời hạn nhiệm vụ “Bố trí kinh phí mua vật tư dự phòng” sang trước ngày 30/6/2026.\n"
        "2. Chuyển cơ quan chủ trì nhiệm vụ “Diễn tập sơ tán dân ven sông” từ Công an tỉnh sang Sở Xây dựng.\n"
        "3. Bãi bỏ nhiệm vụ “Rà soát phương án ứng phó bão mạnh”.\n"
        "Nguồn: Quyết định 77/QĐ-UBND ngày 20/04/2026.\n",
    ),
]


def test_a_paper_that_changes_another_one(empty: Path, tmp_path: Path) -> None:
    call(empty, "load", write_plan(tmp_path / "bão.md"), "--activate")
    assert call(empty, "ask", "Kế hoạch 12 còn hiệu lực không?").out == (
        "Trong các văn bản đã nạp, không có văn bản nào sửa đổi, thay thế hay bãi bỏ Kế hoạch 12/KH-UBND (năm "
        "2026).\n"
        "Nguồn: Kế hoạch 12/KH-UBND ngày 05/01/2026.\n"
    )
    (tmp_path / "77.txt").write_text(DECISION, encoding="utf-8")
    loaded = call(empty, "load", tmp_path / "77.txt")
    assert loaded.out.splitlines()[-1] == CONCERNS
    assert call(empty, "activate", "77").out == f"✓ 77/QĐ-UBND: đang dùng bản 1.\n{CONCERNS}\n"
    for question, answer in ANSWERS:
        assert call(empty, "ask", question).out == answer
    found = [json.loads(line) for line in call(empty, "tasks", "--format", "json").out.splitlines()]
    assert [(task["title"], task["lead"], task["due_dates"][:1]) for task in found] == [
        (FLOODS[1][0], ["Sở Tài chính"], ["2026-06-30"]),
        (FLOODS[2][0], ["Sở Xây dựng"], ["2026-07-31"]),
    ]
