"""What erasing a person takes away of reminders, and what stays with the office.

What was reported of a public duty (that it was received or done, the note, the file, why more time was asked for)
belongs to the office and stays; that this person did so does not: see `knowledge.store.persons`.
"""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.tracking.records import Recipient
from bot.tracking.rules import Scope
from knowledge.store.models import OutboxRow, PersonalReminderRow, ReminderRuleRow


def forget_reminded(session: Session, member: int) -> None:
    """Takes a member's messages and wishes away."""
    session.execute(delete(OutboxRow).where(OutboxRow.recipient == Recipient(member).key))
    session.execute(delete(PersonalReminderRow).where(PersonalReminderRow.member_id == member))
    session.execute(
        delete(ReminderRuleRow).where(
            ReminderRuleRow.scope == Scope.MEMBER.value, ReminderRuleRow.subject == str(member)
        )
    )
