"""The tables, by what they are about; every other module imports them from here."""

from knowledge.store.models.base import (
    Base,
    SettingRow,
    UtcDateTime,
)
from knowledge.store.models.chat import (
    DailyCountRow,
    DialogueRow,
    FeedbackRow,
    InboxRow,
    OaTokenRow,
    OpenChoiceRow,
)
from knowledge.store.models.people import (
    AgencyChatRow,
    AuditRow,
    InvitationRow,
    JoinCodeRow,
    JoinRequestRow,
    JoinTryRow,
    MemberChannelRow,
    MemberRoleRow,
    MemberRow,
)
from knowledge.store.models.plans import (
    LiveVersionRow,
    MentionRow,
    PassageRow,
    PlanRow,
    SourceColumns,
    TaskAgencyRow,
    TaskRow,
    VectorRow,
    VersionRow,
    VersionState,
)

__all__ = [
    "AgencyChatRow",
    "AuditRow",
    "Base",
    "DailyCountRow",
    "DialogueRow",
    "FeedbackRow",
    "InboxRow",
    "InvitationRow",
    "JoinCodeRow",
    "JoinRequestRow",
    "JoinTryRow",
    "LiveVersionRow",
    "MemberChannelRow",
    "MemberRoleRow",
    "MemberRow",
    "MentionRow",
    "OaTokenRow",
    "OpenChoiceRow",
    "PassageRow",
    "PlanRow",
    "SettingRow",
    "SourceColumns",
    "TaskAgencyRow",
    "TaskRow",
    "UtcDateTime",
    "VectorRow",
    "VersionRow",
    "VersionState",
]
