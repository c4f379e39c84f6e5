"""How much memory a process and the programs that it has started use, seen from outside."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def memory_in_use(group: int) -> int:
    """Bytes that the processes of a group hold, what they share with files left out; 0 where it cannot be told."""
    return _by_proc(group) if (_PROC / "self" / "statm").exists() else _by_ps(group)


def _by_proc(group: int) -> int:
    return sum(_held(folder) for folder in _PROC.iterdir() if folder.name.isdigit() and _group(folder) == group)


def _group(process: Path) -> int | None:
    try:
        # The name, in brackets, may hold anything; after it come the state, the parent and the group.
        return int((process / "stat").read_bytes().rpartition(b")")[2].split()[2])
    except (OSError, IndexError):
        return None  # it has just ended


def _held(process: Path) -> int:
    try:
        _, resident, shared = (int(value) for value in (process / "statm").read_bytes().split()[:3])
    except (OSError, ValueError):
        return 0
    return (resident - shared) * _PAGE


def _by_ps(group: int) -> int:
    """Where there is no /proc; in kilobytes, and with what is shared."""
    command = ["/bin/ps", "-A", "-o", "pgid=,rss="]
    try:
        shown = subprocess.run(command, capture_output=True, timeout=5, check=False).stdout  # noqa: S603 (our own words)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    rows = (line.split() for line in shown.splitlines())
    return sum(int(row[1]) for row in rows if len(row) == 2 and row[0] == b"%d" % group) * 1024
