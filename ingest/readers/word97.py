"""A .doc whose text ends in a table gets the paragraph after it that the format demands.

Some programs (LibreOffice among them) leave that paragraph out when they save, and then cannot read the table
themselves: its cells run together. The mark is written into the unused bytes behind the text. Conventions:
[MS-DOC] 2.5 (file information block) and 2.8.35 (pieces of text), [MS-CFB] (compound files).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_CELL_MARK, _PARAGRAPH_MARK = b"\x07", b"\r"
_MAGIC = 0xA5EC
_END = 0xFFFFFFFA
"""Sector numbers from here on are marks: end of a chain, free, table."""
_ENTRY = 128
_SMALL = 4_096
"""Bytes below which a stream lies in the small sectors; a text's streams never do."""
_FC_MAC, _CCP_TEXT, _CCP_OTHERS = 0x1C, 0x4C, range(0x50, 0x6C, 4)
_SECTIONS, _PARAGRAPHS, _CLX = 0xCA, 0x102, 0x1A2
"""Places in the information block: ends and lengths of the text, then where tables begin and how long they are."""
_PAGE, _SHAPE = 512, 13
"""Bytes of a page of the list of paragraphs, and of what it says of one."""


def close_last_table(data: bytes) -> bytes:
    """`data` with the missing last paragraph; as it is where nothing is missing, or where it is no such file."""
    try:
        return _close(data)
    except (struct.error, IndexError, KeyError, ValueError):
        return data  # damaged or of another make: what reads it will say so


def _close(data: bytes) -> bytes:
    streams = _find_streams(data)
    changed = bytearray(data)
    text = _Stream(changed, streams["WordDocument"])
    if text.short(0) != _MAGIC or any(text.long(at) for at in _CCP_OTHERS):
        return data
    table = _Stream(changed, streams["1Table" if text.short(10) & 0x200 else "0Table"])
    last_place, begin, width = _last_piece(table, text.long(_CLX), text.long(_CLX + 4))
    end = begin + (text.long(_CCP_TEXT) - table.long(last_place - 4)) * width
    if text.read(end - width, 1) != _CELL_MARK or any(text.read(end, width)):
        return data
    _add_paragraph(text, table, end, width)
    text.write(end, _PARAGRAPH_MARK.ljust(width, b"\0"))
    sections = (text.long(_SECTIONS + 4) - 4) // 16
    last_section = text.long(_SECTIONS) + 4 * sections
    for stream, at, step in (
        (text, _CCP_TEXT, 1),
        (text, _FC_MAC, width),
        (table, last_place, 1),
        (table, last_section, 1),
    ):
        stream.write(at, struct.pack("<I", stream.long(at) + step))
    return bytes(changed)


def _add_paragraph(text: _Stream, table: _Stream, end: int, width: int) -> None:
    """A paragraph of plain style for the letters from `end`, in the last page of the list of paragraphs.

    Raises:
        ValueError: the page is full, or does not end with the text.
    """
    pages = (text.long(_PARAGRAPHS + 4) - 4) // 8
    last_end = text.long(_PARAGRAPHS) + 4 * pages
    page = (table.long(last_end + 4 * pages) & 0x3FFFFF) * _PAGE
    count = text.read(page + _PAGE - 1, 1)[0]
    places = text.read(page, 4 * (count + 1))
    shapes = text.read(page + 4 * (count + 1), _SHAPE * count)
    used = [2 * offset for offset in shapes[::_SHAPE] if offset]
    added = places + struct.pack("<I", end + width) + shapes + bytes(_SHAPE)
    if table.long(last_end) != end or len(added) > min(used, default=_PAGE - 1):
        raise ValueError("no room for a paragraph")
    text.write(page, added)
    text.write(page + _PAGE - 1, bytes([count + 1]))
    table.write(last_end, struct.pack("<I", end + width))


def _last_piece(table: _Stream, begin: int, size: int) -> tuple[int, int, int]:
    """Where the end of the last piece is noted, where the piece begins, and how many bytes a letter takes."""
    at = begin
    while table.read(at, 1) == b"\x01":  # formatting that pieces refer to
        at += 3 + table.short(at + 1)
    if table.read(at, 1) != b"\x02" or at >= begin + size:
        raise ValueError("no table of pieces")
    pieces = (table.long(at + 1) - 4) // 12
    places = at + 5
    descriptor = places + 4 * (pieces + 1) + 8 * (pieces - 1)
    where = table.long(descriptor + 2)
    one_byte = bool(where & 0x40000000)
    where &= 0x3FFFFFFF
    return places + 4 * pieces, where // 2 if one_byte else where, 1 if one_byte else 2


class _Stream:
    """A stream of a compound file, read and written in place."""

    def __init__(self, data: bytearray, sectors: Sequence[int]) -> None:
        self.data = data
        self._size = 1 << struct.unpack_from("<H", data, 30)[0]
        self._sectors = sectors

    def read(self, at: int, count: int) -> bytes:
        return bytes(self.data[place] for place in self._places(at, count))

    def write(self, at: int, content: bytes) -> None:
        for place, byte in zip(self._places(at, len(content)), content, strict=True):
            self.data[place] = byte

    def short(self, at: int) -> int:
        return int.from_bytes(self.read(at, 2), "little")

    def long(self, at: int) -> int:
        return int.from_bytes(self.read(at, 4), "little")

    def _places(self, at: int, count: int) -> list[int]:
        if at < 0:
            raise IndexError(at)
        return [
            (self._sectors[byte // self._size] + 1) * self._size + byte % self._size for byte in range(at, at + count)
        ]


def _find_streams(data: bytes) -> dict[str, list[int]]:
    """The sectors of each large stream, by name."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4_096):
        raise ValueError(size)
    table: list[int] = []
    for sector in struct.unpack_from("<109I", data, 76):
        if sector < _END:
            table += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    entries = b"".join(data[(s + 1) * size : (s + 2) * size] for s in _chain(table, _long(data, 48)))
    streams: dict[str, list[int]] = {}
    for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        name = entries[at : at + max(struct.unpack_from("<H", entries, at + 64)[0] - 2, 0)].decode("utf-16-le")
        if name in ("WordDocument", "0Table", "1Table") and _long(entries, at + 120) >= _SMALL:
            streams.setdefault(name, _chain(table, _long(entries, at + 116)))
    return streams


def _long(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _chain(table: Sequence[int], sector: int) -> list[int]:
    chain: list[int] = []
    while sector < _END:
        chain.append(sector)
        if len(chain) > len(table):
            raise ValueError("a chain of sectors without end")
        sector = table[sector]
    return chain
