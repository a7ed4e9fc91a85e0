"""A magnetization in its sphere: a fan of isochromats, M with its path and its letter, and its arc in a hard pulse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.model.visuals import Arrows, Labels, Lines, Spheres, Visual, float32
from spinviz.systems.pictures.vectors import origins

Values = NDArray[np.float64]

LETTER = 1.06
"""Where the letter stands, in lengths of M."""
BESIDE = (4.6, 0.0)
"""Where a letter with a number stands: right of the tip, in letters."""
BALL = 0.045
"""Radius of the ball at the tip of an M that may vanish."""
ARC = 24
"""Points with which a path follows a pulse of no duration."""


def fan(vectors: ArrayLike, label: str = "isochromats", worth: float = 1.0) -> Arrows:
    """Thin arrows (N, 3), one for each isochromat; a length of 1 is ``worth`` M0."""
    directions = float32(vectors)
    return Arrows(
        origins(len(directions)), directions, radius=0.009, color="simulation", label=label, one="isochromat",
        worth=worth,
    )  # fmt: skip


def net_vector(net: ArrayLike, label: str = "net magnetization M") -> tuple[Arrows, Labels]:
    """M (3,) and its letter."""
    m = np.asarray(net, np.float64).reshape(1, 3)
    return (
        Arrows(origins(1), float32(m), radius=0.035, color="net", label=label),
        Labels(float32(LETTER * m), ("M",), color="net", size=1.4, italic=True, offset=(0.5, 0.5)),
    )


def marked(net: ArrayLike, letter: str) -> tuple[Visual, ...]:
    """M (3,) with a letter that says how long it is, and a ball at its tip: where M vanishes, the ball still stands."""
    arrow, name = net_vector(net)
    return (
        arrow,
        Spheres(name.positions / LETTER, radii=BALL, color="net"),
        replace(name, texts=(letter,), offset=BESIDE),
    )


def path_and_vector(path: ArrayLike, net: ArrayLike, label: str = "net magnetization M") -> tuple[Visual, ...]:
    """The path (n, 3) of M, oldest first, and `net_vector`."""
    return (Lines(float32(path), color="net", width=2.2, fade=True, label="path of M"), *net_vector(net, label))


def arc(m: Values, angle: float, phase: float = 0.0) -> Values:
    """Points (ARC, 3) over which ``m`` (3,) turns by ``angle`` [rad] about the axis at ``phase`` [rad], left-handed."""
    axis = np.array([np.cos(phase), np.sin(phase), 0.0])
    along, across = axis * (axis @ m), np.cross(m, axis)
    parts = np.linspace(0.0, angle, ARC + 1)[1:, None]
    return np.asarray(along + np.cos(parts) * (m - along) + np.sin(parts) * across)
