"""Heisenberg spins: heat bath beside Spirit's Metropolis, clusters, and a step of the engine, one thread.

A sweep draws each spin of a periodic simple cubic lattice anew, on both sides at the critical temperature. A step of
the engine is a sweep of heat bath and over-relaxation with all that is observed after it, as in a sweep of parameters.
"""

from __future__ import annotations

import numpy as np

from spinviz.bench import llg
from spinviz.bench.machine import Run, clock
from spinviz.bench.measurement import Kernel, Peer, Work
from spinviz.engine.loop import Loop
from spinviz.physics.constants import BOLTZMANN
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.magnet import Magnet
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.unit_cells import unit_cell
from spinviz.physics.order import critical_points
from spinviz.systems import system_named

SIZES = (32, 64)
CRITICAL = critical_points.HEISENBERG["cubic"].T
SWEEPS, PEER_SWEEPS = 20, 1
CLUSTERS, WARM_UP = 50, 100
STEPS = 50
TIMES_SPIRIT = 50.0
# One update: 36 flops of six bonds, 17 of logarithm, 2 * 15 of exponentials, 17 of sine and cosine, 44 of anisotropy,
# 60 of the frame; 30 operations of three hashes and their conversions.
FLOPS, INTEGERS = 204, 30
BYTES = 24  # the spin, read and written; its neighbours are in the first cache


def sample(size: int) -> Spins:
    """Spins at random."""
    geometry = Geometry.of(unit_cell("simple cubic"), (size, size, size))
    return Magnet("heisenberg").random(geometry, np.random.default_rng(1))


def prepare(size: int) -> Run:
    """Compile, then return a function that runs once and gives updates per second."""
    spins, magnet = sample(size), Magnet("heisenberg")

    def run() -> float:
        start = clock()
        magnet.sweep(spins, CRITICAL, "heat bath", SWEEPS)
        return SWEEPS * spins.geometry.count / (clock() - start)

    run()
    return run


def prepare_clusters(size: int) -> Run:
    """Compile, come near equilibrium, then return a function that runs once and gives flipped spins per second."""
    spins, magnet = sample(size), Magnet("heisenberg")

    def run() -> float:
        start = clock()
        flipped = magnet.clusters(spins, CRITICAL, CLUSTERS)
        return flipped / (clock() - start)

    magnet.sweep(spins, CRITICAL, "heat bath", WARM_UP)
    magnet.clusters(spins, CRITICAL, WARM_UP)
    return run


def prepare_steps(size: int) -> Run:
    """Compile, then return a function that runs once and gives spins per second of a loop that follows observables."""
    system = system_named("ferromagnet")
    loop = Loop(system, system.Parameters.of(T=CRITICAL, L=size), memory=1, bare=True)

    def run() -> float:
        start = clock()
        loop.advance(STEPS)
        return STEPS * size**3 / (clock() - start)

    run()
    return run


def prepare_spirit(size: int) -> Run | None:
    """Spirit's Metropolis at the same temperature; None where it is not installed."""
    try:
        from spirit import simulation
        from spirit.parameters import mc
    except ImportError:
        return None
    peer = llg.spirit_lattice(size)
    mc.set_output_general(peer, any=False, initial=False, final=False)
    mc.set_temperature(peer, CRITICAL * llg.J * llg.MEV / BOLTZMANN)
    mc.set_iterations(peer, 10**9, 10**9)
    simulation.start(peer, simulation.METHOD_MC, single_shot=True)

    def run() -> float:
        start = clock()
        simulation.n_shot(peer, PEER_SWEEPS)
        return PEER_SWEEPS * size**3 / (clock() - start)

    run()
    return run


def _kernel(size: int) -> Kernel:
    return Kernel(
        name=f"heisenberg-{size}",
        title=f"Heisenberg heat bath, {size}^3",
        unit="updates/s",
        prepare=lambda: prepare(size),
        precision="float32",
        work=Work(FLOPS, INTEGERS, BYTES, "L2" if size < 64 else "DRAM"),
        peer=Peer("Spirit", "spirit", lambda: prepare_spirit(size)),
        target=TIMES_SPIRIT,
    )


BENCHMARKS = (
    *(_kernel(size) for size in SIZES),
    Kernel(
        "heisenberg-steps",
        f"Heisenberg steps of the engine, {SIZES[0]}^3",
        "updates/s",
        lambda: prepare_steps(SIZES[0]),
        "float32",
    ),
    Kernel(
        "heisenberg-wolff",
        f"Wolff clusters at Tc, Heisenberg, {SIZES[0]}^3",
        "flips/s",
        lambda: prepare_clusters(SIZES[0]),
        "float32",
    ),
)
