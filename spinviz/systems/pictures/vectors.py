"""Vectors that start in the middle of a Bloch sphere: a fan of isochromats, M with its path and its letter."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.model.visuals import Arrows, Labels, Lines, Visual, float32

LETTER = 1.06
"""Where the letter stands, in lengths of M."""


@lru_cache(maxsize=16)
def origins(count: int) -> NDArray[np.float32]:
    """Tails (N, 3) of arrows that all start in the middle; one array, so that it is uploaded once."""
    return float32(np.zeros((count, 3)))


def fan(vectors: ArrayLike, label: str = "isochromats") -> Arrows:
    """Thin arrows (N, 3), one for each isochromat."""
    directions = float32(vectors)
    return Arrows(origins(len(directions)), directions, radius=0.009, color="simulation", label=label)


def net_vector(net: ArrayLike, label: str = "net magnetization M") -> tuple[Arrows, Labels]:
    """M (3,) and its letter."""
    m = np.asarray(net, np.float64).reshape(1, 3)
    return (
        Arrows(origins(1), float32(m), radius=0.035, color="net", label=label),
        Labels(float32(LETTER * m), ("M",), color="net", size=1.4, italic=True, offset=(0.5, 0.5)),
    )


def path_and_vector(path: ArrayLike, net: ArrayLike, label: str = "net magnetization M") -> tuple[Visual, ...]:
    """The path (n, 3) of M, oldest first, and `net_vector`."""
    return (Lines(float32(path), color="net", width=2.2, fade=True, label="path of M"), *net_vector(net, label))
