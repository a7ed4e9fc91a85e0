"""Small samples of every lattice, directions on them, and every term of a Hamiltonian; for the tests of lattices."""

from itertools import product

import numpy as np

from spinviz.physics.lattice.bonds import Bond
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.terms.cubic import Cubic
from spinviz.physics.lattice.terms.dmi import DMI, bulk, interfacial
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.term import Term
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Gradient, Oscillation, Tip, Zeeman
from spinviz.physics.lattice.unit_cells import CELLS, unit_cell


def sample(name: str, shells: int = 1, periodic: bool = True, lengths: tuple[int, int, int] = (6, 6, 4)) -> Geometry:
    """A small sample whose periodic sides fit the sublattices."""
    cell = unit_cell(name)
    wanted = [n if axis < cell.axes else 1 for axis, n in enumerate(lengths)]
    if not periodic:
        return Geometry.of(cell, (wanted[0] - 1, max(wanted[1] - 1, 1), max(wanted[2] - 1, 1)), False, shells)
    free = Geometry.of(cell, (1, 1, 1), False, shells)
    x, y, z = (-(-n // p) * p if n > 1 else 1 for n, p in zip(wanted, free.colouring.period))
    return Geometry.of(cell, (x, y, z), True, shells)


def directions(geometry: Geometry, empty: float = 0.2, seed: int = 5) -> np.ndarray:
    """Unit vectors in all directions, some sites vacant."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(*geometry.shape, 3))
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    vectors[rng.random(geometry.shape) < empty] = 0
    return vectors


def couplings(geometry: Geometry) -> np.ndarray:
    """A J of its own for each shell and pair of sites."""
    n = len(geometry.cell.sites)
    J = np.random.default_rng(2).normal(size=(geometry.shells, n, n))
    return (J + J.swapaxes(1, 2)) / 2


def twisted(bond: Bond) -> tuple[float, float, float]:
    """Any vector that changes sign with the bond."""
    x, y, z = bond.vector
    return 0.3 * x - y, 0.2 * z + x, y + 0.7 * z - 0.1 * x


def terms_of(geometry: Geometry) -> dict[str, Term]:
    n = len(geometry.cell.sites)
    moments = np.linspace(0.5, 2.0, n)
    return {
        "exchange": Exchange(0.7),
        "exchange by shell": Exchange(np.linspace(1, -0.5, geometry.shells)),
        "exchange by pair": Exchange(couplings(geometry)),
        "exchange by axis": Exchange(0.9, (1.0, 0.4, -0.7)),
        "uniaxial": Uniaxial(0.8, (1, 2, -1)),
        "uniaxial by site": Uniaxial(np.linspace(-1, 1, n), (0, 1, 3)),
        "cubic": Cubic(np.linspace(0.4, 0.9, n)),
        "interfacial": DMI(0.6, interfacial),
        "bulk": DMI(-0.4, bulk, geometry.shells - 1),
        "own": DMI(0.5, twisted),
        "DMI by axis": DMI(0.5, bulk, along=(0.3, 1.0, 2.0)),
        "field": Zeeman(moments, (0.3, -0.2, 0.5), Oscillation((0.2, 0.1, 0), 0.4, 0.2)),
        "gradient": Gradient(moments, np.arange(9.0).reshape(3, 3) / 10),
        "tip": Tip(moments, (0.1, 0.5, -1), (0.5, 0.3, 0.1), 1.5),
    }  # fmt: skip


SAMPLES = list(product(CELLS, (1, 2), (True, False)))
NAMES = tuple(terms_of(sample("chain")))
