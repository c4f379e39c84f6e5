"""What whoever follows plans looks at: which plans, and what about them is not in order."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import update

from bot.clock import HANOI
from bot.people.members import Role
from bot.people.rows import get_member
from bot.tracking.audience import load_audience
from bot.tracking.lights import Judge
from bot.tracking.records import Kind, Occurrence, State
from bot.tracking.rows import find_occurrences
from bot.tracking.rules import Name, Scope, load_calendar, load_rules, set_rule
from bot.tracking.watching import SILENT_AFTER, Unhealthy, find_holders, find_unhealthy, watched_plans
from knowledge.store.models import OccurrenceRow, OutboxRow, RemarkRow
from tests.bot.notify.owed import FINANCE, HEALTH, INTERIOR, Owed

PAST = date(2026, 11, 6)


def _unhealthy(owed: Owed, *numbers: int) -> Unhealthy:
    with owed.store.read() as session:
        calendar = load_calendar(session)
        occurrences = list(find_occurrences(session, numbers).values())
        return find_unhealthy(session, occurrences, Judge(owed.now.date(), calendar), calendar)


def _numbers(found: tuple[Occurrence, ...]) -> list[int]:
    return [each.id for each in found]


def _sent(owed: Owed, occurrence: int, agency: str, *days: date, kind: Kind = Kind.LEAD) -> None:
    """Reminders that have gone."""
    with owed.store.write() as session:
        for day in days:
            at = datetime(day.year, day.month, day.day, 8, tzinfo=HANOI)
            for who in ("member:1", "member:2"):  # two owners make no two reminders
                row = OutboxRow(
                    recipient=who, occurrence=occurrence, name=f"x:{day}", kind=kind.value, agency=agency,
                    send_at=at, state="sent", attempts=1, made_at=at, sent_at=at,
                )  # fmt: skip
                session.add(row)


def test_late_without_a_reason(owed: Owed) -> None:
    an = owed.person("An", HEALTH, Role.OWNER)
    silent, asked, done = (owed.owe(HEALTH, PAST, title) for title in ("Im", "Xin lùi", "Xong"))
    near = owed.owe(HEALTH, date(2026, 11, 25), "Gần")
    owed.extensions.ask(asked, an, date(2026, 12, 4), "Chờ kinh phí")
    owed.progress.done([done], an)
    told = owed.owe(HEALTH, PAST, "Có khó khăn")
    with owed.store.write() as session:
        session.add(
            RemarkRow(occurrence_id=told, kind="difficulty", text="Chờ hướng dẫn", made_by=an, made_at=owed.now)
        )
        session.add(RemarkRow(occurrence_id=silent, kind="direction", text="Làm gấp", made_by=an, made_at=owed.now))
    assert _numbers(_unhealthy(owed, silent, asked, done, near, told).unexplained) == [silent]


def test_reports_that_nobody_confirms(owed: Owed) -> None:
    an = owed.person("An", HEALTH, Role.OWNER)
    first, second = owed.owe(HEALTH, PAST, "Một"), owed.owe(HEALTH, PAST, "Hai")
    owed.progress.done([first], an)
    owed.pass_by(days=4)  # from Friday to Tuesday, the 24th, a holiday
    owed.progress.done([second], an)
    assert not _unhealthy(owed, first, second).unconfirmed
    with owed.store.write() as session:
        session.execute(update(OccurrenceRow).values(state=State.REPORTED.value))
    owed.pass_by(days=2)
    waiting = [_numbers(_unhealthy(owed, first, second).unconfirmed)]
    owed.pass_by(days=1)
    waiting.append(_numbers(_unhealthy(owed, first, second).unconfirmed))
    owed.pass_by(days=4)
    waiting.append(_numbers(_unhealthy(owed, first, second).unconfirmed))
    assert waiting == [[], [first], [first, second]]


def test_agencies_that_never_answer(owed: Owed) -> None:
    an = owed.person("An", HEALTH, Role.OWNER)
    health, finance, few = owed.owe(HEALTH, PAST), owed.owe(FINANCE, PAST), owed.owe(INTERIOR, PAST)
    days = [date(2026, 11, 2) + timedelta(days=at) for at in range(SILENT_AFTER)]
    _sent(owed, health, HEALTH, *days)
    _sent(owed, finance, FINANCE, *days)
    _sent(owed, few, INTERIOR, *days[1:])
    _sent(owed, few, INTERIOR, date(2026, 6, 1), date(2026, 6, 2))  # of long ago
    _sent(owed, few, INTERIOR, date(2026, 11, 7), kind=Kind.DIGEST)  # a digest asks for no answer
    assert _unhealthy(owed, health, finance, few).silent == (FINANCE, HEALTH)
    owed.progress.acknowledge([health], an)
    assert _unhealthy(owed, health, finance, few).silent == (FINANCE,)
    assert _unhealthy(owed, health).silent == ()
    # Five more without a word, and it is silent again.
    _sent(owed, health, HEALTH, *(owed.now.date() + timedelta(days=at) for at in range(1, SILENT_AFTER + 1)))
    assert _unhealthy(owed, health).silent == (HEALTH,)


def test_which_plans_somebody_follows(owed: Owed) -> None:
    for plan in (1, 2):
        owed.owe(HEALTH, PAST, plan=plan)
    with owed.store.write() as session:
        set_rule(session, Scope.PLAN, "2", Name.FOLLOW, FINANCE, None, owed.now)
    people = {
        "admin": owed.person("Quản", HEALTH, Role.ADMIN),
        "staff": owed.person("Nội", INTERIOR, Role.STAFF),
        "finance": owed.person("Tài", FINANCE, Role.OWNER),
        "further": owed.person("Cả hai", INTERIOR, Role.OWNER, further=[FINANCE]),
        "health": owed.person("An", HEALTH, Role.LEADER),
    }
    with owed.store.read() as session:
        audience = load_audience(session, owed.directory, load_rules(session), owed.now.date())
        found = {name: watched_plans(session, audience, get_member(session, who)) for name, who in people.items()}
    assert found == {
        "admin": None,
        "staff": frozenset({1}),
        "finance": frozenset({2}),
        "further": frozenset({1, 2}),
        "health": frozenset(),
    }


def test_who_has_a_thing(owed: Owed) -> None:
    an = owed.person("An", HEALTH, Role.OWNER)
    owed.person("Bình", HEALTH, Role.OWNER)
    received, untouched, nobody = (
        owed.owe(HEALTH, PAST, "Một"),
        owed.owe(HEALTH, PAST, "Hai"),
        owed.owe(FINANCE, PAST),
    )
    owed.progress.acknowledge([received], an)
    with owed.store.read() as session:
        audience = load_audience(session, owed.directory, load_rules(session), owed.now.date())
        found = find_occurrences(session, [received, untouched, nobody])
        holders = find_holders(session, list(found.values()), audience)
    assert holders == {received: "An", untouched: "An, Bình", nobody: ""}
