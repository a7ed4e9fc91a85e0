"""The state of a train of pulses: magnetization, echoes heard, the signal so far, and the random walk of the spins."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.systems.resonance.common.played import PlayedState
from spinviz.systems.resonance.spin_echoes.parameters import EchoParameters, coherences

Values = NDArray[np.float64]

MOST = 256
"""Readings kept of one repetition."""
RECORD = 2400
"""Steps kept of one repetition: a few more than it has."""


@dataclass
class EchoState(PlayedState):
    """Also the amplitudes heard in this repetition, and the random walk of the spins along the gradient.

    amplitudes (MOST,), the first ``heard`` of which are known; walk (N,) [m] since the repetition began; key (2,) and
    ``draws`` of its generator; record (RECORD, 2) of time [s] and |M+| in this repetition, the first ``rows`` of which
    are known.
    """

    walk: Values = field(default_factory=lambda: np.zeros(0))
    key: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(2, np.uint64))
    draws: int = 0
    amplitudes: Values = field(default_factory=lambda: np.zeros(MOST))
    heard: int = 0
    record: Values = field(default_factory=lambda: np.zeros((RECORD, 2)))
    rows: int = 0


def latest(state: EchoState) -> float:
    """Amplitude of the last echo; NaN before the first."""
    return float(state.amplitudes[state.heard - 1]) if state.heard else nan


def echo_time(state: EchoState, p: EchoParameters) -> float:
    """Time of the last echo [s]; NaN before the first."""
    return float(coherences(p).reads[state.heard - 1]) if state.heard else nan


def measured_T2(state: EchoState, p: EchoParameters) -> float:
    """T2 [s] from a straight line through the logarithms of the echoes of a train; NaN with fewer than two."""
    if not p.trains or state.heard < 2:
        return nan
    echoes = state.amplitudes[: state.heard]
    if echoes.min() < 1e-12:
        return nan
    slope = float(np.polyfit(coherences(p).reads[: state.heard], np.log(echoes), 1)[0])
    return -1 / slope if slope < -1e-6 else nan


def diffuse(state: EchoState, p: EchoParameters, dt: float) -> None:
    """Walk for ``dt`` [s] along the gradient; the phase is the exact integral over a Brownian path.

    Given the step s of a walk, the integral of the position over dt is x dt + s dt/2 plus a Gaussian of the variance
    2 D dt^3/12 (Brownian bridge).
    """
    generator = np.random.Generator(np.random.Philox(key=state.key, counter=[0, 0, 0, state.draws]))
    state.draws += 1
    steps, bridges = generator.standard_normal((2, len(state.walk)))
    steps *= sqrt(2 * p.diffusion * dt)
    integral = (state.walk + steps / 2) * dt + bridges * sqrt(p.diffusion * dt**3 / 6)
    state.walk = state.walk + steps
    transverse = (state.m[0] + 1j * state.m[1]) * np.exp(-1j * p.slope * integral)
    state.m[0], state.m[1] = transverse.real, transverse.imag
