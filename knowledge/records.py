"""The records that every package speaks in: plans, tasks, passages, their sources.

Plain frozen values; how they are stored is `knowledge.store`'s business, how they
are read from a file is `ingest`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile

from dateutil.rrule import rrulestr


class DeadlineKind(StrEnum):
    """What sort of deadline a phrase states; one phrase may state several."""

    ONE_OFF = "one_off"
    RECURRING = "recurring"
    STANDING = "standing"
    """Thường xuyên: always, with no day."""
    CONDITIONAL = "conditional"
    """Khi có..., Sau khi..., Theo kế hoạch...: a day that something else fixes."""
    OPEN_START = "open_start"
    """From a day on, with no end."""
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A printed deadline and the dates a machine can use.

    Attributes:
        phrase: as printed, white space aside.
        kinds: in the order of `DeadlineKind`, never empty.
        start: first day of a stated beginning.
        dates: the one-off due days, sorted.
        rules: RFC 5545 recurrence rules, each "DTSTART:YYYYMMDD\\nRRULE:...".
        unread: parts of the phrase that were not understood; the dates are then doubtful.
    """

    phrase: str
    kinds: tuple[DeadlineKind, ...]
    start: date | None = None
    dates: tuple[date, ...] = ()
    rules: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def due_dates(self, until: date) -> tuple[date, ...]:
        """All due days, one-off ones and occurrences up to and including `until`, sorted."""
        if len(self.rules) == 1 and not self.dates:
            return _days_of(self.rules[0], until)
        days = set(self.dates)
        for rule in self.rules:
            days.update(_days_of(rule, until))
        return tuple(sorted(days))


@lru_cache(maxsize=2_000)
def _days_of(rule: str, until: date) -> tuple[date, ...]:
    """Kept, since the thousands of tasks of an office have some dozens of rules, and one takes a millisecond."""
    moments = (moment.date() for moment in rrulestr(rule))
    return tuple(dict.fromkeys(takewhile(lambda day: day <= until, moments)))


NO_DEADLINE = Deadline("", (DeadlineKind.UNSPECIFIED,))


class Origin(StrEnum):
    """Where a task was found."""

    TABLE = "table"
    CLAUSE = "clause"


@dataclass(frozen=True, slots=True)
class Source:
    """Where in the paper a fact stands."""

    section_path: tuple[str, ...] = ()
    """Headings from the outermost in, with their labels: ("III. TỔ CHỨC THỰC HIỆN", "3. Sở Nội vụ")."""
    row: int | None = None
    """Row in its table, from 1, header rows not counted; null for running text."""
    clause: str | None = None
    """Label of the clause, such as "3.a"; null for a table row."""
    page: int | None = None
    """Page where it begins, where the file knows pages."""
    sheet: str | None = None
    quote: str = ""
    """The words of the paper, white space aside."""


@dataclass(frozen=True, slots=True)
class CellDoubt:
    """A field of a task that is not certain, and why; told wherever the field is told."""

    field: str
    """"title", "lead", "coordinating", "product" or "deadline"."""
    why: str
    """A Vietnamese clause without a full stop: "lấy theo dòng trên"."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task: a row of an appendix table, or a dated duty in running text."""

    origin: Origin
    section: str | None
    number: str | None
    title: str
    activity: str | None
    product: str | None
    lead: tuple[str, ...]
    coordinating: tuple[str, ...]
    deadline: Deadline
    source: Source
    lead_agencies: tuple[str, ...] = ()
    """Names in the directory that `lead` resolves to."""
    doubts: tuple[CellDoubt, ...] = ()
    sources: tuple[Source, ...] = ()
    """Further places where the same duty stands; `source` is the first."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One clause or one task row, with the headings above it."""

    text: str
    source: Source
    agency: str | None = None
    """The agency whose heading the clause stands under, as printed."""
    task: int | None = None
    """Position in the plan's tasks when the passage is that task's row."""


@dataclass(frozen=True, slots=True)
class PlanMetadata:
    """What a paper says of itself; each may be missing."""

    number: str | None = None
    """"160/KH-UBND"."""
    issued: date | None = None
    issuer: str | None = None
    kind: str | None = None
    """Kế hoạch, Quyết định, Công văn, Nghị quyết..."""
    title: str | None = None
    signer: str | None = None
    years: tuple[int, ...] = ()
    """The year the plan is for, or the first and last year of its span."""

    @property
    def plan_year(self) -> int | None:
        """The year that a deadline without a year belongs to."""
        if self.years:
            return self.years[0]
        return self.issued.year if self.issued else None


@dataclass(frozen=True, slots=True)
class Mention:
    """Another paper that this one names: how 003 tells 000's number."""

    kind: str
    number: str
    issued: date | None
    topic: str
    """Words that follow the mention, up to the end of the clause."""


class RelationKind(StrEnum):
    """What one paper does to another."""

    AMENDS = "amends"
    """Sửa đổi, bổ sung, điều chỉnh."""
    REPLACES = "replaces"
    REPEALS = "repeals"
    """Bãi bỏ, hủy bỏ, hết hiệu lực."""
    EXTENDS = "extends"
    """Gia hạn, kéo dài."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What this paper does to another one, as a whole or in one part; a mere citation is none.

    Attributes:
        paper_kind: "Kế hoạch", "Quyết định"..., of the other paper.
        number: its number, without spaces.
        issued: its date, where it is told.
        part: the part meant, as printed: "mục 2 Phụ lục"; empty for the whole paper, or a task by its title.
        row: number of the task in the other paper's table, where the part is one.
        task: title of the task meant, as this paper tells it.
        lead: the new leading offices, as printed.
        lead_agencies: names in the directory that `lead` resolves to.
        deadline: the new deadline; None where none is told.
        quote: the sentence.
    """

    kind: RelationKind
    paper_kind: str
    number: str
    issued: date | None = None
    part: str = ""
    row: str | None = None
    task: str = ""
    lead: tuple[str, ...] = ()
    lead_agencies: tuple[str, ...] = ()
    deadline: Deadline | None = None
    quote: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the paper as a whole is meant."""
        return not (self.part or self.row or self.task)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something an administrator should look at before activating."""

    what: str
    """A Vietnamese sentence."""
    where: str = ""
    """Row, page or clause."""


@dataclass(frozen=True, slots=True)
class Report:
    """What reading one file understood, filled in, doubted and dropped."""

    tables: int = 0
    rows: int = 0
    clauses: int = 0
    passages: int = 0
    footnotes: int = 0
    filled: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    dropped: tuple[str, ...] = ()
    unknown_agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A file read whole, ready to be stored as a draft version.

    Attributes:
        file: name of the loaded file, NFC.
        digest: SHA-256 of the file's bytes, hexadecimal.
    """

    file: str
    digest: str
    metadata: PlanMetadata
    tasks: tuple[Task, ...]
    passages: tuple[Passage, ...]
    mentions: tuple[Mention, ...] = ()
    footnotes: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    report: Report = field(default_factory=Report)

    @property
    def name(self) -> str:
        """What people call the plan: its number, or the file's stem where it has none."""
        return self.metadata.number or self.file.rsplit(".", 1)[0]
