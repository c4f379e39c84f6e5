"""A paper's own data: number, date, issuer, signer, title."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.answers.answer import Answer, SourceRef, Status
from knowledge.answers.wording import day, short_label
from knowledge.library import LivePlan
from knowledge.records import Source


def paper_answer(plan: LivePlan, plans: Sequence[LivePlan] = ()) -> Answer:
    """What the paper says of itself; what another of `plans` says of it is told so, what nobody says is missing."""
    meta = plan.metadata
    kind = meta.kind or "Văn bản"
    number = f"số {meta.number}" if meta.number else "(chưa ghi số)"
    issued = f"ngày {day(meta.issued)}" if meta.issued else "(chưa ghi ngày)"
    lines = [f"{kind} {number} {issued}."]
    teller = next((other for other in plans if plan.stated_by and other.name == plan.stated_by), None)
    if teller is not None:
        lines.append(f"Số và ngày ghi theo {short_label(teller)}.")
    if meta.issuer:
        lines.append(f"Cơ quan ban hành: {meta.issuer}.")
    lines.append(f"Người ký: {meta.signer}." if meta.signer else "Văn bản không ghi người ký.")
    if meta.title:
        lines.append(f"Về: {meta.title.rstrip('.')}.")
    lines.append(f"Nguồn: {plan.file}.")
    return Answer(Status.ANSWERED, "\n".join(lines), (), (SourceRef(plan, Source()),))
