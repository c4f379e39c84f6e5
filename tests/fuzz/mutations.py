"""What is done to a file by chance; the same seed does the same."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from random import Random

Mutation = Callable[[bytes, Random], bytes]

_NUMBERS = (b"0", b"-1", b"65536", b"2147483647", b"4294967296", b"99999999999999999999", b"1e999", b"")
"""In place of a number: the borders that readers trip over."""
_NUMBER = re.compile(rb"\d+")
_TAG = re.compile(rb"<[^<>]{1,200}>")
_ATTRIBUTE = re.compile(rb"\"[^\"<>]{0,80}\"")
_OBJECT = re.compile(rb"\d+ 0 obj.*?endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ODD = ("\ud7ff", "\u0300" * 50, "\u200b", "\ufeff", "\U0001f600", "\u202e", "\x85", "|" * 200, "\t" * 200, "- " * 99)


def mutate(name: str, content: bytes, chance: Random) -> bytes:
    """One to three mutations that fit the file's kind."""
    kind = name.rpartition(".")[2]
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = chance.choice((*_ANY, *_OF_KIND[kind]))(content, chance)
    return content


def flip(content: bytes, chance: Random) -> bytes:
    """Changes a few bytes."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 30) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(content: bytes, chance: Random) -> bytes:
    """Ends early."""
    return content[: chance.randint(0, len(content))]


def take_out(content: bytes, chance: Random) -> bytes:
    """Lacks a piece."""
    start, end = _piece(content, chance)
    return content[:start] + content[end:]


def repeat(content: bytes, chance: Random) -> bytes:
    """Has a piece several times over."""
    start, end = _piece(content, chance)
    return content[:end] + content[start:end] * chance.choice((1, 5, 50)) + content[end:]


def change_number(content: bytes, chance: Random) -> bytes:
    """Has another number somewhere."""
    return _replaced(_NUMBER, content, chance, lambda _: chance.choice(_NUMBERS))


def spoil_part(content: bytes, chance: Random) -> bytes:
    """A zip of which one part is spoiled, as XML or as bytes; a broken zip as bytes."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as old:
            parts = {part: old.read(part) for part in old.namelist()}
    except Exception:  # noqa: BLE001 (whatever zipfile makes of a spoiled zip)
        return flip(content, chance)
    if not parts:
        return flip(content, chance)
    # The large parts are those that are read most.
    part = chance.choices(list(parts), [len(data) + 1 for data in parts.values()])[0]
    parts[part] = chance.choice((*_OF_XML, *_OF_XML, flip, cut, take_out))(parts[part], chance)
    if chance.random() < 0.1:
        del parts[chance.choice(list(parts))]
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for each, data in parts.items():
            new.writestr(each, data)
    return kept.getvalue()


def drop_tag(content: bytes, chance: Random) -> bytes:
    """XML without a tag."""
    return _replaced(_TAG, content, chance, lambda _: b"")


def repeat_tag(content: bytes, chance: Random) -> bytes:
    """XML with a tag many times over, which may nest it as deep."""
    return _replaced(_TAG, content, chance, lambda found: found * chance.choice((2, 100, 3_000)))


def change_attribute(content: bytes, chance: Random) -> bytes:
    """XML with another value of an attribute."""
    return _replaced(
        _ATTRIBUTE, content, chance, lambda _: b'"%b"' % chance.choice((*_NUMBERS, b"A1:XFD1048576", b"&#0;"))
    )


def insert_odd(content: bytes, chance: Random) -> bytes:
    """Text with odd letters somewhere."""
    at = chance.randint(0, len(content))
    return content[:at] + chance.choice(_ODD).encode() * chance.choice((1, 100)) + content[at:]


def swap_lines(content: bytes, chance: Random) -> bytes:
    """Text with its lines in another order, or all on one."""
    lines = content.split(b"\n")
    chance.shuffle(lines)
    return chance.choice((b"\n", b" ", b"\r", b"\n\n")).join(lines)


def swap_objects(content: bytes, chance: Random) -> bytes:
    """A PDF that names another object somewhere."""
    return _replaced(re.compile(rb"\d+(?= 0 R)"), content, chance, lambda _: b"%d" % chance.randint(0, 30))


def repeat_object(content: bytes, chance: Random) -> bytes:
    """A PDF with an object twice."""
    return _replaced(_OBJECT, content, chance, lambda found: found + b"\n" + found)


def spoil_stream(content: bytes, chance: Random) -> bytes:
    """A PDF with a stream whose content, unpacked, is spoiled."""
    return _replaced(_STREAM, content, chance, lambda found: _spoiled(found, chance))


def _spoiled(found: bytes, chance: Random) -> bytes:
    match = _STREAM.match(found)
    inner = match[1] if match else b""
    with suppress(zlib.error):  # not packed, or by another method
        inner = zlib.decompress(inner)
    spoil = chance.choice((flip, take_out, repeat, change_number))
    return b"stream\n" + zlib.compress(spoil(inner, chance)) + b"\nendstream"


def _piece(content: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randint(0, len(content))
    return start, min(len(content), start + chance.choice((1, 10, 200, 5_000)))


def _replaced(pattern: re.Pattern[bytes], content: bytes, chance: Random, change: Callable[[bytes], bytes]) -> bytes:
    """With one match of the pattern changed, whichever."""
    matches = list(pattern.finditer(content))
    if not matches:
        return flip(content, chance)
    match = chance.choice(matches)
    return content[: match.start()] + change(match[0]) + content[match.end() :]


_ANY: tuple[Mutation, ...] = (flip, cut, take_out, repeat)
_OF_XML: tuple[Mutation, ...] = (drop_tag, repeat_tag, change_attribute, change_number, insert_odd)
_OF_OFFICE: tuple[Mutation, ...] = (spoil_part,) * 8
_OF_TEXT: tuple[Mutation, ...] = (change_number, insert_odd, swap_lines)
_OF_KIND: dict[str, tuple[Mutation, ...]] = {
    "docx": _OF_OFFICE,
    "xlsx": _OF_OFFICE,
    "pdf": (change_number, swap_objects, repeat_object, spoil_stream, spoil_stream),
    "txt": _OF_TEXT,
    "md": _OF_TEXT,
}
