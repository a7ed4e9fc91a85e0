"""What brushes do to unit vectors: set a direction, reverse, randomize, remove."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DIRECTIONS: dict[str, tuple[float, float, float]] = {
    "+x": (1.0, 0.0, 0.0), "-x": (-1.0, 0.0, 0.0), "+y": (0.0, 1.0, 0.0), "-y": (0.0, -1.0, 0.0),
    "+z": (0.0, 0.0, 1.0), "-z": (0.0, 0.0, -1.0),
}  # fmt: skip
"""Unit vectors of the brushes that set a direction."""
VECTOR_BRUSHES = ("flip", *DIRECTIONS, "randomize", "vacancy")
"""All that `brushed` can do."""


def brushed(vectors: NDArray[np.floating], brush: str, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return ``vectors`` (n, 3) after a stroke with ``brush``, one of `VECTOR_BRUSHES`.

    A zero vector is an empty site: only a direction that is set fills it. ``rng`` gives directions evenly distributed
    over the sphere.
    """
    m = np.asarray(vectors, np.float64)
    there = m.any(axis=1, keepdims=True)
    if brush in DIRECTIONS:
        return np.tile(np.array(DIRECTIONS[brush]), (len(m), 1))
    if brush == "flip":
        return np.where(there, -m, 0.0)
    if brush == "randomize":
        random = rng.standard_normal(m.shape)
        return np.where(there, random / np.linalg.norm(random, axis=1, keepdims=True), 0.0)
    if brush == "vacancy":
        return np.zeros_like(m)
    raise ValueError(f"a lattice of vectors has no brush '{brush}': use one of {', '.join(VECTOR_BRUSHES)}")
