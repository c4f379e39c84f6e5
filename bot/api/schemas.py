"""What goes in and out, for the description: answers are made by `bot.objects`, and a test holds them to this."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from knowledge.progress import Standing, State
from knowledge.qa.compose.answer import Status
from knowledge.records import DeadlineKind, Origin

YEARS = range(1900, 2200)
"""Years that a plan can be of."""
MOST_PAGES = 100_000
LONGEST_QUESTION = 2_000
DAY_ERROR: Literal["day"] = "day"
"""Type of the error of what is no day."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _read_day(value: object) -> object:
    """A day as it is written here; pydantic alone would take numbers, too."""
    if value is None:
        return None
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise PydanticCustomError(DAY_ERROR, "no day")
    return day


Day = Annotated[date, BeforeValidator(_read_day)]
"""A day from 1900 through 2199."""
Name = Annotated[str, Field(min_length=1, max_length=300)]


_MEANING = {
    "activity": "Hoạt động, nơi văn bản tách khỏi tên nhiệm vụ",
    "as_of": "Tính đến ngày này",
    "corrected": "Các ô mà một người đã đính chính",
    "counts": "Số việc theo tình trạng thời hạn",
    "days_left": "Số ngày còn lại; âm là đã quá hạn",
    "deadline_text": "Thời hạn như in trong văn bản",
    "done_on": "Ngày báo hoàn thành",
    "doubts": "Chỗ cần kiểm tra",
    "due_dates": "Các ngày đến hạn, kể cả việc lặp lại, đến hết năm sau",
    "due_on": "Ngày phải xong",
    "elapsed_ms": "Thời gian trả lời, mili giây",
    "extended_to": "Hạn mới, nơi đã được lùi hạn",
    "filled": "Ô để trống, đã điền theo dòng trên",
    "lead": "Cơ quan chủ trì như in",
    "lead_agencies": "Cơ quan chủ trì theo danh bạ",
    "live_version": "Số của bản đang dùng",
    "open_of_past_years": "Việc chưa xong của kế hoạch đã qua năm, không tính vào `counts`",
    "options": "Các lựa chọn khi `status` là `clarify`",
    "quote": "Lời của văn bản",
    "relations": "Văn bản này sửa đổi, thay thế, bãi bỏ, gia hạn văn bản nào",
    "section_path": "Các đề mục chứa chỗ ấy, từ ngoài vào",
    "source": "Chỗ ghi trong văn bản",
    "sources": "Mọi chỗ ghi",
    "standing": "Tình trạng so với thời hạn",
    "state": "Trạng thái xử lý",
    "tasks": "Nhiệm vụ",
    "total": "Số mục trên mọi trang",
    "unchanged": "Tệp này đã nạp trước đây",
    "understood": "Câu hỏi được hiểu thế nào",
    "waiting": "Việc đã báo xong, chờ xác nhận",
    "why": "Vì sao",
}
"""What fields hold, for whoever reads the description."""


def _explain(schema: dict[str, Any]) -> None:
    """The description says in Vietnamese what fields hold; what is written here in English is for the code."""
    schema.pop("description", None)
    for name, each in schema.get("properties", {}).items():
        if name in _MEANING:
            each.setdefault("description", _MEANING[name])


class _In(BaseModel):
    """A name that is none of the fields is refused: a filter that was mistyped would be no filter."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_explain)


class Paging(_In):
    """Which page of a long list."""

    page: Annotated[int, Field(ge=1, le=MOST_PAGES, description="Trang thứ mấy")] = 1
    per_page: Annotated[int, Field(ge=1, le=200, description="Số mục một trang")] = 100


class TaskFilters(Paging):
    """Which tasks."""

    plan: Annotated[Name | None, Field(description="Số kế hoạch (12/KH-UBND) hoặc tên tệp")] = None
    agency: Annotated[
        Name | None, Field(description="Cơ quan chủ trì: tên, tên tắt hoặc chữ viết tắt; cả việc giao cho nhóm")
    ] = None
    due_from: Annotated[Day | None, Field(description="Đến hạn từ ngày này")] = None
    due_to: Annotated[Day | None, Field(description="Đến hạn đến hết ngày này")] = None


class ProgressFilters(TaskFilters):
    """What of the progress."""

    agency: Annotated[Name | None, Field(description="Cơ quan: tên, tên tắt hoặc chữ viết tắt")] = None


class ReminderFilters(Paging):
    """How far ahead."""

    days: Annotated[int, Field(ge=0, le=31, description="Trong bao nhiêu ngày tới; 0 là hôm nay")] = 7


class Asked(_In):
    """A question."""

    question: Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION, description="Câu hỏi")]
    id: Annotated[str | int | None, Field(description="Được trả lại như đã gửi")] = None
    as_of: Annotated[Day | None, Field(description="Ngày hỏi; mặc định là hôm nay")] = None
    turns: Annotated[
        list[Annotated[str, Field(max_length=LONGEST_QUESTION)]],
        Field(max_length=10, description="Các câu hỏi trước của cuộc trao đổi, câu cũ trước"),
    ] = []


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra=_explain)


class WrongField(_Out):
    """What is wrong with one field."""

    field: str
    why: str


class Error(_Out):
    """What went wrong, in one Vietnamese sentence."""

    error: str
    fields: list[WrongField] = []


class Source(_Out):
    """Where a fact stands in a paper: a row of a table, or a clause."""

    section_path: list[str]
    row: int | None = None
    clause: str | None = None
    page: int | None
    quote: str


class Doubt(_Out):
    """A cell that somebody should look at."""

    field: str
    why: str


class TaskProgress(_Out):
    """How far one agency is with a task, for one day on which it owes it."""

    agency: str
    due_on: date
    state: State
    standing: Standing
    done_on: date | None
    extended_to: date | None
    reason: str


class Task(_Out):
    """A row of the task table, with what people corrected and how far agencies are."""

    id: int
    plan: str
    file: str
    origin: Origin
    section: str | None
    number: str | None
    title: str
    activity: str | None
    product: str | None
    lead: list[str]
    coordinating: list[str]
    deadline_text: str
    kinds: list[DeadlineKind]
    start: date | None
    due_dates: list[date]
    lead_agencies: list[str]
    source: Source
    sources: list[Source]
    doubts: list[Doubt]
    corrected: list[str]
    progress: list[TaskProgress]


class AnswerSource(_Out):
    """What an answer rests on."""

    plan: str
    title: str | None
    section_path: list[str]
    page: int | None
    quote: str


class Answer(_Out):
    """The answer to a question, with its sources."""

    id: str | int | None
    status: Status
    answer: str
    tasks: list[Task]
    sources: list[AnswerSource]
    options: list[str]
    understood: str
    elapsed_ms: float


class Version(_Out):
    """One version of a plan."""

    version: int
    state: Literal["draft", "active", "superseded", "discarded", "withdrawn"]
    file: str
    loaded_at: str
    tasks: int
    doubts: int


class Plan(_Out):
    """A plan; its versions only for who may load."""

    id: int
    name: str
    kind: str | None
    number: str | None
    title: str | None
    issuer: str | None
    issued: date | None
    live_version: int | None
    tasks: int
    versions: list[Version] | None = None


class Plans(_Out):
    """The plans, by name."""

    plans: list[Plan]


class Tasks(_Out):
    """One page of tasks, in the order of the papers."""

    total: int
    page: int
    per_page: int
    tasks: list[Task]


class ProgressItem(_Out):
    """What one agency owes for one day."""

    plan: str
    task: int | None
    title: str
    product: str | None
    agency: str
    deadline_text: str
    due_on: date
    state: State
    standing: Standing
    done_on: date | None
    extended_to: date | None


class Group(_Out):
    """An agency or a plan, and how many of its things stand where."""

    name: str
    counts: dict[str, int]


class Progress(_Out):
    """How far agencies and plans are: counts of everything asked for, and one page of its items by day."""

    title: str
    as_of: date
    counts: dict[str, int]
    waiting: int
    open_of_past_years: int
    groups: list[Group]
    total: int
    page: int
    per_page: int
    items: list[ProgressItem]


class Reminder(_Out):
    """One message that is to be sent."""

    send_at: str
    person: str
    channel: str | None
    agency: str
    plan: str | None
    task: str | None
    due_on: date | None
    kind: str
    days_left: int | None


class Reminders(_Out):
    """One page of the messages to come, by time."""

    total: int
    page: int
    per_page: int
    reminders: list[Reminder]


class ReportDoubt(_Out):
    """Something to look at before the draft is switched on."""

    what: str
    where: str


class Report(_Out):
    """What reading the file understood, filled in, doubted and dropped."""

    tables: int
    rows: int
    clauses: int
    passages: int
    footnotes: int
    filled: list[str]
    doubts: list[ReportDoubt]
    dropped: list[str]
    unknown_agencies: list[str]


class Loaded(_Out):
    """What became of a paper: a version that an administrator looks through and switches on."""

    plan: Plan
    version: int
    state: Literal["draft", "active", "withdrawn"]
    unchanged: bool
    report: Report
    relations: list[str]
    tasks: list[Task]
