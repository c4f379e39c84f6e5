"""A crowded morning: more than one message can hold, for one person."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.clock import HANOI
from bot.notify.claims import MOST
from bot.tracking.records import Kind
from knowledge.store.models import MemberAgencyRow, OccurrenceRow
from tests.bot.notify.delivering import AGENCY, AN, AN_ZALO, MORNING, Line, Office, deliver_all, worker

DUE = date(2026, 12, 4)


def rows_of(text: str) -> list[str]:
    """The items of a message."""
    return [line for line in text.splitlines() if line[:1].isdigit() and ". " in line[:4]]


@pytest.mark.parametrize("count", [MOST, MOST + 1, 2 * MOST, 2 * MOST + 5])
async def test_full_messages_and_one_with_the_rest(office: Office, count: int) -> None:
    an, line = office.add_person(AN), Line()
    dues = [DUE - timedelta(days=number % 7) for number in range(count)]
    for due in dues:
        office.add_row(an, office.add_occurrence(due), "later:2026-11-25")
    await deliver_all(worker(office, line))
    sizes = [len(rows_of(text)) or 1 for text in line.texts]  # one alone has no number
    assert sizes == [MOST] * (count // MOST) + [count % MOST] * (count % MOST > 0)
    assert {state for _, state, _ in office.states()} == {"sent"}
    ids = [number for _, reply in line.posted for number in _ids(office, reply.choices[0][0].data)]
    assert sorted(ids) == sorted(set(ids)) == sorted(range(min(ids), min(ids) + count))
    assert [text.count("việc nữa ở tin sau.") for text in line.texts] == [1] * (len(sizes) - 1) + [0]
    if count > MOST:
        assert f"Còn {count - MOST} việc nữa ở tin sau." in line.texts[0].splitlines()


def _ids(office: Office, data: str) -> list[int]:
    from bot.menus.choices import find_pressed
    from bot.menus.dialogues import Key

    with office.store.read() as session:
        opened, index = find_pressed(session, data, Key("telegram", "7", "7"), MORNING)
    return [*opened.actions[index]["ids"]]


async def test_the_most_urgent_are_in_the_first(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    for number in range(MOST + 10):
        office.add_row(an, office.add_occurrence(DUE + timedelta(days=60 - number)), "later:2026-11-25")
    await deliver_all(worker(office, line))
    first, second = (rows_of(text) for text in line.texts)
    assert (len(first), len(second)) == (MOST, 10)
    assert "còn 30 ngày" in first[0]
    assert "còn 60 ngày" in second[0]


async def test_an_item_of_many_agencies_is_not_cut_in_two(office: Office) -> None:
    """Forty agencies of one person: one item each day, however many rows it is."""
    an, line = office.add_person(AN), Line()
    agencies = [f"UBND xã Số {number}" for number in range(40)]
    numbers = [office.add_occurrence(DUE), office.add_occurrence(DUE + timedelta(days=1))]
    with office.store.write() as session:
        session.add_all(MemberAgencyRow(member_id=an.member or 0, agency=agency) for agency in agencies)
        for number in [*numbers]:
            own = session.get_one(OccurrenceRow, number)
            for agency in agencies:
                other = OccurrenceRow(
                    duty_id=own.duty_id, agency=agency, planned_on=own.due_on, due_on=own.due_on,
                    known_on=own.known_on, recurring=False, state="open",
                )  # fmt: skip
                session.add(other)
                session.flush()
                numbers.append(other.id)
    for number in numbers:
        office.add_row(an, number, "later:2026-11-25")
    await deliver_all(worker(office, line))
    [text] = line.texts
    assert text.splitlines()[0] == "2 việc cần anh/chị để ý:"
    assert sorted(_ids(office, line.posted[0][1].choices[0][0].data)) == sorted(numbers)
    assert len(office.states()) == 82


async def test_after_a_downtime_only_the_newest_of_each_goes_however_many_they_are(office: Office) -> None:
    an, line = office.add_person(AN_ZALO), Line(name=AN_ZALO.channel)
    for _ in range(MOST):
        number = office.add_occurrence(date(2026, 11, 25))
        office.add_row(an, number, "lead:3", send_at=datetime(2026, 11, 19, 8, tzinfo=HANOI))
        office.add_row(an, number, "lead:1", send_at=datetime(2026, 11, 23, 8, tzinfo=HANOI))
    for number in range(1, MOST + 1):
        office.add_row(an, number, "due", Kind.DUE, agency=AGENCY)
    await deliver_all(worker(office, line))
    [text] = line.texts
    assert text.splitlines()[0] == f"{MOST} việc cần anh/chị để ý:"
    states = [(name, state) for name, state, _ in office.states()]
    assert states.count(("due", "sent")) == MOST
    assert states.count(("lead:3", "cancelled")) == states.count(("lead:1", "cancelled")) == MOST
