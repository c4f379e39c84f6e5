"""The parts of an .xlsx file -> its sheets: cells with value, font and number format, merges, what is hidden.

Read from the XML as a stream rather than through openpyxl, which makes an object for every formatted row and
every cell of a merge, opens each picture, and drops the looks of text within a cell. Nothing here depends on
what the file says of its own size. Convention: ECMA-376 part 1, 18 (SpreadsheetML).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, XMLParser, fromstring

from ingest.readers.safety import count_elements
from ingest.readers.sheet_xml import TOO_LARGE, Font, Run, Sheet, SheetTarget, local, unescape
from knowledge.errors import PlanFileError

MAX_CELLS = 250_000
"""Cells with text in all sheets, about three seconds: 10,000 rows of 25 columns. More is no plan."""
_MAX_ELEMENTS = 4_000_000
"""XML elements of all sheets, about a second each million; a formatted row without text is one."""
_MAX_LOOKED_UP = 1_000_000
"""XML elements of the string table and the styles, which are held in memory."""


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
            target = SheetTarget(sheet, self._strings, self._styles, self._left)
            parser = XMLParser(target=target)  # noqa: S314 (see above)
            parser.feed(content)
            parser.close()
            self._left -= len(sheet.cells)
        return sheet
