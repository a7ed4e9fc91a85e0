"""Isochromats tipped by hard pulses: parameters, state, pulses and exact steps of the system `isochromats`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, nan, pi, sin
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import Parameters, choice, quantity, switch
from spinviz.model.system import State
from spinviz.physics.resonance import bloch
from spinviz.systems.pictures.trail import Trail, arc
from spinviz.systems.resonance.common.frames import Look

Values = NDArray[np.float64]
Distribution = Literal["lorentzian", "gaussian", "uniform"]

TRAIL = 2400
"""Points of the path of M that are kept."""


class IsochromatParameters(Parameters):
    """Inputs of `Isochromats`."""

    B0: float = quantity(1.5, "T", "Static field along z.", title="Static field", symbol="B₀", ge=0.01, le=20)
    T1: float = quantity(
        0.26, "s", "Longitudinal relaxation time.", title="Longitudinal", symbol="T₁", ge=1e-3, le=10, scale="log"
    )
    T2: float = quantity(
        0.12, "s", "Transverse relaxation time of one isochromat (at most 2 T₁).", title="Transverse", symbol="T₂",
        ge=1e-3, le=10, scale="log",
    )  # fmt: skip
    offset: float = quantity(
        10.0,
        "Hz",
        "Offset from the Larmor frequency of the rotating frame.",
        title="Offset",
        symbol="Δf",
        ge=-200,
        le=200,
    )
    spread: float = quantity(
        1.0, "Hz", "Spread of the offsets: half width at half maximum, standard deviation or half range.",
        title="Spread of offsets", symbol="δf", ge=0, le=50,
    )  # fmt: skip
    distribution: Distribution = choice("lorentzian", "Distribution of the offsets.", title="Distribution")
    flip: float = quantity(30.0, "°", "Flip angle of the free pulse.", title="Flip angle", symbol="α", ge=0, le=360)
    isochromats: int = quantity(
        1000, "", "Number of isochromats.", title="Isochromats", symbol="N", ge=1, le=20_000, scale="log", rebuild=True
    )
    frame: Literal["rotating", "laboratory"] = choice(
        "rotating", "Frame of reference of the picture.", title="Frame", display=True
    )
    coil: bool = switch(True, "Show the coil, alight with its voltage.", title="Coil", display=True)


@dataclass
class Coherence:
    """What is known of the transverse magnetization since the last excitation from equilibrium along z.

    ``centre``: the time at which all isochromats are (or were) in phase; ``amplitude`` that of M then, without T2.
    NaN where no single coherence exists.
    """

    excited: float = nan
    centre: float = nan
    amplitude: float = nan


@dataclass
class IsochromatState(State):
    """Magnetization in the rotating frame, and the path of M.

    mx, my, mz (N,) in units of M0; trail: time and M (4,); ``look``: the frame it is seen from, on the way to another
    after a change.
    """

    mx: Values
    my: Values
    mz: Values
    coherence: Coherence
    trail: Trail
    look: Look

    @property
    def net(self) -> Values:
        """Mean magnetization (3,)."""
        return bloch.net_magnetization(self.mx, self.my, self.mz)


@lru_cache(maxsize=8)
def offsets(count: int, distribution: str, offset: float, spread: float) -> Values:
    """Offsets (N,) [rad/s]: quantiles of the distribution about the common offset."""
    return 2 * pi * offset + bloch.offset_quantiles(count, distribution, 2 * pi * spread)


def offsets_of(p: IsochromatParameters) -> Values:
    """Offsets (N,) [rad/s] for these parameters."""
    return offsets(p.isochromats, p.distribution, p.offset, p.spread)


@lru_cache(maxsize=8)
def decay_times(count: int, T2: float) -> Values:
    """T2 (N,) [s] of every isochromat, as the kernels take it."""
    return np.full(count, T2)


@lru_cache(maxsize=8)
def propagator(p: IsochromatParameters, dt: float) -> tuple[Values, Values, Values, Values]:
    """Coefficients of one exact step, see `bloch.free_propagator`."""
    ones = np.ones(p.isochromats)
    return bloch.free_propagator(p.T1 * ones, p.T2 * ones, ones, offsets_of(p), dt)


def pulse(state: IsochromatState, p: IsochromatParameters, angle: float, phase: float) -> None:
    """Rotate everything by ``angle`` [rad] about the axis at ``phase`` [rad] in the transverse plane, at once."""
    before = state.net
    refocus(state, angle, before)
    bloch.rotate(state.mx, state.my, state.mz, angle, phase)
    if not np.isnan(state.coherence.excited) and state.coherence.excited == state.time:
        state.coherence.amplitude = float(np.hypot(*state.net[:2]))
    for m in arc(before, angle, phase):
        state.trail.leave((state.time, *m))


def refocus(state: IsochromatState, angle: float, before: Values) -> None:
    """Follow what a pulse does to a single coherence: excite it from z, turn it round (180°), or end it."""
    transverse = float(np.max(np.hypot(state.mx, state.my)))
    known = state.coherence
    if transverse < 1e-9:
        # Only an even M_z gives one coherence: pulses before a spoiler leave one that varies with the offset.
        excites = abs(sin(angle)) > 1e-9 and float(np.ptp(state.mz)) < 1e-9
        state.coherence = Coherence(state.time, state.time, nan) if excites else Coherence()
    elif abs(cos(angle / 2)) < 1e-9:
        state.coherence = Coherence(known.excited, 2 * state.time - known.centre, known.amplitude)
    else:
        state.coherence = Coherence()
