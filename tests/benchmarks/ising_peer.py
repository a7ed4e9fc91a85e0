"""Checkerboard Metropolis of the Ising model: spinviz beside mcising's Rust core, one thread.

Run as a script or call ``compare``. Both try each spin once in a sweep, at the critical temperature.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np

from spinviz.physics import ising_laws, monte_carlo, rng

ROUNDS = 9
SWEEPS = 40
LATTICES = {
    "3D 64^3": ((64, 64, 64), ising_laws.CRITICAL_TEMPERATURE_3D),
    "2D 512^2": ((512, 512), ising_laws.CRITICAL_TEMPERATURE_2D),
}

Run = Callable[[], float]


def measure_ours(name: str, h: float = 0.0) -> Run:
    """Compile, then return a function that runs once and gives attempts per second."""
    shape, T = LATTICES[name]
    spins, state = np.ones(shape, np.int8), rng.seeded(1)

    def run() -> float:
        start = time.perf_counter()
        monte_carlo.metropolis_sweeps(spins, T, 1.0, h, state, SWEEPS)
        return spins.size * SWEEPS / (time.perf_counter() - start)

    run()
    return run


def measure_peer(name: str, h: float = 0.0) -> Run | None:
    """The same for mcising; None where it is not installed."""
    try:
        from mcising import IsingSimulation
    except ImportError:
        return None
    shape, T = LATTICES[name]
    kind = "square" if len(shape) == 2 else "cubic"
    simulation = IsingSimulation(shape[0], 1.0, 0.0, 0.0, h, 1, "metropolis", kind)

    def run() -> float:
        start = time.perf_counter()
        simulation.sweep(SWEEPS, temperature=T)
        return simulation.num_sites * SWEEPS / (time.perf_counter() - start)

    run()
    return run


def compare(name: str, h: float = 0.0, rounds: int = ROUNDS) -> tuple[float, float | None]:
    """Median rate of spinviz [attempts/s] and median ratio to the peer, runs interleaved; None without the peer."""
    ours, peer = measure_ours(name, h), measure_peer(name, h)
    rates, ratios = [], []
    for _ in range(rounds):
        rates.append(ours())
        if peer is not None:
            ratios.append(rates[-1] / peer())
    return statistics.median(rates), statistics.median(ratios) if ratios else None


if __name__ == "__main__":
    for lattice in LATTICES:
        for field in (0.0, 0.1):
            rate, ratio = compare(lattice, field)
            beside = "mcising is not installed" if ratio is None else f"{ratio:.1f} times mcising"
            print(f"Ising {lattice}, h = {field:g}: {rate / 1e6:.0f} M attempts/s, {beside}")
