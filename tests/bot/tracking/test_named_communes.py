"""A commune that a plan prints by its own name owes its part alone; the group means all of them."""

from __future__ import annotations

from datetime import date

from bot.people.members import Role
from bot.tracking.boards import load_board
from tests.bot.notify.office import Office, duty

JUNE = date(2026, 6, 30)
HUNG, LUONG = "UBND xã Tân Hưng", "UBND phường Phú Lương"


def _set_up(office: Office) -> None:
    office.hire("Hưng", HUNG)
    office.hire("Lương", LUONG)
    office.hire("Quản", "Sở Nội vụ", Role.ADMIN)
    office.issue(
        duty("Sửa nhà văn hóa", "26/6/2026", "Ủy ban nhân dân xã Tân Hưng"),
        duty("Xây cầu", "29/6/2026", "UBND xã Bình Minh", row=2),
        duty("Báo cáo", "30/6/2026", "UBND các xã, phường", row=3),
    )
    office.refresh()


def test_who_is_reminded(office: Office) -> None:
    _set_up(office)
    told = {(who, due) for _, who, name, due in office.planned(date(2026, 6, 1), JUNE) if name == "due"}
    assert told == {("Hưng", date(2026, 6, 26)), ("Hưng", JUNE), ("Lương", JUNE)}


def test_the_one_with_nobody_is_shown_to_administrators(office: Office) -> None:
    _set_up(office)
    assert {each.agency for each in office.occurrences()} == {HUNG, LUONG, "UBND xã Bình Minh"}
    office.at(date(2026, 6, 22))
    office.refresh()
    assert any(row.name.startswith("unowned") for row in office.outbox())
    assert office.unowned() == {"UBND xã Bình Minh": 1}


def test_its_board_holds_its_own(office: Office) -> None:
    _set_up(office)
    for asked in (HUNG, "ubnd xã tân hưng", "Ủy ban nhân dân xã Tân Hưng"):
        with office.store.read() as session:
            board = load_board(session, office.library, office.directory, JUNE, agency=asked)
        assert (board.title, sorted(each.title for each in board.entries)) == (HUNG, ["Báo cáo", "Sửa nhà văn hóa"])
