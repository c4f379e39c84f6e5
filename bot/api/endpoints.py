"""The endpoints, each a plain function of the application in a thread; objects as the command writes them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, FastAPI, File, Path, Query, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPBearer
from sqlalchemy import select
from starlette.exceptions import HTTPException

from bot.api import schemas
from bot.api.gate import JSON_BODY, Gate, NotFoundError, RefusedError, Scope, guarded, told
from bot.app import App
from bot.notify.planning import refresh_first
from bot.objects import answer_object, board_object, entry_object, reminder_lines, task_objects
from bot.people.clients import Client, Clients
from bot.people.ratelimit import rate_limit
from bot.serving.readings import Reading, Readings, Stage
from bot.tracking.boards import load_board
from knowledge.errors import KehoachError, PlanConflictError, PlanFileError
from knowledge.library import LivePlan, LiveTask
from knowledge.objects import Json
from knowledge.records import Report
from knowledge.store.audit import by_client
from knowledge.store.catalog import PlanOverview, find_plan, list_plans
from knowledge.store.corrections import version_tasks
from knowledge.store.models import VersionRow, VersionState
from knowledge.store.related import describe_relations
from knowledge.store.rows import metadata_of
from knowledge.task_filters import is_due_within, is_led_by

PREFIX: Final = "/api/v1"
MOST_FILE: Final = 50_000_000
"""Bytes of a paper that is sent."""
A_MINUTE: Final = {Scope.READ: 120, Scope.LOAD: 20}
NOBODY_SECONDS: Final = 30.0
"""How long a paper waits here for a process that reads: one that is killed or restarted is replaced by then."""
_LOOK_SECONDS: Final = 0.1
_NOBODY: Final = (
    "Hiện không tiến trình nào đọc văn bản; văn bản được giữ và sẽ được đọc khi có, xin gửi lại sau để lấy kết quả."
)
_LATEST: Final = 10
"""Years ahead through which repeating days are spelled out, however far ahead tasks are asked for."""
_ABOUT = """
Dành cho hệ thống khác của cơ quan (quản lý văn bản, điều hành): hỏi, lấy bảng nhiệm vụ, tiến độ, lời nhắc
sắp gửi, gửi văn bản để nạp thành bản nháp. Mỗi hệ thống có một mã truy cập do quản trị viên cấp
(`kehoach client add TÊN`, thêm `--may load` để được gửi văn bản), gửi kèm mỗi lần gọi:
`Authorization: Bearer MÃ_TRUY_CẬP`. Bản nháp chỉ được dùng khi quản trị viên xem và kích hoạt.
Lỗi là JSON có trường `error`, một câu tiếng Việt.
"""

_T = TypeVar("_T")


def make_api(app: App, readings: Readings, a_minute: Mapping[Scope, int] = A_MINUTE) -> FastAPI:
    """The interface as an ASGI application, to be mounted at `PREFIX`.

    Args:
        readings: takes the papers that are sent; somebody else reads them.
        a_minute: requests of one client in the long run, each kind for itself.
    """
    api = FastAPI(
        title="Trợ lý Kế hoạch",
        version="1",
        description=_ABOUT.strip().replace("\n", " "),
        openapi_url="/openapi.json",
        docs_url=None,  # the pages of FastAPI load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
    )
    limits = {scope: rate_limit(app.store, app.clock, f"api {scope}", number) for scope, number in a_minute.items()}
    gate = Gate(Clients(app.store, app.clock), limits)
    api.include_router(_reading(app, gate))
    api.include_router(_loading(app, readings, gate))

    async def not_here(request: Request, error: Exception) -> Response:
        return told(error, request.url.path)

    api.add_exception_handler(HTTPException, not_here)
    return api


def _router(gate: Gate, scope: Scope, longest: int = JSON_BODY) -> APIRouter:
    wrong = (
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
    )
    return APIRouter(
        route_class=guarded(gate, scope, longest),
        # Only describes: the gate has looked at the token before.
        dependencies=[Depends(HTTPBearer(auto_error=False, description="Mã truy cập của hệ thống"))],
        responses={int(status): {"model": schemas.Error, "description": _WRONG[status]} for status in wrong},
    )


_WRONG: Final = {
    HTTPStatus.UNAUTHORIZED: "Thiếu mã truy cập, mã sai hoặc đã thu hồi",
    HTTPStatus.FORBIDDEN: "Mã truy cập không được làm việc này",
    HTTPStatus.NOT_FOUND: "Không có kế hoạch hoặc nhiệm vụ này",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Nội dung gửi lên quá lớn",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Tham số hoặc nội dung không dùng được",
    HTTPStatus.TOO_MANY_REQUESTS: "Gọi quá nhanh; đợi số giây ở Retry-After",
    HTTPStatus.CONFLICT: "Văn bản khác đã mang số này",
    HTTPStatus.SERVICE_UNAVAILABLE: "Chưa đọc được lúc này; xin gửi lại sau",
}


def _reading(app: App, gate: Gate) -> APIRouter:
    router = _router(gate, Scope.READ)
    planning = asyncio.Lock()
    """One look ahead at a time: of a province it takes seconds of computing."""

    @router.post("/ask", summary="Hỏi một câu", responses=_shape(schemas.Answer), response_model=None)
    async def ask(asked: schemas.Asked) -> Response:
        """Trả lời như trong trò chuyện, kèm nhiệm vụ và nguồn; `clarify`: chọn một trong `options` để hỏi lại."""
        return await _answer(lambda: _ask(app, asked))

    @router.get("/plans", summary="Các kế hoạch", responses=_shape(schemas.Plans), response_model=None)
    async def plans(request: Request) -> Response:
        """Kế hoạch đang dùng; mã có quyền nạp thấy cả bản nháp và các bản của mỗi kế hoạch."""
        client: Client = request.state.client
        return await _answer(lambda: {"plans": _plans(app, client)})

    @router.get("/tasks", summary="Bảng nhiệm vụ", responses=_shape(schemas.Tasks), response_model=None)
    async def tasks(filters: Annotated[schemas.TaskFilters, Query()]) -> Response:
        """Nhiệm vụ của các kế hoạch đang dùng, theo thứ tự văn bản, từng trang."""
        return await _answer(lambda: _tasks(app, filters))

    @router.get("/tasks/{task_id}", summary="Một nhiệm vụ", responses=_shape(schemas.Task), response_model=None)
    async def task(
        task_id: Annotated[int, Path(ge=1, le=(1 << 31) - 1, description="Mã nhiệm vụ (`id`)")],
    ) -> Response:
        """Nhiệm vụ của bản đang dùng; nạp bản mới của kế hoạch thì mã đổi."""
        return await _answer(lambda: _task(app, task_id))

    @router.get("/progress", summary="Tiến độ", responses=_shape(schemas.Progress), response_model=None)
    async def progress(filters: Annotated[schemas.ProgressFilters, Query()]) -> Response:
        """Số việc theo tình trạng, theo cơ quan hoặc kế hoạch, và từng việc phải làm theo ngày, từng trang."""
        return await _answer(lambda: _progress(app, filters))

    @router.get("/reminders", summary="Lời nhắc sắp gửi", responses=_shape(schemas.Reminders), response_model=None)
    async def reminders(filters: Annotated[schemas.ReminderFilters, Query()]) -> Response:
        """Tin sẽ gửi cho ai trong những ngày tới, theo thời gian, từng trang."""
        async with planning:
            return await _answer(lambda: _reminders(app, filters))

    return router


def _loading(app: App, readings: Readings, gate: Gate) -> APIRouter:
    router = _router(gate, Scope.LOAD, MOST_FILE + JSON_BODY)

    @router.post(
        "/plans",
        summary="Gửi một văn bản",
        status_code=HTTPStatus.CREATED,
        response_model=None,
        responses={
            **_shape(schemas.Loaded, HTTPStatus.CREATED, "Đã đọc, giữ thành bản nháp"),
            **_shape(schemas.Loaded, HTTPStatus.OK, "Tệp này đã nạp trước đây; không có gì đổi"),
            **_shape(schemas.Error, HTTPStatus.CONFLICT, _WRONG[HTTPStatus.CONFLICT]),
            **_shape(schemas.Error, HTTPStatus.SERVICE_UNAVAILABLE, _WRONG[HTTPStatus.SERVICE_UNAVAILABLE]),
        },
    )
    async def load(request: Request, file: Annotated[UploadFile, File(description="Tệp văn bản")]) -> Response:
        """Đọc tệp thành bản nháp, trả báo cáo đọc và bảng nhiệm vụ; quản trị viên kích hoạt sau."""
        client: Client = request.state.client
        sent = [(file.filename or "tệp", await file.read())]
        read = await _read(readings, await readings.put(sent, by_client(client.id)))
        loaded = await asyncio.to_thread(_loaded, app, read)
        return _json(loaded, HTTPStatus.OK if read.stage is Stage.SAME else HTTPStatus.CREATED)

    return router


def _shape(
    model: Any, status: HTTPStatus = HTTPStatus.OK, description: str = "Xong"
) -> dict[int | str, dict[str, Any]]:
    return {int(status): {"model": model, "description": description}}


async def _answer(work: Callable[[], Json]) -> Response:
    """What the work gives, made and written in a thread."""
    return await asyncio.to_thread(lambda: _json(work()))


def _json(value: Json, status: int = HTTPStatus.OK) -> Response:
    return JSONResponse(value, status)


def _ask(app: App, asked: schemas.Asked) -> Json:
    answer = app.answering.ask(asked.question, as_of=asked.as_of or app.today, turns=asked.turns)
    return answer_object(app, asked.id, answer)


def _plans(app: App, client: Client) -> list[Json]:
    return [
        _plan(each, versions=client.may_load)
        for each in list_plans(app.store)
        if each.live is not None or client.may_load
    ]


def _plan(plan: PlanOverview, *, versions: bool) -> Json:
    facts = plan.metadata
    shown = next((each for each in plan.versions if each.version == plan.live), plan.versions[-1])
    told: Json = {
        "id": plan.id,
        "name": plan.name,
        "kind": facts.kind,
        "number": facts.number,
        "title": facts.title,
        "issuer": facts.issuer,
        "issued": facts.issued.isoformat() if facts.issued else None,
        "live_version": plan.live,
        "tasks": shown.tasks,
    }
    if versions:
        told["versions"] = [
            {
                "version": each.version,
                "state": each.state.value,
                "file": each.file,
                "loaded_at": each.loaded_at.isoformat(timespec="seconds"),
                "tasks": each.tasks,
                "doubts": len(each.report.doubts),
            }
            for each in plan.versions
        ]
    return told


def _tasks(app: App, filters: schemas.TaskFilters) -> Json:
    today = app.today
    latest = date(today.year + _LATEST, 12, 31)
    last = min(filters.due_to, latest) if filters.due_to else None
    with app.library.snapshot() as library:
        found = [
            task
            for task in library.tasks([find_plan(app.store, filters.plan)] if filters.plan else None)
            if (filters.agency is None or is_led_by(task, filters.agency, app.directory, today))
            and is_due_within(task, filters.due_from, last, today)
        ]
    shown = _page(found, filters)
    return {**_paged(len(found), filters), "tasks": [*task_objects(app, shown)]}


def _task(app: App, task_id: int) -> Json:
    found = app.library.tasks_by_id([task_id]).get(task_id)
    if found is None:
        raise NotFoundError("Không có nhiệm vụ này trong các bản đang dùng.")
    return next(task_objects(app, [found]))


def _progress(app: App, filters: schemas.ProgressFilters) -> Json:
    plan = find_plan(app.store, filters.plan) if filters.plan else None
    refresh_first(app.store, app.library, app.directory, app.clock())
    with app.store.read() as session:
        board = load_board(
            session,
            app.library,
            app.directory,
            app.today,
            agency=filters.agency,
            plan=plan,
            due_from=filters.due_from,
            due_to=filters.due_to,
        )
    shown = _page(board.entries, filters)
    return {
        **board_object(board),
        **_paged(len(board.entries), filters),
        "items": [entry_object(each) for each in shown],
    }


def _reminders(app: App, filters: schemas.ReminderFilters) -> Json:
    found = [*reminder_lines(app, app.clock(), filters.days)]
    return {**_paged(len(found), filters), "reminders": [each.json() for each in _page(found, filters)]}


async def _read(readings: Readings, loading: int) -> Reading:
    """The paper of this loading, when it is read, by whichever process.

    Raises:
        RefusedError: nobody reads; or a defect of ours.
        KehoachError: it cannot be a draft; the sentence says why.
    """
    asked = time.monotonic()
    while True:
        (read,) = await asyncio.to_thread(readings.find, loading)
        if read.is_through:
            break
        if await asyncio.to_thread(lambda: readings.has_reader):
            asked = time.monotonic()
        elif time.monotonic() - asked > NOBODY_SECONDS:
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, _NOBODY)
        await asyncio.sleep(_LOOK_SECONDS)
    if read.stage is Stage.FAILED:
        raise RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, read.lines[0])
    if read.is_refused:
        kind = PlanConflictError if read.stage is Stage.CONFLICT else PlanFileError
        raise kind(read.lines[0])
    return read


def _loaded(app: App, read: Reading) -> Json:
    plan = next((each for each in list_plans(app.store) if each.id == read.plan_id), None)
    version = next((each for each in plan.versions if each.version == read.version), None) if plan else None
    if plan is None or version is None:  # a later draft has replaced it in this very moment
        raise KehoachError("Bản vừa gửi đã được bản khác thay; xin gửi lại.")
    return {
        "plan": _plan(plan, versions=True),
        "version": version.version,
        "state": version.state.value,
        "unchanged": read.stage is Stage.SAME,
        "report": _report(version.report),
        "relations": [*describe_relations(app.store, plan.id, version.version)],
        "tasks": [*task_objects(app, _tasks_of(app, plan.id, version.version, version.state))],
    }


def _report(report: Report) -> Json:
    return asdict(report)


def _tasks_of(app: App, plan_id: int, version: int, state: VersionState) -> Sequence[LiveTask]:
    """The tasks of a version that is live or a draft; of a withdrawn one nothing is told."""
    if state is VersionState.ACTIVE:
        return app.library.tasks([plan_id])
    if state is not VersionState.DRAFT:
        return ()
    with app.store.read() as session:
        row = session.scalar(select(VersionRow).where(VersionRow.plan_id == plan_id, VersionRow.version == version))
        if row is None:
            return ()
        plan = LivePlan(plan_id, row.name, row.file, row.version, metadata_of(row))
    return [
        LiveTask(each.id, plan, each.task, corrections=each.corrections) for each in version_tasks(app.store, plan_id)
    ]


def _page(found: Sequence[_T], paging: schemas.Paging) -> Sequence[_T]:
    return found[(paging.page - 1) * paging.per_page : paging.page * paging.per_page]


def _paged(total: int, paging: schemas.Paging) -> Json:
    return {"total": total, "page": paging.page, "per_page": paging.per_page}
