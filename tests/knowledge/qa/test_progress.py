"""What is asked about progress, and what is told of it, with people's reports and without any."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytest

from knowledge.agencies import load_directory
from knowledge.library import Library
from knowledge.progress import Progress, Standing, State, TaskProgress
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Status
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.qa.query.question import Intent, Understander
from knowledge.qa.query.sought import Aim
from knowledge.records import PlanDraft, PlanMetadata
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import AS_OF, Row, draft

HEALTH, JUSTICE, CULTURE = "Sở Y tế", "Sở Tư pháp", "Sở Văn hóa, Thể thao và Du lịch"
HELPING = "Sở Tài chính"
ROWS: list[Row] = [
    ("Y tế", "Lập kế hoạch tiêm chủng mùa mưa", None, "Kế hoạch", HEALTH, HELPING, "Quý I/2026"),
    ("Y tế", "Nộp báo cáo trang thiết bị trạm y tế", None, "Báo cáo", f"{HEALTH}; {JUSTICE}", HELPING, "30/9/2026"),
    ("Tư pháp", "Biên soạn sổ tay hòa giải cơ sở", None, "Sổ tay", JUSTICE, HELPING, "15/12/2026"),
    ("Văn hóa", "Kiểm kê hiện vật bảo tàng", None, "Danh mục", CULTURE, HELPING, "Tháng 12 hàng năm"),
]
OLD_ROWS: list[Row] = [("Văn hóa", "Sửa chữa nhà truyền thống", None, "Công trình", CULTURE, HELPING, "Quý II/2024")]


def _plan(number: str, year: int, rows: Sequence[Row]) -> PlanDraft:
    title = f"Chăm lo đời sống cơ sở năm {year}"
    paper = PlanMetadata(number, date(year, 1, 9), "UBND tỉnh Phú Giang", "Kế hoạch", title, "Lê Thị Mẫu", (year,))
    return draft(f"{number[:2]}.docx", paper, rows, ())


LIBRARY = MemoryLibrary([_plan("71/KH-UBND", 2026, ROWS), _plan("18/KH-UBND", 2024, OLD_ROWS)])


def _of(task: int, agency: str, due: date, standing: Standing, done_on: date | None = None) -> TaskProgress:
    live = LIBRARY.tasks_by_id([task])[task]
    state = State.DONE if done_on else State.NEW
    return TaskProgress(live.plan.id, task, live.task.title, agency, due, state, standing, done_on=done_on)


REPORTED = [
    replace(_of(5, CULTURE, date(2024, 6, 30), Standing.LATE), of_past_year=True),
    _of(1, HEALTH, date(2026, 3, 31), Standing.DONE_LATE, date(2026, 4, 7)),
    replace(_of(2, HEALTH, date(2026, 9, 30), Standing.LATE), state=State.ACKNOWLEDGED),
    _of(2, JUSTICE, date(2026, 9, 30), Standing.DONE_IN_TIME, date(2026, 9, 28)),
    _of(3, JUSTICE, date(2026, 12, 15), Standing.IN_TIME),
    replace(_of(4, CULTURE, date(2026, 12, 31), Standing.IN_TIME), recurring=True),
]


@dataclass
class Reports:
    """What people have reported, kept in a list."""

    entries: Sequence[TaskProgress]

    def tracked(self) -> frozenset[int]:
        return frozenset(each.plan for each in self.entries)

    def find(
        self,
        library: Library,  # noqa: ARG002  (the tracking's own)
        as_of: date,  # noqa: ARG002
        *,
        agencies: Sequence[str] = (),
        plans: Collection[int] | None = None,
        due_from: date | None = None,
        due_to: date | None = None,
    ) -> Sequence[TaskProgress]:
        return [
            each
            for each in self.entries
            if (not agencies or each.agency in agencies)
            and (plans is None or each.plan in plans)
            and (due_from or date.min) <= each.due_on <= (due_to or date.max)
        ]


def _assistant(progress: Progress | None) -> Assistant:
    return Assistant(LIBRARY, load_directory(), load_lexicon(), progress=progress)


TRACKED, UNTRACKED = _assistant(Reports(REPORTED)), _assistant(None)
PLAN = "Kế hoạch 71/KH-UBND (năm 2026)"
NOBODY = "Chưa ai báo kết quả trong trò chuyện; theo thời hạn trong văn bản"
EQUIPMENT = "Nộp báo cáo trang thiết bị trạm y tế"
LATE = f"1. {EQUIPMENT} – Sở Y tế: hạn 30/09/2026, quá 51 ngày, đã nhận việc – {PLAN}"


@pytest.mark.parametrize(
    ("text", "aim", "offices"),
    [
        ("việc nào quá hạn", Aim.LATE, False),
        ("nhiem vu nao tre han", Aim.LATE, False),
        ("sở nào chậm", Aim.LATE, True),
        ("đơn vị nào lề mề nhất", Aim.LATE, True),
        ("còn bao nhiêu việc chưa xong", Aim.OPEN, False),
        ("việc nào của sở mình còn chưa xong", Aim.OPEN, False),
        ("cơ quan nào chưa nộp báo cáo quý 3", Aim.OPEN, True),
        ("còn ai nợ báo cáo", Aim.OPEN, True),
        ("đã hoàn thành bao nhiêu việc", Aim.DONE, False),
        ("việc nào đã làm xong rồi", Aim.DONE, False),
        ("tỷ lệ hoàn thành của Sở Y tế quý 3", Aim.SHARE, False),
        ("bao nhiêu việc đã xong, bao nhiêu việc trễ hạn", Aim.SHARE, False),
        ("việc biên soạn sổ tay hòa giải xong chưa", Aim.STATE, False),
        ("ai nhận việc biên soạn sổ tay hòa giải chưa", Aim.STATE, False),
    ],
)
def test_what_is_sought(text: str, aim: Aim, offices: bool) -> None:
    sought = Understander(load_lexicon(), load_directory()).read(text, LIBRARY.plans(), AS_OF).sought
    assert sought is not None
    assert (sought.aim, sought.offices) == (aim, offices)


@pytest.mark.parametrize(
    "text",
    [
        "hạn hoàn thành của việc biên soạn sổ tay hòa giải",
        "ai báo cáo trang thiết bị trạm y tế",
        "chậm nhất khi nào phải nộp báo cáo trang thiết bị trạm y tế",
        "sở nào phải nộp báo cáo trang thiết bị",
        "cơ quan nào theo dõi trẻ em có hoàn cảnh khó khăn",
        "việc nào phải xong trong tháng 12",
        "kết quả của việc kiểm kê hiện vật là gì",
        "đến nay tỉnh đã giải ngân được bao nhiêu phần trăm vốn đầu tư công",
        "xin lùi hạn việc biên soạn sổ tay thêm mười ngày",
    ],
)
def test_words_of_papers_ask_for_no_progress(text: str) -> None:
    read = Understander(load_lexicon(), load_directory()).read(text, LIBRARY.plans(), AS_OF)
    assert read.intent is not Intent.PROGRESS


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "việc nào quá hạn",
            [
                "Theo theo dõi đến 20/11/2026, có 1 việc quá hạn:",
                LATE,
                "Văn bản của các năm trước còn 1 việc quá hạn, không tính ở trên.",
            ],
        ),
        (
            "kế hoạch 18 có việc nào quá hạn không",
            [
                "Theo theo dõi đến 20/11/2026, có 1 việc quá hạn theo Kế hoạch 18/KH-UBND (năm 2024):",
                "1. Sửa chữa nhà truyền thống – Sở Văn hóa, Thể thao và Du lịch: hạn 30/06/2024, quá 873 ngày – "
                "Kế hoạch 18/KH-UBND (năm 2024)",
                "Chưa ai báo kết quả các việc này trong trò chuyện.",
            ],
        ),
        (
            "Sở Tư pháp có gì quá hạn không",
            [
                "Theo theo dõi đến 20/11/2026, không có việc nào quá hạn của Sở Tư pháp.",
                f"Hạn gần nhất: Biên soạn sổ tay hòa giải cơ sở – Sở Tư pháp: hạn 15/12/2026, còn 25 ngày – {PLAN}.",
            ],
        ),
        (
            "Sở Y tế đã hoàn thành những việc nào",
            [
                "Theo theo dõi đến 20/11/2026, 1 việc đã báo xong của Sở Y tế trong 2 việc có thời hạn (đúng hạn 0, "
                "quá hạn 1):",
                "1. Lập kế hoạch tiêm chủng mùa mưa – Sở Y tế: hạn 31/03/2026, báo xong 07/04/2026, quá hạn – "
                f"{PLAN}",
            ],
        ),
        (
            "tỷ lệ hoàn thành nhiệm vụ quý 3 năm 2026",
            [
                "Theo theo dõi đến 20/11/2026, 2 việc có thời hạn có hạn từ 01/07/2026 đến 30/09/2026: "
                "hoàn thành đúng hạn 1, hoàn thành quá hạn 0, chưa hoàn thành trong hạn 0, "
                "chưa hoàn thành quá hạn 1; đã hoàn thành 1/2 việc có thời hạn (50 %):",
                LATE,
            ],
        ),
        (
            "đơn vị nào chưa nộp báo cáo trang thiết bị trạm y tế",
            [
                f"Theo theo dõi đến 20/11/2026, 1 cơ quan có việc chưa báo kết quả về “{EQUIPMENT}”:",
                "1. Sở Y tế: quá 51 ngày",
                "Đã báo xong: 1 cơ quan.",
                f"Nhiệm vụ: {EQUIPMENT}.",
            ],
        ),
        (
            "nộp báo cáo trang thiết bị trạm y tế xong chưa",
            [
                "Theo theo dõi đến 20/11/2026: đã xong 1/2, quá hạn.",
                "• Sở Y tế: hạn 30/09/2026, quá 51 ngày, đã nhận việc",
                "• Sở Tư pháp: hạn 30/09/2026, báo xong 28/09/2026",
                f"Nhiệm vụ: {EQUIPMENT}.",
            ],
        ),
    ],
)
def test_what_is_told(text: str, lines: list[str]) -> None:
    answer = TRACKED.ask(text, as_of=AS_OF)
    assert answer.status is Status.ANSWERED
    assert answer.text.splitlines()[: len(lines)] == lines


@pytest.mark.parametrize(
    ("text", "status", "first"),
    [
        (
            "việc nào quá hạn",
            Status.ANSWERED,
            f"{NOBODY}, có 3 việc đã qua hạn (tính từng cơ quan, từng kỳ của 2 nhiệm vụ):",
        ),
        (
            "Sở Văn hóa, Thể thao và Du lịch có việc nào trễ hạn không",
            Status.ANSWERED,
            f"{NOBODY}, không có việc nào đã qua hạn của Sở Văn hóa, Thể thao và Du lịch.",
        ),
        (
            "biên soạn sổ tay hòa giải cơ sở xong chưa",
            Status.NOT_FOUND,
            "Chưa ai báo kết quả “Biên soạn sổ tay hòa giải cơ sở” trong trò chuyện; văn bản chỉ cho biết hạn: "
            "15/12/2026 (còn 25 ngày).",
        ),
    ],
)
def test_without_a_tracking_the_papers_dates_tell(text: str, status: Status, first: str) -> None:
    answer = UNTRACKED.ask(text, as_of=AS_OF)
    assert (answer.status, answer.text.splitlines()[0]) == (status, first)


def test_what_is_told_is_told_anew_when_somebody_has_reported() -> None:
    reports = Reports(REPORTED)
    assistant = _assistant(reports)
    asked = ("Sở Y tế có việc nào quá hạn không", "ai phối hợp việc 1")
    before = [assistant.ask(asked[0], as_of=AS_OF).text, assistant.ask(asked[1], as_of=AS_OF, turns=asked[:1]).text]
    reports.entries = [
        replace(each, state=State.DONE, standing=Standing.DONE_LATE, done_on=AS_OF) if each.task == 2 else each
        for each in REPORTED
    ]
    after = [assistant.ask(asked[0], as_of=AS_OF).text, assistant.ask(asked[1], as_of=AS_OF, turns=asked[:1]).text]
    assert "có 1 việc quá hạn" in before[0]
    assert "không có việc nào quá hạn" in after[0]
    assert before[1] != after[1]


def test_a_question_that_goes_on_changes_the_agency() -> None:
    answer = TRACKED.ask("còn Sở Tư pháp?", as_of=AS_OF, turns=["Sở Y tế còn bao nhiêu việc chưa xong"])
    assert answer.text.startswith("Theo theo dõi đến 20/11/2026, còn 1 việc chưa xong của Sở Tư pháp")


def test_the_task_of_the_chat_is_asked_whether_it_is_done() -> None:
    answer = TRACKED.ask("xong chưa", as_of=AS_OF, turns=["ai chủ trì biên soạn sổ tay hòa giải cơ sở"])
    assert answer.text.splitlines()[:2] == [
        "Theo theo dõi đến 20/11/2026: chưa xong, chưa quá hạn.",
        "• Sở Tư pháp: hạn 15/12/2026, còn 25 ngày",
    ]


def test_ones_own_agency() -> None:
    asked = "việc nào của sở mình còn chưa xong"
    assert "của Sở Tư pháp" in TRACKED.ask(asked, as_of=AS_OF, own=[JUSTICE]).text
    assert TRACKED.ask(asked, as_of=AS_OF).status is Status.CLARIFY
