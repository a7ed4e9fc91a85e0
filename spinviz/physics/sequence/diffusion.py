"""Spins that diffuse while a sequence is played: a random walk of their positions (laws: `echo_laws`).

The walk jumps in the middle of equal intervals, each jump drawn from a generator that knows its number only: a run
may be cut anywhere and always walks the same way.
"""

from __future__ import annotations

import numpy as np

from spinviz.physics.sequence.blocks import Array, Complex, Sample
from spinviz.physics.sequence.engine import play
from spinviz.physics.sequence.timeline import Timeline


def play_diffusing(
    timeline: Timeline,
    sample: Sample,
    m: Array,
    start: float,
    end: float,
    D: float,
    interval: float,
    seed: int,
    threads: int = 1,
) -> Complex:
    """`engine.play` while ``sample.position`` walks, in place.

    ``D`` [m^2/s]; ``interval`` [s] between two jumps: each axis moves by sqrt(2 D interval) times a normal number at
    the times (k + 1/2) interval. The phase has the variance of continuous diffusion but for a part of order
    (interval/duration)^2.
    """
    if not D >= 0 or not interval > 0:
        raise ValueError(
            f"A random walk with D = {D:g} m^2/s every {interval:g} s is impossible: D must not be negative, "
            "the interval must be positive."
        )
    signal, now = [], start
    for k in range(int(start / interval) - 1, int(end / interval) + 2):
        t = (k + 0.5) * interval
        if not start <= t < end:
            continue
        signal.append(play(timeline, sample, m, now, t, threads))
        sample.position += jump(sample.count, D, interval, seed, k)
        now = t
    signal.append(play(timeline, sample, m, now, end, threads))
    return np.concatenate(signal)


def jump(count: int, D: float, interval: float, seed: int, number: int) -> Array:
    """Displacements (3, count) [m] of one jump of the walk, the same whenever they are asked for."""
    generator = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, number]))
    return np.asarray(np.sqrt(2 * D * interval) * generator.standard_normal((3, count)))
