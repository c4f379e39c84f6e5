"""The parts of an .xlsx file -> its sheets: cells with value, font and number format, merges, what is hidden.

Read from the XML as a stream rather than through openpyxl, which makes an object for every formatted row and
every cell of a merge, opens each picture, and drops the looks of text within a cell. Nothing here depends on
what the file says of its own size. Convention: ECMA-376 part 1, 18 (SpreadsheetML).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree.ElementTree import Element, XMLParser, fromstring

from ingest.readers.safety import count_elements
from knowledge.errors import PlanFileError

MAX_CELLS = 250_000
"""Cells with text in all sheets, about three seconds: 10,000 rows of 25 columns. More is no plan."""
_MAX_ELEMENTS = 4_000_000
"""XML elements of all sheets, about a second each million; a formatted row without text is one."""
_MAX_LOOKED_UP = 1_000_000
"""XML elements of the string table and the styles, which are held in memory."""
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


@dataclass(frozen=True, slots=True)
class Book:
    sheets: tuple[Sheet, ...]
    from_1904: bool
    """Days count from 1904, as old Macs did."""


def read_book(parts: dict[str, bytes]) -> Book:
    """All sheets in the order of their tabs.

    Raises:
        PlanFileError: it holds more cells than a plan can have.
        ParseError, LookupError, ValueError: damaged.
    """
    _check_size(parts)
    main = _main_part(parts)
    root = fromstring(parts[main])  # noqa: S314 (entities were refused before)
    targets = _targets(parts, main)
    reader = _Sheets(_read_strings(parts, targets), _read_styles(parts, targets))
    sheets = tuple(
        reader.read(sheet, parts[target])
        for sheet in _named(root, "sheet")
        if (target := targets.get(_relation(sheet), "")) in parts and "/worksheets/" in f"/{target}"
    )
    properties = next(_named(root, "workbookPr"), None)
    from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    if not sheets:
        raise LookupError("no sheet")
    return Book(sheets, from_1904)


def _check_size(parts: dict[str, bytes]) -> None:
    sheets = sum(count_elements(content) for name, content in parts.items() if "/worksheets/" in name)
    others = sum(count_elements(content) for name, content in parts.items() if "/worksheets/" not in name)
    if sheets > _MAX_ELEMENTS or others > _MAX_LOOKED_UP:
        raise PlanFileError(TOO_LARGE)


def local(tag: str) -> str:
    """The name without its namespace, of which there are two (transitional and strict)."""
    return tag.rpartition("}")[2]


def _named(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if local(element.tag) == name)


def _relation(element: Element) -> str:
    return next((text for name, text in element.items() if name.endswith("}id")), "")


def _main_part(parts: dict[str, bytes]) -> str:
    for target in _targets(parts, "").values():
        if target.endswith(".xml") and target.startswith("xl/"):
            return target
    return "xl/workbook.xml"


def _targets(parts: dict[str, bytes], part: str) -> dict[str, str]:
    """The parts that `part` refers to, by relation id and, where there is one of a type, by the type's name."""
    folder, name = posixpath.split(part)
    content = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    targets: dict[str, str] = {}
    for relation in () if content is None else _named(fromstring(content), "Relationship"):  # noqa: S314 (see above)
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            targets[relation.get("Id", "")] = target
            targets.setdefault(posixpath.basename(relation.get("Type", "")), target)
    return targets


def _read_strings(parts: dict[str, bytes], targets: dict[str, str]) -> list[tuple[Run, ...]]:
    content = parts.get(targets.get("sharedStrings", "xl/sharedStrings.xml"))
    if content is None:
        return []
    return [_read_runs(item) for item in fromstring(content) if local(item.tag) == "si"]  # noqa: S314 (see above)


def _read_runs(item: Element) -> tuple[Run, ...]:
    runs = []
    for child in item:
        if local(child.tag) == "t":
            runs.append(Run(unescape(child.text or "")))
        elif local(child.tag) == "r":
            look = next(_named(child, "rPr"), None)
            text = "".join(unescape(part.text or "") for part in child if local(part.tag) == "t")
            runs.append(Run(text, None if look is None else _read_font(look)))
    return tuple(runs)


def _read_font(element: Element) -> Font:
    by_name = {local(child.tag): child for child in element}
    name = by_name.get("name", by_name.get("rFont"))
    return Font(
        name=None if name is None else name.get("val"),
        struck=_is_on(by_name.get("strike")),
        bold=_is_on(by_name.get("b")),
    )


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get("val", "1") not in ("0", "false")


def unescape(text: str) -> str:
    """Excel writes control signs as _x000D_."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _read_styles(parts: dict[str, bytes], targets: dict[str, str]) -> list[tuple[Font, str]]:
    """Font and number format of each cell style."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    content = parts.get(targets.get("styles", "xl/styles.xml"))
    if content is None:
        return [(Font(), "General")]
    root = fromstring(content)  # noqa: S314 (see above)
    fonts = [_read_font(font) for group in _children(root, "fonts") for font in group]
    formats = dict(BUILTIN_FORMATS)
    for form in _named(root, "numFmt"):
        formats[int(form.get("numFmtId", "0"))] = form.get("formatCode", "General")
    return [
        (
            fonts[int(style.get("fontId", "0"))] if fonts else Font(),
            formats.get(int(style.get("numFmtId", "0")), "General"),
        )
        for group in _children(root, "cellXfs")
        for style in group
    ] or [(Font(), "General")]


def _children(root: Element, name: str) -> Iterator[Element]:
    return (child for child in root if local(child.tag) == name)


class _Sheets:
    """Reads sheet after sheet with the file's strings and styles."""

    def __init__(self, strings: list[tuple[Run, ...]], styles: list[tuple[Font, str]]) -> None:
        self._strings = strings
        self._styles = styles
        self._left = MAX_CELLS

    def read(self, element: Element, content: bytes) -> Sheet:
        sheet = Sheet(element.get("name", ""), visible=element.get("state", "visible") == "visible")
        if sheet.visible:
            target = _SheetTarget(sheet, self._strings, self._styles, self._left)
            parser = XMLParser(target=target)  # noqa: S314 (see above)
            parser.feed(content)
            parser.close()
            self._left -= len(sheet.cells)
        return sheet


class _SheetTarget:
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
    "row": _SheetTarget.start_row,
    "c": _SheetTarget.start_cell,
    "f": _SheetTarget.start_formula,
    "v": _SheetTarget.start_text,
    "t": _SheetTarget.start_text,
    "r": _SheetTarget.start_run,
    "rPr": _SheetTarget.start_look,
    "strike": _SheetTarget.start_strike,
    "rFont": _SheetTarget.start_font_name,
    "mergeCell": _SheetTarget.start_merge,
    "col": _SheetTarget.start_column,
    **dict.fromkeys(("oddHeader", "oddFooter", "firstHeader", "firstFooter"), _SheetTarget.start_text),
}
_ENDS = {
    "c": _SheetTarget.end_cell,
    "v": _SheetTarget.end_value,
    "t": _SheetTarget.end_run_text,
    **dict.fromkeys(("oddHeader", "oddFooter", "firstHeader", "firstFooter"), _SheetTarget.end_margin),
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
