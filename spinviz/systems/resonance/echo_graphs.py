"""What is drawn of echoes: amplitudes with their laws, coherence pathways, the pulse diagram's expected signal."""

from __future__ import annotations

from functools import lru_cache
from math import sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import DiagramRow, DiagramSpan, Line
from spinviz.physics.bloch_laws import hahn_echo
from spinviz.physics.coherences import TICK
from spinviz.physics.echo_laws import diffusion_echo
from spinviz.physics.epg import Pathways
from spinviz.systems.resonance.echo_trains import (
    EchoParameters,
    coherences,
    expected_echoes,
    named_echoes,
    other_train,
)

Values = NDArray[np.float64]

COLORS = ("net", "y", "x", "z", "up")
"""Roles of the echoes of three pulses."""
STRONG, WEAK, LEAST = 0.2, 0.07, 0.01
"""Classes of |F| of pathways."""
FINE = 900
"""Points of the expected signal in the pulse diagram."""


# --- amplitudes -------------------------------------------------------------------------------------------------


def amplitude_lines(measured: Values, p: EchoParameters) -> tuple[Line, ...]:
    """Echo amplitudes against time: ``measured`` (echoes so far,) and the laws."""
    times = np.array([echo.time for echo in named_echoes(p)])
    seen = Line(times[: len(measured)], measured, "measured", role="net", marks=True)
    if p.train == "stimulated":
        return (stems(p), *named_marks(measured, p))
    return (*_laws(p), seen)


def named_marks(measured: Values, p: EchoParameters) -> tuple[Line, ...]:
    """One dot for each echo heard of three pulses, in a colour and with a name of its own."""
    heights = np.full(len(COLORS), np.nan)
    heights[: len(measured)] = measured
    return tuple(
        Line(np.array([echo.time]), np.array([height]), echo.name, role=role, marks=True)
        for echo, height, role in zip(named_echoes(p), heights, COLORS)
    )


@lru_cache(maxsize=8)
def stems(p: EchoParameters) -> Line:
    """The closed forms of the five echoes as heights over their times."""
    echoes = named_echoes(p)
    x = np.repeat([echo.time for echo in echoes], 3)
    y = np.array([value for echo in echoes for value in (0.0, echo.amplitude, np.nan)])
    return Line(x, y, "Hahn 1950", role="theory")


@lru_cache(maxsize=8)
def _laws(p: EchoParameters) -> tuple[Line, ...]:
    end = coherences(p).end
    t = np.linspace(0.0, end, 200)
    first, second, _ = p.angles
    if p.train == "free":
        return (Line(t, sin(first) * np.exp(-t / p.T2), "exp(−t/T₂)", role="theory"),)
    if p.train == "hahn":
        relaxed = hahn_echo(t / 2, first, second, p.T2)
        if not p.diffuses:
            return (Line(t, relaxed, "law against TE = 2τ", role="theory"),)
        law = relaxed * diffusion_echo(t / 2, p.slope, p.diffusion)
        return (
            Line(t, relaxed, "without diffusion", role="muted"),
            Line(t, law, "exp(−⅔ γ²G²Dτ³)", role="theory"),
        )
    times = coherences(p).reads
    here, there = expected_echoes(p), expected_echoes(other_train(p))
    lines = [Line(t, sin(first) * np.exp(-t / p.T2), "exp(−t/T₂)", role="muted")]
    if np.max(np.abs(here - there)) > 1e-3:
        lines.append(Line(times, there, "CP" if p.train == "cpmg" else "CPMG", role="simulation", dashed=True))
    lines.append(Line(times, here, "phase graph", role="theory"))
    return tuple(lines)


# --- pathways ---------------------------------------------------------------------------------------------------


def pathway_lines(local: float, heard: int, p: EchoParameters) -> tuple[Line, ...]:
    """The phase graph with its populated configurations at the time ``local`` [s] and the echoes ``heard``."""
    k, F = coherences(p).configurations(local)
    seen = np.abs(F) >= WEAK
    now = Line(np.full(int(seen.sum()), local), k[seen] / p.tau, "now", role="text", marks=True)
    return (*graph(p), *crossings(heard, p), now)


def crossings(heard: int, p: EchoParameters) -> tuple[Line, ...]:
    """Dots where a pathway has come back to k = 0: the echoes."""
    echoes = named_echoes(p)[:heard]
    if p.train == "stimulated":
        return tuple(Line(np.array([e.time]), np.zeros(1), role=c, marks=True) for e, c in zip(echoes, COLORS))
    times = np.array([echo.time for echo in echoes])
    return (Line(times, np.zeros(len(times)), role="net", marks=True),) if p.train != "free" else ()


@lru_cache(maxsize=8)
def graph(p: EchoParameters) -> tuple[Line, ...]:
    """Pathways in three classes of |F|, and what is stored along z."""
    paths = coherences(p).history.pathways(LEAST)
    F, size = paths.transverse, paths.intensity
    stored = ~F & (paths.k_start > 0) & (size >= WEAK / 2)
    return (
        _segments(paths, F & (size < WEAK), p, "", "muted"),
        _segments(paths, stored, p, "Z, stored", "z", dashed=True),
        _segments(paths, F & (size >= WEAK) & (size < STRONG), p, f"|F| > {WEAK:g}", "simulation"),
        _segments(paths, F & (size >= STRONG), p, f"|F| > {STRONG:g}", "net"),
    )


def _segments(paths: Pathways, chosen: Any, p: EchoParameters, label: str, role: str, dashed: bool = False) -> Line:
    gaps = np.full(int(chosen.sum()), np.nan)
    x = np.stack([paths.start[chosen], paths.end[chosen], gaps], axis=1).ravel()
    y = np.stack([paths.k_start[chosen], paths.k_end[chosen], gaps], axis=1).ravel() * (TICK / p.tau)
    return Line(x, y, label, role=role, dashed=dashed)


def highest(p: EchoParameters) -> float:
    """The largest k/tau worth showing."""
    if p.trains:
        return min(2.0 * p.echoes + 1, 9.0)
    return coherences(p).end / p.tau * (1.0 if p.train == "free" else 0.62)


# --- pulse diagram ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def expected_row(p: EchoParameters) -> DiagramRow:
    """|M+| as the phase graph expects it."""
    found = coherences(p)
    t = np.linspace(0.0, found.end, FINE)
    return DiagramRow("|M_xy|", t, np.abs(found.signal(t, p.isochromats, p.sd)), "theory")


def spans_of(p: EchoParameters) -> tuple[DiagramSpan, ...]:
    """Times that can be dragged."""
    wait = DiagramSpan("tau", "τ", 0.0, p.tau)
    if p.train == "hahn":
        return wait, DiagramSpan("tau", "TE", 0.0, 2 * p.tau, 0.5)
    if p.train == "stimulated":
        return wait, DiagramSpan("mixing", "T_M", p.tau, p.T)
    if p.train == "free":
        again = p.recurrence
        return (DiagramSpan("", "1/df", 0.0, again),) if again < FREE_SPAN * p.tau else ()
    return (wait, DiagramSpan("tau", "2τ", 2 * p.tau, 4 * p.tau, 0.25)) if p.echoes > 1 else (wait,)


FREE_SPAN = 8.0
"""Waiting times that the diagram of a single pulse shows."""
