"""Magnetization in a coil that acts back: state, pulses and steps of `radiation_damping`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.physics.resonance import bloch
from spinviz.physics.resonance import radiation_damping as damped
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.resonance.common.vectors import arc
from spinviz.systems.resonance.radiation_damping.parameters import DampingParameters, circuit, offsets

Values = NDArray[np.float64]

TRAIL = 2400
"""Points of the path of M that are kept."""


@dataclass
class DampingState(State):
    """mx, my, mz (N,) in units of M0, the squared lengths that they keep without relaxation, and the path of M (3,)."""

    mx: Values
    my: Values
    mz: Values
    squares: Values
    trail: Trail

    @property
    def net(self) -> Values:
        """Mean magnetization (3,)."""
        return bloch.net_magnetization(self.mx, self.my, self.mz)


@lru_cache(maxsize=8)
def coefficients(p: DampingParameters, dt: float) -> damped.Coefficients:
    """Coefficients of one step of the method."""
    return damped.coefficients(circuit(p), offsets(p), dt)


@dataclass(frozen=True, eq=False)
class Start:
    """What the closed forms start from: the net magnetization (3,), and whether all isochromats point the same way."""

    net: Values
    aligned: bool


def start_of(state: DampingState) -> Start:
    """See `Start`."""
    return Start(state.net, max(float(np.ptp(m)) for m in (state.mx, state.my, state.mz)) < 1e-12)


def measure(state: DampingState) -> None:
    """Take the lengths of now as those that are kept."""
    state.squares = state.mx**2 + state.my**2 + state.mz**2


def pulse(state: DampingState, p: DampingParameters, angle: float) -> None:
    """Rotate everything by ``angle`` [rad] about x, at once."""
    before = state.net
    bloch.rotate(state.mx, state.my, state.mz, angle, 0.0)
    measure(state)
    for m in arc(before, angle):
        state.trail.leave(m)


def spoil(state: DampingState, p: DampingParameters) -> None:
    """Destroy the transverse magnetization."""
    state.mx[:] = state.my[:] = 0.0
    measure(state)


def reset(state: DampingState, p: DampingParameters) -> None:
    """Back along z, and forget the path."""
    state.mz[:] = 1.0
    state.trail.begin()
    spoil(state, p)
