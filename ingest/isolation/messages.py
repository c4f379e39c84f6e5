"""What parent and child say to each other.

A request is a line of JSON on the child's standard input. An answer is a frame: one letter for its kind, eight
bytes for its length, and JSON. Pickle would let a child that a file has taken over run code in the parent.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from ingest.documents import PagePicture
from knowledge.records import PlanDraft

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_HEAD = struct.Struct(">cQ")
_LENGTH = struct.Struct(">I")
_PNG = b"\x89PNG\r\n\x1a\n"


class Kind(StrEnum):
    """What a frame says."""

    READY = "R"
    """The child can read."""
    PAGE = "P"
    """One more page is finished."""
    DRAFT = "D"
    PICTURE = "I"
    """Of a page: the length of its JSON in four bytes, the JSON, the PNG."""
    REFUSED = "E"
    """An expected failure: class, sentence, detail."""
    DEFECT = "X"
    """An unexpected one: where it happened."""
    MEMORY = "M"
    """The memory did not suffice."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One answer of the child."""

    kind: Kind
    content: bytes = b""

    def packed(self) -> bytes:
        """As it is sent."""
        return _HEAD.pack(self.kind.value.encode(), len(self.content)) + self.content

    def values(self) -> Any:
        """What its JSON holds."""
        return json.loads(self.content)


class BadFrameError(Exception):
    """Not what our child sends, or more than it may."""


def frame(kind: Kind, **values: Any) -> Frame:
    """A frame of plain values."""
    return Frame(kind, json.dumps(values).encode())


def take_frame(received: bytearray, longest: int) -> Frame | None:
    """The first frame of what has come so far, taken out of it; None while it is not whole.

    Raises:
        BadFrameError: it is none, or longer than `longest` bytes.
    """
    if len(received) < _HEAD.size:
        return None
    letter, length = _HEAD.unpack_from(received)
    try:
        kind = Kind(letter.decode("latin-1"))
    except ValueError as error:
        raise BadFrameError(f"kind {letter!r}") from error
    if length > longest:
        raise BadFrameError(f"{length} bytes")
    end = _HEAD.size + length
    if len(received) < end:
        return None
    found = Frame(kind, bytes(received[_HEAD.size : end]))
    del received[:end]
    return found


def pack_draft(draft: PlanDraft) -> Frame:
    """A draft on its way to the parent."""
    return Frame(Kind.DRAFT, _drafts().dump_json(draft))


def unpack_draft(content: bytes) -> PlanDraft:
    """The draft, every field of it checked.

    Raises:
        ValueError: it is none.
    """
    return _drafts().validate_json(content)


def pack_picture(picture: PagePicture) -> Frame:
    """A picture on its way to the parent."""
    told = json.dumps({"found": picture.found, "pages": picture.pages}).encode()
    return Frame(Kind.PICTURE, _LENGTH.pack(len(told)) + told + picture.png)


def unpack_picture(content: bytes) -> PagePicture:
    """The picture.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    if len(content) < _LENGTH.size:
        raise ValueError("no picture")
    end = _LENGTH.size + _LENGTH.unpack_from(content)[0]
    told = json.loads(content[_LENGTH.size : end])
    if not content.startswith(_PNG, end):
        raise ValueError("no PNG")
    return PagePicture(content[end:], bool(told["found"]), int(told["pages"]))


@cache
def _drafts() -> TypeAdapter[PlanDraft]:
    from pydantic import TypeAdapter  # 0.05 s to import

    return TypeAdapter(PlanDraft)
