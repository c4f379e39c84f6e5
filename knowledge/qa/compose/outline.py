"""What the headings of a paper announce: what it is for, its targets, its work; and its clauses without labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.library import LivePassage
from knowledge.qa.compose.duties import body
from knowledge.text import fold, squeeze
from knowledge.wording import sentence_case

LEAST_WORDS = 5
"""Words of a sentence that says something; headings have fewer."""
NOISY = 100
"""Characters by which the noise of a scan is known."""
_fold = lru_cache(4096)(fold)
"""Headings come again with every clause below them."""
_PURPOSE = re.compile(r"\b(?:muc dich|muc tieu|quan diem)\b")
_TARGET = re.compile(r"\b(?:muc tieu|chi tieu)\b")
_DEMAND = re.compile(r"\byeu cau\b")
_WORK = re.compile(r"\b(?:nhiem vu|noi dung|giai phap|cong viec|phuong an)\b")
_CARRYING_OUT = re.compile(
    r"\b(?:to chuc thuc hien|trach nhiem|bao cao|kinh phi|phu luc|chu thich|hieu luc|thi hanh)\b"
)
_FOOTNOTE = re.compile(r"^chu thich\b")
_FRAME = re.compile(
    r"^\W*(?:can cu|theo de nghi|xet de nghi|noi nhan|kinh gui|tren day|trong qua trinh|thoi gian ky|\(?kem theo"
    r"|\(?ban hanh kem|\(?(?:chi tiet |nhiem vu cu the |noi dung cu the |co )?(?:tai |theo )?phu luc)\b"
    r"|^\W*v/v\b|^\(.*\)\W*$|\bcong hoa xa hoi chu nghia|\bdoc lap - tu do"
)
_FIELD = re.compile(r"^\W*(?:thoi gian|thoi han|don vi|co quan|bo phan)(?: \w+){0,3} ?:")
"""A line that tells a field of the task before it."""
_SIGNED = re.compile(r"\bluu ?: ?(?:vt|van thu)\b")
_LABEL = re.compile(
    r"^\s*(?:[-+•*–]|\(?\d+(?:\.\d+)*[.)]|\(?[a-zđ][.)]|[IVX]+\.|Điều \d+\.?"
    r"|(?:mục đích|mục tiêu|yêu cầu)(?: \w+){0,2} ?:)\s*",
    re.IGNORECASE,
)
_LABELS = re.compile(r"(?:([IVXLC]+|[A-ZĐ]|\d+(?:\.\d+)*)[.)]|(Điều \d+|Phụ lục(?: [IVX\d]+)?)\b)", re.IGNORECASE)
_NO_FIGURE = re.compile(
    r"\b(?:so )?\d+(?:/\d{4})?[/-][a-z][\w/&-]*|\b(?:ngay|thang|nam|dieu|muc|khoan|quy|luat so) [\divx]+(?:[/.-]\d+)*"
    r"|\b\d{1,2}/\d{1,2}(?:/\d{4})?|\b(?:19|20)\d\d\b|\b\d+(?:\.\d+)*[.)] "
)
"""Digits of dates, of papers' numbers and of labels."""
_CELL = re.compile(r"^(?P<label>[^:;]{2,60}): (?P<value>.+)$", re.DOTALL)
_NO_VALUE = re.compile(r"\b(?:chu tri|phoi hop|co quan|don vi thuc hien|phu trach|theo doi|ghi chu|stt|tt)\b")


def says(live: LivePassage) -> bool:
    """Whether a passage says something by itself: no title, no frame or footnote, no noise of a scan."""
    text = squeeze(live.passage.text)
    source = live.passage.source
    row = source.row is not None
    begin = text[:NOISY]
    letters = sum(map(str.isalpha, begin)) + begin.count(" ")
    words = len(text.split())
    return (
        words >= LEAST_WORDS
        and (row or not text.isupper())
        and (row or letters * 10 >= len(begin) * 7)
        and not (text.endswith(":") and words < 2 * LEAST_WORDS)
        and not _FRAME.search(fold(text[:120]))
        and not _FIELD.match(fold(text[:60]))
        and not _SIGNED.search(fold(text[-120:]))
        and not (source.section_path and _FOOTNOTE.match(_fold(source.section_path[0])))
    )


def announces_target(live: LivePassage) -> bool:
    """Whether a clause holds a figure under a heading of targets, or is a row of a table of them."""
    path = live.passage.source.section_path
    if live.passage.agency or not has_figure(in_words(live)):
        return False
    if live.passage.source.row is not None:
        return live.task_id is None and bool(_TARGET.search(fold(" ".join((*path[:1], live.passage.text)))))
    for heading in map(_fold, reversed(path)):
        if _TARGET.search(heading):
            return True
        if _CARRYING_OUT.search(heading) or _WORK.search(heading):
            return False
    return False


def is_purpose(live: LivePassage) -> bool:
    """Whether a clause stands under a heading of purposes, and not of what is demanded or of targets."""
    if live.passage.agency or live.passage.source.row is not None:
        return False
    for heading in map(_fold, reversed(live.passage.source.section_path)):
        if _PURPOSE.search(heading):
            return not re.search(r"\bcu the\b", heading)
        if _DEMAND.search(heading) or _CARRYING_OUT.search(heading) or _WORK.search(heading):
            return False
    return False


def parts_of(passages: Sequence[LivePassage]) -> list[str]:
    """The headings that tell what the work is: below the first that announces it, else the main ones."""
    below: dict[str, dict[str, None]] = {}
    offices: set[str] = set()
    for live in passages:
        path = live.passage.source.section_path
        if not path or live.passage.source.row is not None or not _is_content(path[0]):
            continue
        known = below.setdefault(path[0], {})
        if len(path) == 1 and live.passage.agency and fold(live.passage.agency) in fold(path[0]):
            offices.add(path[0])  # an office's, which is told with its tasks
        if len(path) > 1 and not live.passage.agency and not _CARRYING_OUT.search(_fold(path[1])):
            known.setdefault(path[1])
    main = [heading for heading in below if heading not in offices]
    if main and _WORK.search(fold(main[0])) and len(below[main[0]]) > 1:
        main = list(below[main[0]])
    return [heading for heading in main if not _WORK.fullmatch(fold(bare_heading(heading)))]


def _is_content(heading: str) -> bool:
    told = _fold(heading)
    return not any(kind.search(told) for kind in (_PURPOSE, _TARGET, _DEMAND, _CARRYING_OUT))


def tells(section: str) -> bool:
    """Whether a group of tasks is told by its heading: by what it is about, not by where it stands."""
    told = _fold(section)
    return len(bare_heading(section).split()) > 1 and not _CARRYING_OUT.search(told) and not _WORK.search(told)


def bare_heading(heading: str) -> str:
    """A heading without its label and capitals."""
    bare = _LABEL.sub("", squeeze(heading)).rstrip(" :;.")
    return sentence_case(bare.lower()) if bare.isupper() else bare


def labels(path: Sequence[str]) -> str:
    """ "mục II.1" of headings; "" where they have no labels."""
    told: list[str] = []
    name = ""
    for match in filter(None, map(_LABELS.match, path[:3])):
        if match[2]:
            name = sentence_case(re.sub(r"[ivx\d]+$", lambda number: number[0].upper(), match[2].lower()))
        elif told and match[1].startswith(f"{told[-1]}."):
            told[-1] = match[1]
        else:
            told.append(match[1])
    return ", ".join(filter(None, (name, f"mục {'.'.join(told)}" if told else "")))


def in_words(live: LivePassage) -> str:
    """A clause without its label, or a row without its number and offices."""
    if live.passage.source.row is not None and live.task_id is None:
        return _row_in_words(live.passage.text)
    text, previous = body(live), ""
    while previous != text:
        previous, text = text, _LABEL.sub("", text)
    return sentence_case(text)


def _row_in_words(text: str) -> str:
    """The cells of a table's row, the first without its label; not its number nor the offices."""
    told: list[str] = []
    for cell in re.split(r"; (?=[^:;]{2,60}: )|^[\d.]+; ", text):
        match = _CELL.match(cell.strip(" ;"))
        if match is not None and not _NO_VALUE.search(fold(match["label"])):
            value = match["value"].rstrip(" ;.")
            told.append(f"{match['label']}: {value}" if told else value)
    return "; ".join(told) or text


def has_figure(text: str) -> bool:
    """Whether some figure stands in `text` that is no date and no number of a paper."""
    return bool(re.search(r"\d", _NO_FIGURE.sub(" ", fold(text))))


def figured_part(live: LivePassage) -> str:
    """A clause from its first sentence with a figure on."""
    text = in_words(live)
    if live.passage.source.row is not None:
        return text
    starts = [match.end() for match in re.finditer(r"^|(?<=\.)\s+", text)]
    sentences = zip(starts, [*starts[1:], len(text)], strict=True)
    return next((text[start:] for start, end in sentences if has_figure(text[start:end])), text)
