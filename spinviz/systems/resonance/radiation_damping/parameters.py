"""Inputs of radiation damping, the coil and sample that they describe, and the axes that suit them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import inf, pi, radians
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import Parameters, choice, quantity, switch
from spinviz.physics.resonance import bloch
from spinviz.physics.resonance.radiation_damping import Damping

Values = NDArray[np.float64]


class DampingParameters(Parameters):
    """Inputs of `RadiationDamping`."""

    Trd: float = quantity(
        0.02, "s", "Time in which the tuned coil damps a small signal.", title="Damping time", symbol="T_rd", ge=1e-3,
        le=10, scale="log",
    )  # fmt: skip
    closed: bool = switch(
        True,
        "Whether current flows in the coil; in an open circuit its voltage is measured without acting back.",
        title="Closed circuit",
    )
    detuning: float = quantity(
        0.0, "", "Larmor frequency minus that of the coil, in half widths of its resonance.", title="Coil detuning",
        symbol="d", ge=-4, le=4,
    )  # fmt: skip
    flip: float = quantity(90.0, "°", "Flip angle of the free pulse.", title="Flip angle", symbol="α", ge=0, le=180)
    relaxation: Literal["none", "T2", "T1 and T2"] = choice(
        "none",
        "Relaxation in addition to the damping.",
        title="Relaxation",
        words={"T2": "T₂", "T1 and T2": "T₁ and T₂"},
    )
    T1: float = quantity(
        2.0, "s", "Longitudinal relaxation or pumping time.", title="T₁ relaxation time", symbol="T₁", ge=1e-3, le=100,
        scale="log",
    )  # fmt: skip
    T2: float = quantity(
        0.2, "s", "Transverse relaxation time.", title="T₂ relaxation time", symbol="T₂", ge=1e-3, le=100, scale="log"
    )
    M0: float = quantity(
        1.0, "", "Magnetization towards which T₁ relaxes; negative when a pump maintains an inversion.",
        title="Equilibrium",
        symbol="M_eq/M₀", ge=-1, le=1,
    )  # fmt: skip
    offset: float = quantity(10.0, "Hz", "Offset from the carrier.", title="Offset", symbol="Δf", ge=-200, le=200)
    spread: float = quantity(
        0.0, "Hz", "Half width of a Lorentzian spread of the offsets.", title="Spread of offsets", symbol="δf", ge=0,
        le=50, rebuild=True,
    )  # fmt: skip
    isochromats: int = quantity(
        400, "", "Number of isochromats when offsets are spread; otherwise one is enough.", title="Isochromats",
        symbol="N",
        ge=1, le=4000, scale="log", rebuild=True,
    )  # fmt: skip

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        idle = {} if self.relaxation == "T1 and T2" else dict.fromkeys(("T1", "M0"), "only with T₁ relaxation")
        if self.relaxation == "none":
            idle["T2"] = "only with relaxation"
        return idle

    @property
    def count(self) -> int:
        """Number of isochromats that are needed."""
        return self.isochromats if self.spread > 0 else 1


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


def window(p: DampingParameters) -> float:
    """Time [s] in which a burst after the free pulse comes and goes."""
    burst = np.log(max(np.tan(radians(min(p.flip, 179.99)) / 2), 1.0)) if p.closed else 3.0
    slowed = 1 / (circuit(p).gain * p.Trd) if p.closed else 1.0
    pumped = 4 * p.T1 if p.relaxation == "T1 and T2" and p.M0 < 0 else 0.0
    fanned = 1.8 if p.spread > 0 else 1.0
    return max(float(p.Trd * slowed * fanned * (10 + 1.2 * burst)), pumped)


def line_span(p: DampingParameters) -> float:
    """Half of the spectrum shown [Hz]: some line widths."""
    rate = circuit(p).gain + abs(circuit(p).shift) + 1 / circuit(p).T2
    return max(1.6 * rate / pi if rate > 0 else 0.0, 8 * p.spread, 4.0)
