"""Magnetization in a coil that acts back: parameters, state, pulses and closed forms of `radiation_damping`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf, nan, pi
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Departure
from spinviz.model.parameters import Parameters, choice, quantity, switch
from spinviz.model.system import State
from spinviz.physics.resonance import bloch
from spinviz.physics.resonance import radiation_damping as damped
from spinviz.physics.resonance.radiation_damping import Damping
from spinviz.systems.pictures.trail import Trail, arc

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

TRAIL = 2400
"""Points of the path of M that are kept."""


class DampingParameters(Parameters):
    """Inputs of `RadiationDamping`."""

    Trd: float = quantity(
        0.02, "s", "Time in which the tuned coil damps a small signal.", title="Damping time", symbol="T_rd", ge=1e-3,
        le=10, scale="log",
    )  # fmt: skip
    closed: bool = switch(
        True, "Current flows in the coil; open, it only listens to the voltage.", title="Circuit closed"
    )
    detuning: float = quantity(
        0.0, "", "Larmor frequency minus that of the coil, in half widths of its resonance.", title="Detuning of coil",
        symbol="d", ge=-4, le=4,
    )  # fmt: skip
    flip: float = quantity(90.0, "°", "Flip angle of the free pulse.", title="Flip angle", symbol="α", ge=0, le=180)
    relaxation: Literal["none", "T2", "T1 and T2"] = choice(
        "none", "Relaxation beside the damping.", title="Relaxation"
    )
    T1: float = quantity(
        2.0, "s", "Longitudinal relaxation or pumping time.", title="Longitudinal", symbol="T₁", ge=1e-3, le=100,
        scale="log",
    )  # fmt: skip
    T2: float = quantity(
        0.2, "s", "Transverse relaxation time.", title="Transverse", symbol="T₂", ge=1e-3, le=100, scale="log"
    )
    M0: float = quantity(
        1.0, "", "Magnetization to which T₁ leads; negative when a pump keeps up an inversion.", title="Equilibrium",
        symbol="M_eq/M₀", ge=-1, le=1,
    )  # fmt: skip
    offset: float = quantity(10.0, "Hz", "Offset from the carrier.", title="Offset", symbol="Δf", ge=-200, le=200)
    spread: float = quantity(
        0.0, "Hz", "Half width of a Lorentzian spread of the offsets.", title="Spread of offsets", symbol="δf", ge=0,
        le=50, rebuild=True,
    )  # fmt: skip
    isochromats: int = quantity(
        400, "", "Number of isochromats of a spread; without a spread one is enough.", title="Isochromats", symbol="N",
        ge=1, le=4000, scale="log", rebuild=True,
    )  # fmt: skip

    @property
    def count(self) -> int:
        """Number of isochromats that are needed."""
        return self.isochromats if self.spread > 0 else 1


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


@lru_cache(maxsize=64)
def circuit(p: DampingParameters) -> Damping:
    """Coil and sample."""
    T1 = p.T1 if p.relaxation == "T1 and T2" else inf
    T2 = p.T2 if p.relaxation != "none" else inf
    return Damping(p.Trd if p.closed else inf, p.detuning, T1, T2, p.M0)


@lru_cache(maxsize=8)
def offsets(p: DampingParameters) -> Values:
    """Offsets (N,) [rad/s]."""
    return 2 * pi * p.offset + bloch.offset_quantiles(p.count, "lorentzian", 2 * pi * p.spread)


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


def solved(state: DampingState, p: DampingParameters, d: Departure) -> bool:
    """Whether the closed form holds: one magnetization without T1."""
    return p.spread == 0 and p.relaxation != "T1 and T2" and d.start.aligned


def prediction(p: DampingParameters, d: Departure, t: Values) -> tuple[Complex, Values]:
    """M+ and Mz (n,) by the closed form; NaN before the last change."""
    x, y, z = d.start.net
    ahead = np.asarray(t, dtype=np.float64) - d.time
    plus, mz = damped.closed_form(circuit(p), np.maximum(ahead, 0.0), complex(x, y), float(z), 2 * pi * p.offset)
    early = ahead < -1e-12
    return np.where(early, nan, plus), np.where(early, nan, mz)
