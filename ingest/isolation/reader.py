"""The way in: a file is read by a child with limits; what ends the child is set aside and not read again."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from ingest.isolation.limits import Limits
from ingest.isolation.messages import Frame, Kind, unpack_draft
from ingest.isolation.process import OnPage, ReaderEndedError, ReaderProcess, ReadingStoppedError, Reason
from ingest.isolation.quarantine import Quarantine
from ingest.isolation.workspace import Workspace
from ingest.readers.safety import MAX_FILE
from knowledge.agencies.own import Own
from knowledge.errors import ClassifiedError, PlanFileError
from knowledge.records import PlanDraft
from knowledge.text import nfc

_TIRED = 0.4
"""Share of the allowed memory from which a child is replaced: the next file is to have room."""
_FILES = 200
"""Files after which a child is replaced, whatever state they have left it in."""

_log = logging.getLogger(__name__)


class IsolatedReader:
    """Reads plan files in a child process; safe to use from many threads, one file at a time.

    Args:
        home: the data folder; temporary files and what is set aside stand there.
        clock: tells the day on which a file was set aside.
        agencies: the administrator's own directory file.
        own: tells what the organisation lays over it now.
    """

    def __init__(
        self,
        home: Path,
        clock: Callable[[], datetime],
        agencies: Path | None = None,
        limits: Limits | None = None,
        *,
        own: Callable[[], Own] = Own,
    ) -> None:
        self._own = own
        self.failures = Counter[str]()
        """Files that were not read since we began: by how they ended the child, or "refused"."""
        self._limits = limits or Limits()
        self._agencies = agencies
        self._reading, self._changing = Lock(), Lock()
        self._child: ReaderProcess | None = None
        self._read = 0
        self._closing = False
        self._quarantine = Quarantine(home, clock, self._limits)
        self._workspace = Workspace(home)
        for digest in self._workspace.interrupted:
            self._quarantine.put(digest, Reason.INTERRUPTED)

    def start(self) -> None:
        """Starts the child ahead, waiting for nothing."""
        self._started()

    def read(self, path: Path, *, again: bool = False, on_page: OnPage | None = None) -> PlanDraft:
        """Reads one file as a plan; the child stays for the next one.

        Args:
            again: even if it has been set aside.

        Raises:
            PlanFileError: it is none, or one that ends readers.
            KehoachError: the child cannot be started.
            ReadingStoppedError: `close` was called meanwhile.
        """
        with self._reading:
            return self._read_one(path, again, on_page)

    def read_bytes(
        self, name: str, content: bytes, on_page: OnPage | None = None, *, marked: bool = True
    ) -> PlanDraft:
        """The same for a file that came in a message; nothing of it stays on disk, nor does the child.

        Args:
            name: as it came; may hold anything.
            marked: where this process is killed meanwhile, the file is set aside; False for who counts that, and
                tells it by `set_aside`.
        """
        with self._reading:
            folder = self._workspace.files / "in"
            folder.mkdir(mode=0o700)
            path = folder / (Path(name.replace("\\", "/")).name.replace("\0", "") or "tệp")
            try:
                path.write_bytes(content)
                return self._read_one(path, again=False, on_page=on_page, marked=marked)
            except OSError as error:
                raise PlanFileError("Không ghi được tệp để đọc; xin thử tên tệp ngắn hơn.", repr(error)) from error
            finally:
                self._let_go()

    def set_aside(self, content: bytes) -> PlanFileError:
        """Sets aside a file that was being read whenever processes of ours were killed; what to tell who sent it."""
        self.failures[Reason.INTERRUPTED.value] += 1
        return self._quarantine.put(hashlib.sha256(content).hexdigest(), Reason.INTERRUPTED)

    def close(self) -> None:
        """Ends the child and takes the temporary files away; a file that is being read is given up."""
        with self._changing:
            self._closing = True  # what is about to be read gets no child any more
            child = self._child
        if child is not None:
            child.kill()
        with self._reading:
            self._let_go()
            self._workspace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read_one(self, path: Path, again: bool, on_page: OnPage | None, *, marked: bool = True) -> PlanDraft:
        try:
            return self._read_whole(path, again, on_page, marked)
        except PlanFileError as error:
            cause = error.__cause__
            self.failures[cause.reason.value if isinstance(cause, ReaderEndedError) else "refused"] += 1
            raise

    def _read_whole(self, path: Path, again: bool, on_page: OnPage | None, marked: bool) -> PlanDraft:
        digest = _digest(path)
        if digest is not None and not again:
            self._quarantine.check(digest)
        with self._watched(digest, marked):
            draft = self._draft(self._started().ask(path.absolute(), on_page, own=self._own().to_json()))
        if draft.digest != digest or draft.file != nfc(path.name):
            raise PlanFileError("Tệp bị thay đổi trong lúc đọc; xin nạp lại.")
        self._quarantine.take_out(digest)
        self._rest()
        return draft

    @contextmanager
    def _watched(self, digest: str | None, marked: bool) -> Iterator[None]:
        """Whatever happens to the child or, where it is marked, to us, the next start knows which file it was."""
        if digest is None:  # no file, or none of a size that is read: refused in a moment
            yield
            return
        with self._workspace.marked(digest) if marked else nullcontext():
            try:
                yield
            except ReaderEndedError as error:
                self._let_go()
                raise self._quarantine.put(digest, error.reason, error.detail) from error
            except BaseException as error:
                if not isinstance(error, PlanFileError):
                    self._let_go()
                raise

    def _draft(self, answer: Frame) -> PlanDraft:
        try:
            if answer.kind is Kind.DRAFT:
                return unpack_draft(answer.content)
            values = {name: str(value) for name, value in answer.values().items()}
            refusal = _refusal(**values) if answer.kind is Kind.REFUSED else _defect(**values)
        except (ValueError, TypeError, AttributeError) as error:
            raise ReaderEndedError(Reason.ANSWER, type(error).__name__) from error
        raise refusal

    def _started(self) -> ReaderProcess:
        with self._changing:
            if self._closing:
                raise ReadingStoppedError
            if self._child is None:
                self._child = ReaderProcess(self._workspace.files, self._agencies, self._limits)
                self._read = 0
            return self._child

    def _rest(self) -> None:
        """A child that has grown, or has read much, is not given the next file."""
        self._read += 1
        if self._child and (self._read >= _FILES or self._child.memory > self._limits.memory * _TIRED):
            self._let_go()

    def _let_go(self) -> None:
        with self._changing:
            child, self._child = self._child, None
        if child is not None:
            child.close()
        self._workspace.clear()


def _refusal(error: str, sentence: str, detail: str) -> PlanFileError:
    kind = ClassifiedError if error == ClassifiedError.__name__ else PlanFileError
    return kind(sentence, detail)


def _defect(what: str, where: str) -> PlanFileError:
    _log.error("defect while reading: %s\n%s", what, where)
    return PlanFileError(
        "Bộ đọc gặp lỗi ngoài dự kiến với tệp này; xin mở bằng chương trình gốc, lưu thành tệp mới rồi gửi lại.", what
    )


def _digest(path: Path) -> str | None:
    """SHA-256 of a file of a size that is read at all, hexadecimal."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_FILE:
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
