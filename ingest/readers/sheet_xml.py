"""The XML of one sheet -> its cells, as a stream: only what holds text, merges, and what is hidden is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from knowledge.errors import PlanFileError

TOO_LARGE = "Trang tính có vùng ô lớn bất thường nên không được mở; xin xóa các ô thừa rồi lưu lại."
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})$")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Place = tuple[int, int]
"""Row and column, from 1."""


@dataclass(frozen=True, slots=True)
class Font:
    name: str | None = None
    struck: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one look; without a font of its own it has its cell's."""

    text: str
    font: Font | None = None


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell with content.

    Attributes:
        content: runs of text, or a number, truth value or date as the file stores it.
        font, number_format: what its style says.
    """

    content: tuple[Run, ...] | float | bool | datetime
    font: Font
    number_format: str


@dataclass(slots=True)
class Sheet:
    """A sheet; hidden columns and merges as ranges, both ends included."""

    title: str
    visible: bool = True
    cells: dict[Place, SheetCell] = field(default_factory=dict)
    merges: list[tuple[Place, Place]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    uncomputed: list[str] = field(default_factory=list)
    """Cells with a formula that no program has computed yet."""


def unescape(text: str) -> str:
    """Excel writes control signs as _x000D_."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def local(tag: str) -> str:
    """The name without its namespace, of which there are two (transitional and strict)."""
    return tag.rpartition("}")[2]


class SheetTarget:
    """Takes the events of a sheet's XML; only cells with content, merges and hidden parts are kept."""

    def __init__(
        self, sheet: Sheet, strings: list[tuple[Run, ...]], styles: list[tuple[Font, str]], left: int
    ) -> None:
        self._sheet = sheet
        self._strings = strings
        self._styles = styles
        self._left = left
        self._names: dict[str, str] = {}
        self._row = self._column = 0
        self._cell: dict[str, str] = {}
        self._value: list[str] | None = None
        self._runs: list[Run] = []
        self._font: Font | None = None
        self._text: list[str] | None = None
        self._formula = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._names.get(tag) or self._names.setdefault(tag, local(tag))
        if handler := _STARTS.get(name):
            handler(self, attributes)

    def end(self, tag: str) -> None:
        if handler := _ENDS.get(self._names[tag]):
            handler(self)

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def close(self) -> None:
        """Nothing is left to do."""

    def start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
        self._column = 0
        if attributes.get("hidden") in ("1", "true"):
            self._sheet.hidden_rows.add(self._row)

    def start_cell(self, attributes: dict[str, str]) -> None:
        self._cell = attributes
        self._runs, self._value, self._formula = [], None, False
        self._row, self._column = read_place(attributes["r"]) if "r" in attributes else (self._row, self._column + 1)

    def start_formula(self, _attributes: dict[str, str]) -> None:
        self._formula = True

    def start_text(self, _attributes: dict[str, str]) -> None:
        self._text = []

    def start_run(self, _attributes: dict[str, str]) -> None:
        self._font = None

    def start_look(self, _attributes: dict[str, str]) -> None:
        self._font = Font()

    def start_strike(self, attributes: dict[str, str]) -> None:
        if self._font is not None:
            self._font = Font(self._font.name, attributes.get("val", "1") not in ("0", "false"), self._font.bold)

    def start_font_name(self, attributes: dict[str, str]) -> None:
        if self._font is not None:
            self._font = Font(attributes.get("val"), self._font.struck, self._font.bold)

    def start_merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = sorted((read_place(first), read_place(last or first)))
        self._sheet.merges.append(((top, min(left, right)), (bottom, max(left, right))))

    def start_column(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            self._sheet.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))

    def end_value(self) -> None:
        self._value, self._text = self._text, None

    def end_run_text(self) -> None:
        self._runs.append(Run(unescape("".join(self._text or ())), self._font))
        self._text = None

    def end_margin(self) -> None:
        self._sheet.margins.append("".join(self._text or ()))
        self._text = None

    def end_cell(self) -> None:
        if not self._value and not self._runs:
            if self._formula and self._cell.get("t") != "str":
                self._sheet.uncomputed.append(self._cell.get("r", ""))
            return
        content = self._content("".join(self._value or ()))
        if content is not None and content != ():
            font, number_format = self._styles[int(self._cell.get("s", "0"))]
            self._sheet.cells[self._row, self._column] = SheetCell(content, font, number_format)
            if len(self._sheet.cells) > self._left:
                raise PlanFileError(TOO_LARGE)

    def _content(self, value: str) -> tuple[Run, ...] | float | bool | datetime | None:
        match self._cell.get("t", "n"):
            case "s":
                return self._strings[int(value)]
            case "inlineStr":
                return tuple(self._runs)
            case "str":
                return (Run(unescape(value)),) if value else None
            case "d":
                return datetime.fromisoformat(value)
            case "b":
                return value == "1"
            case "e":
                return None
        return float(value) if value.strip() else None


_STARTS = {
    "row": SheetTarget.start_row,
    "c": SheetTarget.start_cell,
    "f": SheetTarget.start_formula,
    "v": SheetTarget.start_text,
    "t": SheetTarget.start_text,
    "r": SheetTarget.start_run,
    "rPr": SheetTarget.start_look,
    "strike": SheetTarget.start_strike,
    "rFont": SheetTarget.start_font_name,
    "mergeCell": SheetTarget.start_merge,
    "col": SheetTarget.start_column,
    **dict.fromkeys(("oddHeader", "oddFooter", "firstHeader", "firstFooter"), SheetTarget.start_text),
}
_ENDS = {
    "c": SheetTarget.end_cell,
    "v": SheetTarget.end_value,
    "t": SheetTarget.end_run_text,
    **dict.fromkeys(("oddHeader", "oddFooter", "firstHeader", "firstFooter"), SheetTarget.end_margin),
}


def read_place(reference: str) -> Place:
    """Row and column of a reference like "B7".

    Raises:
        ValueError: it is none.
    """
    match = _PLACE.match(reference)
    if match is None:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column
