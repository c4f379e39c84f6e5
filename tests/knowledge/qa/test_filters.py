"""What narrows a list: periods with their bounds, who is left out, what is missing; and how messages are typed."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from knowledge.agencies import load_directory
from knowledge.library import LivePlan
from knowledge.qa.asking import Assistant
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.qa.query.periods import find_period
from knowledge.qa.query.question import Intent, Understander
from knowledge.qa.query.slips import Slips
from knowledge.qa.query.typing import means_own, parted, preface, that_paper
from knowledge.records import PlanMetadata
from knowledge.text import Folded, fold, syllables
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import Row, draft

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("việc nào hạn quý 3", "từ 01/07/2026 đến 30/09/2026"),
        ("quý I, II năm 2022", "từ 01/01/2022 đến 30/06/2022"),
        ("quý I và quý IV/2025", "từ 01/01/2025 đến 31/03/2025 và từ 01/10/2025 đến 31/12/2025"),
        ("từ 01/02/2026 đến 15/3/2026", "từ 01/02/2026 đến 15/03/2026"),
        ("giữa ngày 1/12 và 10/12", "từ 01/12/2026 đến 10/12/2026"),
        ("từ tháng 3 đến tháng 5", "từ 01/03/2026 đến 31/05/2026"),
        ("tháng 3 - 5 phải làm gì", "từ 01/03/2026 đến 31/05/2026"),
        ("tháng 10-11/2025", "từ 01/10/2025 đến 30/11/2025"),
        ("trước ngày 30/6", "đến 30/06/2026"),
        ("trước quý III", "đến 30/06/2026"),
        ("đến hết tháng 6/2026", "đến 30/06/2026"),
        ("sau 15/12", "từ 16/12/2026 trở đi"),
        ("từ tháng 7 trở đi", "từ 01/07/2026 trở đi"),
        ("hôm nay", "ngày 20/11/2026"),
        ("ngày mai có gì", "ngày 21/11/2026"),
        ("trong 10 ngày tới", "từ 20/11/2026 đến 30/11/2026"),
        ("hai tuần tới", "từ 20/11/2026 đến 04/12/2026"),
        ("tuần này và tuần sau", "từ 16/11/2026 đến 29/11/2026"),
        ("thứ sáu tuần sau", "ngày 27/11/2026"),
        ("đầu tháng 12", "từ 01/12/2026 đến 10/12/2026"),
        ("cuối năm nay", "từ 01/10/2026 đến 31/12/2026"),
        ("t12/2026", "từ 01/12/2026 đến 31/12/2026"),
        ("tháng 1 năm sau", "từ 01/01/2027 đến 31/01/2027"),
    ],
)
def test_a_period_has_its_bounds(text: str, told: str) -> None:
    period = find_period(fold(text), TODAY)
    assert period is not None
    assert period.told() == told


@pytest.mark.parametrize("text", ["năm 2026", "mục 2.1", "Nghị quyết 03/NQ-CP", "số 45/2024/NĐ-CP", "điểm a khoản 2"])
def test_what_is_no_period(text: str) -> None:
    assert find_period(fold(text), TODAY) is None


def test_a_period_moves_to_the_year_of_its_paper() -> None:
    period = find_period("con quy 1 thi sao", TODAY)
    assert period is not None
    assert period.in_year(2024).told() == "từ 01/01/2024 đến 31/03/2024"
    ahead = find_period("10 ngay toi", TODAY)
    assert ahead is not None
    assert ahead.in_year(2024) == ahead


GROUP = "Các sở, ban, ngành tỉnh"
ROWS: list[Row] = [
    ("Cầu đường", "Sơn lại cầu Lam Giang", None, "Biên bản", "Sở Xây dựng", "Công an tỉnh", "Trước ngày 25/11/2026"),
    ("Cầu đường", "Đếm xe qua cầu", None, "Báo cáo", "Công an tỉnh", "Sở Xây dựng", "Tháng 12/2026"),
    ("Chợ", "Dời chợ ven sông", None, "Quyết định", "Sở Xây dựng; Sở Công Thương", "", "Quý I/2026"),
    ("Chợ", "Giữ giá hàng Tết", None, "", "Sở Công Thương", "Sở Tài chính", "Thường xuyên"),
    ("Chợ", "Lập sổ tiểu thương", None, "Sổ", "", "", ""),
    ("Chung", "Nộp báo cáo tháng", None, "Báo cáo", GROUP, "", "Trước ngày 05 hằng tháng"),
]  # fmt: skip


def _assistant() -> Assistant:
    paper = PlanMetadata(
        "9/KH-UBND", date(2026, 1, 9), "UBND tỉnh Phú Giang", "Kế hoạch", "Cầu và chợ", "Lê Mẫu", (2026,)
    )
    return Assistant(MemoryLibrary([draft("9.docx", paper, ROWS, [])]), load_directory(), load_lexicon())


def titles(question: str) -> list[str]:
    return [task.task.title for task in _assistant().ask(question, as_of=TODAY).tasks]


ALL = [row[1] for row in ROWS]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Những việc nào không do Sở Xây dựng chủ trì?", [ALL[5], ALL[1], ALL[3], ALL[4]]),
        ("liệt kê các việc trừ việc của Công an tỉnh và Sở Xây dựng", [ALL[5], ALL[3], ALL[4]]),
        ("việc nào chưa có cơ quan chủ trì", [ALL[4]]),
        ("Việc nào không ghi thời hạn?", [ALL[4]]),
        ("viec nao ko co san pham", [ALL[3]]),
        ("việc nào có sản phẩm là quyết định", [ALL[2]]),
        ("Sở Xây dựng chủ trì riêng những việc nào?", [ALL[0]]),
        ("5 ngày tới có việc gì", [ALL[0]]),
        ("việc nào có hạn trước 30/6/2026", [ALL[2], ALL[5]]),
        ("Có những việc gì từ 1/12 đến 4/12?", []),
        ("việc đến hạn gần nhất", [ALL[0]]),
    ],
)
def test_a_filter_narrows_and_is_kept(question: str, expected: list[str]) -> None:
    assert sorted(titles(question)) == sorted(expected)


@pytest.mark.parametrize("office", ["Sở Xây dựng", "Công an tỉnh", "Sở Công Thương"])
def test_what_is_not_an_offices_is_the_rest(office: str) -> None:
    own, others = titles(f"{office} chủ trì những việc nào?"), titles(f"Những việc nào không do {office} chủ trì?")
    assert not set(own) & set(others)
    assert {*own, *others} == set(ALL)


def test_lists_are_in_order_of_date_with_the_count_first() -> None:
    text = _assistant().ask("kế hoạch 9 có những việc nào", as_of=TODAY).text
    assert text.startswith("Có 6 việc")
    order = [ALL[2], ALL[0], ALL[5], ALL[1], ALL[3], ALL[4]]
    assert sorted(order, key=text.index) == order


def test_which_office_has_most() -> None:
    text = _assistant().ask("Sở nào được giao nhiều việc nhất?", as_of=TODAY).text
    assert text.startswith("Nhiều việc nhất: Sở Xây dựng; Sở Công Thương, mỗi cơ quan 2 việc.")


def test_an_empty_list_says_what_was_looked_for() -> None:
    assert _assistant().ask("Sở Xây dựng có việc gì từ 6/8 đến 8/8", as_of=TODAY).text == (
        "Các văn bản đã nạp không có việc nào của Sở Xây dựng có hạn từ 06/08/2026 đến 08/08/2026."
    )


@pytest.mark.parametrize("question", ["Sở mình phải làm gì trong tháng 12?", "co quan em con phai nop bao cao gi"])
def test_whose_own_agency_is_asked_for(question: str) -> None:
    answer = _assistant().ask(question, as_of=TODAY)
    assert (answer.status.value, answer.text[:34]) == ("clarify", "Anh/chị hỏi cho cơ quan nào? Xin n")


def test_the_askers_agency_is_passed_in() -> None:
    """Each asker's own, in one assistant that keeps what it answered."""
    assistant = _assistant()
    asked = "Sở mình chủ trì những việc nào?"
    for own, expected in [("Sở Xây dựng", [ALL[2], ALL[0]]), ("Sở Công Thương", [ALL[2], ALL[3]])]:
        answer = assistant.ask(asked, as_of=TODAY, own=[own])
        assert [task.task.title for task in answer.tasks] == expected
    assert assistant.ask(asked, as_of=TODAY).status.value == "clarify"


def test_the_agency_of_a_preface_is_the_askers() -> None:
    found = titles("Em ở Sở Công Thương, sở em chủ trì những việc nào ạ?")
    assert found == [ALL[2], ALL[3]]


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("Hạn sơn lại cầu và hạn đếm xe là ngày nào?", 2),
        ("Sơn lại cầu hạn ngày nào? Đếm xe qua cầu do ai chủ trì?", 2),
        ("Ai chủ trì sơn cầu, kinh phí bao nhiêu?", 2),
        ("Ai chủ trì và khi nào xong việc sơn cầu, sản phẩm là gì?", 1),
        ("Ai chủ trì sơn cầu, dời chợ ven sông?", 1),
        ("Sơn lại cầu hạn khi nào? Tóm tắt kế hoạch 9", 2),
        ("Sở Xây dựng chủ trì việc gì và Công an tỉnh chủ trì việc gì?", 2),
        ("Sở Xây dựng chủ trì mấy việc, kể ra. Trân trọng cảm ơn.", 1),
        ("Sở Xây dựng được giao mấy việc, gồm những việc gì ạ", 1),
        ("Ai ký kế hoạch 5 và ai ký kế hoạch 6?", 2),
    ],
)
def test_the_questions_of_a_message(message: str, parts: int) -> None:
    found = Understander(load_lexicon(), load_directory()).parts(message)
    assert len(found) == parts, found


def test_each_question_of_a_message_is_answered() -> None:
    text = _assistant().ask("Ai chủ trì sơn lại cầu Lam Giang? Đếm xe qua cầu hạn khi nào?", as_of=TODAY).text
    first, second = text.split("\n\n")
    assert first.startswith("(1) Sở Xây dựng chủ trì")
    assert second.startswith("(2) Hạn: Tháng 12/2026")


def test_a_summary_tells_who_does_what_and_the_next_dates() -> None:
    answer = _assistant().ask("tóm tắt kế hoạch 9 giúp mình", as_of=TODAY)
    for words in (
        ": Cầu và chợ.",
        "Giao 6 việc:",
        "Sở Xây dựng",
        "Sơn lại cầu Lam",
        "Nguồn: Kế hoạch 9/KH-UBND",
    ):
        assert words in answer.text
    assert len(answer.text) < 1_500


def test_what_a_paper_says_of_something_is_no_summary() -> None:
    text = _assistant().ask("kế hoạch 9 nói gì về vườn thú?", as_of=TODAY).text
    assert "Giao 6 việc" not in text


@pytest.mark.parametrize("message", ["việc sơn cầu tôi làm xong rồi", "nhắc tôi trước 2 ngày việc sơn cầu"])
def test_what_is_no_question_is_not_searched_for(message: str) -> None:
    assert _assistant().ask(message, as_of=TODAY).status.value == "refused"


@pytest.mark.parametrize("question", ["Hôm nay ngày bao nhiêu?", "cho hỏi hôm nay là thứ mấy", "hom nay ngay may"])
def test_what_day_it_is(question: str) -> None:
    assert _assistant().ask(question, as_of=TODAY).text == "Hôm nay là Thứ Sáu, 20/11/2026."


def test_what_was_understood_is_told() -> None:
    answer = _assistant().ask("Sở Xây dựng chủ trì việc gì trong tháng 12?", as_of=TODAY)
    assert answer.understood == (
        "Hỏi danh sách nhiệm vụ; cơ quan: Sở Xây dựng; thời gian: từ 01/12/2026 đến 31/12/2026."
    )


class _Words:
    def __init__(self, text: str) -> None:
        said = syllables(text)
        self.frequency = Counter(said)
        self.pairs = Counter(pairwise(said))
        self.spellings = frozenset(text.split())


ASKED = frozenset(("hạn", "nào", "nhà"))
KNOWN = _Words("số hóa hồ sơ hộ tịch, kiểm tra hồ nước, rà soát hồ sơ đất đai")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("kh160", "kh 160"),
        ("năm2025 p1", "năm 2025 phường 1"),
        ("kl226 nói gì", "kl 226 nói gì"),
        ("hồsơ đấtđai", "hồ sơ đất đai"),
        ("5G, Q1/2026, 57/KH-UBND", "5G, Q1/2026, 57/KH-UBND"),
    ],
)
def test_glued_words_are_parted(typed: str, shown: str) -> None:
    assert parted(typed, KNOWN, frozenset()) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("số hóaa hồ sơ", "số hóa hồ sơ"),
        ("kiểm tra hồ nưwớc", "kiểm tra hồ nước"),
        ("kiểm tra hồ nướcc hnạ chót", "kiểm tra hồ nước hạn chót"),
        ("hồ nước làn àno", "hồ nước làn nào"),
        ("bảy hồ, sếp hỏi chứ", "bảy hồ, sếp hỏi chứ"),
        ("phát triển", "phát triển"),
        ("STNMT, sđt", "STNMT, sđt"),
        ("rà soáát hồ sơ", "rà soát hồ sơ"),
        ("hôồ nước", "hồ nước"),
        ("rà soát hồ sơ đấ đai", "rà soát hồ sơ đất đai"),
        ("HHẠN nào", "HẠN nào"),
    ],
)
def test_what_can_be_no_syllable_is_put_right(typed: str, shown: str) -> None:
    asked = frozenset(map(fold, ASKED))
    assert Slips(KNOWN, asked, ASKED).corrected(typed) == shown


def test_a_preface_is_no_question() -> None:
    text = "Dạ em bên phòng Tài chính, đang làm báo cáo, cho hỏi ai chủ trì sơn cầu"
    begin = preface(text, lambda words: "chu tri" in words)
    assert text[begin:].strip() == "cho hỏi ai chủ trì sơn cầu"
    assert means_own(Folded("so minh phai lam gi"))
    assert not means_own(Folded("so noi vu lam gi cho toi"))
    assert means_own("Cơ quan chị còn nợ việc gì")
    assert means_own("bên anh có việc nào quá hạn")
    assert not means_own("các xã có việc gì, phường chủ trì việc gì, Sở chỉ đạo ai")


def test_plans_are_named_by_kind_and_number_in_short() -> None:
    def plan(number: str, kind: str) -> LivePlan:
        return LivePlan(
            hash(number) % 1000,
            number,
            f"{number[:2]}.docx",
            1,
            PlanMetadata(number, None, "UBND tỉnh Phú Giang", kind, f"{kind} mẫu", None, (2026,)),
        )

    plans = [plan("11/CT-UBND", "Chỉ thị"), plan("88/CTr-UBND", "Chương trình"), plan("156/TB-UBND", "Thông báo")]
    read = Understander(load_lexicon(), load_directory()).read
    for asked, number in [("CTr 88 có gì", "88"), ("chi thi 11 giao ai", "11"), ("TB 156 nói gì", "156")]:
        assert [p.name.split("/")[0] for p in read(asked, plans, TODAY).papers.plans] == [number]


def _alike() -> Assistant:
    """Two papers with one number, of different years; what people ask with ("quản lý", "báo cáo") are topics."""
    papers = [
        PlanMetadata(
            "9/KH-UBND", date(year, 1, 9), "UBND tỉnh Phú Giang", "Kế hoạch", f"Cầu và chợ {year}", "Lê Mẫu", (year,)
        )
        for year in (2025, 2026)
    ]
    rows = [*ROWS, ("Chợ", "Quản lý bãi xe chợ", None, "Bãi xe", "Sở Công Thương", "", "")]
    drafts = [draft("9a.docx", papers[0], ROWS[:4], []), draft("9b.docx", papers[1], rows, [])]
    return Assistant(MemoryLibrary(drafts), load_directory(), load_lexicon())


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_year_tells_papers_of_one_number_apart(year: int) -> None:
    for question in (f"liệt kê các việc trong kế hoạch 9 năm {year}", f"ke hoach 9/kh-ubnd nam {year} co viec nao"):
        answer = _alike().ask(question, as_of=TODAY)
        assert {task.plan.metadata.plan_year for task in answer.tasks} == {year}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("kế hoạch 9 năm 2026 có bao nhiêu việc về quản lý", ["Quản lý bãi xe chợ"]),
        ("ke hoach 9 nam 2026 co nhung viec nao lien quan den quan ly", ["Quản lý bãi xe chợ"]),
        ("liệt kê việc về lĩnh vực quản lý trong kế hoạch 9 năm 2026", ["Quản lý bãi xe chợ"]),
        (
            "Kính gửi anh chị, xin phép hỏi các việc về báo cáo trong kế hoạch 9 năm 2026. Trân trọng cảm ơn",
            [ROWS[5], ROWS[1]],
        ),
        ("kế hoạch 9 năm 2026, việc nào Sở Xây dựng chỉ phối hợp chứ không chủ trì", ROWS[1:2]),
    ],
)
def test_what_stands_behind_about_is_a_topic(question: str, expected: list[Row | str]) -> None:
    found = [task.task.title for task in _alike().ask(question, as_of=TODAY).tasks]
    assert found == [each if isinstance(each, str) else each[1] for each in expected]


@pytest.mark.parametrize(
    "question",
    [
        "Liệt kê giúp em các việc của Sở Xây dựng trong kế hoạch 9 năm 2026 kèm hạn của từng việc",
        "kể ra các nhiệm vụ Sở Xây dựng phải làm theo kế hoạch 9 năm 2026, mỗi việc sản phẩm gì, hạn nào",
    ],
)
def test_a_list_with_its_days_is_a_list(question: str) -> None:
    found = {task.task.title for task in _alike().ask(question, as_of=TODAY).tasks}
    assert {ALL[0], ALL[2]} <= found


def test_the_day_of_a_preface_is_no_period() -> None:
    answer = _assistant().ask("Hôm nay sếp hỏi em, ai chủ trì dời chợ ven sông?", as_of=TODAY)
    assert answer.text.startswith("Sở Xây dựng; Sở Công Thương chủ trì")
    assert "thời gian" not in answer.understood
    asked = _assistant().ask("Hôm nay sếp hỏi em, 5 ngày tới có việc gì?", as_of=TODAY)
    assert [task.task.title for task in asked.tasks] == [ALL[0]]


@pytest.mark.parametrize("pointed", ["kế hoạch này", "văn bản đó", "ke hoach vua roi"])
@pytest.mark.parametrize("year", [2025, 2026])
def test_a_message_points_back_to_the_paper_of_the_answer(pointed: str, year: int) -> None:
    turns = [f"Sở Xây dựng làm gì trong kế hoạch 9 năm {year}"]
    listed = _alike().ask(f"{pointed} có mấy việc", as_of=TODAY, turns=turns)
    assert {task.plan.metadata.plan_year for task in listed.tasks} == {year}
    signed = _alike().ask(f"ai ký {pointed}", as_of=TODAY, turns=turns)
    assert signed.text.startswith("Kế hoạch số 9/KH-UBND")
    assert f"Cầu và chợ {year}" in signed.text


@pytest.mark.parametrize(
    ("typed", "pointed"),
    [
        ("kế hoạch này ai ký", "kế hoạch này"),
        ("Quyết định đó có mấy việc", "Quyết định đó"),
        ("ai ky ke hoach do?", "ke hoach do"),
        ("ai ký văn bản trên", "văn bản trên"),
        ("kế hoạch do Sở Xây dựng chủ trì", None),
        ("ke hoach do so xay dung chu tri", None),
        ("kế hoạch trên địa bàn tỉnh có mấy việc", None),
        ("kế hoạch này 57", None),
    ],
)
def test_what_points_back_to_a_paper(typed: str, pointed: str | None) -> None:
    at = that_paper(typed)
    assert (typed[at[0] : at[1]] if at else None) == pointed


def test_a_quarter_goes_on_in_the_year_before_it() -> None:
    turns = ["liệt kê việc quý I năm 2025 của Sở Xây dựng", "quý II thì sao"]
    assert "từ 01/04/2025 đến 30/06/2025" in _alike().ask(turns[1], as_of=TODAY, turns=turns[:1]).understood
    assert "từ 01/07/2025 đến 30/09/2025" in _alike().ask("còn quý III", as_of=TODAY, turns=turns).understood


def test_two_years_of_one_papers_span_are_no_comparison() -> None:
    span = PlanMetadata(
        "5/KH-UBND", date(2026, 1, 9), "UBND tỉnh Phú Giang", "Kế hoạch", "Nuôi cá lồng", "Lê Mẫu", (2026, 2030)
    )
    library = MemoryLibrary([draft("5.docx", span, ROWS[:2], [])])
    read = Understander(load_lexicon(), load_directory()).read
    asked = read("kế hoạch nuôi cá lồng: số lồng năm 2026 và 2030 là bao nhiêu", library.plans(), TODAY)
    assert asked.papers.plans
    assert asked.intent is Intent.TARGET
