"""Plays a transcript: what people write goes to the dispatcher, what comes back is written down.

    # a comment
    @ quản trị: quan@telegram                        an administrator of the settings
    @ thành viên: an@telegram, Trần An, Sở Nội vụ    a member who was let in earlier
    @ đầu mối: an@telegram, Trần An, Sở Nội vụ       the same as the one who answers for the agency; "lãnh đạo" too
    [an@telegram] Ai chủ trì tập huấn?               a message; "an@telegram#nhóm" writes in a group
    Có vài nhiệm vụ...                               the reply, whole
    [1] [2]                                          its buttons
    [an@telegram] (2)                                presses a button of the last message, by its label
    [quan@telegram] (tệp ke-hoach.md)                sends a file
    [quan@telegram] (tệp sua.xlsx từ bang.xlsx: G2 = Sở Y tế; bỏ dòng 4)
                                                     sends back the workbook bang.xlsx that came, with cells changed
    → quan@telegram:                                 what follows went to somebody else
    [an@telegram] (số 0912345678)                    shares the own telephone number
    (tệp ket-qua.pdf)                                a file came
    (sửa)                                            what follows took the place of an earlier message
    ---                                              another message
    + 11                                             minutes pass, and requests that have gathered are told
    ~ 24/11/2026 08:00                               the clock shows so, and reminders come (`reminding`)
    ! khởi động lại                                  the program ends and starts again

Invitation, joining and personal codes, drawn at random, are written <mã mời>, <mã nối> and <mã cá nhân>, that of
an address of the web page <mã vào>.

The same transcripts are played over the platforms' real protocols by `over_http.py`; what a
channel shows otherwise than it is written there is said by `as_numbers` and `onto`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.channels.contract import Address, Capabilities, ChannelName, FileIn, Incoming, Reply, Sender
from bot.channels.numbering import ANSWER_BY_NUMBER, number_choices
from bot.chat.dispatcher import Dispatcher
from bot.menus.texts import load_texts
from bot.people.members import People, Role
from bot.settings import Settings
from bot.tracking.forgetting import forget_reminded
from tests.bot.chat.files import changed_workbook
from tests.bot.memory_channel import BUTTONS, NUMBERS, MemoryChannel, Posted
from tests.bot.running import NOW
from tests.servers.telegram_api import US

SAID = re.compile(r"\[(\w+)@(\w+)(?:#(\w+))?\] (.*)")
_PRESSED = re.compile(r"\((?!tệp |số |không gọi\))(.+)\)")
_SENT_BACK = re.compile(r"(\S+) từ (\S+): (.+)")
_CODES = (
    (re.compile(r"(?<![\w-])[A-Za-z0-9_-]{32}(?![\w-])"), "<mã mời>"),
    (re.compile(r"(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])"), "<mã vào>"),
    (re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b"), "<mã cá nhân>"),
    (re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b"), "<mã nối>"),
)
_ROW = re.compile(r"(?:\[[^\]]+\] ?)+")
_NUMBERED = re.compile(r"(\d+)\. (.+)")
_FIRST_ID = 1001
_TO_TYPE = "Có thể gõ: "
_ASIDES = ("Xem trích đoạn", "Nhiệm vụ liên quan", "👍", "👎")
_ROLES = {"thành viên": Role.STAFF, "đầu mối": Role.OWNER, "lãnh đạo": Role.LEADER}


@dataclass
class Player:
    """A service over one data folder and its people.

    Attributes:
        buttons: Telegram has buttons here; without, it takes numbers as Zalo always does.
    """

    home: Path
    buttons: bool
    files: dict[str, bytes] = field(default_factory=dict)
    now: datetime = NOW
    posted: list[Posted] = field(default_factory=list)
    _ids: dict[str, str] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)
    _updates: int = 0

    def __post_init__(self) -> None:
        self.files = dict(self.files)  # what is sent back is this player's own
        self.open()

    def open(self) -> None:
        """Starts the service."""
        self.app = App(Settings(home=self.home), lambda: self.now)
        self.app.__dict__["to_pdf"] = None  # LibreOffice is not on every machine
        self.people = People(self.app.store, self.app.clock, self.app.directory, erase=forget_reminded)
        self.channels = {
            name: MemoryChannel(name, self.capabilities(name), self.posted, self.files)
            for name in (ChannelName.TELEGRAM, ChannelName.ZALO)
        }
        self.channels[ChannelName.TELEGRAM].username = str(US["username"])
        self.dispatcher = Dispatcher(self.app, self.people, load_texts(), self.app.clock, self.channels.values())

    def capabilities(self, name: ChannelName) -> Capabilities:
        """What a channel can do here."""
        return BUTTONS if self.buttons and name is ChannelName.TELEGRAM else NUMBERS

    async def play(self, transcript: str) -> str:
        """The transcript with the replies that really came."""
        said: list[str] = []
        for line in transcript.splitlines():
            if line.startswith(("#", "@", "+", "!", "~")):
                before = len(self.posted)
                await self._arrange(line)
                said += [*([""] if line[0] == "~" else []), line, *self._replies(self.posted[before:], None)]
            elif match := SAID.fullmatch(line):
                before = len(self.posted)
                chat = self._address(match)
                await self.bring(self._meant(match, chat))
                said += ["", line, *self._replies(self.posted[before:], chat)]
        return "\n".join(said).strip() + "\n"

    async def look_around(self) -> None:
        """What the service does each minute."""
        await self.dispatcher.tell_requests()

    async def restart(self) -> None:
        """The program ends and starts again."""
        self.app.close()
        self.open()

    async def bring(self, incoming: Incoming) -> None:
        """Brings what a person did; comes back when everything has been answered."""
        channel = self.channels[incoming.address.channel]
        await self.dispatcher.handle(incoming, channel)

    def know(self, sender: Sender) -> None:
        """This person has opened a chat with us before."""

    def chat_in(self, sender: Sender, group: str | None) -> Address:
        """The chat in which a person writes."""
        return Address(sender.channel, group or sender.id)

    async def _arrange(self, line: str) -> None:
        kind, _, rest = line[1:].strip().partition(": ")
        if line.startswith("+"):
            self.now += timedelta(minutes=int(line[1:]))
            await self.look_around()
        elif line.startswith("!"):
            await self.restart()
        elif kind == "quản trị":
            self.know(self._sender(rest))
            self.people.appoint([self._sender(rest)])
        elif kind in _ROLES:
            who, name, agency = rest.split(", ", 2)
            self.know(self._sender(who))
            self.people.approve(self.people.request(self._sender(who), name, agency).id, None, _ROLES[kind])

    def _sender(self, who: str) -> Sender:
        name, _, channel = who.partition("@")
        id_ = self._ids.setdefault(who, str(_FIRST_ID + len(self._ids)))
        return Sender(ChannelName(channel), id_, name)

    def _address(self, match: re.Match[str]) -> Address:
        return self.chat_in(self._sender(f"{match[1]}@{match[2]}"), match[3])

    def _meant(self, match: re.Match[str], chat: Address) -> Incoming:
        """What the person does, as a channel is to tell it."""
        sender, text = self._sender(f"{match[1]}@{match[2]}"), match[4]
        self._updates += 1
        incoming = Incoming(str(self._updates), chat, sender, self.now, group=match[3] is not None)
        for name, code in self._codes.items():
            text = text.replace(name, code)
        return self._filled(incoming, text, self.capabilities(chat.channel).buttons)

    def _filled(self, incoming: Incoming, text: str, buttons: bool) -> Incoming:
        if text.startswith("(tệp "):
            name = text[len("(tệp ") : -1]
            if match := _SENT_BACK.fullmatch(name):
                name = match[1]
                self.files[name] = changed_workbook(self._content(match[2]), match[3].split("; "))
            return replace(incoming, file=FileIn("f", name, 100))
        if text.startswith("(số "):
            return replace(incoming, phone=text[len("(số ") : -1])
        if text.startswith("(không gọi) "):
            return replace(incoming, text=text.removeprefix("(không gọi) "), addressed=False)
        if match := _PRESSED.fullmatch(text):
            post, number = self._find(match[1], incoming.address, buttons)
            if not buttons:
                return replace(incoming, text=str(number + 1) if number is not None else match[1])
            choices = [choice for row in post.reply.choices for choice in row]
            assert number is not None
            return replace(incoming, pressed=choices[number].data, pressed_on=post.reply.edits or post.id)
        return replace(incoming, text=text)

    def _content(self, name: str) -> bytes:
        """Of the last file that came by this name."""
        came = (post.reply.file for post in reversed(self.posted))
        return next(file.content for file in came if file is not None and file.name == name)

    def _find(self, label: str, chat: Address, buttons: bool) -> tuple[Posted, int | None]:
        """The last message in the chat with such a choice, and the choice's place; None where it has no number."""
        for post in reversed(self.posted):
            if post.address != chat:
                continue
            if any(line.startswith(_TO_TYPE) and _typed(label) in line for line in post.reply.text.splitlines()):
                return post, None
            labels = _labels(post.reply)
            if not labels:
                continue
            if label in labels:
                return post, labels.index(label)
            if label.isdigit() and not buttons:
                return post, int(label) - 1
        raise AssertionError(f"no choice {label}")

    def _replies(self, posted: list[Posted], writer: Address | None) -> list[str]:
        lines: list[str] = []
        for place, post in enumerate(posted):
            if post.address != writer:
                lines.append(f"→ {self._name(post.address)}:")
            elif post.reply.edits:
                lines.append("(sửa)")
            elif place:
                lines.append("---")
            lines += self._told(post).splitlines()
        return [line for line in lines if line]

    def _told(self, post: Posted) -> str:
        reply = post.reply
        sent = [f"(tệp {reply.file.name})"] if reply.file else []
        below = (
            ["---", *sent] if sent and reply.text and not sent[0].endswith(".png)") else []
        )  # as Telegram sends it
        if self.capabilities(post.address.channel).buttons:
            rows = [" ".join(f"[{choice.label}]" for choice in row) for row in reply.choices]
            text = "\n".join([*([] if below else sent), reply.text, *rows, *below])
        else:
            text = number_choices(reply)
        for form, name in _CODES:
            for code in form.findall(text):
                self._codes[name] = code
            text = form.sub(name, text)
        return text

    def _name(self, address: Address) -> str:
        names = (who for who, id_ in self._ids.items() if id_ == address.chat)
        return next(names, f"#{address.chat}@{address.channel.value}")


def _typed(label: str) -> str:
    return {"👍": "đúng", "👎": "sai"}.get(label, label.lower())


def _labels(reply: Reply) -> list[str]:
    """What can be chosen: from the buttons, or from the numbered lines that stand for them."""
    if reply.choices or not reply.text.endswith(ANSWER_BY_NUMBER):
        return [choice.label for row in reply.choices for choice in row]
    return [match[2] for line in reply.text.splitlines() if (match := _NUMBERED.fullmatch(line))]


def onto(transcript: str, channels: Mapping[str, str]) -> str:
    """The transcript with its people on other channels, and those named in the replies."""
    texts = load_texts()
    names = {texts.say(f"channel_{old}"): texts.say(f"channel_{new}") for old, new in channels.items()}
    any_name = "|".join(names)
    lines: list[str] = []
    for line in transcript.splitlines():
        if line.startswith("Kênh: "):
            line = re.sub(any_name, lambda match: names.get(match[0], match[0]), line)
        line = re.sub(rf"\b({any_name})(?=\)| “|, mã )", lambda match: names.get(match[0], match[0]), line)
        if line.startswith(("[", "@", "→ ")):
            line = re.sub(r"(?<=@)\w+(?=[\]#,:]|$)", lambda match: channels.get(match[0], match[0]), line)
        lines.append(line)
    return "\n".join(lines) + "\n"


def without(transcript: str, *, groups: bool, files: bool) -> str:
    """The transcript without what is said in groups, or by files, where a platform has none.

    Args:
        groups, files: whether it has.
    """
    kept: list[str] = []
    keeping = True
    for line in transcript.splitlines():
        if match := SAID.fullmatch(line):
            keeping = (groups or not match[3]) and (files or not match[4].startswith("(tệp "))
        elif line.startswith(("#", "@", "+", "!")):
            keeping = True
        if keeping:
            kept.append(line)
    return "\n".join(kept) + "\n"


def as_numbers(transcript: str, channels: Collection[str]) -> str:
    """The transcript as channels without buttons, editing and files tell it.

    Args:
        channels: their names.
    """
    told: list[str] = []
    block: list[str] = []
    numbers = False
    texts = load_texts()
    file_line, file_button = texts.say("help_file"), f"[{texts.say('button_paper')}]"
    for line in [*transcript.splitlines(), "# end"]:
        said = SAID.fullmatch(line)
        starts = said or line.startswith(("#", "@", "+", "!", "→ ", "---", "(sửa)"))
        if starts:
            told += _numbered(block) if numbers else block
            block = []
            if said:
                numbers = said[2] in channels
            elif line.startswith("→ "):
                numbers = line.rstrip(":").rpartition("@")[2] in channels
            if line == "(sửa)" and numbers:
                continue
            told.append(line)
        elif not (numbers and line in (file_line, file_button)):
            without = line.replace(f" {file_button}", "").replace("ghi chú hoặc gửi tệp kết quả", "ghi chú kết quả")
            block.append(without if numbers else line)
    return "\n".join(told[:-1]) + "\n"


def _numbered(block: list[str]) -> list[str]:
    """One message: the rows stay numbered where they are, and the other buttons go on with the numbers below."""
    lines = [line for line in block if line and not _ROW.fullmatch(line)]
    labels = [label for line in block if _ROW.fullmatch(line) for label in re.findall(r"\[([^\]]+)\]", line)]
    if not labels:
        return lines
    if "👍" in labels:  # below an answer, what can be done besides is typed
        asides = [label for label in labels if label in _ASIDES]
        labels = [label for label in labels if label not in _ASIDES]
        lines.append(f"{_TO_TYPE}{', '.join(map(_typed, asides))}.")
    rows = {match[1] for line in lines if (match := _NUMBERED.fullmatch(line))}
    kept = [line for line in lines if "số thứ tự" not in line]
    beside = [label for label in labels if label not in rows]
    if not labels:
        return lines
    return [*kept, *(f"{n}. {choice}" for n, choice in enumerate(beside, len(rows) + 1)), "Trả lời bằng số."]
