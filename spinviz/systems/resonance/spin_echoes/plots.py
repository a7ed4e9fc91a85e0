"""What is drawn of echoes: amplitudes with their laws, coherence pathways, the pulse diagram's expected signal."""

from __future__ import annotations

from functools import lru_cache
from math import sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import DiagramRow, DiagramSpan, Line
from spinviz.physics.echoes.coherences import TICK
from spinviz.physics.echoes.echo_laws import diffusion_echo, diffusion_train
from spinviz.physics.echoes.epg import Pathways
from spinviz.physics.resonance.bloch_laws import hahn_echo
from spinviz.systems.resonance.spin_echoes.parameters import (
    EchoParameters,
    coherences,
    expected_echoes,
    named_echoes,
    other_train,
)

Values = NDArray[np.float64]

COLORS = ("net", "y", "x", "simulation", "text")
"""Roles of the echoes of three pulses."""
STRONG, WEAK, LEAST = 0.2, 0.07, 0.01
"""Classes of |F| of pathways."""
FINE = 900
"""Points of the expected signal in the pulse diagram."""


# --- signal -----------------------------------------------------------------------------------------------------


def signal_lines(record: Values, measured: Values, p: EchoParameters) -> tuple[Line, ...]:
    """|M+| against time: ``record`` (n, 2) of time and value so far, ``measured`` (echoes so far,), and the laws."""
    now = Line(record[:, 0], record[:, 1], "signal", head=True)
    return (*envelopes(p), phase_graph(p), now, *dots(measured, p))


def dots(measured: Values, p: EchoParameters) -> tuple[Line, ...]:
    """The echoes heard; those of three pulses in a colour and with a name each."""
    echoes = named_echoes(p)
    times = np.array([echo.time for echo in echoes])
    if p.train != "stimulated":
        return (Line(times[: len(measured)], measured, "echoes", role="net", marks=True),)
    heights = np.full(len(echoes), np.nan)
    heights[: len(measured)] = measured
    return tuple(
        Line(times[n : n + 1], heights[n : n + 1], echo.symbol, role=role, marks=True)
        for n, (echo, role) in enumerate(zip(echoes, COLORS))
    )


@lru_cache(maxsize=8)
def expected(p: EchoParameters) -> tuple[Values, Values]:
    """Times [s] and |M+| of the phase graph."""
    t = np.linspace(0.0, coherences(p).end, FINE)
    return t, np.abs(coherences(p).signal(t, p.isochromats, p.sd))


@lru_cache(maxsize=8)
def phase_graph(p: EchoParameters) -> Line:
    """The signal that the phase graph expects."""
    label = "" if p.train == "stimulated" else "phase graph"
    return Line(*expected(p), label, role="muted", dashed=True)


@lru_cache(maxsize=8)
def envelopes(p: EchoParameters) -> tuple[Line, ...]:
    """Closed forms of the echoes: against the time of the echo, or as heights."""
    t = np.linspace(0.0, coherences(p).end, 200)
    first, second, _ = p.angles
    decay = sin(first) * np.exp(-t / p.T2)
    if p.train == "stimulated":
        return (stems(p),)
    if p.train == "free":
        return (Line(t, decay, "exp(−t/T₂)", role="theory"),)
    if p.train == "hahn":
        decay = hahn_echo(t / 2, first, second, p.T2)
        return with_diffusion(t, decay, diffusion_echo(t / 2, p.slope, p.diffusion), p)
    lines = with_diffusion(t, decay, diffusion_train(t, 2 * p.delay, p.slope, p.diffusion), p)
    return lines if p.refocusing == 180 else (*lines, *between_trains(p))


def with_diffusion(t: Values, decay: Values, attenuation: Values, p: EchoParameters) -> tuple[Line, ...]:
    """The decay of the echoes, and where spins diffuse the attenuated one."""
    if not p.diffuses:
        return (Line(t, decay, "exp(−t/T₂)", role="theory"),)
    return (
        Line(t, decay, "without diffusion", role="muted"),
        Line(t, decay * attenuation, "with diffusion", role="theory"),
    )


def between_trains(p: EchoParameters) -> tuple[Line, ...]:
    """The echoes of the same train with the other phase, and the plateau of CPMG."""
    times = coherences(p).reads
    if p.train == "cp":
        return (Line(times, expected_echoes(other_train(p)), "CPMG", role="up", dashed=True),)
    plateau = sin(p.angles[1] / 2) * np.exp(-times / p.T2)
    return (Line(times, plateau, "sin(α/2) exp(−t/T₂)", role="up", dashed=True),) if p.T1 == p.T2 else ()


@lru_cache(maxsize=8)
def stems(p: EchoParameters) -> Line:
    """The closed forms of the five echoes as heights over their times."""
    echoes = named_echoes(p)
    x = np.repeat([echo.time for echo in echoes], 3)
    y = np.array([value for echo in echoes for value in (0.0, echo.amplitude, np.nan)])
    return Line(x, y, "law", role="theory")


# --- pathways ---------------------------------------------------------------------------------------------------


def pathway_lines(local: float, heard: int, p: EchoParameters) -> tuple[Line, ...]:
    """The phase graph with its populated configurations at the time ``local`` [s] and the echoes ``heard``."""
    k, F = coherences(p).configurations(local)
    seen = np.abs(F) >= WEAK
    now = Line(np.full(int(seen.sum()), local), k[seen] / p.delay, "now", role="text", marks=True)
    return (*graph(p), *crossings(heard, p), now)


def crossings(heard: int, p: EchoParameters) -> tuple[Line, ...]:
    """Dots where a pathway has come back to k = 0: the echoes."""
    echoes = named_echoes(p)[:heard]
    if p.train == "stimulated":
        return tuple(
            Line(np.array([e.time]), np.zeros(1), e.symbol, role=c, marks=True) for e, c in zip(echoes, COLORS)
        )
    times = np.array([echo.time for echo in echoes])
    return (Line(times, np.zeros(len(times)), "echoes", role="net", marks=True),) if p.train != "free" else ()


@lru_cache(maxsize=8)
def graph(p: EchoParameters) -> tuple[Line, ...]:
    """Pathways in three classes of |F|, and what is stored along z."""
    paths = coherences(p).history.pathways(LEAST)
    F, size = paths.transverse, paths.intensity
    stored = ~F & (paths.k_start > 0) & (size >= WEAK / 2)
    return (
        _segments(paths, F & (size < WEAK), p, "", "muted"),
        _segments(paths, stored, p, "Z", "y", dashed=True),
        _segments(paths, F & (size >= WEAK) & (size < STRONG), p, "weaker", "simulation"),
        _segments(paths, F & (size >= STRONG), p, "F", "net"),
    )


def _segments(paths: Pathways, chosen: Any, p: EchoParameters, label: str, role: str, dashed: bool = False) -> Line:
    gaps = np.full(int(chosen.sum()), np.nan)
    x = np.stack([paths.start[chosen], paths.end[chosen], gaps], axis=1).ravel()
    y = np.stack([paths.k_start[chosen], paths.k_end[chosen], gaps], axis=1).ravel() * (TICK / p.delay)
    return Line(x, y, label if len(x) else "", role=role, dashed=dashed)


@lru_cache(maxsize=8)
def highest(p: EchoParameters) -> float:
    """The largest k/tau worth showing: that of the configurations that are not weak."""
    paths = coherences(p).history.pathways(WEAK)
    k = np.abs(paths.k_end[paths.transverse]) * (TICK / p.delay)
    return min(float(np.max(k, initial=1.0)), 6.0) + 0.3


# --- pulse diagram ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def expected_row(p: EchoParameters) -> DiagramRow:
    """|M+| as the phase graph expects it."""
    return DiagramRow("|M_xy|", *expected(p), "theory")


def spans_of(p: EchoParameters) -> tuple[DiagramSpan, ...]:
    """Times that can be dragged."""
    wait = DiagramSpan("tau", "τ", 0.0, p.delay)
    if p.train == "hahn":
        return wait, DiagramSpan("tau", "TE", 0.0, 2 * p.delay, 0.5)
    if p.train == "stimulated":
        return wait, DiagramSpan("mixing", "T_M", p.delay, p.T)
    if p.train == "free":
        again = p.recurrence
        return (DiagramSpan("", "1/df", 0.0, again),) if again < coherences(p).end else ()
    return (wait, DiagramSpan("tau", "2τ", 2 * p.delay, 4 * p.delay, 0.25)) if p.echoes > 1 else (wait,)
