"""Lines of a Pulseq run: the path through k-space, the signal received, the signal equation and a stored signal."""

from __future__ import annotations

from functools import lru_cache
from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Line
from spinviz.physics.sequence.blocks import Sample
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.pulseq.parameters import MOST_HEARD, PulseqParameters, stored_of, timeline_of
from spinviz.systems.resonance.pulseq.spins import played_on, spins_of
from spinviz.systems.resonance.pulseq.state import PulseqState

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

MOST_POINTS = 6000
"""Points of a line: a screen has fewer columns."""


def kspace_lines(state: PulseqState, p: PulseqParameters) -> tuple[Line, ...]:
    """The whole path, what was walked of it, and where samples were taken."""
    timeline = timeline_of(p)
    times, whole = _path(timeline)
    done = int(np.searchsorted(times, state.local, side="right"))
    here = timeline.kspace_at(np.array([state.local]))
    walked = np.concatenate([whole[:, :done], here], axis=1)
    return (
        Line(whole[0], whole[1], "path", role="muted"),
        Line(walked[0], walked[1], "k(t)", role="simulation", head=True),
    )


@lru_cache(maxsize=2)
def _path(timeline: Timeline) -> tuple[Values, Values]:
    """Times (n,) and k (3, n) at every bend of a gradient, with gaps at excitations, where k jumps to 0."""
    times = np.union1d(timeline.knots(), np.linspace(0.0, timeline.sequence.duration, 500))
    if len(times) > MOST_POINTS:
        times = times[:: -(-len(times) // MOST_POINTS)]
    centres, refocuses = timeline._turns
    jumps = centres[~np.array(refocuses, dtype=bool)] if len(centres) else centres
    times = np.concatenate([times, jumps])
    gap = np.concatenate([np.zeros(len(times) - len(jumps), dtype=bool), np.ones(len(jumps), dtype=bool)])
    order = np.argsort(times, kind="stable")
    k = timeline.kspace_at(times[order])
    k[:, gap[order]] = np.nan
    return times[order], k


def signal_lines(state: PulseqState, p: PulseqParameters) -> tuple[Line, ...]:
    """What was received in this repetition; the signal equation and a stored signal over all of it."""
    timeline = timeline_of(p)
    times, gaps = _sample_times(timeline)
    heard = np.full(len(times), complex(np.nan, np.nan))
    heard[: state.count] = state.heard[: state.count, 0] + 1j * state.heard[: state.count, 1]
    lines = [
        _line(times, np.abs(heard), gaps, "|S|", "muted"),
        _line(times, heard.real, gaps, "Re S", "simulation"),
        _line(times, heard.imag, gaps, "Im S", "x"),
    ]
    if follows_equation(p):
        lines.append(_line(times, np.abs(expected(p)), gaps, "signal equation", "theory", dashed=True))
    if p.reference:
        lines.append(_stored_line(times, heard, gaps, p))
    return tuple(lines)


@lru_cache(maxsize=2)
def _sample_times(timeline: Timeline) -> tuple[Values, NDArray[np.int64]]:
    """Times of the samples kept and where another readout begins."""
    lengths = [placed.what.samples for placed in timeline.readouts]  # type: ignore[union-attr]
    starts = np.cumsum(lengths)[:-1] if lengths else np.zeros(0, dtype=np.int64)
    times = timeline.sequence.sample_times[:MOST_HEARD]
    return times, np.asarray(starts[starts < len(times)], dtype=np.int64)


def _line(
    times: Values, values: Values, gaps: NDArray[np.int64], label: str, role: str, *, dashed: bool = False
) -> Line:
    """A line that stops between two readouts."""
    return Line(np.insert(times, gaps, np.nan), np.insert(values, gaps, np.nan), label, role, dashed=dashed)


def _stored_line(times: Values, heard: Complex, gaps: NDArray[np.int64], p: PulseqParameters) -> Line:
    """The stored signal, scaled to ours where both are known; against the numbers of samples without our times."""
    stored = stored_of(p)
    if len(stored.signal) != len(times):
        x = (
            stored.times
            if len(stored.times)
            else np.linspace(0.0, timeline_of(p).sequence.duration, len(stored.signal))
        )
        return Line(x, np.abs(stored.signal) / np.abs(stored.signal).max(initial=1e-300), "stored", "net")
    known = np.isfinite(heard)
    scale = scale_of(stored.signal[known], heard[known]) if known.any() else 0.0
    return _line(times, scale * np.abs(stored.signal), gaps, "stored |S|", "net", dashed=True)


def scale_of(stored: Complex, ours: Complex) -> float:
    """The one number by which a stored signal comes closest to ours (least squares)."""
    power = float(np.vdot(stored, stored).real)
    return float(abs(np.vdot(stored, ours))) / power if power > 0 else 0.0


def follows_equation(p: PulseqParameters) -> bool:
    """Whether one hard excitation and gradients are all there is: then the signal is a Fourier transform."""
    return not p.input and p.builtin in ("echo_planar", "spiral") and played_on(p).motion is None


def expected(p: PulseqParameters) -> Complex:
    """Signal equation (samples,): S = i <sin(pi/2 b1) exp(-i (2 pi k.r + dw t) - t/T2)>, t since the excitation."""
    return _expected(timeline_of(p), spins_of(p))


@lru_cache(maxsize=2)
def _expected(timeline: Timeline, sample: Sample) -> Complex:
    times, k = timeline.sequence.sample_times, timeline.kspace
    signal = np.empty(len(times), dtype=np.complex128)
    excited = sample.M0 * np.sin(pi / 2 * sample.b1)
    for n, t in enumerate(times):
        phase = 2 * pi * k[:, n] @ sample.position + sample.dw * t
        signal[n] = 1j * np.mean(excited * np.exp(-1j * phase - t / sample.T2))
    return signal
