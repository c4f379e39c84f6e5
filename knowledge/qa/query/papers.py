"""Which loaded papers a question names: by number, year, kind or the first words of the title."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache

from knowledge.library import LivePlan
from knowledge.qa.query.lexicon import Lexicon
from knowledge.qa.query.periods import find_horizons, find_years
from knowledge.text import Folded, fold, syllables

_NUMBER = re.compile(r"\b(\d{1,5}) ?[/-] ?([a-z]{2,}[a-z&-]*(?:[-/][a-z&]+)*)")
_KIND_NAMES = {
    "ke hoach": "kh", "cong van": "cv", "quyet dinh": "qd", "nghi quyet": "nq", "chi thi": "ct",
    "chuong trinh": "ctr", "thong bao": "tb", "bao cao": "bc", "huong dan": "hd", "ket luan": "kl",
    "cong dien": "cd", "de an": "da",
}  # fmt: skip
"""Kinds of papers and the letters by which they are numbered (Nghị định 30/2020/NĐ-CP, Phụ lục III)."""
_KIND_NUMBER = re.compile(
    rf"\b({'|'.join([*_KIND_NAMES, *_KIND_NAMES.values(), 'van ban', 'vb'])})(?: so)?[: ]+(\d{{1,5}})\b(?! ?%)"
)
_FURTHER = re.compile(
    r"(?: ?/ ?20\d\d\b)?(?: ?, ?| va | voi )(\d{1,5})\b"
    r"(?! ?[%.-]| ?/(?! ?20\d\d\b)| (?:ngay|thang|nam|tuan|quy|viec|nhiem vu|xa|phuong|don vi|co quan)\b)"
)
""""kế hoạch 57 và 31", "kế hoạch 57/2026 và 31/2026": further numbers of the same kind."""
_SLASH_YEAR = re.compile(r" ?/ ?(20\d\d)\b")
_KINDS = ("ke hoach", "cong van", "quyet dinh", "nghi quyet", "chi thi", "chuong trinh", "bao cao")
_LEADING = re.compile(
    r"^(?:v/v|ve viec|ve|trien khai thuc hien|trien khai|ban hanh|phe duyet|to chuc|ke hoach|thuc hien)\s+"
)
_PLACE = re.compile(r"\b(tinh|thanh pho|thi xa|huyen|quan|xa|phuong|thi tran|dac khu) ([^,;]+)$")
MOST_PAPERS = 20_000
"""Papers that are read once and not for every question: each question looks at all of them in turn, and of more than
are kept none would be found again. An archive of a million passages has 5,000; ten megabytes."""
_folded = lru_cache(MOST_PAPERS)(fold)
MIN_TITLE_WORDS = 2
"""Fewer words of a title after "kế hoạch" may be chance."""


@dataclass(frozen=True, slots=True)
class PaperRef:
    """What a question says of papers.

    Attributes:
        plans: loaded plans meant; empty when none is named.
        years: years named.
        missing_years: named years that no loaded plan is for.
        exact: the question names one paper, not only a year.
        words: syllables of the number, which are no topic.
        title: syllables spent on naming the title after "kế hoạch" or another kind.
        each: every one of several plans is named for itself, so all of them are meant, not one of them.
    """

    plans: tuple[LivePlan, ...] = ()
    years: tuple[int, ...] = ()
    missing_years: tuple[int, ...] = ()
    exact: bool = False
    words: frozenset[Folded] = frozenset()
    title: frozenset[Folded] = frozenset()
    each: bool = False


def find_papers(
    raw: str, text: str, plans: Sequence[LivePlan], lexicon: Lexicon, as_of: date, typed: str = ""
) -> PaperRef:
    """Resolve the papers that a question names.

    Args:
        raw: the folded question with its punctuation.
        text: the folded question, abbreviations written out.
        typed: the question as it was typed: capitals tell initials of places.
    """
    years = find_years(raw, as_of)
    numbered, words, times = _by_number(raw, plans)
    initials = (
        frozenset()
        if typed.isupper()
        else frozenset(re.findall(r"(?<![\w/-])[A-ZĐ]{2,3}[a-z]{0,4}(?![\w/-])", typed))
    )
    plans, place_words, local = _of_place(text, plans, initials)
    if numbered and not (local and lexicon.has("compare", text)):
        # Two offices give one number: the place, or the paper that one of them carries out, tells which is meant.
        for named in (plans if local else (), _by_cited(raw, plans)):
            numbered = tuple(plan for plan in numbered if plan in named) or numbered
    if numbered:
        numbered = _of_named_years(numbered, years)
        if local:
            numbered = _of_named_places(numbered, plans)
        title: frozenset[Folded] = frozenset()
        if lexicon.has("compare", text):
            others, title = _by_title(text, plans, lexicon)
            if local and not set(numbered) & set(plans):
                others = tuple(plans)
            numbered = tuple(dict.fromkeys((*numbered, *others)))
        each = 1 < len(numbered) <= times
        return PaperRef(numbered, years, (), exact=True, words=words | place_words, title=title, each=each)
    cited = _by_cited(raw, plans)
    if cited:
        return PaperRef(cited, years, (), exact=len(cited) == 1, words=place_words)
    known = [year for year in years if any(_is_for(plan, year) for plan in plans)]
    horizon = find_horizons(raw)
    missing = tuple(year for year in years if year not in known and year not in horizon)
    pool = [plan for plan in plans if any(_is_for(plan, year) for year in known)] if known else list(plans)
    titled, title_words = _by_title(text, pool, lexicon)
    if titled:
        return PaperRef(titled, years, missing, exact=True, words=place_words, title=title_words)
    return PaperRef(tuple(pool) if known or local else (), years, missing, words=place_words)


def _of_named_years(numbered: Sequence[LivePlan], years: Sequence[int]) -> tuple[LivePlan, ...]:
    """Of papers with one number those of the years named, where there are any: "kế hoạch 160 năm 2026"."""
    theirs = {_digits(plan) for plan in numbered if any(_is_for(plan, year) for year in years)}
    return tuple(
        plan for plan in numbered if _digits(plan) not in theirs or any(_is_for(plan, year) for year in years)
    )


def _digits(plan: LivePlan) -> str:
    return fold(plan.metadata.number or "").split("/")[0]


def _of_named_places(numbered: Sequence[LivePlan], local: Sequence[LivePlan]) -> tuple[LivePlan, ...]:
    """Of papers with one number those of the places named, where there are any."""
    theirs = {plan.metadata.number for plan in numbered if plan in local}
    return tuple(plan for plan in numbered if plan in local or plan.metadata.number not in theirs)


@lru_cache(MOST_PAPERS)
def _initials_of(place: str) -> frozenset[str]:
    """How people shorten a place: "BN" and "BNinh" for Bắc Ninh, "SLa" for Sơn La."""
    words = place.split()
    first = "".join(word[0] for word in words)
    return frozenset((first.upper(), first[:-1].upper() + words[-1].capitalize())) if len(words) > 1 else frozenset()


def _of_place(
    text: str, plans: Sequence[LivePlan], initials: frozenset[str]
) -> tuple[Sequence[LivePlan], frozenset[Folded], bool]:
    """The papers of the places named, the places' syllables, and whether that leaves some papers out."""
    named: list[LivePlan] = []
    words: set[Folded] = set()
    by_issuer: dict[str, frozenset[Folded]] = {}
    for plan in plans:
        issuer = plan.metadata.issuer or ""
        said = by_issuer.get(issuer)
        if said is None:  # thousands of papers have a few issuers
            said = by_issuer[issuer] = _said_of(_place_of(issuer), text, initials)
            words |= said
        if said:
            named.append(plan)
    local = 0 < len(named) < len(plans)
    return (named if local else plans), frozenset(words), local


def _said_of(name: str | None, text: str, initials: frozenset[str]) -> frozenset[Folded]:
    """The syllables by which a place is named; none where it is not."""
    if name is None:
        return frozenset()
    if name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        return frozenset(syllables(name))
    return frozenset(Folded(fold(each)) for each in initials & _initials_of(name)) if initials else frozenset()


@lru_cache(MOST_PAPERS)
def _place_of(issuer: str) -> str | None:
    """The folded name of the place whose office issued a paper; of a numbered ward with its kind."""
    match = _PLACE.search(fold(issuer))
    if match is None:
        return None
    return match[0] if match[2].isdigit() else match[2]


def _is_for(plan: LivePlan, year: int) -> bool:
    years = plan.metadata.years
    if not years:
        return plan.metadata.plan_year == year
    return years[0] <= year <= years[-1]


def other_numbers(raw: str, papers: PaperRef) -> tuple[Folded, ...]:
    """Digits of the paper numbers in folded `raw` that are no loaded paper's: what is found must name them."""
    loaded = {_digits(plan) for plan in papers.plans}
    loaded.update(*(_numbers_in(plan.metadata.title or "") for plan in papers.plans))
    digits = [match[1] for match in _NUMBER.finditer(raw)]
    digits.extend(match[2] for match in _KIND_NUMBER.finditer(raw))
    return tuple(dict.fromkeys(Folded(d) for d in digits if d not in loaded and not _is_year(d)))


_GOVERNING = re.compile(
    r"\b(?:ke hoach|kh|cong van|cv)(?: so)? (\d{1,5}(?: ?/ ?[a-z0-9][\w-]*)?)"
    r"(?=(?: \w+){0,3}? (?:giao|quy dinh|yeu cau|phan cong|de nghi|co nhung|co viec|co bao)\b)"
    r"|\b(?:theo|trong|cua|tai) (?:ke hoach|kh|cong van|cv)(?: so)? (\d{1,5}(?: ?/ ?[a-z0-9][\w-]*)?)"
)


def unloaded_paper(raw: str, plans: Sequence[LivePlan]) -> str | None:
    """The number of the paper that folded `raw` asks by, as typed, where no such paper is loaded."""
    match = _GOVERNING.search(raw)
    if match is None:
        return None
    number = match[1] or match[2]
    digits = re.match(r"\d+", number)
    loaded = {_digits(plan) for plan in plans}
    if digits is None or digits[0] in loaded or _is_year(digits[0]):
        return None
    return number.upper().replace("QD", "QĐ")


def titled_by(topic: Collection[str], plans: Sequence[LivePlan]) -> tuple[LivePlan, ...]:
    """Papers whose title holds every one of these folded syllables; the kind ("kế hoạch") need not stand there."""
    wanted = set(topic) - set(" ".join(_KINDS).split())
    return tuple(plan for plan in plans if wanted and wanted <= set(syllables(plan.metadata.title or "")))


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and digits.startswith("20")


def _by_number(raw: str, plans: Sequence[LivePlan]) -> tuple[tuple[LivePlan, ...], frozenset[Folded], int]:
    """The papers that have a number said, its syllables, and how many times such a number is said."""
    named: list[LivePlan] = []
    words: set[Folded] = set()
    ends: set[int] = set()
    numbers = list(_NUMBER.finditer(raw))
    kinds = [(match[1], match[2], match.end()) for match in _KIND_NUMBER.finditer(raw)]
    for kind, _, end in list(kinds):
        while following := _FURTHER.match(raw, end):
            end = following.end()
            kinds.append((kind, following[1], end))
    spelled = [(match[0].replace(" ", ""), match) for match in numbers]
    for plan in plans if numbers or kinds else ():
        number = _folded_number(plan.metadata.number or "")
        if not number:
            continue
        digits = number.split("/")[0]
        for said, match in spelled:
            if number.startswith(said):
                named.append(plan)
                words.update(syllables(match[0].replace("/", " ")))
                ends.add(match.end(1))
        for kind, digits_named, end in kinds:
            if digits_named != digits:
                continue
            rest = raw[end:]
            year = _SLASH_YEAR.match(rest)
            fits = _of_year(plan, int(year[1])) if year else not rest.startswith(("/", "-"))
            if fits and (_of_kind(kind, number) or _issues(plan, kind)):
                named.append(plan)
                words.add(Folded(digits))
                ends.add(end)
    return tuple(dict.fromkeys(named)), frozenset(words), len(ends)


@lru_cache(MOST_PAPERS)
def _folded_number(printed: str) -> str:
    return fold(printed).replace(" ", "")


_CITED = re.compile(
    r"\b(?:nghi quyet|nq|ket luan|kl|chi thi|ct|quyet dinh|qd|nghi dinh|nd|de an|chuong trinh|thong bao|tb|luat)"
    r"(?: so)? ?(\d{1,5})\b(?! ?%)(?: ?[-/] ?[a-z][a-z&-]*(?:[-/][a-z&]+)*)?"
)


def _by_cited(raw: str, plans: Sequence[LivePlan]) -> tuple[LivePlan, ...]:
    """The papers that carry out another one, which is named: "Kết luận 226" of a plan that carries it out."""
    numbers = {match[1] for match in _CITED.finditer(raw)}
    return tuple(plan for plan in plans if numbers & _numbers_in(plan.metadata.title or "")) if numbers else ()


@lru_cache(MOST_PAPERS)
def _numbers_in(title: str) -> frozenset[str]:
    return frozenset(match[1] for match in _CITED.finditer(fold(title)))


def _of_kind(kind: str, number: str) -> bool:
    """Whether a paper's number says another kind than the one that is named."""
    code = _KIND_NAMES.get(kind, kind)
    own = re.split(r"[/-]", number)[1:2]
    return not own or code not in _KIND_NAMES.values() or own[0] not in _KIND_NAMES.values() or own[0] == code


def _of_year(plan: LivePlan, year: int) -> bool:
    """Issued in that year, or for it."""
    issued = plan.metadata.issued
    return _is_for(plan, year) or (issued is not None and issued.year == year)


def _title(plan: LivePlan, lexicon: Lexicon) -> tuple[Folded, ...]:
    return _title_words(plan.metadata.title or "", lexicon)


_NOT_OF_TITLE = r"20\d\d|nam|nha|nuoc|cong|tac|trien|khai|thuc|hien|nhiem|vu|ve|viec|so"
"""Words that come and go when people say a title."""


@lru_cache(MOST_PAPERS)
def _title_words(printed: str, lexicon: Lexicon) -> tuple[Folded, ...]:
    title = fold(printed)
    previous = ""
    while title != previous:
        previous, title = title, Folded(_LEADING.sub("", title))
    return tuple(w for w in lexicon.canonical(title) if not re.fullmatch(_NOT_OF_TITLE, w))


def _by_title(
    text: str, pool: Sequence[LivePlan], lexicon: Lexicon
) -> tuple[tuple[LivePlan, ...], frozenset[Folded]]:
    """Papers whose title begins as the words after "kế hoạch", "công văn"... do; the longest match wins."""
    best: dict[int, tuple[int, LivePlan]] = {}
    words: set[Folded] = set()
    spots = [(m.end(), m[1]) for m in re.finditer(rf"\b({'|'.join(_KINDS)})\b", text)]
    for spot, kind in spots:
        after = _after(text[spot:])
        scored = [(_prefix(after, _title(plan, lexicon)), plan) for plan in pool if _is_kind(plan, kind)]
        top = max((length for length, _ in scored), default=0)
        if top < MIN_TITLE_WORDS:
            continue
        for length, plan in scored:
            if length == top:
                best[plan.id] = (length, plan)
                words.update(after[:length])
    plans = tuple(plan for _, plan in sorted(best.values(), key=lambda item: -item[0]))
    return plans, frozenset(words)


def _after(text: str) -> list[Folded]:
    skip = {"ve", "viec", "trien", "khai", "thuc", "hien", "nhiem", "vu", "cong", "tac", "nha", "nuoc", "so"}
    return [word for word in syllables(text)[:16] if word not in skip]


def _prefix(words: Sequence[Folded], title: Sequence[Folded]) -> int:
    length = 0
    for word, expected in zip(words, title, strict=False):
        if word != expected:
            break
        length += 1
    return length


def _is_kind(plan: LivePlan, kind: str) -> bool:
    """The paper is of this kind, or issues one."""
    own = plan.metadata.kind
    return own is None or _folded(own) == kind or _issues(plan, kind)


def _issues(plan: LivePlan, kind: str) -> bool:
    """A quyết định that "ban hành kế hoạch" is called by either kind."""
    name = next((name for name, code in _KIND_NAMES.items() if code == kind), kind)
    return f"ban hanh {name} " in f"{_folded(plan.metadata.title or '')} "


LEAST_NAMED = 5
"""Words of a title in a row that no topic repeats by chance."""


def title_span(words: Sequence[str], titles: Iterable[Sequence[str]]) -> range:
    """Places of the words that repeat one of the titles, from the kind of paper on; empty for none.

    Args:
        titles: of papers, each behind the kind of paper, in words as those of the question.
    """
    best = range(0)
    for title in titles:
        if not _may_repeat(words, frozenset(title)):
            continue
        for block in SequenceMatcher(None, words, title, autojunk=False).get_matching_blocks():
            run = range(block.a, block.a + block.size)
            begin = next((at for at in run if " ".join(words[at : at + 2]) in _KIND_NAMES), run.stop)
            if len(run) >= LEAST_NAMED and run.stop - begin > len(best):
                best = range(begin, run.stop)
    return best


def _may_repeat(words: Sequence[str], title: frozenset[str]) -> bool:
    """Whether enough words in a row stand in the title at all: most titles need not be looked at closely."""
    run = 0
    for word in words:
        run = run + 1 if word in title else 0
        if run >= LEAST_NAMED:
            return True
    return False
