"""Every change of what is loaded and what is live. All writes to plans stand here.

Each call is one transaction, with its line in the history (`audit`). Who may is the caller's to check: `by` is a
member's number, `audit.OPERATOR` for the operator at the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from knowledge.doubts import full_report
from knowledge.embedding import Embedder, Vectors
from knowledge.errors import PlanConflictError, VersionError, VersionMovedError
from knowledge.records import PlanDraft
from knowledge.store import audit, keyword
from knowledge.store.audit import OPERATOR, UNKNOWN, AuditKind, PlanChange
from knowledge.store.catalog import find_plan_row
from knowledge.store.database import Store, bump_generation
from knowledge.store.derived import live_embedder
from knowledge.store.held import lay
from knowledge.store.identity import Identity, draft_words, identify, is_other_paper
from knowledge.store.models import (
    LiveVersionRow,
    MentionRow,
    PassageRow,
    PlanRow,
    RelationRow,
    SetSwitchRow,
    TaskRow,
    VersionRow,
    VersionState,
)
from knowledge.store.papers import FindPaper, drop_unused, keep_paper, no_papers
from knowledge.store.rows import encode_passages, insert_contents, report_to_json
from knowledge.text import nfc, squeeze

_CURRENT = (VersionState.ACTIVE, VersionState.DRAFT, VersionState.WITHDRAWN)
"""A file that one of these was made of is loaded."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one draft.

    Attributes:
        plan_id: identity of the plan, for `activate_many`.
        unchanged: the same bytes are already the plan's draft or live version.
    """

    plan_id: int
    plan_name: str
    version: int
    unchanged: bool


@dataclass(frozen=True, slots=True)
class Switched:
    """The version that is live now, or was until it was withdrawn, and the one that was live before, if any."""

    plan_id: int
    plan_name: str
    version: int
    before: int | None


@dataclass(frozen=True, slots=True)
class SetSwitch:
    """A version that is to be activated at a set time.

    Attributes:
        by: who set it: a member's number, `OPERATOR`, or None for somebody who is erased.
        is_void: that version does not wait any more: it was replaced or dropped meanwhile.
    """

    plan_id: int
    plan_name: str
    version: int
    at: datetime
    by: int | None
    is_void: bool = False


def save_drafts(
    store: Store,
    drafts: Sequence[PlanDraft],
    *,
    now: datetime,
    find_paper: FindPaper = no_papers,
    by: int = OPERATOR,
) -> list[Saved]:
    """Keep each draft as a version of its plan, with its file: all of them, or none when this raises.

    A plan has at most one draft: a later one replaces it. A file that is loaded again is kept where it was missing.

    Args:
        by: who loads them: a member's number; 0 for the operator at the command line.

    Raises:
        PlanConflictError: two clearly different papers claim one number, here or
            between here and what is loaded.
    """
    _check_conflicts(drafts)
    # Made before the lock is taken: with a large model this is the slow part.
    loaded = _loaded_digests(store)
    with store.read() as session:
        embedder = live_embedder(session, store)
    vectors = {
        draft.digest: encode_passages(embedder, draft.passages)
        for draft in drafts
        if embedder and draft.digest not in loaded
    }
    with store.write() as session:
        saved = []
        for draft in drafts:
            saved.append(_save(session, embedder, draft, vectors.get(draft.digest), now, by))
            if _is_used(session, draft.digest):
                keep_paper(session, draft.digest, find_paper)
        return saved


def activate(
    store: Store, plan: str | int, *, now: datetime, version: int | None = None, by: int = OPERATOR
) -> Switched:
    """Make a plan's draft live; with no draft, the live version stays and is returned, a withdrawn one comes back.

    Args:
        plan: a name as `catalog.find_plan` takes it, or a plan's id.
        version: the draft that is meant; whichever it is when None.

    Raises:
        VersionMovedError: that version is no draft, or no longer.
        UnknownPlanError, AmbiguousPlanError: by the name.
    """
    with store.write() as session:
        row = find_plan_row(session, plan)
        _check_version(_waiting_version(session, row.id), version)
        return _activate(session, [row], now, by)[0]


def activate_many(store: Store, plans: Sequence[str | int], *, now: datetime, by: int = OPERATOR) -> list[Switched]:
    """`activate` each in one transaction: readers see all of them switched, or none."""
    with store.write() as session:
        return _activate(session, [find_plan_row(session, plan) for plan in plans], now, by)


def rollback(
    store: Store, plan: str | int, *, now: datetime, version: int | None = None, by: int = OPERATOR
) -> Switched:
    """Make the version live again that was live before this one.

    The version taken back becomes the plan's draft again (unless a newer draft waits),
    so that `activate` can bring it back.

    Args:
        version: the live version that is meant; whichever it is when None.

    Raises:
        VersionMovedError: that version is not live, or no longer.
        VersionError: the plan is not live, or had no version before.
        UnknownPlanError, AmbiguousPlanError: by the name.
    """
    with store.write() as session:
        row = find_plan_row(session, plan)
        live = _live_version(session, row.id)
        _check_version(live, version)
        before = session.scalar(
            select(VersionRow)
            .where(VersionRow.plan_id == row.id, VersionRow.activated_at.is_not(None))
            # One that was taken back and then replaced by a newer draft has no contents any more.
            .where(VersionRow.version < (live.version if live else 0), VersionRow.state != VersionState.DISCARDED)
            .order_by(VersionRow.version.desc())
            .limit(1)
        )
        if live is None or before is None:
            name = live.name if live else str(plan)
            raise VersionError(f"Kế hoạch {name} chưa có phiên bản trước để quay lại.")
        waiting = _draft_version(session, row.id)
        live.state = VersionState.SUPERSEDED if waiting else VersionState.DRAFT
        _switch(session, live, before, now)
        keyword.index_versions(session, [before.id])
        _record(session, PlanChange.ROLLED_BACK, before, by, now)
        bump_generation(session)
        return Switched(row.id, before.name, before.version, live.version)


def withdraw(
    store: Store, plan: str | int, *, reason: str, by: int, now: datetime, version: int | None = None
) -> Switched:
    """Take a plan out of what is live, its reason kept; `activate` brings it back.

    Args:
        by: a member's number; 0 for the operator at the command line.
        version: the live version that is meant; whichever it is when None.

    Raises:
        VersionMovedError: that version is not live, or no longer.
        VersionError: the plan is not live, or no reason is told.
        UnknownPlanError, AmbiguousPlanError: by the name.
    """
    told = squeeze(nfc(reason))
    if not told:
        raise VersionError("Xin ghi lý do rút kế hoạch.")
    with store.write() as session:
        row = find_plan_row(session, plan)
        live = _live_version(session, row.id)
        _check_version(live, version)
        if live is None:
            raise VersionError("Kế hoạch này không đang dùng nên không có gì để rút.")
        keyword.drop_version(session, live.id)
        session.execute(delete(LiveVersionRow).where(LiveVersionRow.plan_id == row.id))
        live.state = VersionState.WITHDRAWN
        live.withdrawn_at, live.withdrawn_by, live.withdrawn_reason = now, by, told
        _record(session, PlanChange.WITHDRAWN, live, by, now, told)
        bump_generation(session)
        return Switched(row.id, live.name, live.version, live.version)


def live_version(store: Store, plan_id: int) -> int | None:
    """The number of a plan's live version, where it has one."""
    with store.read() as session:
        live = _live_version(session, plan_id)
        return live.version if live is not None else None


def discard(store: Store, plan: str | int, *, now: datetime, version: int | None = None, by: int = OPERATOR) -> str:
    """Drop a plan's draft; the live version stays. Returns the plan's name.

    Args:
        version: the draft that is meant; whichever it is when None.

    Raises:
        VersionMovedError: that version is no draft, or no longer.
        VersionError: there is no draft.
        UnknownPlanError, AmbiguousPlanError: by the name.
    """
    with store.write() as session:
        draft = _draft_version(session, find_plan_row(session, plan).id)
        _check_version(draft, version)
        if draft is None:
            raise VersionError("Kế hoạch này không có bản nháp nào để bỏ.")
        _discard(session, draft)
        _record(session, PlanChange.DISCARDED, draft, by, now)
        return draft.name


def set_switch(
    session: Session,
    plan: str | int,
    at: datetime,
    *,
    by: int,
    now: datetime,
    version: int | None = None,
    expected: SetSwitch | Literal["any"] | None = "any",
) -> SetSwitch:
    """Sets a time at which what waits of a plan is to be activated, in place of another time that was set.

    Within the caller's transaction, in which it is looked at who may (`bot.administration`).

    Args:
        version: the one that is meant; whichever waits when None.
        expected: what the person saw to be set; where something else is by now, nothing is changed.

    Raises:
        VersionMovedError: that version does not wait, or no longer, or another than `expected` is set.
        VersionError: nothing waits, or the time is over.
        UnknownPlanError, AmbiguousPlanError: by the name.
    """
    if at <= now:
        raise VersionError("Thời điểm hẹn phải ở sau lúc này.")
    row = find_plan_row(session, plan)
    waiting = _waiting_version(session, row.id)
    _check_version(waiting, version)
    if waiting is None:
        raise VersionError("Kế hoạch này không có bản nào chờ kích hoạt.")
    _check_set(session, row.id, expected)
    session.merge(SetSwitchRow(plan_id=row.id, version=waiting.version, at=at, set_by=by, set_at=now))
    _record(session, PlanChange.SWITCH_SET, waiting, by, now, at.isoformat(timespec="minutes"))
    return SetSwitch(row.id, waiting.name, waiting.version, at, by)


def cancel_switch(
    session: Session, plan: str | int, *, by: int, now: datetime, expected: SetSwitch | Literal["any"] | None = "any"
) -> SetSwitch:
    """Calls off what was set; within the caller's transaction, as `set_switch`.

    Raises:
        VersionMovedError: nothing is set, or no longer, or another than `expected`.
        UnknownPlanError, AmbiguousPlanError: by the name.
    """
    row = find_plan_row(session, plan)
    set_row = session.get(SetSwitchRow, row.id)
    if set_row is None:
        raise VersionMovedError("Kế hoạch này không có hẹn kích hoạt nào, hoặc hẹn ấy đã được xử lý.")
    _check_set(session, row.id, expected)
    found = _set_switch(session, set_row)
    session.delete(set_row)
    audit.record(
        session, AuditKind.PLAN, PlanChange.SWITCH_CANCELLED, by=by, now=now, plan_id=row.id,
        subject=found.version, detail=found.at.isoformat(timespec="minutes"),
    )  # fmt: skip
    return found


def list_set(store: Store) -> dict[int, SetSwitch]:
    """What is set to be activated, by plan."""
    with store.read() as session:
        return {row.plan_id: _set_switch(session, row) for row in session.scalars(select(SetSwitchRow))}


def find_settled(store: Store, now: datetime) -> list[int]:
    """Plans of which something that was set is to be done now, or cannot be done any more."""
    return [plan_id for plan_id, each in list_set(store).items() if each.at <= now or each.is_void]


def do_set(session: Session, plan_id: int, now: datetime) -> SetSwitch | None:
    """Activates what was set for a time that has come, or ends it where that version does not wait any more.

    Within the caller's transaction, so that whoever is to hear of it does so exactly when it was done.

    Returns:
        What became of it: `is_void` where nothing was activated; None where nothing is set, or not for now.
    """
    row = session.get(SetSwitchRow, plan_id)
    if row is None:
        return None
    found = _set_switch(session, row)
    if not found.is_void and found.at > now:
        return None
    by = UNKNOWN if found.by is None else found.by
    session.delete(row)
    session.flush()
    if found.is_void:
        audit.record(
            session, AuditKind.PLAN, PlanChange.SWITCH_VOID, by=by, now=now, plan_id=plan_id,
            subject=found.version, detail=found.at.isoformat(timespec="minutes"),
        )  # fmt: skip
        return found
    _activate(session, [session.get_one(PlanRow, plan_id)], now, by, PlanChange.ACTIVATED_AS_SET)
    return found


def _set_switch(session: Session, row: SetSwitchRow) -> SetSwitch:
    waiting = _waiting_version(session, row.plan_id)
    named = waiting or _newest_version(session, row.plan_id)
    void = waiting is None or waiting.version != row.version
    return SetSwitch(row.plan_id, named.name if named else "", row.version, row.at, row.set_by, void)


def _check_set(session: Session, plan_id: int, expected: SetSwitch | Literal["any"] | None) -> None:
    """Of two who set a time at once, the later one is told."""
    if expected == "any":
        return
    row = session.get(SetSwitchRow, plan_id)
    found = (row.version, row.at) if row is not None else None
    if found != ((expected.version, expected.at) if expected is not None else None):
        raise VersionMovedError("Hẹn kích hoạt của kế hoạch này vừa được người khác thay đổi; xin xem lại.")


def _check_conflicts(drafts: Sequence[PlanDraft]) -> None:
    """Two different papers in one load that would be one plan."""
    seen: list[tuple[Identity, PlanDraft]] = []
    for draft in drafts:
        identity = identify(draft)
        for other_identity, other in seen:
            if (
                (identity.number is None) == (other_identity.number is None)
                and identity.may_be(other_identity)
                and draft.digest != other.digest
                and is_other_paper(draft.metadata.title, other.metadata.title, draft_words(draft), draft_words(other))
            ):
                claim = f"số {draft.metadata.number}" if draft.metadata.number else "một tên tệp"
                raise PlanConflictError(
                    f"Hai văn bản khác nhau cùng mang {claim}: “{other.file}” và “{draft.file}”; "
                    "chưa nạp văn bản nào, hãy kiểm tra lại."
                )
        seen.append((identity, draft))


def _loaded_digests(store: Store) -> set[str]:
    """Of every version that is a draft, live or withdrawn: their files need no vectors again."""
    with store.read() as session:
        return set(session.scalars(select(VersionRow.digest).where(VersionRow.state.in_(_CURRENT))))


def _is_used(session: Session, digest: str) -> bool:
    """Whether a version is made of these bytes: of two files of one paper in one load only the later one is."""
    return (
        session.scalar(
            select(VersionRow.id).where(VersionRow.digest == digest, VersionRow.state.in_(_CURRENT)).limit(1)
        )
        is not None
    )


def _save(
    session: Session,
    embedder: Embedder | None,
    draft: PlanDraft,
    vectors: Vectors | None,
    now: datetime,
    by: int,
) -> Saved:
    plan = _find_or_add_plan(session, draft)
    same = _known_version(session, plan.id, draft.digest)
    if same is not None:
        return Saved(plan.id, same.name, same.version, unchanged=True)
    waiting = _draft_version(session, plan.id)
    if waiting:
        _discard(session, waiting)
    version = _add_version(session, plan.id, draft, now)
    _record(session, PlanChange.LOADED, version, by, now, draft.file)
    made = None
    if embedder is not None:
        # None of these bytes were made where they are known, but of another plan, or discarded a moment ago.
        made = embedder.id, encode_passages(embedder, draft.passages) if vectors is None else vectors
    insert_contents(session, version.id, draft, made)
    return Saved(plan.id, version.name, version.version, unchanged=False)


def _known_version(session: Session, plan_id: int, digest: str) -> VersionRow | None:
    """The plan's draft, live or withdrawn version, when these bytes made it or were loaded together with it.

    Together: a folder may hold one paper as docx and as pdf. The later file of the two is
    the version; loading the folder again must not bring the earlier one back.
    """
    versions = session.scalars(
        select(VersionRow).where(VersionRow.plan_id == plan_id).order_by(VersionRow.version.desc())
    ).all()
    loaded_with = {version.loaded_at for version in versions if version.digest == digest}
    current = [each for each in versions if each.state in _CURRENT]
    exact = next((each for each in current if each.digest == digest), None)
    return exact or next((each for each in current if each.loaded_at in loaded_with), None)


def _find_or_add_plan(session: Session, draft: PlanDraft) -> PlanRow:
    """The plan that this paper is a version of; a new one when there is none."""
    claimed = identify(draft)
    rows = session.scalars(
        select(PlanRow)
        .where((PlanRow.number_key == claimed.number) | (PlanRow.stem_key == claimed.stem))
        .order_by(PlanRow.id)
    )
    candidates = [row for row in rows if _identity(row).may_be(claimed)]
    same = [row for row in candidates if not _is_other(session, row, draft)]
    if claimed.number is None:
        # Nothing but the file's name to go by: the same name is the same plan.
        same = same or [row for row in candidates if row.number_key is None]
    else:
        numbered = [row for row in same if row.number_key]
        if not numbered:
            _check_claim(session, draft, [row for row in candidates if row.number_key])
        same = numbered or same
    if same:
        return _learn(session, same[0], claimed)
    row = PlanRow(
        key=claimed.key,
        number_key=claimed.number,
        issuer_key=claimed.issuer,
        year=claimed.year,
        stem_key=claimed.stem,
    )
    session.add(row)
    session.flush()
    return row


def _check_claim(session: Session, draft: PlanDraft, others: Sequence[PlanRow]) -> None:
    """Refuse a paper that claims the number of a clearly different one that is loaded."""
    if not others:
        return
    newest = _newest_version(session, others[0].id)
    loaded = newest.file if newest else others[0].key
    raise PlanConflictError(
        f"“{draft.file}” mang số {draft.metadata.number} nhưng khác hẳn văn bản cùng số đã nạp (“{loaded}”); "
        "chưa nạp văn bản nào, hãy kiểm tra lại."
    )


def _identity(row: PlanRow) -> Identity:
    return Identity(row.number_key, row.issuer_key, row.year, row.stem_key)


def _is_other(session: Session, row: PlanRow, draft: PlanDraft) -> bool:
    newest = _newest_version(session, row.id)
    if newest is None or newest.digest == draft.digest:
        return False
    words = " ".join(
        session.scalars(
            select(PassageRow.folded).where(PassageRow.version_id == newest.id).order_by(PassageRow.position)
        )
    )
    return is_other_paper(draft.metadata.title, newest.title, draft_words(draft), words)


def _learn(session: Session, row: PlanRow, claimed: Identity) -> PlanRow:
    """Add what a later version says of the plan's identity to what is known."""
    row.number_key = row.number_key or claimed.number
    row.issuer_key = row.issuer_key or claimed.issuer
    row.year = row.year or claimed.year
    row.key = _identity(row).key
    session.flush()
    return row


def _add_version(session: Session, plan_id: int, draft: PlanDraft, now: datetime) -> VersionRow:
    newest = session.scalar(select(func.max(VersionRow.version)).where(VersionRow.plan_id == plan_id))
    facts = draft.metadata
    row = VersionRow(
        plan_id=plan_id,
        version=(newest or 0) + 1,
        state=VersionState.DRAFT,
        file=draft.file,
        digest=draft.digest,
        name=draft.name,
        number=facts.number,
        issued=facts.issued,
        issuer=facts.issuer,
        kind=facts.kind,
        title=facts.title,
        signer=facts.signer,
        years=list(facts.years),
        footnotes=list(draft.footnotes),
        report=report_to_json(full_report(draft)),
        loaded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _discard(session: Session, version: VersionRow) -> None:
    """Keep the row, so that numbers of versions are never used twice, and drop the contents."""
    version.state = VersionState.DISCARDED
    for model in (PassageRow, TaskRow, MentionRow, RelationRow):
        session.execute(delete(model).where(model.version_id == version.id))
    session.flush()
    drop_unused(session, version.digest)


def _activate(
    session: Session, plans: Sequence[PlanRow], now: datetime, by: int, told: PlanChange = PlanChange.ACTIVATED
) -> list[Switched]:
    """Each plan's waiting version goes live; their passages go into the index together, which many do faster."""
    indexed: list[int] = []
    switched = [_activate_one(session, plan, now, by, told, indexed) for plan in plans]
    keyword.index_versions(session, indexed)
    if indexed:
        bump_generation(session)
    return switched


def _activate_one(
    session: Session, plan: PlanRow, now: datetime, by: int, told: PlanChange, indexed: list[int]
) -> Switched:
    """One of them; the version that is to be indexed goes to `indexed`."""
    live = _live_version(session, plan.id)
    withdrawn = _version_in(session, plan.id, VersionState.WITHDRAWN)
    draft = _waiting_version(session, plan.id)
    if draft is None:
        if live is None:
            raise VersionError(f"Kế hoạch {plan.key} chưa có bản nháp để kích hoạt.")
        return Switched(plan.id, live.name, live.version, live.version)
    for before in (live, withdrawn):
        if before is not None:
            before.state = VersionState.SUPERSEDED
    _switch(session, live, draft, now)
    indexed.append(draft.id)
    _record(session, told, draft, by, now)
    # What was set for a later time has been done by hand.
    session.execute(
        delete(SetSwitchRow).where(SetSwitchRow.plan_id == plan.id, SetSwitchRow.version == draft.version)
    )
    return Switched(plan.id, draft.name, draft.version, live.version if live else None)


def _switch(session: Session, old: VersionRow | None, new: VersionRow, now: datetime) -> None:
    """The one place where one version follows another: pointer and corrections; the caller indexes the new one."""
    if old is not None:
        keyword.drop_version(session, old.id)
    lay(session, new.plan_id, new.id)
    new.state = VersionState.ACTIVE
    new.activated_at = now
    session.merge(LiveVersionRow(plan_id=new.plan_id, version_id=new.id))
    session.flush()


def _record(
    session: Session, change: PlanChange, version: VersionRow, by: int, now: datetime, detail: str = ""
) -> None:
    audit.record(
        session,
        AuditKind.PLAN,
        change,
        by=by,
        now=now,
        plan_id=version.plan_id,
        subject=version.version,
        detail=detail,
    )


def _check_version(found: VersionRow | None, wanted: int | None) -> None:
    """Of two who do the same at once, the later one finds another version, or none."""
    if wanted is not None and (found is None or found.version != wanted):
        raise VersionMovedError("Phiên bản này đã được xử lý trước đó; xin xem lại.")


def _live_version(session: Session, plan_id: int) -> VersionRow | None:
    return session.scalar(
        select(VersionRow)
        .join(LiveVersionRow, LiveVersionRow.version_id == VersionRow.id)
        .where(LiveVersionRow.plan_id == plan_id)
    )


def _waiting_version(session: Session, plan_id: int) -> VersionRow | None:
    """What activating would make live: the draft, else what was withdrawn."""
    return _draft_version(session, plan_id) or _version_in(session, plan_id, VersionState.WITHDRAWN)


def _draft_version(session: Session, plan_id: int) -> VersionRow | None:
    return _version_in(session, plan_id, VersionState.DRAFT)


def _version_in(session: Session, plan_id: int, state: VersionState) -> VersionRow | None:
    return session.scalar(
        select(VersionRow)
        .where(VersionRow.plan_id == plan_id, VersionRow.state == state)
        .order_by(VersionRow.version.desc())
        .limit(1)
    )


def _newest_version(session: Session, plan_id: int) -> VersionRow | None:
    return session.scalar(
        select(VersionRow)
        .where(VersionRow.plan_id == plan_id, VersionRow.state != VersionState.DISCARDED)
        .order_by(VersionRow.version.desc())
        .limit(1)
    )
