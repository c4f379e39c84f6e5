"""The same search as a LangChain retriever, for others to build on.

Nothing else imports this module: LangChain is loaded only where a retriever is made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field, PrivateAttr, SkipValidation

from knowledge.library import Library
from knowledge.qa.query.lexicon import Lexicon
from knowledge.qa.query.question import Agencies, Understander
from knowledge.qa.search.finder import Finder, Found, SearchOptions


class PlanRetriever(BaseRetriever):
    """Passages of the live plans that fit a question, best first, as Documents with their source."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: SkipValidation[Library]
    directory: SkipValidation[Agencies]
    lexicon: SkipValidation[Lexicon]
    today: Callable[[], date]
    """The day that "năm nay" is resolved against."""
    k: int = Field(default=8, gt=0)
    """Documents for a question, at most."""
    options: SkipValidation[SearchOptions] = Field(default_factory=SearchOptions)

    _finder: Finder = PrivateAttr()
    _understander: Understander = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """One finder for all questions: it keeps the statistics of the live papers."""
        super().model_post_init(context)
        self._finder = Finder(self.library, self.lexicon, self.options)
        self._understander = Understander(self.lexicon, self.directory)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002
        return self._find(query)

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[Document]:
        return await asyncio.to_thread(self._find, query)

    def _find(self, query: str) -> list[Document]:
        """Search within the papers that the question names, if it names some."""
        with self.library.snapshot() as library:
            plans = library.plans()
            question = self._understander.read(query, plans, self.today())
            named = [plan.id for plan in question.papers.plans] or None
            found = self._finder.over(library).find(question, plans, named)
        return [document_of(item) for item in found[: self.k]]


def document_of(found: Found) -> Document:
    """A passage as a Document; `task` is None for a clause that is no task's."""
    passage, plan = found.passage.passage, found.plan
    source = passage.source
    metadata: dict[str, Any] = {
        "plan": plan.name,
        "title": plan.metadata.title,
        "file": plan.file,
        "section_path": list(source.section_path),
        "page": source.page,
        "row": source.row,
        "clause": source.clause,
        "agency": passage.agency,
        "score": found.score,
        "task": None,
    }
    if found.task is not None:
        row = found.task.task
        metadata["task"] = {
            "title": row.title,
            "activity": row.activity,
            "product": row.product,
            "lead": list(row.lead),
            "coordinating": list(row.coordinating),
            "deadline": row.deadline.phrase,
            "lead_agencies": list(row.lead_agencies),
        }
    return Document(id=str(found.passage.id), page_content=passage.text, metadata=metadata)


__all__ = ["PlanRetriever", "document_of"]
