"""The composition root: what the commands share, built once and passed in.

Everything is made on first use, so a command that needs no database opens none.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Unpack

from bot.clock import Clock
from bot.naming import Names, Naming
from bot.people.groups import GroupChats
from bot.people.members import People
from bot.reports.golden_trial import GoldenTrials
from bot.settings import Settings
from bot.tracking.forgetting import forget_reminded
from bot.tracking.progress_port import TrackedProgress
from ingest.isolation.pictures import PagePictures
from ingest.isolation.reader import IsolatedReader
from ingest.readers.libreoffice import find_libreoffice, to_pdf
from knowledge.agencies import Directory
from knowledge.embedding import Embedder, load_embedder
from knowledge.qa.asking import AskContext, Asking, AskingOptions, Assistant
from knowledge.qa.compose.answer import Answer
from knowledge.qa.model.assisted import AssistedAssistant
from knowledge.qa.model.helper import Helper
from knowledge.qa.model.model import ChatModel, ModelSettings, open_model
from knowledge.qa.search.finder import SearchOptions
from knowledge.qa.search.reranker import Reranker, load_reranker
from knowledge.store.database import Store, open_store
from knowledge.store.library import SqlLibrary

_FIRST_QUESTION = "Ai chủ trì báo cáo định kỳ, hạn khi nào?"
"""Asked by nobody; it takes the way that most questions take."""
_COLLECTED = 2_000, 50, 50
"""New objects at which the collector looks at them, after how many looks at those that stayed, too, and after how
many of these at all. By Python's own 700, 10 and 10 every thirtieth question waited 0.2 s for a look at all that is
kept in memory; with 10,000 new ones, which hold the words of passages, every fifth waited 10 ms more than others."""


def settle_memory() -> None:
    """What is in memory by now stays there: the collector does not look at it again, and at the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED)


@dataclass
class App:
    """Settings and clock, and what is built from them."""

    settings: Settings
    clock: Clock
    _made: tuple[int, Assistant | AssistedAssistant] | None = field(default=None, init=False, repr=False)
    """The assistant, and the edition of names that it is of."""
    _making: Lock = field(default_factory=Lock, init=False, repr=False)

    @property
    def today(self) -> date:
        """The day in Việt Nam."""
        return self.clock().date()

    @cached_property
    def naming(self) -> Naming:
        """What agencies are called and what abbreviations mean; the organisation's own are kept there."""
        return Naming(self.store, self.clock, self.settings.agencies, self.settings.lexicon)

    @property
    def directory(self) -> Directory:
        """The agency directory as it is now; one piece of work goes on with the one that it was given."""
        return self.naming.now().directory

    def current_directory(self) -> Directory:
        """The same, for whoever lives as long as the service."""
        return self.directory

    @cached_property
    def store(self) -> Store:
        """The database, migrated to the newest schema."""
        return open_store(
            self.settings.database,
            data=self.settings.home,
            embedder=self.load_embedder(),
            chroma_url=self.settings.chroma_url,
        )

    def load_embedder(self) -> Embedder | None:
        """The embedding model of the settings; None for the one that comes along."""
        return load_embedder(self.settings.embedding_model)

    def load_reranker(self) -> Reranker | None:
        """The reranking model of the settings, loaded; None without one."""
        reranker = load_reranker(self.settings.reranker)
        if reranker is not None:
            reranker.fits(_FIRST_QUESTION, [_FIRST_QUESTION])
        return reranker

    def load_language_model(self) -> ChatModel | None:
        """The language model of the settings, to which nothing is sent yet; None without one."""
        model = self._model_settings()
        return None if model is None else open_model(model)

    @cached_property
    def plan_reader(self) -> IsolatedReader:
        """What reads plan files that people bring, in a process of its own."""
        return IsolatedReader(
            self.settings.home, self.clock, self.settings.agencies, own=lambda: self.naming.now().own
        )

    @cached_property
    def page_pictures(self) -> PagePictures:
        """Pictures of the pages of papers, made in a process of their own."""
        _ = self.plan_reader  # first: it learns what was being read when we were killed
        return PagePictures(self.settings.home)

    @cached_property
    def to_pdf(self) -> Callable[[bytes], bytes] | None:
        """What makes a PDF of a Word file, where LibreOffice is installed."""
        return to_pdf if find_libreoffice() else None

    @cached_property
    def library(self) -> SqlLibrary:
        """The live plans."""
        return SqlLibrary(self.store)

    @property
    def assistant(self) -> Assistant | AssistedAssistant:
        """What answers questions, with a language model beside it where one is configured.

        The same one until agencies or abbreviations change: what it keeps of papers is read by them.
        """
        names = self.naming.now()
        with self._making:
            if self._made is None or self._made[0] != names.edition:
                self._made = names.edition, self._make_assistant(names)
            return self._made[1]

    def _make_assistant(self, names: Names) -> Assistant | AssistedAssistant:
        tracking = TrackedProgress(self.store, names.directory)
        assistant = Assistant(
            self.library, names.directory, names.lexicon, AskingOptions(search=self._search), tracking
        )
        if self._helper is None:
            return assistant
        return AssistedAssistant(assistant, self._helper, names.directory)

    @cached_property
    def _search(self) -> SearchOptions:
        settings = self.settings
        return SearchOptions(reranker=load_reranker(settings.reranker), accents=settings.embedding_model is not None)

    @cached_property
    def _helper(self) -> Helper | None:
        model = self._model_settings()
        return None if model is None else Helper(open_model(model), model.timeout)

    @property
    def tracking(self) -> TrackedProgress:
        """How far agencies are with what they owe."""
        return TrackedProgress(self.store, self.directory)

    @cached_property
    def own_answering(self) -> Asking:
        """The assistant of the moment, for whoever lives as long as the service."""
        return _OwnAnswering(self)

    @cached_property
    def answering(self) -> Asking:
        """What chats ask: the assistant, unless something that shares its work is put in its place."""
        return self.own_answering

    def read_ahead(self) -> None:
        """Reads plans and word lists, which takes a second: better now than for whoever asks first.

        Whoever calls this goes on serving: what is in memory by now is settled (`settle_memory`).
        """
        assistant = self.assistant
        if isinstance(assistant, AssistedAssistant):
            assistant = assistant.assistant  # no work for the language model
        assistant.prepare()
        assistant.ask(_FIRST_QUESTION, as_of=self.today)
        settle_memory()

    @cached_property
    def golden(self) -> GoldenTrials:
        """The golden questions over what is live, and over what would be."""

        def live() -> Assistant:
            assistant = self.assistant
            return assistant.assistant if isinstance(assistant, AssistedAssistant) else assistant

        return GoldenTrials(self.store, live, self._assistant_over, self.clock)

    def _assistant_over(self, store: Store) -> Assistant:
        """An assistant like the one that answers, over another store, in which progress follows what is live."""
        from bot.notify.planning import refresh

        library, names = SqlLibrary(store), self.naming.now()
        if self.tracking.tracked():
            refresh(store, library, names.directory, self.clock(), force=True)
        options = AskingOptions(search=self._search, steps_kept=0)
        progress = TrackedProgress(store, names.directory)
        return Assistant(library, names.directory, names.lexicon, options, progress)

    @cached_property
    def people(self) -> People:
        """Who may use the assistant, the administrators of the settings among them."""
        people = People(self.store, self.clock, self.current_directory, erase=forget_reminded)
        people.appoint(self.settings.admins)
        return people

    @cached_property
    def groups(self) -> GroupChats:
        """The group chats that hear what agencies are reminded of."""
        return GroupChats(self.store, self.clock, self.current_directory)

    def _model_settings(self) -> ModelSettings | None:
        settings = self.settings
        if not settings.llm:
            return None
        key = settings.llm_key.get_secret_value() if settings.llm_key else None
        return ModelSettings(settings.llm, settings.llm_base_url or None, settings.llm_timeout, key or None)

    def refresh_vectors(self) -> None:
        """Brings the vectors up to what is live now; the index over them is made by `serving.index`."""
        from knowledge.store.derived import refresh_vectors

        refresh_vectors(self.store)

    def close(self) -> None:
        """Closes what was opened."""
        if "page_pictures" in self.__dict__:
            self.page_pictures.close()
        if "golden" in self.__dict__:
            self.golden.close()
        if "plan_reader" in self.__dict__:
            self.plan_reader.close()
        if "library" in self.__dict__:
            self.library.close()
        if "store" in self.__dict__:
            self.store.close()


@dataclass(frozen=True)
class _OwnAnswering:
    """Answers with the app's assistant of the moment."""

    app: App

    def ask(self, question: str, **context: Unpack[AskContext]) -> Answer:
        """See `Asking`."""
        return self.app.assistant.ask(question, **context)
