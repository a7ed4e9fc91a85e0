"""Gradient-echo trains: their inputs, their state from pulse to pulse, and the closed forms they reach.

The magnetization is played in the frame of the pulse of the present repetition, which is also that of the receiver; a
repetition begins by turning it back by as much as the phase of the pulse advances. So every repetition is one and the
same sequence, whatever the phases, and nothing is approximated. The picture turns it forth again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import cos, exp, nan, pi, radians
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import ParameterError, Parameters, choice, quantity, switch
from spinviz.model.units import show
from spinviz.physics.resonance.bloch_laws import (
    balanced_steady_state,
    spoiled_approach,
    spoiled_gradient_echo,
    unspoiled_gradient_echo,
)
from spinviz.systems.resonance.common.played import PlayedState
from spinviz.systems.resonance.gradient_echo.steady import transient

Values = NDArray[np.float64]

VOXEL = 1e-3
"""Side of the voxel [m] over which the spoiler turns the isochromats once."""
ECHOES = 600
"""Echoes that are kept."""
SETTLED = 0.2
"""Part of the transient that may be left when a steady state is claimed."""
COMPARED = 200
"""Isochromats compared with the steady profile at every step."""
ROUNDING = 1e-12


class GradientEchoParameters(Parameters):
    """Inputs of `GradientEcho`."""

    kind: Literal["ideal", "rf", "unspoiled", "balanced"] = choice(
        "ideal",
        "What happens to the transverse magnetization: ideal spoiling, gradient and RF spoiling, gradient only (FISP), "
        "balanced gradients (bSSFP).",
        title="Spoiling",
    )
    flip: float = quantity(30.0, "°", "Flip angle of every pulse.", title="Flip angle", symbol="α", ge=0, le=180)
    TR: float = quantity(
        0.03, "s", "Repetition time.", title="Repetition time", symbol="TR", ge=2e-3, le=1.0, scale="log"
    )
    TE: float = quantity(0.008, "s", "Echo time: when the signal is sampled.", title="Echo time", symbol="TE", ge=0,
                         le=0.1)  # fmt: skip
    T1: float = quantity(
        0.6, "s", "Longitudinal relaxation time.", title="Longitudinal", symbol="T₁", ge=0.02, le=5, scale="log"
    )
    T2: float = quantity(
        0.08, "s", "Transverse relaxation time (at most 2 T₁).", title="Transverse", symbol="T₂", ge=1e-3, le=5,
        scale="log",
    )  # fmt: skip
    increment: float = quantity(
        117.0, "°", "RF spoiling: by how much the phase step between pulses grows each time.",
        title="RF spoiling", symbol="ψ", ge=0, le=360,
    )  # fmt: skip
    advance: float = quantity(
        180.0, "°", "Balanced: phase step from pulse to pulse.", title="Phase step", symbol="Δφ", ge=0, le=360
    )
    centre: float = quantity(
        0.0, "°", "Balanced: phase that the middle of the isochromats gains per TR.", title="Off-resonance per TR",
        symbol="φ", ge=-180, le=180,
    )  # fmt: skip
    spread: float = quantity(
        360.0, "°", "Balanced: range of the phases gained per TR.", title="Range of phases", symbol="δφ", ge=0, le=360
    )
    preparation: bool = switch(
        False, "Balanced: begin with a pulse of α/2, half a TR before the first α.", title="α/2 first", rebuild=True
    )
    other_T1: float = quantity(
        1.2, "s", "T₁ of a tissue to compare with, in the plot of the flip angle.", title="Other tissue",
        symbol="T₁′", ge=0.02, le=5, scale="log",
    )  # fmt: skip
    isochromats: int = quantity(
        200, "", "Number of isochromats.", title="Isochromats", symbol="N", ge=1, le=20_000, scale="log", rebuild=True
    )

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Return validated parameters; refuse an echo after the next pulse and relaxation that cannot be."""
        p = super().of(**values)
        if p.TE >= p.TR:
            raise ParameterError(
                f"TE = {show(p.TE, 's')} is not before the next pulse at TR = {show(p.TR, 's')}: "
                "choose a shorter TE or a longer TR"
            )
        if p.T2 > 2 * p.T1:
            raise ParameterError(
                f"T2 = {show(p.T2, 's')} is longer than 2 T1 = {show(2 * p.T1, 's')}, which no spin allows: "
                "choose a shorter T2 or a longer T1"
            )
        return p

    @property
    def angle(self) -> float:
        """Flip angle [rad]."""
        return radians(self.flip)

    @property
    def dephases(self) -> bool:
        """Whether a gradient turns the isochromats once per TR."""
        return self.kind != "balanced"


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
    The closed forms start at the repetition ``base`` with ``start`` = Mz just before its pulse at ``base_time`` [s];
    they belong to the parameters ``tissue`` and there is none while that is empty.
    """

    phase: float = 0.0
    begun: int = -1
    before: float = nan
    echoes: Values = field(default_factory=lambda: np.zeros((ECHOES, 3)))
    heard: int = 0
    base: int = 0
    base_time: float = 0.0
    start: float = 1.0
    tissue: tuple[Any, ...] = ()

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


def tissue(p: GradientEchoParameters) -> tuple[Any, ...]:
    """What a repetition depends on: a change of it begins a new approach."""
    return tuple(value for name, value in p.model_dump().items() if name not in ("other_T1", "preparation"))


def repetitions(state: GradientEchoState) -> int:
    """Equal repetitions that lie behind the last echo; -1 when it belongs to other parameters."""
    return max(state.echo[0] - state.base, -1) if state.tissue else -1


def undisturbed(state: GradientEchoState, p: GradientEchoParameters) -> bool:
    """Whether the last echo belongs to an approach with the present parameters."""
    return state.tissue == tissue(p) and repetitions(state) >= 0


def left(state: GradientEchoState, p: GradientEchoParameters) -> float:
    """Largest possible distance of the last echo from the steady state."""
    return transient(max(repetitions(state), 0), p.TR, p.T1, p.T2)


def settled(kind: str) -> Any:
    """Law holds for this kind once the transient has mostly gone."""
    return lambda s, p: p.kind == kind and undisturbed(s, p) and left(s, p) < SETTLED


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


def in_profile(state: GradientEchoState, p: GradientEchoParameters) -> bool:
    """Whether the profile is compared: the transient has gone and a pulse of this repetition lies behind."""
    gone = state.tissue == tissue(p) and 0 < state.local < p.TR
    return gone and p.kind in ("balanced", "unspoiled") and transient(done(state), p.TR, p.T1, p.T2) < SETTLED


def done(state: GradientEchoState) -> int:
    """Equal repetitions since the closed forms start."""
    return max(state.begun - state.base, 0)


def predicted_mz(state: GradientEchoState, p: GradientEchoParameters, t: Values) -> Values:
    """Mz (n,) at the times ``t`` of an ideally spoiled train: recovery between the pulses of the approach."""
    elapsed = np.asarray(t, np.float64) - state.base_time
    n = np.floor(elapsed / p.TR + 1e-9)
    after = cos(p.angle) * spoiled_approach(n, state.start, p.angle, p.TR, p.T1)
    return np.where(elapsed >= 0, 1 + (after - 1) * np.exp(-(elapsed - n * p.TR) / p.T1), nan)


def predicted_echo(state: GradientEchoState | None, p: GradientEchoParameters) -> float:
    """Echo of the steady state, whatever the kind; NaN where there is no closed form."""
    return _steady_echo(p)


@lru_cache(maxsize=4)
def _steady_echo(p: GradientEchoParameters) -> float:
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
    """A repetition begins: go to the frame of its pulse; with other parameters the closed forms start here."""
    step = phase_step(p, state.repetition) if state.repetition else 0.0
    if step:
        transverse = (state.m[0] + 1j * state.m[1]) * np.exp(-1j * step)
        state.m[0], state.m[1] = transverse.real, transverse.imag
        state.phase = (state.phase + step) % (2 * pi)
    state.begun = state.repetition
    state.before = float(state.m[2].mean())
    if state.tissue != tissue(p):
        state.tissue = tissue(p)
        state.base, state.base_time, state.start = state.repetition, state.began, state.before


def invert(state: GradientEchoState) -> None:
    """Turn M over about the axis of the pulse; a new approach begins with the next one."""
    state.m[1:] *= -1
    state.tissue = ()


def restart(state: GradientEchoState) -> None:
    """Equilibrium; forget the path."""
    state.m[:2], state.m[2] = 0.0, 1.0
    state.trail.begin()
    state.tissue = ()
