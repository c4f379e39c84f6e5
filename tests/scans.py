"""Turns PDF files into scans of themselves: pictures of the pages, noisy and askew, without a text layer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image


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
    random = np.random.default_rng(scanner.seed)
    document = pypdfium2.PdfDocument(source)
    pictures = [_scanned(page, scanner, random) for page in document]
    document.close()
    pictures[0].save(target, "PDF", resolution=scanner.dpi, save_all=True, append_images=pictures[1:], quality=80)


def _scanned(page: pypdfium2.PdfPage, scanner: Scanner, random: np.random.Generator) -> Image.Image:
    picture = page.render(scale=scanner.dpi / 72, grayscale=True).to_pil().convert("L")
    picture = picture.rotate(scanner.turned, Image.Resampling.BICUBIC, fillcolor=255)
    grey = np.asarray(picture, np.float32) * 0.85 + 25  # paper is not white, ink is not black
    grey += random.normal(0, scanner.noise, grey.shape).astype(np.float32)
    chance = random.random(grey.shape)
    grey[chance < scanner.specks / 2] = 0
    grey[chance > 1 - scanner.specks / 2] = 255
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
