"""The terminal as a channel: one line in, one message out, choices by number.

`kehoach chat` (`bot.serving.terminal`) talks without people and roles; this is for talking through
the whole conversation, as a person on a phone does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from typing import TextIO

from bot.channels.contract import (
    Address,
    Capabilities,
    ChannelName,
    FileIn,
    Incoming,
    RefusedError,
    Reply,
    Sender,
    Sent,
)
from bot.channels.numbering import number_choices
from bot.channels.splitting import split_text
from bot.channels.zalo_texts import read_start
from bot.clock import Clock

LENGTH = 4_000
"""Characters; what is longer has an empty line in it somewhere."""
PERSON = "terminal"


class TerminalChannel:
    """The channel; its updates end with the input.

    Args:
        person: id of whoever sits there, as `KEHOACH_ADMINS` may name them ("terminal:terminal").
    """

    name = ChannelName.TERMINAL
    capabilities = Capabilities(
        buttons=False, editing=False, files_in=False, files_out=False, typing=False, length=LENGTH
    )

    def __init__(self, source: TextIO, out: TextIO, clock: Clock, person: str = PERSON) -> None:
        self._source = source
        self._out = out
        self._clock = clock
        self._person = person
        self._numbers = count(1)

    async def start(self) -> None:
        """Nothing: it is open."""

    async def send(self, address: Address, reply: Reply) -> Sent:  # noqa: ARG002  (there is one chat)
        """Writes the reply, an empty line after each part."""
        text = number_choices(reply)
        if reply.file is not None:
            text = f"{text}\n\nTệp {reply.file.name} không gửi được ở cửa sổ dòng lệnh."
        ids = []
        for part in split_text(text, LENGTH):
            self._out.write(f"{part}\n\n")
            ids.append(str(next(self._numbers)))
        self._out.flush()
        return Sent(tuple(ids))

    async def show_typing(self, address: Address) -> None:
        """Nothing: the cursor waits."""

    async def download(self, file: FileIn) -> bytes:
        """Never: nobody sends files here."""
        raise RefusedError("Ở cửa sổ dòng lệnh, xin nạp tệp bằng lệnh kehoach load.", file.name)

    async def updates(self) -> AsyncIterator[Incoming]:
        """Lines that are not blank."""
        opened = self._clock().isoformat()
        number = 0
        while line := await asyncio.to_thread(self._source.readline):
            number += 1
            text, payload = read_start(line.strip())
            if text:
                yield Incoming(
                    update=f"{opened}:{number}",
                    address=Address(self.name, self._person),
                    sender=Sender(self.name, self._person),
                    at=self._clock(),
                    text=text,
                    payload=payload,
                )

    async def set_commands(self, commands: tuple[tuple[str, str], ...]) -> None:
        """Nothing: there is no menu."""

    async def close(self) -> None:
        """Nothing: whoever opened the streams closes them."""
