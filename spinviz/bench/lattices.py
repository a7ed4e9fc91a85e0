"""Landau-Lifshitz-Gilbert on any lattice: what a bond costs beside one of the fixed simple cubic stencil, one thread.

Exchange, uniaxial anisotropy and a field, with and without DMI, as in `llg`, on lattices of about as many spins. Both
sides are counted in bonds: each spin has as many as it has neighbours, in every step.
"""

from __future__ import annotations

import numpy as np

from spinviz.bench import llg
from spinviz.bench.machine import Run, clock
from spinviz.bench.measurement import Kernel, Peer
from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN
from spinviz.physics.lattice.dynamics import Dynamics
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.unit_cells import NEIGHBOURS, unit_cell

SIDES = {"simple cubic": 64, "bcc": 50, "fcc": 40}
COST = 2.5
"""How many times a bond of the fixed stencil one of a general lattice may cost."""


def prepare(name: str, precision: str, thermal: bool = False, bond_vectors: bool = False, size: int = 0) -> Run:
    """Compile, then return a function that runs once and gives bond-steps per second."""
    side = size or SIDES[name]
    geometry = Geometry.of(unit_cell(name), (side, side, side))
    vectors = np.random.default_rng(1).normal(size=(*geometry.shape, 3))
    spins = Spins.of_vectors(geometry, vectors, dtype=np.dtype(precision).type)
    dynamics = Dynamics(geometry, llg.hamiltonian(bond_vectors), llg.MOMENT * BOHR_MAGNETON, llg.ALPHA)
    kT = BOLTZMANN * llg.T if thermal else 0.0

    def run() -> float:
        start = clock()
        dynamics.heun(spins, dt=llg.DT, steps=llg.OUR_STEPS, kT=kT, threads=1)
        return llg.OUR_STEPS * NEIGHBOURS[name] * geometry.count / (clock() - start)

    run()
    return run


def prepare_fixed(precision: str, thermal: bool = False, bond_vectors: bool = False, size: int = 0) -> Run:
    """The fixed stencil in bond-steps per second: six bonds a spin."""
    run = llg.prepare(precision, thermal, size, bond_vectors=bond_vectors)
    return lambda: 6 * run()


def _kernel(name: str, precision: str, thermal: bool = False, bond_vectors: bool = False) -> Kernel:
    parts = [name.replace(" ", "-"), *["dmi"] * bond_vectors, *["noise"] * thermal, precision]
    kind = f"{name}, {', '.join([*['DMI'] * bond_vectors, *['thermal noise'] * thermal, precision])}"
    return Kernel(
        name=f"lattice-{'-'.join(parts)}",
        title=f"LLG on any lattice: {kind}",
        unit="bond-steps/s",
        prepare=lambda: prepare(name, precision, thermal, bond_vectors),
        precision=precision,
        peer=Peer("the fixed stencil", "spinviz", lambda: prepare_fixed(precision, thermal, bond_vectors)),
        target=1 / COST,
    )


BENCHMARKS = (
    *(_kernel(name, "float32") for name in SIDES),
    _kernel("simple cubic", "float64"),
    _kernel("simple cubic", "float32", thermal=True),
    _kernel("simple cubic", "float32", bond_vectors=True),
)
