"""Who may open what: the session's cookie, the token of forms, the least role of a route, the headers of answers."""

from __future__ import annotations

import asyncio
import hmac
import inspect
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from bot.people.members import Member
from bot.people.records import CodeError, NotAllowedError, UnknownMemberError
from bot.people.sessions import SESSION_LASTS
from bot.web.context import Context, NotFoundError, Site
from knowledge.errors import (
    CorrectionMovedError,
    DiskError,
    KehoachError,
    StoreError,
    UnknownPlanError,
    VersionMovedError,
)

COOKIE: Final = "kehoach"
FORM_TOKEN: Final = "ma_bieu_mau"  # noqa: S105 - the name of a field
FORM_HEADER: Final = "x-form-token"
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_LONGEST_FORM: Final = 64 << 10
"""Bytes of a form; the longest cells have 2,000 characters, of at most 9 bytes each in a form."""
_MOST_FIELDS: Final = 50

_log = logging.getLogger(__name__)


class Access(IntEnum):
    """Who may open a route, the least first."""

    ANYBODY = 0
    MEMBER = 1
    ADMIN = 2


Handler = Callable[[Context], Response | Awaitable[Response]]
"""A plain function is called in a thread; one that waits for nothing but other coroutines is a coroutine."""


@dataclass(frozen=True, slots=True)
class Page:
    """A route: its method and path, what answers it, and who may open it."""

    method: str
    path: str
    answer: Handler
    least: Access


def form_token(token: str) -> str:
    """What the forms of a session carry: nobody who lacks the session's token can make it up."""
    return sha256(f"form:{token}".encode()).hexdigest()


def signed_in(response: Response, token: str, *, secure: bool) -> Response:
    """The answer with the cookie of a new session; it ends with the browser or the working day."""
    response.set_cookie(
        COOKIE, token, int(SESSION_LASTS.total_seconds()), httponly=True, samesite="strict", secure=secure
    )
    return response


def signed_out(response: Response) -> Response:
    """The answer that takes the cookie away."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


def guarded(site: Site, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """The route's handler behind its checks; an expected failure becomes a page that says it."""

    async def answer(request: Request) -> Response:
        token = request.cookies.get(COOKIE, "")
        context = Context(site, request, None, "", "", {})
        try:
            member = await asyncio.to_thread(site.sessions.find, token) if token else None
            token = token if member is not None else ""
            context = Context(site, request, member, token, form_token(token) if token else "", {})
            refused = _refused(context, page, member)
            if refused is not None:
                return refused
            if page.method == "POST":
                form = await _read_form(request)
                if form is None:
                    return _told(context, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Nội dung gửi lên quá dài.")
                if not _is_own_form(context, page, form):
                    return _told(context, HTTPStatus.FORBIDDEN, "Trang đã cũ; xin tải lại trang rồi làm lại.")
                context = Context(site, request, member, context.token, context.form_token, form)
            if inspect.iscoroutinefunction(page.answer):
                response = await page.answer(context)
            else:
                response = await asyncio.to_thread(page.answer, context)
        except KehoachError as error:
            status = status_of(error)
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                _log.error("page %s: %s %s", page.path, error.sentence, error.detail)
            return _told(context, status, error.sentence)
        except Exception as error:  # noqa: BLE001 - the edge of one request; its own words may quote what somebody wrote
            frames = "".join(traceback.format_tb(error.__traceback__))
            _log.error("defect: %s on %s\n%s", type(error).__name__, page.path, frames)
            return _told(context, HTTPStatus.INTERNAL_SERVER_ERROR, "Có lỗi; lỗi đã được ghi lại. Xin thử lại.")
        return response  # type: ignore[no-any-return]  # what to_thread gives of either kind of handler

    return answer


def status_of(error: KehoachError) -> HTTPStatus:
    """What an expected failure is answered with."""
    kinds: tuple[tuple[type[KehoachError], HTTPStatus], ...] = (
        (DiskError, HTTPStatus.SERVICE_UNAVAILABLE),
        (CorrectionMovedError, HTTPStatus.CONFLICT),
        (VersionMovedError, HTTPStatus.CONFLICT),
        (UnknownPlanError, HTTPStatus.NOT_FOUND),
        (UnknownMemberError, HTTPStatus.NOT_FOUND),
        (NotFoundError, HTTPStatus.NOT_FOUND),
        (CodeError, HTTPStatus.FORBIDDEN),
        (NotAllowedError, HTTPStatus.FORBIDDEN),
        (StoreError, HTTPStatus.INTERNAL_SERVER_ERROR),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)


class Headers:
    """Puts the security headers on every answer, and has none but static files kept by browsers."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        """One request, as ASGI hands it over."""

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                more = {**HEADERS, "cache-control": "no-store"}
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in more.items() if name.encode() not in own),
                ]
            await send(message)

        await self._app(scope, receive, sent)


def _refused(context: Context, page: Page, member: Member | None) -> Response | None:
    if page.least is Access.ANYBODY:
        return None
    if member is None:
        return signed_out(context.page("sign_in.html", HTTPStatus.UNAUTHORIZED))
    if page.least is Access.ADMIN and not member.is_admin:
        return _told(context, HTTPStatus.FORBIDDEN, "Trang này chỉ quản trị viên mở được.")
    return None


def _is_own_form(context: Context, page: Page, form: dict[str, str]) -> bool:
    """Whether the form is one that we gave this session; before a sign-in there is none, only where it comes from."""
    if context.request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    if page.least is Access.ANYBODY:
        return True
    given = context.request.headers.get(FORM_HEADER) or form.get(FORM_TOKEN, "")
    return hmac.compare_digest(given.encode(), context.form_token.encode())


async def _read_form(request: Request) -> dict[str, str] | None:
    """The fields of a form; None where it is too long."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return None
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, encoding="utf-8", errors="strict"
        )
    except ValueError as error:
        raise KehoachError("Không đọc được nội dung gửi lên.", str(error)) from error
    return {name: value.replace("\x00", "") for name, value in pairs}


def _told(context: Context, status: HTTPStatus, sentence: str) -> Response:
    return context.page("told.html", status, sentence=sentence)
