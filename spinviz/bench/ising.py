"""Ising and Potts models: Metropolis, heat bath and Wolff clusters beside mcising's Rust core, one thread.

A sweep tries each spin once, on both sides, at the critical temperature. A cluster step counts the spins it flips.
"""

from __future__ import annotations

import numpy as np

from spinviz.bench.machine import Run, clock
from spinviz.bench.measurement import Kernel, Peer, Work
from spinviz.physics.ising import laws as ising_laws
from spinviz.physics.lattice import clusters
from spinviz.physics.lattice.discrete import Model, sweeps
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.unit_cells import unit_cell
from spinviz.physics.order import critical_points

SIZES = {3: 64, 2: 512}
CRITICAL = {3: ising_laws.CRITICAL_TEMPERATURE_3D, 2: ising_laws.CRITICAL_TEMPERATURE_2D}
SWEEPS, PEER_SWEEPS = 20, 8
CLUSTERS, PEER_CLUSTERS = 100, 20
FIELD = 0.1  # J
WARM_UP = 200  # clusters from all up to about equilibrium at the critical temperature
# One attempt: 13 operations of the hash and 7 of conversions and shifts, 32 bits wide; 25 of floats run beside them.
INTEGERS = 20
STATES = 3
BYTES = 12  # the neighbours, the sum of them and the force, the spin


def lattice(dimension: int) -> Spins:
    """All spins up."""
    n = SIZES[dimension]
    name = {2: "square", 3: "simple cubic"}[dimension]
    geometry = Geometry.of(unit_cell(name), (n, n, n if dimension == 3 else 1))
    return Spins.of_states(geometry, np.ones(geometry.shape, np.int8), key=1)


def prepare(dimension: int, h: float = 0.0) -> Run:
    """Compile, then return a function that runs once and gives attempts per second."""
    spins, model = lattice(dimension), Model(h=h)

    def run() -> float:
        start = clock()
        sweeps(spins, model, CRITICAL[dimension], SWEEPS, method="metropolis")
        return spins.geometry.count * SWEEPS / (clock() - start)

    run()
    return run


def prepare_potts() -> Run:
    """Compile, then return a function that runs once and gives attempts per second of the heat bath on a square."""
    spins, model = lattice(2), Model("potts", q=STATES)
    T = critical_points.potts(STATES, "square")

    def run() -> float:
        start = clock()
        sweeps(spins, model, T, SWEEPS, method="heat bath")
        return spins.geometry.count * SWEEPS / (clock() - start)

    run()
    return run


def prepare_clusters(dimension: int) -> Run:
    """Compile, come near equilibrium, then return a function that runs once and gives flipped spins per second."""
    spins, model = lattice(dimension), Model()

    def run() -> float:
        start = clock()
        flipped = clusters.flip_clusters(spins, model, CRITICAL[dimension], CLUSTERS)
        return flipped / (clock() - start)

    clusters.flip_clusters(spins, model, CRITICAL[dimension], WARM_UP)
    return run


def prepare_mcising(dimension: int, h: float = 0.0) -> Run | None:
    """The same for mcising; None where it is not installed."""
    try:
        from mcising import IsingSimulation
    except ImportError:
        return None
    kind = {2: "square", 3: "cubic"}[dimension]
    simulation = IsingSimulation(SIZES[dimension], 1.0, 0.0, 0.0, h, 1, "metropolis", kind)

    def run() -> float:
        start = clock()
        simulation.sweep(PEER_SWEEPS, temperature=CRITICAL[dimension])
        return float(simulation.num_sites * PEER_SWEEPS / (clock() - start))

    run()
    return run


def _kernel(dimension: int, h: float, target: float | None = None) -> Kernel:
    field = "-field" if h else ""
    return Kernel(
        name=f"ising-{dimension}d{field}",
        title=f"Ising {dimension}D, {SIZES[dimension]}^{dimension}{', field' if h else ''}",
        unit="attempts/s",
        prepare=lambda: prepare(dimension, h),
        precision="int8",
        work=Work(integers=INTEGERS, bytes=BYTES),
        peer=Peer("mcising", "mcising", lambda: prepare_mcising(dimension, h)),
        target=target,
    )


def _clusters(dimension: int) -> Kernel:
    return Kernel(
        name=f"wolff-{dimension}d",
        title=f"Wolff clusters at Tc, {SIZES[dimension]}^{dimension}",
        unit="flips/s",
        prepare=lambda: prepare_clusters(dimension),
        precision="int8",
    )


BENCHMARKS = (
    _kernel(3, 0.0, 3),
    _kernel(3, FIELD),
    _kernel(2, 0.0),
    Kernel("potts-2d", f"Potts heat bath, {STATES} states, {SIZES[2]}^2", "attempts/s", prepare_potts, "int8"),
    _clusters(3),
    _clusters(2),
)
