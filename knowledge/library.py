"""What answering needs of the live plans, whatever stores them.

`knowledge.store` implements `Library`; understanding, search and answers speak only
to this protocol.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from knowledge.correcting import Correction, CorrectionKind
from knowledge.records import Deadline, Passage, PlanMetadata, RelationKind, Task
from knowledge.text import Folded

_ENDING = {RelationKind.REPEALS, RelationKind.REPLACES}


@dataclass(frozen=True, slots=True)
class Amendment:
    """What another live paper does to a plan, or to one of its tasks.

    Attributes:
        by: name of that paper.
        whole: the plan as a whole is meant.
        lead: the leads as first printed, where others lead now.
        deadline: the deadline as first printed, where another holds now.
        quote: the sentence of the other paper.
    """

    kind: RelationKind
    by: str
    whole: bool = False
    lead: tuple[str, ...] | None = None
    deadline: Deadline | None = None
    quote: str = ""

    @property
    def ends(self) -> bool:
        """Whether what it is about is no longer in force."""
        return self.kind in _ENDING


@dataclass(frozen=True, slots=True)
class LivePlan:
    """The active version of a plan."""

    id: int
    name: str
    """Its number, or the file's stem where the paper has none."""
    file: str
    version: int
    metadata: PlanMetadata
    """Number and date are filled in where another live paper states them."""
    stated_by: str | None = None
    """Name of the live plan that states this one's number, where its own paper does not."""
    amendments: tuple[Amendment, ...] = ()
    """Of other live papers, to the whole or to parts."""
    revision: int = 0
    """Another one whenever a person has changed something of its tasks."""
    added: tuple[int, ...] = ()
    """Ids of the tasks that people have added."""

    @property
    def in_force(self) -> bool:
        """Whether no other live paper repeals or replaces it as a whole."""
        return not any(each.whole and each.ends for each in self.amendments)


@dataclass(frozen=True, slots=True)
class LiveTask:
    """A task of a live plan; `id` is stable while its version is live."""

    id: int
    plan: LivePlan
    task: Task
    """As it holds now: with what people have corrected, and the lead and the deadline of the papers that amend it."""
    amendments: tuple[Amendment, ...] = ()
    """Those that are about this task."""
    corrections: tuple[Correction, ...] = ()
    """Those that hold of this task, in the order in which they were made."""

    @property
    def repealed(self) -> bool:
        """Whether another live paper takes this task out of its plan."""
        return any(each.ends for each in self.amendments)

    @property
    def cancelled(self) -> Correction | None:
        """The correction by which somebody ended the task, if one did."""
        return next((each for each in self.corrections if each.kind is CorrectionKind.CANCEL), None)

    @property
    def added(self) -> Correction | None:
        """The correction that added the task, where the paper's reading lacks it."""
        return next((each for each in self.corrections if each.kind is CorrectionKind.ADD), None)

    @property
    def corrected(self) -> dict[str, Correction]:
        """By cell the latest correction that gave it its value; what was only confirmed is none."""
        changing = (CorrectionKind.EDIT, CorrectionKind.DROPPED)
        return {each.field: each for each in self.corrections if each.kind in changing}


@dataclass(frozen=True, slots=True)
class LivePassage:
    """A passage of a live plan; `task_id` is set when it is a task's row."""

    id: int
    plan: LivePlan
    passage: Passage
    task_id: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found; the greater the score, the better, within one kind of search."""

    passage_id: int
    score: float


class Library(Protocol):
    """Read access to live versions only."""

    def snapshot(self) -> AbstractContextManager[Library]:
        """The live versions as they are now, for the several reads of one answer."""

    def plans(self) -> Sequence[LivePlan]:
        """Live plans, oldest first by issue date, then name."""

    def tasks(
        self,
        plan_ids: Collection[int] | None = None,
        *,
        offices: Collection[str] | None = None,
        deadlines: Collection[Deadline] | None = None,
        leading: bool = False,
    ) -> Sequence[LiveTask]:
        """Tasks in force, in the order of their papers; of all live plans when `plan_ids` is None.

        A task that another paper repeals or somebody has ended is left out, and so are those of a plan that another
        one replaces, unless `plan_ids` names that plan alone.

        Args:
            offices: only tasks that one of these, as printed, leads or helps with.
            leading: only tasks that one of `offices` leads.
            deadlines: only tasks with one of these deadlines.
        """

    def offices(self) -> Sequence[str]:
        """The offices that lead or help with a live task, as printed, each once."""

    def deadlines(self) -> Sequence[Deadline]:
        """The deadlines of live tasks, each once."""

    def tasks_by_id(self, ids: Collection[int]) -> dict[int, LiveTask]:
        """The tasks with these ids; an id that is no longer live is left out."""

    def passages_by_id(self, ids: Collection[int]) -> dict[int, LivePassage]:
        """The passages with these ids; an id that is no longer live is left out."""

    def passages(self, plan_ids: Collection[int], *, headed: bool = False) -> Sequence[LivePassage]:
        """Every passage of these plans, in the order of their papers.

        Args:
            headed: only clauses that stand under an agency's heading.
        """

    def keyword(
        self,
        terms: Sequence[Folded],
        limit: int,
        plan_ids: Collection[int] | None = None,
        more: Sequence[Folded] = (),
    ) -> Sequence[Hit]:
        """BM25 over folded syllables and bigrams; `terms` are folded syllables in question order.

        Args:
            more: other words, with which is searched once more; up to `limit` hits that are found so come last.
        """

    def nearest(self, text: str, limit: int, plan_ids: Collection[int] | None = None) -> Sequence[Hit]:
        """Dense neighbours of `text`, score = cosine similarity."""
