"""The paper beside what was read of it: its file, pictures of its pages with a place marked, text around a place."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as quoted
from urllib.parse import urlencode

from starlette.responses import Response

from bot.web.context import Context, NotFoundError
from bot.web.task_tables import Table
from ingest.documents import PagePicture
from knowledge.correcting import told_value, value_of
from knowledge.doubts import FIELDS, doubts_of, is_undated
from knowledge.errors import PlanFileError
from knowledge.library import LivePlan, LiveTask
from knowledge.records import Source
from knowledge.store.excerpts import Paragraph, find_excerpt
from knowledge.store.papers import find_paper, paper_digest
from knowledge.store.versions import live_version
from knowledge.wording import place

PAGE = 10
"""Tasks of one page of a preview: each comes with a picture."""
_LONGEST = 300
"""Characters of a quote in an address; they are enough to find its lines."""
_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in a version's paper.

    Attributes:
        file: name of the paper's file.
        page: None where the file knows no pages.
        task_id: whose row or clause it is; None for what is no task.
        address: of its page of ours, without what it asks for.
        asked: what its address asks for besides the page.
        told: in words, as under a quote.
    """

    plan_id: int
    version: int
    file: str
    page: int | None
    quote: str
    task_id: int | None
    address: str
    asked: Mapping[str, str]
    told: str

    @property
    def is_pdf(self) -> bool:
        """Whether a picture can be made of its page."""
        return self.page is not None and self.file.lower().endswith(".pdf")

    def picture(self, page: int | None = None, *, strip: bool = False) -> str:
        """Address of the picture of its page, or of another one."""
        return self._with(f"{self.address}.png", page, {"hep": "1"} if strip else {})

    def of_page(self, page: int | None = None) -> str:
        """Address of its page of ours, or of the same with another page of the paper."""
        return self._with(self.address, page, {})

    def _with(self, path: str, page: int | None, more: Mapping[str, str]) -> str:
        asked = {**self.asked, **({"trang": str(page)} if page is not None else {}), **more}
        return f"{path}?{urlencode(asked)}" if asked else path


@dataclass(frozen=True, slots=True)
class Previewed:
    """A task of a preview.

    Attributes:
        cells: label, value and doubts of each field that is told.
        excerpt: the text around its place, where there is no picture.
    """

    live: LiveTask
    cells: Sequence[tuple[str, str, Sequence[str]]]
    doubtful: bool
    place: Place | None
    excerpt: Sequence[Paragraph]


def show_preview(context: Context) -> Response:
    """Tasks of a draft or of the live version, those with doubts first, each beside its place in the paper."""
    plan_id = context.number("ke_hoach")
    is_draft = context.is_admin and context.request.query_params.get("ban") == "nhap"
    tables = context.site.tables
    read = tables.keep(
        ("preview", plan_id, is_draft),
        lambda: _doubtful_first(tables.draft(plan_id) if is_draft else tables.live(plan_id)),
    )
    if read is None:
        raise NotFoundError("Kế hoạch này không có bản như vậy, hoặc bản ấy không còn.")
    plan, tasks, doubtful = read
    last = max(1, -(-len(tasks) // PAGE))
    page = min(_page_number(context.request.query_params.get("trang", "")) or 1, last)
    kept = paper_digest(context.site.app.store, plan_id, plan.version) is not None
    shown = [_previewed(context, each, kept=kept) for each in tasks[(page - 1) * PAGE : page * PAGE]]
    first = f"/ke-hoach/{plan_id}/xem-truoc?" + ("ban=nhap&" if is_draft else "")
    return context.page(
        "preview.html",
        plan=plan,
        draft=is_draft,
        kept=kept,
        tasks=shown,
        total=len(tasks),
        doubtful=doubtful,
        page=page,
        last=last,
        address=first,
    )


async def show_place(context: Context) -> Response:
    """A place in the paper: the picture of its page, or the text around it."""
    found = await asyncio.to_thread(_find, context)
    wanted = _page_number(context.request.query_params.get("trang", "")) or found.page
    picture, trouble = None, ""
    if found.is_pdf and wanted is not None:
        try:
            picture = await _draw(context, found, wanted)
        except PlanFileError as error:
            trouble = error.sentence
    else:
        trouble = await asyncio.to_thread(_missing, context, found)
    shown = picture is not None
    excerpt = [] if shown else await asyncio.to_thread(_excerpt, context, found)
    return context.page("place.html", place=found, picture=picture, number=wanted, trouble=trouble, excerpt=excerpt)


async def show_picture(context: Context) -> Response:
    """The picture itself."""
    found = await asyncio.to_thread(_find, context)
    wanted = _page_number(context.request.query_params.get("trang", "")) or found.page
    if not found.is_pdf or wanted is None:
        raise NotFoundError("Văn bản này không có ảnh trang.")
    strip = bool(context.request.query_params.get("hep"))
    picture = await _draw(context, found, wanted, strip=strip)
    return Response(picture.png, media_type="image/png")


def fetch_paper(context: Context) -> Response:
    """The file that a version was read from, to be saved."""
    plan_id, version = context.number("ke_hoach"), context.number("ban")
    _check_version(context, plan_id, version)
    paper = find_paper(context.site.app.store, plan_id, version)
    if paper is None:
        raise NotFoundError(_NO_FILE)
    kind = next(
        (kind for end, kind in _TYPES.items() if paper.name.lower().endswith(end)), "application/octet-stream"
    )
    named = f"attachment; filename*=UTF-8''{quoted(paper.name)}"
    return Response(paper.content, media_type=kind, headers={"content-disposition": named})


def task_places(live: LiveTask) -> list[Place]:
    """Every place of the paper where the task stands; none for one that a person added."""
    task = live.task
    return [
        _task_place(live, number, source)
        for number, source in enumerate((task.source, *task.sources))
        if source.quote.strip() or source.page
    ]


def evidence_address(evidence: Mapping[str, Any]) -> str:
    """Where the place of an answer's evidence is shown; empty for one that was kept without its place."""
    if "plan_id" not in evidence:
        return ""
    asked = {"trich": evidence["quote"][:_LONGEST]}
    if evidence.get("page"):
        asked["trang"] = str(evidence["page"])
    return f"/ke-hoach/{evidence['plan_id']}/ban/{evidence['version']}/cho-ghi?{urlencode(asked)}"


_NO_FILE = "Tệp của bản này không được lưu (nạp trước khi trợ lý biết lưu tệp); nạp lại đúng tệp ấy thì mở được."


def _find(context: Context) -> Place:
    if "nhiem_vu" in context.request.path_params:
        return _find_task_place(context)
    plan_id, version = context.number("ke_hoach"), context.number("ban")
    _check_version(context, plan_id, version)
    versions = context.site.tables.versions(plan_id)
    if version not in versions:
        raise NotFoundError("Kế hoạch này không có bản như vậy, hoặc bản ấy không còn.")
    name, file = versions[version]
    asked = context.request.query_params
    quote = asked.get("trich", "")[:_LONGEST]
    page = _page_number(asked.get("trang", ""))
    told = f"{name}, trang {page}" if page else name
    address = f"/ke-hoach/{plan_id}/ban/{version}/cho-ghi"
    return Place(plan_id, version, file, page, quote, None, address, {"trich": quote} if quote else {}, told)


def _find_task_place(context: Context) -> Place:
    found = context.site.tables.find(context.number("nhiem_vu"), drafts=context.is_admin)
    if found is None:
        raise NotFoundError("Nhiệm vụ này không còn trong bản đang dùng; xin tìm lại trong bảng nhiệm vụ.")
    number = context.request.query_params.get("nguon", "0")
    places = {each.asked["nguon"]: each for each in task_places(found[0])}
    if number not in places:
        raise NotFoundError("Nhiệm vụ này không có chỗ ghi như vậy trong văn bản.")
    return places[number]


def _task_place(live: LiveTask, number: int, source: Source) -> Place:
    plan: LivePlan = live.plan
    where = place(source, live.task.number)
    return Place(
        plan.id,
        plan.version,
        plan.file,
        source.page,
        source.quote,
        live.id,
        f"/nhiem-vu/{live.id}/cho-ghi",
        {"nguon": str(number)},
        f"{plan.name}, {where}" if where else plan.name,
    )


async def _draw(context: Context, found: Place, page: int, *, strip: bool = False) -> PagePicture:
    """The picture; those that have to be made are made one after the other and take no thread meanwhile."""
    app = context.site.app
    digest = await asyncio.to_thread(paper_digest, app.store, found.plan_id, found.version)
    if digest is None:
        raise PlanFileError(_NO_FILE)
    quote = found.quote if page == found.page else ""
    pictures = await asyncio.to_thread(lambda: app.page_pictures)
    kept = pictures.find(digest, page, quote, strip=strip)
    if kept is not None:
        return kept

    def content() -> bytes | None:
        paper = find_paper(app.store, found.plan_id, found.version)
        return paper.content if paper is not None else None

    async with context.site.drawing:
        return await asyncio.to_thread(pictures.draw, digest, content, page, quote, strip=strip)


def _missing(context: Context, found: Place) -> str:
    kept = paper_digest(context.site.app.store, found.plan_id, found.version) is not None
    return "" if kept else _NO_FILE


def _excerpt(context: Context, found: Place) -> list[Paragraph]:
    return find_excerpt(context.site.app.store, found.plan_id, found.version, found.quote, found.task_id)


def _check_version(context: Context, plan_id: int, version: int) -> None:
    """Drafts and versions of before are for administrators."""
    if not context.is_admin and live_version(context.site.app.store, plan_id) != version:
        raise NotFoundError("Kế hoạch này không có bản như vậy, hoặc bản ấy không còn được dùng.")


def _doubtful_first(table: Table | None) -> tuple[LivePlan, list[LiveTask], int] | None:
    """The tasks in that order, and how many have doubts; None of no table."""
    if table is None:
        return None
    doubtful = [each for each in table.tasks if _is_doubtful(each)]
    known = {each.id for each in doubtful}
    return table.plan, [*doubtful, *(each for each in table.tasks if each.id not in known)], len(doubtful)


def _is_doubtful(live: LiveTask) -> bool:
    return bool(doubts_of(live.task)) or is_undated(live.task.deadline)


def _previewed(context: Context, live: LiveTask, *, kept: bool) -> Previewed:
    doubts = doubts_of(live.task)
    cells = []
    for field, label in FIELDS.items():
        whys = [each.why for each in doubts if each.field == field]
        if field == "deadline" and is_undated(live.task.deadline):
            whys.append("không đọc được ngày nào nên chưa nhắc được")
        value = told_value(value_of(live.task, field))
        if value or whys:
            cells.append((label, value, whys))
    at = next(iter(task_places(live)), None)
    excerpt = [] if at is None or (kept and at.is_pdf) else _excerpt(context, at)
    return Previewed(live, cells, _is_doubtful(live), at, excerpt)


def _page_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 6 and int(text) else None
