"""The approach of a gradient-echo train to its steady state, and the steady states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, exp, nan

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law
from spinviz.physics.resonance.bloch_laws import spoiled_approach
from spinviz.systems.resonance.gradient_echo.parameters import GradientEchoParameters
from spinviz.systems.resonance.gradient_echo.state import (
    GradientEchoState,
    phase_step,
    phases_per_TR,
    steady_echo,
    steady_profile,
)
from spinviz.systems.resonance.gradient_echo.steady import aliasing

Values = NDArray[np.float64]

SETTLED = 0.2
"""Distance from the steady state up to which it is claimed."""
ROUNDING = 1e-12
STEADY = 1e-10
"""Distance below which nothing is left of a transient."""


@dataclass(frozen=True)
class Start:
    """What closed forms start from: the next pulse, number ``base`` at ``base_time`` [s], finds ``mz``.

    ``distance``: the largest of an isochromat from its steady state, which shrinks by max(E1, E2) in every repetition.
    """

    base: int
    base_time: float
    mz: float
    distance: float


def start_of(state: GradientEchoState, p: GradientEchoParameters, dephased: float) -> Start:
    """See `Start`; ``dephased``: part of a repetition's phases that a spoiler has given so far.

    In the steady state the next pulse is like the last: the echo heard last belongs to it, too.
    """
    mz, number, time = float(state.m[2].mean()), state.repetition, state.began
    if state.local > 0:  # the pulse of this repetition has been played
        wait = max(p.TR - state.local, 0.0)
        mz, number, time = 1 + (mz - 1) * exp(-wait / p.T1), number + 1, state.time + wait
    distance = abs(mz - handed_on(p)) if p.kind == "ideal" else _distance(state, p, dephased)
    before = number - state.echo[0] if distance < STEADY and state.heard else 0
    return Start(number - before, time - before * p.TR, mz, distance)


def handed_on(p: GradientEchoParameters) -> float:
    """M_z before each pulse in the steady state of ideal spoiling."""
    E1 = exp(-p.TR / p.T1)
    return (1 - E1) / (1 - E1 * cos(p.angle))


def _distance(state: GradientEchoState, p: GradientEchoParameters, dephased: float) -> float:
    """Largest distance of an isochromat from its steady state; 2 where that has no closed form."""
    if p.kind not in ("balanced", "unspoiled"):
        return 2.0
    plus, z = steady_profile(p, min(state.local, p.TR) or p.TR)
    if p.dephases:
        plus = plus * np.exp(-1j * (dephased if state.local else 1.0) * phases_per_TR(p))
    if state.local == 0 and state.begun == state.repetition:  # already in the frame of the pulse to come
        plus = plus * np.exp(-1j * phase_step(p, state.repetition))
    return float(np.hypot(np.abs(state.m[0] + 1j * state.m[1] - plus), state.m[2] - z).max())


def left(state: GradientEchoState, p: GradientEchoParameters, d: Departure, time: float) -> float:
    """Largest possible distance of an isochromat from its steady state at ``time`` of the run [s].

    One repetition is a rotation and a relaxation, which shrinks every difference at least by max(E1, E2). With ideal
    spoiling only M_z is handed on, and its distance shrinks by E1 |cos alpha| from pulse to pulse.
    """
    if p.kind == "ideal":
        factor = abs(exp(-p.TR / p.T1) * cos(p.angle))
        return float(d.start.distance * factor ** max(state.echo[0] - d.start.base, 0))
    return float(d.start.distance * exp(-max(time - d.time, 0.0) / max(p.T1, p.T2)))


def at_echo(state: GradientEchoState, p: GradientEchoParameters, d: Departure) -> float:
    """`left` when the last echo was heard."""
    return left(state, p, d, d.start.base_time + (state.echo[0] - d.start.base) * p.TR + p.TE)


def done(state: GradientEchoState, d: Departure) -> int:
    """Pulses played since the closed forms start, less one; negative before."""
    return int(state.begun - d.start.base)


def predicted_mz(state: GradientEchoState, p: GradientEchoParameters, d: Departure, t: Values) -> Values:
    """Mz (n,) at the times ``t`` of an ideally spoiled train: recovery between the pulses of the approach."""
    elapsed = np.asarray(t, np.float64) - d.start.base_time
    n = np.floor(elapsed / p.TR + 1e-9)
    after = cos(p.angle) * spoiled_approach(n, d.start.mz, p.angle, p.TR, p.T1)
    return np.where(elapsed >= 0, 1 + (after - 1) * np.exp(-(elapsed - n * p.TR) / p.T1), nan)


def settled(kind: str) -> Callable[[GradientEchoState, GradientEchoParameters, Departure], bool]:
    """Law holds for this kind once the transient has mostly gone."""
    return lambda s, p, d: p.kind == kind and s.echo[0] >= d.start.base and at_echo(s, p, d) < SETTLED


def in_profile(s: GradientEchoState, p: GradientEchoParameters, d: Departure) -> bool:
    """Whether the profile is compared: the transient has gone and a pulse of this repetition lies behind."""
    inside = p.kind in ("balanced", "unspoiled") and s.begun == s.repetition and 0 < s.local < p.TR
    return inside and done(s, d) >= 0 and left(s, p, d, s.time) < SETTLED


SYMBOLS = {
    "M_z^{−}": "longitudinal magnetization before the pulse",
    "n": "number of the pulse",
    "M_{∞}": "steady state",
    "E_1": "longitudinal decay in a repetition, e^{−TR/T₁}",
    "E_2": "transverse decay in a repetition, e^{−TR/T₂}",
    "S": "signal at the echo time",
    "M_{+}": "transverse magnetization after the pulse",
}

LAWS = (
    Law(
        "approach", "Approach to the steady state", "before",
        theory=lambda s, p, d: float(spoiled_approach(done(s, d), d.start.mz, p.angle, p.TR, p.T1)),
        latex=r"M_z^-(n)=M_\infty+(M_z^-(0)-M_\infty)(E_1\cos\alpha)^n,"
        r"\quad M_\infty=\frac{1-E_1}{1-E_1\cos\alpha}",
        validity="Ideal spoiling: no transverse magnetization is left when a pulse comes.",
        tolerance=1e-12, because="Rounding of some thousand exact steps of 1e-16 each.",
        reference="Ernst and Anderson, Rev. Sci. Instrum. 37, 93 (1966)",
        check=Check(1.5), holds=lambda s, p, d: p.kind == "ideal" and done(s, d) >= 0,
        curve=predicted_mz, plots=("magnetization",),
    ),
    Law(
        "ernst", "Ernst steady state", "echo", theory=lambda s, p, d: steady_echo(p),
        latex=r"S=\frac{\sin\alpha\,(1-E_1)}{1-E_1\cos\alpha}\,e^{-TE/T_2}",
        validity="Ideal spoiling, after many equal repetitions.",
        tolerance=1.0, because="In units of what is left of the transient, plus rounding of 1e-12.",
        reference="Ernst and Anderson, Rev. Sci. Instrum. 37, 93 (1966)",
        check=Check(0.3, actions=((0.0, "settle"),)), scale=lambda s, p, d: at_echo(s, p, d) + ROUNDING,
        holds=settled("ideal"),
    ),
    Law(
        "unspoiled", "Unspoiled steady state", "echo", theory=lambda s, p, d: steady_echo(p),
        latex=r"S=\tan\frac{\alpha}{2}\left(1-(E_1-\cos\alpha)\sqrt{\frac{1-E_2^2}"
        r"{(1-E_1\cos\alpha)^2-E_2^2(E_1-\cos\alpha)^2}}\right)e^{-TE/T_2}",
        validity="A gradient rotates the isochromats by whole turns per TR, after many equal repetitions.",
        tolerance=1.0,
        because="In units of what can be left of the transient and of the aliasing of N isochromats, plus 1e-12.",
        reference="Hänicke and Vogel, Magn. Reson. Med. 49, 771 (2003)",
        check=Check(0.2, preset="fisp", actions=((0.0, "settle"),)),
        scale=lambda s, p, d: at_echo(s, p, d) + aliasing(p.angle, p.TR, p.T1, p.T2, p.isochromats) + ROUNDING,
        holds=settled("unspoiled"),
    ),
    Law(
        "balanced", "Balanced steady state", "echo", theory=lambda s, p, d: steady_echo(p),
        latex=r"S=\frac{\sin\alpha\,(1-E_1)}{1-(E_1-E_2)\cos\alpha-E_1E_2}\,e^{-TE/T_2}",
        validity="Balanced gradients, after many equal repetitions; written for the middle of the band.",
        tolerance=1.0, because="In units of what can be left of the transient, plus rounding of 1e-12.",
        reference="Freeman and Hill, J. Magn. Reson. 4, 366 (1971)",
        check=Check(0.08, {"spread": 0.0}, preset="band", actions=((0.0, "settle"),)),
        scale=lambda s, p, d: at_echo(s, p, d) + ROUNDING, holds=settled("balanced"),
    ),
    Law(
        "band", "Band profile", "profile", theory=lambda s, p, d: 0.0,
        latex=r"M_+=\frac{(1-E_1)\sin\alpha\,(E_2\sin\varphi+i(1-E_2\cos\varphi))}"
        r"{(1-E_1\cos\alpha)(1-E_2\cos\varphi)-(E_1-\cos\alpha)(E_2-\cos\varphi)E_2}",
        validity="Every isochromat that gains the phase φ from pulse to pulse, after many equal repetitions.",
        tolerance=1.0, because="In units of what can be left of the transient, plus rounding of 1e-12.",
        reference="Freeman and Hill, J. Magn. Reson. 4, 366 (1971)",
        check=Check(0.08, preset="band", actions=((0.0, "settle"),)),
        scale=lambda s, p, d: left(s, p, d, s.time) + ROUNDING, holds=in_profile,
    ),
)  # fmt: skip
