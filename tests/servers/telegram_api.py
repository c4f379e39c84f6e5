"""What Telegram's Bot API does with what it is sent; the HTTP round it is `telegram_server.py`.

An update stays until an offset confirms it or a webhook answers 200; texts have at most 4,096
UTF-16 units after the mark-up is read; buttons carry 1 to 64 bytes; 400 for mark-up that is
not closed, for an edit that changes nothing, for a chat that never wrote; 403 for who has
blocked us. With `limits` on, more than 30 messages a second, 1 a second in a chat (3 at once
pass) or 20 a minute in a group meet 429.

What comes to a webhook comes in the order of `pending`, one after the other, and again until
it is answered with 200; `repeats` brings updates in any order.
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from threading import Condition, Event
from typing import Any

from tests.servers.local import Arrival, Courier, Delivery, LocalServer, post

TOKEN = "4590:MaBiMatCuaTelegram"
US = {"id": 4590, "is_bot": True, "first_name": "Trợ lý Kế hoạch", "username": "TroLyPhuGiangBot"}
LENGTH = 4096
CAPTION = 1024
LARGEST = 20_000_000
LARGEST_PHOTO = 10_000_000
BEGAN = 1_795_140_000
"""Unix time of the first update; each later one is a second later."""

Json = dict[str, Any]
_TAG = re.compile(r"<(/?)(b|i|u|s|code|pre)>|<[^>]*>?")


@dataclass
class Message:
    """A message as its reader sees it.

    Attributes:
        marks: printed stretches that are set off, by tag.
        buttons: rows of (label, data).
        was: texts that it had before it was edited.
        file: name and content.
        photo: the same of a picture shown in the chat; its text stands below it.
        keyboard: buttons in place of the reader's keyboard, which share the own number; empty takes them away.
    """

    id: int
    text: str
    marks: tuple[tuple[str, str], ...] = ()
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()
    was: tuple[str, ...] = ()
    file: tuple[str, bytes] | None = None
    photo: tuple[str, bytes] | None = None
    keyboard: tuple[str, ...] | None = None


class Refusal(Exception):  # noqa: N818
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class TelegramServer:
    """A running server.

    Attributes:
        pending: updates that nothing has confirmed, in the order in which they are brought.
        faults: by method, for its next requests (`Fault` of `telegram_server`); None lets one pass.
        calls: methods and what came with them, in order.
        chats: what was posted, by chat; a chat that is not in it never wrote.
        blocked: chats that have blocked us.
        files: content by id.
        migrated: groups that became supergroups, with their new ids.
        arrivals: every message as it arrived or was edited, in order; may be shared with other platforms.
        webhook: address and secret that were set.
        courier: brings updates to the webhook by itself, where a test wants that.
        local: the port; it can go away and come back.
        clock: seconds for `limits`.
        changed: told of every call and every update.
        closing: set when the test is over; what hangs waits for it.
    """

    url: str = ""
    limits: bool = False
    clock: Callable[[], float] = time.monotonic
    pending: list[Json] = field(default_factory=list)
    faults: defaultdict[str, deque[Any]] = field(default_factory=lambda: defaultdict(deque))
    calls: list[tuple[str, Json]] = field(default_factory=list)
    chats: defaultdict[int, list[Message]] = field(default_factory=lambda: defaultdict(list))
    blocked: set[int] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    migrated: dict[int, int] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    webhook: tuple[str, str] | None = None
    courier: Courier | None = None
    local: LocalServer | None = None
    changed: Condition = field(default_factory=Condition)
    closing: Event = field(default_factory=Event)
    _posted: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _numbers: int = 100

    def writes(self, text: str, who: int = 7, *, chat: Json | None = None, **more: Any) -> Json:
        """A person writes; gives the update, which is waiting to be brought."""
        return self.brings(message=self.message({"text": text, **more}, who, chat))

    def presses(self, data: str, message: int, who: int = 7, chat: Json | None = None, **more: Any) -> Json:
        """A person presses a button under a message of ours."""
        below = {**self.message({"text": "…"}, who, chat), "message_id": message, "from": US}
        query = {"id": str(self.number()), "from": person(who), "message": below, "chat_instance": "1", "data": data}
        return self.brings(callback_query={**query, **more})

    def shares(self, phone: str, who: int = 7, *, of: int | None = None, **more: Any) -> Json:
        """A person shares a telephone number: the own one, or that of the account `of`."""
        name = person(who)["first_name"]
        contact = {"phone_number": phone, "first_name": name, "user_id": who if of is None else of}
        return self.brings(message=self.message({"contact": contact, **more}, who))

    def sends_file(self, name: str, content: bytes, who: int = 7, *, chat: Json | None = None, **more: Any) -> Json:
        """A person sends a file."""
        file = f"tep-{self.number()}"
        self.files[file] = content
        paper = {"file_id": file, "file_unique_id": file, "file_name": name, "file_size": len(content)}
        return self.brings(message=self.message({"document": paper, **more}, who, chat))

    def message(self, content: Json, who: int = 7, chat: Json | None = None) -> Json:
        """A message from a person, as Telegram shapes it."""
        where = chat or {"id": who, "type": "private", "first_name": person(who)["first_name"]}
        self.chats[where["id"]]
        number = self.number()
        return {"message_id": number, "date": BEGAN + number, "from": person(who), "chat": where, **content}

    def brings(self, **what: Json) -> Json:
        """Any update."""
        update = {"update_id": self.number(), **what}
        self.repeats(update)
        return update

    def repeats(self, *updates: Json) -> None:
        """Brings updates in this order, whether or not they were brought before."""
        with self.changed:
            self.pending.extend(updates)
            self.changed.notify_all()

    def number(self) -> int:
        """The next free number: ids of updates, messages, files."""
        with self.changed:
            self._numbers += 1
            return self._numbers

    def wait(self, until: Callable[[], Any], seconds: float = 10.0) -> Any:
        """Blocks until something is so; gives it. For tests that drive a process from outside."""
        with self.changed:
            if not self.changed.wait_for(until, seconds):
                raise AssertionError(f"not within {seconds} s")
            return until()

    def deliver(self, update: Json, secret: str | None = None) -> int:
        """Posts an update to the webhook that was set; gives the status. Blocks."""
        return post(self.delivery(update, secret))

    def delivery(self, update: Json, secret: str | None = None) -> Delivery:
        """An update as it is posted to the webhook that was set."""
        assert self.webhook is not None
        address, own = self.webhook
        header = {"X-Telegram-Bot-Api-Secret-Token": own if secret is None else secret}
        return Delivery(address, json.dumps(update).encode(), header)

    def next_delivery(self) -> tuple[Delivery, Callable[[], None]] | None:
        """For the courier."""
        if not self.webhook or not self.pending:
            return None
        update = self.pending[0]
        return self.delivery(update), lambda: self.pending.remove(update)

    def called(self, method: str) -> list[Json]:
        """What came with each call of a method."""
        return [data for name, data in self.calls if name == method]

    def posted(self, chat: int = 7) -> list[str]:
        """The texts in a chat, as they now read."""
        return [message.text for message in self.chats[chat]]

    # Methods of the Bot API: `do_` and the name in lower case.

    def do_getme(self, _data: Json) -> Json:
        return {**US, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}

    def do_getupdates(self, data: Json) -> list[Json]:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(data.get("offset", 0))
        with self.changed:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.pending or self.closing.is_set(), float(data.get("timeout", 0)))
            return self.pending[: int(data.get("limit", 100))]

    def do_setwebhook(self, data: Json) -> bool:
        with self.changed:
            self.webhook = data["url"], data.get("secret_token", "")
            self.changed.notify_all()
        return True

    def do_deletewebhook(self, data: Json) -> bool:
        self.webhook = None
        if data.get("drop_pending_updates") == "true":
            self.pending.clear()
        return True

    def do_setmycommands(self, _data: Json) -> bool:
        return True

    def do_answercallbackquery(self, _data: Json) -> bool:
        return True

    def do_sendchataction(self, data: Json) -> bool:
        self._chat(data)
        return True

    def do_sendmessage(self, data: Json) -> Json:
        chat = self._chat(data)
        text, marks = read_html(data["text"])
        message = Message(self.number(), text, marks, _buttons(data), keyboard=_keyboard(data, chat))
        self._count(chat)
        self.chats[chat].append(message)
        return self._shown(chat, message)

    def do_editmessagetext(self, data: Json) -> Json:
        chat = self._chat(data)
        text, marks = read_html(data["text"])
        message = next((each for each in self.chats[chat] if each.id == int(data["message_id"])), None)
        if message is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        if (message.text, message.marks, message.buttons) == (text, marks, _buttons(data)):
            raise Refusal(400, "Bad Request: message is not modified: specified new message content is the same")
        message.was, message.text = (*message.was, message.text), text
        message.marks, message.buttons = marks, _buttons(data)
        return self._shown(chat, message, edited=True)

    def do_senddocument(self, data: Json) -> Json:
        chat = self._chat(data)
        text, marks = _caption(data)
        message = Message(self.number(), text, marks, _buttons(data), file=data["document"])
        self._count(chat)
        self.chats[chat].append(message)
        return self._shown(chat, message)

    def do_sendphoto(self, data: Json) -> Json:
        chat = self._chat(data)
        text, marks = _caption(data)
        if not data["photo"][1].startswith(b"\x89PNG"):
            raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
        if len(data["photo"][1]) > LARGEST_PHOTO:
            raise Refusal(400, "Bad Request: file is too big for a photo")
        message = Message(self.number(), text, marks, _buttons(data), photo=data["photo"])
        self._count(chat)
        self.chats[chat].append(message)
        return self._shown(chat, message)

    def do_getfile(self, data: Json) -> Json:
        content = self.files.get(data["file_id"])
        if content is None:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(content) > LARGEST:
            raise Refusal(400, "Bad Request: file is too big")
        file = data["file_id"]
        return {"file_id": file, "file_unique_id": file, "file_size": len(content), "file_path": f"documents/{file}"}

    def _chat(self, data: Json) -> int:
        chat = int(data["chat_id"])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.migrated:
            upgraded = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, upgraded, migrate_to_chat_id=self.migrated[chat])
        if chat not in self.chats:
            raise Refusal(400, "Bad Request: chat not found")
        return chat

    def _count(self, chat: int) -> None:
        """Refuses what is posted too fast."""
        if not self.limits:
            return
        now = self.clock()
        rules = [("", 30, 1.0), (str(chat), 3, 3.0), *([(f"group {chat}", 20, 60.0)] if chat < 0 else [])]
        for key, most, seconds in rules:
            times = self._posted[key]
            while times and times[0] <= now - seconds:
                times.popleft()
            if len(times) >= most:
                raise Refusal(429, "Too Many Requests: retry later", retry_after=int(times[0] + seconds - now) + 1)
        for key, _, _ in rules:
            self._posted[key].append(now)

    def _shown(self, chat: int, message: Message, *, edited: bool = False) -> Json:
        sent = message.file or message.photo
        file = sent or ("", b"")
        with self.changed:
            self.arrivals.append(
                Arrival("telegram", str(chat), str(message.id), message.text, message.buttons, edited, *file)
            )
        kind = "private" if chat > 0 else "supergroup"
        return {"message_id": message.id, "date": BEGAN, "from": US, "chat": {"id": chat, "type": kind}, "text": "…"}


def person(number: int) -> Json:
    """An account; its name tells it from others."""
    return {"id": number, "is_bot": False, "first_name": f"Người {number}", "language_code": "vi"}


def group(number: int = -1001) -> Json:
    """A group chat."""
    return {"id": number, "type": "supergroup", "title": "Phòng Tổng hợp"}


def read_html(html: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What is printed, and what is set off in it, by tag.

    Raises:
        Refusal: as Telegram refuses mark-up and lengths.
    """
    printed, marks, opened, end = "", [], [], 0
    for tag in _TAG.finditer(html):
        printed += unescape(html[end : tag.start()])
        end = tag.end()
        if tag[2] is None:
            raise Refusal(400, f"Bad Request: can't parse entities: unsupported tag at {tag.start()}")
        if not tag[1]:
            opened.append((tag[2], len(printed)))
        elif not opened or opened[-1][0] != tag[2]:
            raise Refusal(400, "Bad Request: can't parse entities: unexpected end tag")
        else:
            name, start = opened.pop()
            marks.append((name, printed[start:]))
    printed += unescape(html[end:])
    if opened:
        raise Refusal(400, "Bad Request: can't parse entities: can't find end tag")
    if not printed.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if len(printed.encode("utf-16-le")) // 2 > LENGTH:
        raise Refusal(400, "Bad Request: message is too long")
    return printed.strip(), tuple(marks)


def _caption(data: Json) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What stands below a file; it may be nothing."""
    if not data.get("caption"):
        return "", ()
    text, marks = read_html(data["caption"])
    if len(text.encode("utf-16-le")) // 2 > CAPTION:
        raise Refusal(400, "Bad Request: message caption is too long")
    return text, marks


def _buttons(data: Json) -> tuple[tuple[tuple[str, str], ...], ...]:
    rows = json.loads(data["reply_markup"]).get("inline_keyboard", []) if data.get("reply_markup") else []
    for button in (button for row in rows for button in row):
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return tuple(tuple((button["text"], button["callback_data"]) for button in row) for row in rows)


def _keyboard(data: Json, chat: int) -> tuple[str, ...] | None:
    markup = json.loads(data["reply_markup"]) if data.get("reply_markup") else {}
    if markup.get("remove_keyboard"):
        return ()
    rows = markup.get("keyboard")
    if rows is None:
        return None
    if chat < 0:
        raise Refusal(400, "Bad Request: phone number can be requested in private chats only")
    return tuple(button["text"] for row in rows for button in row if button.get("request_contact"))
