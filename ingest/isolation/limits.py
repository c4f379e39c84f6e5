"""How much one file may cost, and the limits that the system itself holds the child to."""

from __future__ import annotations

import math
import resource
import sys
from dataclasses import dataclass

_OVERHEAD = 150_000_000
"""Bytes of address space beyond what is in use: the interpreter and its libraries, mostly shared."""
_OPEN_FILES = 256


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost.

    Attributes:
        seconds: of computing since the start or the last finished page; twenty times what the longest paper
            that we have met takes.
        patience: so many times `seconds` may pass on the clock: a busy machine is not the file's fault.
        total_seconds: on the clock, whatever is finished meanwhile; three hundred scanned pages take less.
        memory: bytes in use by the child and the programs that it starts.
        answer: bytes of a draft as it comes back; 10,000 tasks take 28 MB.
        file: bytes of a temporary file.
    """

    seconds: float = 60
    patience: float = 3
    total_seconds: float = 1800
    memory: int = 900_000_000
    answer: int = 64_000_000
    file: int = 500_000_000

    def enforce(self) -> None:
        """Has the system hold this process and what it starts to the limits that it knows."""
        # Darwin accepts a limit of address space and ignores it: there the parent's watch is the only one.
        if sys.platform != "darwin":
            _lower(resource.RLIMIT_AS, self.memory + _OVERHEAD)
        _lower(resource.RLIMIT_FSIZE, self.file)
        _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
        _lower(resource.RLIMIT_CORE, 0)
        self.renew_time()

    def renew_time(self) -> None:
        """From now on the process may compute for `seconds` more; then it is ended by SIGXCPU."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        allowed = used.ru_utime + used.ru_stime + max(self.seconds, 1)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        # The system counts whole seconds: rounded down, a page would be ended before its time.
        resource.setrlimit(resource.RLIMIT_CPU, (_within(math.ceil(allowed), hard), hard))


def _lower(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    value = _within(value, hard)
    resource.setrlimit(kind, (value, value))


def _within(value: int, hard: int) -> int:
    return value if hard == resource.RLIM_INFINITY else min(value, hard)
