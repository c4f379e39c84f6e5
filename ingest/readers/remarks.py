"""What the load report says of an office file: text not in force and what could not be read, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field

_MOST = 12
"""Remarks of one kind that are told one by one; a person reads no more, the rest is counted."""
_QUOTE = 160
"""Letters of a quotation: enough to find the place."""

STRUCK = "Chữ bị gạch ngang không được nạp"
STRUCK_ROW = "Dòng bị gạch ngang không được nạp"
HIDDEN = "Chữ ẩn không được nạp"
DRAWN = "Chữ trong hình vẽ không được nạp"
_UNREAD = "Không đọc được nội dung trong"
_CHANGED = (
    "Tệp có sửa đổi đang theo dõi (Track Changes): đã đọc như khi chấp nhận mọi sửa đổi; xin kiểm tra với bản chính."
)


@dataclass(slots=True)
class Remarks:
    """Collects sentences in the order of the paper; `place` is where the reader stands."""

    place: str = ""
    changed: bool = False
    _sentences: dict[str, list[str]] = field(default_factory=dict)

    def quote(self, what: str, text: str) -> None:
        """Tell that `text` was left out; `what` is one of the kinds above."""
        self._add(what, f"{what}: “{shorten(text)}” ({self.place}).")

    def unread(self, name: str, near: str) -> None:
        """Tell that a drawing called `name` beside the text `near` cannot be read."""
        beside = f" cạnh “{shorten(near)}”" if near.strip() else ""
        self._add(_UNREAD, f"{_UNREAD} {name}{beside} ({self.place}).")

    def _add(self, kind: str, sentence: str) -> None:
        self._sentences.setdefault(kind, []).append(sentence)

    def sentences(self) -> tuple[str, ...]:
        told: list[str] = []
        for kind, sentences in self._sentences.items():
            told += sentences[:_MOST]
            if len(sentences) > _MOST:
                told.append(f"{kind}: còn {len(sentences) - _MOST} chỗ khác.")
        return (*told, _CHANGED) if self.changed else tuple(told)


def shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTE else text[: _QUOTE - 3].rstrip() + "..."
