"""A second process that answers questions beside this one, so that a crowd gets two cores.

Answering is pure computing, and one process of Python computes on one core. The second one
opens the same database for itself, asks it anew for every question what is live, and knows
nothing but questions. It is given a question when it is free; otherwise, and whenever it is
not there, the question is answered here. So it can die at any moment: nobody notices but
the crowd.
"""

from __future__ import annotations

import logging
import os
import signal
from collections import OrderedDict, deque
from concurrent.futures import Future
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Event, Lock, Thread
from typing import Unpack

from bot.app import App
from bot.clock import system_clock
from bot.settings import Settings
from knowledge.qa.asking import AskContext, Asking
from knowledge.qa.compose.answer import Answer

AT_ONCE = 4
"""Questions that the second process is given: one that it answers, the others to go on with."""
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
"""Seconds before another one is started."""
_LONGEST_ANSWER = 30.0
"""Seconds after which it is taken to hang: the slowest answers take one."""
_ANSWERING = frozenset({"home", "database_url", "chroma_url", "agencies", "lexicon"})
"""Settings that answers depend on, where `is_worth_it`."""
_TALKS = 1_000
"""Messages of which is remembered where they were answered."""

log = logging.getLogger(__name__)


class SecondProcess:
    """Answers as `own` does, sharing the work with a process of its own; safe to use from many threads.

    Args:
        pause: seconds before another one is started where one ended, doubled for each that ends before it is ready.
    """

    def __init__(self, own: Asking, settings: Settings, pause: float = _SHORTEST_PAUSE) -> None:
        self._own = own
        self._pause = pause
        self._settings = Settings.model_construct(**{name: value for name, value in settings if name in _ANSWERING})
        self._lock = Lock()
        self._waiting: deque[Future[Answer | None]] = deque()
        self._connection: Connection | None = None
        """Set while it is ready for questions."""
        self._process: SpawnProcess | None = None
        self._talks: OrderedDict[str, bool] = OrderedDict()
        """Whether a message was answered over there, the latest last."""
        self._closing = Event()
        self._thread = Thread(target=self._keep_going, name="second", daemon=True)

    def start(self) -> None:
        """Starts it, waiting for nothing."""
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """Its number, once it is ready for questions; None while it is not."""
        return self._process.pid if self._connection is not None and self._process is not None else None

    def ask(self, question: str, **context: Unpack[AskContext]) -> Answer:
        """See `Asking`."""
        given = self._give(question, context)
        answer = self._wait(given) if given is not None else None
        self._remember(question, there=answer is not None)
        return answer or self._own.ask(question, **context)

    def close(self) -> None:
        """Ends it; what it was asked is answered here."""
        self._closing.set()
        self._kill()
        if self._thread.ident is not None:
            self._thread.join()

    def _give(self, question: str, context: AskContext) -> Future[Answer | None] | None:
        """The answer to come, or None: it is busy or not there, or the talk is known here."""
        turns = context.get("turns")
        with self._lock:
            there = self._talks.get(turns[-1]) if turns else None
            if self._connection is None or there is False or len(self._waiting) >= AT_ONCE:
                return None
            try:
                self._connection.send((question, context))
            except OSError:
                return None
            answer: Future[Answer | None] = Future()
            self._waiting.append(answer)
            return answer

    def _remember(self, said: str, *, there: bool) -> None:
        """Whoever answered knows what the talk is about; the other one would have to answer it all again."""
        with self._lock:
            self._talks[said] = there
            self._talks.move_to_end(said)
            if len(self._talks) > _TALKS:
                self._talks.popitem(last=False)

    def _wait(self, given: Future[Answer | None]) -> Answer | None:
        try:
            return given.result(_LONGEST_ANSWER)
        except TimeoutError:
            log.error("the second answering process does not answer")
            self._kill()
            return None

    def _kill(self) -> None:
        with self._lock:
            if self._process is not None and self._process.is_alive():
                self._process.kill()  # it only reads

    def _keep_going(self) -> None:
        pause = self._pause
        while not self._closing.is_set():
            if self._run_one():
                pause = self._pause
            if not self._closing.is_set():
                log.warning("the second answering process ended, another one is started in %.0f s", pause)
            self._closing.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _run_one(self) -> bool:
        """From start to end of one process; whether it was ever ready."""
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=answer_all, args=(self._settings, theirs), name="answers", daemon=True)
        with self._lock:
            if self._closing.is_set():
                return False
            try:
                process.start()
            except OSError as error:
                log.warning("no second answering process: %s", type(error).__name__)
                return False
            finally:
                theirs.close()
            self._process = process
        ready = False
        try:
            ours.recv()
            self._connection, ready = ours, True
            while True:
                answer = ours.recv()
                with self._lock:
                    waiting = self._waiting.popleft()
                waiting.set_result(answer)
        except (EOFError, OSError):
            return ready
        finally:
            # Whatever ended it: nobody may go on waiting for it, nor be sent there.
            self._let_go()
            process.kill()
            process.join()
            ours.close()

    def _let_go(self) -> None:
        """What it still had is answered here."""
        with self._lock:
            self._connection = None
            left, self._waiting = self._waiting, deque()
        for each in left:
            each.set_result(None)


def is_worth_it(settings: Settings, cores: int | None = None) -> bool:
    """Whether there is a second core, and answering is our own computing: models do theirs elsewhere."""
    if settings.llm or settings.embedding_model or settings.reranker:
        return False
    return (cores or _cores()) > 1


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def answer_all(settings: Settings, connection: Connection) -> None:
    """The second process: answers until the other end is gone. What fails, None, is met again over there."""
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.SIG_IGN)  # a whole group is told at once; who started us ends us
    app = App(settings, system_clock)
    try:
        app.library.open_index()
        app.read_ahead()
        connection.send(None)
        while True:
            question, context = connection.recv()
            try:
                answer = app.assistant.ask(question, **context)
            except Exception:  # noqa: BLE001  (the one that asked answers it, and says what is wrong)
                answer = None
            connection.send(answer)
    except (EOFError, OSError):
        return
    finally:
        app.close()
