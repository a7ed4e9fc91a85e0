"""Resonance in the true laboratory frame, without the rotating-wave approximation: drives, motion, and the line.

A linear field 2 w1 cos(wt) is the sum of two that turn: one with the spins, which drives them, and one against them,
which shifts the resonance. The line is the mean of Mz over a long time as a function of w: it is zero on resonance,
delta^2/(delta^2 + w1^2) beside it, and its centre is known much better than its width. Four phases of the drive are
averaged, because the start of a linear field at a maximum or at zero tilts the first step of the nutation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf, nan, pi
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import Parameters, choice, quantity
from spinviz.physics.resonance import bloch_laws, driven
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.resonance.common.frames import Look
from spinviz.systems.resonance.common.restarting import Restarting

Values = NDArray[np.float64]
Drive = Literal["linear", "circular", "counter-rotating"]

FREQUENCIES = 31
"""Of the line."""
PHASES = 4
"""Of the drive at each of them, averaged."""
SPAN = 0.8
"""Of the line on both sides of the Larmor frequency, in units of w1."""
FITTED = 0.5
"""Distance from its centre within which the line is fitted, in units of w1."""
SECONDS = 6.0
"""On screen, of one nutation."""
STEPS = 120
"""Of the run in one second on screen."""
PER_CYCLE = 24
"""Least steps of the run in one turn of the drive."""
TURN = 0.12
"""Radians of precession in one Magnus step: an error of 1e-6 in a hundred turns."""
STRONGEST = 0.35
"""Part of w0 that w1 may be for the shift to be w1^2/(4 w0) to 1.5 %."""
SETTLED = 3.0
"""Nutations after which the mean is known to 1 %."""
TRAIL = 1200
"""Points of the path of M that are kept."""
LOOKS = {"laboratory": "laboratory", "rotating": "rotating", "drive": "modulated"}
"""Frames here by their names in `frames`."""


class LaboratoryParameters(Parameters):
    """Inputs of `BlochSiegert`."""

    drive: Drive = choice("linear", "Field of the coil: oscillating along a line, or rotating with or against the "
    "precession of the spins.",
                          title="Drive")  # fmt: skip
    f0: float = quantity(
        2000.0, "Hz", "Larmor frequency in the static field.", title="Larmor frequency", symbol="f₀", ge=100, le=1e6,
        scale="log",
    )  # fmt: skip
    strength: float = quantity(
        0.2, "", "Amplitude of each rotating part of the drive over the static field.", title="Strength",
        symbol="ω₁/ω₀", ge=0.02, le=0.5,
        scale="log",
    )  # fmt: skip
    detuning: float = quantity(
        0.0, "", "Distance of the drive of M from the Larmor frequency, in units of ω₁.", title="Detuning of M",
        symbol="(ω−ω₀)/ω₁", ge=-2, le=2,
    )  # fmt: skip
    frame: Literal["laboratory", "rotating", "drive"] = choice(
        "laboratory", "Frame of reference of the picture.", title="Frame of reference", display=True
    )

    @property
    def w0(self) -> float:
        """Larmor frequency [rad/s]."""
        return 2 * pi * self.f0

    @property
    def w1(self) -> float:
        """Amplitude of the rotating part [rad/s]."""
        return self.strength * self.w0

    @property
    def w(self) -> float:
        """Frequency of the drive of M [rad/s]."""
        return self.w0 + self.detuning * self.w1

    @property
    def shift(self) -> float:
        """Shift of the resonance [rad/s] by the law: none for a field that turns with the spins."""
        return driven.bloch_siegert_shift(self.w1, self.w0) if self.drive == "linear" else 0.0

    @property
    def nutation(self) -> float:
        """Time [s] of one nutation."""
        return 2 * pi / self.w1


@dataclass
class LaboratoryState(Restarting):
    """Magnetization (3, 2 + PHASES FREQUENCIES) in the laboratory: M, M in the turning field alone, and the line.

    moments (5, PHASES FREQUENCIES): integrals of Mz t^k since the start; trail: as in `pulses`; inverted
    (FREQUENCIES,): mean Mz of the phases half a nutation after the start, at ``inverted_at`` [s], 0 before.
    """

    m: Values
    moments: Values
    look: Look
    trail: Trail
    inverted: Values
    inverted_at: float = 0.0


@lru_cache(maxsize=4)
def drives(p: LaboratoryParameters) -> tuple[Values, Values]:
    """Frequencies [rad/s] and phases [rad] (2 + PHASES FREQUENCIES,) of all drives."""
    line = p.w0 + p.w1 * np.linspace(-SPAN, SPAN, FREQUENCIES)
    w = np.concatenate([[p.w, p.w], np.tile(line, PHASES)])
    return w, np.concatenate([[0.0, 0.0], np.repeat(np.arange(PHASES) * pi / PHASES, FREQUENCIES)])


def field(p: LaboratoryParameters, t: Values) -> Values:
    """Field (steps, 2, 3, N) [rad/s] at the times ``t`` (steps, 2) [s]; spins turn as exp(-i w0 t)."""
    w, phase = drives(p)
    turned = w * t[:, :, None] + phase
    with_spins = np.ones_like(w) if p.drive != "counter-rotating" else np.zeros_like(w)
    against = np.zeros_like(w) if p.drive == "circular" else np.ones_like(w)
    with_spins[1], against[1] = 1.0, 0.0
    found = np.empty((*t.shape, 3, len(w)))
    found[:, :, 0] = p.w1 * (with_spins + against) * np.cos(turned)
    found[:, :, 1] = p.w1 * (against - with_spins) * np.sin(turned)
    found[:, :, 2] = p.w0
    return found


def halves(p: LaboratoryParameters, local: float) -> tuple[Values, Values]:
    """The parts (3,) of the drive of M that turn with and against the spins, in units of w1."""
    c, s = np.cos(p.w * local), np.sin(p.w * local)
    return (
        np.array([c, -s, 0.0]) * (p.drive != "counter-rotating"),
        np.array([c, s, 0.0]) * (p.drive != "circular"),
    )


def start(p: LaboratoryParameters) -> LaboratoryState:
    """Everything at rest along z."""
    count = PHASES * FREQUENCIES
    m = np.zeros((3, 2 + count))
    look = Look.at(LOOKS[p.frame])  # type: ignore[arg-type]
    state = LaboratoryState(m, np.zeros((5, count)), look, Trail.of(TRAIL, 9), np.zeros(FREQUENCIES))
    begin(state, p)
    return state


def begin(state: LaboratoryState, p: LaboratoryParameters) -> None:
    """Start again now."""
    state.m[:2], state.m[2] = 0.0, 1.0
    state.moments[:] = 0.0
    state.local = 0.0
    state.trail.begin()
    state.inverted_at = 0.0
    leave_trail(state, p)


def angles(p: LaboratoryParameters, local: float) -> Values:
    """Angles (5,) of `frames`, whose columns are used from the laboratory: the rotating frame and that of the drive."""
    return np.array([0.0, p.w0 * local, p.w * local, p.w * local, 0.0])


def leave_trail(state: LaboratoryState, p: LaboratoryParameters) -> None:
    """Append a point to the path of M."""
    state.trail.leave((state.local, *state.m[:, 0], *angles(p, state.local)))


def step(state: LaboratoryState, p: LaboratoryParameters, dt: float) -> None:
    """Magnus steps in the whole field, without approximation."""
    steps = driven.steps_for(dt, p.w0, TURN)
    h = dt / steps
    driven.drive(state.m, field(p, driven.nodes(state.local, h, steps)), h, inf, inf)
    state.local += dt
    t = p.w1 * state.local
    state.moments += (p.w1 * dt) * t ** np.arange(5)[:, None] * state.m[2, 2:]
    if state.inverted_at == 0.0 and state.local >= p.nutation / 2 - dt / 2:
        state.inverted = state.m[2, 2:].reshape(PHASES, FREQUENCIES).mean(axis=0)
        state.inverted_at = state.local
    state.look.go_on(LOOKS[p.frame], dt / lens(p), angles(p, state.local))  # type: ignore[arg-type]
    leave_trail(state, p)


def lens(p: LaboratoryParameters) -> float:
    """Simulated time per second on screen."""
    return p.nutation / SECONDS


def line(state: LaboratoryState, p: LaboratoryParameters) -> tuple[Values, Values]:
    """Distance from the Larmor frequency (FREQUENCIES,) in units of w1 and mean Mz since the start.

    The mean is weighted with s^2 (t - s)^2, so that what is not periodic in t fades with its third power.
    """
    x = np.linspace(-SPAN, SPAN, FREQUENCIES)
    t = p.w1 * state.local
    if t == 0:
        return x, np.ones(FREQUENCIES)
    m = state.moments
    mean = (t * t * m[2] - 2 * t * m[3] + m[4]) / (t**5 / 30)
    return x, mean.reshape(PHASES, FREQUENCIES).mean(axis=0)


def measured_shift(state: LaboratoryState, p: LaboratoryParameters) -> float:
    """Centre of the line [rad/s from the Larmor frequency]; NaN before it has settled and without a line.

    1/(1 - mean) = 1 + (delta/w1)^2 is a parabola: its vertex.
    """
    if state.local < SETTLED * p.nutation:
        return nan
    x, mean = line(state, p)
    if mean.min() > 0.3:
        return nan
    near = np.abs(x - x[np.argmin(mean)]) <= FITTED
    a, b, _ = np.polyfit(x[near], 1 / (1 - mean[near]), 2)
    return float(-b / (2 * a) * p.w1)


def shift_error(state: LaboratoryState, p: LaboratoryParameters) -> float:
    """How well the centre of the line is known [rad/s]: to 1.5 % of w1^2/4w0, and to 4 w1/(w1 t)^3 after the time t."""
    return 0.015 * driven.bloch_siegert_shift(p.w1, p.w0) + 4 * p.w1 / max(p.w1 * state.local, 1e-9) ** 3


def expected_line(p: LaboratoryParameters, x: Values, shift: float) -> Values:
    """Mean Mz (n,) at the distances ``x`` [w1] from the Larmor frequency, of a resonance shifted by ``shift`` [rad/s].

    Torrey 1949 and Rabi 1937: the mean of (delta^2 + w1^2 cos)/(delta^2 + w1^2).
    """
    delta = x - shift / p.w1
    return np.asarray(delta**2 / (1 + delta**2))


def inversion(p: LaboratoryParameters, x: Values, shift: float, t: float) -> Values:
    """Mz (n,) after the time ``t`` at the distances ``x`` [w1] from the Larmor frequency, for a ``shift`` [rad/s]."""
    return bloch_laws.off_resonance_pulse(t, p.w1, p.w1 * x - shift)


def rabi(p: LaboratoryParameters, local: Values) -> Values:
    """Mz (n,) in the field that turns with the spins: exact in the laboratory as well."""
    return bloch_laws.off_resonance_pulse(local, p.w1, p.w0 - p.w)
