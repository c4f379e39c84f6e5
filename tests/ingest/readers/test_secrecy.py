"""A paper with a state-secret mark is refused; the word in running text is no mark."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.documents import Cell, Document, Line, Row, Table
from ingest.readers import read_document
from ingest.readers.secrecy import check_not_classified
from knowledge.errors import ClassifiedError

HEAD = "ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG\nSố: 57/KH-UBND\n{}\nKẾ HOẠCH\nNăm 2026"


def paper(text: str) -> Document:
    lines = tuple(Line(line) for line in text.split("\n"))
    return Document("kế hoạch.txt", "txt", lines)


@pytest.mark.parametrize(
    ("mark", "level"),
    [
        ("MẬT", "Mật"),
        ("TỐI MẬT", "Tối mật"),
        ("TUYỆT MẬT", "Tuyệt mật"),
        ("   [ TỐI  MẬT ]  ", "Tối mật"),
        ("**MẬT**", "Mật"),
        ("| MẬT |", "Mật"),
        ("M Ậ T", "Mật"),
        ("TỐI\nMẬT", "Tối mật"),
        ("Mật", "Mật"),
        ("TOI MAT", "Tối mật"),
        ("TỐI MẬT (Bản số 03)", "Tối mật"),
        ("MẬT      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Mật"),
        ("Độ mật: Mật", "Mật"),
        ("Mức độ mật: TUYỆT MẬT.", "Tuyệt mật"),
        ("Độ mật: Tối mật   Độ khẩn: Hỏa tốc", "Tối mật"),
        ("Độ mật: Mật Độ khẩn: Khẩn", "Mật"),
    ],
)
def test_marks(mark: str, level: str) -> None:
    with pytest.raises(ClassifiedError) as refused:
        check_not_classified(paper(HEAD.format(mark)))
    assert refused.value.sentence == (
        f"Văn bản mang dấu độ mật “{level}”: theo quy định về bảo vệ bí mật nhà nước, "
        "hệ thống không tiếp nhận và không lưu lại nội dung nào."
    )


@pytest.mark.parametrize(
    "text",
    [
        "thực hiện gửi nhận văn bản điện tử, trừ văn bản mật",
        "Luật Bảo vệ bí mật nhà nước",
        "bảo vệ bí\nmật nhà nước",
        "KẾ HOẠCH BẢO VỆ BÍ\nMẬT",
        "trừ các văn bản\nmật",
        "Độ mật: Không",
        "Độ mật: Mật hoặc Tối mật theo quy định của người ký",
        "Bí mật",
        "BÍ MẬT NHÀ NƯỚC",
        "☐ Mật ☐ Tối mật",
        "HỎA TỐC",
        "Mặt",
        "mất",
    ],
)
def test_no_marks(text: str) -> None:
    check_not_classified(paper(HEAD.format(text)))


def test_only_the_first_page_is_looked_at() -> None:
    check_not_classified(paper("KẾ HOẠCH\n" + "Nội dung của kế hoạch\n" * 60 + "MẬT"))


def test_boxes_and_margins() -> None:
    box = Table((Row((Cell("UBND TỈNH\nTỐI MẬT"), Cell("CỘNG HÒA"))),))
    with pytest.raises(ClassifiedError):
        check_not_classified(Document("a.docx", "docx", (box,)))
    with pytest.raises(ClassifiedError):
        check_not_classified(Document("a.docx", "docx", (Line("KẾ HOẠCH"),), margins=("MẬT",)))


def test_reading_refuses(tmp_path: Path) -> None:
    path = tmp_path / "mật.txt"
    path.write_text(HEAD.format("MẬT"), encoding="utf-8")
    with pytest.raises(ClassifiedError):
        read_document(path)
