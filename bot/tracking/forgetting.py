"""What erasing a person takes away of reminders, and what stays with the office.

What was reported of a public duty (that it was received or done, the note, the file, why more time was asked for)
belongs to the office and stays; that this person did so does not. Of requests for more time and for transfers, whose
asker the database must name, and of urging that reached the person the number stays, which is nobody's then and is
never used again.
"""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.tracking.records import Recipient
from bot.tracking.rules import Scope
from knowledge.store.models import (
    AbbreviationRow,
    AbsenceRow,
    AssignmentRow,
    CorrectionRow,
    ExtensionRow,
    FeedbackRow,
    GoldenQuestionRow,
    HandoverRow,
    NamingChangeRow,
    OccurrenceRow,
    OutboxRow,
    OwnAgencyRow,
    PersonalReminderRow,
    RemarkRow,
    ReminderRuleRow,
    SetSwitchRow,
    TransferRow,
    UrgingRow,
    VersionRow,
    WorkDayRow,
)


def forget_reminded(session: Session, member: int) -> None:
    """Takes a member's messages and wishes away, and the member out of what was answered, decided and set."""
    session.execute(delete(OutboxRow).where(OutboxRow.recipient == Recipient(member).key))
    session.execute(delete(PersonalReminderRow).where(PersonalReminderRow.member_id == member))
    session.execute(
        delete(ReminderRuleRow).where(
            ReminderRuleRow.scope == Scope.MEMBER.value, ReminderRuleRow.subject == str(member)
        )
    )
    for column in (
        OccurrenceRow.acknowledged_by,
        OccurrenceRow.done_by,
        OccurrenceRow.returned_by,
        OccurrenceRow.confirmed_by,
        RemarkRow.made_by,
        TransferRow.decided_by,
        ExtensionRow.decided_by,
        ReminderRuleRow.set_by,
        UrgingRow.urged_by,
        WorkDayRow.set_by,
        AssignmentRow.assigned_by,
        AbsenceRow.set_by,
        HandoverRow.decided_by,
        CorrectionRow.made_by,
        CorrectionRow.kept_by,
        CorrectionRow.undone_by,
        VersionRow.withdrawn_by,
        OwnAgencyRow.set_by,
        AbbreviationRow.set_by,
        NamingChangeRow.made_by,
        SetSwitchRow.set_by,
        GoldenQuestionRow.added_by,
        GoldenQuestionRow.dropped_by,
        FeedbackRow.settled_by,
    ):
        session.execute(update(column.class_).where(column == member).values({column.key: None}))
