"""Whether an outline heading names offices: "3. Sở Nội vụ", "đ) Thanh tra tỉnh:", "Giao Sở Nội vụ".

Under such a heading every clause is that office's duty. A sentence that begins with an office ("Các
cơ quan, đơn vị tiếp tục rà soát...") is no heading, nor is a subject matter ("Cải cách thể chế").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.agencies.directory import Directory
from knowledge.agencies.lists import split_agencies
from knowledge.agencies.names import Word
from knowledge.agencies.offices import begins_office, generic_end, is_plural, kind_end
from knowledge.text import nfc, squeeze

# Longer ones are sentences.
_LONGEST = 300
_MARKUP = re.compile(r"^[#*_>\s]+|[*_\s]+$")
_NUMBER = re.compile(
    r"^(?:(?:điều|mục|phần)\s+)?(?:\d{1,2}(?:\.\d{1,2})*[.):]?|[IVX]{1,5}[.)]|[a-zđ]\d?[.)]|[-–—+•*])\s*[*_]*\s*",
    re.IGNORECASE,
)
_ASSIGNING = re.compile(
    r"^(?:đề nghị|giao(?: cho)?|yêu cầu|đối với|trách nhiệm của|nhiệm vụ của|phân công)\s*:?\s+", re.IGNORECASE
)
_FINAL = re.compile(r"[\s:;.*_]+$")
# What follows the subject of a sentence: the heading is then no mere name.
_PREDICATES = (
    "có trách nhiệm", "chịu trách nhiệm", "tiếp tục", "tăng cường", "khẩn trương", "chủ động", "căn cứ", "nghiêm túc",
    "kịp thời", "thường xuyên", "nhận thức", "đẩy mạnh", "báo cáo", "bố trí", "gửi", "phải", "cần", "trên cơ sở",
    "tuyên truyền", "vận động", "bảo đảm", "đảm bảo", "rà soát", "hướng dẫn", "đôn đốc", "kiểm tra", "lập",
)  # fmt: skip
_PREDICATE = re.compile(rf"(?<!\w)(?:{'|'.join(_PREDICATES)})(?!\w)", re.IGNORECASE)
# A general group is often limited by what it does: "Các sở, ngành chủ trì, tham gia thực hiện".
_LIMITS = re.compile(
    r"^(?:có liên quan|liên quan|được|đầu mối|thuộc|trực thuộc|trên|theo|khác|cấp|chủ trì|quản lý|tham gia|của"
    r"|trung ương|các|thực hiện|làm|tại|ở|trong|tỉnh|thành phố|tham mưu)(?!\w)",
    re.IGNORECASE,
)

_ACTS = re.compile(r"(?:chủ trì|quản lý|tham gia|thực hiện|làm|tham mưu|theo|được)(?!\w)", re.IGNORECASE)

# "Cơ quan chủ trì" announces an office, it is none.
_ROLE = re.compile(
    r"(?:các )?(?:cơ quan|đơn vị|bộ phận) (?:chủ trì|phối hợp|thực hiện|tham mưu)(?:[\s,:].*)?$", re.IGNORECASE
)


def heading_agency(heading: str, directory: Directory) -> str | None:
    """The offices that an outline heading names, as printed without its label; None where it names none."""
    text = _label_off(nfc(heading))
    if not text or len(text) > _LONGEST or _ROLE.match(text):
        return None
    pieces = split_agencies(text, directory)
    named = bool(pieces) and _announces(pieces[0], directory) and all(_is_name(piece, directory) for piece in pieces)
    return text if named else None


def _label_off(heading: str) -> str:
    text = _MARKUP.sub("", squeeze(heading))
    text = _NUMBER.sub("", text, count=1)
    text = _ASSIGNING.sub("", _MARKUP.sub("", text))
    return _FINAL.sub("", text)


def _announces(piece: str, directory: Directory) -> bool:
    """Whether the first piece is no subject matter: "Các doanh nghiệp công nghệ số" yes, "Doanh nghiệp số" no."""
    words = directory.resolver.cut(piece)
    end = generic_end(words, 0)
    if end in (0, len(words)) or is_plural(words, 0) or directory.resolver.match_at(words, 0):
        return True
    following = end + 1 if words[end].text == "va" else end
    if generic_end(words, following) > following or words[end].capital:
        return True
    return _LIMITS.match(piece[words[end - 1].end :].strip()) is not None


def _is_name(piece: str, directory: Directory) -> bool:
    """Whether the piece is an office's name and nothing more."""
    words = directory.resolver.cut(piece)
    if not words:
        return False
    known = directory.resolver.match_at(words, 0)
    if known and known.exact:
        end = directory.resolver.skip_locality(words, known.end)
    elif begins_office(words, 0):
        end = _unknown_end(words)
    else:
        return False
    rest = piece[words[end - 1].end :].strip() if end else piece
    if not rest or rest[0] in "(-–—":
        return True
    if rest[0] == "," and generic_end(words, end) == end:
        return False
    group = known is None or all((e := directory.entry(n)) is not None and e.is_group for n in known.names)
    if not group and not _LIMITS.match(rest):
        return False
    return (group or not _acts(rest)) and not _PREDICATE.search(rest)


def _acts(rest: str) -> bool:
    """Whether a named office goes on to do something ("Sở Nội vụ chủ trì..."): a sentence."""
    return _ACTS.match(rest) is not None


def _unknown_end(words: Sequence[Word]) -> int:
    """The word after a kind of office and the capitalised words that name it."""
    end = generic_end(words, 0) or kind_end(words, 0) or 1
    while end < len(words) and not words[end].barrier and (words[end].capital or words[end].text == "va"):
        end += 1
    return end
