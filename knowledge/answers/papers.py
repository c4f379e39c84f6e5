"""A paper's own data: number, date, issuer, signer, title."""

from __future__ import annotations

from knowledge.answers.answer import Answer, SourceRef, Status
from knowledge.answers.wording import day
from knowledge.library import LivePlan
from knowledge.records import Source


def paper_answer(plan: LivePlan) -> Answer:
    """What the paper says of itself; what it does not say is named as missing."""
    meta = plan.metadata
    kind = meta.kind or "Văn bản"
    number = f"số {meta.number}" if meta.number else "(chưa ghi số)"
    issued = f"ngày {day(meta.issued)}" if meta.issued else "(chưa ghi ngày)"
    lines = [f"{kind} {number} {issued}."]
    if meta.issuer:
        lines.append(f"Cơ quan ban hành: {meta.issuer}.")
    lines.append(f"Người ký: {meta.signer}." if meta.signer else "Văn bản không ghi người ký.")
    if meta.title:
        lines.append(f"Về: {meta.title.rstrip('.')}.")
    lines.append(f"Nguồn: {plan.file}.")
    return Answer(Status.ANSWERED, "\n".join(lines), (), (SourceRef(plan, Source()),))
