"""Which files Telegram shows as pictures in the chat, and shows well."""

from __future__ import annotations

from bot.channels.contract import FileOut

CAPTION = 1024
"""Longest text below a picture, in UTF-16 units after the mark-up is taken off."""
_LARGEST = 10_000_000
"""Bytes of a picture sent as one."""
_LONGEST_SIDE = 1280
"""Pixels. Telegram shrinks what is longer until its writing cannot be read; a file comes as it is."""
_PNG = b"\x89PNG\r\n\x1a\n"


def is_photo(file: FileOut) -> bool:
    """Whether it is a PNG that Telegram leaves at its size."""
    header = file.content[:24]
    if not header.startswith(_PNG) or len(header) < 24 or len(file.content) > _LARGEST:
        return False
    width, height = int.from_bytes(header[16:20]), int.from_bytes(header[20:24])
    return min(width, height) > 0 and max(width, height) <= _LONGEST_SIDE
