"""Playing a pulse sequence on many spins, fast; `sequence_reference` says the same in a form to be read."""

from __future__ import annotations

from spinviz.physics import sequence_reference
from spinviz.physics.sequence import Array, Complex, Sample
from spinviz.physics.timeline import Timeline


def play(timeline: Timeline, sample: Sample, m: Array, start: float, end: float, threads: int = 1) -> Complex:
    """Advance ``m`` (3, N) in place from the time ``start`` to ``end`` [s]; any times will do.

    Returns the readout samples (n,) with start <= t < end, each the sum of M+ over all spins; pulses and spoilers
    happen in the same half-open interval, so that pieces of a run join without a gap.
    """
    return sequence_reference.play(timeline, sample, m, start, end)


def simulate(timeline: Timeline, sample: Sample, threads: int | None = None) -> Complex:
    """The whole signal (samples,) from equilibrium on ``threads`` cores (all by default)."""
    end = timeline.sequence.duration
    return play(timeline, sample, sample.in_equilibrium(), 0.0, end + 1e-9 + 1e-12 * end)
