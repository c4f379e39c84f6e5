"""Which column of a table is what: the header's words as a prior, the cells as evidence, all columns together.

Each column has a score for each role; the assignment with the best sum wins, each role
being given once. How much worse the best assignment without a column's role is tells how
sure that role is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ingest.candidates import Role
from ingest.tables.cells import CellJudge, CellKind, shares
from ingest.tables.grid import Grid
from ingest.tables.words import prior, words

_BIT: dict[Role, int] = {role: 1 << i for i, role in enumerate(r for r in Role if r is not Role.OTHER)}
_HOPELESS = -4.0
"""A column is not tried in roles below: it keeps the search small and no assignment ever used one."""
_SAMPLE = 60
"""Rows that evidence is taken from; more change no share by a twentieth."""
_BEFORE = {Role.COORDINATING: (Role.LEAD, -1.5), Role.ACTIVITY: (Role.TITLE, -2.0)}
"""Roles that stand to the right of another, and what it costs where they do not."""
_WITHOUT = {
    Role.COORDINATING: (Role.LEAD, -4.0),
    Role.ACTIVITY: (Role.TITLE, -9.0),
    Role.START: (Role.DEADLINE, -1.0),
}
"""Roles that make no sense alone."""
_TO_THE_RIGHT = -0.05
"""Of two equal columns the first is meant."""
_HALF_SURE = 2.0
"""Margin at which a role is three quarters sure: half the weight of one known header word."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The roles of a table's columns, how sure each is (0 to 1), and the cells that told it."""

    roles: tuple[Role, ...]
    sure: tuple[float, ...]
    shares: tuple[dict[CellKind, float], ...]

    def at(self, role: Role) -> int | None:
        """Position of the column with `role`."""
        return self.roles.index(role) if role in self.roles else None

    def share(self, role: Role, *kinds: CellKind) -> float:
        """How much of the column with `role` is of `kinds`; 0 where there is none."""
        at = self.at(role)
        return sum(self.shares[at].get(kind, 0.0) for kind in kinds) if at is not None else 0.0


def read_columns(grid: Grid, judge: CellJudge) -> Columns:
    """The roles of the columns of `grid`."""
    told = [shares(grid.column(i)[:_SAMPLE], judge) for i in range(grid.width)]
    scores = [_scores(grid, i, told[i]) for i in range(grid.width)]
    roles, best = _assign(scores)
    sure = []
    for i, role in enumerate(roles):
        without = [{r: s for r, s in column.items() if i != j or r is not role} for j, column in enumerate(scores)]
        sure.append(1.0 if role is Role.OTHER else _confidence(best - _assign(without)[1]))
    return Columns(tuple(roles), tuple(sure), tuple(told))


def _confidence(margin: float) -> float:
    return 1 / (1 + math.exp(-margin * math.log(3) / _HALF_SURE))


def _scores(grid: Grid, at: int, told: dict[CellKind, float]) -> dict[Role, float]:
    name, above = (grid.header.names[at], grid.header.above[at]) if grid.header.names else ("", "")
    said = prior(name)
    if not any(said.values()):
        said = prior(f"{above} {name}")
    written = 1 - told[CellKind.BLANK]
    scores = {}
    for role in Role:
        evidence = words().evidence[role]
        seen = sum(share * evidence.get(kind, 0.0) for kind, share in told.items() if kind is not CellKind.BLANK)
        blank = told[CellKind.BLANK] * evidence.get(CellKind.BLANK, 0.0) if written else 0.0
        # A column hardly ever filled in tells little by its cells.
        scores[role] = said[role] + words().bias[role] + seen * min(1.0, 2 * written) + blank
    return {
        r: s + (_TO_THE_RIGHT * at if r is not Role.OTHER else 0)
        for r, s in scores.items()
        if s > _HOPELESS or r is Role.OTHER
    }


def _assign(scores: list[dict[Role, float]]) -> tuple[list[Role], float]:
    """The best roles, each given once, and their score."""
    states: dict[int, tuple[float, tuple[Role, ...]]] = {0: (0.0, ())}
    for column in scores:
        following: dict[int, tuple[float, tuple[Role, ...]]] = {}
        for mask, (score, roles) in states.items():
            for role, own in column.items():
                bit = _BIT.get(role, 0)
                if mask & bit:
                    continue
                total = score + own + _order(role, mask)
                if mask | bit not in following or total > following[mask | bit][0]:
                    following[mask | bit] = (total, (*roles, role))
        states = following
    best = max(states, key=lambda mask: states[mask][0] + _alone(mask))
    return list(states[best][1]), states[best][0] + _alone(best)


def _order(role: Role, mask: int) -> float:
    before, cost = _BEFORE.get(role, (None, 0.0))
    return 0.0 if before is None or mask & _BIT[before] else cost


def _alone(mask: int) -> float:
    return sum(cost for role, (other, cost) in _WITHOUT.items() if mask & _BIT[role] and mask & _BIT[other] == 0)
