"""Runs backup or restore again and again, each time killed one step later, until one comes through.

    python -m tests.knowledge.store.killed backup|restore HOME FILE

A step is whatever Python tells its audit of: opening, naming, linking or removing a file, opening a database. After
each kill a line says what stands: for a backup the digest of FILE, for a restore whether the database is the OLD one
or the NEW one, whole. The last line is "done STEPS".
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from knowledge.store.backup import database_copy, restore_backup, write_backup
from knowledge.store.database import database_url

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
_STEPS = ("open", "os.", "shutil.", "sqlite3.connect")


def main(what: str, home: Path, file: Path) -> None:
    """See the module."""
    pristine = home.with_name("pristine")
    shutil.copytree(home, pristine)
    old = _contents(home)
    for step in count(1):
        code = _killed_at(step, what, home, file)
        if code == 0:
            sys.stdout.write(f"done {step}\n")
            return
        if what == "backup":
            sys.stdout.write(f"{hashlib.sha256(file.read_bytes()).hexdigest()}\n")
            continue
        sys.stdout.write("OLD\n" if _contents(home) == old else "NEW\n" if _is_new(home, old) else "BROKEN\n")
        shutil.rmtree(home)
        shutil.copytree(pristine, home)


def _killed_at(step: int, what: str, home: Path, file: Path) -> int:
    """How a child ended that was to be killed at that step: 0 where it had fewer."""
    child = os.fork()
    if not child:
        left = [step]

        def count_down(event: str, _arguments: object) -> None:
            if event.startswith(_STEPS):
                left[0] -= 1
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count_down)
        database = database_copy(database_url(home))
        if what == "backup":
            write_backup(database, home, ["ket-qua"], file, now=NOW)
        else:
            restore_backup(file, database, home, force=True, now=NOW)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _contents(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "kehoach.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return list(database.iterdump())


def _is_new(home: Path, old: list[str]) -> bool:
    """Whole, another one, the old one kept beside it, and the files that it knows."""
    (aside,) = home.glob("kehoach-truoc-khoi-phuc-*.db")
    with closing(sqlite3.connect(aside)) as database:
        kept = list(database.iterdump()) == old
    return kept and _contents(home) != old and (home / "ket-qua" / "ab12-mới.txt").exists()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
