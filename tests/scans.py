"""Turns PDF files into scans of themselves: pictures of the pages, noisy and askew, without a text layer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from tests.pdfs import PageItem, Pager

_TASKS = (
    "Rà soát, sửa đổi quy trình nội bộ giải quyết thủ tục hành chính",
    "Xây dựng kế hoạch tập huấn chuyển đổi số cho cán bộ cấp xã",
    "Kiểm tra công tác phòng cháy, chữa cháy tại các chợ đầu mối",
    "Tổ chức hội nghị đối thoại với doanh nghiệp",
    "Lập danh mục công trình thủy lợi cần sửa chữa trước mùa mưa lũ",
    "Cập nhật cơ sở dữ liệu đất đai của 12 xã, phường",
    "Tuyên truyền phân loại rác thải sinh hoạt tại nguồn",
    "Thẩm định hồ sơ xếp hạng di tích cấp tỉnh",
)
_OFFICES = (
    "Sở Nội vụ",
    "Sở Tài chính",
    "Sở Xây dựng",
    "Sở Nông nghiệp và Môi trường",
    "Văn phòng UBND tỉnh",
    "Công an tỉnh",
    "Sở Khoa học và Công nghệ",
)
_PRODUCTS = ("Báo cáo", "Quyết định của UBND tỉnh", "Kế hoạch", "Tờ trình", "Văn bản hướng dẫn")
_DEADLINES = (
    "Quý III/2026",
    "Trước ngày 15/6/2026",
    "Tháng 11/2026",
    "30/9/2026",
    "Thường xuyên",
    "Ngày 05 hằng tháng",
)


@dataclass(frozen=True)
class Scanner:
    """How bad the scanner is.

    Attributes:
        dpi: dots per inch.
        turned: degrees that the sheets lie askew.
        noise: spread of the grey of each dot.
        specks: share of dots that are black or white by chance.
        seed: the same seed gives the same noise.
    """

    dpi: int = 200
    turned: float = 1.0
    noise: float = 12.0
    specks: float = 0.0005
    seed: int = 7


def scan(source: Path, target: Path, scanner: Scanner | None = None) -> None:
    """Write to `target` what the scanner makes of the pages of `source`."""
    scanner = scanner or Scanner()
    first, *others = pictures_of(source, scanner)
    first.save(target, "PDF", resolution=scanner.dpi, save_all=True, append_images=others, quality=80)


def pictures_of(source: Path, scanner: Scanner) -> list[Image.Image]:
    """The pages of a PDF file as the scanner sees them."""
    random = np.random.default_rng(scanner.seed)
    document = pypdfium2.PdfDocument(source)
    pictures = [_scanned(page, scanner, random) for page in document]
    document.close()
    return pictures


def long_table(rows: int = 40) -> list[list[PageItem]]:
    """The pages of an appendix with a ruled table that goes on over three of them."""
    pager = Pager()
    pager.line("PHỤ LỤC", bold=True, centred=True)
    pager.line("Danh mục nhiệm vụ năm 2026 của tỉnh Phú Giang", centred=True)
    header = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Sản phẩm", "Thời hạn")
    pager.table((30, 145, 80, 100, 65, 63), [header, *map(_row, range(1, rows + 1))], repeat=1)
    return pager.pages


def _row(number: int) -> tuple[str, ...]:
    """A row made of the lists in steps that do not meet, so that hardly two rows are alike."""
    lead, other, third = (_OFFICES[(number * step) % len(_OFFICES)] for step in (1, 3, 5))
    return (
        str(number),
        f"{_TASKS[number * 3 % len(_TASKS)]} (đợt {number % 9 + 1})",
        lead,
        f"{other}; {third}",
        _PRODUCTS[number % len(_PRODUCTS)],
        _DEADLINES[number % len(_DEADLINES)],
    )


def _scanned(page: pypdfium2.PdfPage, scanner: Scanner, random: np.random.Generator) -> Image.Image:
    picture = page.render(scale=scanner.dpi / 72, grayscale=True).to_pil().convert("L")
    picture = picture.rotate(scanner.turned, Image.Resampling.BICUBIC, fillcolor=255)
    grey = np.asarray(picture, np.float32) * 0.85 + 25  # paper is not white, ink is not black
    grey += random.normal(0, scanner.noise, grey.shape).astype(np.float32)
    chance = random.random(grey.shape)
    grey[chance < scanner.specks / 2] = 0
    grey[chance > 1 - scanner.specks / 2] = 255
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
