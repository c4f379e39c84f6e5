"""The way to a language model: its settings, a hard time limit, one kind of failure.

LangChain's timeout is the time between two bytes, so a server that sends a byte now
and then could hold a question for ever. A request therefore runs in a thread of its
own, which is left behind when the time is over.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING, Any, Protocol

from knowledge.errors import LanguageModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MAX_TOKENS = 600
"""Of a reply; what is longer would be refused by the checks anyway."""
MAX_WAITING = 4
"""Requests at a time, those left behind included; more would only pile up on a server that is stuck."""
_LOCAL = "ollama"
"""The one provider whose default address is this machine."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model, and where.

    Attributes:
        model: as LangChain's `init_chat_model` takes it: "ollama:qwen3:8b", "openai:name-on-the-server".
        base_url: address of the server; may be left out for Ollama on this machine only.
        timeout: seconds that one request for help may take, its repetition included.
        key: what the server asks for, if anything; never in a log or a `repr`.
    """

    model: str
    base_url: str | None = None
    timeout: float = 8.0
    key: str | None = field(default=None, repr=False)


class NoReplyError(Exception):
    """The server did not answer, or not in its protocol. The text is safe to log: no prompt, no key, no address."""


class Model(Protocol):
    """What the helper needs of a model."""

    def reply(self, prompt: str, limit: float) -> str:
        """The model's text.

        Args:
            limit: seconds.

        Raises:
            NoReplyError: whatever kept the reply from coming whole and in time.
        """


class ChatModel:
    """A LangChain chat model behind a time limit."""

    def __init__(self, chat: BaseChatModel) -> None:
        self._chat = chat
        self._free = BoundedSemaphore(MAX_WAITING)

    def reply(self, prompt: str, limit: float) -> str:
        """See `Model.reply`."""
        if not self._free.acquire(blocking=False):
            raise NoReplyError("too many requests are waiting")
        future: Future[str] = Future()
        Thread(target=self._work, args=(future, prompt), name="language-model", daemon=True).start()
        try:
            return future.result(limit)
        except TimeoutError as error:
            raise NoReplyError("no reply in time") from error

    def _work(self, future: Future[str], prompt: str) -> None:
        try:
            future.set_result(self._invoke(prompt))
        except Exception as error:  # noqa: BLE001 - foreign code over a foreign protocol: whatever it raises is no reply
            # The message may hold the prompt or, after a 401, the key: only the kind is passed on.
            failure = NoReplyError(type(error).__name__)
            future.set_exception(failure)
        finally:
            self._free.release()

    def _invoke(self, prompt: str) -> str:
        from langchain_core.messages import HumanMessage
        from langsmith.run_helpers import tracing_context

        # LangSmith would send every prompt abroad when a variable of its own is set.
        with tracing_context(enabled=False):
            return str(self._chat.invoke([HumanMessage(prompt)]).text)


def open_model(settings: ModelSettings) -> ChatModel:
    """The model that the settings name; nothing is sent yet.

    Raises:
        LanguageModelError: no such provider, its package is missing, or the address is missing or wrong.
    """
    from langchain.chat_models import init_chat_model

    provider = settings.model.partition(":")[0]
    if settings.base_url is None and provider != _LOCAL:
        raise LanguageModelError("Cần địa chỉ máy chủ của mô hình ngôn ngữ (KEHOACH_LLM_BASE_URL).")
    if settings.base_url is not None and not settings.base_url.startswith(("http://", "https://")):
        raise LanguageModelError("Địa chỉ máy chủ của mô hình ngôn ngữ phải bắt đầu bằng http:// hoặc https://.")
    make: Callable[..., BaseChatModel] = init_chat_model
    try:
        return ChatModel(make(settings.model, **_options(provider, settings)))
    except (ValueError, TypeError, ImportError) as error:
        sentence = f"Không dùng được mô hình ngôn ngữ “{settings.model}” (viết dạng nhà_cung_cấp:tên)."
        # The error's own text may quote the arguments, the key among them.
        raise LanguageModelError(sentence, type(error).__name__) from None


def _options(provider: str, settings: ModelSettings) -> dict[str, Any]:
    """The same wishes in each provider's words: no creativity, a short reply, no retry of its own."""
    common: dict[str, Any] = {"temperature": 0}
    if settings.base_url:
        common["base_url"] = settings.base_url
    if provider == _LOCAL:
        client: dict[str, Any] = {"timeout": settings.timeout}
        if settings.key:
            client["headers"] = {"Authorization": f"Bearer {settings.key}"}
        # Thinking aloud would use up the reply.
        return {**common, "num_predict": MAX_TOKENS, "reasoning": False, "client_kwargs": client}
    # Without a key of ours the client would take OPENAI_API_KEY and hand it to this server.
    common |= {"api_key": settings.key or "none", "timeout": settings.timeout, "max_tokens": MAX_TOKENS}
    if provider == "openai":
        common["use_responses_api"] = False
    return {**common, "max_retries": 0}
