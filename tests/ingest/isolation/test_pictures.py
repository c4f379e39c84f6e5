"""Pictures of pages: made by a child, kept, and none where a file brings the child down."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ingest.isolation import process
from ingest.isolation.pictures import PagePictures
from knowledge.errors import PlanFileError
from tests.ingest.isolation.rooms import BAD_CHILD, SHORT, left_in, processes_of, wait_until_gone
from tests.pdfs import Grid, Text, write_pdf

QUOTE = "2 | Bố trí kinh phí mua vật tư dự phòng | Sở Tài chính | 30/6/2026"
ROWS = (
    ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn"),
    ("1", "Rà soát phương án ứng phó bão mạnh", "Sở Xây dựng", "Quý I/2026"),
    ("2", "Bố trí kinh phí mua vật tư dự phòng", "Sở Tài chính", "30/6/2026"),
)
FRAME = np.array((200, 60, 0))


def _paper(folder: Path) -> bytes:
    path = folder / "giấy.pdf"
    write_pdf(
        path,
        [
            [Text(60, 60, "KẾ HOẠCH", bold=True), Text(60, 90, "Phòng, chống bão năm 2026")],
            [Text(60, 60, "PHỤ LỤC"), Grid(60, 300, (30, 200, 120, 100), ROWS)],
        ],
    )
    return path.read_bytes()


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _framed(png: bytes) -> tuple[int, int, int, int] | None:
    """Where the frame of the mark is, in dots; None where there is none."""
    dots = np.asarray(Image.open(BytesIO(png)).convert("RGB"), np.int32)
    ys, xs = np.nonzero(np.abs(dots - FRAME).sum(axis=2) < 60)
    return (int(xs.min()), int(ys.min()), int(xs.max()), int(ys.max())) if len(xs) else None


def test_a_page_with_its_place_marked(tmp_path: Path) -> None:
    content = _paper(tmp_path)
    asked: list[int] = []

    def find() -> bytes:
        asked.append(1)
        return content

    with PagePictures(tmp_path / "home") as pictures:
        whole = pictures.draw(_digest(content), find, 2, QUOTE)
        assert (whole.found, whole.pages) == (True, 2)
        frame = _framed(whole.png)
        assert frame is not None
        dots = Image.open(BytesIO(whole.png)).width / 595
        assert 55 < frame[0] / dots < 62
        assert 505 < frame[2] / dots < 515
        assert 320 < frame[1] / dots < frame[3] / dots < 380
        strip = pictures.draw(_digest(content), find, 2, QUOTE, strip=True)
        assert Image.open(BytesIO(strip.png)).height < Image.open(BytesIO(whole.png)).height / 3
        plain = pictures.draw(_digest(content), find, 1, QUOTE)
        assert (plain.found, _framed(plain.png)) == (False, None)
        assert pictures.find(_digest(content), 2, QUOTE) is whole
        assert len(asked) == 1
        with pytest.raises(PlanFileError):
            pictures.draw(_digest(content), find, 3)
    assert left_in(tmp_path / "home") == []


@pytest.mark.parametrize("deed", ["spin", "crash", "grow", "lie", "flood", "leave"])
def test_a_file_that_brings_the_child_down_has_no_picture(
    tmp_path: Path, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, good, bad = tmp_path / "home", _paper(tmp_path), f"{deed} ".encode()
    monkeypatch.setattr(process, "CHILD", BAD_CHILD)
    with PagePictures(home, SHORT) as pictures:
        with pytest.raises(PlanFileError, match="Không vẽ được trang này"):
            pictures.draw(_digest(bad), lambda: bad, 1)
        assert processes_of(home) == []

        def never() -> bytes:
            raise AssertionError("tried again")

        with pytest.raises(PlanFileError, match="Không vẽ được trang này"):
            pictures.draw(_digest(bad), never, 1)
        if deed in ("crash", "leave"):  # the next paper is drawn; once is enough to see it
            assert pictures.draw(_digest(good), lambda: good, 2, QUOTE).found
    wait_until_gone(home)


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with (
        PagePictures(tmp_path / "home") as pictures,
        pytest.raises(PlanFileError, match="không còn được lưu"),
    ):
        pictures.draw("0" * 64, lambda: None, 1)
