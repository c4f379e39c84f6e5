"""The content of each sample paper, read from `texts/`.

    texts/ke-hoach-57.txt           running text; C centred, T title, H heading, S subheading, B body, R right
    texts/ke-hoach-57-phu-luc.txt   its appendix, a row a line, cells parted by "|"
    texts/truyen-thong-2026.md      printed as it stands
    texts/cong-van-462.txt          paragraphs; [n] marks a footnote, told at the end
    texts/nong-thon-moi-2026.txt    sheets (#), title lines (>), rows

In a table "↑" is a cell merged with the one above, "= I | name" a section row with
its label in a cell of its own, "== I | name" one merged over all columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.samples.content import Entry, Para, Section, Style, TableRow

TEXTS = Path(__file__).parent / "texts"
_STYLES = {
    "C": Style.CENTRE,
    "T": Style.TITLE,
    "H": Style.HEADING,
    "S": Style.SUBHEADING,
    "B": Style.BODY,
    "R": Style.RIGHT,
}
_FIELDS = {
    "nhiệm vụ": "title",
    "nội dung công việc": "title",
    "hoạt động": "activity",
    "kết quả/ sản phẩm": "product",
    "kết quả": "product",
    "sản phẩm": "product",
    "chủ trì": "lead",
    "cơ quan chủ trì": "lead",
    "đơn vị thực hiện": "lead",
    "phối hợp": "coordinating",
    "cơ quan phối hợp": "coordinating",
    "thời gian": "due",
    "thời hạn": "due",
    "tiến độ": "due",
    "stt": "number",
    "tt": "number",
}


@dataclass(frozen=True, slots=True)
class TaskTable:
    """A task table: its header as printed, and its rows."""

    header: tuple[str, ...]
    rows: tuple[TableRow, ...]
    sheet: str = ""
    titles: tuple[str, ...] = ()
    """Lines above the header."""
    notes: tuple[str, ...] = ()
    """Lines below the table."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The `Entry` field of every column."""
        return tuple(_FIELDS[name.lower()] for name in self.header)


@dataclass(frozen=True, slots=True)
class Letter:
    """Paragraphs with their footnotes: "[2]" in a paragraph refers to `footnotes[1]`."""

    paragraphs: tuple[str, ...]
    footnotes: tuple[str, ...]


@cache
def plan_57_text() -> tuple[Para, ...]:
    """The running text of Kế hoạch 57/KH-UBND."""
    lines = _lines("ke-hoach-57.txt")
    return tuple(Para(line[2:], _STYLES[line[0]]) for line in lines if line)


@cache
def plan_57_table() -> TaskTable:
    """The appendix of Kế hoạch 57/KH-UBND."""
    return _table([line for line in _lines("ke-hoach-57-phu-luc.txt") if line])


@cache
def communication_plan() -> str:
    """The communication plan, as its Markdown file stands."""
    return (TEXTS / "truyen-thong-2026.md").read_text(encoding="utf-8")


@cache
def communication_table() -> TaskTable:
    """The appendix of the communication plan."""
    _, _, appendix = communication_plan().partition("**PHỤ LỤC**")
    rows = [line.strip("|").strip(" ") for line in appendix.splitlines() if line.startswith("|")]
    return _table([row for row in rows if not row.startswith("---")])


@cache
def letter() -> Letter:
    """Công văn 462/UBND-NC."""
    blocks = "\n".join(_lines("cong-van-462.txt")).strip().split("\n\n")
    notes = [line.split("] ", 1)[1] for line in blocks[-1].splitlines()]
    return Letter(tuple(blocks[:-1]), tuple(notes))


@cache
def rural_tables() -> tuple[TaskTable, ...]:
    """The sheets of the rural development plan."""
    sheets = "\n".join(_lines("nong-thon-moi-2026.txt")).split("\n# ")
    return tuple(_sheet(sheet.removeprefix("# ").splitlines()) for sheet in sheets)


def _sheet(lines: list[str]) -> TaskTable:
    rows = [line for line in lines[1:] if line and not line.startswith("> ")]
    first = lines.index(rows[0])
    table = _table(rows)
    marked = [(at, line[2:]) for at, line in enumerate(lines) if line.startswith("> ")]
    return TaskTable(
        table.header,
        table.rows,
        lines[0],
        tuple(text for at, text in marked if at < first),
        tuple(text for at, text in marked if at > first),
    )


def _table(lines: list[str]) -> TaskTable:
    header = _cells(lines[0])
    fields = TaskTable(header, ()).fields
    return TaskTable(header, tuple(_row(line, fields) for line in lines[1:]))


def _row(line: str, fields: tuple[str, ...]) -> TableRow:
    cells = _cells(line)
    if cells[0].startswith("="):
        return Section(cells[0].lstrip("= "), cells[1], whole=cells[0].startswith("=="))
    texts = dict.fromkeys(Entry.__dataclass_fields__, "")
    texts.update(zip(fields, cells, strict=True))
    return Entry(**texts)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("|"))


def _lines(name: str) -> list[str]:
    return (TEXTS / name).read_text(encoding="utf-8").splitlines()
