"""What owners answer: received, done, taken back, later; who may, and two at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from bot.people.members import Role
from bot.tracking.audience import load_audience
from bot.tracking.progress import AlreadyDoneError
from bot.tracking.records import Kind, Recipient, ReminderError
from bot.tracking.rows import find_occurrences
from bot.tracking.rules import load_rules
from bot.tracking.schedule import morning
from knowledge.store.models import DutyRow, OutboxRow
from tests.bot.notify.owed import FINANCE, HEALTH, INTERIOR, Owed

DUE = date(2026, 12, 10)
MONDAY = date(2026, 11, 23)
LEADS = (
    (Kind.LEAD, "lead:7", date(2026, 12, 1)),
    (Kind.LEAD, "lead:3", date(2026, 12, 7)),
    (Kind.DUE, "due", DUE),
)
NOT_YOURS = "Việc này chỉ đầu mối, lãnh đạo của cơ quan được giao hoặc quản trị viên trả lời được."
GONE = "Việc này không còn trong các kế hoạch đang dùng."


def test_received_once_and_leaders_hear_of_what_is_late_all_the_same(owed: Owed) -> None:
    an, lan = owed.person("Trần An", INTERIOR, Role.OWNER), owed.person("Lê Lan", INTERIOR, Role.LEADER)
    number = owed.owe(INTERIOR, DUE)
    owed.plan(number, an, *LEADS)
    owed.plan(number, lan, (Kind.ESCALATION, "leader", date(2026, 12, 11)))
    owed.progress.acknowledge([number], an)
    owed.pass_by(hours=1)
    owed.progress.acknowledge([number], lan)
    row = owed.occurrence(number)
    assert (row.acknowledged_by, row.acknowledged_at) == (an, owed.now - timedelta(hours=1))
    assert owed.rows(number) == {
        "lead:7": "waiting",
        "lead:3": "waiting",
        "due": "waiting",
        "leader": "waiting",
    }


@pytest.mark.parametrize(
    ("days", "taken", "left_out"),
    [
        (["10/12", "20/12"], ["10/12", "20/12"], []),
        (["18/11", "10/12", "17/11"], ["10/12"], ["18/11", "17/11"]),
        (["18/11", "17/11"], [], ["18/11", "17/11"]),
        (["18/11"], ["18/11"], []),  # one by itself is looked at
        (["19/11", "20/11"], ["20/11"], ["19/11"]),  # today is the 20th
    ],
)
def test_received_all_at_once_leaves_out_what_is_late(
    owed: Owed, days: list[str], taken: list[str], left_out: list[str]
) -> None:
    an = owed.person("Trần An", INTERIOR, Role.OWNER)
    numbers = [
        owed.owe(INTERIOR, date(2026, int(day[3:]), int(day[:2])), title=f"Việc {at}") for at, day in enumerate(days)
    ]
    received = owed.progress.acknowledge(numbers, an)
    told = [[f"{each.due_on:%d/%m}" for each in part] for part in (received.occurrences, received.late)]
    assert told == [taken, left_out]
    noted = [day for day, number in zip(days, numbers, strict=True) if owed.occurrence(number).acknowledged_at]
    assert noted == taken


@pytest.mark.parametrize(
    ("agency", "role", "further", "may"),
    [
        (INTERIOR, Role.OWNER, (), True),
        (INTERIOR, Role.LEADER, (), True),
        (INTERIOR, Role.STAFF, (), False),
        (HEALTH, Role.OWNER, (), False),
        (HEALTH, Role.LEADER, (), False),
        (HEALTH, Role.ADMIN, (), True),
        (HEALTH, Role.OWNER, (FINANCE, INTERIOR), True),
        (HEALTH, Role.STAFF, (INTERIOR,), False),
    ],
)
def test_who_may(owed: Owed, agency: str, role: Role, further: tuple[str, ...], may: bool) -> None:
    who = owed.person("Trần An", agency, role, further=further)
    number = owed.owe(INTERIOR, DUE)
    calls: list[Callable[[], object]] = [
        lambda: owed.progress.acknowledge([number], who),
        lambda: owed.progress.check_open([number], who),
        lambda: owed.extensions.ask(number, who, date(2026, 12, 20), "Chờ số liệu"),
        lambda: owed.progress.done([number], who),
        lambda: owed.progress.undo([number], who),
    ]
    for call in calls:
        if may:
            call()
        else:
            with pytest.raises(ReminderError, match=NOT_YOURS):
                call()
    assert owed.occurrence(number).acknowledged_by == (who if may else None)


def test_whoever_is_switched_off_may_not(owed: Owed) -> None:
    an = owed.person("Trần An", INTERIOR, Role.OWNER)
    number = owed.owe(INTERIOR, DUE)
    owed.people.switch_off(an, by=None)
    with pytest.raises(ReminderError, match=NOT_YOURS):
        owed.progress.done([number], an)


def test_a_merged_agencys_people_answer_for_its_successor_and_the_other_way_round(owed: Owed) -> None:
    an = owed.person("Trần An", "Sở Kế hoạch và Đầu tư", Role.OWNER)
    number = owed.owe("Sở Kế hoạch và Đầu tư", DUE)
    owed.progress.done([number], an)
    assert owed.occurrence(number).state == "done"


def test_done_ends_the_series_and_tells_leaders_and_the_following_unit_after_ten_minutes(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    lan = owed.person("Lê Lan", HEALTH, Role.LEADER)
    follower = owed.person("Vũ Bình", INTERIOR, Role.OWNER)
    owed.person("Đỗ Cúc", FINANCE, Role.LEADER)
    number = owed.owe(HEALTH, DUE)
    owed.plan(number, an, *LEADS)
    done = owed.progress.done([number], an, note="Đã gửi văn bản số 12", file="ab12-bao-cao.pdf")
    assert done.until == owed.now + timedelta(minutes=10)
    row = owed.occurrence(number)
    assert (row.state, row.done_by, row.note, row.file) == ("done", an, "Đã gửi văn bản số 12", "ab12-bao-cao.pdf")
    assert {name: state for name, state in owed.rows(number, an).items() if name != "done"} == {
        "lead:7": "cancelled done",
        "lead:3": "cancelled done",
        "due": "cancelled done",
    }
    said = {
        "say": "reminder_done",
        "title": "Lập báo cáo quý",
        "agency": HEALTH,
        "due": "2026-12-10",
        "by": an,
        "note": "Đã gửi văn bản số 12",
        "file": "bao-cao.pdf",
    }
    at = owed.now + timedelta(minutes=10)
    assert owed.notices() == [(f"member:{lan}", at, said), (f"member:{follower}", at, said)]


def test_who_reports_it_is_not_told_of_it(owed: Owed) -> None:
    lan = owed.person("Lê Lan", INTERIOR, Role.LEADER)
    owed.progress.done([owed.owe(INTERIOR, DUE)], lan)
    assert owed.notices() == []


@pytest.mark.parametrize(("minutes", "back"), [(0, True), (9, True), (10, True), (11, False)])
def test_undo_within_ten_minutes(owed: Owed, minutes: int, back: bool) -> None:
    an, _lan = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Lê Lan", HEALTH, Role.LEADER)
    number = owed.owe(HEALTH, DUE)
    owed.plan(number, an, *LEADS)
    owed.progress.done([number], an, note="Xong")
    owed.pass_by(minutes=minutes)
    if back:
        owed.progress.undo([number], an)
        row = owed.occurrence(number)
        assert (row.state, row.done_at, row.done_by, row.note) == ("open", None, None, None)
        assert owed.rows(number) == {"lead:7": "waiting", "lead:3": "waiting", "due": "waiting"}
    else:
        with pytest.raises(ReminderError, match="Đã quá 10 phút"):
            owed.progress.undo([number], an)
        assert owed.occurrence(number).state == "done"
        assert owed.rows(number)["due"] == "cancelled done"


def test_who_was_told_already_hears_that_it_was_taken_back(owed: Owed) -> None:
    an, lan = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Lê Lan", HEALTH, Role.LEADER)
    number = owed.owe(HEALTH, DUE)
    owed.progress.done([number], an)
    owed.pass_by(minutes=10)
    owed.send_all()
    owed.progress.undo([number], an)
    assert owed.rows(number) == {"done": "sent", "undone": "waiting"}
    assert [(who, said["say"]) for who, _, said in owed.notices()] == [(f"member:{lan}", "reminder_undone")]


def test_an_administrator_may_reopen_later(owed: Owed) -> None:
    an, lan = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Lê Lan", HEALTH, Role.LEADER)
    admin = owed.person("Quản trị", INTERIOR, Role.ADMIN)
    number = owed.owe(HEALTH, DUE)
    owed.plan(number, an, *LEADS)
    owed.progress.done([number], an, file="ab12-bao-cao.pdf")
    owed.pass_by(days=3)
    owed.send_all()
    assert owed.progress.undo([number], admin).files == ()
    assert owed.occurrence(number).state == "open"
    assert owed.rows(number, an) == {"lead:7": "waiting", "lead:3": "waiting", "due": "waiting", "undone": "waiting"}
    assert [(who, said["say"]) for who, _, said in owed.notices()] == [
        (f"member:{lan}", "reminder_undone"),
        (f"member:{an}", "reminder_undone"),
    ]


def test_done_again_after_undo_is_told_with_its_own_note(owed: Owed) -> None:
    an, _lan = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Lê Lan", HEALTH, Role.LEADER)
    number = owed.owe(HEALTH, DUE)
    owed.progress.done([number], an, note="Nhầm")
    owed.progress.undo([number], an)
    owed.progress.done([number], an, note="Đúng")
    assert [said["note"] for _, _, said in owed.notices()] == ["Đúng"]


def test_taken_back_twice(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    owed.progress.done([number], an)
    owed.progress.undo([number], an)
    with pytest.raises(ReminderError, match=r"chưa được báo xong, hoặc đã hoàn tác rồi\."):
        owed.progress.undo([number], an)


def test_done_twice_by_one_person_is_done_once(owed: Owed) -> None:
    an, _lan = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Lê Lan", HEALTH, Role.LEADER)
    number = owed.owe(HEALTH, DUE)
    first = owed.progress.done([number], an, note="Một")
    owed.pass_by(minutes=3)
    assert owed.progress.done([number], an, note="Hai").until == first.until
    assert [said["note"] for _, _, said in owed.notices()] == ["Một"]


def test_done_by_another_says_who_and_when(owed: Owed) -> None:
    an, lan = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Lê Lan", HEALTH, Role.LEADER)
    number = owed.owe(HEALTH, DUE)
    owed.progress.done([number], an)
    owed.pass_by(hours=1)
    for call in (owed.progress.done, owed.progress.acknowledge):
        with pytest.raises(AlreadyDoneError, match=r"Việc này Trần An đã báo xong lúc 09:00 ngày 20/11/2026\."):
            call([number], lan)
    owed.people.switch_off(an, by=None)
    with pytest.raises(AlreadyDoneError, match="Việc này một người khác đã báo xong"):
        owed.progress.done([number], lan)


@pytest.mark.parametrize("round_", range(5))
def test_two_report_it_at_once(owed: Owed, round_: int) -> None:
    an, lan = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Lê Lan", HEALTH, Role.LEADER)
    number = owed.owe(HEALTH, DUE, title=f"Việc {round_}")
    barrier = Barrier(2)

    def go(who: int) -> str:
        barrier.wait()
        try:
            owed.progress.done([number], who, note=str(who))
        except AlreadyDoneError as error:
            return error.sentence
        return ""

    with ThreadPoolExecutor(2) as pool:
        ended = dict(zip((an, lan), pool.map(go, (an, lan)), strict=True))
    (first,) = (who for who, told in ended.items() if not told)
    (told,) = filter(None, ended.values())
    row = owed.occurrence(number)
    assert (row.done_by, row.note) == (first, str(first))
    assert told == f"Việc này {'Trần An' if first == an else 'Lê Lan'} đã báo xong lúc 09:00 ngày 20/11/2026."


def test_of_several_what_is_still_owed_is_done(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER, further=[FINANCE])
    chi = owed.person("Vũ Chi", FINANCE, Role.OWNER)
    both = [owed.owe(HEALTH, DUE), owed.owe(FINANCE, DUE)]
    owed.progress.done(both[1:], chi)
    assert [each.agency for each in owed.progress.done(both, an).occurrences] == [HEALTH]
    assert [owed.occurrence(number).done_by for number in both] == [an, chi]


def test_what_the_plan_has_dropped(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    with owed.store.write() as session:
        find = owed.occurrence(number)
        find.state = "cancelled"
        session.merge(find)
    for ids in ([number], [9_999]):
        with pytest.raises(ReminderError, match=GONE):
            owed.progress.done(ids, an)
    with owed.store.write() as session:
        session.delete(session.get_one(DutyRow, owed.occurrence(number).duty_id))
    with pytest.raises(ReminderError, match=GONE):
        owed.progress.acknowledge([number], an)


def test_a_note_of_any_length_is_not_taken(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    with pytest.raises(ReminderError, match=r"Xin ghi chú ngắn hơn 500 ký tự\."):
        owed.progress.done([number], an, note="x" * 501)
    assert owed.occurrence(number).state == "open"


# --- later -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "until", "problem"),
    [
        (DUE, MONDAY, None),
        (DUE, DUE, None),
        (DUE, date(2026, 11, 20), "Ngày nhắc lại phải sau hôm nay."),
        (DUE, date(2026, 11, 22), "Ngày 22/11/2026 không phải ngày làm việc."),
        (DUE, date(2026, 12, 11), "Ngày nhắc lại muộn nhất là 10/12/2026."),
        (date(2026, 12, 12), date(2026, 12, 14), "Ngày nhắc lại muộn nhất là 11/12/2026."),
        (DUE, date(2026, 11, 24), "Ngày 24/11/2026 không phải ngày làm việc."),
        (date(2026, 11, 18), date(2026, 11, 30), None),
        (date(2026, 11, 18), date(2026, 12, 1), "Ngày nhắc lại muộn nhất là 30/11/2026."),
        (
            date(2026, 11, 20),
            MONDAY,
            "Hạn đã đến nên không lùi lời nhắc được nữa; xin chọn Xong hoặc Xin lùi hạn.",
        ),
    ],
)
def test_days_for_later(owed: Owed, due: date, until: date, problem: str | None) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, due)
    if problem is None:
        owed.progress.later([number], an, until)
        assert owed.rows(number)[f"later:{until}"] == "waiting"
    else:
        with pytest.raises(ReminderError) as told:
            owed.progress.later([number], an, until)
        assert told.value.sentence == problem
        assert owed.rows(number) == {}
    assert owed.occurrence(number).due_on == due


def test_later_moves_ones_own_reminder_only_and_planning_brings_nothing_back(owed: Owed) -> None:
    an, chi = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Vũ Chi", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    owed.plan(number, an, *LEADS[:1])
    owed.plan(number, chi, *LEADS)
    owed.progress.later([number], an, date(2026, 12, 8))
    put_off = {
        "lead:7": "cancelled later",
        "lead:3": "cancelled later",
        "later:2026-12-08": "waiting",
    }
    assert owed.rows(number, an) == put_off
    owed.plan(number, an, *LEADS)
    assert owed.rows(number, an) == put_off | {"due": "waiting"}
    assert owed.rows(number, chi) == {"lead:7": "waiting", "lead:3": "waiting", "due": "waiting"}
    with owed.store.read() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.name.like("later:%"))).one()
        assert (row.kind, row.send_at, row.due_on) == (Kind.LEAD, morning(date(2026, 12, 8)), DUE)


def test_later_and_then_sooner(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    owed.progress.later([number], an, date(2026, 11, 25))
    owed.progress.later([number], an, date(2026, 11, 26))
    assert {n: s for n, s in owed.rows(number).items() if n.startswith("later")} == {
        "later:2026-11-25": "cancelled later",
        "later:2026-11-26": "waiting",
    }
    owed.progress.later([number], an, date(2026, 11, 25))
    assert owed.rows(number)["later:2026-11-25"] == "waiting"


def test_later_is_for_those_who_are_reminded(owed: Owed) -> None:
    admin = owed.person("Quản trị", FINANCE, Role.ADMIN)
    number = owed.owe(HEALTH, DUE)
    with pytest.raises(ReminderError, match="Chỉ đầu mối và lãnh đạo"):
        owed.progress.later([number], admin, MONDAY)


def test_a_reminder_put_off_is_still_one_to_be_heard(owed: Owed) -> None:
    lan, other = owed.person("Lê Lan", HEALTH, Role.LEADER), owed.person("Đỗ Cúc", FINANCE, Role.LEADER)
    number = owed.owe(HEALTH, DUE)
    with owed.store.read() as session:
        audience = load_audience(session, owed.directory, load_rules(session), owed.now.date())
        found = find_occurrences(session, [number])[number]
    assert audience.hears(Recipient(lan), found, "later:2026-11-23", HEALTH)
    assert not audience.hears(Recipient(other), found, "later:2026-11-23", HEALTH)


def test_done_takes_back_what_was_put_off_and_undo_brings_it_back(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    owed.progress.later([number], an, MONDAY)
    owed.progress.done([number], an)
    assert owed.rows(number, an)["later:2026-11-23"] == "cancelled done"
    owed.progress.undo([number], an)
    assert owed.rows(number, an)["later:2026-11-23"] == "waiting"
