"""Is this archive safe to unpack? Checked before any library parses it.

A .docx or .xlsx is a zip of XML parts. Sizes that the zip declares are not trusted:
every part is also unpacked once against a hard cap.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from knowledge.errors import PlanFileError

MAX_FILE = 100_000_000
"""Bytes of a file that is opened at all."""
_MAX_PARTS = 5_000
_MAX_TOTAL = 300_000_000
"""Bytes of all parts unpacked; a plan with many pictures stays under a tenth of it."""
_MAX_XML = 80_000_000
"""Bytes of one XML part: its tree takes about ten times that in memory."""
_MAX_RATIO = 200
"""Unpacked to packed size of a large part; Word's most repetitive XML reaches about 60."""
_RATIO_FROM = 10_000_000
_CHUNK = 1 << 20

_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,80}encoding=["']([^"']{1,40})""")
_PLAIN_ENCODINGS = {b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}

_TOO_LARGE = "Tệp nén chứa nội dung lớn bất thường khi giải nén nên không được mở; xin kiểm tra lại nguồn của tệp."
_TOO_MANY = "Tệp có quá nhiều thành phần (nhiều hơn một văn bản 600 trang) nên không được mở; xin chia nhỏ tệp."
_UNSAFE_XML = "Tệp chứa khai báo XML không an toàn nên không được mở; xin mở bằng chương trình gốc rồi lưu lại."


@dataclass(frozen=True, slots=True)
class Kind:
    """What an office file must hold and how a person names it."""

    name: str
    suffix: str
    main_part: str
    max_elements: int | None = None
    """XML elements of its text parts, where their trees are held in memory."""

    @property
    def folder(self) -> str:
        return self.main_part.partition("/")[0] + "/"


# Real papers have under 500 elements a page, so this is a paper of 600 pages; it takes three seconds.
WORD = Kind("Word", ".docx", "word/document.xml", max_elements=300_000)
EXCEL = Kind("Excel", ".xlsx", "xl/workbook.xml")
OPEN_DOCUMENT = Kind("LibreOffice", ".odt", "content.xml")


def check_archive(data: bytes, kind: Kind) -> dict[str, bytes]:
    """Check an office file and give its XML parts, unpacked, by name.

    Raises:
        PlanFileError: not such a file, damaged, locked, too large unpacked, or with XML entities.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_directory(archive, kind)
            parts = _unpack(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise PlanFileError(broken(kind), repr(error)) from error
    _check_tree(parts, kind)
    return parts


def _check_tree(parts: dict[str, bytes], kind: Kind) -> None:
    contents = [content for name, content in parts.items() if name.startswith(kind.folder)]
    if kind.max_elements is None:
        return
    if sum(map(count_elements, contents)) > kind.max_elements:
        raise PlanFileError(_TOO_MANY)
    # Real papers have about one attribute an element.
    if sum(_plain(content).count(b"=") for content in contents) > 4 * kind.max_elements:
        raise PlanFileError(_TOO_MANY)


def count_elements(content: bytes) -> int:
    """How many XML elements at most; told before a tree is made of them."""
    plain = _plain(content)
    return plain.count(b"<") - plain.count(b"</")


def _plain(content: bytes) -> bytes:
    """XML in two bytes a letter with one: its mark-up is ASCII."""
    return content.replace(b"\0", b"") if b"\0" in content else content


def broken(kind: Kind) -> str:
    """The sentence for a file that is not what its suffix says, or is damaged."""
    return (
        f"Tệp không phải là tệp {kind.name} ({kind.suffix}) hợp lệ hoặc đã hỏng; xin mở bằng {kind.name} rồi lưu lại."
    )


def _check_directory(archive: zipfile.ZipFile, kind: Kind) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if kind.main_part not in names and "[Content_Types].xml" not in names:
        raise PlanFileError(broken(kind))
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_TOTAL:
        raise PlanFileError(_TOO_LARGE)
    for part in parts:
        if part.flag_bits & 0x1:
            raise PlanFileError("Tệp có mật khẩu bảo vệ; xin gỡ mật khẩu rồi nạp lại.")
        if part.file_size > _RATIO_FROM and part.file_size > _MAX_RATIO * max(part.compress_size, 1):
            raise PlanFileError(_TOO_LARGE)


def _unpack(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """All XML parts; every part is read, so that a lying size or a bad checksum shows here."""
    kept: dict[str, bytes] = {}
    left = _MAX_TOTAL
    for part in archive.infolist():
        xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
        content = bytearray()
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if xml:
                    content += chunk
                if left < 0 or len(content) > _MAX_XML:
                    raise PlanFileError(_TOO_LARGE)
        if xml:
            kept[part.filename] = bytes(content)
            _check_xml(kept[part.filename])
    return kept


def _check_xml(content: bytes) -> None:
    """Office XML has no document type; entities in it are an attack, also in another encoding."""
    plain = _plain(content)
    declared = _XML_ENCODING.search(plain[:300])
    if declared and declared[1].lower() not in _PLAIN_ENCODINGS:
        raise PlanFileError(_UNSAFE_XML)
    if any(entity in plain for entity in _ENTITIES):
        raise PlanFileError(_UNSAFE_XML)
