"""Every change of what is loaded and what is live. All writes to plans stand here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from knowledge.doubts import full_report
from knowledge.embedding import Embedder, Vectors
from knowledge.errors import PlanConflictError, VersionError, VersionMovedError
from knowledge.records import PlanDraft
from knowledge.store import keyword
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


def save_drafts(
    store: Store,
    drafts: Sequence[PlanDraft],
    *,
    now: datetime,
    find_paper: FindPaper = no_papers,
    by: int | None = None,
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


def activate(store: Store, plan: str | int, *, now: datetime, version: int | None = None) -> Switched:
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
        waiting = _draft_version(session, row.id) or _version_in(session, row.id, VersionState.WITHDRAWN)
        _check_version(waiting, version)
        switched = _activate(session, row, now)
        if switched.before != switched.version:
            bump_generation(session)
        return switched


def activate_many(store: Store, plans: Sequence[str | int], *, now: datetime) -> list[Switched]:
    """`activate` each in one transaction: readers see all of them switched, or none."""
    with store.write() as session:
        switched = [_activate(session, find_plan_row(session, plan), now) for plan in plans]
        if any(each.before != each.version for each in switched):
            bump_generation(session)
        return switched


def rollback(store: Store, plan: str | int, *, now: datetime, version: int | None = None) -> Switched:
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
            .where(VersionRow.version < (live.version if live else 0))
            .order_by(VersionRow.version.desc())
            .limit(1)
        )
        if live is None or before is None:
            name = live.name if live else str(plan)
            raise VersionError(f"Kế hoạch {name} chưa có phiên bản trước để quay lại.")
        waiting = _draft_version(session, row.id)
        live.state = VersionState.SUPERSEDED if waiting else VersionState.DRAFT
        _switch(session, live, before, now)
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
        bump_generation(session)
        return Switched(row.id, live.name, live.version, live.version)


def live_version(store: Store, plan_id: int) -> int | None:
    """The number of a plan's live version, where it has one."""
    with store.read() as session:
        live = _live_version(session, plan_id)
        return live.version if live is not None else None


def discard(store: Store, plan: str | int, *, version: int | None = None) -> str:
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
        return draft.name


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
    by: int | None,
) -> Saved:
    plan = _find_or_add_plan(session, draft)
    same = _known_version(session, plan.id, draft.digest)
    if same is not None:
        return Saved(plan.id, same.name, same.version, unchanged=True)
    waiting = _draft_version(session, plan.id)
    if waiting:
        _discard(session, waiting)
    version = _add_version(session, plan.id, draft, now, by)
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


def _add_version(session: Session, plan_id: int, draft: PlanDraft, now: datetime, by: int | None) -> VersionRow:
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
        loaded_by=by,
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


def _activate(session: Session, plan: PlanRow, now: datetime) -> Switched:
    live = _live_version(session, plan.id)
    withdrawn = _version_in(session, plan.id, VersionState.WITHDRAWN)
    draft = _draft_version(session, plan.id) or withdrawn
    if draft is None:
        if live is None:
            raise VersionError(f"Kế hoạch {plan.key} chưa có bản nháp để kích hoạt.")
        return Switched(plan.id, live.name, live.version, live.version)
    for before in (live, withdrawn):
        if before is not None:
            before.state = VersionState.SUPERSEDED
    _switch(session, live, draft, now)
    return Switched(plan.id, draft.name, draft.version, live.version if live else None)


def _switch(session: Session, old: VersionRow | None, new: VersionRow, now: datetime) -> None:
    """The one place where one version follows another: pointer, corrections and keyword index together."""
    if old is not None:
        keyword.drop_version(session, old.id)
    lay(session, new.plan_id, new.id)
    new.state = VersionState.ACTIVE
    new.activated_at = now
    session.merge(LiveVersionRow(plan_id=new.plan_id, version_id=new.id))
    session.flush()
    keyword.index_version(session, new.id)


def _check_version(found: VersionRow | None, wanted: int | None) -> None:
    """Of two who do the same at once, the later one finds another version, or none."""
    if wanted is not None and (found is None or found.version != wanted):
        raise VersionMovedError("Phiên bản này đã được xử lý trước đó.")


def _live_version(session: Session, plan_id: int) -> VersionRow | None:
    return session.scalar(
        select(VersionRow)
        .join(LiveVersionRow, LiveVersionRow.version_id == VersionRow.id)
        .where(LiveVersionRow.plan_id == plan_id)
    )


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
