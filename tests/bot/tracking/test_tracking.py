"""What answers are told of progress counts what the boards count, whatever people have reported."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.people.members import Role
from bot.tracking.board import Board
from bot.tracking.boards import load_board
from bot.tracking.extensions import Extensions
from bot.tracking.progress import Progress
from bot.tracking.progress_port import TrackedProgress
from knowledge.progress import DONE, Standing, State, told_boxes, told_share
from knowledge.qa.asking import Assistant
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.store.models import OccurrenceRow
from tests.bot.notify.office import Office, duty

HEALTH, JUSTICE = "Sở Y tế", "Sở Tư pháp"
TODAY = date(2026, 11, 20)


def _set_up(office: Office) -> None:
    office.hire("Quản", "Sở Nội vụ", Role.ADMIN)
    office.issue(
        duty("Khám sức khỏe người cao tuổi", "30/6/2026", HEALTH),
        duty("Kiểm tra bếp ăn tập thể", "20/10/2026", HEALTH, JUSTICE, row=2),
        duty("Thẩm định quy chế tiếp công dân", "27/11/2026", JUSTICE, row=3),
        duty("Tập huấn sơ cấp cứu", "31/12/2026", HEALTH, row=4),
        duty("Tổng hợp hồ sơ quá hạn", "Ngày 20 tháng cuối quý hằng quý", HEALTH, row=5),
    )
    office.refresh()
    office.at(TODAY)


@pytest.fixture
def owing(office: Office) -> Office:
    _set_up(office)
    return office


def _assistant(office: Office) -> Assistant:
    return Assistant(
        office.library,
        office.directory,
        load_lexicon(),
        progress=TrackedProgress(office.store, office.directory),
    )


def _board(office: Office, agency: str | None = None) -> Board:
    with office.store.read() as session:
        return load_board(session, office.library, office.directory, TODAY, agency=agency)


def _number(office: Office, title: str, agency: str) -> int:
    return next(each.id for each in office.occurrences() if (each.title, each.agency) == (title, agency))


def test_what_people_said_is_told(owing: Office) -> None:
    health = owing.hire("An", HEALTH).id
    admin = owing.hire("Quế", "Sở Nội vụ", Role.ADMIN).id
    progress = Progress(owing.store, lambda: owing.now, owing.directory)
    progress.done([_number(owing, "Khám sức khỏe người cao tuổi", HEALTH)], health)
    progress.acknowledge([_number(owing, "Kiểm tra bếp ăn tập thể", HEALTH)], health)
    extensions = Extensions(owing.store, lambda: owing.now, owing.directory)
    # Beyond the plan's year only an administrator asks.
    asked = extensions.ask(_number(owing, "Tập huấn sơ cấp cứu", HEALTH), admin, date(2027, 1, 15), "Chờ kinh phí")
    extensions.decide(asked.id, admin, granted=True)
    found = {
        each.title: each
        for each in TrackedProgress(owing.store, owing.directory).find(owing.library, TODAY, agencies=[HEALTH])
        if not each.recurring
    }
    assert {title: (each.state, each.standing) for title, each in found.items()} == {
        "Khám sức khỏe người cao tuổi": (State.DONE, Standing.DONE_LATE),
        "Kiểm tra bếp ăn tập thể": (State.ACKNOWLEDGED, Standing.LATE),
        "Tập huấn sơ cấp cứu": (State.NEW, Standing.IN_TIME),
    }
    assert found["Khám sức khỏe người cao tuổi"].done_on == TODAY
    put_off = found["Tập huấn sơ cấp cứu"]
    assert (put_off.due_on, put_off.extended_to, put_off.reason) == (date(2027, 1, 15),) * 2 + ("Chờ kinh phí",)


def test_what_was_past_before_the_plan_was_known_counts_as_no_lateness(office: Office) -> None:
    office.at(TODAY)
    office.issue(
        duty("Khám sức khỏe người cao tuổi", "30/6/2026", HEALTH),
        duty("Tập huấn sơ cấp cứu", "31/12/2026", HEALTH, row=2),
    )
    office.refresh()
    answer = _assistant(office).ask("Sở Y tế có việc nào quá hạn không", as_of=TODAY)
    assert answer.text.splitlines() == [
        "Theo theo dõi đến 20/11/2026, không có việc nào quá hạn của Sở Y tế.",
        "Đã qua thời hạn trong văn bản từ trước khi được theo dõi:",
        "1. Khám sức khỏe người cao tuổi – Sở Y tế: hạn 30/06/2026, qua 143 ngày – Kế hoạch 57/KH-UBND (năm 2026)",
        "Chưa ai báo kết quả các việc này trong trò chuyện.",
        "Hạn gần nhất: Tập huấn sơ cấp cứu – Sở Y tế: hạn 31/12/2026, còn 41 ngày – Kế hoạch 57/KH-UBND (năm 2026).",
    ]
    assert _board(office, HEALTH).counts == {Standing.BEFORE: 1, Standing.IN_TIME: 1}


def test_who_has_not_reported_is_exactly_who_is_late_and_the_others_are_counted(office: Office) -> None:
    agencies = [HEALTH, JUSTICE, "Sở Tài chính", "Sở Xây dựng", "Sở Công Thương"]
    members = {agency: office.hire("An", agency).id for agency in agencies}
    office.issue(duty("Báo cáo kết quả thực hiện Kết luận 226-KL/TW", "30/10/2026", *agencies))
    office.refresh()
    office.at(date(2026, 10, 29))
    progress = Progress(office.store, lambda: office.now, office.directory)
    for each in office.occurrences():
        if each.agency in (HEALTH, JUSTICE):
            progress.acknowledge([each.id], members[each.agency])
        else:
            progress.done([each.id], members[each.agency])
    office.at(TODAY)
    for question in ("đơn vị nào chưa báo cáo", "còn ai nợ báo cáo kl 226"):
        lines = _assistant(office).ask(question, as_of=TODAY).text.splitlines()
        assert lines[1:4] == ["1. Sở Tư pháp: quá 21 ngày", "2. Sở Y tế: quá 21 ngày", "Đã báo xong: 3 cơ quan."]


def test_where_nothing_is_late_the_next_day_of_a_quarterly_duty_is_named(office: Office) -> None:
    office.hire("An", HEALTH)
    office.issue(duty("Báo cáo công tác dân vận", "Ngày 20 tháng cuối quý hằng quý", HEALTH))
    office.refresh()
    answer = _assistant(office).ask("có gì quá hạn không", as_of=date(2026, 2, 20))
    assert answer.text.splitlines()[0] == "Theo theo dõi đến 20/02/2026, không có việc nào quá hạn."
    assert "Hạn gần nhất: Báo cáo công tác dân vận – Sở Y tế: hạn 20/03/2026, còn 28 ngày" in answer.text


def _reported(office: Office) -> None:
    """Three things late: two at one agency, one at another; a third agency has reported."""
    agencies = ["Sở Y tế", "Sở Tư pháp", "Sở Xây dựng"]
    members = {agency: office.hire("An", agency).id for agency in agencies}
    office.issue(
        duty("Báo cáo kết quả chuyển đổi số", "30/10/2026", *agencies),
        duty("Kiểm tra bếp ăn tập thể", "20/10/2026", "Sở Y tế", row=2),
    )
    office.refresh()
    office.at(date(2026, 10, 29))
    progress = Progress(office.store, lambda: office.now, office.directory)
    progress.done([_number(office, "Báo cáo kết quả chuyển đổi số", "Sở Xây dựng")], members["Sở Xây dựng"])
    office.at(TODAY)


WORDS: list[tuple[str, list[str]]] = [
    ("cơ quan nào chưa nộp báo cáo", ["1. Sở Tư pháp: quá 21 ngày", "2. Sở Y tế: 2 việc, lâu nhất quá 31 ngày"]),
    ("co quan nao chua nop bao cao chuyen doi so", ["1. Sở Tư pháp: quá 21 ngày", "2. Sở Y tế: quá 21 ngày"]),
    ("những đơn vị nào còn nợ báo cáo", ["1. Sở Tư pháp: quá 21 ngày", "2. Sở Y tế: 2 việc, lâu nhất quá 31 ngày"]),
    ("sở nào chậm nhất", ["1. Sở Y tế: 2 việc, lâu nhất quá 31 ngày", "2. Sở Tư pháp: quá 21 ngày"]),
    ("đơn vị nào trễ hạn nhiều nhất", ["1. Sở Y tế: 2 việc, lâu nhất quá 31 ngày", "2. Sở Tư pháp: quá 21 ngày"]),
]


@pytest.mark.parametrize(("question", "rows"), WORDS, ids=[question for question, _ in WORDS])
def test_agencies_are_ranked_only_when_asked_for(ranked: Office, question: str, rows: list[str]) -> None:
    lines = _assistant(ranked).ask(question, as_of=TODAY).text.splitlines()
    assert [line for line in lines if line[0].isdigit()] == rows


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office in which agencies are late; not to be changed."""
    office = Office(tmp_path_factory.mktemp("chậm") / "dữ liệu")
    _reported(office)
    yield office
    office.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, dict[str, int]]]:
    """An office with things owed, and who answers for each agency."""
    office = Office(tmp_path_factory.mktemp("chung") / "dữ liệu")
    _set_up(office)
    yield office, {agency: office.hire("An", agency).id for agency in (HEALTH, JUSTICE)}
    office.close()


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_answers_count_what_the_board_counts(shared: tuple[Office, dict[str, int]], data: st.DataObject) -> None:
    office, members = shared
    _all_open(office)
    progress = Progress(office.store, lambda: office.now, office.directory)
    office.at(TODAY - timedelta(days=data.draw(st.integers(0, 60), "days ago")))
    for each in office.occurrences():
        said = data.draw(st.sampled_from(["done", "received", "nothing"]), f"{each.agency} {each.title}")
        open_now = each.state == "open"
        if said == "done" and open_now:
            progress.done([each.id], members[each.agency])
        elif said == "received" and open_now:
            progress.acknowledge([each.id], members[each.agency])
    office.at(TODAY)
    assistant = _assistant(office)
    for agency in (None, HEALTH, JUSTICE):
        counts = _board(office, agency).counts
        of = f" của {agency}" if agency else ""
        late, left = counts[Standing.LATE], sum(counts[s] for s in (Standing.LATE, Standing.NEAR, Standing.IN_TIME))
        done = {standing: counts[standing] for standing in DONE}
        asked = Counter(
            late=_told(assistant, f"có bao nhiêu việc quá hạn{of}", r"có (\d+) việc quá hạn"),
            open=_told(assistant, f"còn bao nhiêu việc chưa xong{of}", r"còn (\d+) việc chưa xong"),
            done=_told(assistant, f"những việc nào đã hoàn thành{of}", r"(\d+) việc đã báo xong"),
            all=_told(assistant, f"tỷ lệ hoàn thành nhiệm vụ{of}", r"(\d+) việc có thời hạn"),
        )
        assert asked == Counter(late=late, open=left, done=sum(done.values()), all=left + sum(done.values()))
        if left + sum(done.values()):
            share = assistant.ask(f"tỷ lệ hoàn thành nhiệm vụ{of}", as_of=TODAY).text
            assert f"{told_boxes(counts)}; {told_share(counts)}" in share


def _told(assistant: Assistant, question: str, pattern: str) -> int:
    answer = assistant.ask(question, as_of=TODAY)
    match = re.search(pattern, answer.text)
    assert match or re.search("không có|không còn|chưa có", answer.text), answer.text
    return int(match[1]) if match else 0


def _all_open(office: Office) -> None:
    """Nobody has reported anything."""
    with office.store.write() as session:
        session.execute(
            update(OccurrenceRow).values(
                state="open", done_at=None, done_by=None, acknowledged_at=None, acknowledged_by=None
            )
        )
