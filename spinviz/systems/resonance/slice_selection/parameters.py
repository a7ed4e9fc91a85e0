"""Slice selection: its inputs, the pulse and the gradients.

The slice is perpendicular to x, so that the picture shows true directions: positions along x, B0 upwards along z.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import pi, radians, sqrt
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import ParameterError, Parameters, choice, quantity
from spinviz.model.units import show
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.resonance.adiabatic import secant_rate
from spinviz.physics.sequence import rf_pulses
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Rf, Sequence

Values = NDArray[np.float64]

HERTZ_PER_TESLA = PROTON_GYROMAGNETIC_RATIO / (2 * pi)
RAMP = 0.3e-3
"""Seconds in which a gradient rises or falls."""
MOST_GRADIENT = 0.08
"""T/m that a scanner gives."""
MOST_B1 = 30e-6
"""T that a coil gives."""
CRUSHER = 0.03
"""Gradient [T/m] of the lobes on both sides of a refocusing pulse."""
TURNS = 3
"""Turns that such a lobe gives to the thickness of the slice."""
SECANT_CUT = 0.01
"""Part of its peak at which a hyperbolic secant begins and ends."""
STEEP = 2.64
"""Sharpness mu from which on sech^2(pi mu/2) is below 0.1 %."""


class SliceParameters(Parameters):
    """Inputs of `SliceSelection`."""

    pulse: Literal["sinc", "gauss", "slr", "secant", "block"] = choice(
        "sinc",
        "Shape of the pulse: sinc with a Hamming window, Gauss, Shinnar-Le Roux, hyperbolic secant or rectangle.",
        title="Pulse",
        words={"gauss": "Gauss", "slr": "Shinnar-Le Roux", "secant": "hyperbolic secant", "block": "rectangle"},
    )
    use: Literal["excite", "invert", "refocus"] = choice(
        "excite",
        "What the pulse is for: excitation with a rephasing lobe, inversion, refocusing between crushers.",
        title="Use",
    )
    flip: float = quantity(
        10.0, "°", "Flip angle in the middle of the slice (the hyperbolic secant always inverts).", title="Flip angle",
        symbol="α", ge=1, le=180,
    )  # fmt: skip
    duration: float = quantity(
        3e-3, "s", "Duration of the pulse.", title="Duration", symbol="T", ge=5e-4, le=0.02, scale="log"
    )
    time_bandwidth: float = quantity(
        4.0, "", "Time-bandwidth product: bandwidth times duration.", title="Time-bandwidth", symbol="TBW", ge=1, le=16
    )
    thickness: float = quantity(
        5e-3, "m", "Thickness of the slice.", title="Thickness", symbol="Δx", ge=5e-4, le=0.05, scale="log"
    )
    offset: float = quantity(
        0.0, "Hz", "Frequency of the pulse relative to the Larmor frequency: it moves the slice.",
        title="Carrier offset", symbol="f", ge=-3000, le=3000,
    )  # fmt: skip
    shift: float = quantity(
        0.0, "Hz", "Chemical shift of the sample (fat: −220 Hz at 1.5 T).", title="Chemical shift", symbol="δ",
        ge=-1000, le=1000,
    )  # fmt: skip
    rephasing: float = quantity(
        1.0, "", "Area of the rephasing lobe relative to the ideal one.", title="Rephasing", symbol="r", ge=0, le=1.5
    )
    extent: float = quantity(
        0.02, "m", "Length of the sample along the gradient.", title="Sample", symbol="L", ge=2e-3, le=0.2, scale="log"
    )
    isochromats: int = quantity(
        720, "", "Number of isochromats.", title="Isochromats", symbol="N", ge=8, le=20_000, scale="log", rebuild=True
    )

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        idle = {} if self.use == "excite" else {"rephasing": "only after an excitation"}
        if self.pulse == "secant":
            idle["flip"] = "a hyperbolic secant always inverts"
        if self.pulse == "block":
            idle["time_bandwidth"] = "fixed for a rectangle"
        return idle

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Return validated parameters; refuse what neither gradients nor coil can do."""
        p = super().of(**values)
        try:
            design = pulse_of(p)
        except rf_pulses.PulseError as error:
            raise ParameterError(f"pulse = {p.pulse} of time_bandwidth = {p.time_bandwidth:g}: {error}") from error
        if rf_pulses.peak_b1(design) > MOST_B1:
            raise ParameterError(
                f"flip = {p.flip:.3g}° of this pulse in duration = {show(p.duration, 's')} "
                f"(use {p.use}, time_bandwidth = {p.time_bandwidth:.3g}) needs "
                f"{rf_pulses.peak_b1(design) * 1e6:.3g} µT, the limit is {MOST_B1 * 1e6:g} µT: choose a longer "
                "duration or a smaller flip angle"
            )
        if gradient(p) > MOST_GRADIENT * HERTZ_PER_TESLA:
            raise ParameterError(
                f"thickness = {show(p.thickness, 'm')} with duration = {show(p.duration, 's')} and "
                f"time_bandwidth = {p.time_bandwidth:.3g} needs {1e3 * gradient(p) / HERTZ_PER_TESLA:.3g} mT/m, "
                f"the limit is {1e3 * MOST_GRADIENT:g} mT/m: choose a thicker slice or a longer duration"
            )
        return p

    @property
    def angle(self) -> float:
        """Flip angle [rad]."""
        return radians(self.flip)

    @property
    def carrier(self) -> float:
        """Frequency of the pulse relative to the sample's spins in no gradient [Hz]."""
        return self.offset - self.shift


def pulse_of(p: SliceParameters) -> Rf:
    """The pulse; its carrier has the phase 0 in the middle, so that every slice is excited alike."""
    design = _design(p.pulse, p.use, p.angle, p.duration, p.time_bandwidth)
    return replace(design, start=RAMP, frequency=p.offset, phase=pi * p.offset * p.duration)


@lru_cache(maxsize=32)
def _design(pulse: str, use: str, flip: float, duration: float, time_bandwidth: float) -> Rf:
    word = {"excite": "excitation", "invert": "inversion", "refocus": "refocusing"}[use]
    if pulse == "sinc":
        return rf_pulses.sinc(duration, flip, time_bandwidth, use=word)
    if pulse == "gauss":
        return rf_pulses.gauss(duration, flip, time_bandwidth, use=word)
    if pulse == "slr":
        kind: Any = "small" if use == "excite" and flip < radians(30) else word
        return rf_pulses.slr_pulse(duration, flip, time_bandwidth, kind, use=word)
    if pulse == "secant":
        width = time_bandwidth / duration
        return rf_pulses.hyperbolic_secant(duration, secant_peak(duration, width), width, SECANT_CUT, use=word)
    return rf_pulses.block(duration, flip, use=word)


def secant_peak(duration: float, width: float) -> float:
    """Peak [rad/s] of a hyperbolic secant that inverts the middle of its slice.

    There Mz is -tanh^2 x + cos(pi sqrt((W0/b)^2 - mu^2)) sech^2 x, x = pi mu/2: -1 for (W0/b)^2 = mu^2 + 1, and within
    0.2 % for mu^2 + 4 where mu is large, which leaves more room for a weaker field.
    """
    rate = secant_rate(duration, SECANT_CUT)
    mu = pi * width / rate
    return rate * sqrt(mu**2 + (4 if mu > STEEP else 1))


def bandwidth(p: SliceParameters) -> float:
    """Full width at half of the profile [Hz]; that of a rectangle is fixed by its duration."""
    return rectangle_width() / p.duration if p.pulse == "block" else p.time_bandwidth / p.duration


@lru_cache(maxsize=1)
def rectangle_width() -> float:
    """Bandwidth times duration of a rectangular pulse: the full width of a sinc at half height, 1.207."""
    return rf_pulses.bandwidth(rf_pulses.block(1.0, 0.01), 40001)


def gradient(p: SliceParameters) -> float:
    """Slice gradient [Hz/m]."""
    return rf_pulses.slice_gradient(bandwidth(p), p.thickness)


def prescribed(p: SliceParameters) -> float:
    """Where the scanner believes the slice to be [m]."""
    return p.offset / gradient(p)


def centre(p: SliceParameters) -> float:
    """Where the slice is [m]: the gradient makes up for carrier and chemical shift."""
    return p.carrier / gradient(p)


@lru_cache(maxsize=8)
def places(count: int, extent: float) -> Values:
    """Positions (N,) along x [m]."""
    return extent * ((np.arange(count) + 0.5) / count - 0.5)


def places_of(p: SliceParameters) -> Values:
    """Positions (N,) of the isochromats along x [m]."""
    return places(p.isochromats, p.extent)


@dataclass(frozen=True)
class Lobe:
    """A trapezoid: amplitude [Hz/m] and the length [s] of its top."""

    amplitude: float
    flat: float

    @property
    def area(self) -> float:
        """Integral [1/m]."""
        return self.amplitude * (self.flat + RAMP)

    @property
    def duration(self) -> float:
        """With both ramps [s]."""
        return self.flat + 2 * RAMP

    def block(self, rf: Rf | HardPulse | None = None, label: str = "") -> Block:
        """The lobe alone or with a pulse on its top."""
        return Block(self.duration, rf, (Gradient.trapezoid(self.amplitude, RAMP, self.flat, RAMP), None, None),
                     label=label)  # fmt: skip


def selecting(p: SliceParameters) -> Lobe:
    """The gradient under the pulse."""
    return Lobe(gradient(p), p.duration)


def rephaser(p: SliceParameters) -> Lobe:
    """Takes back what the gradient did after the middle of the pulse, times `rephasing`."""
    area = -p.rephasing * (p.duration + RAMP) / 2 * gradient(p)
    flat = p.duration / 2
    return Lobe(area / (flat + RAMP), flat)


def crusher(p: SliceParameters) -> Lobe:
    """Turns the isochromats of the slice several times, before and after a refocusing pulse."""
    area = TURNS / p.thickness
    flat = max(area / (CRUSHER * HERTZ_PER_TESLA) - RAMP, RAMP)
    return Lobe(area / (flat + RAMP), flat)


def sequence_of(p: SliceParameters) -> Sequence:
    """Pulse and gradients, and a rest in which the result stands."""
    selection = selecting(p).block(pulse_of(p), "selection")
    if p.use == "refocus":
        tip = Block(0.0, HardPulse(pi / 2, -pi / 2, use="excitation"), label="90°")
        blocks = [tip, crusher(p).block(), selection, crusher(p).block()]
    elif p.use == "invert" or p.pulse == "secant":
        blocks = [selection]
    else:
        blocks = [selection, rephaser(p).block(label="rephasing")]
    played = sum(block.duration for block in blocks)
    return Sequence((*blocks, Block(played / 3, label="rest")), {"Name": "slice selection"})


def end(p: SliceParameters) -> float:
    """When the last gradient is over [s]."""
    return sequence_of(p).duration * 3 / 4
