"""A task that the reading of a plan's paper lacks, added by an administrator on a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

from bot.web.access import status_of
from bot.web.context import Context, NotFoundError
from bot.web.tasks import PAGE
from knowledge.errors import CorrectionError, CorrectionMovedError, KehoachError
from knowledge.store import corrections
from knowledge.store.corrections import Cells
from knowledge.text import cut

_NAME = 90
_OFFICES = "Nhiều cơ quan thì cách nhau dấu chấm phẩy."


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the form.

    Attributes:
        name: the field of the task, or "section" or "reason".
        sent: what the form calls it.
        longest: characters.
    """

    name: str
    sent: str
    label: str
    hint: str = ""
    required: bool = False
    longest: int = 2_000


FIELDS = (
    Field("title", "ten", "Nhiệm vụ", required=True),
    Field("lead", "chu_tri", "Cơ quan chủ trì", _OFFICES),
    Field("coordinating", "phoi_hop", "Cơ quan phối hợp", _OFFICES),
    Field("deadline", "thoi_han", "Thời hạn", "Ghi như văn bản: “Quý III”, “30/9/2026”, “hằng tháng”."),
    Field("product", "san_pham", "Sản phẩm"),
    Field("section", "muc", "Thuộc mục của văn bản", "Để trống nếu không thuộc mục nào.", longest=300),
    Field("reason", "ly_do", "Lý do bổ sung", required=True, longest=500),
)


def ask(context: Context) -> Response:
    """The empty form."""
    return _form(context, {}, {})


def add(context: Context) -> Response:
    """Adds the task; what cannot be or was not understood is told beside its field before anything is written."""
    app, plan_id = context.site.app, context.number("ke_hoach")
    typed = {each.name: context.form.get(each.sent, "") for each in FIELDS}
    section = typed["section"].strip() or None
    wrong: dict[str, list[str]] = {}
    try:
        corrections.checked_reason(typed["reason"])
    except CorrectionError as error:
        wrong.setdefault(error.field, []).append(error.sentence)
    try:
        tried = corrections.try_add(app.store, plan_id, _cells(typed), directory=app.directory, section=section)
    except CorrectionError as error:
        wrong.setdefault(error.field, []).append(error.sentence)
    if wrong:
        return _form(context, typed, wrong, HTTPStatus.BAD_REQUEST)
    warned = " ".join(each.sentence for each in tried.warnings)
    if warned and context.form.get("van_ghi") != warned:
        for each in tried.warnings:
            wrong.setdefault(each.field, []).append(each.sentence)
        return _form(context, typed, wrong, warned=warned)
    try:
        done = corrections.add_task(
            app.store, plan_id, _cells(typed), reason=typed["reason"], by=context.by, now=app.clock(),
            directory=app.directory, section=section, seen=_seen(context),
        )  # fmt: skip
    except CorrectionMovedError as error:
        return _form(context, typed, {"": [error.sentence]}, status_of(error), warned)
    app.refresh_vectors()
    context.plan_again()
    name = cut(done.task.title, _NAME)
    context.note(f"Đã bổ sung nhiệm vụ “{name}” (đính chính số {done.numbers[0]}).")
    if done.task_id is None:
        context.note("Nhiệm vụ được dùng khi kế hoạch được kích hoạt.")
        return context.go(f"/ke-hoach/{plan_id}/dinh-chinh")
    return context.go(_row(context, plan_id, done.task_id))


def _cells(typed: Mapping[str, str]) -> Cells:
    return Cells(
        title=typed["title"],
        product=typed["product"],
        lead=[typed["lead"]],
        coordinating=[typed["coordinating"]],
        deadline=typed["deadline"],
    )


def _form(
    context: Context,
    typed: Mapping[str, str],
    wrong: Mapping[str, list[str]],
    status: HTTPStatus = HTTPStatus.OK,
    warned: str = "",
) -> Response:
    """The form with what was typed and what is wrong with it, by field; under "" what is of no field.

    Args:
        warned: sentences that the person is about to write over.
    """
    plan_id, tables = context.number("ke_hoach"), context.site.tables
    table = tables.live(plan_id) or tables.draft(plan_id)
    if table is None:
        raise NotFoundError("Kế hoạch này không có bản nào đang dùng hoặc chờ duyệt.")
    return context.page(
        "added_task.html",
        status,
        plan=table.plan,
        draft=table.draft,
        fields=FIELDS,
        typed=typed,
        wrong=wrong,
        warned=warned,
        seen=corrections.latest_added(context.site.app.store, plan_id),
        sections=list(dict.fromkeys(each.task.section for each in table.tasks if each.task.section)),
    )


def _row(context: Context, plan_id: int, task_id: int) -> str:
    """The address of the task's row in the table of what is live."""
    table = context.site.tables.live(plan_id)
    numbers = [each.id for each in table.tasks] if table is not None else []
    page = numbers.index(task_id) // PAGE + 1 if task_id in numbers else 1
    asked = f"?trang={page}" if page > 1 else ""
    return f"/ke-hoach/{plan_id}/nhiem-vu{asked}#nhiem-vu-{task_id}"


def _seen(context: Context) -> int:
    """Number of the latest added task that was known when the form was shown.

    Raises:
        KehoachError: the form does not tell it.
    """
    told = context.form.get("bo_sung", "")
    if not (told.isdecimal() and len(told) < 10):
        raise KehoachError("Trang đã cũ; xin tải lại trang rồi làm lại.")
    return int(told)
