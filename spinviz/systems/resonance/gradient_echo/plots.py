"""Plots of gradient-echo trains: echoes, flip angles, the band profile, RF spoiling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Line
from spinviz.model.units import show
from spinviz.physics.resonance.bloch_laws import (
    ernst_angle,
    spoiled_gradient_echo,
    unspoiled_gradient_echo,
)
from spinviz.systems.resonance.gradient_echo.parameters import GradientEchoParameters
from spinviz.systems.resonance.gradient_echo.state import (
    GradientEchoState,
    decay,
    phases_per_TR,
    some,
    steady_echo,
    steady_profile,
)
from spinviz.systems.resonance.gradient_echo.steady import repetitions_until_steady, spoiling_curve

Values = NDArray[np.float64]

SHOWN = 1000
"""Points of a line of isochromats."""


def echo_lines(state: GradientEchoState, p: GradientEchoParameters) -> tuple[Line, ...]:
    """|M+| of the last echoes over the repetition, with the steady state or what ideal spoiling would give."""
    past = state.past()[-120:]
    steady, name = steady_echo(p), "steady state"
    if np.isnan(steady):
        steady, name = ideal_echo(p), "ideal spoiling"
    first = past[0, 0] if len(past) else 0.0
    end = max(state.repetition, first + 20)
    return (
        Line(past[:, 0], past[:, 2], "echo", marks=True),
        Line(np.array([first, end]), np.full(2, steady), name, "theory", dashed=True),
    )


def ideal_echo(p: GradientEchoParameters) -> float:
    """The steady echo of ideal spoiling."""
    return float(np.abs(spoiled_gradient_echo(p.angle, p.TR, p.T1))) * decay(p)


def flip_lines(state: GradientEchoState, p: GradientEchoParameters) -> tuple[Line, ...]:
    """Echo over the flip angle: steady states by the law, where we are, and what was heard on the way."""
    x = np.linspace(0.0, 90.0 if p.flip <= 90 else 179.0, 180)
    a = np.radians(x)
    spoiled = spoiled_gradient_echo(a, p.TR, p.T1) * decay(p)
    best = ernst_angle(p.TR, p.T1)
    top = float(spoiled_gradient_echo(best, p.TR, p.T1)) * decay(p)
    visited = last_of_each(state.past())
    lines = [
        Line(x, spoiled, "spoiled", "theory", dashed=True),
        Line(np.degrees([best, best]), np.array([0.0, top]), f"Ernst {np.degrees(best):.0f}°", "muted"),
    ]
    if p.kind == "unspoiled":
        unspoiled = unspoiled_gradient_echo(a, p.TR, p.T1, p.T2) * decay(p)
        lines.append(Line(x, unspoiled, "unspoiled", "y", dashed=True))
    else:
        lines += comparison(p, x, spoiled)
    lines.append(Line(visited[:, 1], visited[:, 2], "echo", "simulation", marks=True))
    lines.append(Line(np.array([p.flip]), np.array([state.echo[1]]), "now", "net", marks=True))
    return tuple(lines)


def last_of_each(past: Values) -> Values:
    """The last echo of each flip angle among ``past`` (n, 3)."""
    if not len(past):
        return past
    changes = np.flatnonzero(np.diff(past[:, 1]) != 0)
    return np.asarray(past[np.append(changes, len(past) - 1)])


def comparison(p: GradientEchoParameters, x: Values, spoiled: Values) -> tuple[Line, ...]:
    """The other tissue's signal and the difference, the contrast."""
    other = spoiled_gradient_echo(np.radians(x), p.TR, p.other_T1) * decay(p)
    contrast = spoiled - other
    best = int(np.argmax(np.abs(contrast)))
    return (
        Line(x, other, f"T₁′ = {show(p.other_T1, 's')}", "x", dashed=True),
        Line(x, np.abs(contrast), f"contrast, best {x[best]:.0f}°", "y"),
    )


def profile_lines(state: GradientEchoState, p: GradientEchoParameters) -> tuple[Line, ...]:
    """|M+| and Mz of the isochromats over the phase they gain per TR, with the law of Freeman and Hill."""
    every = some(p, SHOWN)
    x, m = np.degrees(phases_per_TR(p)[every]), state.m[:, every]
    transverse, z = steady_profile(p, state.local, every)
    return (
        Line(x, np.hypot(m[0], m[1]), "|M_xy|", marks=len(x) < 3),
        Line(x, m[2].copy(), "M_z", "y", marks=len(x) < 3),
        Line(x, np.abs(transverse), "steady state", "theory", dashed=True),
        Line(x, z, "", "theory", dashed=True),
    )


def increment_lines(state: GradientEchoState, p: GradientEchoParameters) -> tuple[Line, ...]:
    """Steady echo over the increment of RF spoiling, ideal spoiling dashed, and where we are."""
    x, y = spoiling_curve(p.flip, p.TR, p.T1, p.T2)
    now = p.increment if p.increment <= 180 else 360 - p.increment  # Both ways round are alike.
    count = repetitions_until_steady(p.TR, p.T1)
    name = "steady state" if count * p.TR >= 3 * p.T1 else f"after {count} repetitions"
    return (
        Line(x, y * decay(p), name, "muted"),
        Line(x[[0, -1]], np.full(2, ideal_echo(p)), "ideal spoiling", "theory", dashed=True),
        Line(np.array([now]), np.array([state.echo[1]]), "now", "net", marks=True),
    )
