"""Corrections in the database: what readers see, what the next version keeps, what has to be decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from knowledge.agencies import Directory, load_directory
from knowledge.correcting import CorrectionState
from knowledge.errors import CorrectionError, CorrectionMovedError, VersionError
from knowledge.library import LivePassage, LiveTask
from knowledge.qa.asking import Assistant
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.records import CellDoubt, Deadline, DeadlineKind, Origin, Passage, PlanDraft, Source
from knowledge.store import keyword
from knowledge.store.catalog import list_plans
from knowledge.store.comparison import diff
from knowledge.store.corrections import (
    OPERATOR,
    Cells,
    Done,
    add_task,
    cancel_task,
    edit_task,
    keep,
    list_corrections,
    settle_doubt,
    undo,
    version_tasks,
)
from knowledge.store.database import Store, migrate
from knowledge.store.library import SqlLibrary
from knowledge.store.models import MemberRow
from knowledge.store.versions import activate, rollback, save_drafts, withdraw
from knowledge.text import syllables
from tests.knowledge.store.papers import DIGITAL_TASKS, NOW, make_paper, make_task
from tests.knowledge.store.test_relations import LATE, PORTAL_LATER, decision, load

REVIEW, PORTAL, SKILLS = DIGITAL_TASKS
WHY = "đối chiếu bản ký"
ROWS = tuple(make_task(title, row=row) for row, title in enumerate(DIGITAL_TASKS, 1))


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load_directory()


def find(library: SqlLibrary, title: str) -> LiveTask:
    return next(each for each in library.tasks() if each.task.title == title)


def edit(store: Store, directory: Directory, task: int, **cells: object) -> Done:
    expected = cells.pop("expected", None)
    return edit_task(
        store, task, Cells(**cells), reason=WHY, by=OPERATOR, now=NOW, directory=directory, expected=expected  # type: ignore[arg-type]
    )  # fmt: skip


def states(store: Store) -> list[tuple[int, CorrectionState]]:
    return [(each.correction.number, each.state) for each in list_corrections(store)]


def test_an_edit_is_read_at_once_and_the_printed_task_comes_back(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, make_paper())
    before = find(library, PORTAL)
    generation = library.generation()
    done = edit(store, directory, before.id, lead=["Sở Y tế, Sở Tài chính"], deadline="Trước ngày 15/9", product="")
    assert (done.plan_name, done.task_id, len(done.numbers), done.warnings) == ("57/KH-UBND", before.id, 3, ())
    assert library.generation() > generation
    now = find(library, PORTAL)
    assert (now.task.lead, now.task.lead_agencies) == (("Sở Y tế", "Sở Tài chính"), ("Sở Y tế", "Sở Tài chính"))
    assert (now.task.deadline.phrase, now.task.deadline.dates) == ("Trước ngày 15/9", (date(2026, 9, 15),))
    assert (now.task.product, [*now.corrected]) == (None, ["product", "lead", "deadline"])
    assert [each.id for each in library.tasks(offices=["Sở Y tế"])] == [now.id]
    assert [each.id for each in library.tasks(deadlines=[now.task.deadline])] == [now.id]
    assert [each for each in library.tasks() if each.id != now.id] == [
        replace(each, plan=now.plan) for each in library.tasks() if each.id != now.id
    ]
    assert diff(store, "57").changed == ()
    for number in done.numbers:
        undo(store, number, by=OPERATOR, now=NOW)
    assert find(library, PORTAL).task == before.task
    assert states(store) == [(number, CorrectionState.UNDONE) for number in done.numbers]


def test_what_nobody_knows_is_kept_as_written_with_a_warning(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, make_paper())
    done = edit(store, directory, find(library, PORTAL).id, lead=["Tổ Mây Xanh"], deadline="khi hoa nở rộ")
    assert done.task.lead == ("Tổ Mây Xanh",)
    assert done.task.lead_agencies == ()
    assert [each.split(":")[0] for each in done.warnings] == [
        "Danh bạ chưa có cơ quan “Tổ Mây Xanh”",
        *(["Không hiểu thời hạn “khi hoa nở rộ”"] if len(done.warnings) > 1 else []),
    ]


def test_a_corrected_title_is_found_by_its_words_and_no_longer_after_undo(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, make_paper())
    task = find(library, SKILLS)
    (number,) = edit(store, directory, task.id, title="Tập huấn phòng ngừa mã độc").numbers
    assert [each.task_id for each in passages(library, "phòng ngừa mã độc")] == [task.id]
    assert [each.task_id for each in passages(library, "kỹ năng bồi dưỡng")] == [task.id]
    with store.read() as session:
        assert keyword.find_damage(session) is None
    undo(store, number, by=OPERATOR, now=NOW)
    assert passages(library, "phòng ngừa mã độc") == []


def passages(library: SqlLibrary, text: str) -> list[LivePassage]:
    hits = library.keyword([syllables(text)[-1]], 5)
    found = library.passages_by_id([hit.passage_id for hit in hits])
    return [found[hit.passage_id] for hit in hits]


def test_an_added_task_is_listed_found_corrected_and_taken_away(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, make_paper())
    cells = Cells(title="Lắp rađa khí tượng", lead=["Sở Y tế"], deadline="Quý IV")
    done = add_task(store, "57", cells, reason=WHY, by=OPERATOR, now=NOW, directory=directory, section="III")
    assert done.task_id is not None
    edit(store, directory, done.task_id, lead=["Sở Tài chính"])
    task = library.tasks()[-1]
    assert (task.id, task.task.lead, task.task.deadline.dates) == (
        done.task_id, ("Sở Tài chính",), (date(2026, 12, 31),)
    )  # fmt: skip
    assert task.added is not None
    assert [each.task_id for each in passages(library, "rađa khí tượng")] == [task.id]
    assert list_plans(store)[0].versions[0].tasks == 3
    assert diff(store, "57").added == ROWS
    undo(store, done.numbers[0], by=OPERATOR, now=NOW)
    assert [each.task.title for each in library.tasks()] == [*DIGITAL_TASKS]
    assert passages(library, "rađa khí tượng") == []
    assert {state for _, state in states(store)} == {CorrectionState.UNDONE}
    with store.read() as session:
        assert keyword.find_damage(session) is None


def test_a_task_like_one_that_is_there_is_added_with_a_warning(store: Store, directory: Directory) -> None:
    load(store, make_paper())
    done = add_task(
        store, "57", Cells(title=PORTAL), reason=WHY, by=OPERATOR, now=NOW, directory=directory
    )  # fmt: skip
    assert [each.partition("(")[0] for each in done.warnings] == ["Kế hoạch đã có nhiệm vụ gần giống "]
    assert states(store) == [(1, CorrectionState.HELD)]


def test_a_cancelled_task_is_in_no_list_and_known_as_cancelled(store: Store, library: SqlLibrary) -> None:
    load(store, make_paper())
    task = find(library, PORTAL)
    (number,) = cancel_task(store, task.id, reason="lồng ghép vào đề án", by=OPERATOR, now=NOW).numbers
    assert [each.task.title for each in library.tasks()] == [REVIEW, SKILLS]
    gone = library.tasks_by_id([task.id])[task.id]
    assert gone.cancelled is not None
    assert (gone.cancelled.number, gone.cancelled.reason) == (number, "lồng ghép vào đề án")
    with pytest.raises(CorrectionMovedError, match=r"^Nhiệm vụ này đã được quản trị viên \(dòng lệnh\) lúc 08:30"):
        cancel_task(store, task.id, reason=WHY, by=OPERATOR, now=NOW)
    undo(store, number, by=OPERATOR, now=NOW)
    assert len(library.tasks()) == 3


def test_doubts_are_confirmed_dropped_or_corrected_away(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    doubts = tuple(CellDoubt(field, "lấy theo dòng trên") for field in ("lead", "product", "coordinating"))
    load(
        store, make_paper(tasks=(replace(ROWS[0], deadline=LATE, doubts=doubts), replace(ROWS[1], doubts=doubts[:1])))
    )
    id_ = library.tasks()[0].id
    places = [doubt.where for doubt in list_plans(store)[0].versions[0].report.doubts]
    assert places == ["dòng 3", "dòng 1, 2", "dòng 1", "dòng 1", "dòng 1"]  # the first is of the paper itself
    settle_doubt(store, id_, "lead", confirmed=True, by=OPERATOR, now=NOW)
    settle_doubt(store, id_, "deadline", confirmed=True, by=OPERATOR, now=NOW)
    settle_doubt(store, id_, "product", confirmed=False, by=OPERATOR, now=NOW, reason=WHY)
    edit(store, directory, id_, coordinating=["Sở Y tế"])
    task = library.tasks()[0]
    assert (task.task.doubts, task.task.deadline.unread, task.task.product) == ((), (), None)
    assert (task.task.lead, [*task.corrected]) == (ROWS[0].lead, ["product", "coordinating"])
    assert [doubt.where for doubt in list_plans(store)[0].versions[0].report.doubts] == ["dòng 3", "dòng 2"]
    with pytest.raises(CorrectionError, match="“Chủ trì” không có gì cần kiểm tra"):
        settle_doubt(store, id_, "lead", confirmed=False, by=OPERATOR, now=NOW)


def test_of_two_who_correct_one_cell_the_later_one_is_told_who_was_first(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, make_paper())
    task = find(library, PORTAL)
    with store.write() as session:
        session.add(MemberRow(id=7, name="Trần Thị Mẫu", agency="Sở Nội vụ", active=True, since=NOW))
    edit_task(store, task.id, Cells(deadline="Quý III"), reason=WHY, by=7, now=NOW, directory=directory)
    seen = {"deadline": task.task.deadline.phrase, "lead": task.task.lead}
    with pytest.raises(
        CorrectionMovedError,
        match=r"^Ô “Thời hạn” vừa được Trần Thị Mẫu lúc 08:30 ngày 01/02/2026 sửa thành “Quý III”",
    ):
        edit(store, directory, task.id, deadline="Quý IV", lead=["Sở Y tế"], expected=seen)
    assert len(list_corrections(store)) == 1
    # Another cell of the same task is nobody else's.
    edit(store, directory, task.id, lead=["Sở Y tế"], expected=seen)
    edit(store, directory, task.id, deadline="Quý IV", expected={"deadline": "Quý III"})
    assert find(library, PORTAL).task.deadline.phrase == "Quý IV"


REFUSED: list[tuple[str, Callable[[Store, Directory, int], object]]] = [
    ("Không có gì thay đổi", lambda store, names, id_: edit(store, names, id_, title=REVIEW)),
    ("Tên nhiệm vụ không được để trống", lambda store, names, id_: edit(store, names, id_, title=" ")),
    ("ngắn hơn 2000", lambda store, names, id_: edit(store, names, id_, product="x" * 2001)),
    ("Không có nhiệm vụ mang mã 999", lambda store, names, _: edit(store, names, 999, title="x")),
    ("Xin ghi lý do", lambda store, _, id_: cancel_task(store, id_, reason=" ", by=OPERATOR, now=NOW)),
    ("Không có đính chính số 5", lambda store, _names, _id: undo(store, 5, by=OPERATOR, now=NOW)),
    (
        "Xin ghi tên nhiệm vụ",
        lambda store, names, _: add_task(
            store, "57", Cells(product="x"), reason=WHY, by=OPERATOR, now=NOW, directory=names
        ),
    ),
]


@pytest.mark.parametrize(("said", "act"), REFUSED, ids=[said for said, _ in REFUSED])
def test_what_cannot_be_is_refused_and_leaves_nothing(
    store: Store,
    library: SqlLibrary,
    directory: Directory,
    said: str,
    act: Callable[[Store, Directory, int], object],
) -> None:
    load(store, make_paper())
    generation = library.generation()
    with pytest.raises(CorrectionError, match=said):
        act(store, directory, find(library, REVIEW).id)
    assert (library.generation(), list_corrections(store)) == (generation, [])


def second(*rows: int, title: str = PORTAL, lead: str = "Sở Nội vụ") -> PlanDraft:
    """The next version: of these rows only, the second one perhaps otherwise."""
    told = {1: ROWS[0], 2: make_task(title, row=2, lead=lead), 3: ROWS[2]}
    return make_paper(tasks=tuple(told[row] for row in rows), clauses=("Bản mới.",))


def test_the_next_version_keeps_what_its_rows_still_say(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, make_paper())
    edit(store, directory, find(library, PORTAL).id, title="Nâng cấp cổng dịch vụ công", lead=["Sở Y tế"])
    cells = Cells(title="Lắp rađa khí tượng", lead=["Sở Y tế"])
    added = add_task(store, "57", cells, reason=WHY, by=OPERATOR, now=NOW, directory=directory)
    load(store, second(2, 1))
    assert [(each.task.title, each.task.lead[0]) for each in library.tasks()] == [
        ("Nâng cấp cổng dịch vụ công", "Sở Y tế"),
        (REVIEW, "Sở Nội vụ"),
        (added.task.title, "Sở Y tế"),
    ]
    assert {state for _, state in states(store)} == {CorrectionState.HELD}
    assert [task.title for task in diff(store, "57").removed] == [SKILLS]
    assert len(passages(library, "rađa khí tượng")) == 1
    rollback(store, "57", now=NOW)
    assert len(library.tasks()) == 4
    with store.read() as session:
        assert keyword.find_damage(session) is None


def test_what_the_next_version_changed_waits_until_somebody_decides(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, make_paper())
    ids = [find(library, title).id for title in (PORTAL, SKILLS)]
    edit(store, directory, ids[0], deadline="Quý IV")
    edit(store, directory, ids[1], deadline="Quý IV")
    save_drafts(store, [second(1, 2, title=f"{PORTAL} năm 2026")], now=NOW)
    waiting = list_corrections(store, "57", waiting=True)
    assert [(each.correction.number, each.likely and each.likely.title) for each in waiting] == [
        (1, f"{PORTAL} năm 2026"),
        (2, None),
    ]
    assert find(library, PORTAL).task.deadline.phrase == "Quý IV"  # the live version has it still
    activate(store, "57", now=NOW)
    assert [[*each.corrected] for each in library.tasks()] == [[], []]
    kept = keep(store, 1, by=OPERATOR, now=NOW + timedelta(hours=1))
    assert (kept.state, kept.kept_by) == (CorrectionState.HELD, "quản trị viên (dòng lệnh)")
    assert find(library, f"{PORTAL} năm 2026").task.deadline.phrase == "Quý IV"
    with pytest.raises(CorrectionError, match="đang được giữ"):
        keep(store, 1, by=OPERATOR, now=NOW)
    with pytest.raises(CorrectionError, match="Không tìm thấy trong bản mới dòng nào giống"):
        keep(store, 2, by=OPERATOR, now=NOW)
    undo(store, 2, by=OPERATOR, now=NOW)
    assert list_corrections(store, waiting=True) == []
    rollback(store, "57", now=NOW)
    assert find(library, PORTAL).task.deadline.phrase == "Quý IV"


def test_what_the_paper_prints_right_by_now_needs_no_decision(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, make_paper())
    id_ = find(library, PORTAL).id
    lead = ["Sở Y tế", "Văn phòng UBND tỉnh"]
    edit(store, directory, id_, lead=["Sở Tài chính"])
    edit(store, directory, id_, lead=lead)
    edit(store, directory, id_, title="Nâng cấp cổng dữ liệu mở của tỉnh")
    load(store, second(1, 2, 3, title="Nâng cấp cổng dữ liệu mở của tỉnh", lead="Sở Y tế"))
    assert states(store) == [(1, CorrectionState.HELD), (2, CorrectionState.MET), (3, CorrectionState.MET)]
    assert [[*each.corrected] for each in library.tasks()] == [[], [], []]
    rollback(store, "57", now=NOW)
    assert [*find(library, "Nâng cấp cổng dữ liệu mở của tỉnh").task.lead] == lead


def test_a_task_that_the_next_version_prints_is_not_told_twice(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, second(1, 3))
    add_task(store, "57", Cells(title=PORTAL), reason=WHY, by=OPERATOR, now=NOW, directory=directory)
    load(store, make_paper())
    assert [each.task.title for each in library.tasks()] == [*DIGITAL_TASKS]
    assert states(store) == [(1, CorrectionState.TO_DECIDE)]
    keep(store, 1, by=OPERATOR, now=NOW)
    assert [each.task.title for each in library.tasks()] == [*DIGITAL_TASKS, PORTAL]
    undo(store, 1, by=OPERATOR, now=NOW)
    assert len(library.tasks()) == 3


def test_amending_papers_come_over_earlier_corrections_and_under_later_ones(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, make_paper())
    edit(store, directory, find(library, PORTAL).id, deadline="Quý III", product="Cổng mới")
    load(store, decision(PORTAL_LATER))
    task = find(library, PORTAL)
    assert (task.task.deadline, task.task.product, [*task.corrected]) == (LATE, "Cổng mới", ["product"])
    edit(store, directory, task.id, deadline="31/10/2026")
    task = find(library, PORTAL)
    assert (task.task.deadline.phrase, task.task.lead) == ("31/10/2026", ("Sở Y tế",))


def test_a_draft_is_corrected_before_it_is_switched_on(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    save_drafts(store, [make_paper()], now=NOW)
    done = edit(store, directory, 2, lead=["Sở Y tế"])
    assert (done.task_id, done.task.lead) == (2, ("Sở Y tế",))
    shown = version_tasks(store, "57")
    assert [(each.id, each.printed.title, each.task.lead[0], len(each.corrections)) for each in shown] == [
        (1, REVIEW, "Sở Nội vụ", 0),
        (2, PORTAL, "Sở Y tế", 1),
        (3, SKILLS, "Sở Nội vụ", 0),
    ]
    added = add_task(store, "57", Cells(title="Lắp trạm"), reason=WHY, by=OPERATOR, now=NOW, directory=directory)
    assert (added.task_id, library.tasks()) == (None, [])
    activate(store, "57", now=NOW)
    assert find(library, PORTAL).task.lead == ("Sở Y tế",)
    assert len(library.tasks()) == 4


def test_a_withdrawn_plan_is_not_read_and_comes_back_with_its_corrections(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, make_paper())
    edit(store, directory, find(library, PORTAL).id, lead=["Sở Y tế"])
    add_task(store, "57", Cells(title="Lắp trạm"), reason=WHY, by=OPERATOR, now=NOW, directory=directory)
    withdraw(store, "57", reason="chờ văn bản thay thế", by=OPERATOR, now=NOW)
    assert (library.plans(), library.tasks(), library.keyword(syllables("kỹ năng số"), 5)) == ((), [], [])
    (plan,) = list_plans(store)
    assert (plan.live, plan.versions[0].state, plan.versions[0].withdrawn_reason) == (
        None, "withdrawn", "chờ văn bản thay thế"
    )  # fmt: skip
    with pytest.raises(VersionError, match="không đang dùng"):
        withdraw(store, "57", reason=WHY, by=OPERATOR, now=NOW)
    with pytest.raises(CorrectionError):
        edit(store, directory, 2, lead=["Sở Tài chính"])
    (saved,) = save_drafts(store, [make_paper()], now=NOW)
    assert saved.unchanged
    assert activate(store, "57", now=NOW).version == 1
    assert find(library, PORTAL).task.lead == ("Sở Y tế",)
    assert len(library.tasks()) == 4
    assert len(library.keyword(syllables("kỹ năng số"), 5)) > 0


def test_a_draft_that_follows_a_withdrawn_version_takes_its_place(store: Store, library: SqlLibrary) -> None:
    load(store, make_paper())
    withdraw(store, "57", reason=WHY, by=OPERATOR, now=NOW)
    load(store, second(1, 2))
    assert [each.state for each in list_plans(store)[0].versions] == ["superseded", "active"]
    rollback(store, "57", now=NOW)
    assert len(library.tasks()) == 3
    withdraw(store, "57", reason=WHY, by=OPERATOR, now=NOW)
    assert library.plans() == ()


def test_who_asks_again_hears_what_holds_now(store: Store, library: SqlLibrary, directory: Directory) -> None:
    load(store, make_paper())
    assistant = Assistant(library, directory, load_lexicon())

    def asked(question: str) -> list[str]:
        return assistant.ask(question, as_of=date(2026, 3, 2)).text.splitlines()

    question = "Ai chủ trì nâng cấp cổng dịch vụ công trực tuyến của tỉnh?"
    note = "(đã đính chính ngày 01/02/2026: đối chiếu bản ký)"
    assert asked(question)[0].startswith("Sở Nội vụ; Văn phòng UBND tỉnh chủ trì")
    (lead,) = edit(store, directory, find(library, PORTAL).id, lead=["Sở Y tế"]).numbers
    assert asked(question)[0].startswith(f"Sở Y tế {note} chủ trì")
    (title,) = edit(store, directory, find(library, PORTAL).id, title="Dựng cổng rađa khí tượng").numbers
    told = asked("Ai chủ trì dựng cổng rađa khí tượng?")
    assert (told[0].partition(";")[0], told[-2]) == (
        f"Sở Y tế {note} chủ trì", f"Nhiệm vụ: Dựng cổng rađa khí tượng {note}."
    )  # fmt: skip
    for number in (lead, title):
        undo(store, number, by=OPERATOR, now=NOW)
    assert asked(question)[0].startswith("Sở Nội vụ; Văn phòng UBND tỉnh chủ trì")


def test_an_older_schema_loses_corrections_and_nothing_else(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    load(store, make_paper())
    add_task(store, "57", Cells(title="Lắp trạm"), reason=WHY, by=OPERATOR, now=NOW, directory=directory)
    edit(store, directory, find(library, PORTAL).id, lead=["Sở Y tế"])
    migrate(store.engine, "0016")
    migrate(store.engine)
    fresh = SqlLibrary(store)
    assert [each.task for each in fresh.tasks()] == [*ROWS]
    assert isinstance(fresh.tasks()[0].task.deadline, Deadline)
    assert DeadlineKind.ONE_OFF in fresh.tasks()[0].task.deadline.kinds


def test_a_clause_is_told_by_its_record_once_it_is_corrected(
    store: Store, library: SqlLibrary, directory: Directory
) -> None:
    place = Source(("III. TỔ CHỨC THỰC HIỆN", "2. Sở Nội vụ"), clause="2.a", quote="Mở lớp sơ cứu trong quý II.")
    due = Deadline("trong quý II", (DeadlineKind.ONE_OFF,), dates=(date(2026, 6, 30),))
    clause = replace(
        make_task("Mở lớp sơ cứu"), origin=Origin.CLAUSE, number=None, source=place, lead=("Sở Nội vụ",),
        deadline=due, coordinating=(), product=None,
    )  # fmt: skip
    paper = make_paper(tasks=(clause, ROWS[1]))
    passages = (Passage(place.quote, place, "Sở Nội vụ", 0), *paper.passages[1:])
    load(store, replace(paper, passages=passages))
    assistant = Assistant(library, directory, load_lexicon())
    question = "Ai chủ trì mở lớp sơ cứu?"
    assert assistant.ask(question, as_of=NOW.date()).text.startswith("Sở Nội vụ")
    edit(store, directory, library.tasks()[0].id, lead=["Sở Y tế"])
    said = assistant.ask(question, as_of=NOW.date()).text.splitlines()
    assert said[0] == "Sở Y tế (đã đính chính ngày 01/02/2026: đối chiếu bản ký) chủ trì."
    assert said[-2] == "Văn bản ghi: Mở lớp sơ cứu trong quý II."
