"""One process serves a data folder: two would answer everything twice, and nothing may be restored under one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from knowledge.errors import KehoachError
from knowledge.store.private import make_private_folder

_LOCK = "serve.lock"


@contextmanager
def only_service(home: Path, refusal: str) -> Iterator[None]:
    """While nobody else serves the data folder.

    Raises:
        KehoachError: somebody does; `refusal` is its sentence.
    """
    make_private_folder(home)
    lock = FileLock(home / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise KehoachError(refusal, str(error)) from error
    try:
        yield
    finally:
        lock.release()
