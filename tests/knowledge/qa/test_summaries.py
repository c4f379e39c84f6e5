"""Summaries and comparisons over the sample papers, as a clerk reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.load import read_plan
from ingest.samples import sample_files
from knowledge.agencies import load_directory
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Status
from knowledge.qa.compose.summary import shortened, summary_answer
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.store.database import open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate_many, save_drafts
from knowledge.text import squeeze
from knowledge.wording import MAX_ANSWER
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import AS_OF


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Over the loaded samples."""
    directory = load_directory()
    now = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    with open_store(data=tmp_path_factory.mktemp("samples")) as store:
        saved = save_drafts(store, [read_plan(path, directory) for path in sample_files()], now=now)
        activate_many(store, [done.plan_id for done in saved], now=now)
        yield Assistant(SqlLibrary(store), directory, load_lexicon())


IN_ORDER = [
    (
        "tóm tắt kế hoạch 57",
        "Kế hoạch 57/KH-UBND ngày 12/01/2026 của Ủy ban nhân dân tỉnh Phú Giang: Cải cách hành chính",
        "Mục đích, mục tiêu: Đưa bộ máy chính quyền địa phương hai cấp vận hành thông suốt",
        "Chỉ tiêu (",
        "nằm trong nhóm 12 địa phương dẫn đầu",
        "Nội dung: Cải cách thể chế (8 việc);",
        "Giao 66 việc cho 14 cơ quan",
        "Sở Nội vụ (13 việc): ",
        "Mốc sắp tới:",
        "30/11/2026: ",
        "Nguồn: Kế hoạch 57/KH-UBND ngày 12/01/2026; mục I.1; mục II.1",
    ),
    (
        "cv462 noi ve gi",  # a letter has no aims: whom it asks for what
        "Công văn 462/UBND-NC ngày 18/02/2025 của Ủy ban nhân dân tỉnh Phú Giang: Đẩy mạnh",
        "Giao 21 việc cho 7 cơ quan",
        "UBND các huyện, thị xã, thành phố (8 việc): ",
        "25/11/2026: Báo cáo kết quả giải quyết thủ tục hành chính (TTHC)",
        "Nguồn: Công văn 462/UBND-NC",
    ),
    (
        "tóm tắt phần chuyển đổi số của kế hoạch 57",
        "Kế hoạch 57/KH-UBND (năm 2026), phần này có 5 ý và 9 nhiệm vụ:",
        "Chỉ tiêu cụ thể › Chuyển đổi số:",
        "100% văn bản điện tử",
        "Nhiệm vụ được giao:",
        "Sở Khoa học và Công nghệ: Nâng cấp Trung tâm dữ liệu tỉnh (hạn: Đến cuối năm 2026 (đến 31/12/2026)).",
        "Nguồn: Kế hoạch 57/KH-UBND ngày 12/01/2026; mục II.2.4; mục III.5; Phụ lục, mục V.",
    ),
    (
        "Tóm tắt nhiệm vụ của Sở Y tế trong công văn 462",
        "Công văn 462/UBND-NC (năm 2025), Sở Y tế có 3 ý:",
        "bếp ăn tập thể từ 300 suất trở lên",
        "Nguồn: Công văn 462/UBND-NC ngày 18/02/2025; mục 4.",
    ),
    (
        "tóm tắt các nhiệm vụ quý 4 của kế hoạch 57",
        "Có 17 việc có hạn từ 01/10/2026 đến 31/12/2026:",
        "Diễn tập ứng cứu sự cố trên hệ thống thật",
    ),
    (
        "kế hoạch truyền thông 2026 đặt ra chỉ tiêu gì",
        "Chỉ tiêu:",
        "Số phóng sự phát trên truyền hình tỉnh; Đơn vị tính: phóng sự; Năm 2025: 38; Năm 2026: 52.",
    ),
    (
        "So sánh kế hoạch 57 và 31",
        "(1) Kế hoạch 31/KH-UBND",
        "(2) Kế hoạch 57/KH-UBND",
        "Số việc giao: (1) 18; (2) 66.",
    ),
    (
        "kế hoạch 57 và kế hoạch 31 cái nào nhiều việc hơn",
        "Kế hoạch 57/KH-UBND (năm 2026) nhiều hơn Kế hoạch 31/KH-UBND (năm 2026) (66 so với 18 việc).",
    ),
    (
        "giữa Sở Nội vụ và Sở Tài chính ai nhiều việc hơn trong kế hoạch 57",
        "Sở Nội vụ được giao chủ trì nhiều hơn Sở Tài chính (13 so với 7 việc).",
        "- Sở Nội vụ: chủ trì 13 việc, phối hợp 4 việc, giao chung 6 việc.",
        "- Sở Tài chính: chủ trì 7 việc, phối hợp 4 việc, giao chung 6 việc.",
        "Nguồn: Kế hoạch 57/KH-UBND (năm 2026).",
    ),
    (
        "Sở Nội vụ chủ trì nhiều hơn hay phối hợp nhiều hơn",
        "Sở Nội vụ chủ trì nhiều hơn phối hợp (18 so với 5 việc).",
        "- Công văn 462/UBND-NC (năm 2025): chủ trì 4 việc, phối hợp 0 việc",
    ),
    (
        "kế hoạch 57 và kế hoạch 31 cái nào nhiều việc về môi trường hơn",
        "Việc về “môi trường”: kế hoạch 31/KH-UBND (năm 2026) nhiều hơn Kế hoạch 57/KH-UBND (năm 2026)",
    ),
    (
        "so sánh an toàn thực phẩm trong kế hoạch 57 và kế hoạch truyền thông 2026",
        "1. Kế hoạch 57/KH-UBND (năm 2026): “An toàn thực phẩm: kiểm soát từ gốc các chợ đầu mối",
        "2. Kế hoạch “Truyền thông về nông thôn mới",
    ),
    (
        "kế hoạch 2024 so với kế hoạch 2026 có gì khác về an toàn thực phẩm",  # one side is not loaded
        "an toàn thực phẩm",
        "Chưa tìm thấy nội dung này trong: văn bản năm 2024 (chưa nạp).",
    ),
]


@pytest.mark.parametrize("case", IN_ORDER, ids=lambda case: case[0])
def test_what_is_told_in_order(assistant: Assistant, case: tuple[str, ...]) -> None:
    question, *told = case
    answer = assistant.ask(question, as_of=AS_OF)
    assert answer.status is Status.ANSWERED, answer.text
    at = 0
    for words in told:
        found = answer.text.find(words, at)
        assert found >= 0, (words, answer.text)
        at = found + len(words)


def test_the_page_on_any_paper_fits_a_message_and_holds_no_frame(assistant: Assistant) -> None:
    library = assistant.library
    for plan in library.plans():
        answer = summary_answer(plan, library.tasks([plan.id]), library.passages([plan.id]), AS_OF)
        assert 300 < len(answer.text) <= MAX_ANSWER
        assert answer.text.splitlines()[-1].startswith("Nguồn: ")
        assert not re.search(r"Nơi nhận|CỘNG HÒA|Căn cứ|Kính gửi|Lưu:|\.\.|…\.|, ?[.…]", answer.text)


@pytest.mark.parametrize(
    "question", ["kế hoạch 57 nói gì về vườn thú", "so sánh kế hoạch 57 với kế hoạch 31 về vườn thú hoang dã"]
)
def test_what_no_paper_says_is_not_summed_up(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question, as_of=AS_OF).status is Status.NOT_FOUND


def test_the_one_of_two_papers_with_one_number_is_told_by_its_place() -> None:
    directory = load_directory()
    paper = read_plan(sample_files()[0], directory)
    assert paper.metadata.issuer is not None
    other = replace(paper, metadata=replace(paper.metadata, issuer="Ủy ban nhân dân tỉnh Hà Phong", signer=None))
    both = Assistant(MemoryLibrary([paper, other]), directory, load_lexicon())
    number = (paper.metadata.number or "").split("/")[0]
    text = both.ask(f"tóm tắt công văn {number} của Hà Phong", as_of=AS_OF).text
    assert "của Ủy ban nhân dân tỉnh Hà Phong" in text.splitlines()[0]


@given(
    st.lists(
        st.sampled_from(
            ["Sở Nội vụ", "trình", "đề án", "đạt 98,5%", "trước ngày 10/6,", "của tỉnh;", "(kèm", "phụ lục)", "hết."]
        ),
        min_size=1,
        max_size=60,
    ),
    st.integers(min_value=40, max_value=240),
)
def test_what_is_shortened_is_the_beginning_in_whole_words(pieces: list[str], limit: int) -> None:
    text = squeeze(" ".join(pieces))
    told = shortened(text, limit)
    kept = told.rstrip("….").rstrip()
    assert text.startswith(kept)
    assert len(told) <= limit + 1
    assert not re.match(r"[\w%]", text[len(kept) :]), (kept, text)
