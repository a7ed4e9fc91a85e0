"""Bloch equations: spinviz beside blochsimulator's C core (Hargreaves'), one thread, float64.

The peer rotates about the field at one sample of each step; spinviz takes a fourth-order step with T1, T2 and
offset of each isochromat. The faster of the peer's kernels counts: its classic core and its streaming core with the
same T1 and T2 for all, which is less work than ours, take turns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.bench.machine import Run, clock
from spinviz.bench.measurement import Kernel, Peer, Work
from spinviz.physics.resonance import bloch

ISOCHROMATS, STEPS, DT = 4096, 500, 1e-5
FREE_STEPS = 2000
GYROMAGNETIC_RATIO_HZ_PER_GAUSS = 4257.0
RF_FLOPS, RF_BYTES = 48, 80  # counted in `_turn_slightly`, a fused multiply-add as two; seven rows read, three written
FREE_FLOPS, FREE_BYTES = 8, 80


def pulse(steps: int) -> NDArray[np.complex128]:
    """A random complex pulse (steps,) [rad/s] that turns a spin by some 0.01 rad in each step."""
    rng = np.random.default_rng(1)
    return np.asarray(1000.0 * (rng.normal(size=steps) + 1j * rng.normal(size=steps)))


def tissue() -> tuple[bloch.Array, bloch.Array, bloch.Array]:
    """T1, T2 [s] and offset [rad/s] of each isochromat."""
    rng = np.random.default_rng(2)
    T1 = rng.uniform(0.5, 2.0, ISOCHROMATS)
    return T1, T1 / 10, rng.normal(0.0, 300.0, ISOCHROMATS)


def prepare_pulse() -> Run:
    """Compile, then return a function that runs once and gives isochromat-steps per second."""
    T1, T2, dw = tissue()
    spins = bloch.Isochromats.in_equilibrium(dw, T1, T2)
    nodes = bloch.nodes_of_samples(pulse(STEPS), linear=False)

    def run() -> float:
        start = clock()
        bloch.shaped_pulse(*spins.m, *spins.tissue, nodes, DT)
        return ISOCHROMATS * STEPS / (clock() - start)

    run()
    return run


def prepare_free() -> Run:
    """The same without a pulse: one exact precession and relaxation of all isochromats in each step."""
    T1, T2, dw = tissue()
    spins = bloch.Isochromats.in_equilibrium(dw, T1, T2)
    bloch.rotate(*spins.m, np.pi / 2, 0.0)
    propagator = bloch.free_propagator(*spins.tissue, DT)

    def run() -> float:
        start = clock()
        for _ in range(FREE_STEPS):
            bloch.turn(*spins.m, *propagator)
        return ISOCHROMATS * FREE_STEPS / (clock() - start)

    run()
    return run


def prepare_blochsimulator() -> Run | None:
    """The faster of the peer's two C kernels; None where blochsimulator is not installed."""
    try:
        from blochsimulator import blochsimulator_cy as peer
    except ImportError:
        return None
    _, _, dw = tissue()
    df, dt = dw / (2 * np.pi), np.full(STEPS, DT)
    hertz = pulse(STEPS) / (2 * np.pi)
    gauss = hertz / GYROMAGNETIC_RATIO_HZ_PER_GAUSS
    ones, no_gradient = np.ones(ISOCHROMATS), np.zeros((STEPS, 3))
    no_index, no_phase = np.zeros(0, np.int32), np.zeros(0, complex)
    start_m = np.tile([0.0, 0.0, 1.0], (ISOCHROMATS, 1))
    coil = np.ones((1, ISOCHROMATS), complex)
    positions = np.zeros((ISOCHROMATS, 3))

    def classic() -> None:
        peer.simulate_bloch(gauss, no_gradient, dt, 1.0, 0.1, df, np.zeros((1, 3)))

    def streaming() -> None:
        peer.simulate_sequence_chunk(
            *(hertz, no_gradient, dt, ones, ones / 10, df, positions, ones, ones.astype(complex), coil, start_m),
            *(no_index, no_phase, no_index, no_index, 1, "optimized"),
        )

    def run() -> float:
        moments = [clock()]
        for simulate in (classic, streaming):
            simulate()
            moments.append(clock())
        return ISOCHROMATS * STEPS / min(np.diff(moments))

    run()
    return run


BENCHMARKS = (
    Kernel(
        name="bloch-rf",
        title="Bloch with pulse and relaxation",
        unit="isochromat-steps/s",
        prepare=prepare_pulse,
        work=Work(RF_FLOPS, bytes=RF_BYTES),
        peer=Peer("blochsimulator", "blochsimulator", prepare_blochsimulator),
        target=20,
    ),
    Kernel(
        name="bloch-free",
        title="Bloch, free precession",
        unit="isochromat-steps/s",
        prepare=prepare_free,
        work=Work(FREE_FLOPS, bytes=FREE_BYTES),
    ),
)
