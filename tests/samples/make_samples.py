"""Makes the bundled sample plans: `python -m tests.samples.make_samples [FOLDER]`.

The files go to `ingest/samples/` unless a folder is named; the same content gives
the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.samples import papers
from tests.samples.pdf_file import write_plan_pdf
from tests.samples.sheet_file import write_xlsx
from tests.samples.text_file import write_txt
from tests.samples.word_file import write_docx

BUNDLED = Path(__file__).resolve().parents[2] / "ingest" / "samples"
SAME_CONTENT = "cung-noi-dung"
"""Folder for other formats of a paper that is bundled already; not loaded."""
APPENDIX = (
    "PHỤ LỤC",
    "PHÂN CÔNG NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH VÀ CHUYỂN ĐỔI SỐ NĂM 2026",
    "(Kèm theo Kế hoạch số 57/KH-UBND ngày 12/01/2026 của UBND tỉnh)",
)


def make_samples(folder: Path) -> None:
    """Write every sample below `folder`."""
    (folder / SAME_CONTENT).mkdir(parents=True, exist_ok=True)
    plan = (papers.plan_57_text(), APPENDIX, papers.plan_57_table())
    write_docx(folder / "ke-hoach-57.docx", *plan)
    write_plan_pdf(folder / SAME_CONTENT / "ke-hoach-57.pdf", *plan)
    (folder / "truyen-thong-2026.md").write_text(papers.communication_plan(), encoding="utf-8")
    write_txt(folder / "cong-van-462.txt", papers.letter())
    write_xlsx(folder / "nong-thon-moi-2026.xlsx", papers.rural_tables())


if __name__ == "__main__":
    make_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else BUNDLED)
