"""The picture of a scanned page made straight and clean before it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

Dark: TypeAlias = NDArray[np.bool_]
"""True where a dot is ink."""

_PALEST = 200
_MOST_SKEW = 5.0
"""Degrees that a sheet lies askew in a scanner at most."""
_ROUGH_WIDTH = 800
"""Dots across a page that are enough to see how its lines lie."""
_SKEW_SEEN = 0.08
"""Degrees under which turning makes no line straighter: one dot across a page."""


def straighten(picture: Image) -> Image:
    """`picture` without specks and with its lines level."""
    from PIL import Image as Images

    # Specks go first: turning would smear them into marks that look like those on letters.
    picture = Images.fromarray(_without_specks(np.asarray(picture), ink(picture)))
    skew = find_skew(ink(picture))
    if abs(skew) > _SKEW_SEEN:
        picture = picture.rotate(skew, Images.Resampling.BICUBIC, fillcolor=255)
    return picture


def ink(picture: Image) -> Dark:
    """Which dots are ink: darker than the threshold that best parts dark from light (Otsu)."""
    grey: NDArray[np.uint8] = np.asarray(picture)
    counts = np.bincount(grey.ravel()[:: max(grey.size // 500_000, 1)], minlength=256).astype(np.float64)
    below, levels = np.cumsum(counts), np.arange(256)
    above = counts.sum() - below
    sums = np.cumsum(counts * levels)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    # Ink is never paler than a light grey, so that shades of an empty page are none.
    threshold = min(int(np.argmax(np.nan_to_num(apart))), _PALEST)
    dark: Dark = grey <= threshold
    return dark


def find_skew(dark: Dark) -> float:
    """Degrees that the picture must be turned counter-clockwise for its lines to be level.

    It is the angle at which the ink falls into the sharpest rows: sought in quarter degrees, then finer.
    """
    step = max(dark.shape[1] // _ROUGH_WIDTH, 1)
    rows, columns = np.nonzero(pooled(dark, step))
    if not len(rows):
        return 0.0
    best = 0.0
    for span, grain in ((_MOST_SKEW, 0.25), (0.25, 0.04)):
        angles = best + np.arange(-span, span + grain / 2, grain)
        best = float(max(angles, key=lambda angle: _sharpness(rows, columns, float(angle))))
    return best


def _sharpness(rows: NDArray[np.int64], columns: NDArray[np.int64], angle: float) -> float:
    shifted = np.rint(rows - columns * np.tan(np.radians(angle))).astype(np.int64)
    profile = np.bincount(shifted - shifted.min()).astype(np.float64)
    return float(np.sum(np.diff(profile) ** 2))


def pooled(dark: Dark, step: int) -> Dark:
    """Coarser by `step`: ink where at least one dot of the square is ink."""
    if step == 1:
        return dark
    height, width = dark.shape[0] // step * step, dark.shape[1] // step * step
    squares = dark[:height, :width].reshape(height // step, step, width // step, step)
    coarse: Dark = np.logical_or.reduce(squares, axis=(1, 3))
    return coarse


def _without_specks(grey: NDArray[np.uint8], dark: Dark) -> NDArray[np.uint8]:
    """White where up to two by two dots of ink stand alone: a full stop is larger even in small print."""
    near, around = _sums(dark, 2), _sums(np.pad(dark, 1), 4)
    alone = (near > 0) & (near == around[: near.shape[0], : near.shape[1]])
    gone = np.zeros_like(dark)
    for down in (0, 1):
        for right in (0, 1):
            gone[down : down + alone.shape[0], right : right + alone.shape[1]] |= alone
    return np.where(gone, np.uint8(255), grey)


def _sums(dark: Dark, size: int) -> NDArray[np.int32]:
    """How much ink each square of `size` holds, by its upper left corner."""
    totals = np.zeros((dark.shape[0] + 1, dark.shape[1] + 1), np.int32)
    np.cumsum(np.cumsum(dark, axis=0, dtype=np.int32), axis=1, out=totals[1:, 1:])
    sums: NDArray[np.int32] = (
        totals[size:, size:] - totals[:-size, size:] - totals[size:, :-size] + totals[:-size, :-size]
    )
    return sums
