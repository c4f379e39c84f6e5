"""How far a duty is, what is difficult, a leader's direction: who may say it, who hears it, and saying it twice."""

from __future__ import annotations

from datetime import date

import pytest

from bot.people.members import Role
from bot.people.records import NotAllowedError
from bot.tracking.records import ReminderError, RetypeError
from tests.bot.notify.owed import FINANCE, HEALTH, INTERIOR, Owed

DUE = date(2026, 12, 10)


def test_progress_is_received_and_under_way_and_disturbs_nobody(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    owed.person("Phạm Dũng", HEALTH, Role.LEADER)
    number = owed.owe(HEALTH, DUE)
    owed.remarks.report_progress([number], an, "Đã xong phần khảo sát")
    assert owed.standing(number)[0] == "in_progress"
    assert owed.occurrence(number).acknowledged_by == an
    assert owed.told() == []


def test_what_is_difficult_reaches_the_leader_and_the_following_unit_once(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    dung, binh = owed.person("Phạm Dũng", HEALTH, Role.LEADER), owed.person("Lý Bình", INTERIOR, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    for _ in range(2):
        owed.remarks.report_progress([number], an, "Thiếu kinh phí in ấn", difficulty=True)
        owed.pass_by(minutes=1)
    told = [(f"member:{dung}", "difficulty_told"), (f"member:{binh}", "difficulty_told")]
    assert owed.told() == told


@pytest.mark.parametrize(
    ("agency", "role", "may"),
    [
        (HEALTH, Role.LEADER, True),
        (HEALTH, Role.OWNER, False),
        (INTERIOR, Role.OWNER, True),  # follows the plan
        (FINANCE, Role.LEADER, False),
        (FINANCE, Role.ADMIN, True),
    ],
)
def test_a_direction_reaches_the_owners(owed: Owed, agency: str, role: Role, may: bool) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    who = owed.person("Vũ Em", agency, role)
    number = owed.owe(HEALTH, DUE)
    if not may:
        with pytest.raises(NotAllowedError):
            owed.remarks.direct([number], who, "Xong trước thứ Sáu")
        assert owed.told() == []
        return
    for _ in range(2):
        owed.remarks.direct([number], who, "Xong trước thứ Sáu")
    assert (f"member:{an}", "direction_given") in owed.told()
    assert len(owed.told()) == (1 if who != an else 0)


def test_what_is_done_takes_no_more_of_it(owed: Owed) -> None:
    an, dung = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Phạm Dũng", HEALTH, Role.LEADER)
    number = owed.owe(HEALTH, DUE)
    with pytest.raises(RetypeError):
        owed.remarks.report_progress([number], an, "   ")
    with pytest.raises(RetypeError):
        owed.remarks.direct([number], dung, "x" * 501)
    owed.progress.done([number], an)
    with pytest.raises(ReminderError):
        owed.remarks.report_progress([number], an, "Gần xong")
    with pytest.raises(ReminderError):
        owed.remarks.direct([number], dung, "Nhanh lên")
