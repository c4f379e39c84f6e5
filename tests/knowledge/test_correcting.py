"""Corrections laid over tasks: what holds whatever people correct, in whatever order, and whatever they take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from knowledge.correcting import (
    Correction,
    CorrectionKind,
    Offices,
    Value,
    by_row,
    corrected,
    find_row,
    laid_over_amended,
    row_keys,
    row_words,
    value_of,
)
from knowledge.records import CellDoubt, Deadline, DeadlineKind, Task
from tests.knowledge.store.papers import DIGITAL_TASKS, make_task

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
FIELDS = ("title", "activity", "product", "lead", "coordinating", "deadline")
ROWS = tuple(
    replace(make_task(title, row=row), doubts=tuple(CellDoubt(field, "đọc chưa chắc") for field in FIELDS))
    for row, title in enumerate(DIGITAL_TASKS, 1)
)
KEYS = dict(enumerate(row_keys(ROWS)))

words = st.text("abcđ ế", min_size=1, max_size=12)
deadlines = st.builds(lambda phrase: Deadline(phrase, (DeadlineKind.UNSPECIFIED,), unread=(phrase,)), words)


def values(field: str) -> st.SearchStrategy[Value]:
    if field == "deadline":
        return deadlines
    if field in ("lead", "coordinating"):
        return st.lists(words, max_size=3).map(
            lambda names: Offices(tuple(names), tuple(names) if field == "lead" else ())
        )
    return words


@st.composite
def corrections(draw: st.DrawFn) -> list[Correction]:
    made = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        kind = draw(st.sampled_from([CorrectionKind.EDIT, CorrectionKind.CONFIRMED, CorrectionKind.CANCEL]))
        field = "" if kind is CorrectionKind.CANCEL else draw(st.sampled_from(FIELDS))
        after = draw(values(field)) if kind is CorrectionKind.EDIT else None
        row = draw(st.sampled_from([*KEYS]))
        made.append(Correction(number, kind, (KEYS[row],), field, None, after, "sai chính tả", 1, AT, AT.date()))
    return made


def laid(made: list[Correction]) -> dict[int, Task]:
    held = by_row({key: id_ for id_, key in KEYS.items()}, made)
    return {row: corrected(task, held.get(row, ())) for row, task in enumerate(ROWS)}


@given(corrections())
def test_what_is_taken_back_leaves_the_task_as_printed(made: list[Correction]) -> None:
    assert laid([replace(each, undone=True) for each in made]) == dict(enumerate(ROWS))


@given(corrections(), st.randoms())
def test_the_order_in_which_they_are_read_changes_nothing(made: list[Correction], random: object) -> None:
    mixed = [*made]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert laid(mixed) == laid(made)


@given(corrections())
def test_edits_of_different_cells_come_out_the_same_in_any_order_of_making(made: list[Correction]) -> None:
    single = [*{(each.keys, each.field): each for each in made}.values()]
    turned = [replace(each, number=len(single) - place) for place, each in enumerate(single)]
    assert laid(turned) == laid(single)


@given(corrections())
def test_a_correction_changes_its_own_cell_and_no_other(made: list[Correction]) -> None:
    before, after = laid(made[:-1]), laid(made)
    last = made[-1]
    for row, key in KEYS.items():
        if key not in last.keys:
            assert after[row] == before[row]
            continue
        for field in FIELDS:
            if field != last.field:
                assert value_of(after[row], field) == value_of(before[row], field)
        assert all(doubt.field != last.field for doubt in after[row].doubts)


@given(deadlines)
def test_a_deadline_that_is_confirmed_has_nothing_unread(deadline: Deadline) -> None:
    task = replace(ROWS[0], deadline=deadline)
    confirmed = Correction(1, CorrectionKind.CONFIRMED, (), "deadline", deadline, deadline, "", 1, AT, AT.date())
    assert corrected(task, [confirmed]).deadline == replace(deadline, unread=())


def test_rows_are_known_by_what_they_say_not_by_their_place() -> None:
    moved = [replace(task, number=str(9 - place)) for place, task in enumerate(reversed(ROWS))]
    assert set(row_keys(moved)) == set(KEYS.values())
    twice = row_keys([ROWS[0], ROWS[0]])
    assert twice[0] == KEYS[0] != twice[1]
    for field in FIELDS:
        value: Value = Offices(("Sở Y tế",)) if field in ("lead", "coordinating") else "Chữ khác"
        if field == "deadline":
            value = Deadline("Quý IV", (DeadlineKind.ONE_OFF,))
        edit = Correction(1, CorrectionKind.EDIT, (), field, None, value, "", 1, AT, AT.date())
        assert row_keys([corrected(ROWS[0], [edit])]) != [KEYS[0]]


def test_a_later_paper_comes_over_what_was_corrected_before_it() -> None:
    late = Deadline("Quý IV/2026", (DeadlineKind.ONE_OFF,), dates=(date(2026, 12, 31),))
    printed, task = ROWS[0].deadline, replace(ROWS[0], deadline=late)
    hand = Deadline("31/10/2026", (DeadlineKind.ONE_OFF,), dates=(date(2026, 10, 31),))
    before = Correction(1, CorrectionKind.EDIT, (), "deadline", printed, hand, "", 1, AT, AT.date())
    assert laid_over_amended(task, ["deadline"], [before]) == (task, ())
    seen = replace(before, number=2, before=late)
    assert laid_over_amended(task, ["deadline"], [before, seen]) == (
        corrected(task, [seen]),
        (seen,),
    )
    other = replace(before, field="title", after="Tên khác")
    assert laid_over_amended(task, ["deadline"], [other]) == (task, (other,))


def test_a_reworded_row_is_found_and_one_of_two_alike_is_not() -> None:
    told = {id_: row_words(row) for id_, row in enumerate(ROWS)}
    words = row_words(replace(ROWS[1], title="Nâng cấp cổng dịch vụ công trực tuyến tỉnh"))
    assert find_row(words, told) == 1
    assert find_row(words, {1: told[1], 2: told[1]}) is None
    assert find_row(row_words(make_task("Trồng rừng ngập mặn")), told) is None
    assert find_row(words, {}) is None
