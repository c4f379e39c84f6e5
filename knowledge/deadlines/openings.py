"""With which signs what a regular expression matches may begin."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

# The standard library's reading of its own patterns, of which it publishes no types.
ops: Any = import_module("re._constants")
_parser: Any = import_module("re._parser")


def openings(pattern: str) -> frozenset[str] | None:
    """The first signs of all that `pattern` matches; None where that cannot be told, or where it may match nothing.

    >>> sorted(openings("(?:thang|q)uy?|[0-2]x"))
    ['0', '1', '2', 'q', 't']
    """
    signs, whole = _of(_parser.parse(pattern))
    return frozenset(signs) if signs is not None and whole else None


def _of(items: Iterable[tuple[Any, Any]]) -> tuple[set[str] | None, bool]:
    """The first signs of a sequence, and whether it matches at least one sign."""
    signs: set[str] = set()
    for op, argument in items:
        if op in (ops.ASSERT, ops.ASSERT_NOT, ops.AT):
            continue
        more, whole = _of_one(op, argument)
        if more is None:
            return None, True
        signs |= more
        if whole:
            return signs, True
    return signs, False


def _of_one(op: Any, argument: Any) -> tuple[set[str] | None, bool]:
    if op is ops.LITERAL:
        return {chr(argument)}, True
    if op is ops.IN:
        return _of_class(argument), True
    if op is ops.SUBPATTERN:
        return _of(argument[-1])
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        signs, whole = _of(argument[2])
        return signs, whole and argument[0] > 0
    if op is ops.BRANCH:
        branches = [_of(branch) for branch in argument[1]]
        if any(signs is None for signs, _ in branches):
            return None, True
        return {sign for signs, _ in branches for sign in signs or ()}, all(whole for _, whole in branches)
    return None, True


def _of_class(members: Iterable[tuple[Any, Any]]) -> set[str] | None:
    signs: set[str] = set()
    for op, argument in members:
        if op is ops.LITERAL:
            signs.add(chr(argument))
        elif op is ops.RANGE:
            signs.update(map(chr, range(argument[0], argument[1] + 1)))
        else:
            return None
    return signs
