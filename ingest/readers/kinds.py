"""What an office file really is, by its content: people rename files, and programs save under other names."""

from __future__ import annotations

import zipfile
from enum import StrEnum
from io import BytesIO

from knowledge.errors import PlanFileError

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""Begin of a compound file, in which the old formats lie."""
_EXCEL_BEGIN = bytes.fromhex("0908100000060500")
"""The record that begins a workbook of Excel 97 to 2003."""
_FILEPASS = b"\x2f\x00"
_HEAD = 2_000
"""Bytes in which a text format names itself."""
_LOCKED = "Tệp có mật khẩu bảo vệ; xin gỡ mật khẩu rồi nạp lại."


class Kind(StrEnum):
    """Formats that can be told by content; the value is the suffix they should have."""

    DOCX = ".docx"
    XLSX = ".xlsx"
    ODT = ".odt"
    ODS = ".ods"
    DOC = ".doc"
    XLS = ".xls"
    RTF = ".rtf"
    HTML = ".html"
    WORD_XML = ".xml"
    WEB_ARCHIVE = ".mht"
    PDF = ".pdf"


def find_kind(data: bytes, suffix: str) -> Kind | None:
    """The format of `data`; `suffix` decides where a compound file holds both a text and a workbook.

    Raises:
        PlanFileError: locked with a password.
    """
    if data.startswith(b"PK"):
        return _find_zip_kind(data)
    if data.startswith(OLE):
        return _find_compound_kind(data, suffix)
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").replace(b"\0", b"").lower()
    if head.startswith(b"{\\rtf"):
        return Kind.RTF
    if head.startswith(b"%pdf-"):
        return Kind.PDF
    if head.startswith(b"mime-version:"):
        return Kind.WEB_ARCHIVE
    if head.startswith(b"<?xml") and b"word.document" in head:
        return Kind.WORD_XML
    return Kind.HTML if b"<html" in head or b"<table" in head else None


def _find_zip_kind(data: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "content.xml" in names:
                return _find_open_document_kind(archive)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return None  # the reader of its suffix says what is wrong
    if any(name.startswith("word/") for name in names):
        return Kind.DOCX
    return Kind.XLSX if any(name.startswith("xl/") for name in names) else None


def _find_open_document_kind(archive: zipfile.ZipFile) -> Kind:
    def read(name: str) -> bytes:
        with archive.open(name) as part:
            return part.read(100_000)

    names = archive.namelist()
    if "META-INF/manifest.xml" in names and b"encryption-data" in read("META-INF/manifest.xml"):
        raise PlanFileError(_LOCKED)
    return Kind.ODS if "mimetype" in names and b"spreadsheet" in read("mimetype") else Kind.ODT


def _find_compound_kind(data: bytes, suffix: str) -> Kind | None:
    """Compound files (OLE) name their streams in UTF-16; an embedded workbook has its stream in a text's file too."""
    if _name("EncryptedPackage") in data:
        raise PlanFileError(_LOCKED)
    kinds = {Kind.DOC} if _name("WordDocument") in data else set()
    if _name("Workbook") in data or _name("Book\0") in data:
        kinds.add(Kind.XLS)
    if not kinds:
        return None
    kind = Kind(suffix) if suffix in kinds else Kind.DOC if Kind.DOC in kinds else Kind.XLS
    if _is_locked(data, kind):
        raise PlanFileError(_LOCKED)
    return kind


def _name(stream: str) -> bytes:
    return stream.encode("utf-16-le")


def _is_locked(data: bytes, kind: Kind) -> bool:
    if kind is Kind.DOC:
        # The text stream begins in the first sector: its magic, and a flag in its eleventh and twelfth byte.
        return data[512:514] == b"\xec\xa5" and bool(data[523] & 0x01)
    begin = data.find(_EXCEL_BEGIN)
    return begin >= 0 and data[begin + 20 : begin + 22] == _FILEPASS
