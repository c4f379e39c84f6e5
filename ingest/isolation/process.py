"""One child process: started, asked, watched and ended, with all that it has started."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from threading import Lock
from time import monotonic

from ingest.isolation.limits import Limits
from ingest.isolation.memory import memory_in_use
from ingest.isolation.messages import BadFrameError, Frame, Kind, take_frame
from knowledge.errors import DirectoryError, KehoachError

CHILD = "ingest.isolation"
"""The module that is run; tests put a child that misbehaves in its place."""
_STARTING = 60.0
"""Seconds for the child to be ready; it takes a third of one."""
_LOOK_EVERY = 0.1
"""Seconds between looks at its memory: a core fills 0.3 GB in that time."""
_LOOK_SHARE = 20
"""A look may cost this part of the time at most: there may be thousands of processes to look through."""
_PIECE = 1 << 20
_TAIL = 2_000
"""Characters of its last words that the log keeps."""
_KEPT = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONHASHSEED", "TESSDATA_PREFIX"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
)
"""Of our environment: no setting of ours, since tokens are among them."""

OnPage = Callable[[int, int], None]
"""Told how many pages are finished, of how many."""


class Reason(StrEnum):
    """Why a child ended while it was reading."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"
    ANSWER = "answer"
    """It answered with more than it may, or with what our child never says."""
    INTERRUPTED = "interrupted"
    """We were ended ourselves; told after the next start."""


class ReaderEndedError(Exception):
    """The child ended while it was reading, or was ended by us."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
        self.detail = detail


class ReadingStoppedError(Exception):
    """Reading was given up because we end: no fault of the file."""


class ReaderProcess:
    """A child that reads files one after another; for one thread, `kill` for any.

    Args:
        folder: the child's own, for temporary files; must exist.
        agencies: the administrator's own directory file.
    """

    def __init__(self, folder: Path, agencies: Path | None, limits: Limits) -> None:
        self._limits = limits
        self._words = folder / "stderr"
        self._received = bytearray()
        self._ready = False
        self._stopped = False
        self._ending = Lock()
        settings = json.dumps({"limits": asdict(limits), "agencies": str(agencies.resolve()) if agencies else None})
        with self._words.open("wb") as words:
            self._child = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", CHILD, settings],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                cwd=folder,
                env=_environment(folder),
                start_new_session=True,
            )

    def ask(self, path: Path, on_page: OnPage | None = None, **more: object) -> Frame:
        """What the child answers when it is told to read the file: a draft, a refusal or a defect.

        Args:
            more: for a draft `own`, what the organisation lays over the directory, as JSON; for the picture of a page
                in place of one `page`, `quote` and `strip`.

        Raises:
            ReaderEndedError: it did not live to answer; it is gone now.
            ReadingStoppedError: `kill` was called meanwhile.
            KehoachError: it cannot be started.
        """
        self._wait_until_ready()
        stdin = self._child.stdin
        assert stdin is not None  # noqa: S101 (for the type checker)
        try:
            stdin.write(json.dumps({"path": str(path), **more}).encode() + b"\n")
            stdin.flush()
        except OSError:
            raise self._ended() from None
        return self._answer(on_page)

    @property
    def memory(self) -> int:
        """Bytes that it uses now."""
        return memory_in_use(self._child.pid)

    def kill(self) -> None:
        """Ends it, and all that it has started, at once; from any thread, and more than once."""
        self._stopped = True
        self._kill_group()

    def close(self) -> int:
        """Ends it and lets go of it; its return code. Only for the thread that asks."""
        self._kill_group()
        code = self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not yet written
                    pipe.close()
        return code

    def _kill_group(self) -> None:
        with self._ending:
            # Not reaped yet: until then nobody else can have the group's number. Darwin denies it to a zombie.
            if self._child.returncode is None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._child.pid, signal.SIGKILL)

    def _wait_until_ready(self) -> None:
        if self._ready:
            return
        try:
            first = self._next_frame(monotonic() + _STARTING, lambda: None)
        except ReaderEndedError as error:
            raise KehoachError(
                "Không khởi động được bộ đọc tệp; chi tiết ở kehoach.log trong thư mục dữ liệu.", error.detail
            ) from error
        if first.kind is not Kind.READY:
            values = first.values()
            self.close()
            kind = DirectoryError if values["error"] == DirectoryError.__name__ else KehoachError
            raise kind(values["sentence"], values["detail"])
        self._ready = True

    def _answer(self, on_page: OnPage | None) -> Frame:
        last = monotonic() + self._limits.total_seconds
        pages = 0
        while True:
            until = min(last, monotonic() + self._limits.seconds * self._limits.patience)
            found = self._next_frame(until, self._check_memory)
            if found.kind is Kind.MEMORY:
                self.close()
                raise ReaderEndedError(Reason.MEMORY, "MemoryError")
            if found.kind is not Kind.PAGE:
                return found
            done, total = self._page(found)
            if done > pages and on_page is not None:
                on_page(done, total)
            pages = max(pages, done)

    def _page(self, found: Frame) -> tuple[int, int]:
        try:
            values = found.values()
            return int(values["done"]), int(values["total"])
        except (ValueError, TypeError, KeyError) as error:
            self.close()
            raise ReaderEndedError(Reason.ANSWER, repr(error)) from error

    def _next_frame(self, until: float, look: Callable[[], None]) -> Frame:
        """The next answer, looking after the child meanwhile."""
        pause = _LOOK_EVERY
        next_look = monotonic() + pause
        while True:
            try:
                found = take_frame(self._received, self._limits.answer)
            except BadFrameError as error:
                self.close()
                raise self._reason(ReaderEndedError(Reason.ANSWER, str(error))) from error
            if found is not None:
                return found
            now = monotonic()
            if now >= until:
                self.close()
                raise self._reason(ReaderEndedError(Reason.TIME, "clock"))
            if now >= next_look:
                look()
                pause = max(_LOOK_EVERY, (monotonic() - now) * _LOOK_SHARE)
                next_look = monotonic() + pause
            self._receive(min(next_look, until) - now)

    def _receive(self, seconds: float) -> None:
        try:
            stdout = self._child.stdout
            assert stdout is not None  # noqa: S101 (for the type checker)
            if select.select([stdout], [], [], max(seconds, 0))[0]:
                piece = os.read(stdout.fileno(), _PIECE)
                if not piece:
                    raise self._ended()
                self._received += piece
        except OSError:
            raise self._ended() from None

    def _check_memory(self) -> None:
        used = memory_in_use(self._child.pid)
        if used > self._limits.memory:
            self.close()
            raise self._reason(ReaderEndedError(Reason.MEMORY, f"{used // 1_000_000} MB"))

    def _ended(self) -> Exception:
        """Why the child, which has closed its end of the pipe, is gone."""
        code = self.close()  # what it ended of stays told, though it is killed once more
        words = self._last_words()
        if code == -signal.SIGXCPU:
            return self._reason(ReaderEndedError(Reason.TIME, "computing"))
        starved = "MemoryError" in words or "bad_alloc" in words
        return self._reason(
            ReaderEndedError(Reason.MEMORY if starved else Reason.CRASH, f"exit code {code}\n{words}")
        )

    def _reason(self, error: ReaderEndedError) -> Exception:
        return ReadingStoppedError() if self._stopped else error

    def _last_words(self) -> str:
        try:
            return self._words.read_bytes()[-_TAIL:].decode("utf-8", "replace")
        except OSError:
            return ""


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    own = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), str(folder))
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    # Programs that compute in threads would take the cores from those who ask.
    single = {"OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**kept, **own, **single, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
