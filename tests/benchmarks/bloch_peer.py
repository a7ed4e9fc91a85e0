"""Bloch equation with pulses and relaxation: spinviz beside blochsimulator's C core, one thread, float64.

Run as a script or call ``compare``. The peer rotates about the field at one sample of each step; spinviz takes
a fourth-order step with T1, T2 and offset of each isochromat.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np

from spinviz.physics import bloch

ISOCHROMATS, STEPS, DT = 4096, 500, 1e-5
ROUNDS = 9
GYROMAGNETIC_RATIO_HZ_PER_GAUSS = 4257.0

Run = Callable[[], float]


def pulse() -> np.ndarray:
    """A random complex pulse (STEPS,) [rad/s] that turns a spin by some 0.01 rad in each step."""
    rng = np.random.default_rng(1)
    return 1000.0 * (rng.normal(size=STEPS) + 1j * rng.normal(size=STEPS))


def tissue() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """T1, T2 [s] and offset [rad/s] of each isochromat."""
    rng = np.random.default_rng(2)
    T1 = rng.uniform(0.5, 2.0, ISOCHROMATS)
    return T1, T1 / 10, rng.normal(0.0, 300.0, ISOCHROMATS)


def measure_ours() -> Run:
    """Compile, then return a function that runs once and gives isochromat-steps per second."""
    T1, T2, dw = tissue()
    spins = bloch.Isochromats.in_equilibrium(dw, T1, T2)
    nodes = bloch.nodes_of_samples(pulse(), linear=False)

    def run() -> float:
        start = time.perf_counter()
        bloch.shaped_pulse(*spins.m, *spins.tissue, nodes, DT)
        return ISOCHROMATS * STEPS / (time.perf_counter() - start)

    run()
    return run


def measure_peer() -> dict[str, Run] | None:
    """The peer's two C kernels, in the same work units; None where blochsimulator is not installed."""
    try:
        from blochsimulator import blochsimulator_cy as peer
    except ImportError:
        return None
    T1, T2, dw = tissue()
    df, dt = dw / (2 * np.pi), np.full(STEPS, DT)
    hertz = pulse() / (2 * np.pi)
    gauss = hertz / GYROMAGNETIC_RATIO_HZ_PER_GAUSS
    ones, no_gradient = np.ones(ISOCHROMATS), np.zeros((STEPS, 3))
    no_index, no_phase = np.zeros(0, np.int32), np.zeros(0, complex)
    start_m = np.tile([0.0, 0.0, 1.0], (ISOCHROMATS, 1))
    coil = np.ones((1, ISOCHROMATS), complex)
    positions = np.zeros((ISOCHROMATS, 3))

    def transient() -> float:
        """Hargreaves' core: one T1 and T2 for all."""
        start = time.perf_counter()
        peer.simulate_bloch(gauss, no_gradient, dt, 1.0, 0.1, df, np.zeros((1, 3)))
        return ISOCHROMATS * STEPS / (time.perf_counter() - start)

    def streaming(T1: np.ndarray, T2: np.ndarray) -> float:
        start = time.perf_counter()
        peer.simulate_sequence_chunk(
            *(hertz, no_gradient, dt, T1, T2, df, positions, ones, ones.astype(complex), coil, start_m),
            *(no_index, no_phase, no_index, no_index, 1, "optimized"),
        )
        return ISOCHROMATS * STEPS / (time.perf_counter() - start)

    return {
        "blochsimulator, one T1 and T2": transient,
        "blochsimulator optimized, one T1 and T2": lambda: streaming(ones, ones / 10),
        "blochsimulator optimized, T1 and T2 of each spin": lambda: streaming(T1, T2),
    }


def compare(rounds: int = ROUNDS) -> dict[str, tuple[float, float]]:
    """Median rates [isochromat-steps/s] and ratios ours/peer, runs interleaved so that load hits all alike.

    Returns
    -------
    {name: (rate, ratio)}; the entry ``spinviz`` has ratio 1.
    """
    runs = {"spinviz": measure_ours()} | (measure_peer() or {})
    rates = [{name: run() for name, run in runs.items()} for _ in range(rounds)]
    return {
        name: (
            statistics.median(rate[name] for rate in rates),
            statistics.median(rate["spinviz"] / rate[name] for rate in rates),
        )
        for name in runs
    }


if __name__ == "__main__":
    for name, (rate, ratio) in compare().items():
        print(f"{name:50s} {rate / 1e6:8.1f} M/s   spinviz is {ratio:5.1f} times as fast")
