"""Who may open what: the session's cookie, the token of forms, the least role of a route, the headers of answers."""

from __future__ import annotations

import asyncio
import hmac
import inspect
import logging
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

from bot.people.clients import UnknownClientError
from bot.people.members import Member
from bot.people.records import CodeError, DecidedError, MovedError, NotAllowedError, UnknownMemberError
from bot.people.sessions import SESSION_LASTS
from bot.web.context import Context, NotFoundError, Site, Upload
from knowledge.errors import (
    CorrectionMovedError,
    DiskError,
    FeedbackError,
    KehoachError,
    NamingMovedError,
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
_MOST_FILES: Final = 20
"""Files of one form; an office sends a plan with its appendices."""

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
    """A route: its method and path, what answers it, and who may open it.

    Attributes:
        files: the most bytes of files that its form may carry, together; 0 for a form of fields only.
    """

    method: str
    path: str
    answer: Handler
    least: Access
    files: int = 0


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
        sent = FormData()
        before: tuple[str, ...] = ()
        try:
            visit = await asyncio.to_thread(site.sessions.visit, token) if token else None
            member = visit.member if visit else None
            token = token if member is not None else ""
            before = visit.notes if visit else ()
            context = Context(site, request, member, token, form_token(token) if token else "", {}, notes=[*before])
            refused = _refused(context, page, member)
            if refused is not None:
                return refused
            if page.method == "POST":
                sent = await _read_form(request, page.files)
                context = replace(context, form=_fields(sent), files=_files(sent))
                if not _is_own_form(context, page):
                    return _told(context, HTTPStatus.FORBIDDEN, "Trang đã cũ; xin tải lại trang rồi làm lại.")
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
        finally:
            await sent.close()
            await _keep_notes(context, before)
        return response  # type: ignore[no-any-return]  # what to_thread gives of either kind of handler

    return answer


async def _keep_notes(context: Context, before: tuple[str, ...]) -> None:
    """What was told is gone, what is to be told waits."""
    if not context.token or tuple(context.notes) == before:
        return
    try:
        await asyncio.to_thread(context.site.sessions.keep_notes, context.token, context.notes)
    except StoreError as error:
        _log.error("notes of a page not kept: %s %s", error.sentence, error.detail)


def status_of(error: KehoachError) -> HTTPStatus:
    """What an expected failure is answered with."""
    kinds: tuple[tuple[type[KehoachError], HTTPStatus], ...] = (
        (DiskError, HTTPStatus.SERVICE_UNAVAILABLE),
        (CorrectionMovedError, HTTPStatus.CONFLICT),
        (VersionMovedError, HTTPStatus.CONFLICT),
        (NamingMovedError, HTTPStatus.CONFLICT),
        (FeedbackError, HTTPStatus.CONFLICT),
        (MovedError, HTTPStatus.CONFLICT),
        (DecidedError, HTTPStatus.CONFLICT),
        (UnknownPlanError, HTTPStatus.NOT_FOUND),
        (UnknownMemberError, HTTPStatus.NOT_FOUND),
        (UnknownClientError, HTTPStatus.NOT_FOUND),
        (NotFoundError, HTTPStatus.NOT_FOUND),
        (CodeError, HTTPStatus.FORBIDDEN),
        (NotAllowedError, HTTPStatus.FORBIDDEN),
        (TooLongError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (StoreError, HTTPStatus.INTERNAL_SERVER_ERROR),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)


class TooLongError(KehoachError):
    """A form carries more than its route takes."""


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


def _is_own_form(context: Context, page: Page) -> bool:
    """Whether the form is one that we gave this session; before a sign-in there is none, only where it comes from."""
    if context.request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    if page.least is Access.ANYBODY:
        return True
    given = context.request.headers.get(FORM_HEADER) or context.form.get(FORM_TOKEN, "")
    return hmac.compare_digest(given.encode(), context.form_token.encode())


async def _read_form(request: Request, files: int) -> FormData:
    """The fields of a form, and files where they are wanted; long files wait on the disk.

    Raises:
        TooLongError: it carries more than it may.
        KehoachError: it is no form.
    """
    most = _LONGEST_FORM + files
    is_multipart = request.headers.get("content-type", "").startswith("multipart/form-data")

    async def limited() -> AsyncGenerator[bytes, None]:
        read = 0
        async for part in request.stream():
            read += len(part)
            if read > most:
                what = (
                    f"Các tệp gửi lên quá lớn (trên {files // 1_000_000} MB)."
                    if files
                    else "Nội dung gửi lên quá dài."
                )
                raise TooLongError(what)
            yield part

    try:
        if files and is_multipart:
            parser = MultiPartParser(
                request.headers,
                limited(),
                max_files=_MOST_FILES,
                max_fields=_MOST_FIELDS,
                max_part_size=_LONGEST_FORM,
            )
            return await parser.parse()
        body = b"".join([part async for part in limited()])
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, encoding="utf-8", errors="strict"
        )
        return FormData([*pairs])
    except (ValueError, MultiPartException) as error:
        raise KehoachError("Không đọc được nội dung gửi lên.", type(error).__name__) from error


def _fields(sent: FormData) -> dict[str, str]:
    return {name: value.replace("\x00", "") for name, value in sent.multi_items() if isinstance(value, str)}


def _files(sent: FormData) -> tuple[Upload, ...]:
    """Files that were chosen; a browser sends an empty one where none was."""
    found = [value for _, value in sent.multi_items() if isinstance(value, UploadFile)]
    return tuple(Upload(each.filename, each.file) for each in found if each.filename and each.size)


def _told(context: Context, status: HTTPStatus, sentence: str) -> Response:
    return context.page("told.html", status, sentence=sentence)
