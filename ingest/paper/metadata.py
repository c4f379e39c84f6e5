"""What a paper says of itself: number, date, issuer, kind, title, signer, years.

The places are those of Nghị định 30/2020/NĐ-CP: the heading block (issuer, number, place
and date), the kind and the title below it, the signature at the end. Converted papers
lose any of them, so an appendix line "(Kèm theo Kế hoạch số ... ngày ...)" is heard too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from ingest.layout.labels import KINDS
from ingest.layout.outline import Outline
from ingest.layout.paragraphs import Paragraph
from ingest.paper.letter_case import name_case, sentence_case
from ingest.paper.names import DATE, NUMBER, UNITS, day_of, tidy_number
from knowledge.records import PlanMetadata
from knowledge.text import CAPITAL, Folded, fold, squeeze

_CODES = {
    "KH": "Kế hoạch", "QĐ": "Quyết định", "NQ": "Nghị quyết", "CT": "Chỉ thị", "CTR": "Chương trình",
    "TB": "Thông báo", "HD": "Hướng dẫn", "CĐ": "Công điện", "KL": "Kết luận", "ĐA": "Đề án", "BC": "Báo cáo",
}  # fmt: skip

_NUMBER_LINE = re.compile(rf"^(?:\W*)Số\s*:\s*({NUMBER})(?=\s|$|[,.;])")
# The place is a name ("Phường 1"): "bắt đầu lúc 08h00, ngày 09/10/2025" is when people meet.
_PLACE_DATE = re.compile(
    rf"^(?:.*\s)?{CAPITAL}[^\W\d]*(?:[\s.\-–]+(?:[^\W\d]+|\d{{1,2}}))*"
    rf"\.?\s*,\s*[Nn]gày\s*(?:{DATE})"
)
_LINE_MOST = 500
"""Characters of a paragraph in which its place and date are looked for: a letterhead run together takes half of it,
and the search costs the square of the length."""
_PLACE_YEAR = re.compile(r"^[^,]{2,40},\s*ngày\b.{0,30}?\bnăm\s*((?:19|20)\d\d)\s*$", re.IGNORECASE)
_ATTACHED = re.compile(
    rf"(?:kèm theo|ban hành theo)\s+([A-ZĐa-zđ][\w\s]{{3,22}}?)\s+số\s*:?\s*({NUMBER})\s*,?\s*ngày\s*(?:{DATE})",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"^V\s*/\s*v\s*:?\s*(.+)$", re.IGNORECASE)
_BASIS = re.compile(
    r"^(?:can cu|thuc hien|theo de nghi|kinh gui|\(?ban hanh kem|uy ban nhan dan|chu tich uy ban|hoi dong nhan dan|"
    r"chinh phu$|thu tuong chinh phu|so\s*:|quyet nghi|quyet dinh\s*:|[-*_]{3,})"
)
_MOTTO = re.compile(r"\s*(?:CỘNG H[ÒO][ÀA]?\s*XÃ.*|Độc lập\s*-\s*Tự do.*|-{3,}.*)$", re.IGNORECASE)
_ISSUER = re.compile(
    r"^(?:UY BAN NHAN DAN|UBND |HOI DONG NHAN DAN|HDND |BAN CHI DAO|CHINH PHU|THU TUONG CHINH PHU|BO |SO |"
    r"UY BAN THUONG VU QUOC HOI|TINH UY|THANH UY|DANG UY|BAN |QUOC HOI|VAN PHONG|CUC |TONG CUC)"
)
_PLACE = re.compile(rf"(?:{UNITS})\b", re.IGNORECASE)
_PLACE_NAME = re.compile(rf"\b((?:tỉnh|thành phố)\s+{CAPITAL}[^\W\d_]+(?:\s+{CAPITAL}[^\W\d_]+){{0,2}})")
_POST = re.compile(r"\b(?:CHỦ TỊCH|PHÓ CHỦ TỊCH|BỘ TRƯỞNG|THỨ TRƯỞNG|GIÁM ĐỐC|PHÓ GIÁM ĐỐC|THỦ TƯỚNG|PHÓ THỦ TƯỚNG|"
                   r"TRƯỞNG BAN|CHÁNH VĂN PHÒNG|CHÁNH THANH TRA|CHỦ NHIỆM|BÍ THƯ)\b")  # fmt: skip
_NAME = re.compile(rf"((?:{CAPITAL}[^\W\d_]+)(?:\s+{CAPITAL}[^\W\d_]*){{1,4}})\s*$")
_SPAN = re.compile(
    r"giai đoạn\s*(?:từ\s*)?(?:năm\s*)?((?:19|20)\d\d)\s*[-–đến ]+\s*(?:năm\s*)?((?:19|20)\d\d)",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"đến\s+(?:hết\s+)?năm\s+((?:19|20)\d\d)", re.IGNORECASE)
_YEAR = re.compile(r"năm\s+((?:19|20)\d\d)", re.IGNORECASE)
_CITED = re.compile(rf"(?:số\s*{NUMBER}|ngày\s*(?:{DATE}))", re.IGNORECASE)


def read_metadata(outline: Outline) -> PlanMetadata:
    """What `outline`'s heading, title, appendix lines and signature say; missing parts are None."""
    head = outline.head
    everything = [*head, *(p for n in outline.nodes() for p in n.body)]
    number = _own_number(head)
    issued = _own_date(head)
    kind, title = _kind_and_title(head, number)
    attached = _attached(everything, kind)
    if number is None and attached:
        number = attached[0]
    if issued is None and attached and attached[0] == number:
        issued = attached[1]
    return PlanMetadata(
        number=number,
        issued=issued,
        issuer=_issuer(head, outline.tail, [title or "", *(p.text for p in everything)]),
        kind=kind,
        title=title,
        signer=_signer(outline.tail),
        years=_years(title, issued, head),
    )


def _own_number(head: Sequence[Paragraph]) -> str | None:
    for paragraph in head[:25]:
        match = _NUMBER_LINE.match(paragraph.text)
        if match:
            return tidy_number(match[1])
    return None


def _own_date(head: Sequence[Paragraph]) -> date | None:
    for paragraph in head[:25]:
        if _BASIS.match(fold(paragraph.text)) and not paragraph.text.startswith("Số"):
            continue
        match = _PLACE_DATE.match(paragraph.text[:_LINE_MOST])
        if match:
            return day_of(match.groups())
    return None


def _attached(paragraphs: Iterable[Paragraph], kind: str | None) -> tuple[str, date | None] | None:
    for paragraph in paragraphs:
        match = _ATTACHED.search(paragraph.text)
        if match and (fold(match[1]).endswith(fold(kind or "")) or len(paragraph.text) < 250):
            return tidy_number(match[2]), day_of(match.groups()[2:8])
    return None


def _kind_and_title(head: Sequence[Paragraph], number: str | None) -> tuple[str | None, str | None]:
    """Kind and title; of an attached plan rather than of the decision that issues it."""
    best: tuple[str | None, str | None] = (None, None)
    for i, paragraph in enumerate(head):
        kind = KINDS.get(fold(paragraph.text).rstrip(" :"))
        if kind and (paragraph.text.rstrip(": ").isupper() or paragraph.bold):
            title = _title_after(head[i + 1 :])
            if title and best[1] is None:
                best = (kind, title)
    if best[1] is None:
        for paragraph in head:
            subject = _SUBJECT.match(paragraph.text)
            if subject:
                return "Công văn", sentence_case(subject[1])
    if best[0] is None and number:
        best = (_kind_by_code(number), best[1])
    if best[1] is None:
        best = (best[0], next((sentence_case(p.text) for p in head if p.heading), None))
    return best


def _kind_by_code(number: str) -> str | None:
    code = re.split(r"[/-]", number.upper(), maxsplit=1)[-1]
    code = re.sub(r"^\d{4}/", "", code)
    return _CODES.get(re.split(r"[/-]", code)[0])


def _title_after(following: Sequence[Paragraph]) -> str | None:
    """A title directly below the kind; a legal basis is a sentence that ends in a sign."""
    parts: list[str] = []
    for paragraph in following[:6]:
        text = paragraph.text
        folded = fold(text)
        if not parts:
            if folded.startswith("can cu") or folded.rstrip(" :") in KINDS or text.endswith((":", ";", ".")):
                break
        elif not (paragraph.bold or text.isupper()) or _ends_title(folded):
            break
        parts.append(text)
    title = squeeze(" ".join(parts))
    return sentence_case(title) if title else None


def _ends_title(folded: Folded) -> bool:
    return folded.rstrip(" :") in KINDS or bool(_BASIS.match(folded) or _ISSUER.match(folded.upper()))


def _issuer(head: Sequence[Paragraph], tail: Sequence[Paragraph], texts: Sequence[str]) -> str | None:
    """From the heading block; else from the signature, with the place that the paper names most."""
    for i, paragraph in enumerate(head[:12]):
        text = squeeze(_MOTTO.sub("", paragraph.text))
        folded = fold(text).upper()
        if _ISSUER.match(folded) and text.isupper():
            after = squeeze(_MOTTO.sub("", head[i + 1].text)) if i + 1 < len(head) else ""
            if _PLACE.match(after):
                text = f"{text} {after}"
            return name_case(text)
    for paragraph in tail:
        match = re.match(r"^TM\.\s*(.+)$", paragraph.text)
        if match:
            issuer = name_case(match[1])
            places = Counter(squeeze(m) for text in texts for m in _PLACE_NAME.findall(text))
            return f"{issuer} {places.most_common(1)[0][0]}" if places else issuer
    return None


def _signer(tail: Sequence[Paragraph]) -> str | None:
    posted = False
    for paragraph in tail:
        text = paragraph.text
        posts = list(_POST.finditer(text))
        posted = posted or bool(posts)
        rest = text[posts[-1].end() :] if posts else text
        name = _NAME.search(rest)
        if posted and name and not text.startswith("-"):
            return squeeze(name[1])
    return None


def _years(title: str | None, issued: date | None, head: Sequence[Paragraph]) -> tuple[int, ...]:
    if title:
        clean = _CITED.sub(" ", title)
        span = _SPAN.search(clean)
        if span:
            return (int(span[1]), int(span[2]))
        own = [int(y) for y in _YEAR.findall(clean)]
        until = _UNTIL.search(clean)
        if until and issued and int(until[1]) > issued.year:
            return (issued.year, int(until[1]))
        if own:
            return (max(own),)
    if issued:
        return (issued.year,)
    for paragraph in head[:25]:
        match = _PLACE_YEAR.match(paragraph.text)
        if match:
            return (int(match[1]),)
    return ()
