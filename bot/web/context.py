"""What a handler of the page is given, and what it gives back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Any, BinaryIO

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.app import App
from bot.chat.dispatcher import Dispatcher
from bot.people.members import Member
from bot.people.sessions import Sessions
from bot.serving.readings import Readings
from bot.web.rendering import Pages
from bot.web.talks import WebChannel
from bot.web.task_tables import TaskTables
from knowledge.errors import KehoachError


@dataclass(frozen=True)
class Site:
    """What all handlers share.

    Attributes:
        trouble: a sentence of what is wrong with the service, None where all is well.
        plan_soon: has reminders planned anew, without waiting for it; None where nothing runs that would.
        describe_api: the OpenAPI description of the interface for other systems.
    """

    app: App
    dispatcher: Dispatcher
    sessions: Sessions
    talks: WebChannel
    tables: TaskTables
    pages: Pages
    trouble: Callable[[], Awaitable[str | None]]
    plan_soon: Callable[[], None] | None
    readings: Readings
    describe_api: Callable[[], Mapping[str, Any]] = dict
    applying: Lock = field(default_factory=Lock)
    """Held while a table that came back is applied; processes take turns by the database."""
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a picture of a page is made: those that wait for it take no thread from questions."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form; it is gone when the request is answered.

    Attributes:
        name: as the sender calls it; it may hold a path.
    """

    name: str
    content: BinaryIO


@dataclass(frozen=True)
class Context:
    """One request.

    Attributes:
        member: who is signed in.
        token: of the session; empty for a stranger.
        form_token: stands in every form of this session, and must come back with it.
        form: what was sent, the last value of each name.
        files: what came with it.
        notes: sentences for the next page of this session; kept when the request is answered.
    """

    site: Site
    request: Request
    member: Member | None
    token: str
    form_token: str
    form: Mapping[str, str]
    files: Sequence[Upload] = ()
    notes: list[str] = field(default_factory=list)

    @property
    def is_admin(self) -> bool:
        """Whether an administrator looks."""
        return self.member is not None and self.member.is_admin

    @property
    def by(self) -> int:
        """The number of who is signed in; only where the route asks for somebody.

        Raises:
            KehoachError: nobody is.
        """
        if self.member is None:
            raise KehoachError("Xin đăng nhập.")
        return self.member.id

    @property
    def is_partial(self) -> bool:
        """Whether the browser changes a part of the page only."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def here(self) -> str:
        """Where this page is: as the settings say, else as the browser has come here."""
        url = self.request.url
        return (self.site.app.settings.web_address or f"{url.scheme}://{url.netloc}").rstrip("/")

    def number(self, name: str) -> int:
        """A number of the path.

        Raises:
            NotFoundError: it is longer than the database's numbers.
        """
        value = int(self.request.path_params[name])
        if value >= 1 << 31:
            raise NotFoundError("Không có trang này.")
        return value

    def page(self, template: str, status: int = HTTPStatus.OK, /, **values: object) -> Response:
        """A whole page."""
        notes = [*self.notes] if self.token else []
        if self.token:
            self.notes.clear()
        shown = self.site.pages.render(
            template,
            member=self.member,
            is_admin=self.is_admin,
            form_token=self.form_token,
            path=self.request.url.path,
            notes=notes,
            today=self.site.app.today,
            **values,
        )
        return HTMLResponse(shown, status)

    def note(self, *sentences: str) -> None:
        """Has the next page of this session say so."""
        self.notes.extend(sentences)

    def go(self, path: str) -> Response:
        """To another page, after something was done."""
        return RedirectResponse(path, HTTPStatus.SEE_OTHER)

    def plan_again(self) -> None:
        """Reminders follow what has just changed."""
        if self.site.plan_soon is not None:
            self.site.plan_soon()


class NotFoundError(KehoachError):
    """There is no such thing, or not for this person."""
