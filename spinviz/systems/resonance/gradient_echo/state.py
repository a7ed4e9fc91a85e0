"""Gradient-echo trains: their state from pulse to pulse, and the steady states they reach.

The magnetization is played in the frame of the pulse of the present repetition, which is also that of the receiver; a
repetition begins by turning it back by as much as the phase of the pulse advances. So every repetition is one and the
same sequence, whatever the phases, and nothing is approximated. The picture turns it forth again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import exp, nan, pi, radians

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.resonance.bloch_laws import (
    balanced_steady_state,
    spoiled_gradient_echo,
    unspoiled_gradient_echo,
)
from spinviz.systems.resonance.common.played import PlayedState
from spinviz.systems.resonance.gradient_echo.parameters import GradientEchoParameters

Values = NDArray[np.float64]

VOXEL = 1e-3
"""Side of the voxel [m] over which the spoiler turns the isochromats once."""
ECHOES = 600
"""Echoes that are kept."""
COMPARED = 200
"""Isochromats compared with the steady profile at every step."""


@lru_cache(maxsize=4)
def phases_per_TR(p: GradientEchoParameters) -> Values:
    """Phase (N,) [rad] that each isochromat gains between two pulses, by its offset or by the gradient."""
    spread, centre = (2 * pi, 0.0) if p.dephases else (radians(p.spread), radians(p.centre))
    return centre + spread * ((np.arange(p.isochromats) + 0.5) / p.isochromats - 0.5)


@dataclass
class GradientEchoState(PlayedState):
    """Magnetization in the frame of the present pulse, whose ``phase`` [rad] is known in the rotating frame.

    ``begun``: the last repetition whose pulse was prepared; ``before``: Mz just before its pulse; ``echoes``
    (ECHOES, 3): repetition, flip angle [deg] and |M+| at TE, a ring buffer of which ``heard`` were written.
    """

    phase: float = 0.0
    begun: int = -1
    before: float = nan
    echoes: Values = field(default_factory=lambda: np.zeros((ECHOES, 3)))
    heard: int = 0

    def leave_trail(self, m: Values, time: float) -> None:
        """Append a point to the path of M, seen from the rotating frame."""
        super().leave_trail(turned(m[None, :], self.phase)[0], time)

    @property
    def echo(self) -> tuple[int, float]:
        """Repetition and |M+| of the last echo; NaN before the first."""
        if not self.heard:
            return -1, nan
        n, _, size = self.echoes[(self.heard - 1) % ECHOES]
        return int(n), float(size)

    def hear(self, n: int, p: GradientEchoParameters, size: float) -> None:
        """Keep the echo of repetition ``n``."""
        self.echoes[self.heard % ECHOES] = (n, p.flip, size)
        self.heard += 1

    def past(self) -> Values:
        """The echoes (n, 3) that are kept, oldest first."""
        return self.echoes[np.arange(max(0, self.heard - ECHOES), self.heard) % ECHOES]


def turned(vectors: Values, angle: float) -> Values:
    """Vectors (n, 3) with the transverse part turned by ``angle`` [rad]."""
    transverse = (vectors[:, 0] + 1j * vectors[:, 1]) * np.exp(1j * angle)
    return np.stack([transverse.real, transverse.imag, vectors[:, 2]], axis=1)


def decay(p: GradientEchoParameters) -> float:
    """What T2 leaves at the echo time."""
    return exp(-p.TE / p.T2)


@lru_cache(maxsize=4)
def _after_pulse(p: GradientEchoParameters) -> tuple[NDArray[np.complex128], Values]:
    """M+ and Mz (N,) just after each pulse of the steady state: Freeman and Hill. Kept for the last parameters."""
    step = 0.0 if p.dephases else radians(p.advance)
    x, y, z = balanced_steady_state(phases_per_TR(p) + step, p.angle, p.TR, p.T1, p.T2)
    return x + 1j * y, z


def steady_profile(
    p: GradientEchoParameters, since: float, every: slice = slice(None)
) -> tuple[NDArray[np.complex128], Values]:
    """M+ and Mz of ``every`` isochromat in the steady state, ``since`` [s] after each pulse, in its frame."""
    transverse, z = _after_pulse(p)
    free = exp(-since / p.T2) * np.exp(-1j * (0.0 if p.dephases else since / p.TR) * phases_per_TR(p)[every])
    return transverse[every] * free, 1 + (z[every] - 1) * exp(-since / p.T1)


def some(p: GradientEchoParameters, most: int) -> slice:
    """Every so many isochromats, at most ``most`` of them."""
    return slice(None, None, -(-p.isochromats // most))


def band_deviation(state: GradientEchoState, p: GradientEchoParameters) -> float:
    """Largest distance of |M+| or Mz of an isochromat from the steady profile; NaN where there is none."""
    if p.kind not in ("balanced", "unspoiled"):
        return nan
    every = some(p, COMPARED)
    transverse, z = steady_profile(p, state.local, every)
    size = np.abs(np.hypot(state.m[0, every], state.m[1, every]) - np.abs(transverse))
    return float(max(size.max(), np.abs(state.m[2, every] - z).max()))


@lru_cache(maxsize=4)
def steady_echo(p: GradientEchoParameters) -> float:
    """Echo of the steady state, whatever the kind; NaN where there is no closed form."""
    if p.kind == "ideal":
        return float(np.abs(spoiled_gradient_echo(p.angle, p.TR, p.T1))) * decay(p)
    if p.kind == "unspoiled":
        return float(unspoiled_gradient_echo(p.angle, p.TR, p.T1, p.T2)) * decay(p)
    if p.kind == "balanced":
        return float(abs(steady_profile(p, p.TE)[0].mean()))
    return nan


def phase_step(p: GradientEchoParameters, n: int) -> float:
    """Angle [rad] by which the phase of pulse ``n`` is ahead of that of the pulse before it."""
    if p.kind == "rf":
        return radians(p.increment * n % 360)
    return radians(p.advance) if p.kind == "balanced" else 0.0


def begin(state: GradientEchoState, p: GradientEchoParameters) -> None:
    """A repetition begins: go to the frame of its pulse."""
    step = phase_step(p, state.repetition) if state.repetition else 0.0
    if step:
        transverse = (state.m[0] + 1j * state.m[1]) * np.exp(-1j * step)
        state.m[0], state.m[1] = transverse.real, transverse.imag
        state.phase = (state.phase + step) % (2 * pi)
    state.begun = state.repetition
    state.before = float(state.m[2].mean())


def invert(state: GradientEchoState) -> None:
    """Turn M over about the axis of the pulse; a new approach begins with the next one."""
    state.m[1:] *= -1


def restart(state: GradientEchoState) -> None:
    """Equilibrium; forget the path."""
    state.m[:2], state.m[2] = 0.0, 1.0
    state.trail.begin()
