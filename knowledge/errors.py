"""The error tree.

    KehoachError            expected; `sentence` is safe to show to the person who asked
    +-- PlanFileError       a file that cannot be read as a plan
    |   +-- ClassifiedError a paper marked Mật, Tối mật or Tuyệt mật: refused at the door
    +-- UnknownPlanError    no loaded plan answers to that name
    +-- AmbiguousPlanError  several do
    +-- PlanConflictError   two different papers claim the same number
    +-- VersionError        the plan has no version that could be switched to
    |   +-- VersionMovedError   somebody has switched the version that was meant
    +-- CorrectionError     what a person wants to correct cannot be corrected so
    |   +-- CorrectionMovedError  somebody has changed the same meanwhile
    +-- GoldenError         a golden question that cannot be kept, or is not there
    +-- FeedbackError       what was said of an answer is not there, or somebody has looked into it
    +-- DirectoryError      the agency directory file is not usable
    +-- NamingError         an agency or abbreviation of the organisation's own that cannot be kept so
    |   +-- NamingMovedError    somebody has changed the same meanwhile
    +-- StoreError          the database or the data folder is not usable
    |   +-- DiskError       its disk is full, or takes nothing for another reason: to be waited out
    |   +-- BackupError     a backup cannot be made, or this one cannot be restored here
    +-- LanguageModelError  the language model that is configured cannot be used

Everything else is a defect: it is logged in full and shown as one general sentence.
"""

from __future__ import annotations


class KehoachError(Exception):
    """An expected failure.

    Args:
        sentence: one Vietnamese sentence for the person, without markup.
        detail: what the operator's log should hold besides; never shown.
    """

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


class PlanFileError(KehoachError):
    """A file that cannot be read as a plan."""


class ClassifiedError(PlanFileError):
    """A paper that carries a state-secret mark; nothing of it is kept."""


class UnknownPlanError(KehoachError):
    """No loaded plan answers to the given name."""


class AmbiguousPlanError(KehoachError):
    """Several loaded plans answer to the given name."""


class PlanConflictError(KehoachError):
    """Two different papers claim the same number."""


class VersionError(KehoachError):
    """The plan has no version that could be switched to or compared with."""


class VersionMovedError(VersionError):
    """The version that was meant is no longer the draft, or no longer live: somebody was quicker."""


class CorrectionError(KehoachError):
    """What a person wants to correct is not there, or cannot be corrected so; nothing was changed.

    Args:
        field: the field of the task that is wrong, or "reason"; empty where it is none of them.
    """

    def __init__(self, sentence: str, detail: str = "", *, field: str = "") -> None:
        super().__init__(sentence, detail)
        self.field = field


class CorrectionMovedError(CorrectionError):
    """Somebody else has changed the same since the person looked; the sentence says who and when."""


class GoldenError(KehoachError):
    """A golden question that cannot be kept as it is, or is not there any more; nothing was changed."""


class FeedbackError(KehoachError):
    """What was said of an answer is not there any more, or somebody has looked into it before."""


class DirectoryError(KehoachError):
    """The agency directory file is not usable."""


class NamingError(KehoachError):
    """An agency or an abbreviation of the organisation's own cannot be kept so; nothing was changed."""


class NamingMovedError(NamingError):
    """Somebody else has changed the same since the person looked."""


class StoreError(KehoachError):
    """The database or the data folder is not usable."""


class DiskError(StoreError):
    """The disk under the database is full or cannot be written; it passes when somebody has made room."""


class BackupError(StoreError):
    """A backup that cannot be made, or cannot be restored here; what was there is as before."""


class LanguageModelError(KehoachError):
    """The language model that is configured cannot be used."""
