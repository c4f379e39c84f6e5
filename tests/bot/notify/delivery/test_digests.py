"""What digests say when they go, and when there is nothing to say."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.channels.contract import ChannelName
from bot.clock import HANOI
from bot.people.records import Role
from bot.tracking.boards import load_board
from bot.tracking.records import Kind
from knowledge.progress import Standing
from tests.bot.notify.delivering import AGENCY, AN, AN_OA, AN_ZALO, MORNING, Line, Office, deliver_all, worker


async def test_the_leaders_week(office: Office) -> None:
    leader, line = office.add_person(AN, roles=(Role.LEADER,)), Line()
    for due in (date(2026, 11, 20), date(2026, 11, 30), date(2027, 1, 30)):
        office.add_occurrence(due)
    office.add_occurrence(date(2026, 10, 1), state="done")
    office.add_occurrence(date(2026, 10, 1), state="done", done_at=datetime(2026, 10, 2, 9, tzinfo=HANOI))
    office.add_row(leader, 0, f"digest:2026-11-25:{AGENCY}", Kind.DIGEST, payload={"say": "digest", "agency": AGENCY})
    await deliver_all(worker(office, line))
    lines = line.texts[0].splitlines()
    assert lines[:3] == [
        "Tình hình tuần này: Sở Tư pháp",
        "✅ hoàn thành đúng hạn 1 · ☑️ hoàn thành quá hạn 1 · 🟢 chưa hoàn thành trong hạn 2 (🟡 sắp đến hạn 1) · "
        "🔴 chưa hoàn thành quá hạn 1",
        "Quá hạn:",
    ]
    assert lines[3].endswith("– thứ Sáu 20/11/2026, đã quá hạn 5 ngày")
    assert lines[4] == "Sắp đến hạn:"
    assert lines[5].endswith("– thứ Hai 30/11/2026, còn 5 ngày")


async def test_the_leaders_week_counts_as_the_pictures_do(office: Office) -> None:
    leader, line = office.add_person(AN, roles=(Role.LEADER,)), Line()
    for due, state, recurring in (
        (date(2026, 11, 10), "open", False),
        (date(2026, 11, 22), "open", False),  # a Sunday: the Monday after it is worked, the Tuesday is a holiday
        (date(2026, 12, 1), "open", True),
        (date(2026, 12, 30), "open", False),
        (date(2027, 1, 30), "open", True),
        (date(2027, 11, 30), "open", True),  # of next year: on no board yet
        (date(2026, 1, 2), "open", False),  # over before the plan was known
        (date(2026, 6, 30), "done", True),
        (date(2025, 6, 30), "done", False),
    ):
        office.add_occurrence(due, state=state, recurring=recurring)
    office.add_row(leader, 0, f"digest:2026-11-25:{AGENCY}", Kind.DIGEST, payload={"say": "digest", "agency": AGENCY})
    await deliver_all(worker(office, line))
    with office.store.read() as session:
        board = load_board(session, office.library, office.directory, MORNING.date(), agency=AGENCY)
    green = board.counts[Standing.IN_TIME] + board.counts[Standing.DONE_IN_TIME]
    assert (green, board.counts[Standing.NEAR], board.counts[Standing.LATE]) == (4, 1, 2)
    assert line.texts[0].splitlines()[1] == (
        "✅ hoàn thành đúng hạn 2 · ☑️ hoàn thành quá hạn 0 · 🟢 chưa hoàn thành trong hạn 3 (🟡 sắp đến hạn 1) · "
        "🔴 chưa hoàn thành quá hạn 2"
    )


NOTHING_TO_TELL: list[dict[str, object]] = [
    {"state": "done"},
    {"state": "cancelled"},
    {"due_on": date(2027, 2, 1)},
    {"known_on": date(2026, 12, 31)},
]


@pytest.mark.parametrize("changed", NOTHING_TO_TELL)
async def test_a_week_with_nothing_late_or_near_is_not_told(office: Office, changed: dict[str, object]) -> None:
    leader, line = office.add_person(AN, roles=(Role.LEADER,)), Line()
    number = office.add_occurrence()
    office.add_occurrence(date(2026, 10, 1), state="done")
    office.add_occurrence(date(2026, 10, 1), state="done", done_at=datetime(2026, 10, 2, 9, tzinfo=HANOI))
    name = f"digest:2026-11-25:{AGENCY}"
    office.add_row(leader, 0, name, Kind.DIGEST, payload={"say": "digest", "agency": AGENCY})
    office.change(number, **changed)
    await deliver_all(worker(office, line))
    assert line.posted == []
    assert office.states() == [(name, "cancelled", "empty")]


@pytest.mark.parametrize("changed", [{"state": "done"}, {"state": "cancelled"}, {"due_on": date(2026, 12, 24)}])
async def test_urging_of_what_is_late_no_more_does_not_go(office: Office, changed: dict[str, object]) -> None:
    owner, line = office.add_person(AN), Line()
    numbers = [office.add_occurrence(date(2026, 11, 10)) for _ in range(2)]
    for name, ids in (("urged:2026-11-25:1", numbers[:1]), ("urged:2026-11-25:2", numbers)):
        payload = {"say": "urged", "ids": ids, "numbers": [2] * len(ids), "tasks": [], "by": owner.member}
        office.add_row(owner, 0, name, Kind.DIGEST, payload=payload)
    office.change(numbers[0], **changed)
    await deliver_all(worker(office, line))
    assert [text.splitlines()[0] for text in line.texts] == [
        "Đôn đốc lần 2: việc đã quá hạn 15 ngày, chưa báo xong"  # of two the one that is late still
    ]
    assert [(state, reason) for _, state, reason in office.states()] == [("cancelled", "empty"), ("sent", None)]


MONDAY = datetime(2026, 11, 30, 8, tzinfo=HANOI)


async def test_last_weeks_is_not_told_beside_this_weeks(office: Office) -> None:
    leader, line = office.add_person(AN, roles=(Role.LEADER,)), Line()
    office.add_occurrence()
    for day in (MORNING, MONDAY):
        name, payload = f"digest:{day.date()}:{AGENCY}", {"say": "digest", "agency": AGENCY}
        office.add_row(leader, 0, name, Kind.DIGEST, send_at=day, payload=payload)
    await deliver_all(worker(office, line), MONDAY)
    assert [text.splitlines()[0] for text in line.texts] == [f"Tình hình tuần này: {AGENCY}"]
    assert [(state, reason) for _, state, reason in office.states()] == [("dropped", "late"), ("sent", None)]


async def test_who_has_found_an_owner_is_not_told_as_unowned(office: Office) -> None:
    admin, line = office.add_person(AN, roles=(Role.ADMIN,), agency="Sở Nội vụ"), Line()
    office.add_occurrence()
    office.add_occurrence(agency="Sở Tài chính")
    rows = [
        office.add_row(admin, 0, f"unowned:2026-11-2{day}", Kind.DIGEST, payload={"say": "unowned"}) for day in (5, 6)
    ]
    deliverer = worker(office, line)
    office.add_person(AN_ZALO)
    assert await deliverer.try_deliver_one(MORNING)
    assert line.texts == [
        "1 cơ quan có việc gần hạn hoặc quá hạn mà chưa có đầu mối nào để nhắc:\n"
        "• Sở Tài chính: 1 việc\n"
        "Gõ /nhac rồi chọn “Cơ quan chưa có đầu mối” để mời đầu mối của từng cơ quan."
    ]
    office.add_person(AN_OA, agency="Sở Tài chính")
    await deliver_all(deliverer)
    assert len(line.texts) == 1
    assert office.row(rows[1]).reason == "empty"


async def test_what_has_happened_is_told_however_late(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    payload = {"say": "reminder_past", "plan": "Kế hoạch 57/KH-UBND", "plan_id": 1, "count": 3}
    long_ago = datetime(2026, 10, 1, 8, tzinfo=HANOI)
    office.add_row(an, 0, "past:1:2026-10-01", Kind.DIGEST, send_at=long_ago, payload=payload)
    office.add_row(
        an,
        0,
        "missed:2026-10-01",
        Kind.DIGEST,
        send_at=long_ago,
        payload={"say": "missed", "ids": [office.add_occurrence()]},
    )
    await deliver_all(worker(office, line))
    assert [text.splitlines()[0] for text in line.texts] == [
        "Kế hoạch 57/KH-UBND vừa được nạp có 3 việc của anh/chị đã qua hạn từ trước. Tôi không nhắc từng việc; "
        "xin gõ /quahan để xem và báo việc nào đã xong.",
        "Do gián đoạn, 1 việc sau đã không được nhắc đúng ngày:",
    ]


async def test_plans_loaded_together_are_summed_up_once(office: Office) -> None:
    an, binh, line = office.add_person(AN), office.add_person(AN_ZALO), Line()
    for plan, count in ((1, 3), (2, 12), (3, 1)):
        payload = {"say": "reminder_past", "plan": f"Kế hoạch {plan}/KH-UBND", "plan_id": plan, "count": count}
        office.add_row(an, 0, f"past:{plan}:2026-11-25", Kind.DIGEST, payload=payload)
    office.add_row(binh, 0, "past:1:2026-11-25", Kind.DIGEST, payload=payload)
    office.add_row(an, office.add_occurrence())
    zalo = Line(ChannelName.ZALO)
    await deliver_all(worker(office, line, zalo))
    assert (
        "3 văn bản vừa được nạp có 16 việc của anh/chị đã qua hạn từ trước:\n"
        "• Kế hoạch 1/KH-UBND: 3 việc\n"
        "• Kế hoạch 2/KH-UBND: 12 việc\n"
        "• Kế hoạch 3/KH-UBND: 1 việc\n"
        "Tôi không nhắc từng việc; xin gõ /quahan để xem và báo việc nào đã xong."
    ) in line.texts
    assert len(line.texts) == 2
    assert [text.splitlines()[0][:30] for text in zalo.texts] == ["Kế hoạch 3/KH-UBND vừa được nạ"]
    assert {state for _, state, _ in office.states()} == {"sent"}
