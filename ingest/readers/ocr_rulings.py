"""Rules in the picture of a page: long thin runs of ink, across and down. Places are in dots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ingest.readers.ocr_picture import Dark, pooled

_COARSE_DPI = 150
"""Rules are looked for at this resolution: half a point a dot, and specks in a rule are bridged."""
_SHORTEST = 0.3
"""Inches; the narrowest column (of numbers) and the lowest row are wider than a bold capital is."""
_SOLID = 0.9
"""Share of a stretch that must be ink: thin rules of a scan have gaps, lines of letters more."""
_TOUCHED = 0.35
"""Share of ink just beside a rule: letters that touch it and rules that cross it; lines of letters have half."""
_THICKEST = 0.04
"""Inches (3 points); what is thicker is a bar, a shaded cell or a picture."""


@dataclass(slots=True)
class Rule:
    """A run of ink: from `start` to `end` along its direction, from `first` to `last` across it."""

    start: int
    end: int
    first: int
    last: int


def find_rules(dark: Dark, dots_per_inch: float) -> tuple[list[Rule], list[Rule]]:
    """Rules across the page and rules down it, in dots of `dark`."""
    step = max(round(dots_per_inch / _COARSE_DPI), 1)
    coarse = pooled(dark, step)
    dots = dots_per_inch / step
    across = [_finer(rule, step) for rule in _rules(coarse, dots)]
    down = [_finer(rule, step) for rule in _rules(coarse.T, dots)]
    return across, down


def _finer(rule: Rule, step: int) -> Rule:
    return Rule(rule.start * step, rule.end * step, rule.first * step, rule.last * step + step - 1)


def _rules(dark: Dark, dots: float) -> list[Rule]:
    """Rules along the rows of `dark`."""
    length = max(int(_SHORTEST * dots), 8)
    if dark.shape[1] <= length:
        return []
    found: list[Rule] = []
    growing: list[Rule] = []
    for row, runs in _runs(_solid(dark, length)):
        growing = [rule for rule in growing if rule.last >= row - 2]
        for start, end in runs:
            rule = next((rule for rule in growing if rule.start <= end and start <= rule.end), None)
            if rule is None:
                rule = Rule(start, end, row, row)
                growing.append(rule)
                found.append(rule)
            rule.start, rule.end, rule.last = min(rule.start, start), max(rule.end, end), row
    return [rule for rule in found if _stands_free(rule, dark, length, max(_THICKEST * dots, 3))]


def _stands_free(rule: Rule, dark: Dark, shortest: int, thickest: float) -> bool:
    """Whether a run is long and thin with paper on both sides; a line of bold letters has ink there."""
    if rule.end - rule.start < shortest or rule.last - rule.first + 1 > thickest:
        return False
    sides = [row for row in (rule.first - 2, rule.last + 2) if 0 <= row < dark.shape[0]]
    return all(dark[row, rule.start : rule.end].mean() <= _TOUCHED for row in sides)


def _solid(dark: Dark, length: int) -> Dark:
    """Dots that lie in a stretch of `length` along the row which is nearly all ink, gaps included."""
    # A rule that slopes by a dot goes on in the next row.
    joined = dark.copy()
    joined[:-1] |= dark[1:]
    counts = np.zeros((joined.shape[0], joined.shape[1] + 1), np.int32)
    np.cumsum(joined, axis=1, out=counts[:, 1:])
    begins = counts[:, length:] - counts[:, :-length] >= _SOLID * length
    covered = np.zeros((joined.shape[0], joined.shape[1] + length), np.int32)
    np.cumsum(begins, axis=1, out=covered[:, length : length + begins.shape[1]])
    covered[:, length + begins.shape[1] :] = covered[:, [length + begins.shape[1] - 1]]
    solid: Dark = (covered[:, length : length + joined.shape[1]] - covered[:, : joined.shape[1]]) > 0
    return solid


def _runs(dark: Dark) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """For each row that has some, its runs of ink."""
    for row in np.nonzero(dark.any(axis=1))[0]:
        edges = np.diff(np.concatenate(([0], dark[row].astype(np.int8), [0])))
        starts, ends = np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0]
        yield int(row), [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]
