"""Two who do the same at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from knowledge.errors import KehoachError


def meet(call: Callable[[], object], told: type[KehoachError]) -> list[str]:
    """Makes the call twice at the same moment; what each was told, empty for the one that did it.

    Args:
        told: how the other one is told; any other error is the test's failure.
    """
    barrier = Barrier(2)

    def go(_: int) -> str:
        barrier.wait()
        try:
            call()
        except told as error:
            return error.sentence
        return ""

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(go, range(2)))
