"""Picture of a phantom: spins where they are, some of them if they are too many, phase as colour."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import Array, Arrows, Stage, float32
from spinviz.systems.resonance.pulseq.spins import Played

Values = NDArray[np.float64]

MOST = 2500
"""Spins drawn."""
UP = 0.9
"""Of the height of the picture above the phantom, for M."""


@lru_cache(maxsize=2)
def _chosen(played: Played) -> tuple[NDArray[np.int64], Array, float, Values, float]:
    """Which spins are drawn, where (n, 3) in a picture from -1 to 1, how long their arrows are; its middle (3, 1) and
    half its width [m].
    """
    sample, middle = played.sample, ((played.low + played.high) / 2)[:, None]
    position = sample.position - middle
    reach = float((played.high - played.low).max()) / 2 or 1.0
    # Spins as they stand in a file follow each other in space: even steps would leave stripes.
    order = np.random.default_rng(0).permutation(sample.count) if sample.count > MOST else np.arange(sample.count)
    which = np.sort(order[:MOST])
    places = position[:, which].T / reach
    extents = np.ptp(places, axis=0)
    dimensions = int(np.count_nonzero(extents > 1e-9))
    volume = float(np.prod(extents[extents > 1e-9])) if dimensions else 1.0
    spacing = (volume / len(which)) ** (1 / dimensions) if dimensions else 0.5
    return which, float32(places), float(np.clip(1.3 * spacing, 0.02, 0.4)), middle, reach


def field_visuals(m: Values, played: Played, position: Values) -> tuple[Arrows]:
    """Arrows at the spins, which are at ``position`` (3, N) [m] now."""
    which, places, length, middle, reach = _chosen(played)
    sample = played.sample
    if position is not sample.position:
        places = float32(((position[:, which] - middle) / reach).T)
    vectors = (m[:, which] / sample.M0[which]).T
    return (Arrows(places, float32(vectors), length=length, radius=0.12, color="direction", label="spins", one="spin"),)


@lru_cache(maxsize=2)
def field_stage(played: Played) -> Stage:
    """The box of the phantom, of all that it comes to when it moves, with room for M above it."""
    _, _, length, middle, reach = _chosen(played)
    low, high = (edge / reach for edge in (played.low - middle[:, 0], played.high - middle[:, 0]))
    low, high = low - length, high + length
    return Stage(
        low=(float(low[0]), float(low[1]), float(min(low[2], -0.1))),
        high=(float(high[0]), float(high[1]), float(max(high[2], UP))),
        unit="m",
        unit_length=reach,
        azimuth=-60.0,
        elevation=48.0,
        axis_names=("x", "y", "z, B₀"),
        legend="direction",
        legend_title="Phase of the spins",
    )
