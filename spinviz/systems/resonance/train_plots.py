"""Plots of gradient-echo trains: echoes, flip angles, the band profile, RF spoiling."""

from __future__ import annotations

from math import pi, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Line
from spinviz.model.units import show
from spinviz.physics.bloch_laws import (
    balanced_steady_state,
    ernst_angle,
    spoiled_approach,
    spoiled_gradient_echo,
    unspoiled_gradient_echo,
)
from spinviz.systems.resonance.steady import spoiling_curve
from spinviz.systems.resonance.train import (
    GradientEchoParameters,
    GradientEchoState,
    decay,
    phases_per_TR,
    predicted_echo,
    steady_profile,
    tissue,
)

Values = NDArray[np.float64]


def echo_lines(state: GradientEchoState, p: GradientEchoParameters) -> tuple[Line, ...]:
    """|M+| of every echo over the repetition, with the approach and the steady state."""
    past = state.past()[-120:]
    end = max(state.repetition, 20)
    lines = [Line(past[:, 0], past[:, 2], "echo", marks=True)]
    steady = predicted_echo(state, p)
    if p.kind == "ideal" and state.tissue == tissue(p):
        n = np.arange(state.base, end + 1, dtype=np.float64)
        approach = spoiled_approach(n - state.base, state.start, p.angle, p.TR, p.T1) * sin(p.angle) * decay(p)
        lines.append(Line(n, np.abs(approach), "approach (E₁ cos α)ⁿ", "theory", dashed=True))
    elif not np.isnan(steady):
        first = past[0, 0] if len(past) else 0.0
        lines.append(Line(np.array([first, end]), np.full(2, steady), "steady state", "theory", dashed=True))
    else:
        ideal = abs(float(spoiled_gradient_echo(p.angle, p.TR, p.T1))) * decay(p)
        first = past[0, 0] if len(past) else 0.0
        lines.append(Line(np.array([first, end]), np.full(2, ideal), "ideal spoiling", "theory", dashed=True))
    return tuple(lines)


def flip_lines(state: GradientEchoState, p: GradientEchoParameters) -> tuple[Line, ...]:
    """Echo over the flip angle: steady states by the law, where we are, and what was heard on the way."""
    x = np.linspace(0.0, 90.0 if p.flip <= 90 else 179.0, 180)
    a = np.radians(x)
    spoiled = spoiled_gradient_echo(a, p.TR, p.T1) * decay(p)
    lines = [Line(x, spoiled, "spoiled", "theory", dashed=True)]
    if p.kind in ("unspoiled", "rf"):
        unspoiled = unspoiled_gradient_echo(a, p.TR, p.T1, p.T2) * decay(p)
        lines.append(Line(x, unspoiled, "unspoiled", "y", dashed=True))
    if p.kind == "balanced":
        lines.append(Line(x, balanced_steady_state(pi, a, p.TR, p.T1, p.T2)[1] * decay(p), "balanced, in the band", "y",
                          dashed=True))  # fmt: skip
    if p.kind == "ideal":
        lines += comparison(p, x, spoiled)
    best = ernst_angle(p.TR, p.T1)
    top = float(spoiled_gradient_echo(best, p.TR, p.T1)) * decay(p)
    mark = np.degrees([best, best])
    lines.append(Line(mark, np.array([0.0, top]), f"Ernst angle {mark[0]:.1f}°", "muted"))
    past = state.past()
    lines.append(Line(past[:, 1], past[:, 2], "", "muted", marks=True))
    lines.append(Line(np.array([p.flip]), np.array([state.echo[1]]), "now", marks=True))
    return tuple(lines)


def comparison(p: GradientEchoParameters, x: Values, spoiled: Values) -> tuple[Line, ...]:
    """The other tissue's signal and the difference, the contrast."""
    other = spoiled_gradient_echo(np.radians(x), p.TR, p.other_T1) * decay(p)
    contrast = spoiled - other
    best = int(np.argmax(np.abs(contrast)))
    return (
        Line(x, other, f"T₁′ = {show(p.other_T1, 's')}", "x", dashed=True),
        Line(x, np.abs(contrast), f"contrast, best at {x[best]:.0f}°", "z"),
    )


def profile_lines(state: GradientEchoState, p: GradientEchoParameters) -> tuple[Line, ...]:
    """|M+| and Mz of the isochromats over the phase they gain per TR, with the law of Freeman and Hill."""
    x = np.degrees(phases_per_TR(p))
    transverse, z = steady_profile(p, state.local)
    return (
        Line(x, np.hypot(state.m[0], state.m[1]), "|M_xy|", marks=len(x) < 3),
        Line(x, state.m[2].copy(), "M_z", "z", marks=len(x) < 3),
        Line(x, np.abs(transverse), "steady state", "theory", dashed=True),
        Line(x, z, "", "theory", dashed=True),
    )


def increment_lines(state: GradientEchoState, p: GradientEchoParameters) -> tuple[Line, ...]:
    """Steady echo over the increment of RF spoiling, ideal spoiling dashed, and where we are."""
    x, y = spoiling_curve(p.flip, p.TR, p.T1, p.T2)
    ideal = abs(float(spoiled_gradient_echo(p.angle, p.TR, p.T1))) * decay(p)
    now = p.increment if p.increment <= 180 else 360 - p.increment  # Both ways round are alike.
    return (
        Line(x, y * decay(p), "steady state of ψ", "muted"),
        Line(x[[0, -1]], np.full(2, ideal), "ideal spoiling", "theory", dashed=True),
        Line(np.array([now]), np.array([state.echo[1]]), "now", marks=True),
    )
