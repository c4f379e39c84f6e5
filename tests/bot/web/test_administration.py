"""Whether somebody is an administrator is looked at where the deed is done, whoever the page has let in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot import administration
from bot.people.members import Role
from bot.people.records import NotAllowedError
from knowledge.golden import GoldenQuestion
from knowledge.store.audit import OPERATOR, AuditKind, Wanted, list_changes
from knowledge.store.feedback import Feedback, Verdict, keep_feedback, list_marked
from knowledge.store.golden import questions
from knowledge.store.versions import list_set
from tests.bot.web.conftest import FEWER, Console

_QUESTION = GoldenQuestion(0, "Ai chủ trì diễn tập?", "answered", must=(("Sở Tài chính",),))
Deed = Callable[[Console, int], object]
DEEDS: dict[str, Deed] = {
    "set": lambda console, by: administration.set_switch(
        console.app.store, 1, console.app.clock() + timedelta(days=1), by=by, now=console.app.clock()
    ),
    "cancel": lambda console, by: administration.cancel_switch(console.app.store, 1, by=by, now=console.app.clock()),
    "add": lambda console, by: administration.add_golden(
        console.app.store, _QUESTION, by=by, now=console.app.clock()
    ),
    "import": lambda console, by: administration.import_golden(
        console.app.store, [_QUESTION], by=by, now=console.app.clock()
    ),
    "drop": lambda console, by: administration.drop_golden(console.app.store, 1, by=by, now=console.app.clock()),
    "settle": lambda console, by: administration.settle_feedback(
        console.app.store, 1, by=by, now=console.app.clock()
    ),
}
"""Each as it is done first by the operator, so that what it needs is there."""


@pytest.mark.parametrize("deed", DEEDS)
def test_who_is_no_administrator_any_more_changes_nothing(console: Console, deed: str) -> None:
    _arrange(console, deed)
    admin, owner = console.people[Role.ADMIN].id, console.people[Role.OWNER].id
    console.app.people.change(owner, None, roles={Role.OWNER, Role.ADMIN})
    console.app.people.change(admin, None, roles={Role.STAFF})
    before = _state(console)
    for number in (admin, console.people[Role.STAFF].id, 9_999):
        with pytest.raises(NotAllowedError):
            DEEDS[deed](console, number)
    assert _state(console) == before
    DEEDS[deed](console, owner)
    assert _state(console) != before


def _arrange(console: Console, deed: str) -> None:
    """What the deed is done to."""
    app = console.app
    console.load(FEWER, activate=False)
    if deed == "cancel":
        DEEDS["set"](console, OPERATOR)
    if deed == "drop":
        DEEDS["add"](console, OPERATOR)
    keep_feedback(app.store, Feedback(app.clock(), Verdict.WRONG, "Hạn nào?", (), "answered", "Quý I", ()))


def _state(console: Console) -> tuple[object, ...]:
    store = console.app.store
    marked, _ = list_marked(store, [*Verdict], 10, settled=None)
    changes = [each.id for each in list_changes(store, Wanted(), limit=100)[0] if each.kind is not AuditKind.PEOPLE]
    return list_set(store), questions(store), [each.settled_at for each in marked], changes
