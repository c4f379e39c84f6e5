"""The files of papers: kept with the versions that were read from them, and gone with the last one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import func, select

from knowledge.records import PlanDraft
from knowledge.store.catalog import list_plans
from knowledge.store.database import Store
from knowledge.store.models import PaperRow
from knowledge.store.papers import find_paper
from knowledge.store.versions import Saved, activate, discard, rollback, save_drafts
from tests.knowledge.store.papers import NOW, make_paper

FIRST = "Kế hoạch số 57/KH-UBND, bản đầu".encode() * 40
SECOND = b"%PDF-1.7 ban hai"


def _paper(content: bytes, file: str = "Kế hoạch 57.docx", *titles: str) -> PlanDraft:
    made = make_paper(titles=titles or ("Rà soát thủ tục hành chính", "Nâng cấp cổng dịch vụ công"), file=file)
    return replace(made, digest=sha256(content).hexdigest())


def _load(store: Store, content: bytes, hour: int = 0) -> Saved:
    draft, now = _paper(content), NOW + timedelta(hours=hour)
    (saved,) = save_drafts(store, [draft], now=now, find_paper={draft.digest: content}.get, by=7)
    return saved


def _kept(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(PaperRow)) or 0


def _has(store: Store) -> dict[int, bool]:
    return {each.version: each.has_paper for plan in list_plans(store) for each in plan.versions}


def test_every_version_has_its_own_file(store: Store) -> None:
    plan = _load(store, FIRST).plan_id
    activate(store, plan, now=NOW)
    _load(store, SECOND)
    activate(store, plan, now=NOW)
    found = [find_paper(store, plan, version) for version in (1, 2, 3)]
    assert [each and each.content for each in found] == [FIRST, SECOND, None]
    assert found[0] is not None
    assert (found[0].name, found[0].digest) == ("Kế hoạch 57.docx", sha256(FIRST).hexdigest())
    rollback(store, plan, now=NOW)
    assert _has(store) == {1: True, 2: True}


def test_text_is_deflated_and_what_is_packed_already_is_not(store: Store) -> None:
    _load(store, FIRST)
    with store.read() as session:
        row = session.scalars(select(PaperRow)).one()
        assert (row.packed, row.size, len(row.content) < len(FIRST) // 5) == (True, len(FIRST), True)
    _load(store, SECOND)
    with store.read() as session:
        assert [(each.packed, each.content) for each in session.scalars(select(PaperRow))] == [(False, SECOND)]


def test_a_file_goes_with_the_last_version_that_uses_it(store: Store) -> None:
    plan = _load(store, FIRST).plan_id
    discard(store, plan, now=NOW)
    assert (_kept(store), find_paper(store, plan, 1)) == (0, None)
    _load(store, FIRST)
    activate(store, plan, now=NOW)
    _load(store, SECOND, hour=1)
    activate(store, plan, now=NOW)
    _load(store, FIRST, hour=2)  # the same bytes as the version before the live one
    assert _kept(store) == 2
    discard(store, plan, now=NOW)
    assert _has(store) == {2: True, 3: True}
    kept = find_paper(store, plan, 2)
    assert kept is not None
    assert kept.content == FIRST


def test_loading_a_file_again_keeps_it_where_it_was_missing(store: Store) -> None:
    (saved,) = save_drafts(store, [_paper(FIRST)], now=NOW)
    assert _has(store) == {1: False}
    assert _load(store, FIRST).unchanged
    assert _has(store) == {1: True}
    assert find_paper(store, saved.plan_id, 1) is not None


def test_of_two_files_of_one_paper_in_one_load_the_later_one_is_kept(store: Store) -> None:
    drafts = [_paper(FIRST, "Kế hoạch 57.docx"), _paper(SECOND, "Kế hoạch 57.pdf")]
    papers = {drafts[0].digest: FIRST, drafts[1].digest: SECOND}
    for _ in range(2):
        saved = save_drafts(store, drafts, now=NOW, find_paper=papers.get)
        kept = find_paper(store, saved[0].plan_id, saved[1].version)
        assert (_kept(store), kept and kept.name) == (1, "Kế hoạch 57.pdf")


def test_a_file_that_has_changed_since_it_was_read_is_not_kept(store: Store) -> None:
    draft = _paper(FIRST)
    (saved,) = save_drafts(store, [draft], now=NOW + timedelta(1), find_paper={draft.digest: SECOND}.get)
    assert (saved.unchanged, _kept(store), _has(store)) == (False, 0, {1: False})
