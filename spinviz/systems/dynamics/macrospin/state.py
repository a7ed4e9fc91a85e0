"""Macrospins, the field that acts on them, and a kick."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.physics.moments import macrospin
from spinviz.systems.dynamics.macrospin.parameters import MacrospinParameters
from spinviz.systems.pictures.trail import Trail

Values = NDArray[np.float64]

TRAIL = 3000
"""Points of the path that are kept."""


@dataclass
class MacrospinState(State):
    """Ensemble, and the path of the first particle: points (3,)."""

    spins: macrospin.Macrospins
    trail: Trail


def applied_field(p: MacrospinParameters, t: float) -> float:
    """Applied field [T] along its axis at the time ``t``."""
    return p.B * cos(2 * pi * t / p.period) if p.period > 0 else p.B


def field_axis(p: MacrospinParameters) -> Values:
    """Unit vector (3,) of the applied field."""
    return np.array([sin(radians(p.tilt)), 0.0, cos(radians(p.tilt))])


def kick(state: MacrospinState) -> None:
    """Turn every moment by 20° about y."""
    c, s = cos(radians(20)), sin(radians(20))
    x, z = state.spins.m[0].copy(), state.spins.m[2].copy()
    state.spins.m[0], state.spins.m[2] = c * x + s * z, c * z - s * x
