"""What one page of a PDF draws: characters, rulings and pictures in points from its upper left corner.

The page's content is drawn first, then the appearances of its form fields, signature fields, stamps
and text boxes, as a viewer does (`pdf_fields`). How lines come of the characters is in `pdf_text`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTCurve, LTFigure, LTImage, LTItem, LTLine, LTPage, LTRect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

from ingest.documents import Box
from ingest.readers.pdf_fields import Appearance, appearances
from ingest.readers.pdf_rulings import Edge, Ruling, edges_of
from ingest.readers.pdf_signatures import is_signature, without_stamps
from ingest.readers.pdf_text import Char, PrintedLine, print_lines
from knowledge.errors import PlanFileError

_MAX_FORMS = 2_000
"""Drawings within drawings on a page; word processors make tens, nested ones grow without end."""
_MAX_DEPTH = 12
_MAX_OPERANDS = 300_000
"""Numbers and strings on a page: crowded text has 20,000; these are three seconds of work."""
_MAX_CHARS = 60_000
"""A page of the smallest print holds about 15,000 signs."""
_MAX_PATHS = 100_000
_TOO_CROWDED = "Tệp PDF có trang chứa nội dung nhiều bất thường nên không được đọc; xin kiểm tra lại nguồn của tệp."


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture lies and how many points of colour it has."""

    box: Box
    pixels: int


@dataclass(slots=True)
class DrawnPage:
    """The content of one page, turned so that most of its text reads upright.

    Attributes:
        chars: visible characters by the direction they run in: 0 to the right, 90 upwards, 180, 270;
            slanted ones are left out (a turned watermark is no text of the paper).
        hidden: characters that are there to be searched, not seen.
        fields: characters of form fields, stamps and text boxes.
        signed: what the stamp of a digital signature says, each stamp a text.
        turned: degrees that the page was turned by, clockwise, beyond what the file itself asks.
    """

    width: float
    height: float
    chars: dict[int, list[Char]] = field(default_factory=dict)
    hidden: list[Char] = field(default_factory=list)
    fields: list[Char] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    turned: int = 0

    @property
    def upright(self) -> list[Char]:
        return self.chars.get(0, [])

    @property
    def picture_share(self) -> float:
        """How much of the page its largest picture covers; strips of one scan count together."""
        area = sum(_shared_area(picture.box, self.width, self.height) for picture in self.pictures)
        return min(area / (self.width * self.height), 1.0) if self.width * self.height else 0.0


def _shared_area(box: Box, width: float, height: float) -> float:
    return max(min(box[2], width) - max(box[0], 0), 0) * max(min(box[3], height) - max(box[1], 0), 0)


class PageDrawer:
    """Draws page after page of one file; fonts are read once."""

    def __init__(self) -> None:
        self._resources = PDFResourceManager()

    def draw(self, page: PDFPage) -> DrawnPage:
        """Draw a page, turned upright where most of its text runs sideways.

        Raises:
            PlanFileError: it holds more than a page can.
        """
        drawn = self._draw(page)
        counts = Counter({turn: len(chars) for turn, chars in drawn.chars.items()})
        turn = max(counts, key=lambda way: counts[way], default=0)
        # The text that runs upwards is read when the page is turned clockwise by the same angle.
        return self.draw_turned(page, turn) if turn else drawn

    def draw_turned(self, page: PDFPage, turn: int) -> DrawnPage:
        """Draw a page turned clockwise by `turn` degrees."""
        printed = page.rotate
        page.rotate = (printed + turn) % 360
        try:
            drawn = self._draw(page)
        finally:
            page.rotate = printed
        drawn.turned = turn
        return drawn

    def _draw(self, page: PDFPage) -> DrawnPage:
        device = _Collector(self._resources)
        interpreter = _Interpreter(self._resources, device)
        interpreter.process_page(page)
        drawn = device.drawn()
        drawn.chars[0], drawn.signed = without_stamps(drawn.upright)
        for appearance in appearances(page):
            chars = device.chars_of(interpreter, appearance)
            lines = list(print_lines(chars))
            text = "\n".join(line.text for line in lines)
            if is_signature(text, field=appearance.signs):
                drawn.signed.append(text)
            else:
                drawn.fields += (_filled_in(line, chars) for line in lines)
        return drawn


def _filled_in(line: PrintedLine, chars: Sequence[Char]) -> Char:
    """A line of a field as one word among the words of the page."""
    x0, top, x1, bottom = line.box
    return Char(line.text, x0, x1, top, bottom, chars[0].size, chars[0].font, word=True)


class _Interpreter(PDFPageInterpreter):
    """Runs drawing operators, within bounds that are counted over the whole page."""

    device: _Collector

    def push(self, obj: Any) -> None:
        self.device.count("operands", _MAX_OPERANDS)
        super().push(obj)

    def do_Do(self, xobjid_arg: Any) -> None:  # noqa: N802 - the operator's own name
        self.device.count("forms", _MAX_FORMS)
        self.device.depth += 1
        try:
            if self.device.depth <= _MAX_DEPTH:
                super().do_Do(xobjid_arg)
        finally:
            self.device.depth -= 1


class _Collector(PDFLayoutAnalyzer):
    """Keeps what is drawn: pdfminer's layout tree of a page, and apart from it the invisible text."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.depth = 0
        self._counts: Counter[str] = Counter()
        self._invisible = False
        self._hidden: list[LTChar] = []
        self._page = LTPage(0, (0, 0, 0, 0))
        self._page_ctm: tuple[float, ...] = ()

    def count(self, what: str, most: int) -> None:
        self._counts[what] += 1
        if self._counts[what] > most:
            raise PlanFileError(_TOO_CROWDED, f"more than {most} {what} on a page")

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        self._page_ctm = ctm
        super().begin_page(page, ctm)

    def receive_layout(self, ltpage: LTPage) -> None:
        self._page = ltpage

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self._invisible = textstate.render in {3, 7}  # neither filled nor stroked
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(self, *args: Any) -> float:
        self.count("characters", _MAX_CHARS)
        advance = super().render_char(*args)
        if self._invisible:
            self._hidden.append(self.cur_item._objs.pop())  # type: ignore[arg-type]
        return advance

    def paint_path(self, *args: Any) -> None:
        self.count("paths", _MAX_PATHS)
        super().paint_path(*args)

    def drawn(self) -> DrawnPage:
        """The page that was drawn last."""
        page = DrawnPage(self._page.width, self._page.height)
        rulings: list[Ruling] = []
        for item in _leaves(self._page):
            if isinstance(item, LTChar):
                self._sort_in(item, page)
            elif isinstance(item, LTCurve):
                rulings.append(self._ruling(item))
            elif isinstance(item, LTImage):
                page.pictures.append(Picture(self._box(item), item.srcsize[0] * item.srcsize[1]))
        page.edges = edges_of(rulings)
        page.hidden = [self._char(item) for item in self._hidden]
        return page

    def chars_of(self, interpreter: PDFPageInterpreter, appearance: Appearance) -> list[Char]:
        """The visible characters that an appearance draws, upright ones only."""
        self.cur_item = LTPage(0, self._page.bbox)
        interpreter.render_contents(appearance.resources, [appearance.stream], ctm=appearance.ctm(self._page_ctm))
        items = [item for item in _leaves(self.cur_item) if isinstance(item, LTChar)]
        return [self._char(item) for item in items if _direction(item) == 0]

    def _sort_in(self, item: LTChar, page: DrawnPage) -> None:
        direction = _direction(item)
        # A sheet turned wrongly (/Rotate) is cut at its longer side; what stands beyond that was taken off the paper.
        longest = 2 * max(page.width, page.height)
        on_paper = 0 <= item.x0 + item.x1 <= longest and 0 <= item.y0 + item.y1 <= longest
        if direction is not None and on_paper and item.get_text():
            page.chars.setdefault(direction, []).append(self._char(item))

    def _ruling(self, item: LTCurve) -> Ruling:
        height = self._page.height
        kind = "rect" if isinstance(item, LTRect) else "line" if isinstance(item, LTLine) else "curve"
        points = [(x, height - y) for x, y in item.pts]
        return Ruling(kind, self._box(item), points, stroked=bool(item.stroke), filled=bool(item.fill))

    def _char(self, item: LTChar) -> Char:
        x0, top, x1, bottom = self._box(item)
        return Char(item.get_text(), x0, x1, top, bottom, item.size, item.fontname)

    def _box(self, item: Any) -> Box:
        height = self._page.height
        return item.x0, height - item.y1, item.x1, height - item.y0


def _leaves(item: Any) -> Iterator[LTItem]:
    for part in item:
        if isinstance(part, LTFigure):
            yield from _leaves(part)
        else:
            yield part


def _direction(item: LTChar) -> int | None:
    """Which way the text runs, in degrees counter-clockwise; None where it is slanted."""
    a, b, *_ = item.matrix
    if abs(b) < abs(a) * 0.1:  # six degrees: a badly laid scan under an OCR layer, not a watermark
        return 0 if a > 0 else 180
    if abs(a) < abs(b) * 0.1:
        return 90 if b > 0 else 270
    return None
