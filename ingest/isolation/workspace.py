"""The child's temporary files, and a mark of what is being read.

    HOME/reading/lock                a moment's lock: nobody sweeps what another one is just making
    HOME/reading/PID-RANDOM/lock     held as long as the process lives that the folder belongs to
    HOME/reading/PID-RANDOM/mark     digest of the file that is being read
    HOME/reading/PID-RANDOM/files/   the child's temporary files, and a file that came in a message

A process that is killed takes its lock with it, so its folder is known for what it is, and so is the file
that was being read then.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from knowledge.store.private import make_private_folder

_WAIT = 30.0
"""Seconds to wait for another process that is sweeping."""


class Workspace:
    """A folder of this process's own; others are swept away when it is made.

    Attributes:
        files: the child's folder.
        interrupted: digests of files that were being read when other processes of ours were killed.
    """

    def __init__(self, home: Path) -> None:
        top = home.resolve() / "reading"
        make_private_folder(top.parent)
        make_private_folder(top)
        with FileLock(top / "lock", timeout=_WAIT):
            self.interrupted = tuple(_sweep(top))
            self._folder = top / f"{os.getpid()}-{secrets.token_hex(4)}"
            self._folder.mkdir(mode=0o700)
            self._lock = FileLock(self._folder / "lock", timeout=0, thread_local=False)
            self._lock.acquire()
        self.files = self._folder / "files"
        self._mark = self._folder / "mark"
        self.clear()

    @contextmanager
    def marked(self, digest: str) -> Iterator[None]:
        """While the file with this digest is being read."""
        self._mark.write_text(digest, encoding="ascii")
        try:
            yield
        finally:
            self._mark.unlink(missing_ok=True)

    def clear(self) -> None:
        """Takes away all temporary files; the child must be gone."""
        shutil.rmtree(self.files, ignore_errors=True)
        self.files.mkdir(mode=0o700, parents=True, exist_ok=True)

    def close(self) -> None:
        """Takes the folder away."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.release()


def _sweep(top: Path) -> Iterator[str]:
    """Takes away the folders of processes that are gone; gives what they were reading."""
    for folder in top.iterdir():
        if folder.is_dir() and _is_abandoned(folder):
            mark = folder / "mark"
            if mark.exists():
                yield mark.read_text(encoding="ascii", errors="replace").strip()
            shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    try:
        with FileLock(folder / "lock", timeout=0):
            return True
    except Timeout:
        return False
