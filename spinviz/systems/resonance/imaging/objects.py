"""What lies in the scanner: the spins of the head or of a point, those of one pixel, and where each tissue is."""

from __future__ import annotations

from functools import lru_cache
from math import nan

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.imaging.head import FOV, Head, labels_at, pixel_centres, rasterise
from spinviz.physics.imaging.tissues import TISSUES
from spinviz.physics.resonance.bloch import offset_quantiles
from spinviz.physics.sequence.blocks import Sample
from spinviz.systems.resonance.imaging.parameters import Settings

Values = NDArray[np.float64]

FINER = 2
"""Spins per pixel in each direction: the object is finer than the image."""
PIXEL_SPINS = 60
"""Isochromats of the chosen pixel."""
EFFECTIVE = ("gradient echo", "EPI", "radial", "spiral", "T2* map")
"""Kinds whose echo is not refocused: T2* decays."""
POINT = (0.0125, -0.02)
"""Place x, y [m] of the point object: on no pixel's middle."""


def head_of(s: Settings, finer: int = FINER) -> Head:
    """The head on a grid finer than the image."""
    return rasterise(s.matrix * finer, FOV, s.field, 1, s.inhomogeneity, s.fat, s.kind in EFFECTIVE)


@lru_cache(maxsize=8)
def sample_of(s: Settings) -> Sample:
    """The spins: those of the head, or one point with the signal of a pixel of water."""
    if not s.point:
        return head_of(s).sample
    return Sample.of([[POINT[0]], [POINT[1]], [0.0]], 1.0, 1.0, (FOV / s.matrix) ** 2)


@lru_cache(maxsize=8)
def region(matrix: int, tissue: str) -> NDArray[np.int64]:
    """Numbers of the pixels that lie wholly inside a tissue, away from its edge where there are enough."""
    wide = 5
    fine = pixel_centres(matrix * wide)
    pure = labels_at(*np.meshgrid(fine, fine)) == TISSUES.index(tissue)
    pure = pure.reshape(matrix, wide, matrix, wide).all(axis=(1, 3))
    inner = pure.copy()
    for axis in (0, 1):
        for shift in (-1, 1):
            inner &= np.roll(pure, shift, axis)
    return np.flatnonzero(inner if inner.sum() >= 12 else pure)


@lru_cache(maxsize=16)
def pixel_sample(s: Settings, place: tuple[int, int]) -> Sample:
    """Isochromats of one pixel: spread over its area, with the offsets that make T2*; M0 = 1 all together."""
    head = rasterise(s.matrix, FOV, s.field, 1, s.inhomogeneity, s.fat)
    T1, T2, T2star = (float(values[place]) for values in (head.T1, head.T2, head.T2star))
    number = np.arange(PIXEL_SPINS)
    # Golden ratios fill the pixel evenly, however many spins there are.
    inside = np.stack([(number * g) % 1.0 - 0.5 for g in (0.7548776662466927, 0.5698402909980532)]) * FOV / s.matrix
    centres = pixel_centres(s.matrix)
    position = np.stack([centres[place[1]] + inside[0], centres[place[0]] + inside[1], np.zeros(PIXEL_SPINS)])
    if not np.isfinite(T1):
        return Sample.of(position, 1.0, 1.0, 0.0)
    spread = (1 / T2star - 1 / T2) * offset_quantiles(PIXEL_SPINS, "lorentzian", 1.0)
    # Neighbours in the pixel have unrelated offsets.
    spread = spread[np.argsort(np.sin(12.9898 * (number + 1)))]
    return Sample.of(position, T1, T2, 1 / PIXEL_SPINS, head.offset[place] + spread)


def tissue_at(s: Settings, place: tuple[int, int]) -> str:
    """Name of the tissue in the middle of a pixel."""
    centres = pixel_centres(s.matrix)
    return TISSUES[int(labels_at(centres[place[1]], centres[place[0]]))]


def median_in(values: Values, matrix: int, tissue: str) -> float:
    """Median of an image inside a tissue; NaN where the matrix resolves none of it."""
    where = region(matrix, tissue)
    return float(np.median(values.ravel()[where])) if len(where) else nan
