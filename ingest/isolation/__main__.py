"""The child: reads the files it is told of, one after another, until the other end is gone.

Its standard input is its lifeline: when the parent ends, however it ends, the child and all that
it has started end with it.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, TYPE_CHECKING, Any

from ingest.isolation.limits import Limits
from ingest.isolation.messages import Frame, Kind, frame, pack_draft, pack_picture
from ingest.load import read_plan
from ingest.progress import Listener, listen
from knowledge.agencies import Directory
from knowledge.agencies.directory import read_files
from knowledge.agencies.own import Own, own_directory
from knowledge.errors import KehoachError

if TYPE_CHECKING:
    from ingest.readers.page_pictures import PageDrawer

_NICENESS = 5
"""Reading can wait a little; a question cannot."""


def main(settings: str) -> None:
    """Reads until standard input ends.

    Args:
        settings: JSON: "limits" and "agencies", the administrator's own directory file or null.
    """
    faulthandler.enable()
    os.nice(_NICENESS)
    given = json.loads(settings)
    limits = Limits(**given["limits"])
    answers = _Answers(_own_output())
    requests: SimpleQueue[dict[str, Any]] = SimpleQueue()
    pictures = Pictures()
    Thread(target=_listen, args=(requests,), daemon=True).start()
    limits.enforce()
    try:
        files = read_files(Path(given["agencies"]) if given["agencies"] else None)
        directory = own_directory(files, Own())
    except KehoachError as error:
        answers.send(_refusal(error))
        return
    answers.send(Frame(Kind.READY))
    while True:
        request = requests.get()
        path, named = Path(request.pop("path")), request.pop("own", None)
        own = Own.from_json(named) if named is not None else None
        if own is not None and own.edition != directory.edition:
            directory = own_directory(files, own)
        limits.renew_time()
        listen(None if request else _page_teller(answers, limits))
        answers.send(_answer(path, request, directory, pictures))


def _own_output() -> IO[bytes]:
    """The way to the parent; what a library prints, and what a program that we start says, goes nowhere."""
    output = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return output


class _Answers:
    """Frames to the parent, whole ones, from any thread."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._lock = Lock()

    def send(self, answer: Frame) -> None:
        """One frame, at once."""
        with self._lock:
            self._output.write(answer.packed())
            self._output.flush()


def _page_teller(answers: _Answers, limits: Limits) -> Listener:
    def tell(done: int, total: int) -> None:
        limits.renew_time()
        answers.send(frame(Kind.PAGE, done=done, total=total))

    return tell


def _listen(requests: SimpleQueue[dict[str, Any]]) -> None:
    for line in sys.stdin.buffer:
        requests.put(json.loads(line))
    os.killpg(0, signal.SIGKILL)


class Pictures:
    """Draws pages; the file that was drawn last stays open."""

    def __init__(self) -> None:
        self._open: tuple[Path, PageDrawer] | None = None

    def draw(self, path: Path, page: int, quote: str, strip: bool) -> Frame:
        """The picture of a page."""
        from ingest.readers.page_pictures import PageDrawer  # most children draw none

        if self._open is None or self._open[0] != path:
            self._open = path, PageDrawer(path.read_bytes())
        return pack_picture(self._open[1].draw(page, quote, strip=strip))


def _answer(path: Path, picture: dict[str, Any], directory: Directory, pictures: Pictures) -> Frame:
    """The draft that a file makes, or the picture that is wanted of it."""
    try:
        return pictures.draw(path, **picture) if picture else pack_draft(read_plan(path, directory))
    except KehoachError as error:
        return _refusal(error)
    except MemoryError:
        return Frame(Kind.MEMORY)
    except Exception as error:  # noqa: BLE001 - the outermost edge of one file: the others of a batch go on
        return frame(Kind.DEFECT, what=type(error).__name__, where=_frames(error))


def _refusal(error: KehoachError) -> Frame:
    return frame(Kind.REFUSED, error=type(error).__name__, sentence=error.sentence, detail=error.detail)


def _frames(error: Exception) -> str:
    """Where it happened, innermost last, without the error's own words: they may quote the paper."""
    return "".join(traceback.format_tb(error.__traceback__)[-8:])


if __name__ == "__main__":
    main(sys.argv[1])
