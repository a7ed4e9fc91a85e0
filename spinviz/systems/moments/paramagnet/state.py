"""The moments in their levels, and what is done to them at once."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.physics.rng import RandomState, next_word
from spinviz.systems.moments.paramagnet.parameters import ParamagnetParameters, populations

Values = NDArray[np.float64]

FORGOTTEN = 10.0
"""What is left of a start's distance from equilibrium when means begin, as a part of the scatter: one over this."""


@dataclass
class ParamagnetState(State):
    """Levels k = m + S (N,) int8, steps since the last flip (N,) int32, azimuths (N,), random (4,) uint64.

    ``flips``: those of the last step. ``turned``: precession so far, seen against +z counter-clockwise [turns].
    """

    level: NDArray[np.int8]
    age: NDArray[np.int32]
    azimuth: Values
    random: RandomState
    flips: int = 0
    turned: float = 0.0


def put(state: ParamagnetState, level: object) -> None:
    """Change the levels of all moments."""
    new = np.broadcast_to(np.asarray(level, np.int8), state.level.shape)
    state.age[new != state.level] = 0
    state.level[:] = new


def heated(state: ParamagnetState, p: ParamagnetParameters) -> None:
    """All levels equally likely: what a short strong pulse of heat leaves."""
    generator = np.random.default_rng(int(next_word(state.random)))
    put(state, generator.integers(0, round(2 * p.spin) + 1, len(state.level)))


def settling(state: ParamagnetState, p: ParamagnetParameters) -> float:
    """Time [s] after which the distance from equilibrium, which falls with tau, is small beside the scatter.

    Of the level that is furthest from its population; where that is all but empty or full, a tenth of a moment counts.
    """
    equilibrium = populations(p)
    counted = np.bincount(state.level, minlength=len(equilibrium)) / p.N
    scatter = np.maximum(np.sqrt(equilibrium * (1 - equilibrium) / p.N), 0.1 / p.N)
    return p.tau * log(FORGOTTEN * max(float((np.abs(counted - equilibrium) / scatter).max()), 1.0))
