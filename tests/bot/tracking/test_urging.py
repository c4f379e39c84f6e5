"""Urging: who may, whom it reaches, once a day, and what is kept of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bot.people.members import Role
from bot.tracking.records import Recipient, ReminderError
from bot.tracking.rules import Name, Scope, set_rule
from bot.tracking.urging import Urging, Urgings, find_urgings
from knowledge.store.models import AssignmentRow, OutboxRow, UrgingRow
from tests.bot.notify.owed import FINANCE, HEALTH, INTERIOR, Owed

PAST = date(2026, 11, 6)
"""Ten working days before the Friday on which these tests begin."""


@pytest.fixture
def follower(owed: Owed) -> int:
    """An owner of the unit that follows every plan here."""
    return owed.person("Theo Dõi", INTERIOR, Role.OWNER)


def _urging(owed: Owed) -> Urging:
    return Urging(owed.store, lambda: owed.now, owed.directory)


def _told(owed: Owed) -> list[tuple[str, list[int]]]:
    """Who has a message of urging, and about what."""
    with owed.store.read() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.name.like("urged:%")).order_by(OutboxRow.id))
        return [(row.recipient, (row.payload or {})["ids"]) for row in rows]


def _log(owed: Owed) -> list[tuple[int, date, int, int | None, list[str]]]:
    with owed.store.read() as session:
        rows = session.scalars(select(UrgingRow).order_by(UrgingRow.id))
        return [(row.occurrence_id, row.day, row.number, row.urged_by, row.told) for row in rows]


def test_owners_hear_of_all_that_is_late_in_one_message(owed: Owed, follower: int) -> None:
    an, binh = owed.person("An", HEALTH, Role.OWNER), owed.person("Bình", HEALTH, Role.OWNER)
    owed.person("Lan", HEALTH, Role.LEADER)
    owed.person("Chi", HEALTH, Role.STAFF)
    late = [owed.owe(HEALTH, PAST, "Một"), owed.owe(HEALTH, PAST, "Hai")]
    near = owed.owe(HEALTH, date(2026, 11, 24), "Ba")
    (urged,) = _urging(owed).urge([*late, near], follower).urged
    assert (urged.agency, [each.id for each in urged.occurrences], urged.number) == (HEALTH, late, 1)
    assert (urged.told, urged.leaders) == (("An", "Bình"), False)
    keys = [Recipient(an).key, Recipient(binh).key]
    assert _told(owed) == [(key, late) for key in keys]
    assert _log(owed) == [(number, owed.now.date(), 1, follower, keys) for number in late]


def test_who_was_given_it_hears_as_well(owed: Owed, follower: int) -> None:
    an, minh = owed.person("An", HEALTH, Role.OWNER), owed.person("Minh", HEALTH, Role.STAFF)
    given, other = owed.owe(HEALTH, PAST, "Một"), owed.owe(HEALTH, PAST, "Hai")
    with owed.store.write() as session:
        session.add(
            AssignmentRow(
                duty_id=owed.occurrence(given).duty_id, agency=HEALTH, member_id=minh, assigned_by=an,
                assigned_at=owed.now,
            )
        )  # fmt: skip
    (urged,) = _urging(owed).urge([given, other], follower).urged
    assert urged.told == ("An", "Minh")
    assert _told(owed) == [(Recipient(an).key, [given, other]), (Recipient(minh).key, [given])]


def test_once_a_day_and_it_says_by_whom(owed: Owed, follower: int) -> None:
    admin = owed.person("Quản Trị", FINANCE, Role.ADMIN)
    owed.person("An", HEALTH, Role.OWNER)
    first, second = owed.owe(HEALTH, PAST, "Một"), owed.owe(HEALTH, PAST, "Hai")
    _urging(owed).urge([first], follower)
    owed.pass_by(hours=2)
    with pytest.raises(ReminderError) as refused:
        _urging(owed).urge([first], admin)
    assert refused.value.sentence == (
        "Hôm nay Theo Dõi đã đôn đốc việc này lúc 09:00 (lần 1); mỗi ngày chỉ đôn đốc một lần."
    )
    with pytest.raises(ReminderError, match="Hôm nay anh/chị đã đôn đốc"):
        _urging(owed).urge([first], follower)
    # What was not urged today still may be; the other is left out and counted.
    outcome = _urging(owed).urge([first, second], admin)
    assert ([each.id for each in outcome.urged[0].occurrences], outcome.already) == ([second], 1)
    assert len(_told(owed)) == 2
    owed.pass_by(days=3)
    assert _urging(owed).urge([first], follower).urged[0].number == 2


def test_the_third_time_and_every_further_one_the_leader_is_told(owed: Owed, follower: int) -> None:
    owed.person("An", HEALTH, Role.OWNER)
    owed.person("Lan", HEALTH, Role.LEADER)
    number, other = owed.owe(HEALTH, PAST), owed.owe(HEALTH, PAST, "Mới trễ")
    leaders = []
    for _ in range(4):
        (urged,) = _urging(owed).urge([number], follower).urged
        leaders.append((urged.number, urged.leaders, urged.told))
        owed.pass_by(days=1)
    assert leaders == [
        (1, False, ("An",)), (2, False, ("An",)), (3, True, ("An", "Lan")), (4, True, ("An", "Lan")),
    ]  # fmt: skip
    # The leader hears only of what it is time for.
    before = len(_told(owed))
    _urging(owed).urge([number, other], follower)
    assert [ids for _, ids in _told(owed)[before:]] == [[number, other], [number]]
    with owed.store.read() as session:
        last = owed.now.date()
        assert find_urgings(session, [number, other]) == {number: Urgings(5, last), other: Urgings(1, last)}


def test_an_agency_that_nobody_is_registered_for_is_named(owed: Owed, follower: int) -> None:
    owed.person("An", HEALTH, Role.OWNER)
    known, unknown = owed.owe(HEALTH, PAST), owed.owe(FINANCE, PAST)
    outcome = _urging(owed).urge([known, unknown], follower)
    assert ([each.agency for each in outcome.urged], outcome.unowned) == ([HEALTH], (FINANCE,))
    owed.pass_by(days=1)
    with pytest.raises(ReminderError, match=r"Sở Tài chính chưa có đầu mối hay lãnh đạo nào .* xin mời"):
        _urging(owed).urge([unknown], follower)
    owed.person("Lãnh", FINANCE, Role.LEADER)
    assert _urging(owed).urge([unknown], follower).urged[0].told == ("Lãnh",)
    assert [row[0] for row in _log(owed)] == [known, unknown]


@pytest.mark.parametrize(
    ("agency", "role", "may"),
    [
        (INTERIOR, Role.OWNER, True),
        (INTERIOR, Role.LEADER, True),
        (INTERIOR, Role.STAFF, False),
        (FINANCE, Role.ADMIN, True),
        (FINANCE, Role.LEADER, False),
        (HEALTH, Role.OWNER, False),
    ],
)
def test_who_may(owed: Owed, agency: str, role: Role, *, may: bool) -> None:
    owed.person("An", HEALTH, Role.OWNER)
    who, number = owed.person("Ai", agency, role), owed.owe(HEALTH, PAST)
    if may:
        assert _urging(owed).urge([number], who).urged
        return
    with pytest.raises(ReminderError, match="chỉ đơn vị theo dõi kế hoạch hoặc quản trị viên"):
        _urging(owed).urge([number], who)
    assert not _log(owed)
    assert not _told(owed)


def test_a_plan_that_another_unit_follows_is_urged_by_that_one(owed: Owed, follower: int) -> None:
    owed.person("An", HEALTH, Role.OWNER)
    other, number = owed.person("Tài", FINANCE, Role.OWNER), owed.owe(HEALTH, PAST, plan=2)
    with owed.store.write() as session:
        set_rule(session, Scope.PLAN, "2", Name.FOLLOW, FINANCE, None, owed.now)
    with pytest.raises(ReminderError, match="chỉ đơn vị theo dõi"):
        _urging(owed).urge([number], follower)
    assert _urging(owed).urge([number], other).urged


def test_what_is_done_or_not_late_is_not_urged(owed: Owed, follower: int) -> None:
    an = owed.person("An", HEALTH, Role.OWNER)
    done, today = owed.owe(HEALTH, PAST), owed.owe(HEALTH, date(2026, 11, 20), "Hôm nay")
    owed.progress.done([done], an)
    for number in (done, today, 999):
        with pytest.raises(ReminderError, match="không còn quá hạn hoặc đã báo xong"):
            _urging(owed).urge([number], follower)


def test_the_log_stays_when_who_urged_is_forgotten(owed: Owed, follower: int) -> None:
    owed.person("Quản Trị", FINANCE, Role.ADMIN)
    an, number = owed.person("An", HEALTH, Role.OWNER), owed.owe(HEALTH, PAST)
    _urging(owed).urge([number], follower)
    owed.people.forget(follower, by=follower)
    assert _log(owed) == [(number, owed.now.date(), 1, None, [Recipient(an).key])]
