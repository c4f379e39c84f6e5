"""Office files: which reader a file needs, by its content, and through LibreOffice where ours cannot read it."""

from __future__ import annotations

from dataclasses import replace

from ingest.documents import Document
from ingest.readers.kinds import OLE, Kind, find_kind
from ingest.readers.safety import OPEN_DOCUMENT, check_archive
from ingest.readers.word97 import close_last_table
from knowledge.errors import PlanFileError

SUFFIXES = (".docx", ".xlsx", ".doc", ".xls", ".odt", ".ods", ".rtf")
"""File name endings that this module reads."""

_TARGETS = {Kind.XLS: ".xlsx", Kind.ODS: ".xlsx"}
"""All others become a text: of a web page saved as .xls too, so that no cell is taken for an American date."""


def read_office(data: bytes, file: str, suffix: str) -> Document:
    """Read an office file named `file`; its `suffix` is believed only where the content tells nothing.

    Raises:
        PlanFileError: damaged, locked, unsafe, of another kind, or LibreOffice is needed and not there.
    """
    kind = find_kind(data, suffix) or _own_kind(data, suffix)
    if kind is None:
        from ingest.readers.plain import read_plain

        return read_plain(data, file, "txt")
    return replace(_read(data, file, kind), format=suffix.removeprefix("."))


def _own_kind(data: bytes, suffix: str) -> Kind | None:
    """The kind that the suffix says, for content that says nothing; none where the content is plain text.

    Raises:
        PlanFileError: it is not of that kind.
    """
    if suffix in (Kind.DOCX, Kind.XLSX):
        return Kind(suffix)
    if b"\0" not in data and not data.startswith((b"PK", OLE)):
        return None
    target = _TARGETS.get(Kind(suffix), ".docx")
    raise PlanFileError(
        f"Tệp không phải là tệp {suffix} hợp lệ hoặc đã hỏng; xin mở bằng chương trình gốc rồi lưu lại dạng {target}."
    )


def _read(data: bytes, file: str, kind: Kind) -> Document:
    match kind:
        case Kind.DOCX:
            from ingest.readers.word import read_word

            return read_word(data, file)
        case Kind.XLSX:
            from ingest.readers.sheets import read_sheets

            return read_sheets(data, file)
        case Kind.PDF:
            from ingest.readers.pdf import read_pdf

            return read_pdf(data, file)
    return _read_converted(data, file, kind)


def _read_converted(data: bytes, file: str, kind: Kind) -> Document:
    from ingest.readers.libreoffice import convert

    if kind in (Kind.ODT, Kind.ODS):
        check_archive(data, OPEN_DOCUMENT)
    if kind is Kind.WEB_ARCHIVE:
        data, kind = _page_of(data), Kind.HTML
    if kind is Kind.HTML:
        data = _mark_unicode(data)
    if kind is Kind.DOC:
        data = close_last_table(data)
    target = _TARGETS.get(kind, ".docx")
    return _read(convert(data, kind.value, target), file, Kind(target))


def _page_of(archive: bytes) -> bytes:
    """The page of a web archive, which is a mail with the page as its first part."""
    from email import message_from_bytes

    for part in message_from_bytes(archive).walk():
        if part.get_content_type() == "text/html" and isinstance(page := part.get_payload(decode=True), bytes):
            return page
    raise PlanFileError("Tệp lưu dạng trang web nhưng không có trang nào; xin mở tệp rồi lưu lại dạng .docx.")


def _mark_unicode(data: bytes) -> bytes:
    """A web page in UTF-8 with a mark that says so, as many lack the declaration."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    return b"\xef\xbb\xbf" + data.removeprefix(b"\xef\xbb\xbf")
