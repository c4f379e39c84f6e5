"""A typed question, understood: intent, agencies, papers, period and topic terms.

Owns the `Question` record and `Understander`, which makes it by rules and the
lexicon. What earlier turns add is `followups`' business.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from typing import Protocol

from knowledge.library import LivePlan
from knowledge.qa.query.filters import NO_FILTERS, Filters, read_filters
from knowledge.qa.query.intents import TASK_INTENTS, Intent, decide
from knowledge.qa.query.lexicon import Lexicon, Phrase
from knowledge.qa.query.papers import PaperRef, find_papers, title_span
from knowledge.qa.query.periods import Period, find_period, folded_times
from knowledge.qa.query.slips import Known, Slips
from knowledge.qa.query.sought import Sought, read_sought
from knowledge.qa.query.spelling import spelled
from knowledge.qa.query.topic import AGENCY, PAPER, TIME, likely_topic
from knowledge.qa.query.typing import in_figures, means_own, own_spans, parted, preface
from knowledge.qa.query.wanted import Asked, Mode, hidden, read_wanted
from knowledge.text import Folded, fold, nfc, squeeze, syllables

MAX_CHARACTERS = 2000
"""A longer message is read up to here; nobody's question is longer."""

_TOKEN = re.compile(r"[^\W_]+(?:/[^\W\d_]+)*|%")


_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=\w)")
OWN_UNKNOWN = "own_unknown"
"""Cue of a question about the asker's agency, which nobody told."""
CERTAIN = 0.9
"""Likelihood of a summary from which no word of asking is needed."""
MOST_PARTS = 4
"""Questions of one message; what seems to hold more is no list of questions but a text."""
_PIECES = re.compile(
    r"(\?\s+|(?<=[^\W\dA-ZĐ]{2})\.\s+|[,;]\s+(?:(?:và|va|đồng thời)\s+)?|\s+(?:và|va)\s+"
    r"|\s+(?=(?:còn|con)\s[^?,;]* (?:thì|thi)\s))"
)
_AND = re.compile(r"^(?:và|va|đồng thời)\s+")
_ASKS_FIRST = re.compile(r"(?:ai|khi nao|bao gio|(?:co quan|don vi|so|ben) nao)\b")
_CARRIED_ON = re.compile(r" thi (?:sao|the nao|ra sao)(?: (?:a|nhi|nhe|vay))*$")
""""Còn việc Y thì sao": asks what was asked before of something else."""
_ASKED = re.compile(
    r"\?|\b(?:ai|gi|j|nao|dau(?! (?:thang|quy|nam|tuan|moi|ra|tu|viec|tien))|sao|may|bao nhieu|bn|bao gio|bao lau"
    r"|khong|ko|ntn|chua)\b|^(?:cho|xin|tom tat)"
)
"""A first question ends where it has been asked, or where the next one begins alike ("hạn ... và hạn ... là ngày
nào"); until then a comma stands within its topic."""
_ASKING = ("who", "when", "target", "product", "coordinate", "document")


class FoundAgency(Protocol):
    """An agency named in a text (`knowledge.agencies` makes these)."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def name(self) -> str: ...


class ResolvedOffice(Protocol):
    """A printed office that the directory knows."""

    @property
    def names(self) -> tuple[str, ...]:
        """Agencies and groups."""

    @property
    def group(self) -> str | None:
        """The group that the office is, if it is one."""


class Agencies(Protocol):
    """What understanding needs of the agency directory."""

    def find(self, text: str) -> Sequence[FoundAgency]: ...
    def resolve(self, printed: str) -> ResolvedOffice | None: ...
    def members(self, group: str, on: date) -> tuple[str, ...]: ...
    def is_dissolved(self, name: str, on: date) -> bool: ...
    def successors(self, name: str, on: date) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Term:
    """One syllable or abbreviation of the topic.

    Attributes:
        text: folded syllable.
        place: its place in the question; neighbours differ by one.
        readings: what else it may stand for, phrases of folded syllables.
        synonyms: phrases that mean nearly the same.
        weight: 1 for topic words, less for words of asking or naming.
    """

    text: Folded
    place: int
    readings: tuple[Phrase, ...] = ()
    synonyms: tuple[Phrase, ...] = ()
    weight: float = 1.0
    accented: str | None = None
    """As typed, where it was typed with accents or stands without any among accented words."""
    capitals: bool = False
    """Typed in capitals among other letters, as abbreviations are."""
    naming: bool = False
    """It names a paper or a time."""
    chance: float = 1.0
    """How likely it belongs to the topic: an unlikely one counts where it is found and is not missed elsewhere."""


@dataclass(frozen=True, slots=True)
class Question:
    """An understood question; `text` is folded with abbreviations written out."""

    raw: str
    text: str
    intent: Intent
    terms: tuple[Term, ...]
    agencies: tuple[str, ...]
    papers: PaperRef
    period: Period | None
    cues: frozenset[str]
    filters: Filters = NO_FILTERS
    asked: Asked | None = None
    sought: Sought | None = None
    """Of a question about progress: what it wants of the tracking."""

    @property
    def asks_recipient(self) -> bool:
        """To whom something goes, alone or beside what is asked otherwise."""
        return "where_to" in self.cues

    @property
    def topic(self) -> tuple[Term, ...]:
        """Terms that carry topic."""
        return tuple(term for term in self.terms if term.weight >= 1)


ACCENTED_SHARE = 0.3
"""From this share of accented syllables on a question is typed with accents; Vietnamese text has about 0.6."""
FEW_TOKENS = 6
WEAK = 0.12
"""Weight of words of asking ("giao", "việc"): they decide only between equals."""
WEAK_UNACCENTED = 0.3
"""The same in a question without accents, where "roi" may be "rồi" or a topic word."""
AGENCY_WEIGHT = 0.35
"""Weight of an agency's syllables where the agency is not the asked-for filter."""
LEAST_CHANCE = 0.2
"""No word is so surely one of asking that a passage without it fits as well."""
PAPER_WEIGHT = 0.15
"""Weight of the words that named the paper."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: Folded
    start: int
    end: int
    shown: str
    """As typed, lower case; an abbreviation written out is shown folded."""
    readings: tuple[Phrase, ...] = ()
    written_out: bool = False
    """From an abbreviation, so its accents are not known."""
    part: bool = False
    """One of several syllables that an abbreviation was written out to."""
    capitals: bool = False
    naming: bool = False
    """A part of a loaded paper's number ("UBND" in 57/KH-UBND)."""
    filtering: bool = False
    """A word of a period or of another filter, which is never searched for."""


class Understander:
    """Reads questions against the live papers."""

    def __init__(self, lexicon: Lexicon, agencies: Agencies) -> None:
        self.lexicon = lexicon
        self.agencies = agencies
        self._titles: dict[str, Sequence[str]] = {}

    def read(
        self,
        question: str,
        plans: Sequence[LivePlan],
        as_of: date,
        *,
        words: Known | None = None,
        own: Sequence[str] = (),
    ) -> Question:
        """Understand one message by itself.

        Args:
            words: those of the loaded papers, by which glued words are parted and slips put right.
            own: the asker's agencies, meant by "sở mình".
        """
        typed = in_figures(squeeze(nfc(question))[:MAX_CHARACTERS])
        if words is not None:
            asking = self.lexicon.vocabulary
            typed = Slips(words, asking, self.lexicon.spelled_vocabulary).corrected(parted(typed, words, asking))
        raw = self._without_orders(typed)
        tokens = self._tokens(raw)
        text = " ".join(token.text for token in tokens)
        times = folded_times(raw)
        papers = self._papers(raw, text, times, plans, as_of)
        titled = title_span([token.text for token in tokens], map(self._title_of, papers.plans))
        # What a paper is called asks for nothing: "kế hoạch xuất khẩu sản phẩm", "chương trình mục tiêu quốc gia".
        asks = " ".join(token.text for at, token in enumerate(tokens) if at not in titled[_KIND_WORDS:])
        cues = frozenset(name for name in self.lexicon.cues if self.lexicon.has(name, asks))
        named = (tokens[titled[0]].start, tokens[titled[-1]].end) if titled else (0, 0)
        tokens = [_naming(token, [named]) for token in tokens]
        mentioned = [each for each in self.agencies.find(raw) if not named[0] <= each.start < named[1]]
        issuers = [(each.start, each.end) for each in mentioned if self._is_issuer(each, raw, papers)]
        tokens = [_naming(token, issuers) for token in tokens]
        found = [each for each in mentioned if (each.start, each.end) not in issuers and not receives(each, raw)]
        filters, spent = read_filters(*_folded_with(raw, found))
        begin = preface(raw, self._asks)
        spent.append((0, begin))
        names = self._agencies(raw, found, filters, begin, own)
        if means_own(raw) and not names:
            cues |= {OWN_UNKNOWN}
        year = papers.years[0] if papers.years else None
        period = _period(raw, times, begin, as_of, year)
        if period is not None and (at := fold(raw).find(period.words)) >= 0:
            spent.append((at, at + len(period.words)))
        folded, spans = _folded_with(raw, found)
        asked = read_wanted(
            hidden(folded, [(a, b) for a, b, _ in spans], period.words if period else "", self.lexicon.written)
        )
        sought, said = read_sought(folded)
        intent = decide(asked, cues, names, papers, asks, period, filters, sought)
        if match := self.lexicon.cues["to_whom"].search(fold(raw)):
            # Where nothing else is asked of a topic, it is found by all its words: "báo cáo ... gửi ai".
            rest = syllables(fold(raw).replace(match[0], " "))
            if intent not in (Intent.OTHER, Intent.DOCUMENT) or self.lexicon.folded_stopwords.issuperset(rest):
                spent.append(match.span())
        if intent in (Intent.LIST, Intent.DUTY, Intent.PROGRESS):
            spent.extend(own_spans(raw))
        if intent is Intent.PROGRESS:
            spent.extend(said)
        elif period is not None and intent not in (Intent.LIST, Intent.DUTY):
            spent = [(a, b) for a, b in spent if fold(raw)[a:b] != period.words]
        marked = [_spent(token, spent) for token in _out_of_numbers(tokens, raw, papers, intent)]
        terms = self._terms(marked, text, found, papers, intent)
        wants = sought if intent is Intent.PROGRESS else None
        return Question(raw, text, intent, terms, names, papers, period, cues, filters, asked, wants)

    def _papers(self, raw: str, text: str, times: Folded, plans: Sequence[LivePlan], as_of: date) -> PaperRef:
        """The papers named; "hạn quý IV/2026" is a time, and names no paper of that year."""
        when = find_period(times, as_of)
        without = times.replace(when.words, " ") if when is not None and when.year_named else fold(raw)
        return find_papers(Folded(without), text, plans, self.lexicon, as_of, raw)

    def parts(self, raw: str) -> list[str]:
        """The questions of a message, where there are several: each asks and has a topic or an agency of its own."""
        compares = self.lexicon.has("compare", " ".join(syllables(raw))) and "?" not in raw.rstrip(" ?")
        if compares or not _PIECES.search(raw):
            return [raw]  # "kế hoạch 57 và kế hoạch 31 khác nhau thế nào" is one question
        found: list[str] = []
        open_part = ""
        pieces = self._pieces(squeeze(nfc(raw))[:MAX_CHARACTERS])
        for piece, beyond in zip(pieces, [*pieces[2:], "", ""], strict=False):
            open_part = f"{open_part}{piece}"
            ended = (
                found
                or _ASKED.search(fold(open_part))
                or syllables(piece)[:1] == syllables(beyond)[:1]
                or (_ASKS_FIRST.match(fold(beyond)) and self._stands_alone(beyond, first=False))
            )
            if piece and ended and self._stands_alone(piece, first=not found):
                found.append(open_part)
                open_part = ""
            elif found and self._asks(piece) and not _PIECES.fullmatch(piece):
                found[-1] += open_part  # another field of the same task
                open_part = ""
        if not found:
            return [raw]
        found[-1] += open_part
        parts = list(dict.fromkeys(_AND.sub("", part.strip(" ,;?.")) for part in found))
        return parts if len(parts) <= MOST_PARTS else [raw]

    def _title_of(self, plan: LivePlan) -> Sequence[str]:
        # Of a paper that is cited in the title people leave out the date.
        printed = _DATE.sub("", f"{plan.metadata.kind or ''} {plan.metadata.title or ''}")
        words = self._titles.get(printed)
        if words is None:
            words = self._titles[printed] = [token.text for token in self._tokens(printed)]
        return words

    def _pieces(self, text: str) -> list[str]:
        """`text` in pieces and what stands between them; a name like "Báo và Phát thanh, Truyền hình" stays whole."""
        names = [(each.start, each.end) for each in self.agencies.find(text)]
        pieces, last = [], 0
        for match in _PIECES.finditer(text):
            if not any(start < match.start() < end for start, end in names):
                pieces += [text[last : match.start()], match[0]]
                last = match.end()
        return [*pieces, text[last:]]

    def _stands_alone(self, piece: str, *, first: bool) -> bool:
        """Whether a piece of a message is a question; the first may leave its word of asking to a later one."""
        text = " ".join(syllables(piece))
        if self.lexicon.has("claim", text):
            return False
        shown = hidden(Folded(text), (), "", self.lexicon.written)
        wants = read_wanted(shown)
        if wants.chance(Mode.SUMMARY) >= CERTAIN:
            return True  # "... hạn khi nào? Tóm tắt kế hoạch 57": told to, not asked
        if read_sought(Folded(text))[0].plain:
            return True  # "... và việc nào đang quá hạn": of all, or of the agency asked about before
        carried = not first and _CARRIED_ON.search(text)
        if not (carried or self._asks(piece)) and not (first and wants.fields and wants.mode is Mode.FACT):
            return False
        if wants.mode is Mode.TARGET:
            return True  # a figure is no field of a task: "..., kinh phí bao nhiêu"
        found = self.agencies.find(piece)
        for cue in ("where_to", *_ASKING, "list", "count", "duty"):
            text = self.lexicon.cues[cue].sub(" ", text)
        tokens = self._tokens(text)
        own = set(range(len(tokens))) - self._stop_places(tokens, accented=False)
        return bool(found) or "<p>" in shown or sum(len(tokens[at].text) > 1 for at in own) > 1

    def _agencies(
        self, raw: str, found: Sequence[FoundAgency], filters: Filters, begin: int, own: Sequence[str]
    ) -> tuple[str, ...]:
        """The agencies asked for; those that only the preface names, where the question points back to them."""
        asked = [each.name for each in found if each.start >= begin and each.name not in filters.excluded]
        if not asked and means_own(raw[begin:]):
            asked = [each.name for each in found if each.start < begin] or list(own)
        return tuple(dict.fromkeys(asked))

    def _is_issuer(self, agency: FoundAgency, raw: str, papers: PaperRef) -> bool:
        """ "Nghị quyết 03 của Chính phủ", "KH 160 của UBND tỉnh": whose paper it is, not who has a duty."""
        if not _OF_PAPER.search(fold(raw[: agency.start])):
            return False
        issuers = {plan.metadata.issuer or "" for plan in papers.plans}
        return any(each.name == agency.name for issuer in issuers for each in self.agencies.find(issuer))

    def _asks(self, segment: str) -> bool:
        text = " ".join(syllables(segment))
        return any(self.lexicon.has(cue, text) for cue in (*_ASKING, "list", "count", "duty"))

    def _without_orders(self, raw: str) -> str:
        """`raw` without the sentences that tell the assistant what to answer, where another one asks."""
        pieces = [piece for piece in _SENTENCE_END.split(raw) if piece.strip()]
        kept = [piece for piece in pieces if not self.lexicon.has("injection", " ".join(syllables(piece)))]
        asks = any(self.lexicon.has(cue, " ".join(syllables(piece))) for piece in kept for cue in _ASKING)
        return " ".join(kept) if asks else raw

    def _tokens(self, raw: str) -> list[_Token]:
        tokens: list[_Token] = []
        for match in _TOKEN.finditer(raw):
            shown = match[0].lower()
            word = fold(shown)
            # An abbreviation carries no accents, so "dạ" is none; đ stays a letter of its own.
            bare = shown.replace("đ", "d") == word
            phrase, readings = self._written_out(word) if bare else (None, ())
            if phrase is None:
                loud = match[0].isupper() and not raw.isupper()
                tokens.extend(
                    _Token(fold(part), match.start(), match.end(), spelled(part), capitals=loud)
                    for part in shown.split("/")
                    if part
                )
            else:
                several = len(phrase) > 1
                tokens.extend(
                    _Token(part, match.start(), match.end(), part, readings, True, several) for part in phrase
                )
        return tokens

    def _written_out(self, word: Folded) -> tuple[Phrase | None, tuple[Phrase, ...]]:
        """The first meaning of an abbreviation, and all of them where there are several."""
        lexicon = self.lexicon
        if word == "%":
            return (Folded("phan"), Folded("tram")), ()
        single = lexicon.abbreviations.get(word) or lexicon.chat.get(word)
        if single:
            return single, ()
        readings = lexicon.readings.get(word, ())
        return (readings[0], readings) if readings else (None, ())

    def _stop_places(self, tokens: Sequence[_Token], accented: bool) -> set[int]:
        """Places of tokens in phrases without a topic; accents decide where the question has them."""
        places: set[int] = set()
        for first in range(len(tokens)):
            for length in range(min(self.lexicon.longest_stopword, len(tokens) - first), 0, -1):
                span = tokens[first : first + length]
                if length == 1 and span[0].part:
                    continue
                # In a message of a few words nearly all are words of asking, however their accents were typed.
                exact = accented and length == 1 and not span[0].written_out and len(tokens) > FEW_TOKENS
                known = self.lexicon.stopwords if exact else self.lexicon.folded_stopwords
                if " ".join(token.shown if exact else token.text for token in span) in known:
                    places.update(range(first, first + length))
                    break
        return places

    def _terms(
        self, tokens: Sequence[_Token], text: str, found: Sequence[FoundAgency], papers: PaperRef, intent: Intent
    ) -> tuple[Term, ...]:
        weights = [1.0] * len(tokens)
        filters = intent in (Intent.LIST, Intent.DUTY, Intent.PROGRESS)
        accented = _accented(tokens)
        named = set(_paper_words(tokens, papers))
        topical = _topical(tokens, found, named if filters else ())
        about, heads = _about(tokens, accented) if filters else (set[int](), set[int]())
        for place in (self._stop_places(tokens, accented) | heads) - about:
            weights[place] = WEAK if accented else WEAK_UNACCENTED
        for place in about:
            topical[place] = 1.0
        for place, token in enumerate(tokens):
            if len(token.text) == 1 or token.filtering:
                weights[place] = WEAK
            year = re.fullmatch(r"20\d\d", token.text)
            if token.naming or place in named or token.text in papers.words or year:
                weights[place] = min(weights[place], PAPER_WEIGHT)
            if any(agency.start <= token.start < agency.end for agency in found):
                weights[place] = min(weights[place], 0.02 if filters else AGENCY_WEIGHT)
        if self.lexicon.has("claim", text):
            # What somebody claims is no evidence: its figures must not choose the clause.
            for place, token in enumerate(tokens):
                if token.text.isdigit():
                    weights[place] = min(weights[place], WEAK)
                    weights[place - 1] = min(weights[place - 1], WEAK)
        synonyms = self._synonyms(tokens)
        return tuple(
            Term(
                token.text,
                place,
                token.readings,
                synonyms.get(place, ()),
                weights[place],
                token.shown if accented and not token.written_out else None,
                token.capitals,
                token.naming or token.filtering,
                max(topical[place], LEAST_CHANCE),
            )
            for place, token in enumerate(tokens)
        )

    def _synonyms(self, tokens: Sequence[_Token]) -> dict[int, tuple[Phrase, ...]]:
        found: dict[int, tuple[Phrase, ...]] = {}
        for first in range(len(tokens)):
            for length in range(1, self.lexicon.longest_synonym + 1):
                phrase = tuple(token.text for token in tokens[first : first + length])
                for place in range(first, first + len(phrase)):
                    found[place] = found.get(place, ()) + self.lexicon.synonyms.get(phrase, ())
        return {place: phrases for place, phrases in found.items() if phrases}


_KIND_WORDS = 2
"""Words of the kind of a paper ("kế hoạch"), which its name begins with."""
_DATE = re.compile(r",? ngày \d{1,2}(?:[/-]| tháng )\d{1,2}(?:[/-]| năm )\d{4}")
_PAPER_NUMBER = re.compile(r"\d+ ?/ ?[^\W\d_][\w&]*(?:[-/][\w&]+)*")


_ASKED_BY = re.compile(
    r"(?:^|\b(?:theo|tai|o|trong) )(?P<paper>(?:nghi quyet|nq|quyet dinh|qd|ke hoach|kh|cong van|cv|chi thi|ket luan)"
    r" (?:so )?\d+\b(?: ?[/-] ?[a-z][\w&/-]*)?)"
)


def _out_of_numbers(tokens: Sequence[_Token], raw: str, papers: PaperRef, intent: Intent) -> list[_Token]:
    """Tokens with those marked that stand in a loaded paper's number."""
    spans = [m.span() for m in _PAPER_NUMBER.finditer(raw) if re.split(r"\D", m[0])[0] in papers.words]
    if intent is not Intent.DOCUMENT:
        # A paper by which is asked, loaded or not, tells nothing of the topic.
        bare = fold(raw)
        if len(bare) == len(raw):
            spans.extend(m.span("paper") for m in _ASKED_BY.finditer(bare))
    return [_naming(token, spans) for token in tokens]


def _naming(token: _Token, spans: Sequence[tuple[int, int]]) -> _Token:
    """`token` marked where it stands in what names a paper."""
    return replace(token, naming=True) if any(first <= token.start < last for first, last in spans) else token


def _period(raw: str, times: Folded, begin: int, as_of: date, year: int | None) -> Period | None:
    """The time asked for; the day that only a preface tells ("hôm nay sếp hỏi, ...") is none."""
    found = find_period(times, as_of, year)
    if found is None or not begin or found.start != found.end or found.words in fold(raw[begin:]):
        return found
    return find_period(folded_times(raw[begin:]), as_of, year)


_RECEIVES = re.compile(
    r"\b(?:(?:trinh|gui|nop|bao cao|tham muu|xin y kien)(?: ve| cho| len| toi| qua| ra)?"
    r"|(?:gui|nop|bao cao)(?: \w+){1,20} (?:ve|cho|len|toi|qua)) ?$"
)


def receives(agency: FoundAgency, raw: str) -> bool:
    """ "trình UBND tỉnh": to whom, not who."""
    return _RECEIVES.search(fold(f"{raw[: agency.start]}.")[:-1]) is not None


def _spent(token: _Token, spans: Sequence[tuple[int, int]]) -> _Token:
    """`token` marked where it stands in what narrows the question."""
    inside = any(first <= token.start < last for first, last in spans)
    return replace(token, filtering=True) if inside else token


def _folded_with(raw: str, found: Sequence[FoundAgency]) -> tuple[Folded, list[tuple[int, int, str]]]:
    """`raw` folded, and where its agencies stand there."""

    def place(at: int) -> int:
        return len(fold(f"{raw[:at]}.")) - 1  # the sign keeps a blank before it

    return fold(raw), [(place(each.start), place(each.end), each.name) for each in found]


_OF_PAPER = re.compile(
    r"\b(?:ke hoach|kh|cong van|cv|quyet dinh|qd|nghi quyet|nq|chi thi)"
    r"(?: so)?(?: \d[\w/-]*)?(?: nam \d{4})? cua$"
)


def _accented(tokens: Sequence[_Token]) -> bool:
    return sum(token.shown != token.text for token in tokens) >= ACCENTED_SHARE * len(tokens)


def _about(tokens: Sequence[_Token], accented: bool) -> tuple[set[int], set[int]]:
    """Places of the first words behind "về" and "liên quan đến", which are a topic whatever people else use them for,
    and of what only leads to them ("về lĩnh vực ...").

    Without them "có mấy việc về quản lý" would list every task.
    """
    places, heads = set[int](), set[int]()
    for at, token in enumerate(tokens):
        said = tuple(each.text for each in tokens[at : at + 3])
        if token.text == "ve" and not (accented and token.shown not in ("về", "ve")):
            first = at + 1
        elif said[:2] == ("lien", "quan"):
            first = at + (3 if said[2:] in (("den",), ("toi",)) else 2)
        else:
            continue
        if tuple(each.text for each in tokens[first : first + 2]) in _HEADS:
            heads |= {first, first + 1}
            first += 2
        topic = [*takewhile(_names_something, tokens[first : first + _ABOUT])]
        if len(topic) == _ABOUT:
            places.update(range(first, first + _ABOUT))
    return places, heads


_ABOUT = 2
"""A word of Vietnamese has two syllables as a rule; what follows is told by its neighbours."""
_NO_TOPIC = frozenset(syllables("gi nao ai dau sao viec ca cac nhung cai"))
_HEADS = frozenset(
    (("van", "de"), ("noi", "dung"), ("linh", "vuc"), ("nhiem", "vu"), ("cong", "tac"), ("cong", "viec"))
)
""""Về lĩnh vực X", "về nội dung X": the topic is X."""


def _names_something(token: _Token) -> bool:
    """Whether a token may belong to a topic: no filter, no paper's name, no word of asking only."""
    spent = token.filtering or token.naming or token.text.isdigit() or len(token.text) == 1
    return not spent and token.text not in _NO_TOPIC


_KIND_HEADS = frozenset({("ke", "hoach"), ("cong", "van"), ("quyet", "dinh"), ("nghi", "quyet"), ("chi", "thi")})
_AFTER_PAPER = frozenset(syllables("nay do ay la thi ghi neu giao yeu cau"))
_BETWEEN = frozenset(syllables("nam so trien khai thuc hien nhiem vu cong tac ve viec nha nuoc cua tinh"))


def _paper_words(tokens: Sequence[_Token], papers: PaperRef) -> list[int]:
    """Places of "kế hoạch" and the title words after it, where they only name the paper."""
    places: list[int] = []
    for first in range(len(tokens) - 1):
        if (tokens[first].text, tokens[first + 1].text) not in _KIND_HEADS:
            continue
        place = first + 2
        named = place >= len(tokens) or tokens[place].text in _AFTER_PAPER
        while place < len(tokens):
            word = tokens[place].text
            known = tokens[place].naming or word in papers.title or word in papers.words or word.isdigit()
            if not known and word not in _BETWEEN:
                break
            named = named or known
            place += 1
        if named:
            places.extend(range(first, place))
    return places


__all__ = ["TASK_INTENTS", "Agencies", "FoundAgency", "Intent", "Question", "Term", "Understander", "receives"]


def _topical(tokens: Sequence[_Token], found: Sequence[FoundAgency], named: Collection[int]) -> list[float]:
    """How likely each token belongs to the topic; agencies, papers and times are none of it.

    Args:
        named: places of words that name a paper.
    """
    shown: list[str] = []
    places: list[int] = []
    for place, token in enumerate(tokens):
        sign = token.text.strip()
        if token.filtering:
            sign = TIME
        elif token.naming or place in named:
            sign = PAPER
        elif any(agency.start <= token.start < agency.end for agency in found):
            sign = AGENCY
        if not (shown and sign in (TIME, PAPER, AGENCY) and shown[-1] == sign):
            shown.append(sign)
        places.append(len(shown) - 1)
    chances = likely_topic(shown)
    return [chances[place] for place in places]
