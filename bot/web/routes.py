"""The table of routes: every address of the page, and the least role that opens it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from bot.api.endpoints import PREFIX, make_api
from bot.app import App
from bot.channels.webhooks import Page as WebPage
from bot.chat.dispatcher import Dispatcher
from bot.people.sessions import Sessions
from bot.serving.readings import Readings
from bot.web import (
    added_tasks,
    api_docs,
    calendar,
    chat,
    clients,
    feedback,
    golden,
    history,
    joining,
    loading,
    member_lists,
    names,
    people,
    places,
    plans,
    progress,
    reminder_settings,
    reminders,
    sign_in,
    tasks,
)
from bot.web.access import Access, Headers, Page, guarded
from bot.web.context import Context, NotFoundError, Site
from bot.web.rendering import Pages
from bot.web.talks import WebChannel
from bot.web.task_tables import TaskTables

_YEAR = 365 * 24 * 3600


def _home(context: Context) -> Response:
    return context.go("/chat") if context.member is not None else context.page("sign_in.html")


def _static(context: Context) -> Response:
    pages, name = context.site.pages, context.request.path_params["ten"]
    if name not in pages.static:
        raise NotFoundError("Không có tệp này.")
    kept = {"cache-control": f"public, max-age={_YEAR}, immutable"}
    return Response(pages.static[name], headers={"content-type": pages.type_of(name), **kept})


ROUTES: tuple[Page, ...] = (
    Page("GET", "/", _home, Access.ANYBODY),
    Page("GET", "/static/{ten}", _static, Access.ANYBODY),
    Page("GET", "/vao/{ma}", sign_in.show_link, Access.ANYBODY),
    Page("POST", "/vao/{ma}", sign_in.enter, Access.ANYBODY),
    Page("POST", "/ra", sign_in.leave, Access.MEMBER),
    Page("GET", "/chat", chat.show_chat, Access.MEMBER),
    Page("POST", "/chat", chat.say, Access.MEMBER),
    Page("POST", "/chat/chon", chat.press, Access.MEMBER),
    Page("GET", "/chat/tep/{tin}", chat.fetch_file, Access.MEMBER),
    Page("GET", "/ke-hoach", plans.list_all, Access.MEMBER),
    Page("GET", "/ke-hoach/nap", loading.show_form, Access.ADMIN),
    Page("POST", "/ke-hoach/nap", loading.send, Access.ADMIN, files=loading.FORM_BYTES),
    Page("GET", "/ke-hoach/nap/{lan:int}", loading.show, Access.ADMIN),
    Page("POST", "/ke-hoach/nap/{lan:int}/{tep:int}", loading.apply, Access.ADMIN),
    Page("GET", "/ke-hoach/{ke_hoach:int}", plans.show, Access.MEMBER),
    Page("GET", "/ke-hoach/{ke_hoach:int}/nhiem-vu", tasks.show_table, Access.MEMBER),
    Page("GET", "/ke-hoach/{ke_hoach:int}/nhiem-vu/them", added_tasks.ask, Access.ADMIN),
    Page("POST", "/ke-hoach/{ke_hoach:int}/nhiem-vu/them", added_tasks.add, Access.ADMIN),
    Page("GET", "/ke-hoach/{ke_hoach:int}/xem-truoc", places.show_preview, Access.MEMBER),
    Page("GET", "/ke-hoach/{ke_hoach:int}/ban/{ban:int}/tep", places.fetch_paper, Access.MEMBER),
    Page("GET", "/ke-hoach/{ke_hoach:int}/ban/{ban:int}/cho-ghi", places.show_place, Access.MEMBER),
    Page("GET", "/ke-hoach/{ke_hoach:int}/ban/{ban:int}/cho-ghi.png", places.show_picture, Access.MEMBER),
    Page("GET", "/nhiem-vu/{nhiem_vu:int}/cho-ghi", places.show_place, Access.MEMBER),
    Page("GET", "/nhiem-vu/{nhiem_vu:int}/cho-ghi.png", places.show_picture, Access.MEMBER),
    Page("GET", "/ke-hoach/{ke_hoach:int}/dinh-chinh", tasks.list_corrections, Access.ADMIN),
    Page("GET", "/ke-hoach/{ke_hoach:int}/viec/{viec}", plans.ask, Access.ADMIN),
    Page("POST", "/ke-hoach/{ke_hoach:int}/viec/{viec}", plans.do, Access.ADMIN),
    Page("POST", "/ke-hoach/{ke_hoach:int}/hen", plans.set_time, Access.ADMIN),
    Page("POST", "/ke-hoach/{ke_hoach:int}/hen/bo", plans.cancel_time, Access.ADMIN),
    Page("GET", "/nhiem-vu/{nhiem_vu:int}", tasks.show_task, Access.MEMBER),
    Page("POST", "/nhiem-vu/{nhiem_vu:int}/sua", tasks.edit, Access.ADMIN),
    Page("POST", "/nhiem-vu/{nhiem_vu:int}/ket-luan", tasks.settle, Access.ADMIN),
    Page("POST", "/nhiem-vu/{nhiem_vu:int}/dung", tasks.cancel, Access.ADMIN),
    Page("POST", "/dinh-chinh/{so:int}/bo", tasks.undo, Access.ADMIN),
    Page("POST", "/dinh-chinh/{so:int}/giu", tasks.keep, Access.ADMIN),
    Page("GET", "/tien-do", progress.show_progress, Access.MEMBER),
    Page("GET", "/tien-do/viec", progress.list_tasks, Access.MEMBER),
    Page("GET", "/tien-do/tep/{loai}", progress.fetch_file, Access.MEMBER),
    Page("GET", "/dong-thoi-gian", progress.show_timeline, Access.MEMBER),
    Page("GET", "/nguoi-dung", people.list_people, Access.ADMIN),
    Page("GET", "/nguoi-dung/lich-su", people.show_history, Access.ADMIN),
    Page("GET", "/nguoi-dung/yeu-cau/{so:int}", joining.show_request, Access.ADMIN),
    Page("POST", "/nguoi-dung/yeu-cau/{so:int}/duyet", joining.approve, Access.ADMIN),
    Page("POST", "/nguoi-dung/yeu-cau/{so:int}/tu-choi", joining.reject, Access.ADMIN),
    Page("POST", "/nguoi-dung/yeu-cau/{so:int}/noi", joining.join, Access.ADMIN),
    Page("GET", "/nguoi-dung/loi-moi", joining.list_invitations, Access.ADMIN),
    Page("POST", "/nguoi-dung/loi-moi", joining.invite, Access.ADMIN),
    Page("POST", "/nguoi-dung/loi-moi/{so:int}/huy", joining.revoke, Access.ADMIN),
    Page("GET", "/nguoi-dung/danh-sach", member_lists.show, Access.ADMIN),
    Page("POST", "/nguoi-dung/danh-sach", member_lists.compare, Access.ADMIN, files=member_lists.LARGEST),
    Page("POST", "/nguoi-dung/danh-sach/ap-dung", member_lists.apply, Access.ADMIN),
    Page("GET", "/nguoi-dung/tep-excel", member_lists.take_out, Access.ADMIN),
    Page("POST", "/nguoi-dung/tep-excel", member_lists.take_out_with_codes, Access.ADMIN),
    Page("GET", "/nguoi-dung/{nguoi:int}", people.show_member, Access.ADMIN),
    Page("POST", "/nguoi-dung/{nguoi:int}/sua", people.change, Access.ADMIN),
    Page("POST", "/nguoi-dung/{nguoi:int}/khoa", people.switch_off, Access.ADMIN),
    Page("POST", "/nguoi-dung/{nguoi:int}/mo-khoa", people.switch_on, Access.ADMIN),
    Page("POST", "/nguoi-dung/{nguoi:int}/go-kenh", people.take_off, Access.ADMIN),
    Page("POST", "/nguoi-dung/{nguoi:int}/ma", people.make_code, Access.ADMIN),
    Page("POST", "/nguoi-dung/{nguoi:int}/xoa", people.remove, Access.ADMIN),
    Page("POST", "/nguoi-dung/{nguoi:int}/duong-dan", people.make_link, Access.ADMIN),
    Page("GET", "/co-quan", names.list_agencies, Access.ADMIN),
    Page("POST", "/co-quan", names.keep_agency, Access.ADMIN),
    Page("GET", "/co-quan/them", names.show_agency, Access.ADMIN),
    Page("POST", "/co-quan/bo", names.remove_agency, Access.ADMIN),
    Page("GET", "/chu-viet-tat", names.list_abbreviations, Access.ADMIN),
    Page("POST", "/chu-viet-tat", names.keep_abbreviation, Access.ADMIN),
    Page("GET", "/chu-viet-tat/them", names.list_abbreviations, Access.ADMIN),
    Page("POST", "/chu-viet-tat/bo", names.remove_abbreviation, Access.ADMIN),
    Page("GET", "/cau-hoi-mau", golden.show, Access.ADMIN),
    Page("POST", "/cau-hoi-mau", golden.add, Access.ADMIN),
    Page("GET", "/cau-hoi-mau/them", golden.ask_new, Access.ADMIN),
    Page("GET", "/cau-hoi-mau/tep", golden.export, Access.ADMIN),
    Page("POST", "/cau-hoi-mau/{so:int}/bo", golden.drop, Access.ADMIN),
    Page("GET", "/phan-hoi", feedback.show, Access.ADMIN),
    Page("POST", "/phan-hoi/{so:int}/xem", feedback.look, Access.ADMIN),
    Page("GET", "/lich-su", history.show, Access.ADMIN),
    Page("GET", "/nhac-viec", reminders.show, Access.ADMIN),
    Page("GET", "/nhac-viec/so", reminders.show_ledger, Access.ADMIN),
    Page("POST", "/nhac-viec/gui-lai/{so:int}", reminders.send_again, Access.ADMIN),
    Page("POST", "/nhac-viec/lui-han/{so:int}", reminders.decide_extension, Access.ADMIN),
    Page("POST", "/nhac-viec/chuyen-viec/{so:int}", reminders.decide_transfer, Access.ADMIN),
    Page("GET", "/nhac-viec/cai-dat", reminder_settings.show, Access.ADMIN),
    Page("POST", "/nhac-viec/cai-dat", reminder_settings.set_all, Access.ADMIN),
    Page("GET", "/nhac-viec/cai-dat/ke-hoach/{ke_hoach:int}", reminder_settings.show_plan, Access.ADMIN),
    Page("POST", "/nhac-viec/cai-dat/ke-hoach/{ke_hoach:int}", reminder_settings.set_plan, Access.ADMIN),
    Page("POST", "/nhac-viec/cai-dat/co-quan", reminder_settings.set_agency, Access.ADMIN),
    Page("GET", "/lich-lam-viec", reminders.show_calendar, Access.ADMIN),
    Page("POST", "/lich-lam-viec", reminders.set_day, Access.ADMIN),
    Page("POST", "/lich-lam-viec/bo", reminders.drop_day, Access.ADMIN),
    Page("GET", "/tinh-trang", people.show_health, Access.ADMIN),
    Page("GET", "/lich/{ma}.ics", calendar.fetch, Access.ANYBODY),
    Page("GET", "/lich-cua-toi", calendar.show, Access.MEMBER),
    Page("POST", "/lich-cua-toi", calendar.make, Access.MEMBER),
    Page("POST", "/lich-cua-toi/bo", calendar.drop, Access.MEMBER),
    Page("GET", "/he-thong", clients.list_all, Access.ADMIN),
    Page("POST", "/he-thong", clients.add, Access.ADMIN),
    Page("POST", "/he-thong/{so:int}/thu-hoi", clients.revoke, Access.ADMIN),
    Page("GET", f"{PREFIX}/docs", api_docs.show, Access.ANYBODY),
)


def make_page(
    app: App,
    dispatcher: Dispatcher,
    readings: Readings,
    trouble: Callable[[], Awaitable[str | None]],
    plan_soon: Callable[[], None] | None = None,
) -> WebPage:
    """The page as an ASGI application.

    Args:
        dispatcher: answers the chat; the same one as for messengers.
        readings: takes the papers that are sent; somebody else reads them.
        trouble: a sentence of what is wrong with the service.
        plan_soon: has reminders planned anew.
    """
    talks = WebChannel(app.store, app.clock, chat.make_sources(app.store, app.clock))
    sessions = Sessions(app.store, app.clock)
    api = make_api(app, readings)
    site = Site(
        app,
        dispatcher,
        sessions,
        talks,
        TaskTables(app),
        Pages(),
        trouble,
        plan_soon,
        readings,
        describe_api=api.openapi,
    )
    routes = [Route(each.path, guarded(site, each), methods=[each.method]) for each in ROUTES]

    async def told(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
        known = status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
        sentence = "Không có trang này." if known else "Có lỗi; xin thử lại."
        return Context(site, request, None, "", "", {}).page("told.html", status, sentence=sentence)

    return Headers(
        Starlette(routes=[*routes, Mount(PREFIX, api)], exception_handlers={HTTPException: told, Exception: told})
    )
