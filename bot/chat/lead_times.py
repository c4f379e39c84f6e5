"""Lead times as they are said, with what can be done about them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.turn import Button, Turn
from bot.tracking.rules import Scope


def said_leads(leads: Sequence[int]) -> str:
    """14, 7, 3, 1, 0."""
    return ", ".join(str(lead) for lead in leads)


def leads_buttons(turn: Turn, scope: Scope, subject: str, *, is_set: bool) -> list[Button]:
    """[Đổi ngày nhắc], and the way back where they were set."""
    which = {"scope": scope.value, "subject": subject}
    buttons = [Button(turn.text("button_leads"), {"do": "rule_leads_ask", **which})]
    if is_set:
        buttons.append(Button(turn.text("button_leads_default"), {"do": "rule_leads_drop", **which}))
    return buttons
