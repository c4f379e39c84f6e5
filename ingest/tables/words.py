"""The words of headers and what they speak for (data/columns.yaml)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ingest.candidates import Role
from ingest.tables.cells import CellKind
from knowledge.text import fold
from knowledge.yaml_text import parse_yaml

_DATA = Path(__file__).parent / "data" / "columns.yaml"


class _Words:
    def __init__(self) -> None:
        listed = parse_yaml(_DATA.read_text(encoding="utf-8"))
        self.cues = {Role(r): [(re.compile(p), float(w)) for p, w in c.items()] for r, c in listed["cues"].items()}
        self.other_name, self.ambiguous = float(listed["other_name"]), float(listed["ambiguous"])
        self.evidence = {
            Role(r): {CellKind(k): float(w) for k, w in weights.items()} for r, weights in listed["evidence"].items()
        }
        self.bias = {Role(r): float(w) for r, w in listed["bias"].items()}
        self.no_tasks = {what: re.compile(words) for what, words in listed["no_tasks"].items()}
        self.agenda = re.compile(listed["agenda"], re.IGNORECASE)


@lru_cache(maxsize=1)
def words() -> _Words:
    """The lists, read once."""
    return _Words()


@lru_cache(maxsize=4096)
def prior(name: str) -> dict[Role, float]:
    """What a column's name says for each role; 0 where no word of it is known."""
    folded = fold(name)
    found = {
        role: max((weight for pattern, weight in cues if pattern.search(folded)), default=0.0)
        for role, cues in words().cues.items()
    }
    if max(found.values()) <= words().ambiguous:
        return found
    return {role: weight or words().other_name for role, weight in found.items()}


def speaks(name: str) -> bool:
    """Whether a word of `name` is known."""
    return any(weight > 0 for weight in prior(name).values())
