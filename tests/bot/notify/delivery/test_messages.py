"""What goes, what does not, and how it reads: the deliverer on a real database, with channels in memory."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.channels.contract import ChannelName
from bot.clock import HANOI
from bot.menus.choices import find_opened, find_pressed
from bot.menus.dialogues import Dialogue, Key, find_dialogue, save_dialogue
from bot.people.records import Role
from bot.tracking.records import Kind
from bot.tracking.schedule import is_open
from knowledge.store.models import ExtensionRow, MemberRow
from knowledge.wording import source_line
from knowledge.workdays import WorkCalendar
from tests.bot.notify.delivering import AGENCY, AN, AN_ZALO, DUE, MORNING, Line, Office, deliver_all, worker

LATE = MORNING - timedelta(days=1)  # a day off: 24 November is a holiday
BEFORE = datetime(2026, 11, 20, 8, tzinfo=HANOI)
LONG_AGO = datetime(2026, 11, 16, 8, tzinfo=HANOI)


async def test_a_reminder_says_what_by_when_to_whom_and_from_where(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    number = office.add_occurrence(task=8)
    row = office.add_row(an, number)
    assert await deliver_all(worker(office, line)) == 1
    live = office.tasks[8]
    chat, reply = line.posted[0]
    lines = reply.text.splitlines()
    assert chat == "7"
    assert lines[0] == "Nhắc việc: còn 9 ngày"
    assert lines[1].startswith("Nhiệm vụ: ")
    assert "Hạn: thứ Sáu 04/12/2026, còn 9 ngày." in lines
    assert f"Chủ trì: {AGENCY}." in lines
    assert "Báo cáo kết quả về Sở Nội vụ." in lines
    assert lines[-2] == source_line(live.plan, live.task.source, live.task.number)
    assert lines[-1] == "Xin anh/chị trả lời bằng một lựa chọn bên dưới."
    assert [[choice.label for choice in row] for row in reply.choices] == [
        ["Đã nhận", "Xong"],
        ["Xin lùi hạn", "Nhắc lại sau…"],
    ]
    assert reply.bold
    assert reply.unhurried
    with office.store.read() as session:
        opened, index = find_pressed(session, reply.choices[1][0].data, Key("telegram", "7", "7"), MORNING)
    assert opened.actions[index] == {"do": "reminder_extend", "ids": [number]}
    sent = office.row(row)
    assert (sent.state, sent.channel, sent.message, sent.sent_at, sent.reason) == (
        "sent", "telegram", "1", sent.sent_at, None,
    )  # fmt: skip


HEADS = [
    ("lead:7", Kind.LEAD, date(2026, 12, 4), "Nhắc việc: còn 9 ngày"),
    ("due", Kind.DUE, date(2026, 11, 25), "Nhắc việc: hạn cuối là hôm nay"),
    ("overdue:2", Kind.OVERDUE, date(2026, 11, 16), "Nhắc việc lần 2/6: đã quá hạn 9 ngày"),
    ("later:2026-11-25", Kind.LEAD, date(2026, 11, 30), "Nhắc việc: còn 5 ngày"),
    ("help", Kind.LEAD, date(2026, 12, 4), "Việc cơ quan anh/chị phối hợp: còn 9 ngày"),
    (
        "leader", Kind.ESCALATION, date(2026, 11, 23),
        "Báo cáo lãnh đạo: việc đã quá hạn 2 ngày, chưa báo xong",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "due", "head"), HEADS)
async def test_first_line_of_each_kind(office: Office, name: str, kind: Kind, due: date, head: str) -> None:
    an, line = office.add_person(AN, roles=(Role.OWNER, Role.LEADER)), Line()
    office.add_row(an, office.add_occurrence(due), name, kind)
    await deliver_all(worker(office, line))
    assert [text.splitlines()[0] for text in line.texts] == [head]
    assert bool(line.posted[0][1].choices) is (name != "help")


async def test_several_of_one_morning_go_joined_and_numbered(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    first = office.add_occurrence(date(2026, 12, 4))
    second = office.add_occurrence(date(2026, 11, 24), task=3)
    office.add_row(an, first)
    office.add_row(an, second, "overdue:1", Kind.OVERDUE)
    office.add_row(
        an, 0, "removed:9:2026-11-25", Kind.NOTICE, agency=AGENCY,
        payload={"say": "reminder_removed", "title": "Việc cũ", "plan": "57/KH-UBND", "agency": AGENCY,
                 "due": "2026-12-15"},
    )  # fmt: skip
    await deliver_all(worker(office, line))
    (text,) = line.texts
    lines = text.splitlines()
    assert lines[0] == "3 việc cần anh/chị để ý:"
    assert lines[1].startswith("1. ")
    assert "hạn thứ Ba 24/11/2026, đã quá hạn 1 ngày" in lines[1]
    assert lines[1].endswith("Nhắc lần 1/6.")
    assert lines[2].startswith("2. ")
    assert "hạn thứ Sáu 04/12/2026, còn 9 ngày" in lines[2]
    assert lines[3] == (
        "• Không phải làm nữa: Việc cũ (Sở Tư pháp, hạn thứ Ba 15/12/2026) – 57/KH-UBND. "
        "Bản mới của kế hoạch không còn việc này; tôi sẽ không nhắc nữa."
    )
    assert lines[4:] == ["Báo cáo kết quả về Sở Nội vụ.", "Xin chọn số để xem và trả lời từng việc."]
    reply = line.posted[0][1]
    assert [[choice.label for choice in row] for row in reply.choices] == [["Đã nhận tất cả"], ["1", "2"]]
    with office.store.read() as session:
        opened, all_ = find_pressed(session, reply.choices[0][0].data, Key("telegram", "7", "7"), MORNING)
    assert opened.actions[all_] == {"do": "reminder_received", "ids": [first, second]}
    assert opened.actions[1] == {"do": "reminder", "ids": [first]}


async def test_without_buttons_the_letter_is_the_menu_and_the_talk_stays(office: Office) -> None:
    an, line = office.add_person(AN_ZALO), Line(ChannelName.ZALO)
    key, asked = Key("zalo", "an", "an"), MORNING - timedelta(minutes=5)
    with office.store.write() as session:
        save_dialogue(session, key, Dialogue(asked, ["câu hỏi"], {"for": "search", "typed": True}, ["earlier"]))
    first, second = office.add_occurrence(), office.add_occurrence(task=3)
    office.add_row(an, first)
    office.add_row(an, second)
    await deliver_all(worker(office, line))
    reply = line.posted[0][1]
    labels = [choice.label for row in reply.choices for choice in row]
    assert labels[-1] == "Đã nhận tất cả"
    assert len(labels) == 3
    with office.store.read() as session:
        dialogue = find_dialogue(session, key, MORNING)
        menu = find_opened(session, dialogue.menus[0], key, MORNING)
    assert menu is not None
    assert menu.actions[1] == {"do": "reminder", "ids": [second]}
    assert dialogue.turns == ["câu hỏi"]
    assert dialogue.menus[1:] == ["earlier"]
    assert dialogue.waiting == {"for": "search"}


async def test_two_agencies_of_one_person_are_one_item(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    number = office.add_occurrence()
    with office.store.write() as session:
        from knowledge.store.models import MemberAgencyRow, OccurrenceRow

        session.add(MemberAgencyRow(member_id=an.member or 0, agency="Sở Nội vụ"))
        own = session.get_one(OccurrenceRow, number)
        other = OccurrenceRow(
            duty_id=own.duty_id, agency="Sở Nội vụ", planned_on=DUE, due_on=DUE, known_on=own.known_on,
            recurring=False, state="open",
        )  # fmt: skip
        session.add(other)
        session.flush()
        twin = other.id
    office.add_row(an, number)
    office.add_row(an, twin)
    await deliver_all(worker(office, line))
    assert "Chủ trì: Sở Nội vụ; Sở Tư pháp." in line.texts[0].splitlines()
    assert len(line.texts) == 1
    with office.store.read() as session:
        data = line.posted[0][1].choices[0][0].data
        opened, index = find_pressed(session, data, Key("telegram", "7", "7"), MORNING)
    assert opened.actions[index] == {"do": "reminder_received", "ids": [number, twin]}


async def test_a_group_chat_is_offered_to_anybody_in_it(office: Office) -> None:
    group, line = office.add_chat("-100"), Line()
    office.add_row(group, office.add_occurrence())
    await deliver_all(worker(office, line))
    assert [chat for chat, _ in line.posted] == ["-100"]
    with office.store.read() as session:
        opened, _ = find_pressed(session, line.posted[0][1].choices[0][0].data, Key("telegram", "-100", "*"), MORNING)
    assert opened.actions


# --- looking again -----------------------------------------------------------------------------

AGAIN = [
    ({"state": "done"}, "lead:7", Kind.LEAD, "done"),
    ({"state": "cancelled"}, "lead:7", Kind.LEAD, "removed"),
    ({"due_on": date(2026, 12, 11)}, "lead:7", Kind.LEAD, "moved"),
    ({"agency": "Sở Tài chính"}, "lead:7", Kind.LEAD, None),
    ({}, "lead:30", Kind.LEAD, "recipient"),
    ({"acknowledged_at": MORNING.astimezone(UTC)}, "lead:7", Kind.LEAD, "recipient"),
    ({"acknowledged_at": MORNING.astimezone(UTC)}, "lead:1", Kind.LEAD, None),
    ({"acknowledged_at": MORNING.astimezone(UTC)}, "later:2026-11-25", Kind.LEAD, None),
    ({"acknowledged_at": MORNING.astimezone(UTC)}, "overdue:1", Kind.OVERDUE, None),
    ({"acknowledged_at": MORNING.astimezone(UTC)}, "leader", Kind.ESCALATION, None),
]


@pytest.mark.parametrize(("changed", "name", "kind", "reason"), AGAIN)
async def test_what_is_no_longer_true_does_not_go(
    office: Office, changed: dict[str, object], name: str, kind: Kind, reason: str | None
) -> None:
    an, line = office.add_person(AN, roles=(Role.OWNER, Role.LEADER)), Line()
    number = office.add_occurrence()
    office.add_row(an, number, name, kind)
    office.change(number, **changed)
    await deliver_all(worker(office, line))
    assert office.states() == [(name, "cancelled" if reason else "sent", reason)]
    assert len(line.posted) == (0 if reason else 1)


@pytest.mark.parametrize("gone", ["occurrence", "task", "duty's task", "person", "role"])
async def test_what_is_gone(office: Office, gone: str) -> None:
    from knowledge.store.models import DutyRow, MemberRoleRow, OccurrenceRow

    an, line = office.add_person(AN), Line()
    number = office.add_occurrence()
    office.add_row(an, number)
    with office.store.write() as session:
        match gone:
            case "occurrence":
                session.delete(session.get_one(OccurrenceRow, number))
            case "duty's task":
                session.get_one(DutyRow, session.get_one(OccurrenceRow, number).duty_id).task_id = None
            case "task":
                session.get_one(DutyRow, session.get_one(OccurrenceRow, number).duty_id).task_id = 999_999
            case "person":
                session.get_one(MemberRow, an.member).active = False
            case _:
                session.delete(session.get_one(MemberRoleRow, (an.member, "owner")))
    await deliver_all(worker(office, line))
    expected = {
        "occurrence": ("cancelled", "removed"),
        "duty's task": ("cancelled", "removed"),
        "task": ("waiting", "plan"),  # the plan was switched a moment ago and duties are not brought up yet
        "person": ("cancelled", "recipient"),
        "role": ("cancelled", "recipient"),
    }[gone]
    assert office.states() == [("lead:7", *expected)]
    assert line.posted == []


async def test_of_several_about_one_occurrence_the_newest_goes(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    number = office.add_occurrence(date(2026, 11, 25))
    office.add_row(an, number, "lead:3", send_at=datetime(2026, 11, 19, 8, tzinfo=HANOI))
    office.add_row(an, number, "lead:1", send_at=datetime(2026, 11, 23, 8, tzinfo=HANOI))
    office.add_row(an, number, "due", Kind.DUE)
    await deliver_all(worker(office, line))
    assert office.states() == [
        ("lead:3", "cancelled", "superseded"),
        ("lead:1", "cancelled", "superseded"),
        ("due", "sent", None),
    ]
    assert [text.splitlines()[0] for text in line.texts] == ["Nhắc việc: hạn cuối là hôm nay"]


async def test_a_late_one_says_so_and_a_very_late_one_is_told_of_once(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    late, very_late, too = office.add_occurrence(), office.add_occurrence(task=3), office.add_occurrence(task=5)
    office.add_row(an, late, send_at=BEFORE)
    office.add_row(an, very_late, send_at=LONG_AGO)
    office.add_row(an, too, send_at=LONG_AGO)
    await deliver_all(worker(office, line))
    assert office.states() == [
        ("lead:7", "sent", None),
        ("lead:7", "dropped", "late"),
        ("lead:7", "dropped", "late"),
        ("missed:2026-11-25", "sent", None),
    ]
    assert "Tin này lẽ ra gửi ngày thứ Sáu 20/11/2026." in line.texts[0].splitlines()
    assert line.texts[1].splitlines()[0] == "Do gián đoạn, 2 việc sau đã không được nhắc đúng ngày:"
    assert [[choice.label for choice in row] for row in line.posted[1][1].choices] == [["1", "2"]]


AT_NIGHT = [
    (datetime(2026, 11, 24, 23, 59, tzinfo=HANOI), None),  # a holiday
    (datetime(2026, 11, 23, 17, 0, tzinfo=HANOI), None),
    (datetime(2026, 11, 23, 16, 59, tzinfo=HANOI), "Tin này lẽ ra gửi ngày thứ Hai 23/11/2026."),
    (datetime(2026, 11, 20, 23, 59, tzinfo=HANOI), "Tin này lẽ ra gửi ngày thứ Hai 23/11/2026."),
]


@pytest.mark.parametrize(("send_at", "late"), AT_NIGHT)
async def test_what_happens_at_night_is_not_late_in_the_morning(
    office: Office, send_at: datetime, late: str | None
) -> None:
    an, line = office.add_person(AN), Line()
    payload = {"say": "reminder_removed", "title": "Việc cũ", "plan": "57/KH-UBND", "agency": AGENCY,
               "due": "2026-12-15"}  # fmt: skip
    office.add_row(an, 0, "removed:9:2026-11-20", Kind.NOTICE, send_at=send_at, payload=payload)
    await deliver_all(worker(office, line))
    assert [row for row in line.texts[0].splitlines() if "lẽ ra" in row] == ([late] if late else [])


HOURS = [
    (datetime(2026, 11, 25, 7, 59, 59, tzinfo=HANOI), False),
    (datetime(2026, 11, 25, 8, 0, tzinfo=HANOI), True),
    (datetime(2026, 11, 25, 1, 0, tzinfo=UTC), True),
    (datetime(2026, 11, 25, 16, 59, 59, tzinfo=HANOI), True),
    (datetime(2026, 11, 25, 17, 0, tzinfo=HANOI), False),
    (datetime(2026, 11, 28, 9, 0, tzinfo=HANOI), False),
    (datetime(2026, 2, 17, 9, 0, tzinfo=HANOI), False),  # Tết
    (datetime(2026, 8, 22, 9, 0, tzinfo=HANOI), True),  # a Saturday worked in exchange
    (datetime(2026, 8, 31, 9, 0, tzinfo=HANOI), False),
]


@pytest.mark.parametrize(("moment", "open_"), HOURS)
def test_hours(moment: datetime, open_: bool) -> None:
    assert is_open(moment, WorkCalendar()) is open_


async def test_what_is_due_at_night_waits_for_the_morning(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    office.add_row(an, office.add_occurrence(), send_at=datetime(2026, 11, 25, 16, 55, tzinfo=HANOI))
    deliverer = worker(office, line)
    assert await deliver_all(deliverer, datetime(2026, 11, 25, 17, 5, tzinfo=HANOI)) == 0
    assert await deliver_all(deliverer, datetime(2026, 11, 26, 8, tzinfo=HANOI)) == 1
    assert len(line.posted) == 1


async def test_a_request_for_more_time_is_decided_from_its_message(office: Office) -> None:
    admin, line = office.add_person(AN, roles=(Role.ADMIN,)), Line()
    asker, live = office.add_person().member, office.tasks[0]
    number = office.add_occurrence()
    with office.store.write() as session:
        for state in ("waiting", "granted"):
            session.add(
                ExtensionRow(
                    occurrence_id=number,
                    asked_by=1,
                    asked_at=MORNING,
                    wanted_on=date(2026, 12, 18),
                    reason="",
                    state=state,
                )
            )
    payload = {"say": "extension_asked", "title": "Báo cáo", "plan": "57/KH-UBND", "agency": AGENCY,
               "due": "2026-12-04", "wanted": "2026-12-18", "by": asker, "reason": "chờ số liệu"}  # fmt: skip
    for extension in (1, 2):
        office.add_row(admin, number, f"extension:{extension}", Kind.NOTICE, payload=payload)
    await deliver_all(worker(office, line))
    assert [state for _, state, _ in office.states()] == ["sent", "cancelled"]
    assert line.texts == [
        "Sở Tư pháp xin lùi hạn (gia hạn): Báo cáo. Hạn hiện nay: thứ Sáu 04/12/2026; "
        "xin lùi đến: thứ Sáu 18/12/2026.\n"
        "Người báo: Nguyễn Văn An.\nLý do: chờ số liệu.\n"
        + source_line(live.plan, live.task.source, live.task.number)
    ]
    with office.store.read() as session:
        data = line.posted[0][1].choices[0][1].data
        opened, index = find_pressed(session, data, Key("telegram", "7", "7"), MORNING)
    assert opened.actions[index] == {"do": "extension_decline", "id": 1}
