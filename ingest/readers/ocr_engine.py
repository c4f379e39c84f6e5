"""The tesseract program: is it here, and what does it read in a picture.

Pictures go to it through a pipe; no file is made.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.readers.pdf_rulings import Edge
from ingest.readers.pdf_text import Char

if TYPE_CHECKING:
    from PIL.Image import Image

_LANGUAGE = "vie"
_ROTATE = re.compile(r"^Rotate: (\d+)$", re.MULTILINE)
_SECONDS = 60
"""A page takes one to three seconds; what takes a minute is no page of text."""
OCR_MISSING = (
    "Cần chương trình nhận dạng chữ tiếng Việt (OCR); xin cài bằng lệnh: "
    "sudo apt-get install tesseract-ocr tesseract-ocr-vie"
)


class OcrError(Exception):
    """A page could not be read; its text is the reason, in Vietnamese, to follow "chưa đọc được: "."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word in a picture, with the upper and lower edge of its line. Places are in dots."""

    text: str
    left: int
    right: int
    top: int
    bottom: int
    confidence: float


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was read from a page's picture: words and rulings in points, or why there is nothing.

    Attributes:
        turned: degrees that the picture was turned clockwise for its text to stand upright; places are
            as it lies then.
    """

    words: list[Char] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    problem: str = ""
    turned: int = 0


def is_available() -> bool:
    """Whether tesseract is installed with Vietnamese."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    try:
        listed = subprocess.run([program, "--list-langs"], capture_output=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return _LANGUAGE in listed.stdout.decode("utf-8", "replace").split()


def read_words(picture: Image, dots_per_inch: int, layout: int) -> list[Word]:
    """The words of a grey picture in reading order.

    Args:
        layout: tesseract's page segmentation mode: 4 for a column of lines of any size, 6 for one block.

    Raises:
        OcrError: it took too long or failed.
    """
    return _words(_run(picture, dots_per_inch, "-l", _LANGUAGE, "--psm", str(layout), "tsv"))


def find_turn(picture: Image, dots_per_inch: int) -> int:
    """Degrees that a picture must be turned clockwise for its text to stand upright; 0 where that is not seen."""
    try:
        found = _ROTATE.search(_run(picture, dots_per_inch, "--psm", "0"))
    except OcrError:  # too little text to tell
        return 0
    return int(found[1]) if found else 0


def _run(picture: Image, dots_per_inch: int, *options: str) -> str:
    command = ["tesseract", "stdin", "stdout", "--dpi", str(dots_per_inch), *options]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=b"P5 %d %d 255\n" % picture.size + picture.tobytes(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            # Pages are read side by side; threads within one page only wait for each other.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise OcrError("nhận dạng chữ quá lâu") from error
    except OSError as error:
        raise OcrError("không chạy được chương trình nhận dạng chữ") from error
    if done.returncode:
        raise OcrError("chương trình nhận dạng chữ báo lỗi")
    return done.stdout.decode("utf-8", "replace")


def _words(table: str) -> list[Word]:
    """Words of tesseract's table: level, five numbers of place, left, top, width, height, confidence, text."""
    words = []
    line_top = line_bottom = 0
    for row in table.splitlines()[1:]:
        fields = row.split("\t")
        if len(fields) < 12:
            continue
        left, top, width, height = map(int, fields[6:10])
        if fields[0] == "4":
            line_top, line_bottom = top, top + height
        elif fields[0] == "5" and fields[11].strip():
            confidence = max(float(fields[10]), 0.0) / 100
            words.append(Word(fields[11].strip(), left, left + width, line_top, line_bottom, confidence))
    return words
