"""What stands before every endpoint: whose token it is, what it may do, how fast and how much; errors as JSON.

All of it comes before the body is read: who may not send a file sends none.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from bot.api.schemas import DAY_ERROR
from bot.people.clients import Client, Clients
from bot.people.ratelimit import Pace, RateLimit
from knowledge.errors import (
    DiskError,
    KehoachError,
    PlanConflictError,
    StoreError,
    UnknownPlanError,
    VersionMovedError,
)

JSON_BODY: Final = 300_000
"""Bytes of a body that is no file: the longest question with its turns, each letter escaped."""
_SCHEME: Final = "bearer"
_LONGEST_TOKEN: Final = 200

_log = logging.getLogger(__name__)


class Scope(StrEnum):
    """What a token opens, the least first."""

    READ = "read"
    """Asking and reading: every client may."""
    LOAD = "load"
    """Sending papers, and seeing drafts."""


class RefusedError(KehoachError):
    """A request that goes no further.

    Attributes:
        headers: sent with the answer.
    """

    def __init__(self, status: HTTPStatus, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = dict(headers or {})


class NotFoundError(KehoachError):
    """There is no such thing, or not for this client."""


@dataclass(frozen=True)
class Gate:
    """Tells whether a request may pass."""

    clients: Clients
    limits: Mapping[Scope, RateLimit]

    async def admit(self, request: Request, scope: Scope) -> Client:
        """Whose request it is.

        Raises:
            RefusedError: no token or a wrong one, not what it opens, or too many lately.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip()
        known = scheme.lower() == _SCHEME and 0 < len(token) <= _LONGEST_TOKEN
        client = await asyncio.to_thread(self.clients.find, token) if known else None
        if client is None:
            raise RefusedError(
                HTTPStatus.UNAUTHORIZED,
                "Thiếu mã truy cập, hoặc mã không đúng hay đã bị thu hồi; "
                "gửi kèm đầu mục “Authorization: Bearer MÃ_TRUY_CẬP”.",
                {"www-authenticate": "Bearer"},
            )
        if scope is Scope.LOAD and not client.may_load:
            raise RefusedError(HTTPStatus.FORBIDDEN, "Mã truy cập này chỉ được đọc; gửi văn bản cần mã có quyền nạp.")
        limit = self.limits[scope]
        if await asyncio.to_thread(limit.take, client.id) is not Pace.ANSWER:
            seconds = max(1, await asyncio.to_thread(limit.seconds_left, client.id))
            raise RefusedError(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"Gọi quá nhanh; xin đợi {seconds} giây.",
                {"retry-after": str(seconds)},
            )
        return client


def guarded(gate: Gate, scope: Scope, longest: int = JSON_BODY) -> type[APIRoute]:
    """The kind of route of endpoints that take this scope.

    Args:
        longest: bytes of a body.
    """

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
            """The endpoint behind the gate; whatever goes wrong becomes JSON."""
            endpoint = super().get_route_handler()

            async def answer(request: Request) -> Response:
                try:
                    client = await gate.admit(request, scope)
                    passed = Request(request.scope, _replayed(await _read_body(request, longest)))
                    passed.state.client = client
                    return await endpoint(passed)
                except Exception as error:  # noqa: BLE001 - the edge of one request
                    return told(error, self.path)

            return answer

    return Guarded


def told(error: Exception, path: str) -> Response:
    """The answer to a request that failed: a sentence, and of a wrong field which one it is."""
    if isinstance(error, RequestValidationError):
        fields = [_field(each) for each in error.errors()]
        sentence = "; ".join(f"“{each['field']}” {each['why']}" if each["field"] else each["why"] for each in fields)
        return failure(HTTPStatus.UNPROCESSABLE_ENTITY, f"Không hợp lệ: {sentence}.", fields=fields)
    if isinstance(error, RefusedError):
        return failure(error.status, error.sentence, error.headers)
    if isinstance(error, HTTPException):
        if error.status_code == HTTPStatus.NOT_FOUND:
            return failure(HTTPStatus.NOT_FOUND, "Không có địa chỉ này; xem /api/v1/docs.")
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            sentence = "Địa chỉ này không nhận phương thức ấy; xem /api/v1/docs."
            return failure(HTTPStatus.METHOD_NOT_ALLOWED, sentence, error.headers)
        return failure(HTTPStatus.UNPROCESSABLE_ENTITY, "Không đọc được nội dung gửi lên.")
    if isinstance(error, KehoachError):
        status = _status_of(error)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("api %s: %s %s", path, error.sentence, error.detail)
        return failure(status, error.sentence)
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("defect: %s on api %s\n%s", type(error).__name__, path, frames)
    return failure(HTTPStatus.INTERNAL_SERVER_ERROR, "Có lỗi; lỗi đã được ghi lại. Xin thử lại.")


def failure(status: int, sentence: str, headers: Mapping[str, str] | None = None, **more: object) -> JSONResponse:
    """The Error object."""
    return JSONResponse({"error": sentence, **more}, status, headers=dict(headers or {}))


def _status_of(error: KehoachError) -> HTTPStatus:
    kinds: tuple[tuple[type[KehoachError], HTTPStatus], ...] = (
        (DiskError, HTTPStatus.SERVICE_UNAVAILABLE),
        (StoreError, HTTPStatus.INTERNAL_SERVER_ERROR),
        (UnknownPlanError, HTTPStatus.NOT_FOUND),
        (NotFoundError, HTTPStatus.NOT_FOUND),
        (PlanConflictError, HTTPStatus.CONFLICT),
        (VersionMovedError, HTTPStatus.CONFLICT),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), HTTPStatus.UNPROCESSABLE_ENTITY)


async def _read_body(request: Request, longest: int) -> bytes:
    """The whole body; what is too long is not kept.

    Raises:
        RefusedError: it is longer than that.
    """
    most = f"{longest // 1_000_000} MB" if longest >= 1_000_000 else f"{longest // 1_000} KB"
    too_long = RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Nội dung gửi lên quá lớn (nhiều nhất {most}).")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > longest:
        raise too_long
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > longest:
            raise too_long
    return bytes(body)


def _replayed(body: bytes) -> Callable[[], Awaitable[Any]]:
    """What has been read, as ASGI would bring it."""
    parts = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Any:
        return next(parts, {"type": "http.disconnect"})

    return receive


_WHY: Final = {
    DAY_ERROR: "phải là một ngày dạng 2026-11-20",
    "missing": "thiếu",
    "extra_forbidden": "không có trường này",
    "json_invalid": "nội dung không phải JSON",
    "int_parsing": "phải là số nguyên",
    "int_type": "phải là số nguyên",
    "string_type": "phải là một chuỗi",
    "string_unicode": "có ký tự không hợp lệ",
    "string_too_short": "không được để trống",
    "string_too_long": "dài quá {max_length} ký tự",
    "list_type": "phải là một danh sách",
    "too_long": "nhiều quá {max_length} mục",
    "greater_than_equal": "ít nhất là {ge}",
    "less_than_equal": "nhiều nhất là {le}",
    "model_attributes_type": "nội dung phải là một đối tượng JSON (application/json)",
}
"""Of what validation may say, by pydantic's names of errors; what else it says is "không hợp lệ"."""


def _field(error: Mapping[str, Any]) -> dict[str, str]:
    place = [str(part) for part in error["loc"][1:] if not isinstance(part, int)]
    if error["type"] == "json_invalid":
        place = []
    why = _WHY.get(error["type"], "không hợp lệ").format(**error.get("ctx", {}))
    return {"field": ".".join(place), "why": why}
