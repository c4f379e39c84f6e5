"""The history of everything that people change, as sentences: who, when, what, of which plan or person."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, String, cast, func, literal, select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.people.audit_words import CHANGES as CHANGES_OF_PEOPLE
from bot.people.records import Role
from bot.tracking.outbox import SENT_AGAIN
from knowledge.correcting import Correction, CorrectionKind, told_value
from knowledge.doubts import FIELDS
from knowledge.store.audit import (
    OPERATOR,
    UNKNOWN,
    AuditKind,
    Entry,
    PlanChange,
    Wanted,
    by_client,
    client_of,
    list_changes,
)
from knowledge.store.database import Store
from knowledge.store.held import correction_of
from knowledge.store.models import (
    ApiClientRow,
    CorrectionRow,
    DutyRow,
    MemberRow,
    OccurrenceRow,
    OutboxRow,
    VersionRow,
)
from knowledge.text import cut

KINDS = {
    AuditKind.PLAN: "kế hoạch và các bản",
    AuditKind.CORRECTION: "đính chính",
    AuditKind.PEOPLE: "người dùng",
    AuditKind.REMINDER: "nhắc việc",
    AuditKind.GOLDEN: "câu hỏi mẫu và phản hồi",
    AuditKind.AGENCY: "cơ quan và chữ viết tắt",
}
CHANGES: dict[str, str] = {
    **CHANGES_OF_PEOPLE,
    PlanChange.LOADED: "nạp",
    PlanChange.ACTIVATED: "kích hoạt",
    PlanChange.ACTIVATED_AS_SET: "kích hoạt theo hẹn",
    PlanChange.ROLLED_BACK: "quay lại",
    PlanChange.WITHDRAWN: "rút",
    PlanChange.DISCARDED: "bỏ",
    PlanChange.SWITCH_SET: "hẹn kích hoạt",
    PlanChange.SWITCH_CANCELLED: "bỏ hẹn kích hoạt",
    PlanChange.SWITCH_VOID: "không kích hoạt theo hẹn được, vì bản ấy không còn chờ",
    PlanChange.CORRECTION_MADE: "đính chính",
    PlanChange.CORRECTION_KEPT: "giữ đính chính cho dòng đã đổi",
    PlanChange.CORRECTION_UNDONE: "bỏ đính chính",
    "rule_leads": "đặt mốc nhắc",
    "rule_follow": "đặt đơn vị theo dõi",
    "rule_force": "đặt hiệu lực sau năm của kế hoạch",
    "rule_confirm": "đặt đơn vị xác nhận kết quả",
    "rule_checkin": "đặt việc hỏi nhiệm vụ thường xuyên",
    "rule_extensions": "đặt giới hạn lùi hạn",
    "work_day": "sửa lịch làm việc",
    SENT_AGAIN: "xếp gửi lại tin không gửi được",
    "golden_added": "thêm câu hỏi mẫu",
    "golden_dropped": "bỏ câu hỏi mẫu",
    "feedback_settled": "đánh dấu đã xem một phản hồi",
    "agency": "sửa danh bạ cơ quan",
    "abbreviation": "sửa chữ viết tắt",
}
"""What was done, in words; an action that is not here is told by its own name."""
_OPERATOR_NAME = "dòng lệnh"
_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d)\S*)?")
_ROLE = re.compile(rf"\b(?:{'|'.join(Role)})\b")
_TITLE = 160


@dataclass(frozen=True, slots=True)
class Line:
    """One change, for people.

    Attributes:
        at: in Việt Nam's time.
        by: who, by name.
        what: a sentence without who and when.
        plan_id, plan: what it is about, where it is a plan or a row of one.
    """

    at: datetime
    by: str
    kind: AuditKind
    what: str
    plan_id: int | None
    plan: str


def list_history(store: Store, wanted: Wanted, *, limit: int, skip: int = 0) -> tuple[list[Line], int]:
    """The latest changes in words, newest first, with how many there are in all."""
    entries, total = list_changes(store, wanted, limit=limit, skip=skip)
    with store.read() as session:
        teller = _Teller(session, entries)
        return [teller.line(each) for each in entries], total


def actors(store: Store) -> list[tuple[int, str]]:
    """Who may have changed something, by name: the command line, people, other systems."""
    with store.read() as session:
        rows = session.execute(select(MemberRow.id, MemberRow.name).order_by(MemberRow.name, MemberRow.id)).all()
        may_load = select(ApiClientRow.id, ApiClientRow.name).where(ApiClientRow.may_load)
        clients = session.execute(may_load.order_by(ApiClientRow.name, ApiClientRow.id)).all()
    return [
        (OPERATOR, _OPERATOR_NAME),
        *((row.id, row.name) for row in rows),
        *((by_client(row.id), _told_client(row.name)) for row in clients),
    ]


def told_change(made: Correction) -> str:
    """What a correction changed, in one line."""
    name = FIELDS.get(made.field, "")
    before, after = (told_value(value) or "(trống)" for value in (made.before, made.after))
    return {
        CorrectionKind.EDIT: f"{name}: {before} → {after}",
        CorrectionKind.ADD: "bổ sung nhiệm vụ",
        CorrectionKind.CANCEL: "dừng thực hiện",
        CorrectionKind.CONFIRMED: f"{name}: đúng như đã đọc",
        CorrectionKind.DROPPED: f"{name}: bỏ “{before}”",
    }[made.kind]


class _Teller:
    """Words for some entries; what they name is read once for all of them."""

    def __init__(self, session: Session, entries: Sequence[Entry]) -> None:
        self._names = _names(session, entries)
        self._clients = _client_names(session, {client_of(each.by) for each in entries})
        self._plans = _plan_names(session, {each.plan_id for each in entries if each.plan_id is not None})
        made = _subjects(entries, AuditKind.CORRECTION)
        rows = session.scalars(select(CorrectionRow).where(CorrectionRow.id.in_(made))) if made else ()
        self._corrections = {row.id: (correction_of(row), row.title) for row in rows}
        self._messages = _message_words(session, [each.subject for each in entries if each.action == SENT_AGAIN])
        duties = _subjects(entries, AuditKind.REMINDER)
        found = session.execute(select(DutyRow.id, DutyRow.title).where(DutyRow.id.in_(duties))) if duties else ()
        self._duties = {row.id: row.title for row in found}

    def line(self, entry: Entry) -> Line:
        """The entry in words."""
        plan = self._plans.get(entry.plan_id or 0, "")
        return Line(
            entry.at.astimezone(HANOI), self._name(entry.by), entry.kind, self._what(entry), entry.plan_id, plan
        )

    def _what(self, entry: Entry) -> str:
        done = CHANGES.get(entry.action, entry.action)
        detail = _told_days(entry.detail)
        if entry.kind is AuditKind.PLAN:
            draft = " nháp" if entry.action == PlanChange.DISCARDED else ""
            told = f"{done} bản{draft} {entry.subject}"
            if entry.action in (PlanChange.SWITCH_SET, PlanChange.SWITCH_CANCELLED):
                return f"{told} lúc {detail}"
            if entry.action == PlanChange.SWITCH_VOID:
                return f"hẹn kích hoạt bản {entry.subject} lúc {detail}: {done}"
            return f"{told} ({detail})" if detail else told
        if entry.kind is AuditKind.CORRECTION and entry.subject in self._corrections:
            made, title = self._corrections[entry.subject]
            why = f". Lý do: {made.reason}" if made.reason and entry.action == PlanChange.CORRECTION_MADE else ""
            return f"{done} số {made.number}: {cut(title, _TITLE)}: {told_change(made)}{why}"
        about = ""
        if entry.kind is AuditKind.PEOPLE:
            about = f": {self._name(entry.subject)}" if entry.subject is not None else ""
            detail = _ROLE.sub(lambda found: Role(found[0]).label, detail)
        elif entry.action == SENT_AGAIN:
            about = f": {self._messages.get(entry.subject, f'số {entry.subject}')}"
        elif entry.subject in self._duties and entry.kind is AuditKind.REMINDER:
            about = f": {cut(self._duties[entry.subject], _TITLE)}"
        return f"{done}{about}{f' ({detail})' if detail else ''}"

    def _name(self, number: int) -> str:
        if number == OPERATOR:
            return _OPERATOR_NAME
        if number == UNKNOWN:
            return "không rõ ai"
        client = client_of(number)
        if client is not None:
            return _told_client(self._clients.get(client, f"số {client}"))
        return self._names.get(number, f"người số {number}")


def _told_days(detail: str) -> str:
    return _DAY.sub(_told_day, detail)


def _told_day(found: re.Match[str]) -> str:
    day = date(int(found[1]), int(found[2]), int(found[3]))
    return f"{found[4]} ngày {day:%d/%m/%Y}" if found[4] else f"{day:%d/%m/%Y}"


def _names(session: Session, entries: Sequence[Entry]) -> Mapping[int, str]:
    wanted = {each.by for each in entries} | {*_subjects(entries, AuditKind.PEOPLE)}
    rows = session.execute(select(MemberRow.id, MemberRow.name).where(MemberRow.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _message_words(session: Session, numbers: Collection[int | None]) -> Mapping[int | None, str]:
    """By the number of a message to whom it is and what it is about."""
    if not numbers:
        return {}
    found = session.execute(
        select(OutboxRow.id, OutboxRow.recipient, OutboxRow.agency, MemberRow.name, DutyRow.title)
        .outerjoin(MemberRow, OutboxRow.recipient == literal("member:") + cast(MemberRow.id, String))
        .outerjoin(OccurrenceRow, OccurrenceRow.id == OutboxRow.occurrence)
        .outerjoin(DutyRow, DutyRow.id == OccurrenceRow.duty_id)
        .where(OutboxRow.id.in_(numbers))
    )
    return {row.id: f"{cut(row.title or 'bản tổng hợp', _TITLE)}, gửi {_recipient(row)}" for row in found}


def _recipient(row: Row[int, str, str, str, str]) -> str:
    if row.recipient.startswith("chat:"):
        return f"nhóm chat của {row.agency}"
    return row.name or "người đã xóa dữ liệu"


def _client_names(session: Session, numbers: Collection[int | None]) -> Mapping[int, str]:
    rows = session.execute(select(ApiClientRow.id, ApiClientRow.name).where(ApiClientRow.id.in_(numbers)))
    return {row.id: row.name for row in rows}


def _told_client(name: str) -> str:
    return f"hệ thống {name}"


def _plan_names(session: Session, plans: Collection[int]) -> Mapping[int, str]:
    """By the name of each plan's newest version; discarded ones have one as well."""
    newest = select(func.max(VersionRow.id)).where(VersionRow.plan_id.in_(plans)).group_by(VersionRow.plan_id)
    rows = session.execute(select(VersionRow.plan_id, VersionRow.name).where(VersionRow.id.in_(newest)))
    return {row.plan_id: row.name for row in rows}


def _subjects(entries: Sequence[Entry], kind: AuditKind) -> list[int]:
    return [each.subject for each in entries if each.kind is kind and each.subject is not None]
