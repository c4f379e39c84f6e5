"""What people said of answers, and what was not found: looked into one by one, each with what can be made of it."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from starlette.responses import Response

from bot.administration import settle_feedback
from bot.web.context import Context
from knowledge.store.feedback import Marked, Verdict, list_marked
from knowledge.text import cut

PAGE = 30
"""Verdicts on one page."""
KINDS = {
    "sai": ((Verdict.WRONG,), "bị đánh dấu sai"),
    "khong-thay": ((Verdict.NOT_FOUND,), "không tìm thấy"),
}
_BOTH = (Verdict.WRONG, Verdict.NOT_FOUND)
_LABELS = {Verdict.WRONG: "bị đánh dấu sai", Verdict.NOT_FOUND: "không tìm thấy", Verdict.RIGHT: "được khen đúng"}
_SHORT = re.compile(r"\b[A-ZĐ][A-ZĐ&-]{1,9}\b")
_OFFICE = re.compile(
    r"\b(?:sở|ban|chi cục|cục|trung tâm|phòng|công an|văn phòng|thanh tra|ủy ban nhân dân|ubnd|bệnh viện|trường)"
    r"(?: [^\s?!,.;:]+){1,7}",
    re.IGNORECASE,
)
_LONGEST_PAGE = 6


def show(context: Context) -> Response:
    """One page of them: those into which nobody has looked, or those that are settled."""
    store, asked = context.site.app.store, context.request.query_params
    kind, settled = asked.get("loai", ""), asked.get("da-xem") == "1"
    verdicts = KINDS[kind][0] if kind in KINDS else _BOTH
    typed = asked.get("trang", "")
    page = max(1, int(typed)) if typed.isdecimal() and typed.isascii() and len(typed) <= _LONGEST_PAGE else 1
    marked, total = list_marked(store, verdicts, PAGE, skip=(page - 1) * PAGE, settled=settled)
    last = max(1, -(-total // PAGE))
    return context.page(
        "feedback.html",
        kinds={name: label for name, (_, label) in KINDS.items()},
        kind=kind,
        settled=settled,
        marked=[(each, _LABELS[each.given.verdict], _links(each)) for each in marked],
        total=total,
        page=page,
        last=last,
        before=_address(kind, settled, page - 1) if 1 < page <= last else "",
        after=_address(kind, settled, page + 1) if page < last else "",
    )


def look(context: Context) -> Response:
    """Says that somebody has looked into it."""
    app = context.site.app
    settle_feedback(app.store, context.number("so"), by=context.by, now=app.clock())
    context.note("Đã ghi là đã xem.")
    return context.go("/phan-hoi")


def _links(each: Marked) -> list[tuple[str, str]]:
    """What can be made of it: addresses with their labels."""
    question = each.given.question
    short, office = _SHORT.search(question), _OFFICE.search(question)
    return [
        (f"/cau-hoi-mau/them?phan-hoi={each.number}", "Thêm vào câu hỏi mẫu"),
        (f"/chu-viet-tat/them?chu={quote(short[0] if short else '')}", "Thêm chữ viết tắt…"),
        (f"/co-quan/them?ten={quote(cut(office[0], 80) if office else '')}", "Thêm cơ quan…"),
    ]


def _address(kind: str, settled: bool, page: int) -> str:
    asked = {"loai": kind, "da-xem": "1" if settled else "", "trang": str(page) if page > 1 else ""}
    told = urlencode({name: value for name, value in asked.items() if value})
    return "/phan-hoi" + (f"?{told}" if told else "")
