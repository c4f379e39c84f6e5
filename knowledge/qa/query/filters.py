"""What a question narrows tasks by, beside agency and time: who is left out, in what part, what is missing.

Works on folded text around the agencies that the directory found there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.text import Folded, syllables


class Missing(StrEnum):
    """A cell that is asked to be empty."""

    LEAD = "lead"
    DEADLINE = "deadline"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Filters:
    """Attributes:
    excluded: agencies whose tasks are left out.
    missing: the cell that must be empty.
    product: folded words that the product must hold ("việc nào có sản phẩm là quyết định").
    alone: only what an agency leads with no other one beside it.
    most: the agencies with the most tasks are asked for.
    unread: words that narrow and were not understood, as typed.
    """

    excluded: tuple[str, ...] = ()
    missing: Missing | None = None
    product: tuple[Folded, ...] = ()
    most: bool = False
    alone: bool = False
    unread: tuple[str, ...] = ()


NO_FILTERS = Filters()
_EXCEPT = (
    r"(?:ngoai tru|(?<!doi )(?<!nuoc )(?<!ben )ngoai(?! giao| vu| ngan| thuong)|khong ke|khong tinh"
    r"|khong gom|loai tru|(?<!luu )(?<!du )(?<!cu )(?<!tam )(?<!thuong )(?<!noi )tru(?: ra| di)?)"
)
"""Without accents "trừ" may be "lưu trữ", "dự trữ", "cư trú"."""
_GIVEN = r"(?:khong|ko|k) (?:do|phai|thuoc|giao)(?: cho| cua| la| do)?"
_TAKEN_OUT = r"(?:bo|loai)(?: bot| ra)?(?: (?:cac|nhung|may))? (?:viec|nhiem vu|dau viec)"
_BEFORE = re.compile(rf"(?<!\w)(?:{_EXCEPT}|{_GIVEN}|{_TAKEN_OUT})(?: (?:cac|nhung|viec|nhiem vu|cua|do|phan))* ?$")
_BEHIND = re.compile(
    r"^ (?:khong|ko|k|chua)(?: phai)? (?:chu tri|phu trach|dung dau|phoi hop|dam nhiem|lam|lo)(?!\w)"
)
_JOIN = re.compile(r"^ ?(?:,|va|voi|hay|hoac|cung) ?$")
_OTHER = re.compile(
    r"(?<!\w)(?:ngoai tru|khong ke|khong tinh|khong gom|loai tru|tru ra) (?:cac |nhung )?"
    r"(?:viec|nhiem vu|co quan|don vi|so|phong|ban|xa) [^,.;?]{2,60}"
)
_NONE = (
    r"(?:khong|ko|kg|khg|hong|hok|k|chua|thieu|bo trong|de trong|khuyet)"
    r"(?: (?:co|ghi|neu|ro|duoc|giao|xac dinh|cho|phan cong|ghi ro|biet))*"
)
_MISSING = {
    Missing.LEAD: re.compile(
        rf"(?<!\w)(?<!chu ){_NONE} (?:co quan |don vi |nguoi |ai )?(?:chu tri|dau moi|phu trach)"
        r"(?! (?:viec|nhiem vu|nhung|cac|gi))(?!\w)"
        r"|(?<!\w)(?:chua|khong) (?:co |giao |ro )*ai (?:chu tri|lam|phu trach)(?!\w)"
    ),
    Missing.DEADLINE: re.compile(
        rf"(?<!\w){_NONE} (?:thoi han|thoi gian|han(?! che)|moc|deadline|ngay (?:hoan thanh|het han))(?!\w)"
    ),
    Missing.PRODUCT: re.compile(rf"(?<!\w){_NONE} (?:san pham|dau ra|ket qua)(?!\w)"),
}
_PRODUCT = re.compile(
    r"(?<!\w)(?:san pham|dau ra|ket qua) (?:la|gom|bao gom|dang) "
    r"(?!(?:cai |nhung |van ban |giay to )?(?:gi|j|ji|nao|chi)\b)(?P<what>[^,.;?]{3,60}?)"
    r"(?=$|[,.;?]| (?:trong|theo|thuoc|cua|o|tai|do|den han|co han)\b)"
)
_ALONE = re.compile(
    r"(?<!\w)(?:chu tri|phu trach|lam) (?:rieng|mot minh|doc lap)(?: le)?(?!\w)"
    r"|(?<!\w)khong (?:chung|cung)(?: \w+){0,3} khac(?!\w)"
)
_MOST = re.compile(r"(?<!\w)nhieu(?: \w+){0,3}? nhat(?!\w)")


def read_filters(text: Folded, agencies: Sequence[tuple[int, int, str]]) -> tuple[Filters, list[tuple[int, int]]]:
    """What folded `text` leaves out or wants empty, and where that stands.

    Args:
        agencies: where agencies stand in `text`, with their names, in order.
    """
    excluded: list[str] = []
    spent: list[tuple[int, int]] = []
    last_end = 0
    for start, end, name in agencies:
        said = _BEFORE.search(text[:start])
        if said or (excluded and _JOIN.match(text[last_end:start])) or _BEHIND.match(text[end:]):
            excluded.append(name)
            last_end = end
            spent.append((said.start() if said else start, end))
    missing = None
    for field, pattern in _MISSING.items():
        if match := pattern.search(text):
            missing = field
            spent.append(match.span())
            break
    other = None if excluded else _OTHER.search(text)
    most, product = _MOST.search(text), _PRODUCT.search(text)
    alone = list(_ALONE.finditer(text))
    spent.extend(match.span() for match in (most, other, product, *alone) if match)
    unread = (other[0].strip(),) if other else ()
    words = tuple(syllables(product["what"])) if product else ()
    return Filters(tuple(dict.fromkeys(excluded)), missing, words, most is not None, bool(alone), unread), spent
