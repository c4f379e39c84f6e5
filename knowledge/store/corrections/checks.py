"""Whether what a person saw still stands, and who changed it meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.correcting import CorrectionKind, told_value, value_of
from knowledge.doubts import FIELDS
from knowledge.errors import CorrectionMovedError
from knowledge.store.audit import OPERATOR
from knowledge.store.corrections.cells import NAME
from knowledge.store.corrections.shown import ShownRow
from knowledge.store.models import CorrectionRow, MemberRow
from knowledge.text import cut, nfc, squeeze


def check_going_on(session: Session, row: ShownRow, now: datetime) -> None:
    """Raises:
    CorrectionMovedError: the task is ended.
    """
    for each in row.held.corrections:
        if each.kind is CorrectionKind.CANCEL:
            who = _who_and_when(session, each.by, each.at, now)
            raise CorrectionMovedError(
                f"Nhiệm vụ này đã được {who} cho dừng (đính chính số {each.number}): {each.reason}."
            )


def check_latest(session: Session, row: ShownRow, seen: int | None, now: datetime) -> None:
    """Raises:
    CorrectionMovedError: the task has another latest correction than the person knows of.
    """
    latest = row.held.corrections[-1] if row.held.corrections else None
    if seen is None or seen == (latest.number if latest is not None else 0):
        return
    if latest is None:
        raise CorrectionMovedError("Đính chính của nhiệm vụ này vừa được bỏ; xin xem lại.")
    who = _who_and_when(session, latest.by, latest.at, now)
    raise CorrectionMovedError(f"Nhiệm vụ vừa được {who} đính chính (số {latest.number}); xin xem lại rồi làm tiếp.")


def check_latest_added(session: Session, plan_id: int, seen: int | None, now: datetime) -> None:
    """Raises:
    CorrectionMovedError: a task was added to the plan after the one that the person knows of.
    """
    if seen is None:
        return
    wanted = select(CorrectionRow).where(
        CorrectionRow.plan_id == plan_id, CorrectionRow.kind == CorrectionKind.ADD, CorrectionRow.id > seen
    )
    latest = session.scalars(wanted.order_by(CorrectionRow.id.desc()).limit(1)).first()
    if latest is not None:
        who = _who_and_when(session, latest.made_by, latest.made_at, now)
        raise CorrectionMovedError(
            f"Kế hoạch vừa được {who} bổ sung nhiệm vụ “{cut(latest.title, NAME)}” (đính chính số {latest.id}); "
            "nếu vẫn cần nhiệm vụ này, xin bấm lại."
        )


def check_expected(
    session: Session,
    row: ShownRow,
    wanted: Iterable[str],
    expected: Mapping[str, str | Sequence[str]],
    now: datetime,
) -> None:
    """Raises:
    CorrectionMovedError: one of the wanted cells holds something else than what the person saw.
    """
    for cell in wanted:
        if cell not in expected:
            continue
        seen = expected[cell]
        told = told_value(value_of(row.task, cell))
        if _comparable(seen if isinstance(seen, str) else "; ".join(seen)) == _comparable(told):
            continue
        latest = [each for each in row.held.corrections if each.field == cell]
        name = FIELDS.get(cell, cell)
        value = f"“{cut(told, NAME)}”" if told else "để trống"
        if latest:
            who = _who_and_when(session, latest[-1].by, latest[-1].at, now)
            raise CorrectionMovedError(f"Ô “{name}” vừa được {who} sửa thành {value}; xin xem lại rồi sửa tiếp.")
        raise CorrectionMovedError(f"Ô “{name}” nay đang là {value}; xin xem lại rồi sửa tiếp.")


def _comparable(text: str) -> str:
    """Without what a workbook cannot hold or changes: control characters of a PDF's text layer."""
    return squeeze("".join(sign if sign.isprintable() else " " for sign in nfc(text)))


def check_standing(session: Session, row: CorrectionRow, now: datetime) -> None:
    """Raises:
    CorrectionMovedError: the correction is taken back.
    """
    if row.undone_at is not None:
        who = _who_and_when(session, row.undone_by, row.undone_at, now)
        raise CorrectionMovedError(f"Đính chính số {row.id} đã được {who} bỏ.")


def _who_and_when(session: Session, by: int | None, at: datetime, now: datetime) -> str:
    """ "Trần Văn A lúc 08:30 ngày 20/11/2026", in the time zone of `now`."""
    return f"{name_of(session, by)} lúc {at.astimezone(now.tzinfo):%H:%M ngày %d/%m/%Y}"


def name_of(session: Session, by: int | None) -> str:
    if by == OPERATOR:
        return "quản trị viên (dòng lệnh)"
    row = session.get(MemberRow, by) if by is not None else None
    return row.name if row is not None else "người đã xóa dữ liệu"
