"""Picture of the train: the isochromats, the line through their tips, M and its path, magnified when all are short.

A steady state is a small part of M0, so that it would be a short arrow in an empty sphere. Everything is therefore
drawn a whole number of times as long, by the longest vector of the last repetitions, and the sphere says what it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import Labels, Lines, Visual, float32
from spinviz.systems.resonance.common.played import DRAWN
from spinviz.systems.resonance.common.vectors import fan, path_and_vector
from spinviz.systems.resonance.gradient_echo.parameters import GradientEchoParameters
from spinviz.systems.resonance.gradient_echo.state import GradientEchoState, turned

Values = NDArray[np.float64]

TIPS = 2000
"""Points of the line through the tips of the isochromats."""
LOOK_BACK = 2.0
"""Repetitions over which the longest vector is sought: oscillations from pulse to pulse do not change the scale."""
LARGEST = 8
"""Magnification at most."""
ROOM = 1.02
"""Length up to which a vector is still inside the sphere."""
NAMED = float32([[-0.74, -0.5, -0.66]])
"""Where the sphere is named: outside it, to the lower left."""


def magnification(state: GradientEchoState, p: GradientEchoParameters) -> int:
    """The largest whole number at which the isochromats, and M over the last repetitions, stay in the sphere."""
    path = state.path()
    recent = path[path[:, 0] >= state.time - LOOK_BACK * p.TR, 1:]
    longest = max(_longest(recent), _longest(state.m.T), 1 / LARGEST)
    return max(int(1 / longest), 1)


def _longest(vectors: Values) -> float:
    return float(np.sqrt(np.einsum("ij,ij->i", vectors, vectors).max(initial=0.0)))


def magnified_picture(state: GradientEchoState, p: GradientEchoParameters, factor: int) -> tuple[Visual, ...]:
    """The isochromats, the line through their tips, M and its path, all ``factor`` times as long."""
    every, fine = (slice(None, None, -(-state.m.shape[1] // most)) for most in (DRAWN, TIPS))
    vectors = factor * turned(state.m[:, every].T, state.phase)
    tips = factor * turned(state.m[:, fine].T, state.phase)
    closed = p.dephases or p.spread == 360
    tips = np.concatenate([tips, tips[:1] if closed or len(tips) < 2 else tips[-1:]])
    net = factor * turned(state.net[None, :], state.phase)
    return (
        fan(vectors, worth=1 / factor),
        Lines(float32(tips), color="simulation", width=1.6, label="their tips, by phase per TR"),
        *path_and_vector(inside(factor * state.path()[:, 1:]), net),
        Labels(NAMED, (f"radius M₀/{factor}" if factor > 1 else "",), color="muted"),
    )


def inside(path: Values) -> Values:
    """The latest part of a path (n, 3) that is in the sphere: what came before it left would cross the picture."""
    outside = np.flatnonzero(np.einsum("ij,ij->i", path, path) > ROOM**2)
    return path[min(outside[-1] + 1, len(path) - 2) :] if len(outside) else path
