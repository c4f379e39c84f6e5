"""The contract between channels and conversation.

A channel (Telegram, Zalo Bot, Zalo Official Account, terminal, web page) turns what its platform
delivers into `Incoming` and sends a `Reply` within what the platform can do. It decides
nothing. What every channel must do is `tests/bot/channels/test_contract.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from knowledge.errors import KehoachError


class ChannelName(StrEnum):
    """Names as settings, the members file and `KEHOACH_ADMINS` write them."""

    TELEGRAM = "telegram"
    ZALO = "zalo"
    ZALO_OA = "zalo_oa"
    TERMINAL = "terminal"
    WEB = "web"
    """The page: who writes is known by the sign-in, so a sender's id is the member's number, and nobody else's."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do.

    Attributes:
        buttons: choices can be tapped; where not, they are answered by number.
        editing: a sent message can be changed.
        files_in, files_out: people can send files; we can.
        typing: a typing sign can be shown.
        length: longest text, in characters after NFC (Telegram: UTF-16 units).
        phones: a person can be asked, by a button, to share the telephone number that the platform knows.
    """

    buttons: bool
    editing: bool
    files_in: bool
    files_out: bool
    typing: bool
    length: int
    phones: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """A chat on a channel: where replies go."""

    channel: ChannelName
    chat: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, as the platform names them."""

    channel: ChannelName
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class FileIn:
    """A file that a person sent; `Channel.download` fetches it."""

    id: str
    name: str
    size: int | None = None


class Unread(StrEnum):
    """What a person can send that nobody here reads."""

    VOICE = "voice"
    PICTURE = "picture"
    """A video as well."""
    STICKER = "sticker"
    PLACE = "place"
    CONTACT = "contact"
    """Somebody else's telephone number."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that a person did.

    Attributes:
        update: the platform's id of this delivery; the same id is the same delivery.
        text: what was typed, empty for a pressed button or a file alone.
        pressed: data of the pressed button, at most 64 bytes.
        pressed_on: id of the message whose button was pressed.
        group: written in a group chat.
        addressed: in a group: we are mentioned or replied to.
        payload: of a deep link or first start ("/start PAYLOAD").
        picture: a photograph; it counts as a file only where one is asked for, for most are sent by the way.
        edited: it was sent before and reads otherwise now.
        damaged: part of it could not be read and is left out.
        unread: what came with the text, or instead of one, and is not read.
        replied: data of a button under the message of ours that this one replies to, by which it is known again.
        phone: the sender's own telephone number, shared by the sender, which the platform vouches for; never typed.
    """

    update: str
    address: Address
    sender: Sender
    at: datetime
    text: str = ""
    pressed: str | None = None
    pressed_on: str | None = None
    file: FileIn | None = None
    group: bool = False
    addressed: bool = True
    payload: str | None = None
    picture: FileIn | None = None
    edited: bool = False
    replied: str | None = None
    damaged: bool = False
    unread: Unread | None = None
    phone: str = ""

    @property
    def attached(self) -> FileIn | None:
        """The file or the photograph."""
        return self.file or self.picture


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: a button where there are buttons, else its number.

    Attributes:
        label: what is read on it.
        data: what pressing it means, at most 64 bytes; conversation makes and reads it.
    """

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class FileOut:
    """A file to send."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back, in plain text; a channel escapes it and splits it at line ends.

    Attributes:
        choices: rows of choices, top to bottom.
        bold: the first line is set in bold where the platform can.
        edits: id of an earlier message of ours to change instead of sending a new one;
            channels that cannot edit send anew.
        unhurried: nobody waits for it: where a platform limits how much we send, all else goes first.
        listed: how many of the first choices stand in the text already, numbered: where there are no buttons they
            are not listed again.
        shares_phone: label of a button by which the person shares their own number, where the platform has one;
            empty takes an earlier one away, None leaves what is. Never beside choices, never in a group.
    """

    text: str
    choices: tuple[tuple[Choice, ...], ...] = ()
    bold: bool = False
    edits: str | None = None
    file: FileOut | None = None
    unhurried: bool = False
    listed: int = 0
    shares_phone: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """Ids of the messages that a reply became, first to last."""

    ids: tuple[str, ...]


class ChannelError(KehoachError):
    """A platform did not take a message.

    ChannelError
    +-- TryAgainError   later, after `retry_after` seconds where the platform says so
    +-- BlockedError    the person has blocked us or left: no use trying
    +-- WindowError     Zalo OA: the person has not written for seven days
    +-- RefusedError    the message itself is not accepted; a defect of ours
    +-- TokenError      our token is not accepted: nothing works until it is changed
    """


class TryAgainError(ChannelError):
    """A passing failure: 429, 5xx, a timeout, no connection."""

    def __init__(self, sentence: str, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(sentence, detail)
        self.retry_after = retry_after


class BlockedError(ChannelError):
    """The person has blocked us, left the chat, or never was there."""


class WindowError(ChannelError):
    """The platform lets us write only within days of the person's last message."""


class RefusedError(ChannelError):
    """The platform says that the message is wrong."""


class TokenError(ChannelError):
    """The platform does not know our token, or no longer; an administrator must change it."""


class Channel(Protocol):
    """A platform. One instance for the process; safe to use from many tasks at once."""

    name: ChannelName
    capabilities: Capabilities

    async def start(self) -> None:
        """Checks the token and sets the platform to polling or webhook; before anything else.

        Raises:
            TokenError: the token is wrong.
            TryAgainError: the platform cannot be reached now.
        """

    async def send(self, address: Address, reply: Reply) -> Sent:
        """Sends `reply`.

        Raises:
            ChannelError: one of its kinds.
        """

    async def show_typing(self, address: Address) -> None:
        """Shows that an answer is being made, where the platform can; never raises `ChannelError`."""

    async def download(self, file: FileIn) -> bytes:
        """The content of a file that a person sent.

        Raises:
            ChannelError: it cannot be had (too large, gone).
        """

    def updates(self) -> AsyncIterator[Incoming]:
        """What people do, oldest first, for as long as it is iterated.

        An update counts as taken only when the next one is asked for: what was not taken
        is delivered again after a restart.
        """

    async def set_commands(self, commands: tuple[tuple[str, str], ...]) -> None:
        """Sets the platform's command menu (name without slash, description), where there is one."""

    async def close(self) -> None:
        """Lets go of connections."""


@runtime_checkable
class Named(Protocol):
    """A channel on whose platform a link with our name in it opens a talk with us."""

    @property
    def username(self) -> str:
        """The name; empty before the start."""
