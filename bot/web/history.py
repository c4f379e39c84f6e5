"""The history of everything that people change, newest first, narrowed by who, what, of which plan, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from bot.clock import HANOI
from bot.reports.history import KINDS, actors, list_history
from bot.web.context import Context
from knowledge.errors import KehoachError
from knowledge.store.audit import AuditKind, Wanted
from knowledge.store.catalog import list_plans

PAGE = 50
"""Changes on one page."""
_LONGEST = 9
"""Digits of a number in the address."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to, as its address says it."""

    by: int | None
    kind: AuditKind | None
    plan: int | None
    since: date | None
    until: date | None

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        """What was asked for.

        Raises:
            KehoachError: a day that is none.
        """
        kind = asked.get("loai", "")
        return cls(
            _read_actor(asked.get("nguoi", "")),
            AuditKind(kind) if kind in {each.value for each in AuditKind} else None,
            _read_number(asked.get("ke-hoach", "")),
            _read_day(asked.get("tu", "")),
            _read_day(asked.get("den", "")),
        )

    @property
    def wanted(self) -> Wanted:
        """The same for the store; days are Việt Nam's."""
        since = datetime.combine(self.since, time.min, HANOI) if self.since else None
        last = self.until if self.until is None or self.until < date.max else None
        until = datetime.combine(last + timedelta(days=1), time.min, HANOI) if last else None
        return Wanted(self.by, self.kind, self.plan, since, until)

    def address(self, page: int) -> str:
        """Of that page of the list."""
        asked = {
            "nguoi": "" if self.by is None else str(self.by),
            "loai": self.kind.value if self.kind else "",
            "ke-hoach": "" if self.plan is None else str(self.plan),
            "tu": self.since.isoformat() if self.since else "",
            "den": self.until.isoformat() if self.until else "",
            "trang": str(page) if page > 1 else "",
        }
        told = urlencode({name: value for name, value in asked.items() if value})
        return "/lich-su" + (f"?{told}" if told else "")


def show(context: Context) -> Response:
    """One page of the history."""
    store, asked = context.site.app.store, context.request.query_params
    filters = Filters.of(asked)
    page = max(1, _read_number(asked.get("trang", "")) or 1)
    lines, total = list_history(store, filters.wanted, limit=PAGE, skip=(page - 1) * PAGE)
    last = max(1, -(-total // PAGE))
    if page > last:
        page = last
        lines, total = list_history(store, filters.wanted, limit=PAGE, skip=(page - 1) * PAGE)
    plans = context.site.tables.keep("plans", lambda: list_plans(store))
    return context.page(
        "history.html",
        filters=filters,
        lines=lines,
        total=total,
        kinds=KINDS,
        people=actors(store),
        plans=[(each.id, each.name) for each in plans],
        page=page,
        last=last,
        before=filters.address(page - 1) if page > 1 else "",
        after=filters.address(page + 1) if page < last else "",
    )


def _read_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= _LONGEST else None


def _read_actor(text: str) -> int | None:
    """A member's number, or that of another system, which is below zero (`audit.by_client`)."""
    number = _read_number(text.removeprefix("-"))
    return -number if number is not None and text.startswith("-") else number


def _read_day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise KehoachError(f"“{text[:20]}” không phải là ngày.") from error
