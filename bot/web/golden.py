"""Golden questions: listed, added (of a feedback, too), dropped, run; and what they say of a draft."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import Response

from bot.administration import add_golden, drop_golden
from bot.web.context import Context, NotFoundError
from knowledge.errors import GoldenError, KehoachError
from knowledge.golden import STATUSES, GoldenQuestion, Outcome
from knowledge.store import golden
from knowledge.store.feedback import find_marked

WAIT_SECONDS = 1.5
"""That a page waits for a trial; what takes longer goes on, and is there when the page is opened again."""
_OTHER = "khac"
_LONGEST = 9
"""Digits of a number."""
_LONGEST_QUESTION = 1_000


def show(context: Context) -> Response:
    """Those that are kept; run over what is live where that is asked for."""
    app = context.site.app
    outcomes, running, left_out = None, False, 0
    if context.request.query_params.get("chay"):
        try:
            found, left_out = app.golden.begin_run().result(WAIT_SECONDS)
            outcomes = {each.question.number: each for each in found}
        except TimeoutError:
            running = True
    return context.page(
        "golden.html",
        kept=[(each, _told_expected(each.question)) for each in golden.list_golden(app.store)],
        outcomes=outcomes,
        right=sum(each.right for each in outcomes.values()) if outcomes else 0,
        running=running,
        left_out=left_out,
    )


def ask_new(context: Context) -> Response:
    """The form of a new question, with what is answered to it now."""
    asked = context.request.query_params
    number = _read_number(asked.get("phan-hoi", ""))
    given = find_marked(context.site.app.store, number) if number is not None else None
    if number is not None and given is None:
        raise NotFoundError("Không có phản hồi này.")
    typed = {
        "cau": given.given.question if given else asked.get("cau", ""),
        "truoc": "\n".join(given.given.turns) if given else "",
        "phan_hoi": str(number or ""),
        "trang_thai": "answered",
    }
    return _form(context, typed)


def add(context: Context) -> Response:
    """Keeps a question."""
    app, form = context.site.app, context.form
    if form.get("xem"):
        return _form(context, form)
    try:
        question = _read(context, form)
        feedback = _read_number(form.get("phan_hoi", ""))
        add_golden(app.store, question, by=context.by, now=app.clock(), feedback=feedback)
    except KehoachError as error:
        return _form(context, form, error)
    context.note("Đã thêm câu hỏi mẫu.")
    return context.go("/phan-hoi" if form.get("phan_hoi") else "/cau-hoi-mau")


def drop(context: Context) -> Response:
    """Has a question be asked no more."""
    app = context.site.app
    drop_golden(app.store, context.number("so"), by=context.by, now=app.clock())
    context.note("Đã bỏ câu hỏi mẫu.")
    return context.go("/cau-hoi-mau")


def export(context: Context) -> Response:
    """All of them as a file that `kehoach golden import` and `kehoach eval` read."""
    lines = [json.dumps(each.line, ensure_ascii=False) + "\n" for each in golden.questions(context.site.app.store)]
    name = f"attachment; filename*=UTF-8''{quote('câu-hỏi-mẫu.jsonl')}"
    return Response("".join(lines), media_type="application/x-ndjson", headers={"content-disposition": name})


def _form(context: Context, typed: Mapping[str, str], error: KehoachError | None = None) -> Response:
    app = context.site.app
    text = typed.get("cau", "").strip()
    turns = _lines(typed.get("truoc", ""))
    now = None
    if text and len(text) <= _LONGEST_QUESTION:
        try:
            day = _read_day(typed.get("ngay", "")) or app.today
        except KehoachError:
            day = app.today
        now = app.golden.answer(text, turns, day)
    return context.page(
        "golden_new.html",
        HTTPStatus.BAD_REQUEST if error is not None else HTTPStatus.OK,
        typed={name: typed.get(name, "") for name in _FIELDS},
        error=error.sentence if error is not None else "",
        now=now,
        tasks=now.tasks[:5] if now is not None else (),
        statuses=STATUSES,
    )


_FIELDS = ("cau", "truoc", "phan_hoi", "trang_thai", "nhiem_vu", "ma_khac", "phai_co", "khong_co", "ngay")


def _read(context: Context, form: Mapping[str, str]) -> GoldenQuestion:
    """The question of a form.

    Raises:
        GoldenError: what the form says cannot be.
    """
    chosen = form.get("nhiem_vu", "")
    task_id = _read_number(form.get("ma_khac", "")) if chosen == _OTHER else _read_number(chosen)
    if chosen == _OTHER and task_id is None:
        raise GoldenError("Xin ghi mã nhiệm vụ: số ở cuối địa chỉ trang của nhiệm vụ.")
    return GoldenQuestion(
        0,
        form.get("cau", ""),
        form.get("trang_thai", ""),
        tuple(tuple(line.split("|")) for line in _lines(form.get("phai_co", ""))),
        tuple(_lines(form.get("khong_co", ""))),
        golden.golden_task(context.site.app.store, task_id) if task_id is not None else None,
        tuple(_lines(form.get("truoc", ""))),
        _read_day(form.get("ngay", "")),
    )


def _told_expected(question: GoldenQuestion) -> list[str]:
    """What a right answer holds, a clause each."""
    told = [STATUSES[question.status]]
    if question.task is not None:
        told.append(f"nhiệm vụ “{question.task.title}” ({question.task.plan})")
    told += [f"có “{'” hoặc “'.join(group)}”" for group in question.must]
    return told + [f"không có “{word}”" for word in question.must_not]


def told_outcome(outcome: Outcome) -> str:
    """Right, or why not."""
    return "đúng" if outcome.right else f"sai: {outcome.fault}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _read_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= _LONGEST else None


def _read_day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise GoldenError(f"“{text[:20]}” không phải là ngày.") from error
