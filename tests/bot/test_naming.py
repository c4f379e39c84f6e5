"""The organisation's own agencies and abbreviations: applied at once, to whoever answers, reads and reminds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.app import App
from bot.people.records import NotAllowedError
from bot.settings import Settings
from ingest.load import read_plan
from knowledge.agencies.own import OwnAgency
from knowledge.errors import NamingError, NamingMovedError
from knowledge.store.naming import NamingKind
from knowledge.store.versions import activate_many, save_drafts
from tests.bot.papers import Row, write_plan
from tests.bot.running import NOW

ROWS: tuple[Row, ...] = (
    ("Rà soát đê bao vùng trũng", "Văn phòng Điều phối nông thôn mới", "Quý I/2027"),
    ("Bố trí kinh phí mua vật tư dự phòng", "Sở Tài chính", "Trước ngày 15/12/2026"),
)
DISPATCH = OwnAgency("Văn phòng Điều phối nông thôn mới", short=("VPĐP NTM", "VPĐP"))
OFFICE = OwnAgency("Văn phòng Điều phối tỉnh", short=("Văn phòng Điều phối nông thôn mới",))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An office with that plan."""
    opened = App(Settings(home=tmp_path / "dữ liệu"), lambda: NOW)
    draft = read_plan(write_plan(tmp_path / "de-2026.md", ROWS), opened.directory)
    (saved,) = save_drafts(opened.store, [draft], now=NOW)
    activate_many(opened.store, [saved.plan_id], now=NOW)
    yield opened
    opened.close()


def leads(app: App) -> dict[str, tuple[str, ...]]:
    """Who leads each task, by its first word, as the directory calls them."""
    return {each.task.title.split()[0]: each.task.lead_agencies for each in app.library.tasks()}


def test_what_was_read_before_follows_in_the_same_moment_and_goes_back(app: App) -> None:
    before = leads(app)
    assert before["Rà"] == ()
    assert [each.printed for each in app.naming.unknown()] == ["Văn phòng Điều phối nông thôn mới"]
    app.naming.keep_agencies([OFFICE], None)
    assert leads(app)["Rà"] == ("Văn phòng Điều phối tỉnh",)
    assert app.naming.unknown() == []
    app.naming.remove_agency("Văn phòng Điều phối tỉnh", None)
    assert leads(app) == before


def test_another_process_sees_it_with_its_next_question(app: App) -> None:
    other = App(app.settings, app.clock)
    try:
        question = "VPĐP chủ trì việc gì?"
        before = other.assistant.ask(question, as_of=app.today)
        assert "Văn phòng Điều phối nông thôn mới chủ trì" not in before.text
        app.naming.keep_agencies([DISPATCH], None)
        after = other.assistant.ask(question, as_of=app.today)
        assert [each.task.title for each in after.tasks] == ["Rà soát đê bao vùng trũng"]
        app.naming.remove_agency(DISPATCH.name, None)
        assert other.assistant.ask(question, as_of=app.today).text == before.text
    finally:
        other.close()


def test_the_child_that_reads_files_knows_it_too(app: App, tmp_path: Path) -> None:
    path = write_plan(tmp_path / "tram-2026.md", (ROWS[0],))
    with app.plan_reader as reader:
        assert reader.read(path).tasks[0].lead_agencies == ()
        app.naming.keep_agencies([OFFICE], None)
        assert reader.read(path).tasks[0].lead_agencies == ("Văn phòng Điều phối tỉnh",)


def test_what_is_added_to_an_agency_of_the_files_stands_beside_its_own(app: App) -> None:
    kept = OwnAgency("Sở Tài chính", short=("Kho tiền Phú Giang",), groups=("Các đoàn thể tỉnh",))
    with pytest.raises(NamingError, match="không có nhóm"):
        app.naming.keep_agencies([kept], None)
    group = "Các tổ chức chính trị - xã hội tỉnh"
    app.naming.keep_agencies([replace(kept, groups=(group,))], None)
    directory = app.directory
    assert [directory.names_of([name]) for name in ("Kho tiền Phú Giang", "STC")] == [("Sở Tài chính",)] * 2
    assert "Sở Tài chính" in directory.members(group, app.today)
    app.naming.remove_agency("Sở Tài chính", None)
    assert app.directory.names_of(["Kho tiền Phú Giang"]) == ()
    assert "Sở Tài chính" not in app.directory.members(group, app.today)


@pytest.mark.parametrize(
    ("agency", "why"),
    [
        (OwnAgency("Trung tâm A", short=("SNV",)), "đang là tên gọi của Sở Nội vụ"),
        (OwnAgency("Trung tâm A", short=("STC",)), "đang là tên gọi của Sở Tài chính"),
        (OwnAgency("Các sở, ban, ngành tỉnh"), "nhóm cơ quan"),
        (OwnAgency("Trung tâm A", short=("ai",)), "trùng một tiếng thông thường"),
        (OwnAgency("Trung tâm A", groups=("UBND cấp xã",)), "không kê từng cơ quan"),
        (OwnAgency("Trung tâm A", successor="Sở Nội vụ"), "ngày tiếp nhận"),
        (OwnAgency("Trung tâm A", successor="Sở Lạ", successor_from=date(2026, 1, 1)), "hãy thêm trước"),
        (OwnAgency(" "), "Chưa có tên"),
    ],
)
def test_an_agency_that_cannot_be(app: App, agency: OwnAgency, why: str) -> None:
    with pytest.raises(NamingError, match=why):
        app.naming.keep_agencies([OwnAgency("Trung tâm B"), agency], None)
    assert app.naming.own_agencies() == {}
    assert app.naming.history() == []


def test_no_two_agencies_take_each_other_over(app: App) -> None:
    day = date(2026, 7, 1)
    one, two = OwnAgency("Trung tâm A"), OwnAgency("Trung tâm B")
    app.naming.keep_agencies([one, two, replace(one, successor="Trung tâm B", successor_from=day)], None)
    with pytest.raises(NamingError, match="không thể tiếp nhận lẫn nhau"):
        app.naming.keep_agencies([replace(two, successor="Trung tâm A", successor_from=day)], None)
    with pytest.raises(NamingError, match="đang là cơ quan tiếp nhận"):
        app.naming.remove_agency("Trung tâm B", None)


@pytest.mark.parametrize(
    ("short", "words", "why"),
    [
        ("ai", "trí tuệ nhân tạo", "trùng một tiếng thông thường"),
        ("DO", "đường ống", "trùng một tiếng thông thường"),
        ("SNV", "số nhà văn", "đang là tên gọi của Sở Nội vụ"),
        ("ab c", "a bê xê", "một chữ liền"),
        ("NTMX", "", "Cần cả"),
    ],
)
def test_an_abbreviation_that_cannot_be(app: App, short: str, words: str, why: str) -> None:
    with pytest.raises(NamingError, match=why):
        app.naming.keep_abbreviation(short, words, None)
    assert app.naming.own_abbreviations() == {}


def test_an_abbreviation_may_mean_something_else_here_and_that_is_told(app: App) -> None:
    (told,) = app.naming.keep_abbreviation("DN", "đê nhỏ", None)
    assert told == "Trước đây “DN” được hiểu là “doanh nghiệp”; từ nay hiểu là “đê nhỏ”."
    assert app.naming.now().lexicon.canonical("DN") == ("de", "nho")
    app.naming.remove_abbreviation("dn", None)
    assert app.naming.now().lexicon.canonical("DN") == ("doanh", "nghiep")


def test_the_second_of_two_administrators_is_told(app: App) -> None:
    app.naming.keep_agencies([DISPATCH], None, {DISPATCH.name: 0})
    edition = app.naming.own_agencies()[DISPATCH.name][1].edition
    app.naming.keep_agencies([replace(DISPATCH, short=("VPNTM",))], None, {DISPATCH.name: edition})
    with pytest.raises(NamingMovedError, match="vừa được"):
        app.naming.keep_agencies([DISPATCH], None, {DISPATCH.name: edition})
    with pytest.raises(NamingMovedError, match="có rồi"):
        app.naming.keep_agencies([DISPATCH], None, {DISPATCH.name: 0})
    assert app.naming.own_agencies()[DISPATCH.name][0].short == ("VPNTM",)


def test_nobody_but_administrators_changes_it_and_who_did_is_kept(app: App) -> None:
    with pytest.raises(NotAllowedError):
        app.naming.keep_agencies([DISPATCH], 999)
    app.naming.keep_agencies([DISPATCH], None)
    app.naming.keep_abbreviation("PCLB", "phòng chống lụt bão", None)
    app.naming.remove_agency(DISPATCH.name, None)
    told = [(each.kind, each.name, each.before is None, each.after is None) for each in app.naming.history()]
    assert told == [
        (NamingKind.AGENCY, DISPATCH.name, False, True),
        (NamingKind.ABBREVIATION, "PCLB", True, False),
        (NamingKind.AGENCY, DISPATCH.name, True, False),
    ]
    assert {each.by for each in app.naming.history()} == {"quản trị viên (dòng lệnh)"}


def test_keeping_the_same_again_changes_nothing(app: App) -> None:
    assert app.naming.keep_agencies([DISPATCH], None) == 1
    edition = app.naming.now().edition
    assert app.naming.keep_agencies([DISPATCH], None) == 0
    assert app.naming.now().edition == edition
