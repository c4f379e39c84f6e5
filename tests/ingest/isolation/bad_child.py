"""A child that does what a file's first word tells it: what hostile files bring real readers to.

Run by the isolated reader in place of its own child; see `misbehaving` in `rooms.py`.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ingest import progress
from ingest.isolation import __main__ as child
from ingest.isolation.messages import Frame
from ingest.load import read_plan
from knowledge.agencies import Directory
from knowledge.records import PlanDraft

_PRIVATE = "lời trong tệp"


def spin() -> None:
    """Computes for ever."""
    while True:
        pass


def wait() -> None:
    """Waits for ever."""
    time.sleep(1_000)


def grow() -> None:
    """Takes more and more memory."""
    kept = []
    while True:
        kept.append(b"x" * (1 << 20))


def swell() -> None:
    """Starts two programs that take memory, each less than one may, and waits for them."""
    for _ in range(2):
        subprocess.Popen([sys.executable, "-c", "x = b'x' * 250_000_000; import time; time.sleep(1000)"])
    wait()


def crash() -> None:
    """Reads where no memory is."""
    ctypes.string_at(0)


def leave() -> None:
    """Ends as if all were well."""
    os._exit(0)


def fail() -> None:
    """Meets a defect."""
    raise ZeroDivisionError(_PRIVATE)


def lie() -> None:
    """Says what our child never says."""
    os.write(_answers(), b"?" * 100)
    wait()


def flood() -> None:
    """Announces an answer without end."""
    os.write(_answers(), b"D" + (1 << 60).to_bytes(8, "big"))
    wait()


def chatter() -> None:
    """Prints, as some libraries do."""
    print("x" * 100_000)  # noqa: T201
    sys.stderr.write("y" * 100_000)


def litter() -> None:
    """Leaves temporary files and a program behind, and waits."""
    Path(tempfile.mkdtemp(), "rác").write_bytes(bytes(1_000))
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
    wait()


def turn_pages() -> None:
    """Computes more than twice as long as is allowed at once, a page at a time."""
    for page in range(1, 9):
        start = time.process_time()
        while time.process_time() - start < 0.3:
            pass
        progress.page_done(page, 8)


_DEEDS: dict[str, Callable[[], None]] = {
    deed.__name__: deed
    for deed in (spin, wait, grow, swell, crash, leave, fail, lie, flood, chatter, litter, turn_pages)
}


def _answers() -> int:
    """The way to the parent: the one pipe that is open for writing beside standard output."""
    for number in range(3, 32):
        try:
            if str(Path(f"/proc/self/fd/{number}").readlink()).startswith("pipe:"):
                return number
        except OSError:
            continue
    raise RuntimeError("no pipe")


def _read(path: Path, directory: Directory) -> PlanDraft:
    deed = _DEEDS.get(path.read_text(encoding="utf-8").split()[0])
    if deed is not None:
        deed()
    return read_plan(path, directory)


class _Pictures(child.Pictures):
    def draw(self, path: Path, page: int, quote: str, strip: bool) -> Frame:
        """Does what the file's first word says, where it is one of ours."""
        deed = _DEEDS.get(path.read_bytes().split()[0].decode("latin-1"))
        if deed is not None:
            deed()
        return super().draw(path, page, quote, strip)


if __name__ == "__main__":
    setattr(child, "read_plan", _read)  # noqa: B010 (not for the type checker)
    setattr(child, "Pictures", _Pictures)  # noqa: B010
    child.main(sys.argv[1])
