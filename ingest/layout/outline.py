"""The outline of a paper: labelled paragraphs as a tree, in reading order.

Nesting follows the fixed ranks of `ingest.layout.labels`: a label closes every open one of
the same or an inner rank. A line that begins a new paper inside the file (KẾ HOẠCH
after QUYẾT ĐỊNH, PHỤ LỤC) closes all; the list of recipients and the signature
belong to no clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.documents import Table
from ingest.layout.labels import KINDS, Label, find_label
from ingest.layout.paragraphs import Paragraph
from knowledge.text import fold

_NEW_PAPER = {*KINDS, "quyet nghi"}
_RECIPIENTS = re.compile(r"^noi nhan\b")
_ADDRESSEES = re.compile(r"^kinh gui\b")
_SIGNATURE = re.compile(r"^(?:tm\.|kt\.|tl\.|tuq\.|q\.)\s*\w")
_IMPLEMENTATION = re.compile(r"^(?:\w+ )?to chuc thuc hien|^to chuc trien khai thuc hien")
_CLOSING = re.compile(
    r"^(?:tren day la (?:ke hoach|chuong trinh|noi dung|chi thi|huong dan)|trong qua trinh (?:to chuc |trien khai )*"
    r"(?:thuc hien|trien khai)\b.{0,60}\b(?:neu|co) |(?:uy ban nhan dan|ubnd) (?:tinh|thanh pho|xa|phuong)[^,.]{0,40}"
    r" (?:yeu cau|de nghi) )"
)
_HEADING_MOST = 220
"""Characters; a longer paragraph says something itself."""

_UNLABELLED_HEADING_RANK = 5
_FIRST_ITEM_RANK = 13
"""Letters and dashes are items of what stands above them; numbers and Roman numerals head parts of the paper."""


@dataclass(slots=True, eq=False)
class Node:
    """A labelled paragraph, what stands under it, and where it is."""

    label: Label | None
    text: str
    """Without its label."""
    rank: float
    paragraph: Paragraph | None
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    body: list[Paragraph] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    items: list[Paragraph | Table | Node] = field(default_factory=list)
    """Body, tables and children in reading order."""

    @property
    def printed(self) -> str:
        """The paragraph as printed, with its label."""
        return self.paragraph.text if self.paragraph else self.text

    @property
    def is_heading(self) -> bool:
        """Whether it names what stands under it rather than saying something itself."""
        if self.paragraph is None:
            return True
        if self.paragraph.heading or self.paragraph.bold or self.text.isupper():
            return len(self.text) <= _HEADING_MOST or bool(self.items)
        if self.rank <= 5:
            return len(self.text) <= _HEADING_MOST
        return bool(self.items) and len(self.text) <= _HEADING_MOST and not self.text.endswith((".", ";"))

    def ancestors(self) -> Iterator[Node]:
        """From the parent outwards, the root left out."""
        node = self.parent
        while node is not None and node.parent is not None:
            yield node
            node = node.parent

    def walk(self) -> Iterator[Node]:
        """This node and all below, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def path(self) -> tuple[str, ...]:
        """Headings above, from the outermost in, shortened where they are long."""
        return tuple(_short(n.printed) for n in reversed(list(self.ancestors())))

    @property
    def full_path(self) -> tuple[str, ...]:
        """`path` with this node's own heading or label."""
        own = _short(self.printed) if self.is_heading else (self.label.mark if self.label else "")
        return (*self.path, own) if own else self.path


@dataclass(frozen=True, slots=True)
class Outline:
    """The tree, and what stands before the first label and in the signature blocks."""

    root: Node
    head: tuple[Paragraph, ...]
    """Paragraphs before the first outline label: number, date, title, legal bases."""
    tail: tuple[Paragraph, ...]
    """Recipients and signature blocks."""

    def nodes(self) -> Iterator[Node]:
        """Every node in reading order, the root left out."""
        nodes = self.root.walk()
        next(nodes)
        return nodes


def section_of(node: Node) -> Node | None:
    """The heading that a clause stands under, as a person names it.

    "Tổ chức thực hiện" is a part of every plan in its own right, also where it is only
    numbered inside another; else the outermost heading counts.
    """
    outermost: Node | None = None
    for above in node.ancestors():
        if above.is_heading and _IMPLEMENTATION.match(fold(above.text)):
            return above
        if above.is_heading:
            outermost = above
    return outermost


def heading_over(node: Node) -> str | None:
    """The words of the numbered heading that what stands at `node` belongs to; an appendix by itself is none."""
    section = section_of(node) or (node if node.is_heading else None)
    numbered = section is not None and section.label is not None and section.label.kind != "appendix"
    return section.text.rstrip(" :") if section and numbered else None


def number_of(node: Node, section: Node | None) -> str | None:
    """Label of a clause below its section, such as "3.a"; dashes have none."""
    marks: list[str] = []
    for step in (node, *node.ancestors()):
        if step is section:
            break
        if step.label and step.label.kind in {"number", "letter", "article", "roman"}:
            marks.append(step.label.mark)
            if step.label.kind in {"number", "article"}:
                break
    return ".".join(reversed(marks)) or None


def read_outline(items: Sequence[Paragraph | Table]) -> Outline:
    """The outline of paragraphs and tables in reading order."""
    return _Builder().build(items)


class _Builder:
    def __init__(self) -> None:
        self.root = Node(None, "", -1, None)
        self.open = self.root
        self.head: list[Paragraph] = []
        self.tail: list[Paragraph] = []
        self.in_tail = False
        self.in_addressees = False
        self.levels: dict[int, float] = {}

    def build(self, items: Sequence[Paragraph | Table]) -> Outline:
        for i, item in enumerate(items):
            if isinstance(item, Table):
                self.in_tail = False
                self.open.tables.append(item)
                self.open.items.append(item)
            else:
                following = items[i + 1] if i + 1 < len(items) else None
                self._paragraph(item, following if isinstance(following, Paragraph) else None)
        return Outline(self.root, tuple(self.head), tuple(self.tail))

    def _paragraph(self, paragraph: Paragraph, following: Paragraph | None) -> None:
        folded = fold(paragraph.text)
        label = find_label(paragraph.text)
        if folded.rstrip(" :") in _NEW_PAPER and (paragraph.text.rstrip(": ").isupper() or paragraph.bold):
            self._reset(paragraph)
        elif label and label.kind == "appendix":
            self._reset(paragraph, label)
        elif _RECIPIENTS.match(folded) or _SIGNATURE.match(folded):
            self.in_tail = True
            self.tail.append(paragraph)
        elif self.in_tail and not self._leaves_tail(label):
            self.tail.append(paragraph)
        elif _ADDRESSEES.match(folded):
            self.in_addressees = True
            self.head.append(paragraph)
        elif self.in_addressees and (label is None or label.kind in {"dash", "plus"}):
            self.head.append(paragraph)
            self.in_addressees = label is not None or len(paragraph.text) < 80
        elif label is not None:
            self.in_tail = self.in_addressees = False
            self._add(Node(label, label.rest or label.mark, label.rank, paragraph))
            if paragraph.heading:
                self.levels[paragraph.heading] = label.rank
        elif paragraph.heading and " " in paragraph.text and self.open is not self.root:
            self.in_tail = False
            level: float = self.levels.get(paragraph.heading, _UNLABELLED_HEADING_RANK)
            self._add(Node(None, paragraph.text, level, paragraph))
        elif not self.in_tail and (rank := self._rank_over_items(paragraph, following)) is not None:
            self._add(Node(None, paragraph.text, rank, paragraph))
        else:
            self._text(paragraph)

    def _rank_over_items(self, paragraph: Paragraph, following: Paragraph | None) -> float | None:
        """The rank of an unlabelled line that heads the items below it ("Giao Sở X:"); None for other text."""
        label = find_label(following.text) if following else None
        if label is None or label.rank < _FIRST_ITEM_RANK or len(paragraph.text) > _HEADING_MOST:
            return None
        return label.rank - 0.5 if paragraph.text.endswith(":") else None

    def _leaves_tail(self, label: Label | None) -> bool:
        """Whether text comes back after a signature: an attached plan without a title line."""
        return label is not None and label.kind in {"roman", "part", "article", "chapter", "capital"}

    def _reset(self, paragraph: Paragraph, label: Label | None = None) -> None:
        self.in_tail = self.in_addressees = False
        self.open = self.root
        if label is None:
            self.head.append(paragraph)
        else:
            self._add(Node(label, label.mark, label.rank, paragraph))

    def _text(self, paragraph: Paragraph) -> None:
        if _CLOSING.match(fold(paragraph.text)):
            # The closing words of a paper speak to all, not to the agency whose heading came last.
            while self.open.parent is not None and self.open.parent.parent is not None:
                self.open = self.open.parent
        if self.open is self.root:
            self.head.append(paragraph)
        self.open.body.append(paragraph)
        self.open.items.append(paragraph)

    def _add(self, node: Node) -> None:
        above = self.open
        while above.parent is not None and above.rank >= node.rank:
            above = above.parent
        node.parent = above
        above.children.append(node)
        above.items.append(node)
        self.open = node


def _short(text: str, most: int = 160) -> str:
    if len(text) <= most:
        return text.rstrip(" :")
    return text[: text.rfind(" ", 0, most)] + "…"
