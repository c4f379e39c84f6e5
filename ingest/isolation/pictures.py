"""Pictures of the pages of papers, made by a child with limits: what ends it is an answer, and ends nothing else.

The child stays with the paper that it has opened for as long as its pages are looked at. Pictures are kept in memory
up to a number of bytes; what could not be drawn is kept too, so that it is not tried at every look.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType
from typing import Self

from ingest.documents import PagePicture
from ingest.isolation.limits import Limits
from ingest.isolation.messages import Frame, Kind, unpack_picture
from ingest.isolation.process import ReaderEndedError, ReaderProcess, ReadingStoppedError
from ingest.isolation.workspace import Workspace
from knowledge.errors import PlanFileError

_LIMITS = Limits(seconds=30, patience=4, total_seconds=120, memory=700_000_000, answer=16_000_000)
"""A scanned page is read again to find a place on it: a few seconds."""
_KEPT = 48_000_000
"""Bytes of pictures; about two hundred pages."""
_IDLE = 60.0
"""Seconds after which the child is let go, and the paper's file with it."""
_UNDRAWN = "Không vẽ được trang này của văn bản; xin tải tệp về để xem."
_STOPPED = "Trợ lý đang dừng; xin thử lại sau."
_Key = tuple[str, int, str, bool]

_log = logging.getLogger(__name__)


class PagePictures:
    """Makes and keeps them; safe to use from many threads, one picture is made at a time.

    Args:
        home: the data folder; the paper that is open stands in its folder of temporary files.
    """

    def __init__(self, home: Path, limits: Limits = _LIMITS) -> None:
        self._limits = limits
        self._drawing, self._changing = Lock(), Lock()
        self._workspace = Workspace(home)
        self._child: ReaderProcess | None = None
        self._open = ""
        """Digest of the paper that the child has at hand."""
        self._idle: Timer | None = None
        self._closing = False
        self._kept: OrderedDict[_Key, PagePicture | None] = OrderedDict()
        self._bytes = 0

    def draw(
        self, digest: str, content: Callable[[], bytes | None], page: int, quote: str = "", *, strip: bool = False
    ) -> PagePicture:
        """A page of a PDF file.

        Args:
            digest: of the file, SHA-256.
            content: gives the file; asked only where it is needed.
            page: from 1.
            quote: what is to be marked.
            strip: only what stands around the mark.

        Raises:
            PlanFileError: it cannot be drawn, or the file is gone.
        """
        key = _key(digest, page, quote, strip=strip)
        with self._drawing:
            with self._changing:
                if key in self._kept:
                    return _shown(self._kept[key])
            made = self._make(digest, content, page, quote, strip=strip)
            self._keep(key, made)
        return _shown(made)

    def find(self, digest: str, page: int, quote: str = "", *, strip: bool = False) -> PagePicture | None:
        """The picture where it is at hand, at once.

        Raises:
            PlanFileError: it could not be drawn a while ago.
        """
        key = _key(digest, page, quote, strip=strip)
        with self._changing:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return _shown(self._kept[key])

    def close(self) -> None:
        """Ends the child and takes the file away; a picture that is being made is given up."""
        with self._changing:
            self._closing = True
            child = self._child
        if child is not None:
            child.kill()
        with self._drawing:
            self._let_go()
            self._workspace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _make(
        self, digest: str, content: Callable[[], bytes | None], page: int, quote: str, *, strip: bool
    ) -> PagePicture | None:
        """The picture; None where the page cannot be drawn."""
        path = self._workspace.files / "paper.pdf"
        try:
            if self._open != digest:
                self._let_go()
                found = content()
                if found is None:
                    raise PlanFileError("Tệp của bản này không còn được lưu.")
                path.write_bytes(found)
                self._open = digest
            answer = self._started().ask(path, page=page, quote=quote, strip=strip)
            return self._read(answer)
        except ReaderEndedError as error:
            _log.warning("page %s of %s not drawn: %s", page, digest, error)
            self._let_go()
            return None
        except ReadingStoppedError as error:
            self._let_go()
            raise PlanFileError(_STOPPED) from error
        except OSError as error:
            self._let_go()
            raise PlanFileError(_UNDRAWN, repr(error)) from error
        finally:
            self._rest()

    def _read(self, answer: Frame) -> PagePicture | None:
        if answer.kind is Kind.PICTURE:
            with suppress(ValueError, KeyError, TypeError):
                return unpack_picture(answer.content)
        if answer.kind is Kind.DEFECT:
            _log.error("defect while drawing a page: %s", answer.content.decode("utf-8", "replace"))
        return None

    def _started(self) -> ReaderProcess:
        with self._changing:
            if self._closing:
                raise ReadingStoppedError
            if self._child is None:
                self._child = ReaderProcess(self._workspace.files, None, self._limits)
            return self._child

    def _keep(self, key: _Key, made: PagePicture | None) -> None:
        with self._changing:
            self._kept[key] = made
            self._bytes += len(made.png) if made is not None else 0
            while self._bytes > _KEPT or len(self._kept) > 2_000:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone.png) if gone is not None else 0

    def _rest(self) -> None:
        """The child waits a while for the next page."""
        if self._idle is not None:
            self._idle.cancel()
        self._idle = Timer(_IDLE, self._end_idle)
        self._idle.daemon = True
        self._idle.start()

    def _end_idle(self) -> None:
        if self._drawing.acquire(blocking=False):
            try:
                self._let_go()
            finally:
                self._drawing.release()

    def _let_go(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        with self._changing:
            child, self._child = self._child, None
        self._open = ""
        if child is not None:
            child.close()
        self._workspace.clear()


def _key(digest: str, page: int, quote: str, *, strip: bool) -> _Key:
    return digest, page, sha256(quote.encode()).hexdigest(), strip


def _shown(made: PagePicture | None) -> PagePicture:
    if made is None:
        raise PlanFileError(_UNDRAWN)
    return made
