"""Readers: one per file format, all giving a `Document`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ingest.documents import Document, Line
from ingest.readers import office
from ingest.readers.plain import read_plain
from ingest.readers.safety import MAX_FILE
from ingest.readers.secrecy import check_not_classified
from knowledge.errors import PlanFileError
from knowledge.text import nfc

SUFFIXES = (*office.SUFFIXES, ".pdf", ".txt", ".md")
"""File name endings that can be read."""


def read_document(path: Path) -> Document:
    """Read a plan file of any known format, chosen by its suffix.

    Raises:
        PlanFileError: the file is missing, unreadable, of an unknown kind, damaged, locked,
            unsafe to unpack, or without text. Its sentence does not name the file.
        ClassifiedError: the paper bears a state-secret mark.
    """
    reader = _find_reader(path)
    document = reader(_read_bytes(path), nfc(path.name))
    if not any(_has_text(block) for block in document.blocks):
        raise PlanFileError("Tệp không có chữ nào để đọc.")
    check_not_classified(document)
    return document


def _has_text(block: object) -> bool:
    return not isinstance(block, Line) or bool(block.text.strip())


def _find_reader(path: Path) -> Callable[[bytes, str], Document]:
    if path.is_dir():
        raise PlanFileError("Đây là một thư mục, không phải tệp; xin chỉ rõ tệp cần nạp.")
    suffix = path.suffix.lower()
    if suffix in office.SUFFIXES:
        return partial(office.read_office, suffix=suffix)
    if suffix in _READERS or not path.exists():
        return _READERS.get(suffix, _read_text)
    kind = f"loại tệp {suffix}" if suffix else "tệp không có đuôi"
    raise PlanFileError(
        f"Chưa đọc được {kind}; xin dùng tệp .docx, .doc, .xlsx, .xls, .odt, .rtf, .pdf, .txt hoặc .md."
    )


def _read_bytes(path: Path) -> bytes:
    if not path.exists():
        raise PlanFileError("Không tìm thấy tệp; xin kiểm tra lại tên tệp và thư mục.")
    try:
        if not path.is_file():
            raise PlanFileError("Đây không phải là một tệp thông thường nên không đọc được.")
        if path.stat().st_size > MAX_FILE:
            raise PlanFileError(f"Tệp quá lớn (trên {MAX_FILE // 1_000_000} MB) nên không được mở.")
        data = path.read_bytes()
    except OSError as error:
        raise PlanFileError("Không mở được tệp; xin kiểm tra quyền đọc tệp.", repr(error)) from error
    if not data.strip():
        raise PlanFileError("Tệp rỗng, không có nội dung nào để đọc.")
    return data


def _read_text(data: bytes, file: str) -> Document:
    return read_plain(data, file, "txt")


def _read_markdown(data: bytes, file: str) -> Document:
    return read_plain(data, file, "md")


def _read_pdf(data: bytes, file: str) -> Document:
    from ingest.readers.pdf import read_pdf

    return read_pdf(data, file)


_READERS: dict[str, Callable[[bytes, str], Document]] = {
    ".txt": _read_text,
    ".md": _read_markdown,
    ".pdf": _read_pdf,
}
