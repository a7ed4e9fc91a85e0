"""Pulse sequences on all processors: shaped pulses beside a C core, an echo-planar image, a thousand repetitions.

Runs on several processors are timed by the clock on the wall. The peer (see `bloch`) runs on one thread, as its core
does, and is timed by its processor, which flatters it on a busy machine; it rotates about the field at one sample of
each step. spinviz takes steps of fourth order in field and relaxation, with T1, T2 and offset of each isochromat.
"""

from __future__ import annotations

from math import pi
from time import perf_counter

import numpy as np

from spinviz.bench.bloch import ISOCHROMATS, prepare_blochsimulator, tissue
from spinviz.bench.environment import processors
from spinviz.bench.machine import Run
from spinviz.bench.measurement import Peer, Threaded, Timed
from spinviz.physics.imaging.head import rasterise
from spinviz.physics.imaging.lines import spin_echo
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Rf, Sample, Sequence
from spinviz.physics.sequence.engine import play, simulate
from spinviz.physics.sequence.repetition import composed, repeat
from spinviz.physics.sequence.timeline import Timeline

PULSE_SPINS, PULSE_STEPS, DT = 32 * ISOCHROMATS, 500, 1e-5
EPI_SPINS, EPI_LINES, EPI_SAMPLES = 25_841, 100, 100
REPEATED_SPINS, REPETITIONS = 10_000, 1000
IMAGE = 128


def prepare_pulse() -> Run:
    """A slice selective pulse of 500 steps; a run gives isochromat-steps per second."""
    x = np.linspace(-1, 1, PULSE_STEPS + 1)
    w1 = 1500.0 * np.sinc(2 * x) * (0.54 + 0.46 * np.cos(pi * x)) * np.exp(0.5j * x)
    pulse = Rf(np.linspace(0.0, PULSE_STEPS * DT, PULSE_STEPS + 1), w1, held=False)
    timeline = Timeline(Sequence((Block(PULSE_STEPS * DT, pulse),)))
    T1, T2, dw = (np.resize(values, PULSE_SPINS) for values in tissue())
    sample = Sample.of(T1=T1, T2=T2, dw=dw)
    m = sample.in_equilibrium()

    def run() -> float:
        start = perf_counter()
        play(timeline, sample, m, 0.0, PULSE_STEPS * DT, processors())
        return PULSE_SPINS * PULSE_STEPS / (perf_counter() - start)

    run()
    return run


def echo_planar() -> Sequence:
    """A pulse and 100 lines of 100 samples to and fro, as in KomaMRI's comparison of simulators (FOV 23 cm)."""
    read = Gradient.trapezoid(434_782.6, 280e-6, 1e-3, 280e-6)
    back = Gradient(read.times, -read.amplitudes)
    readout = Readout(EPI_SAMPLES, 1e-5, 280e-6)
    lines = [Block(1.56e-3, gradients=(gradient, None, None), readout=readout) for gradient in (read, back)]
    step = Block(120e-6, gradients=(None, Gradient.trapezoid(-72_463.77, 60e-6, 0.0, 60e-6), None))
    x, y = (Gradient.trapezoid(a, rise, 0.0, rise) for a, rise in ((-662_525.9, 420e-6), (587_544.1, 370e-6)))
    excite = Block(100e-6, Rf(np.linspace(0.0, 100e-6, 101), np.full(100, 2 * pi * 2500 + 0j)))
    blocks = [excite, Block(840e-6, gradients=(x, y, None)), Block(15.17e-3)]
    for k in range(EPI_LINES):
        blocks += [lines[k % 2], step]
    return Sequence(tuple(blocks))


def prepare_epi() -> Run:
    """As many spins as KomaMRI's brain phantom, over 20 cm, each with its own tissue; a run gives seconds."""
    rng = np.random.default_rng(0)
    place = np.stack([*rng.uniform(-0.1, 0.1, (2, EPI_SPINS)), np.zeros(EPI_SPINS)])
    T1 = rng.uniform(0.3, 3.0, EPI_SPINS)
    sample = Sample.of(place, T1, T1 / 10, rng.uniform(0.5, 1.0, EPI_SPINS), rng.normal(0.0, 200.0, EPI_SPINS))
    timeline = Timeline(echo_planar())

    def run() -> float:
        start = perf_counter()
        simulate(timeline, sample, processors())
        return perf_counter() - start

    return run


def prepare_repetitions() -> Run:
    """Balanced steady-state free precession from equilibrium, composed for each isochromat; a run gives seconds."""
    TR, rng = 5e-3, np.random.default_rng(0)
    once = Timeline(Sequence((Block(TR, HardPulse(0.6)),)))
    T1 = rng.uniform(0.3, 3.0, REPEATED_SPINS)
    sample = Sample.of(dw=np.linspace(-pi, pi, REPEATED_SPINS) / TR, T1=T1, T2=T1 / 10)

    def run() -> float:
        start = perf_counter()
        A, b = composed(once, sample)
        repeat(A, b, sample.in_equilibrium(), REPETITIONS, processors())
        return perf_counter() - start

    return run


def prepare_image() -> Run:
    """A spin-echo image of the head phantom, line by line, one isochromat per pixel; a run gives seconds."""
    sample = rasterise(IMAGE, field=1.5).sample
    timeline = Timeline(spin_echo(IMAGE, 20e-3, 0.5).sequence)

    def run() -> float:
        start = perf_counter()
        simulate(timeline, sample, processors())
        return perf_counter() - start

    return run


BENCHMARKS = (
    Threaded(
        name="sequence-rf",
        title="shaped pulse, T1 and T2 of each isochromat, all processors",
        unit="isochromat-steps/s",
        prepare=prepare_pulse,
        peer=Peer("blochsimulator", "blochsimulator", prepare_blochsimulator),
        target=30,
    ),
    Timed("sequence-epi", "echo-planar image, 25,841 isochromats, 10,000 samples", prepare_epi, 0.25),
    Timed("sequence-bssfp", "1,000 repetitions of bSSFP, 10,000 isochromats", prepare_repetitions, 0.2),
    Timed("sequence-image", "spin-echo image of the head, 128 x 128", prepare_image, 2.0),
)
