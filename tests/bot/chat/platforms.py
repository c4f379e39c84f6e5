"""The platforms of `over_http.py`: what a person does there, as each of them brings it to us."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO
from queue import Queue
from typing import Any, Protocol

from bot.app import App
from bot.channels.contract import ChannelName, Incoming, Sender
from bot.channels.terminal import PERSON, TerminalChannel
from tests.servers import telegram_server as telegram
from tests.servers import zalo_server as zalo
from tests.servers.local import Arrival

ZALO_SECRET = "mat-khau-webhook"


class Platform(Protocol):
    """A platform with its people.

    Attributes:
        groups, files: whether people can write in groups, and send files.
    """

    name: ChannelName
    groups: bool
    files: bool

    def settings(self, web: str) -> dict[str, Any]:
        """What makes us serve it; `web` is the address of our web server."""

    def know(self, sender: Sender) -> None:
        """This person has opened a chat with us before."""

    def bring(self, incoming: Incoming, pictured: bytes | None) -> None:
        """A person does what `incoming` tells; comes back when we have taken it. Blocks.

        Args:
            pictured: content of the file, where one is sent.
        """

    def leave(self) -> None:
        """Our process has ended, or cannot be reached any more."""


@dataclass
class OnTelegram:
    """Telegram; the server keeps its updates until they are confirmed."""

    server: telegram.TelegramServer
    webhook: bool = False
    name = ChannelName.TELEGRAM
    groups = True
    files = True

    def settings(self, web: str) -> dict[str, Any]:
        """By polling, or with a secret that the channel makes."""
        given = {"telegram_token": telegram.TOKEN, "telegram_api": self.server.url}
        return {**given, "telegram_webhook": f"{web}/telegram"} if self.webhook else given

    def know(self, sender: Sender) -> None:
        """Pressed Start."""
        self.server.chats[int(sender.id)]

    def bring(self, incoming: Incoming, pictured: bytes | None) -> None:
        """A message, a press or a document."""
        who = int(incoming.sender.id)
        chat = telegram.group(int(incoming.address.chat)) if incoming.group else None
        from_ = {**telegram.person(who), "first_name": incoming.sender.name}
        common: dict[str, Any] = {"from": from_, "date": int(incoming.at.timestamp())}
        if incoming.pressed is not None:
            self.server.presses(incoming.pressed, int(incoming.pressed_on or 0), who, chat, **{"from": from_})
        elif incoming.phone:
            self.server.shares(incoming.phone, who, **common)
        elif incoming.file is not None:
            if chat:
                common["reply_to_message"] = _OURS
            update = self.server.sends_file(incoming.file.name, pictured or b"", who, chat=chat, **common)
            if pictured is None:
                del self.server.files[update["message"]["document"]["file_id"]]
        else:
            self.server.writes(chat=chat, who=who, **common, **_as_typed(incoming))
        self.server.wait(lambda: not self.server.pending)

    def leave(self) -> None:
        """Nothing: what was not confirmed stays."""


_OURS = {
    "message_id": 5,
    "date": telegram.BEGAN,
    "from": telegram.US,
    "chat": telegram.group(),
    "text": "Hạn: 31/3",
}
"""A message of ours in a group, to be answered."""


def _as_typed(incoming: Incoming) -> dict[str, Any]:
    """A text; in a group that is for us, with our name in it, or as an answer to us."""
    mention = f"@{telegram.US['username']}"
    text = incoming.text.replace("@tro_ly", mention)
    if text.startswith(mention):
        return {"text": text, "entities": [{"type": "mention", "offset": 0, "length": len(mention)}]}
    if incoming.group and incoming.addressed and not text.startswith("/"):
        return {"text": text, "reply_to_message": _OURS}
    return {"text": text}


@dataclass
class OnZalo:
    """Zalo's Bot Platform; a group's talk comes only where we are named in it."""

    server: zalo.ZaloServer
    webhook: bool = False
    name = ChannelName.ZALO
    groups = True
    files = False
    _count: int = 0

    def settings(self, web: str) -> dict[str, Any]:
        """By polling, or by the webhook."""
        given = {"zalo_token": zalo.TOKEN, "zalo_api": self.server.url}
        return {**given, "zalo_webhook": f"{web}/zalo", "zalo_secret": ZALO_SECRET} if self.webhook else given

    def know(self, sender: Sender) -> None:
        """Nothing: anybody can be written to."""

    def bring(self, incoming: Incoming, pictured: bytes | None) -> None:  # noqa: ARG002  (it has no files)
        """A text."""
        if incoming.group and not incoming.addressed:
            return
        self._count += 1
        kind = "GROUP" if incoming.group else "PRIVATE"
        self.server.writes(
            incoming.text.replace("@tro_ly", "@Bot Trợ lý"),
            self._count,
            sender={"id": incoming.sender.id, "display_name": incoming.sender.name, "is_bot": False},
            chat={"id": incoming.address.chat, "chat_type": kind},
            date=int(incoming.at.timestamp() * 1000),
        )
        self.server.wait(lambda: not self.server.updates)

    def leave(self) -> None:
        """A poll that still waits would take an update with it."""
        self.server.end_polls()


@dataclass
class OnZaloOa:
    """A Zalo Official Account: no groups, no names of people; files are told of but not taken."""

    server: zalo.ZaloServer
    name = ChannelName.ZALO_OA
    groups = False
    files = False
    _count: int = 0

    def settings(self, web: str) -> dict[str, Any]:
        """An app, an account and the first refresh token; the webhook is set on the platform's pages."""
        self.server.oa_webhook = f"{web}/zalo-oa"
        return {
            "oa_app_id": zalo.OA_APP,
            "oa_app_secret": zalo.OA_APP_SECRET,
            "oa_secret": zalo.OA_SECRET,
            "oa_refresh_token": zalo.FIRST_REFRESH,
            "oa_api": self.server.url,
            "oa_oauth": self.server.url,
        }

    def know(self, sender: Sender) -> None:
        """Nothing: followers within their seven days can be written to."""

    def bring(self, incoming: Incoming, pictured: bytes | None) -> None:  # noqa: ARG002  (none is taken)
        """A text."""
        self._count += 1
        event = zalo.oa_event(incoming.text, self._count, user=incoming.sender.id)
        self.server.oa_brings({**event, "timestamp": str(int(incoming.at.timestamp() * 1000))})
        self.server.wait(lambda: not self.server.events)

    def leave(self) -> None:
        """Nothing: a webhook that is gone is called again."""


@dataclass
class AtTerminal:
    """One person at a screen; an end of the input ends the program."""

    arrivals: list[Arrival]
    name = ChannelName.TERMINAL
    groups = False
    files = False
    keyboard: _Keyboard = field(default_factory=lambda: _Keyboard())

    def settings(self, web: str) -> dict[str, Any]:  # noqa: ARG002  (nothing is delivered)
        """Nothing: whoever opens the channel gives it its streams."""
        return {}

    def open(self, app: App) -> TerminalChannel:
        """The channel, with a new keyboard."""
        self.keyboard = _Keyboard()
        return TerminalChannel(self.keyboard, _Screen(self.arrivals), app.clock)

    def know(self, sender: Sender) -> None:
        """Nothing."""

    def bring(self, incoming: Incoming, pictured: bytes | None) -> None:  # noqa: ARG002  (it has no files)
        """A line."""
        self.keyboard.lines.put(f"{incoming.text}\n")

    def leave(self) -> None:
        """Ends the input, which the channel waits for in a thread."""
        self.keyboard.lines.put("")


class _Keyboard(StringIO):
    """Lines as they are typed."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: Queue[str] = Queue()

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # noqa: ARG002  (typeshed sees IOBase)
        """The next line, when it is typed."""
        return self.lines.get()


class _Screen(StringIO):
    """What is written, message by message."""

    def __init__(self, arrivals: list[Arrival]) -> None:
        super().__init__()
        self._arrivals = arrivals

    def write(self, text: str, /) -> int:
        """Shows a message."""
        shown = Arrival("terminal", PERSON, str(len(self._arrivals)), text.removesuffix("\n\n"))
        self._arrivals.append(shown)
        return len(text)
