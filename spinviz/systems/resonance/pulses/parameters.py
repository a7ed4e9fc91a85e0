"""What the explorer of pulses plays: its parameters, the modulation they describe, and its isochromats."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import inf, pi, radians
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import ParameterError, Parameters, choice, quantity, switch
from spinviz.model.units import show
from spinviz.physics.resonance import adiabatic
from spinviz.systems.resonance.common.frames import Frame

Values = NDArray[np.float64]

ISOCHROMATS = 161
"""Of the profile; odd, so that the carrier meets one."""
MOST_TURNS = 400.0
"""Turns of the fastest isochromat in a pulse: a path of more is no line any more."""
CUT = 0.1
"""Amplitude at the ends of a hyperbolic secant, relative to its peak, above which it is said to be cut off."""


class PulseParameters(Parameters):
    """Inputs of `Pulses`."""

    pulse: Literal["block", "linear sweep", "hyperbolic secant", "BIR-4"] = choice(
        "linear sweep", "Kind of the pulse.", title="Pulse", words={"block": "rectangle"}
    )
    w1: float = quantity(
        500.0, "Hz", "Largest amplitude of the pulse, as the frequency γB₁/2π.", title="Amplitude", symbol="γB₁/2π",
        ge=1, le=20_000, scale="log",
    )  # fmt: skip
    duration: float = quantity(
        0.02, "s", "Duration of the pulse.", title="Duration", symbol="T", ge=1e-4, le=10, scale="log"
    )
    bandwidth: float = quantity(
        8000.0, "Hz", "Range over which the frequency is swept (not of a block).", title="Sweep width", symbol="Δν",
        ge=10, le=100_000, scale="log",
    )  # fmt: skip
    mu: float = quantity(
        5.0, "", "Hyperbolic secant: ratio of the sweep to the rate of the amplitude; a larger one gives steeper "
        "edges.",
        title="Sharpness", symbol="μ", ge=0.5, le=20,
    )  # fmt: skip
    flip: float = quantity(90.0, "°", "BIR-4: flip angle.", title="Flip angle", symbol="α", ge=0, le=180)
    offset: float = quantity(
        0.0, "Hz", "Larmor frequency of M relative to the carrier.", title="Offset of M", symbol="Δf",
        ge=-20_000, le=20_000,
    )  # fmt: skip
    across: Literal["offset", "B1"] = choice(
        "offset",
        "What differs among the isochromats: their offset, or the strength of B₁.",
        title="Quantity varied",
        words={"B1": "B₁"},
    )
    span: float = quantity(
        6000.0, "Hz", "Largest offset of the isochromats, on both sides of the carrier.", title="Range of offsets",
        symbol="δf", ge=1, le=50_000, scale="log",
    )  # fmt: skip
    start: Literal["equilibrium", "B1", "B_eff"] = choice(
        "equilibrium",
        "Direction of M at the start: along z, along B₁, or along the effective field.",
        title="Initial direction of M",
        words={"equilibrium": "along z", "B1": "along B₁", "B_eff": "along the field"},
    )
    relaxation: bool = switch(False, "Let M relax with T₁ and T₂.", title="Relaxation")
    T1: float = quantity(
        1.0, "s", "Longitudinal relaxation time.", title="T₁ relaxation time", symbol="T₁", ge=1e-3, le=10, scale="log"
    )
    T2: float = quantity(
        0.1, "s", "Transverse relaxation time (at most 2 T₁).", title="T₂ relaxation time", symbol="T₂", ge=1e-3, le=10,
        scale="log",
    )  # fmt: skip
    frame: Frame = choice("modulated", "Frame of reference of the picture.", title="Frame of reference", display=True)

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        idle = {} if self.pulse == "hyperbolic secant" else {"mu": "only for a hyperbolic secant"}
        if self.pulse != "BIR-4":
            idle["flip"] = "only for BIR-4"
        if self.pulse == "block":
            idle["bandwidth"] = "a rectangle has no sweep"
        if self.across == "B1":
            idle["span"] = "only where offsets are varied"
        if not self.relaxation:
            idle |= dict.fromkeys(("T1", "T2"), "only with relaxation")
        return idle

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Return validated parameters; refuse what no picture can show and what no spin allows."""
        p = super().of(**values)
        turns = p.duration * p.fastest / (2 * pi)
        if turns > MOST_TURNS:
            raise ParameterError(
                f"duration = {show(p.duration, 's')} lets isochromats precess {turns:.0f} times, the limit is "
                f"{MOST_TURNS:.0f}: choose a shorter duration or a smaller w1, bandwidth, offset or span"
            )
        if p.relaxation and p.T2 > 2 * p.T1:
            raise ParameterError(
                f"T2 = {show(p.T2, 's')} is longer than 2 T1 = {show(2 * p.T1, 's')}, which no spin allows: "
                "choose a shorter T2 or a longer T1"
            )
        return p

    @property
    def peak(self) -> float:
        """Largest amplitude [rad/s]."""
        return 2 * pi * self.w1

    @property
    def dw(self) -> float:
        """Offset of M [rad/s]."""
        return 2 * pi * self.offset

    @property
    def tissue(self) -> tuple[float, float]:
        """T1 and T2 [s], infinite without relaxation."""
        return (self.T1, self.T2) if self.relaxation else (inf, inf)

    @property
    def rate(self) -> float:
        """Rate b [rad/s] of the hyperbolic secant's amplitude."""
        return pi * self.bandwidth / self.mu

    @property
    def cut(self) -> float:
        """Where the hyperbolic secant is cut off, relative to its peak."""
        return adiabatic.truncation(self.duration, self.rate)

    @property
    def fastest(self) -> float:
        """Largest effective field [rad/s] that any isochromat sees."""
        swept = 0.0 if self.pulse == "block" else self.bandwidth / 2
        away = max(self.span if self.across == "offset" else 0.0, abs(self.offset)) + swept
        strongest = STRONGEST if self.across == "B1" else 1.0
        return 2 * pi * float(np.hypot(strongest * self.w1, away))


STRONGEST = 2.5
"""Largest scale of B1 among the isochromats."""


@lru_cache(maxsize=8)
def modulation(p: PulseParameters) -> adiabatic.Modulation:
    """The pulse that the parameters describe."""
    swept = 2 * pi * p.bandwidth
    if p.pulse == "linear sweep":
        return adiabatic.linear_sweep(p.duration, p.peak, swept / p.duration)
    if p.pulse == "hyperbolic secant":
        return adiabatic.hyperbolic_secant(p.duration, p.peak, p.rate, p.mu)
    if p.pulse == "BIR-4":
        return adiabatic.bir4(p.duration, radians(p.flip), p.peak, swept / 2)
    return adiabatic.constant(p.duration, p.peak)


@lru_cache(maxsize=8)
def spins(p: PulseParameters) -> tuple[Values, Values]:
    """Offsets [rad/s] and B1 scales (1 + ISOCHROMATS,): M first, then those of the profile."""
    dw, b1 = np.full(1 + ISOCHROMATS, p.dw), np.ones(1 + ISOCHROMATS)
    if p.across == "offset":
        dw[1:] = 2 * pi * np.linspace(-p.span, p.span, ISOCHROMATS)
    else:
        b1[1:] = np.linspace(0.0, STRONGEST, ISOCHROMATS)
    return dw, b1


def beginning(p: PulseParameters) -> Values:
    """Magnetization (3, 1 + ISOCHROMATS) at the start of the pulse, each along its own field where asked for."""
    dw, b1 = spins(p)
    m = np.zeros((3, len(dw)))
    m[2] = 1.0
    if p.start == "equilibrium":
        return m
    pulse, zero = modulation(p), np.zeros(1)
    w1 = complex(pulse.at(zero)[0]) * b1
    wz = dw - pulse.sweep(zero) if p.start == "B_eff" else np.zeros_like(dw)
    field = np.stack([w1.real, w1.imag, wz])
    length = np.sqrt(np.sum(field**2, axis=0))
    return np.where(length > 0, field / np.where(length > 0, length, 1.0), m)
