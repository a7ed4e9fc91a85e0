"""Landau-Lifshitz-Gilbert on a lattice: spinviz beside Spirit, one thread, Heun's method on both sides.

A periodic simple cubic lattice with exchange, interfacial Dzyaloshinskii-Moriya interaction, uniaxial anisotropy and a
field, started at random, without and with thermal noise. Spirit's wheel computes in float64, one thread.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from spinviz.bench.machine import Run, clock
from spinviz.bench.measurement import Kernel, Peer, Threaded, Work
from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN, ELECTRON_VOLT
from spinviz.physics.lattice.dynamics import Dynamics
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.dmi import DMI
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman

SIZE = 64
MOMENT, J, D, K, B = 2.0, 10.0, 2.0, 0.5, 1.0  # muB, meV, meV, meV, T
ALPHA, DT, T = 0.1, 1e-15, 10.0  # -, s, K
OUR_STEPS, PEER_STEPS = 20, 2
MEV = 1e-3 * ELECTRON_VOLT
FLOPS = 170  # noise-free, counted in the machine code of both stages, a fused multiply-add as two
NOISE_FLOPS = 75  # three of the two normal variates per position: 23 flops of logarithm and root, 25 of sine, cosine
NOISE_INTEGERS = 54  # 1.5 positions of two hashes with a common first round, and of the bits of the logarithm
# Without a file, or after `hamiltonian.set_anisotropy`, Spirit also computes a cubic anisotropy of size zero, in
# calls of pow that more than halve its speed.
CONFIGURATION = f"""log_to_file 0
log_to_console 0
hamiltonian heisenberg_neighbours
mu_s {MOMENT}
anisotropy_magnitude {K}
anisotropy_normal 0 0 1
cubic_anisotropy_magnitude 0
"""
THREADS, NEARLY = 2, 1.7
VECTORS = 6  # numbers per spin-step: every component read and written once


def prepare(
    precision: str,
    thermal: bool = False,
    size: int = 0,
    *,
    bond_vectors: bool = True,
    threads: int = 1,
    time: Callable[[], float] | None = None,
) -> Run:
    """Compile, then return a function that runs once and gives spin-steps per second of a ``time``, or of `clock`."""
    size, time = size or SIZE, time or clock
    geometry = mesh((size, size, size), True)
    vectors = np.random.default_rng(1).normal(size=(*geometry.shape, 3))
    spins = Spins.of_vectors(geometry, vectors, dtype=np.dtype(precision).type)
    dynamics = Dynamics(geometry, hamiltonian(bond_vectors), MOMENT * BOHR_MAGNETON, ALPHA)
    kT = BOLTZMANN * T if thermal else 0.0

    def run() -> float:
        start = time()
        dynamics.heun(spins, dt=DT, steps=OUR_STEPS, kT=kT, threads=threads)
        return OUR_STEPS * size**3 / (time() - start)

    run()
    return run


def hamiltonian(bond_vectors: bool = True) -> Hamiltonian:
    """Exchange, interfacial DMI (or none), anisotropy and Zeeman energy of the lattice."""
    dmi = (DMI(D * MEV),) if bond_vectors else ()
    zeeman = Zeeman(MOMENT * BOHR_MAGNETON, (0, 0, B))
    return Hamiltonian((Exchange(J * MEV), *dmi, Uniaxial(K * MEV), zeeman))


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


def prepare_spirit(thermal: bool = False, size: int = 0) -> Run | None:
    """The peer in the same units; None where spirit is not installed. Its state lives as long as the process."""
    try:
        from spirit import simulation
    except ImportError:
        return None
    size = size or SIZE
    peer = spirit_state(thermal, size)

    def run() -> float:
        start = clock()
        simulation.n_shot(peer, PEER_STEPS)
        return PEER_STEPS * size**3 / (clock() - start)

    run()
    return run


def spirit_lattice(size: int) -> Any:
    """Spirit's handle of the lattice of ``prepare``, started at random."""
    from spirit import configuration, geometry, hamiltonian, state

    with tempfile.TemporaryDirectory() as folder, silent_stdout():
        file = Path(folder, "spirit.cfg")
        file.write_text(CONFIGURATION, encoding="utf-8")
        peer = state.setup(str(file), True)
    geometry.set_bravais_lattice_type(peer, geometry.BRAVAIS_LATTICE_SC)
    geometry.set_n_cells(peer, [size, size, size])
    geometry.set_mu_s(peer, MOMENT)
    hamiltonian.set_boundary_conditions(peer, [1, 1, 1])
    hamiltonian.set_exchange(peer, 1, [J])
    hamiltonian.set_dmi(peer, 1, [D], hamiltonian.CHIRALITY_NEEL)
    hamiltonian.set_field(peer, B, [0, 0, 1])
    hamiltonian.set_ddi(peer, 0)
    configuration.random(peer)
    return peer


def spirit_state(thermal: bool, size: int) -> Any:
    """`spirit_lattice`, ready for `simulation.n_shot`."""
    from spirit import simulation
    from spirit.parameters import llg as parameters

    peer = spirit_lattice(size)
    parameters.set_output_general(peer, any=False, initial=False, final=False)
    parameters.set_timestep(peer, DT * 1e12)
    parameters.set_damping(peer, ALPHA)
    parameters.set_temperature(peer, T if thermal else 0.0)
    parameters.set_convergence(peer, 0.0)
    parameters.set_iterations(peer, 10**9, 10**9)
    simulation.start(peer, simulation.METHOD_LLG, simulation.SOLVER_HEUN, single_shot=True)
    return peer


def _kernel(precision: str, thermal: bool, target: float | None) -> Kernel:
    noise = "-noise" if thermal else ""
    return Kernel(
        name=f"llg{noise}-{precision}",
        title=f"LLG, {SIZE}^3 lattice{', thermal noise' if thermal else ''}, {precision}",
        unit="spin-steps/s",
        prepare=lambda: prepare(precision, thermal),
        precision=precision,
        work=Work(
            FLOPS + NOISE_FLOPS * thermal,
            NOISE_INTEGERS * thermal,
            VECTORS * np.dtype(precision).itemsize,
            "DRAM",
        ),
        peer=Peer("Spirit", "spirit", lambda: prepare_spirit(thermal)),
        target=target,
    )


def _on_two(precision: str, size: int) -> Kernel:
    return Threaded(
        name=f"llg-two-cores-{size}",
        title=f"LLG on two cores, {size}^3 lattice, {precision}",
        unit="spin-steps/s",
        prepare=lambda: prepare(precision, size=size, threads=THREADS, time=perf_counter),
        precision=precision,
        peer=Peer("one core", "spinviz", lambda: prepare(precision, size=size, time=perf_counter)),
        target=NEARLY,
        threads=THREADS,
    )


BENCHMARKS = (
    _kernel("float32", False, 25),
    _kernel("float64", False, 15),
    _kernel("float32", True, 25),
    _kernel("float64", True, None),
    _on_two("float32", 47),
    _on_two("float32", SIZE),
)
