"""Landau-Lifshitz-Gilbert on a lattice: spinviz beside Spirit, one thread, Heun's method on both sides.

A periodic simple cubic lattice with exchange, uniaxial anisotropy and a field, started at random, without and
with thermal noise. Run as a script or call ``compare``. Spirit's wheel computes in float64, one thread.
"""

import contextlib
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np

from spinviz.physics import llg
from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN, ELECTRON_VOLT
from spinviz.physics.spin_lattice import SpinLattice, atomistic_field, thermal_field

SIZE, ROUNDS = 64, 5
MOMENT, J, K, B, ALPHA, DT, T = 2.0, 10.0, 0.5, 1.0, 0.1, 1e-15, 10.0  # muB, meV, meV, T, -, s, K
OUR_STEPS, PEER_STEPS = 60, 4
MEV = 1e-3 * ELECTRON_VOLT
FLOPS_PER_SPIN_STEP = 170  # noise-free, counted in the machine code of both stages, a fused multiply-add as two
BYTES_PER_SPIN_STEP = {np.float32: 24, np.float64: 48}  # every vector read and written once

Run = Callable[[], float]


def measure_llg(dtype: type = np.float32, thermal: bool = False, size: int = SIZE) -> Run:
    """Compile, then return a function that runs once and gives spin-steps per second."""
    vectors = np.random.default_rng(1).normal(size=(size, size, size, 3))
    lattice = SpinLattice.from_vectors(vectors, dtype=dtype, periodic=(True, True, True))
    moment = MOMENT * BOHR_MAGNETON
    field = atomistic_field(moment, J=J * MEV, K=K * MEV, B=(0, 0, B))
    noise = thermal_field(ALPHA, BOLTZMANN * T, moment, DT) if thermal else 0.0

    def run() -> float:
        start = time.perf_counter()
        llg.step(lattice, field, dt=DT, steps=OUR_STEPS, alpha=ALPHA, noise=noise)
        return OUR_STEPS * size**3 / (time.perf_counter() - start)

    run()
    return run


@contextlib.contextmanager
def silent_stdout() -> Iterator[None]:
    """Discard what a C++ library prints: `spinviz bench --json` prints nothing but JSON."""
    sys.stdout.flush()
    kept = os.dup(1)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def measure_spirit(thermal: bool = False, size: int = SIZE) -> Run | None:
    """The peer in the same units; None where spirit is not installed. Its state lives as long as the process."""
    try:
        from spirit import configuration, geometry, hamiltonian, simulation, state
        from spirit.parameters import llg as parameters
    except ImportError:
        return None
    with silent_stdout():
        peer = state.setup("", True)
    geometry.set_bravais_lattice_type(peer, geometry.BRAVAIS_LATTICE_SC)
    geometry.set_n_cells(peer, [size, size, size])
    geometry.set_mu_s(peer, MOMENT)
    hamiltonian.set_boundary_conditions(peer, [1, 1, 1])
    hamiltonian.set_exchange(peer, 1, [J])
    hamiltonian.set_dmi(peer, 0, [])
    hamiltonian.set_anisotropy(peer, K, [0, 0, 1])
    hamiltonian.set_field(peer, B, [0, 0, 1])
    hamiltonian.set_ddi(peer, 0)
    configuration.random(peer)
    parameters.set_output_general(peer, any=False, initial=False, final=False)
    parameters.set_timestep(peer, DT * 1e12)
    parameters.set_damping(peer, ALPHA)
    parameters.set_temperature(peer, T if thermal else 0.0)
    parameters.set_convergence(peer, 0.0)
    parameters.set_iterations(peer, 10**9, 10**9)
    simulation.start(peer, simulation.METHOD_LLG, simulation.SOLVER_HEUN, single_shot=True)

    def run() -> float:
        start = time.perf_counter()
        simulation.n_shot(peer, PEER_STEPS)
        return PEER_STEPS * size**3 / (time.perf_counter() - start)

    run()
    return run


def compare(rounds: int = ROUNDS, size: int = SIZE) -> dict[str, tuple[float, float]]:
    """Median rates [spin-steps/s] and ratios to Spirit with the same physics, runs interleaved.

    Returns
    -------
    {name: (rate, ratio)}; the ratio is NaN where spirit is not installed, 1 for Spirit itself.
    """
    result = {}
    for thermal, physics in ((False, ""), (True, " with noise")):
        runs = {f"spinviz float32{physics}": measure_llg(np.float32, thermal, size)}
        runs[f"spinviz float64{physics}"] = measure_llg(np.float64, thermal, size)
        peer = f"Spirit{physics}"
        if (peer_run := measure_spirit(thermal, size)) is not None:
            runs[peer] = peer_run
        rates = [{name: run() for name, run in runs.items()} for _ in range(rounds)]
        for name in runs:
            ratio = statistics.median(rate[name] / rate.get(peer, float("nan")) for rate in rates)
            result[name] = statistics.median(rate[name] for rate in rates), ratio
    return result


if __name__ == "__main__":
    for name, (rate, ratio) in compare().items():
        print(f"{name:30s} {rate / 1e6:8.1f} M spin-steps/s   {ratio:6.1f} times Spirit")
