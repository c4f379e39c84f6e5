"""The chat page: the same conversation as in a messenger, its buttons as buttons, its sources beside the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from bot.channels.contract import Address, Choice, FileOut
from bot.chat.commands import COMMANDS
from bot.clock import Clock
from bot.menus.choices import ForeignChoiceError, StaleChoiceError, find_pressed
from bot.menus.dialogues import Key
from bot.menus.texts import load_texts
from bot.web.access import signed_out
from bot.web.context import Context, NotFoundError
from bot.web.places import evidence_address
from bot.web.talks import LONGEST, Said
from knowledge.errors import KehoachError
from knowledge.store.database import Store

_TYPES = {".pdf": "application/pdf", ".png": "image/png", ".ics": "text/calendar"}


def show_chat(context: Context) -> Response:
    """The talk so far, and a line to write in."""
    return context.page("chat.html", said=_said(context), commands=_commands(context), longest=LONGEST, typed="")


async def say(context: Context) -> Response:
    """A message, or a command of the list."""
    text = context.form.get("tin", "").strip()
    if not text:
        return await _shown(context)
    if len(text) > LONGEST:
        raise KehoachError(f"Xin viết ngắn hơn {LONGEST} ký tự.")
    if context.member is not None:
        await context.site.talks.ask(context.site.dispatcher, context.member, text)
    return await _shown(context)


async def press(context: Context) -> Response:
    """A button under a message."""
    data, message = context.form.get("chon", ""), context.form.get("tren", "")
    if context.member is not None and data:
        await context.site.talks.press(context.site.dispatcher, context.member, data, message)
    return await _shown(context)


def fetch_file(context: Context) -> Response:
    """A file that an answer came with; always to be saved, never shown by the browser as a page of ours."""
    member = context.member
    file = context.site.talks.file(member, context.request.path_params["tin"]) if member else None
    if file is None:
        raise NotFoundError("Tệp này không còn trên trang; xin hỏi lại.")
    return as_download(file)


def as_download(file: FileOut) -> Response:
    """A file to be saved."""
    kind = next((kind for end, kind in _TYPES.items() if file.name.endswith(end)), "application/octet-stream")
    name = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return Response(file.content, media_type=kind, headers={"content-disposition": name})


def find_sources(store: Store, clock: Clock, address: Address, choices: Sequence[Choice]) -> Mapping[str, Any] | None:
    """What the answer of these choices rests on: its evidence, its tasks, and the button that would tell it."""
    key = Key(address.channel.value, address.chat, address.chat)
    for choice in choices:
        with store.read() as session:
            try:
                opened, place = find_pressed(session, choice.data, key, clock())
            except (StaleChoiceError, ForeignChoiceError):
                continue
        if opened.actions[place].get("do") == "quote" and "evidence" in opened.subject:
            return {
                "evidence": [{**each, "address": evidence_address(each)} for each in opened.subject["evidence"]],
                "tasks": opened.subject.get("tasks", ()),
                "data": choice.data,
            }
    return None


def make_sources(store: Store, clock: Clock) -> Any:
    """`find_sources` of this store."""
    return partial(find_sources, store, clock)


async def _shown(context: Context) -> Response:
    """The talk in place of the one before, or the whole page anew where the browser has no script.

    Who has had everything about them erased in it reads that once more, and then it is gone as well.
    """
    said = await asyncio.to_thread(_said, context)
    gone = await asyncio.to_thread(context.site.sessions.find, context.token) is None
    if gone:
        await asyncio.to_thread(context.site.talks.forget, context.by)
    if context.is_partial:
        return HTMLResponse(context.site.pages.render("_talk.html", said=said, form_token=context.form_token))
    if gone:
        stranger = replace(context, member=None, token="", form_token="")
        return signed_out(stranger.page("told.html", sentence=said[-1].text if said else ""))
    return context.go("/chat#cuoi")


def _said(context: Context) -> Sequence[Said]:
    return context.site.talks.said(context.member) if context.member else ()


def _commands(context: Context) -> list[tuple[str, str]]:
    texts = load_texts()
    return [
        (command.name, texts.say(f"command_{command.name}"))
        for command in COMMANDS
        if context.is_admin or not command.admin
    ]
