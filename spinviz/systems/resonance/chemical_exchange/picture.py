"""Picture of chemical exchange: single spins on the sphere and at their sites, M of both sites, and its paths."""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import Arrows, Labels, Lines, Spheres, Visual, float32
from spinviz.systems.resonance.chemical_exchange.parameters import ExchangeParameters
from spinviz.systems.resonance.chemical_exchange.state import ExchangeState

Values = NDArray[np.float64]

SIDEWAYS = np.array([cos(radians(30.0)), sin(radians(30.0)), 0.0])
"""To the right in the picture as it opens."""
WELL, BESIDE = 0.55, 1.85
"""Radius of the discs in which the molecules of a site are, and how far beside the sphere they are."""
AT_SITES = 70
"""Molecules drawn at their sites: as many arrows as can be told apart there."""
ROUND = np.linspace(0, 2 * pi, 65)[:, None]
RIM = 1.12 * WELL * (np.cos(ROUND) * SIDEWAYS + np.sin(ROUND) * [0.0, 0.0, 1.0])
RIMS = float32(np.concatenate([RIM - BESIDE * SIDEWAYS, RIM + BESIDE * SIDEWAYS]))
RIM_BREAKS = np.arange(130) % 65 == 0
NAMES = float32([side * BESIDE * SIDEWAYS + [0, 0, 1.3 * WELL] for side in (-1, 1)])
TAIL = float32(np.zeros((1, 3)))


def site_vectors(state: ExchangeState) -> Values:
    """M (2, 3) of A and B."""
    return np.stack([state.plus.real, state.plus.imag, state.along], axis=1)


def picture(state: ExchangeState, p: ExchangeParameters) -> tuple[Visual, ...]:
    """The single spins, M of both sites over their populations, the total and the paths."""
    parts = state.trail.path(site_vectors(state).reshape(6))
    a, b, net = parts[:, :3] / p.pA, parts[:, 3:] / (1 - p.pA), parts[:, :3] + parts[:, 3:]
    spins = np.stack([state.mx, state.my, state.mz], axis=1)
    here = state.site == 0
    few = min(p.molecules, AT_SITES)
    # Evenly from all: the first ones began at one site.
    chosen = np.arange(few) * p.molecules // few
    seen, at_A, size = spins[chosen], here[chosen], 2.2 * WELL / sqrt(few)
    left, right = well(few, -1)[at_A], well(few, 1)[~at_A]
    return (
        Spheres(float32(spins[here]), 0.022, color="up", opacity=0.8, label="single spins at A"),
        Spheres(float32(spins[~here]), 0.022, color="down", opacity=0.8, label="single spins at B"),
        Spheres(left, 0.12 * size, color="up"),
        Spheres(right, 0.12 * size, color="down"),
        Arrows(left, float32(seen[at_A]), size, 0.12, "up", "middle", one="spin", worth=1.0, who=chosen[at_A]),
        Arrows(right, float32(seen[~at_A]), size, 0.12, "down", "middle", one="spin", worth=1.0, who=chosen[~at_A]),
        Lines(float32(a), color="up", width=1.4, fade=True, opacity=0.8),
        Lines(float32(b), color="down", width=1.4, fade=True, opacity=0.8),
        Lines(float32(net), color="net", width=2.2, fade=True),
        Arrows(TAIL, float32(a[-1:]), radius=0.022, color="up", label="M at A, per spin"),
        Arrows(TAIL, float32(b[-1:]), radius=0.022, color="down", label="M at B, per spin"),
        Arrows(TAIL, float32(net[-1:]), radius=0.035, color="net", label="total M"),
        Labels(float32(1.08 * net[-1:]), ("M",), color="net", size=1.4, italic=True, offset=(0.5, 0.5)),
        Lines(RIMS, color="muted", width=1.2, breaks=RIM_BREAKS, opacity=0.7),
        Labels(NAMES, ("A", "B"), size=1.2, italic=True),
    )


@lru_cache(maxsize=8)
def well(count: int, side: int) -> NDArray[np.float32]:
    """Places (N, 3) of all molecules in the disc of a site, evenly filled: each has the same place in both."""
    index = np.arange(count)
    radius, turn = WELL * np.sqrt((index + 0.5) / count), index * pi * (3 - sqrt(5))
    across, up = radius * np.cos(turn), radius * np.sin(turn)
    return float32(side * BESIDE * SIDEWAYS + across[:, None] * SIDEWAYS + up[:, None] * [0.0, 0.0, 1.0])
