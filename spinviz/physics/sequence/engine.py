"""Playing a pulse sequence on many spins, fast; `reference` says the same in a form to be read.

A stretch of time becomes instructions (`program`), which compiled loops run over chunks of spins
(`kernels`): exact jumps between events, one complex multiplication for each sample and spin while gradient
and dwell time stay the same, and steps of fourth order in shaped pulses.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.resonance.bloch import SPINS_PER_CHUNK
from spinviz.physics.sequence.blocks import Array, Complex, Sample
from spinviz.physics.sequence.kernels import run
from spinviz.physics.sequence.program import Program, written
from spinviz.physics.sequence.rows import workspace
from spinviz.physics.sequence.timeline import Timeline
from spinviz.physics.threads import cores

LONGEST_STEP = 10e-6
"""Seconds of a step of a shaped pulse."""
PARTS = 16
"""Most parts of an ensemble; their signals are added in order, whatever the number of threads."""

_kept = threading.local()


def play(
    timeline: Timeline,
    sample: Sample,
    m: Array,
    start: float,
    end: float,
    threads: int = 1,
    step: float = LONGEST_STEP,
) -> Complex:
    """Advance ``m`` (3, N) in place from the time ``start`` to ``end`` [s]; any times will do.

    Returns the readout samples (n,) with start <= t < end, each the sum of M+ over all spins; pulses and spoilers
    happen in the same half-open interval, so that pieces of a run join without a gap. Same bits for any number of
    ``threads``. ``step``: longest step [s] in a shaped pulse.
    """
    if end < start:
        raise ValueError(f"A sequence plays forward: from {start:g} s to {end:g} s it cannot; exchange them.")
    program = written(timeline, start, end, step)
    # The kernels are compiled for one layout.
    rows = np.ascontiguousarray(m, dtype=np.float64)
    parts = _play_parts(program, sample, rows, threads)
    if rows is not m:
        m[:] = rows
    signal = np.asarray(parts.sum(axis=0), dtype=np.float64)
    return np.asarray((signal[:, 0] + 1j * signal[:, 1]) * np.exp(-1j * timeline.sample_phases[program.samples]))


def simulate(timeline: Timeline, sample: Sample, threads: int | None = None, step: float = LONGEST_STEP) -> Complex:
    """The whole signal (samples,) from equilibrium on ``threads`` cores (all by default)."""
    return play(timeline, sample, sample.in_equilibrium(), 0.0, end_of(timeline), threads or cores(), step)


def end_of(timeline: Timeline) -> float:
    """The first number after everything [s]: a stretch that ends there contains a spoiler at the very end."""
    last = float(np.max(timeline.instants[0], initial=0.0))
    return float(np.nextafter(max(last, timeline.sequence.duration), np.inf))


def _play_parts(program: Program, sample: Sample, m: Array, threads: int) -> Array:
    """Signals (parts, samples, 2)."""
    spins = _rows(sample)
    plain = bool(np.all(sample.b1 == 1.0))
    chunks = max(1, -(-sample.count // SPINS_PER_CHUNK))
    chunk = max(1, -(-sample.count // chunks))
    parts = min(chunks, PARTS)
    edges = [min(sample.count, (k * chunks // parts) * chunk) for k in range(parts + 1)]
    signals = np.zeros((parts, program.samples.stop - program.samples.start, 2))

    def part(k: int) -> None:
        run(
            *(program.codes, program.values, program.steps, m, spins, plain),
            *(edges[k], edges[k + 1], chunk, _workspace(), signals[k]),
        )

    if threads <= 1 or parts == 1:
        for k in range(parts):
            part(k)
        return signals
    with ThreadPoolExecutor(min(threads, parts)) as pool:
        list(pool.map(part, range(parts)))
    return signals


def _workspace() -> Array:
    """Rows of this thread, kept for the next stretch."""
    if not hasattr(_kept, "rows"):
        _kept.rows = workspace()
    rows: Array = _kept.rows
    return rows


def _rows(sample: Sample) -> NDArray[np.float64]:
    """What the kernel wants to know about each spin (8, N)."""
    rows = np.empty((8, sample.count))
    rows[0], rows[1:4], rows[6], rows[7] = sample.dw, sample.position, sample.M0, sample.b1
    with np.errstate(divide="ignore"):
        rows[4], rows[5] = 1 / sample.T1, 1 / sample.T2
    return rows
