"""The LangChain retriever over two made-up plans."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.qa.search.retriever import PlanRetriever
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import AS_OF, drafts

_ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def retriever() -> PlanRetriever:
    return PlanRetriever(
        library=MemoryLibrary(drafts()), directory=load_directory(), lexicon=load_lexicon(), today=lambda: AS_OF, k=3
    )


def test_a_row_comes_with_its_task(retriever: PlanRetriever) -> None:
    best = retriever.invoke("ai thue ha tang may chu cho kho du lieu?")[0]
    assert best.metadata["task"] == {
        "title": "Xây dựng kho dữ liệu dùng chung của tỉnh",
        "activity": "Thuê hạ tầng máy chủ cho kho dữ liệu",
        "product": "Hợp đồng thuê",
        "lead": ["Văn phòng UBND tỉnh"],
        "coordinating": ["Sở Tài chính"],
        "deadline": "Quý III/2026",
        "lead_agencies": ["Văn phòng UBND tỉnh"],
    }
    place = {key: best.metadata[key] for key in ("plan", "section_path", "row", "page")}
    assert place == {"plan": "57/KH-UBND", "section_path": ["Phụ lục", "Chuyển đổi số"], "row": 2, "page": None}


def test_a_clause_comes_with_its_agency(retriever: PlanRetriever) -> None:
    best = retriever.invoke("bố trí kinh phí cho kho dữ liệu")[0]
    assert best.page_content == "Bố trí kinh phí cho kho dữ liệu và hướng dẫn quyết toán theo quy định."
    assert (best.metadata["agency"], best.metadata["task"]) == ("Sở Tài chính", None)


def test_only_the_papers_named_are_searched(retriever: PlanRetriever) -> None:
    found = retriever.invoke("tỷ lệ hồ sơ cấp phép xây dựng nộp trực tuyến trong kế hoạch 19/KH-UBND")
    assert {document.metadata["plan"] for document in found} == {"19/KH-UBND"}


async def test_it_can_be_awaited(retriever: PlanRetriever) -> None:
    question = "thi tuyển công chức cấp xã"
    assert await retriever.ainvoke(question) == retriever.invoke(question)


def test_at_most_k_documents(retriever: PlanRetriever) -> None:
    assert len(retriever.invoke("dữ liệu của tỉnh")) == 3


def test_answering_does_not_import_langchain() -> None:
    code = "import sys, knowledge.qa.asking, knowledge.store.library; print('langchain_core' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_ROOT)
    assert done.stdout == "False\n"
