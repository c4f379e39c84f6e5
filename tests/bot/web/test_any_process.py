"""What people do on the page where each request is answered by another process: nothing of it is in one's memory."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest

from bot.people.members import Role
from bot.people.sessions import IDLE_LASTS
from bot.web import talks
from tests.bot.web.browsing import buttons, words
from tests.bot.web.conftest import Console
from tests.bot.web.test_console import (
    QUESTION,
    test_a_menu_is_a_row_of_buttons_and_changes_in_its_place,
    test_of_two_administrators_on_one_cell_the_second_is_told,
    test_signing_out_forgets_what_was_said,
    test_the_answer_has_its_source_beside_it_and_its_buttons_work,
    test_the_story_of_a_wrong_deadline,
    test_who_has_everything_erased_is_out_and_the_talk_is_gone,
)
from tests.bot.web.test_loading import (
    _reading,
    test_a_corrected_table_shows_its_difference_and_is_applied_once,
    test_a_paper_becomes_a_draft_and_a_bad_file_holds_up_no_other,
)
from tests.bot.web.test_people import (
    test_a_list_is_seen_before_it_is_applied,
    test_a_list_is_taken_out_edited_and_brought_back,
)
from tests.databases import POSTGRESQL

__all__ = [
    "_reading",
    "test_a_corrected_table_shows_its_difference_and_is_applied_once",
    "test_a_list_is_seen_before_it_is_applied",
    "test_a_list_is_taken_out_edited_and_brought_back",
    "test_a_menu_is_a_row_of_buttons_and_changes_in_its_place",
    "test_a_paper_becomes_a_draft_and_a_bad_file_holds_up_no_other",
    "test_of_two_administrators_on_one_cell_the_second_is_told",
    "test_signing_out_forgets_what_was_said",
    "test_the_answer_has_its_source_beside_it_and_its_buttons_work",
    "test_the_story_of_a_wrong_deadline",
    "test_who_has_everything_erased_is_out_and_the_talk_is_gone",
]
pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _several(console: Console) -> None:
    """Of three processes, so that a form and the page after it are not always those of the same two."""
    pages = cycle([console.page, console.another_page(), console.another_page()])

    async def page(scope: Any, receive: Any, send: Any) -> None:
        await next(pages)(scope, receive, send)

    console.page = page


async def test_a_file_that_was_asked_for_is_fetched(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/chat")
    shown = await browser.post("/chat", tin="/tien_do")
    message, data = buttons(shown)["Tệp Excel"]
    shown = await browser.post("/chat/chon", chon=data, tren=message)
    address = shown.text.rpartition('href="/chat/tep/')[2].partition('"')[0]
    file = await browser.get(f"/chat/tep/{address}")
    assert (file.status_code, file.content[:2]) == (200, b"PK")
    other = await console.browser(Role.STAFF)
    assert (await other.get(f"/chat/tep/{address}")).status_code == 404
    assert (await browser.get("/chat/tep/x")).status_code == 404


async def test_a_long_talk_loses_its_beginning(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "_KEPT", 3)
    browser = await console.browser()
    await browser.get("/chat")
    for number in range(3):
        shown = await browser.post("/chat", tin=f"{QUESTION} Lần {number}")
    assert shown.text.count("<article") == 3
    assert "Lần 0" not in words(shown)


async def test_who_was_away_too_long_begins_anew(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/chat")
    assert QUESTION in words(await browser.post("/chat", tin=QUESTION))
    console.passed += IDLE_LASTS
    again = await console.browser()
    assert QUESTION not in words(await again.get("/chat"))


async def test_a_garbled_button_is_no_defect(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/chat")
    message, data = buttons(await browser.post("/chat", tin="/kehoach"))["1"]
    for wrong in ("", "x", "9" * 40, "-1"):
        assert (await browser.post("/chat/chon", chon=data, tren=wrong)).status_code == 200
    assert message.isdecimal()


async def test_who_asks_too_fast_waits_whichever_is_asked(console: Console, database_kind: str) -> None:
    """On a file each page counts by itself, as there is one process."""
    browser = await console.browser()
    await browser.get("/chat")
    asked = 0
    while "hỏi hơi nhanh" not in words(await browser.post("/chat", tin="/kehoach")):
        asked += 1
    assert asked == (20 if database_kind == POSTGRESQL else 60)
